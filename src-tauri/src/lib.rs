//! The shell of Buzz CSV: one window over the core, and nothing that a command-line program would need too.
//!
//! The window's pages call [`commands`]; each parses its arguments, calls a crate of the core, and maps what comes back
//! to the types of [`wire`]. What commands share is in [`shell::Shell`].

mod audit;
mod backup;
mod chat;
pub mod commands;
mod crash;
mod desktop;
mod dialog;
mod error;
mod export;
mod import;
mod in_flight;
mod instance;
mod log;
mod opened;
mod placement;
mod platform;
mod resources;
mod sample;
pub mod shell;
mod start;
#[cfg(test)]
mod tests;
mod translate;
mod updates;
pub mod wire;

pub use start::run;
