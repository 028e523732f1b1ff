//! One question and everything that happens until its answer is complete.
//!
//! [`ask`] is the entry, [`Turn::run`] the loop: it asks the model ([`request`]), uses the tools that the model asks for
//! ([`steps`], [`sql`]), and looks at the answer before it counts ([`checking`]).

mod answer;
mod approval;
mod checking;
mod event;
mod health;
mod request;
mod sql;
mod steps;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_library::{Library, RememberedMatch, SendMode};
use buzz_query::{Engine, KeyColumn, Stored, Vocabulary};
use jiff::civil::DateTime;
use tokio::time::Instant;

pub use answer::{Answer, Clarification, Ended, Error, OfferedFact, Reading};
pub use approval::{Approval, Confirm, Pending};
pub use event::ChatEvent;
pub(crate) use sql::{Statement, with_rows_set_aside};

use crate::chart::Chart;
use crate::context::DatasetContext;
use crate::figures::{Evidence, Figure};
use crate::history;
use crate::matches::Matched;
use crate::model::{Content, Message, Model, ModelError, Role, StopReason, Tool, Usage};
use crate::preferences::Preferences;
use crate::prompt::{Briefing, PROMPT_VERSION, SystemPrompt, quoted, system_prompt};
use crate::record::{AssistantRecord, ErrorRecord, Step, UserRecord};
use crate::scope::{self, Exposures, Scope};
use crate::tools::tools;

/// Likely keys that are told at most.
const KEYS: usize = 12;
/// The time that looking for them may take.
const KEY_TIME: Duration = Duration::from_millis(500);

/// A question and what it is asked about.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The question as it was typed.
    pub question: String,
    /// The datasets in scope; the engine must know the same ones.
    pub datasets: Vec<DatasetContext>,
    /// Which cells words of the question mean, where the person has edited what was found.
    pub matches: Vec<(String, RememberedMatch)>,
    /// The person's local date and time, pinned for the question.
    pub now: DateTime,
    /// The person's locale, such as `de-DE`.
    pub locale: Option<String>,
    /// How much may be sent; the stricter of this and a dataset's own mode counts.
    pub send: SendMode,
    /// What the person wants to confirm before it happens.
    pub confirm: Confirm,
    /// Tokens that may be read and written on one day of the person's, all conversations together.
    pub tokens_per_day: Option<u64>,
    /// Where words are looked up in cells; one for the whole program.
    pub vocabulary: Arc<Vocabulary>,
    /// The folder for results that are too large for memory.
    pub temp_root: PathBuf,
    /// The bounds.
    pub limits: Limits,
}

