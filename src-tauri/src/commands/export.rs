//! Datasets and results become files.

use std::io::Write;
use std::path::PathBuf;

use tauri::ipc::Channel;
use tauri::{AppHandle, Window};

use super::Shared;
use crate::error::blocking;
use crate::wire::{ExportEvent, ExportSource, ExportStyle, Failure, FileKind, PictureKind};
use crate::{dialog, export};

/// Asks in the native dialog where to save; null if it was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if the name cannot be told to the window.
#[tauri::command(rename_all = "snake_case")]
pub async fn export_pick(
    app: AppHandle,
    window: Window,
    suggested_name: String,
    kind: FileKind,
) -> Result<Option<String>, Failure> {
    dialog::pick_target(&app, &window, suggested_name, kind).await
}

/// Starts an export; returns its id.
///
/// # Errors
/// `closing` if the application is about to end; whatever happens later comes over the channel.
#[tauri::command(rename_all = "snake_case")]
pub async fn export_start(
    shell: Shared<'_>,
    what: ExportSource,
    path: PathBuf,
    style: ExportStyle,
    channel: Channel<ExportEvent>,
) -> Result<String, Failure> {
    export::start(&shell, what, path, style, move |event| {
        // A window that is gone needs no progress; the export goes on.
        let _ = channel.send(event);
    })
}

/// Asks in the native dialog where to keep a picture, and keeps it there; tells the file, or null if the dialog was dismissed.
///
/// The window has no say in where a picture goes: only the person has, in the dialog.
///
/// # Errors
/// Those of [`export_pick`], and `disk`.
#[tauri::command(rename_all = "snake_case")]
pub async fn picture_save(
    app: AppHandle,
    window: Window,
    suggested_name: String,
    kind: PictureKind,
    bytes: Vec<u8>,
) -> Result<Option<String>, Failure> {
    let Some(path) = dialog::pick_picture(&app, &window, suggested_name, kind).await? else {
        return Ok(None);
    };
    let target = PathBuf::from(&path);
    blocking(move || {
        export::whole(&target, |out| {
            out.write_all(&bytes)
                .map_err(|cause| buzz_library::Error::Disk {
                    path: target.clone(),
                    cause,
                })
        })
    })
    .await?;
    Ok(Some(path))
}

/// Cancels an export; one that has ended is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn export_cancel(shell: Shared<'_>, export_id: String) -> Result<(), Failure> {
    shell.in_flight.cancel(&export_id);
    Ok(())
}
