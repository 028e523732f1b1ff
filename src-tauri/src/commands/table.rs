//! The rows of a dataset or a result as the table shows them: sorted, filtered, counted and looked through.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use buzz_query::{Cancel, Frequent, Search, Stored, Summary};
use tauri::ipc::Channel;

use super::{Shared, query};
use crate::error::blocking;
use crate::shell::{OpenTable, Shell};
use crate::wire::{
    Arrangement, CellPlace, CellRange, CellSearch, CellsSummary, ColumnValues, Failure, Filter,
    QueryResult, RowsOf, StrayCell,
};

/// Values of a column that are listed at most.
const VALUES: usize = 200;
/// The time that listing them may take.
const VALUES_TIME: Duration = Duration::from_secs(60);
/// Rows whose strays are looked up at once.
const STRAY_ROWS: usize = 10_000;
/// The time between two reports of progress.
const REPORTS: Duration = Duration::from_millis(100);

/// Sorts and filters a table and keeps its rows as a result; behind the columns of the table stands the number of each
/// row there, counted from 1. `channel` gets the number of rows that are ready.
///
/// # Errors
/// `condition` where a value is none of its column's type, `cancelled`, and those of the query.
#[tauri::command(rename_all = "snake_case")]
pub async fn table_arrange(
    shell: Shared<'_>,
    of: RowsOf,
    arrangement: Arrangement,
    request_id: String,
    channel: Channel<u64>,
) -> Result<QueryResult, Failure> {
    // A window that is gone needs no progress.
    let progress = move |rows| drop(channel.send(rows));
    arrange(&shell, of, arrangement, &request_id, progress).await
}

/// The most frequent values of a column in the rows that the filters leave.
///
/// # Errors
/// As `table_arrange`, and `timed_out`.
#[tauri::command(rename_all = "snake_case")]
pub async fn table_values(
    shell: Shared<'_>,
    of: RowsOf,
    column: usize,
    filters: Vec<Filter>,
    containing: Option<String>,
    request_id: String,
) -> Result<ColumnValues, Failure> {
    let wanted = Frequent {
        column,
        filters: filters.into_iter().map(Into::into).collect(),
        containing: containing.filter(|text| !text.is_empty()),
        limit: VALUES,
        timeout: Some(VALUES_TIME),
    };
    values(&shell, of, wanted, &request_id).await
}

/// What a rectangle of cells comes to.
///
/// # Errors
/// `cancelled`, `result_gone`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn table_summary(
    shell: Shared<'_>,
    of: RowsOf,
    cells: CellRange,
    request_id: String,
) -> Result<CellsSummary, Failure> {
    summary(&shell, of, cells, &request_id).await
}

/// The next cell that has a text in it; null where there is none.
///
/// # Errors
/// `cancelled`, `result_gone`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn table_find(
    shell: Shared<'_>,
    of: RowsOf,
    search: CellSearch,
    request_id: String,
) -> Result<Option<CellPlace>, Failure> {
    find(&shell, of, search, &request_id).await
}

/// The cells of these rows of a dataset, counted from 1, that did not fit their column.
///
/// # Errors
/// `not_found`, and those of reading.
#[tauri::command(rename_all = "snake_case")]
pub async fn table_strays(
    shell: Shared<'_>,
    id: String,
    rows: Vec<u64>,
) -> Result<Vec<StrayCell>, Failure> {
    strays(&shell, id, rows).await
}

/// What [`table_arrange`] does.
pub(crate) async fn arrange(
    shell: &Arc<Shell>,
    of: RowsOf,
    arrangement: Arrangement,
    request_id: &str,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<QueryResult, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let shell = Arc::clone(shell);
    blocking(move || -> Result<QueryResult, Failure> {
        let began = Instant::now();
        let table = shell.table(&of, running.cancel())?;
        let rows = table
            .engine
            .arrange(&table.name, &arrangement.into(), running.cancel())?;
        let reported = Cell::new(Instant::now());
        let (result_id, stored) = shell.keep_watched(rows, |rows| {
            if reported.get().elapsed() >= REPORTS {
                reported.set(Instant::now());
                progress(rows);
            }
        })?;
        Ok(query::kept(result_id, &stored, began))
    })
    .await
}

