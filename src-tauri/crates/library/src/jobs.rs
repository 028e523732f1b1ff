//! The conversions that were begun, and what became of them.

use serde::{Deserialize, Serialize};

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
        todo!()
    }
}
