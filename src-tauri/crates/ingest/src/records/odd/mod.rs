//! A streaming reader for every dialect that the fast reader does not read.
//!
//! Each record is read from a buffer that grows until the record is whole, but never beyond what a record may be.

mod grammar;
mod repair;
#[cfg(test)]
mod tests;

pub(crate) use grammar::{Form, Grammar, Place, Record, Repaired, Span};
pub(crate) use repair::OTHER_DELIMITERS;

use std::borrow::Cow;
use std::io::{self, Read};

use super::reader::LARGEST_RECORD;
use crate::dialect::Dialect;
use crate::receipt::Warning;

/// Bytes that are read at first; more for a record that is larger.
const BUFFER: usize = 256_000;
/// Bytes of a record that is set aside which are kept to recognise it by.
const KEPT_OF_OVERSIZED: usize = 1000;

/// The most bytes that DOS and CP/M filled a text's last sector up with.
const MOST_CTRL_Z: usize = 128;

/// A whole text without the Ctrl-Z at its end and line ends after that.
pub(crate) fn without_ctrl_z(text: &[u8]) -> &[u8] {
    let end = without_line_ends(text);
    let ctrl_z = end.iter().rev().take(MOST_CTRL_Z);
    match ctrl_z.take_while(|&&byte| byte == 0x1a).count() {
        0 => text,
        ctrl_z => &end[..end.len() - ctrl_z],
    }
}

/// Whether a whole text ends so.
pub(crate) fn ends_in_ctrl_z(text: &[u8]) -> bool {
    without_ctrl_z(text).len() < text.len()
}

fn without_line_ends(text: &[u8]) -> &[u8] {
    let line_ends = text.iter().rev().take(MOST_CTRL_Z);
    let line_ends = line_ends.take_while(|&&byte| matches!(byte, b'\r' | b'\n'));
    &text[..text.len() - line_ends.count()]
}

/// Whether a record ends with Ctrl-Z and nothing is known to come after it, so that it may be the text's end.
fn may_be_the_end(bytes: &[u8], record_end: usize) -> bool {
    without_line_ends(&bytes[..record_end]).last() == Some(&0x1a)
        && bytes.len() - record_end <= 2 * MOST_CTRL_Z
        && bytes[record_end..]
            .iter()
            .all(|byte| matches!(byte, b'\r' | b'\n' | 0x1a))
}

/// What a reader came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// A record, whose cells are [`OddRecords::cells`].
    Record,
    /// A line on which nothing stands.
    Blank,
    /// A record that is too large; [`OddRecords::beginning`] has its first bytes.
    Oversized,
    /// The end of the source.
    End,
}

/// What was unusual about a source that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    /// Lines of quotes that open a cell and were read as ordinary characters, for they would have taken more than it.
    pub(crate) stray_quotes: Lines,
    /// Lines that have another delimiter than the rest.
    pub(crate) other_delimiters: Lines,
    /// Whether the source ends with the Ctrl-Z of DOS, which is no part of it.
    pub(crate) has_ctrl_z: bool,
}

/// Lines, counted, and the first hundred of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) count: u64,
    pub(crate) first: Vec<u64>,
}

impl Lines {
    pub(super) fn push(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < crate::receipt::LINES_KEPT {
            self.first.push(line);
        }
    }

    /// What to say if these lines have another delimiter than the rest.
    pub(crate) fn other_delimiters(&self) -> Option<Warning> {
        Warning::counted(
            "other_delimiters",
            self.count,
            &self.first,
            "one row has another delimiter than the rest, and was read by it",
            "{} rows have another delimiter than the rest, and were read by it",
        )
    }
}

/// The records of a source in any dialect, one after another.
pub(crate) struct OddRecords<R> {
    source: R,
    grammar: Grammar,
    buffer: Vec<u8>,
    /// Where in the buffer the next record begins.
    at: usize,
    /// The record that was read last, and where in the buffer it is.
    record: Record,
    range: std::ops::Range<usize>,
    /// The first bytes of the record that was too large.
    beginning: Vec<u8>,
    is_at_end: bool,
    /// Bytes of the source that are in the buffer or were.
    read: u64,
    /// The line of the record that was read last, and that of the next one.
    line: u64,
    next_line: u64,
    place: Place,
    largest: usize,
    step: usize,
    oddities: Oddities,
}

