//! The file that is converted: opened once, and watched for changes.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::container::{Digest, HashedFile};
use crate::{Cancel, Error, platform};

/// A source that was opened.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) modified: Option<SystemTime>,
    /// The open file; `None` where it is opened whenever it is read, see [`Source::at_rest`].
    file: Option<File>,
    /// The hash of the file's head and tail, for a program may write to a file and put its time back.
    ends: blake3::Hash,
    /// Its own hash, as far as it was read by what does not read it in order.
    digest: Digest,
}

/// A handle to a file with a place of its own: handles that the system clones share theirs, and move under one another.
#[derive(Debug)]
pub(crate) struct Handle {
    file: File,
    position: u64,
}

impl Handle {
    /// A handle that stands at the file's beginning.
    pub(crate) fn new(file: File) -> Self {
        Self { file, position: 0 }
    }

    /// Another handle to the same file, at the same place.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self {
            file: self.file.try_clone()?,
            position: self.position,
        })
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = platform::read_at(&self.file, buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, offset) = match to {
            SeekFrom::Start(position) => (position, 0),
            SeekFrom::End(offset) => (self.file.metadata()?.len(), offset),
            SeekFrom::Current(offset) => (self.position, offset),
        };
        self.position = from
            .checked_add_signed(offset)
            .ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
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
            file: Some(file),
            ends,
            digest: Digest::default(),
        })
    }

    /// The same without an open file, of which a process may have a few hundred: it is opened whenever it is read, and must
    /// be what it was.
    pub(crate) fn at_rest(self) -> Self {
        Self { file: None, ..self }
    }

    /// Whether another look at the same path found the same file.
    pub(crate) fn is_unchanged(&self, now: &Self) -> bool {
        (&self.path, self.bytes, self.modified, self.ends)
            == (&now.path, now.bytes, now.modified, now.ends)
    }

    /// Another handle to the same file, at its beginning; the file stays the same even if its name is given to another.
    pub(crate) fn handle(&self) -> Result<Handle, Error> {
        let file = self.file()?;
        Ok(Handle { file, position: 0 })
    }

    /// The same, with what it reads counting for [`Source::hash`].
    pub(crate) fn hashed_handle(&self) -> Result<HashedFile<Handle>, Error> {
        Ok(HashedFile::new(self.handle()?, self.digest.clone()))
    }

    /// Forgets what was read for the hash, before the file is read once more.
    pub(crate) fn hash_anew(&self) {
        self.digest.reset();
    }

    /// The file, for those who say with each read where it is to be.
    pub(crate) fn file(&self) -> Result<File, Error> {
        let failed = |cause| Error::reading(&self.path, cause);
        let Some(file) = &self.file else {
            let file = match File::open(&self.path).map_err(failed) {
                Err(Error::NotFound(_)) => return Err(self.changed("it is no longer there")),
                file => file?,
            };
            self.check_same(&file)?;
            return Ok(file);
        };
        file.try_clone().map_err(failed)
    }

    /// The first bytes, by which formats are told apart; fewer than eight in a shorter file.
    pub(crate) fn start(&self) -> Result<Vec<u8>, Error> {
        let mut start = Vec::new();
        self.handle()?
            .take(8)
            .read_to_end(&mut start)
            .map_err(|cause| Error::reading(&self.path, cause))?;
        Ok(start)
    }

    /// The size of the file and the BLAKE3 hash of its bytes, for a source that is not read from its first byte to its
    /// last; what hashed handles have read since [`Source::hash_anew`] is not read again.
    ///
    /// # Errors
    /// [`Error::Read`] and [`Error::Cancelled`].
    pub(crate) fn hash(&self, cancel: &Cancel) -> Result<(u64, String), Error> {
        self.digest
            .finish(&mut self.handle()?, cancel)
            .map_err(|cause| Error::reading(&self.path, cause))?
            .ok_or(Error::Cancelled)
    }

    /// Makes sure that the file is what it was when it was opened, and that `read` bytes are all of it.
    ///
    /// # Errors
    /// [`Error::SourceChanged`].
    pub(crate) fn check_unchanged(&self, read: u64) -> Result<(), Error> {
        match std::fs::metadata(&self.path) {
            Err(_) => return Err(self.changed("it is no longer there")),
            Ok(now) => self.check_metadata(&now)?,
        }
        if read != self.bytes {
            return Err(self.changed("its size changed"));
        }
        let Some(file) = &self.file else {
            return self.file().map(|_| ());
        };
        match file.metadata() {
            Ok(now) if !self.is_same(&now) => Err(self.changed("another file took its place")),
            Err(_) => Err(self.changed("it is no longer there")),
            Ok(_) => self.check_ends(file),
        }
    }

    /// Makes sure that a file that was opened anew is the one that was opened before.
    fn check_same(&self, file: &File) -> Result<(), Error> {
        let now = file
            .metadata()
            .map_err(|cause| Error::reading(&self.path, cause))?;
        self.check_metadata(&now)?;
        self.check_ends(file)
    }

    fn check_metadata(&self, now: &Metadata) -> Result<(), Error> {
        match now.len() {
            len if len < self.bytes => Err(self.changed("it became smaller")),
            len if len > self.bytes => Err(self.changed("it became larger")),
            _ if !self.is_same(now) => Err(self.changed("it was written to")),
            _ => Ok(()),
        }
    }

    fn check_ends(&self, file: &File) -> Result<(), Error> {
        match hash_of_ends(file, self.bytes) {
            Ok(ends) if ends == self.ends => Ok(()),
            Ok(_) => Err(self.changed("it was written to")),
            Err(cause) => Err(Error::reading(&self.path, cause)),
        }
    }

    fn is_same(&self, now: &Metadata) -> bool {
        now.len() == self.bytes && now.modified().ok() == self.modified
    }

    fn changed(&self, what: &str) -> Error {
        Error::SourceChanged {
            path: self.path.clone(),
            what: what.to_owned(),
        }
    }

    /// When the file was last modified, RFC 3339 in UTC.
    pub(crate) fn modified_text(&self) -> Option<String> {
        written(self.modified?)
    }
}

fn written(time: SystemTime) -> Option<String> {
    jiff::Timestamp::try_from(time)
        .ok()
        .map(|at| at.to_string())
}

impl crate::receipt::Source {
    /// Whether the file is there and another than the one that was read, judged by its size and its time; it is not opened.
    pub fn has_changed(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|now| {
            let modified = now.modified().ok().and_then(written);
            now.is_file() && (now.len() != self.bytes || modified != self.modified)
        })
    }
}
