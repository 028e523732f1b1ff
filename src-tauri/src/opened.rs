//! Files that the desktop gives the program from outside its window: on the command line, by a second start, or, on
//! macOS, while it runs. They wait here until the window's page takes them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::Url;

/// The event by which the page learns that files are waiting.
pub const EVENT: &str = "files-opened";

/// Files that wait to be taken in.
#[derive(Debug, Default)]
pub struct Opened(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    files: Vec<PathBuf>,
    closed: bool,
}

impl Opened {
    /// Puts files behind those that wait; whether somebody will take them.
    pub fn add(&self, files: impl IntoIterator<Item = PathBuf>) -> bool {
        let mut waiting = self.lock();
        if !waiting.closed {
            waiting.files.extend(files);
        }
        !waiting.closed
    }

    /// Takes all that wait, so that none is taken in twice.
    pub fn take(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.lock().files)
    }

    /// From now on nobody takes any, for the window is closing.
    pub fn close(&self) {
        self.lock().closed = true;
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files among the arguments of the program, its name left out: paths, relative ones to `folder`, and `file://`
/// addresses. Options are passed over, for desktops add some of their own; behind `--` there are none.
pub fn files(arguments: impl IntoIterator<Item = OsString>, folder: &Path) -> Vec<PathBuf> {
    let mut literal = false;
    let mut files = Vec::new();
    for argument in arguments {
        if !literal && argument == "--" {
            literal = true;
        } else if literal || !argument.as_encoded_bytes().starts_with(b"-") {
            files.extend(file(argument, folder));
        }
    }
    files
}

/// The file that an argument names; `None` for an address of something that is no file of this computer.
fn file(argument: OsString, folder: &Path) -> Option<PathBuf> {
    if argument.is_empty() {
        return None;
    }
    let text = argument.to_str().unwrap_or_default();
    match text.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => {
            Url::parse(text).ok().as_ref().and_then(path)
        }
        _ => Some(folder.join(argument)),
    }
}

/// The file at an address.
pub fn path(url: &Url) -> Option<PathBuf> {
    url.to_file_path().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(arguments: &[&str]) -> Vec<PathBuf> {
        let folder = std::env::temp_dir();
        files(arguments.iter().map(OsString::from), &folder)
    }

    #[test]
    fn relative_paths_are_meant_from_where_the_person_stood() {
        let folder = std::env::temp_dir();
        assert_eq!(
            named(&["a b.csv", "sub/é.tsv"]),
            [folder.join("a b.csv"), folder.join("sub/é.tsv")]
        );
        let absolute = folder.join("c.csv");
        assert_eq!(named(&[absolute.to_str().unwrap()]), [absolute]);
    }

    #[cfg(unix)]
    #[test]
    fn addresses_of_files_are_files() {
        assert_eq!(
            named(&["file:///home/a/my%20file%20%C3%A9.csv"]),
            [PathBuf::from("/home/a/my file é.csv")]
        );
        assert_eq!(
            named(&["file://localhost/a.csv"]),
            [PathBuf::from("/a.csv")]
        );
        assert_eq!(named(&["file://elsewhere/a.csv"]), [] as [PathBuf; 0]);
    }

    #[test]
    fn options_are_no_files_unless_it_is_said_that_they_are() {
        let folder = std::env::temp_dir();
        assert_eq!(
            named(&["--gapplication-service", "-x", "", "a.csv", "--", "-b.csv"]),
            [folder.join("a.csv"), folder.join("-b.csv")]
        );
    }

    #[test]
    fn what_waits_is_taken_once() {
        let opened = Opened::default();
        assert!(opened.add([PathBuf::from("a")]));
        assert!(opened.add([PathBuf::from("b")]));
        assert_eq!(opened.take(), [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(opened.take(), [] as [PathBuf; 0]);
        opened.close();
        assert!(!opened.add([PathBuf::from("c")]));
        assert_eq!(opened.take(), [] as [PathBuf; 0]);
    }
}
