//! What a person may overrule in a conversion; everything has a default that needs no decision.

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