/// What [`table_values`] does.
pub(crate) async fn values(
    shell: &Arc<Shell>,
    of: RowsOf,
    wanted: Frequent,
    request_id: &str,
) -> Result<ColumnValues, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let shell = Arc::clone(shell);
    blocking(move || -> Result<ColumnValues, Failure> {
        let table = shell.table(&of, running.cancel())?;
        let (values, more) = table
            .engine
            .frequent(&table.name, &wanted, running.cancel())?;
        Ok(ColumnValues {
            values: values.into_iter().map(Into::into).collect(),
            more,
        })
    })
    .await
}

/// What [`table_summary`] does.
pub(crate) async fn summary(
    shell: &Arc<Shell>,
    of: RowsOf,
    cells: CellRange,
    request_id: &str,
) -> Result<CellsSummary, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let shell = Arc::clone(shell);
    blocking(move || -> Result<CellsSummary, Failure> {
        let source = Source::open(&shell, &of, running.cancel())?;
        let rows = cells.first_row..cells.end_row;
        let batches = source.part(&cells.columns, rows, running.cancel())?;
        Ok(Summary::of(batches, running.cancel())?.into())
    })
    .await
}

/// What [`table_find`] does.
pub(crate) async fn find(
    shell: &Arc<Shell>,
    of: RowsOf,
    wanted: CellSearch,
    request_id: &str,
) -> Result<Option<CellPlace>, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let shell = Arc::clone(shell);
    blocking(move || -> Result<Option<CellPlace>, Failure> {
        let source = Source::open(&shell, &of, running.cancel())?;
        let search = Search {
            texts: wanted.texts,
            row: wanted.row,
            column: wanted.column,
            backwards: wanted.backwards,
        };
        let read = |rows| source.part(&wanted.columns, rows, running.cancel());
        let found = search.next(source.rows, read, running.cancel())?;
        Ok(found.map(Into::into))
    })
    .await
}

/// What [`table_strays`] does.
pub(crate) async fn strays(
    shell: &Arc<Shell>,
    id: String,
    mut rows: Vec<u64>,
) -> Result<Vec<StrayCell>, Failure> {
    rows.truncate(STRAY_ROWS);
    let shell = Arc::clone(shell);
    blocking(move || -> Result<Vec<StrayCell>, Failure> {
        let cancel = Cancel::new();
        let table = shell.table(&RowsOf::Dataset { id }, &cancel)?;
        let found = table.engine.strays(&table.name, &rows, &cancel)?;
        Ok(found.into_iter().map(Into::into).collect())
    })
    .await
}

/// Rows that can be read from any place: those of a dataset, or of a kept result in whatever order it has.
struct Source {
    rows: u64,
    place: Place,
}

enum Place {
    Table(OpenTable),
    Kept(Arc<Stored>),
}

type Rows = Box<dyn Iterator<Item = Result<RecordBatch, buzz_query::Error>>>;

impl Source {
    fn open(shell: &Shell, of: &RowsOf, cancel: &Cancel) -> Result<Self, Failure> {
        Ok(match of {
            RowsOf::Dataset { id } => Self {
                rows: shell.library.dataset(id)?.rows,
                place: Place::Table(shell.table(of, cancel)?),
            },
            RowsOf::Result { result_id } => {
                let stored = shell.result(result_id)?;
                Self {
                    rows: stored.rows(),
                    place: Place::Kept(stored),
                }
            }
        })
    }

    fn part(
        &self,
        columns: &[usize],
        rows: Range<u64>,
        cancel: &Cancel,
    ) -> Result<Rows, buzz_query::Error> {
        Ok(match &self.place {
            Place::Table(table) => {
                Box::new(table.engine.part(&table.name, columns, rows, cancel)?)
            }
            Place::Kept(stored) => Box::new(stored.part(columns, rows)?),
        })
    }
}
