//! What the cells of a column turned out to be, counted; and the type that follows from it.

use super::form::{self, Form, Group, Mark, Marks, Negative, Reading, Sign, Unit, Written};
use super::number::{self, Fixed};
use super::temporal::{self, DateForm, Moment, Order, Orders};
use super::{ColumnType, boolean, is_missing_word, trim};
use crate::DateOrder;

/// At most this many cells may stray whatever their share, if it is at most one in twenty.
const FEW_STRAYS: u64 = 10;

/// What a single cell is; every cell is exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind<'a> {
    Missing,
    Boolean,
    Integer(i64),
    Fixed(Fixed),
    Float { has_point: bool },
    Written(Written<'a>),
    Identifier,
    Moment(Moment),
    Time,
    Other,
}

fn kind(text: &[u8]) -> Kind<'_> {
    let text = trim(text);
    // A cell of nothing but spaces says as little as an empty one.
    let Some(&first) = text.first() else {
        return Kind::Missing;
    };
    // Most texts are told apart by their first byte.
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.') {
        if let Some(value) = number::integer(text) {
            return Kind::Integer(value);
        }
        if let Some(fixed) = number::fixed(text) {
            return Kind::Fixed(fixed);
        }
        if number::is_identifier(text) {
            return Kind::Identifier;
        }
        if number::float(text).is_some() {
            return Kind::Float {
                has_point: text.contains(&b'.'),
            };
        }
        if let Some(moment) = temporal::moment(text) {
            return Kind::Moment(moment);
        }
        if temporal::time(text).is_some() {
            return Kind::Time;
        }
    }
    if is_missing_word(text) {
        return Kind::Missing;
    }
    if boolean(text).is_some() {
        return Kind::Boolean;
    }
    match form::read(text) {
        Some(Reading::Number(written)) => Kind::Written(written),
        Some(Reading::Identifier) => Kind::Identifier,
        None => Kind::Other,
    }
}

/// Counts of dates or moments, by how they are written: `[kind][separator][order]`.
type MomentCounts = [[[u64; 4]; 3]; 3];

const SEPARATORS: [u8; 3] = [b'-', b'/', b'.'];
/// The last index of [`MomentCounts`].
const YMD: usize = 0;
const DMY_ONLY: usize = 1;
const MDY_ONLY: usize = 2;
const EITHER: usize = 3;

fn order_index(orders: Orders) -> usize {
    match (orders.ymd, orders.dmy, orders.mdy) {
        (true, ..) => YMD,
        (_, true, true) => EITHER,
        (_, true, false) => DMY_ONLY,
        _ => MDY_ONLY,
    }
}

/// What the cells of one column turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    missing: u64,
    boolean: u64,
    /// Numbers of the plain form.
    integer: u64,
    fixed: u64,
    float: u64,
    /// Of `fixed`, those whose point may as well group thousands.
    open_points: u64,
    /// Of `float`, those with a point.
    float_points: u64,
    /// Zeros of the plain form.
    zeros: u64,
    /// Numbers of any other form; most columns have none.
    written: Option<Box<WrittenCounts>>,
    identifier: u64,
    moments: MomentCounts,
    time: u64,
    other: u64,
    integer_digits: u8,
    /// The most decimals after a point, and after a comma.
    scales: [u8; 2],
}

/// Numbers that are not of the plain form, counted by how they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct WrittenCounts {
    numbers: u64,
    /// By [`Marks::index`], numbers with an exponent or many decimals among them.
    marks: [u64; Marks::COUNT],
    /// By [`Unit::index`].
    units: [u64; Unit::COUNT],
    unit_first: u64,
    /// Zeros without a unit.
    zeros: u64,
    trailing: u64,
    /// Of `trailing`, those with more than digits: `2020-` may be the beginning of a range.
    trailing_amounts: u64,
    brackets: u64,
    /// By group, numbers in groups that can be no telephone or part numbers.
    quantities: [u64; Group::COUNT],
    /// Of those with an exponent or many decimals: with a point, with a comma, with neither.
    floats: [u64; 3],
}

impl WrittenCounts {
    fn add_all(&mut self, other: &Self) {
        let Self {
            numbers,
            marks,
            units,
            unit_first,
            zeros,
            trailing,
            trailing_amounts,
            brackets,
            quantities,
            floats,
        } = other;
        self.numbers += numbers;
        self.unit_first += unit_first;
        self.zeros += zeros;
        self.trailing += trailing;
        self.trailing_amounts += trailing_amounts;
        self.brackets += brackets;
        add_each(&mut self.marks, marks);
        add_each(&mut self.units, units);
        add_each(&mut self.quantities, quantities);
        add_each(&mut self.floats, floats);
    }
}

