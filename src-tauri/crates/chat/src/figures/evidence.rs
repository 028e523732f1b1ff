//! What figures are traced to: the cells of results, and what was stated before.

use std::collections::{HashMap, HashSet};

use super::Origin;
use super::date::{self, Date};
use super::number::Form;
use super::prose::Prose;
use super::scan::{self, Said};

/// Places that are kept for one name or date; what stands in more rows names none of them.
pub(super) const PLACES: usize = 64;

/// The results of an answer and what was stated before it, indexed. Results can be added as they arrive.
#[derive(Debug, Default)]
pub struct Evidence {
    pub(super) tables: Vec<Table>,
    /// The texts of cells by the first of their words, folded.
    pub(super) names: HashMap<String, Vec<Name>>,
    pub(super) dates: HashMap<Date, Vec<At>>,
    /// Numbers too long for a binary fraction, and those in columns of text, by their digits.
    pub(super) exact: HashMap<String, Vec<At>>,
    pub(super) stated_numbers: Vec<StatedNumber>,
    pub(super) stated_dates: HashMap<Date, Origin>,
    /// Words of what was stated, folded.
    pub(super) stated_words: HashSet<String>,
}

/// A place in a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) table: u32,
    pub(super) row: u32,
    pub(super) column: u32,
}

/// The text of one or several cells.
#[derive(Debug)]
pub(super) struct Name {
    /// Its words, folded.
    pub(super) words: Vec<String>,
    /// As the first cell has it.
    pub(super) text: String,
    /// At most [`PLACES`].
    pub(super) places: Vec<At>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct StatedNumber {
    pub(super) value: f64,
    pub(super) form: Form,
    pub(super) origin: Origin,
    /// Whether it says how many to pick.
    pub(super) picks: bool,
}

/// A result.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) id: String,
    /// Rows of the whole result.
    pub(super) row_count: u64,
    /// Rows that are at hand.
    pub(super) rows: usize,
    pub(super) columns: Vec<Column>,
    /// Rows that say that they are the total of the others.
    pub(super) total_rows: Vec<u32>,
}

/// A column of a result.
#[derive(Debug)]
pub(super) struct Column {
    /// The words of its name, folded.
    pub(super) words: Vec<String>,
    /// The numbers, NaN where there is none; empty for a column without numbers.
    pub(super) values: Vec<f64>,
    /// The numbers without their signs, in order, with their rows.
    pub(super) sorted: Vec<(f64, u32)>,
    /// The total of all rows but those that are totals.
    pub(super) total: f64,
    /// The rows of the largest and the smallest number.
    pub(super) extremes: [u32; 2],
    /// Whether the values are hundredths.
    pub(super) percent: bool,
    /// Whether the values are fractions, so that 0.12 is 12 %.
    pub(super) fraction: bool,
    /// What the values are multiples of, such as 1,000 in a column `revenue_k`.
    pub(super) scale: f64,
}

/// A value of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Number(f64),
    /// A number with more digits than a binary fraction holds, as text.
    Long(f64, String),
    Date(Date),
    Text(String),
}

impl Evidence {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a result, given by its columns.
    pub(super) fn add_cells(
        &mut self,
        id: &str,
        row_count: u64,
        columns: Vec<(String, Vec<Cell>)>,
    ) {
        // More results, rows or columns than that are not asked for.
        let table = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        let rows = columns
            .iter()
            .map(|(_, cells)| cells.len())
            .max()
            .unwrap_or(0);
        let mut total_rows = Vec::new();
        for (number, (name, cells)) in columns.iter().enumerate() {
            let column = u32::try_from(number).unwrap_or(u32::MAX);
            self.index(table, column, cells);
            let grouping = number == 0 && rows > 1;
            for (row, cell) in cells.iter().enumerate() {
                let says_so = match cell {
                    Cell::Text(text) => is_total(&buzz_query::fold(text.trim())),
                    // ROLLUP leaves the name of the total's group NULL.
                    Cell::Null => {
                        grouping
                            && row + 1 == rows
                            && cells[..row].iter().all(|cell| *cell != Cell::Null)
                    }
                    _ => false,
                };
                if says_so {
                    total_rows.push(row as u32);
                }
            }
            // What columns are called is known to the person.
            self.stated_words.extend(words_of(name));
        }
        total_rows.sort_unstable();
        total_rows.dedup();
        let columns = columns
            .into_iter()
            .map(|(name, cells)| Column::new(&name, &cells, &total_rows))
            .collect();
        let table = Table {
            id: id.to_owned(),
            row_count,
            rows,
            columns,
            total_rows,
        };
        self.compose_dates(&table);
        self.tables.push(table);
    }

