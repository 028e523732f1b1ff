//! Copies of the library, and the place where it is.

use std::path::PathBuf;

use tauri::ipc::Channel;
use tauri::{AppHandle, Window};

use super::Shared;
use crate::backup::{self, Purpose};
use crate::dialog;
use crate::wire::{CopyEvent, Failure};

/// Asks in the native dialog for a folder; null if it was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if the name cannot be told to the window.
#[tauri::command(rename_all = "snake_case")]
pub async fn library_pick(app: AppHandle, window: Window) -> Result<Option<String>, Failure> {
    dialog::pick_folder(&app, &window).await
}

/// Starts copying the library into a folder of its own in there; returns the copy's id.
///
/// # Errors
/// `closing` if the application is about to end; whatever happens later comes over the channel.
#[tauri::command(rename_all = "snake_case")]
pub async fn library_back_up(
    shell: Shared<'_>,
    into: PathBuf,
    channel: Channel<CopyEvent>,
) -> Result<String, Failure> {
    start(&shell, into, Purpose::Keep, channel)
}

/// Starts copying the library to where it is used from the next start on, unless there is one already; returns the copy's id.
///
/// # Errors
/// Those of [`library_back_up`], and `busy` under other work.
#[tauri::command(rename_all = "snake_case")]
pub async fn library_move(
    shell: Shared<'_>,
    into: PathBuf,
    channel: Channel<CopyEvent>,
) -> Result<String, Failure> {
    start(&shell, into, Purpose::Move, channel)
}

fn start(
    shell: &Shared<'_>,
    into: PathBuf,
    purpose: Purpose,
    channel: Channel<CopyEvent>,
) -> Result<String, Failure> {
    backup::start(shell, into, purpose, move |event| {
        // A window that is gone needs no progress; the copy goes on.
        let _ = channel.send(event);
    })
}

/// Cancels a copy; one that has ended is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn library_copy_cancel(shell: Shared<'_>, copy_id: String) -> Result<(), Failure> {
    shell.in_flight.cancel(&copy_id);
    Ok(())
}
