//! Properties of the reader of odd dialects.

use proptest::prelude::*;

use super::*;
use crate::dialect::{Delimiter, Escape, Kind, Other, Repair, Terminator};

/// What a reader makes of some bytes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reading {
    /// The line of each record, where it ends in the source, and its cells: their text, and whether they are quoted.
    records: Vec<(u64, u64, Vec<(Vec<u8>, bool)>)>,
    blank: Vec<u64>,
    oversized: Vec<(u64, Vec<u8>)>,
    oddities: Oddities,
}

fn read(bytes: &[u8], dialect: &Dialect, step: usize, largest: usize) -> Reading {
    let mut records = OddRecords::with_sizes(bytes, dialect, step, largest).unwrap();
    let mut reading = Reading::default();
    let mut position = records.position();
    loop {
        let next = records.next().unwrap();
        if next == Next::End {
            break;
        }
        assert!(records.position() > position, "nothing was read");
        position = records.position();
        match next {
            Next::Record => {
                let cells = records.cells();
                let cells = cells.map(|(text, is_quoted)| (text.into_owned(), is_quoted));
                let record = (records.line(), position, cells.collect());
                reading.records.push(record);
            }
            Next::Blank => reading.blank.push(records.line()),
            Next::Oversized => {
                let oversized = (records.line(), records.beginning().to_vec());
                reading.oversized.push(oversized);
            }
            Next::End => {}
        }
    }
    assert_eq!(
        position,
        without_ctrl_z(bytes).len() as u64,
        "bytes are missing"
    );
    reading.oddities = records.oddities().clone();
    reading
}

fn other(delimiter: u8, is_common: bool) -> Other {
    Other {
        delimiter: Delimiter::Byte(delimiter),
        is_common,
    }
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let delimiter = prop_oneof![
        Just(Delimiter::Byte(b',')),
        Just(Delimiter::Byte(b' ')),
        Just(Delimiter::Bytes(b"||".to_vec())),
        Just(Delimiter::Bytes(b", ".to_vec())),
        Just(Delimiter::Bytes(b",|,".to_vec())),
        Just(Delimiter::Spaces),
        Just(Delimiter::None),
        Just(Delimiter::Fixed(vec![0, 2, 5])),
    ];
    let quote = prop_oneof![Just(Some(b'"')), Just(Some(b'\'')), Just(None)];
    let escape = prop_oneof![
        Just(Escape::Doubled),
        Just(Escape::Backslash),
        Just(Escape::Nul)
    ];
    let terminator = prop_oneof![
        Just(Terminator::Lf),
        Just(Terminator::Cr),
        Just(Terminator::Crlf),
        Just(Terminator::Any)
    ];
    let widths = prop_oneof![Just(vec![]), Just(vec![2]), Just(vec![3, 2])];
    (delimiter, quote, escape, terminator, any::<bool>(), widths).prop_map(
        |(delimiter, quote, escape, terminator, spaces_around, widths)| Dialect {
            repair: Repair {
                kinds: vec![Kind::Text; widths.first().copied().unwrap_or_default()],
                others: vec![other(b';', false), other(b'|', true)],
                widths,
                ..Repair::default()
            },
            delimiter,
            quote,
            escape,
            terminator,
            spaces_around,
            start: 0,
        },
    )
}

fn texts() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(
        prop_oneof![
            4 => Just(b','), 2 => Just(b'|'), 3 => Just(b' '), 3 => Just(b'"'), 1 => Just(b'\''), 2 => Just(b'\n'),
            2 => Just(b'\r'), 1 => Just(b'\\'), 1 => Just(0), 1 => Just(0x1a), 1 => Just(b';'), 6 => Just(b'a'),
            1 => any::<u8>()
        ],
        0..200,
    )
}

