//! A stand-in for Amazon Bedrock (and the corner of STS that is needed with it) on 127.0.0.1.
//!
//! It speaks the real wire: it verifies SigV4 signatures as AWS does, answers ConverseStream with event
//! stream frames and their checksums, fails with AWS's own error shapes, and breaks off where a
//! [`Script`] says so. It records every request. The AWS SDKs cannot tell it from the real thing.

mod frames;
mod script;
mod sigv4;
mod stand_in;

pub use frames::{Frame, event_frame, exception_frame};
pub use script::{ControlError, Ending, FoundationModel, InferenceProfile, Part, Script, Turn};
pub use sigv4::{
    ACCESS_KEY, Rejection, SECRET_KEY, SESSION_ACCESS_KEY, SESSION_SECRET_KEY, SESSION_TOKEN,
    Signed, verify,
};
pub use stand_in::{Received, StandIn};
