//! The conversions that were begun, and what became of them.

use serde::{Deserialize, Serialize};

use rusqlite::Row;

use crate::{Error, Library};

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// At work.
    Pending,
    /// Its dataset is in the library.
    Success,
    /// It failed, or its process died.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

/// One conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The id, a UUID of version 7.
    pub id: String,
    /// The file to convert.
    pub source_path: String,
    /// What became of it.
    pub status: JobStatus,
    /// When it was begun, RFC 3339 in UTC.
    pub started: String,
    /// When it ended, RFC 3339 in UTC.
    pub finished: Option<String>,
    /// The dataset it made.
    pub dataset_id: Option<String>,
    /// The code of what went wrong.
    pub error_code: Option<String>,
    /// What went wrong, as one sentence.
    pub error: Option<String>,
}

impl Library {
    /// All jobs, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn jobs(&self) -> Result<Vec<Job>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id, source_path, status, started, finished, dataset_id, error_code, error FROM jobs
             ORDER BY started DESC, id DESC",
        )?;
        let jobs = statement
            .query_map([], read_row)?
            .collect::<Result<_, _>>()?;
        Ok(jobs)
    }
}

impl JobStatus {
    /// The word in the database.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Job> {
    let status: String = row.get(2)?;
    Ok(Job {
        id: row.get(0)?,
        source_path: row.get(1)?,
        // The database lets no other word in.
        status: [JobStatus::Pending, JobStatus::Success, JobStatus::Cancelled]
            .into_iter()
            .find(|known| known.word() == status)
            .unwrap_or(JobStatus::Failed),
        started: row.get(3)?,
        finished: row.get(4)?,
        dataset_id: row.get(5)?,
        error_code: row.get(6)?,
        error: row.get(7)?,
    })
}
