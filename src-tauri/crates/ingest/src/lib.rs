//! Bytes become records, records become typed Arrow arrays, and those become Parquet, in bounded memory.
//!
//! The entry point is [`convert`]. This crate knows no DuckDB, no AWS, no window, and not where files are
//! kept: the caller names the files to write and decides what a finished conversion means.

mod columnar;
mod combine;
mod container;
mod convert;
mod detect;
mod dialect;
mod encoding;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod inspection;
mod json;
mod options;
mod platform;
mod profile;
mod progress;
mod receipt;
mod records;
mod sheets;
mod source;
mod structure;
mod table;
mod text;
mod types;

pub use combine::{
    Candidate, Combination, ENDINGS, Fit, FolderFiles, LeftOut, PACKED_ENDINGS, SharedColumn,
    combinable, common_folder, files_in,
};
pub use error::Error;
pub use inspection::Inspection;
pub use options::{Compression, DateOrder, Header, LineRange, Options, Types};
pub use profile::{Bin, ColumnProfile, FrequentValue, Profile, Quantile};
pub use progress::{Cancel, Phase, Progress, Silent, Snapshot};
pub use receipt::{Column, Decision, Overruled, Receipt, Source, SourceFile, Warning};
pub use table::{Table, TableId, Visibility};

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

/// A finished conversion that is to be changed, as [`convert`] or [`reconvert`] left it.
#[derive(Debug, Clone)]
pub struct Existing {
    /// The table.
    pub data: PathBuf,
    /// What did not fit, where there is any.
    pub strays: Option<PathBuf>,
    /// What was read, decided and set aside.
    pub receipt: Receipt,
    /// What each column holds, where that was computed.
    pub profile: Option<Profile>,
}

/// What a person overrules of one column; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The column's name as it is, letter case aside.
    pub column: String,
    /// Its new name.
    pub name: Option<String>,
    /// Its new type, letter case aside: `BOOLEAN`, `BIGINT`, `DECIMAL(p,s)`, `DECIMAL` with the scale of its cells,
    /// `DOUBLE`, `DATE`, `TIME`, `TIMESTAMP`, or `VARCHAR`, also called `TEXT`.
    pub column_type: Option<String>,
    /// What comes first in its dates.
    pub date_order: Option<DateOrder>,
    /// All words that mean a missing value in it, besides the usual ones, see [`Column::missing`].
    pub missing: Option<Vec<String>>,
}

/// Converts again what a person overrules of a finished conversion, and writes all of it to `output`; blocks.
///
/// Only the columns whose type, date order or words for a missing value change are converted: from the source if it is still there with the hash of
/// the receipt, else from the table and its strays. The pages of all other columns are copied. Cells that do not fit
/// a type that was chosen are set aside, however many they are. Of `options`, only `memory`, `threads` and
/// `compression` count. `None` says that everything is as it is wished already; nothing is written then.
///
/// # Errors
/// [`Error::Options`] for a column, a type or a name that cannot be, and those of [`convert`]; whatever was written by
/// then is removed, and the existing files stay as they are.
pub fn reconvert(
    existing: &Existing,
    changes: &[Change],
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<Conversion>, Error> {
    convert::reconvert(existing, changes, output, options, progress, cancel)
}

/// Converts a table to Parquet: that of [`Options::table`], or else the first of the file; blocks until it is done, failed
/// or cancelled.
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

/// Converts several files of one shape to one Parquet file, their rows one after another in the order of the files; blocks
/// until it is done, failed or cancelled.
///
/// Each file is looked at by itself, so that they may differ in format, encoding and delimiter; of one with several tables the
/// first that is shown is taken, or the sheet of [`Options::table`]. Columns are matched by their names, letter case and
/// the space around them aside; in rows of files that lack one it is NULL, which a warning says. A file without a header that
/// has as many columns as the first with one is matched by position. The last column says in which file a row is: its path
/// from the folder that all files lie in. It is named `file`, or `file_1` and so on where there is such a column.
/// Empty files are left out, with a warning.
///
/// # Errors
/// Every [`Error`], which names the file; whatever was written by then is removed. [`Error::Options`] also for a file that
/// has no column in common with those before it, for Parquet and Arrow files, and for a file that is named twice.
pub fn combine(
    files: &[PathBuf],
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    convert::combine(files, output, options, progress, cancel)
}

/// What [`combine`] would decide, without converting anything; as [`explain`].
///
/// # Errors
/// The same as [`combine`], except those of writing.
pub fn explain_combined(
    files: &[PathBuf],
    options: &Options,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    convert::explain_combined(files, options, cancel)
}

/// Looks at a file: which tables it holds, and how they are to be read.
///
/// Of `options`, `table` narrows them down to those that agree with what it names; the others overrule how the file
/// is read, as in [`convert`].
///
/// # Errors
/// The same as [`convert`], except those of writing.
pub fn inspect(source: &Path, options: &Options) -> Result<Inspection, Error> {
    Inspection::of(source, options)
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
