//! From bytes to records: blocks of whole records and the index of their fields.

mod channel;
mod index;
pub(crate) mod odd;
mod part;
mod reader;
#[cfg(any(test, fuzzing))]
pub(crate) mod reference;
mod rows;
mod sift;
mod structural;

pub(crate) use channel::{Receiver, Sender, bounded_in_bytes};
pub(crate) use index::Block;
pub(crate) use part::{Field, Fields, Part, SourceLine};
pub(crate) use reader::{LARGEST_RECORD, Reader, ReaderStats};
pub(crate) use rows::{Position, Reason, RowReader, RowSource, RowWriter};
pub(crate) use sift::Sift;

/// What separates fields and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// The byte between two fields.
    pub(crate) delimiter: u8,
    /// The byte around a quoted field; `None` where quotes are ordinary bytes.
    pub(crate) quote: Option<u8>,
    /// The byte that ends a record: LF (a CR before it is no part of the record), or CR in files that have no LF.
    pub(crate) terminator: u8,
}

impl Default for Syntax {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            terminator: b'\n',
        }
    }
}
