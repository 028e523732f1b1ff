//! Values as text: the one form in which CSV files and tables show them.

use std::fmt::Write;

use arrow::array::{
    Array, AsArray, BooleanArray, GenericListArray, MapArray, OffsetSizeTrait, StructArray,
    UnionArray,
};
use arrow::datatypes::{
    ArrowNativeType, DataType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    IntervalDayTimeType, IntervalMonthDayNanoType, IntervalUnit, IntervalYearMonthType,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use crate::Error;

/// Appends one value of an array as the field of a CSV file shows it, without quotes; NULL appends nothing.
///
/// For those who print values elsewhere and want them to read the same.
///
/// # Errors
/// [`Error::Internal`] for a type that DuckDB does not give.
pub fn display_value(array: &dyn Array, row: usize, out: &mut String) -> Result<(), Error> {
    if array.is_null(row) {
        return Ok(());
    }
    Writer::new(array)?.write(row, out).map(|_| ())
}

/// Appends the value of a row to a text.
type Append<'a> = dyn Fn(usize, &mut String) + 'a;

/// Writes the values of one array.
pub(super) enum Writer<'a> {
    Null,
    Boolean(&'a BooleanArray),
    /// Numbers, dates, times: text that never needs quotes in CSV, and whether JSON writes it bare.
    Plain(Box<Append<'a>>, bool),
    /// Text that may be anything.
    Text(Box<dyn Fn(usize) -> &'a str + 'a>),
    /// Bytes, as hexadecimal digits.
    Bytes(Box<dyn Fn(usize) -> &'a [u8] + 'a>),
    /// The keys of a dictionary, and its values.
    Dictionary(&'a dyn Array, Vec<usize>, Box<Writer<'a>>),
    /// The range of the elements of a row, and the elements.
    List(
        Box<dyn Fn(usize) -> std::ops::Range<usize> + 'a>,
        &'a dyn Array,
        Box<Writer<'a>>,
    ),
    Struct(&'a StructArray, Vec<(String, Writer<'a>)>),
    Map(&'a MapArray, Box<Writer<'a>>, Box<Writer<'a>>),
    Union(&'a UnionArray, Vec<(i8, Writer<'a>)>),
}

macro_rules! integers {
    ($array:expr, $type:ty) => {{
        let values = $array.as_primitive::<$type>();
        Writer::Plain(
            Box::new(move |row, out| {
                let _ = write!(out, "{}", values.value(row));
            }),
            true,
        )
    }};
}

macro_rules! decimals {
    ($array:expr, $type:ty) => {{
        let values = $array.as_primitive::<$type>();
        Writer::Plain(
            Box::new(move |row, out| out.push_str(&values.value_as_string(row))),
            true,
        )
    }};
}

macro_rules! ticks {
    ($array:expr, $type:ty, $write:expr) => {{
        let values = $array.as_primitive::<$type>();
        Writer::Plain(
            Box::new(move |row, out| $write(i64::from(values.value(row)), out)),
            false,
        )
    }};
}

impl<'a> Writer<'a> {
    pub(super) fn new(array: &'a dyn Array) -> Result<Self, Error> {
        Ok(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            DataType::Int8 => integers!(array, Int8Type),
            DataType::Int16 => integers!(array, Int16Type),
            DataType::Int32 => integers!(array, Int32Type),
            DataType::Int64 => integers!(array, Int64Type),
            DataType::UInt8 => integers!(array, UInt8Type),
            DataType::UInt16 => integers!(array, UInt16Type),
            DataType::UInt32 => integers!(array, UInt32Type),
            DataType::UInt64 => integers!(array, UInt64Type),
            DataType::Float32 => {
                let values = array.as_primitive::<Float32Type>();
                Self::Plain(
                    Box::new(move |row, out| float32(values.value(row), out)),
                    true,
                )
            }
            DataType::Float64 => {
                let values = array.as_primitive::<Float64Type>();
                Self::Plain(
                    Box::new(move |row, out| float64(values.value(row), out)),
                    true,
                )
            }
            DataType::Decimal32(_, _) => decimals!(array, Decimal32Type),
            DataType::Decimal64(_, _) => decimals!(array, Decimal64Type),
            DataType::Decimal128(_, _) => decimals!(array, Decimal128Type),
            DataType::Decimal256(_, _) => decimals!(array, Decimal256Type),
            DataType::Date32 => ticks!(array, Date32Type, date),
            DataType::Time32(TimeUnit::Second) => {
                ticks!(array, Time32SecondType, |v, out: &mut String| time(
                    v, 1, out
                ))
            }
            DataType::Time32(_) => {
                ticks!(array, Time32MillisecondType, |v, out: &mut String| time(
                    v, 1_000, out
                ))
            }
            DataType::Time64(TimeUnit::Microsecond) => {
                ticks!(array, Time64MicrosecondType, |v, out: &mut String| time(
                    v, 1_000_000, out
                ))
            }
            DataType::Time64(_) => ticks!(array, Time64NanosecondType, |v, out: &mut String| time(
                v,
                1_000_000_000,
                out
            )),
            DataType::Timestamp(unit, zone) => {
                let utc = zone.is_some();
                match unit {
                    TimeUnit::Second => {
                        ticks!(array, TimestampSecondType, move |v, out: &mut String| {
                            timestamp(v, 1, utc, out)
                        })
                    }
                    TimeUnit::Millisecond => {
                        ticks!(
                            array,
                            TimestampMillisecondType,
                            move |v, out: &mut String| timestamp(v, 1_000, utc, out)
                        )
                    }
                    TimeUnit::Microsecond => {
                        ticks!(
                            array,
                            TimestampMicrosecondType,
                            move |v, out: &mut String| timestamp(v, 1_000_000, utc, out)
                        )
                    }
                    TimeUnit::Nanosecond => {
                        ticks!(
                            array,
                            TimestampNanosecondType,
                            move |v, out: &mut String| timestamp(v, 1_000_000_000, utc, out)
                        )
                    }
                }
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let values = array.as_primitive::<IntervalMonthDayNanoType>();
                Self::Plain(
                    Box::new(move |row, out| {
                        let value = values.value(row);
                        interval(value.months, value.days, value.nanoseconds, out);
                    }),
                    false,
                )
            }
            DataType::Interval(IntervalUnit::DayTime) => {
                let values = array.as_primitive::<IntervalDayTimeType>();
                Self::Plain(
                    Box::new(move |row, out| {
                        let value = values.value(row);
                        interval(
                            0,
                            value.days,
                            i64::from(value.milliseconds) * 1_000_000,
                            out,
                        );
                    }),
                    false,
                )
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                let values = array.as_primitive::<IntervalYearMonthType>();
                Self::Plain(
                    Box::new(move |row, out| interval(values.value(row), 0, 0, out)),
                    false,
                )
            }
            DataType::Utf8 => {
                let values = array.as_string::<i32>();
                Self::Text(Box::new(move |row| values.value(row)))
            }
            DataType::LargeUtf8 => {
                let values = array.as_string::<i64>();
                Self::Text(Box::new(move |row| values.value(row)))
            }
            DataType::Utf8View => {
                let values = array.as_string_view();
                Self::Text(Box::new(move |row| values.value(row)))
            }
            DataType::Binary => {
                let values = array.as_binary::<i32>();
                Self::Bytes(Box::new(move |row| values.value(row)))
            }
            DataType::LargeBinary => {
                let values = array.as_binary::<i64>();
                Self::Bytes(Box::new(move |row| values.value(row)))
            }
            DataType::BinaryView => {
                let values = array.as_binary_view();
                Self::Bytes(Box::new(move |row| values.value(row)))
            }
            DataType::FixedSizeBinary(_) => {
                let values = array.as_fixed_size_binary();
                Self::Bytes(Box::new(move |row| values.value(row)))
            }
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                let values = dictionary.values().as_ref();
                // Keys of NULLs may be anything; they are never looked up.
                let keys = if values.is_empty() {
                    vec![0; array.len()]
                } else {
                    dictionary.normalized_keys()
                };
                Self::Dictionary(values, keys, Box::new(Self::new(values)?))
            }
            DataType::List(_) => list::<i32>(array.as_list())?,
            DataType::LargeList(_) => list::<i64>(array.as_list())?,
            DataType::FixedSizeList(_, _) => {
                let list = array.as_fixed_size_list();
                let length = list.value_length().as_usize();
                // The values of a slice begin at its own first row.
                let values = list.values().as_ref();
                Self::List(
                    Box::new(move |row| row * length..(row + 1) * length),
                    values,
                    Box::new(Self::new(values)?),
                )
            }
            DataType::Struct(fields) => {
                let values = array.as_struct();
                let fields = fields
                    .iter()
                    .zip(values.columns())
                    .map(|(field, column)| Ok((field.name().clone(), Self::new(column.as_ref())?)))
                    .collect::<Result<_, Error>>()?;
                Self::Struct(values, fields)
            }
            DataType::Map(_, _) => {
                let map = array.as_map();
                Self::Map(
                    map,
                    Box::new(Self::new(map.keys().as_ref())?),
                    Box::new(Self::new(map.values().as_ref())?),
                )
            }
            DataType::Union(fields, _) => {
                let Some(values) = array.as_any().downcast_ref::<UnionArray>() else {
                    return Err(Error::Internal("a union that is none".to_owned()));
                };
                let members = fields
                    .iter()
                    .map(|(id, _)| Ok((id, Self::new(values.child(id).as_ref())?)))
                    .collect::<Result<_, Error>>()?;
                Self::Union(values, members)
            }
            other => return Err(Error::Internal(format!("a column of type {other}"))),
        })
    }

    /// Appends the value of a row, which is not NULL; whether it may need quotes in CSV.
    pub(super) fn write(&self, row: usize, out: &mut String) -> Result<bool, Error> {
        Ok(match self {
            Self::Null => false,
            Self::Boolean(values) => {
                out.push_str(if values.value(row) { "true" } else { "false" });
                false
            }
            Self::Plain(write, _) => {
                write(row, out);
                false
            }
            Self::Text(value) => {
                out.push_str(value(row));
                true
            }
            Self::Bytes(value) => {
                hexadecimal(value(row), out);
                true
            }
            Self::Dictionary(values, keys, writer) => {
                if values.is_null(keys[row]) {
                    return Ok(false);
                }
                return writer.write(keys[row], out);
            }
            Self::Union(values, members) => {
                let (child, row, writer) = union_member(values, members, row)?;
                if child.is_null(row) {
                    return Ok(false);
                }
                return writer.write(row, out);
            }
            Self::List(..) | Self::Struct(..) | Self::Map(..) => {
                self.json(row, out)?;
                true
            }
        })
    }

    /// Appends the value of a row, which is not NULL, as JSON.
    fn json(&self, row: usize, out: &mut String) -> Result<(), Error> {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(_) => {
                self.write(row, out)?;
            }
            Self::Plain(write, bare) => {
                let start = out.len();
                write(row, out);
                // JSON has no infinities; they stay text.
                let number = out[start..].ends_with(|c: char| c.is_ascii_digit());
                if !bare || !number {
                    out.insert(start, '"');
                    out.push('"');
                }
            }
            Self::Text(value) => json_text(value(row), out),
            Self::Bytes(value) => {
                out.push('"');
                hexadecimal(value(row), out);
                out.push('"');
            }
            Self::Dictionary(values, keys, writer) => {
                json_or_null(*values, writer, keys[row], out)?
            }
            Self::List(range, values, writer) => {
                out.push('[');
                for (index, element) in range(row).enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    json_or_null(*values, writer, element, out)?;
                }
                out.push(']');
            }
            Self::Struct(values, fields) => {
                out.push('{');
                for (index, ((name, writer), column)) in
                    fields.iter().zip(values.columns()).enumerate()
                {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    json_text(name, out);
                    out.push_str(": ");
                    json_or_null(column.as_ref(), writer, row, out)?;
                }
                out.push('}');
            }
            Self::Map(map, keys, values) => {
                let offsets = map.value_offsets();
                out.push('{');
                for (index, entry) in
                    (offsets[row].as_usize()..offsets[row + 1].as_usize()).enumerate()
                {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    let mut key = String::new();
                    keys.write(entry, &mut key)?;
                    json_text(&key, out);
                    out.push_str(": ");
                    json_or_null(map.values().as_ref(), values, entry, out)?;
                }
                out.push('}');
            }
            Self::Union(values, members) => {
                let (child, row, writer) = union_member(values, members, row)?;
                json_or_null(child, writer, row, out)?;
            }
        }
        Ok(())
    }
}

