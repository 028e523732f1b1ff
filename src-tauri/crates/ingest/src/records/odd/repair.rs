//! Records that were written wrongly, and what they were meant to be.
//!
//! A record is in doubt when its number of cells is none that the table's records have, or when a quote in it closes in
//! the wrong place. It is then read in one of two other ways, if that gives a right number of cells:
//!
//! - A quoted cell that runs over line ends, although each of the lines by itself would be a record of the right width
//!   with the quote as an ordinary character, has a stray quote. Only its first line is this record.
//! - A line that another delimiter cuts into exactly the table's cells, of the kinds that the columns have, was written with
//!   that one.
//!
//! Both look at nothing but the record itself, so it does not matter how the source came into memory.

use crate::dialect::{Delimiter, Dialect, Kind, kind};

use super::grammar::{Form, Grammar, Record, Repaired};

/// Delimiters that a single row may have instead of the table's, the likelier first.
pub(crate) const OTHER_DELIMITERS: [&[u8]; 6] = [b", ", b",", b";", b"\t", b"|", b" "];

/// The grammars of the same dialect with other delimiters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Others {
    grammars: Vec<(Delimiter, Grammar)>,
}

impl Others {
    pub(super) fn of(dialect: &Dialect) -> Self {
        if dialect.repair.widths.is_empty() {
            return Self::default();
        }
        let grammars = (OTHER_DELIMITERS.into_iter().map(Delimiter::of))
            .filter(|delimiter| {
                *delimiter != dialect.delimiter && dialect.quote != delimiter.bytes().first().copied()
            })
            .map(|delimiter| {
                let other = Dialect {
                    delimiter: delimiter.clone(),
                    ..dialect.clone()
                };
                (delimiter, Grammar::strict(&other))
            })
            .collect();
        Self { grammars }
    }
}

impl Grammar {
    /// Reads the record from `from` to `next` again, which is in doubt, and returns where the next one begins.
    #[cold]
    pub(super) fn repair(
        &self,
        bytes: &[u8],
        from: usize,
        next: usize,
        is_first: bool,
        record: &mut Record,
    ) -> usize {
        let (line_end, line_next) = self.line_at(bytes, from);
        if line_next < next {
            if self.is_swallowed(&bytes[..next], from) {
                self.record(&bytes[..line_end], from, true, None, record);
                record.repaired = Some(Repaired::StrayQuote);
                return line_next;
            }
            return next;
        }
        let line = &bytes[..line_end];
        if record.has_raw() && self.read_literally(line, from, record) {
            return next;
        }
        if self.is_wrong(record) {
            self.read_otherwise(line, from, is_first, record);
        }
        next
    }

    fn is_wrong(&self, record: &Record) -> bool {
        !self.repair.widths.contains(&record.cells.len())
    }

    /// Whether the lines of a record of several are records of their own.
    fn is_swallowed(&self, bytes: &[u8], from: usize) -> bool {
        /// Lines that are looked at.
        const MOST: usize = 1000;
        let mut record = Record::default();
        let (mut right, mut wrong) = (0, 0);
        let mut at = from;
        while at < bytes.len() && right + wrong < MOST {
            let (end, next) = self.line_at(bytes, at);
            let is_first = at == from;
            if end > at {
                self.record(&bytes[..end], at, true, None, &mut record);
                let is_right = !self.is_wrong(&record) && record.cells.len() > 1;
                if is_first && !is_right {
                    return false;
                }
                // In the last line, a quoted cell may begin that goes on after it.
                if is_right || is_first || next < bytes.len() || !record.is_unclosed() {
                    right += usize::from(is_right);
                    wrong += usize::from(!is_right);
                }
            }
            at = next;
        }
        // With one line and the beginning of another, nothing speaks against the first being meant.
        wrong * 4 <= right
    }

    /// Reads a line with a quote that closes in the wrong place as an ordinary character, if all is well then.
    fn read_literally(&self, line: &[u8], from: usize, record: &mut Record) -> bool {
        let Some(raw) = (record.cells.iter()).find(|cell| matches!(cell.form, Form::Raw { .. }))
        else {
            return false;
        };
        let mut literal = Record::default();
        self.record(line, from, true, Some(raw.start), &mut literal);
        let is_better = !self.is_wrong(&literal) && (!literal.has_raw() || self.is_wrong(record));
        if is_better && literal.cells != record.cells {
            *record = literal;
            record.repaired = Some(Repaired::StrayQuote);
        }
        is_better
    }

    /// Reads a line with another delimiter, if that gives the table's cells.
    fn read_otherwise(&self, line: &[u8], from: usize, is_first: bool, record: &mut Record) {
        let mut other = Record::default();
        for (delimiter, grammar) in &self.others.grammars {
            grammar.record(line, from, true, None, &mut other);
            if self.repair.widths.first() != Some(&other.cells.len()) {
                continue;
            }
            let is_meant = match &self.repair.first {
                Some(first) if is_first => first == delimiter,
                _ => {
                    let kinds = (other.cells.iter()).map(|&cell| kind(&grammar.text(line, cell)));
                    self.are_of_the_columns(kinds, delimiter)
                }
            };
            if is_meant {
                std::mem::swap(record, &mut other);
                record.repaired = Some(Repaired::OtherDelimiter);
                return;
            }
        }
    }

    /// Whether cells are of the columns' kinds.
    fn are_of_the_columns(&self, cells: impl Iterator<Item = Kind>, delimiter: &Delimiter) -> bool {
        let (mut alike, mut unlike, mut values) = (0, 0, 0);
        for (cell, &column) in cells.zip(&self.repair.kinds) {
            values += usize::from(cell != Kind::Empty);
            if matches!(column, Kind::Number | Kind::Moment) && cell != Kind::Empty {
                alike += usize::from(cell == column);
                unlike += usize::from(cell != column && cell != Kind::Truth);
            }
        }
        let width = self.repair.kinds.len();
        match alike + unlike {
            // A sentence has as many words as the table has columns soon enough.
            0 => delimiter.bytes() != b" " && width > 2 && values * 2 > width,
            _ => alike > 0 && unlike * 3 <= alike,
        }
    }
}
