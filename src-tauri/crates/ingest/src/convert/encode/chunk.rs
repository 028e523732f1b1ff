//! A column's part of a row group: pages as they come, and what the footer says of them.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use bytes::{Buf, Bytes};
use parquet::basic::{Compression as Codec, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::bits::{hybrid, width};
use super::open::Ticket;
use super::{OpenPages, Validity, Values};
use crate::Compression;
use crate::types::ColumnType;

/// The level of Zstandard: higher ones take more time than the smaller file is worth.
const ZSTD_LEVEL: i32 = 1;
/// A page is compressed only if that saves one byte in so many.
const WORTHWHILE: usize = 16;
/// After a page that was not worth compressing, so many others of the column are not tried.
const PAGES_NOT_TRIED: u32 = 15;

/// After so many pages of whole numbers it is decided anew which of two encodings they get.
const PAGES_NOT_COMPARED: u32 = 32;
/// Bytes that a number takes, compressed, below which it is not tried to keep numbers plain.
const LEAST_PLAIN: usize = 2;
/// A smaller page is compressed sooner than it is handed over.
const LEAST_HANDED_OVER: usize = 65_536;

/// What a thread needs to make pages, kept from page to page.
pub(crate) struct Scratch {
    codec: Compression,
    raw: Vec<u8>,
    compressed: Vec<u8>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
    snappy: snap::raw::Encoder,
    open: Arc<OpenPages>,
}

impl Scratch {
    /// # Errors
    /// If there is no memory for a compressor.
    pub(crate) fn new(codec: Compression, open: Arc<OpenPages>) -> io::Result<Self> {
        let zstd = match codec {
            Compression::Zstd => Some(zstd::bulk::Compressor::new(ZSTD_LEVEL)?),
            Compression::Snappy | Compression::None => None,
        };
        Ok(Self {
            codec,
            raw: Vec::new(),
            compressed: Vec::new(),
            zstd,
            snappy: snap::raw::Encoder::new(),
            open,
        })
    }

    /// Compresses `raw`; tells whether that was worthwhile.
    fn compress(&mut self, raw: &[u8]) -> Result<bool, ParquetError> {
        self.compressed.clear();
        match (self.codec, &mut self.zstd) {
            (Compression::Zstd, Some(zstd)) => {
                self.compressed
                    .reserve(zstd::zstd_safe::compress_bound(raw.len()));
                zstd.compress_to_buffer(raw, &mut self.compressed)
                    .map_err(|error| ParquetError::External(error.into()))?;
            }
            (Compression::Snappy, _) => {
                self.compressed
                    .resize(snap::raw::max_compress_len(raw.len()), 0);
                let length = self
                    .snappy
                    .compress(raw, &mut self.compressed)
                    .map_err(|error| ParquetError::External(error.into()))?;
                self.compressed.truncate(length);
            }
            _ => return Ok(false),
        }
        Ok(self.compressed.len() + raw.len() / WORTHWHILE < raw.len())
    }
}

/// A page whose values are encoded, but not compressed: any thread may do that.
#[derive(Debug)]
pub(super) struct RawPage {
    /// The definition levels and the values.
    raw: Vec<u8>,
    /// Bytes of the levels.
    levels: usize,
    encoding: Encoding,
    rows: u32,
    nulls: u32,
    /// Whether to compress the values if that gains something.
    is_tried: bool,
}

/// A page as it stands in the file.
#[derive(Debug)]
pub(super) struct FinishedPage {
    bytes: Bytes,
    uncompressed: usize,
    gained_nothing: bool,
}

impl RawPage {
    pub(super) fn finish(&self, scratch: &mut Scratch) -> Result<FinishedPage, ParquetError> {
        let (levels, values) = self.raw.split_at(self.levels);
        let is_compressed = self.is_tried && scratch.compress(values)?;
        let values = if is_compressed {
            &scratch.compressed[..]
        } else {
            values
        };
        let page = Page::DataPageV2 {
            buf: [levels, values].concat().into(),
            num_values: self.rows,
            encoding: self.encoding,
            num_nulls: self.nulls,
            num_rows: self.rows,
            def_levels_byte_len: levels.len() as u32,
            rep_levels_byte_len: 0,
            is_compressed,
            statistics: None,
        };
        let (bytes, uncompressed) = serialize(page, self.raw.len())?;
        Ok(FinishedPage {
            bytes,
            uncompressed,
            gained_nothing: self.is_tried && !is_compressed,
        })
    }

    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.raw
    }
}

