//! The cells of a finished dataset as text again, for columns that are converted anew without their source.
//!
//! The text is a small file of comma-separated values with nothing but these columns, so that what reads it is what
//! reads any file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal64Type, Decimal128Type, Field, Float64Type, Int64Type, Schema,
    Time64MicrosecondType, TimestampMicrosecondType,
};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::strays::StraysOf;
use crate::progress::{Phase, Snapshot, Throttle};
use crate::types::ColumnType;
use crate::{Cancel, Error};

/// A column whose cells are written.
pub(crate) struct Restored {
    /// Its place in the dataset.
    pub(crate) index: usize,
    /// The type that it has there.
    pub(crate) column_type: ColumnType,
    /// What strayed from that.
    pub(crate) strays: Option<StraysOf>,
}

/// The line above the rows: it makes even the text of a dataset without rows a file with something in it.
pub(crate) const HEADING: &[u8] = b"cells\n";

/// Writes the cells of some columns, in the order of their places, row by row to the file `to`.
///
/// Each row ends with an empty field of its own, without which a row of nothing but NULL would be a blank line.
pub(crate) fn write_cells(
    data: &Path,
    columns: &mut [Restored],
    to: &Path,
    progress: &mut Throttle,
    cancel: &Cancel,
) -> Result<(), Error> {
    const BUFFER: usize = 1_048_576;
    let told = |error: parquet::errors::ParquetError| Error::Parquet(error.to_string());
    let file = File::open(data).map_err(|cause| Error::reading(data, cause))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(told)?;
    // Texts are read as views into the pages: a long text that repeats is not copied for each of its rows.
    let fields: Vec<Field> = metadata
        .schema()
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Utf8 => field.as_ref().clone().with_data_type(DataType::Utf8View),
            _ => field.as_ref().clone(),
        })
        .collect();
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let metadata = ArrowReaderMetadata::try_new(
        Arc::clone(metadata.metadata()),
        ArrowReaderOptions::new().with_schema(Arc::new(schema)),
    )
    .map_err(told)?;
    let places: Vec<usize> = columns.iter().map(|column| column.index).collect();
    let groups = metadata.metadata().row_groups();
    let bytes: u64 = groups
        .iter()
        .flat_map(|group| {
            places
                .iter()
                .map(|&at| group.column(at).uncompressed_size())
        })
        .map(i64::unsigned_abs)
        .sum();
    let rows: u64 = groups
        .iter()
        .map(|group| group.num_rows().unsigned_abs())
        .sum();
    let mask = ProjectionMask::roots(metadata.parquet_schema(), places);
    let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_projection(mask)
        .with_batch_size(batch_rows(bytes, rows))
        .build()
        .map_err(told)?;
    let failed = |cause| Error::writing(to, cause, 0);
    let mut text = File::create_new(to)
        .map(|file| BufWriter::with_capacity(BUFFER, file))
        .map_err(failed)?;
    text.write_all(HEADING).map_err(failed)?;
    let mut row = 0;
    for batch in batches {
        let batch = batch.map_err(|error| Error::Parquet(error.to_string()))?;
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        for at in 0..batch.num_rows() {
            row += 1;
            for (column, array) in columns.iter_mut().zip(batch.columns()) {
                let stray = match &mut column.strays {
                    Some(strays) => strays.of_row(row)?,
                    None => None,
                };
                match stray {
                    Some(stray) => quoted(&mut text, &stray.text),
                    None if array.is_null(at) => Ok(()),
                    None => cell(&mut text, array, at, column.column_type),
                }
                .and_then(|()| text.write_all(b","))
                .map_err(failed)?;
            }
            text.write_all(b"\n").map_err(failed)?;
        }
        progress.report(Snapshot {
            phase: Phase::Converting,
            bytes_done: (bytes as f64 * row as f64 / rows.max(1) as f64) as u64,
            bytes_total: bytes,
            rows: row,
        });
    }
    text.flush().map_err(failed)
}

/// Rows of which about two megabytes are read at once.
fn batch_rows(bytes: u64, rows: u64) -> usize {
    const BYTES: u64 = 2_000_000;
    (BYTES * rows.max(1) / bytes.max(1)).clamp(64, 8192) as usize
}

fn quoted(out: &mut impl Write, text: &[u8]) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.write_all(&rest[..=at])?;
        out.write_all(b"\"")?;
        rest = &rest[at + 1..];
    }
    out.write_all(rest)?;
    out.write_all(b"\"")
}

/// Writes a value: dates in the form of their column, DECIMAL at its full scale, DOUBLE as short as it reads back.
fn cell(
    out: &mut impl Write,
    array: &ArrayRef,
    row: usize,
    column_type: ColumnType,
) -> io::Result<()> {
    match array.data_type() {
        DataType::Utf8View => quoted(out, array.as_string_view().value(row).as_bytes()),
        DataType::Boolean => write!(out, "{}", array.as_boolean().value(row)),
        DataType::Int64 => write!(out, "{}", array.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal64(..) => {
            let array = array.as_primitive::<Decimal64Type>();
            write!(out, "{}", array.value_as_string(row))
        }
        DataType::Decimal128(..) => {
            let array = array.as_primitive::<Decimal128Type>();
            write!(out, "{}", array.value_as_string(row))
        }
        DataType::Float64 => double(out, array.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            let date = epoch().checked_add(days.days()).map_err(io::Error::other)?;
            write!(out, "{}", date.strftime(&pattern(column_type)))
        }
        DataType::Time64(_) => {
            let micros = array.as_primitive::<Time64MicrosecondType>().value(row);
            let time = Time::midnight() + SignedDuration::from_micros(micros);
            write!(out, "{time}")
        }
        DataType::Timestamp(..) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            let moment: DateTime = epoch()
                .to_datetime(Time::midnight())
                .checked_add(SignedDuration::from_micros(micros))
                .map_err(io::Error::other)?;
            let date = moment.date().strftime(&pattern(column_type)).to_string();
            write!(out, "{date} {}", moment.time())
        }
        other => Err(io::Error::other(format!("a column of the type {other}"))),
    }
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

fn pattern(column_type: ColumnType) -> String {
    column_type.format().unwrap_or_else(|| "%Y-%m-%d".into())
}

/// The shortest text that reads back as the same number; very large and very small ones have an exponent.
fn double(out: &mut impl Write, value: f64) -> io::Result<()> {
    if value == 0.0 || (1e-7..1e15).contains(&value.abs()) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}
