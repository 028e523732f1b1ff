//! A library in a temporary folder, and files to import.

use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, Options, Silent};
use buzz_library::{Dataset, Error, Library};
use tempfile::TempDir;

pub struct Fixture {
    pub folder: TempDir,
}

impl Fixture {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub fn open(&self) -> Library {
        Library::open(&self.root()).unwrap()
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

pub fn import(library: &Library, source: &Path, name: Option<&str>) -> Result<Dataset, Error> {
    library.import(source, name, &Options::default(), &Silent, &Cancel::new())
}

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
