//! Reads the source once, from its beginning to its end, and hands out blocks of whole records.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::Syntax;
use super::channel::Sender;
use super::index::{Block, index_records};
use super::odd::Lines;
use super::part::Part;
use super::rows::Position;
use super::sift::{Below, Sift};
use super::structural::Simd;
use crate::receipt::{LINES_KEPT, Warning};
use crate::{Cancel, Error};

/// The largest record that becomes a row, in bytes; a larger one is set aside.
pub(crate) const LARGEST_RECORD: usize = 64_000_000;

/// How often an unclosed quote in a very large file may send the reader back before it is taken at its word.
const MOST_REWINDS: u32 = 8;

/// Bytes of a record that is set aside which are kept to recognise it by.
const KEPT_OF_OVERSIZED: usize = 1000;

/// A record that is too large to be a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OversizedRecord {
    /// The source line on which it begins, counted from 1.
    pub(crate) line: u64,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Its first bytes.
    pub(crate) beginning: Vec<u8>,
}

/// What a reader knows when it has come to the end of the source.
#[derive(Debug, Default)]
pub(crate) struct ReaderStats {
    /// Bytes of the whole source; 0 where what was read are not its own bytes.
    pub(crate) bytes: u64,
    /// The hash of the whole source; empty where what was read are not its own bytes.
    pub(crate) blake3: String,
    /// Rows in all blocks.
    pub(crate) rows: u64,
    /// Blank lines.
    pub(crate) blank: u64,
    /// Rows with fewer fields than columns.
    pub(crate) short: u64,
    /// The source lines of the first hundred of them.
    pub(crate) short_lines: Vec<u64>,
    /// The source lines of quotes that are never closed.
    pub(crate) unclosed_lines: Vec<u64>,
    /// Records that were set aside.
    pub(crate) oversized: Vec<OversizedRecord>,
    /// Rows with another delimiter than the rest.
    pub(crate) other_delimiters: Lines,
    /// Rows that may be another table below.
    pub(crate) below: Below,
    /// What else a person should know of how the source was read.
    pub(crate) warnings: Vec<Warning>,
    /// Remarks on columns, by their places.
    pub(crate) notes: Vec<(usize, String)>,
}

impl ReaderStats {
    /// Takes a block into account, which learns what its place among the others is.
    pub(super) fn take(&mut self, block: &mut Block) {
        block.first_row = self.rows;
        block.is_utf8 = simdutf8::basic::from_utf8(&block.bytes).is_ok();
        self.rows += block.index.rows() as u64;
        self.blank += block.index.blank;
        self.short += block.index.short.len() as u64;
        let room = LINES_KEPT - self.short_lines.len().min(LINES_KEPT);
        for &row in block.index.short.iter().take(room) {
            self.short_lines.push(block.line_of(row as usize));
        }
    }
}

/// Reads one source into blocks.
pub(crate) struct Reader<'a, R> {
    path: &'a Path,
    source: R,
    syntax: Syntax,
    columns: usize,
    block_bytes: usize,
    data_start: u64,
    first_line: u64,
    simd: Simd,
    hasher: blake3::Hasher,
    hashed_to: u64,
    position: u64,
    /// How far the file has been read, where the source is what was made of it.
    of_file: Option<Arc<Position>>,
    rewinds: u32,
    part: Part,
    sift: Option<Sift>,
}

/// What was learnt of a record that was read without being kept.
#[derive(Debug, Default)]
struct Skipped {
    /// Its size, terminator included.
    bytes: u64,
    /// The lines it takes.
    lines: u64,
    /// Its first bytes.
    beginning: Vec<u8>,
    /// Whether the source ended inside quotes.
    is_unclosed: bool,
}

impl<'a, R: Read + Seek> Reader<'a, R> {
    /// A reader over a source whose records begin at the byte `data_start`, which lies on line `first_line`.
    pub(crate) fn new(
        path: &'a Path,
        source: R,
        syntax: Syntax,
        columns: usize,
        data_start: u64,
        first_line: u64,
        block_bytes: usize,
    ) -> Self {
        Self {
            path,
            source,
            syntax,
            columns,
            block_bytes: block_bytes.max(1),
            data_start,
            first_line,
            simd: Simd::detect(),
            hasher: blake3::Hasher::new(),
            hashed_to: 0,
            position: 0,
            of_file: None,
            rewinds: 0,
            part: Part::default(),
            sift: None,
        }
    }

    /// The same reader, looking for what is no row of the table.
    pub(crate) fn sifting(self, sift: Option<Sift>) -> Self {
        Self { sift, ..self }
    }

