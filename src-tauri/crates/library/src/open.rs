//! Opening a library: making it, bringing it up to date, and clearing up after processes that died.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, params};

use crate::lock::{self, Attempt, HeldLock};
use crate::{Error, datasets, platform, store};

/// A folder of datasets, and the database that knows them; may be shared by threads, and used by several processes.
#[derive(Debug)]
pub struct Library {
    root: PathBuf,
    db: Mutex<Connection>,
}

impl Library {
    /// Opens the library in a folder, and makes both if they are not there.
    ///
    /// Brings an older database up to date, after keeping a copy of it as `library.db.version-1` and so on; rebuilds a missing or damaged one from the receipts (a damaged one is
    /// kept aside as `library.db.damaged-1` and so on); adopts datasets that the database does not know; marks jobs
    /// whose process died as failed and clears their unfinished work away.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Disk`], [`Error::DiskFull`], [`Error::Busy`] and [`Error::Database`].
    pub fn open(root: &Path) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|cause| Error::disk(root, cause))?;
        for folder in [root.clone(), root.join("datasets"), root.join("incoming")] {
            fs::create_dir_all(&folder).map_err(|cause| Error::disk(&folder, cause))?;
        }
        // One process at a time opens, so that no two of them put a damaged database aside.
        let lock_path = root.join("library.lock");
        let _opening = lock::wait(&lock_path).map_err(|cause| Error::disk(&lock_path, cause))?;
        let path = root.join("library.db");
        let db = match store::open(&path) {
            Err(error) if store::is_damage(&error) => {
                tracing::warn!(%error, "the library's database is damaged and is rebuilt");
                put_aside(&path)?;
                store::open(&path)?
            }
            other => other?,
        };
        let library = Self {
            root,
            db: Mutex::new(db),
        };
        let dead = {
            let mut db = library.db();
            let transaction = store::write(&mut db)?;
            library.reconcile(&transaction)?;
            let dead = library.bury(&transaction)?;
            transaction.commit()?;
            dead
        };
        library.prune_ledger()?;
        library.sweep_away()?;
        for folder in dead {
            if let Err(error) = platform::remove_folder(&folder) {
                tracing::warn!(%error, folder = %folder.display(), "unfinished work could not be removed");
            }
        }
        Ok(library)
    }

    /// The library's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database, when no other thread uses it.
    pub(crate) fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder of finished datasets.
    pub(crate) fn datasets_folder(&self) -> PathBuf {
        self.root.join("datasets")
    }

    /// The folder of unfinished work.
    pub(crate) fn incoming_folder(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// Makes the database and the folders of datasets agree.
    fn reconcile(&self, transaction: &Transaction<'_>) -> Result<(), Error> {
        let mut known: HashMap<String, u32> = transaction
            .prepare("SELECT id, generation FROM datasets")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut gone = Vec::new();
        known.retain(|id, generation| {
            let folder = self
                .datasets_folder()
                .join(datasets::folder_name(id, *generation));
            let is_there = datasets::files(&folder).data.is_file();
            if !is_there {
                gone.push(id.clone());
            }
            is_there
        });
        for id in gone {
            tracing::warn!(id, "a dataset's files are gone, and it is forgotten");
            transaction.execute("DELETE FROM datasets WHERE id = ?", [id])?;
        }
        let mut unknown: Vec<_> = entries(&self.datasets_folder())?
            .into_iter()
            .filter(|path| path.is_dir())
            .map(|path| (datasets::parse_folder(&path), path))
            .filter(|(parsed, _)| {
                parsed
                    .as_ref()
                    .is_none_or(|(id, generation)| known.get(id) != Some(generation))
            })
            .collect();
        // In the order in which they were made, so that names which clash get the same numbers as then; of a dataset
        // that the database does not know, the newest files that are whole count.
        unknown.sort_by(|(a, _), (b, _)| {
            let key = |parsed: &Option<(String, u32)>| {
                (parsed.clone()).map(|(id, generation)| (id, Reverse(generation)))
            };
            key(a).cmp(&key(b))
        });
        for (parsed, folder) in unknown {
            let found = match &parsed {
                Some((id, _)) if known.contains_key(id) => {
                    Err("its dataset has other files now".to_owned())
                }
                _ => datasets::read_folder(&folder),
            };
            match found {
                Ok(found) => {
                    known.insert(found.dataset.id.clone(), found.dataset.generation);
                    let name = datasets::free_name(transaction, &found.dataset.name)?;
                    tracing::info!(id = found.dataset.id, name, "a dataset is adopted");
                    datasets::insert(
                        transaction,
                        &datasets::Found {
                            dataset: crate::Dataset {
                                name,
                                ..found.dataset
                            },
                            blake3: found.blake3,
                        },
                    )?;
                }
                Err(cause) => {
                    tracing::warn!(folder = %folder.display(), cause, "a folder that is no dataset is removed");
                    let grave = self
                        .incoming_folder()
                        .join(format!("{}.removed", uuid::Uuid::now_v7()));
                    // Windows moves no folder with an open file in it; the next start tries again.
                    if let Err(error) = fs::rename(&folder, &grave) {
                        tracing::warn!(%error, folder = %folder.display(), "it could not be moved");
                    }
                }
            }
        }
        Ok(())
    }

    /// Marks the jobs of dead processes as failed, and gives the folders in `incoming/` that belong to no live one.
    fn bury(&self, transaction: &Transaction<'_>) -> Result<Vec<PathBuf>, Error> {
        let incoming = self.incoming_folder();
        let mut alive: HashSet<OsString> = HashSet::new();
        for path in entries(&incoming)? {
            if path
                .extension()
                .is_some_and(|extension| extension == "lock")
                && let Some(job) = path.file_stem()
            {
                match HeldLock::attempt(&path) {
                    // Dropping it removes the file.
                    Ok(Attempt::Held(_)) => {}
                    Ok(Attempt::Busy) => {
                        alive.insert(job.to_owned());
                    }
                    Err(error) => {
                        // Nothing is known about it then, and what may be alive is left alone.
                        tracing::warn!(%error, path = %path.display(), "a lock could not be tried");
                        alive.insert(job.to_owned());
                    }
                }
            }
        }
        let pending: Vec<String> = transaction
            .prepare("SELECT id FROM jobs WHERE status = 'pending'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for job in pending
            .iter()
            .filter(|job| !alive.contains(&OsString::from(job)))
        {
            transaction.execute(
                "UPDATE jobs SET status = 'failed', finished = ?, error_code = 'interrupted', error = ? WHERE id = ?",
                params![
                    store::now(),
                    "the program ended before the conversion was done: nothing was kept; convert the file again",
                    job
                ],
            )?;
        }
        Ok(entries(&incoming)?
            .into_iter()
            .filter(|path| {
                path.is_dir() && path.file_name().is_some_and(|name| !alive.contains(name))
            })
            .collect())
    }
}

/// Gives a damaged database, and what belongs to it, other names.
fn put_aside(path: &Path) -> Result<(), Error> {
    let suffixed = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let aside = (1..)
        .map(|number| suffixed(path, &format!(".damaged-{number}")))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| suffixed(path, ".damaged"));
    for suffix in ["", "-wal", "-shm"] {
        let from = suffixed(path, suffix);
        match fs::rename(&from, suffixed(&aside, suffix)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(Error::disk(&from, cause));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The paths in a folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|cause| Error::disk(folder, cause))
}