/// The sizes of a page of whole numbers as packed differences and as plain values.
fn compare(
    values: &Values,
    column_type: ColumnType,
    scratch: &mut Scratch,
) -> Result<(usize, usize), ParquetError> {
    let mut raw = std::mem::take(&mut scratch.raw);
    let mut size = |encode: &dyn Fn(&mut Vec<u8>)| -> Result<usize, ParquetError> {
        raw.clear();
        encode(&mut raw);
        Ok(if scratch.compress(&raw)? {
            scratch.compressed.len()
        } else {
            raw.len()
        })
    };
    let packed = size(&|out| values.encode(out));
    let plain = match packed {
        // Plain values are never so small that this is worth a try.
        Ok(packed) if packed <= LEAST_PLAIN * values.len() => Ok(usize::MAX / 2),
        _ => size(&|out| values.plain(column_type, out)),
    };
    scratch.raw = raw;
    Ok((packed?, plain?))
}

/// A page with its header, and its size if it were not compressed.
fn serialize(page: Page, uncompressed: usize) -> Result<(Bytes, usize), ParquetError> {
    /// No header of a page is larger.
    const HEADER: usize = 64;
    let mut sink = TrackedWrite::new(Vec::with_capacity(page.buffer().len() + HEADER));
    let page = CompressedPage::new(page, uncompressed);
    let spec = SerializedPageWriter::new(&mut sink).write_page(page)?;
    Ok((sink.into_inner()?.into(), spec.uncompressed_size))
}

/// Collects the pages of one column, for one row group after the other.
pub(crate) struct ChunkEncoder {
    column: ColumnDescPtr,
    codec: Codec,
    dictionary: Option<Bytes>,
    pages: Vec<Bytes>,
    /// Pages after these that another worker compresses.
    handed_over: Vec<Ticket>,
    encodings: Vec<Encoding>,
    compressed: usize,
    uncompressed: usize,
    rows: u64,
    nulls: u64,
    /// Pages to come that need not be compressed, because a former one gained nothing.
    not_tried: u32,
    /// Whether numbers are kept plain, and the pages after which that is decided anew.
    is_plain: bool,
    until_compared: u32,
}

