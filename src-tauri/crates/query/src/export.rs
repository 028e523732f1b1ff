//! Writes results to files: whole, durable and under their name at once, or not at all.

use std::io::Write;
use std::path::Path;

use buzz_ingest::Cancel;

use crate::{Batches, Error};

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Exported {
    /// Rows, without the header.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// How an export goes.
pub struct Target<'a> {
    /// The file to write.
    pub path: &'a Path,
    /// Whether a file of that name may be replaced.
    pub force: bool,
    /// Receives rows and bytes written so far, at most ten times a second and once at the end.
    pub progress: &'a dyn Fn(u64, u64),
    /// Stops the export; nothing is left behind.
    pub cancel: &'a Cancel,
}

/// Writes a CSV file.
///
/// # Errors
/// [`Error::Exists`], [`Error::DiskFull`], [`Error::Write`], [`Error::Cancelled`] and those of the rows.
pub fn csv(rows: impl Batches, target: &Target<'_>) -> Result<Exported, Error> {
    let _ = (rows.schema(), target.path);
    todo!()
}

/// Writes a Parquet file, compressed with Zstandard.
///
/// # Errors
/// As [`csv`].
pub fn parquet(rows: impl Batches, target: &Target<'_>) -> Result<Exported, Error> {
    let _ = (rows.schema(), target.path);
    todo!()
}

/// Writes an Arrow IPC file.
///
/// # Errors
/// As [`csv`].
pub fn arrow(rows: impl Batches, target: &Target<'_>) -> Result<Exported, Error> {
    let _ = (rows.schema(), target.path);
    todo!()
}

/// Writes CSV to a stream, such as standard output.
///
/// # Errors
/// [`Error::Stream`], [`Error::Cancelled`] and those of the rows.
pub fn write_csv(rows: impl Batches, out: impl Write, cancel: &Cancel) -> Result<Exported, Error> {
    let _ = (rows.schema(), out, cancel);
    todo!()
}

/// Appends one value of an array as the field of a CSV file shows it, without quotes; NULL appends nothing.
///
/// For those who print values elsewhere and want them to read the same.
///
/// # Errors
/// [`Error::Internal`] for a type that DuckDB does not give.
pub fn display_value(
    array: &dyn arrow::array::Array,
    row: usize,
    out: &mut String,
) -> Result<(), Error> {
    let _ = (array, row, out);
    todo!()
}
