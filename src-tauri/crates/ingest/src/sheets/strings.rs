//! The shared strings of a workbook, within a budget of memory however many they are.
//!
//! They lie one after the other, each with its length in front, in pages of memory; once those fill the budget, all
//! further ones go to a temporary file, of which the pages used last are kept. An index says where each begins. When
//! the index fills its own part of the budget, every other entry is dropped, and a string between two entries is
//! found by stepping over those before it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Strings of one workbook, by their number.
#[derive(Debug)]
pub(crate) struct SharedStrings {
    index: Vec<u64>,
    /// Strings from one entry of the index to the next; a power of two.
    stride: u64,
    most_entries: usize,
    count: u64,
    /// The strings that fit the budget.
    memory: Vec<u8>,
    most_memory: usize,
    spill: Option<Spill>,
}

/// Strings on disk.
#[derive(Debug)]
struct Spill {
    file: File,
    /// Bytes that were written to the file.
    bytes: u64,
    /// What is to be written next.
    tail: Vec<u8>,
    cache: Vec<Page>,
}

/// A page of the file that was read.
#[derive(Debug, Default)]
struct Page {
    number: Option<u64>,
    bytes: Vec<u8>,
}

const PAGE: usize = 16_384;
/// Bytes of length in front of a string.
const LENGTH: usize = 4;

impl SharedStrings {
    /// No strings yet; they will use about `budget` bytes of memory at most.
    pub(crate) fn within(budget: usize) -> Self {
        Self {
            index: Vec::new(),
            stride: 1,
            most_entries: (budget / 4 / size_of::<u64>()).max(16),
            count: 0,
            memory: Vec::new(),
            most_memory: budget / 2,
            spill: None,
        }
    }

    /// How many strings there are.
    #[cfg(test)]
    fn count(&self) -> u64 {
        self.count
    }

    /// Whether some of them are on disk.
    #[cfg(test)]
    fn has_spilled(&self) -> bool {
        self.spill.is_some()
    }

    /// Adds the next string.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub(crate) fn push(&mut self, text: &[u8]) -> std::io::Result<()> {
        let at = self.memory.len() as u64 + self.spill.as_ref().map_or(0, Spill::end);
        if self.count.is_multiple_of(self.stride) {
            if self.index.len() == self.most_entries {
                self.stride *= 2;
                let mut keep = false;
                self.index.retain(|_| {
                    keep = !keep;
                    keep
                });
            }
            if self.count.is_multiple_of(self.stride) {
                self.index.push(at);
            }
        }
        self.count += 1;
        let length = u32::try_from(text.len())
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidData))?
            .to_le_bytes();
        if self.spill.is_none() && self.memory.len() + LENGTH + text.len() <= self.most_memory {
            self.memory.extend_from_slice(&length);
            self.memory.extend_from_slice(text);
            return Ok(());
        }
        let pages = self.most_memory / 2 / PAGE;
        let spill = match &mut self.spill {
            Some(spill) => spill,
            none => none.insert(Spill::new(pages)?),
        };
        spill.write(&length)?;
        spill.write(text)
    }

    /// Nothing more will be added.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub(crate) fn finish(&mut self) -> std::io::Result<()> {
        self.memory.shrink_to_fit();
        self.spill.as_mut().map_or(Ok(()), Spill::flush)
    }

    /// Appends the string of that number; `false` if there is none.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub(crate) fn append(&mut self, number: u64, to: &mut Vec<u8>) -> std::io::Result<bool> {
        if number >= self.count {
            return Ok(false);
        }
        let Some(&start) = self.index.get((number / self.stride) as usize) else {
            return Ok(false);
        };
        let mut at = start;
        let mut length = self.length(at)?;
        for _ in 0..number % self.stride {
            at += LENGTH as u64 + length as u64;
            length = self.length(at)?;
        }
        at += LENGTH as u64;
        match self.memory.get(at as usize..at as usize + length) {
            Some(text) => to.extend_from_slice(text),
            None => {
                let filled = to.len();
                to.resize(filled + length, 0);
                self.read(at, &mut to[filled..])?;
            }
        }
        Ok(true)
    }

    #[inline]
    fn length(&mut self, at: u64) -> std::io::Result<usize> {
        let mut length = [0; LENGTH];
        match self.memory.get(at as usize..at as usize + LENGTH) {
            Some(bytes) => length.copy_from_slice(bytes),
            None => self.read(at, &mut length)?,
        }
        Ok(u32::from_le_bytes(length) as usize)
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> std::io::Result<()> {
        let spilled_at = at.checked_sub(self.memory.len() as u64);
        match (&mut self.spill, spilled_at) {
            (Some(spill), Some(at)) => spill.read(at, into),
            _ => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Spill {
    fn new(pages: usize) -> std::io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            bytes: 0,
            tail: Vec::new(),
            cache: (0..pages.max(2)).map(|_| Page::default()).collect(),
        })
    }

    fn end(&self) -> u64 {
        self.bytes + self.tail.len() as u64
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        const WRITE: usize = 262_144;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() >= WRITE {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.write_all(&self.tail)?;
        self.bytes += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }

    fn read(&mut self, mut at: u64, mut into: &mut [u8]) -> std::io::Result<()> {
        while !into.is_empty() {
            let number = at / PAGE as u64;
            let slot = (number % self.cache.len() as u64) as usize;
            let page = &mut self.cache[slot];
            if page.number != Some(number) {
                page.number = None;
                page.bytes.resize(PAGE, 0);
                let start = number * PAGE as u64;
                let length = PAGE.min(self.bytes.saturating_sub(start) as usize);
                page.bytes.truncate(length);
                self.file.seek(SeekFrom::Start(start))?;
                self.file.read_exact(&mut page.bytes)?;
                page.number = Some(number);
            }
            let inside = (at % PAGE as u64) as usize;
            let there = page.bytes.get(inside..).unwrap_or_default();
            let taken = there.len().min(into.len());
            if taken == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let (now, later) = into.split_at_mut(taken);
            now.copy_from_slice(&there[..taken]);
            into = later;
            at += taken as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(strings: &mut SharedStrings, expected: &[Vec<u8>]) {
        // Backwards, so that no page is met in the order in which it was written.
        for (number, text) in expected.iter().enumerate().rev() {
            let mut found = Vec::new();
            assert!(strings.append(number as u64, &mut found).unwrap());
            assert_eq!(&found, text);
        }
        assert!(
            !strings
                .append(expected.len() as u64, &mut Vec::new())
                .unwrap()
        );
    }

    #[test]
    fn beyond_the_budget_they_are_kept_on_disk() {
        let expected: Vec<Vec<u8>> = (0..20_000)
            .map(|n| format!("text number {n}").into_bytes())
            .collect();
        let mut strings = SharedStrings::within(65_536);
        for text in &expected {
            strings.push(text).unwrap();
        }
        strings.finish().unwrap();
        assert!(strings.has_spilled());
        assert!(strings.stride > 1);
        assert!(strings.memory.len() + strings.index.len() * 8 <= 65_536);
        all(&mut strings, &expected);
    }

    proptest! {
        #[test]
        fn each_is_found_by_its_number(
            expected in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 0..300),
            budget in 0_usize..40_000,
        ) {
            let mut strings = SharedStrings::within(budget);
            for text in &expected {
                strings.push(text).unwrap();
            }
            strings.finish().unwrap();
            prop_assert_eq!(strings.count(), expected.len() as u64);
            all(&mut strings, &expected);
        }
    }
}
