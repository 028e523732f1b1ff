//! The values of a page, in the few forms in which Parquet keeps them.

use parquet::basic::Encoding;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::statistics::Statistics;

use super::delta;
use crate::types::ColumnType;

/// One value that is no text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    /// An integer; a decimal times a power of ten; days or microseconds.
    Whole(i64),
    /// A decimal times a power of ten.
    Wide(i128),
    Real(f64),
    Flag(bool),
}

impl Value {
    /// The value's bits, which tell it from the others of its column.
    pub(crate) fn bits(self) -> u128 {
        match self {
            Self::Whole(value) => u128::from(value.cast_unsigned()),
            Self::Wide(value) => value.cast_unsigned(),
            Self::Real(value) => u128::from(value.to_bits()),
            Self::Flag(value) => u128::from(value),
        }
    }

    /// Appends the value in Parquet's encoding `PLAIN`, as the values of a column of this type are kept.
    pub(crate) fn plain(self, column_type: ColumnType, out: &mut Vec<u8>) {
        match self {
            // Days are kept in four bytes, and there are not more.
            Self::Whole(value) if matches!(column_type, ColumnType::Date(_)) => {
                out.extend_from_slice(&(value as i32).to_le_bytes());
            }
            Self::Whole(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Wide(value) => out.extend_from_slice(&value.to_be_bytes()),
            Self::Real(value) => out.extend_from_slice(&value.to_le_bytes()),
            Self::Flag(value) => out.push(u8::from(value)),
        }
    }
}

impl From<Value> for i64 {
    /// The number of a column that has whole ones.
    fn from(value: Value) -> Self {
        match value {
            Value::Whole(value) => value,
            _ => 0,
        }
    }
}

impl From<Value> for i128 {
    fn from(value: Value) -> Self {
        match value {
            Value::Wide(value) => value,
            _ => 0,
        }
    }
}

impl From<Value> for f64 {
    fn from(value: Value) -> Self {
        match value {
            Value::Real(value) => value,
            _ => 0.0,
        }
    }
}

impl From<Value> for bool {
    fn from(value: Value) -> Self {
        value == Value::Flag(true)
    }
}

/// Values of one column, NULL not among them.
#[derive(Debug)]
pub(crate) enum Values {
    Whole(Vec<i64>),
    Wide(Vec<i128>),
    Real(Vec<f64>),
    Flags(Vec<bool>),
    Text { bytes: Vec<u8>, lengths: Vec<u32> },
}

impl Values {
    /// No values yet, of a column of this type.
    pub(crate) fn of(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Boolean => Self::Flags(Vec::new()),
            _ if column_type.is_wide() => Self::Wide(Vec::new()),
            ColumnType::Double { .. } => Self::Real(Vec::new()),
            ColumnType::Text => Self::Text {
                bytes: Vec::new(),
                lengths: Vec::new(),
            },
            _ => Self::Whole(Vec::new()),
        }
    }

    /// Bytes that the values take in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Whole(values) => 8 * values.len(),
            Self::Wide(values) => 16 * values.len(),
            Self::Real(values) => 8 * values.len(),
            Self::Flags(values) => values.len(),
            Self::Text { bytes, lengths } => bytes.len() + 4 * lengths.len(),
        }
    }

    /// Bytes that each value takes in memory, where all take as many.
    pub(crate) fn width(&self) -> Option<usize> {
        match self {
            Self::Whole(_) | Self::Real(_) => Some(8),
            Self::Wide(_) => Some(16),
            Self::Flags(_) => Some(1),
            Self::Text { .. } => None,
        }
    }

    /// How many values there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Wide(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Flags(values) => values.len(),
            Self::Text { lengths, .. } => lengths.len(),
        }
    }

    pub(crate) fn clear(&mut self) {
        match self {
            Self::Whole(values) => values.clear(),
            Self::Wide(values) => values.clear(),
            Self::Real(values) => values.clear(),
            Self::Flags(values) => values.clear(),
            Self::Text { bytes, lengths } => {
                bytes.clear();
                lengths.clear();
            }
        }
    }

    /// The encoding in which [`Values::encode`] writes them.
    ///
    /// Differences of whole numbers need few bits, and lengths apart from texts compress well.
    pub(crate) fn encoding(&self) -> Encoding {
        match self {
            Self::Whole(_) => Encoding::DELTA_BINARY_PACKED,
            Self::Text { .. } => Encoding::DELTA_LENGTH_BYTE_ARRAY,
            Self::Wide(_) | Self::Real(_) | Self::Flags(_) => Encoding::PLAIN,
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Whole(values) => delta::encode(values, out),
            Self::Text { bytes, lengths } => {
                let lengths: Vec<i64> = lengths.iter().map(|&length| i64::from(length)).collect();
                delta::encode(&lengths, out);
                out.extend_from_slice(bytes);
            }
            Self::Wide(values) => {
                for value in values {
                    out.extend_from_slice(&value.to_be_bytes());
                }
            }
            Self::Real(values) => {
                for value in values {
                    out.extend_from_slice(&value.to_le_bytes());
                }
            }
            Self::Flags(values) => {
                for eight in values.chunks(8) {
                    let bits = eight
                        .iter()
                        .rev()
                        .fold(0, |bits, &flag| bits << 1 | u8::from(flag));
                    out.push(bits);
                }
            }
        }
    }

    /// Appends whole numbers in Parquet's encoding `PLAIN`.
    pub(crate) fn plain(&self, column_type: ColumnType, out: &mut Vec<u8>) {
        if let Self::Whole(values) = self {
            out.reserve(8 * values.len());
            for &value in values {
                Value::Whole(value).plain(column_type, out);
            }
        }
    }

    /// The texts, where these are texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let (bytes, lengths) = match self {
            Self::Text { bytes, lengths } => (&bytes[..], &lengths[..]),
            _ => (&[][..], &[][..]),
        };
        let mut rest = bytes;
        lengths.iter().map(move |&length| {
            let (text, after) = rest.split_at(length as usize);
            rest = after;
            text
        })
    }
}

