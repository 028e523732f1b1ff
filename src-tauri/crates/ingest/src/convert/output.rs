//! The Parquet file: row groups that were encoded elsewhere, appended in order.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;

use super::encode::EncodedChunk;
use crate::types::ColumnType;
use crate::{Cancel, Compression, Error};

/// A column as the file knows it.
#[derive(Debug, Clone)]
pub(crate) struct FileColumn {
    pub(crate) name: String,
    pub(crate) column_type: ColumnType,
}

/// The Arrow schema of the columns; every one may be NULL.
pub(crate) fn schema(columns: &[FileColumn]) -> SchemaRef {
    let field = |column: &FileColumn| Field::new(&column.name, column.column_type.arrow(), true);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// How the file is written, as far as the library decides it.
pub(crate) fn properties(compression: Compression) -> WriterProperties {
    let codec = match compression {
        Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
        Compression::Snappy => Codec::SNAPPY,
        Compression::None => Codec::UNCOMPRESSED,
    };
    WriterProperties::builder()
        .set_created_by(concat!("Buzz CSV ", env!("CARGO_PKG_VERSION")).into())
        .set_compression(codec)
        .set_offset_index_disabled(true)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build()
}

/// What a failure of the Parquet library means for the file at `path`, of which about `needed` bytes were to come.
pub(crate) fn parquet_error(path: &Path, error: ParquetError, needed: u64) -> Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => Error::writing(path, *cause, needed),
            Err(cause) => Error::Parquet(cause.to_string()),
        },
        other => Error::Parquet(other.to_string()),
    }
}

/// A Parquet file that is being written.
pub(crate) struct ParquetOutput {
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
}

impl ParquetOutput {
    /// Makes the file, which must not exist yet.
    pub(crate) fn create(
        path: &Path,
        columns: &[FileColumn],
        mut properties: WriterProperties,
    ) -> Result<Self, Error> {
        const BUFFER: usize = 1_048_576;
        let failed = |error| parquet_error(path, error, 0);
        let schema = schema(columns);
        add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
        let parquet_schema = ArrowSchemaConverter::new()
            .convert(&schema)
            .map_err(failed)?;
        let file = File::create_new(path).map_err(|cause| Error::writing(path, cause, 0))?;
        let writer = SerializedFileWriter::new(
            BufWriter::with_capacity(BUFFER, file),
            parquet_schema.root_schema_ptr(),
            Arc::new(properties),
        )
        .map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            writer,
        })
    }

    /// The columns as Parquet describes them.
    pub(crate) fn descriptors(&self) -> Vec<ColumnDescPtr> {
        self.writer.schema_descr().columns().to_vec()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes written so far.
    pub(crate) fn bytes_written(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    /// Appends a row group and waits until it is on disk, so that little is left to wait for at the end; `needed`
    /// estimates the bytes that are still to come.
    pub(crate) fn append(&mut self, chunks: Vec<EncodedChunk>, needed: u64) -> Result<(), Error> {
        let failed = |error| parquet_error(&self.path, error, needed);
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for chunk in chunks {
            let (pages, close) = chunk.into_parts();
            group.append_column(&pages, close).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        let file = self.writer.inner().get_ref();
        file.sync_data()
            .map_err(|cause| Error::writing(&self.path, cause, needed))
    }

    /// Writes the footer and makes the file durable; returns its size in bytes.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        let failed = |cause| Error::writing(&self.path, cause, 0);
        let buffer = self
            .writer
            .into_inner()
            .map_err(|error| parquet_error(&self.path, error, 0))?;
        let file = buffer
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok(file.metadata().map_err(failed)?.len())
    }
}

/// A finished Parquet file whose encoded columns are copied into another.
struct Donor {
    file: File,
    metadata: ParquetMetaData,
}

impl Donor {
    fn open(path: &Path) -> Result<Self, Error> {
        let failed = |error| parquet_error(path, error, 0);
        let file = File::open(path).map_err(|cause| Error::writing(path, cause, 0))?;
        let metadata = ParquetMetaDataReader::new()
            .parse_and_finish(&file)
            .map_err(failed)?;
        Ok(Self { file, metadata })
    }
}

/// The same chunk of a column that has another name.
fn described(
    chunk: &ColumnChunkMetaData,
    column: ColumnDescPtr,
) -> Result<ColumnChunkMetaData, ParquetError> {
    if chunk.column_descr() == column.as_ref() {
        return Ok(chunk.clone());
    }
    let mut builder = ColumnChunkMetaData::builder(column)
        .set_compression_codec(chunk.compression_codec())
        .set_encodings_mask(*chunk.encodings_mask())
        .set_total_compressed_size(chunk.compressed_size())
        .set_total_uncompressed_size(chunk.uncompressed_size())
        .set_num_values(chunk.num_values())
        .set_data_page_offset(chunk.data_page_offset())
        .set_dictionary_page_offset(chunk.dictionary_page_offset())
        .set_unencoded_byte_array_data_bytes(chunk.unencoded_byte_array_data_bytes())
        .set_repetition_level_histogram(chunk.repetition_level_histogram().cloned())
        .set_definition_level_histogram(chunk.definition_level_histogram().cloned());
    if let Some(statistics) = chunk.statistics() {
        builder = builder.set_statistics(statistics.clone());
    }
    if let Some(stats) = chunk.page_encoding_stats() {
        builder = builder.set_page_encoding_stats(stats.clone());
    }
    builder.build()
}

/// Writes to `path` the columns of `first` under the names of `columns`, where those at the places of `second` come
/// from that file, which has them in that order, in the same row groups. Nothing is decoded. Returns the file's size
/// in bytes.
pub(crate) fn splice(
    path: &Path,
    first: &Path,
    second: Option<(&Path, &[usize])>,
    columns: &[FileColumn],
    properties: WriterProperties,
    cancel: &Cancel,
) -> Result<u64, Error> {
    let first = Donor::open(first)?;
    let (second, replaced) = match second {
        Some((second, replaced)) => (Some(Donor::open(second)?), replaced),
        None => (None, &[][..]),
    };
    let mut output = ParquetOutput::create(path, columns, properties)?;
    let failed = |error| parquet_error(path, error, 0);
    let schema = output.writer.schema_descr().clone();
    for group in 0..first.metadata.num_row_groups() {
        let mut writer = output.writer.next_row_group().map_err(failed)?;
        for column in 0..columns.len() {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let (donor, at) = match (&second, replaced.iter().position(|&c| c == column)) {
                (Some(second), Some(at)) => (second, at),
                _ => (&first, column),
            };
            let row_group = donor.metadata.row_group(group);
            let metadata =
                described(row_group.column(at), schema.column(column)).map_err(failed)?;
            let close = ColumnCloseResult {
                bytes_written: metadata.compressed_size().unsigned_abs(),
                rows_written: row_group.num_rows().unsigned_abs(),
                metadata,
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            writer.append_column(&donor.file, close).map_err(failed)?;
        }
        writer.close().map_err(failed)?;
    }
    output.finish()
}