impl ChunkEncoder {
    pub(crate) fn new(column: ColumnDescPtr, codec: Compression) -> Self {
        Self {
            column,
            codec: match codec {
                Compression::Zstd => {
                    Codec::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default())
                }
                Compression::Snappy => Codec::SNAPPY,
                Compression::None => Codec::UNCOMPRESSED,
            },
            dictionary: None,
            pages: Vec::new(),
            handed_over: Vec::new(),
            encodings: vec![Encoding::RLE],
            compressed: 0,
            uncompressed: 0,
            rows: 0,
            nulls: 0,
            not_tried: 0,
            is_plain: false,
            until_compared: 0,
        }
    }

    /// Bytes of the pages that wait here.
    pub(crate) fn memory(&self) -> usize {
        self.compressed
    }

    /// Ends a page of the rows in `validity`, which is empty afterwards; `encode` writes their values.
    ///
    /// A page that is handed over is missing until [`ChunkEncoder::take_back`].
    pub(crate) fn page(
        &mut self,
        validity: &mut Validity,
        encoding: Encoding,
        scratch: &mut Scratch,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), ParquetError> {
        let mut raw = std::mem::take(&mut scratch.raw);
        raw.clear();
        validity.levels(&mut raw);
        let levels = raw.len();
        encode(&mut raw);
        let (rows, nulls) = (validity.rows(), validity.rows() - validity.values());
        self.rows += rows as u64;
        self.nulls += nulls as u64;
        validity.clear();
        if !self.encodings.contains(&encoding) {
            self.encodings.push(encoding);
        }
        let is_tried = self.not_tried == 0;
        self.not_tried = self.not_tried.saturating_sub(1);
        let page = |raw| RawPage {
            raw,
            levels,
            encoding,
            rows: rows as u32,
            nulls: nulls as u32,
            is_tried,
        };
        if is_tried
            && raw.len() >= LEAST_HANDED_OVER
            && let Some(ticket) = scratch.open.hand_over(page, &mut raw)
        {
            self.handed_over.push(ticket);
        } else {
            let page = page(raw);
            let finished = page.finish(scratch)?;
            raw = page.into_buffer();
            if self.handed_over.is_empty() {
                self.add(finished);
            } else {
                // It comes after those that are not there yet.
                self.handed_over
                    .push(Arc::new(OnceLock::from(Ok(finished))));
            }
        }
        scratch.raw = raw;
        Ok(())
    }

    /// Ends a page of whole numbers, in whichever encoding makes the smaller pages.
    ///
    /// Packed differences nearly always do. But moments to the second, counted in microseconds, differ by large numbers
    /// of few values: there the plain values compress better.
    pub(crate) fn page_of_numbers(
        &mut self,
        validity: &mut Validity,
        values: &Values,
        column_type: ColumnType,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        if self.until_compared == 0 {
            self.until_compared = PAGES_NOT_COMPARED;
            let (packed, plain) = compare(values, column_type, scratch)?;
            let is_plain = plain + plain / WORTHWHILE < packed;
            if is_plain != self.is_plain {
                self.is_plain = is_plain;
                self.not_tried = 0;
            }
        }
        self.until_compared -= 1;
        if self.is_plain {
            let plain = |out: &mut Vec<u8>| values.plain(column_type, out);
            self.page(validity, Encoding::PLAIN, scratch, plain)
        } else {
            let packed = |out: &mut Vec<u8>| values.encode(out);
            self.page(validity, values.encoding(), scratch, packed)
        }
    }

    /// Takes the pages back that were handed over; all workers must have left by now.
    pub(crate) fn take_back(&mut self) -> Result<(), ParquetError> {
        for ticket in std::mem::take(&mut self.handed_over) {
            match Arc::into_inner(ticket).and_then(OnceLock::into_inner) {
                Some(finished) => self.add(finished?),
                None => return Err(ParquetError::General("a page was lost".into())),
            }
        }
        Ok(())
    }

    fn add(&mut self, page: FinishedPage) {
        if page.gained_nothing {
            self.not_tried = PAGES_NOT_TRIED;
        }
        self.uncompressed += page.uncompressed;
        self.compressed += page.bytes.len();
        self.pages.push(page.bytes);
    }

    /// Ends a page of codes, all of them below `codes_used`.
    pub(crate) fn page_of_codes(
        &mut self,
        validity: &mut Validity,
        codes: &mut Vec<u32>,
        codes_used: u32,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        let width = width(u64::from(codes_used.saturating_sub(1)));
        self.page(validity, Encoding::RLE_DICTIONARY, scratch, |out| {
            out.push(width as u8);
            hybrid(codes, width, out);
        })?;
        codes.clear();
        Ok(())
    }

    /// Says what the codes of the pages so far stand for: values in the encoding `PLAIN`, and their number.
    pub(crate) fn set_dictionary(
        &mut self,
        plain: &[u8],
        count: u32,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        // A dictionary's page has no flag that says it is not compressed.
        scratch.compress(plain)?;
        let buf = match self.codec {
            Codec::UNCOMPRESSED => Bytes::copy_from_slice(plain),
            _ => Bytes::copy_from_slice(&scratch.compressed),
        };
        let page = Page::DictionaryPage {
            buf,
            num_values: count,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        let (bytes, uncompressed) = serialize(page, plain.len())?;
        self.uncompressed += uncompressed;
        self.compressed += bytes.len();
        if !self.encodings.contains(&Encoding::PLAIN) {
            self.encodings.push(Encoding::PLAIN);
        }
        self.dictionary = Some(bytes);
        Ok(())
    }

    /// Ends the column's part of a row group.
    pub(crate) fn finish(
        &mut self,
        statistics: Option<Statistics>,
    ) -> Result<EncodedChunk, ParquetError> {
        let mut pages = VecDeque::from(std::mem::take(&mut self.pages));
        let dictionary = self.dictionary.take();
        let dictionary_bytes = dictionary.as_ref().map(Bytes::len);
        if let Some(dictionary) = dictionary {
            pages.push_front(dictionary);
        }
        let mut metadata = ColumnChunkMetaData::builder(Arc::clone(&self.column))
            .set_encodings(std::mem::replace(&mut self.encodings, vec![Encoding::RLE]))
            .set_compression(self.codec)
            .set_num_values(self.rows as i64)
            .set_total_compressed_size(self.compressed as i64)
            .set_total_uncompressed_size(self.uncompressed as i64)
            .set_data_page_offset(dictionary_bytes.unwrap_or(0) as i64)
            .set_dictionary_page_offset(dictionary_bytes.map(|_| 0));
        if let Some(statistics) = statistics {
            metadata = metadata.set_statistics(statistics);
        }
        let close = ColumnCloseResult {
            bytes_written: self.compressed as u64,
            rows_written: self.rows,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        (self.compressed, self.uncompressed) = (0, 0);
        (self.rows, self.nulls) = (0, 0);
        Ok(EncodedChunk { pages, close })
    }

    /// The encodings of the pages so far.
    #[cfg(test)]
    pub(super) fn encodings(&self) -> &[Encoding] {
        &self.encodings
    }

    /// Rows of the pages so far.
    pub(crate) fn rows(&self) -> usize {
        self.rows as usize
    }

    /// Rows of the pages so far that are NULL.
    pub(crate) fn nulls(&self) -> u64 {
        self.nulls
    }
}

/// A column's part of a row group, ready to be written.
pub(crate) struct EncodedChunk {
    pages: VecDeque<Bytes>,
    pub(crate) close: ColumnCloseResult,
}

impl EncodedChunk {
    /// What to write, and what the footer says of it.
    pub(crate) fn into_parts(self) -> (Pages, ColumnCloseResult) {
        (Pages(self.pages), self.close)
    }
}

/// Pages one after the other, as a file of their own.
#[derive(Clone)]
pub(crate) struct Pages(VecDeque<Bytes>);

impl Length for Pages {
    fn len(&self) -> u64 {
        self.0.iter().map(|page| page.len() as u64).sum()
    }
}

impl ChunkReader for Pages {
    type T = Self;

    /// The pages from a page's beginning on.
    fn get_read(&self, start: u64) -> Result<Self, ParquetError> {
        let mut pages = self.clone();
        pages.skip(start as usize);
        Ok(pages)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Pages {
    fn skip(&mut self, mut bytes: usize) {
        while let Some(page) = self.0.front_mut() {
            if bytes < page.len() {
                page.advance(bytes);
                return;
            }
            bytes -= page.len();
            self.0.pop_front();
        }
    }
}

impl Read for Pages {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(page) = self.0.front_mut() else {
            return Ok(0);
        };
        let count = page.len().min(buffer.len());
        buffer[..count].copy_from_slice(&page[..count]);
        self.skip(count);
        Ok(count)
    }
}
