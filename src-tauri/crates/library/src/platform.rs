//! What differs between platforms, and how files are made durable.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes the names in a folder durable. Windows keeps them in its journal and offers nothing to call.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the names in a folder durable. Windows keeps them in its journal and offers nothing to call.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes a file that must not exist yet, and makes its bytes durable.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Replaces a file by another of its folder in one step: a reader sees the old bytes or the new.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let new = path.with_extension(format!("new-{}", uuid::Uuid::now_v7()));
    let written = write_new(&new, bytes).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // The first error is the one to tell; the file is in nobody's way.
        let _ = fs::remove_file(&new);
    }
    written.and_then(|()| sync_folder(folder))
}

/// Removes a folder and all in it, if it is there.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A folder of the person's own for what need not outlive their session.
pub(crate) fn session_folder() -> PathBuf {
    let own = directories::BaseDirs::new()
        .and_then(|folders| folders.runtime_dir().map(Path::to_owned))
        .unwrap_or_else(|| own_temporary_folder(std::env::temp_dir()));
    own.join("buzz-csv")
}

/// What is everybody's temporary folder is divided by who they are.
#[cfg(unix)]
fn own_temporary_folder(of_all: PathBuf) -> PathBuf {
    use std::os::unix::fs::MetadataExt;
    let home =
        directories::BaseDirs::new().and_then(|folders| fs::metadata(folders.home_dir()).ok());
    match home {
        Some(home) => of_all.join(format!("of-{}", home.uid())),
        None => of_all,
    }
}

/// Windows gives everybody a temporary folder of their own.
#[cfg(not(unix))]
fn own_temporary_folder(own: PathBuf) -> PathBuf {
    own
}
