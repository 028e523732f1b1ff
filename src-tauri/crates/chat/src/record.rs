//! What a conversation looks like in the library: the JSON of its messages.
//!
//! Fields are added, never renamed: conversations outlive the program that wrote them.

use buzz_library::RememberedMatch;
use buzz_query::Column;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chart::Chart;
use crate::conversation::{Clarification, OfferedFact, Reading};
use crate::figures::Figure;
use crate::matches::Matched;
use crate::model::{Identity, Message, Usage};
use crate::scope::Exposures;

/// A question, as it is kept: the content of a message whose role is `user`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The question as it was typed.
    pub text: String,
    /// Which cells words of the question mean, where the person has edited what was found: datasets' names, and what of
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<(String, RememberedMatch)>,
}

/// An answer, as it is kept: the content of a message whose role is `assistant`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssistantRecord {
    /// The answer's text; what had arrived of it where it was cut.
    pub text: String,
    /// What was run on the way, in order.
    pub steps: Vec<Step>,
    /// The number of the step whose result is behind the answer, where the model said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_step: Option<u32>,
    /// The charts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<Chart>,
    /// Which cells the words of the question were taken to mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<Matched>,
    /// The readings of the question, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// What was offered for keeping.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<OfferedFact>,
    /// What the model asked back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clarification: Option<Clarification>,
    /// The figures of the text, and where each comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// What a person should know about how the answer came about, such as a bound that was hit.
    pub notes: Vec<String>,
    /// How it ended: `complete`, `clarification`, `step_limit`, `token_limit`, `time_limit`, `cancelled` or `failed`.
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
    /// How much of which datasets was sent for it; `None` where everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Exposures>,
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
    /// The tool: `run_sql`, `find_values`, `describe_dataset` or `show_chart`.
    pub tool: String,
    /// What the model said before it asked for the tool; often empty.
    #[serde(default)]
    pub text: String,
    /// The SQL as it was run; empty for other tools.
    pub sql: String,
    /// The reading of the question that the SQL answers, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What another tool was asked; null for SQL.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub input: Value,
    /// What another tool gave; null for SQL.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub output: Value,
    /// The id under which the whole result can be paged while the program runs; `None` where it failed.
    pub result_id: Option<String>,
    /// The result's columns; empty where it failed.
    pub columns: Vec<Column>,
    /// The result's rows in all; `None` where it failed.
    pub rows: Option<u64>,
    /// The first rows as text, a cell that is NULL as `null`.
    pub preview: Vec<Vec<Option<String>>>,
    /// Whether the model was not shown the rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// What a person should know about the result, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why it failed.
    pub error: Option<ErrorRecord>,
    /// How long the engine took, in seconds.
    pub seconds: f64,
}

impl Step {
    /// A step of which nothing is known yet.
    pub(crate) fn new(step: u32, tool: &str) -> Self {
        Self {
            step,
            tool: tool.to_owned(),
            text: String::new(),
            sql: String::new(),
            reading: None,
            input: Value::Null,
            output: Value::Null,
            result_id: None,
            columns: Vec::new(),
            rows: None,
            preview: Vec::new(),
            withheld: false,
            notes: Vec::new(),
            error: None,
            seconds: 0.0,
        }
    }
}
