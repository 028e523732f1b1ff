//! Copies of the library: one to keep, or the one that is used from the next start on.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use buzz_library::{Copied, backup_name};

use crate::error::{blocking, failure};
use crate::shell::Shell;
use crate::wire::{CopyEvent, Failure};

/// From one report of progress to the next.
const BETWEEN: Duration = Duration::from_millis(100);

/// What a copy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be kept.
    Keep,
    /// To be the library from the next start on.
    Move,
}

/// Starts a copy into a folder, and returns its id at once.
///
/// `events` gets everything that becomes of it, last of all `done`, `failed` or `cancelled`.
///
/// # Errors
/// `closing` if the application is about to end, and `busy` where the library is to be moved under other work.
pub fn start(
    shell: &Arc<Shell>,
    into: PathBuf,
    purpose: Purpose,
    events: impl Fn(CopyEvent) + Send + Sync + 'static,
) -> Result<String, Failure> {
    if purpose == Purpose::Move && !shell.in_flight.is_idle() {
        return Err(failure(
            "busy",
            "something is still being converted, exported or answered: wait until that has ended, and move the library then",
        ));
    }
    let id = shell.name("copy");
    let running = shell.in_flight.begin(&id)?;
    let shell = Arc::clone(shell);
    tokio::spawn(async move {
        let events = Arc::new(events);
        let cancel = running.cancel().clone();
        let told = Arc::clone(&events);
        let work = move || {
            let last = Mutex::new(None::<Instant>);
            let progress = |Copied { done, total }: Copied| {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.is_none_or(|last| last.elapsed() >= BETWEEN) {
                    *last = Some(Instant::now());
                    told(CopyEvent::Progress { done, total });
                }
            };
            match purpose {
                Purpose::Keep => {
                    let name = backup_name(&jiff::Zoned::now());
                    shell.library.copy(&into, &name, &progress, &cancel)
                }
                Purpose::Move => shell.library.move_to(&into, &progress, &cancel),
            }
        };
        let last = match blocking(work).await {
            Ok(folder) => CopyEvent::Done {
                folder: folder.display().to_string(),
            },
            Err(failure) if failure.code == "cancelled" => CopyEvent::Cancelled,
            Err(Failure { code, message }) => CopyEvent::Failed { code, message },
        };
        events(last);
    });
    Ok(id)
}
