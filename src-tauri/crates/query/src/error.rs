//! What can go wrong with a query or an export, each as one sentence that says what happened and what to do.

use std::io;
use std::path::{Path, PathBuf};

/// A statement that did not run to its end, or a result that could not be kept or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is no single statement that reads.
    #[error("{0}")]
    NotOneRead(String),
    /// The statement reads something other than the tables in scope, or asks about the machine.
    #[error("{0}")]
    Refused(String),
    /// A condition's value is none of its column's type.
    #[error("{0}")]
    Condition(String),
    /// DuckDB does not understand the statement, or could not compute it.
    #[error("{0}")]
    Sql(String),
    /// The statement took longer than it was given.
    #[error(
        "the query was stopped after {seconds} s, the time it was given: narrow it down, or allow it more time"
    )]
    TimedOut {
        /// The time it was given, in seconds.
        seconds: f64,
    },
    /// Somebody asked the work to stop.
    #[error("the query was stopped")]
    Cancelled,
    /// The statement needs more memory than the engine may hold, and could not make do with the disk.
    #[error("the query needs more than the {} MB of memory it may use: select fewer rows or columns, or group more coarsely", .limit / 1_000_000)]
    Memory {
        /// The limit in bytes.
        limit: u64,
    },
    /// The statement's temporary files outgrew their limit, or their disk.
    #[error("the query needs more than the {} MB of temporary disk space it may use: select fewer rows or columns, or free space on the disk", .limit / 1_000_000)]
    TemporarySpace {
        /// The limit in bytes.
        limit: u64,
    },
    /// A table of that name is not in scope.
    #[error("there is no table {0:?} here")]
    NoSuchTable(String),
    /// A dataset's file could not be read.
    #[error("the data of {table:?} could not be read ({cause}): check the disk it is on")]
    Data {
        /// The table.
        table: String,
        /// What DuckDB or the operating system said, without paths.
        cause: String,
    },
    /// The output exists and may not be replaced.
    #[error("{} exists already: choose another name, or allow it to be replaced", .0.display())]
    Exists(PathBuf),
    /// The disk that holds the output is full.
    #[error("the disk that holds {} is full: nothing was kept; free some space there and try again", .0.display())]
    DiskFull(PathBuf),
    /// The output could not be written.
    #[error("{} could not be written ({cause}): nothing was kept; check the place and try again", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A stream that the caller gave could not be written, such as a closed pipe.
    #[error("the result could not be written ({0})")]
    Stream(io::Error),
    /// A fault of this program or of DuckDB.
    #[error("the query failed inside the engine ({0}): please report this together with the SQL")]
    Internal(String),
}

impl Error {
    /// A short stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOneRead(_) => "not_one_read",
            Self::Refused(_) => "refused",
            Self::Condition(_) => "condition",
            Self::Sql(_) => "sql_error",
            Self::TimedOut { .. } => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Memory { .. } => "memory",
            Self::TemporarySpace { .. } => "temporary_space",
            Self::NoSuchTable(_) => "no_such_table",
            Self::Data { .. } => "data_unreadable",
            Self::Exists(_) => "exists",
            Self::DiskFull(_) => "disk_full",
            Self::Write { .. } => "write_failed",
            Self::Stream(_) => "write_failed",
            Self::Internal(_) => "internal",
        }
    }

    /// The error for a failed write of an output file.
    pub(crate) fn writing(path: &Path, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull(path.to_owned())
            }
            _ => Self::Write {
                path: path.to_owned(),
                cause,
            },
        }
    }
}
