//! Records of plain text that are no rows of their table, or not written as the others, found among the rows.
//!
//! Of a text that is looked at whole this is known before it is read. Beyond the sample of a longer one it shows only here.

use std::sync::Arc;

use super::Syntax;
use super::index::Block;
use super::reader::ReaderStats;
use super::rows::{Aside, Reason};
use crate::receipt::Warning;
use crate::types::form;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sift {
    /// The record that names the columns, without its terminator; `None` where there is none.
    pub(crate) header: Option<Arc<[u8]>>,
}

/// How comments begin. A row may begin like this too, but hardly one of a single field in a table of several columns.
const COMMENTS: [&[u8]; 2] = [b"# ", b"// "];

/// What separates the fields of a row where something else separates those of the others.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Sift {
    /// Takes the header's repetitions and comments out of the block's rows and sets them aside, and cuts rows that are
    /// written with another delimiter.
    pub(super) fn block(&self, block: &mut Block, syntax: Syntax, stats: &mut ReaderStats) {
        let mut aside = Vec::new();
        if let Some(header) = &self.header {
            for (row, start) in block.index.row_starts().enumerate() {
                if is_header(&block.bytes[start..], header, syntax.terminator) {
                    aside.push((row as u32, Reason::RepeatedHeader));
                }
            }
        }
        let single: Vec<u32> = (block.index.short.iter().copied())
            .filter(|&row| block.index.has_one_field(row as usize))
            .collect();
        let mut cut = Vec::new();
        for row in single {
            let range = block.index.row_range(row as usize);
            let text = &block.bytes[range.clone()];
            if COMMENTS.iter().any(|comment| text.starts_with(comment)) {
                aside.push((row, Reason::Comment));
            } else if let Some(ends) = cut_otherwise(text, block.index.columns(), syntax) {
                block
                    .index
                    .cut(row as usize, ends.map(|end| range.start + end));
                cut.push(row);
            }
        }
        for &row in &cut {
            let line = block.line_at(block.index.row_range(row as usize).start);
            stats.other_delimiters.push(line);
        }
        if !aside.is_empty() {
            set_aside(block, aside);
        }
        stats.below.look_at(block, stats.rows);
    }
}

/// Takes these rows out of the block's, and keeps them beside.
fn set_aside(block: &mut Block, mut aside: Vec<(u32, Reason)>) {
    aside.sort_unstable_by_key(|&(row, _)| row);
    for &(row, reason) in &aside {
        let range = block.index.row_range(row as usize);
        block.aside.push(Aside {
            line: block.line_at(range.start),
            text: block.bytes[range].to_vec(),
            reason,
        });
    }
    let rows: Vec<u32> = aside.into_iter().map(|(row, _)| row).collect();
    block.index.remove_rows(&rows);
}

/// Rows that may be a second table, which begins too far down to be known before the first is read.
///
/// They follow one another and have as many fields as each other, but not as many as the table has columns; the first of them
/// could name the columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Below {
    /// Rows that have another number of fields than the table has columns.
    ragged: u64,
    /// Those that are being followed, and the most that followed one another.
    open: Run,
    longest: Run,
}

/// Rows with the same number of fields, one after another.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    fields: usize,
    rows: u64,
    /// The line on which they begin, and the number of the row after them.
    line: u64,
    next: u64,
    /// Whether the first could name columns.
    is_named: bool,
}

impl Below {
    /// Takes the rows of a block into account, the first of which has this number.
    fn look_at(&mut self, block: &Block, first_row: u64) {
        let index = &block.index;
        let short = index
            .short
            .iter()
            .map(|&row| (row, index.fields_of_short(row as usize)));
        let long = index
            .long
            .iter()
            .map(|long| (long.row, long.fields as usize));
        let mut ragged: Vec<(u32, usize)> = short.chain(long).collect();
        ragged.sort_unstable();
        for (row, fields) in ragged {
            self.ragged += 1;
            let number = first_row + u64::from(row);
            if self.open.fields == fields && self.open.next == number {
                self.open.rows += 1;
            } else {
                let row = row as usize;
                let cells = (0..fields.min(index.columns())).map(|column| block.cell(row, column));
                self.open = Run {
                    fields,
                    rows: 1,
                    line: block.line_at(index.row_range(row).start),
                    next: number,
                    is_named: cells
                        .map(|cell| cell.text())
                        .all(|text| !text.trim_ascii().is_empty() && form::read(&text).is_none()),
                };
            }
            self.open.next = number + 1;
            if self.open.rows > self.longest.rows {
                self.longest = self.open;
            }
        }
    }
}

impl ReaderStats {
    /// What to say if rows of the table, which has so many columns, seem to be a second one.
    pub(crate) fn another_table(&self, columns: usize) -> Option<Warning> {
        /// A header and rows enough to be no chance.
        const LEAST_ROWS: u64 = 4;
        let Run {
            fields,
            rows,
            line,
            is_named,
            ..
        } = self.below.longest;
        // Where rows are ragged everywhere, a few alike are nothing unusual.
        let is_table =
            is_named && fields > 1 && rows >= LEAST_ROWS && rows * 5 >= self.below.ragged * 4;
        is_table.then(|| Warning {
            kind: "another_table".into(),
            message: format!(
                "another table seems to begin on line {line}: {rows} rows from there on have {fields} fields, and this table has {columns} columns; they were kept as rows of this one, and are a dataset of their own if the file is read from that line on"
            ),
            count: 1,
            lines: vec![line],
            files: Vec::new(),
        })
    }
}

