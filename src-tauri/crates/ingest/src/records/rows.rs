//! Rows that do not lie in their source as plain text: of a sheet, of JSON, of a text with an odd dialect.
//!
//! A [`RowSource`] writes cells straight into the blocks that the pipeline takes, with the index that the reader of plain
//! text would have made. So nothing is quoted to be unquoted again, and whatever comes after knows no difference.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::channel::Sender;
use super::index::{Block, NO_TRIMMING};
use super::part::Part;
use super::reader::ReaderStats;
use crate::receipt::Warning;
use crate::{Cancel, Error};

/// Why something was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// The cell is not of its column's type; it is NULL in the table.
    Misfit,
    /// The cell has bytes that are no valid text; in the table they are U+FFFD.
    InvalidText,
    /// The row has more fields than the table has columns; these are the rest.
    Surplus,
    /// The record is larger than a record may be; it is no row of the table.
    Oversized,
    /// The record is the header once more.
    RepeatedHeader,
    /// The record totals up others.
    Total,
    /// The record is a remark under or between the rows.
    Note,
    /// The record is marked as a comment.
    Comment,
    /// The record stands after the table's end, and makes no table of its own.
    Outside,
    /// The record cannot be read, such as a line that is no JSON.
    Unreadable,
}

impl Reason {
    /// All of them; each stands at the place of its number.
    pub(crate) const ALL: [Self; 10] = [
        Self::Misfit,
        Self::InvalidText,
        Self::Surplus,
        Self::Oversized,
        Self::RepeatedHeader,
        Self::Total,
        Self::Note,
        Self::Comment,
        Self::Outside,
        Self::Unreadable,
    ];
}

/// A record that is no row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aside {
    /// The source line on which it begins, counted from 1.
    pub(crate) line: u64,
    /// What stands there.
    pub(crate) text: Vec<u8>,
    pub(crate) reason: Reason,
}

/// Rows of a table, one after another, wherever they come from.
pub(crate) trait RowSource: Send {
    /// Appends what comes next: one row, a blank line or a record set aside; `false` at the end.
    ///
    /// # Errors
    /// What keeps the source from being read on; nothing of the table is kept then.
    fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error>;

    /// Bytes of the source file that were read to get so far.
    fn position(&self) -> u64;

    /// What a person should know of how the source was read, once it was read to its end.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    /// Remarks on columns, by their places, once the source was read to its end.
    fn notes(&self) -> Vec<(usize, String)> {
        Vec::new()
    }
}

/// Builds a block cell by cell.
#[derive(Debug)]
pub(crate) struct RowWriter {
    block: Block,
    columns: usize,
    /// What is put between the surplus cells of a row.
    separator: u8,
    /// The source lines of the block's rows.
    lines: Vec<u64>,
    /// Where the open row begins.
    start: usize,
    line: u64,
    fields: usize,
}

/// The quote around empty texts; it stands in no other cell.
const QUOTE: u8 = b'"';

impl RowWriter {
    /// A writer of rows of so many columns.
    pub(crate) fn new(columns: usize, separator: u8) -> Self {
        let mut writer = Self {
            block: Block::default(),
            columns,
            separator,
            lines: Vec::new(),
            start: 0,
            line: 0,
            fields: 0,
        };
        writer.reset(Block::default());
        writer
    }

    /// Columns of the table.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Begins a row that stands on this line of the source, counted from 1.
    #[inline]
    pub(crate) fn begin(&mut self, line: u64) {
        self.line = line;
        self.start = self.block.bytes.len();
        self.fields = 0;
    }

