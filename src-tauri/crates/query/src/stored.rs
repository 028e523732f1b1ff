//! A result that is kept for paging: in memory up to a bound, on disk beyond it.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::{Batches, Column, Error};

/// A whole result, kept in memory up to a bound and beyond it in a temporary file that goes when this is dropped.
#[derive(Debug)]
pub struct Stored {}

impl Stored {
    /// Reads `rows` to their end; batches beyond `memory` bytes go to a temporary file in `temp_root`.
    ///
    /// # Errors
    /// Those of the rows, and those of writing the temporary file.
    pub fn collect(rows: impl Batches, memory: u64, temp_root: &Path) -> Result<Self, Error> {
        let _ = (rows.schema(), memory, temp_root);
        todo!()
    }

    /// The schema of every batch.
    pub fn schema(&self) -> SchemaRef {
        todo!()
    }

    /// The columns with their SQL types.
    pub fn columns(&self) -> Vec<Column> {
        crate::columns_of(&self.schema())
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        todo!()
    }

    /// Rows `offset..offset + limit`; at least one batch, which may have no rows.
    ///
    /// # Errors
    /// Those of reading the temporary file.
    pub fn page(&self, offset: u64, limit: u64) -> Result<Vec<RecordBatch>, Error> {
        let _ = (offset, limit);
        todo!()
    }

    /// All batches from the start; several readers may be at work at once.
    ///
    /// # Errors
    /// Those of opening the temporary file.
    pub fn batches(&self) -> Result<StoredBatches, Error> {
        todo!()
    }
}

/// The batches of a [`Stored`] result; the result may be dropped meanwhile.
#[derive(Debug)]
pub struct StoredBatches {}

impl Iterator for StoredBatches {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}

impl Batches for StoredBatches {
    fn schema(&self) -> SchemaRef {
        todo!()
    }
}
