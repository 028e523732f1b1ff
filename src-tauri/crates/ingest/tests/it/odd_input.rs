//! Odd files that are fine.

use crate::support::{Scratch, row, schema};
use buzz_ingest::Options;
use std::io::Write;

#[test]
fn a_file_of_only_a_header_is_a_table_of_no_rows() {
    for text in ["name,city\n", "name,city", "\u{feff}name,city\r\n"] {
        let (conversion, table) = Scratch::new().table(text, &Options::default());
        assert_eq!(schema(&conversion), ["name VARCHAR", "city VARCHAR"]);
        assert!(table.is_empty());
    }
}

#[test]
fn a_file_name_may_be_anything() {
    let scratch = Scratch::new();
    let source = scratch.write("it's \"odd\" 🐝 \n.csv", "a,b\n1,2\n");
    assert_eq!(
        scratch
            .convert(&source, &Options::default())
            .unwrap()
            .receipt
            .rows_written,
        1
    );
}

#[test]
fn ten_thousand_columns_fit() {
    let header: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    let line: Vec<String> = (0..10_000).map(|i| i.to_string()).collect();
    let text = format!(
        "{}\n{}",
        header.join(","),
        (line.join(",") + "\n").repeat(50)
    );
    let (conversion, table) = Scratch::new().table(text, &Options::default());
    assert_eq!(conversion.receipt.columns.len(), 10_000);
    assert_eq!(table.len(), 50);
    assert_eq!(table[49][9_999].as_deref(), Some("9999"));
}

#[test]
fn old_macintosh_line_ends_are_line_ends() {
    let (_, table) = Scratch::new().table("a,b\r1,2\r3,4\r", &Options::default());
    assert_eq!(table, [row(&["1", "2"]), row(&["3", "4"])]);
}

/// Writes a CSV with one record of 200 MB in its middle.
fn with_huge_record(scratch: &Scratch, quote: &str) -> std::path::PathBuf {
    let path = scratch.path("huge.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "id,text").unwrap();
    for i in 0..1000 {
        writeln!(file, "{i},before").unwrap();
    }
    write!(file, "1000,{quote}").unwrap();
    for _ in 0..2000 {
        file.write_all(&[b'x'; 100_000]).unwrap();
    }
    writeln!(file, "{quote}").unwrap();
    for i in 1001..2000 {
        writeln!(file, "{i},after").unwrap();
    }
    path
}

#[test]
fn a_record_of_200_mb_is_set_aside_and_the_rest_converted() {
    for quote in ["", "\""] {
        let scratch = Scratch::new();
        let source = with_huge_record(&scratch, quote);
        let receipt = scratch
            .convert(&source, &Options::default())
            .unwrap()
            .receipt;
        assert_eq!(
            (
                receipt.rows_read,
                receipt.rows_written,
                receipt.rows_set_aside
            ),
            (2000, 1999, 1)
        );
        let warning = &receipt.warnings[0];
        assert_eq!(
            (warning.kind.as_str(), warning.lines.as_slice()),
            ("oversized_records", &[1002][..])
        );
        let stray = &scratch.strays()[0];
        assert_eq!(
            (stray[0].as_deref(), stray[1].as_deref()),
            (None, Some("1002"))
        );
        assert!(stray[3].as_deref().unwrap().starts_with("1000,"));
    }
}

#[test]
fn a_quote_that_is_never_closed_swallows_nothing() {
    let text = "id,text\n1,fine\n2,\"never closed\n3,still a row\n";
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(text, &Options::default());
    assert_eq!(
        table,
        [
            row(&["1", "fine"]),
            row(&["2", "\"never closed"]),
            row(&["3", "still a row"])
        ]
    );
    let warning = &conversion.receipt.warnings[0];
    assert_eq!(
        (warning.kind.as_str(), warning.lines.as_slice()),
        ("unclosed_quote", &[3][..])
    );
}

#[test]
fn a_quote_that_is_never_closed_in_a_large_file_swallows_nothing() {
    let mut text = String::from("id,text\n1,\"never closed\n");
    while text.len() < 70_000_000 {
        text.push_str("2,this is a row of its own and it has to stay one\n");
    }
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    let scratch = Scratch::new();
    let source = scratch.write("source.csv", text);
    let receipt = scratch
        .convert(&source, &Options::default())
        .unwrap()
        .receipt;
    assert_eq!(
        (receipt.rows_written, receipt.rows_set_aside),
        (lines - 1, 0)
    );
    let warning = &receipt.warnings[0];
    assert_eq!(
        (warning.kind.as_str(), warning.lines.as_slice()),
        ("unclosed_quote", &[2][..])
    );
}
