//! What a single cell looks like, without regard to its column.

use crate::types::{boolean, form, is_missing_word, number, temporal};

use super::words;

/// What a cell looks like; every cell is exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Class {
    Empty,
    /// A word or a dash for a missing value.
    Missing,
    /// An integer that may be a year: apart from other integers, because tables have years as names of columns.
    Year,
    Integer,
    /// Any other number, with a unit or a sign or without.
    Number,
    /// Digits and letters without spaces, an address, a number with leading zeros.
    Code,
    Moment,
    Boolean,
    /// A unit of measurement, alone or in brackets.
    Unit,
    /// A short text that could be a name.
    Name,
    /// A long text.
    Text,
}

impl Class {
    pub(super) const COUNT: usize = 11;
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Empty,
        Self::Missing,
        Self::Year,
        Self::Integer,
        Self::Number,
        Self::Code,
        Self::Moment,
        Self::Boolean,
        Self::Unit,
        Self::Name,
        Self::Text,
    ];

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Year | Self::Integer | Self::Number)
    }

    /// Whether it is a number, a date or a truth value.
    pub(super) fn is_typed(self) -> bool {
        self.is_number() || matches!(self, Self::Moment | Self::Boolean)
    }

    /// Whether it is some text.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Code | Self::Unit | Self::Name | Self::Text)
    }
}

/// Bytes of a cell that are looked at; what is longer is a long text in any case.
const LOOKED_AT: usize = 200;
/// The longest short text in bytes, and the most words in it.
const NAME_BYTES: usize = 60;
const NAME_WORDS: usize = 8;

/// The class of a text.
pub(super) fn class(text: &[u8]) -> Class {
    let text = text.trim_ascii();
    let Some(&first) = text.first() else {
        return Class::Empty;
    };
    if text.len() > LOOKED_AT {
        return Class::Text;
    }
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.') {
        if let Some(value) = number::integer(text) {
            return if (1500..=2199).contains(&value) {
                Class::Year
            } else {
                Class::Integer
            };
        }
        if number::is_identifier(text) {
            return Class::Code;
        }
        if number::float(text).is_some() {
            return Class::Number;
        }
        if temporal::moment(text).is_some() || temporal::time(text).is_some() {
            return Class::Moment;
        }
    }
    if is_missing_word(text) || words::is_missing(text) {
        return Class::Missing;
    }
    if boolean(text).is_some() {
        return Class::Boolean;
    }
    match form::read(text) {
        Some(form::Reading::Number(_)) => return Class::Number,
        Some(form::Reading::Identifier) => return Class::Code,
        None => {}
    }
    if words::is_unit(text) {
        return Class::Unit;
    }
    class_of_words(text)
}

fn class_of_words(text: &[u8]) -> Class {
    let words = text.split(|&byte| byte == b' ').count();
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_address = text.contains(&b'@') || memchr::memmem::find(text, b"://").is_some();
    if words == 1 && is_address {
        return Class::Code;
    }
    let ends_like_a_sentence = text.ends_with(b".") && words >= 4;
    // A text of eighty bytes in Cyrillic or Chinese is no longer than one of forty in Latin letters.
    let bytes = text.iter().filter(|byte| (**byte as i8) >= -0x40).count();
    if bytes > NAME_BYTES || words > NAME_WORDS || ends_like_a_sentence {
        return Class::Text;
    }
    let begins_with_letter = text[0].is_ascii_alphabetic() || text[0] >= 0x80 || text[0] == b'_';
    let is_identifier = begins_with_letter
        && text
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80)
        && digits <= 3;
    if words == 1 && digits > 0 && !is_identifier || digits * 2 > bytes {
        return Class::Code;
    }
    Class::Name
}

/// How a short text is written: its runs of capitals, small letters, digits and other characters, as a hash.
///
/// `Anna` and `Berlin` have one shape, `customer_id` and `AB-123` others. Of several words, the third and later ones
/// do not count.
pub(super) fn shape(text: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let (mut last, mut words) = (0u8, 0);
    for &byte in text.trim_ascii().iter().take(LOOKED_AT) {
        let kind = match byte {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            b'0'..=b'9' => b'9',
            // Letters beyond ASCII are mostly small ones inside of a word.
            0x80.. if last == b'A' || last == b'a' => b'a',
            0x80.. => b'x',
            other => other,
        };
        if kind == b' ' {
            words += 1;
            if words == 3 {
                break;
            }
        }
        if kind != last {
            hash = (hash ^ u64::from(kind)).wrapping_mul(0x0100_0000_01b3);
            last = kind;
        }
    }
    hash
}

/// A number's value for adding up, to within the rounding of floating-point numbers; `None` for what is none.
///
/// A cell such as `1.234` is read with a decimal point unless `comma` says that the column has decimal commas.
pub(super) fn value(text: &[u8], comma: bool) -> Option<f64> {
    let text = text.trim_ascii();
    if !comma && let Some(value) = number::float(text) {
        return Some(value);
    }
    form::number(text)?.float(if comma {
        form::Mark::Comma
    } else {
        form::Mark::Point
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart() {
        for (text, expected) in [
            ("", Class::Empty),
            ("  ", Class::Empty),
            ("n/a", Class::Missing),
            ("-", Class::Missing),
            ("...", Class::Missing),
            ("2024", Class::Year),
            ("12", Class::Integer),
            ("-3.5", Class::Number),
            ("1.234,50 €", Class::Number),
            ("12 %", Class::Number),
            ("007", Class::Code),
            ("AB-123", Class::Code),
            ("a@b.org", Class::Code),
            ("31.12.2024", Class::Moment),
            ("10:30", Class::Moment),
            ("TRUE", Class::Boolean),
            ("kg", Class::Unit),
            ("[mm]", Class::Unit),
            ("(EUR)", Class::Unit),
            ("m/s", Class::Unit),
            ("°C", Class::Unit),
            ("customer_id", Class::Name),
            ("Q1", Class::Name),
            ("col12", Class::Name),
            ("Größe", Class::Name),
            ("氏名", Class::Name),
            ("This is a sentence, and it ends here.", Class::Text),
        ] {
            assert_eq!(class(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn texts_written_alike_have_one_shape() {
        assert_eq!(shape(b"Anna"), shape(b"Bob"));
        assert_eq!(shape("Köln".as_bytes()), shape(b"Bonn"));
        assert_eq!(shape(b"AB-123"), shape(b"X-9"));
        assert_ne!(shape(b"name"), shape(b"Anna"));
        assert_ne!(shape(b"first_name"), shape(b"Anna Smith"));
    }

    #[test]
    fn values_are_read_with_their_marks() {
        assert_eq!(value(b"1.5", false), Some(1.5));
        assert_eq!(value(b"1.234,50", true), Some(1234.5));
        assert_eq!(value(b"1,234.50", false), Some(1234.5));
        assert_eq!(value(b"(3)", false), Some(-3.0));
        assert_eq!(value(b"x", false), None);
    }
}
