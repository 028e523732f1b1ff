//! The zip container of a workbook: its parts by name, and where their bytes are.
//!
//! Only what a workbook needs is read: stored and deflated parts of one file, zip64 included. The central directory is
//! read as a stream, so that a directory of millions of entries costs time but no memory. Where it is missing or
//! damaged, the file is searched for the headers that stand before each part (APPNOTE 4.3.7).

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memmem;

use crate::{Error, platform};

/// Parts that a workbook may have at most; what comes after is not looked at. Excel's own rarely pass a thousand.
const MOST_PARTS: usize = 50_000;
/// Bytes that a part's name may have; longer ones belong to nothing that is read.
const LONGEST_NAME: usize = 512;

const LOCAL_HEADER: &[u8; 4] = b"PK\x03\x04";
const CENTRAL_HEADER: &[u8; 4] = b"PK\x01\x02";
const CENTRAL_END: &[u8; 4] = b"PK\x05\x06";
const CENTRAL_END_64: &[u8; 4] = b"PK\x06\x06";
const CENTRAL_LOCATOR_64: &[u8; 4] = b"PK\x06\x07";

/// How a part is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
    /// Anything else; the number is the one of APPNOTE 4.4.5.
    Other(u16),
}

/// One part of the container.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The name in lower case, with `/` between folders and none in front.
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) is_encrypted: bool,
    /// The check sum of the uncompressed bytes, where the directory tells it.
    pub(crate) crc: Option<u32>,
    /// Compressed bytes; where they were not told, everything up to the next part.
    pub(crate) compressed: u64,
    start: Start,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    /// Where the local header is; the part's bytes come after it.
    Header(u64),
    /// Where the part's bytes are.
    Data(u64),
}

/// A file that several readers use at once, each from a place of its own.
#[derive(Debug)]
pub(crate) struct SharedFile {
    file: File,
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

impl SharedFile {
    pub(crate) fn new(file: File, path: &Path) -> Result<Arc<Self>, Error> {
        let bytes = file
            .metadata()
            .map_err(|cause| Error::reading(path, cause))?
            .len();
        Ok(Arc::new(Self {
            file,
            path: path.to_owned(),
            bytes,
        }))
    }

    /// Reads up to `into.len()` bytes from `offset`; fewer only at the end of the file.
    pub(crate) fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            let at = offset.saturating_add(filled as u64);
            match platform::read_at(&self.file, &mut into[filled..], at) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(filled)
    }
}

/// A reader of a stretch of a shared file.
#[derive(Debug)]
pub(crate) struct Stretch {
    file: Arc<SharedFile>,
    at: u64,
    end: u64,
}

impl Stretch {
    pub(crate) fn new(file: &Arc<SharedFile>, start: u64, bytes: u64) -> Self {
        Self {
            file: Arc::clone(file),
            at: start,
            end: start.saturating_add(bytes).min(file.bytes),
        }
    }

    /// Whether the file ends before the stretch does.
    pub(crate) fn is_cut_off(file: &SharedFile, start: u64, bytes: u64) -> bool {
        start.saturating_add(bytes) > file.bytes
    }
}

impl Read for Stretch {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        let read = self.file.read_at(self.at, &mut into[..wanted])?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The parts of a zip file.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) file: Arc<SharedFile>,
    pub(crate) entries: Vec<Entry>,
    /// Whether the directory was missing or damaged, and the parts were searched for.
    pub(crate) is_recovered: bool,
}

impl Archive {
    /// Reads the directory of a zip file, or searches the file for its parts where there is none.
    pub(crate) fn open(file: &Arc<SharedFile>) -> Result<Self, Error> {
        let reading = |cause| Error::reading(&file.path, cause);
        let (entries, is_recovered) = match central_directory(file).map_err(reading)? {
            Some(entries) => (entries, false),
            None => (search(file).map_err(reading)?, true),
        };
        Ok(Self {
            file: Arc::clone(file),
            entries,
            is_recovered,
        })
    }

