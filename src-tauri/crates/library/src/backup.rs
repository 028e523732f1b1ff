//! Copies of the library. A copy is a library itself: to restore it is to open it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use buzz_ingest::Cancel;
use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::{Dataset, Error, Library, datasets, open, platform};

/// How far a copy has come, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Written so far.
    pub done: u64,
    /// All that is to be written, as far as it is known.
    pub total: u64,
}

/// What a copy is called that is made at this time.
pub fn backup_name(now: &jiff::Zoned) -> String {
    format!("Buzz CSV backup {}", now.strftime("%Y-%m-%d %H.%M"))
}

/// Pages of the database that are copied at once.
const PAGES: i32 = 1_000;
/// Bytes of a file that are copied between two looks at the token.
const PIECE: usize = 4 << 20;
/// How often the copy begins anew because a dataset was replaced or removed under it.
const ATTEMPTS: usize = 4;

impl Library {
    /// Copies datasets, conversations, settings and the ledger to a new folder in `into`, called `name` or, where that is
    /// taken, `name 2` and so on; returns the folder, which is a library. Work that is under way is no part of it.
    ///
    /// # Errors
    /// Those of the disk and the database, [`Error::Busy`] where datasets change all the time, and
    /// [`buzz_ingest::Error::Cancelled`]; nothing is left behind then.
    pub fn copy(
        &self,
        into: &Path,
        name: &str,
        progress: &dyn Fn(Copied),
        cancel: &Cancel,
    ) -> Result<PathBuf, Error> {
        let into = std::path::absolute(into).map_err(|cause| Error::disk(into, cause))?;
        // What cannot be is said of the folder that the person named.
        fs::create_dir_all(&into).map_err(|cause| Error::disk(&into, cause))?;
        let partial = Unfinished(into.join(format!(".{name}.partial-{}", uuid::Uuid::now_v7())));
        let folder = &partial.0;
        let kept = folder.join("datasets");
        for each in [folder, &kept, &folder.join("incoming")] {
            fs::create_dir_all(each).map_err(|cause| Error::disk(each, cause))?;
        }
        for _ in 0..ATTEMPTS {
            let list = self.copy_database(&folder.join("library.db"), cancel)?;
            if self.copy_datasets(&list, &kept, progress, cancel)? {
                platform::sync_folder(&kept).map_err(|cause| Error::disk(&kept, cause))?;
                return partial.finish(&into, name);
            }
        }
        Err(Error::Busy)
    }

    /// Copies the database as it is at one moment; the datasets that it knows.
    fn copy_database(&self, path: &Path, cancel: &Cancel) -> Result<Vec<Dataset>, Error> {
        // That of an earlier attempt.
        for ending in ["", "-wal", "-shm", "-journal"] {
            let file = PathBuf::from(format!("{}{ending}", path.display()));
            match fs::remove_file(&file) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::disk(&file, cause));
                }
                _ => {}
            }
        }
        let mut copy = Connection::open(path)?;
        {
            let db = self.db();
            let backup = Backup::new(&db, &mut copy)?;
            loop {
                if cancel.is_cancelled() {
                    return Err(buzz_ingest::Error::Cancelled.into());
                }
                use rusqlite::backup::StepResult;
                match backup.step(PAGES)? {
                    StepResult::Done => break,
                    StepResult::More => {}
                    // Another process writes.
                    _ => std::thread::sleep(std::time::Duration::from_millis(20)),
                }
            }
        }
        let list = datasets::all(&copy)?;
        // Everything in the one file, so that the copy is whole wherever it is carried.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.close().map_err(|(_, error)| error)?;
        let file = File::open(path).map_err(|cause| Error::disk(path, cause))?;
        file.sync_all().map_err(|cause| Error::disk(path, cause))?;
        Ok(list)
    }

    /// Makes the folders in `to` those of these datasets, and copies those that are not there yet; `false` if one of them is
    /// gone.
    fn copy_datasets(
        &self,
        list: &[Dataset],
        to: &Path,
        progress: &dyn Fn(Copied),
        cancel: &Cancel,
    ) -> Result<bool, Error> {
        let wanted: Vec<PathBuf> = list.iter().map(|dataset| dataset.folder(self)).collect();
        // Whoever opens the copy would adopt what was removed since an earlier attempt.
        for copied in open::entries(to)? {
            let is_wanted = |folder: &PathBuf| folder.file_name() == copied.file_name();
            if !wanted.iter().any(is_wanted) {
                platform::remove_folder(&copied).map_err(|cause| Error::disk(&copied, cause))?;
            }
        }
        let size = |folder: &Path| -> u64 {
            let files = fs::read_dir(folder).into_iter().flatten().flatten();
            files
                .flat_map(|file| file.metadata())
                .map(|file| file.len())
                .sum()
        };
        let total = wanted.iter().map(|folder| size(folder)).sum();
        let mut done = 0;
        for folder in &wanted {
            let Some(name) = folder.file_name() else {
                continue;
            };
            let target = to.join(name);
            if target.exists() {
                done += size(&target);
                continue;
            }
            match copy_folder(folder, &target, &mut done, total, progress, cancel) {
                Ok(()) => {}
                Err(Error::Disk { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => {
                    // A dataset was removed, or has other rows now.
                    platform::remove_folder(&target)
                        .map_err(|cause| Error::disk(&target, cause))?;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

/// Copies the files of a dataset, durably.
fn copy_folder(
    from: &Path,
    to: &Path,
    done: &mut u64,
    total: u64,
    progress: &dyn Fn(Copied),
    cancel: &Cancel,
) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |cause| Error::disk(&path, cause)
    };
    let entries = fs::read_dir(from).map_err(failed(from))?;
    fs::create_dir(to).map_err(failed(to))?;
    let mut buffer = vec![0; PIECE];
    for entry in entries {
        let source = entry.map_err(failed(from))?.path();
        let Some(name) = source.file_name() else {
            continue;
        };
        let target = to.join(name);
        let mut reader = File::open(&source).map_err(failed(&source))?;
        let mut writer = File::create_new(&target).map_err(failed(&target))?;
        loop {
            if cancel.is_cancelled() {
                return Err(buzz_ingest::Error::Cancelled.into());
            }
            let read = reader.read(&mut buffer).map_err(failed(&source))?;
            if read == 0 {
                break;
            }
            writer.write_all(&buffer[..read]).map_err(failed(&target))?;
            *done += read as u64;
            progress(Copied {
                done: *done,
                total: total.max(*done),
            });
        }
        writer.sync_all().map_err(failed(&target))?;
    }
    platform::sync_folder(to).map_err(failed(to))
}

/// A folder that is removed again unless it is finished.
struct Unfinished(PathBuf);

impl Unfinished {
    /// Gives it its name.
    fn finish(self, into: &Path, name: &str) -> Result<PathBuf, Error> {
        let mut target = into.join(name);
        let mut number = 2;
        while target.exists() {
            target = into.join(format!("{name} {number}"));
            number += 1;
        }
        fs::rename(&self.0, &target).map_err(|cause| Error::disk(&target, cause))?;
        platform::sync_folder(into).map_err(|cause| Error::disk(into, cause))?;
        Ok(target)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Once it has its name, nothing is there.
        let _ = platform::remove_folder(&self.0);
    }
}
