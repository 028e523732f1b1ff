//! From a file to a dataset: convert in `incoming/`, make durable, rename, record.

use std::path::Path;

use buzz_ingest::{Cancel, Options, Progress};

use crate::{Dataset, Error, Library};

impl Library {
    /// Converts a file and keeps it as a dataset.
    ///
    /// Its name is `name`, or else the file's stem; a name that is taken, letter case aside, gets ` 2`. A file whose
    /// bytes another dataset was made from gets the warning `duplicate_source` in its receipt.
    ///
    /// # Errors
    /// Every error of the conversion, [`Error::Name`], and those of the disk and the database; nothing is kept then.
    pub fn import(
        &self,
        source: &Path,
        name: Option<&str>,
        options: &Options,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Dataset, Error> {
        let _ = (source, name, options, progress, cancel);
        todo!()
    }
}
