//! Conversions that run at once share one budget of memory, whichever processes they are in.
//!
//! The budget is one large share and one small one, so that a second conversion never waits for a long first. Each share
//! is an OS lock on a file that stays: a process that is killed gives its share back.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use buzz_ingest::{Cancel, Options, Phase, Progress, Snapshot};

use crate::{Error, lock, platform};

/// Bytes of the small share. Conversions are about as fast with it as with more; rows of very many columns are not.
const SMALL: u64 = 96_000_000;

/// How often a conversion that waits looks whether there is a share.
const INTERVAL: Duration = Duration::from_millis(50);

/// What one conversion may use; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    /// The options of the conversion, with the memory that it may use.
    pub(crate) options: Options,
    _lock: Option<File>,
}

/// Takes a part of the memory that the options ask for: all but the small share, or the small share where another
/// conversion has the large one. A third conversion waits.
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
        match attempt(&folder(root), options) {
            Ok(Some(share)) => return Ok(share),
            Ok(None) => {}
            Err(error) => {
                // A folder that cannot be written is no reason not to convert.
                tracing::warn!(%error, "the memory is not shared with other conversions");
                return Ok(Share {
                    options: options.clone(),
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

/// The folder of the locks. A library is not made for it: where there is none, they are in a folder of the session.
fn folder(root: &Path) -> PathBuf {
    match root.is_dir() {
        true => root.join("shares"),
        false => platform::session_folder(),
    }
}

/// The share that can be had now.
fn attempt(folder: &Path, options: &Options) -> io::Result<Option<Share>> {
    fs::create_dir_all(folder)?;
    let asked = options.memory;
    let large = asked.saturating_sub(SMALL).max(SMALL);
    for (name, memory) in [("large", large), ("small", SMALL)] {
        let file = lock::open(&folder.join(name).with_extension("lock"))?;
        match file.try_lock() {
            Ok(()) => {
                return Ok(Some(Share {
                    options: Options {
                        memory: memory.min(asked),
                        ..options.clone()
                    },
                    _lock: Some(file),
                }));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn left(folder: &Path, memory: u64) -> Option<Share> {
        let options = Options {
            memory,
            ..Options::default()
        };
        attempt(folder, &options).unwrap()
    }

    fn memory(share: &Option<Share>) -> Option<u64> {
        share.as_ref().map(|share| share.options.memory / MB)
    }

    #[test]
    fn two_conversions_stay_within_the_budget_and_a_third_waits() {
        let folder = tempfile::tempdir().unwrap();
        let first = left(folder.path(), 256 * MB);
        let second = left(folder.path(), 256 * MB);
        assert_eq!((memory(&first), memory(&second)), (Some(160), Some(96)));
        assert_eq!(memory(&left(folder.path(), 64 * MB)), None);
        drop(first);
        assert_eq!(memory(&left(folder.path(), 256 * MB)), Some(160));
        drop(second);
        assert_eq!(memory(&left(folder.path(), 64 * MB)), Some(64));
        assert_eq!(memory(&left(folder.path(), 1000 * MB)), Some(904));
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
        let root = tempfile::tempdir().unwrap();
        let others = [(); 2].map(|()| left(&folder(root.path()), 256 * MB).unwrap());
        let cancel = Cancel::new();
        let progress = CancelWhenWaiting(cancel.clone());
        let error = take(root.path(), &Options::default(), &progress, &cancel).unwrap_err();
        assert_eq!(error.code(), "cancelled");
        drop(others);
    }
}
