//! Parquet and Arrow files, which are tables with types already: taken in as they are.
//!
//! A sound Parquet file is copied byte for byte, after every page of the copy was decoded once; an Arrow file is written as
//! Parquet, batch by batch. Names are made unique as everywhere, for which a Parquet file has to be written anew.

mod arrow_file;
mod parquet_file;
mod profile;
mod types;

use std::any::Any;
use std::fs::File;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Fields, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;

use crate::convert::properties;
use crate::detect::{self, MOST_COLUMNS, PREVIEW_ROWS, shown};
use crate::progress::Throttle;
use crate::receipt::{self, Receipt};
use crate::source::Source;
use crate::structure::unique_names;
use crate::{Cancel, Conversion, Error, Options, Output, Phase, Snapshot};
use profile::Profiles;

/// A format of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    /// An Arrow IPC file, which is also Feather of version 2.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
    /// Feather of version 1, which nothing has written for years.
    OldFeather,
    /// Parquet whose footer is encrypted.
    EncryptedParquet,
}

/// The format that a file begins with.
pub(crate) fn recognise(beginning: &[u8]) -> Option<Format> {
    match beginning {
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        [b'P', b'A', b'R', b'E', ..] => Some(Format::EncryptedParquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Format::ArrowFile),
        [b'F', b'E', b'A', b'1', ..] => Some(Format::OldFeather),
        // The length of the schema follows, which is a multiple of eight and not long.
        [0xff, 0xff, 0xff, 0xff, low, _, _, 0, ..] if low % 8 == 0 => Some(Format::ArrowStream),
        _ => None,
    }
}

/// A file of columns that is looked at or taken in.
struct Columns<'a> {
    source: &'a Source,
    options: &'a Options,
    cancel: &'a Cancel,
}

/// The format of a source, if it is one of columns.
///
/// # Errors
/// Those of reading.
pub(crate) fn format(source: &Source) -> Result<Option<Format>, Error> {
    let mut beginning = Vec::new();
    source
        .handle()?
        .take(8)
        .read_to_end(&mut beginning)
        .map_err(|cause| Error::reading(&source.path, cause))?;
    Ok(recognise(&beginning))
}

/// What a file of columns says of itself.
#[derive(Debug)]
pub(crate) struct Look {
    /// The columns' names with those of the source.
    pub(crate) names: Vec<(String, String)>,
    /// The columns' types in SQL.
    pub(crate) types: Vec<String>,
    /// Its rows, where that is known without reading all of them.
    pub(crate) rows: Option<u64>,
    /// Its first rows.
    pub(crate) preview: Vec<Vec<Option<String>>>,
}

/// Looks at a file of columns without taking it in.
///
/// # Errors
/// As [`take_in`], except those of writing.
pub(crate) fn look(source: &Source, format: Format, options: &Options) -> Result<Look, Error> {
    has_no_lines(source, options)?;
    let cancel = Cancel::new();
    let columns = Columns {
        source,
        options,
        cancel: &cancel,
    };
    match format {
        Format::Parquet => columns.look_at_parquet(),
        Format::ArrowFile | Format::ArrowStream => columns.look_at_arrow(format),
        Format::OldFeather | Format::EncryptedParquet => Err(refused(source, format)),
    }
}

/// Makes sure that no lines of it are asked for.
fn has_no_lines(source: &Source, options: &Options) -> Result<(), Error> {
    match options.lines {
        Some(_) => Err(detect::no_lines(source, "a Parquet or Arrow file")),
        None => Ok(()),
    }
}

/// The cells of a batch as a preview shows them.
fn preview(batch: &RecordBatch) -> Vec<Vec<Option<String>>> {
    let options = FormatOptions::new();
    // Names of time zones cannot be shown without a table of them; the moments are.
    let shown_as = |array: &ArrayRef| match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let numbers = cast(array, &DataType::Int64);
            let moments = numbers.and_then(|array| cast(&array, &DataType::Timestamp(*unit, None)));
            moments.unwrap_or_else(|_| array.clone())
        }
        _ => array.clone(),
    };
    let columns: Vec<ArrayRef> = batch.columns().iter().map(shown_as).collect();
    let formatters: Vec<_> = (columns.iter())
        .map(|array| ArrayFormatter::try_new(array.as_ref(), &options).ok())
        .collect();
    let cell = |column: usize, row: usize| {
        let is_null = batch.column(column).is_null(row);
        let text = formatters[column].as_ref()?.value(row).try_to_string();
        text.ok()
            .filter(|_| !is_null)
            .map(|text| shown(text.as_bytes()))
    };
    (0..batch.num_rows().min(PREVIEW_ROWS))
        .map(|row| {
            (0..batch.num_columns())
                .map(|column| cell(column, row))
                .collect()
        })
        .collect()
}

