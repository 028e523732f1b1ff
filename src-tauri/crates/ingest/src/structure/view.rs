//! A window of a grid, with the class of each of its cells.

use std::ops::Range;

use super::cell::{Class, class};
use super::{Cell, Grid, Kind, Row};

/// A row as far as it lies in the window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Its index in the head of the grid.
    pub(super) row: usize,
    /// Where its classes begin.
    start: usize,
    /// How many cells it has, of a sheet up to the last one that is not empty.
    pub(super) width: usize,
    /// How many of them are not empty.
    pub(super) filled: usize,
    /// The first and the last cell that is not empty.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) is_comment: bool,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.filled == 0
    }
}

/// A window of a grid.
#[derive(Debug)]
pub(super) struct View<'g> {
    pub(super) grid: &'g Grid<'g>,
    pub(super) window: Range<usize>,
    pub(super) lines: Vec<Line>,
    classes: Vec<Class>,
}

/// The cells of a row that lie in a window.
pub(super) fn window_of<'r, 'a>(row: &'r Row<'a>, window: &Range<usize>) -> &'r [Cell<'a>] {
    let end = window.end.min(row.cells.len());
    row.cells.get(window.start..end).unwrap_or(&[])
}

impl<'g> View<'g> {
    /// The window of the given rows and columns.
    pub(super) fn new(grid: &'g Grid<'g>, rows: Range<usize>, window: Range<usize>) -> Self {
        let mut view = Self {
            grid,
            window,
            lines: Vec::with_capacity(rows.len()),
            classes: Vec::new(),
        };
        for row in rows {
            let cells = window_of(&grid.head[row], &view.window);
            let start = view.classes.len();
            view.classes
                .extend(cells.iter().map(|cell| class(&cell.text)));
            let classes = &view.classes[start..];
            let is_filled = |class: &Class| *class != Class::Empty;
            let filled = classes.iter().filter(|class| is_filled(class)).count();
            let first = classes.iter().position(is_filled).unwrap_or(0);
            let last = classes.iter().rposition(is_filled).unwrap_or(0);
            view.lines.push(Line {
                row,
                start,
                width: match grid.kind {
                    Kind::Text => cells.len(),
                    Kind::Sheet => last + usize::from(filled > 0),
                },
                filled,
                first,
                last,
                is_comment: false,
            });
        }
        view
    }

    /// The class of a cell; what a row lacks is empty.
    #[inline]
    pub(super) fn class(&self, line: usize, column: usize) -> Class {
        let line = &self.lines[line];
        if column >= line.width {
            return Class::Empty;
        }
        self.classes[line.start + column]
    }

    /// The classes of the cells that the row has.
    pub(super) fn classes(&self, line: usize) -> &[Class] {
        let line = &self.lines[line];
        &self.classes[line.start..line.start + line.width]
    }

    /// The cells that the row has.
    pub(super) fn cells(&self, line: usize) -> &'g [Cell<'g>] {
        window_of(&self.grid.head[self.lines[line].row], &self.window)
    }

    /// The text of a cell without spaces around it.
    pub(super) fn text(&self, line: usize, column: usize) -> &'g [u8] {
        self.cells(line)
            .get(column)
            .map_or(&[], |cell| cell.text.trim_ascii())
    }

    pub(super) fn number(&self, line: usize) -> u64 {
        self.grid.head[self.lines[line].row].number
    }

    pub(super) fn is_text(&self) -> bool {
        self.grid.kind == Kind::Text
    }

    /// Whether what comes after the last line was not looked at.
    pub(super) fn is_cut(&self) -> bool {
        !self.grid.is_whole
            && self
                .lines
                .last()
                .is_some_and(|line| line.row + 1 == self.grid.head.len())
    }
}