impl<R: Read> OddRecords<R> {
    /// The records of a text of which [`Dialect::start`] bytes are skipped.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn new(source: R, dialect: &Dialect) -> io::Result<Self> {
        Self::with_sizes(source, dialect, BUFFER, LARGEST_RECORD)
    }

    /// The same records, of a text that has so many lines above them.
    pub(crate) fn below(mut self, lines: u64) -> Self {
        self.next_line += lines;
        self
    }

    /// The same with a buffer of one's choice and another size of what is too large.
    pub(crate) fn with_sizes(
        source: R,
        dialect: &Dialect,
        step: usize,
        largest: usize,
    ) -> io::Result<Self> {
        let mut records = Self {
            source,
            grammar: Grammar::new(dialect),
            buffer: Vec::new(),
            at: 0,
            record: Record::default(),
            range: 0..0,
            beginning: Vec::new(),
            is_at_end: false,
            read: 0,
            line: 1,
            next_line: 1,
            place: Place::First,
            largest,
            step: step.max(1),
            oddities: Oddities::default(),
        };
        while !records.is_at_end && records.buffer.len() <= dialect.start {
            records.fill()?;
        }
        records.at = dialect.start.min(records.buffer.len());
        records.next_line += records.grammar.lines(&records.buffer[..records.at]);
        Ok(records)
    }

    /// Reads the next record.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        loop {
            let rest = &self.buffer[self.at..];
            // Until the source's end is known, what is too large may yet lose the Ctrl-Z there.
            let ctrl_z = if self.is_at_end { 0 } else { 3 * MOST_CTRL_Z };
            let is_full = rest.len() > self.largest + ctrl_z;
            if rest.is_empty() && self.is_at_end {
                return Ok(Next::End);
            }
            // A quote that does not close within what a record may be does not close.
            let window = &rest[..rest.len().min(self.largest + 1)];
            let at_end = is_full || self.is_at_end;
            let mut place = self.place;
            let next = (!window.is_empty())
                .then(|| (self.grammar).next(window, 0, at_end, &mut place, &mut self.record))
                .flatten()
                .filter(|&length| at_end || !may_be_the_end(window, length));
            let Some(length) = next else {
                self.fill()?;
                continue;
            };
            self.place = place;
            self.line = self.next_line;
            if length > self.largest {
                self.range = self.at..self.at + KEPT_OF_OVERSIZED.min(length);
                return self.skip_line();
            }
            self.range = self.at..self.at + length;
            self.at += length;
            self.next_line += self.grammar.lines(&self.buffer[self.range.clone()]);
            if self.record.is_blank() {
                return Ok(Next::Blank);
            }
            match self.record.repaired {
                Some(Repaired::StrayQuote) => self.oddities.stray_quotes.push(self.line),
                Some(Repaired::OtherDelimiter) => self.oddities.other_delimiters.push(self.line),
                None if self.record.is_unclosed() => self.oddities.stray_quotes.push(self.line),
                None => {}
            }
            return Ok(Next::Record);
        }
    }

    /// The cells of the record that was read last: their text, and whether they stood in quotes.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, bool)> {
        let bytes = &self.buffer[self.range.clone()];
        (self.record.cells.iter())
            .map(move |&cell| (self.grammar.text(bytes, cell), cell.is_quoted()))
    }

    /// The first bytes of the record that was too large.
    pub(crate) fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    /// The line on which the record that was read last begins, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of the source up to the end of that record.
    pub(crate) fn position(&self) -> u64 {
        self.read - (self.buffer.len() - self.at) as u64
    }

    /// What was unusual so far.
    pub(crate) fn oddities(&self) -> &Oddities {
        &self.oddities
    }

    /// Reads on, in larger and larger steps for a record that is large.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let wanted = self
            .step
            .max(self.buffer.len())
            .min(self.largest + self.step) as u64;
        let read = (&mut self.source)
            .take(wanted)
            .read_to_end(&mut self.buffer)? as u64;
        self.read += read;
        if read < wanted {
            self.is_at_end = true;
            let kept = without_ctrl_z(&self.buffer).len();
            self.oddities.has_ctrl_z = kept < self.buffer.len();
            self.read -= (self.buffer.len() - kept) as u64;
            self.buffer.truncate(kept);
        }
        Ok(())
    }

    /// Goes to the end of the line, which is too large to be a record.
    fn skip_line(&mut self) -> io::Result<Next> {
        self.at = self.range.start;
        self.beginning = self.buffer[self.range.clone()].to_vec();
        loop {
            let (end, next) = self.grammar.line_at(&self.buffer, self.at);
            // Of a line end of two bytes, the second may not have been read yet.
            let is_sure = next < self.buffer.len() || self.is_at_end;
            let kept_from = match is_sure {
                true => next,
                false => {
                    let kept = self.buffer.len().saturating_sub(3 * MOST_CTRL_Z + 1);
                    end.min(kept).max(self.at)
                }
            };
            self.next_line += self.grammar.lines(&self.buffer[self.at..kept_from]);
            self.at = kept_from;
            if is_sure {
                return Ok(Next::Oversized);
            }
            self.fill()?;
        }
    }
}

/// A record of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SampleRow<'a> {
    /// The line on which it begins, counted from 1.
    pub(crate) line: u64,
    /// Where it begins and ends in the sample, its line end included.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) cells: Vec<SampleCell<'a>>,
}

/// A cell of a record of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SampleCell<'a> {
    pub(crate) text: Cow<'a, [u8]>,
    pub(crate) is_quoted: bool,
}

impl SampleRow<'_> {
    /// Whether nothing stands on the line.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.cells[..], [cell] if cell.text.is_empty() && !cell.is_quoted)
    }
}

/// The records of a sample, at most `most` of them, blank lines included.
///
/// Unless the sample is `at_end` of its source, a record that is not whole is left out.
pub(crate) fn records_of<'a>(
    sample: &'a [u8],
    dialect: &Dialect,
    at_end: bool,
    most: usize,
) -> Vec<SampleRow<'a>> {
    let grammar = Grammar::new(dialect);
    let mut record = Record::default();
    let mut rows = Vec::new();
    let sample = match at_end {
        true => without_ctrl_z(sample),
        false => sample,
    };
    let mut at = dialect.start.min(sample.len());
    let mut line = 1 + grammar.lines(&sample[..at]);
    let mut place = Place::default();
    while at < sample.len() && rows.len() < most {
        let Some(end) = grammar.next(sample, at, at_end, &mut place, &mut record) else {
            break;
        };
        if !at_end && may_be_the_end(sample, end) {
            break;
        }
        let cells = (record.cells.iter())
            .map(|&cell| SampleCell {
                text: grammar.text(sample, cell),
                is_quoted: cell.is_quoted(),
            })
            .collect();
        rows.push(SampleRow {
            line,
            start: at,
            end,
            cells,
        });
        line += grammar.lines(&sample[at..end]);
        at = end;
    }
    rows
}
