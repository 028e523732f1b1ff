//! A row of a sheet: the cells that have a value, as text.

/// Columns that a sheet may have, in every format that is read.
pub(crate) const MOST_COLUMNS: u32 = 16_384;
/// Rows that a sheet may have.
pub(crate) const MOST_ROWS: u64 = 1_048_576;
/// Bytes that a row's texts may have together; beyond that the row is set aside.
pub(crate) const LARGEST_ROW: usize = crate::records::LARGEST_RECORD;

/// Where a cell's text is in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    column: u32,
    start: u32,
    end: u32,
}

/// One row of a sheet. It is filled from the left where the file does so, and put in order where it does not.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// The row's number in the sheet, counted from 1.
    pub(crate) line: u64,
    /// Whether it is hidden, by hand or by a filter.
    pub(crate) is_hidden: bool,
    /// Whether its texts have more bytes than a row may have; some of them are missing then.
    pub(crate) is_oversized: bool,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
    is_sorted: bool,
}

impl Row {
    /// Forgets all cells, for the row of that number.
    pub(crate) fn begin(&mut self, line: u64, is_hidden: bool) {
        self.line = line;
        self.is_hidden = is_hidden;
        self.is_oversized = false;
        self.cells.clear();
        self.bytes.clear();
        self.is_sorted = true;
        // One enormous row must not be paid for by all others.
        const USUAL: usize = 1_000_000;
        self.bytes.shrink_to(USUAL);
    }

    /// Whether no cell has a value.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.is_empty() && !self.is_oversized
    }

    /// The buffer to which the next cell's text is appended, before [`Row::end_cell`].
    #[inline]
    pub(crate) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Where the next cell's text begins in [`Row::text`].
    #[inline]
    pub(crate) fn mark(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what was appended since `mark` as the text of a cell; columns are counted from 0.
    #[inline]
    pub(crate) fn end_cell(&mut self, column: u32, mark: usize) {
        // A file may name one place again and again.
        const MOST_CELLS: usize = 4 * MOST_COLUMNS as usize;
        if self.bytes.len() > LARGEST_ROW || self.cells.len() >= MOST_CELLS {
            self.bytes.truncate(mark);
            self.is_oversized = true;
            return;
        }
        self.is_sorted &= self.cells.last().is_none_or(|last| last.column < column);
        self.cells.push(Cell {
            column,
            // A row has far fewer bytes than fit in 32 bits.
            start: mark as u32,
            end: self.bytes.len() as u32,
        });
    }

    /// Puts the cells in order; where two have the same place, the later one counts, as in Excel.
    pub(crate) fn finish(&mut self) {
        if !self.is_sorted {
            self.cells.sort_by_key(|cell| cell.column);
            let mut kept: Vec<Cell> = Vec::with_capacity(self.cells.len());
            for &cell in &self.cells {
                match kept.last_mut() {
                    Some(last) if last.column == cell.column => *last = cell,
                    _ => kept.push(cell),
                }
            }
            self.cells = kept;
            self.is_sorted = true;
        }
    }

    /// About the bytes of memory that the row uses.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<Cell>()
    }

    /// The cells that have a value, from the left: column and text.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.cells.iter().map(|cell| {
            (
                cell.column,
                &self.bytes[cell.start as usize..cell.end as usize],
            )
        })
    }
}

/// A column's number, counted from 0, from the letters at the beginning of a reference such as `AB12`, and what follows.
#[inline]
pub(crate) fn column_of(reference: &[u8]) -> Option<(u32, &[u8])> {
    let mut column = 0_u32;
    let mut at = 0;
    while let Some(&byte) = reference.get(at) {
        let letter = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            b'$' if at == 0 => {
                return column_of(&reference[1..]);
            }
            _ => break,
        };
        if at == 3 {
            return None;
        }
        column = column * 26 + u32::from(letter) + 1;
        at += 1;
    }
    (at > 0 && column <= MOST_COLUMNS).then(|| (column - 1, &reference[at..]))
}

/// Column and row, both counted from 0, of a reference such as `AB12`.
pub(crate) fn cell_of(reference: &[u8]) -> Option<(u32, u32)> {
    let (column, rest) = column_of(reference)?;
    let row = super::xml::digits(rest.strip_prefix(b"$").unwrap_or(rest))?;
    (row > 0).then(|| (column, row - 1))
}

/// A rectangle of cells; rows and columns are counted from 0, the last ones are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

impl Area {
    /// The area of a reference such as `A1:C3` or `B2`.
    pub(crate) fn of(reference: &[u8]) -> Option<Self> {
        let mut corners = reference.split(|&byte| byte == b':');
        let first = cell_of(corners.next()?)?;
        let last = corners.next().map_or(Some(first), cell_of)?;
        Some(Self {
            first_row: first.1.min(last.1),
            last_row: first.1.max(last.1),
            first_column: first.0.min(last.0),
            last_column: first.0.max(last.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_columns_and_rows() {
        assert_eq!(cell_of(b"A1"), Some((0, 0)));
        assert_eq!(cell_of(b"XFD1048576"), Some((16_383, 1_048_575)));
        assert_eq!(cell_of(b"$AB$12"), Some((27, 11)));
        for wrong in [
            &b""[..],
            b"A",
            b"1",
            b"A0",
            b"XFE1",
            b"AAAA1",
            b"A1B",
            b"A12345678901",
        ] {
            assert_eq!(cell_of(wrong), None);
        }
        assert_eq!(
            Area::of(b"B2:D3"),
            Some(Area {
                first_row: 1,
                last_row: 2,
                first_column: 1,
                last_column: 3
            })
        );
    }

    #[test]
    fn cells_out_of_order_are_put_in_order() {
        let mut row = Row::default();
        row.begin(1, false);
        for (column, text) in [(2, "c"), (0, "a"), (2, "C")] {
            let mark = row.mark();
            row.text().extend_from_slice(text.as_bytes());
            row.end_cell(column, mark);
        }
        row.finish();
        let cells: Vec<_> = row.cells().collect();
        assert_eq!(cells, [(0, &b"a"[..]), (2, &b"C"[..])]);
    }
}