    /// The part of that name, letter case aside; the last one where there are several, as a later one replaces it.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        let name = normal_name(name.as_bytes());
        self.entries.iter().rev().find(|entry| entry.name == name)
    }

    /// Where a part's bytes begin; `None` if there is no such part at the place that the directory names.
    pub(crate) fn data_start(&self, entry: &Entry) -> io::Result<Option<u64>> {
        match entry.start {
            Start::Data(at) => Ok(Some(at)),
            Start::Header(at) => {
                let mut header = [0; 30];
                if self.file.read_at(at, &mut header)? < header.len()
                    || !header.starts_with(LOCAL_HEADER)
                {
                    return Ok(None);
                }
                let rest = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
                Ok(at.checked_add(30 + rest))
            }
        }
    }
}

/// A part's name as it is compared: some programs write backslashes, a slash in front or other letter case.
pub(crate) fn normal_name(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .replace('\\', "/")
        .trim_start_matches('/')
        .to_ascii_lowercase()
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn method(number: u16) -> Method {
    match number {
        0 => Method::Stored,
        8 => Method::Deflated,
        other => Method::Other(other),
    }
}

/// Reads ahead in large pieces, for records of a few dozen bytes each.
struct Records<'a> {
    file: &'a SharedFile,
    buffer: Vec<u8>,
    /// Where the buffer's first byte is in the file.
    start: u64,
}

impl Records<'_> {
    /// The `length` bytes at `at`; fewer only at the end of the file.
    fn bytes(&mut self, at: u64, length: usize) -> io::Result<&[u8]> {
        const AHEAD: usize = 65_536;
        let end = self.start + self.buffer.len() as u64;
        if at < self.start || at.saturating_add(length as u64) > end {
            self.buffer.resize(length.max(AHEAD), 0);
            let read = self.file.read_at(at, &mut self.buffer)?;
            self.buffer.truncate(read);
            self.start = at;
        }
        let from = (at - self.start) as usize;
        Ok(&self.buffer[from.min(self.buffer.len())..self.buffer.len().min(from + length)])
    }
}

/// The parts that the central directory names; `None` if it is missing, damaged or leads elsewhere.
fn central_directory(file: &SharedFile) -> io::Result<Option<Vec<Entry>>> {
    const END_BYTES: u64 = 22;
    const LONGEST_COMMENT: u64 = 65_535;
    let tail_bytes = file.bytes.min(END_BYTES + LONGEST_COMMENT);
    let mut tail = vec![0; tail_bytes as usize];
    let tail_start = file.bytes - tail_bytes;
    let read = file.read_at(tail_start, &mut tail)?;
    tail.truncate(read);
    let Some(end_at) = memmem::rfind(&tail, CENTRAL_END).filter(|&at| at + 22 <= tail.len()) else {
        return Ok(None);
    };
    let end = &tail[end_at..];
    let mut count = u64::from(u16_at(end, 10));
    let mut bytes = u64::from(u32_at(end, 12));
    let mut start = u64::from(u32_at(end, 16));
    let mut end_at = tail_start + end_at as u64;
    if count == 0xFFFF || bytes == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
        let mut locator = [0; 20];
        let mut end_64 = [0; 56];
        if end_at >= 20
            && file.read_at(end_at - 20, &mut locator)? == 20
            && locator.starts_with(CENTRAL_LOCATOR_64)
        {
            let at = u64_at(&locator, 8);
            if file.read_at(at, &mut end_64)? == 56 && end_64.starts_with(CENTRAL_END_64) {
                count = u64_at(&end_64, 32);
                bytes = u64_at(&end_64, 40);
                start = u64_at(&end_64, 48);
                end_at = at;
            }
        }
    }
    // Bytes in front of the archive move everything by as many.
    let Some(real_start) = end_at.checked_sub(bytes) else {
        return Ok(None);
    };
    let Some(shift) = real_start.checked_sub(start) else {
        return Ok(None);
    };

    let mut records = Records {
        file,
        buffer: Vec::new(),
        start: 0,
    };
    let mut entries = Vec::new();
    let mut at = real_start;
    for _ in 0..count {
        let record = records.bytes(at, 46)?;
        if record.len() < 46 || !record.starts_with(CENTRAL_HEADER) {
            return Ok(None);
        }
        let name_bytes = usize::from(u16_at(record, 28));
        let extra_bytes = usize::from(u16_at(record, 30));
        let length = 46 + name_bytes + extra_bytes + usize::from(u16_at(record, 32));
        let record = records.bytes(at, length)?;
        if record.len() < length {
            return Ok(None);
        }
        if name_bytes <= LONGEST_NAME && entries.len() < MOST_PARTS {
            let extra = &record[46 + name_bytes..46 + name_bytes + extra_bytes];
            let mut wide = Wide::new(extra);
            // The uncompressed size comes first; it may be untrue, and nobody asks for it.
            wide.or(u32_at(record, 24));
            let compressed = wide.or(u32_at(record, 20));
            let header = wide.or(u32_at(record, 42)).saturating_add(shift);
            entries.push(Entry {
                name: normal_name(&record[46..46 + name_bytes]),
                method: method(u16_at(record, 10)),
                is_encrypted: u16_at(record, 8) & 1 != 0,
                crc: Some(u32_at(record, 16)),
                compressed,
                start: Start::Header(header),
            });
        }
        at += length as u64;
    }
    Ok((!entries.is_empty()).then_some(entries))
}