    /// Adds what was stated before the answer: its numbers, dates and words.
    pub fn add_stated(&mut self, text: &str, origin: Origin) {
        let prose = Prose::plain(text);
        for spoken in scan::spoken(&prose, &[]) {
            match spoken.said {
                Said::Date(date) => {
                    for part in parts_of(date) {
                        self.stated_dates.entry(part).or_insert(origin);
                    }
                    let open_end = prose.text[..spoken.range.start]
                        .trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '\'' | ' '))
                        .ends_with('<');
                    if origin == Origin::Query
                        && open_end
                        && let Some(before) = day_before(date)
                    {
                        // `day < '2025-01-01'` is said as `until 31 December 2024`.
                        for part in parts_of(before) {
                            self.stated_dates.entry(part).or_insert(origin);
                        }
                    }
                }
                Said::Number(number) => {
                    // A factor in SQL states nothing about the data.
                    let factor = |value: f64| [0.0, 1.0, 100.0, 1e3, 1e6].contains(&value);
                    for reading in &number.readings {
                        if origin == Origin::Query && factor(reading.value) {
                            continue;
                        }
                        self.stated_numbers.push(StatedNumber {
                            value: reading.value,
                            form: number.form,
                            origin,
                            picks: number.picks,
                        });
                    }
                    if number.year
                        && let Ok(year) = number.digits.parse()
                    {
                        let date = Date {
                            year: Some(year),
                            ..Date::default()
                        };
                        self.stated_dates.entry(date).or_insert(origin);
                    }
                }
            }
        }
        self.stated_words.extend(words_of(text));
    }

    /// Puts a column's texts, dates and long numbers into the indexes.
    fn index(&mut self, table: u32, column: u32, cells: &[Cell]) {
        let mut known: HashMap<&str, (String, usize)> = HashMap::new();
        for (row, cell) in cells.iter().enumerate() {
            let at = At {
                table,
                row: row as u32,
                column,
            };
            match cell {
                Cell::Text(text) => {
                    if let Some((first, index)) = known.get(text.as_str()) {
                        if let Some(name) = self
                            .names
                            .get_mut(first)
                            .and_then(|names| names.get_mut(*index))
                            && name.places.len() < PLACES
                        {
                            name.places.push(at);
                        }
                        continue;
                    }
                    let words = words_of(text);
                    if let Some(first) = words.first().cloned() {
                        let names = self.names.entry(first.clone()).or_default();
                        let index = names
                            .iter()
                            .position(|name| name.words == words)
                            .unwrap_or(names.len());
                        match names.get_mut(index) {
                            Some(name) if name.places.len() < PLACES => name.places.push(at),
                            Some(_) => {}
                            None => names.push(Name {
                                words,
                                text: text.clone(),
                                places: vec![at],
                            }),
                        }
                        known.insert(text, (first, index));
                    }
                    self.index_text(text, at);
                }
                Cell::Date(date) => self.index_date(*date, at),
                Cell::Long(_, digits) => self.exact.entry(digits.clone()).or_default().push(at),
                Cell::Number(_) | Cell::Null => {}
            }
        }
    }

    /// A text that is a date or a number is also found as one.
    fn index_text(&mut self, text: &str, at: At) {
        let text = text.trim();
        if text.len() > 40 {
            return;
        }
        let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
        if starts_with_digit && text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.exact.entry(text.to_owned()).or_default().push(at);
            return;
        }
        let found = if starts_with_digit {
            date::numeric(text)
        } else {
            date::worded(text)
        };
        if let Some((date, length)) = found
            && length == text.len()
        {
            self.index_date(date, at);
        } else if let Some(month) = date::month(&buzz_query::fold(text)) {
            self.index_date(
                Date {
                    month: Some(month),
                    ..Date::default()
                },
                at,
            );
        }
    }

    fn index_date(&mut self, date: Date, at: At) {
        for part in parts_of(date) {
            let places = self.dates.entry(part).or_default();
            if places.len() < PLACES {
                places.push(at);
            }
        }
    }

    /// Dates that stand in two columns of a row: a year beside a month or a quarter.
    fn compose_dates(&mut self, table: &Table) {
        let number = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        let find = |names: &[&str], low: f64, high: f64| {
            table.columns.iter().position(|column| {
                column
                    .words
                    .iter()
                    .any(|word| names.contains(&word.as_str()))
                    && !column.sorted.is_empty()
                    && column
                        .sorted
                        .iter()
                        .all(|(value, _)| value.fract() == 0.0 && (low..=high).contains(value))
            })
        };
        let years = find(&["year", "jahr", "annee", "an", "yr"], 1000.0, 2999.0);
        let months = find(&["month", "monat", "mois", "mon"], 1.0, 12.0);
        let quarters = find(&["quarter", "quartal", "trimestre", "qtr", "q"], 1.0, 4.0);
        for (column, is_month) in [(months, true), (quarters, false)] {
            let Some(column) = column else { continue };
            for row in 0..table.rows {
                let part = table.columns[column].values[row];
                if part.is_nan() {
                    continue;
                }
                let mut date = Date::default();
                if is_month {
                    date.month = Some(part as u8);
                } else {
                    date.quarter = Some(part as u8);
                }
                let at = At {
                    table: number,
                    row: row as u32,
                    column: column as u32,
                };
                self.dates.entry(date).or_default().push(at);
                if let Some(year) = years.map(|years| table.columns[years].values[row])
                    && !year.is_nan()
                {
                    date.year = Some(year as i32);
                    self.dates.entry(date).or_default().push(at);
                }
            }
        }
    }

    /// Whether the year, or the month without its year, is known.
    pub(super) fn knows(&self, part: Date) -> bool {
        self.dates.contains_key(&part)
            || self.stated_dates.contains_key(&part)
            || part.month.is_none()
                && part.year.is_some_and(|year| {
                    self.tables.iter().any(|table| {
                        table.columns.iter().any(|column| {
                            column
                                .within(f64::from(year), f64::from(year))
                                .next()
                                .is_some()
                        })
                    })
                })
    }
}

