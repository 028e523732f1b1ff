//! The parsers of cells: they never panic, what they read can be written and read again, and they agree with others.

use crate::DateOrder;
use crate::types::temporal::{self, DateForm, Moment, Order};
use crate::types::{self, ColumnType, Evidence, form, number};

/// The parsers never panic, and what they read can be written and read again; types are true for every cell.
pub fn types(data: &[u8]) {
    let cells: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    for cell in &cells {
        numbers(cell);
        moments(cell);
        let _ = types::boolean(cell);
        assert!(!types::trim(cell).starts_with(b" ") && !types::trim(cell).ends_with(b" "));
    }
    evidence(&cells);
}

/// The parts of `-?digits(.digits)?`, if the text is that.
fn plain(text: &[u8]) -> Option<(bool, &str, Option<&str>)> {
    let text = std::str::from_utf8(text).ok()?;
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits(whole) && fraction.is_none_or(is_digits)).then_some((negative, whole, fraction))
}

fn numbers(text: &[u8]) {
    let has_leading_zero = |whole: &str| whole.len() > 1 && whole.starts_with('0');
    // What the grammars say, in other words than those of the parsers.
    let integer = match plain(text) {
        Some((negative, whole, None)) if !whole.is_empty() && whole.len() <= 18 => {
            let value: i64 = whole.parse().unwrap();
            (!has_leading_zero(whole)).then_some(if negative { -value } else { value })
        }
        _ => None,
    };
    assert_eq!(number::integer(text), integer, "{}", text.escape_ascii());
    let fixed = match plain(text) {
        Some((negative, whole, Some(fraction)))
            if whole.len() <= 18 && (1..=18).contains(&fraction.len()) =>
        {
            let value: i128 = format!("{whole}{fraction}").parse().unwrap();
            let scale = fraction.len() as u8;
            (!has_leading_zero(whole)).then_some((if negative { -value } else { value }, scale))
        }
        _ => None,
    };
    let found = number::fixed(text).map(|fixed| (fixed.unscaled, fixed.scale));
    assert_eq!(found, fixed, "{}", text.escape_ascii());
    if number::is_identifier(text) {
        assert_eq!((integer, fixed), (None, None), "{}", text.escape_ascii());
    }
    let float = number::float(text);
    if integer.is_some() || fixed.is_some() {
        assert!(float.is_some(), "{}", text.escape_ascii());
    }
    if let Some(value) = float {
        let text = std::str::from_utf8(text).unwrap();
        assert_eq!(text.parse(), Ok(value));
        assert!(value.is_finite());
        // Written as short as possible it is read as the same number, unless it is an integer of too many digits.
        let again = number::float(format!("{value:e}").as_bytes());
        assert_eq!(again.map(f64::to_bits), Some(value.to_bits()), "{text}");
    }
}

const SEPARATORS: [u8; 3] = [b'-', b'/', b'.'];
const ORDERS: [Order; 3] = [Order::Ymd, Order::Dmy, Order::Mdy];

fn moments(text: &[u8]) {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let (mut is_date, mut is_timestamp) = (false, false);
    for (separator, order) in SEPARATORS.iter().flat_map(|&s| ORDERS.map(|o| (s, o))) {
        let form = DateForm { separator, order };
        let days = temporal::date(text, form);
        assert_eq!(days, date(text, form), "{}", text.escape_ascii());
        is_date |= days.is_some();
        if let Some(days) = days {
            let date = epoch.checked_add(jiff::Span::new().days(days)).unwrap();
            let again = date.strftime(&form.pattern()).to_string();
            assert_eq!(temporal::date(again.as_bytes(), form), Some(days));
        }
        if let Some((micros, has_offset)) = temporal::timestamp(text, form) {
            is_timestamp = true;
            assert_eq!(temporal::date(text, form), None);
            // An offset may lead out of the years that can be written, and the last day out of those that jiff knows.
            let at = jiff::Timestamp::from_microsecond(micros)
                .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
            if let Ok(at) = at
                && (1..=9999).contains(&at.year())
            {
                let zone = if has_offset { "Z" } else { "" };
                let pattern = format!("{} %H:%M:%S%.6f{zone}", form.pattern());
                let again = at.strftime(&pattern).to_string();
                assert_eq!(
                    temporal::timestamp(again.as_bytes(), form),
                    Some((micros, has_offset)),
                    "{} became {again}",
                    text.escape_ascii()
                );
            }
        }
    }
    match temporal::moment(text) {
        Some(Moment::Date { orders, .. }) => {
            assert!(is_date && (orders.ymd || orders.dmy || orders.mdy));
        }
        Some(Moment::Timestamp { orders, .. }) => {
            assert!(is_timestamp && (orders.ymd || orders.dmy || orders.mdy));
        }
        None => assert!(!is_date && !is_timestamp, "{}", text.escape_ascii()),
    }
    if let Some(micros) = temporal::time(text) {
        let time = jiff::civil::Time::midnight() + jiff::SignedDuration::from_micros(micros);
        let again = time.strftime("%H:%M:%S%.6f").to_string();
        assert_eq!(temporal::time(again.as_bytes()), Some(micros));
    }
}

