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

use super::grammar::{Form, Grammar, Place, Record, Repaired};

/// Delimiters that a single row may have instead of the table's own, the likelier first.
pub(crate) const OTHER_DELIMITERS: [&[u8]; 6] = [b", ", b",", b";", b"\t", b"|", b" "];

/// The grammars of the same dialect with other delimiters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Others {
    grammars: Vec<(Delimiter, Grammar)>,
}

impl Others {
    pub(super) fn of(dialect: &Dialect) -> Self {
        let grammar = |delimiter: &Delimiter| {
            Grammar::strict(&Dialect {
                delimiter: delimiter.clone(),
                // Whoever wrote the row with another delimiter may have put its cells in quotes.
                quote: dialect.quote.or(Some(b'"')),
                ..dialect.clone()
            })
        };
        let repair = &dialect.repair;
        let delimiters = repair.others.iter().chain(&repair.first);
        Self {
            grammars: delimiters
                .map(|delimiter| (delimiter.clone(), grammar(delimiter)))
                .collect(),
        }
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
        place: Place,
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
            self.read_otherwise(line, from, place, record);
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
    fn read_otherwise(&self, line: &[u8], from: usize, place: Place, record: &mut Record) {
        let Some(&width) = self.repair.widths.first() else {
            return;
        };
        if record.cells.len() >= width {
            return;
        }
        let mut other = Record::default();
        for (delimiter, grammar) in &self.others.grammars {
            grammar.record(line, from, true, None, &mut other);
            if other.cells.len() != width || other.has_raw() {
                continue;
            }
            let is_meant = match place {
                Place::First => self.repair.first.as_ref() == Some(delimiter),
                Place::Above => false,
                Place::Inside => self.are_of_the_columns(grammar, line, &other),
            };
            if is_meant {
                std::mem::swap(record, &mut other);
                record.repaired = Some(Repaired::OtherDelimiter);
                return;
            }
        }
    }

    /// Whether the cells that another delimiter cuts are of the kinds that the columns have.
    fn are_of_the_columns(&self, grammar: &Grammar, line: &[u8], record: &Record) -> bool {
        let (mut alike, mut unlike, mut values, mut quoted) = (0, 0, 0, 0);
        let mut is_tight = true;
        for (place, (&cell, &column)) in record.cells.iter().zip(&self.repair.kinds).enumerate() {
            let text = grammar.text(line, cell);
            let found = kind(&text);
            quoted += usize::from(cell.is_quoted());
            values += usize::from(found != Kind::Empty);
            is_tight &= place == 0 || !text.starts_with(b" ");
            if column != Kind::Text && ![column, Kind::Empty].contains(&found) {
                unlike += usize::from(found != Kind::Truth);
            } else if column != Kind::Text && found == column {
                alike += 1;
            }
            // A cell with the table's own delimiter in it is no cell, but for a number with a decimal comma.
            let own = self.delimiter.bytes();
            let has_own = !own.is_empty() && memchr::memmem::find(&text, own).is_some();
            if has_own && !cell.is_quoted() && found != Kind::Number {
                return false;
            }
        }
        let width = self.repair.kinds.len();
        if unlike * 3 > alike && unlike > 0 {
            return false;
        }
        if quoted * 2 > width {
            return true;
        }
        match grammar.delimiter.bytes() {
            // A sentence has as many words, and as many commas, as the table has columns soon enough.
            b" " => alike > 1 || alike * 2 >= width,
            [.., b' '] => width > 2 && (alike > 0 || values * 2 > width),
            b"," | b";" => alike > 0 && is_tight || width > 2 && values * 2 > width,
            _ => values * 2 > width || alike > 0,
        }
    }
}
