//! Which rows of a streamed source are rows of a table.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::ending::{Body, Facts, Holds, LONG_NOTE, ending};
use super::{Cell, Kind, Reason, TableShape, words};

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Above the table: preamble, header, units.
    Above,
    Data,
    Blank,
    SetAside(Reason),
    /// Below the table: a part of something else.
    Below,
}

/// How comments begin, and what else they need to be comments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Comments {
    /// The prefix that the sample has.
    pub(super) prefix: Option<&'static str>,
    /// Whether values of the first column begin with such a prefix.
    pub(super) is_data: bool,
    /// Whether the prefix with a space or nothing after it makes a comment of a row of any width.
    pub(super) is_marked: bool,
}

/// Whether the row is a ruler, as reports have them under a header and above totals.
pub(super) fn is_ruler(cells: &[Cell], width: usize) -> bool {
    let mut filled = 0;
    let mut longest = 0;
    for cell in cells {
        let text = cell.text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if cell.is_quoted || !words::is_ruler(text) {
            return false;
        }
        filled += 1;
        longest = longest.max(text.len());
    }
    // A single short one may be a value.
    filled >= 2 || (filled == 1 && width >= 2 && longest >= 5)
}

/// Whether nothing or a space follows the prefix.
pub(super) fn is_marked(text: &[u8], prefix: &str) -> bool {
    text.strip_prefix(prefix.as_bytes())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b" "))
}

/// The prefixes of comments.
pub(super) const PREFIXES: [&str; 2] = ["#", "//"];

impl Comments {
    /// Whether a row of a table of this width is a comment.
    pub(super) fn fits(self, cells: &[Cell], width: usize, is_first_typed: bool) -> bool {
        let Some(first) = cells.first().filter(|cell| !cell.is_quoted) else {
            return false;
        };
        let text = first.text.trim_ascii();
        let filled = || {
            cells
                .iter()
                .filter(|cell| !cell.text.trim_ascii().is_empty())
                .count()
        };
        match self.prefix {
            Some(prefix) => {
                text.starts_with(prefix.as_bytes())
                    && (is_first_typed
                        || self.is_marked && is_marked(text, prefix)
                        || cells.len() != width
                        || filled() < (width * 7).div_ceil(10).max(2))
            }
            // Without an example, only what can hardly be anything else.
            None => {
                !self.is_data
                    && width >= 2
                    && PREFIXES.iter().any(|prefix| {
                        text.strip_prefix(prefix.as_bytes())
                            .is_some_and(|rest| rest.starts_with(b" "))
                    })
                    && filled() == 1
            }
        }
    }
}

/// What tells rows of data beyond the sample.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) kind: Kind,
    pub(super) body: Body,
    pub(super) comments: Comments,
    /// The texts of the header's rows and of the row of units, trimmed.
    pub(super) header: Vec<Vec<Vec<u8>>>,
    /// The number of the last row of which the sample told everything.
    pub(super) known_to: u64,
    /// The number of the last row of data in the sample; empty records after it are blank.
    pub(super) last_data: u64,
    /// How sure it is that this table is one of its own.
    pub(super) boundary: f64,
}

/// Whether the row repeats a row of the header.
pub(super) fn repeats(header: &[Vec<Vec<u8>>], cells: &[Cell]) -> bool {
    let is_empty = |cell: &Cell| cell.text.trim_ascii().is_empty();
    let used = cells
        .iter()
        .rposition(|cell| !is_empty(cell))
        .map_or(0, |last| last + 1);
    used > 0
        && header.iter().any(|names| {
            names.len() == used
                && names
                    .iter()
                    .zip(cells)
                    .all(|(name, cell)| name == cell.text.trim_ascii())
        })
}

/// The texts of a row for [`repeats`].
pub(super) fn trimmed(cells: &[Cell]) -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = cells
        .iter()
        .map(|cell| cell.text.trim_ascii().to_vec())
        .collect();
    while texts.last().is_some_and(Vec::is_empty) {
        texts.pop();
    }
    texts
}

