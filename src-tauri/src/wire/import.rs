//! Files on their way to datasets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DatasetSummary, Failure};

/// Which table of a file: a workbook has sheets, an archive has files, and tables may stand one below the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TableId {
    /// The file inside an archive; null where the file is no archive.
    pub member: Option<String>,
    /// The sheet of a workbook; null where there are no sheets.
    pub sheet: Option<String>,
    /// The table's number in the sheet or text, from 1.
    pub number: u32,
}

/// Whether a sheet is shown by the program that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// It is shown.
    Visible,
    /// It is hidden and can be shown from the menu.
    Hidden,
    /// It is hidden and can be shown by a macro only.
    VeryHidden,
}

/// A table that a file holds, as far as a sample tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundTable {
    /// Which of the file's tables.
    pub id: TableId,
    /// What it is called within the file; empty where the file is the table.
    pub title: String,
    /// The name that its dataset will have.
    pub name: String,
    /// Whether its sheet is shown.
    pub visibility: Visibility,
    /// Its rows, where that is known without reading all of them.
    pub rows: Option<u64>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its first rows as text, a NULL as null.
    pub preview: Vec<Vec<Option<String>>>,
}

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundFile {
    /// Its path.
    pub path: String,
    /// Its tables; none where it cannot be read.
    pub tables: Vec<FoundTable>,
    /// Why it cannot be read.
    pub failure: Option<Failure>,
}

/// The files behind paths that a person dropped, some of which may be folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DroppedFiles {
    /// The files, in the order of the paths, those of a folder in their natural order.
    pub files: Vec<String>,
    /// The name for a dataset of all of them, where one folder was dropped and nothing else.
    pub folder_name: Option<String>,
    /// The first files of folders that were left out.
    pub left_out: Vec<LeftOut>,
    /// How many were left out.
    pub left_out_count: u64,
}

/// A file of a folder that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    /// Its path.
    pub path: String,
    /// Why, such as `it is hidden`.
    pub why: String,
}

/// Whether files are of one shape, so that they may become one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Combination {
    /// Whether at least two of the files belong together.
    pub is_offered: bool,
    /// All files that were looked at, in their order.
    pub files: Vec<Candidate>,
    /// Columns of the one dataset that some of the files lack.
    pub differing: Vec<DifferingColumn>,
    /// The column with the names of the files.
    pub file_column: String,
    /// A name for the dataset.
    pub name: String,
}

/// A file that was looked at together with others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Candidate {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether it is of the others' shape.
    pub fit: Fit,
}

/// How a file fits the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It belongs; its columns are matched by name.
    ByName,
    /// It belongs; it has no header, and as many columns as the others.
    ByPosition,
    /// It is of another shape, or cannot be read.
    Other,
}

/// A column that some of the files lack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DifferingColumn {
    /// The column's name.
    pub name: String,
    /// The paths of the files that lack it.
    pub missing_in: Vec<String>,
}

/// How a text is to be read where the person knows better; null lets the file decide.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reading {
    /// What stands between two fields: its own characters, or `tab`, `space`, `spaces`, `none` or `fixed`.
    pub delimiter: Option<String>,
    /// The character around a quoted field, or `none`.
    pub quote: Option<String>,
    /// The encoding's name, such as `windows-1252`.
    pub encoding: Option<String>,
    /// Whether the first record names the columns.
    pub header: Option<bool>,
    /// Records to leave out before the header.
    pub skip_rows: Option<u64>,
    /// The only lines that are read; null means all.
    pub lines: Option<LineRange>,
}

/// Lines of a text that follow one another, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LineRange {
    /// The first of them.
    pub first: u64,
    /// The last of them; null means that of the text.
    pub last: Option<u64>,
}

/// Which part of a date such as `03/04/2026` comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// What the person overrules of one column; what is null stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ColumnChange {
    /// The column.
    pub column: String,
    /// Its new type: `BOOLEAN`, `BIGINT`, `DECIMAL`, `DOUBLE`, `DATE`, `TIME`, `TIMESTAMP` or `VARCHAR`.
    #[serde(rename = "type")]
    pub sql_type: Option<String>,
    /// What comes first in its dates.
    pub date_order: Option<DateOrder>,
    /// All words that mean a missing value in it, besides the usual ones.
    pub missing: Option<Vec<String>>,
}

/// What a conversion is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Looking at samples to find the dialect and the types.
    Detecting,
    /// Reading the file and writing Parquet.
    Converting,
    /// Converting again the columns that a late cell proved to be of another type.
    Correcting,
    /// Making the files durable.
    Finishing,
}

/// What becomes of one conversion; the last event is `done`, `failed` or `cancelled`.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JobEvent {
    /// Another conversion is running; this one waits.
    Queued,
    /// Where the conversion stands; at most ten times a second.
    Progress {
        /// What it is busy with.
        phase: Phase,
        /// Bytes of the file that are done in this phase.
        bytes_done: u64,
        /// Bytes of the file in all.
        bytes_total: u64,
        /// Rows that are done in this phase.
        rows: u64,
        /// Bytes per second of this phase.
        bytes_per_second: f64,
        /// Seconds that are left in this phase; null as long as nobody can tell.
        seconds_left: Option<f64>,
    },
    /// The dataset is in the library.
    Done {
        /// The new dataset.
        dataset: DatasetSummary,
    },
    /// Nothing was kept.
    Failed {
        /// A short stable name for programs.
        code: String,
        /// One sentence for a person.
        message: String,
    },
    /// Somebody cancelled it; nothing was kept.
    Cancelled,
}
