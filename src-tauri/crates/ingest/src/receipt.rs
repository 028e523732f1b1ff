//! The receipt of a conversion: what was read, what was decided, and what became of every row.
//!
//! Its JSON form is a contract: it lies beside every dataset, the CLI prints it, and the library is
//! rebuilt from it. Fields are added, never renamed.

use serde::{Deserialize, Serialize};

use crate::{DateOrder, Header, LineRange, Options, TableId, Types};

/// Everything a person may want to know about how one file became one table.
///
/// `rows_read = rows_written + rows_blank + rows_set_aside` always holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The file that was read. Of several files, see [`Receipt::sources`], it is the folder that they lie in, their size
    /// together, the time of the latest, and a hash of their names and hashes.
    pub source: Source,
    /// The files that were read, in the order of their rows, where it was asked for one dataset of several; else none. Then
    /// `format`, `encoding`, `delimiter` and `quote` are empty where the files differ in them, and rows of headers and
    /// preambles are those of all files together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceFile>,
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
    /// What a person overruled of how the file is read.
    #[serde(default, skip_serializing_if = "Overruled::is_nothing")]
    pub overruled: Overruled,
    /// What a person should know: counts, and the first hundred of a kind by line.
    pub warnings: Vec<Warning>,
    /// Wall time of the conversion in seconds.
    pub seconds: f64,
    /// Bytes of the source per second of wall time.
    pub bytes_per_second: f64,
    /// The peak resident size of the process in bytes, where the platform tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// What a person overruled of how a file is read, so that it can be read in the same way once more. What is overruled
/// of single columns stands with these and in the decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overruled {
    /// As in [`Options::delimiter`], and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// The quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Whether the first record is a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Records that are left out before the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_rows: Option<u64>,
    /// The only lines that were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<LineRange>,
    /// Whether every column is to be text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub as_text: bool,
    /// The order of day and month where no row decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
}

impl Overruled {
    /// Whether the file decided everything.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The options with which the file is read in this way.
    pub fn options(&self) -> Options {
        Options {
            delimiter: self.delimiter.clone(),
            quote: self.quote.clone(),
            encoding: self.encoding.clone(),
            header: match self.header {
                None => Header::Auto,
                Some(true) => Header::Yes,
                Some(false) => Header::No,
            },
            skip_rows: self.skip_rows,
            lines: self.lines,
            types: match self.as_text {
                true => Types::Text,
                false => Types::Auto,
            },
            date_order: self.date_order,
            ..Options::default()
        }
    }
}

impl From<&Options> for Overruled {
    fn from(options: &Options) -> Self {
        Self {
            delimiter: options.delimiter.clone(),
            quote: options.quote.clone(),
            encoding: options.encoding.clone(),
            header: match options.header {
                Header::Auto => None,
                Header::Yes => Some(true),
                Header::No => Some(false),
            },
            skip_rows: options.skip_rows,
            lines: options.lines,
            as_text: options.types == Types::Text,
            date_order: options.date_order,
        }
    }
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

/// One of several files that a dataset was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The file.
    #[serde(flatten)]
    pub source: Source,
    /// What the column of file names says in its rows.
    pub file: String,
    /// Which of the file's tables it is; `None` where the file is the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// As in the [`Receipt`], of this file alone, and so on.
    pub format: String,
    /// The text encoding.
    pub encoding: String,
    /// The delimiter between fields.
    pub delimiter: String,
    /// The quote around fields.
    pub quote: String,
    /// Whether its columns' names come from the file; else they were matched with those of the others by their places.
    pub has_header: bool,
    /// Records above its header.
    pub preamble_rows: u64,
    /// Records that make up its header.
    pub header_rows: u64,
    /// Records after the preamble and the header.
    pub rows_read: u64,
    /// Its rows in the dataset.
    pub rows_written: u64,
    /// Its blank lines.
    pub rows_blank: u64,
    /// Its records that are no rows of the table.
    pub rows_set_aside: u64,
}

/// One column of the dataset and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name in the dataset.
    pub name: String,
    /// The name as the file has it; empty where the file has none. The column that names the file is called the same.
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
    /// Words that a person said mean a missing value in this column, besides the usual ones; cells of nothing else, letter
    /// case and outer space aside, are NULL here and no strays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
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
    /// `invalid_text`, `unclosed_quote`, `another_table`, `duplicate_source`, `instruction_like_cells`; of several files also
    /// `missing_columns`, `matched_by_position`, `empty_files`, `other_tables`.
    pub kind: String,
    /// One sentence for a person.
    pub message: String,
    /// How many times it happened.
    pub count: u64,
    /// The source lines of the first hundred, counted from 1.
    pub lines: Vec<u64>,
    /// Of a dataset of several files, for each of these lines the file that it is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
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
            files: Vec::new(),
        })
    }

    /// The same for a file that is one of several.
    pub(crate) fn of_file(self, file: &str) -> Self {
        Self {
            message: format!("{file}: {}", self.message),
            files: vec![file.to_owned(); self.lines.len()],
            ..self
        }
    }
}