/// Where the text goes on after its first line.
fn after_line(bytes: &[u8], is_announced: bool) -> usize {
    let end = memchr::memchr(b'\n', bytes).filter(|_| is_announced);
    end.map_or(0, |end| end + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn how_the_source_comes_into_memory_does_not_matter(
        bytes in texts(), mut dialect in dialects(), step in 1usize..40, largest in prop_oneof![5usize..60, Just(1000)],
        is_announced in any::<bool>(),
    ) {
        dialect.start = after_line(&bytes, is_announced);
        let whole = read(&bytes, &dialect, 1000, largest);
        prop_assert_eq!(&read(&bytes, &dialect, step, largest), &whole);
        prop_assert_eq!(&read(&bytes, &dialect, 1, largest), &whole);
    }

    #[test]
    fn a_sample_is_read_as_the_source_is(
        bytes in texts(), mut dialect in dialects(), cut in 0usize..200, is_announced in any::<bool>(),
    ) {
        dialect.start = after_line(&bytes, is_announced);
        let reading = read(&bytes, &dialect, 50, 1000);
        let rows = records_of(&bytes, &dialect, true, usize::MAX);
        let cells = |row: &SampleRow| -> Vec<(Vec<u8>, bool)> {
            (row.cells.iter()).map(|cell| (cell.text.to_vec(), cell.is_quoted)).collect()
        };
        let records: Vec<_> = (rows.iter())
            .filter(|row| !row.is_blank())
            .map(|row| (row.line, row.end as u64, cells(row)))
            .collect();
        prop_assert_eq!(&records, &reading.records);
        let blank: Vec<u64> = rows.iter().filter(|row| row.is_blank()).map(|row| row.line).collect();
        prop_assert_eq!(&blank, &reading.blank);
        // The records lie one after another, and a sample that is cut off has the first of them.
        let mut at = dialect.start.min(bytes.len());
        for row in &rows {
            prop_assert_eq!(row.start, at);
            at = row.end;
        }
        let cut = &bytes[..cut.min(bytes.len())];
        let beginning = records_of(cut, &dialect, false, usize::MAX);
        prop_assert_eq!(&beginning[..], &rows[..beginning.len()]);
    }
}

#[test]
fn a_record_that_is_too_large_is_set_aside_and_the_rest_is_read() {
    let dialect = Dialect {
        delimiter: Delimiter::Bytes(b"||".to_vec()),
        ..Dialect::default()
    };
    let text = format!("a||b\n{}||x\n1||2\n", "long ".repeat(1000));
    for step in [1, 7, 100, 10_000] {
        let reading = read(text.as_bytes(), &dialect, step, 100);
        let lines: Vec<u64> = reading.records.iter().map(|record| record.0).collect();
        assert_eq!(lines, [1, 3]);
        assert_eq!(reading.oversized.len(), 1);
        assert_eq!(reading.oversized[0].0, 2);
        assert!(reading.oversized[0].1.starts_with(b"long long"));
    }
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let dialect = Dialect {
        terminator: Terminator::Any,
        ..Dialect::default()
    };
    let reading = read(b"a,b\r\n\"x\r\ny\",1\r2,\"z\nw\"\n3,4", &dialect, 3, 100);
    let lines: Vec<u64> = reading.records.iter().map(|record| record.0).collect();
    assert_eq!(lines, [1, 2, 4, 6]);
}

#[test]
fn what_was_repaired_is_told() {
    let dialect = Dialect {
        repair: Repair {
            widths: vec![3],
            kinds: vec![Kind::Number, Kind::Text, Kind::Number],
            others: vec![other(b';', false)],
            ..Repair::default()
        },
        ..Dialect::default()
    };
    let reading = read(b"1,a,2\n2,\"b,3\n3;c;4\n5,\"d\",6\n\x1a", &dialect, 4, 100);
    assert_eq!(reading.records.len(), 4);
    assert_eq!(reading.oddities.stray_quotes.first, [2]);
    assert_eq!(reading.oddities.other_delimiters.first, [3]);
    assert!(reading.oddities.has_ctrl_z);
}
