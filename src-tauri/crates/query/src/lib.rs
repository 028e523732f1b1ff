//! DuckDB over Parquet files: read only, sandboxed, interruptible; results as Arrow.
//!
//! An [`Engine`] is one locked DuckDB instance that can read exactly the files of its [`Table`]s. Every
//! statement is parsed first and must be exactly one read; see [`Engine::check`]. Results come as
//! [`Rows`], a stream of Arrow record batches, which [`Stored`] keeps for paging and [`export`] writes to
//! files. This crate does not know who asks, nor where the files come from.

mod arrange;
mod check;
mod distance;
mod doctor;
mod engine;
mod error;
pub mod export;
mod find;
mod fold;
mod ipc;
mod joins;
mod keys;
mod page;
mod rows;
mod sql;
mod stored;
mod strays;
mod summary;
mod tree;
mod uses;
mod values;

pub use arrange::{Arrangement, Condition, Filter, Frequent, SortKey, ValueCount};
pub use buzz_ingest::Cancel;
pub use distance::edit_distance;
pub use doctor::{Diagnosis, Emptying, FilterPlace};
pub use engine::{Engine, EngineOptions, Narrowed, Table};
pub use error::Error;
pub use find::{FoundCell, Search};
pub use fold::fold;
pub use ipc::to_ipc;
pub use joins::JoinHealth;
pub use keys::{KeyColumn, LikelyKey};
pub use rows::{Batches, Column, Rows, RunOptions};
pub use sql::{columns_of, grouped, quote_identifier, quote_text};
pub use stored::{Stored, StoredBatches};
pub use strays::{StrayCell, StrayText};
pub use summary::Summary;
pub use uses::ColumnUse;
pub use values::{FoundValues, Lookup, MatchKind, Place, ValueMatch, Vocabulary};
