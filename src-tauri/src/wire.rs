//! The types that go between the core and the window, as JSON.
//!
//! They are separate from the core's own types, so that either side may change without the other. Their TypeScript
//! form lies in `ui/src/lib/api/generated/index.ts` and is committed; the test below refuses it when it is stale
//! and writes it when the environment variable `BUZZ_WRITE_WIRE` is set. Numbers are JavaScript numbers: counts
//! and bytes stay far below 2⁵³.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command did not do what it was asked; every command fails with this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// A short stable name for programs, such as `not_found`.
    pub code: String,
    /// One sentence for a person: what happened and what to do.
    pub message: String,
}

/// The application as it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AppInfo {
    /// The application's version.
    pub version: String,
    /// The library's folder.
    pub library: String,
    /// The processor cores that the application may use.
    pub cores: usize,
}

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

/// A text that did not fit into a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct StrayText {
    /// The text.
    pub text: String,
    /// In how many cells it stands.
    pub count: u64,
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

/// One statement that the model ran, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatStep {
    /// The step's number within the answer, from 1.
    pub step: u32,
    /// The tool: `run_sql`, `find_values`, `describe_dataset` or `show_chart`.
    pub tool: String,
    /// What the model said before it asked for the tool; often empty.
    pub text: String,
    /// The SQL as it was run; empty for other tools.
    pub sql: String,
    /// The reading of the question that the SQL answers, where there are several.
    pub reading: Option<String>,
    /// What another tool was asked, as JSON; null for SQL.
    #[ts(type = "unknown")]
    pub input: serde_json::Value,
    /// What another tool gave, as JSON; null for SQL.
    #[ts(type = "unknown")]
    pub output: serde_json::Value,
    /// Names the result in `result_page`, `result_release` and `export_start`; null where it failed or is no longer kept.
    pub result_id: Option<String>,
    /// The columns of its result; empty where it failed.
    pub columns: Vec<ResultColumn>,
    /// Rows of its result; null where it failed.
    pub rows: Option<u64>,
    /// The first rows as text, a NULL as null; kept with the conversation.
    pub preview: Vec<Vec<Option<String>>>,
    /// Whether the model was not shown the rows.
    pub withheld: bool,
    /// What a person should know about the result, one sentence each.
    pub notes: Vec<String>,
    /// Why it failed; null where it did not.
    pub error: Option<Failure>,
    /// How long the query took, in seconds.
    pub seconds: f64,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The model has said all it had to say.
    Complete,
    /// The model asks something back; the next question is the reply.
    Clarification,
    /// It took as many steps as it may.
    StepLimit,
    /// It took as many tokens as it may.
    TokenLimit,
    /// It took as much time as it may.
    TimeLimit,
    /// The person stopped it.
    Cancelled,
    /// It failed.
    Failed,
}

/// A chart of a result.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatChart {
    /// The number of the step whose result it draws.
    pub step: u32,
    /// Names the result, as in the step.
    pub result_id: String,
    /// `bar`, `line`, `area`, `scatter`, `histogram` or `heatmap`.
    pub kind: String,
    /// The Vega-Lite specification, without its data.
    #[ts(type = "Record<string, unknown>")]
    pub spec: serde_json::Value,
}

/// A word of the question, and the cells that it was taken to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatMatch {
    /// The word.
    pub word: String,
    /// The dataset's name.
    pub dataset: String,
    /// The column.
    pub column: String,
    /// The cells and how many rows have each, the most frequent first.
    pub values: Vec<(String, u64)>,
    /// Rows that have one of them.
    pub rows: u64,
}

/// What a word of a question is to mean, where the person has edited what was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct AskedMatch {
    /// The dataset's name.
    pub dataset: String,
    /// What it means there.
    pub meant: KeptMatch,
}

/// One of several readings of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatReading {
    /// What is meant.
    pub label: String,
    /// The number of the step that ran its SQL.
    pub step: u32,
    /// The choice of this reading, as a fact to be kept with a dataset.
    pub fact: String,
}

/// Something about a dataset that is offered for keeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatFact {
    /// The dataset's name.
    pub dataset: String,
    /// One sentence.
    pub fact: String,
}

/// A question that the model asks back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatClarification {
    /// The question.
    pub question: String,
    /// Two to four ready answers.
    pub options: Vec<String>,
}

/// A cell of the result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ChatCell {
    /// The number of the step.
    pub step: u32,
    /// The row, from 0.
    pub row: u64,
    /// The column, from 0.
    pub column: usize,
}

