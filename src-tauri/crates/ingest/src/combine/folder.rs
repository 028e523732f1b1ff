//! The files of a folder that may hold tables.

use std::cmp::Ordering;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{Cancel, Error};

/// Endings of files that are read; what a file is shows in its first bytes, but nobody wants to be asked about pictures.
pub const ENDINGS: [&str; 23] = [
    "csv", "tsv", "tab", "psv", "txt", "dat", "asc", "prn", "log", "json", "jsonl", "ndjson",
    "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "feather", "ipc", "zip", "ssv",
];
/// Endings of files that are unpacked; what is inside shows in the ending before.
pub const PACKED_ENDINGS: [&str; 6] = ["gz", "gzip", "zst", "bz2", "xz", "zstd"];

/// Files that a folder may have in all, and those left out that are named.
const MOST_ENTRIES: usize = 200_000;
const MOST_NAMED: usize = 1_000;

/// What a folder and the folders in it hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FolderFiles {
    /// The files that can be read, judged by their endings, as a person would order them: `2.csv` before `10.csv`.
    pub files: Vec<PathBuf>,
    /// The others, the first thousand of them.
    pub left_out: Vec<LeftOut>,
    /// How many others there are.
    pub left_out_count: u64,
}

/// A file or folder that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Where it is.
    pub path: PathBuf,
    /// Why, such as `it is hidden`.
    pub why: String,
}

/// The files in a folder, and in all folders in it, that can be read. Hidden files and files of unknown kinds are left out,
/// and links to folders are not followed.
///
/// # Errors
/// Those of reading the folder, [`Error::Options`] for a folder with more than 200,000 files, and [`Error::Cancelled`].
pub fn files_in(folder: &Path, cancel: &Cancel) -> Result<FolderFiles, Error> {
    let mut found = FolderFiles::default();
    let mut folders = vec![folder.to_owned()];
    let mut count = 0;
    while let Some(next) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(cause) if next == folder => return Err(Error::reading(&next, cause)),
            Err(cause) => {
                found.leave_out(next, format!("it cannot be read ({cause})"));
                continue;
            }
        };
        for entry in entries {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            count += 1;
            if count > MOST_ENTRIES {
                return Err(Error::Options(format!(
                    "{} has more than {MOST_ENTRIES} files in it: choose a folder inside it",
                    folder.display()
                )));
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(cause) => return Err(Error::reading(&next, cause)),
            };
            match kind(&entry) {
                Kind::Folder => folders.push(entry.path()),
                Kind::Readable => found.files.push(entry.path()),
                Kind::LeftOut(why) => found.leave_out(entry.path(), why.to_owned()),
            }
        }
    }
    let in_order = |a: &Path, b: &Path| {
        let shown = |path: &Path| {
            path.to_string_lossy()
                .replace(std::path::MAIN_SEPARATOR, "\0")
        };
        natural(&shown(a), &shown(b))
    };
    found.files.sort_by(|a, b| in_order(a, b));
    found.left_out.sort_by(|a, b| in_order(&a.path, &b.path));
    Ok(found)
}

impl FolderFiles {
    fn leave_out(&mut self, path: PathBuf, why: String) {
        self.left_out_count += 1;
        if self.left_out.len() < MOST_NAMED {
            self.left_out.push(LeftOut { path, why });
        }
    }
}

