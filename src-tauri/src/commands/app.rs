//! The application itself.

use super::Shared;
use crate::wire::{AppInfo, Failure};

/// The application as it runs.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn app_info(shell: Shared<'_>) -> Result<AppInfo, Failure> {
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        library: shell.library.root().display().to_string(),
        memory_budget: buzz_ingest::Options::DEFAULT_MEMORY,
    })
}
