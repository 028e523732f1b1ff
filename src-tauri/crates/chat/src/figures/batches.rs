//! The cells of Arrow record batches.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, TimeUnit,
    TimestampMicrosecondType,
};

use super::Evidence;
use super::date::Date;
use super::evidence::Cell;

/// Digits that a binary fraction holds.
const EXACT_DIGITS: usize = 15;

impl Evidence {
    /// Adds a result: the rows that are at hand, and how many the whole result has.
    ///
    /// Cells that cannot be shown, such as those of a damaged nested value, are taken as empty.
    pub fn add_result(&mut self, id: &str, batches: &[RecordBatch], row_count: u64) {
        let Some(first) = batches.first() else {
            self.add_cells(id, row_count, Vec::new());
            return;
        };
        let columns = first
            .schema()
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let mut cells = Vec::new();
                for batch in batches {
                    let array = batch.column(index);
                    cells.extend((0..array.len()).map(|row| cell(array.as_ref(), row)));
                }
                (field.name().clone(), cells)
            })
            .collect();
        self.add_cells(id, row_count, columns);
    }
}

fn cell(array: &dyn Array, row: usize) -> Cell {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Cell::Null;
    }
    match array.data_type() {
        DataType::Float64 => return Cell::Number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => {
            return Cell::Number(f64::from(array.as_primitive::<Float32Type>().value(row)));
        }
        DataType::Date32 => {
            if let Some(date) = day(i64::from(array.as_primitive::<Date32Type>().value(row))) {
                return Cell::Date(date);
            }
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            if let Some(date) = moment(array.as_primitive::<TimestampMicrosecondType>().value(row))
            {
                return Cell::Date(date);
            }
        }
        DataType::Decimal128(_, scale) => {
            let value = array.as_primitive::<Decimal128Type>().value(row);
            // Amounts of up to 15 digits need no text in between.
            if value.unsigned_abs() < 10_u128.pow(EXACT_DIGITS as u32) {
                return Cell::Number(value as f64 / 10_f64.powi(i32::from(*scale)));
            }
        }
        _ => {}
    }
    let mut text = String::new();
    if buzz_query::export::display_value(array, row, &mut text).is_err() {
        return Cell::Null;
    }
    if array.data_type().is_numeric() {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        return match text.parse() {
            Ok(value) if digits.len() <= EXACT_DIGITS => Cell::Number(value),
            Ok(value) => Cell::Long(value, digits),
            Err(_) => Cell::Text(text),
        };
    }
    match array.data_type() {
        DataType::Time32(_) | DataType::Time64(_) | DataType::Timestamp(..) => {
            match super::date::numeric(&text) {
                Some((date, _)) => Cell::Date(date),
                None => Cell::Text(text),
            }
        }
        _ => Cell::Text(text),
    }
}

/// A day counted from 1970.
fn day(days: i64) -> Option<Date> {
    let date = jiff::civil::date(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()?;
    Some(Date {
        year: Some(i32::from(date.year())),
        month: u8::try_from(date.month()).ok(),
        day: u8::try_from(date.day()).ok(),
        ..Date::default()
    })
}

/// A moment in microseconds from 1970. Midnight is a day.
fn moment(micros: i64) -> Option<Date> {
    let mut date = day(micros.div_euclid(86_400_000_000))?;
    let seconds = micros.rem_euclid(86_400_000_000) / 1_000_000;
    if micros.rem_euclid(86_400_000_000) != 0 {
        date.time = Some((
            u8::try_from(seconds / 3600).ok()?,
            u8::try_from(seconds / 60 % 60).ok()?,
        ));
    }
    Some(date)
}
