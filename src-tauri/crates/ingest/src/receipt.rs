//! The receipt of a conversion: what was read, what was decided, and what became of every row.
//!
//! Its JSON form is a contract: it lies beside every dataset, the CLI prints it, and the library is
//! rebuilt from it. Fields are added, never renamed.

use serde::{Deserialize, Serialize};

use crate::TableId;

/// Everything a person may want to know about how one file became one table.
///
/// `rows_read = rows_written + rows_blank + rows_set_aside` always holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The file that was read.
    pub source: Source,
    /// Which of the file's tables it is; `None` where the file is the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// The format that was recognised: `csv`.
    pub format: String,
    /// The text encoding: `utf-8`, or `utf-8-bom` where the file began with a byte order mark.
    pub encoding: String,
    /// The delimiter between fields.
    pub delimiter: String,
    /// The quote around fields; empty where the file has none.
    pub quote: String,
    /// Whether the columns' names come from the file.
    pub has_header: bool,
    /// Records above the header that are no part of the table.
    pub preamble_rows: u64,
    /// Records that make up the header: 0 or 1, or more where several were joined.
    pub header_rows: u64,
    /// Records after the preamble and the header.
    pub rows_read: u64,
    /// Rows of the dataset.
    pub rows_written: u64,
    /// Blank lines.
    pub rows_blank: u64,
    /// Records that are no rows of the table, kept in the strays: those over the size limit.
    pub rows_set_aside: u64,
    /// Rows with fewer fields than the header, filled up with NULL.
    pub ragged_short: u64,
    /// Rows with more fields than the header; what is over is kept in the strays.
    pub ragged_long: u64,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// What was decided on the person's behalf, and how sure it is.
    pub decisions: Vec<Decision>,
    /// What a person should know: counts, and the first hundred of a kind by line.
    pub warnings: Vec<Warning>,
    /// Wall time of the conversion in seconds.
    pub seconds: f64,
    /// Bytes of the source per second of wall time.
    pub bytes_per_second: f64,
    /// The peak resident size of the process in bytes, where the platform tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// The file that a dataset was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file's path as it was given.
    pub path: String,
    /// The file's size in bytes.
    pub bytes: u64,
    /// When the file was last modified, RFC 3339 in UTC; `None` where the platform does not tell.
    pub modified: Option<String>,
    /// The BLAKE3 hash of the file's bytes, in hexadecimal.
    pub blake3: String,
}

/// One column of the dataset and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name in the dataset.
    pub name: String,
    /// The name as the file has it; empty where the file has none.
    pub source_name: String,
    /// The SQL type: `BOOLEAN`, `BIGINT`, `DECIMAL(p,s)`, `DOUBLE`, `DATE`, `TIME`, `TIMESTAMP` or `VARCHAR`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// Rows where the column is NULL, strays among them.
    pub nulls: u64,
    /// Cells that did not fit the type; they are NULL here and their text is in the strays.
    pub strays: u64,
    /// How the text was read where there is more than one way, such as `%d/%m/%Y` or `#.##0,00 €`; `None` for numbers
    /// with a decimal point and nothing else.
    pub format: Option<String>,
    /// Remarks for a person.
    pub notes: Vec<String>,
}

/// Something that was decided on the person's behalf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided: `delimiter`, `header`, `date_order:COLUMN`, `number_format:COLUMN` and so on.
    pub what: String,
    /// The choice.
    pub chosen: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// The next best choice, where there is one.
    pub runner_up: Option<String>,
}

/// Lines that a warning names; the rest is in the strays.
pub(crate) const LINES_KEPT: usize = 100;

/// Something a person should know, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The kind, stable for programs: `stray_cells`, `short_rows`, `long_rows`, `oversized_records`,
    /// `invalid_text`, `unclosed_quote`, `duplicate_source`, `instruction_like_cells`.
    pub kind: String,
    /// One sentence for a person.
    pub message: String,
    /// How many times it happened.
    pub count: u64,
    /// The source lines of the first hundred, counted from 1.
    pub lines: Vec<u64>,
}

impl Warning {
    /// A warning, unless there is nothing to warn of; `{}` in `many` stands for the count.
    pub(crate) fn counted(
        kind: &str,
        count: u64,
        lines: &[u64],
        one: &str,
        many: &str,
    ) -> Option<Self> {
        let message = if count == 1 {
            one.to_owned()
        } else {
            many.replace("{}", &count.to_string())
        };
        (count > 0).then(|| Self {
            kind: kind.into(),
            message,
            count,
            lines: lines.to_vec(),
        })
    }
}
