//! The cells of a table that did not fit their column, as they stood in the file: of a row, of a column, and word by word.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

use crate::values::arrow_text;
use crate::{Cancel, Engine, Error, RunOptions, quote_identifier, quote_text};

/// Cells that are given at most.
const MOST: usize = 20_000;

/// A cell that is NULL in the table because its text did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayCell {
    /// The number of its row, counted from 1.
    pub row: u64,
    /// Its column.
    pub column: String,
    /// What stood there.
    pub text: String,
    /// Why it did not fit.
    pub reason: String,
}

/// A text that did not fit into a column, and in how many of its cells it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayText {
    /// The text.
    pub text: String,
    /// The cells.
    pub count: u64,
}

impl Engine {
    /// The cells of these rows, counted from 1, that did not fit; none where nothing of the table was set aside.
    ///
    /// # Errors
    /// Those of reading.
    pub fn strays(
        &self,
        table: &str,
        rows: &[u64],
        cancel: &Cancel,
    ) -> Result<Vec<StrayCell>, Error> {
        let Some(view) = self.strays_view(table).filter(|_| !rows.is_empty()) else {
            return Ok(Vec::new());
        };
        let numbers: Vec<String> = rows.iter().map(u64::to_string).collect();
        let statement = format!(
            "SELECT \"row\"::BIGINT, \"column\"::VARCHAR, \"text\"::VARCHAR, reason::VARCHAR FROM main.{} \
             WHERE \"column\" IS NOT NULL AND \"row\" IN ({}) LIMIT {MOST}",
            quote_identifier(&view),
            numbers.join(", ")
        );
        let mut found = Vec::new();
        for batch in self.run(statement, &RunOptions::default(), cancel)? {
            let batch = batch?;
            let text = |place: usize, row: usize| {
                (batch.column(place).as_string_opt::<i32>())
                    .map(|texts| texts.value(row).to_owned())
                    .unwrap_or_default()
            };
            let numbers = batch.column(0).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                found.push(StrayCell {
                    row: numbers.value(row).unsigned_abs(),
                    column: text(1, row),
                    text: text(2, row),
                    reason: text(3, row),
                });
            }
        }
        Ok(found)
    }

    /// The cells `offset..offset + limit` that did not fit into a column of a table, in the order of its file: their line,
    /// their text, why they did not fit, and, of several files, the file. At least one batch, which may have no rows.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`] where everything fitted, and those of reading.
    pub fn strays_of(
        &self,
        table: &str,
        column: &str,
        offset: u64,
        limit: u64,
        cancel: &Cancel,
    ) -> Result<Vec<RecordBatch>, Error> {
        let strays = format!("{table}__strays");
        let has_file = (self.columns(&strays)?.iter()).any(|column| column.name == "file");
        let file = if has_file { ", \"file\"" } else { "" };
        let rows = self.query(
            &format!(
                "SELECT \"line\", \"text\", \"reason\"{file} FROM {} WHERE \"column\" = {} LIMIT {limit} OFFSET {offset}",
                quote_identifier(&strays),
                quote_text(column)
            ),
            &RunOptions::default(),
            cancel,
        )?;
        let schema = rows.schema();
        let mut batches = rows.collect::<Result<Vec<_>, _>>()?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema));
        }
        Ok(batches)
    }

    /// The texts that did not fit into a column of a table, the most frequent first, `most` at most. Bytes that are no valid
    /// text are not among them.
    ///
    /// # Errors
    /// Those of [`Engine::strays_of`].
    pub fn stray_texts(
        &self,
        table: &str,
        column: &str,
        most: u64,
        cancel: &Cancel,
    ) -> Result<Vec<StrayText>, Error> {
        let strays = format!("{table}__strays");
        self.columns(&strays)?;
        let rows = self.query(
            &format!(
                "SELECT \"text\", count(*) FROM {} WHERE \"column\" = {} AND \"bytes\" IS NULL AND \"text\" IS NOT NULL \
                 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}",
                quote_identifier(&strays),
                quote_text(column)
            ),
            &RunOptions::default(),
            cancel,
        )?;
        let mut texts = Vec::new();
        for batch in rows {
            let batch = batch?;
            let counts = batch.column(1).as_primitive::<Int64Type>();
            let found = arrow_text(batch.column(0))?.into_iter().enumerate();
            texts.extend(found.map(|(row, text)| StrayText {
                text,
                count: counts.value(row).unsigned_abs(),
            }));
        }
        Ok(texts)
    }
}