/// Where a figure of an answer's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FigureSource {
    /// A cell, as it is or rounded.
    Cell,
    /// The sum of the cells.
    Sum,
    /// The first cell less the second.
    Difference,
    /// The first cell over the second.
    Ratio,
    /// The first cell less the second, over the second.
    Change,
    /// The first cell over a total: the second cell, or where there is none the total of its column.
    Share,
    /// The total of the column in which the cells stand.
    Total,
    /// The number of rows of a result.
    RowCount,
    /// The number of rows that the text picks out of a result.
    Selection,
    /// What the person asked.
    Question,
    /// What is known about the datasets, and today's date.
    Context,
    /// The SQL that ran.
    Query,
}

/// A number, date or name in an answer's text.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatFigure {
    /// Where it begins, in UTF-16 units of the text.
    pub start: usize,
    /// Where it ends, in UTF-16 units of the text.
    pub end: usize,
    /// As it stands in the text.
    pub text: String,
    /// Where it comes from; null where it could not be traced.
    pub source: Option<FigureSource>,
    /// The number of the step whose result it comes from.
    pub step: Option<u32>,
    /// The cells that it comes from, in the order of the computation.
    pub cells: Vec<ChatCell>,
    /// Why it was not traced, where that can be said.
    pub doubt: Option<String>,
}

/// What belongs to an answer besides its text and its steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct ChatExtras {
    /// The number of the step whose result is behind the answer.
    pub result_step: Option<u32>,
    /// The charts.
    pub charts: Vec<ChatChart>,
    /// Which cells the words of the question were taken to mean.
    pub matches: Vec<ChatMatch>,
    /// The readings of the question, where there are several.
    pub readings: Vec<ChatReading>,
    /// What is offered for keeping.
    pub facts: Vec<ChatFact>,
    /// What the model asks back.
    pub clarification: Option<ChatClarification>,
    /// The figures of the text.
    pub figures: Vec<ChatFigure>,
}

/// A finished answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatAnswer {
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// The number of the message that holds it.
    pub message_id: i64,
    /// The answer in words: Markdown from a model, to be shown as data.
    pub text: String,
    /// What was run on the way to it.
    pub steps: Vec<ChatStep>,
    /// What a person should know about the answer, such as a bound that was hit.
    pub notes: Vec<String>,
    /// What belongs to it besides.
    pub extras: ChatExtras,
    /// How it ended.
    pub ended: Ended,
    /// Which model answered, and what it took.
    pub usage: ChatUsage,
}

/// Which model gave an answer, and what it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatUsage {
    /// The id of the model; empty where none was asked.
    pub model: String,
    /// Tokens that were sent, all requests together.
    pub input_tokens: u64,
    /// Tokens that came back, all requests together.
    pub output_tokens: u64,
    /// Of the tokens that were sent, those that the service had kept.
    pub cached_tokens: u64,
    /// Requests that were sent.
    pub requests: u32,
}

/// What happens while a question is answered; the last event is `done` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "the largest is the answer, of which there is one"
)]
pub enum ChatEvent {
    /// The question is recorded in this conversation.
    Started {
        /// The conversation's id.
        conversation_id: String,
        /// The number of the message that holds the question.
        question_id: i64,
    },
    /// More of the model's text. What comes before a `sql` leads up to that step and is no part of the answer.
    Text {
        /// To be appended to what came before.
        delta: String,
    },
    /// The text so far was sent back to be corrected and is no part of the answer: other text follows.
    Correcting {
        /// The figures that could not be traced.
        figures: Vec<String>,
    },
    /// The model is about to run this statement.
    Sql {
        /// The step's number, from 1.
        step: u32,
        /// The SQL as it will be run.
        sql: String,
        /// The reading of the question that it answers, where there are several.
        reading: Option<String>,
    },
    /// What a person should know about the table that follows.
    Checked {
        /// The step's number.
        step: u32,
        /// One sentence each.
        notes: Vec<String>,
    },
    /// The model is about to use another tool.
    Tool {
        /// The step's number.
        step: u32,
        /// The tool's name.
        tool: String,
        /// What it is asked, as JSON.
        #[ts(type = "unknown")]
        input: serde_json::Value,
    },
    /// Another tool was used.
    ToolResult {
        /// The step's number.
        step: u32,
        /// What it gave, as JSON.
        #[ts(type = "unknown")]
        output: serde_json::Value,
        /// Why it failed; null where it did not.
        error: Option<String>,
    },
    /// A chart of a result.
    Chart {
        /// The chart.
        chart: ChatChart,
    },
    /// The answer waits for the person: `chat_confirm` goes on. One of the two is null.
    Confirm {
        /// The SQL that is about to run.
        sql: Option<String>,
        /// What is about to be sent.
        payload: Option<String>,
    },
    /// The statement gave this table.
    Table {
        /// The step's number.
        step: u32,
        /// Names the result in `result_page`, `result_release` and `export_start`.
        result_id: String,
        /// Its columns.
        columns: Vec<ResultColumn>,
        /// Rows in all.
        rows: u64,
        /// The first rows as text, a NULL as null.
        preview: Vec<Vec<Option<String>>>,
        /// How long the query took, in seconds.
        seconds: f64,
        /// Whether the model is not shown the rows.
        withheld: bool,
    },
    /// The statement failed; the model is told and may try again.
    SqlError {
        /// The step's number.
        step: u32,
        /// A short stable name for programs.
        code: String,
        /// Why it failed.
        message: String,
    },
    /// Something a person should know, such as a wait before another attempt.
    Notice {
        /// One sentence.
        message: String,
    },
    /// The answer is complete and recorded.
    Done {
        /// The answer.
        answer: ChatAnswer,
    },
    /// There will be no more of this answer.
    Failed {
        /// A short stable name for programs; `cancelled` where the person stopped it.
        code: String,
        /// One sentence for a person.
        message: String,
        /// The text that had arrived by then; it is kept in the conversation, marked as cut off.
        kept_text: String,
    },
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ConversationSummary {
    /// The conversation's id.
    pub id: String,
    /// Its title: the first question.
    pub title: String,
    /// When it began, RFC 3339.
    pub created: String,
    /// When its last message came, RFC 3339.
    pub updated: String,
    /// The ids of the datasets it is about; some may be gone by now.
    pub dataset_ids: Vec<String>,
}

/// A conversation in which a text was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundConversation {
    /// The conversation.
    pub conversation: ConversationSummary,
    /// The text around the first place where it was found; null where only the title has it.
    pub excerpt: Option<String>,
}

