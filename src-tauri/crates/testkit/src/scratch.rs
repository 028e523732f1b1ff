//! A library that lives as long as a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use buzz_library::Library;

/// A library in a temporary folder, removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
    library: Arc<Library>,
}

impl Scratch {
    /// Makes an empty library.
    ///
    /// # Panics
    /// Where the temporary folder cannot be written.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(&folder.path().join("library")).expect("an empty library");
        Self {
            folder,
            library: Arc::new(library),
        }
    }

    /// The library.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// A path in the temporary folder, outside the library.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The temporary folder; the library is in `library`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}
