//! Parquet files, engines over them, and results as text.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use buzz_query::{Batches, Cancel, Engine, EngineOptions, Error, Rows, RunOptions, Table, export};
use tempfile::TempDir;

/// A folder with datasets, and files beside them that no statement may read.
pub struct Fixture {
    pub folder: TempDir,
    pub tables: Vec<Table>,
}

/// Writes the result of a statement to a Parquet file, with a DuckDB of its own that is not locked.
pub fn write_parquet(path: &Path, sql: &str) {
    let connection = duckdb::Connection::open_in_memory().unwrap();
    connection
        .execute_batch(&format!(
            "COPY ({sql}) TO {} (FORMAT parquet, ROW_GROUP_SIZE 20480)",
            buzz_query::quote_text(path.to_str().unwrap())
        ))
        .unwrap();
}

pub const SALES: &str = "SELECT * FROM (VALUES \
    (1, 'north', DATE '2025-01-31', 10.50::DECIMAL(9,2), 2024), \
    (2, 'south', DATE '2025-02-01', 20.25::DECIMAL(9,2), 2024), \
    (3, 'north', NULL, 30.00::DECIMAL(9,2), 2025), \
    (4, NULL, DATE '2025-03-01', NULL, 2025)) t(id, region, day, amount, year)";

impl Fixture {
    pub fn new() -> Self {
        Self::with(&[("sales", SALES)])
    }

    pub fn with(tables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret.csv"), "secret\n42\n").unwrap();
        write_parquet(&folder.path().join("other.parquet"), "SELECT 42 AS secret");
        let tables = tables
            .iter()
            .enumerate()
            .map(|(index, (name, sql))| {
                let data = folder.path().join(format!("{index}.parquet"));
                write_parquet(&data, sql);
                Table {
                    name: (*name).to_owned(),
                    data,
                    strays: None,
                }
            })
            .collect();
        Self { folder, tables }
    }

    pub fn options(&self) -> EngineOptions {
        EngineOptions {
            memory: 200_000_000,
            threads: 2,
            temp_root: self.folder.path().join("temp"),
            temp_limit: 200_000_000,
            now: jiff::civil::date(2026, 2, 3).at(4, 5, 6, 0),
        }
    }

    pub fn engine(&self) -> Engine {
        Engine::open(&self.tables, &self.options()).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Runs a statement without limits.
pub fn query(engine: &Engine, sql: &str) -> Result<Rows, Error> {
    engine.query(sql, &RunOptions::default(), &Cancel::new())
}

/// The whole result as CSV without its header; rows parted by `|`.
pub fn values(engine: &Engine, sql: &str) -> Result<String, Error> {
    let text = csv(query(engine, sql)?)?;
    Ok(text
        .split_once('\n')
        .map(|(_, rows)| rows.trim_end().replace('\n', "|"))
        .unwrap_or_default())
}

pub fn csv(rows: impl Batches) -> Result<String, Error> {
    let mut out = Vec::new();
    export::write_csv(rows, &mut out, &Cancel::new())?;
    Ok(String::from_utf8(out).unwrap())
}

pub fn rows_of(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
