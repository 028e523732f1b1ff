//! Conversions to a named file, outside the library.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use buzz_ingest::{Cancel, Options, Progress, Receipt};

use crate::combine::Sources;
use crate::lock::{Attempt, HeldLock};
use crate::{Error, datasets, platform, shares};

/// How the temporary folders beside a target begin and end.
const PREFIX: &str = ".buzz-";
const SUFFIX: &str = ".partial";

/// Converts a file to `out`, with its receipt as `X.receipt.json` and, if needed, `X.strays.parquet` beside it.
///
/// The memory is shared with the conversions into the library at `root`, which need not exist.
///
/// # Errors
/// Every error of the conversion, [`Error::Exists`] unless `force`, and those of the disk; nothing is kept then, and
/// files that were there stay as they are.
pub fn convert_to_file(
    root: &Path,
    source: &Path,
    out: &Path,
    force: bool,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    let sources = Sources::File(source);
    convert(root, sources, out, force, options, progress, cancel)
}

/// The same for whatever a dataset is made from.
pub(crate) fn convert(
    root: &Path,
    sources: Sources,
    out: &Path,
    force: bool,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    let parent = out
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let beside = |suffix: &str| {
        let mut name = match out.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("parquet") => out.file_stem(),
            _ => out.file_name(),
        }
        .unwrap_or_default()
        .to_owned();
        name.push(suffix);
        parent.join(name)
    };
    let (receipt_path, strays_path) = (beside(".receipt.json"), beside(".strays.parquet"));
    if out.file_name().is_none() || out.is_dir() {
        return Err(Error::Exists(out.to_owned()));
    }
    for path in [out, &receipt_path, &strays_path] {
        if !force && path.symlink_metadata().is_ok() {
            return Err(Error::Exists(path.to_owned()));
        }
    }
    sweep(parent);
    let work = Work::begin(parent)?;
    let output = datasets::files(&work.folder);
    let share = shares::take(root, options, progress, cancel)?;
    let conversion = sources.convert(&output, &share.options, progress, cancel)?;
    drop(share);
    let receipt = work.folder.join("receipt.json");
    platform::write_new(&receipt, &datasets::json_bytes(&conversion.receipt))
        .map_err(|cause| Error::disk(&receipt_path, cause))?;
    if cancel.is_cancelled() {
        return Err(buzz_ingest::Error::Cancelled.into());
    }
    let publish =
        |from: &Path, to: &Path| fs::rename(from, to).map_err(|cause| Error::disk(to, cause));
    // The data comes last: once it has its name, what belongs to it is there.
    if conversion.has_strays {
        publish(&output.strays, &strays_path)?;
    } else {
        match fs::remove_file(&strays_path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(Error::disk(&strays_path, cause));
            }
            _ => {}
        }
    }
    publish(&receipt, &receipt_path)?;
    publish(&output.data, out)?;
    platform::sync_folder(parent).map_err(|cause| Error::disk(parent, cause))?;
    Ok(conversion.receipt)
}

/// A temporary folder beside the target; it goes when this is dropped.
#[derive(Debug)]
struct Work {
    folder: PathBuf,
    _lock: HeldLock,
}

impl Work {
    fn begin(parent: &Path) -> Result<Self, Error> {
        let folder = parent.join(format!("{PREFIX}{}{SUFFIX}", uuid::Uuid::now_v7()));
        let lock_path = lock_path(&folder);
        // The lock comes first, so that nobody who sweeps can see the folder without it.
        let lock =
            match HeldLock::attempt(&lock_path).map_err(|cause| Error::disk(parent, cause))? {
                Attempt::Held(lock) => lock,
                Attempt::Busy => return Err(Error::Busy),
            };
        fs::create_dir(&folder).map_err(|cause| Error::disk(parent, cause))?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(error) = platform::remove_folder(&self.folder) {
            tracing::warn!(%error, "a temporary folder could not be removed");
        }
    }
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes what a conversion whose process died left beside the target.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX))
            .is_some_and(|id| uuid::Uuid::try_parse(id).is_ok());
        if ours
            && entry.path().is_dir()
            && let Ok(Attempt::Held(lock)) = HeldLock::attempt(&lock_path(&entry.path()))
        {
            if let Err(error) = platform::remove_folder(&entry.path()) {
                tracing::warn!(%error, "a temporary folder could not be removed");
            }
            drop(lock);
        }
    }
}
