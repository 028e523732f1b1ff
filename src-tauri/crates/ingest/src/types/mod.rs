//! What a column is: its type, the evidence for it, and how its cells are read.

mod chosen;
mod evidence;
pub(crate) mod number;
pub(crate) mod temporal;

pub(crate) use chosen::{Chosen, same_value};
pub(crate) use evidence::Evidence;

use arrow::datatypes::{DataType, TimeUnit};
use temporal::DateForm;

/// The type of a column, with how its text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Boolean,
    BigInt,
    /// `DECIMAL(18, scale)`, or `DECIMAL(38, scale)` where the numbers need it. The precision is not fitted more
    /// tightly, so that next month's file with one more digit has the same type.
    Decimal {
        wide: bool,
        scale: u8,
    },
    Double,
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
            Self::BigInt => "BIGINT".into(),
            Self::Decimal { wide, scale } => format!("DECIMAL({},{scale})", Self::precision(wide)),
            Self::Double => "DOUBLE".into(),
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
            Self::BigInt => DataType::Int64,
            Self::Decimal { wide: false, scale } => {
                DataType::Decimal64(Self::precision(false), scale.cast_signed())
            }
            Self::Decimal { wide: true, scale } => {
                DataType::Decimal128(Self::precision(true), scale.cast_signed())
            }
            Self::Double => DataType::Float64,
            Self::Date(_) => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp { .. } => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Text => DataType::Utf8,
        }
    }

    /// How the text is read, where there is more than one way.
    pub(crate) fn format(self) -> Option<String> {
        match self {
            Self::Date(form) | Self::Timestamp { form, .. } => Some(form.pattern()),
            _ => None,
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
    matches!(text.len(), 1..=4)
        && (text == b"-"
            || [&b"NULL"[..], b"NA", b"N/A", b"#N/A"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word)))
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
