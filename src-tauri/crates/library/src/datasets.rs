//! The datasets: one folder each, written once.

use std::path::PathBuf;

use buzz_ingest::{Column, Profile, Receipt};
use serde::{Deserialize, Serialize};

use crate::{Error, Library};

/// A table that was made from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// The id, a UUID of version 7; also the name of the dataset's folder.
    pub id: String,
    /// The name, also that of its view in SQL; unique, letter case aside.
    pub name: String,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
    /// The file it was made from.
    pub source_path: String,
    /// That file's size in bytes.
    pub source_bytes: u64,
    /// The number of rows.
    pub rows: u64,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// Bytes of its Parquet files.
    pub parquet_bytes: u64,
    /// Rows in the strays; 0 where there are none.
    pub strays: u64,
    /// What a person wrote about it, for those who ask questions of it; may be empty.
    pub context: String,
}

impl Dataset {
    /// Its Parquet file.
    pub fn data_path(&self, library: &Library) -> PathBuf {
        library
            .root()
            .join("datasets")
            .join(&self.id)
            .join("data.parquet")
    }

    /// The Parquet file of its strays, where it has any.
    pub fn strays_path(&self, library: &Library) -> Option<PathBuf> {
        (self.strays > 0).then(|| {
            library
                .root()
                .join("datasets")
                .join(&self.id)
                .join("strays.parquet")
        })
    }
}

impl Library {
    /// All datasets, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn datasets(&self) -> Result<Vec<Dataset>, Error> {
        todo!()
    }

    /// The dataset of that name, letter case aside, or of that id.
    ///
    /// # Errors
    /// [`Error::NotFound`] with the names that look like it.
    pub fn dataset(&self, name_or_id: &str) -> Result<Dataset, Error> {
        let _ = name_or_id;
        todo!()
    }

    /// What was read, decided and set aside when the dataset was made.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`] and [`Error::Disk`].
    pub fn receipt(&self, id: &str) -> Result<Receipt, Error> {
        let _ = id;
        todo!()
    }

    /// What each column holds; `None` where it was not computed.
    ///
    /// # Errors
    /// As [`Library::receipt`].
    pub fn profile(&self, id: &str) -> Result<Option<Profile>, Error> {
        let _ = id;
        todo!()
    }

    /// Removes a dataset for good.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Disk`] and those of the database.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        let _ = id;
        todo!()
    }

    /// Sets what a person wrote about the dataset.
    ///
    /// # Errors
    /// [`Error::NotFound`] and those of the database.
    pub fn set_context(&self, id: &str, context: &str) -> Result<(), Error> {
        let _ = (id, context);
        todo!()
    }

    /// Gives the dataset another name.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Name`], [`Error::NameTaken`] and those of the database.
    pub fn rename(&self, id: &str, name: &str) -> Result<Dataset, Error> {
        let _ = (id, name);
        todo!()
    }
}
