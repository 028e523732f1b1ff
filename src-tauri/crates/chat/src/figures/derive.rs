//! Values that two cells of a result come to.

use super::How;
use super::evidence::{At, Column, Evidence, Table};
use super::number::{Form, Number, Reading, Sign};

/// A pair among the rows that an answer need not name counts only where at most so many others are to be expected as near.
const ACCIDENTS_OF_ENDS: f64 = 0.5;
/// The same where one of the rows may be any.
const ACCIDENTS_OF_ANY: f64 = 0.1;
/// Around a figure, others are counted over so many times its own width on each side.
const NEIGHBOURHOOD: f64 = 5.0;

/// The rows of each result that the text speaks of, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Topic(Vec<Vec<u32>>);

impl Topic {
    pub(super) fn new(evidence: &Evidence) -> Self {
        Self(
            evidence
                .tables
                .iter()
                // Of a result with one row or two, nothing else can be meant.
                .map(|table| {
                    (0..if table.rows <= 2 {
                        table.rows as u32
                    } else {
                        0
                    })
                        .collect()
                })
                .collect(),
        )
    }

    /// One that speaks of no row.
    pub(super) fn empty(evidence: &Evidence) -> Self {
        Self(vec![Vec::new(); evidence.tables.len()])
    }

    pub(super) fn add(&mut self, at: At) {
        if let Some(rows) = self.0.get_mut(at.table as usize)
            && let Err(place) = rows.binary_search(&at.row)
        {
            rows.insert(place, at.row);
        }
    }

    pub(super) fn has(&self, at: At) -> bool {
        self.0
            .get(at.table as usize)
            .is_some_and(|rows| rows.binary_search(&at.row).is_ok())
    }

    fn of(&self, table: usize) -> &[u32] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }
}

/// How a figure was computed, and from what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Derivation {
    pub(super) how: How,
    pub(super) cells: Vec<At>,
}

/// Looks for cells of one result that come to the figure; rows that the text speaks of first.
pub(super) fn derived(evidence: &Evidence, number: &Number, topic: &Topic) -> Option<Derivation> {
    derived_from_named(evidence, number, topic)
        .or_else(|| whole_total(evidence, number))
        .or_else(|| {
            // Among so few numbers nearly every one is the difference of some two cells.
            if number.form == Form::Plain
                && number
                    .readings
                    .iter()
                    .any(|reading| reading.value < 10.0 * reading.step)
            {
                return None;
            }
            [(false, ACCIDENTS_OF_ENDS), (true, ACCIDENTS_OF_ANY)]
                .into_iter()
                .find_map(|(any, most)| {
                    let mut search = Search::new(number);
                    search.most_near = (most * 2.0 * NEIGHBOURHOOD) as u32;
                    for (index, table) in evidence.tables.iter().enumerate() {
                        let ends = ends_of(table);
                        search.pairs(index, table, topic.of(index), &ends, any);
                    }
                    search.shares(evidence, topic, Some(any));
                    search.found()
                })
        })
}

/// As [`derived`], from the rows that the text names and no others.
pub(super) fn derived_from_named(
    evidence: &Evidence,
    number: &Number,
    topic: &Topic,
) -> Option<Derivation> {
    let mut search = Search::new(number);
    for (index, table) in evidence.tables.iter().enumerate() {
        search.named_pairs(index, table, topic.of(index));
    }
    search.shares(evidence, topic, None);
    search.found()
}

/// The total of a whole column.
fn whole_total(evidence: &Evidence, number: &Number) -> Option<Derivation> {
    let mut search = Search::new(number);
    if number.form != Form::Plain {
        return None;
    }
    for (index, table) in evidence
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| table.is_whole())
    {
        for (place, column) in table.columns.iter().enumerate() {
            if !column.values.is_empty() && !column.percent {
                let cells = || {
                    (0..table.rows.min(50) as u32)
                        .filter(|row| {
                            !table.total_rows.contains(row)
                                && !column.values[*row as usize].is_nan()
                        })
                        .map(|row| at(index, row, place))
                        .collect()
                };
                search.try_value(column.total, How::Total, cells);
                if column.scale != 1.0 {
                    search.try_value(column.total * column.scale, How::Total, cells);
                }
            }
        }
    }
    search.found()
}

impl Table {
    /// Whether it has several rows and all of them are at hand.
    pub(super) fn is_whole(&self) -> bool {
        self.rows as u64 == self.row_count && self.rows > 1
    }
}

