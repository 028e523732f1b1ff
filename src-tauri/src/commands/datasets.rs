//! What is in the library.

use std::sync::Arc;

use tauri::ipc::Response;

use super::Shared;
use crate::error::{blocking, failure};
use crate::shell::Shell;
use crate::wire::{DatasetDetail, DatasetSummary, Failure};

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
