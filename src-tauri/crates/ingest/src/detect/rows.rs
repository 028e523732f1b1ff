//! The rows of a table in a text that has more than its records in it, or a dialect that only the careful reader reads.

use std::collections::VecDeque;
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use super::RowOrigin;
use crate::Error;
use crate::dialect::Dialect;
use crate::receipt::Warning;
use crate::records::odd::{Lines, Next, OddRecords};
use crate::records::{Position, Reason, RowSource, RowWriter};
use crate::source::Source;
use crate::structure::{self, Cell, Filter, TableShape, Verdict};
use crate::text::{Flaws, Text, TextStream};

/// Where a table is in a text, and how it is read.
#[derive(Debug)]
pub(super) struct TextTable {
    pub(super) text: Text,
    pub(super) dialect: Dialect,
    pub(super) shape: Arc<TableShape>,
    /// The line of the first record that has to do with the table, after what a person skips.
    pub(super) skipped_to: u64,
    /// The line of the first record after the header.
    pub(super) from: u64,
}

impl RowOrigin for TextTable {
    fn open(&self, source: &Source) -> Result<Box<dyn RowSource>, Error> {
        let failed = |cause| Error::reading(&source.path, cause);
        let mut open = self.text.open(source)?;
        (open.stream)
            .seek(SeekFrom::Start(open.start))
            .map_err(failed)?;
        Ok(Box::new(TextRows {
            path: source.path.clone(),
            records: OddRecords::new(open.stream, &self.dialect)
                .map_err(failed)?
                .below(self.text.lines_above()),
            position: open.position,
            flaws: open.flaws,
            start: open.start,
            filter: Filter::new(Arc::clone(&self.shape)),
            end: self.shape.end,
            skipped_to: self.skipped_to,
            from: self.from,
            pending: VecDeque::new(),
            verdicts: Vec::new(),
            is_done: false,
        }))
    }

    fn separator(&self) -> u8 {
        match self.dialect.delimiter.bytes() {
            [byte] => *byte,
            _ => b' ',
        }
    }
}

/// A table that is being read.
struct TextRows {
    path: PathBuf,
    records: OddRecords<Box<dyn TextStream>>,
    position: Option<Arc<Position>>,
    flaws: Arc<Flaws>,
    start: u64,
    filter: Filter,
    /// The line on which something else begins.
    end: Option<u64>,
    skipped_to: u64,
    from: u64,
    /// Records of which it is not known yet what becomes of them: the line, and the cells.
    pending: VecDeque<(u64, Vec<Cell<'static>>)>,
    verdicts: Vec<Verdict>,
    is_done: bool,
}

impl RowSource for TextRows {
    fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error> {
        if self.is_done {
            return Ok(false);
        }
        let next = self
            .records
            .next()
            .map_err(|cause| Error::reading(&self.path, cause))?;
        let line = self.records.line();
        if next == Next::End || self.end.is_some_and(|end| line >= end) {
            self.is_done = true;
            self.filter.finish(&mut self.verdicts);
            self.settle(out);
            return Ok(true);
        }
        if line < self.skipped_to {
            return Ok(true);
        }
        match next {
            Next::Oversized => out.set_aside(line, self.records.beginning(), Reason::Oversized),
            Next::Record if self.is_plain_row(line) => {
                out.begin(line);
                for (text, is_quoted) in self.records.cells() {
                    write(out, &text, is_quoted);
                }
                out.end();
            }
            _ => {
                let cells: Vec<Cell> = match next {
                    Next::Blank => Vec::new(),
                    _ => (self.records.cells())
                        .map(|(text, is_quoted)| Cell {
                            text: text.into_owned().into(),
                            is_quoted,
                        })
                        .collect(),
                };
                self.filter.push(line, &cells, &mut self.verdicts);
                self.pending.push_back((line, cells));
                self.settle(out);
            }
        }
        Ok(true)
    }

    fn position(&self) -> u64 {
        match &self.position {
            Some(position) => position.get(),
            None => self.start + self.records.position(),
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let oddities = self.records.oddities();
        let lines = |kind: &str, lines: &Lines, one: &str, many: &str| {
            Warning::counted(kind, lines.count, &lines.first, one, many)
        };
        let quotes = lines(
            "unclosed_quote",
            &oddities.stray_quotes,
            "a quote is opened and does not end its cell; it was taken as an ordinary character",
            "{} quotes are opened and do not end their cells; they were taken as ordinary characters",
        );
        quotes
            .into_iter()
            .chain(oddities.other_delimiters.other_delimiters())
            .chain(self.flaws.warnings())
            .collect()
    }
}

impl TextRows {
    /// Whether the record that was read last is a row for certain, told from the little that most rows show.
    fn is_plain_row(&mut self, line: u64) -> bool {
        let mut cells = self.records.cells();
        let Some((first, _)) = cells.next() else {
            return false;
        };
        self.filter.is_surely_data(line, &first, 1 + cells.count())
    }

    /// Writes the records about which it has been decided.
    fn settle(&mut self, out: &mut RowWriter) {
        for verdict in self.verdicts.drain(..) {
            let Some((line, cells)) = self.pending.pop_front() else {
                break;
            };
            match verdict {
                Verdict::Data => {
                    out.begin(line);
                    for cell in &cells {
                        write(out, &cell.text, cell.is_quoted);
                    }
                    out.end();
                }
                // What lies before is a part of the preamble.
                Verdict::Blank if line < self.from => {}
                // In a table of one column a blank line is the only way to write NULL.
                Verdict::Blank if out.columns() == 1 => {
                    out.begin(line);
                    out.null();
                    out.end();
                }
                Verdict::Blank => out.blank(),
                Verdict::SetAside(reason) => {
                    let texts: Vec<&[u8]> = cells.iter().map(|cell| &*cell.text).collect();
                    out.set_aside(line, &texts.join(&b"\t"[..]), reason.into());
                }
                Verdict::Above | Verdict::Below => {}
            }
        }
    }
}

/// Writes a cell: what is empty without quotes is NULL.
fn write(out: &mut RowWriter, text: &[u8], is_quoted: bool) {
    if text.is_empty() && !is_quoted {
        out.null();
    } else {
        out.text(text);
    }
}

impl From<structure::Reason> for Reason {
    fn from(reason: structure::Reason) -> Self {
        match reason {
            structure::Reason::RepeatedHeader => Self::RepeatedHeader,
            structure::Reason::Comment => Self::Comment,
            structure::Reason::Total => Self::Total,
            structure::Reason::Footnote | structure::Reason::Title => Self::Note,
        }
    }
}
