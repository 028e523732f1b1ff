//! The conversation through the real AWS SDK and the stand-in on the wire.

mod accounts;
mod answers;
mod faults;
mod prompt;
mod stops;
mod world;