fn add_each(counts: &mut [u64], others: &[u64]) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}

/// The type that follows from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) column_type: ColumnType,
    /// Whether nothing but a default decided between day first and month first.
    pub(crate) is_order_assumed: bool,
    /// Whether nothing but a default decided between a decimal point and a decimal comma.
    pub(crate) is_mark_assumed: bool,
}

/// How the marks of a column of numbers are read.
#[derive(Debug, Clone, Copy)]
struct FormChoice {
    form: Form,
    /// Numbers that are not of this form.
    misfits: u64,
    is_mark_assumed: bool,
}

/// How the dates and moments of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MomentForm {
    pub(crate) form: DateForm,
    /// Whether most moments name an offset from UTC.
    pub(crate) has_offset: bool,
    /// Whether most have a time of day.
    pub(crate) has_time: bool,
    /// As in [`Decided`].
    pub(crate) is_order_assumed: bool,
}

impl Evidence {
    /// How most of the dates and moments are written, in the given order of day and month; `None` if there are none.
    pub(crate) fn moment_form(&self, date_order: Option<DateOrder>) -> Option<MomentForm> {
        let (mut best, mut fit) = (None, 0);
        for (at, separator) in SEPARATORS.into_iter().enumerate() {
            let count = |order: usize| self.moments.iter().map(|kind| kind[at][order]).sum::<u64>();
            let of_kind = |kind: usize| self.moments[kind][at].iter().sum::<u64>();
            let mut offer = |order, fits: u64, is_order_assumed| {
                if fits > fit {
                    fit = fits;
                    best = Some(MomentForm {
                        form: DateForm { separator, order },
                        has_offset: of_kind(2) > of_kind(1),
                        has_time: of_kind(1) + of_kind(2) > of_kind(0),
                        is_order_assumed,
                    });
                }
            };
            let is_open = count(DMY_ONLY) == count(MDY_ONLY);
            match date_order {
                Some(DateOrder::Dmy) => offer(Order::Dmy, count(DMY_ONLY) + count(EITHER), false),
                Some(DateOrder::Mdy) => offer(Order::Mdy, count(MDY_ONLY) + count(EITHER), false),
                None => {
                    offer(Order::Ymd, count(YMD), false);
                    offer(Order::Dmy, count(DMY_ONLY) + count(EITHER), is_open);
                    offer(Order::Mdy, count(MDY_ONLY) + count(EITHER), false);
                }
            }
        }
        best
    }

    /// DECIMAL with the largest scale of the numbers, in the form of most of them.
    pub(crate) fn decimal(&self) -> ColumnType {
        let form = self.form().map_or(Form::PLAIN, |choice| choice.form);
        match self.number_type(form) {
            decimal @ ColumnType::Decimal { .. } => decimal,
            _ => {
                let scale = self.scales[form.decimal as usize];
                ColumnType::decimal(self.integer_digits + scale, scale, form)
            }
        }
    }

    /// The type, with what only the cells tell of how it is read: the form of numbers, and whether moments name an offset.
    pub(crate) fn read_as(&self, column_type: ColumnType) -> ColumnType {
        let form = || self.form().map_or(Form::PLAIN, |choice| choice.form);
        match column_type {
            ColumnType::BigInt { .. } => ColumnType::BigInt { form: form() },
            ColumnType::Decimal {
                precision, scale, ..
            } => ColumnType::Decimal {
                precision,
                scale,
                form: form(),
            },
            ColumnType::Double { .. } => ColumnType::Double { form: form() },
            ColumnType::Timestamp { form, .. } => ColumnType::Timestamp {
                form,
                has_offset: (self.moment_form(None)).is_some_and(|moments| moments.has_offset),
            },
            other => other,
        }
    }

