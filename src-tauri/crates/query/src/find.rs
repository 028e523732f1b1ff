//! Looking for a text in the cells of a table, one row after the other.

use std::ops::Range;

use arrow::array::{Array, RecordBatch, cast::AsArray};
use arrow::datatypes::DataType;

use crate::export::display_value;
use crate::{Cancel, Error};

/// Rows of the first piece that is looked through; each one is twice as long as the one before it.
const FIRST_PIECE: u64 = 8_192;
/// Rows of a piece at most.
const LONGEST_PIECE: u64 = 262_144;

/// What is looked for, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// What a cell has to have in it, letter case aside; one of them is enough. The first is what the person typed; the
    /// others are how cells that are shown in another form are written (`1234.5` for `1,234.5`).
    pub texts: Vec<String>,
    /// The row from which on is looked, counted from 0.
    pub row: u64,
    /// The column in that row, counted among those that are looked through. The cell itself comes last.
    pub column: usize,
    /// Whether to look towards the first row.
    pub backwards: bool,
}

/// A cell that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundCell {
    /// Its row, counted from 0.
    pub row: u64,
    /// Its column, counted among those that were looked through.
    pub column: usize,
}

impl Search {
    /// The next cell that has one of the texts in it; past the end it goes on at the other one. `rows` is how many rows
    /// there are, and `read` gives some of them, with the columns that are looked through.
    ///
    /// # Errors
    /// Those of reading, and [`Error::Cancelled`].
    pub fn next<B: Iterator<Item = Result<RecordBatch, Error>>>(
        &self,
        rows: u64,
        mut read: impl FnMut(Range<u64>) -> Result<B, Error>,
        cancel: &Cancel,
    ) -> Result<Option<FoundCell>, Error> {
        let needles: Vec<Needle> = (self.texts.iter())
            .filter(|text| !text.is_empty())
            .map(|text| Needle::of(text))
            .collect();
        if needles.is_empty() || rows == 0 {
            return Ok(None);
        }
        let row = self.row.min(rows - 1);
        let here = FoundCell {
            row,
            column: self.column,
        };
        // Beyond the cell, then all from the other end up to it; its own row is looked through twice.
        let parts = if self.backwards {
            [(0..row + 1, false), (row..rows, true)]
        } else {
            [(row..rows, false), (0..row + 1, true)]
        };
        for (part, wrapped) in parts {
            for piece in pieces(part, self.backwards) {
                let mut found = Vec::new();
                let mut at = piece.start;
                for batch in read(piece)? {
                    if cancel.is_cancelled() {
                        return Err(Error::Cancelled);
                    }
                    let batch = batch?;
                    matches(&batch, at, &needles, &mut found)?;
                    at += batch.num_rows() as u64;
                    // Forwards the first one is enough; backwards the last of the piece is wanted.
                    found.retain(|cell| wrapped || is_beyond(*cell, here, self.backwards));
                    if !self.backwards && !found.is_empty() {
                        break;
                    }
                }
                let place = |cell: &FoundCell| (cell.row, cell.column);
                let best = if self.backwards {
                    found.into_iter().max_by_key(place)
                } else {
                    found.into_iter().min_by_key(place)
                };
                if best.is_some() {
                    return Ok(best);
                }
            }
        }
        Ok(None)
    }
}

fn is_beyond(cell: FoundCell, here: FoundCell, backwards: bool) -> bool {
    let (cell, here) = ((cell.row, cell.column), (here.row, here.column));
    if backwards { cell < here } else { cell > here }
}

/// The rows in pieces, in the order in which they are looked through; short ones first, as the next match is often near.
fn pieces(rows: Range<u64>, backwards: bool) -> impl Iterator<Item = Range<u64>> {
    let mut left = rows;
    let mut length = FIRST_PIECE;
    std::iter::from_fn(move || {
        if left.is_empty() {
            return None;
        }
        let piece = if backwards {
            let start = left.end.saturating_sub(length).max(left.start);
            let piece = start..left.end;
            left.end = start;
            piece
        } else {
            let end = left.start.saturating_add(length).min(left.end);
            let piece = left.start..end;
            left.start = end;
            piece
        };
        length = (length * 2).min(LONGEST_PIECE);
        Some(piece)
    })
}

/// Adds the cells of the batch that match.
fn matches(
    batch: &RecordBatch,
    first_row: u64,
    needles: &[Needle],
    found: &mut Vec<FoundCell>,
) -> Result<(), Error> {
    let mut text = String::new();
    for (column, array) in batch.columns().iter().enumerate() {
        let possible: Vec<&Needle> = (needles.iter())
            .filter(|needle| needle.may_be_in(array.data_type()))
            .collect();
        if possible.is_empty() {
            continue;
        }
        let strings = array.as_string_opt::<i32>();
        let views = array.as_string_view_opt();
        let is_moment = matches!(array.data_type(), DataType::Timestamp(..));
        for row in 0..array.len() {
            if array.is_null(row) {
                continue;
            }
            let cell = if let Some(strings) = strings {
                strings.value(row)
            } else if let Some(views) = views {
                views.value(row)
            } else {
                text.clear();
                display_value(array.as_ref(), row, &mut text)?;
                if is_moment {
                    // As the window writes them.
                    text = text.replace('T', " ");
                }
                &text
            };
            if possible.iter().any(|needle| needle.is_in(cell)) {
                found.push(FoundCell {
                    row: first_row + row as u64,
                    column,
                });
            }
        }
    }
    Ok(())
}

