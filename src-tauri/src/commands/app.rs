//! The application itself, and what the desktop gave it.

use std::sync::Arc;

use tauri::{AppHandle, State};

use super::Shared;
use crate::crash;
use crate::error::blocking;
use crate::opened::Opened;
use crate::start::Reports;
use crate::wire::{AppInfo, Failure};

/// The report of a fault that the person has not been told of yet; each is told of once.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn app_crash_report(
    shell: Shared<'_>,
    reports: State<'_, Reports>,
) -> Result<Option<String>, Failure> {
    let library = Arc::clone(&shell.library);
    let Some(folder) = reports.0.clone() else {
        return Ok(None);
    };
    let report = blocking(move || crash::untold(&folder, &library)).await?;
    Ok(report.map(|path| path.display().to_string()))
}

/// The application as it runs.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn app_info(shell: Shared<'_>) -> Result<AppInfo, Failure> {
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        library: shell.library.root().display().to_string(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    })
}

/// Ends the application and starts it anew, as when the library is somewhere else from now on.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn app_restart(app: AppHandle) -> Result<(), Failure> {
    app.request_restart();
    Ok(())
}

/// The files that were opened with the application and that the window has not taken in yet.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn app_opened(opened: State<'_, Arc<Opened>>) -> Result<Vec<String>, Failure> {
    let files = opened.take().into_iter();
    Ok(files
        .map(|path| path.to_string_lossy().into_owned())
        .collect())
}
