//! A scratch folder, and what a conversion left in it.

use std::path::{Path, PathBuf};

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use buzz_ingest::{Cancel, Conversion, Error, Options, Output, Silent, Table, convert};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// The tables that a file holds.
pub fn tables(file: &Path, options: &Options) -> Result<Vec<Table>, Error> {
    Ok(buzz_ingest::inspect(file, options)?.tables().to_vec())
}

/// A folder for one test, removed with it.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn output(&self) -> Output {
        Output {
            data: self.path("data.parquet"),
            strays: self.path("strays.parquet"),
        }
    }

    pub fn convert(&self, source: &Path, options: &Options) -> Result<Conversion, Error> {
        let conversion = convert(source, &self.output(), options, &Silent, &Cancel::new());
        if let Ok(conversion) = &conversion {
            let receipt = &conversion.receipt;
            assert_eq!(
                receipt.rows_read,
                receipt.rows_written + receipt.rows_blank + receipt.rows_set_aside
            );
            assert_eq!(rows(&read(&self.output().data)), receipt.rows_written);
            assert_eq!(conversion.has_strays, self.output().strays.exists());
        }
        conversion
    }

    /// Converts text and gives back the conversion and the table's cells.
    pub fn table(
        &self,
        text: impl AsRef<[u8]>,
        options: &Options,
    ) -> (Conversion, Vec<Vec<Option<String>>>) {
        let source = self.write("source.csv", text);
        let conversion = self.convert(&source, options).unwrap();
        (conversion, cells(&read(&self.output().data)))
    }

    pub fn strays(&self) -> Vec<Vec<Option<String>>> {
        cells(&read(&self.output().strays))
    }

    /// The names of the files in the folder.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// All batches of a Parquet file.
pub fn read(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    reader.map(Result::unwrap).collect()
}

pub fn rows(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}

/// Every cell as text, NULL as `None`.
pub fn cells(batches: &[RecordBatch]) -> Vec<Vec<Option<String>>> {
    let options = FormatOptions::new();
    let mut table = Vec::new();
    for batch in batches {
        let formatters: Vec<_> = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cell = |(formatter, column): (&ArrayFormatter, &std::sync::Arc<dyn Array>)| {
                column
                    .is_valid(row)
                    .then(|| formatter.value(row).to_string())
            };
            table.push(formatters.iter().zip(batch.columns()).map(cell).collect());
        }
    }
    table
}

/// The columns as `name type`.
pub fn schema(conversion: &Conversion) -> Vec<String> {
    conversion
        .receipt
        .columns
        .iter()
        .map(|c| format!("{} {}", c.name, c.sql_type))
        .collect()
}

/// Cells from texts, where `NULL` is none.
pub fn row(texts: &[&str]) -> Vec<Option<String>> {
    texts
        .iter()
        .map(|text| (*text != "NULL").then(|| (*text).to_owned()))
        .collect()
}
