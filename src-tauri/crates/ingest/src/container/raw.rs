//! Packed bytes, read ahead.

use std::io::{self, BufRead, Read};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// A buffered reader that can look ahead, knows where it is, and ends where it is told.
#[derive(Debug)]
pub(crate) struct Raw<R> {
    source: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Where `buffer[start]` is in the source.
    position: u64,
    /// Bytes that may still be read into the buffer.
    left: u64,
}

impl<R: Read> Raw<R> {
    /// A reader of so many bytes of a source that stands at this position; all of them where `None`.
    pub(crate) fn new(source: R, position: u64, bytes: Option<u64>) -> Self {
        Self {
            source,
            buffer: vec![0; BUFFER].into(),
            start: 0,
            end: 0,
            position,
            left: bytes.unwrap_or(u64::MAX),
        }
    }

    /// Where the next byte is in the source.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Bytes that were read from the source without being used yet.
    fn waiting(&self) -> usize {
        self.end - self.start
    }

    /// Reads more behind what is there; whether there was any.
    fn fill(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let room = &mut self.buffer[self.end..];
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(room.len());
        let read = self.source.read(&mut room[..most])?;
        self.end += read;
        self.left -= read as u64;
        Ok(read > 0)
    }

    /// The next bytes, fewer than so many only at the end.
    pub(crate) fn peek(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.waiting() < bytes.min(BUFFER) {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let bytes = bytes.min(self.waiting());
        Ok(&self.buffer[self.start..self.start + bytes])
    }
}

impl<R: Read> BufRead for Raw<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.waiting());
        self.start += bytes;
        self.position += bytes as u64;
    }
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let waiting = self.fill_buf()?;
        let copied = waiting.len().min(out.len());
        // One byte after the other is what some decompressors ask for.
        if let ([one], [first, ..]) = (&mut *out, waiting) {
            *one = *first;
        } else {
            out[..copied].copy_from_slice(&waiting[..copied]);
        }
        self.consume(copied);
        Ok(copied)
    }
}
