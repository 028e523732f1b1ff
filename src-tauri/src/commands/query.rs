//! SQL that a person typed.

use std::sync::Arc;
use std::time::Instant;

use buzz_query::Stored;
use tauri::ipc::Response;

use super::Shared;
use crate::error::blocking;
use crate::shell::{self, Shell};
use crate::wire::{Failure, QueryResult};

/// Runs one statement over these datasets, or over all where none is named, and keeps its result.
///
/// # Errors
/// The query's own, such as `not_one_read`, `refused`, `sql_error` and `cancelled`.
#[tauri::command(rename_all = "snake_case")]
pub async fn query_run(
    shell: Shared<'_>,
    dataset_ids: Vec<String>,
    sql: String,
    request_id: String,
) -> Result<QueryResult, Failure> {
    run(&shell, dataset_ids, sql, &request_id).await
}

/// Stops a query; one that has ended is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn query_cancel(shell: Shared<'_>, request_id: String) -> Result<(), Failure> {
    shell.in_flight.cancel(&request_id);
    Ok(())
}

/// Rows of a kept result, as an Arrow IPC stream.
///
/// # Errors
/// `result_gone` if it was released.
#[tauri::command(rename_all = "snake_case")]
pub async fn result_page(
    shell: Shared<'_>,
    result_id: String,
    offset: u64,
    limit: u64,
) -> Result<Response, Failure> {
    page(&shell, result_id, offset, limit)
        .await
        .map(Response::new)
}

/// Lets a kept result go; one that is not kept is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn result_release(shell: Shared<'_>, result_id: String) -> Result<(), Failure> {
    let shell = Arc::clone(&shell);
    // Letting go may delete a temporary file.
    blocking(move || -> Result<(), Failure> {
        shell.release(&result_id);
        Ok(())
    })
    .await
}

/// Runs a statement and keeps its result; what [`query_run`] does.
pub(crate) async fn run(
    shell: &Arc<Shell>,
    dataset_ids: Vec<String>,
    sql: String,
    request_id: &str,
) -> Result<QueryResult, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let cancel = running.cancel().clone();
    let shell = Arc::clone(shell);
    blocking(move || -> Result<QueryResult, Failure> {
        let began = Instant::now();
        let engine = shell.engine(&shell.datasets(&dataset_ids)?)?;
        let options = buzz_query::RunOptions {
            now: Some(shell::now()),
            ..Default::default()
        };
        let (result_id, stored) = shell.keep(engine.query(&sql, &options, &cancel)?)?;
        Ok(kept(result_id, &stored, began))
    })
    .await
}

/// What the window is told of a result that was kept under this id.
pub(super) fn kept(result_id: String, stored: &Stored, began: Instant) -> QueryResult {
    QueryResult {
        result_id,
        columns: stored.columns().into_iter().map(Into::into).collect(),
        rows: stored.rows(),
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// A page of a kept result as Arrow IPC; what [`result_page`] does.
pub(crate) async fn page(
    shell: &Arc<Shell>,
    result_id: String,
    offset: u64,
    limit: u64,
) -> Result<Vec<u8>, Failure> {
    let stored = shell.result(&result_id)?;
    blocking(move || {
        let batches = stored.page(offset, limit.min(super::PAGE_ROWS))?;
        buzz_query::to_ipc(&stored.schema(), &batches)
    })
    .await
}
