//! Questions whose SQL the person has checked.

use std::sync::Arc;

use super::Shared;
use crate::error::blocking;
use crate::wire::{Failure, VerifiedQuestion};

/// All verified questions, the newest first.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn verified_list(shell: Shared<'_>) -> Result<Vec<VerifiedQuestion>, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || library.verified_questions())
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// Keeps a question with its SQL as trusted; the same question of the same datasets is replaced.
///
/// # Errors
/// `no_such_dataset`, and the library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn verified_add(
    shell: Shared<'_>,
    question: String,
    sql: String,
    dataset_ids: Vec<String>,
) -> Result<VerifiedQuestion, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(
        blocking(move || library.verify_question(&question, &sql, &dataset_ids))
            .await?
            .into(),
    )
}

/// Takes the trust in a question's SQL back.
///
/// # Errors
/// `no_such_verified_question`.
#[tauri::command(rename_all = "snake_case")]
pub async fn verified_remove(shell: Shared<'_>, id: String) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.remove_verified_question(&id)).await
}
