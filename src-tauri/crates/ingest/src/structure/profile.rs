//! What the columns of a table hold, counted, and how likely a cell is in one of them.

use std::collections::HashMap;

use super::cell::{Class, shape};
use super::view::View;

/// How likely a cell of a class is in a column of which nothing is known, by [`Class::ALL`].
const PRIOR: [f64; Class::COUNT] = [
    0.10, 0.02, 0.04, 0.20, 0.20, 0.09, 0.10, 0.02, 0.01, 0.17, 0.05,
];
/// Cells that the prior counts for. Small, since cells of a column are much alike.
const PRIOR_CELLS: f64 = 1.0;

/// The classes of the cells of a column, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts([u32; Class::COUNT]);

impl Counts {
    fn sum(&self) -> u32 {
        self.0.iter().sum()
    }

    pub(super) fn of(&self, class: Class) -> u32 {
        self.0[class as usize]
    }

    /// Cells that are not empty.
    pub(super) fn filled(&self) -> u32 {
        self.sum() - self.of(Class::Empty)
    }

    /// Cells with a value: neither empty nor a word for a missing value.
    pub(super) fn values(&self) -> u32 {
        self.filled() - self.of(Class::Missing)
    }

    pub(super) fn numbers(&self) -> u32 {
        self.of(Class::Year) + self.of(Class::Integer) + self.of(Class::Number)
    }

    pub(super) fn texts(&self) -> u32 {
        Class::ALL
            .into_iter()
            .filter(|class| class.is_text())
            .map(|class| self.of(class))
            .sum()
    }

    /// Whether nine in ten of the values are of the kind.
    fn mostly(&self, count: u32) -> bool {
        count > 0 && u64::from(count) * 10 >= u64::from(self.values()) * 9
    }

    pub(super) fn is_numeric(&self) -> bool {
        self.mostly(self.numbers())
    }

    /// Whether the column holds numbers, dates or truth values.
    pub(super) fn is_typed(&self) -> bool {
        self.mostly(self.numbers())
            || self.mostly(self.of(Class::Moment))
            || self.mostly(self.of(Class::Boolean))
    }

    pub(super) fn is_textual(&self) -> bool {
        self.texts() * 2 > self.values()
    }

    /// Whether at least nineteen in twenty cells are not empty.
    pub(super) fn is_full(&self) -> bool {
        self.sum() > 0 && u64::from(self.filled()) * 20 >= u64::from(self.sum()) * 19
    }

    /// The likelihood of a cell of the class in this column.
    pub(super) fn likelihood(&self, class: Class) -> f64 {
        // Kinds of numbers come together, and so do kinds of texts: each lends the others a little.
        let kin = match class {
            Class::Year | Class::Integer | Class::Number => 0.1 * f64::from(self.numbers()),
            _ if class.is_text() => 0.05 * f64::from(self.texts()),
            _ => 0.0,
        };
        let sum = f64::from(self.sum());
        (f64::from(self.of(class)) + kin + PRIOR_CELLS * PRIOR[class as usize])
            / (sum * 1.1 + PRIOR_CELLS)
    }
}

/// What the columns of some rows hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    pub(super) columns: Vec<Counts>,
    pub(super) rows: u32,
    widths: HashMap<usize, u32>,
}

impl Profile {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns: vec![Counts::default(); columns],
            ..Self::default()
        }
    }

    /// The profile of the given lines.
    pub(super) fn of(view: &View, lines: &[usize], columns: usize) -> Self {
        let mut profile = Self::new(columns);
        for &line in lines {
            profile.add(view, line);
        }
        profile
    }

    pub(super) fn add(&mut self, view: &View, line: usize) {
        self.rows += 1;
        *self.widths.entry(view.lines[line].width).or_default() += 1;
        let classes = view.classes(line);
        for (column, counts) in self.columns.iter_mut().enumerate() {
            let class = classes.get(column).copied().unwrap_or(Class::Empty);
            counts.0[class as usize] += 1;
        }
    }

    /// Takes a line out that was added before.
    pub(super) fn remove(&mut self, view: &View, line: usize) {
        self.rows = self.rows.saturating_sub(1);
        if let Some(count) = self.widths.get_mut(&view.lines[line].width) {
            *count = count.saturating_sub(1);
        }
        let classes = view.classes(line);
        for (column, counts) in self.columns.iter_mut().enumerate() {
            let class = classes.get(column).copied().unwrap_or(Class::Empty);
            let count = &mut counts.0[class as usize];
            *count = count.saturating_sub(1);
        }
    }

    /// The width that most rows have.
    pub(super) fn usual_width(&self) -> Option<usize> {
        self.widths
            .iter()
            .max_by_key(|(width, count)| (**count, **width))
            .map(|(width, _)| *width)
    }

    /// The likelihood of a row of this width.
    pub(super) fn width_likelihood(&self, width: usize) -> f64 {
        let count = self.widths.get(&width).copied().unwrap_or(0);
        (f64::from(count) + 0.3) / (f64::from(self.rows) + 1.0)
    }

    /// Whether a row of the table could look like this line: no text where there are numbers, and of a usual width.
    pub(super) fn fits(&self, view: &View, line: usize) -> bool {
        let mut conflicts = 0;
        let mut cells = 0;
        for (column, class) in view.classes(line).iter().enumerate() {
            if matches!(class, Class::Empty | Class::Missing) {
                continue;
            }
            cells += 1;
            conflicts += match self.columns.get(column) {
                None => 1,
                Some(counts) if counts.values() == 0 => 0,
                Some(counts) if counts.is_typed() => usize::from(counts.likelihood(*class) < 0.03),
                // A number where there has been nothing but words.
                Some(counts) => usize::from(
                    class.is_typed()
                        && counts.texts() == counts.values()
                        && counts.values() >= 3
                        && counts.of(Class::Code) * 2 < counts.values(),
                ),
            };
        }
        conflicts * 3 <= cells
    }
}