    /// Takes into account what was counted elsewhere.
    pub(crate) fn add_all(&mut self, other: &Self) {
        let Self {
            missing,
            boolean,
            integer,
            fixed,
            float,
            open_points,
            float_points,
            zeros,
            written,
            identifier,
            moments,
            time,
            other: others,
            integer_digits,
            scales,
        } = other;
        self.missing += missing;
        self.boolean += boolean;
        self.integer += integer;
        self.fixed += fixed;
        self.float += float;
        self.open_points += open_points;
        self.float_points += float_points;
        self.zeros += zeros;
        self.identifier += identifier;
        self.time += time;
        self.other += others;
        self.integer_digits = self.integer_digits.max(*integer_digits);
        for (scale, other) in self.scales.iter_mut().zip(scales) {
            *scale = (*scale).max(*other);
        }
        let counts = self.moments.as_flattened_mut().as_flattened_mut();
        let others = moments.as_flattened().as_flattened();
        add_each(counts, others);
        if let Some(written) = written {
            self.written.get_or_insert_default().add_all(written);
        }
    }

    /// Counts a cell that is neither NULL nor an empty text.
    pub(crate) fn add(&mut self, text: &[u8]) {
        self.add_counted(text, 1);
    }

    /// Counts `count` cells with the same text, which is neither NULL nor empty.
    pub(crate) fn add_counted(&mut self, text: &[u8], count: u64) {
        if count == 0 {
            return;
        }
        match kind(text) {
            Kind::Missing => self.missing += count,
            Kind::Boolean => self.boolean += count,
            Kind::Integer(value) => self.add_integers(count, value.unsigned_abs()),
            Kind::Fixed(fixed) => self.add_fixed_counted(fixed, count),
            Kind::Float { has_point } => self.add_float(has_point, count),
            Kind::Written(written) => self.add_written(&written, count),
            Kind::Identifier => self.identifier += count,
            Kind::Moment(Moment::Date { separator, orders }) => {
                *self.moment_mut(0, separator, orders) += count;
            }
            Kind::Moment(Moment::Timestamp {
                separator,
                orders,
                has_offset,
            }) => {
                *self.moment_mut(1 + usize::from(has_offset), separator, orders) += count;
            }
            Kind::Time => self.time += count,
            Kind::Other => self.other += count,
        }
    }

    /// Counts plain integers of up to `largest`, or down to its negative.
    #[inline]
    pub(crate) fn add_integers(&mut self, count: u64, largest: u64) {
        if count > 0 {
            self.integer += count;
            self.integer_digits = self.integer_digits.max(number::digit_count(largest));
            // Zeros matter only to a column where every other number has a unit: then all of these are zeros.
            self.zeros += if largest == 0 { count } else { 0 };
        }
    }

    /// Counts a plain fixed-point number.
    #[inline]
    pub(crate) fn add_fixed(&mut self, fixed: Fixed) {
        self.add_fixed_counted(fixed, 1);
    }

    #[inline]
    fn add_fixed_counted(&mut self, fixed: Fixed, count: u64) {
        self.fixed += count;
        self.integer_digits = self.integer_digits.max(fixed.integer_digits);
        self.scales[0] = self.scales[0].max(fixed.scale);
        if fixed.scale == 3
            && (1..=3).contains(&fixed.integer_digits)
            && fixed.unscaled.unsigned_abs() >= 1000
        {
            self.open_points += count;
        }
        self.zeros += if fixed.unscaled == 0 { count } else { 0 };
    }

    fn add_float(&mut self, has_point: bool, count: u64) {
        self.float += count;
        self.float_points += if has_point { count } else { 0 };
    }

    /// Counts `count` cells with a number that was taken apart, as [`Self::add_counted`] counts its text.
    pub(crate) fn add_number(&mut self, written: &Written, count: u64) {
        if !Form::PLAIN.fits(written) {
            self.add_written(written, count);
        } else if let Some(fixed) = Form::PLAIN.fixed(written) {
            if fixed.scale == 0 {
                self.add_integers(count, fixed.unscaled.unsigned_abs() as u64);
            } else {
                self.add_fixed_counted(fixed, count);
            }
        } else {
            self.add_float(written.marks.decimal().is_some(), count);
        }
    }

