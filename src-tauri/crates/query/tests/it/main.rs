//! The crate as its callers see it, over real Parquet files.

mod engine;
mod export;
mod fixture;
mod nasty;
mod reads;
mod run;
mod sandbox;
mod stored;
