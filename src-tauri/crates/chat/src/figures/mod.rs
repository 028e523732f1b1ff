//! Traces the figures in an answer's prose back to the results behind it.
//!
//! A model may write any number. Here the app itself looks for every number, date and name of the prose in the results of
//! the answer, and takes none on trust. A figure is traced if it is
//!
//! - a cell of a result, rounded or in other units,
//! - the sum, the difference or the ratio of two cells of one result that stand in one column or in one row,
//! - a cell's share of a total that is shown: of a result of one row, of a row that says that it is the total, or of a
//!   whole column, or that column's total itself,
//! - the number of a result's rows, or of those that the text itself picks out,
//! - or stated by the question, by what is known about the datasets, or by the SQL that ran.
//!
//! Two cells of a large result come to nearly every number, so a pair counts only where the text could be speaking of it:
//! rows that the sentence or the one before it names; or the first, the last, the largest and the smallest, and then
//! only where few other pairs come near the number, so that the match is no accident. And a number right beside a name is
//! traced only to the rows of that name.

mod batches;
mod beside;
#[cfg(test)]
mod corpus;
mod date;
mod derive;
mod evidence;
mod names;
mod number;
mod prose;
mod scan;
#[cfg(test)]
mod tests;
mod trace;

use serde::{Deserialize, Serialize};

pub use evidence::Evidence;
pub use trace::trace;

/// A number, a date or a name in an answer's prose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Where it begins, in bytes of the Markdown text.
    pub start: usize,
    /// Where it ends, in bytes of the Markdown text.
    pub end: usize,
    /// The figure as it stands.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Where it comes from; `None` where the app cannot tell.
    pub traced: Option<Source>,
    /// What speaks against it, one sentence; only where it is not traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

impl Figure {
    /// Where it begins and ends in UTF-16 code units of the text, in which the window counts.
    pub fn utf16(&self, text: &str) -> (usize, usize) {
        let units = |end: usize| {
            text.get(..end)
                .map_or(0, |text| text.encode_utf16().count())
        };
        (units(self.start), units(self.end))
    }
}

/// The figures that could not be traced.
pub fn untraced(figures: &[Figure]) -> Vec<&Figure> {
    figures
        .iter()
        .filter(|figure| figure.traced.is_none())
        .collect()
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number.
    Number,
    /// A percentage, or a difference of percentages.
    Percent,
    /// A date, a part of one, or a time of day.
    Date,
    /// The text of a cell.
    Name,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Source {
    /// A cell, as it is or rounded.
    Cell {
        /// The cell.
        cell: CellRef,
    },
    /// A value computed from cells.
    Derived {
        /// How it was computed.
        how: How,
        /// The cells, in the order of the computation.
        cells: Vec<CellRef>,
    },
    /// The number of rows of a result.
    RowCount {
        /// The result's id.
        result: String,
    },
    /// The number of rows of a result that the text picks out, such as `the top 3`.
    Selection {
        /// The result's id.
        result: String,
    },
    /// Something that was given before the answer.
    Stated {
        /// Where it was given.
        origin: Origin,
    },
}

/// A cell of a result.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellRef {
    /// The result's id.
    pub result: String,
    /// The row, from 0.
    pub row: u64,
    /// The column, from 0.
    pub column: usize,
}

/// How a figure was computed from cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The first plus the second.
    Sum,
    /// The first less the second.
    Difference,
    /// The first over the second.
    Ratio,
    /// The first less the second, over the second.
    Change,
    /// The first over a total: the second cell, or where there is none the total of its column.
    Share,
    /// The total of a whole column.
    Total,
}

/// Where something was stated before the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In what the person asked.
    Question,
    /// In what is known about the datasets, today's date among it.
    Context,
    /// In the SQL that ran.
    Query,
}