    /// Counts `count` cells with a number that is not of the plain form.
    fn add_written(&mut self, written: &Written, count: u64) {
        self.integer_digits = self.integer_digits.max(written.integer_digits);
        if let Some(mark) = written.marks.decimal()
            && !written.is_float
        {
            let scale = &mut self.scales[mark as usize];
            *scale = (*scale).max(written.scale);
        }
        let counts = self.written.get_or_insert_default();
        counts.numbers += count;
        counts.marks[written.marks.index()] += count;
        match written.unit {
            Some(unit) => {
                counts.units[unit.index()] += count;
                counts.unit_first += if written.unit_first { count } else { 0 };
            }
            None if written.is_zero() => counts.zeros += count,
            None => {}
        }
        match written.sign {
            Sign::None | Sign::Minus => {}
            Sign::Trailing => {
                counts.trailing += count;
                if written.marks != Marks::NONE || written.unit.is_some() {
                    counts.trailing_amounts += count;
                }
            }
            Sign::Brackets => counts.brackets += count,
        }
        if let Some(group) = written.marks.group()
            && written.is_quantity
        {
            counts.quantities[group as usize] += count;
        }
        if written.is_float {
            counts.floats[written.marks.decimal().map_or(2, |mark| mark as usize)] += count;
        }
    }

    /// Counts ISO dates (`kind` 0), moments (1) or moments with an offset (2) of the year-first form.
    #[inline]
    pub(crate) fn add_year_first(&mut self, count: u64, kind: usize, separator: u8) {
        let orders = Orders {
            ymd: true,
            dmy: false,
            mdy: false,
        };
        *self.moment_mut(kind, separator, orders) += count;
    }

    fn moment_mut(&mut self, kind: usize, separator: u8, orders: Orders) -> &mut u64 {
        let separator = SEPARATORS.iter().position(|&s| s == separator).unwrap_or(0);
        &mut self.moments[kind][separator][order_index(orders)]
    }

    /// Cells with a value, missing-value words not among them.
    fn values(&self) -> u64 {
        let moments: u64 = self.moments.iter().flatten().flatten().sum();
        self.boolean + self.numbers() + self.identifier + moments + self.time + self.other
    }

    fn numbers(&self) -> u64 {
        let written = self.written.as_ref().map_or(0, |written| written.numbers);
        self.integer + self.fixed + self.float + written
    }

    /// Whether the cells that do not fit are few enough to be set aside.
    fn may_stray(strays: u64, values: u64) -> bool {
        strays == 0
            || strays.saturating_mul(1000) <= values
            || (strays <= FEW_STRAYS && strays.saturating_mul(20) <= values)
    }

    /// The narrowest type that is true for every counted cell, a few strays aside; see *Types* in ARCHITECTURE.md.
    pub(crate) fn decide(&self, date_order: Option<DateOrder>) -> Decided {
        let text = Decided {
            column_type: ColumnType::Text,
            is_order_assumed: false,
            is_mark_assumed: false,
        };
        let values = self.values();
        if values == 0 {
            return text;
        }
        let (mut best, mut fit) = (text, 0);
        let mut offer = |decided: Decided, count: u64| {
            if count > fit {
                (best, fit) = (decided, count);
            }
        };
        let plain = |column_type| Decided {
            column_type,
            is_order_assumed: false,
            is_mark_assumed: false,
        };
        offer(plain(ColumnType::Boolean), self.boolean);
        offer(plain(ColumnType::Time), self.time);
        self.offer_moments(date_order, &mut offer);
        // One identifier makes the whole column text: what looks like a number may be an identifier as well.
        if self.identifier == 0
            && let Some(choice) = self.form()
        {
            let decided = Decided {
                column_type: self.number_type(choice.form),
                is_order_assumed: false,
                is_mark_assumed: choice.is_mark_assumed,
            };
            offer(decided, self.numbers() - choice.misfits);
        }
        if Self::may_stray(values - fit, values) {
            best
        } else {
            text
        }
    }

