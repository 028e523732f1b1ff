//! What can go wrong in a conversion, each as one sentence that says what happened and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::Cancel;
use crate::container::Fault;

/// A conversion that could not be finished; nothing it wrote counts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path does not lead to anything.
    #[error("{} was not found: check the name, or whether the disk it is on is connected", .0.display())]
    NotFound(PathBuf),
    /// The path leads to a folder.
    #[error("{} is a folder: choose the files inside it", .0.display())]
    Folder(PathBuf),
    /// The path leads to a device, a socket or the like.
    #[error("{} is not a regular file: copy its contents to a file first", .0.display())]
    NotAFile(PathBuf),
    /// The operating system refuses to read the file.
    #[error("{} may not be read: ask for permission to read it, or copy it to a place of your own", .0.display())]
    PermissionDenied(PathBuf),
    /// The file has no bytes, or nothing but white space.
    #[error("{} is empty: there is nothing to convert", .0.display())]
    Empty(PathBuf),
    /// The file's bytes are not text.
    #[error("{path} is not a text file (it looks like {looks_like}): {}", instead_of(looks_like), path = path.display())]
    Binary {
        /// The file.
        path: PathBuf,
        /// What the bytes look like, such as `a PDF document`.
        looks_like: String,
    },
    /// The file can be read, but there is no table in it.
    #[error("there is no table in {path}: {what}", path = path.display())]
    NoTable {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        what: String,
    },
    /// The file is an archive that cannot be taken apart.
    #[error("{path} cannot be unpacked: {what}", path = path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        what: String,
    },
    /// What the file holds breaks off, is damaged, or is packed to do harm.
    #[error("{path} could not be read to its end ({fault}): nothing was kept; get a fresh copy of it", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and how far it was good.
        fault: String,
    },
    /// The file shrank, grew, was replaced or vanished while it was read.
    #[error("{path} changed while it was being read ({what}): nothing was kept; wait until it is complete and convert it again", path = path.display())]
    SourceChanged {
        /// The file.
        path: PathBuf,
        /// What changed.
        what: String,
    },
    /// The file could not be read.
    #[error("{path} could not be read ({cause}): nothing was kept; check the disk it is on and try again", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The output could not be written.
    #[error("the result could not be written to {path} ({cause}): nothing was kept; check the disk and try again", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// There is no room for the output.
    #[error("the disk that holds {path} is full: nothing was kept; free about {} MB there and try again", needed.div_ceil(1_000_000), path = path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
        /// Bytes that the whole output is estimated to need.
        needed: u64,
    },
    /// The output would be larger than the file system, or a limit on the program, lets a file be.
    #[error("{path} may not become as large as it has to (about {} MB): nothing was kept; choose another disk for it, or raise the limit", needed.div_ceil(1_000_000), path = path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes that the whole output is estimated to need.
        needed: u64,
    },
    /// A spreadsheet that cannot be read, or holds what no spreadsheet should; the sentence goes on after the path.
    #[error("{path} {what}", path = path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// A spreadsheet that opens only with a password.
    #[error("{} is protected with a password: open it in a spreadsheet program, save it without the password and convert that", .0.display())]
    Protected(PathBuf),
    /// An option makes no sense for this file.
    #[error("{0}")]
    Options(String),
    /// Somebody asked the conversion to stop.
    #[error("the conversion was cancelled: nothing was kept")]
    Cancelled,
    /// The Parquet library refused something; a fault of this program.
    #[error(
        "the Parquet file could not be made ({0}): nothing was kept; please report this together with the file's first lines"
    )]
    Parquet(String),
}

/// What to do with a file that is no table.
fn instead_of(looks_like: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| looks_like.contains(word));
    if is(&["picture", "film", "sound"]) {
        "a table that can be seen in it cannot be read; ask for the file that it was made from"
    } else if is(&["PDF"]) {
        "the tables in it cannot be read; ask for them as a spreadsheet or as CSV"
    } else if is(&["Word", "text document", "PowerPoint", "RTF", "OpenDocument"]) {
        "copy the table that is in it to a spreadsheet, and add that"
    } else {
        "export it as CSV from the program that made it"
    }
}

impl Error {
    /// A short stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Folder(_) => "is_a_folder",
            Self::NotAFile(_) => "not_a_file",
            Self::PermissionDenied(_) => "permission_denied",
            Self::Empty(_) => "empty_file",
            Self::Binary { .. } => "not_text",
            Self::NoTable { .. } => "no_table",
            Self::Archive { .. } => "archive",
            Self::Damaged { .. } => "damaged_file",
            Self::SourceChanged { .. } => "source_changed",
            Self::Read { .. } => "read_failed",
            Self::Write { .. } => "write_failed",
            // A program can do the same about both: look for room elsewhere.
            Self::DiskFull { .. } | Self::TooLarge { .. } => "disk_full",
            Self::Workbook { .. } => "bad_workbook",
            Self::Protected(_) => "protected",
            Self::Options(_) => "wrong_options",
            Self::Cancelled => "cancelled",
            Self::Parquet(_) => "parquet",
        }
    }

    /// The error for a failed read of the source.
    pub(crate) fn reading(path: &Path, cause: io::Error) -> Self {
        // What was found out about a file before comes through readers that know only errors of input and output.
        let cause = match cause.downcast::<Self>() {
            Ok(error) => return error,
            Err(cause) => cause,
        };
        if let Some(fault) = Fault::of(&cause) {
            return Self::Damaged {
                path: path.to_owned(),
                fault: fault.to_string(),
            };
        }
        match cause.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path.to_owned()),
            io::ErrorKind::PermissionDenied => Self::PermissionDenied(path.to_owned()),
            io::ErrorKind::IsADirectory => Self::Folder(path.to_owned()),
            _ => Self::Read {
                path: path.to_owned(),
                cause,
            },
        }
    }

    /// The error for a failed write of the output, of which about `needed` bytes were to come.
    pub(crate) fn writing(path: &Path, cause: io::Error, needed: u64) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.to_owned(),
                needed,
            },
            io::ErrorKind::FileTooLarge => Self::TooLarge {
                path: path.to_owned(),
                needed,
            },
            _ => Self::Write {
                path: path.to_owned(),
                cause,
            },
        }
    }

    /// The same error, unless somebody asked for a stop meanwhile: whatever fails then may fail because of that.
    pub(crate) fn unless(self, cancel: &Cancel) -> Self {
        if cancel.is_cancelled() {
            Self::Cancelled
        } else {
            self
        }
    }

    /// The same error, where it says how much room is needed but nobody had estimated that.
    pub(crate) fn with_estimate(mut self, estimate: u64) -> Self {
        if let Self::DiskFull { needed, .. } | Self::TooLarge { needed, .. } = &mut self
            && *needed == 0
        {
            *needed = estimate;
        }
        self
    }
}