/// The rows at the ends of a result, which a text may speak of without naming them.
fn ends_of(table: &Table) -> Vec<u32> {
    let last = table.rows.saturating_sub(1) as u32;
    let mut ends = vec![0, 1.min(last), last];
    ends.extend(&table.total_rows);
    ends
}

fn at(table: usize, row: u32, column: usize) -> At {
    At {
        table: table as u32,
        row,
        column: column as u32,
    }
}

/// The intervals that a figure stands for, and what was found in and around them.
struct Search {
    form: Form,
    signed: Option<Sign>,
    /// The interval and its neighbourhood.
    readings: Vec<(f64, f64, f64, f64)>,
    found: Option<Derivation>,
    /// Values in the neighbourhood that are not the figure.
    near: u32,
    /// With more of those, what was found may be an accident.
    most_near: u32,
}

impl Search {
    fn new(number: &Number) -> Self {
        let readings = number
            .readings
            .iter()
            .map(|reading: &Reading| {
                let (low, high) = reading.interval(number.hedge);
                let reach = (high - low) * NEIGHBOURHOOD;
                (low, high, low - reach, high + reach)
            })
            .collect();
        Self {
            form: number.form,
            signed: number.sign,
            readings,
            found: None,
            near: 0,
            most_near: u32::MAX,
        }
    }

    fn found(self) -> Option<Derivation> {
        if self.is_hopeless() { None } else { self.found }
    }

    /// Whether nothing that may still be found would count.
    fn is_hopeless(&self) -> bool {
        self.near > self.most_near
    }

    #[inline]
    fn try_value(&mut self, value: f64, how: How, cells: impl FnOnce() -> Vec<At>) {
        match self.signed {
            Some(Sign::Minus) if value > 0.0 => return,
            Some(Sign::Plus) if value < 0.0 => return,
            _ => {}
        }
        let value = value.abs();
        for (low, high, from, to) in &self.readings {
            if *from <= value && value <= *to {
                if *low <= value && value <= *high {
                    if self.found.is_none() {
                        self.found = Some(Derivation {
                            how,
                            cells: cells(),
                        });
                    }
                } else {
                    self.near += 1;
                }
                return;
            }
        }
    }

    /// What two numbers of one column, or of one row, come to.
    #[inline]
    fn try_pair(
        &mut self,
        a: (f64, At),
        b: (f64, At),
        columns: (&Column, &Column),
        same_row: bool,
    ) {
        let ((x, from), (y, to)) = (a, b);
        if x.is_nan() || y.is_nan() {
            return;
        }
        let cells = || vec![from, to];
        match self.form {
            Form::Plain => {
                // Of columns in thousands or millions, the amounts and what the columns hold.
                let scale = columns.0.scale;
                let scales = [1.0, scale];
                let same = columns.1.scale == scale && scale != 1.0;
                for scale in &scales[..if same { 2 } else { 1 }] {
                    self.try_value((x - y) * scale, How::Difference, cells);
                    if from < to {
                        self.try_value((x + y) * scale, How::Sum, cells);
                    }
                }
                if same_row && y != 0.0 {
                    self.try_value(x / y, How::Ratio, cells);
                }
            }
            Form::Percent => {
                if y != 0.0 {
                    self.try_value(100.0 * x / y, How::Ratio, cells);
                    self.try_value(100.0 * (x - y) / y.abs(), How::Change, cells);
                }
                self.try_points(x, y, How::Difference, columns, cells);
                if from < to {
                    self.try_points(x, -y, How::Sum, columns, cells);
                }
            }
            Form::Points => self.try_points(x, y, How::Difference, columns, cells),
            Form::Times => {
                if y != 0.0 {
                    self.try_value(x / y, How::Ratio, cells);
                }
            }
        }
    }

    /// The difference of two shares.
    #[inline]
    fn try_points(
        &mut self,
        x: f64,
        y: f64,
        how: How,
        columns: (&Column, &Column),
        cells: impl Fn() -> Vec<At>,
    ) {
        if columns.0.fraction && columns.1.fraction {
            self.try_value(100.0 * (x - y), how, &cells);
        }
        if columns.0.percent && columns.1.percent && columns.0.fraction == columns.1.fraction {
            self.try_value(x - y, how, &cells);
        }
    }

    /// Pairs within rows that the text names.
    fn named_pairs(&mut self, index: usize, table: &Table, named: &[u32]) {
        for (place, column) in table.columns.iter().enumerate() {
            if column.values.is_empty() {
                continue;
            }
            for &row in named {
                let a = (column.values[row as usize], at(index, row, place));
                for &other in named {
                    if other != row {
                        let b = (column.values[other as usize], at(index, other, place));
                        self.try_pair(a, b, (column, column), false);
                    }
                }
            }
        }
        self.within_rows(index, table, named);
    }

