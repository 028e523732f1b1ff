//! `buzz` as its users meet it: a process with arguments, standard output, standard error and an exit code.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy.toml allows these in test functions only, and the harness is part of the tests"
)]

mod ask;
mod bad_input;
mod combine;
mod convert;
mod corpus;
mod export;
mod harness;
mod library;
#[cfg(target_os = "linux")]
mod network;
mod odd_input;
mod round_trip;
mod sql;
mod stop;
mod usage;
