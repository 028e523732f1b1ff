//! What a column is: its type, the evidence for it, and how its cells are read.

mod chosen;
mod evidence;
pub(crate) mod form;
pub(crate) mod number;
pub(crate) mod temporal;

pub(crate) use chosen::{Chosen, same_value};
pub(crate) use evidence::Evidence;
pub(crate) use form::Form;

use arrow::datatypes::{DataType, TimeUnit};
use temporal::DateForm;

/// The type of a column, with how its text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Boolean,
    BigInt {
        form: Form,
    },
    /// `DECIMAL(precision, scale)`, where the precision is one of [`precision_of`].
    Decimal {
        precision: u8,
        scale: u8,
        form: Form,
    },
    Double {
        form: Form,
    },
    Date(DateForm),
    Time,
    Timestamp {
        form: DateForm,
        has_offset: bool,
    },
    Text,
}

impl ColumnType {
    /// The type's name in SQL.
    pub(crate) fn sql(self) -> String {
        match self {
            Self::Boolean => "BOOLEAN".into(),
            Self::BigInt { .. } => "BIGINT".into(),
            Self::Decimal {
                precision, scale, ..
            } => format!("DECIMAL({precision},{scale})"),
            Self::Double { .. } => "DOUBLE".into(),
            Self::Date(_) => "DATE".into(),
            Self::Time => "TIME".into(),
            Self::Timestamp { .. } => "TIMESTAMP".into(),
            Self::Text => "VARCHAR".into(),
        }
    }

    /// The Arrow type of the column's arrays.
    pub(crate) fn arrow(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::BigInt { .. } => DataType::Int64,
            Self::Decimal {
                precision, scale, ..
            } if self.is_wide() => DataType::Decimal128(precision, scale.cast_signed()),
            Self::Decimal {
                precision, scale, ..
            } => DataType::Decimal64(precision, scale.cast_signed()),
            Self::Double { .. } => DataType::Float64,
            Self::Date(_) => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp { .. } => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Text => DataType::Utf8,
        }
    }

    /// How the numbers are written, for a type of numbers.
    pub(crate) fn form(self) -> Option<Form> {
        match self {
            Self::BigInt { form } | Self::Decimal { form, .. } | Self::Double { form } => {
                Some(form)
            }
            _ => None,
        }
    }

    /// How the text is read, where there is more than one way and it is not the plainest of numbers.
    pub(crate) fn format(self) -> Option<String> {
        match self {
            Self::Date(form) | Self::Timestamp { form, .. } => Some(form.pattern()),
            _ => {
                let form = self.form().filter(|form| !form.is_plain())?;
                Some(form.pattern(match self {
                    Self::BigInt { .. } => Some(0),
                    Self::Decimal { scale, .. } if form.is_percent() => Some(scale - 2),
                    Self::Decimal { scale, .. } => Some(scale),
                    _ => None,
                }))
            }
        }
    }

    /// The DECIMAL of numbers that have so many digits, `scale` of them behind the point.
    pub(crate) fn decimal(digits: u8, scale: u8, form: Form) -> Self {
        Self::Decimal {
            precision: precision_of(digits),
            scale,
            form,
        }
    }

    /// Whether it is a DECIMAL whose values are kept in 16 bytes.
    pub(crate) fn is_wide(self) -> bool {
        matches!(self, Self::Decimal { precision, .. } if precision > NARROW)
    }

    /// Whether columns of both types read and keep the same cells in the same way, whatever their precision.
    pub(crate) fn is_read_as(self, other: Self) -> bool {
        // A precision is a promise about the values, and only 16 bytes are kept differently.
        let widest = |column_type: Self| match column_type {
            Self::Decimal { scale, form, .. } if !column_type.is_wide() => {
                Self::decimal(NARROW, scale, form)
            }
            other => other,
        };
        widest(self) == widest(other)
    }

    /// The type with the precision that a column needs whose unscaled values are at most `largest`, either side of 0.
    pub(crate) fn fitted(self, largest: u64) -> Self {
        match self {
            Self::Decimal { scale, form, .. } if !self.is_wide() => {
                Self::decimal(number::digit_count(largest).max(scale), scale, form)
            }
            other => other,
        }
    }
}

/// Digits of a DECIMAL whose values are kept in 8 bytes.
const NARROW: u8 = 18;

/// The precision of a DECIMAL that has so many digits at most, those behind the point included.
///
/// There are four, the largest that fit 2, 4, 8 and 16 bytes. DuckDB computes in these sizes, and a product has the
/// digits of both factors: of two DECIMAL(18,2) it takes 16 bytes and twice the time of two DECIMAL(9,2). Steps rather
/// than the very number of digits, so that next month's file with one more digit mostly has the same type.
pub(crate) fn precision_of(digits: u8) -> u8 {
    match digits {
        0..=4 => 4,
        5..=9 => 9,
        10..=18 => NARROW,
        _ => 38,
    }
}

/// The cell's text without spaces around it; only typed columns look at cells this way.
#[inline]
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    match text {
        [b' ', ..] | [.., b' '] => text.trim_ascii(),
        _ => text,
    }
}

/// Whether the text stands for a missing value in a column of numbers, dates or truth values.
pub(crate) fn is_missing_word(text: &[u8]) -> bool {
    matches!(text.len(), 1..=8)
        && ([&b"NULL"[..], b"NA", b"N/A", b"#N/A"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
            || form::is_dash(text))
}

/// The words for a missing value that a person named for one column, besides those of [`is_missing_word`].
#[derive(Debug, Clone, Default)]
pub(crate) struct MissingWords(Vec<String>);

impl MissingWords {
    pub(crate) fn new(words: &[String]) -> Self {
        Self(words.to_vec())
    }

    /// Whether there are none, as in nearly every column.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the cell is one of them, letter case and outer space aside.
    pub(crate) fn has(&self, text: &[u8]) -> bool {
        let text = trim(text);
        self.0.iter().any(|word| {
            word.as_bytes().eq_ignore_ascii_case(text)
                || std::str::from_utf8(text).is_ok_and(|text| {
                    !text.is_ascii() && text.to_lowercase() == word.to_lowercase()
                })
        })
    }
}

/// A truth value.
pub(crate) fn boolean(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_has_the_least_precision_that_its_values_fit() {
        let unfitted = ColumnType::decimal(18, 2, Form::PLAIN);
        for (largest, expected) in [
            (0, "DECIMAL(4,2)"),
            (9_999, "DECIMAL(4,2)"),
            (10_000, "DECIMAL(9,2)"),
            (999_999_999, "DECIMAL(9,2)"),
            (1_000_000_000, "DECIMAL(18,2)"),
            (10u64.pow(18) - 1, "DECIMAL(18,2)"),
        ] {
            let fitted = unfitted.fitted(largest);
            assert_eq!(fitted.sql(), expected, "{largest}");
            assert!(fitted.is_read_as(unfitted));
        }
        // The scale needs digits too.
        assert_eq!(
            ColumnType::decimal(18, 6, Form::PLAIN).fitted(5).sql(),
            "DECIMAL(9,6)"
        );
        let wide = ColumnType::decimal(19, 2, Form::PLAIN);
        assert_eq!(wide.fitted(5).sql(), "DECIMAL(38,2)");
        assert!(!wide.is_read_as(unfitted));
    }
}
