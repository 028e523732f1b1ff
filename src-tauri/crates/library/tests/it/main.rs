//! The library as its callers see it, on a real disk and with real conversions.

// The exemption of tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod backup;
mod change;
mod crash;
mod datasets;
mod fixture;
mod notes;
mod opening;
mod records;
mod standalone;