/// A text that is looked for, letter case aside.
struct Needle {
    lower: String,
    is_ascii: bool,
}

impl Needle {
    fn of(text: &str) -> Self {
        Self {
            lower: text.to_lowercase(),
            is_ascii: text.is_ascii(),
        }
    }

    /// Whether cells of the type could have it in them; saves writing millions of numbers in which no word can be.
    fn may_be_in(&self, data_type: &DataType) -> bool {
        let all = |signs: &str| {
            self.lower
                .chars()
                .all(|c| c.is_ascii_digit() || signs.contains(c))
        };
        match data_type {
            DataType::Float16 | DataType::Float32 | DataType::Float64 => all("+-.einfa"),
            data_type if data_type.is_numeric() => all("-."),
            DataType::Date32 | DataType::Date64 => all("+-"),
            DataType::Time32(_) | DataType::Time64(_) => all(":."),
            DataType::Timestamp(..) => all("+-:. z"),
            DataType::Boolean => "true".contains(&self.lower) || "false".contains(&self.lower),
            _ => true,
        }
    }

    fn is_in(&self, cell: &str) -> bool {
        if self.is_ascii && cell.is_ascii() {
            let (cell, needle) = (cell.as_bytes(), self.lower.as_bytes());
            return cell
                .windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle));
        }
        cell.to_lowercase().contains(&self.lower)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Decimal128Array, StringArray};

    use super::*;

    const ROWS: u64 = 40_000;

    /// Names with a match in two rows, and amounts.
    fn rows(range: Range<u64>) -> Vec<Result<RecordBatch, Error>> {
        let names = range.clone().map(|row| match row {
            20_000 => Some("MÜNCHEN".to_owned()),
            39_999 => Some("aus münchen".to_owned()),
            row if row % 3 == 0 => None,
            row => Some(format!("city {row}")),
        });
        let amounts = Decimal128Array::from_iter_values(range.clone().map(i128::from))
            .with_precision_and_scale(18, 2)
            .unwrap();
        let columns: [(&str, ArrayRef); 2] = [
            ("name", Arc::new(StringArray::from_iter(names))),
            ("amount", Arc::new(amounts)),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let half = batch.num_rows() / 2;
        vec![
            Ok(batch.slice(0, half)),
            Ok(batch.slice(half, batch.num_rows() - half)),
        ]
    }

    fn next(text: &str, row: u64, column: usize, backwards: bool) -> Option<(u64, usize)> {
        let search = Search {
            texts: vec![text.to_owned()],
            row,
            column,
            backwards,
        };
        search
            .next(ROWS, |range| Ok(rows(range).into_iter()), &Cancel::new())
            .unwrap()
            .map(|cell| (cell.row, cell.column))
    }

    #[test]
    fn the_next_match_comes_first_and_the_search_goes_round() {
        assert_eq!(next("münchen", 0, 0, false), Some((20_000, 0)));
        assert_eq!(next("münchen", 20_000, 0, false), Some((39_999, 0)));
        assert_eq!(next("münchen", 39_999, 0, false), Some((20_000, 0)));
        assert_eq!(next("münchen", 39_999, 0, true), Some((20_000, 0)));
        assert_eq!(next("münchen", 20_000, 0, true), Some((39_999, 0)));
        assert_eq!(next("nowhere", 7, 1, false), None);
        assert_eq!(next("", 7, 1, false), None);
    }

    #[test]
    fn a_cell_that_is_the_only_match_is_found_again() {
        assert_eq!(next("399.99", 39_999, 1, false), Some((39_999, 1)));
        assert_eq!(next("399.99", 39_999, 1, true), Some((39_999, 1)));
    }

    #[test]
    fn within_a_row_it_goes_from_column_to_column() {
        // "city 1000" in row 1,000, whose amount is 10.00; "10" is in both.
        assert_eq!(next("10", 1_000, 0, false), Some((1_000, 1)));
        assert_eq!(next("10", 1_000, 1, true), Some((1_000, 0)));
    }

    #[test]
    fn every_piece_is_looked_through_once() {
        for (backwards, length) in [(false, 1_000_000), (true, 1_000_000), (true, 1), (false, 0)] {
            let mut all: Vec<_> = pieces(5..5 + length, backwards).collect();
            if backwards {
                all.reverse();
            }
            let mut at = 5;
            for piece in all {
                assert_eq!(piece.start, at);
                at = piece.end;
            }
            assert_eq!(at, 5 + length);
        }
    }
}