/// What came of a file.
struct Taken {
    rows: u64,
    /// The columns' names with those of the source.
    names: Vec<(String, String)>,
    /// The columns' types in SQL.
    types: Vec<String>,
    profiles: Profiles,
    bytes: u64,
    blake3: String,
}

/// Makes the dataset of a file of columns; blocks. Whatever is written stays when it fails, for the caller to remove.
///
/// # Errors
/// [`Error::NoTable`] and [`Error::Damaged`] for what the file is, [`Error::Options`] if a part of it does not fit into the
/// memory, and those of reading and writing.
pub(crate) fn take_in(
    source: &Source,
    format: Format,
    output: &Output,
    options: &Options,
    progress: &mut Throttle,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    has_no_lines(source, options)?;
    let started = Instant::now();
    let columns = Columns {
        source,
        options,
        cancel,
    };
    source.hash_anew();
    let path = &output.data;
    let mut taken = match format {
        Format::Parquet => columns.parquet(path, progress)?,
        Format::ArrowFile => columns.arrow_file(path, progress)?,
        Format::ArrowStream => columns.arrow_stream(path, progress)?,
        Format::OldFeather | Format::EncryptedParquet => return Err(refused(source, format)),
    };
    source.check_unchanged(taken.bytes)?;
    progress.report_now(Snapshot {
        phase: Phase::Finishing,
        bytes_done: source.bytes,
        bytes_total: source.bytes,
        rows: taken.rows,
    });
    let nulls = taken.profiles.nulls();
    let profile = taken
        .profiles
        .finish(&taken.names, &taken.types, taken.rows);
    let columns = receipt_columns(taken.names, taken.types, nulls);
    let receipt = Receipt {
        rows_read: taken.rows,
        rows_written: taken.rows,
        columns,
        source: receipt::Source {
            blake3: taken.blake3,
            ..receipt_source(source)
        },
        ..blank_receipt(source, format, started)
    };
    Ok(Conversion {
        receipt,
        profile,
        has_strays: false,
    })
}

/// The receipt of a file of columns that is not taken in.
///
/// # Errors
/// As [`look`].
pub(crate) fn explain(
    source: &Source,
    format: Format,
    options: &Options,
) -> Result<Receipt, Error> {
    let started = Instant::now();
    let look = look(source, format, options)?;
    let nulls = vec![0; look.names.len()];
    Ok(Receipt {
        columns: receipt_columns(look.names, look.types, nulls),
        ..blank_receipt(source, format, started)
    })
}

fn receipt_source(source: &Source) -> receipt::Source {
    receipt::Source {
        path: source.path.display().to_string(),
        bytes: source.bytes,
        modified: source.modified_text(),
        blake3: String::new(),
    }
}

fn receipt_columns(
    names: Vec<(String, String)>,
    types: Vec<String>,
    nulls: Vec<u64>,
) -> Vec<receipt::Column> {
    (names.into_iter().zip(types).zip(nulls))
        .map(|(((name, source_name), sql_type), nulls)| receipt::Column {
            name,
            source_name,
            sql_type,
            nulls,
            strays: 0,
            format: None,
            missing: Vec::new(),
            notes: Vec::new(),
        })
        .collect()
}

/// The receipt of a file of which nothing was read yet.
fn blank_receipt(source: &Source, format: Format, started: Instant) -> Receipt {
    let seconds = started.elapsed().as_secs_f64();
    Receipt {
        source: receipt_source(source),
        sources: Vec::new(),
        table: None,
        format: match format {
            Format::Parquet | Format::EncryptedParquet => "parquet".into(),
            _ => "arrow".into(),
        },
        encoding: String::new(),
        delimiter: String::new(),
        quote: String::new(),
        has_header: true,
        preamble_rows: 0,
        header_rows: 0,
        rows_read: 0,
        rows_written: 0,
        rows_blank: 0,
        rows_set_aside: 0,
        ragged_short: 0,
        ragged_long: 0,
        columns: Vec::new(),
        decisions: Vec::new(),
        overruled: receipt::Overruled::default(),
        warnings: Vec::new(),
        seconds,
        bytes_per_second: (source.bytes as f64 / seconds.max(0.001)).round(),
        peak_memory_bytes: crate::platform::peak_memory(),
    }
}

/// Why a format cannot be read.
fn refused(source: &Source, format: Format) -> Error {
    let what = match format {
        Format::EncryptedParquet => "it is an encrypted Parquet file: save it without encryption",
        _ => {
            "it is a Feather file of the old version 1, which is read no more: save it as Parquet or as Feather again"
        }
    };
    Error::NoTable {
        path: source.path.clone(),
        what: what.into(),
    }
}

