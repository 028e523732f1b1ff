//! Files are looked at, and converted one after another: each conversion waits for its turn, tells how it goes, and can be
//! cancelled at any moment.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use buzz_ingest::{Cancel, FolderFiles, Header, Options, Progress, Snapshot};
use buzz_library::{Dataset, Library, Sheets};

use crate::error::blocking;
use crate::in_flight::Running;
use crate::shell::Shell;
use crate::wire::{
    ColumnChange, Combination, DroppedFiles, Failure, FoundFile, JobEvent, LeftOut, Phase, Reading,
    TableId,
};
use crate::{resources, sample};

/// What is to be converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A table of a file, as a new dataset.
    Table {
        /// The file.
        path: PathBuf,
        /// Which of its tables; `None` means the first.
        table: Option<TableId>,
        /// The dataset's name; `None` means the file's.
        name: Option<String>,
    },
    /// Files of one shape, as one new dataset.
    Files {
        /// The files, in the order of their rows.
        paths: Vec<PathBuf>,
        /// The dataset's name.
        name: String,
    },
    /// The file of a dataset once more, read in another way.
    Again {
        /// The dataset's id.
        dataset: String,
        /// How it is read.
        reading: Reading,
    },
    /// The file of a dataset once more, read in the way in which it was read before.
    Refresh {
        /// The dataset's id.
        dataset: String,
    },
    /// What begins on a line of a dataset's file, as a new dataset; the dataset keeps what is above.
    Split {
        /// The dataset's id.
        dataset: String,
        /// The line, counted from 1.
        line: u64,
    },
    /// A column of a dataset, read in another way.
    Change {
        /// The dataset's id.
        dataset: String,
        /// What is to be another.
        change: ColumnChange,
    },
    /// The sample that comes with the application, as a new dataset.
    Sample,
}

/// The files behind paths, some of which may be folders.
///
/// # Errors
/// That a folder cannot be read.
pub async fn files(paths: Vec<PathBuf>) -> Result<DroppedFiles, Failure> {
    blocking(move || {
        let mut dropped = DroppedFiles {
            files: Vec::new(),
            folder_name: match paths.as_slice() {
                [folder] if folder.is_dir() => Some(buzz_library::folder_name(folder)),
                _ => None,
            },
            left_out: Vec::new(),
            left_out_count: 0,
        };
        for path in paths {
            let text = |path: PathBuf| path.to_string_lossy().into_owned();
            let found = match path.is_dir() {
                true => buzz_ingest::files_in(&path, &Cancel::new())?,
                false => FolderFiles {
                    files: vec![path.clone()],
                    ..FolderFiles::default()
                },
            };
            if found.files.is_empty() {
                dropped.left_out_count += 1;
                dropped.left_out.push(LeftOut {
                    path: text(path),
                    why: "no file in it holds a table".to_owned(),
                });
            }
            dropped.files.extend(found.files.into_iter().map(text));
            dropped
                .left_out
                .extend(found.left_out.into_iter().map(Into::into));
            dropped.left_out_count += found.left_out_count;
        }
        Ok::<_, buzz_ingest::Error>(dropped)
    })
    .await
}

/// Looks whether files are of one shape.
///
/// # Errors
/// None but that the application is about to end.
pub async fn combinable(paths: Vec<PathBuf>) -> Result<Combination, Failure> {
    blocking(move || buzz_ingest::combinable(&paths, &Options::default(), &Cancel::new()))
        .await
        .map(Into::into)
}

/// Looks at files: which tables they hold. One that cannot be read does not keep the others from being looked at.
///
/// # Errors
/// None but that the application is about to end.
pub async fn look(paths: Vec<PathBuf>, reading: Reading) -> Result<Vec<FoundFile>, Failure> {
    let options = options(reading, Options::default());
    blocking(move || {
        Ok::<_, Failure>(
            paths
                .iter()
                .map(|path| found_file(path, &options))
                .collect(),
        )
    })
    .await
}

fn found_file(path: &Path, options: &Options) -> FoundFile {
    let planned = buzz_library::planned_tables(path, None, &Sheets::All, options);
    let (tables, failure) = match planned {
        Ok(tables) => (tables.into_iter().map(Into::into).collect(), None),
        Err(error) => (Vec::new(), Some(error.into())),
    };
    FoundFile {
        path: path.to_string_lossy().into_owned(),
        tables,
        failure,
    }
}

/// The options with what a person says of how a file is written.
fn options(reading: Reading, usual: Options) -> Options {
    Options {
        delimiter: reading.delimiter,
        quote: reading.quote,
        encoding: reading.encoding,
        header: match reading.header {
            None => Header::Auto,
            Some(true) => Header::Yes,
            Some(false) => Header::No,
        },
        skip_rows: reading.skip_rows,
        lines: reading.lines.map(Into::into),
        ..usual
    }
}

/// Starts a conversion into the library, or puts it behind those that are waiting; returns its job's id at once.
///
/// `events` gets everything that becomes of it, last of all `done`, `failed` or `cancelled`.
///
/// # Errors
/// `closing` if the application is about to end.
pub fn start(
    shell: &Arc<Shell>,
    wanted: Wanted,
    events: impl Fn(JobEvent) + Send + Sync + 'static,
) -> Result<String, Failure> {
    let job = shell.name("import");
    let running = shell.in_flight.begin(&job)?;
    // Asked for here and not in the task, so that files are converted in the order in which they came.
    let mut turn = Box::pin(Arc::clone(&shell.turn).lock_owned());
    let first = turn.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let shell = Arc::clone(shell);
    tokio::spawn(async move {
        let events = Arc::new(events);
        let turn = match first {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => {
                events(JobEvent::Queued);
                tokio::select! {
                    turn = turn => Some(turn),
                    () = running.cancelled() => None,
                }
            }
        };
        let last = match turn {
            Some(turn) => {
                let last = convert(shell, wanted, &running, Arc::clone(&events)).await;
                drop(turn);
                last
            }
            None => JobEvent::Cancelled,
        };
        events(last);
    });
    Ok(job)
}