/// A question that was answered without any model.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DirectReply {
    /// The conversation in which it is kept.
    pub conversation_id: String,
    /// The number of the message that holds the question.
    pub question_id: i64,
    /// The answer.
    pub answer: ChatMessage,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatMessage {
    /// The message's number; grows within a conversation.
    pub id: i64,
    /// Who wrote it.
    pub role: Role,
    /// When, RFC 3339.
    pub created: String,
    /// The question, or the answer's text.
    pub text: String,
    /// What was run on the way to an answer.
    pub steps: Vec<ChatStep>,
    /// What a person should know about an answer.
    pub notes: Vec<String>,
    /// What belongs to an answer besides.
    pub extras: ChatExtras,
    /// How an answer ended; null for a question.
    pub ended: Option<Ended>,
    /// Which model gave an answer; null for a question.
    pub usage: Option<ChatUsage>,
    /// What went wrong, where an answer failed.
    pub error: Option<Failure>,
}

/// A conversation with its messages, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ConversationDetail {
    /// The conversation as in the list.
    pub conversation: ConversationSummary,
    /// Its messages, oldest first.
    pub messages: Vec<ChatMessage>,
}

/// The form of a suggested question's chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SuggestedKind {
    /// A bar for each row.
    Bar,
    /// A line through the rows in their order.
    Line,
}

/// How the result of a suggested question may be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SuggestedChart {
    /// The form.
    pub kind: SuggestedKind,
    /// The result's column along the bottom.
    pub x: String,
    /// The result's column that gives the heights.
    pub y: String,
}

/// A question that a dataset can answer without any model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SuggestedQuestion {
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// How its result may be drawn.
    pub chart: Option<SuggestedChart>,
}

/// A question whose SQL the person has checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VerifiedQuestion {
    /// The id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// The datasets that the SQL reads.
    pub dataset_ids: Vec<String>,
}

/// What the person wants to confirm before it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// Nothing.
    Nothing,
    /// Every statement of SQL before it runs.
    Sql,
    /// Every request before it is sent.
    Requests,
    /// Both.
    Everything,
}

/// What the person chose about what leaves the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Privacy {
    /// How much may be sent of any dataset.
    pub send: SendMode,
    /// What is confirmed before it happens.
    pub confirm: Confirm,
    /// Tokens that may be read and written on one day; null is without a ceiling.
    pub tokens_per_day: Option<u64>,
    /// How many days the ledger keeps its records; 0 is for ever.
    pub ledger_days: u32,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Appearance {
    /// Light or dark.
    pub theme: Theme,
    /// The size of text in percent of the usual one, from 80 to 200.
    pub text_percent: u16,
    /// How numbers and dates are written, as a BCP 47 tag such as `de-DE`; null means as the desktop does.
    pub locale: Option<String>,
}

/// How much of the computer the application may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resources {
    /// Megabytes of memory for a conversion, from 64 to 16,000.
    pub conversion_mb: u32,
    /// Megabytes of memory for the questions to each set of datasets, from 256 to 256,000.
    pub query_mb: u32,
    /// Threads for either; 0 means one for each core.
    pub threads: u16,
}

/// The person's choices; null means that the application chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// The AWS profile.
    pub profile: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The id of the model or of the inference profile.
    pub model: Option<String>,
}

