//! The crate as its callers see it, over real Parquet files.

// The exemption of tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod arrange;
mod doctor;
mod engine;
mod export;
mod fixture;
mod independent;
mod joins;
mod narrowed;
mod nasty;
mod profile;
mod reads;
mod run;
mod sandbox;
mod stored;
mod uses;
mod values;