    /// The form in which most of the numbers are written; `None` where their units differ.
    fn form(&self) -> Option<FormChoice> {
        let none = WrittenCounts::default();
        let written = self.written.as_deref().unwrap_or(&none);
        let numbers = self.numbers();
        let (unit, with_unit) = (0..Unit::COUNT)
            .map(|i| (i, written.units[i]))
            .max_by_key(|&(_, count)| count)
            .filter(|&(_, count)| count > 0)
            .map_or((None, 0), |(i, count)| (Some(Unit::from_index(i)), count));
        // Amounts in several units, or some without one, do not add up; a zero is a zero in all of them.
        if unit.is_some() && with_unit + self.zeros + written.zeros < numbers {
            return None;
        }
        // In a column of nothing but (1), (2), (3), the brackets mean something else.
        let marked = written.trailing + written.brackets;
        let (negative, wrong_signs) = if marked == 0 || marked == numbers {
            (Negative::Minus, marked)
        } else if written.trailing > written.brackets && written.trailing_amounts > 0 {
            (Negative::Trailing, written.brackets)
        } else if written.brackets > 0 {
            (Negative::Brackets, written.trailing)
        } else {
            (Negative::Minus, marked)
        };
        let open_points = self.open_points + written.marks[Marks::OPEN_POINT.index()];
        let open_commas = written.marks[Marks::OPEN_COMMA.index()];
        // Telephone numbers are written as 601 234 567, part numbers as 104.567.890.
        let is_quantity = |group: &Option<Group>| match group {
            Some(Group::Space) => written.quantities[Group::Space as usize] > 0,
            Some(Group::Point) => written.quantities[Group::Point as usize] + open_points > 0,
            _ => true,
        };
        let best_of = |decimal: Mark| {
            let groups = decimal.groups().into_iter().filter(is_quantity);
            groups
                .map(|group| (group, numbers - self.with_marks(written, decimal, group)))
                .min_by_key(|&(_, misfits)| misfits)
                .unwrap_or((None, numbers))
        };
        let (point, comma) = (best_of(Mark::Point), best_of(Mark::Comma));
        let (decimal, (group, wrong_marks)) = if comma.1 < point.1 {
            (Mark::Comma, comma)
        } else {
            (Mark::Point, point)
        };
        Some(FormChoice {
            form: Form {
                decimal,
                group,
                unit,
                unit_first: 2 * written.unit_first > with_unit,
                negative,
            },
            // One cell may be wrong in both ways; then this is too many, and the column is text rather.
            misfits: (wrong_marks + wrong_signs).min(numbers),
            is_mark_assumed: open_points + open_commas > 0 && point.1 == comma.1,
        })
    }

    /// How many numbers have these marks, or none.
    fn with_marks(&self, written: &WrittenCounts, decimal: Mark, group: Option<Group>) -> u64 {
        let plain = [
            (Marks::NONE, self.integer + self.float - self.float_points),
            (
                Marks::POINT,
                self.fixed - self.open_points + self.float_points,
            ),
            (Marks::OPEN_POINT, self.open_points),
        ];
        let others = (0..Marks::COUNT).map(|i| (Marks::from_index(i), written.marks[i]));
        plain
            .into_iter()
            .chain(others)
            .filter(|(marks, _)| marks.fit(decimal, group))
            .map(|(_, count)| count)
            .sum()
    }

    fn number_type(&self, form: Form) -> ColumnType {
        /// Decimal digits that a DOUBLE holds whatever they are.
        const EXACT_DIGITS_OF_DOUBLE: u8 = 15;
        /// Digits of the largest number whose only mark may be a decimal one.
        const OPEN_DIGITS: u8 = 6;
        let written = self.written.as_deref();
        let floats = match form.decimal {
            Mark::Point => self.float,
            Mark::Comma => self.float - self.float_points,
        } + written.map_or(0, |written| {
            written.floats[form.decimal as usize] + written.floats[2]
        });
        let has_open_groups = match form.decimal {
            Mark::Point => {
                written.is_some_and(|written| written.marks[Marks::OPEN_COMMA.index()] > 0)
            }
            Mark::Comma => {
                self.open_points > 0
                    || written.is_some_and(|written| written.marks[Marks::OPEN_POINT.index()] > 0)
            }
        };
        let mut integer_digits = self.integer_digits;
        if has_open_groups {
            integer_digits = integer_digits.max(OPEN_DIGITS);
        }
        let mut scale = self.scales[form.decimal as usize];
        if form.is_percent() {
            scale += 2;
            integer_digits = integer_digits.saturating_sub(2);
        }
        if floats > 0 {
            // An integer that a DOUBLE would round is more likely a key than a measurement.
            if self.integer_digits > EXACT_DIGITS_OF_DOUBLE {
                ColumnType::Text
            } else {
                ColumnType::Double { form }
            }
        } else if scale > 0 {
            ColumnType::decimal(integer_digits + scale, scale, form)
        } else {
            ColumnType::BigInt { form }
        }
    }