    /// Adds a cell with this text, which may be empty and have any bytes.
    #[inline]
    pub(crate) fn text(&mut self, text: &[u8]) {
        let bytes = &mut self.block.bytes;
        if self.fields >= self.columns {
            // Surplus is kept as text.
            bytes.extend_from_slice(text);
            bytes.push(self.separator);
            self.fields += 1;
            return;
        }
        let is_raw = match text {
            [] => {
                bytes.extend_from_slice(&[QUOTE, QUOTE]);
                false
            }
            [first, ..] => {
                bytes.extend_from_slice(text);
                *first == QUOTE
            }
        };
        self.block.index.push_end(bytes.len(), is_raw);
        bytes.push(self.separator);
        self.fields += 1;
    }

    /// Adds a cell that is missing.
    #[inline]
    pub(crate) fn null(&mut self) {
        if self.fields < self.columns {
            self.block.index.push_end(self.block.bytes.len(), false);
        }
        self.block.bytes.push(self.separator);
        self.fields += 1;
    }

    /// Ends the row; missing cells are NULL, and surplus ones are kept in the strays.
    #[inline]
    pub(crate) fn end(&mut self) {
        if self.fields == 0 {
            self.blank();
            return;
        }
        if self.fields > self.columns {
            // One more field, that of all the surplus.
            let end = self.block.bytes.len() - 1;
            self.block.index.push_end(end, false);
        }
        let end = self.block.bytes.len() - 1;
        let rows = self.block.index.rows();
        self.block
            .index
            .end_row(&self.block.bytes, self.start, end, NO_TRIMMING);
        if self.block.index.rows() > rows {
            self.lines.push(self.line);
        }
    }

    /// Counts a line on which nothing stands.
    pub(crate) fn blank(&mut self) {
        self.block.index.blank += 1;
    }

    /// Sets a record aside that is no row of the table.
    pub(crate) fn set_aside(&mut self, line: u64, text: &[u8], reason: Reason) {
        self.block.aside.push(Aside {
            line,
            text: text.to_vec(),
            reason,
        });
    }

    /// Bytes that the block holds.
    fn bytes(&self) -> usize {
        let aside: usize = self.block.aside.iter().map(|aside| aside.text.len()).sum();
        self.block.bytes.len() + aside
    }

    /// Begins a new block in the memory of a used one.
    fn reset(&mut self, mut used: Block) {
        used.clear();
        used.index.clear(self.columns, Some(QUOTE));
        used.separator = self.separator;
        self.block = used;
        self.lines.clear();
    }

    /// The block that was built; the writer goes on with a used one.
    pub(crate) fn take(&mut self, used: Block) -> Block {
        let first_line = self.lines.iter().copied().min().unwrap_or(0);
        let lines: Vec<u32> = (self.lines.iter())
            .map(|line| u32::try_from(line - first_line).unwrap_or(u32::MAX))
            .collect();
        self.block.first_line = first_line;
        self.block.lines_before = OnceLock::from(lines);
        let block = std::mem::take(&mut self.block);
        self.reset(used);
        block
    }
}

/// Sends the rows of a source as blocks.
pub(crate) struct RowReader {
    source: Box<dyn RowSource>,
    writer: RowWriter,
    block_bytes: usize,
    part: Part,
}

impl RowReader {
    pub(crate) fn new(source: Box<dyn RowSource>, writer: RowWriter, block_bytes: usize) -> Self {
        Self {
            source,
            writer,
            block_bytes: block_bytes.max(1),
            part: Part::default(),
        }
    }

    /// The same reader of one of several files.
    pub(crate) fn of_part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Reads to the end, sending every block; used blocks that come back through `recycled` are filled again.
    ///
    /// The statistics have no hash and no size of the source, for it need not have been read in order.
    ///
    /// # Errors
    /// Those of the source, and [`Error::Cancelled`], also when nobody takes the blocks.
    pub(crate) fn run(
        mut self,
        blocks: &Sender<Block>,
        recycled: &crossbeam_channel::Receiver<Block>,
        cancel: &Cancel,
    ) -> Result<ReaderStats, Error> {
        let mut stats = ReaderStats::default();
        loop {
            let mut is_more = true;
            while is_more && self.writer.bytes() < self.block_bytes {
                if cancel.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                is_more = self.source.next(&mut self.writer)?;
            }
            let used = recycled.try_recv().unwrap_or_default();
            let mut block = self.writer.take(used);
            block.source_end = self.source.position();
            stats.take(&mut block);
            block.place(&self.part);
            if block.index.rows() > 0 || !block.aside.is_empty() {
                let bytes = block.memory();
                blocks.send(block, bytes).map_err(|_| Error::Cancelled)?;
            }
            if !is_more {
                stats.warnings = self.source.warnings();
                stats.notes = self.source.notes();
                return Ok(stats);
            }
        }
    }
}

