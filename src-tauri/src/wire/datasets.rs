//! Datasets, and what a person wrote about them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A dataset in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DatasetSummary {
    /// The dataset's id; stays when it is renamed.
    pub id: String,
    /// Grows each time its rows are written anew.
    pub generation: u32,
    /// The name, which is also the name of its view in SQL.
    pub name: String,
    /// Rows of the table.
    pub rows: u64,
    /// Columns of the table.
    pub columns: u64,
    /// Bytes of the Parquet file.
    pub bytes: u64,
    /// Bytes of the file it was made from.
    pub source_bytes: u64,
    /// The path of the file it was made from.
    pub source_path: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// Rows of its strays: cells and records that did not fit; 0 where everything did.
    pub strays: u64,
    /// Words of the person's own to find it by.
    pub tags: Vec<String>,
}

/// One column of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ColumnInfo {
    /// The name in the dataset.
    pub name: String,
    /// The name in the file; empty where the file has none.
    pub source_name: String,
    /// The SQL type, such as `BIGINT` or `DECIMAL(12,2)`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// Rows where the column is NULL.
    pub nulls: u64,
    /// Cells that did not fit the type.
    pub strays: u64,
    /// How the text was read where there is more than one way, such as `%d/%m/%Y`.
    pub format: Option<String>,
    /// Words that mean a missing value here, as the person has said.
    pub missing: Vec<String>,
    /// Remarks for a person.
    pub notes: Vec<String>,
}

/// Everything about one dataset but its rows.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DatasetDetail {
    /// The dataset as in the list.
    pub summary: DatasetSummary,
    /// Its columns, in their order.
    pub columns: Vec<ColumnInfo>,
    /// The receipt of its conversion, as in `receipt.json`.
    #[ts(type = "unknown")]
    pub receipt: serde_json::Value,
    /// The profile of its columns, as in `profile.json`.
    #[ts(type = "unknown")]
    pub profile: Option<serde_json::Value>,
    /// What the person wrote about it; empty where they did not.
    pub context: String,
    /// What else the person said about it.
    pub notes: DatasetNotes,
}

/// How much of a dataset may be sent to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SendMode {
    /// Names and types of columns, and what the person wrote; never a cell.
    Schema,
    /// The profile too: ranges, counts, frequent values, and cells that a word is looked up in.
    Profile,
    /// Rows of results too.
    Rows,
}

/// What a person says about one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ColumnNotes {
    /// The column's name.
    pub column: String,
    /// What the column holds, in the person's words; may be empty.
    pub description: String,
    /// Whether nothing of its cells may ever leave the machine.
    pub never_send: bool,
}

/// Which cells of a column a word means, as the person has settled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptMatch {
    /// The word, as people use it in questions.
    pub word: String,
    /// The column.
    pub column: String,
    /// The cells.
    pub values: Vec<String>,
}

/// What a person says about a dataset besides its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DatasetNotes {
    /// How much of it may be sent; null leaves it to the application's own mode. The stricter of the two counts.
    pub send: Option<SendMode>,
    /// About columns; those of which nothing was said are not here.
    pub columns: Vec<ColumnNotes>,
    /// What was learned in conversations and kept.
    pub facts: Vec<String>,
    /// Which cells a word means.
    pub matches: Vec<KeptMatch>,
}

/// What a model proposes to write about a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DatasetDraft {
    /// For its context; may be empty.
    pub about: String,
    /// For some of its columns.
    pub columns: Vec<DraftedColumn>,
}

/// What a model proposes to write about a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DraftedColumn {
    /// The column's name.
    pub name: String,
    /// What it holds; never empty.
    pub description: String,
}

/// A text that did not fit into a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StrayText {
    /// The text.
    pub text: String,
    /// In how many cells it stands.
    pub count: u64,
}
