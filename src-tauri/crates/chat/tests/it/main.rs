//! The conversation through the real AWS SDK and the stand-in on the wire.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod accounts;
mod answers;
mod conversations;
mod direct;
mod draft;
mod faults;
mod figures;
mod injections;
mod privacy;
mod prompt;
mod stops;
mod suggest;
mod tools;
mod world;
