//! What a file looks like: its encoding, delimiter, header and columns, found from a bounded sample.

mod binary;
mod columns;
mod json;
mod packed;
mod rows;
mod sample;
mod text;
mod workbook;

use std::fmt;
use std::sync::Arc;

pub(crate) use columns::Samples;

use crate::receipt::{Decision, Receipt, SourceFile, Warning};
use crate::records::{RowSource, Sift, Syntax};
use crate::source::Source;
use crate::text::Text;
use crate::types::ColumnType;
use crate::{Cancel, DateOrder, Error, Header, LineRange, Options, Table, TableId, Visibility};

/// The most columns that a table may have.
pub(crate) const MOST_COLUMNS: usize = 100_000;

/// How a column is to be converted at first.
#[derive(Debug, Clone)]
pub(crate) struct ColumnPlan {
    /// The name in the dataset.
    pub(crate) name: String,
    /// The name in the source; empty where it has none.
    pub(crate) source_name: String,
    pub(crate) column_type: ColumnType,
    /// Whether the column is text only for want of anything better: no cell of the sample has a value, or the
    /// beginning of the file had a type that pieces from further on, which may lie inside a long text, contradict.
    pub(crate) is_doubtful: bool,
    /// Whether the sample's values repeat so much that a dictionary pays.
    pub(crate) repeats: bool,
    /// What the row of units under the header says of it.
    pub(crate) unit: Option<String>,
    /// What else is to be said of it in the receipt.
    pub(crate) remark: Option<String>,
    /// Words that a person said mean a missing value in it.
    pub(crate) missing: Vec<String>,
    /// What the samples say of it, as long as that may be put together with those of other files.
    pub(crate) samples: Option<Box<Samples>>,
}

/// How a table is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Which of the source's tables it is; `None` where the source is the table.
    pub(crate) table: Option<TableId>,
    /// What the receipt names the format, the encoding, the delimiter and the quote.
    pub(crate) format: String,
    pub(crate) encoding: String,
    pub(crate) delimiter: String,
    pub(crate) quote: String,
    pub(crate) has_header: bool,
    pub(crate) preamble_rows: u64,
    pub(crate) header_rows: u64,
    pub(crate) columns: Vec<ColumnPlan>,
    pub(crate) decisions: Vec<Decision>,
    /// What is known to be worth a warning before its rows are read.
    pub(crate) warnings: Vec<Warning>,
    /// Whether its sheet is shown.
    pub(crate) visibility: Visibility,
    /// Its rows, where the sample is all of it.
    pub(crate) rows: Option<u64>,
    /// Its first rows.
    pub(crate) preview: Vec<Vec<Option<String>>>,
    /// Where the rows come from.
    pub(crate) route: Route,
}

impl Layout {
    /// The same with all columns, where the sample need not have shown them all; may read the whole source.
    ///
    /// # Errors
    /// Those of reading the source, and [`Error::Cancelled`].
    pub(crate) fn complete(
        self,
        source: &Source,
        options: &Options,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let Route::Rows(origin) = &self.route else {
            return Ok(self);
        };
        Ok(match origin.complete(source, options, cancel)? {
            Some(complete) => Self {
                table: self.table,
                ..complete
            },
            None => self,
        })
    }

    /// The table as a person chooses it.
    pub(crate) fn table(&self) -> Table {
        Table {
            id: self.table.clone().unwrap_or_default(),
            visibility: self.visibility,
            rows: self.rows,
            columns: self.columns.iter().map(|plan| plan.name.clone()).collect(),
            preview: self.preview.clone(),
        }
    }
}

/// Rows of a preview, and characters of one of its cells.
pub(crate) const PREVIEW_ROWS: usize = 20;
const PREVIEW_TEXT: usize = 200;

/// A cell as a preview shows it.
pub(crate) fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text)
        .chars()
        .take(PREVIEW_TEXT)
        .collect()
}

/// How the table that is asked for, or else the first that is visible, is to be read.
///
/// # Errors
/// As [`layouts`], and [`Error::Options`] for a table that is not there.
pub(crate) fn layout(source: &Source, options: &Options, cancel: &Cancel) -> Result<Layout, Error> {
    let known = options.inspection.as_ref();
    let known = known.and_then(|inspection| inspection.layouts_of(source, options));
    let mut layouts = match known {
        Some(known) => known.to_vec(),
        None => layouts(source, options, cancel)?,
    };
    let at = match &options.table {
        Some(wanted) => {
            let is_it = |layout: &Layout| {
                let id = layout.table.clone().unwrap_or_default();
                id.member == wanted.member
                    && id.sheet == wanted.sheet
                    && id.position() == wanted.position()
            };
            layouts.iter().position(is_it).ok_or_else(|| {
                Error::Options(format!(
                    "there is no table {wanted} in {}",
                    source.path.display()
                ))
            })?
        }
        None => layouts
            .iter()
            .position(|layout| layout.visibility == Visibility::Visible)
            .unwrap_or(0),
    };
    Ok(layouts.swap_remove(at))
}

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
pub(crate) enum Route {
    /// From a text that the reader of plain records reads.
    Plain(Plain),
    /// From anything else, row by row.
    Rows(Arc<dyn RowOrigin>),
}

