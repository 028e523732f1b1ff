//! A reader of records to compare the others with: the grammar of [`super::index`], one byte after the other, written
//! without regard to speed and without a look at the code there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a comparison that fails panics"
)]

use std::path::Path;

use super::index::Block;
use super::reader::{Reader, ReaderStats};
use super::sift::Sift;
use super::structural::Simd;
use super::{Syntax, bounded_in_bytes};
use crate::Cancel;

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// The value, without the quotes around it.
    pub(crate) value: Vec<u8>,
    pub(crate) is_quoted: bool,
    /// Where the field begins, quotes included.
    start: usize,
}

/// A record with as many fields as it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) fields: Vec<Field>,
    /// The line on which it begins, counted from 1.
    pub(crate) line: u64,
    /// The lines of the quotes in it that open and are never closed.
    pub(crate) unclosed_lines: Vec<u64>,
    /// Whether a field begins with a quote that is an ordinary byte.
    has_raw: bool,
    /// Where its last field ends, quotes included.
    end: usize,
}

impl Record {
    /// Whether the record is a blank line.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.fields[..], [field] if field.value.is_empty() && !field.is_quoted)
    }

    /// What stands in `bytes` after so many fields and the delimiter behind them.
    pub(crate) fn surplus<'a>(&self, bytes: &'a [u8], columns: usize) -> Option<&'a [u8]> {
        let first = self.fields.get(columns)?;
        Some(&bytes[first.start..self.end])
    }

    /// The record as a row of a table of so many columns: one field that another delimiter cuts into just these is cut. `None`
    /// where it is the header once more, or a comment.
    pub(crate) fn sifted(
        mut self,
        bytes: &[u8],
        sift: &Sift,
        syntax: Syntax,
        columns: usize,
    ) -> Option<Self> {
        let start = self.fields[0].start;
        let raw = &bytes[start..self.end];
        if sift.header.as_deref() == Some(raw) {
            return None;
        }
        if self.fields.len() > 1 {
            return Some(self);
        }
        if raw.starts_with(b"# ") || raw.starts_with(b"// ") {
            return None;
        }
        if syntax.quote.is_some_and(|quote| raw.contains(&quote)) || columns < 3 {
            return Some(self);
        }
        for delimiter in *b",;\t|" {
            let parts: Vec<&[u8]> = raw.split(|&byte| byte == delimiter).collect();
            if delimiter != syntax.delimiter && parts.len() == columns {
                let mut at = start;
                self.fields = (parts.into_iter())
                    .map(|part| {
                        let field = Field {
                            value: part.to_vec(),
                            is_quoted: false,
                            start: at,
                        };
                        at += part.len() + 1;
                        field
                    })
                    .collect();
                break;
            }
        }
        Some(self)
    }
}

/// All records of `bytes`, for a table of so many columns.
pub(crate) fn records(bytes: &[u8], syntax: Syntax, columns: usize) -> Vec<Record> {
    let mut bytes = bytes.to_vec();
    if bytes.last().is_some_and(|&last| last != syntax.terminator) {
        bytes.push(syntax.terminator);
    }
    let mut records: Vec<Record> = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        // One record after another, for whether a quote is stray decides where the next one begins.
        let (mut record, mut next) = first_record(&bytes, from, syntax);
        let lines: Vec<&[u8]> = bytes[from..next]
            .split_inclusive(|&byte| byte == syntax.terminator)
            .collect();
        let is_doubtful = record.fields.len() != columns || record.has_raw;
        if lines.len() > 1 && is_doubtful && are_records(&lines, syntax, columns) {
            next = from + lines[0].len();
            record = first_record(&bytes[..next], from, syntax).0;
        }
        records.push(record);
        from = next;
    }
    records
}