    /// The same reader of a source that is not the file itself but what was made of it: the file is not hashed, and
    /// progress is counted in its bytes.
    pub(crate) fn of_file(self, of_file: Option<Arc<Position>>) -> Self {
        Self { of_file, ..self }
    }

    /// The same reader of one of several files.
    pub(crate) fn of_part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// The same reader with an instruction set of one's choice.
    #[cfg(any(test, fuzzing))]
    pub(super) fn with(self, simd: Simd) -> Self {
        Self { simd, ..self }
    }

    /// Reads to the end, sending every block; used blocks that come back through `recycled` are filled again.
    ///
    /// # Errors
    /// What the operating system says of the source, and [`Error::Cancelled`], also when nobody takes the blocks.
    pub(crate) fn run(
        mut self,
        blocks: &Sender<Block>,
        recycled: &crossbeam_channel::Receiver<Block>,
        cancel: &Cancel,
    ) -> Result<ReaderStats, Error> {
        let mut stats = ReaderStats::default();
        self.hash_up_to_data(cancel)?;
        let mut carry = Vec::new();
        let mut line = self.first_line;
        loop {
            let mut block = recycled.try_recv().unwrap_or_default();
            block.clear();
            block.bytes.append(&mut carry);
            let mut target = self.block_bytes;
            let (consumed, at_end) = loop {
                if cancel.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                let at_end = self.fill(&mut block.bytes, target)?;
                if at_end
                    && block
                        .bytes
                        .last()
                        .is_some_and(|&last| last != self.syntax.terminator)
                {
                    block.bytes.push(self.syntax.terminator);
                }
                let consumed = index_records(
                    &block.bytes,
                    self.syntax,
                    self.columns,
                    at_end,
                    self.simd,
                    &mut block.index,
                );
                if consumed > 0 || at_end || block.bytes.len() > LARGEST_RECORD {
                    break (consumed, at_end);
                }
                // The record is larger than the block: read on until it is complete or too large.
                target = (block.bytes.len() * 2).min(LARGEST_RECORD + 1);
            };
            if consumed == 0 && block.bytes.len() > LARGEST_RECORD {
                let start = self.position - block.bytes.len() as u64;
                // The buffer is given back before more is read.
                drop(block);
                line += self.large_record(start, line, blocks, cancel, &mut stats)?;
                continue;
            }
            carry.extend_from_slice(&block.bytes[consumed..]);
            block.bytes.truncate(consumed);
            if consumed == 0 {
                break;
            }
            block.first_line = line;
            block.terminator = self.syntax.terminator;
            line += memchr::memchr_iter(self.syntax.terminator, &block.bytes).count() as u64;
            block.source_end = self.done(carry.len());
            if let Some(sift) = &self.sift {
                sift.block(&mut block, self.syntax, &mut stats);
            }
            self.send(block, blocks, &mut stats)?;
            if at_end {
                break;
            }
        }
        if self.of_file.is_none() {
            stats.bytes = self.position;
            stats.blake3 = self.hasher.finalize().to_hex().to_string();
        }
        Ok(stats)
    }

    /// Bytes of the file that have been dealt with when so many of what was read still wait.
    fn done(&self, waiting: usize) -> u64 {
        match &self.of_file {
            Some(position) => position.get(),
            None => self.position - waiting as u64,
        }
    }

    fn send(
        &self,
        mut block: Block,
        blocks: &Sender<Block>,
        stats: &mut ReaderStats,
    ) -> Result<(), Error> {
        block.separator = self.syntax.delimiter;
        stats.take(&mut block);
        block.place(&self.part);
        for &at in &block.index.unclosed {
            stats.unclosed_lines.push(block.line_at(at as usize));
        }
        let bytes = block.memory();
        blocks.send(block, bytes).map_err(|_| Error::Cancelled)
    }

    /// Hashes what lies before the records.
    fn hash_up_to_data(&mut self, cancel: &Cancel) -> Result<(), Error> {
        self.seek(0)?;
        let mut buffer = Vec::new();
        while self.position < self.data_start {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            buffer.clear();
            let rest = (self.data_start - self.position).min(1_000_000) as usize;
            if self.fill(&mut buffer, rest)? {
                break;
            }
        }
        Ok(())
    }

    fn seek(&mut self, position: u64) -> Result<(), Error> {
        self.source
            .seek(SeekFrom::Start(position))
            .map_err(|cause| Error::reading(self.path, cause))?;
        self.position = position;
        Ok(())
    }