impl Ask {
    /// A new conversation about some datasets, with the usual bounds and what the person chose for all conversations.
    pub fn new(
        question: impl Into<String>,
        datasets: Vec<DatasetContext>,
        preferences: &Preferences,
        vocabulary: &Arc<Vocabulary>,
        now: DateTime,
        temp_root: PathBuf,
    ) -> Self {
        Self {
            conversation_id: None,
            question: question.into(),
            datasets,
            matches: Vec::new(),
            now,
            locale: None,
            send: preferences.send,
            confirm: preferences.confirm,
            tokens_per_day: preferences.tokens_per_day,
            vocabulary: Arc::clone(vocabulary),
            temp_root,
            limits: Limits::default(),
        }
    }
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
    /// Wall time of the whole answer; the time for which it waits for a person does not count.
    pub time: Duration,
    /// Wall time of one query.
    pub sql_time: Duration,
    /// Wall time of whatever the app looks up besides: values, joins, why a result is empty.
    pub check_time: Duration,
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
            check_time: Duration::from_secs(5),
            rows: 50,
            bytes: 16_000,
            result_memory: 32_000_000,
            history_bytes: 80_000,
            retries: 4,
            backoff: Duration::from_millis(500),
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
    fn begin(
        library: &'a Library,
        scope: Arc<Scope>,
        model: &'a dyn Model,
        ask: &'a Ask,
        events: &'a (dyn Fn(ChatEvent) + Send + Sync),
        cancel: &'a Cancel,
    ) -> Result<Self, Error> {
        let begun = (|| {
            let (conversation_id, asked_of, earlier) = match &ask.conversation_id {
                Some(id) => {
                    let (conversation, messages) = library.conversation(id)?;
                    (id.clone(), conversation.dataset_ids, messages)
                }
                None => {
                    let ids: Vec<String> = ask
                        .datasets
                        .iter()
                        .map(|dataset| dataset.id.clone())
                        .collect();
                    let id = library.start_conversation(&title(&ask.question), &ids)?.id;
                    (id, ids, Vec::new())
                }
            };
            let record = UserRecord {
                text: ask.question.clone(),
                matches: ask.matches.clone(),
            };
            let question_id =
                library.append_message(&conversation_id, "user", &serde_json::json!(record))?;
            let verified = trusted(library, ask)?;
            Ok::<_, buzz_library::Error>((
                conversation_id,
                question_id,
                asked_of,
                earlier,
                verified,
            ))
        })();
        let (conversation_id, question_id, asked_of, earlier, verified) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                let error = Error::from(error);
                events(ChatEvent::Failed {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    kept_text: String::new(),
                });
                return Err(error);
            }
        };
        events(ChatEvent::Started {
            conversation_id: conversation_id.clone(),
            question_id,
        });
        let may_send = |then: Option<&Exposures>| {
            let all = || {
                // Before there were modes, all rows of all datasets were sent.
                asked_of
                    .iter()
                    .map(|id| (id.clone(), scope::Exposure::everything()))
                    .collect()
            };
            let then = then.cloned().unwrap_or_else(all);
            scope::may_send_again(&then, ask.send, |id| library.dataset(id).ok())
        };
        let recalled = history::recalled(&earlier, ask.limits.history_bytes, may_send);
        let mut messages = recalled.messages;
        let own = messages.len();
        messages.push(question(ask));
        let system = system_prompt(&Briefing {
            datasets: &ask.datasets,
            send: ask.send,
            now: ask.now,
            locale: ask.locale.as_deref(),
            limits: &ask.limits,
            question: &ask.question,
            verified: &verified,
            keys: &likely_keys(&scope, ask, cancel),
        });
        let evidence = checking::evidence(ask, &system, &recalled.texts);
        let mut turn = Self {
            library,
            tools: tools(scope.looks_up()),
            scope,
            model,
            ask,
            events,
            cancel,
            conversation_id,
            system,
            deadline: Instant::now() + ask.limits.time,
            messages,
            own,
            earlier_steps: recalled.steps,
            text: String::new(),
            steps: Vec::new(),
            results: Vec::new(),
            result_step: None,
            charts: Vec::new(),
            found: Vec::new(),
            matches: Vec::new(),
            readings: Vec::new(),
            facts: Vec::new(),
            clarification: None,
            evidence,
            figures: Vec::new(),
            draft: None,
            corrected: false,
            notes: Vec::new(),
            usage: Usage::default(),
            requests: 0,
        };
        if recalled.left_out > 0 {
            let left_out = recalled.left_out;
            turn.note(format!(
                "The conversation is long: its first {left_out} questions were not sent again and are no longer known to the model."
            ));
        }
        if recalled.withheld > 0 {
            turn.note(
                "Earlier answers were not sent again, because less may be sent now than when they were given."
                    .to_owned(),
            );
        }
        Ok(turn)
    }

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

    /// Keeps the answer, or what there is of it, and tells the last event.
    fn end(mut self, outcome: Result<Ended, Stopped>) -> Result<Answer, Error> {
        let (ended, error) = match outcome {
            Ok(ended) => (ended, None),
            Err(Stopped::OutOfTime) => {
                let seconds = self.ask.limits.time.as_secs();
                self.note(format!(
                    "Stopped after {seconds} s, the time that one answer may take."
                ));
                (Ended::TimeLimit, None)
            }
            Err(Stopped::Error(error @ (Error::Cancelled | Error::NotAllowed))) => {
                (Ended::Cancelled, Some(error))
            }
            Err(Stopped::Error(error)) => (Ended::Failed, Some(error)),
        };
        if error.is_some() {
            // What was being corrected when it ended is more than what had arrived of the correction.
            self.or_draft(ended);
        }
        let mut text = std::mem::take(&mut self.text);
        if text.trim().is_empty() && error.is_none() {
            // An answer is never empty: where the model said nothing, the bound that it hit is the answer.
            text = self
                .notes
                .last()
                .cloned()
                .unwrap_or_else(|| "The model gave no answer.".to_owned());
        }
        if ended != Ended::Complete && ended != Ended::Clarification {
            // What is left of an answer is checked too: its figures are as tempting to believe.
            self.figures = self.traced(&text);
        }
        for step in &self.steps {
            for note in &step.notes {
                if !self.notes.contains(note) {
                    self.notes.push(note.clone());
                }
            }
        }
        let mut transcript = self.messages.split_off(self.own + 1);
        history::close(&mut transcript, &text, ended);
        let model = self.model.identity();
        let record = AssistantRecord {
            text: text.clone(),
            steps: self.steps.clone(),
            result_step: self.result_step,
            charts: self.charts.clone(),
            matches: self.matches.clone(),
            readings: self.readings.clone(),
            facts: self.facts.clone(),
            clarification: self.clarification.clone(),
            figures: self.figures.clone(),
            notes: self.notes.clone(),
            ended,
            error: error.as_ref().map(|error| ErrorRecord {
                code: error.code().to_owned(),
                message: error.to_string(),
            }),
            usage: self.usage,
            requests: self.requests,
            model: model.clone(),
            prompt_version: PROMPT_VERSION.to_owned(),
            now: self.ask.now.to_string(),
            sent: Some(self.scope.exposures().clone()),
            transcript,
        };
        let kept = self.library.append_message(
            &self.conversation_id,
            "assistant",
            &serde_json::json!(record),
        );
        let kept = match (error, kept) {
            (Some(error), kept) => {
                if let Err(lost) = kept {
                    tracing::warn!(error = %lost, "what had arrived of an answer could not be kept");
                }
                Err(error)
            }
            (None, kept) => kept.map_err(Error::from),
        };
        let message_id = match kept {
            Ok(id) => id,
            Err(error) => {
                (self.events)(ChatEvent::Failed {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    kept_text: text,
                });
                return Err(error);
            }
        };
        let answer = Answer {
            conversation_id: self.conversation_id,
            message_id,
            text,
            steps: self.steps,
            result_step: self.result_step,
            charts: self.charts,
            matches: self.matches,
            readings: self.readings,
            facts: self.facts,
            clarification: self.clarification,
            figures: self.figures,
            notes: self.notes,
            ended,
            usage: self.usage,
            requests: self.requests,
            model,
            results: self.results,
        };
        (self.events)(ChatEvent::Done {
            answer: answer.clone(),
        });
        Ok(answer)
    }
}

