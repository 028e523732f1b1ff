//! What is in the library.

use std::sync::Arc;

use arrow::array::RecordBatch;
use buzz_chat::{DatasetContext, suggest};
use buzz_library::{Cancel, Dataset, Library};
use tauri::ipc::Response;

use super::Shared;
use crate::chat;
use crate::error::{blocking, failure};
use crate::shell::Shell;
use crate::wire::{
    DatasetDetail, DatasetDraft, DatasetNotes, DatasetSummary, Failure, KeptMatch, SendMode,
    StrayText, SuggestedQuestion,
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

/// What did not fit into a column, cell by cell in the order of the file, as an Arrow IPC stream: line, text, reason, and,
/// of several files, the file.
///
/// # Errors
/// `not_found`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_strays(
    shell: Shared<'_>,
    id: String,
    column: String,
    offset: u64,
    limit: u64,
) -> Result<Response, Failure> {
    let strays = strays(&shell, id, column, offset, limit).await?;
    Ok(Response::new(strays))
}

/// The texts that did not fit into a column, the most frequent first.
///
/// # Errors
/// `not_found`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_stray_texts(
    shell: Shared<'_>,
    id: String,
    column: String,
    limit: u64,
) -> Result<Vec<StrayText>, Failure> {
    let shell = Arc::clone(&shell);
    blocking(move || -> Result<_, Failure> {
        let dataset = shell.library.dataset(&id)?;
        let name = dataset.name.clone();
        if dataset.strays == 0 {
            return Ok(Vec::new());
        }
        let engine = shell.engine(&[dataset])?;
        let texts =
            engine.stray_texts(&name, &column, limit.min(super::PAGE_ROWS), &Cancel::new())?;
        Ok(texts.into_iter().map(Into::into).collect())
    })
    .await
}

/// Gives a dataset a tag, or takes it away.
///
/// # Errors
/// `not_found`, `wrong_name` for a tag that cannot be, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_tag(
    shell: Shared<'_>,
    id: String,
    tag: String,
    given: bool,
) -> Result<DatasetSummary, Failure> {
    let library = Arc::clone(&shell.library);
    let dataset = blocking(move || match given {
        true => library.tag(&id, &tag),
        false => library.untag(&id, &tag),
    });
    Ok(dataset.await?.into())
}

/// The ids of the datasets whose file has changed since it was read.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn datasets_changed(shell: Shared<'_>) -> Result<Vec<String>, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.changed()).await
}

/// The ids of the datasets that have a column whose name contains a text, letter case aside.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn datasets_with_column(shell: Shared<'_>, text: String) -> Result<Vec<String>, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.with_column(&text)).await
}

/// Puts a dataset out of sight, and deletes it a little later unless it is brought back.
///
/// # Errors
/// `not_found`, and those of the database.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_remove(shell: Shared<'_>, id: String) -> Result<(), Failure> {
    remove(&shell, id).await
}

/// Brings a dataset back that was put out of sight.
///
/// # Errors
/// `not_found` if it was deleted meanwhile, and those of the disk.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_bring_back(shell: Shared<'_>, id: String) -> Result<DatasetSummary, Failure> {
    let shell = Arc::clone(&shell);
    let dataset = blocking(move || shell.bring_back(&id)).await?;
    Ok(dataset.into())
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

/// What would be sent to have a model draft what to write about a dataset, for the person to read.
///
/// # Errors
/// `no_such_dataset`, and whatever would keep it from being sent, such as `no_profile`.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_draft_request(
    shell: Shared<'_>,
    id: String,
    locale: Option<String>,
) -> Result<String, Failure> {
    chat::draft_request(&shell, &id, locale.as_deref()).await
}

/// Has a model draft what to write about a dataset; nothing of it is kept.
///
/// # Errors
/// `no_such_dataset`, `cancelled`, and those of the model.
#[tauri::command(rename_all = "snake_case")]
pub async fn dataset_draft(
    shell: Shared<'_>,
    id: String,
    locale: Option<String>,
    request_id: String,
) -> Result<DatasetDraft, Failure> {
    chat::draft(&shell, &id, locale.as_deref(), &request_id).await
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
        ipc(&batches)
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
        Ok(shell.put_away(&dataset.id)?)
    })
    .await
}

/// What [`dataset_strays`] does: the bytes of an Arrow IPC stream.
pub(crate) async fn strays(
    shell: &Arc<Shell>,
    id: String,
    column: String,
    offset: u64,
    limit: u64,
) -> Result<Vec<u8>, Failure> {
    let shell = Arc::clone(shell);
    blocking(move || -> Result<Vec<u8>, Failure> {
        let dataset = shell.library.dataset(&id)?;
        let name = dataset.name.clone();
        let limit = limit.min(super::PAGE_ROWS);
        let engine = shell.engine(&[dataset])?;
        let batches = engine.strays_of(&name, &column, offset, limit, &Cancel::new())?;
        ipc(&batches)
    })
    .await
}

/// The batches of a page, of which there is at least one, as the bytes of an Arrow IPC stream.
fn ipc(batches: &[RecordBatch]) -> Result<Vec<u8>, Failure> {
    let Some(first) = batches.first() else {
        return Err(failure(
            "internal",
            "the page has no schema: please report this",
        ));
    };
    Ok(buzz_query::to_ipc(&first.schema(), batches)?)
}

/// A value of the core as the JSON in which it is kept.
fn json(value: &impl serde::Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| failure("internal", error.to_string()))
}
