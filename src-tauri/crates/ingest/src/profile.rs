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
    /// Quantiles of a column of numbers, dates or times: for a few shares the smallest value that at least such a
    /// share of the values does not exceed.
    #[serde(default)]
    pub quantiles: Vec<Quantile>,
    /// How the values of a column of numbers, dates or times are spread between the smallest and the largest.
    #[serde(default)]
    pub histogram: Option<Vec<Bin>>,
    /// The most frequent values with their counts, most frequent first.
    pub frequent: Vec<FrequentValue>,
    /// Whether `frequent`, `quantiles`, `histogram` and `distinct` were counted rather than estimated.
    pub frequent_exact: bool,
    /// How many values those were estimated from, picked evenly from the whole column; `None` where they are exact.
    #[serde(default)]
    pub sampled: Option<u64>,
    /// The shortest text in bytes, for a column of text.
    pub shortest: Option<u64>,
    /// The longest text in bytes, for a column of text.
    pub longest: Option<u64>,
    /// The mean length of the texts in bytes, for a column of text.
    #[serde(default)]
    pub mean_length: Option<f64>,
}

/// A value below which, or at which, a share of a column's values lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// The share, from 0 to 1.
    pub share: f64,
    /// The value as text, written as in a CSV export.
    pub value: String,
}

/// One bin of a histogram.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// The smallest value that belongs to the bin, written as in a CSV export.
    pub from: String,
    /// The largest value that belongs to the bin; of a DOUBLE column the next bin's `from`, which belongs to that one.
    pub to: String,
    /// Rows whose value is in the bin.
    pub count: u64,
}

/// A value and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequentValue {
    /// The value as text, written as in a CSV export, cut at 200 bytes.
    pub value: String,
    /// Rows that hold it.
    pub count: u64,
}