fn list<'a, O: OffsetSizeTrait>(list: &'a GenericListArray<O>) -> Result<Writer<'a>, Error> {
    let offsets = list.value_offsets();
    let values = list.values().as_ref();
    Ok(Writer::List(
        Box::new(move |row| offsets[row].as_usize()..offsets[row + 1].as_usize()),
        values,
        Box::new(Writer::new(values)?),
    ))
}

fn union_member<'a, 'b>(
    values: &'a UnionArray,
    members: &'b [(i8, Writer<'a>)],
    row: usize,
) -> Result<(&'a dyn Array, usize, &'b Writer<'a>), Error> {
    let id = values.type_id(row);
    let writer = members
        .iter()
        .find(|(member, _)| *member == id)
        .map(|(_, writer)| writer)
        .ok_or_else(|| Error::Internal("a union of an unknown member".to_owned()))?;
    Ok((values.child(id).as_ref(), values.value_offset(row), writer))
}

fn json_or_null(
    array: &dyn Array,
    writer: &Writer<'_>,
    row: usize,
    out: &mut String,
) -> Result<(), Error> {
    if array.is_null(row) {
        out.push_str("null");
        return Ok(());
    }
    writer.json(row, out)
}

fn json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn hexadecimal(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// The shorter of plain and exponent notation; both are the shortest digits that read back the same.
fn shorter(plain: String, exponent: String, out: &mut String) {
    out.push_str(if exponent.len() < plain.len() {
        &exponent
    } else {
        &plain
    });
}

fn float64(value: f64, out: &mut String) {
    if value.is_finite() {
        shorter(format!("{value}"), format!("{value:e}"), out);
    } else {
        not_finite(value.is_nan(), value > 0.0, out);
    }
}

fn float32(value: f32, out: &mut String) {
    if value.is_finite() {
        shorter(format!("{value}"), format!("{value:e}"), out);
    } else {
        not_finite(value.is_nan(), value > 0.0, out);
    }
}

fn not_finite(nan: bool, positive: bool, out: &mut String) {
    out.push_str(match (nan, positive) {
        (true, _) => "NaN",
        (_, true) => "inf",
        _ => "-inf",
    });
}

/// Appends a day, counted from 1970-01-01; the ends of the range are DuckDB's infinities.
fn date(days: i64, out: &mut String) {
    if days == i64::from(i32::MAX) {
        out.push_str("infinity");
    } else if days <= -i64::from(i32::MAX) {
        out.push_str("-infinity");
    } else {
        day(days, out);
    }
}

fn day(days: i64, out: &mut String) {
    // Days since 0000-03-01 in eras of 400 years, so that leap days are last of their year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let _ = match year {
        0..=9999 => write!(out, "{year:04}-{month:02}-{day:02}"),
        // ISO 8601 marks years beyond four digits by a sign.
        _ => write!(
            out,
            "{}{:04}-{month:02}-{day:02}",
            if year < 0 { '-' } else { '+' },
            year.abs()
        ),
    };
}