/// Says of one row after the other whether it is a row of the table.
///
/// A row that may be a total or a note is held back until it is known whether data follows.
#[derive(Debug)]
pub(crate) struct Filter {
    shape: Arc<TableShape>,
    held: VecDeque<Facts>,
    had_data: bool,
    was_blank: bool,
    totals: words::Endings,
}

impl Filter {
    /// The most rows that are held back.
    pub(crate) const MOST_HELD: usize = 100;

    /// A filter for the rows of the source from its first one on.
    pub(crate) fn new(shape: Arc<TableShape>) -> Self {
        Self {
            shape,
            held: VecDeque::new(),
            had_data: false,
            was_blank: false,
            totals: words::Endings::new(),
        }
    }

    /// Whether the next row is data, told from its first field, without quotes, and the number of its fields alone.
    ///
    /// If so, it is taken in by that, and nothing more needs to be looked at: most rows of most sources beyond the sample.
    /// If not, [`Self::push`] tells.
    #[inline]
    pub(crate) fn is_surely_data(&mut self, number: u64, first: &[u8], width: usize) -> bool {
        let rules = &self.shape.rules;
        let body = &rules.body;
        let Some(&byte) = first.first() else {
            return false;
        };
        if width != body.width
            || !body.is_first_full()
            || number <= rules.known_to
            || self.was_blank
            || !self.held.is_empty()
            || self.shape.end.is_some()
        {
            return false;
        }
        let is_data = match body.holds(0) {
            Holds::Numbers | Holds::Moments => byte.is_ascii_digit(),
            Holds::Nothing | Holds::Texts => {
                (first.len() <= LONG_NOTE || first.len() * 2 <= body.longest() * 3)
                    && !matches!(byte, b'#' | b'/' | b' ')
                    && !self.totals.may_be_odd(first)
                    && rules
                        .header
                        .iter()
                        .all(|names| names.first().is_none_or(|name| name != first))
            }
        };
        self.had_data |= is_data;
        is_data
    }

    /// Takes the next row, with all of its cells, and appends the verdicts on rows that are decided by that, in order,
    /// those of rows held back first.
    pub(crate) fn push(&mut self, number: u64, cells: &[Cell], verdicts: &mut Vec<Verdict>) {
        let shape = Arc::clone(&self.shape);
        let rules = &shape.rules;
        let is_above = match shape.first_row {
            Some(first) => number < first,
            None => shape.header.last().is_some_and(|last| number <= *last),
        };
        if is_above {
            verdicts.push(Verdict::Above);
            return;
        }
        if shape.end.is_some_and(|end| number >= end) {
            self.release(verdicts);
            verdicts.push(Verdict::Below);
            return;
        }
        let window = Range {
            start: shape.window.start.min(cells.len()),
            end: match rules.kind {
                // Surplus fields belong to the record.
                Kind::Text => cells.len(),
                Kind::Sheet => shape.window.end.min(cells.len()),
            },
        };
        let cells = &cells[window];
        let is_empty = cells.iter().all(|cell| cell.text.trim_ascii().is_empty());
        if number <= rules.known_to {
            let reason = shape
                .set_aside
                .binary_search_by_key(&number, |(number, _)| *number)
                .ok()
                .map(|at| shape.set_aside[at].1);
            let is_blank = is_empty
                && (rules.kind == Kind::Sheet || cells.len() < 2 || number > rules.last_data);
            self.had_data |= !is_blank && reason.is_none();
            self.was_blank = is_empty;
            verdicts.push(match reason {
                Some(reason) => Verdict::SetAside(reason),
                None if is_blank => Verdict::Blank,
                None => Verdict::Data,
            });
            return;
        }
        let mut facts = Facts::of(&rules.body, number, cells);
        facts.gap = std::mem::replace(&mut self.was_blank, is_empty);
        let is_first_typed = matches!(rules.body.holds(0), Holds::Numbers | Holds::Moments);
        if !is_empty && repeats(&rules.header, cells) && rules.repeats_count() {
            self.release_before_header(verdicts);
            verdicts.push(Verdict::SetAside(Reason::RepeatedHeader));
            self.was_blank = false;
            return;
        }
        let width = rules.body.width;
        if !is_empty
            && (is_ruler(cells, width) || rules.comments.fits(cells, width, is_first_typed))
        {
            self.hold(facts.into_comment(), verdicts);
            return;
        }
        if is_empty || facts.may_be_ending(&rules.body) {
            self.hold(facts, verdicts);
            return;
        }
        self.release(verdicts);
        self.had_data = true;
        verdicts.push(Verdict::Data);
    }

