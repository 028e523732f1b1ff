//! Results as a stream of Arrow record batches.

use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use jiff::civil::DateTime;

use crate::Error;

/// How one statement runs.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The time the statement and the reading of its result may take; `None` is without limit.
    pub timeout: Option<Duration>,
    /// Rows to give at most; `None` is without limit. See [`Rows::truncated`].
    pub max_rows: Option<u64>,
    /// The local date and time that the statement sees as now; `None` is the engine's.
    pub now: Option<DateTime>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// The column's name; names may repeat.
    pub name: String,
    /// The SQL type, such as `DECIMAL(18,2)`.
    #[serde(rename = "type")]
    pub sql_type: String,
}

/// A stream of record batches that share one schema.
///
/// After an error, or after the last batch, there is nothing more.
pub trait Batches: Iterator<Item = Result<RecordBatch, Error>> {
    /// The schema of every batch.
    fn schema(&self) -> SchemaRef;
}

/// The result of one statement, computed while it is read; dropping it stops the statement.
#[derive(Debug)]
pub struct Rows {
    schema: SchemaRef,
    truncated: bool,
}

impl Rows {
    /// The schema of every batch.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The columns with their SQL types.
    pub fn columns(&self) -> Vec<Column> {
        crate::columns_of(&self.schema)
    }

    /// Whether the result had more rows than [`RunOptions::max_rows`]; known once the last batch was read.
    pub fn truncated(&self) -> bool {
        self.truncated
    }
}

impl Batches for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}
