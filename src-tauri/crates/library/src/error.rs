//! What can go wrong with the library, each as one sentence that says what happened and what to do.

use std::io;
use std::path::{Path, PathBuf};

/// A library that could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The conversion of a file failed; its code is passed on.
    #[error(transparent)]
    Ingest(#[from] buzz_ingest::Error),
    /// There is no dataset of that name or id.
    #[error("there is no dataset {name:?}{}", near_names(.near))]
    NotFound {
        /// What was asked for.
        name: String,
        /// Names that look like it, the nearest first.
        near: Vec<String>,
    },
    /// The file has no sheet, or no file inside, of that name.
    #[error("{} has no sheet {wanted:?}: {}", path.display(), sheet_names(.names))]
    NoSheet {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// Those that there are.
        names: Vec<String>,
    },
    /// There is no conversation of that id.
    #[error("there is no conversation {0:?}")]
    NoConversation(String),
    /// There is no entry of that number in the ledger.
    #[error("there is no entry {0} in the ledger")]
    NoLedgerEntry(i64),
    /// There is no verified question of that id.
    #[error("there is no verified question {0:?}")]
    NoVerifiedQuestion(String),
    /// The dataset has no such column.
    #[error("{dataset:?} has no column {column:?}: look at its columns for their names")]
    NoColumn {
        /// The dataset.
        dataset: String,
        /// What was asked for.
        column: String,
    },
    /// A name that no dataset can have.
    #[error("{0}")]
    Name(String),
    /// Another dataset has the name, letter case aside.
    #[error("there is a dataset {0:?} already: choose another name")]
    NameTaken(String),
    /// Somebody else changed the dataset's columns in the meantime.
    #[error(
        "the columns of {0:?} were changed by another window or command: look at them, and try again"
    )]
    Overtaken(String),
    /// The output exists and may not be replaced.
    #[error("{} exists already: choose another name, or allow it to be replaced", .0.display())]
    Exists(PathBuf),
    /// The platform does not say where programs keep their data.
    #[error(
        "this computer does not say where programs keep their data: name a folder for the library"
    )]
    NoDataFolder,
    /// The person put the library into a folder that is not there.
    #[error("the library is in {}, which is not there now: connect the disk that holds it, or remove the file {} to use the usual place", place.display(), file.display())]
    PlaceGone {
        /// Where it should be.
        place: PathBuf,
        /// The file that says so.
        file: PathBuf,
    },
    /// The environment says where the library is.
    #[error(
        "the environment of this program says where the library is (BUZZ_LIBRARY or BUZZ_PORTABLE): change it there"
    )]
    PlaceNamed,
    /// The library was written by a newer version of this program.
    #[error("the library at {} was made by a newer version of this program: install that version, or use another library", .0.display())]
    Newer(PathBuf),
    /// A folder or file of the library could not be used.
    #[error("{} could not be used ({cause}): check the disk and your permissions, and try again", path.display())]
    Disk {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The disk that holds the library is full.
    #[error("the disk that holds {} is full: free some space there and try again", .0.display())]
    DiskFull(PathBuf),
    /// The disk that holds the library's database is full.
    #[error("the disk that holds the library is full: free some space there and try again")]
    DatabaseFull,
    /// A dataset's receipt or profile cannot be read.
    #[error("{} is damaged ({cause}): remove the dataset and convert its file again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The database is busy with the work of another process for too long.
    #[error(
        "the library is busy with the work of another window or command: try again in a moment"
    )]
    Busy,
    /// The database failed.
    #[error(
        "the library's database failed ({0}): close every window and command that uses it, and try again"
    )]
    Database(rusqlite::Error),
}

/// The part of a sentence that offers other names.
fn near_names(near: &[String]) -> String {
    match near {
        [] => ": see the list of datasets for their names".to_owned(),
        [one] => format!(": did you mean {one:?}?"),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(|name| format!("{name:?}")).collect();
            format!(": did you mean {} or {last:?}?", most.join(", "))
        }
    }
}

/// The part of a sentence that says which sheets there are.
fn sheet_names(names: &[String]) -> String {
    let names: Vec<_> = (names.iter())
        .filter(|name| !name.is_empty())
        .map(|name| format!("{name:?}"))
        .collect();
    if names.is_empty() {
        "it is a single table, so leave the name of the sheet out".to_owned()
    } else {
        format!("choose one of {}, or all", names.join(", "))
    }
}

impl Error {
    /// A short stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ingest(error) => error.code(),
            Self::NotFound { .. } => "no_such_dataset",
            Self::NoSheet { .. } => "no_such_sheet",
            Self::NoConversation(_) => "no_such_conversation",
            Self::NoVerifiedQuestion(_) => "no_such_verified_question",
            Self::NoColumn { .. } => "no_such_column",
            Self::NoLedgerEntry(_) => "no_such_entry",
            Self::Name(_) => "wrong_name",
            Self::NameTaken(_) => "name_taken",
            Self::Overtaken(_) => "overtaken",
            Self::Exists(_) => "exists",
            Self::NoDataFolder => "no_data_folder",
            Self::PlaceGone { .. } => "place_gone",
            Self::PlaceNamed => "place_named",
            Self::Newer(_) => "newer_library",
            Self::Disk { .. } => "disk",
            Self::DiskFull(_) | Self::DatabaseFull => "disk_full",
            Self::Damaged { .. } => "damaged",
            Self::Busy => "busy",
            Self::Database(_) => "database",
        }
    }

    /// The error for a failed operation on a file or folder.
    pub(crate) fn disk(path: &Path, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull(path.to_owned())
            }
            _ => Self::Disk {
                path: path.to_owned(),
                cause,
            },
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::Busy
            }
            Some(rusqlite::ErrorCode::DiskFull) => Self::DatabaseFull,
            _ => Self::Database(error),
        }
    }
}
