//! What was sent.

use std::path::PathBuf;
use std::sync::Arc;

use buzz_library::LedgerQuery;

use super::Shared;
use crate::error::blocking;
use crate::export;
use crate::shell::Shell;
use crate::wire::{Failure, LedgerRecord};

/// Requests that left this machine, the newest first: those that contain a text, those of a conversation, and those
/// before another, where these are given.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn ledger_list(
    shell: Shared<'_>,
    limit: usize,
    text: Option<String>,
    conversation_id: Option<String>,
    before: Option<i64>,
) -> Result<Vec<LedgerRecord>, Failure> {
    let library = Arc::clone(&shell.library);
    let query = LedgerQuery {
        conversation_id,
        text,
        before,
    };
    Ok(blocking(move || library.search_ledger(&query, limit))
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// Forgets everything that was recorded; tells how many requests it was.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn ledger_clear(shell: Shared<'_>) -> Result<usize, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.clear_ledger()).await
}

/// Writes everything that was recorded to a file, one JSON object on each line; tells how many requests it was.
///
/// # Errors
/// `disk`, and the library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn ledger_export(shell: Shared<'_>, path: PathBuf) -> Result<u64, Failure> {
    save(&shell, path).await
}

/// What [`ledger_export`] does.
pub(crate) async fn save(shell: &Arc<Shell>, path: PathBuf) -> Result<u64, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || {
        export::whole(&path, |out| {
            library.write_ledger(&LedgerQuery::default(), out, &path)
        })
    })
    .await
}