/// The verified questions that may be shown to the model: those whose datasets are all in scope, and hold back nothing
/// that a literal in the SQL could give away.
fn trusted(
    library: &Library,
    ask: &Ask,
) -> Result<Vec<buzz_library::VerifiedQuestion>, buzz_library::Error> {
    let open = |id: &String| {
        ask.datasets.iter().any(|dataset| {
            let exposure = scope::Exposure::of(&dataset.notes, ask.send);
            dataset.id == *id && exposure.is_open()
        })
    };
    let mut verified = library.verified_questions()?;
    verified.retain(|verified| verified.dataset_ids.iter().all(open));
    Ok(verified)
}

/// What is likely to join the datasets, one sentence each; the values that were compared are none of it, but that they
/// are alike is, so nothing is said of datasets of which less than the profile may be sent.
fn likely_keys(scope: &Scope, ask: &Ask, cancel: &Cancel) -> Vec<String> {
    if ask.datasets.len() < 2 {
        return Vec::new();
    }
    let columns: Vec<KeyColumn> = ask
        .datasets
        .iter()
        .flat_map(|dataset| {
            let exposure = &scope.exposures()[&dataset.id];
            dataset
                .columns
                .iter()
                .filter(|column| exposure.looks_up(Some(&column.name)))
                .map(|column| KeyColumn {
                    table: dataset.name.clone(),
                    column: column.name.clone(),
                    sql_type: column.sql_type.clone(),
                    distinct: column.profile.as_ref().map(|profile| profile.distinct),
                })
        })
        .collect();
    let keys = match scope.engine().likely_keys(&columns, KEY_TIME, cancel) {
        Ok(keys) => keys,
        Err(error) => {
            tracing::debug!(%error, "likely keys are not known");
            return Vec::new();
        }
    };
    let name = |(table, column): &(String, String)| {
        format!(
            "{}.{}",
            buzz_query::quote_identifier(table),
            buzz_query::quote_identifier(column)
        )
    };
    keys.iter()
        .take(KEYS)
        .map(|key| {
            format!(
                "{} = {} ({:.0} % of the values of the first are in the second)",
                name(&key.left),
                name(&key.right),
                key.overlap * 100.0
            )
        })
        .collect()
}

/// The question as the model gets it.
fn question(ask: &Ask) -> Message {
    let mut text = match ask.question.trim() {
        // A vendor refuses a message of nothing; the person is told so by the model.
        "" => "(The question is empty.)".to_owned(),
        _ => ask.question.clone(),
    };
    for (dataset, meant) in &ask.matches {
        let values: Vec<String> = meant
            .values
            .iter()
            .map(|value| quoted(value, 200))
            .collect();
        text.push_str(&format!(
            "\n(By {} I mean these cells of the column {} of {}: {}.)",
            quoted(&meant.word, 200),
            buzz_query::quote_identifier(&meant.column),
            buzz_query::quote_identifier(dataset),
            values.join(", ")
        ));
    }
    Message::user(text)
}

/// A conversation's title: the first line of its first question, at most 80 characters.
pub(crate) fn title(question: &str) -> String {
    let line = question
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("New conversation");
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}