impl Columns<'_> {
    fn check_cancelled(&self) -> Result<(), Error> {
        match self.cancel.is_cancelled() {
            true => Err(Error::Cancelled),
            false => Ok(()),
        }
    }

    fn damaged(&self, fault: impl std::fmt::Display) -> Error {
        Error::Damaged {
            path: self.source.path.clone(),
            fault: fault.to_string(),
        }
    }

    /// The error for a type that Arrow has and Parquet has not.
    fn unkept(&self, error: parquet::errors::ParquetError) -> Error {
        Error::NoTable {
            path: self.source.path.clone(),
            what: format!(
                "it has a column that Parquet cannot keep ({error}): save it without that column"
            ),
        }
    }

    /// The columns' names; there may not be too many.
    fn names(&self, fields: &Fields) -> Result<Vec<(String, String)>, Error> {
        if fields.is_empty() || fields.len() > MOST_COLUMNS {
            return Err(Error::NoTable {
                path: self.source.path.clone(),
                what: format!(
                    "it has {} columns, and a table may have 1 to {MOST_COLUMNS}",
                    fields.len()
                ),
            });
        }
        Ok(unique_names(
            fields.iter().map(|field| field.name().clone()).collect(),
        ))
    }

    fn snapshot(&self, bytes_done: u64, rows: u64) -> Snapshot {
        Snapshot {
            phase: Phase::Converting,
            bytes_done: bytes_done.min(self.source.bytes),
            bytes_total: self.source.bytes,
            rows,
        }
    }

    /// Runs the decoder of a library, which may panic over a damaged file; that is damage like any other.
    fn decoding<T, E: std::fmt::Display>(
        &self,
        what: &str,
        decode: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, Error> {
        match catch_unwind(AssertUnwindSafe(decode)) {
            Ok(Ok(decoded)) => Ok(decoded),
            Ok(Err(error)) => Err(self.damaged(format!("{what}: {error}"))),
            Err(panic) => Err(self.damaged(format!("{what}: {}", panic_text(&*panic)))),
        }
    }

    fn writer<'p>(&self, path: &'p Path, schema: SchemaRef) -> Result<BatchWriter<'p>, Error> {
        let file = File::create_new(path).map_err(|cause| Error::writing(path, cause, 0))?;
        // What the schema has and Parquet has not is told here.
        let writer = ArrowWriter::try_new(
            io::BufWriter::with_capacity(1 << 20, file),
            schema,
            Some(properties(self.options.compression)),
        )
        .map_err(|error| Error::NoTable {
            path: self.source.path.clone(),
            what: format!(
                "it has a column that Parquet cannot keep ({error}): save it without that column"
            ),
        })?;
        Ok(BatchWriter {
            path,
            writer,
            most: (self.options.memory / 4) as usize,
        })
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it cannot be decoded")
}

/// Writes batches as row groups of a Parquet file.
struct BatchWriter<'a> {
    path: &'a Path,
    writer: ArrowWriter<io::BufWriter<File>>,
    /// Bytes of memory that a row group may take while it is made.
    most: usize,
}

impl BatchWriter<'_> {
    fn failed(&self, error: parquet::errors::ParquetError) -> Error {
        crate::convert::parquet_error(self.path, error, 0)
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.writer
            .write(batch)
            .map_err(|error| self.failed(error))?;
        if self.writer.memory_size() > self.most {
            self.writer.flush().map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        let path = self.path;
        let failed = |cause| Error::writing(path, cause, 0);
        let mut file = self
            .writer
            .into_inner()
            .map_err(|error| crate::convert::parquet_error(path, error, 0))?;
        file.flush().map_err(failed)?;
        file.get_ref().sync_all().map_err(failed)
    }
}

/// The same schema with these names.
fn renamed(schema: &Schema, names: &[(String, String)]) -> SchemaRef {
    let rename = |(field, (name, _)): (&FieldRef, &(String, String))| {
        std::sync::Arc::new(field.as_ref().clone().with_name(name))
    };
    let fields: Vec<FieldRef> = schema.fields().iter().zip(names).map(rename).collect();
    Schema::new_with_metadata(fields, schema.metadata().clone()).into()
}

/// Rows of a batch that are handed on at once.
const PIECE_ROWS: usize = 8_192;

/// The batch in pieces of a few thousand rows, which are views of it.
fn pieces(batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> + '_ {
    let rows = batch.num_rows();
    (0..rows)
        .step_by(PIECE_ROWS)
        .map(move |at| batch.slice(at, PIECE_ROWS.min(rows - at)))
}