    /// The end of the source: appends the verdicts on the rows that are held back.
    pub(crate) fn finish(&mut self, verdicts: &mut Vec<Verdict>) {
        let rows: Vec<Facts> = self.held.drain(..).collect();
        let reasons = ending(&self.shape.rules.body, &rows, !self.had_data);
        // Empty records before the end and before notes are blank, whatever their number of fields.
        let last_data = rows
            .iter()
            .zip(&reasons)
            .rposition(|(row, reason)| !row.is_blank() && !row.is_comment() && reason.is_none());
        for (at, (row, reason)) in rows.iter().zip(reasons).enumerate() {
            let is_inside = last_data.is_some_and(|last| at < last);
            verdicts.push(match reason {
                _ if row.is_comment() => Verdict::SetAside(Reason::Comment),
                Some(reason) => Verdict::SetAside(reason),
                None if row.is_blank() && !is_inside => Verdict::Blank,
                None => self.verdict_inside(row),
            });
        }
    }

    fn hold(&mut self, facts: Facts, verdicts: &mut Vec<Verdict>) {
        if self.held.len() == Self::MOST_HELD
            && let Some(oldest) = self.held.pop_front()
        {
            let verdict = self.verdict_inside(&oldest);
            self.had_data |= verdict == Verdict::Data;
            verdicts.push(verdict);
        }
        self.held.push_back(facts);
    }

    /// Decides about the rows that are held back, since data follows.
    fn release(&mut self, verdicts: &mut Vec<Verdict>) {
        while let Some(row) = self.held.pop_front() {
            let verdict = self.verdict_inside(&row);
            self.had_data |= verdict == Verdict::Data;
            verdicts.push(verdict);
        }
    }

    /// The same, since a repeated header follows: what stands between a blank row and the header is a title.
    fn release_before_header(&mut self, verdicts: &mut Vec<Verdict>) {
        let width = self.shape.rules.body.width;
        let titles = self
            .held
            .iter()
            .rposition(Facts::is_blank)
            .filter(|_| width >= 3)
            .map_or(self.held.len(), |blank| blank + 1);
        for (at, row) in std::mem::take(&mut self.held).iter().enumerate() {
            verdicts.push(if at >= titles && row.filled == 1 {
                Verdict::SetAside(Reason::Title)
            } else {
                self.verdict_inside(row)
            });
        }
    }

    fn verdict_inside(&self, row: &Facts) -> Verdict {
        let rules = &self.shape.rules;
        if row.is_comment() {
            Verdict::SetAside(Reason::Comment)
        } else if row.is_blank() && (rules.kind == Kind::Sheet || row.width < 2) {
            Verdict::Blank
        } else if row.is_total_inside(&rules.body) {
            Verdict::SetAside(Reason::Total)
        } else {
            Verdict::Data
        }
    }
}

impl Rules {
    /// Whether a row like the header counts as its repetition: not where a value of the only column may be its name.
    pub(super) fn repeats_count(&self) -> bool {
        self.body.width > 1 || matches!(self.body.holds(0), Holds::Numbers | Holds::Moments)
    }
}
