//! Newer versions, of which the person is told only if they wish.

use std::sync::Arc;

use super::Shared;
use crate::error::blocking;
use crate::updates;
use crate::wire::{Failure, NewVersion, Updates};

/// What the person chose, and whether this copy knows where to look.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn updates_get(shell: Shared<'_>) -> Result<Updates, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || updates::kept(&library)).await
}

/// Keeps whether newer versions are looked for once a day.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn updates_set(shell: Shared<'_>, daily: bool) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || updates::keep(&library, daily)).await
}

/// Looks for a newer version; null where there is none.
///
/// # Errors
/// `no_publisher`, `unreachable`, `not_signed`, `unreadable`, `not_recorded`, and the library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn updates_look(shell: Shared<'_>) -> Result<Option<NewVersion>, Failure> {
    updates::look(&shell.library).await
}

/// Looks for a newer version if the person wishes that once a day and a day has passed; else null.
///
/// # Errors
/// Those of [`updates_look`].
#[tauri::command(rename_all = "snake_case")]
pub async fn updates_look_daily(shell: Shared<'_>) -> Result<Option<NewVersion>, Failure> {
    updates::look_daily(&shell.library).await
}
