//! Rows of totals, and notes under a table.
//!
//! A row is set aside only where two things come together: what its leading cell says, and what the rest of the row
//! is like: empty where every row has something, sums of the numbers above, at the very end.

use super::cell::{Class, class};
use super::profile::Profile;
use super::words::{self, Label};
use super::{Cell, Reason};

/// A text longer than this, in bytes, may be a note by its length.
pub(super) const LONG_NOTE: usize = 25;

/// What kind of values a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    Numbers,
    /// Dates, times or truth values.
    Moments,
    Texts,
}

#[derive(Debug, Clone, Copy)]
struct Column {
    holds: Holds,
    is_full: bool,
}

/// What the columns of a table hold, as far as its odd rows are told by that.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    columns: Vec<Column>,
    /// The number of fields that rows have.
    pub(super) width: usize,
    /// The longest text in the first column, in bytes.
    longest: usize,
    /// Whether a label of totals stands in rows of data, too.
    pub(super) labels_are_data: bool,
    /// Whether rows of totals inside of the table were confirmed by their sums.
    pub(super) has_subtotals: bool,
}

impl Body {
    pub(super) fn new(profile: &Profile, width: usize, longest: usize) -> Self {
        let columns = profile
            .columns
            .iter()
            .map(|counts| Column {
                holds: if counts.values() == 0 {
                    Holds::Nothing
                } else if counts.is_numeric() {
                    Holds::Numbers
                } else if counts.is_typed() {
                    Holds::Moments
                } else {
                    Holds::Texts
                },
                is_full: counts.is_full(),
            })
            .collect();
        Self {
            columns,
            width,
            longest,
            ..Self::default()
        }
    }

    pub(super) fn holds(&self, column: usize) -> Holds {
        self.columns
            .get(column)
            .map_or(Holds::Nothing, |column| column.holds)
    }

    /// Whether the first column is never empty.
    pub(super) fn is_first_full(&self) -> bool {
        self.columns.first().is_some_and(|column| column.is_full)
    }

    pub(super) fn longest(&self) -> usize {
        self.longest
    }
}

/// Numbers of a row that are the sums (or means) of those above, and numbers that are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) matches: usize,
    pub(super) mismatches: usize,
    /// Whether they are the sums of all rows rather than of those since the last sum.
    pub(super) of_all: bool,
}

/// What is known of a row that may be no data.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) number: u64,
    pub(super) filled: usize,
    pub(super) width: usize,
    /// Whether a blank row stands above.
    pub(super) gap: bool,
    label: Option<Label>,
    is_note: bool,
    is_note_word: bool,
    /// The leading cell: its class, length and words, and whether it is no value of its column.
    class: Option<Class>,
    length: usize,
    words: usize,
    is_misfit: bool,
    is_first: bool,
    /// Whether it is a number, a date or a truth value in a column of such.
    is_value: bool,
    /// Cells after the leading one: numbers where numbers are, and anything that is neither number nor missing.
    numbers: usize,
    others: usize,
    /// Columns other than the leading one and those of numbers that are full elsewhere and empty here.
    lacking: usize,
    pub(super) sums: Option<Sums>,
    is_comment: bool,
}

impl Facts {
    pub(super) fn of(body: &Body, number: u64, cells: &[Cell]) -> Self {
        let mut facts = Self {
            number,
            width: cells.len(),
            ..Self::default()
        };
        for (at, cell) in cells.iter().enumerate() {
            let text = cell.text.trim_ascii();
            let class = class(text);
            if class == Class::Empty {
                continue;
            }
            facts.filled += 1;
            let holds = body.holds(at);
            if facts.class.is_none() {
                facts.class = Some(class);
                facts.length = text.len();
                facts.words = text
                    .split(|byte| *byte == b' ')
                    .filter(|word| !word.is_empty())
                    .count();
                facts.is_first = at == 0;
                facts.is_value =
                    class.is_typed() && matches!(holds, Holds::Numbers | Holds::Moments);
                facts.is_misfit =
                    class.is_text() && matches!(holds, Holds::Numbers | Holds::Moments);
                if class.is_text() || !text[0].is_ascii_digit() {
                    facts.label = words::total(text);
                    facts.is_note = words::is_note(text);
                    facts.is_note_word = words::is_note_word(text);
                }
                if class.is_number() && holds == Holds::Numbers {
                    facts.numbers += 1;
                }
            } else if class.is_number() && matches!(holds, Holds::Numbers | Holds::Nothing) {
                facts.numbers += 1;
            } else if class != Class::Missing {
                facts.others += 1;
            }
        }
        let leading = cells
            .iter()
            .position(|cell| !cell.text.trim_ascii().is_empty());
        for (at, column) in body.columns.iter().enumerate() {
            let is_empty = cells
                .get(at)
                .is_none_or(|cell| cell.text.trim_ascii().is_empty());
            if is_empty && column.is_full && Some(at) != leading {
                facts.lacking += usize::from(column.holds != Holds::Numbers);
            }
        }
        facts
    }

    pub(super) fn is_blank(&self) -> bool {
        self.filled == 0
    }

    /// Whether it may be a row of totals, or one of nothing but numbers, so that its sums are worth a look.
    pub(super) fn may_be_total(&self) -> bool {
        self.numbers > 0
            && self.others == 0
            && (self.label.is_some() || (!self.is_first && self.lacking > 0))
    }

