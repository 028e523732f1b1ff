//! The dialect of a text: what separates its records and cells, found from a sample of its bytes.
//!
//! Every candidate is a way to tell the sample as a table, and the one that tells it in the fewest bits is taken; see
//! [`score`] for the price of things. That is the minimum description length principle (Rissanen 1978), put to the
//! question of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019):
//! records that are alike and cells of a known type are what takes few bits. Unlike a product of two shares, bits are
//! also right for a file of two rows, for titles above the table, and for a second table of another width.

mod candidates;
mod cell;
mod detect;
mod fixed;
mod score;
#[cfg(test)]
mod tests;

pub(crate) use cell::{Kind, kind};
pub(crate) use detect::{Detected, detect};

use crate::records::Syntax;

/// What stands between two cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// Nothing: each record is one cell.
    None,
    Byte(u8),
    /// Several bytes, which may be one character.
    Bytes(Vec<u8>),
    /// One or more spaces; those at the beginning and the end of a line count for nothing.
    Spaces,
    /// Each cell begins at its own character of the line, counted from 0, and is padded with spaces.
    Fixed(Vec<usize>),
}

impl Delimiter {
    /// The delimiter with these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::None,
            [byte] => Self::Byte(*byte),
            _ => Self::Bytes(bytes.to_vec()),
        }
    }

    /// The delimiter's bytes, where it has some that are always the same.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::None | Self::Fixed(_) => &[],
            Self::Byte(byte) => std::slice::from_ref(byte),
            Self::Bytes(bytes) => bytes,
            Self::Spaces => b" ",
        }
    }

    /// The delimiter that a person or a receipt names: its own characters, or `tab`, `space`, `spaces`, `none`,
    /// `fixed` or `fixed:0,10,24` with the first character of each cell.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let word = text.to_ascii_lowercase();
        Some(match word.as_str() {
            "" => return None,
            "tab" | "\\t" => Self::Byte(b'\t'),
            "space" => Self::Byte(b' '),
            "spaces" => Self::Spaces,
            "none" => Self::None,
            "fixed" => Self::Fixed(Vec::new()),
            _ => match word.strip_prefix("fixed:") {
                Some(starts) => {
                    let starts: Vec<usize> = starts
                        .split(',')
                        .map(|start| start.trim().parse().ok())
                        .collect::<Option<_>>()?;
                    let is_rising = starts.windows(2).all(|pair| pair[0] < pair[1]);
                    return (starts.first() == Some(&0) && is_rising)
                        .then_some(Self::Fixed(starts));
                }
                None => Self::of(text.as_bytes()),
            },
        })
    }

    /// The delimiter in a form that [`Delimiter::parse`] reads, with a tab as itself.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::None => "none".into(),
            Self::Byte(byte) => char::from(*byte).to_string(),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Spaces => "spaces".into(),
            Self::Fixed(starts) if starts.is_empty() => "fixed".into(),
            Self::Fixed(starts) => {
                let starts: Vec<String> = starts.iter().map(usize::to_string).collect();
                format!("fixed:{}", starts.join(","))
            }
        }
    }

    /// The delimiter's name for a person.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Byte(b'\t') => "tab".into(),
            Self::Byte(b' ') => "space".into(),
            Self::Byte(byte) if byte.is_ascii_control() => format!("U+{byte:04X}"),
            Self::Bytes(bytes) if bytes.contains(&b' ') || bytes.contains(&b'\t') => {
                let text = String::from_utf8_lossy(bytes);
                text.replace(' ', "␠").replace('\t', "⇥")
            }
            Self::Fixed(_) => "fixed".into(),
            _ => self.text(),
        }
    }
}

/// How a quote is written inside a quoted cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Two quotes stand for one.
    Doubled,
    /// A backslash before a quote or a backslash makes it an ordinary character; two quotes stand for one too.
    Backslash,
    /// A NUL before it; two quotes stand for one too.
    Nul,
}

impl Escape {
    fn name(self) -> &'static str {
        match self {
            Self::Doubled => "doubled",
            Self::Backslash => "backslash",
            Self::Nul => "nul",
        }
    }
}

/// What ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terminator {
    /// LF; a CR before it is no part of the record.
    Lf,
    /// CR alone.
    Cr,
    /// CR and LF together; either alone is an ordinary character.
    Crlf,
    /// LF, CR, or both together.
    Any,
}

impl Terminator {
    fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::Cr => "CR",
            Self::Crlf => "CRLF",
            Self::Any => "any",
        }
    }
}

/// What a person told of the dialect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The delimiter; `Fixed` without numbers has them found.
    pub(crate) delimiter: Option<Delimiter>,
    /// The quote, or that there is none.
    pub(crate) quote: Option<Option<u8>>,
}

/// What separates the records and the cells of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: Delimiter,
    /// The byte around a quoted cell; `None` where quotes are ordinary characters.
    pub(crate) quote: Option<u8>,
    pub(crate) escape: Escape,
    pub(crate) terminator: Terminator,
    /// Whether spaces between a delimiter and a quote are no part of the cell.
    pub(crate) spaces_around: bool,
    /// Bytes before the first record: a line `sep=;`, which is no record.
    pub(crate) start: usize,
    pub(crate) repair: Repair,
}

/// What is known of the table's rows, so that one which was written wrongly can be told and read rightly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Repair {
    /// How many cells records have, the usual number first; empty where that is not known, and nothing is repaired.
    pub(crate) widths: Vec<usize>,
    /// What the cells of each column of the usual width mostly are.
    pub(crate) kinds: Vec<Kind>,
    /// The delimiters that a single row may have instead, the likelier first.
    pub(crate) others: Vec<Other>,
    /// The delimiter of the first record, where it has one of its own.
    pub(crate) first: Option<Delimiter>,
    /// Whether a record of the sample had to be repaired.
    pub(crate) is_needed: bool,
}

/// A delimiter that a single row may have instead of the table's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    pub(crate) delimiter: Delimiter,
    /// Whether it is in many cells, so that a row which it cuts may just be short.
    pub(crate) is_common: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: Delimiter::Byte(b','),
            quote: Some(b'"'),
            escape: Escape::Doubled,
            terminator: Terminator::Lf,
            spaces_around: false,
            start: 0,
            repair: Repair::default(),
        }
    }
}

impl Dialect {
    /// The fast reader's syntax, where that reads this dialect exactly.
    pub(crate) fn plain(&self) -> Option<Syntax> {
        let terminator = match self.terminator {
            Terminator::Lf => b'\n',
            Terminator::Cr => b'\r',
            Terminator::Crlf | Terminator::Any => return None,
        };
        let delimiter = match self.delimiter {
            Delimiter::Byte(byte) if byte.is_ascii() => byte,
            // What ends the record ends its one cell.
            Delimiter::None => terminator,
            _ => return None,
        };
        let is_plain =
            self.escape == Escape::Doubled && !self.spaces_around && !self.repair.is_needed;
        is_plain.then_some(Syntax {
            delimiter,
            quote: self.quote,
            terminator,
        })
    }
}