/// What is remembered of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trace {
    hash: u64,
    shape: u64,
    length: u32,
}

/// Lines that are compared with one line, and lines that are remembered for that.
const COMPARED: usize = 300;
const REMEMBERED: usize = 400;

/// How the texts of columns are written and which come back, for the first lines of a region.
#[derive(Debug)]
pub(super) struct Texts {
    /// By column, by line; `None` where there is no text.
    columns: Vec<Vec<Option<Trace>>>,
    /// By column, how many texts occur once, and how many there are.
    singles: Vec<(u32, u32)>,
    /// By line, all of its texts: a line that comes back as a whole is no value that comes back.
    wholes: Vec<u64>,
}

fn hash(text: &[u8]) -> u64 {
    use std::hash::BuildHasher;
    foldhash::fast::FixedState::default().hash_one(text.to_ascii_lowercase())
}

impl Texts {
    pub(super) fn new(view: &View, lines: &[usize], columns: usize) -> Self {
        let lines = &lines[..lines.len().min(REMEMBERED)];
        let columns: Vec<Vec<Option<Trace>>> = (0..columns)
            .map(|column| {
                lines
                    .iter()
                    .map(|&line| {
                        let text = view.text(line, column);
                        view.class(line, column).is_text().then(|| Trace {
                            hash: hash(text),
                            shape: shape(text),
                            length: text.len() as u32,
                        })
                    })
                    .collect()
            })
            .collect();
        let singles = columns
            .iter()
            .map(|column| {
                let mut counts: HashMap<u64, u32> = HashMap::new();
                for trace in column.iter().flatten() {
                    *counts.entry(trace.hash).or_default() += 1;
                }
                let singles = counts.values().filter(|&&count| count == 1).count() as u32;
                (singles, column.iter().flatten().count() as u32)
            })
            .collect();
        let wholes = (0..lines.len())
            .map(|at| {
                columns.iter().fold(0u64, |sum, column| {
                    let own = column[at].map_or(1, |trace| trace.hash);
                    sum.rotate_left(5).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ own
                })
            })
            .collect();
        Self {
            columns,
            singles,
            wholes,
        }
    }

    /// The log-odds that the text in the line at `at` names the column rather than being one of its values, from how
    /// it is written and from whether it comes back: `(style, value)`.
    pub(super) fn odds(&self, at: usize, column: usize) -> Option<(f64, f64)> {
        let column_texts = self.columns.get(column)?;
        let own = (*column_texts.get(at)?)?;
        let below = &column_texts[at + 1..column_texts.len().min(at + 1 + COMPARED)];
        let (mut count, mut same, mut alike) = (0.0, 0.0, 0.0);
        let (mut sum, mut squares) = (0.0, 0.0);
        let wholes = &self.wholes[at + 1..];
        let others = below
            .iter()
            .zip(wholes)
            .filter(|(_, whole)| **whole != self.wholes[at])
            .filter_map(|(trace, _)| trace.as_ref());
        for trace in others {
            count += 1.0;
            same += f64::from(trace.hash == own.hash);
            alike += f64::from(trace.shape == own.shape);
            let length = f64::from(trace.length.max(1)).ln();
            sum += length;
            squares += length * length;
        }
        if count == 0.0 {
            return None;
        }
        // Names are written in one of about ten ways; three are most frequent.
        let usual = [&b"Aa"[..], b"a", b"A", b"Aa Aa", b"a_a", b"Aa a"]
            .iter()
            .any(|example| shape(example) == own.shape);
        let of_names = if usual { 0.2 } else { 0.03 };
        let style = (of_names / ((alike + 0.1) / (count + 1.0))).ln();
        // A name is rarely as long as the values where all of these have about one length.
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt().max(0.15);
        let own_length = f64::from(own.length.max(1)).ln();
        let score = |mean: f64, deviation: f64| {
            let z = (own_length - mean) / deviation;
            -0.5 * z * z - deviation.ln()
        };
        let (name_mean, name_deviation) = (2.1, 0.7);
        let weight = (count / (count + 4.0)).min(1.0);
        let length = weight
            * (score(name_mean, name_deviation) - score(mean, deviation.hypot(1.0 / count.sqrt())))
                .clamp(-2.0, 2.0);
        let value = if same > 0.0 {
            (0.02 / (same / count)).ln().min(0.0)
        } else {
            // The share of values that occur once estimates how often a value is a new one.
            let (singles, all) = self.singles[column];
            let new = (f64::from(singles) + 0.5) / (f64::from(all) + 1.0);
            (0.97 / new.clamp(0.03, 1.0)).ln().max(0.0)
        };
        Some((
            style.clamp(-2.5, 2.5) + 0.5 * length,
            value.clamp(-3.5, 2.5),
        ))
    }
}
