//! Dates and times in text.

use serde::{Deserialize, Serialize};

/// Which part of a date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Order {
    Ymd,
    Dmy,
    Mdy,
}

/// How dates are written in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct DateForm {
    /// `-`, `/` or `.`.
    pub(crate) separator: u8,
    pub(crate) order: Order,
}

impl DateForm {
    /// `2026-01-31`.
    pub(crate) const ISO: Self = Self {
        separator: b'-',
        order: Order::Ymd,
    };

    /// The form that [`DateForm::pattern`] wrote.
    pub(crate) fn of_pattern(pattern: &str) -> Option<Self> {
        [b'-', b'/', b'.']
            .into_iter()
            .flat_map(|separator| {
                [Order::Ymd, Order::Dmy, Order::Mdy].map(|order| Self { separator, order })
            })
            .find(|form| form.pattern() == pattern)
    }

    /// The form as a strftime pattern.
    pub(crate) fn pattern(self) -> String {
        let s = char::from(self.separator);
        match self.order {
            Order::Ymd => format!("%Y{s}%m{s}%d"),
            Order::Dmy => format!("%d{s}%m{s}%Y"),
            Order::Mdy => format!("%m{s}%d{s}%Y"),
        }
    }
}

/// The orders that a date may be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orders {
    pub(crate) ymd: bool,
    pub(crate) dmy: bool,
    pub(crate) mdy: bool,
}

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// One or two digits at the beginning of the text, and what follows.
fn small(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest))
        }
        [a @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

/// Four digits at the beginning of the text, and what follows.
fn year(text: &[u8]) -> Option<(u32, &[u8])> {
    let (four, rest) = text.split_first_chunk::<4>()?;
    let mut value = 0;
    for byte in four {
        value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    // There is no year 0, and a fifth digit makes it no year.
    (value > 0 && !rest.first().is_some_and(u8::is_ascii_digit)).then_some((value, rest))
}

fn byte(text: &[u8], expected: u8) -> Option<&[u8]> {
    text.split_first()
        .and_then(|(&first, rest)| (first == expected).then_some(rest))
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar; `None` if there is no such day.
///
/// The arithmetic is Howard Hinnant's `days_from_civil` ("chrono-Compatible Low-Level Date Algorithms").
fn days(year: u32, month: u32, day: u32) -> Option<i32> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = *LENGTHS.get(month.wrapping_sub(1) as usize)? + u32::from(month == 2 && is_leap);
    if day == 0 || day > length {
        return None;
    }
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

/// A date of the given form at the beginning of the text, in days since 1970-01-01, and what follows.
#[inline]
fn date_prefix(text: &[u8], form: DateForm) -> Option<(i32, &[u8])> {
    let s = form.separator;
    match form.order {
        Order::Ymd => {
            let (y, rest) = year(text)?;
            let (m, rest) = small(byte(rest, s)?)?;
            let (d, rest) = small(byte(rest, s)?)?;
            Some((days(y, m, d)?, rest))
        }
        Order::Dmy | Order::Mdy => {
            let (first, rest) = small(text)?;
            let (second, rest) = small(byte(rest, s)?)?;
            let (y, rest) = year(byte(rest, s)?)?;
            let (d, m) = if form.order == Order::Dmy {
                (first, second)
            } else {
                (second, first)
            };
            Some((days(y, m, d)?, rest))
        }
    }
}

/// A date of the given form, in days since 1970-01-01.
#[inline]
pub(crate) fn date(text: &[u8], form: DateForm) -> Option<i32> {
    date_prefix(text, form).and_then(|(days, rest)| rest.is_empty().then_some(days))
}

/// A time of day at the beginning of the text, in microseconds since midnight, and what follows:
/// `H:MM`, `H:MM:SS` or `H:MM:SS.f` with one to six digits.
fn time_prefix(text: &[u8]) -> Option<(i64, &[u8])> {
    let two = |text| small(text).filter(|(_, rest): &(u32, &[u8])| text.len() - rest.len() == 2);
    let (hour, rest) = small(text)?;
    let (minute, rest) = two(byte(rest, b':')?)?;
    let (second, rest) = match byte(rest, b':') {
        Some(rest) => two(rest)?,
        None => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (micros, rest) = match byte(rest, b'.') {
        Some(fraction) => {
            let count = fraction
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if count == 0 || count > 6 {
                return None;
            }
            let value = super::number::digits(&fraction[..count])?;
            (
                value * super::number::POWERS_OF_TEN[6 - count],
                &fraction[count..],
            )
        }
        None => (0, rest),
    };
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some((seconds * 1_000_000 + micros, rest))
}

/// A time of day, in microseconds since midnight.
pub(crate) fn time(text: &[u8]) -> Option<i64> {
    time_prefix(text).and_then(|(micros, rest)| rest.is_empty().then_some(micros))
}

/// A moment: microseconds since 1970-01-01 00:00, and whether the text names an offset from UTC.
///
/// A moment with an offset is in UTC, one without is in whatever time the column is in.
#[inline]
pub(crate) fn timestamp(text: &[u8], form: DateForm) -> Option<(i64, bool)> {
    let (days, rest) = date_prefix(text, form)?;
    let rest = byte(rest, b' ').or_else(|| byte(rest, b'T'))?;
    let (micros, rest) = time_prefix(rest)?;
    let local = i64::from(days) * DAY + micros;
    match rest {
        [] => Some((local, false)),
        b"Z" | b"z" | b" UTC" => Some((local, true)),
        [sign @ (b'+' | b'-'), offset @ ..] => {
            let (hours, minutes) = match offset {
                [_, _] => (small(offset)?.0, 0),
                [_, _, b':', minutes @ ..] if minutes.len() == 2 => {
                    (small(offset)?.0, small(minutes)?.0)
                }
                [_, _, _, _] => (small(offset)?.0, small(&offset[2..])?.0),
                _ => return None,
            };
            let is_digits = offset.iter().all(|b| b.is_ascii_digit() || *b == b':');
            if !is_digits || hours > 18 || minutes > 59 {
                return None;
            }
            let shift = i64::from(hours * 60 + minutes) * 60_000_000;
            Some((
                if *sign == b'+' {
                    local - shift
                } else {
                    local + shift
                },
                true,
            ))
        }
        _ => None,
    }
}

/// The separator of what may be a date at the beginning of the text, found without parsing it.
fn separator(text: &[u8]) -> Option<(u8, bool)> {
    let digits = text
        .iter()
        .take(5)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let separator = *text.get(digits)?;
    (matches!(separator, b'-' | b'/' | b'.') && matches!(digits, 1 | 2 | 4))
        .then_some((separator, digits == 4))
}

/// What kind of date or moment a text is, over all known forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Date {
        separator: u8,
        orders: Orders,
    },
    Timestamp {
        separator: u8,
        orders: Orders,
        has_offset: bool,
    },
}

/// Reads the text in every known form.
pub(crate) fn moment(text: &[u8]) -> Option<Moment> {
    let (separator, year_first) = separator(text)?;
    let form = |order| DateForm { separator, order };
    let orders = |fits: &dyn Fn(DateForm) -> bool| Orders {
        ymd: year_first && fits(form(Order::Ymd)),
        dmy: !year_first && fits(form(Order::Dmy)),
        mdy: !year_first && fits(form(Order::Mdy)),
    };
    let any = |orders: Orders| orders.ymd || orders.dmy || orders.mdy;
    let dates = orders(&|form| date(text, form).is_some());
    if any(dates) {
        return Some(Moment::Date {
            separator,
            orders: dates,
        });
    }
    let moments = orders(&|form| timestamp(text, form).is_some());
    if !any(moments) {
        return None;
    }
    let has_offset = [Order::Ymd, Order::Dmy, Order::Mdy]
        .into_iter()
        .find_map(|order| timestamp(text, form(order)))
        .is_some_and(|(_, has_offset)| has_offset);
    Some(Moment::Timestamp {
        separator,
        orders: moments,
        has_offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ISO: DateForm = DateForm {
        separator: b'-',
        order: Order::Ymd,
    };

    #[test]
    fn dates_that_do_not_exist_are_no_dates() {
        assert_eq!(date(b"1970-01-01", ISO), Some(0));
        assert_eq!(date(b"2024-02-29", ISO), Some(19_782));
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "0000-01-01",
            "2024-01-01x",
            "12024-01-01",
        ] {
            assert_eq!(date(text.as_bytes(), ISO), None, "{text}");
        }
        let dmy = DateForm {
            separator: b'/',
            order: Order::Dmy,
        };
        assert_eq!(date(b"31/12/1999", dmy), Some(10_956));
        assert_eq!(date(b"1/2/2000", dmy), Some(10_988));
        assert_eq!(date(b"12/31/1999", dmy), None);
    }

    #[test]
    fn offsets_become_utc() {
        let at = |text: &str| timestamp(text.as_bytes(), ISO);
        let noon = at("2024-06-01 12:00").unwrap().0;
        assert_eq!(at("2024-06-01T12:00:00Z"), Some((noon, true)));
        assert_eq!(at("2024-06-01T14:00:00+02:00"), Some((noon, true)));
        assert_eq!(at("2024-06-01 06:30:00-0530"), Some((noon, true)));
        assert_eq!(at("2024-06-01 12:00:00.000001"), Some((noon + 1, false)));
        for text in [
            "2024-06-01 12:00:00.1234567",
            "2024-06-01 24:00",
            "2024-06-01 12:60",
            "2024-06-01 12",
            "2024-06-01 12:00+2",
            "2024-06-01 12:00+ab",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn an_ambiguous_date_is_known_as_one() {
        let orders = |text: &str| match moment(text.as_bytes()) {
            Some(Moment::Date { orders, .. }) => (orders.ymd, orders.dmy, orders.mdy),
            _ => (false, false, false),
        };
        assert_eq!(orders("03/04/2024"), (false, true, true));
        assert_eq!(orders("13/04/2024"), (false, true, false));
        assert_eq!(orders("04/13/2024"), (false, false, true));
        assert_eq!(orders("2024/04/13"), (true, false, false));
        assert_eq!(orders("1.2.3"), (false, false, false));
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=31) {
            let text = format!("{year:04}-{month:02}-{day:02}");
            let expected = jiff::civil::Date::new(year, month, day).ok().map(|date| {
                let epoch = jiff::civil::Date::constant(1970, 1, 1);
                epoch.until(date).unwrap().get_days()
            });
            prop_assert_eq!(date(text.as_bytes(), ISO), expected);
        }

        #[test]
        fn nothing_panics(text in proptest::collection::vec(prop_oneof![Just(b'1'), Just(b'-'), Just(b'/'), Just(b':'), Just(b'.'), Just(b' '), Just(b'+'), any::<u8>()], 0..30)) {
            let _ = moment(&text);
            let _ = time(&text);
        }
    }
}
