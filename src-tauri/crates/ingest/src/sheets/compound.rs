//! The compound file of older workbooks: streams in chains of sectors ([MS-CFB]).
//!
//! Only what leads to one stream is kept in memory: where its sectors are, four bytes for each. Nothing is trusted: a
//! chain that is longer than the file, or leads out of it, ends there.

use std::io;
use std::sync::Arc;

use super::archive::SharedFile;
use super::binary::{Fields, append_utf16};

const HEADER: usize = 512;
const ENTRY: usize = 128;
/// Numbers of sectors from here on are no sectors (2.1).
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
/// Entries of the directory that are looked at.
const MOST_ENTRIES: usize = 65_536;

/// A stream that the directory names.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    kind: u8,
    start: u32,
    bytes: u64,
}

const KIND_STREAM: u8 = 2;
const KIND_ROOT: u8 = 5;

/// A compound file's directory and tables.
#[derive(Debug)]
pub(crate) struct Compound {
    file: Arc<SharedFile>,
    sector: u64,
    mini_sector: u64,
    mini_cutoff: u64,
    /// The sectors of the table of sectors.
    table: Vec<u32>,
    mini_table_start: u32,
    entries: Vec<Entry>,
}

/// A stream: its bytes by their place.
#[derive(Debug)]
pub(crate) struct Stream {
    file: Arc<SharedFile>,
    /// Where each unit of the stream is in the file.
    units: Vec<u64>,
    unit: u64,
    pub(crate) bytes: u64,
}

impl Compound {
    /// Reads the directory; `None` if the file is no compound file, or its directory is lost.
    pub(crate) fn open(file: &Arc<SharedFile>) -> io::Result<Option<Self>> {
        let mut header = [0; HEADER];
        if file.read_at(0, &mut header)? < HEADER {
            return Ok(None);
        }
        let field = |at: usize| Fields(&header[at..]);
        let shift = field(30).u16().unwrap_or(0);
        let mini_shift = field(32).u16().unwrap_or(0);
        if !matches!(shift, 7..=16) || !matches!(mini_shift, 4..=12) || mini_shift > shift {
            return Ok(None);
        }
        let mut compound = Self {
            file: Arc::clone(file),
            sector: 1 << shift,
            mini_sector: 1 << mini_shift,
            mini_cutoff: u64::from(field(56).u32().unwrap_or(4_096)),
            table: Vec::new(),
            mini_table_start: field(60).u32().unwrap_or(u32::MAX),
            entries: Vec::new(),
        };
        compound.read_table(&header)?;
        let directory = compound.chain(field(48).u32().unwrap_or(u32::MAX), u64::MAX)?;
        compound.read_directory(&directory)?;
        Ok((!compound.entries.is_empty()).then_some(compound))
    }

    /// The sectors that the file can have at most.
    fn most_sectors(&self) -> usize {
        usize::try_from(self.file.bytes / self.sector + 1).unwrap_or(usize::MAX)
    }

