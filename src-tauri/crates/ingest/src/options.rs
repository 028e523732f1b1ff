//! What a person may overrule in a conversion; everything has a default that needs no decision.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Inspection, TableId};

/// Whether the first record names the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Decided from the file.
    #[default]
    Auto,
    /// The first record is the header.
    Yes,
    /// There is no header; columns are named `column_1`, `column_2` and so on.
    No,
}

/// How the columns' types are chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Types {
    /// The narrowest type that is true for every row of the file.
    #[default]
    Auto,
    /// Every column is text, and every cell exactly what the file holds.
    Text,
}

/// Which part of a date such as `03/04/2026` comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// Lines of a text that follow one another, counted from 1 as in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRange {
    /// The first of them.
    pub first: u64,
    /// The last of them; `None` means that of the text.
    pub last: Option<u64>,
}

impl fmt::Display for LineRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last {
            Some(last) => write!(f, "{}-{last}", self.first),
            None => write!(f, "{}-", self.first),
        }
    }
}

impl FromStr for LineRange {
    type Err = &'static str;

    /// Reads `5-20`, or `5-` for all from the fifth on.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "lines are written as 5-20, or as 5- for all from the fifth on";
        let (first, last) = text.split_once('-').ok_or(FORM)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| FORM);
        let lines = Self {
            first: number(first)?,
            last: (!last.is_empty()).then(|| number(last)).transpose()?,
        };
        match lines.is_possible() {
            true => Ok(lines),
            false => Err("lines are counted from 1, and the last is not above the first"),
        }
    }
}

impl LineRange {
    /// Whether there is at least one line in it.
    pub(crate) fn is_possible(self) -> bool {
        self.first > 0 && self.last.is_none_or(|last| last >= self.first)
    }
}

/// The codec of the Parquet pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Zstandard: small files; the default.
    #[default]
    Zstd,
    /// Snappy: larger files, written faster.
    Snappy,
    /// No compression.
    None,
}

/// The options of one conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which of the file's tables; `None` means the first.
    pub table: Option<TableId>,
    /// What stands between two fields: its own characters, or `tab`, `space`, `spaces` (one or more), `none`, `fixed`
    /// (columns of fixed width), or `fixed:0,10,24` with the first character of each; `None` lets the file decide.
    pub delimiter: Option<String>,
    /// The ASCII character around a quoted field, or `none`; `None` lets the file decide.
    pub quote: Option<String>,
    /// The encoding's name, such as `utf-8`; `None` lets the file decide.
    pub encoding: Option<String>,
    /// Whether the first record is a header.
    pub header: Header,
    /// Records to leave out before the header; `None` lets the file decide.
    pub skip_rows: Option<u64>,
    /// The only lines of a text that are read, as if there were no others; `None` means all.
    pub lines: Option<LineRange>,
    /// How the columns' types are chosen.
    pub types: Types,
    /// The order of day and month where no row decides it.
    pub date_order: Option<DateOrder>,
    /// Bytes of memory that the process may come to hold at most while converting.
    pub memory: u64,
    /// Worker threads; 0 means one for each core.
    pub threads: usize,
    /// The codec of the Parquet pages.
    pub compression: Compression,
    /// Whether to compute the columns' profile while converting.
    pub profile: bool,
    /// What a look at the file found already; `None` has it looked at.
    pub inspection: Option<Inspection>,
}

impl Options {
    /// The memory budget unless another is given: 256 MB.
    pub const DEFAULT_MEMORY: u64 = 256_000_000;
    /// The smallest memory budget that a conversion accepts: 64 MB.
    pub const LEAST_MEMORY: u64 = 64_000_000;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            table: None,
            delimiter: None,
            quote: None,
            encoding: None,
            header: Header::Auto,
            skip_rows: None,
            lines: None,
            types: Types::Auto,
            date_order: None,
            memory: Self::DEFAULT_MEMORY,
            threads: 0,
            compression: Compression::Zstd,
            profile: true,
            inspection: None,
        }
    }
}
