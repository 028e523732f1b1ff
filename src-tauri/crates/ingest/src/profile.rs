//! The profile of a dataset: what each column holds, computed while converting.

use serde::{Deserialize, Serialize};

/// The profile of every column, in the columns' order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Rows of the dataset.
    pub rows: u64,
    /// One profile for each column.
    pub columns: Vec<ColumnProfile>,
}

/// What one column holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// The column's name in the dataset.
    pub name: String,
    /// The SQL type, as in the receipt.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// Rows where the column is NULL.
    pub nulls: u64,
    /// Distinct values other than NULL, estimated.
    pub distinct: u64,
    /// The smallest value as text, written as in a CSV export; `None` for a column of NULLs. Text is cut at 200 bytes.
    pub min: Option<String>,
    /// The largest value as text, as `min`.
    pub max: Option<String>,
    /// The mean of a column of numbers.
    pub mean: Option<f64>,
    /// The most frequent values with their counts, most frequent first; lower bounds where `frequent_exact` is false.
    pub frequent: Vec<FrequentValue>,
    /// Whether `frequent` was counted rather than estimated.
    pub frequent_exact: bool,
    /// The shortest text in bytes, for a column of text.
    pub shortest: Option<u64>,
    /// The longest text in bytes, for a column of text.
    pub longest: Option<u64>,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequentValue {
    /// The value as text, written as in a CSV export, cut at 200 bytes.
    pub value: String,
    /// Rows that hold it.
    pub count: u64,
}