/// Bytes of a text that statistics and profiles keep.
pub(crate) const KEPT_TEXT: usize = 200;

/// The smallest and the largest value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Range {
    #[default]
    Nothing,
    Whole(i64, i64),
    Wide(i128, i128),
    Real(f64, f64),
    Flag(bool, bool),
    Text(ShortText, ShortText),
}

/// The beginning of a text, and whether that is all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShortText {
    pub(crate) bytes: Vec<u8>,
    pub(crate) is_whole: bool,
}

impl ShortText {
    fn new(text: &[u8]) -> Self {
        Self {
            bytes: text[..text.len().min(KEPT_TEXT)].to_vec(),
            is_whole: text.len() <= KEPT_TEXT,
        }
    }
}

impl Range {
    /// Takes one value into account.
    pub(crate) fn add(&mut self, value: Value) {
        match value {
            Value::Whole(value) => self.merge(&Self::Whole(value, value)),
            Value::Wide(value) => self.merge(&Self::Wide(value, value)),
            Value::Real(value) => self.merge(&Self::Real(value, value)),
            Value::Flag(value) => self.merge(&Self::Flag(value, value)),
        }
    }

    /// Takes one text into account.
    #[inline]
    pub(crate) fn add_text(&mut self, text: &[u8]) {
        if let Self::Text(least, most) = self {
            if text < &least.bytes[..] {
                *least = ShortText::new(text);
            } else if text > &most.bytes[..] {
                *most = ShortText::new(text);
            }
        } else {
            *self = Self::Text(ShortText::new(text), ShortText::new(text));
        }
    }

    /// Takes the values of a page into account.
    pub(crate) fn add_all(&mut self, values: &Values) {
        fn ends<T: Copy>(
            values: &[T],
            less: impl Fn(T, T) -> T,
            more: impl Fn(T, T) -> T,
        ) -> Option<(T, T)> {
            let (&first, rest) = values.split_first()?;
            Some(rest.iter().fold((first, first), |(least, most), &value| {
                (less(least, value), more(most, value))
            }))
        }
        let range = match values {
            Values::Whole(values) => {
                ends(values, Ord::min, Ord::max).map(|(a, b)| Self::Whole(a, b))
            }
            Values::Wide(values) => ends(values, Ord::min, Ord::max).map(|(a, b)| Self::Wide(a, b)),
            Values::Real(values) => ends(values, f64::min, f64::max).map(|(a, b)| Self::Real(a, b)),
            Values::Flags(values) => {
                ends(values, Ord::min, Ord::max).map(|(a, b)| Self::Flag(a, b))
            }
            Values::Text { .. } => {
                values.texts().for_each(|text| self.add_text(text));
                None
            }
        };
        if let Some(range) = range {
            self.merge(&range);
        }
    }

    /// Takes another range of the same column into account.
    pub(crate) fn merge(&mut self, other: &Self) {
        match (self, other) {
            (_, Self::Nothing) => {}
            (Self::Whole(least, most), Self::Whole(a, b)) => {
                (*least, *most) = ((*least).min(*a), (*most).max(*b));
            }
            (Self::Wide(least, most), Self::Wide(a, b)) => {
                (*least, *most) = ((*least).min(*a), (*most).max(*b));
            }
            (Self::Real(least, most), Self::Real(a, b)) => {
                (*least, *most) = (least.min(*a), most.max(*b));
            }
            (Self::Flag(least, most), Self::Flag(a, b)) => {
                (*least, *most) = (*least & *a, *most | *b);
            }
            (Self::Text(least, most), Self::Text(a, b)) => {
                if a.bytes < least.bytes {
                    *least = a.clone();
                }
                if b.bytes > most.bytes {
                    *most = b.clone();
                }
            }
            (this, other) => *this = other.clone(),
        }
    }

    /// What the footer says of a column of this type with this range and so many NULLs.
    pub(crate) fn statistics(&self, column_type: ColumnType, nulls: u64) -> Option<Statistics> {
        let nulls = Some(nulls);
        Some(match self {
            Self::Nothing => return None,
            Self::Whole(least, most) if matches!(column_type, ColumnType::Date(_)) => {
                Statistics::int32(Some(*least as i32), Some(*most as i32), None, nulls, false)
            }
            Self::Whole(least, most) => {
                Statistics::int64(Some(*least), Some(*most), None, nulls, false)
            }
            Self::Wide(least, most) => {
                let bytes =
                    |value: &i128| Some(FixedLenByteArray::from(value.to_be_bytes().to_vec()));
                Statistics::fixed_len_byte_array(bytes(least), bytes(most), None, nulls, false)
            }
            Self::Real(least, most) => {
                // The format asks that zeros of either sign lie within.
                let least = if *least == 0.0 { -0.0 } else { *least };
                let most = if *most == 0.0 { 0.0 } else { *most };
                Statistics::double(Some(least), Some(most), None, nulls, false)
            }
            Self::Flag(least, most) => {
                Statistics::boolean(Some(*least), Some(*most), None, nulls, false)
            }
            // The beginning of a text is no upper bound of it.
            Self::Text(least, most) if least.is_whole && most.is_whole => {
                let bytes = |text: &ShortText| Some(ByteArray::from(text.bytes.clone()));
                Statistics::byte_array(bytes(least), bytes(most), None, nulls, false)
            }
            Self::Text(..) => return None,
        })
    }
}