    fn place(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) * self.sector
    }

    /// Reads where the table of sectors is: 109 sectors are named in the header, the others in a chain.
    fn read_table(&mut self, header: &[u8]) -> io::Result<()> {
        let most = self.most_sectors();
        let mut named = Fields(&header[76..]);
        while let Some(sector) = named.u32() {
            if sector < LAST_SECTOR {
                self.table.push(sector);
            }
        }
        let mut next = Fields(&header[68..]).u32().unwrap_or(u32::MAX);
        let mut bytes = vec![0; self.sector as usize];
        for _ in 0..most {
            if next >= LAST_SECTOR || self.table.len() > most {
                break;
            }
            let read = self.file.read_at(self.place(next), &mut bytes)?;
            let (sectors, link) = bytes[..read].split_at(read.saturating_sub(4));
            let mut sectors = Fields(sectors);
            while let Some(sector) = sectors.u32() {
                if sector < LAST_SECTOR {
                    self.table.push(sector);
                }
            }
            next = Fields(link).u32().unwrap_or(u32::MAX);
        }
        self.table.truncate(most);
        Ok(())
    }

    /// The places of the sectors from `start` on, up to `bytes` bytes of them.
    fn chain(&self, start: u32, bytes: u64) -> io::Result<Vec<u64>> {
        let wanted = usize::try_from(bytes.div_ceil(self.sector)).unwrap_or(usize::MAX);
        let most = self.most_sectors().min(wanted);
        let entries = (self.sector / 4) as usize;
        let mut places = Vec::new();
        let mut loaded = usize::MAX;
        let mut links = vec![0; self.sector as usize];
        let mut sector = start;
        while sector < LAST_SECTOR && places.len() < most {
            places.push(self.place(sector));
            let part = sector as usize / entries;
            if part != loaded {
                let Some(&at) = self.table.get(part) else {
                    break;
                };
                links.fill(0xFF);
                self.file.read_at(self.place(at), &mut links)?;
                loaded = part;
            }
            let at = sector as usize % entries * 4;
            sector = Fields(&links[at..]).u32().unwrap_or(u32::MAX);
        }
        Ok(places)
    }

    fn read_directory(&mut self, places: &[u64]) -> io::Result<()> {
        let mut bytes = vec![0; self.sector as usize];
        for &place in places {
            let read = self.file.read_at(place, &mut bytes)?;
            for entry in bytes[..read].chunks_exact(ENTRY) {
                let name_bytes = Fields(&entry[64..]).u16().unwrap_or(0);
                let kind = entry[66];
                if !matches!(name_bytes, 2..=64) || !matches!(kind, KIND_STREAM | KIND_ROOT) {
                    continue;
                }
                let mut name = Vec::new();
                append_utf16(&entry[..usize::from(name_bytes) - 2], &mut name);
                let mut fields = Fields(&entry[116..]);
                let start = fields.u32().unwrap_or(u32::MAX);
                let low = fields.u32().unwrap_or(0);
                // Files with small sectors may have anything in the upper half.
                let high = match self.sector {
                    512 => 0,
                    _ => fields.u32().unwrap_or(0),
                };
                self.entries.push(Entry {
                    name: String::from_utf8_lossy(&name).into_owned(),
                    kind,
                    start,
                    bytes: u64::from(low) | u64::from(high) << 32,
                });
            }
            if self.entries.len() >= MOST_ENTRIES {
                break;
            }
        }
        Ok(())
    }

    /// Whether there is a stream of that name, letter case aside.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.kind == KIND_STREAM && entry.name.eq_ignore_ascii_case(name))
    }

    /// The stream of that name; `None` if there is none.
    pub(crate) fn stream(&self, name: &str) -> io::Result<Option<Stream>> {
        let Some(entry) = self.find(name) else {
            return Ok(None);
        };
        let (units, unit) = if entry.bytes < self.mini_cutoff {
            (self.mini_chain(entry)?, self.mini_sector)
        } else {
            (self.chain(entry.start, entry.bytes)?, self.sector)
        };
        Ok(Some(Stream {
            file: Arc::clone(&self.file),
            bytes: entry.bytes.min(units.len() as u64 * unit),
            units,
            unit,
        }))
    }

    /// The places of a small stream's units, which lie in a stream of the root's.
    fn mini_chain(&self, entry: &Entry) -> io::Result<Vec<u64>> {
        let Some(root) = self.entries.iter().find(|entry| entry.kind == KIND_ROOT) else {
            return Ok(Vec::new());
        };
        let container = self.chain(root.start, root.bytes)?;
        let table = self.chain(self.mini_table_start, u64::MAX)?;
        let wanted = entry.bytes.div_ceil(self.mini_sector) as usize;
        let in_sector = self.sector / self.mini_sector;
        let links_in_sector = self.sector / 4;
        let mut places = Vec::new();
        let mut unit = entry.start;
        while unit < LAST_SECTOR && places.len() < wanted {
            let number = u64::from(unit);
            let Some(&sector) = container.get((number / in_sector) as usize) else {
                break;
            };
            places.push(sector + number % in_sector * self.mini_sector);
            let Some(&links) = table.get((number / links_in_sector) as usize) else {
                break;
            };
            let mut link = [0; 4];
            self.file
                .read_at(links + number % links_in_sector * 4, &mut link)?;
            unit = u32::from_le_bytes(link);
        }
        Ok(places)
    }
}

impl Stream {
    /// Reads up to `into.len()` bytes from `offset`; fewer at the end, or where the file is cut off.
    pub(crate) fn read_at(&self, mut offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() && offset < self.bytes {
            let Some(&place) = self.units.get((offset / self.unit) as usize) else {
                break;
            };
            let inside = offset % self.unit;
            // Sectors that lie one after the other are read in one go.
            let mut together = self.unit - inside;
            let mut number = (offset / self.unit) as usize;
            while together < (into.len() - filled) as u64
                && self.units.get(number + 1) == Some(&(self.units[number] + self.unit))
            {
                number += 1;
                together += self.unit;
            }
            let wanted = together
                .min(self.bytes - offset)
                .min((into.len() - filled) as u64) as usize;
            let read = self
                .file
                .read_at(place + inside, &mut into[filled..filled + wanted])?;
            filled += read;
            offset += read as u64;
            if read < wanted {
                break;
            }
        }
        Ok(filled)
    }
}
