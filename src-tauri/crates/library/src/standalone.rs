//! Conversions to a named file, outside the library.

use std::path::Path;

use buzz_ingest::{Cancel, Options, Progress, Receipt};

use crate::Error;

/// Converts a file to `out`, with its receipt as `X.receipt.json` and, if needed, `X.strays.parquet` beside it.
///
/// # Errors
/// Every error of the conversion, [`Error::Exists`] unless `force`, and those of the disk; nothing is kept then, and
/// files that were there stay as they are.
pub fn convert_to_file(
    source: &Path,
    out: &Path,
    force: bool,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    let _ = (source, out, force, options, progress, cancel);
    todo!()
}