impl Route {
    /// Whether it keeps its file open, or much of it in memory.
    pub(crate) fn is_heavy(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Rows(origin) => origin.is_heavy(),
        }
    }
}

/// Plain records in a text.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    pub(crate) text: Text,
    pub(crate) syntax: Syntax,
    /// Where the first record of the table begins in the text, in bytes, and on which line, counted from 1.
    pub(crate) data_start: u64,
    pub(crate) first_line: u64,
    /// What to look for among the rows, where not all of them were looked at.
    pub(crate) sift: Option<Sift>,
}

/// A table whose rows are read one by one, from their beginning and as often as needed.
pub(crate) trait RowOrigin: fmt::Debug + Send + Sync {
    /// Begins to read the table's rows, header and preamble left out.
    ///
    /// # Errors
    /// Those of reading the source.
    fn open(&self, source: &Source) -> Result<Box<dyn RowSource>, Error>;

    /// How the table is to be read now that all of the source may be looked at, where the sample does not tell its columns.
    ///
    /// # Errors
    /// Those of reading the source, and [`Error::Cancelled`].
    fn complete(
        &self,
        _source: &Source,
        _options: &Options,
        _cancel: &Cancel,
    ) -> Result<Option<Layout>, Error> {
        Ok(None)
    }

    /// What stands between the surplus cells of a row in the strays.
    fn separator(&self) -> u8 {
        b','
    }

    /// Whether it keeps its file open, or much of it in memory.
    fn is_heavy(&self) -> bool {
        false
    }
}

/// How each table of a source is to be read; at least one. [`Options::table`] may leave out those that it does not name.
///
/// # Errors
/// [`Error::Binary`], [`Error::Empty`], [`Error::Options`], [`Error::Cancelled`] and those of reading.
pub(crate) fn layouts(
    source: &Source,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Layout>, Error> {
    let layouts = match workbook::layouts(source, options)? {
        Some(_) if options.lines.is_some() => return Err(no_lines(source, "a workbook")),
        Some(layouts) => layouts,
        None => packed::layouts(source, options, cancel)?,
    };
    Ok(layouts)
}

/// The error for lines that are asked for of what has none.
pub(crate) fn no_lines(source: &Source, what: &str) -> Error {
    Error::Options(format!(
        "{} is {what}, of which no lines can be chosen: only text has lines",
        source.path.display()
    ))
}

/// How a file was read, as a receipt says.
pub(crate) struct ReadAs<'a> {
    pub(crate) table: &'a Option<TableId>,
    pub(crate) encoding: &'a str,
    pub(crate) delimiter: &'a str,
    pub(crate) quote: &'a str,
    pub(crate) has_header: bool,
    pub(crate) preamble_rows: u64,
    pub(crate) header_rows: u64,
    pub(crate) lines: Option<LineRange>,
}

impl<'a> From<&'a Receipt> for ReadAs<'a> {
    fn from(receipt: &'a Receipt) -> Self {
        Self {
            table: &receipt.table,
            encoding: &receipt.encoding,
            delimiter: &receipt.delimiter,
            quote: &receipt.quote,
            has_header: receipt.has_header,
            preamble_rows: receipt.preamble_rows,
            header_rows: receipt.header_rows,
            lines: receipt.overruled.lines,
        }
    }
}

impl<'a> From<&'a SourceFile> for ReadAs<'a> {
    fn from(file: &'a SourceFile) -> Self {
        Self {
            table: &file.table,
            encoding: &file.encoding,
            delimiter: &file.delimiter,
            quote: &file.quote,
            has_header: file.has_header,
            preamble_rows: file.preamble_rows,
            header_rows: file.header_rows,
            lines: None,
        }
    }
}

/// How the source of a finished conversion is read once more, as it was read then, with the options that lead there; `None`
/// if it would now be read in another way, or the columns are others.
pub(crate) fn again(
    source: &Source,
    read_as: &ReadAs,
    has_same_columns: impl Fn(&Layout) -> bool,
) -> Result<Option<(Layout, Options)>, Error> {
    let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let header = match read_as.header_rows {
        0 => Header::No,
        1 => Header::Yes,
        _ => Header::Auto,
    };
    // What was skipped may have been found or told.
    for skip_rows in [None, Some(read_as.preamble_rows)] {
        let options = Options {
            table: read_as.table.clone(),
            delimiter: told(read_as.delimiter),
            quote: told(read_as.quote),
            encoding: told(read_as.encoding),
            header,
            skip_rows,
            lines: read_as.lines,
            ..Options::default()
        };
        let cancel = Cancel::new();
        let layout = layout(source, &options, &cancel)?.complete(source, &options, &cancel)?;
        let is_same = layout.table == *read_as.table
            && layout.has_header == read_as.has_header
            && layout.preamble_rows == read_as.preamble_rows
            && layout.header_rows == read_as.header_rows
            && has_same_columns(&layout);
        if is_same {
            return Ok(Some((layout, options)));
        }
    }
    Ok(None)
}

/// The order of day and month as the receipt names it.
pub(crate) fn order_name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "day first",
        DateOrder::Mdy => "month first",
    }
}