/// Whether the lines that a quoted field takes away are records of their own.
fn are_records(lines: &[&[u8]], syntax: Syntax, columns: usize) -> bool {
    let (mut right, mut wrong) = (0, 0);
    for (i, line) in lines.iter().enumerate() {
        let (record, _) = first_record(line, 0, syntax);
        let is_empty = i > 0 && matches!(line, [_] | [b'\r', b'\n']);
        let is_right = record.fields.len() == columns && columns > 1;
        if i == 0 && !is_right {
            return false;
        }
        let is_last = i + 1 == lines.len();
        let is_begun = is_last && i > 0 && !is_right && !record.unclosed_lines.is_empty();
        if is_begun || is_empty || right + wrong == 1000 {
            continue;
        }
        if is_right {
            right += 1;
        } else {
            wrong += 1;
        }
    }
    wrong * 2 <= right
}

/// The record at `from`, as if nothing came after `bytes`, and where the next one begins.
fn first_record(bytes: &[u8], from: usize, syntax: Syntax) -> (Record, usize) {
    let line_of = |at: usize| {
        let before = bytes[..at].iter();
        1 + before.filter(|&&byte| byte == syntax.terminator).count() as u64
    };
    let mut fields = Vec::new();
    let mut unclosed_lines = Vec::new();
    let mut has_raw = false;
    let mut i = from;
    loop {
        let start = i;
        let mut quoted = None;
        if Some(bytes[i]) == syntax.quote {
            let quote = bytes[i];
            let mut value = Vec::new();
            let mut j = i + 1;
            let closed = loop {
                if j >= bytes.len() {
                    break false;
                }
                if bytes[j] == quote {
                    if bytes.get(j + 1) == Some(&quote) {
                        value.push(quote);
                        j += 2;
                        continue;
                    }
                    break true;
                }
                value.push(bytes[j]);
                j += 1;
            };
            has_raw |= !closed;
            if closed {
                i = j + 1;
                let next = bytes.get(i).copied();
                let is_line_end = next == Some(b'\r')
                    && bytes.get(i + 1) == Some(&b'\n')
                    && syntax.terminator == b'\n';
                if next == Some(syntax.delimiter) || next == Some(syntax.terminator) || is_line_end
                {
                    quoted = Some(value);
                } else {
                    quoted = between_quotes(&bytes[start..], syntax);
                    has_raw |= quoted.is_none();
                }
            } else {
                unclosed_lines.push(line_of(start));
            }
        }
        while bytes[i] != syntax.delimiter && bytes[i] != syntax.terminator {
            i += 1;
        }
        let ends_record = bytes[i] == syntax.terminator;
        let mut end = i;
        if ends_record && syntax.terminator == b'\n' && end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        fields.push(Field {
            is_quoted: quoted.is_some(),
            value: quoted.unwrap_or_else(|| bytes[start..end].to_vec()),
            start,
        });
        i += 1;
        if ends_record {
            let record = Record {
                fields,
                line: line_of(from),
                unclosed_lines,
                has_raw,
                end,
            };
            return (record, i);
        }
    }
}

/// The value of a field that begins and ends with a quote and has single ones in between.
fn between_quotes(bytes: &[u8], syntax: Syntax) -> Option<Vec<u8>> {
    let quote = syntax.quote?;
    // The separator is the first after the quote that ought to have closed the field.
    let mut close = 1;
    while bytes[close] != quote || bytes[close + 1] == quote {
        close += if bytes[close] == quote { 2 } else { 1 };
    }
    let is_separator = |&at: &usize| [syntax.delimiter, syntax.terminator].contains(&bytes[at]);
    let mut end = (close + 1..bytes.len()).find(is_separator)?;
    if bytes[end] == syntax.terminator
        && syntax.terminator == b'\n'
        && bytes[end - 1] == b'\r'
        && end - 1 > close
    {
        end -= 1;
    }
    let field = &bytes[..end];
    if field.last() != Some(&quote) || field.contains(&b'\n') || field.contains(&b'\r') {
        return None;
    }
    let mut value = Vec::new();
    let mut inner = field[1..field.len() - 1].iter().copied().peekable();
    while let Some(byte) = inner.next() {
        value.push(byte);
        if byte == quote && inner.peek() == Some(&quote) {
            inner.next();
        }
    }
    Some(value)
}

