//! The stand-in, seen by another client than the one it was written beside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod boto3;
