//! Files become datasets.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::ipc::Channel;
use tauri::{AppHandle, Window};

use super::Shared;
use crate::desktop::Desktop;
use crate::import::Wanted;
use crate::shell::Shell;
use crate::wire::{
    ColumnChange, Combination, DroppedFiles, Failure, FoundFile, JobEvent, Reading, TableId,
};
use crate::{dialog, import};

/// Asks for files in the native dialog; none if it was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if a name cannot be told to the window.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_pick(app: AppHandle, window: Window) -> Result<Vec<String>, Failure> {
    dialog::pick_files(&app, &window).await
}

/// The files behind paths, some of which may be folders.
///
/// # Errors
/// That a folder cannot be read.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_files(paths: Vec<PathBuf>) -> Result<DroppedFiles, Failure> {
    import::files(paths).await
}

/// Looks whether files are of one shape, so that they may become one dataset.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_combinable(paths: Vec<PathBuf>) -> Result<Combination, Failure> {
    import::combinable(paths).await
}

/// Looks at files: which tables they hold. A file that cannot be read says why.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_look(paths: Vec<PathBuf>, reading: Reading) -> Result<Vec<FoundFile>, Failure> {
    import::look(paths, reading).await
}

/// Starts or queues the conversion of a table of a file; returns the job's id.
///
/// # Errors
/// `closing` if the application is about to end; whatever happens later comes over the channel.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_start(
    shell: Shared<'_>,
    window: Window,
    path: PathBuf,
    table: Option<TableId>,
    name: Option<String>,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    start(&shell, window, Wanted::Table { path, table, name }, channel)
}

/// Starts or queues the conversion of files of one shape to one dataset; returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_combine(
    shell: Shared<'_>,
    window: Window,
    paths: Vec<PathBuf>,
    name: String,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    start(&shell, window, Wanted::Files { paths, name }, channel)
}

/// Starts or queues reading the file of a dataset once more, in another way; returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_again(
    shell: Shared<'_>,
    window: Window,
    id: String,
    reading: Reading,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    let dataset = id;
    start(&shell, window, Wanted::Again { dataset, reading }, channel)
}

/// Starts or queues reading the file of a dataset once more, in the way in which it was read; returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_refresh(
    shell: Shared<'_>,
    window: Window,
    id: String,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    start(&shell, window, Wanted::Refresh { dataset: id }, channel)
}

/// Starts or queues making a dataset of its own of what begins on a line of a dataset's file, which keeps what is above;
/// returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_split(
    shell: Shared<'_>,
    window: Window,
    id: String,
    line: u64,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    let dataset = id;
    start(&shell, window, Wanted::Split { dataset, line }, channel)
}

/// Starts or queues reading a column of a dataset in another way; returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_change(
    shell: Shared<'_>,
    window: Window,
    id: String,
    change: ColumnChange,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    let dataset = id;
    start(&shell, window, Wanted::Change { dataset, change }, channel)
}

/// Starts or queues the conversion of the sample; returns the job's id.
///
/// # Errors
/// Those of [`import_start`].
#[tauri::command(rename_all = "snake_case")]
pub async fn import_sample(
    shell: Shared<'_>,
    window: Window,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    start(&shell, window, Wanted::Sample, channel)
}

fn start(
    shell: &Arc<Shell>,
    window: Window,
    wanted: Wanted,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    let desktop = Desktop::new(window);
    import::start(shell, wanted, move |event| {
        desktop.follow(&event);
        // A window that is gone needs no progress; the conversion goes on.
        let _ = channel.send(event);
    })
}

/// Cancels a conversion that is running or waiting; one that has ended is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_cancel(shell: Shared<'_>, job_id: String) -> Result<(), Failure> {
    shell.in_flight.cancel(&job_id);
    Ok(())
}