/// A date as another calendar reads it.
fn date(text: &[u8], form: DateForm) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?;
    let parts: Vec<&str> = text.split(char::from(form.separator)).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = match form.order {
        Order::Ymd => (a, b, c),
        Order::Dmy => (c, b, a),
        Order::Mdy => (c, a, b),
    };
    let number = |text: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<i16> {
        let is_number =
            lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap())
    };
    let (year, month, day) = (
        number(year, 4..=4)?,
        number(month, 1..=2)?,
        number(day, 1..=2)?,
    );
    let date = jiff::civil::Date::new(year, month as i8, day as i8).ok()?;
    let since = date - jiff::civil::Date::constant(1970, 1, 1);
    (year > 0).then(|| since.get_days())
}

/// Whether a cell's text, without the spaces around it, is of a type.
pub(super) fn is_of(column_type: ColumnType, text: &[u8]) -> bool {
    match column_type {
        ColumnType::Text => true,
        ColumnType::Boolean => types::boolean(text).is_some(),
        ColumnType::BigInt { form } if form.is_plain() => number::integer(text).is_some(),
        ColumnType::BigInt { form } => {
            form::number(text).is_some_and(|written| form.integer(&written).is_some())
        }
        ColumnType::Decimal { scale, form, .. } => {
            let most = 10i128.pow(if column_type.is_wide() { 38 } else { 18 });
            let fixed = if form.is_plain() {
                number::fixed(text).or_else(|| {
                    let value = number::integer(text)?;
                    Some(number::Fixed {
                        unscaled: value.into(),
                        integer_digits: 0,
                        scale: 0,
                    })
                })
            } else {
                form::number(text).and_then(|written| form.fixed(&written))
            };
            fixed
                .filter(|fixed| fixed.scale <= scale)
                .and_then(|fixed| {
                    let power = 10i128.pow(u32::from(scale - fixed.scale));
                    fixed.unscaled.checked_mul(power)
                })
                .is_some_and(|value| value.abs() < most)
        }
        ColumnType::Double { form } => form.float(text).is_some(),
        ColumnType::Date(form) => temporal::date(text, form).is_some(),
        ColumnType::Time => temporal::time(text).is_some(),
        ColumnType::Timestamp { form, has_offset } => {
            temporal::timestamp(text, form).is_some_and(|(_, offset)| offset == has_offset)
        }
    }
}

/// Whether so many cells may stray of those that have a value; see *Types* in ARCHITECTURE.md.
pub(super) fn may_stray(strays: u64, values: u64) -> bool {
    strays == 0 || strays * 1000 <= values || (strays <= 10 && strays * 20 <= values)
}

fn evidence(cells: &[&[u8]]) {
    let mut evidence = Evidence::default();
    cells.iter().for_each(|cell| evidence.add(cell));
    for order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)] {
        let decided = evidence.decide(order).column_type;
        if decided == ColumnType::Text {
            continue;
        }
        let values: Vec<&[u8]> = cells
            .iter()
            .map(|cell| types::trim(cell))
            .filter(|cell| !cell.is_empty() && !types::is_missing_word(cell))
            .collect();
        let strays = values.iter().filter(|cell| !is_of(decided, cell)).count();
        assert!(
            may_stray(strays as u64, values.len() as u64),
            "{strays} of {} cells are no {decided:?}",
            values.len()
        );
    }
}