    fn offer_moments(&self, date_order: Option<DateOrder>, offer: &mut impl FnMut(Decided, u64)) {
        for (kind, by_separator) in self.moments.iter().enumerate() {
            for (counts, separator) in by_separator.iter().zip(SEPARATORS) {
                let decided = |order, is_order_assumed| {
                    let form = DateForm { separator, order };
                    let column_type = match kind {
                        0 => ColumnType::Date(form),
                        _ => ColumnType::Timestamp {
                            form,
                            has_offset: kind == 2,
                        },
                    };
                    Decided {
                        column_type,
                        is_order_assumed,
                        is_mark_assumed: false,
                    }
                };
                offer(decided(Order::Ymd, false), counts[YMD]);
                let dmy = counts[DMY_ONLY] + counts[EITHER];
                let mdy = counts[MDY_ONLY] + counts[EITHER];
                let is_open = counts[DMY_ONLY] == counts[MDY_ONLY];
                let month_first = match (mdy > dmy, is_open) {
                    (_, true) => date_order == Some(DateOrder::Mdy),
                    (is_mdy, false) => is_mdy,
                };
                if month_first {
                    offer(decided(Order::Mdy, is_open), mdy);
                } else {
                    offer(decided(Order::Dmy, is_open), dmy);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decide(cells: &[&str]) -> String {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.add(cell.as_bytes());
        }
        let decided = evidence.decide(None);
        let format = decided
            .column_type
            .format()
            .map(|f| format!(" {f}"))
            .unwrap_or_default();
        format!(
            "{}{format}{}",
            decided.column_type.sql(),
            match (decided.is_order_assumed, decided.is_mark_assumed) {
                (true, _) => " ?",
                (_, true) => " ??",
                _ => "",
            }
        )
    }

    #[test]
    fn types_are_the_narrowest_that_lose_nothing() {
        for (cells, expected) in [
            (&["1", "-2", "300"][..], "BIGINT"),
            (&["1", "2.50", "3.125"], "DECIMAL(4,3)"),
            (&["123456789012345678", "0.5"], "DECIMAL(38,1)"),
            (&["1", "1e5"], "DOUBLE"),
            (&["12345678901234567", "1e5"], "VARCHAR"),
            (&["1", "007"], "VARCHAR"),
            (&["+1", "2"], "VARCHAR"),
            (&["1234567890123456789"], "VARCHAR"),
            (&["true", "FALSE"], "BOOLEAN"),
            (&["yes", "no"], "VARCHAR"),
            (&["2024-01-31", "2024-02-01"], "DATE %Y-%m-%d"),
            (&["31/01/2024", "01/02/2024"], "DATE %d/%m/%Y"),
            (&["01/31/2024", "01/02/2024"], "DATE %m/%d/%Y"),
            (&["01/02/2024", "03/04/2024"], "DATE %d/%m/%Y ?"),
            (&["31/01/2024", "01/31/2024"], "VARCHAR"),
            (
                &["2024-01-31 10:00", "2024-02-01T11:30:15.5"],
                "TIMESTAMP %Y-%m-%d",
            ),
            (&["10:00", "23:59:59"], "TIME"),
            (&["NA", "NULL", "-"], "VARCHAR"),
            (&["NA", "12"], "BIGINT"),
            (&["a", "b"], "VARCHAR"),
            (&[" 1 ", "2"], "BIGINT"),
            (&[], "VARCHAR"),
        ] {
            assert_eq!(decide(cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn the_whole_column_decides_how_its_numbers_are_written() {
        for (cells, expected) in [
            // Marks.
            (&["1,234", "5"][..], "BIGINT #,##0 ??"),
            (&["1,234", "5", "0.5"], "DECIMAL(9,1) #,##0.0"),
            (&["1,234", "12,5"], "DECIMAL(9,3) 0,000"),
            (&["1,234", "0,123"], "DECIMAL(4,3) 0,000"),
            (&["1,234", "1234,567"], "DECIMAL(9,3) 0,000"),
            (&["1,234,567", "1,234"], "BIGINT #,##0"),
            (&["1,234.50", "1,234", "1234.5"], "DECIMAL(9,2) #,##0.00"),
            (&["1.234,50", "1.234", "1234,5"], "DECIMAL(9,2) #.##0,00"),
            (&["1.234.567", "1.234"], "BIGINT #.##0"),
            (&["1.234", "12.345"], "DECIMAL(9,3) ??"),
            (&["1.234", "0.345"], "DECIMAL(4,3)"),
            (&["1.234", "12.5"], "DECIMAL(9,3)"),
            (&["1,234", "1.234"], "DECIMAL(9,3) #,##0.000 ??"),
            (&["1.234,50", "1,234.50"], "VARCHAR"),
            (&["12,5", "12.5"], "VARCHAR"),
            (&["1,23", "1,234,567"], "VARCHAR"),
            (&["1'234.50", "2\u{2019}000"], "DECIMAL(9,2) #'##0.00"),
            (
                &["1\u{202f}234,5", "2\u{a0}000", "3 000"],
                "DECIMAL(9,1) # ##0,0",
            ),
            (&["12 345", "1 234"], "BIGINT # ##0"),
            (&["12,34,567.5", "100"], "DECIMAL(9,1) #,##0.0"),
            (&["1,5e3", "2,5"], "DOUBLE 0,#"),
            (&["1,5e3", "2.5"], "VARCHAR"),
            (&["1e3", "2,5"], "DOUBLE 0,#"),
            // Units.
            (&["1.234,50 €", "2 €", "0"], "DECIMAL(9,2) #.##0,00 €"),
            (&["$1,234", "$2,000,000"], "BIGINT $#,##0"),
            (&["$1,234.50", "$ -", "-"], "DECIMAL(9,2) $#,##0.00"),
            (&["EUR 5", "EUR 6"], "BIGINT EUR 0"),
            (&["5 EUR", "6 EUR"], "BIGINT 0 EUR"),
            (&["12 %", "3.5%"], "DECIMAL(4,3) 0.0 %"),
            (&["12%", "0"], "DECIMAL(4,2) 0 %"),
            (&["12%", "13"], "VARCHAR"),
            (&["5 €", "5 $"], "VARCHAR"),
            (&["5 €", "5 EUR"], "VARCHAR"),
            (&["5 €", "5"], "VARCHAR"),
            (&["5 €", "0.00"], "DECIMAL(4,2) 0.00 €"),
            // Signs.
            (&["(12.50)", "3", "-2"], "DECIMAL(4,2) 0.00;(0.00)"),
            (&["(1)", "(2)"], "VARCHAR"),
            (&["12.50-", "3"], "DECIMAL(4,2) 0.00;0.00-"),
            (&["1.234-", "3,5"], "DECIMAL(9,1) #.##0,0;#.##0,0-"),
            (&["2020-", "2019"], "VARCHAR"),
            (&["1-", "2-"], "VARCHAR"),
            (&["-$5", "$-6", "($7)"], "BIGINT $0;($0)"),
            // What only looks like a number.
            (&["1,234", "01,234"], "VARCHAR"),
            (&["1,234", "+1,234"], "VARCHAR"),
            (&["1,234", "0012"], "VARCHAR"),
            (&["601 234 567", "602 345 678"], "VARCHAR"),
            (&["104.567.890", "204.567.891"], "VARCHAR"),
            (&["104.567.890", "4.567.891"], "BIGINT #.##0"),
            (&["104.567.890", "567.891"], "BIGINT #.##0"),
            (&["192.168.100.101", "192.168.100.102"], "VARCHAR"),
            (&["01.02.2024", "1.234"], "VARCHAR"),
            (&["123,456,789,012,345,678", "0.5"], "DECIMAL(38,1) #,##0.0"),
            (&["1,123,456,789,012,345,678", "1"], "VARCHAR"),
        ] {
            assert_eq!(decide(cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn a_few_numbers_may_be_written_otherwise() {
        let with_others = |others: usize, other| {
            let mut cells = vec!["1,234.50"; 190];
            cells.extend(vec![other; others]);
            decide(&cells)
        };
        assert_eq!(with_others(10, "1.234,50"), "DECIMAL(9,2) #,##0.00");
        assert_eq!(with_others(11, "1.234,50"), "VARCHAR");
        // Units are another matter: one that differs shows that the numbers do not add up.
        assert_eq!(with_others(1, "1,234.50 €"), "VARCHAR");
    }

    #[test]
    fn text_that_comes_often_is_counted_as_often() {
        for text in [
            "1",
            "0",
            "1.5",
            "1.234",
            "0.0",
            "1e5",
            "1,5",
            "1,5e3",
            "12 %",
            "$0",
            "(1 234)",
            "2-",
            "007",
            "NA",
            "true",
            "12:30",
            "2024-01-31",
            "01/02/2024 12:00Z",
            "word",
            " 1 ",
        ] {
            if let Some(written) = form::number(trim(text.as_bytes())) {
                let (mut read, mut added) = (Evidence::default(), Evidence::default());
                read.add_number(&written, 2);
                added.add_counted(text.as_bytes(), 2);
                assert_eq!(read, added, "{text}");
            }
            let (mut counted, mut added) = (Evidence::default(), Evidence::default());
            counted.add_counted(text.as_bytes(), 3);
            counted.add_counted(text.as_bytes(), 0);
            (0..3).for_each(|_| added.add(text.as_bytes()));
            assert_eq!(counted, added, "{text}");
            assert_eq!(counted.values() + counted.missing, 3, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_number_taken_apart_counts_as_its_text(
            text in "[-+(]?[$€]?[0-9]{0,4}([,. '][0-9]{1,3}){0,4}(e[0-9]{1,2})?[-)]?( ?[%€])?"
        ) {
            if let Some(written) = form::number(text.as_bytes()) {
                let (mut read, mut added) = (Evidence::default(), Evidence::default());
                read.add_number(&written, 2);
                added.add_counted(text.as_bytes(), 2);
                prop_assert_eq!(read, added);
            }
        }

        #[test]
        fn a_type_reads_all_cells_but_a_few(
            cells in prop_oneof![
                proptest::collection::vec("[1-9][0-9]{0,3}([,.][0-9]{1,3}){0,2}", 1..6),
                proptest::collection::vec("[-(]?[$]?[1-9][0-9]{0,2}([,. '][0-9]{3}){0,2}([,.][0-9]{1,3})?[-)]?[%€]?", 1..6),
                proptest::collection::vec("(0|[1-9][0-9]{0,2})(,[0-9]{1,3})?(e5| ?[€%])?", 1..6),
            ],
            repeated in 1u64..40,
        ) {
            let mut evidence = Evidence::default();
            for (i, cell) in cells.iter().enumerate() {
                evidence.add_counted(cell.as_bytes(), if i == 0 { repeated } else { 1 });
            }
            let column_type = evidence.decide(None).column_type;
            if let Some(form) = column_type.form() {
                let is_read = |cell: &str| {
                    let written = form::number(cell.as_bytes());
                    match column_type {
                        ColumnType::BigInt { .. } => written.is_some_and(|w| form.integer(&w).is_some()),
                        ColumnType::Decimal { scale, .. } => written
                            .and_then(|w| form.fixed(&w))
                            .is_some_and(|fixed| fixed.scale <= scale),
                        _ => form.float(cell.as_bytes()).is_some(),
                    }
                };
                let strays: u64 = cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| !is_read(cell))
                    .map(|(i, _)| if i == 0 { repeated } else { 1 })
                    .sum();
                prop_assert!(Evidence::may_stray(strays, evidence.values()), "{:?}", column_type);
            }
        }
    }

    proptest! {
        #[test]
        fn counts_of_parts_together_are_those_of_the_whole(
            cells in proptest::collection::vec(
                "([0-9]{1,4}|[0-9]{1,3}[.,][0-9]{1,3}|[0-9]{2}[-/.][0-9]{2}[-/.]2024( 10:00)?|\\$[0-9]|[0-9]{1,2} ?[%€]|\\([0-9]\\)|1e5|007|NA|true|x|)",
                0..30,
            ),
            cut in 0usize..30,
        ) {
            let counted = |cells: &[String]| {
                let mut evidence = Evidence::default();
                for cell in cells.iter().filter(|cell| !cell.is_empty()) {
                    evidence.add(cell.as_bytes());
                }
                evidence
            };
            let (first, second) = cells.split_at(cut.min(cells.len()));
            let mut both = counted(first);
            both.add_all(&counted(second));
            prop_assert_eq!(both, counted(&cells));
        }
    }

    #[test]
    fn a_few_cells_may_stray_and_no_more() {
        let with_strays = |numbers: usize, strays: usize| {
            let mut cells = vec!["12.50"; numbers];
            cells.extend(vec!["see note 4"; strays]);
            decide(&cells)
        };
        assert_eq!(with_strays(19, 1), "DECIMAL(4,2)");
        assert_eq!(with_strays(18, 1), "VARCHAR");
        assert_eq!(with_strays(190, 10), "DECIMAL(4,2)");
        assert_eq!(with_strays(1000, 11), "VARCHAR");
        assert_eq!(with_strays(10_989, 11), "DECIMAL(4,2)");
        assert_eq!(with_strays(10_988, 11), "VARCHAR");
    }

    #[test]
    fn an_identifier_does_not_hide_among_strays() {
        let mut cells = vec!["12"; 100_000];
        cells.push("0012");
        assert_eq!(decide(&cells), "VARCHAR");
    }
}
