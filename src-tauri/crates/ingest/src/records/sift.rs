//! Records of plain text that are no rows of their table, or not written as the others, found among the rows.
//!
//! Of a text that is looked at whole this is known before it is read. Beyond the sample of a longer one it shows only here.

use std::sync::Arc;

use super::Syntax;
use super::index::Block;
use super::reader::ReaderStats;
use super::rows::{Aside, Reason};

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
        if aside.is_empty() {
            return;
        }
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

    #[test]
    fn rows_of_their_own_making_stay() {
        for text in ["a;b\n", "\"1;2;3\"\n", "1;2;3;4\n", "#\n", "//x\n"] {
            let (rows, aside, cut) = sifted(text, 3);
            assert_eq!((rows.len(), aside.len(), cut.len()), (1, 0, 0), "{text}");
        }
    }
}