/// Runs one conversion and returns its last event.
async fn convert<E>(
    shell: Arc<Shell>,
    wanted: Wanted,
    running: &Running,
    events: Arc<E>,
) -> JobEvent
where
    E: Fn(JobEvent) + Send + Sync + 'static,
{
    let cancel = running.cancel().clone();
    let work = move || {
        let progress = Pace {
            events: &*events,
            phase: Mutex::new(None),
        };
        let library = &shell.library;
        let usual = resources::for_conversion(library)?;
        match wanted {
            Wanted::Table { path, table, name } => {
                let options = Options {
                    table: table.map(Into::into),
                    ..usual
                };
                library.import(&path, name.as_deref(), &options, &progress, &cancel)
            }
            Wanted::Files { paths, name } => {
                library.combine(&paths, Some(&name), &usual, &progress, &cancel)
            }
            Wanted::Sample => {
                let path = sample::write(library)?;
                library.import(&path, None, &usual, &progress, &cancel)
            }
            Wanted::Again { dataset, reading } => anew(&shell, &dataset, |library| {
                library.read_again(&dataset, &options(reading, usual), &progress, &cancel)
            }),
            Wanted::Refresh { dataset } => anew(&shell, &dataset, |library| {
                library.refresh(&dataset, &usual, &progress, &cancel)
            }),
            Wanted::Split { dataset, line } => anew(&shell, &dataset, |library| {
                library.split(&dataset, line, &usual, &progress, &cancel)
            }),
            Wanted::Change { dataset, change } => anew(&shell, &dataset, |library| {
                let changes = [change.into()];
                library.change_columns(&dataset, &changes, &usual, &progress, &cancel)
            }),
        }
    };
    match blocking(work).await {
        Ok(dataset) => JobEvent::Done {
            dataset: dataset.into(),
        },
        Err(failure) if failure.code == "cancelled" => JobEvent::Cancelled,
        Err(Failure { code, message }) => JobEvent::Failed { code, message },
    }
}

/// Writes the files of a dataset anew.
fn anew(
    shell: &Shell,
    dataset: &str,
    write: impl FnOnce(&Library) -> Result<Dataset, buzz_library::Error>,
) -> Result<Dataset, buzz_library::Error> {
    let old = shell.library.dataset(dataset)?;
    let written = write(&shell.library);
    // Whoever opens the dataset from now on is to see the new rows, and nobody keeps the old files open.
    shell.close_engines(&old);
    written
}

/// Adds speed and time left to the snapshots of a conversion.
struct Pace<'a, E> {
    events: &'a E,
    phase: Mutex<Option<(buzz_ingest::Phase, Instant)>>,
}

impl<E: Fn(JobEvent) + Send + Sync> Progress for Pace<'_, E> {
    fn report(&self, snapshot: Snapshot) {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let began = match *phase {
            Some((known, began)) if known == snapshot.phase => began,
            _ => phase.insert((snapshot.phase, Instant::now())).1,
        };
        drop(phase);
        (self.events)(progress(snapshot, began.elapsed().as_secs_f64()));
    }
}

/// The event for a snapshot that was taken so many seconds into its phase.
fn progress(snapshot: Snapshot, seconds: f64) -> JobEvent {
    let bytes_per_second = if seconds > 0.0 {
        snapshot.bytes_done as f64 / seconds
    } else {
        0.0
    };
    // In its first moments a phase has not found its pace yet, and a guess would jump about.
    let known = seconds >= 0.5 && bytes_per_second > 0.0;
    let left = snapshot.bytes_total.saturating_sub(snapshot.bytes_done) as f64;
    JobEvent::Progress {
        phase: match snapshot.phase {
            // A command in a terminal has the memory.
            buzz_ingest::Phase::Waiting => return JobEvent::Queued,
            buzz_ingest::Phase::Detecting => Phase::Detecting,
            buzz_ingest::Phase::Converting => Phase::Converting,
            buzz_ingest::Phase::Correcting => Phase::Correcting,
            buzz_ingest::Phase::Finishing => Phase::Finishing,
        },
        bytes_done: snapshot.bytes_done,
        bytes_total: snapshot.bytes_total,
        rows: snapshot.rows,
        bytes_per_second,
        seconds_left: known.then(|| left / bytes_per_second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_and_time_left_are_those_of_the_phase() {
        let snapshot = Snapshot {
            phase: buzz_ingest::Phase::Converting,
            bytes_done: 200,
            bytes_total: 1_000,
            rows: 7,
        };
        let JobEvent::Progress {
            bytes_per_second,
            seconds_left,
            ..
        } = progress(snapshot, 2.0)
        else {
            panic!("a snapshot becomes a progress event");
        };
        assert_eq!((bytes_per_second, seconds_left), (100.0, Some(8.0)));
        let JobEvent::Progress { seconds_left, .. } = progress(snapshot, 0.1) else {
            panic!("a snapshot becomes a progress event");
        };
        assert_eq!(seconds_left, None);
    }
}
