//! The records of a workbook's stream ([MS-XLS] 2.1.4).

use super::super::binary::append_utf16;
use super::super::compound::Stream;
use crate::Error;

/// Bytes that are read ahead.
const AHEAD: usize = 262_144;
const CONTINUE: u16 = 0x003C;

/// Reads records one after the other, from any place on.
pub(crate) struct Records<'a> {
    stream: &'a Stream,
    path: &'a std::path::Path,
    buffer: Vec<u8>,
    /// Where the buffer begins in the stream.
    start: u64,
    /// The next record.
    at: u64,
    ahead: usize,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) number: u16,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Records<'a> {
    pub(crate) fn new(stream: &'a Stream, path: &'a std::path::Path, at: u64) -> Self {
        Self {
            stream,
            path,
            buffer: Vec::new(),
            start: at,
            at,
            ahead: AHEAD,
        }
    }

    /// The same, but with no more read ahead than so many bytes.
    pub(crate) fn reading(mut self, ahead: usize) -> Self {
        self.ahead = ahead.min(AHEAD);
        self
    }

    /// The bytes from `at` on, at least `length` of them if the stream has so many.
    fn fill(&mut self, at: u64, length: usize) -> Result<&[u8], Error> {
        let end = self.start + self.buffer.len() as u64;
        if at < self.start || at + length as u64 > end {
            self.buffer.resize(length.max(self.ahead), 0);
            let read = self
                .stream
                .read_at(at, &mut self.buffer)
                .map_err(|cause| Error::reading(self.path, cause))?;
            self.buffer.truncate(read);
            self.start = at;
        }
        let from = ((at - self.start) as usize).min(self.buffer.len());
        Ok(&self.buffer[from..])
    }

    /// Where the next record is in the stream.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Goes on from another place.
    pub(crate) fn go_to(&mut self, at: u64) {
        self.at = at;
    }

    /// The next record without what continues it; `None` at the end, or where the stream is cut off.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        let at = self.at;
        let header = self.fill(at, 4)?;
        if header.len() < 4 {
            return Ok(None);
        }
        let number = u16::from_le_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
        let all = self.fill(at, 4 + length)?;
        if all.len() < 4 + length {
            return Ok(None);
        }
        self.at = at + 4 + length as u64;
        // Filled again, for the borrow checker does not see that nothing changed.
        let from = (at - self.start) as usize + 4;
        Ok(Some(Record {
            number,
            bytes: &self.buffer[from..from + length],
        }))
    }
}

/// A record together with those that continue it, as one run of bytes; texts know where the seams are.
pub(crate) struct Continued<'r, 'a> {
    records: &'r mut Records<'a>,
    piece: Vec<u8>,
    at: usize,
    /// UTF-16 of the text that is being read.
    units: Vec<u8>,
}

impl<'r, 'a> Continued<'r, 'a> {
    /// Begins with the bytes of the record that was just read.
    pub(crate) fn new(records: &'r mut Records<'a>, first: Vec<u8>) -> Self {
        Self {
            records,
            piece: first,
            at: 0,
            units: Vec::new(),
        }
    }

    fn left(&self) -> &[u8] {
        &self.piece[self.at..]
    }

    /// Goes on to the next record, if it continues this one.
    fn next_piece(&mut self) -> Result<bool, Error> {
        let at = self.records.at();
        match self.records.next()? {
            Some(record) if record.number == CONTINUE => {
                self.piece.clear();
                self.piece.extend_from_slice(record.bytes);
                self.at = 0;
                Ok(true)
            }
            _ => {
                self.records.go_to(at);
                Ok(false)
            }
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, Error> {
        while self.left().is_empty() {
            if !self.next_piece()? {
                return Ok(None);
            }
        }
        self.at += 1;
        Ok(Some(self.piece[self.at - 1]))
    }

    /// A number of so many bytes.
    pub(crate) fn number(&mut self, bytes: u32) -> Result<Option<u32>, Error> {
        let mut value = 0;
        for i in 0..bytes {
            let Some(byte) = self.byte()? else {
                return Ok(None);
            };
            value |= u32::from(byte) << (8 * i);
        }
        Ok(Some(value))
    }

    fn skip(&mut self, mut bytes: u64) -> Result<bool, Error> {
        loop {
            let here = (self.left().len() as u64).min(bytes);
            self.at += here as usize;
            bytes -= here;
            if bytes == 0 {
                return Ok(true);
            }
            if !self.next_piece()? {
                return Ok(false);
            }
        }
    }

    /// Appends a text whose length in characters comes first, with its flags, runs and phonetic text ([MS-XLS] 2.5.293);
    /// `false` if the stream ends before it does.
    pub(crate) fn append_text(&mut self, to: &mut Vec<u8>) -> Result<bool, Error> {
        const IS_WIDE: u8 = 1;
        const HAS_PHONETIC: u8 = 4;
        const HAS_RUNS: u8 = 8;
        let (Some(mut left), Some(flags)) = (self.number(2)?, self.byte()?) else {
            return Ok(false);
        };
        let runs = match flags & HAS_RUNS {
            0 => Some(0),
            _ => self.number(2)?,
        };
        let phonetic = match flags & HAS_PHONETIC {
            0 => Some(0),
            _ => self.number(4)?,
        };
        let (Some(runs), Some(phonetic)) = (runs, phonetic) else {
            return Ok(false);
        };
        let mut is_wide = flags & IS_WIDE != 0;
        self.units.clear();
        while left > 0 {
            let width = 1 + usize::from(is_wide);
            let count = (self.left().len() / width).min(left as usize);
            let bytes = &self.piece[self.at..self.at + count * width];
            if is_wide {
                self.units.extend_from_slice(bytes);
            } else {
                self.units.extend(bytes.iter().flat_map(|&byte| [byte, 0]));
            }
            self.at += count * width;
            left -= count as u32;
            if left > 0 {
                if !self.next_piece()? {
                    return Ok(false);
                }
                // The characters that follow a seam may be stored in another width.
                is_wide = self.byte()?.is_some_and(|flags| flags & IS_WIDE != 0);
            }
        }
        append_utf16(&self.units, to);
        self.skip(u64::from(runs) * 4 + u64::from(phonetic))
    }
}
