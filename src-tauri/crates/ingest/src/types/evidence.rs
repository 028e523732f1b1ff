//! What the cells of a column turned out to be, counted; and the type that follows from it.

use super::temporal::{self, DateForm, Moment, Order, Orders};
use super::{ColumnType, boolean, is_missing_word, number, trim};
use crate::DateOrder;

/// At most this many cells may stray whatever their share, if it is at most one in twenty.
const FEW_STRAYS: u64 = 10;

/// What a single cell is; every cell is exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Missing,
    Boolean,
    Integer { digits: u8 },
    Fixed { integer_digits: u8, scale: u8 },
    Float,
    Identifier,
    Moment(Moment),
    Time,
    Other,
}

fn kind(text: &[u8]) -> Kind {
    let text = trim(text);
    // A cell of nothing but spaces says as little as an empty one.
    let Some(&first) = text.first() else {
        return Kind::Missing;
    };
    // Most texts are told apart by their first byte.
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.') {
        if let Some(value) = number::integer(text) {
            return Kind::Integer {
                digits: digit_count(value.unsigned_abs()),
            };
        }
        if let Some(fixed) = number::fixed(text) {
            return Kind::Fixed {
                integer_digits: fixed.integer_digits,
                scale: fixed.scale,
            };
        }
        if number::is_identifier(text) {
            return Kind::Identifier;
        }
        if number::float(text).is_some() {
            return Kind::Float;
        }
        if let Some(moment) = temporal::moment(text) {
            return Kind::Moment(moment);
        }
        if temporal::time(text).is_some() {
            return Kind::Time;
        }
    }
    if is_missing_word(text) {
        Kind::Missing
    } else if boolean(text).is_some() {
        Kind::Boolean
    } else {
        Kind::Other
    }
}

fn digit_count(value: u64) -> u8 {
    value.checked_ilog10().unwrap_or(0) as u8 + 1
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
    integer: u64,
    fixed: u64,
    float: u64,
    identifier: u64,
    moments: MomentCounts,
    time: u64,
    other: u64,
    integer_digits: u8,
    scale: u8,
}

/// The type that follows from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) column_type: ColumnType,
    /// Whether nothing but a default decided between day first and month first.
    pub(crate) is_order_assumed: bool,
}

/// How the dates and moments of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
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
    pub(crate) fn form(&self, date_order: Option<DateOrder>) -> Option<Form> {
        let (mut best, mut fit) = (None, 0);
        for (at, separator) in SEPARATORS.into_iter().enumerate() {
            let count = |order: usize| self.moments.iter().map(|kind| kind[at][order]).sum::<u64>();
            let of_kind = |kind: usize| self.moments[kind][at].iter().sum::<u64>();
            let mut offer = |order, fits: u64, is_order_assumed| {
                if fits > fit {
                    fit = fits;
                    best = Some(Form {
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

    /// DECIMAL with the largest scale of the numbers.
    pub(crate) fn decimal(&self) -> ColumnType {
        ColumnType::Decimal {
            wide: usize::from(self.integer_digits + self.scale) > number::MOST_DIGITS,
            scale: self.scale,
        }
    }

    /// Counts a cell that is neither NULL nor an empty text.
    pub(crate) fn add(&mut self, text: &[u8]) {
        match kind(text) {
            Kind::Missing => self.missing += 1,
            Kind::Boolean => self.boolean += 1,
            Kind::Integer { digits } => self.add_integer(digits),
            Kind::Fixed {
                integer_digits,
                scale,
            } => self.add_fixed(integer_digits, scale),
            Kind::Float => self.float += 1,
            Kind::Identifier => self.identifier += 1,
            Kind::Moment(Moment::Date { separator, orders }) => {
                *self.moment_mut(0, separator, orders) += 1;
            }
            Kind::Moment(Moment::Timestamp {
                separator,
                orders,
                has_offset,
            }) => {
                *self.moment_mut(1 + usize::from(has_offset), separator, orders) += 1;
            }
            Kind::Time => self.time += 1,
            Kind::Other => self.other += 1,
        }
    }

    /// Counts integers of up to `digits` digits.
    #[inline]
    pub(crate) fn add_integers(&mut self, count: u64, largest: u64) {
        if count > 0 {
            self.integer += count;
            self.integer_digits = self.integer_digits.max(digit_count(largest));
        }
    }

    fn add_integer(&mut self, digits: u8) {
        self.integer += 1;
        self.integer_digits = self.integer_digits.max(digits);
    }

    /// Counts a fixed-point number.
    #[inline]
    pub(crate) fn add_fixed(&mut self, integer_digits: u8, scale: u8) {
        self.fixed += 1;
        self.integer_digits = self.integer_digits.max(integer_digits);
        self.scale = self.scale.max(scale);
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
        self.boolean
            + self.integer
            + self.fixed
            + self.float
            + self.identifier
            + moments
            + self.time
            + self.other
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
        };
        let values = self.values();
        if values == 0 {
            return text;
        }
        let numbers = self.integer + self.fixed + self.float;
        let (mut best, mut fit) = (text, 0);
        let mut offer = |decided: Decided, count: u64| {
            if count > fit {
                (best, fit) = (decided, count);
            }
        };
        let plain = |column_type| Decided {
            column_type,
            is_order_assumed: false,
        };
        offer(plain(ColumnType::Boolean), self.boolean);
        offer(plain(ColumnType::Time), self.time);
        self.offer_moments(date_order, &mut offer);
        // One identifier makes the whole column text: what looks like a number may be an identifier as well.
        if self.identifier == 0 {
            offer(plain(self.number_type()), numbers);
        }
        if Self::may_stray(values - fit, values) {
            best
        } else {
            text
        }
    }

    fn number_type(&self) -> ColumnType {
        /// Decimal digits that a DOUBLE holds whatever they are.
        const EXACT_DIGITS_OF_DOUBLE: u8 = 15;
        if self.float > 0 {
            // An integer that a DOUBLE would round is more likely a key than a measurement.
            if self.integer_digits > EXACT_DIGITS_OF_DOUBLE {
                ColumnType::Text
            } else {
                ColumnType::Double
            }
        } else if self.fixed > 0 {
            let wide = usize::from(self.integer_digits + self.scale) > number::MOST_DIGITS;
            ColumnType::Decimal {
                wide,
                scale: self.scale,
            }
        } else {
            ColumnType::BigInt
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
            if decided.is_order_assumed { " ?" } else { "" }
        )
    }

    #[test]
    fn types_are_the_narrowest_that_lose_nothing() {
        for (cells, expected) in [
            (&["1", "-2", "300"][..], "BIGINT"),
            (&["1", "2.50", "3.125"], "DECIMAL(18,3)"),
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
    fn a_few_cells_may_stray_and_no_more() {
        let with_strays = |numbers: usize, strays: usize| {
            let mut cells = vec!["12.50"; numbers];
            cells.extend(vec!["see note 4"; strays]);
            decide(&cells)
        };
        assert_eq!(with_strays(19, 1), "DECIMAL(18,2)");
        assert_eq!(with_strays(18, 1), "VARCHAR");
        assert_eq!(with_strays(190, 10), "DECIMAL(18,2)");
        assert_eq!(with_strays(1000, 11), "VARCHAR");
        assert_eq!(with_strays(10_989, 11), "DECIMAL(18,2)");
        assert_eq!(with_strays(10_988, 11), "VARCHAR");
    }

    #[test]
    fn an_identifier_does_not_hide_among_strays() {
        let mut cells = vec!["12"; 100_000];
        cells.push("0012");
        assert_eq!(decide(&cells), "VARCHAR");
    }
}
