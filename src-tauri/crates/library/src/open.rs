//! Opening a library: making it, bringing it up to date, and clearing up after processes that died.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;

use crate::Error;

/// The environment variable that overrules the default folder.
const ROOT_VARIABLE: &str = "BUZZ_LIBRARY";

/// The folder of the library unless another is named: `BUZZ_LIBRARY`, else `buzz-csv` in the platform's own data folder.
///
/// # Errors
/// [`Error::NoDataFolder`] where the platform names none.
pub fn default_root() -> Result<PathBuf, Error> {
    if let Some(root) = std::env::var_os(ROOT_VARIABLE).filter(|root| !root.is_empty()) {
        return Ok(PathBuf::from(root));
    }
    directories::BaseDirs::new()
        .map(|dirs| dirs.data_local_dir().join("buzz-csv"))
        .ok_or(Error::NoDataFolder)
}

/// A folder of datasets, and the database that knows them; may be shared by threads, and used by several processes.
#[derive(Debug)]
pub struct Library {
    root: PathBuf,
    #[allow(dead_code)]
    db: Mutex<Connection>,
}

impl Library {
    /// Opens the library in a folder, and makes both if they are not there.
    ///
    /// Brings an older database up to date; rebuilds a missing or damaged one from the receipts (a damaged one is
    /// kept aside as `library.db.damaged-1` and so on); adopts datasets that the database does not know; marks jobs
    /// whose process died as failed and clears their unfinished work away.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Disk`], [`Error::DiskFull`], [`Error::Busy`] and [`Error::Database`].
    pub fn open(root: &Path) -> Result<Self, Error> {
        let _ = root;
        todo!()
    }

    /// The library's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