/// The 64-bit numbers of a record's extra field, in the order in which the 32-bit ones are too small (APPNOTE 4.5.3).
struct Wide<'a>(&'a [u8]);

impl<'a> Wide<'a> {
    fn new(mut extra: &'a [u8]) -> Self {
        while extra.len() >= 4 {
            let bytes = usize::from(u16_at(extra, 2)).min(extra.len() - 4);
            if u16_at(extra, 0) == 1 {
                return Self(&extra[4..4 + bytes]);
            }
            extra = &extra[4 + bytes..];
        }
        Self(&[])
    }

    fn or(&mut self, narrow: u32) -> u64 {
        if narrow == u32::MAX && self.0.len() >= 8 {
            let value = u64_at(self.0, 0);
            self.0 = &self.0[8..];
            value
        } else {
            u64::from(narrow)
        }
    }
}

/// Searches the whole file for the headers of parts.
fn search(file: &SharedFile) -> io::Result<Vec<Entry>> {
    const PIECE: usize = 1 << 20;
    const LONGEST_HEADER: usize = 30 + LONGEST_NAME;
    let finder = memmem::Finder::new(LOCAL_HEADER);
    let mut entries: Vec<Entry> = Vec::new();
    // Where each part's header is, to end the part before it where its size is not told.
    let mut headers = Vec::new();
    let mut piece = vec![0; PIECE + LONGEST_HEADER];
    let mut at = 0;
    while at < file.bytes && entries.len() < MOST_PARTS {
        let read = file.read_at(at, &mut piece)?;
        for found in finder.find_iter(&piece[..read]) {
            if found >= PIECE {
                break;
            }
            let header_at = at + found as u64;
            if let Some(entry) = local_entry(&piece[found..read], header_at) {
                headers.push(header_at);
                entries.push(entry);
            }
        }
        at += PIECE as u64;
    }
    for (i, entry) in entries.iter_mut().enumerate() {
        let Start::Data(start) = entry.start else {
            continue;
        };
        let next = headers.get(i + 1).copied().unwrap_or(file.bytes);
        if entry.compressed == 0 || entry.crc.is_none() {
            entry.compressed = next.saturating_sub(start);
        }
    }
    Ok(entries)
}

/// The part that a header at `at` describes; `None` if those bytes are no header but look like one.
fn local_entry(header: &[u8], at: u64) -> Option<Entry> {
    const NEWEST_VERSION: u16 = 63;
    const DESCRIPTOR_FOLLOWS: u16 = 8;
    let name_bytes = usize::from(u16_at(header, 26));
    let name = header.get(30..30 + name_bytes)?;
    let is_plausible = u16_at(header, 4) & 0xFF <= NEWEST_VERSION
        && matches!(u16_at(header, 8), 0 | 8)
        && matches!(name_bytes, 1..=LONGEST_NAME)
        && std::str::from_utf8(name).is_ok_and(|name| !name.contains(char::is_control));
    if !is_plausible {
        return None;
    }
    let flags = u16_at(header, 6);
    let is_told = flags & DESCRIPTOR_FOLLOWS == 0 && u32_at(header, 18) != u32::MAX;
    Some(Entry {
        name: normal_name(name),
        method: method(u16_at(header, 8)),
        is_encrypted: flags & 1 != 0,
        crc: is_told.then(|| u32_at(header, 14)),
        compressed: if is_told {
            u64::from(u32_at(header, 18))
        } else {
            0
        },
        start: Start::Data(at + 30 + name_bytes as u64 + u64::from(u16_at(header, 28))),
    })
}