    fn within_rows(&mut self, index: usize, table: &Table, rows: &[u32]) {
        for (place, column) in table.columns.iter().enumerate() {
            for (other, against) in table.columns.iter().enumerate() {
                if place == other || column.values.is_empty() || against.values.is_empty() {
                    continue;
                }
                for &row in rows {
                    let a = (column.values[row as usize], at(index, row, place));
                    let b = (against.values[row as usize], at(index, row, other));
                    self.try_pair(a, b, (column, against), true);
                }
            }
        }
    }

    /// Pairs of one column with a row that is named or at an end; the other is so too, or a neighbour, or any.
    fn pairs(&mut self, index: usize, table: &Table, named: &[u32], ends: &[u32], any: bool) {
        for (place, column) in table.columns.iter().enumerate() {
            if column.values.is_empty() {
                continue;
            }
            let mut rows: Vec<u32> = named
                .iter()
                .chain(ends)
                .chain(&column.extremes)
                .copied()
                .collect();
            rows.sort_unstable();
            rows.dedup();
            let last = table.rows as u32;
            let beside = named.iter().flat_map(|row| [row.wrapping_sub(1), row + 1]);
            let mut near: Vec<u32> = rows
                .iter()
                .copied()
                .chain(beside.filter(|row| *row < last))
                .collect();
            near.sort_unstable();
            near.dedup();
            for &row in &rows {
                if self.is_hopeless() {
                    return;
                }
                let a = (column.values[row as usize], at(index, row, place));
                let others = if any {
                    self.partners(column, a.0)
                } else {
                    near.clone()
                };
                for other in others {
                    if other == row {
                        continue;
                    }
                    let b = (column.values[other as usize], at(index, other, place));
                    self.try_pair(a, b, (column, column), false);
                    // The other way round comes by itself only where both are among the rows.
                    if rows.binary_search(&other).is_err() {
                        self.try_pair(b, a, (column, column), false);
                    }
                }
            }
        }
        let mut rows: Vec<u32> = named.iter().chain(ends).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        self.within_rows(index, table, &rows);
    }