    /// Reads until the buffer holds `target` bytes; returns whether the source is at its end.
    fn fill(&mut self, buffer: &mut Vec<u8>, target: usize) -> Result<bool, Error> {
        let before = buffer.len();
        // At least one byte is asked for, so that the end of the source is noticed.
        let wanted = target.saturating_sub(before).max(1);
        buffer.reserve(wanted + 1);
        let read = self
            .source
            .by_ref()
            .take(wanted as u64)
            .read_to_end(buffer)
            .map_err(|cause| Error::reading(self.path, cause))?;
        let new = &buffer[before..];
        // After a rewind the source is read twice, but hashed once.
        let known = self
            .hashed_to
            .saturating_sub(self.position)
            .min(read as u64) as usize;
        if self.of_file.is_none() {
            self.hasher.update(&new[known..]);
        }
        self.position += read as u64;
        self.hashed_to = self.hashed_to.max(self.position);
        Ok(read < wanted)
    }

    /// Deals with the record at `start`, which is larger than a record may be; returns the lines it takes.
    fn large_record(
        &mut self,
        start: u64,
        line: u64,
        blocks: &Sender<Block>,
        cancel: &Cancel,
        stats: &mut ReaderStats,
    ) -> Result<u64, Error> {
        let mut skipped = self.skip_record(start, self.syntax, cancel)?;
        if skipped.is_unclosed && self.rewinds < MOST_REWINDS {
            // Rather than let the quote swallow the rest of the source, it is an ordinary byte, and so are the other
            // quotes of its line.
            self.rewinds += 1;
            stats.unclosed_lines.push(line);
            let literal = Syntax {
                quote: None,
                ..self.syntax
            };
            skipped = self.skip_record(start, literal, cancel)?;
            if skipped.bytes <= LARGEST_RECORD as u64 {
                let mut block = Block {
                    first_line: line,
                    terminator: self.syntax.terminator,
                    ..Block::default()
                };
                self.seek(start)?;
                self.fill(&mut block.bytes, skipped.bytes as usize)?;
                if block.bytes.last() != Some(&self.syntax.terminator) {
                    block.bytes.push(self.syntax.terminator);
                }
                index_records(
                    &block.bytes,
                    literal,
                    self.columns,
                    true,
                    self.simd,
                    &mut block.index,
                );
                block.source_end = self.done(0);
                self.send(block, blocks, stats)?;
                return Ok(1);
            }
        }
        stats.oversized.push(OversizedRecord {
            line,
            bytes: skipped.bytes,
            beginning: skipped.beginning,
        });
        Ok(skipped.lines)
    }

    /// Reads the record at `start` to its end without keeping it; the reader then stands after it.
    fn skip_record(
        &mut self,
        start: u64,
        syntax: Syntax,
        cancel: &Cancel,
    ) -> Result<Skipped, Error> {
        self.seek(start)?;
        let mut state = SkipState::FieldStart;
        let mut skipped = Skipped::default();
        let mut buffer = Vec::new();
        loop {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let piece_start = self.position;
            buffer.clear();
            let at_end = self.fill(&mut buffer, 1_000_000)?;
            if piece_start == start {
                skipped.beginning = buffer[..buffer.len().min(KEPT_OF_OVERSIZED)].to_vec();
            }
            for (i, &byte) in buffer.iter().enumerate() {
                skipped.lines += u64::from(byte == syntax.terminator);
                state = state.next(byte, syntax);
                if state == SkipState::RecordEnd {
                    let end = piece_start + i as u64 + 1;
                    self.seek(end)?;
                    skipped.bytes = end - start;
                    return Ok(skipped);
                }
            }
            if at_end {
                skipped.bytes = self.position - start;
                skipped.is_unclosed = state == SkipState::Quoted;
                return Ok(skipped);
            }
        }
    }
}

/// Where a reader is inside a record that it does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SkipState {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
    RecordEnd,
}

impl SkipState {
    fn next(self, byte: u8, syntax: Syntax) -> Self {
        match self {
            Self::FieldStart if Some(byte) == syntax.quote => Self::Quoted,
            Self::Quoted if Some(byte) == syntax.quote => Self::QuoteInQuoted,
            Self::Quoted => Self::Quoted,
            Self::QuoteInQuoted if Some(byte) == syntax.quote => Self::Quoted,
            _ if byte == syntax.terminator => Self::RecordEnd,
            _ if byte == syntax.delimiter => Self::FieldStart,
            _ => Self::Plain,
        }
    }
}
