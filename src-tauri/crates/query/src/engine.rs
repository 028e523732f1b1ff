//! One locked DuckDB instance over a fixed set of Parquet files.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use buzz_ingest::Cancel;
use jiff::civil::DateTime;

use crate::{Column, Error, Rows, RunOptions};

/// A dataset that an engine may read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    /// The name of its view in SQL, as it stands.
    pub name: String,
    /// Its Parquet file.
    pub data: PathBuf,
    /// The Parquet file of what did not fit, where there is one; its view is `NAME__strays`.
    pub strays: Option<PathBuf>,
}

/// The bounds within which an engine works.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes of memory that DuckDB may hold.
    pub memory: u64,
    /// Threads that DuckDB may use; 0 means one for each core.
    pub threads: usize,
    /// The folder in which the engine makes a temporary folder of its own.
    pub temp_root: PathBuf,
    /// Bytes that the temporary files may come to.
    pub temp_limit: u64,
    /// The local date and time that statements see as now, unless [`RunOptions::now`] says otherwise.
    pub now: DateTime,
}

/// One locked DuckDB instance that reads exactly its tables; cheap to open, and usable from several threads at once.
#[derive(Debug)]
pub struct Engine {}

impl Engine {
    /// Opens an instance with one view for each table, and locks it.
    ///
    /// # Errors
    /// [`Error::Data`] where a file is not there or is no Parquet file, [`Error::Refused`] where two tables have
    /// one name, letter case aside.
    pub fn open(tables: &[Table], options: &EngineOptions) -> Result<Self, Error> {
        let _ = (tables, options);
        todo!()
    }

    /// Sets the local date and time that later statements see as now, unless [`RunOptions::now`] says otherwise.
    pub fn set_now(&self, now: DateTime) {
        let _ = now;
        todo!()
    }

    /// The names of the views, those of strays among them.
    pub fn tables(&self) -> Vec<String> {
        todo!()
    }

    /// The columns of one view.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn columns(&self, table: &str) -> Result<Vec<Column>, Error> {
        let _ = table;
        todo!()
    }

    /// Whether the text may run: it must be exactly one read of the tables in scope.
    ///
    /// # Errors
    /// [`Error::NotOneRead`], [`Error::Refused`] and, where the text cannot be parsed, [`Error::Sql`].
    pub fn check(&self, sql: &str) -> Result<(), Error> {
        let _ = sql;
        todo!()
    }

    /// Checks the text and runs it; rows come while they are computed.
    ///
    /// # Errors
    /// Those of [`Engine::check`], and every error of a running statement.
    pub fn query(&self, sql: &str, run: &RunOptions, cancel: &Cancel) -> Result<Rows, Error> {
        let _ = (sql, run, cancel);
        todo!()
    }

    /// All rows of one view in the order of its file.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn scan(&self, table: &str, cancel: &Cancel) -> Result<Rows, Error> {
        let _ = (table, cancel);
        todo!()
    }

    /// Rows `offset..offset + limit` of one view in the order of its file; at least one batch, which may have no rows.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn page(&self, table: &str, offset: u64, limit: u64) -> Result<Vec<RecordBatch>, Error> {
        let _ = (table, offset, limit);
        todo!()
    }
}