/// Reads `bytes` in blocks of each size with every instruction set of this machine, and compares every row, cell, line
/// number and count with the reference.
///
/// # Panics
/// Where they differ.
pub(crate) fn check(bytes: &[u8], syntax: Syntax, columns: usize, sizes: &[usize]) {
    let mut records = records(bytes, syntax, columns);
    let all = records.len();
    let unclosed: Vec<u64> = records
        .iter()
        .flat_map(|record| record.unclosed_lines.clone())
        .collect();
    // In a table of one column a blank line is the only way to write NULL.
    records.retain(|record| columns == 1 || !record.is_blank());
    let simds = Simd::available().into_iter();
    for (simd, &block_bytes) in simds.flat_map(|simd| sizes.iter().map(move |size| (simd, size))) {
        let case = || {
            format!(
                "{simd:?}, {columns} columns, blocks of {block_bytes}: {:?}",
                String::from_utf8_lossy(bytes)
            )
        };
        let (blocks, stats) = read(bytes, syntax, columns, block_bytes, simd);
        let mut expected = records.iter();
        let (mut rows, mut short) = (0, 0);
        for block in &blocks {
            assert_eq!(block.first_row, rows, "{}", case());
            let mut surplus = block.index.long.iter().peekable();
            for row in 0..block.index.rows() {
                let Some(record) = expected.next() else {
                    panic!("there is a row too many: {}", case());
                };
                assert_eq!(block.line_of(row), record.line, "{}", case());
                for column in 0..columns {
                    let cell = block.cell(row, column);
                    let found = (cell.text().into_owned(), cell.is_quoted());
                    let wanted = record
                        .fields
                        .get(column)
                        .map(|field| (field.value.clone(), field.is_quoted))
                        .unwrap_or_default();
                    assert_eq!(found, wanted, "{}", case());
                    let is_null = wanted.0.is_empty() && !wanted.1;
                    assert_eq!(cell.is_null(), is_null, "{}", case());
                }
                let is_short = record.fields.len() < columns;
                short += u64::from(is_short);
                let found = block.index.short.contains(&(row as u32));
                assert_eq!(found, is_short, "{}", case());
                let found = surplus
                    .next_if(|surplus| surplus.row as usize == row)
                    .map(|surplus| &block.bytes[surplus.start as usize..surplus.end as usize]);
                assert_eq!(found, record.surplus(bytes, columns), "{}", case());
                rows += 1;
            }
        }
        assert_eq!(expected.next(), None, "a row is missing: {}", case());
        assert_eq!(
            (stats.rows, stats.blank, stats.short, stats.bytes),
            (
                rows,
                (all - records.len()) as u64,
                short,
                bytes.len() as u64
            ),
            "{}",
            case()
        );
        assert_eq!(stats.unclosed_lines, unclosed, "{}", case());
        assert_eq!(stats.blake3, blake3::hash(bytes).to_hex().to_string());
    }
}

/// The blocks that the reader makes of `bytes`.
fn read(
    bytes: &[u8],
    syntax: Syntax,
    columns: usize,
    block_bytes: usize,
    simd: Simd,
) -> (Vec<Block>, ReaderStats) {
    // Nobody takes a block before all are there.
    let (sender, receiver) = bounded_in_bytes(usize::MAX);
    let (_recycle, recycled) = crossbeam_channel::bounded(0);
    let source = std::io::Cursor::new(bytes);
    let reader = Reader::new(Path::new(""), source, syntax, columns, 0, 1, block_bytes);
    let stats = reader
        .with(simd)
        .run(&sender, &recycled, &Cancel::new())
        .unwrap();
    drop(sender);
    (std::iter::from_fn(|| receiver.recv()).collect(), stats)
}
