//! Which cells the words of a question mean, counted by the app and not by the model.

use std::fmt::Write as _;
use std::time::Duration;

use arrow::array::{Array, cast::AsArray};
use arrow::datatypes::Int64Type;
use buzz_query::{Cancel, Engine, Error, RunOptions, quote_identifier, quote_text};
use serde::{Deserialize, Serialize};

/// A word, and the cells that it was taken to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// The word, as it stands in the question.
    pub word: String,
    /// The dataset's name.
    pub dataset: String,
    /// The column.
    pub column: String,
    /// The cells, the most frequent first.
    pub values: Vec<MatchedValue>,
    /// Rows that have one of them.
    pub rows: u64,
}

/// A cell, and how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedValue {
    /// The cell.
    pub value: String,
    /// Rows that have it.
    pub count: u64,
}

/// What a model says that a word means.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claimed {
    pub(crate) word: String,
    pub(crate) dataset: String,
    pub(crate) column: String,
    pub(crate) values: Vec<String>,
}

/// Cells of one word at most.
const VALUES: usize = 100;

/// Counts the cells in the table; those that are not there are left out.
pub(crate) fn counted(
    engine: &Engine,
    claimed: &Claimed,
    timeout: Duration,
    cancel: &Cancel,
) -> Result<Matched, Error> {
    let column = quote_identifier(&claimed.column);
    let mut sql = format!(
        "SELECT CAST({column} AS VARCHAR), count(*) FROM {} WHERE CAST({column} AS VARCHAR) IN (",
        quote_identifier(&claimed.dataset)
    );
    for (index, value) in claimed.values.iter().take(VALUES).enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(sql, "{comma}{}", quote_text(value));
    }
    sql.push_str(") GROUP BY 1 ORDER BY 2 DESC, 1");
    let options = RunOptions {
        timeout: Some(timeout),
        ..RunOptions::default()
    };
    let mut values = Vec::new();
    for batch in engine.query(&sql, &options, cancel)? {
        let batch = batch?;
        let texts = batch.column(0);
        let counts = batch.column(1).as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let mut value = String::new();
            buzz_query::export::display_value(texts, row, &mut value)?;
            values.push(MatchedValue {
                value,
                count: u64::try_from(counts.value(row)).unwrap_or(0),
            });
        }
        debug_assert_eq!(counts.null_count(), 0, "a count is never NULL");
    }
    Ok(Matched {
        word: claimed.word.clone(),
        dataset: claimed.dataset.clone(),
        column: claimed.column.clone(),
        rows: values.iter().map(|value| value.count).sum(),
        values,
    })
}
