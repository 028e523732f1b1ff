//! What a cell is, and how many bits it takes to tell it.
//!
//! The prices are rough entropies, in tenths of a bit: a letter of text takes about four bits, a digit of a number
//! little more than three, and characters that are rare inside values, such as a tab, a pipe or a quote, many. Only
//! the differences between readings of the same bytes count, so no price needs to be exact.

use crate::types::{self, form, temporal};

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing, or a word for that.
    Empty,
    Number,
    /// A date, a time or both.
    Moment,
    /// A truth value.
    Truth,
    Text,
}

/// A cell's kind and its price in tenths of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) kind: Kind,
    pub(super) price: u64,
}

const DIGIT: u64 = 34;
/// The end of a number, a date or the like.
const END_OF_VALUE: u64 = 20;
/// The end of a word, which costs what a space in a text costs: to cut a text into words gains nothing of itself.
const END_OF_WORD: u64 = 27;
const END_OF_TEXT: u64 = 50;
const EMPTY: u64 = 10;

/// Characters in a text; the lead of a character beyond ASCII and each byte after it.
const CHARACTERS: [u8; 256] = {
    let mut prices = [80; 256];
    let mut i = 0;
    while i < 256 {
        prices[i] = match i as u8 {
            b'a'..=b'z' => 43,
            b'A'..=b'Z' => 50,
            b'0'..=b'9' => 42,
            b' ' => 27,
            b'.' | b'-' | b'_' => 55,
            b'\n' | b'\r' | b'/' => 60,
            b'(' | b')' | b'\'' => 65,
            b'%' => 70,
            b'!' | b'?' | b'&' => 75,
            b':' | b'=' => 80,
            b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b',' => 85,
            b'"' | b'\\' => 90,
            b';' => 95,
            b'|' | b'^' | b'~' | b'`' => 120,
            b'\t' => 140,
            0x00..=0x1f | 0x7f => 160,
            0x80.. => 45,
            _ => 80,
        };
        i += 1;
    }
    prices
};

/// What a text takes without its end.
fn characters(text: &[u8]) -> u64 {
    let mut price = 0;
    let mut before = b'x';
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let in_prose = matches!(bytes.peek(), None | Some(b' ' | b'\n' | b'\r'));
        price += match byte {
            b' ' if before == b' ' => 8,
            b',' if in_prose => 50,
            b';' if in_prose => 75,
            b':' if in_prose => 60,
            // A line of dashes, and other repetition.
            _ if byte == before && !byte.is_ascii_alphanumeric() && byte < 0x80 => 30,
            _ => u64::from(CHARACTERS[usize::from(byte)]),
        };
        before = byte;
    }
    price
}

/// A cell's kind and price.
pub(super) fn judge(text: &[u8]) -> Judged {
    if text.is_empty() {
        return Judged {
            kind: Kind::Empty,
            price: EMPTY,
        };
    }
    let trimmed = text.trim_ascii();
    // Spaces around a value are rare where they mean nothing.
    let padding = match text.len() - trimmed.len() {
        0 => 0,
        spaces => 30 + 8 * spaces as u64,
    };
    if trimmed.is_empty() {
        return Judged {
            kind: Kind::Empty,
            price: EMPTY + padding,
        };
    }
    let (kind, price) = typed(trimmed).unwrap_or_else(|| (Kind::Text, text_price(trimmed)));
    Judged {
        kind,
        price: price + padding,
    }
}

/// What a cell is.
pub(crate) fn kind(text: &[u8]) -> Kind {
    judge(text).kind
}

fn typed(text: &[u8]) -> Option<(Kind, u64)> {
    /// The longest value with a type; anything longer is a text.
    const LONGEST: usize = 48;
    if text.len() > LONGEST {
        return None;
    }
    if types::is_missing_word(text) {
        return Some((Kind::Empty, 50));
    }
    if types::boolean(text).is_some() {
        return Some((Kind::Truth, 50));
    }
    // Numbers, dates and times have a digit near one of their ends.
    if !text.iter().take(6).any(u8::is_ascii_digit) {
        return None;
    }
    if form::read(text).is_some() {
        return Some((Kind::Number, number_price(text)));
    }
    match temporal::moment(text) {
        Some(temporal::Moment::Date { .. }) => return Some((Kind::Moment, 150 + END_OF_VALUE)),
        Some(temporal::Moment::Timestamp { .. }) => {
            // What a date and a time cost that stand in two cells.
            let time = text.len().saturating_sub(11) as u64;
            return Some((Kind::Moment, 150 + 22 * time + 2 * END_OF_VALUE));
        }
        None => {}
    }
    if temporal::time(text).is_some() {
        return Some((Kind::Moment, 22 * text.len() as u64 + END_OF_VALUE));
    }
    digits_and_marks(text)
}

fn number_price(text: &[u8]) -> u64 {
    let marks: u64 = text
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => DIGIT,
            b'.' => 12,
            // A little more than the end of one number: 1,5 is rather two of them if nothing else is known.
            b',' => END_OF_VALUE + 5,
            b' ' | b'\'' => 15,
            b'-' | b'+' | b'(' | b')' => 10,
            _ => 20,
        })
        .sum();
    marks + END_OF_VALUE
}

/// Dates with two digits for the year, times with AM or PM, addresses of machines, versions, telephone numbers.
fn digits_and_marks(text: &[u8]) -> Option<(Kind, u64)> {
    let (body, half) = match text {
        [body @ .., b' ', b'a' | b'A' | b'p' | b'P', b'm' | b'M'] => (body, 25),
        [body @ .., b'a' | b'A' | b'p' | b'P', b'm' | b'M'] => (body, 20),
        _ => (text, 0),
    };
    let mut price = half + END_OF_VALUE;
    let (mut marks, mut is_moment) = (0, true);
    let mut before = b'.';
    for &byte in body {
        let is_mark = matches!(byte, b'.' | b'/' | b':' | b'-');
        price += match byte {
            b'0'..=b'9' => DIGIT,
            // What is no time of day has hardly a colon.
            b':' if before.is_ascii_digit() => 45,
            _ if is_mark && before.is_ascii_digit() => 25,
            _ => return None,
        };
        marks += u64::from(is_mark);
        is_moment &= byte != b'.' || marks <= 2;
        before = byte;
    }
    (marks > 0 && before.is_ascii_digit()).then_some((
        if is_moment && marks == 2 || half > 0 {
            Kind::Moment
        } else {
            Kind::Text
        },
        price,
    ))
}

fn text_price(text: &[u8]) -> u64 {
    let mut has_space = false;
    let mut is_address = text.len() > 5;
    let mut has_address_mark = false;
    for &byte in text {
        has_space |= byte == b' ';
        is_address &= byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+=%".contains(&byte);
        has_address_mark |= byte == b'@';
    }
    if is_address && (has_address_mark || text.windows(3).any(|three| three == b"://")) {
        return 42 * text.len() as u64 + END_OF_WORD;
    }
    let end = if has_space { END_OF_TEXT } else { END_OF_WORD };
    characters(text) + end
}
