//! Locks of the operating system, which end with the process that holds them, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A held lock on a file of its own; the file goes when the lock is dropped.
#[derive(Debug)]
pub(crate) struct HeldLock {
    file: Option<File>,
    path: PathBuf,
}

/// What became of an attempt to lock.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// The lock is held now.
    Held(HeldLock),
    /// A live process holds it.
    Busy,
}

/// Opens a file to lock it, making it where there is none.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

impl HeldLock {
    /// Takes the lock unless a live process holds it.
    pub(crate) fn attempt(path: &Path) -> io::Result<Attempt> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Attempt::Held(Self {
                file: Some(file),
                path: path.to_owned(),
            })),
            Err(TryLockError::WouldBlock) => Ok(Attempt::Busy),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // Closed first, for Windows removes no open file. What stays behind is swept at the next start.
        drop(self.file.take());
        let _ = fs::remove_file(&self.path);
    }
}

/// Waits for a lock on a file that stays; it is released when the file is closed.
pub(crate) fn wait(path: &Path) -> io::Result<File> {
    let file = open(path)?;
    file.lock()?;
    Ok(file)
}
