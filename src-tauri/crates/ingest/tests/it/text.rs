//! Text is never changed.

use crate::support::{Scratch, row};
use buzz_ingest::{Header, Options, Types};
use proptest::prelude::*;

fn as_text() -> Options {
    Options {
        types: Types::Text,
        header: Header::No,
        delimiter: Some(",".into()),
        quote: Some("\"".into()),
        skip_rows: Some(0),
        ..Options::default()
    }
}

#[test]
fn quoted_line_ends_quotes_and_delimiters_are_text() {
    let scratch = Scratch::new();
    let (_, table) = scratch.table(
        "a,\"x,\r\ny\",\"say \"\"hi\"\"\"\r\n b ,\"\",\r\n",
        &as_text(),
    );
    assert_eq!(
        table,
        [
            row(&["a", "x,\r\ny", "say \"hi\""]),
            row(&[" b ", "", "NULL"])
        ]
    );
}

#[test]
fn invalid_bytes_are_shown_as_a_replacement_and_kept_in_the_strays() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        b"name,n\ncaf\xe9,1\ncaf\xc3\xa9 \xe2\x80\x93 th\xc3\xa9,2\n",
        &Options::default(),
    );
    assert_eq!(
        table,
        [row(&["caf\u{fffd}", "1"]), row(&["café – thé", "2"])]
    );
    assert_eq!(conversion.receipt.warnings[0].kind, "invalid_text");
    assert_eq!(
        scratch.strays(),
        [row(&[
            "1",
            "2",
            "name",
            "caf\u{fffd}",
            "636166e9",
            "bytes that are no valid UTF-8"
        ])]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_cell_comes_back_exactly(
        table in (1usize..6).prop_flat_map(|columns| {
            let cell = prop_oneof![
                Just(None), Just(Some(String::new())), "[a-z ,;\"\r\n]{1,12}".prop_map(Some), // A backslash before a quote may as well be an escape.
                "[\\PC--\\\\]{1,8}".prop_map(Some),
                Just(Some("007".into())), Just(Some("NULL".into()))
            ];
            proptest::collection::vec(proptest::collection::vec(cell, columns), 1..40)
        }),
        crlf in any::<bool>(),
        ends in any::<bool>(),
    ) {
        let write = |cell: &Option<String>| match cell {
            None => String::new(),
            Some(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        };
        let line_end = if crlf { "\r\n" } else { "\n" };
        let mut text = table
            .iter()
            .map(|cells| cells.iter().map(write).collect::<Vec<_>>().join(","))
            .collect::<Vec<_>>()
            .join(line_end);
        let is_all_white = text.trim_matches(['"', ',', ' ', '\r', '\n']).is_empty();
        // The last NULL of a single column has no line unless the line ends.
        if ends || table[0].len() == 1 {
            text.push_str(line_end);
        }
        prop_assume!(!is_all_white && table[0] != vec![None]);
        let (_, found) = Scratch::new().table(text, &as_text());
        prop_assert_eq!(found, table);
    }
}