/// How far a source has been read, for those who only see what was made of it.
#[derive(Debug, Default)]
pub(crate) struct Position(AtomicU64);

impl Position {
    pub(crate) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bounded_in_bytes;
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<Vec<Option<Vec<u8>>>>;

    struct Given(std::vec::IntoIter<Vec<Option<Vec<u8>>>>, u64);

    impl RowSource for Given {
        fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error> {
            let Some(row) = self.0.next() else {
                return Ok(false);
            };
            self.1 += 7;
            out.begin(self.1);
            for cell in &row {
                match cell {
                    Some(text) => out.text(text),
                    None => out.null(),
                }
            }
            out.end();
            Ok(true)
        }

        fn position(&self) -> u64 {
            self.1
        }
    }

    fn blocks(rows: Rows, columns: usize, block_bytes: usize) -> (Vec<Block>, ReaderStats) {
        let (sender, receiver) = bounded_in_bytes(usize::MAX);
        let (_recycle, recycled) = crossbeam_channel::bounded(0);
        let source = Box::new(Given(rows.into_iter(), 0));
        let reader = RowReader::new(source, RowWriter::new(columns, b','), block_bytes);
        let stats = reader.run(&sender, &recycled, &Cancel::new()).unwrap();
        drop(sender);
        (std::iter::from_fn(|| receiver.recv()).collect(), stats)
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(
            rows in proptest::collection::vec(proptest::collection::vec(proptest::option::of(
                proptest::collection::vec(prop_oneof![
                    Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>()
                ], 0..6)), 0..5), 0..20),
            columns in 1usize..4,
            block_bytes in 1usize..60,
        ) {
            let (blocks, stats) = blocks(rows.clone(), columns, block_bytes);
            let mut found = 0;
            let mut written = rows.iter().zip(1u64..).filter(|(row, _)| {
                // A single cell that is missing says no more than a blank line where there are several columns.
                !(row.is_empty() || columns > 1 && matches!(row[..], [None]))
            });
            for block in &blocks {
                let mut surplus = block.index.long.iter().peekable();
                for row in 0..block.index.rows() {
                    let (wanted, number) = written.next().unwrap();
                    prop_assert_eq!(block.line_of(row), number * 7);
                    for column in 0..columns {
                        let cell = block.cell(row, column);
                        match wanted.get(column).cloned().flatten() {
                            Some(text) => {
                                prop_assert!(!cell.is_null());
                                prop_assert_eq!(cell.text().into_owned(), text);
                            }
                            None => prop_assert!(cell.is_null()),
                        }
                    }
                    prop_assert_eq!(block.index.short.contains(&(row as u32)), wanted.len() < columns);
                    let over = surplus.next_if(|surplus| surplus.row as usize == row);
                    let over = over.map(|over| block.bytes[over.start as usize..over.end as usize].to_vec());
                    let rest = wanted.get(columns..).filter(|rest| !rest.is_empty());
                    let rest = rest.map(|rest| {
                        let cells: Vec<Vec<u8>> = rest.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
                        cells.join(&b',')
                    });
                    prop_assert_eq!(over, rest);
                    found += 1;
                }
            }
            prop_assert!(written.next().is_none());
            prop_assert_eq!(stats.rows, found);
            prop_assert_eq!(stats.rows + stats.blank, rows.len() as u64);
        }
    }
}