/// Whether the text begins with a record that is the header.
#[inline]
fn is_header(text: &[u8], header: &[u8], terminator: u8) -> bool {
    // Nearly no row begins as the header does.
    if text.first() != header.first() || !text.starts_with(header) {
        return false;
    }
    match text[header.len()..] {
        [next, ..] if next == terminator => true,
        [b'\r', b'\n', ..] => terminator == b'\n',
        _ => false,
    }
}

/// Where the fields of a row end if another delimiter cuts it into exactly the table's columns.
fn cut_otherwise(
    text: &[u8],
    columns: usize,
    syntax: Syntax,
) -> Option<impl Iterator<Item = usize> + use<'_>> {
    // Two halves prove nothing.
    const LEAST_COLUMNS: usize = 3;
    if columns < LEAST_COLUMNS || syntax.quote.is_some_and(|quote| text.contains(&quote)) {
        return None;
    }
    let delimiter = DELIMITERS.into_iter().find(|&delimiter| {
        delimiter != syntax.delimiter && memchr::memchr_iter(delimiter, text).count() + 1 == columns
    })?;
    Some(memchr::memchr_iter(delimiter, text).chain([text.len()]))
}

#[cfg(test)]
mod tests {
    use super::super::index::index_records;
    use super::super::structural::Simd;
    use super::*;

    type Rows = Vec<Vec<String>>;

    /// The rows of a text, what is set aside with its line, and the lines of rows with another delimiter.
    fn sifted(text: &str, columns: usize) -> (Rows, Vec<(u64, Reason)>, Vec<u64>) {
        let syntax = Syntax {
            delimiter: b',',
            quote: Some(b'"'),
            terminator: b'\n',
        };
        let mut block = Block {
            bytes: text.as_bytes().to_vec(),
            first_line: 2,
            terminator: b'\n',
            ..Block::default()
        };
        index_records(
            text.as_bytes(),
            syntax,
            columns,
            true,
            Simd::detect(),
            &mut block.index,
        );
        let sift = Sift {
            header: Some(Arc::from(&b"id,name,day"[..])),
        };
        let mut stats = ReaderStats::default();
        sift.block(&mut block, syntax, &mut stats);
        let cell =
            |row, column| String::from_utf8(block.cell(row, column).text().to_vec()).unwrap();
        let rows = (0..block.index.rows())
            .map(|row| (0..columns).map(|column| cell(row, column)).collect())
            .collect();
        let aside = block.aside.iter().map(|aside| (aside.line, aside.reason));
        (rows, aside.collect(), stats.other_delimiters.first)
    }

    #[test]
    fn what_is_no_row_is_taken_from_among_the_rows() {
        let text = "1,a,x\nid,name,day\n2,b,y\r\nid,name,day\r\n# a remark\nid,name,days\n3,c\n4;d;z\n# 5,e,w\n6,f,v,7\n";
        let (rows, aside, cut) = sifted(text, 3);
        let expected: [[&str; 3]; 7] = [
            ["1", "a", "x"],
            ["2", "b", "y"],
            ["id", "name", "days"],
            ["3", "c", ""],
            ["4", "d", "z"],
            ["# 5", "e", "w"],
            ["6", "f", "v"],
        ];
        assert_eq!(rows, expected);
        assert_eq!(
            aside,
            [
                (3, Reason::RepeatedHeader),
                (5, Reason::RepeatedHeader),
                (6, Reason::Comment)
            ]
        );
        assert_eq!(cut, [9]);
    }

    /// What is said of a table below the one of three columns.
    fn below(text: &str) -> Option<String> {
        let (mut stats, mut first_line) = (ReaderStats::default(), 1);
        // Each half is a block of its own.
        let half = text.len() / 2 + text[text.len() / 2..].find('\n').unwrap() + 1;
        for text in [&text[..half], &text[half..]] {
            let mut block = Block {
                bytes: text.as_bytes().to_vec(),
                first_line,
                terminator: b'\n',
                ..Block::default()
            };
            let syntax = Syntax {
                delimiter: b',',
                quote: Some(b'"'),
                terminator: b'\n',
            };
            index_records(
                &block.bytes,
                syntax,
                3,
                true,
                Simd::detect(),
                &mut block.index,
            );
            Sift { header: None }.block(&mut block, syntax, &mut stats);
            stats.take(&mut block);
            first_line += text.lines().count() as u64;
        }
        stats.another_table(3).map(|warning| warning.message)
    }

    #[test]
    fn rows_below_with_a_header_and_a_width_of_their_own_are_another_table() {
        let rows = "1,a,x\n".repeat(20);
        let said = below(&format!("{rows}\ncity,land\nOslo,NO\nRome,IT\nLima,PE\n"));
        assert!(
            said.unwrap()
                .contains("line 22: 4 rows from there on have 2 fields")
        );
        let said = below(&format!("{rows}a,b,c,d\n1,2,3,4\n5,6,7,8\n9,8,7,6\n"));
        assert!(
            said.unwrap()
                .contains("line 21: 4 rows from there on have 4 fields")
        );
        for (ragged, what) in [
            (
                "Oslo,NO\n1,a,x\nRome,IT\n1,a,x\nLima,PE\n1,a,x\nBari,IT\n",
                "apart",
            ),
            ("1,a\n2,b\n3,c\n4,d\n", "without names"),
            ("city,land\nOslo,NO\n", "too few"),
            ("Oslo\nRome\nLima\nBari\n", "one field"),
        ] {
            assert_eq!(below(&format!("{rows}{ragged}{rows}")), None, "{what}");
        }
    }

    #[test]
    fn rows_of_their_own_making_stay() {
        for text in ["a;b\n", "\"1;2;3\"\n", "1;2;3;4\n", "#\n", "//x\n"] {
            let (rows, aside, cut) = sifted(text, 3);
            assert_eq!((rows.len(), aside.len(), cut.len()), (1, 0, 0), "{text}");
        }
    }
}
