//! Exports: a whole dataset or a kept result becomes a file, with progress, and can be cancelled at any moment.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use buzz_query::export::{self, CsvStyle, Exported, Target};
use buzz_query::{Batches, Cancel};

use crate::audit;
use crate::error::{blocking, failure};
use crate::shell::Shell;
use crate::wire::{ExportEvent, ExportFormat, ExportSource, ExportStyle, Failure};

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
    style: ExportStyle,
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
            move || run(&shell, &what, &path, &style, &*events, &cancel)
        };
        let last = match blocking(work).await {
            Ok(Exported { rows, bytes, cut }) => ExportEvent::Done {
                rows,
                bytes,
                cut,
                path: shown,
            },
            Err(failure) if failure.code == "cancelled" => ExportEvent::Cancelled,
            Err(Failure { code, message }) => ExportEvent::Failed { code, message },
        };
        events(last);
    });
    Ok(id)
}

/// Writes the file, and what is wanted beside it.
fn run(
    shell: &Shell,
    what: &ExportSource,
    path: &Path,
    style: &ExportStyle,
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
    let exported = match what {
        ExportSource::Dataset { id } => {
            let dataset = shell.library.dataset(id)?;
            let name = dataset.name.clone();
            let rows = shell.engine(&[dataset])?.scan(&name, cancel)?;
            write(rows, &name, style, &target)?
        }
        ExportSource::Result { result_id } => {
            let rows = shell.result(result_id)?.batches();
            write(rows, "Result", style, &target)?
        }
        ExportSource::Columns { result_id, columns } => {
            let rows = shell.result(result_id)?.part(columns, 0..u64::MAX)?;
            write(rows, "Result", style, &target)?
        }
    };
    if let Some(audited) = &style.audit {
        audit::write(shell, path, audited, &exported)?;
    }
    Ok(exported)
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

/// Writes rows in the form that is wanted; a workbook's sheet has the name.
fn write(
    rows: impl Batches,
    name: &str,
    style: &ExportStyle,
    target: &Target<'_>,
) -> Result<Exported, Failure> {
    Ok(match style.format {
        ExportFormat::Csv => {
            let style = CsvStyle {
                delimiter: match style.delimiter.as_bytes() {
                    &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => byte,
                    _ => {
                        return Err(failure(
                            "delimiter",
                            "the delimiter must be one ASCII character that is no quote or line end",
                        ));
                    }
                },
                byte_order_mark: style.byte_order_mark,
                guards_formulas: style.guards_formulas,
            };
            export::csv(rows, style, target)?
        }
        ExportFormat::Xlsx => export::xlsx(rows, name, target)?,
        ExportFormat::Parquet => export::parquet(rows, target)?,
    })
}
