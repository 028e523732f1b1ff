//! What is kept on disk: datasets, receipts, profiles, jobs, conversations, and the ledger of what was sent.
//!
//! A [`Library`] is a folder. Each dataset is a folder of its own in `datasets/`, named by its id and written
//! once, and anew where columns are changed; `library.db` is an SQLite database that knows them all and can be rebuilt from their receipts;
//! `incoming/` holds unfinished work. Several processes may use one library at once.

mod away;
mod backup;
mod carry;
mod change;
mod changed;
mod combine;
mod conversations;
mod datasets;
mod error;
mod import;
pub mod instructions;
mod jobs;
mod ledger;
mod lock;
mod notes;
mod open;
mod place;
mod platform;
mod settings;
mod shares;
mod standalone;
mod store;
mod tables;
mod verified;

pub use backup::{Copied, backup_name};
pub use buzz_ingest::{Cancel, Change, DateOrder};
pub use combine::{combine_to_file, combined_name, folder_name};
pub use conversations::{Conversation, FoundConversation, Message};
pub use datasets::Dataset;
pub use error::Error;
pub use jobs::{Job, JobStatus};
pub use ledger::{LEDGER_DAYS, LedgerEntry, LedgerOutcome, LedgerQuery, LedgerRecord, OpenEntry};
pub use notes::{ColumnNotes, Notes, RememberedMatch, SendMode};
pub use open::Library;
pub use place::{default_root, named_root, portable_root};
pub use standalone::convert_to_file;
pub use tables::{PlannedTable, Sheets, planned_tables};
pub use verified::VerifiedQuestion;
