//! A column's part of a row group: pages as they come, and what the footer says of them.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

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

use super::Validity;
use super::bits::{hybrid, width};
use crate::Compression;

/// The level of Zstandard: higher ones take more time than the smaller file is worth.
const ZSTD_LEVEL: i32 = 1;
/// A page is compressed only if that saves one byte in so many.
const WORTHWHILE: usize = 16;
/// After a page that was not worth compressing, so many others of the column are not tried.
const PAGES_NOT_TRIED: u32 = 15;

/// What a thread needs to make pages, kept from page to page.
pub(crate) struct Scratch {
    codec: Compression,
    raw: Vec<u8>,
    compressed: Vec<u8>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
    snappy: snap::raw::Encoder,
}

impl Scratch {
    /// # Errors
    /// If there is no memory for a compressor.
    pub(crate) fn new(codec: Compression) -> io::Result<Self> {
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
        })
    }

    /// Compresses what stands in `raw` from `from` on; tells whether that was worthwhile.
    fn compress(&mut self, from: usize) -> Result<bool, ParquetError> {
        let raw = &self.raw[from..];
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

/// Collects the pages of one column, for one row group after the other.
pub(crate) struct ChunkEncoder {
    column: ColumnDescPtr,
    codec: Codec,
    dictionary: Option<Bytes>,
    pages: Vec<Bytes>,
    encodings: Vec<Encoding>,
    compressed: usize,
    uncompressed: usize,
    rows: u64,
    nulls: u64,
    /// Pages to come that need not be compressed, because a former one gained nothing.
    not_tried: u32,
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
            encodings: vec![Encoding::RLE],
            compressed: 0,
            uncompressed: 0,
            rows: 0,
            nulls: 0,
            not_tried: 0,
        }
    }

    /// Bytes of the pages that wait here.
    pub(crate) fn memory(&self) -> usize {
        self.compressed
    }

    /// Ends a page of the rows in `validity`, which is empty afterwards; `encode` writes their values.
    pub(crate) fn page(
        &mut self,
        validity: &mut Validity,
        encoding: Encoding,
        scratch: &mut Scratch,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), ParquetError> {
        scratch.raw.clear();
        validity.levels(&mut scratch.raw);
        let levels = scratch.raw.len();
        encode(&mut scratch.raw);
        let is_compressed = if self.not_tried > 0 {
            self.not_tried -= 1;
            false
        } else {
            let is_worthwhile = scratch.compress(levels)?;
            self.not_tried = if is_worthwhile { 0 } else { PAGES_NOT_TRIED };
            is_worthwhile
        };
        let values = if is_compressed {
            &scratch.compressed[..]
        } else {
            &scratch.raw[levels..]
        };
        let buf = Bytes::from([&scratch.raw[..levels], values].concat());
        let (rows, nulls) = (validity.rows(), validity.rows() - validity.values());
        let page = Page::DataPageV2 {
            buf,
            num_values: rows as u32,
            encoding,
            num_nulls: nulls as u32,
            num_rows: rows as u32,
            def_levels_byte_len: levels as u32,
            rep_levels_byte_len: 0,
            is_compressed,
            statistics: None,
        };
        self.rows += rows as u64;
        self.nulls += nulls as u64;
        validity.clear();
        let page = self.serialize(page, scratch.raw.len(), encoding)?;
        self.pages.push(page);
        Ok(())
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

    fn serialize(
        &mut self,
        page: Page,
        uncompressed: usize,
        encoding: Encoding,
    ) -> Result<Bytes, ParquetError> {
        /// No header of a page is larger.
        const HEADER: usize = 64;
        let mut sink = TrackedWrite::new(Vec::with_capacity(page.buffer().len() + HEADER));
        let page = CompressedPage::new(page, uncompressed);
        let spec = SerializedPageWriter::new(&mut sink).write_page(page)?;
        self.uncompressed += spec.uncompressed_size;
        self.compressed += spec.compressed_size;
        if !self.encodings.contains(&encoding) {
            self.encodings.push(encoding);
        }
        Ok(sink.into_inner()?.into())
    }

    /// Says what the codes of the pages so far stand for: values in the encoding `PLAIN`, and their number.
    pub(crate) fn set_dictionary(
        &mut self,
        plain: &[u8],
        count: u32,
        scratch: &mut Scratch,
    ) -> Result<(), ParquetError> {
        if self.pages.is_empty() {
            return Ok(());
        }
        scratch.raw.clear();
        scratch.raw.extend_from_slice(plain);
        // A dictionary's page has no flag that says it is not compressed.
        scratch.compress(0)?;
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
        self.dictionary = Some(self.serialize(page, plain.len(), Encoding::PLAIN)?);
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
