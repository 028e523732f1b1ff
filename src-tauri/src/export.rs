//! Exports: a whole dataset or a kept result becomes a file, with progress, and can be cancelled at any moment.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
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
    path: &Path,
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

/// Writes a file as a whole or not at all; one that exists is replaced, as the save dialog has asked about it. Blocks.
///
/// # Errors
/// `disk` where it cannot be written, and those of `write`.
pub fn whole<T, E: Into<Failure>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<T, E>,
) -> Result<T, Failure> {
    let disk = |cause| {
        Failure::from(buzz_library::Error::Disk {
            path: path.to_owned(),
            cause,
        })
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(disk)?;
    let mut out = BufWriter::new(file.as_file());
    let done = write(&mut out).map_err(Into::into)?;
    out.flush().map_err(disk)?;
    drop(out);
    file.persist(path).map_err(|error| disk(error.error))?;
    Ok(done)
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
