//! What a selection of cells comes to: how many there are, and of numbers their sum, mean, least and greatest.

use std::cmp::Ordering;

use arrow::array::{Array, RecordBatch, cast::AsArray};
use arrow::compute::{cast, kernels::aggregate};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};

use crate::export::display_value;
use crate::{Cancel, Error};

/// What some cells come to. Sums of whole numbers and decimals are exact as long as they have at most 38 digits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Cells, those without a value among them.
    pub cells: u64,
    /// Cells with a value.
    pub values: u64,
    /// Numbers among them.
    pub numbers: u64,
    /// The sum of the numbers.
    pub sum: Option<String>,
    /// Whether the sum has every digit.
    pub exact: bool,
    /// The mean of the numbers.
    pub mean: Option<f64>,
    /// The smallest number or, where all cells are of one kind of dates or times, the earliest.
    pub min: Option<String>,
    /// The greatest, as `min`.
    pub max: Option<String>,
}

impl Summary {
    /// Reads all batches; every column of them belongs to the selection.
    ///
    /// # Errors
    /// Those of the batches, and [`Error::Cancelled`].
    pub fn of(
        batches: impl Iterator<Item = Result<RecordBatch, Error>>,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let mut summary = Self::default();
        let mut sum = Sum::Exact(Decimal::ZERO);
        let mut range = Range::Nothing;
        for batch in batches {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            for column in batch?.columns() {
                let values = (column.len() - column.logical_null_count()) as u64;
                summary.cells += column.len() as u64;
                summary.values += values;
                if values == 0 {
                    continue;
                }
                if column.data_type().is_numeric() {
                    summary.numbers += values;
                    let part = Numbers::of(column.as_ref())?;
                    sum.add(part.sum);
                    range.numbers(part.min, part.max);
                } else if matches!(
                    column.data_type(),
                    DataType::Date32 | DataType::Time64(_) | DataType::Timestamp(..)
                ) {
                    range.times(column.as_ref())?;
                } else {
                    range.other();
                }
            }
        }
        if summary.numbers > 0 {
            summary.exact = matches!(sum, Sum::Exact(_));
            summary.mean = Some(sum.approximate() / summary.numbers as f64);
            summary.sum = Some(sum.text()?);
        }
        (summary.min, summary.max) = range.texts()?;
        Ok(summary)
    }
}

/// A number without rounding: `digits` divided by ten to the power of `scale`.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: i8,
}

impl Decimal {
    const ZERO: Self = Self {
        digits: 0,
        scale: 0,
    };

    /// The number with more digits behind the point; `None` where it has too many.
    fn rescaled(self, scale: i8) -> Option<i128> {
        let more = u32::try_from(scale - self.scale).ok()?;
        self.digits.checked_mul(10_i128.checked_pow(more)?)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let digits = self.rescaled(scale)?.checked_add(other.rescaled(scale)?)?;
        Some(Self { digits, scale })
    }

    fn approximate(self) -> f64 {
        self.digits as f64 / 10_f64.powi(i32::from(self.scale))
    }

