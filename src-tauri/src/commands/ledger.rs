//! What was sent.

use std::sync::Arc;

use super::Shared;
use crate::error::blocking;
use crate::wire::{Failure, LedgerRecord};

/// The newest requests that left this machine, the newest first.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn ledger_list(shell: Shared<'_>, limit: usize) -> Result<Vec<LedgerRecord>, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || library.ledger(limit))
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}
