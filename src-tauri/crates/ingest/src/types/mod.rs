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
    /// `DECIMAL(18, scale)`, or `DECIMAL(38, scale)` where the numbers need it. The precision is not fitted more
    /// tightly, so that next month's file with one more digit has the same type.
    Decimal {
        wide: bool,
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
            Self::Decimal { wide, scale, .. } => {
                format!("DECIMAL({},{scale})", Self::precision(wide))
            }
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
                wide: false, scale, ..
            } => DataType::Decimal64(Self::precision(false), scale.cast_signed()),
            Self::Decimal {
                wide: true, scale, ..
            } => DataType::Decimal128(Self::precision(true), scale.cast_signed()),
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

    fn precision(wide: bool) -> u8 {
        if wide { 38 } else { 18 }
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