    fn text(self) -> String {
        let digits = self.digits.unsigned_abs().to_string();
        let sign = if self.digits < 0 { "-" } else { "" };
        match usize::try_from(self.scale).unwrap_or(0) {
            0 => format!("{sign}{digits}"),
            scale => {
                let padded = format!("{digits:0>width$}", width = scale + 1);
                let (whole, fraction) = padded.split_at(padded.len() - scale);
                format!("{sign}{whole}.{fraction}")
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Sum {
    Exact(Decimal),
    Rounded(f64),
}

impl Sum {
    fn add(&mut self, other: Self) {
        *self = match (*self, other) {
            (Self::Exact(a), Self::Exact(b)) => match a.plus(b) {
                Some(sum) => Self::Exact(sum),
                None => Self::Rounded(a.approximate() + b.approximate()),
            },
            (a, b) => Self::Rounded(a.approximate() + b.approximate()),
        };
    }

    fn approximate(self) -> f64 {
        match self {
            Self::Exact(sum) => sum.approximate(),
            Self::Rounded(sum) => sum,
        }
    }

    fn text(self) -> Result<String, Error> {
        match self {
            Self::Exact(sum) => Ok(sum.text()),
            Self::Rounded(sum) => double_text(sum),
        }
    }
}

/// A double as a CSV export writes it.
fn double_text(value: f64) -> Result<String, Error> {
    let mut text = String::new();
    display_value(&arrow::array::Float64Array::from(vec![value]), 0, &mut text)?;
    Ok(text)
}

/// What the numbers of one array come to; it has at least one.
struct Numbers {
    sum: Sum,
    min: Sum,
    max: Sum,
}

impl Numbers {
    fn of(array: &dyn Array) -> Result<Self, Error> {
        let internal = |error: arrow::error::ArrowError| Error::Internal(error.to_string());
        match array.data_type() {
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => {
                let wide = cast(array, &DataType::Int64).map_err(internal)?;
                let values = wide.as_primitive::<Int64Type>();
                let exact = |digits: i128| Sum::Exact(Decimal { digits, scale: 0 });
                Ok(Self {
                    sum: exact(values.iter().flatten().map(i128::from).sum()),
                    min: exact(aggregate::min(values).unwrap_or_default().into()),
                    max: exact(aggregate::max(values).unwrap_or_default().into()),
                })
            }
            DataType::UInt64
            | DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..) => {
                let scale = match array.data_type() {
                    DataType::Decimal32(_, scale)
                    | DataType::Decimal64(_, scale)
                    | DataType::Decimal128(_, scale) => (*scale).max(0),
                    _ => 0,
                };
                let wide = cast(array, &DataType::Decimal128(38, scale)).map_err(internal)?;
                let values = wide.as_primitive::<Decimal128Type>();
                let exact = |digits: i128| Sum::Exact(Decimal { digits, scale });
                let sum =
                    (values.iter().flatten()).try_fold(0_i128, |sum, value| sum.checked_add(value));
                Ok(Self {
                    sum: sum.map_or_else(
                        || {
                            let doubles = values.iter().flatten().map(|value| value as f64);
                            Sum::Rounded(doubles.sum::<f64>() / 10_f64.powi(scale.into()))
                        },
                        exact,
                    ),
                    min: exact(aggregate::min(values).unwrap_or_default()),
                    max: exact(aggregate::max(values).unwrap_or_default()),
                })
            }
            _ => {
                let wide = cast(array, &DataType::Float64).map_err(internal)?;
                let values = wide.as_primitive::<Float64Type>();
                // Each addition's lost part is carried along, so that millions of small numbers still count.
                let (mut sum, mut lost) = (0_f64, 0_f64);
                for value in values.iter().flatten() {
                    let next = sum + value;
                    lost += if sum.abs() >= value.abs() {
                        (sum - next) + value
                    } else {
                        (value - next) + sum
                    };
                    sum = next;
                }
                Ok(Self {
                    sum: Sum::Rounded(if lost.is_finite() { sum + lost } else { sum }),
                    min: Sum::Rounded(aggregate::min(values).unwrap_or_default()),
                    max: Sum::Rounded(aggregate::max(values).unwrap_or_default()),
                })
            }
        }
    }
}

/// The least and the greatest of what was seen.
#[derive(Debug, Default)]
enum Range {
    #[default]
    Nothing,
    Numbers(Sum, Sum),
    /// Texts of one type, which sort as what they stand for.
    Times(DataType, String, String),
    /// Cells that cannot be compared with each other.
    Mixed,
}

impl Range {
    fn numbers(&mut self, min: Sum, max: Sum) {
        *self = match std::mem::take(self) {
            // Text beside numbers takes nothing away from them.
            Self::Nothing | Self::Mixed | Self::Times(..) => Self::Numbers(min, max),
            Self::Numbers(least, greatest) => Self::Numbers(
                if compared(min, least) == Ordering::Less {
                    min
                } else {
                    least
                },
                if compared(max, greatest) == Ordering::Greater {
                    max
                } else {
                    greatest
                },
            ),
        };
    }

    fn times(&mut self, array: &dyn Array) -> Result<(), Error> {
        let (min, max) = extremes(array)?;
        *self = match std::mem::take(self) {
            Self::Nothing => Self::Times(array.data_type().clone(), min, max),
            Self::Times(of, least, greatest) if of == *array.data_type() => {
                Self::Times(of, least.min(min), greatest.max(max))
            }
            Self::Times(..) => Self::Mixed,
            other => other,
        };
        Ok(())
    }

    fn other(&mut self) {
        if !matches!(self, Self::Numbers(..)) {
            *self = Self::Mixed;
        }
    }

    fn texts(self) -> Result<(Option<String>, Option<String>), Error> {
        Ok(match self {
            Self::Nothing | Self::Mixed => (None, None),
            Self::Numbers(min, max) => (Some(min.text()?), Some(max.text()?)),
            Self::Times(_, min, max) => (Some(min), Some(max)),
        })
    }
}

fn compared(a: Sum, b: Sum) -> Ordering {
    if let (Sum::Exact(a), Sum::Exact(b)) = (a, b) {
        let scale = a.scale.max(b.scale);
        if let (Some(a), Some(b)) = (a.rescaled(scale), b.rescaled(scale)) {
            return a.cmp(&b);
        }
    }
    a.approximate().total_cmp(&b.approximate())
}

/// The first and the last of an array of dates or times, of which at least one is not NULL, as text.
fn extremes(array: &dyn Array) -> Result<(String, String), Error> {
    let order = arrow::compute::sort_to_indices(array, None, None)
        .map_err(|error| Error::Internal(error.to_string()))?;
    // NULLs come first.
    let text = |place: usize| {
        let mut text = String::new();
        display_value(array, order.value(place) as usize, &mut text).map(|()| text)
    };
    Ok((text(array.null_count())?, text(array.len() - 1)?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    };

    use super::*;

    fn summary(columns: Vec<ArrayRef>) -> Summary {
        let named = columns
            .into_iter()
            .enumerate()
            .map(|(index, column)| (index.to_string(), column));
        let batch = RecordBatch::try_from_iter(named).unwrap();
        let halves = [batch.slice(0, 1), batch.slice(1, batch.num_rows() - 1)];
        Summary::of(halves.into_iter().map(Ok), &Cancel::new()).unwrap()
    }

    fn decimals(values: &[Option<i128>], scale: i8) -> ArrayRef {
        let array = Decimal128Array::from(values.to_vec());
        Arc::new(array.with_precision_and_scale(38, scale).unwrap())
    }

    #[test]
    fn decimals_add_up_to_the_last_digit() {
        let found = summary(vec![
            decimals(&[Some(10), None, Some(-25)], 2),
            Arc::new(Int64Array::from(vec![Some(i64::MAX), Some(i64::MAX), None])),
        ]);
        assert_eq!((found.cells, found.values, found.numbers), (6, 4, 4));
        assert_eq!(found.sum.as_deref(), Some("18446744073709551613.85"));
        assert!(found.exact);
        assert_eq!(found.min.as_deref(), Some("-0.25"));
        assert_eq!(found.max.as_deref(), Some("9223372036854775807"));
    }

    #[test]
    fn a_sum_of_too_many_digits_is_rounded_and_says_so() {
        let most = 10_i128.pow(38) - 1;
        let found = summary(vec![decimals(&[Some(most), Some(most), Some(most)], 0)]);
        assert!(!found.exact);
        assert_eq!(found.mean, Some(1e38));
    }

    #[test]
    fn doubles_keep_what_is_small() {
        let found = summary(vec![Arc::new(Float64Array::from(vec![1e16, 1.0, 1.0]))]);
        assert!(!found.exact);
        assert_eq!(found.sum.as_deref(), Some("10000000000000002"));
    }

    #[test]
    fn dates_have_ends_and_text_has_none() {
        let days: ArrayRef = Arc::new(Date32Array::from(vec![Some(3), None, Some(-1)]));
        let found = summary(vec![days.clone()]);
        assert_eq!(found.min.as_deref(), Some("1969-12-31"));
        assert_eq!(found.max.as_deref(), Some("1970-01-04"));
        assert_eq!((found.values, found.sum), (2, None));
        let text: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("")]));
        let found = summary(vec![text, days]);
        assert_eq!((found.values, found.min), (4, None));
    }
}
