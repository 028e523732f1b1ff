//! A few rows of a Parquet file by their numbers.
//!
//! DuckDB passes over row groups, but decodes all of those that it needs, and one may have a million rows. The reader of
//! the parquet crate passes over pages, too, by their headers: a jump into a large table takes a tenth of the time.

use std::fs::File;
use std::ops::Range;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelector,
};
use parquet::errors::ParquetError;

/// A Parquet file whose rows come out as DuckDB gives them.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    path: String,
    footer: ArrowReaderMetadata,
}

impl Pages {
    /// Rows of a batch at most.
    const BATCH: usize = 8_192;

    /// The file, if its columns have the names and types that DuckDB says; `None` also where it cannot be read.
    pub(crate) fn like(path: &str, schema: &Schema) -> Option<Self> {
        // What a writer noted of Arrow's types is not what DuckDB goes by.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let footer = ArrowReaderMetadata::load(&File::open(path).ok()?, options).ok()?;
        let columns = footer.schema().fields();
        let is_like = columns.len() == schema.fields().len()
            && (columns.iter().zip(schema.fields()))
                .all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
        is_like.then(|| Self {
            path: path.to_owned(),
            footer,
        })
    }

    /// Some rows, counted from 0; at least one batch, which may have no rows.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn rows(&self, rows: &Range<u64>) -> Result<Vec<RecordBatch>, ParquetError> {
        let mut groups = Vec::new();
        let (mut before, mut first, mut end) = (0, 0, 0);
        for (number, group) in self.footer.metadata().row_groups().iter().enumerate() {
            let after = before + u64::try_from(group.num_rows()).unwrap_or(0);
            if before < rows.end && rows.start < after {
                if groups.is_empty() {
                    first = before;
                }
                groups.push(number);
                end = after;
            }
            before = after;
        }
        let length = |from: u64, to: u64| usize::try_from(to - from).unwrap_or(usize::MAX);
        let mut batches = Vec::new();
        if !groups.is_empty() {
            let wanted = length(rows.start, rows.end.min(end));
            let selection = vec![
                RowSelector::skip(length(first, rows.start)),
                RowSelector::select(wanted),
            ];
            let file = File::open(&self.path)?;
            let reader =
                ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.footer.clone())
                    .with_row_groups(groups)
                    .with_row_selection(selection.into())
                    .with_batch_size(wanted.min(Self::BATCH))
                    .build()?;
            batches = reader.collect::<Result<_, _>>()?;
        }
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(self.footer.schema().clone()));
        }
        Ok(batches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::compute::concat_batches;
    use duckdb::Connection;
    use tempfile::TempPath;

    const COLUMNS: &str = "range AS n, range::DECIMAL(9, 2) AS d, range::DECIMAL(38, 5) AS w, range % 3 = 0 AS b, \
        range / 7 AS x, DATE '2026-01-01' + (range % 900)::INTEGER AS day, \
        TIMESTAMP '2026-01-01' + INTERVAL (range) SECOND AS moment, TIME '00:00' + INTERVAL (range % 86400) SECOND AS clock, \
        CASE WHEN range % 5 > 0 THEN 'text ' || range % 70 END AS s, 'unique ' || range AS u";

    fn read(connection: &Connection, sql: &str) -> RecordBatch {
        let mut statement = connection.prepare(sql).unwrap();
        let batches = statement.stream_arrow([]).unwrap();
        let schema = batches.get_schema();
        let batches: Vec<_> = batches.map(Result::unwrap).collect();
        concat_batches(&schema, &batches).unwrap()
    }

    /// A Parquet file of what a query gives, and DuckDB.
    fn written(sql: &str) -> (Connection, TempPath) {
        let file = tempfile::Builder::new()
            .suffix(".parquet")
            .tempfile()
            .unwrap()
            .into_temp_path();
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(&format!(
                "COPY ({sql}) TO '{}' (FORMAT parquet, ROW_GROUP_SIZE 122880)",
                file.display()
            ))
            .unwrap();
        (connection, file)
    }

    #[test]
    fn rows_are_those_that_duckdb_gives() {
        let (connection, file) = written(&format!("SELECT {COLUMNS} FROM range(300000)"));
        let path = file.to_str().unwrap();
        let schema = read(&connection, &format!("SELECT * FROM '{path}' LIMIT 0")).schema();
        let pages = Pages::like(path, &schema).expect("the types are alike");
        for rows in [
            0..3,
            122_870..122_890,
            131_000..140_000,
            299_990..300_100,
            300_000..300_001,
            5..u64::MAX,
        ] {
            let found = pages.rows(&rows).unwrap();
            let found: Vec<RecordBatch> = (found.into_iter())
                .map(|batch| {
                    RecordBatch::try_new(schema.clone(), batch.columns().to_vec()).unwrap()
                })
                .collect();
            let expected = format!(
                "SELECT * FROM '{path}' WHERE n >= {} AND n < {} ORDER BY n",
                rows.start, rows.end
            );
            assert_eq!(
                concat_batches(&schema, &found).unwrap(),
                read(&connection, &expected),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn a_file_whose_types_come_out_differently_is_left_to_duckdb() {
        let (connection, file) = written("SELECT {'a': 1} AS s, gen_random_uuid() AS id");
        let path = file.to_str().unwrap();
        let schema = read(&connection, &format!("SELECT * FROM '{path}' LIMIT 0")).schema();
        assert!(Pages::like(path, &schema).is_none());
        assert!(Pages::like("nowhere", &schema).is_none());
    }
}
