//! The tables in a grid of cells: where each begins and ends, what its columns are called, and which rows are no data.
//!
//! A grid is what is left of a source when its dialect is known: records of a text file or rows of a sheet. People put
//! more than a table there: titles and dates above, units under the header, totals and notes below, a second table
//! after a blank line. [`find`] looks at a bounded sample, the head of the source and, where it does not end there, some
//! rows of its tail, and says what is where. It is pure: no input or output, the same answer for the same grid, and time
//! linear in the sample.
//!
//! # Interface
//!
//! - [`find`] takes a [`Grid`] and what a person [`Told`], and gives the [`TableShape`]s in it, from the top to the
//!   bottom and from left to right. There is at least one unless the grid is blank.
//! - Rows are named by [`Row::number`]: a source line or a row of the sheet. Numbers must ascend.
//! - A [`Filter`], made of a shape, says of each row of the source, streamed one after the other, whether it is data. For
//!   rows of the sample it repeats what `find` decided; beyond, it applies the shape's rules. It holds back only rows
//!   that look like the end of the table, at most [`Filter::MOST_HELD`], and [`Filter::is_surely_data`] tells most rows
//!   from their first field and their width alone.
//! - Every row that is set aside has a [`Reason`]; nothing is lost.
//!
//! # How it decides
//!
//! No rule looks at a cell alone. What a column holds (the [`cell::Class`]es of its cells, how its texts are
//! written, which values come back) gives the likelihood of a row under three readings: one more row of the table,
//! a header, a line above the table. Their log-odds, with mild priors (most tables have a header of one row and nothing above it),
//! are added up over all rows of a reading, and the best reading of the whole wins; its lead over the next best is
//! the confidence. A table ends where the rows that follow are told better by a new header and columns of their own.
//! Totals and notes need two kinds of evidence at once, a word and what the row's other cells hold (or that its numbers
//! are the sums of those above), since a row of data that is set aside costs more than a total that is not.
//!
//! The classes of rows follow Adelfio and Samet, "Schema Extraction for Tabular Data on the Web" (VLDB 2013), and
//! Koci et al., "A Machine Learning Approach for Layout Inference in Spreadsheets" (KDIR 2016). Scoring
//! rows by how cells agree with the column below and by patterns of words is in the spirit of Christodoulakis et
//! al., "Pytheas: Pattern-based Table Discovery in CSV Files" (VLDB 2020), and of Ghasemi-Gol, Pujara and
//! Szekely, "Tabular Cell Classification Using Pre-Trained Cell Embeddings" (ICDM 2019), without their training: the
//! likelihoods are those of a Dirichlet prior, updated by the file itself. The estimate for values not seen before
//! is Good's ("The Population Frequencies of Species", 1953).

mod cell;
mod ending;
mod filter;
mod header;
mod names;
mod profile;
mod tables;
#[cfg(test)]
mod tests;
mod view;
mod windows;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use crate::Header;
use crate::receipt::Decision;

pub(crate) use filter::{Filter, Verdict};
pub(crate) use names::unique as unique_names;

/// A cell as its source has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    /// Without quotes around it; empty where there is nothing.
    pub(crate) text: Cow<'a, [u8]>,
    /// Whether quotes stood around it.
    pub(crate) is_quoted: bool,
}

/// A row of a grid.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row<'a> {
    /// The source line on which it begins, or the row of the sheet; numbers ascend.
    pub(crate) number: u64,
    /// As many as the record has; a blank line has none or one empty cell.
    pub(crate) cells: Vec<Cell<'a>>,
}

/// Cells of a sheet that are shown as one; the text is that of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merge {
    /// The numbers of the first and the last row.
    pub(crate) rows: (u64, u64),
    /// The columns, counted from 0.
    pub(crate) columns: Range<usize>,
}

/// Where a grid comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Records: how many fields one has tells something, and a record of empty fields may be a row.
    Text,
    /// A sheet: there may be blank margins, and several tables beside each other.
    Sheet,
}

