//! Conversions that run at once share one budget of memory, whichever processes they are in.
//!
//! Each holds a file in the folder `shares/` of the library whose name tells how many bytes it may use, and an OS lock on it.
//! What no live process has locked counts for nothing, so that a process that was killed gives its share back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use buzz_ingest::{Cancel, Options, Phase, Progress, Snapshot};

use crate::Error;
use crate::lock::{self, Attempt, HeldLock};

/// How a share's file ends; it begins with the bytes.
const SUFFIX: &str = ".share";

/// How often a conversion that waits looks whether there is something left.
const INTERVAL: Duration = Duration::from_millis(50);

/// What one conversion may use; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    /// Bytes of memory.
    pub(crate) memory: u64,
    _lock: Option<HeldLock>,
}

/// Takes what the options ask for, or what the conversions at work leave of it; waits while that is too little to
/// begin with.
///
/// All of them together stay within the usual budget, or within what is asked for where that is more.
///
/// # Errors
/// That somebody asked to stop.
pub(crate) fn take(
    root: &Path,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Share, Error> {
    let mut waits = false;
    loop {
        if cancel.is_cancelled() {
            return Err(buzz_ingest::Error::Cancelled.into());
        }
        match attempt(root, options.memory) {
            Ok(Some(share)) => return Ok(share),
            Ok(None) => {}
            Err(error) => {
                // A folder that cannot be written, as may be where only `--out` is used, is no reason not to convert.
                tracing::warn!(%error, "the memory is not shared with other conversions");
                return Ok(Share {
                    memory: options.memory,
                    _lock: None,
                });
            }
        }
        if !waits {
            waits = true;
            progress.report(Snapshot {
                phase: Phase::Waiting,
                bytes_done: 0,
                bytes_total: 0,
                rows: 0,
            });
        }
        std::thread::sleep(INTERVAL);
    }
}

/// The folder of the shares. A library is not made for it: where there is none, a folder of the person's own serves.
fn folder(root: &Path) -> PathBuf {
    let own = |dirs: directories::BaseDirs| {
        let of_session = dirs.runtime_dir().unwrap_or_else(|| dirs.cache_dir());
        of_session.join("buzz-csv")
    };
    let parent = match root.is_dir() {
        true => None,
        false => directories::BaseDirs::new().map(own),
    };
    parent.as_deref().unwrap_or(root).join("shares")
}

/// The share that can be had now, if it is enough.
fn attempt(root: &Path, asked: u64) -> io::Result<Option<Share>> {
    let folder = folder(root);
    fs::create_dir_all(&folder)?;
    // One at a time counts and takes. The lock is held for a moment only.
    let _turn = lock::wait(&folder.join("turn.lock"))?;
    let left = asked
        .max(Options::DEFAULT_MEMORY)
        .saturating_sub(in_use(&folder)?);
    let memory = asked.min(left);
    if memory < asked.min(Options::LEAST_MEMORY) {
        return Ok(None);
    }
    let path = folder.join(format!("{memory}-{}{SUFFIX}", uuid::Uuid::now_v7()));
    match HeldLock::attempt(&path)? {
        Attempt::Held(lock) => Ok(Some(Share {
            memory,
            _lock: Some(lock),
        })),
        // The name is new, so that nobody else can have it.
        Attempt::Busy => Ok(None),
    }
}

/// The bytes of all shares that a live process holds; the others are swept.
fn in_use(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let share = name
            .to_str()
            .and_then(|name| name.strip_suffix(SUFFIX)?.split_once('-'))
            .and_then(|(bytes, _)| bytes.parse::<u64>().ok());
        if let Some(share) = share
            && matches!(HeldLock::attempt(&entry.path())?, Attempt::Busy)
        {
            bytes = bytes.saturating_add(share);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn left(root: &Path, asked: u64) -> Option<Share> {
        attempt(root, asked).unwrap()
    }

    #[test]
    fn the_shares_of_all_stay_within_the_budget() {
        let folder = tempfile::tempdir().unwrap();
        let first = left(folder.path(), 128 * MB).unwrap();
        let second = left(folder.path(), 256 * MB).unwrap();
        assert_eq!((first.memory, second.memory), (128 * MB, 128 * MB));
        assert!(left(folder.path(), 64 * MB).is_none());
        drop(first);
        let third = left(folder.path(), 100 * MB).unwrap();
        assert_eq!(third.memory, 100 * MB);
        // 28 MB are left: too little for any conversion.
        assert!(left(folder.path(), 256 * MB).is_none());
        drop((second, third));
        assert_eq!(left(folder.path(), 256 * MB).unwrap().memory, 256 * MB);
    }

    #[test]
    fn who_asks_for_more_than_usual_gets_it_if_nobody_else_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let large = left(folder.path(), 1000 * MB).unwrap();
        assert_eq!(large.memory, 1000 * MB);
        assert!(left(folder.path(), 256 * MB).is_none());
        assert_eq!(left(folder.path(), 1100 * MB).unwrap().memory, 100 * MB);
    }

    #[test]
    fn what_a_dead_process_left_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let shares = folder.path().join("shares");
        fs::create_dir(&shares).unwrap();
        fs::write(shares.join("256000000-x.share"), "").unwrap();
        fs::write(shares.join("a note"), "").unwrap();
        let share = left(folder.path(), 256 * MB).unwrap();
        assert_eq!(share.memory, 256 * MB);
        assert!(!shares.join("256000000-x.share").exists());
    }

    #[test]
    fn a_conversion_that_waits_can_be_cancelled() {
        struct CancelWhenWaiting(Cancel);
        impl Progress for CancelWhenWaiting {
            fn report(&self, snapshot: Snapshot) {
                assert_eq!(snapshot.phase, Phase::Waiting);
                self.0.cancel();
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let _first = left(folder.path(), 256 * MB).unwrap();
        let cancel = Cancel::new();
        let progress = CancelWhenWaiting(cancel.clone());
        let error = take(folder.path(), &Options::default(), &progress, &cancel).unwrap_err();
        assert_eq!(error.code(), "cancelled");
    }
}
