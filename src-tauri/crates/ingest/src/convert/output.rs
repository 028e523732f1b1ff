//! The Parquet file: row groups that were encoded elsewhere, appended in order.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression as Codec, LogicalType, Type as PhysicalType, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataReader,
    ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor, Type};

use super::encode::EncodedChunk;
use crate::types::ColumnType;
use crate::{Cancel, Compression, Error, platform};

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

/// A file that reaches the disk while it is written: behind the writing, but not far.
struct Durable {
    file: File,
    /// Bytes that were written.
    written: u64,
    /// Bytes of them that are on their way to the disk.
    begun: u64,
    /// Bytes of them that have arrived.
    arrived: u64,
    cancel: Cancel,
}

impl Durable {
    /// Bytes that are sent to the disk at once. It takes a slow disk less than 100 ms to write them, and nothing can
    /// interrupt it: this is how long somebody may have to wait for a conversion to stop.
    const STEP: u64 = 8_388_608;
    /// Bytes that may be on their way. A disk that pauses for a moment then holds nobody up, and one that is slower than
    /// the conversion does.
    const MOST_BEGUN: u64 = 8 * Self::STEP;

    fn send(&mut self) -> io::Result<()> {
        platform::begin_sync(&self.file, self.begun..self.written)?;
        self.begun = self.written;
        while self.begun - self.arrived > Self::MOST_BEGUN {
            let next = self.arrived + Self::STEP;
            platform::sync_range(&self.file, self.arrived..next)?;
            self.arrived = next;
        }
        Ok(())
    }

    /// Waits until everything has arrived; returns the file's size in bytes.
    fn finish(&self) -> io::Result<u64> {
        let mut arrived = self.arrived;
        while arrived < self.written {
            self.check()?;
            let next = (arrived + Self::STEP).min(self.written);
            platform::sync_range(&self.file, arrived..next)?;
            arrived = next;
        }
        self.file.sync_all()?;
        Ok(self.file.metadata()?.len())
    }

    fn check(&self) -> io::Result<()> {
        match self.cancel.is_cancelled() {
            true => Err(io::Error::other("the conversion was cancelled")),
            false => Ok(()),
        }
    }
}

impl Write for Durable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        if self.written - self.begun >= Self::STEP {
            self.send()?;
        }
        let room = Self::STEP - (self.written - self.begun);
        let most = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let written = self.file.write(&bytes[..most])?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A Parquet file that is being written.
pub(crate) struct ParquetOutput {
    path: PathBuf,
    columns: Vec<FileColumn>,
    writer: SerializedFileWriter<BufWriter<Durable>>,
}

