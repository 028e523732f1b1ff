//! Rows on their way to files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What to export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExportSource {
    /// A whole dataset.
    Dataset {
        /// The dataset's id.
        id: String,
    },
    /// A kept result, all its rows.
    Result {
        /// The result's id.
        result_id: String,
    },
    /// Some columns of a kept result, in this order.
    Columns {
        /// The result's id.
        result_id: String,
        /// The columns' places.
        columns: Vec<usize>,
    },
}

/// The form of an exported table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Text that every program reads.
    Csv,
    /// An Excel workbook.
    Xlsx,
    /// Parquet.
    Parquet,
}

/// How a table is exported, and what is written beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportStyle {
    /// The form.
    pub format: ExportFormat,
    /// What stands between two fields of a CSV: one ASCII character.
    pub delimiter: String,
    /// Whether a CSV begins with the mark by which Excel knows that it is UTF-8.
    pub byte_order_mark: bool,
    /// Whether texts of a CSV that a spreadsheet program would run as formulas get an apostrophe before them.
    pub guards_formulas: bool,
    /// What the file beside it says of where the rows come from; null where there is to be none.
    pub audit: Option<Audited>,
}

/// Where the rows of an export come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Audited {
    /// The question that was asked.
    pub question: Option<String>,
    /// The SQL that gave the rows; null for a whole dataset.
    pub sql: Option<String>,
    /// The datasets.
    pub dataset_ids: Vec<String>,
}

/// What a file that is to be saved holds; says how its name ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A table as CSV.
    Csv,
    /// A table as an Excel workbook.
    Xlsx,
    /// A table as Parquet.
    Parquet,
    /// Text as Markdown.
    Markdown,
    /// JSON, one value on each line.
    JsonLines,
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureKind {
    /// Pixels.
    Png,
    /// Shapes.
    Svg,
}

/// What becomes of one export; the last event is `done`, `failed` or `cancelled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ExportEvent {
    /// Where the export stands; at most ten times a second.
    Progress {
        /// Rows written.
        rows: u64,
        /// Bytes written.
        bytes: u64,
    },
    /// The file is complete.
    Done {
        /// Rows written.
        rows: u64,
        /// Bytes written.
        bytes: u64,
        /// Texts that were longer than a cell of the form can be, and were cut.
        cut: u64,
        /// The file.
        path: String,
    },
    /// No file was written.
    Failed {
        /// A short stable name for programs.
        code: String,
        /// One sentence for a person.
        message: String,
    },
    /// Somebody cancelled it; no file was written.
    Cancelled,
}