impl Column {
    fn new(name: &str, cells: &[Cell], total_rows: &[u32]) -> Self {
        let words = words_of(name);
        let mut values: Vec<f64> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Number(value) | Cell::Long(value, _) => *value,
                Cell::Text(text) => number_of(text).unwrap_or(f64::NAN),
                _ => f64::NAN,
            })
            .collect();
        if values.iter().all(|value| value.is_nan()) {
            values.clear();
        }
        let mut sorted: Vec<(f64, u32)> = values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_finite())
            .map(|(row, value)| (value.abs(), row as u32))
            .collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let parts = || {
            values.iter().enumerate().filter(|(row, value)| {
                value.is_finite() && total_rows.binary_search(&(*row as u32)).is_err()
            })
        };
        let total = parts().map(|(_, value)| value).sum();
        let extremes = [
            parts().max_by(|a, b| a.1.total_cmp(b.1)),
            parts().min_by(|a, b| a.1.total_cmp(b.1)),
        ]
        .map(|found| found.map_or(0, |(row, _)| row as u32));
        let largest = sorted.last().map_or(0.0, |(value, _)| *value);
        let whole = sorted.iter().all(|(value, _)| value.fract() == 0.0);
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        let says_percent = name.contains('%')
            || has(&[
                "pct",
                "percent",
                "percentage",
                "prozent",
                "pourcentage",
                "perc",
                "pc",
                "share",
                "rate",
                "ratio",
                "anteil",
                "quote",
                "part",
                "taux",
                "growth",
                "change",
                "wachstum",
                "croissance",
                "margin",
                "marge",
                "yoy",
                "mom",
                "veranderung",
                "evolution",
                "pp",
            ]);
        // What is said to be a share may be one of 1 or one of 100, and what is smaller than 1 says which.
        let fraction =
            !sorted.is_empty() && !whole && (largest <= 1.0 || says_percent && largest <= 20.0);
        let percent = says_percent && !sorted.is_empty();
        let scale = match words.last().map(String::as_str) {
            Some(
                "k" | "thousand" | "thousands" | "tsd" | "tausend" | "milliers" | "keur" | "teur"
                | "kusd",
            ) => 1e3,
            Some(
                "m" | "mn" | "mio" | "mln" | "million" | "millions" | "millionen" | "meur" | "musd",
            ) => 1e6,
            Some("b" | "bn" | "mrd" | "billion" | "billions" | "milliarden" | "milliards") => 1e9,
            _ => 1.0,
        };
        Self {
            words,
            values,
            sorted,
            total,
            extremes,
            percent,
            fraction,
            scale,
        }
    }

    /// The rows whose number, its sign aside, lies between two.
    pub(super) fn within(&self, low: f64, high: f64) -> impl Iterator<Item = u32> {
        let from = self.sorted.partition_point(|(value, _)| *value < low);
        self.sorted[from..]
            .iter()
            .take_while(move |(value, _)| *value <= high)
            .map(|(_, row)| *row)
    }
}