impl ParquetOutput {
    /// Makes the file, which must not exist yet; once it is cancelled, nothing more is written to it.
    pub(crate) fn create(
        path: &Path,
        columns: Vec<FileColumn>,
        properties: WriterProperties,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        const BUFFER: usize = 1_048_576;
        let failed = |error| parquet_error(path, error, 0);
        let schema = parquet_schema(&columns).map_err(failed)?;
        let file = File::create_new(path).map_err(|cause| Error::writing(path, cause, 0))?;
        let file = Durable {
            file,
            written: 0,
            begun: 0,
            arrived: 0,
            cancel: cancel.clone(),
        };
        let writer = SerializedFileWriter::new(
            BufWriter::with_capacity(BUFFER, file),
            schema.root_schema_ptr(),
            Arc::new(properties),
        )
        .map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            columns,
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

    /// Appends a row group; `needed` estimates the bytes that are still to come.
    pub(crate) fn append(&mut self, chunks: Vec<EncodedChunk>, needed: u64) -> Result<(), Error> {
        let failed = |error| parquet_error(&self.path, error, needed);
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for chunk in chunks {
            let (pages, close) = chunk.into_parts();
            group.append_column(&pages, close).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }

    /// Writes the footer and makes the file durable; returns its size in bytes.
    ///
    /// Only now the columns' types have to be known for good: they are kept in the same bytes as those with which the
    /// file was begun, but a DECIMAL may have another precision.
    pub(crate) fn finish(
        mut self,
        types: impl IntoIterator<Item = ColumnType>,
    ) -> Result<u64, Error> {
        for (column, column_type) in self.columns.iter_mut().zip(types) {
            column.column_type = column_type;
        }
        let path = self.path;
        let failed = |error| parquet_error(&path, error, 0);
        let cancel = self.writer.inner().get_ref().cancel.clone();
        let told = |cause| match cancel.is_cancelled() {
            true => Error::Cancelled,
            false => Error::writing(&path, cause, 0),
        };
        let footer = footer(&self.columns, &self.writer).map_err(failed)?;
        self.writer.write_all(&footer).map_err(told)?;
        self.writer.flush().map_err(told)?;
        self.writer.inner().get_ref().finish().map_err(told)
    }
}

/// The schema as Parquet has it.
///
/// Decimals of at most 18 digits are kept in 8 bytes, also where 4 would do: how many digits there are is known when all
/// pages are written, and packed differences or a dictionary take no more room for it.
fn parquet_schema(columns: &[FileColumn]) -> Result<SchemaDescriptor, ParquetError> {
    let converted = ArrowSchemaConverter::new().convert(&schema(columns))?;
    let fields = converted
        .root_schema()
        .get_fields()
        .iter()
        .map(|field| {
            let info = field.get_basic_info();
            let Some(decimal @ LogicalType::Decimal { .. }) = info.logical_type_ref() else {
                return Ok(Arc::clone(field));
            };
            if field.get_physical_type() != PhysicalType::INT32 {
                return Ok(Arc::clone(field));
            }
            let field = Type::primitive_type_builder(field.name(), PhysicalType::INT64)
                .with_repetition(info.repetition())
                .with_logical_type(Some(decimal.clone()))
                .with_precision(field.get_precision())
                .with_scale(field.get_scale())
                .build()?;
            Ok(Arc::new(field))
        })
        .collect::<Result<_, ParquetError>>()?;
    let root = Type::group_type_builder(converted.root_schema().name())
        .with_fields(fields)
        .build()?;
    Ok(SchemaDescriptor::new(Arc::new(root)))
}

/// The end of a file of these columns, whose row groups were written with `writer`.
fn footer<W: Write + Send>(
    columns: &[FileColumn],
    writer: &SerializedFileWriter<W>,
) -> Result<Vec<u8>, ParquetError> {
    let descriptor = Arc::new(parquet_schema(columns)?);
    let row_groups: Vec<RowGroupMetaData> = writer
        .flushed_row_groups()
        .iter()
        .map(|group| {
            let chunks = group.columns().iter().zip(descriptor.columns());
            let chunks = chunks.map(|(chunk, column)| described(chunk, Arc::clone(column)));
            group
                .clone()
                .into_builder()
                .set_column_metadata(chunks.collect::<Result<_, _>>()?)
                .build()
        })
        .collect::<Result<_, _>>()?;
    let mut properties = WriterProperties::builder().build();
    add_encoded_arrow_schema_to_metadata(&schema(columns), &mut properties);
    let file = FileMetaData::new(
        writer.properties().writer_version().as_num(),
        row_groups.iter().map(RowGroupMetaData::num_rows).sum(),
        Some(writer.properties().created_by().to_owned()),
        properties.key_value_metadata().cloned(),
        descriptor,
        None,
    );
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &ParquetMetaData::new(file, row_groups)).finish()?;
    Ok(footer)
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

/// The same chunk of a column that is described otherwise.
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
    columns: Vec<FileColumn>,
    properties: WriterProperties,
    cancel: &Cancel,
) -> Result<u64, Error> {
    let types: Vec<ColumnType> = columns.iter().map(|column| column.column_type).collect();
    let first = Donor::open(first)?;
    let (second, replaced) = match second {
        Some((second, replaced)) => (Some(Donor::open(second)?), replaced),
        None => (None, &[][..]),
    };
    let mut output = ParquetOutput::create(path, columns, properties, cancel)?;
    let failed = |error| parquet_error(path, error, 0);
    let schema = output.writer.schema_descr().clone();
    for group in 0..first.metadata.num_row_groups() {
        let mut writer = output.writer.next_row_group().map_err(failed)?;
        for column in 0..types.len() {
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
    output.finish(types)
}