/// How an AWS profile gets its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// `aws sso login`.
    Sso,
    /// `aws login`.
    Login,
    /// It takes on a role.
    AssumeRole,
    /// It takes on a role with a web identity token.
    WebIdentity,
    /// A program prints them.
    CredentialProcess,
    /// Keys in a file.
    StaticKeys,
    /// It says nothing about credentials.
    None,
}

/// An AWS profile that is set up on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProfileInfo {
    /// The profile's name.
    pub name: String,
    /// How it gets its credentials.
    pub kind: ProfileKind,
    /// The region it names.
    pub region: Option<String>,
}

/// A model that the profile may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ModelInfo {
    /// The id to put into the settings.
    pub id: String,
    /// The name for a person.
    pub name: String,
    /// Who made it.
    pub provider: String,
    /// Whether it is the one that is used when none is chosen.
    pub default: bool,
    /// Where requests may be answered, such as `eu`; null for the region itself.
    pub geography: Option<String>,
    /// Whether requests may be answered outside the region's geography.
    pub may_leave: bool,
}

/// Who the profile is and what it may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AwsStatus {
    /// The account's number.
    pub account: String,
    /// Who asks, as AWS names it.
    pub arn: String,
    /// The region that was asked.
    pub region: String,
    /// The models.
    pub models: Vec<ModelInfo>,
}

/// One request that left this machine, recorded before it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LedgerRecord {
    /// The record's number; grows.
    pub id: i64,
    /// When it was sent, RFC 3339.
    pub sent: String,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// The service that was asked, such as `bedrock-runtime`.
    pub service: String,
    /// Where it went.
    pub endpoint: String,
    /// The operation, such as `ConverseStream`.
    pub operation: String,
    /// The AWS profile it was sent under.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// What was sent, word for word.
    pub payload: String,
    /// `ok`, `failed` or `cancelled`; `sent` while it is under way, or where the program ended meanwhile.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Tokens that were sent.
    pub input_tokens: Option<u64>,
    /// Tokens that came back.
    pub output_tokens: Option<u64>,
    /// Milliseconds until the answer was complete.
    pub latency_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The whole generated file.
    fn typescript() -> String {
        let config = ts_rs::Config::new().with_large_int("number");
        let mut text = String::from(
            "// Generated from src-tauri/src/wire.rs; do not edit. To write it anew:\n\
             // BUZZ_WRITE_WIRE=1 cargo test -p buzz-csv --lib wire\n",
        );
        macro_rules! declare {
            ($($name:ty),+ $(,)?) => {$(
                text.push('\n');
                text.push_str(&<$name>::docs().unwrap_or_default());
                text.push_str("export ");
                text.push_str(&<$name>::decl(&config));
                text.push('\n');
            )+};
        }
        declare!(
            Failure,
            AppInfo,
            DatasetSummary,
            ColumnInfo,
            DatasetDetail,
            TableId,
            Visibility,
            FoundTable,
            FoundFile,
            DroppedFiles,
            LeftOut,
            Combination,
            Candidate,
            Fit,
            DifferingColumn,
            Reading,
            DateOrder,
            ColumnChange,
            StrayText,
            SendMode,
            ColumnNotes,
            KeptMatch,
            DatasetNotes,
            DatasetDraft,
            DraftedColumn,
            Phase,
            JobEvent,
            ResultColumn,
            QueryResult,
            RowsOf,
            Arrangement,
            SortKey,
            Filter,
            Condition,
            ColumnValues,
            ColumnValue,
            CellsSummary,
            CellRange,
            CellSearch,
            CellPlace,
            StrayCell,
            ExportSource,
            ExportFormat,
            ExportStyle,
            Audited,
            PictureKind,
            FileKind,
            ExportEvent,
            ChatStep,
            Ended,
            ChatChart,
            ChatMatch,
            AskedMatch,
            ChatReading,
            ChatFact,
            ChatClarification,
            ChatCell,
            FigureSource,
            ChatFigure,
            ChatExtras,
            ChatAnswer,
            ChatUsage,
            ChatEvent,
            ConversationSummary,
            FoundConversation,
            Role,
            ChatMessage,
            DirectReply,
            ConversationDetail,
            SuggestedKind,
            SuggestedChart,
            SuggestedQuestion,
            VerifiedQuestion,
            Confirm,
            Privacy,
            Theme,
            Appearance,
            Resources,
            Settings,
            ProfileKind,
            ProfileInfo,
            ModelInfo,
            AwsStatus,
            LedgerRecord,
        );
        text
    }

    #[test]
    fn the_committed_types_of_the_window_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/api/generated/index.ts");
        let current = typescript();
        if std::env::var_os("BUZZ_WRITE_WIRE").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            committed == current,
            "{} is stale: run `BUZZ_WRITE_WIRE=1 cargo test -p buzz-csv --lib wire` and commit it",
            path.display()
        );
    }
}