/// Appends a time of day in parts of a second.
fn time(value: i64, per_second: i64, out: &mut String) {
    let seconds = value.div_euclid(per_second);
    let _ = write!(
        out,
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    let fraction = value.rem_euclid(per_second);
    if fraction > 0 {
        let digits = per_second.ilog10() as usize;
        let text = format!("{fraction:0digits$}");
        out.push('.');
        out.push_str(text.trim_end_matches('0'));
    }
}

/// Appends a moment in parts of a second since 1970; with `Z` where it is in UTC.
fn timestamp(value: i64, per_second: i64, utc: bool, out: &mut String) {
    if value == i64::MAX {
        out.push_str("infinity");
        return;
    }
    if value <= -i64::MAX {
        out.push_str("-infinity");
        return;
    }
    let per_day = 86_400 * per_second;
    day(value.div_euclid(per_day), out);
    out.push('T');
    time(value.rem_euclid(per_day), per_second, out);
    if utc {
        out.push('Z');
    }
}

/// Appends a duration as ISO 8601 writes it.
fn interval(months: i32, days: i32, nanoseconds: i64, out: &mut String) {
    let start = out.len();
    out.push('P');
    for (value, unit) in [(months / 12, 'Y'), (months % 12, 'M'), (days, 'D')] {
        if value != 0 {
            let _ = write!(out, "{value}{unit}");
        }
    }
    if nanoseconds != 0 {
        out.push('T');
        let seconds = nanoseconds / 1_000_000_000;
        for (value, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
            if value != 0 {
                let _ = write!(out, "{value}{unit}");
            }
        }
        let fraction = nanoseconds % 1_000_000_000;
        if seconds % 60 != 0 || fraction != 0 {
            if nanoseconds < 0 {
                out.push('-');
            }
            let _ = write!(out, "{}", (seconds % 60).abs());
            if fraction != 0 {
                let text = format!("{:09}", fraction.abs());
                out.push('.');
                out.push_str(text.trim_end_matches('0'));
            }
            out.push('S');
        }
    }
    if out.len() == start + 1 {
        out.push_str("T0S");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn doubles_are_the_shortest_text_that_reads_back() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (1e21, "1e21"),
            (123456789.125, "123456789.125"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(text(|out| float64(value, out)), expected);
        }
        for value in [0.1 + 0.2, 1.0 / 3.0, 2.5e-8, 9007199254740993.0] {
            assert_eq!(
                text(|out| float64(value, out)).parse::<f64>().unwrap(),
                value
            );
        }
    }

    #[test]
    fn dates_and_times_are_iso() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (-719_528, "0000-01-01"),
            (2_932_897, "+10000-01-01"),
            (i64::from(i32::MAX), "infinity"),
        ] {
            assert_eq!(text(|out| date(days, out)), expected);
        }
        assert_eq!(
            text(|out| timestamp(-1, 1_000_000, false, out)),
            "1969-12-31T23:59:59.999999"
        );
        assert_eq!(
            text(|out| timestamp(1_500, 1_000, true, out)),
            "1970-01-01T00:00:01.5Z"
        );
        assert_eq!(text(|out| time(86_399_000_000, 1_000_000, out)), "23:59:59");
    }

    #[test]
    fn every_day_of_four_centuries_is_the_one_after() {
        let civil = |days: i64| {
            jiff::civil::date(1970, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .unwrap()
                .to_string()
        };
        for days in (-200_000..200_000).step_by(97) {
            assert_eq!(text(|out| date(days, out)), civil(days));
        }
    }

    #[test]
    fn intervals_are_iso() {
        for ((months, days, nanoseconds), expected) in [
            ((0, 0, 0), "PT0S"),
            ((14, 3, 3_661_500_000_000), "P1Y2M3DT1H1M1.5S"),
            ((0, -2, -500_000_000), "P-2DT-0.5S"),
        ] {
            assert_eq!(
                text(|out| interval(months, days, nanoseconds, out)),
                expected
            );
        }
    }
}
