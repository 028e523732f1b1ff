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

use crate::dialect::{Delimiter, Dialect, Kind, Other, kind};

use super::grammar::{Form, Grammar, Place, Record, Repaired, Span};

/// Delimiters that a single row may have instead of the table's own, the likelier first.
pub(crate) const OTHER_DELIMITERS: [&[u8]; 6] = [b", ", b",", b";", b"\t", b"|", b" "];

/// The grammars of the same dialect with other delimiters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Others {
    grammars: Vec<(Other, Grammar)>,
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
        let others = repair.others.iter();
        Self {
            grammars: others
                .map(|other| (other.clone(), grammar(&other.delimiter)))
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
        if self.is_wrong(record) && self.read_to_the_end(line, record) {
            return next;
        }
        if self.read_literally(line, from, record) {
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
    pub(in crate::records) fn is_swallowed(&self, bytes: &[u8], from: usize) -> bool {
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
        wrong * 2 <= right
    }

    /// Has a cell that a quote opens and nothing closes go on to the end of its line, if that gives the right number of
    /// cells.
    fn read_to_the_end(&self, line: &[u8], record: &mut Record) -> bool {
        let is_open = |cell: &Span| cell.form == Form::Raw { is_closed: false };
        let Some(open) = record.cells.iter().position(is_open) else {
            return false;
        };
        let is_right = self.repair.widths.contains(&(open + 1));
        if is_right {
            record.cells.truncate(open + 1);
            let text = &line[record.cells[open].start..];
            let spaces = text.iter().take_while(|&&byte| byte == b' ').count();
            record.cells[open] = Span {
                start: line.len() - text.len() + spaces + 1,
                end: line.len(),
                form: Form::Quoted {
                    has_escapes: true,
                    has_single: false,
                },
            };
            record.repaired = Some(Repaired::StrayQuote);
        }
        is_right
    }

    /// Reads a line with a quote that closes in the wrong place as an ordinary character, if all is well then.
    fn read_literally(&self, line: &[u8], from: usize, record: &mut Record) -> bool {
        let is_wrong = self.is_wrong(record);
        let is_doubtful = |cell: &&Span| match cell.form {
            Form::Bare => false,
            Form::Quoted { has_single, .. } => has_single && is_wrong,
            Form::Raw { .. } => true,
        };
        let Some(raw) = record.cells.iter().find(is_doubtful) else {
            return false;
        };
        let quote = match raw.form {
            Form::Quoted { .. } => raw.start - 1,
            _ => {
                raw.start
                    + line[raw.start..]
                        .iter()
                        .take_while(|&&byte| byte == b' ')
                        .count()
            }
        };
        let mut literal = Record::default();
        self.record(line, from, true, Some(quote), &mut literal);
        let is_better = !self.is_wrong(&literal) && (!literal.has_raw() || is_wrong);
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
        for (
            Other {
                delimiter,
                is_common,
            },
            grammar,
        ) in &self.others.grammars
        {
            grammar.record(line, from, true, None, &mut other);
            if other.cells.len() != width || other.has_raw() {
                continue;
            }
            // A part of the table's own delimiter cuts that too.
            let is_part = self.delimiter.bytes().starts_with(delimiter.bytes());
            let is_meant = match place {
                Place::First => self.repair.first.as_ref() == Some(delimiter),
                Place::Above => false,
                Place::Inside if is_part && record.cells.len() > 1 => false,
                Place::Inside => self.are_of_the_columns(grammar, line, &other, *is_common),
            };
            if is_meant {
                std::mem::swap(record, &mut other);
                record.repaired = Some(Repaired::OtherDelimiter);
                return;
            }
        }
    }

    /// Whether the cells that another delimiter cuts are of the kinds that the columns have.
    ///
    /// A delimiter that is common in cells has to be better proved.
    fn are_of_the_columns(
        &self,
        grammar: &Grammar,
        line: &[u8],
        record: &Record,
        is_common: bool,
    ) -> bool {
        let (mut alike, mut unlike, mut values, mut quoted) = (0, 0, 0, 0);
        let mut is_tight = true;
        for (place, (&cell, &column)) in record.cells.iter().zip(&self.repair.kinds).enumerate() {
            let text = grammar.text(line, cell);
            let found = kind(&text);
            quoted += usize::from(cell.is_quoted());
            values += usize::from(found != Kind::Empty);
            is_tight &= place == 0 || !text.starts_with(b" ");
            if column != Kind::Text && ![column, Kind::Empty].contains(&found) {
                unlike += 1;
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
        if is_common {
            return unlike == 0 && width > 1 && (quoted > 0 || width > 3 && alike > 1);
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
