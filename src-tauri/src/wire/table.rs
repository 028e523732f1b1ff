//! Rows of datasets and results, and what is asked of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResultColumn {
    /// The column's name.
    pub name: String,
    /// The SQL type.
    #[serde(rename = "type")]
    pub sql_type: String,
}

/// A result that the core keeps until it is released; its rows come in pages.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueryResult {
    /// Names the result in `result_page`, `result_release` and `export_start`.
    pub result_id: String,
    /// Its columns, in their order.
    pub columns: Vec<ResultColumn>,
    /// Rows in all.
    pub rows: u64,
    /// Wall time of the query in seconds.
    pub seconds: f64,
}

/// A table whose rows can be arranged, counted and looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RowsOf {
    /// A dataset.
    Dataset {
        /// The dataset's id.
        id: String,
    },
    /// A kept result.
    Result {
        /// The result's id.
        result_id: String,
    },
}

/// Which rows of a table are wanted, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Arrangement {
    /// What they are sorted by, the most important first; rows that are alike stay in their order.
    pub sort: Vec<SortKey>,
    /// What is true for every row that is wanted.
    pub filters: Vec<Filter>,
}

/// A column to sort by; cells without a value come last either way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SortKey {
    /// The column's place among those of the table.
    pub column: usize,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Filter {
    /// The column's place among those of the table.
    pub column: usize,
    /// What its cells have to be.
    pub condition: Condition,
}

/// What a cell has to be; values are written as a CSV export writes them, null is no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Condition {
    /// One of these.
    OneOf {
        /// The values.
        values: Vec<Option<String>>,
    },
    /// None of these.
    NoneOf {
        /// The values.
        values: Vec<Option<String>>,
    },
    /// A text with this in it, letter case aside.
    Contains {
        /// The part.
        value: String,
    },
    /// A text without this in it, or no value.
    Lacks {
        /// The part.
        value: String,
    },
    /// A text that begins with this, letter case aside.
    StartsWith {
        /// The beginning.
        value: String,
    },
    /// This.
    Equal {
        /// The value.
        value: String,
    },
    /// Something else, or no value.
    Other {
        /// The value.
        value: String,
    },
    /// Less than this.
    Less {
        /// The value.
        value: String,
    },
    /// This or less.
    AtMost {
        /// The value.
        value: String,
    },
    /// Greater than this.
    Greater {
        /// The value.
        value: String,
    },
    /// This or greater.
    AtLeast {
        /// The value.
        value: String,
    },
    /// Between these two, or one of them.
    Between {
        /// The least.
        from: String,
        /// The greatest.
        to: String,
    },
    /// Without a value.
    IsNull,
    /// With a value.
    IsNotNull,
}

/// The most frequent values of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ColumnValues {
    /// The values, the most frequent first.
    pub values: Vec<ColumnValue>,
    /// Whether there are more.
    pub more: bool,
}

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ColumnValue {
    /// The value, as a CSV export writes it; null is no value.
    pub value: Option<String>,
    /// Rows that have it.
    pub count: u64,
}

/// What some cells come to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct CellsSummary {
    /// Cells, those without a value among them.
    pub cells: u64,
    /// Cells with a value.
    pub values: u64,
    /// Numbers among them.
    pub numbers: u64,
    /// The sum of the numbers.
    pub sum: Option<String>,
    /// Whether the sum has every digit.
    pub exact: bool,
    /// The mean of the numbers.
    pub mean: Option<f64>,
    /// The smallest number, or the earliest of dates.
    pub min: Option<String>,
    /// The greatest number, or the latest of dates.
    pub max: Option<String>,
}

/// A rectangle of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CellRange {
    /// The columns' places among those of the table.
    pub columns: Vec<usize>,
    /// The first row, counted from 0.
    pub first_row: u64,
    /// One past the last row.
    pub end_row: u64,
}

/// What is looked for in the cells of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CellSearch {
    /// What a cell has in it, letter case aside; one of them is enough.
    pub texts: Vec<String>,
    /// The places of the columns that are looked through, in the order in which they stand.
    pub columns: Vec<usize>,
    /// The row from which on is looked, counted from 0.
    pub row: u64,
    /// The column in that row, counted among `columns`; the cell itself comes last.
    pub column: usize,
    /// Whether to look towards the first row.
    pub backwards: bool,
}

/// A cell that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CellPlace {
    /// Its row, counted from 0.
    pub row: u64,
    /// Its column, counted among those that were looked through.
    pub column: usize,
}

/// A cell that has no value because what stood there did not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StrayCell {
    /// The number of its row in the dataset, counted from 1.
    pub row: u64,
    /// Its column.
    pub column: String,
    /// What stood there.
    pub text: String,
    /// Why it did not fit.
    pub reason: String,
}
