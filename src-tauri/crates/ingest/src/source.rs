//! The file that is converted: opened once, and watched for changes.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Error;

/// A source that was opened.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) modified: Option<SystemTime>,
    file: File,
    /// The hash of the file's head and tail, for a program may write to a file and put its time back.
    ends: blake3::Hash,
}

/// The hash of the first and the last 64 KiB of a file.
fn hash_of_ends(mut file: &File, bytes: u64) -> io::Result<blake3::Hash> {
    const END: u64 = 65_536;
    let mut hasher = blake3::Hasher::new();
    for start in [0, bytes.saturating_sub(END)] {
        file.seek(SeekFrom::Start(start))?;
        hasher.update_reader(file.take(END))?;
    }
    Ok(hasher.finalize())
}

impl Source {
    /// Opens a regular file.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Folder`], [`Error::NotAFile`], [`Error::PermissionDenied`], [`Error::Empty`]
    /// and [`Error::Read`].
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        // Asked before opening: to open a named pipe would wait for a writer.
        let metadata = std::fs::metadata(path).map_err(|cause| Error::reading(path, cause))?;
        if metadata.is_dir() {
            return Err(Error::Folder(path.to_owned()));
        }
        if !metadata.is_file() {
            return Err(Error::NotAFile(path.to_owned()));
        }
        let file = File::open(path).map_err(|cause| Error::reading(path, cause))?;
        let metadata = file
            .metadata()
            .map_err(|cause| Error::reading(path, cause))?;
        if metadata.len() == 0 {
            return Err(Error::Empty(path.to_owned()));
        }
        let ends =
            hash_of_ends(&file, metadata.len()).map_err(|cause| Error::reading(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            file,
            ends,
        })
    }

    /// Another handle to the same file, which stays the same even if its name is given to another.
    pub(crate) fn handle(&self) -> Result<File, Error> {
        self.file
            .try_clone()
            .map_err(|cause| Error::reading(&self.path, cause))
    }

    /// Makes sure that the file is what it was when it was opened, and that `read` bytes are all of it.
    ///
    /// # Errors
    /// [`Error::SourceChanged`].
    pub(crate) fn check_unchanged(&self, read: u64) -> Result<(), Error> {
        let changed = |what: &str| {
            Err(Error::SourceChanged {
                path: self.path.clone(),
                what: what.to_owned(),
            })
        };
        let is_same =
            |now: &Metadata| now.len() == self.bytes && now.modified().ok() == self.modified;
        match std::fs::metadata(&self.path) {
            Err(_) => changed("it is no longer there"),
            Ok(now) if now.len() < self.bytes => changed("it became smaller"),
            Ok(now) if now.len() > self.bytes => changed("it became larger"),
            Ok(now) if !is_same(&now) => changed("it was written to"),
            Ok(_) if read != self.bytes => changed("its size changed"),
            Ok(_) => match self.file.metadata() {
                Ok(now) if !is_same(&now) => changed("another file took its place"),
                Err(_) => changed("it is no longer there"),
                Ok(_) => match hash_of_ends(&self.file, self.bytes) {
                    Ok(ends) if ends == self.ends => Ok(()),
                    Ok(_) => changed("it was written to"),
                    Err(cause) => Err(Error::reading(&self.path, cause)),
                },
            },
        }
    }

    /// When the file was last modified, RFC 3339 in UTC.
    pub(crate) fn modified_text(&self) -> Option<String> {
        jiff::Timestamp::try_from(self.modified?)
            .ok()
            .map(|at| at.to_string())
    }
}
