//! Exports: a whole dataset or a kept result becomes a file, with progress, and can be cancelled at any moment.

use std::path::PathBuf;
use std::sync::Arc;

use buzz_query::export::{self, Exported, Target};
use buzz_query::{Batches, Cancel};

use crate::error::blocking;
use crate::shell::Shell;
use crate::wire::{ExportEvent, ExportSource, Failure};

/// Starts an export and returns its id at once; a file that exists is replaced, as the save dialog has asked about it.
///
/// `events` gets everything that becomes of it, last of all `done`, `failed` or `cancelled`.
///
/// # Errors
/// `closing` if the application is about to end.
pub fn start(
    shell: &Arc<Shell>,
    what: ExportSource,
    path: PathBuf,
    events: impl Fn(ExportEvent) + Send + Sync + 'static,
) -> Result<String, Failure> {
    let id = shell.name("export");
    let running = shell.in_flight.begin(&id)?;
    let shell = Arc::clone(shell);
    tokio::spawn(async move {
        let events = Arc::new(events);
        let cancel = running.cancel().clone();
        let shown = path.display().to_string();
        let work = {
            let events = Arc::clone(&events);
            move || run(&shell, &what, &path, &*events, &cancel)
        };
        let last = match blocking(work).await {
            Ok(Exported { rows, bytes }) => ExportEvent::Done {
                rows,
                bytes,
                path: shown,
            },
            Err(failure) if failure.code == "cancelled" => ExportEvent::Cancelled,
            Err(Failure { code, message }) => ExportEvent::Failed { code, message },
        };
        events(last);
    });
    Ok(id)
}

/// Writes the file.
fn run(
    shell: &Shell,
    what: &ExportSource,
    path: &std::path::Path,
    events: &dyn Fn(ExportEvent),
    cancel: &Cancel,
) -> Result<Exported, Failure> {
    let progress = |rows, bytes| events(ExportEvent::Progress { rows, bytes });
    let target = Target {
        path,
        force: true,
        progress: &progress,
        cancel,
    };
    match what {
        ExportSource::Dataset { id } => {
            let dataset = shell.library.dataset(id)?;
            let name = dataset.name.clone();
            write(shell.engine(&[dataset])?.scan(&name, cancel)?, &target)
        }
        ExportSource::Result { result_id } => write(shell.result(result_id)?.batches(), &target),
    }
}

/// Writes Parquet where the file's extension asks for it, else CSV.
fn write(rows: impl Batches, target: &Target<'_>) -> Result<Exported, Failure> {
    let is_parquet = target
        .path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    Ok(if is_parquet {
        export::parquet(rows, target)?
    } else {
        export::csv(rows, target)?
    })
}
