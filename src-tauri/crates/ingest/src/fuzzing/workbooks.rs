//! Workbooks of any bytes.

use std::io::Write;

use super::byte;
use crate::sheets::made::{self, Xlsx};
use crate::sheets::{Limits, MOST_COLUMNS, Next, SheetRows, Workbook};

/// A workbook of any bytes is read to its end or refused; and its plain cells are what they are token by token.
///
/// The bytes are a part of a workbook that is sound otherwise, or the whole file.
pub fn workbooks(mut data: &[u8]) {
    let rows =
        r#"<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c s="1"><v>45000.5</v></c></row>"#;
    let sound = Xlsx::of_rows(rows);
    let file = match byte(&mut data) % 8 {
        0 => sound.with_part("xl/worksheets/sheet1.xml", data),
        1 => sound.with_part("xl/sharedStrings.xml", data),
        2 => sound.with_part("xl/styles.xml", data),
        3 => sound.with_part("xl/workbook.xml", data),
        4 => made::xlsb(data, &["one", "two"], &["yyyy-mm-dd"], &[]),
        5 => made::xls(&[], data, true),
        6 => made::ods(data),
        _ => data.to_vec(),
    };
    let mut stored = tempfile::NamedTempFile::new().unwrap();
    stored.write_all(&file).unwrap();
    const BUDGET: usize = 4_096;
    let opened = stored.reopen().unwrap();
    let Ok(Some(workbook)) = Workbook::open(opened, stored.path(), BUDGET, Limits::default())
    else {
        return;
    };
    const MOST_SHEETS: usize = 3;
    for sheet in 0..workbook.sheets().len().min(MOST_SHEETS) {
        drop(workbook.merges(sheet, u64::MAX));
        let (Ok(one), Ok(other)) = (
            workbook.rows(sheet, 0..MOST_COLUMNS),
            workbook.rows(sheet, 0..MOST_COLUMNS),
        ) else {
            continue;
        };
        compare(one, other.carefully());
    }
}

fn compare(mut one: SheetRows, mut other: SheetRows) {
    let mut line = 0;
    // Blank rows before a row that is far away are many, and all the same.
    const MOST_ROWS: u64 = 5_000;
    while line < MOST_ROWS {
        line += 1;
        match (one.next(), other.next()) {
            (Ok(Next::Row(at, row)), Ok(Next::Row(other_at, other))) => {
                assert_eq!((at, other_at), (line, line));
                assert!(row.cells().eq(other.cells()));
                let columns: Vec<u32> = row.cells().map(|(column, _)| column).collect();
                assert!(columns.is_sorted_by(|a, b| a < b));
            }
            (Ok(Next::Blank(at)), Ok(Next::Blank(other))) => assert_eq!((at, other), (line, line)),
            (Ok(Next::Oversized(_)), Ok(Next::Oversized(_))) => {}
            (Ok(Next::End), Ok(Next::End)) => break,
            (Err(one), Err(other)) => {
                assert_eq!(one.to_string(), other.to_string());
                return;
            }
            (one, other) => panic!("{one:?} and {other:?}"),
        }
    }
    if line < MOST_ROWS {
        assert_eq!(one.counts(), other.counts());
    }
}
