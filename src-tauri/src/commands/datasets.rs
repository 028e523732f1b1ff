//! What is in the library.

use std::sync::Arc;

use buzz_chat::{DatasetContext, suggest};
use buzz_library::{Dataset, Library};
use tauri::ipc::Response;

use super::Shared;
use crate::error::{blocking, failure};
use crate::shell::Shell;
use crate::wire::{
    DatasetDetail, DatasetNotes, DatasetSummary, Failure, KeptMatch, SendMode, SuggestedQuestion,
};

/// Questions that are suggested at most.
const SUGGESTIONS: usize = 6;

/// Every dataset.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn datasets_list(shell: Shared<'_>) -> Result<Vec<DatasetSummary>, Failure> {
    let library = Arc::clone(&shell.library);
    let datasets = blocking(move || library.datasets()).await?;
    Ok(datasets.into_iter().map(Into::into).collect())
}

/// Everything about one dataset but its rows.
///
/// # Errors
/// `not_found`, and those of reading its receipt.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_show(shell: Shared<'_>, id: String) -> Result<DatasetDetail, Failure> {
    show(&shell, id).await
}

/// Rows of a dataset in the order of its file, as an Arrow IPC stream.
///
/// # Errors
/// `not_found`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_page(
    shell: Shared<'_>,
    id: String,
    offset: u64,
    limit: u64,
) -> Result<Response, Failure> {
    page(&shell, id, offset, limit).await.map(Response::new)
}

/// Deletes a dataset.
///
/// # Errors
/// `not_found`, and those of deleting.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_remove(shell: Shared<'_>, id: String) -> Result<(), Failure> {
    remove(&shell, id).await
}

/// Gives a dataset another name.
///
/// # Errors
/// `not_found`, or that the name is taken.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_rename(
    shell: Shared<'_>,
    id: String,
    name: String,
) -> Result<DatasetSummary, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || library.rename(&id, &name)).await?.into())
}

/// Keeps what the person wrote about a dataset.
///
/// # Errors
/// `not_found`.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_set_context(
    shell: Shared<'_>,
    id: String,
    text: String,
) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.set_context(&id, &text)).await
}

/// Sets how much of a dataset may be sent; null leaves it to the application's own mode.
///
/// # Errors
/// `no_such_dataset`, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_set_send(
    shell: Shared<'_>,
    id: String,
    send: Option<SendMode>,
) -> Result<DatasetNotes, Failure> {
    annotate(&shell, move |library| {
        library.set_send(&id, send.map(Into::into))
    })
    .await
}

/// Sets what a column holds, whether its cells may be sent, or both; what is null stays.
///
/// # Errors
/// `no_such_dataset`, `no_such_column`, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_set_column(
    shell: Shared<'_>,
    id: String,
    column: String,
    description: Option<String>,
    never_send: Option<bool>,
) -> Result<DatasetNotes, Failure> {
    annotate(&shell, move |library| {
        library.set_column_notes(&id, &column, description.as_deref(), never_send)
    })
    .await
}

/// Keeps a fact about a dataset, or forgets it.
///
/// # Errors
/// `no_such_dataset`, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_set_fact(
    shell: Shared<'_>,
    id: String,
    fact: String,
    kept: bool,
) -> Result<DatasetNotes, Failure> {
    annotate(&shell, move |library| {
        if kept {
            library.add_fact(&id, &fact)
        } else {
            library.remove_fact(&id, &fact)
        }
    })
    .await
}

/// Remembers which cells of a column a word means; no cells forget it.
///
/// # Errors
/// `no_such_dataset`, `no_such_column`, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_set_match(
    shell: Shared<'_>,
    id: String,
    kept: KeptMatch,
) -> Result<DatasetNotes, Failure> {
    annotate(&shell, move |library| {
        library.remember_match(&id, &kept.into())
    })
    .await
}

/// Questions that the dataset can answer without any model.
///
/// # Errors
/// `no_such_dataset`, and those of reading its profile.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_suggestions(
    shell: Shared<'_>,
    id: String,
) -> Result<Vec<SuggestedQuestion>, Failure> {
    suggestions(&shell, id).await
}

/// What [`dataset_suggestions`] does.
pub(crate) async fn suggestions(
    shell: &Arc<Shell>,
    id: String,
) -> Result<Vec<SuggestedQuestion>, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<_, Failure> {
        let dataset = library.dataset(&id)?;
        let context = DatasetContext::load(&library, &dataset)?;
        Ok(suggest::questions(&context, SUGGESTIONS)
            .into_iter()
            .map(Into::into)
            .collect())
    })
    .await
}

/// Changes what is said about a dataset, and gives all that is said about it then.
async fn annotate(
    shell: &Arc<Shell>,
    change: impl FnOnce(&Library) -> Result<Dataset, buzz_library::Error> + Send + 'static,
) -> Result<DatasetNotes, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || change(&library)).await?.notes.into())
}

/// What [`dataset_show`] does.
pub(crate) async fn show(shell: &Arc<Shell>, id: String) -> Result<DatasetDetail, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<DatasetDetail, Failure> {
        let dataset = library.dataset(&id)?;
        let receipt = library.receipt(&dataset.id)?;
        let profile = library.profile(&dataset.id)?;
        Ok(DatasetDetail {
            columns: dataset.columns.iter().cloned().map(Into::into).collect(),
            receipt: json(&receipt)?,
            profile: profile.as_ref().map(json).transpose()?,
            context: dataset.context.clone(),
            notes: dataset.notes.clone().into(),
            summary: dataset.into(),
        })
    })
    .await
}

/// What [`dataset_page`] does: the bytes of an Arrow IPC stream.
pub(crate) async fn page(
    shell: &Arc<Shell>,
    id: String,
    offset: u64,
    limit: u64,
) -> Result<Vec<u8>, Failure> {
    let shell = Arc::clone(shell);
    blocking(move || -> Result<Vec<u8>, Failure> {
        let dataset = shell.library.dataset(&id)?;
        let name = dataset.name.clone();
        let batches = shell
            .engine(&[dataset])?
            .page(&name, offset, limit.min(super::PAGE_ROWS))?;
        let schema = match batches.first() {
            Some(batch) => batch.schema(),
            None => {
                return Err(failure(
                    "internal",
                    "the page has no schema: please report this",
                ));
            }
        };
        Ok(buzz_query::to_ipc(&schema, &batches)?)
    })
    .await
}

/// What [`dataset_remove`] does.
pub(crate) async fn remove(shell: &Arc<Shell>, id: String) -> Result<(), Failure> {
    let shell = Arc::clone(shell);
    blocking(move || -> Result<(), Failure> {
        let dataset = shell.library.dataset(&id)?;
        // Some platforms do not delete a file that is open.
        shell.close_engines(&dataset);
        Ok(shell.library.remove(&dataset.id)?)
    })
    .await
}

/// A value of the core as the JSON in which it is kept.
fn json(value: &impl serde::Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| failure("internal", error.to_string()))
}
