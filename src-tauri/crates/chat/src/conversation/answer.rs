//! What comes of a question: an answer, or the reason why there is none.

use std::sync::Arc;

use buzz_query::Stored;
use serde::{Deserialize, Serialize};

use crate::chart::Chart;
use crate::figures::Figure;
use crate::matches::Matched;
use crate::model::{Identity, ModelError, Usage};
use crate::record::Step;

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The model has said all it had to say.
    Complete,
    /// The model asks something back; the next question of the conversation is the reply.
    Clarification,
    /// [`crate::Limits::steps`] was hit.
    StepLimit,
    /// [`crate::Limits::max_tokens`], [`crate::Limits::tokens`] or the ceiling of the day was hit.
    TokenLimit,
    /// [`crate::Limits::time`] was hit.
    TimeLimit,
    /// A person stopped it.
    Cancelled,
    /// It failed.
    Failed,
}

/// A question that the model asks back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarification {
    /// The question.
    pub question: String,
    /// Two to four ready answers; any other text is an answer too.
    pub options: Vec<String>,
}

/// One of several plausible readings of a question, and the step that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What is meant, such as `net amounts`.
    pub label: String,
    /// The number of the step that ran its SQL.
    pub step: u32,
}

impl Reading {
    /// The choice of this reading among all of them, as a fact to be kept with the dataset.
    pub fn as_fact(&self, all: &[Reading]) -> String {
        let others: Vec<&str> = all
            .iter()
            .filter(|other| other.label != self.label)
            .map(|other| other.label.as_str())
            .collect();
        format!(
            "Where a question leaves it open, \"{}\" is meant, not \"{}\".",
            self.label,
            others.join("\" nor \"")
        )
    }
}

/// An answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The conversation that it belongs to.
    pub conversation_id: String,
    /// The number of the message that holds it.
    pub message_id: i64,
    /// The answer's text; the question where the model asks back.
    pub text: String,
    /// What was run on the way, in order.
    pub steps: Vec<Step>,
    /// The number of the step whose result is behind the answer; `None` where there is none.
    pub result_step: Option<u32>,
    /// The charts, each drawn from the result of a step.
    pub charts: Vec<Chart>,
    /// Which cells the words of the question were taken to mean.
    pub matches: Vec<Matched>,
    /// Where the question could be read in several ways: all of them.
    pub readings: Vec<Reading>,
    /// What the model learned from the person about the tables and offers for keeping.
    pub facts: Vec<OfferedFact>,
    /// What the model asks back.
    pub clarification: Option<Clarification>,
    /// The figures of the text, and where each comes from; those that come from nowhere are marked.
    pub figures: Vec<Figure>,
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

/// Something about a dataset that is worth keeping; see [`buzz_library::Library::add_fact`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedFact {
    /// The dataset's name.
    pub dataset: String,
    /// One sentence.
    pub fact: String,
}

impl Answer {
    /// The table behind the answer: that of the step that the model named, else that of the last query that succeeded.
    pub fn result(&self) -> Option<&Arc<Stored>> {
        let named = self.result_step.and_then(|number| {
            let step = self.steps.iter().find(|step| step.step == number)?;
            let id = step.result_id.as_ref()?;
            self.results.iter().find(|(known, _)| known == id)
        });
        named.or(self.results.last()).map(|(_, stored)| stored)
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
    /// A person was shown what would be sent, and did not allow it.
    #[error("nothing was sent, as you did not allow it; what had arrived before is kept")]
    NotAllowed,
}

impl Error {
    /// A short stable name for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::Model(error) => &error.code,
            Self::Library(error) => error.code(),
            Self::Cancelled => "cancelled",
            Self::NotAllowed => "not_allowed",
        }
    }
}
