//! What a conversation looks like in the library: the JSON of its messages.
//!
//! Fields are added, never renamed: conversations outlive the program that wrote them.

use buzz_query::Column;
use serde::{Deserialize, Serialize};

use crate::model::{Identity, Message, Usage};

/// A question, as it is kept: the content of a message whose role is `user`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The question as it was typed.
    pub text: String,
}

/// An answer, as it is kept: the content of a message whose role is `assistant`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssistantRecord {
    /// The answer's text; what had arrived of it where it was cut.
    pub text: String,
    /// What was run on the way, in order.
    pub steps: Vec<Step>,
    /// What a person should know about how the answer came about, such as a bound that was hit.
    pub notes: Vec<String>,
    /// How it ended: `complete`, `step_limit`, `token_limit`, `time_limit`, `cancelled` or `failed`.
    pub ended: crate::Ended,
    /// What went wrong, where it ended as `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Tokens of all requests of this answer.
    pub usage: Usage,
    /// Requests that were sent for it.
    pub requests: u32,
    /// Which model answered.
    pub model: Identity,
    /// The version of the prompt's template.
    pub prompt_version: String,
    /// The local date and time that `today()` and `now()` gave, ISO 8601, so that the SQL can be repeated.
    pub now: String,
    /// The messages of this turn as the model saw and wrote them, without the question; follow-ups send them again.
    pub transcript: Vec<Message>,
}

/// A failure, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorRecord {
    /// A short stable name for programs.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
}

/// One use of a tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The step's number within the answer, from 1.
    pub step: u32,
    /// The tool: `run_sql`.
    pub tool: String,
    /// What the model said before it asked for the tool; often empty.
    #[serde(default)]
    pub text: String,
    /// The SQL as it was run.
    pub sql: String,
    /// The id under which the whole result can be paged while the program runs; `None` where it failed.
    pub result_id: Option<String>,
    /// The result's columns; empty where it failed.
    pub columns: Vec<Column>,
    /// The result's rows in all; `None` where it failed.
    pub rows: Option<u64>,
    /// The first rows as text, a cell that is NULL as `null`.
    pub preview: Vec<Vec<Option<String>>>,
    /// Why it failed.
    pub error: Option<ErrorRecord>,
    /// How long the engine took, in seconds.
    pub seconds: f64,
}
