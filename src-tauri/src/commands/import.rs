//! Files become datasets.

use std::path::PathBuf;

use tauri::ipc::Channel;
use tauri::{AppHandle, Window};

use super::Shared;
use crate::wire::{Failure, JobEvent};
use crate::{dialog, import};

/// Asks for files in the native dialog; none if it was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if a name cannot be told to the window.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_pick(app: AppHandle, window: Window) -> Result<Vec<String>, Failure> {
    dialog::pick_files(&app, &window).await
}

/// Starts or queues a conversion; returns the job's id.
///
/// # Errors
/// `closing` if the application is about to end; whatever happens later comes over the channel.
#[tauri::command(rename_all = "snake_case")]
pub async fn import_start(
    shell: Shared<'_>,
    path: PathBuf,
    channel: Channel<JobEvent>,
) -> Result<String, Failure> {
    import::start(&shell, path, move |event| {
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
