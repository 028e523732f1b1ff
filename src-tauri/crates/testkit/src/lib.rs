//! For tests and benches: a stand-in Bedrock on the wire, makers of data, and a scratch library.
//!
//! The product never contains this crate: it is a development dependency only.

pub mod bedrock;
pub mod data;
mod scratch;

pub use scratch::Scratch;
