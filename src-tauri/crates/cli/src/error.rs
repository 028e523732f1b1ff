//! How a command ends when it does not end well: a code for programs, a sentence for people, an exit code.

use std::io;
use std::path::Path;

/// The exit code of a command that failed.
const FAILED: u8 = 1;
/// The exit code of a command line that makes no sense.
pub const USAGE: u8 = 2;
/// The exit code of a command that ran out of its time.
const TIMED_OUT: u8 = 124;
/// The exit code of a command that was cancelled.
pub const CANCELLED: u8 = 130;

/// Why a command stopped before its end.
#[derive(Debug)]
pub enum Failure {
    /// Something went wrong and the person has to be told.
    Told {
        /// A short stable name for programs.
        code: String,
        /// One sentence: what happened and what to do.
        message: String,
        /// The exit code of the process.
        exit: u8,
    },
    /// Whoever read standard output has seen enough (`buzz sql … | head`): nothing went wrong.
    ReaderGone,
}

impl Failure {
    /// A failure with its code, which decides the exit code, and its sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        let exit = match code {
            "cancelled" => CANCELLED,
            "timed_out" => TIMED_OUT,
            "usage" | "wrong_options" => USAGE,
            _ => FAILED,
        };
        Self::Told {
            code: code.to_owned(),
            message: message.into(),
            exit,
        }
    }

    /// Some of several things failed, each of which was told of: `code` is the one they share, if they do.
    pub fn some(code: Option<&str>, message: impl Into<String>) -> Self {
        Self::Told {
            code: code.unwrap_or("some_failed").to_owned(),
            message: message.into(),
            exit: FAILED,
        }
    }

    /// The failure's code; empty where nothing went wrong.
    pub fn code(&self) -> &str {
        match self {
            Self::Told { code, .. } => code,
            Self::ReaderGone => "",
        }
    }

    /// A command line that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new("usage", message)
    }

    /// A failure to write the result.
    pub fn writing(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::new(
                "disk_full",
                "the disk that the result goes to is full: free some space there and try again",
            ),
            _ => Self::new(
                "write_failed",
                format!("the result could not be written ({cause}): check where it goes to"),
            ),
        }
    }

    /// The refusal to replace a file.
    pub fn exists(path: &Path) -> Self {
        Self::new(
            "exists",
            format!(
                "{} exists already: give --force to replace it, or choose another name",
                path.display()
            ),
        )
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::ReaderGone => 0,
            Self::Told { exit, .. } => *exit,
        }
    }
}

impl From<buzz_ingest::Error> for Failure {
    fn from(error: buzz_ingest::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<buzz_library::Error> for Failure {
    fn from(error: buzz_library::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<buzz_query::Error> for Failure {
    fn from(error: buzz_query::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<buzz_chat::ModelError> for Failure {
    fn from(error: buzz_chat::ModelError) -> Self {
        Self::new(&error.code, error.message)
    }
}

impl From<buzz_chat::Error> for Failure {
    fn from(error: buzz_chat::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