/// A bounded sample of a source.
#[derive(Debug, Clone)]
pub(crate) struct Grid<'a> {
    /// Where it comes from.
    pub(crate) kind: Kind,
    /// Rows from the beginning, blank ones included, some 20,000 at most.
    pub(crate) head: Vec<Row<'a>>,
    /// Whether those are all.
    pub(crate) is_whole: bool,
    /// Rows from the end of the source, if those are not all; their numbers mean nothing.
    pub(crate) tail: Vec<Row<'a>>,
    /// Merged cells, of a sheet.
    pub(crate) merges: Vec<Merge>,
}

/// What a person said, and so is not to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Whether there is a header.
    pub(crate) header: Header,
    /// Of which table that is said, counted from 0 in the order of [`find`].
    pub(crate) table: usize,
    /// Whether the grid begins with the table: its first row that is not blank is the header or data.
    pub(crate) starts_at_once: bool,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            header: Header::Auto,
            table: 0,
            starts_at_once: false,
        }
    }
}

/// Why a row is no row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    RepeatedHeader,
    Comment,
    Total,
    Footnote,
    /// A title in front of a repeated header.
    Title,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnShape {
    /// The name in the dataset: trimmed, unique whatever the letter case, never empty.
    pub(crate) name: String,
    /// The name in the source, of several rows joined; empty where it has none.
    pub(crate) source_name: String,
    /// What the row of units says of the column.
    pub(crate) unit: Option<String>,
}

/// Where a table is in its source, and which of the rows there are its rows.
#[derive(Debug, Clone)]
pub(crate) struct TableShape {
    /// The table's columns in the grid; for text, from 0 to the number of columns.
    pub(crate) window: Range<usize>,
    /// What the columns are called.
    pub(crate) columns: Vec<ColumnShape>,
    /// The numbers of rows above the table that belong to it: titles, dates, notes. Blank rows are not among them.
    pub(crate) preamble: Vec<u64>,
    /// The numbers of the rows that make up the header.
    pub(crate) header: Vec<u64>,
    /// The number of the row of units.
    pub(crate) units: Option<u64>,
    /// The number of the first row of data; `None` for a table without any.
    pub(crate) first_row: Option<u64>,
    /// The number of the first row that belongs to something else further down; `None` if the table goes on to the end of
    /// the source.
    pub(crate) end: Option<u64>,
    /// Rows of the head between the first row and the end that are no data, in ascending order. Blank rows are not among
    /// them.
    pub(crate) set_aside: Vec<(u64, Reason)>,
    /// Rows of the tail that are no data, by their index there.
    pub(crate) tail_set_aside: Vec<(usize, Reason)>,
    /// What was decided, and how sure it is.
    pub(crate) decisions: Vec<Decision>,
    /// What tells rows of data beyond the sample.
    rules: filter::Rules,
}

/// A table, and its place: which window it is in, and which table of that window it is.
type Placed = (usize, usize, TableShape);

/// Finds the tables in a grid.
pub(crate) fn find(grid: &Grid, told: Told) -> Vec<TableShape> {
    let undirected = Told {
        header: Header::Auto,
        ..told
    };
    let mut found = placed(grid, undirected, (0, 0));
    // Which table something is said of is known once they are found without it.
    if told.header != Header::Auto
        && let Some(&(window, number, _)) = found.get(told.table)
    {
        found = placed(grid, told, (window, number));
    }
    let mut shapes: Vec<TableShape> = found.into_iter().map(|(_, _, shape)| shape).collect();
    let count = shapes.len();
    if count > 1 {
        let confidence = shapes
            .iter()
            .map(|shape| shape.rules.boundary)
            .fold(1.0, f64::min);
        for shape in &mut shapes {
            shape.decisions.push(Decision {
                what: "tables".into(),
                chosen: count.to_string(),
                confidence,
                runner_up: Some("1".into()),
            });
        }
    }
    shapes
}

/// The tables of a grid in their order; the header is told of the one at `place`.
fn placed(grid: &Grid, told: Told, place: (usize, usize)) -> Vec<Placed> {
    let mut found = Vec::new();
    for (window, view) in windows::split(grid).into_iter().enumerate() {
        let told_of = (place.0 == window).then_some(place.1);
        let shapes = tables::find(view, told, told_of);
        found.extend(
            (shapes.into_iter().enumerate()).map(|(number, shape)| (window, number, shape)),
        );
    }
    found.sort_by_key(|(_, _, shape)| {
        let first = shape.header.first().copied().or(shape.first_row);
        (first, shape.window.start)
    });
    found
}