/// The words of a text, folded: runs of letters and digits.
pub(super) fn words_of(text: &str) -> Vec<String> {
    // A cell may be a whole page; a name has no more words than that.
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(24)
        .map(buzz_query::fold)
        .collect()
}

/// The number that a text is as a whole, such as `1,234.50 €`.
fn number_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits_begin = text.find(|c: char| c.is_ascii_digit())?;
    let lead = &text[..digits_begin];
    if text.len() > 40 || !lead.chars().all(|c| "-−+$€£ ".contains(c)) {
        return None;
    }
    // Identifiers and postcodes are no amounts.
    if text[digits_begin..].starts_with('0')
        && text[digits_begin + 1..].starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let digits = super::number::digits(&text[digits_begin..])?;
    let rest = text[digits_begin + digits.length..].trim();
    if digits.readings.len() > 1 || !rest.chars().all(|c| "%$€£ ".contains(c)) {
        return None;
    }
    let sign = if lead.contains(['-', '−']) {
        -1.0
    } else {
        1.0
    };
    Some(sign * digits.readings[0].0)
}

/// Whether a folded text calls its row the total of the others.
fn is_total(text: &str) -> bool {
    [
        "total",
        "grand total",
        "sum",
        "all",
        "overall",
        "gesamt",
        "gesamtsumme",
        "summe",
        "insgesamt",
        "alle",
        "ensemble",
        "total general",
        "tous",
    ]
    .contains(&text)
}

/// A date and the parts of it that may be spoken of instead.
fn parts_of(date: Date) -> Vec<Date> {
    let mut parts = Vec::with_capacity(8);
    for date in [Some(date), date.either.then(|| date.exchanged())]
        .into_iter()
        .flatten()
    {
        let date = Date {
            either: false,
            ..date
        };
        let none = Date::default();
        if let Some(time) = date.time {
            parts.push(Date {
                time: Some(time),
                ..none
            });
            parts.push(date);
        }
        let day = Date { time: None, ..date };
        if day != none {
            parts.push(day);
        }
        if let (Some(_), Some(_)) = (date.day, date.month) {
            parts.push(Date {
                month: date.month,
                day: date.day,
                ..none
            });
        }
        if let (Some(year), Some(month)) = (date.year, date.month) {
            parts.push(Date {
                year: Some(year),
                month: Some(month),
                ..none
            });
            parts.push(Date {
                year: Some(year),
                quarter: Some((month - 1) / 3 + 1),
                ..none
            });
        }
        if let Some(month) = date.month {
            parts.push(Date {
                month: Some(month),
                ..none
            });
        }
        if date.quarter.is_some() {
            parts.push(Date {
                quarter: date.quarter,
                ..none
            });
        }
        if date.year.is_some() {
            parts.push(Date {
                year: date.year,
                ..none
            });
        }
    }
    parts.dedup();
    parts
}

/// The day before a whole date.
fn day_before(date: Date) -> Option<Date> {
    let day = jiff::civil::Date::new(
        i16::try_from(date.year?).ok()?,
        i8::try_from(date.month?).ok()?,
        i8::try_from(date.day?).ok()?,
    )
    .ok()?
    .yesterday()
    .ok()?;
    Some(Date {
        year: Some(i32::from(day.year())),
        month: u8::try_from(day.month()).ok(),
        day: u8::try_from(day.day()).ok(),
        ..Date::default()
    })
}
