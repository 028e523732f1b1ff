//! The windows of a grid in which tables are looked for: of a sheet, without blank margins, and one for each of several
//! tables beside each other.

use std::ops::Range;

use super::header::{Lines, top};
use super::view::View;
use super::{Grid, Kind, Row, Told};

fn is_filled(row: &Row, column: usize) -> bool {
    row.cells
        .get(column)
        .is_some_and(|cell| !cell.text.trim_ascii().is_empty())
}

fn is_blank(row: &Row) -> bool {
    row.cells
        .iter()
        .all(|cell| cell.text.trim_ascii().is_empty())
}

/// The columns that are used in the rows, in runs without a blank column between.
fn runs(rows: &[Row]) -> Vec<Range<usize>> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut used = vec![false; width];
    for row in rows {
        for (column, used) in used.iter_mut().enumerate() {
            *used = *used || is_filled(row, column);
        }
    }
    let mut runs: Vec<Range<usize>> = Vec::new();
    for column in (0..width).filter(|&column| used[column]) {
        match runs.last_mut() {
            Some(run) if run.end == column => run.end += 1,
            _ => runs.push(column..column + 1),
        }
    }
    runs
}

/// The windows of a grid, each with its classes.
pub(super) fn split<'g>(grid: &'g Grid<'g>) -> Vec<View<'g>> {
    let rows = 0..grid.head.len();
    if grid.kind == Kind::Text {
        let width = grid
            .head
            .iter()
            .map(|row| row.cells.len())
            .max()
            .unwrap_or(0);
        return vec![View::new(grid, rows, 0..width)];
    }
    let beside = beside(grid, rows.clone());
    if beside.len() != 1 {
        return beside;
    }
    // Tables may be beside each other in a part of the sheet only, between blank rows.
    let mut bands: Vec<Range<usize>> = Vec::new();
    for row in rows.clone().filter(|&row| !is_blank(&grid.head[row])) {
        match bands.last_mut() {
            Some(band) if band.end == row => band.end += 1,
            _ => bands.push(row..row + 1),
        }
    }
    let (mut views, mut start) = (Vec::new(), 0);
    for band in bands {
        let beside = beside_each_other(grid, band.clone());
        if beside.len() > 1 {
            if (start..band.start).any(|row| !is_blank(&grid.head[row])) {
                views.extend(self::beside(grid, start..band.start));
            }
            views.extend(
                beside
                    .into_iter()
                    .map(|window| View::new(grid, band.clone(), window)),
            );
            start = band.end;
        }
    }
    if start == 0 {
        return beside;
    }
    if (start..rows.end).any(|row| !is_blank(&grid.head[row])) {
        views.extend(self::beside(grid, start..rows.end));
    }
    views
}

fn beside<'g>(grid: &'g Grid<'g>, rows: Range<usize>) -> Vec<View<'g>> {
    beside_each_other(grid, rows.clone())
        .into_iter()
        .map(|window| View::new(grid, rows.clone(), window))
        .collect()
}

/// Windows beside each other; one if what is beside it is no table of its own.
fn beside_each_other(grid: &Grid, rows: Range<usize>) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut is_table_before = false;
    for run in runs(&grid.head[rows.clone()]) {
        let is_table = is_table(grid, rows.clone(), run.clone());
        match windows.last_mut() {
            Some(last) if !(is_table && is_table_before) => {
                last.end = run.end;
                is_table_before |= is_table;
            }
            _ => {
                windows.push(run);
                is_table_before = is_table;
            }
        }
    }
    windows
}

/// Whether the window is a table that needs nothing beside it: with a header, rows, and a column that says what they are.
fn is_table(grid: &Grid, rows: Range<usize>, window: Range<usize>) -> bool {
    if window.len() < 2 {
        return false;
    }
    let view = View::new(grid, rows, window);
    let lines: Vec<usize> = (0..view.lines.len())
        .filter(|&line| !view.lines[line].is_blank())
        .take(400)
        .collect();
    let gaps: Vec<bool> = lines
        .iter()
        .enumerate()
        .map(|(at, &line)| at > 0 && lines[at - 1] + 1 != line)
        .collect();
    let lines = Lines {
        view: &view,
        lines: &lines,
        gaps: &gaps,
    };
    let top = top(lines, Told::default());
    if top.header.is_empty() || top.data >= lines.len() {
        return false;
    }
    let names = lines.lines[top.header.start];
    let is_named = view.lines[names].filled == view.window.len();
    // A column of labels: texts, dates or numbers that count rows.
    let first: Vec<&[u8]> = (top.data..lines.len())
        .map(|at| view.text(lines.lines[at], 0))
        .collect();
    let is_label = (top.data..lines.len()).all(|at| {
        let class = view.class(lines.lines[at], 0);
        class.is_text() || matches!(class, super::cell::Class::Moment | super::cell::Class::Year)
    });
    let is_count = first
        .windows(2)
        .all(|pair| match (number(pair[0]), number(pair[1])) {
            (Some(a), Some(b)) => b == a + 1,
            _ => false,
        });
    is_named && (is_label || (is_count && first.len() > 1))
}

fn number(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
