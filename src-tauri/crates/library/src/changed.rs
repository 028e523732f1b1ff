//! Which datasets' files have changed since they were read.

use buzz_ingest::Source;
use serde::Deserialize;

use crate::{Dataset, Error, Library, datasets};

/// The part of a receipt that names the files.
#[derive(Debug, Deserialize)]
struct Sources {
    source: Source,
    #[serde(default)]
    sources: Vec<Source>,
}

impl Library {
    /// The ids of the datasets whose file is still there and another than the one that was read, judged by its size and
    /// its time. Of several files, one is enough.
    ///
    /// No file is opened but the receipts. One that cannot be read says nothing here: whoever opens its dataset is told.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn changed(&self) -> Result<Vec<String>, Error> {
        let mut changed = self.datasets()?;
        changed.retain(|dataset| self.has_changed(dataset).unwrap_or(false));
        Ok(changed.into_iter().map(|dataset| dataset.id).collect())
    }

    fn has_changed(&self, dataset: &Dataset) -> Result<bool, Error> {
        let receipt: Sources = datasets::read_json(&dataset.folder(self).join("receipt.json"))?;
        Ok(match receipt.sources.as_slice() {
            [] => receipt.source.has_changed(),
            sources => sources.iter().any(Source::has_changed),
        })
    }
}
