//! Running a statement that the model wrote: for the person in full, for the model as much of it as it may see.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_library::Library;
use buzz_query::{Column, Error, RunOptions, Stored};
use jiff::civil::DateTime;

use super::Limits;
use super::health::Checkup;
use crate::cells;
use crate::context::DatasetContext;
use crate::scope::Scope;

/// Rows of a result that travel with its event and are kept with the answer.
const PREVIEW_ROWS: u64 = 20;

/// A statement that is to run, with everything that this needs.
pub(crate) struct Statement {
    pub(crate) scope: Arc<Scope>,
    pub(crate) sql: String,
    /// The id by which the model knows the result.
    pub(crate) name: String,
    pub(crate) now: DateTime,
    /// The time that is left for it.
    pub(crate) time: Duration,
    pub(crate) limits: Limits,
    pub(crate) temp_root: PathBuf,
    pub(crate) cancel: Cancel,
    /// The datasets, and how many rows of each were set aside when it was read.
    pub(crate) datasets: Vec<(DatasetContext, u64)>,
}

/// A statement that ran.
pub(crate) struct Ran {
    pub(crate) stored: Arc<Stored>,
    pub(crate) preview: Vec<Vec<Option<String>>>,
    /// What the model is told of it.
    pub(crate) told: String,
    /// Whether the model is told nothing of the rows.
    pub(crate) withheld: bool,
    /// What a person should know about the result, one sentence each.
    pub(crate) notes: Vec<String>,
}

/// A statement that failed.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// What the model is told.
    pub(crate) told: String,
}

impl Statement {
    fn options(&self) -> RunOptions {
        RunOptions {
            timeout: Some(self.limits.sql_time.min(self.time)),
            max_rows: None,
            now: Some(self.now),
        }
    }

    /// Runs it to its end; to be called on a thread that may block.
    ///
    /// The engine watches the cancel flag itself, so that a statement that is stopped has stopped before this returns.
    pub(crate) fn run(&self) -> Result<Ran, Failed> {
        self.run_in_full().map_err(|error| Failed {
            told: self.told_of(&error),
            error,
        })
    }

    fn run_in_full(&self) -> Result<Ran, Error> {
        let checkup = Checkup {
            engine: self.scope.engine(),
            sql: &self.sql,
            now: self.now,
            time: self.limits.check_time.min(self.time),
            cancel: &self.cancel,
        };
        let stored = {
            let rows = self
                .scope
                .engine()
                .query(&self.sql, &self.options(), &self.cancel)?;
            Stored::collect(rows, self.limits.result_memory, &self.temp_root)?
        };
        let mut notes = checkup.joins();
        notes.extend(checkup.missing(&self.datasets));
        if stored.rows() == 0 {
            notes.extend(checkup.emptiness());
        }
        let preview = cells::preview(&stored, PREVIEW_ROWS)?;
        let visible = self.visible(&stored)?;
        let told = match &visible {
            Some(visible) => cells::for_the_model(
                visible.as_ref().unwrap_or(&stored),
                &self.name,
                self.limits.rows,
                self.limits.bytes,
            )?,
            None => cells::withheld(self.columns_without_rows().as_deref(), &self.name),
        };
        let told = if self.scope.is_open() {
            with_notes(told, &notes)
        } else {
            // They count cells, and name the filters that emptied the result.
            told
        };
        Ok(Ran {
            stored: Arc::new(stored),
            preview,
            told,
            withheld: visible.is_none(),
            notes,
        })
    }

    /// What the model may be shown of the result: `Some(None)` for the result itself, `Some(Some(…))` for what the statement
    /// gives without that which is held back, `None` where it gives nothing without it.
    fn visible(&self, stored: &Stored) -> Result<Option<Option<Stored>>, Error> {
        if self.scope.is_open() {
            return Ok(Some(None));
        }
        let Some(engine) = self.scope.rows()? else {
            return Ok(None);
        };
        let collected = engine
            .query(&self.sql, &self.options(), &self.cancel)
            .and_then(|rows| Stored::collect(rows, self.limits.result_memory, &self.temp_root));
        match collected {
            Ok(visible) if visible.columns() == stored.columns() => Ok(Some(Some(visible))),
            Err(Error::Cancelled) => Err(Error::Cancelled),
            // It rests on something that is held back.
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// The columns of the result, as far as they do not depend on any cell.
    fn columns_without_rows(&self) -> Option<Vec<Column>> {
        let engine = self.scope.shapes().ok()?;
        let rows = engine
            .query(&self.sql, &self.options(), &self.cancel)
            .ok()?;
        Some(rows.columns())
    }

    /// What the model is told of an error: what DuckDB said, unless that could hold a cell that is held back.
    fn told_of(&self, error: &Error) -> String {
        let is_about_the_text = matches!(
            error,
            Error::NotOneRead(_)
                | Error::Refused(_)
                | Error::TimedOut { .. }
                | Error::Cancelled
                | Error::Memory { .. }
                | Error::TemporarySpace { .. }
        );
        if self.scope.is_open() || is_about_the_text {
            return error.to_string();
        }
        // Over tables without rows the same statement fails in the same way only if no cell has a part in it.
        let without_rows = self.scope.shapes().and_then(|engine| {
            engine
                .query(&self.sql, &self.options(), &self.cancel)?
                .try_for_each(|batch| batch.map(|_| ()))
        });
        match without_rows {
            Err(error @ Error::Sql(_)) => error.to_string(),
            _ => "the statement is sound but failed on the cells, which you are not shown (a value that could not be converted or \
                  computed): use TRY_CAST, nullif or coalesce"
                .to_owned(),
        }
    }
}

/// The datasets, and how many rows of each were set aside when it was read.
pub(crate) fn with_rows_set_aside(
    library: &Library,
    datasets: &[DatasetContext],
) -> Vec<(DatasetContext, u64)> {
    datasets
        .iter()
        .map(|dataset| {
            // A receipt that cannot be read costs a note and no more.
            let receipt = library.receipt(&dataset.id);
            let aside = receipt.map_or(0, |receipt| receipt.rows_set_aside);
            (dataset.clone(), aside)
        })
        .collect()
}

/// What the model is told of a result, with what the app found about it: both are JSON.
fn with_notes(told: String, notes: &[String]) -> String {
    match told.strip_suffix('}') {
        Some(open) if !notes.is_empty() => {
            format!("{open},\"checked\":{}}}", serde_json::json!(notes))
        }
        _ => told,
    }
}
