//! Bytes become records, records become typed Arrow arrays, and those become Parquet, in bounded memory.
//!
//! The entry point is [`convert`]. This crate knows no DuckDB, no AWS, no window, and not where files are
//! kept: the caller names the files to write and decides what a finished conversion means.

mod convert;
mod detect;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod options;
mod platform;
mod profile;
mod progress;
mod receipt;
mod records;
mod source;
mod types;

pub use error::Error;
pub use options::{Compression, DateOrder, Header, Options, Types};
pub use profile::{Bin, ColumnProfile, FrequentValue, Profile, Quantile};
pub use progress::{Cancel, Phase, Progress, Silent, Snapshot};
pub use receipt::{Column, Decision, Receipt, Source, Warning};

use std::path::{Path, PathBuf};

/// The files that a conversion writes; they must not exist yet, and on failure none of them is left behind.
#[derive(Debug, Clone)]
pub struct Output {
    /// The table.
    pub data: PathBuf,
    /// What did not fit; written only if there is any:
    /// `row BIGINT, line BIGINT, column VARCHAR, text VARCHAR, bytes BLOB, reason VARCHAR`.
    pub strays: PathBuf,
}

/// A finished conversion: both files are complete and synced to disk.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// What was read, decided and set aside.
    pub receipt: Receipt,
    /// What each column holds; `None` where [`Options::profile`] is off.
    pub profile: Option<Profile>,
    /// Whether [`Output::strays`] was written.
    pub has_strays: bool,
}

/// Converts one text file to Parquet; blocks until it is done, failed or cancelled.
///
/// # Errors
/// Every [`Error`]; whatever was written by then is removed.
pub fn convert(
    source: &Path,
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    convert::convert(source, output, options, progress, cancel)
}

/// What a conversion would decide, without converting anything.
///
/// The types are what the sample that was looked at suggests; the receipt's counts and hash are empty.
///
/// # Errors
/// The same as [`convert`], except those of writing.
pub fn explain(source: &Path, options: &Options) -> Result<Receipt, Error> {
    convert::explain(source, options)
}
