//! Copies of the library.

use serde::Serialize;
use ts_rs::TS;

/// What becomes of a copy of the library; the last event is `done`, `failed` or `cancelled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CopyEvent {
    /// Where the copy stands; at most ten times a second.
    Progress {
        /// Bytes written.
        done: u64,
        /// Bytes that are to be written.
        total: u64,
    },
    /// The copy is complete.
    Done {
        /// The copy's folder.
        folder: String,
    },
    /// Nothing was left behind.
    Failed {
        /// A short stable name for programs.
        code: String,
        /// One sentence for a person.
        message: String,
    },
    /// Somebody cancelled it; nothing was left behind.
    Cancelled,
}
