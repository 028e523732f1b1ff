//! One question and everything that happens until its answer is complete.
//!
//! [`ask`] is the entry. A turn begins ([`begin`]), asks the model ([`request`]) and uses the tools that the model asks for
//! ([`steps`], [`sql`], [`look_up`]) until there is an answer, which is looked at before it counts ([`checking`]), and ends ([`end`]).

mod answer;
mod approval;
mod asked;
mod begin;
mod checking;
mod end;
mod event;
mod health;
mod look_up;
mod request;
mod sql;
mod steps;

use std::sync::Arc;

use buzz_ingest::Cancel;
use buzz_library::Library;
use buzz_query::{Engine, Stored};
use tokio::time::Instant;

pub use answer::{Answer, Clarification, Ended, Error, OfferedFact, Reading};
pub use approval::{Approval, Confirm, Pending};
pub use asked::{Ask, Limits};
pub(crate) use begin::title;
pub use event::ChatEvent;
pub(crate) use request::day_is_used_up;
pub(crate) use sql::{Statement, with_rows_set_aside};

use crate::chart::Chart;
use crate::figures::{Evidence, Figure};
use crate::matches::Matched;
use crate::model::{Content, Message, Model, ModelError, Role, StopReason, Tool, Usage};
use crate::prompt::SystemPrompt;
use crate::record::Step;
use crate::scope::Scope;

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
    let scope = Arc::new(Scope::new(engine, &ask.datasets, ask.send));
    let mut turn = Turn::begin(library, scope, model, ask, events, cancel)?;
    let outcome = turn.run().await;
    turn.end(outcome)
}

/// Why the work on an answer ended before the model was done.
enum Stopped {
    /// Something failed.
    Error(Error),
    /// The time is up.
    OutOfTime,
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// What one request gave.
#[derive(Default)]
struct Reply {
    text: String,
    tool_uses: Vec<ToolUse>,
    stop: Option<StopReason>,
}

/// A tool that the model asks for.
#[derive(Clone)]
struct ToolUse {
    id: String,
    name: String,
    input: serde_json::Value,
}

/// Cells that `find_values` gave, for the chips that tell what a word was taken to mean.
struct FoundCells {
    word: String,
    dataset: String,
    column: String,
    values: Vec<String>,
}

/// An answer that was sent back to be corrected; it counts where the correction fails.
struct Draft {
    text: String,
    figures: Vec<Figure>,
    /// Messages that there were when it was written, itself included.
    messages: usize,
}

/// One question while it is being answered.
struct Turn<'a> {
    library: &'a Library,
    scope: Arc<Scope>,
    model: &'a dyn Model,
    ask: &'a Ask,
    events: &'a (dyn Fn(ChatEvent) + Send + Sync),
    cancel: &'a Cancel,
    conversation_id: String,
    system: SystemPrompt,
    tools: Vec<Tool>,
    deadline: Instant,
    /// The conversation as the model sees it; from `own` on it is this turn's, the question first.
    messages: Vec<Message>,
    own: usize,
    /// Steps of earlier answers, so that the ids of results differ within a conversation.
    earlier_steps: u32,
    /// The text of the request that is under way or was the last.
    text: String,
    steps: Vec<Step>,
    results: Vec<(String, Arc<Stored>)>,
    result_step: Option<u32>,
    charts: Vec<Chart>,
    found: Vec<FoundCells>,
    matches: Vec<Matched>,
    readings: Vec<Reading>,
    facts: Vec<OfferedFact>,
    clarification: Option<Clarification>,
    evidence: Evidence,
    figures: Vec<Figure>,
    draft: Option<Draft>,
    corrected: bool,
    notes: Vec<String>,
    usage: Usage,
    requests: u32,
}

impl<'a> Turn<'a> {
    /// Tells the person something that also stays with the answer.
    fn note(&mut self, message: String) {
        (self.events)(ChatEvent::Notice {
            message: message.clone(),
        });
        self.notes.push(message);
    }

    async fn run(&mut self) -> Result<Ended, Stopped> {
        let limits = &self.ask.limits;
        loop {
            if let Some(ended) = self.out_of_tokens().await? {
                return Ok(self.or_draft(ended));
            }
            let reply = match self.request().await {
                Ok(reply) => reply,
                // An answer that could not be corrected is still an answer, and its doubtful figures are marked.
                Err(Stopped::OutOfTime | Stopped::Error(Error::Model(_) | Error::NotAllowed))
                    if self.draft.is_some() =>
                {
                    return Ok(self.or_draft(Ended::Complete));
                }
                Err(stopped) => return Err(stopped),
            };
            match reply.stop {
                Some(StopReason::MaxTokens) => {
                    self.remember(reply, false);
                    self.note(format!(
                        "The answer is cut: it reached the {} tokens that one answer may have.",
                        limits.max_tokens
                    ));
                    return Ok(Ended::TokenLimit);
                }
                Some(StopReason::ContextWindow) => {
                    return Err(ModelError::new(
                        "context_too_long",
                        "The conversation is longer than what the model can read: begin a new one, or tick fewer tables.",
                    )
                    .into());
                }
                Some(StopReason::Filtered) => {
                    return Err(ModelError::new(
                        "filtered",
                        "The answer was held back by a filter of the model's provider or of the account: put the question differently.",
                    )
                    .into());
                }
                Some(StopReason::Malformed) => {
                    return Err(ModelError::new(
                        "malformed_answer",
                        "The model wrote something that cannot be read: ask again, or choose another model.",
                    )
                    .into());
                }
                _ if reply.tool_uses.is_empty() => {
                    self.remember(reply, true);
                    match self.check() {
                        Some(doubts) => self.messages.push(Message::user(doubts)),
                        None => {
                            self.count_matches(Vec::new()).await?;
                            return Ok(Ended::Complete);
                        }
                    }
                    continue;
                }
                _ => {}
            }
            let ends = reply
                .tool_uses
                .iter()
                .all(|used| steps::ends_the_turn(&used.name));
            if self.steps.len() >= limits.steps as usize && !ends {
                // It was told that there are no more steps, and asks for one all the same.
                self.remember(reply, false);
                self.note(format!(
                    "Stopped after {} steps, the most that one question may take.",
                    limits.steps
                ));
                return Ok(self.or_draft(Ended::StepLimit));
            }
            let tool_uses = reply.tool_uses.clone();
            let lead = self.remember(reply, true);
            let used = self.use_tools(tool_uses, lead).await?;
            if let Some(ended) = used.ended {
                return Ok(ended);
            }
            let mut results = used.results;
            if self.steps.len() >= limits.steps as usize {
                results.push(Content::Text {
                    text: "(All steps for this question are used up. Answer now with what you have, and say what is missing.)"
                        .to_owned(),
                });
            }
            self.messages.push(Message {
                role: Role::User,
                content: results,
            });
        }
    }

    /// Adds what the model said to the conversation; gives its text. What it asked for is left out unless it is run.
    fn remember(&mut self, reply: Reply, with_tools: bool) -> String {
        let mut content = Vec::new();
        if !reply.text.trim().is_empty() {
            content.push(Content::Text {
                text: reply.text.clone(),
            });
        }
        if with_tools {
            content.extend(reply.tool_uses.into_iter().map(|used| Content::ToolUse {
                id: used.id,
                name: used.name,
                input: used.input,
            }));
        }
        if !content.is_empty() {
            self.messages.push(Message {
                role: Role::Assistant,
                content,
            });
        }
        reply.text
    }
}