    /// Whether a label says that it may be a row of totals.
    pub(super) fn is_total_like(&self) -> bool {
        self.may_be_total() && self.label.is_some()
    }

    /// Whether it is labelled like a row of totals, and nothing else.
    pub(super) fn has_label(&self) -> bool {
        self.label == Some(Label::Exact)
    }

    /// Whether it may be a part of the table's end, or a row of totals inside of it.
    pub(super) fn may_be_ending(&self, body: &Body) -> bool {
        self.may_be_note(body) || self.may_be_total()
    }

    /// The same row, known to be a comment.
    pub(super) fn into_comment(self) -> Self {
        Self {
            is_comment: true,
            ..self
        }
    }

    pub(super) fn is_comment(&self) -> bool {
        self.is_comment
    }

    /// Whether it is a row of totals in the middle of the table.
    pub(super) fn is_total_inside(&self, body: &Body) -> bool {
        if !self.may_be_total() || self.label.is_none() {
            return false;
        }
        let is_sum = self
            .sums
            .is_some_and(|sums| sums.matches > 0 && sums.mismatches == 0 && !sums.of_all);
        match self.label {
            _ if is_sum => true,
            Some(Label::Exact) => {
                self.lacking > 0 || self.is_misfit || (body.has_subtotals && self.sums.is_none())
            }
            Some(Label::Partial) => {
                (self.lacking > 0 || self.is_misfit)
                    && (body.has_subtotals || self.sums.is_some_and(|sums| sums.matches > 0))
            }
            None => false,
        }
    }

    /// Whether it is a row of totals, given that no data comes after it.
    fn is_total_at_end(&self, body: &Body) -> bool {
        if !self.may_be_total() {
            return false;
        }
        let sums = self.sums.unwrap_or_default();
        match self.label {
            Some(Label::Exact) => {
                self.lacking > 0
                    || self.is_misfit
                    || sums.matches > sums.mismatches
                    || (!body.labels_are_data && (self.sums.is_none() || self.gap))
            }
            Some(Label::Partial) => {
                self.lacking > 0 || self.is_misfit || sums.matches > sums.mismatches
            }
            None => {
                self.lacking > 0
                    && sums.mismatches == 0
                    && (sums.matches >= 2 || (sums.matches == 1 && self.numbers == 1))
            }
        }
    }

    /// Whether it could stand under a table.
    fn may_be_note(&self, body: &Body) -> bool {
        self.is_blank()
            || self.is_comment
            || (self.filled == 1 && body.width > 1 && !self.is_value)
            || self.is_divided_note(body)
            || self.is_total_at_end(body)
    }

    /// Whether it is a note with delimiters in its text: it begins like one, or what is in a column of numbers is none,
    /// and it is not as wide as rows are.
    fn is_divided_note(&self, body: &Body) -> bool {
        self.filled > 1
            && self.filled.max(self.width) != body.width
            && (self.is_note || (self.gap && (self.is_note_word || self.is_misfit)))
    }

    /// Whether it is a note, given that nothing but notes comes after it.
    fn is_surely_note(&self, body: &Body) -> bool {
        let Some(class) = self.class else {
            return false;
        };
        if !class.is_text() || body.width < 2 || self.is_comment {
            return false;
        }
        if self.filled > 1 {
            return self.is_divided_note(body);
        }
        let is_long =
            class == Class::Text && self.length > LONG_NOTE && self.length * 2 > body.longest * 3;
        let is_apart = self.gap && (self.words >= 3 || self.is_note_word || self.is_misfit);
        self.is_note
            || is_long
            || is_apart
            || self.is_note_word && self.is_misfit
            || self.is_misfit && self.words >= 2
            || !self.is_first && class == Class::Text
    }
}

/// What the last rows of a table are; `None` is data or blank.
///
/// There is data above the first of them, unless `is_all`.
pub(super) fn ending(body: &Body, rows: &[Facts], is_all: bool) -> Vec<Option<Reason>> {
    /// Rows of totals at the end.
    const MOST_TOTALS: usize = 8;
    let mut reasons = vec![None; rows.len()];
    let mut suffix = rows.len();
    while suffix > 0 && rows[suffix - 1].may_be_note(body) {
        suffix -= 1;
    }
    let notes = (suffix..rows.len())
        .find(|&at| rows[at].is_surely_note(body))
        .unwrap_or(rows.len());
    for at in notes..rows.len() {
        if !rows[at].is_blank() && !rows[at].is_comment {
            reasons[at] = Some(if rows[at].is_total_at_end(body) {
                Reason::Total
            } else {
                Reason::Footnote
            });
        }
    }
    let mut totals = 0;
    for at in (0..notes).rev() {
        if rows[at].is_blank() || rows[at].is_comment {
            continue;
        }
        if totals == MOST_TOTALS || !rows[at].is_total_at_end(body) {
            break;
        }
        reasons[at] = Some(Reason::Total);
        totals += 1;
    }
    let is_nothing_left = rows
        .iter()
        .zip(&reasons)
        .all(|(row, reason)| row.is_blank() || row.is_comment || reason.is_some());
    if is_all && is_nothing_left {
        return vec![None; rows.len()];
    }
    reasons
}