enum Kind {
    Folder,
    Readable,
    LeftOut(&'static str),
}

fn kind(entry: &DirEntry) -> Kind {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    if name.starts_with('.') || is_hidden(entry) {
        return Kind::LeftOut("it is hidden");
    }
    // What an office program leaves beside a file that it has open.
    if name.starts_with("~$") {
        return Kind::LeftOut("it only says that a program has a file open");
    }
    match entry.file_type() {
        Ok(kind) if kind.is_dir() => return Kind::Folder,
        Ok(kind) if kind.is_symlink() && entry.path().is_dir() => {
            return Kind::LeftOut("it is a link to a folder");
        }
        _ => {}
    }
    if !entry.path().is_file() {
        return Kind::LeftOut("it is no file");
    }
    match has_known_ending(&name) {
        true => Kind::Readable,
        false => Kind::LeftOut("its kind is not known"),
    }
}

fn has_known_ending(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    if !PACKED_ENDINGS.contains(&ending) {
        return ENDINGS.contains(&ending);
    }
    // `day.csv.gz` and `day.gz`, but not `day.tar.gz`; `2026.01.gz` has no ending inside but a part of its date.
    match stem.rsplit_once('.') {
        Some((_, inside)) => {
            ENDINGS.contains(&inside) || inside.chars().all(|c| c.is_ascii_digit())
        }
        None => true,
    }
}

#[cfg(windows)]
fn is_hidden(entry: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;
    const FILE_ATTRIBUTE_HIDDEN: u32 = 2;
    entry
        .metadata()
        .is_ok_and(|metadata| metadata.file_attributes() & FILE_ATTRIBUTE_HIDDEN != 0)
}

#[cfg(not(windows))]
fn is_hidden(_: &DirEntry) -> bool {
    false
}

/// The order in which a person would put names: numbers by their value, letter case aside.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let (next_a, next_b) = (rest_a.chars().next(), rest_b.chars().next());
        let (Some(char_a), Some(char_b)) = (next_a, next_b) else {
            return next_a
                .is_some()
                .cmp(&next_b.is_some())
                .then_with(|| a.cmp(b));
        };
        if char_a.is_ascii_digit() && char_b.is_ascii_digit() {
            let (number_a, after_a) = number(rest_a);
            let (number_b, after_b) = number(rest_b);
            let order = (number_a.len().cmp(&number_b.len())).then_with(|| number_a.cmp(number_b));
            if order != Ordering::Equal {
                return order;
            }
            (rest_a, rest_b) = (after_a, after_b);
            continue;
        }
        let order = char_a.to_lowercase().cmp(char_b.to_lowercase());
        if order != Ordering::Equal {
            return order;
        }
        rest_a = &rest_a[char_a.len_utf8()..];
        rest_b = &rest_b[char_b.len_utf8()..];
    }
}

/// The number at the beginning of a text without its leading zeros, and what follows.
fn number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_names_count_by_their_value() {
        let mut names = [
            "b10.csv", "B2.csv", "b02.csv", "a.csv", "b1.csv", "b.csv", "b10a.csv",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "a.csv", "b.csv", "b1.csv", "B2.csv", "b02.csv", "b10.csv", "b10a.csv"
            ]
        );
    }

    proptest! {
        #[test]
        fn the_order_is_one(names in proptest::collection::vec("[aAb0-2.]{0,5}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b) == Ordering::Equal, a == b);
            if natural(a, b).is_le() && natural(b, c).is_le() {
                prop_assert!(natural(a, c).is_le());
            }
        }
    }

    #[test]
    fn a_folder_gives_what_can_be_read_and_says_what_not() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("2026");
        fs::create_dir(&inside).unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        for name in [
            "10.csv",
            "2.CSV",
            ".hidden.csv",
            "photo.png",
            "~$b.xlsx",
            "x.tar.gz",
            "2026/1.csv.gz",
            "LICENSE",
            ".git/a.csv",
        ] {
            fs::write(folder.path().join(name), "a\n").unwrap();
        }
        let found = files_in(folder.path(), &Cancel::new()).unwrap();
        let shown = |path: &Path| {
            let path = path.strip_prefix(folder.path()).unwrap();
            path.to_string_lossy().replace('\\', "/")
        };
        let files: Vec<String> = found.files.iter().map(|path| shown(path)).collect();
        assert_eq!(files, ["2.CSV", "10.csv", "2026/1.csv.gz"]);
        let mut left_out: Vec<String> = (found.left_out.iter())
            .map(|left| format!("{}: {}", shown(&left.path), left.why))
            .collect();
        left_out.sort();
        assert_eq!(
            left_out,
            [
                ".git: it is hidden",
                ".hidden.csv: it is hidden",
                "LICENSE: its kind is not known",
                "photo.png: its kind is not known",
                "x.tar.gz: its kind is not known",
                "~$b.xlsx: it only says that a program has a file open",
            ]
        );
        assert_eq!(found.left_out_count, 6);
        let cancel = Cancel::new();
        cancel.cancel();
        assert_eq!(
            files_in(folder.path(), &cancel).unwrap_err().code(),
            "cancelled"
        );
    }
}