    /// The rows of a column whose numbers come near the figure together with `x`, either way round, and maybe some more.
    fn partners(&self, column: &Column, x: f64) -> Vec<u32> {
        let x = x.abs();
        // The numbers' sizes: x and -x, y and -y are not told apart here.
        let mut sizes: Vec<(f64, f64)> = Vec::new();
        let size = |sizes: &mut Vec<(f64, f64)>, a: f64, b: f64| {
            let (low, high) = if a * b <= 0.0 {
                (0.0, a.abs().max(b.abs()))
            } else {
                (a.abs().min(b.abs()), a.abs().max(b.abs()))
            };
            sizes.push((low * (1.0 - 1e-12), high * (1.0 + 1e-12)));
        };
        for (_, _, from, to) in &self.readings {
            let (from, to) = (from.max(0.0), *to);
            let scales: &[f64] = match self.form {
                Form::Plain if column.scale != 1.0 => &[1.0, column.scale],
                Form::Plain => &[1.0],
                Form::Percent | Form::Points => &[1.0, 100.0],
                Form::Times => &[],
            };
            for scale in scales {
                size(&mut sizes, x + from / scale, x + to / scale);
                size(&mut sizes, x - to / scale, x - from / scale);
            }
            let ratios = match self.form {
                Form::Plain | Form::Points => vec![],
                Form::Times => vec![(from, to)],
                Form::Percent => {
                    let (from, to) = (from / 100.0, to / 100.0);
                    vec![(from, to), (1.0 + from, 1.0 + to), (1.0 - to, 1.0 - from)]
                }
            };
            for (low, high) in ratios {
                size(&mut sizes, x * low, x * high);
                if low * high > 0.0 {
                    size(&mut sizes, x / low, x / high);
                } else {
                    // From the larger of the two on, every number is in reach.
                    let most = low.abs().max(high.abs());
                    sizes.push((x / most * (1.0 - 1e-12), f64::INFINITY));
                }
            }
        }
        let mut rows: Vec<u32> = sizes
            .iter()
            .flat_map(|(low, high)| column.within(*low, *high))
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Shares of a total that is shown. `any` is `None` for the rows that the text names, else as in [`Search::pairs`].
    fn shares(&mut self, evidence: &Evidence, topic: &Topic, any: Option<bool>) {
        if self.form != Form::Percent {
            return;
        }
        let totals = totals(evidence);
        for (index, table) in evidence.tables.iter().enumerate() {
            let rows: Vec<u32> = match any {
                None => topic.of(index).to_vec(),
                Some(false) => {
                    let mut rows = ends_of(table);
                    rows.extend(topic.of(index));
                    rows
                }
                Some(true) => (0..table.rows as u32).collect(),
            };
            for (place, column) in table.columns.iter().enumerate() {
                if column.values.is_empty() || column.percent {
                    continue;
                }
                let extremes = if any.is_some() {
                    &column.extremes[..]
                } else {
                    &[]
                };
                let mut rows: Vec<u32> = rows.iter().chain(extremes).copied().collect();
                rows.sort_unstable();
                rows.dedup();
                for total in &totals {
                    let own = total.table == index;
                    let is_whole_of_these = match own {
                        true => total.column == place && !total.is_single,
                        false => total.row.is_some(),
                    };
                    if !is_whole_of_these {
                        continue;
                    }
                    for &row in &rows {
                        let value = column.values[row as usize];
                        if value.is_nan() || total.value == 0.0 || value.abs() > total.value.abs() {
                            continue;
                        }
                        self.try_value(100.0 * value / total.value, How::Share, || {
                            let mut cells = vec![at(index, row, place)];
                            cells.extend(total.row.map(|row| at(total.table, row, total.column)));
                            cells
                        });
                    }
                }
            }
        }
    }
}

/// A total that a result shows.
struct Total {
    value: f64,
    table: usize,
    column: usize,
    /// The row in which it stands; `None` for the total of a whole column.
    row: Option<u32>,
    /// Whether it is the only row.
    is_single: bool,
}

fn totals(evidence: &Evidence) -> Vec<Total> {
    let mut totals = Vec::new();
    for (index, table) in evidence.tables.iter().enumerate() {
        for (place, column) in table.columns.iter().enumerate() {
            if column.values.is_empty() || column.percent {
                continue;
            }
            let single = (table.row_count == 1 && table.rows == 1).then_some(0);
            let rows = single.iter().chain(&table.total_rows);
            totals.extend(
                rows.map(|&row| Total {
                    value: column.values[row as usize],
                    table: index,
                    column: place,
                    row: Some(row),
                    is_single: single.is_some(),
                })
                .filter(|total| !total.value.is_nan()),
            );
            if table.is_whole() {
                totals.push(Total {
                    value: column.total,
                    table: index,
                    column: place,
                    row: None,
                    is_single: false,
                });
            }
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::evidence::Cell;
    use super::*;

    fn evidence(values: &[f64], name: &str) -> Evidence {
        let mut evidence = Evidence::new();
        let cells = values.iter().map(|value| Cell::Number(*value)).collect();
        evidence.add_cells("r", values.len() as u64, vec![(name.to_owned(), cells)]);
        evidence
    }

    proptest! {
        /// The look-up in order finds every pair that trying all of them finds.
        #[test]
        fn no_partner_is_overlooked(
            values in proptest::collection::vec(prop_oneof![-50.0..50.0, Just(0.0), -5e3..5e3], 2..30),
            name in prop_oneof![Just("n"), Just("share"), Just("revenue_k")],
            form in prop_oneof![Just(Form::Plain), Just(Form::Percent), Just(Form::Points), Just(Form::Times)],
            value in prop_oneof![0.0..3.0, 0.0..200.0, 0.0..6e3],
            step in prop_oneof![Just(1.0), Just(0.01), Just(10.0)],
        ) {
            let evidence = evidence(&values, name);
            let column = &evidence.tables[0].columns[0];
            let number = Number {
                readings: vec![Reading { value, step, scale: 1.0 }],
                digits: String::new(),
                form,
                hedge: super::super::number::Hedge::None,
                sign: None,
                year: false,
                optional: false,
                picks: false,
            };
            for row in 0..values.len() as u32 {
                let partners = Search::new(&number).partners(column, column.values[row as usize]);
                for other in (0..values.len() as u32).filter(|other| *other != row) {
                    let mut search = Search::new(&number);
                    let a = (column.values[row as usize], at(0, row, 0));
                    let b = (column.values[other as usize], at(0, other, 0));
                    search.try_pair(a, b, (column, column), false);
                    search.try_pair(b, a, (column, column), false);
                    let is_near = search.found.is_some() || search.near > 0;
                    prop_assert!(!is_near || partners.contains(&other), "{} {}", a.0, b.0);
                }
            }
        }
    }
}
