//! Conversions of real files, read back with an independent Parquet reader's arrays and compared.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test's own functions may panic as tests do"
)]

mod accounting;
mod again;
mod columnar;
mod combine;
#[cfg(unix)]
mod full;
mod inspection;
mod json;
mod late_trouble;
mod numbers;
mod odd_input;
mod packed;
mod robustness;
mod support;
mod text;
mod trouble;
mod types;
mod workbooks;
