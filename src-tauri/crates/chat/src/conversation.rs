//! One question and everything that happens until its answer is complete.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use buzz_ingest::Cancel;
use buzz_library::Library;
use buzz_query::{Column, Engine, RunOptions, Stored};
use futures_util::StreamExt;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::cancel::cancelled;
use crate::context::DatasetContext;
use crate::model::{
    Content, Event, Identity, Message, Model, ModelError, Request, Role, StopReason, Usage,
};
use crate::prompt::{PROMPT_VERSION, system_prompt};
use crate::record::{AssistantRecord, ErrorRecord, Step, UserRecord};
use crate::tools::{RUN_SQL, run_sql_tool};
use crate::{cells, history};

/// Rows of a result that travel with its event and are kept with the answer.
const PREVIEW_ROWS: u64 = 20;

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
    let mut turn = Turn::begin(library, model, ask, events, cancel)?;
    let outcome = turn.run(engine).await;
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
    tool_uses: Vec<(String, String, serde_json::Value)>,
    stop: Option<StopReason>,
}

/// One question while it is being answered.
struct Turn<'a> {
    library: &'a Library,
    model: &'a dyn Model,
    ask: &'a Ask,
    events: &'a (dyn Fn(ChatEvent) + Send + Sync),
    cancel: &'a Cancel,
    conversation_id: String,
    system: String,
    deadline: Instant,
    /// The conversation as the model sees it; from `own` on it is this turn's, the question first.
    messages: Vec<Message>,
    own: usize,
    /// The text of the request that is under way or was the last.
    text: String,
    steps: Vec<Step>,
    results: Vec<(String, Arc<Stored>)>,
    notes: Vec<String>,
    usage: Usage,
    requests: u32,
}

impl<'a> Turn<'a> {
    fn begin(
        library: &'a Library,
        model: &'a dyn Model,
        ask: &'a Ask,
        events: &'a (dyn Fn(ChatEvent) + Send + Sync),
        cancel: &'a Cancel,
    ) -> Result<Self, Error> {
        let begun = (|| {
            let (conversation_id, earlier) = match &ask.conversation_id {
                Some(id) => (id.clone(), library.conversation(id)?.1),
                None => {
                    let ids: Vec<String> = ask
                        .datasets
                        .iter()
                        .map(|dataset| dataset.id.clone())
                        .collect();
                    (
                        library.start_conversation(&title(&ask.question), &ids)?.id,
                        Vec::new(),
                    )
                }
            };
            let record = UserRecord {
                text: ask.question.clone(),
            };
            library.append_message(&conversation_id, "user", &serde_json::json!(record))?;
            Ok::<_, buzz_library::Error>((conversation_id, earlier))
        })();
        let (conversation_id, earlier) = match begun {
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
        });
        let (mut messages, left_out) = history::recalled(&earlier, ask.limits.history_bytes);
        let own = messages.len();
        let question = match ask.question.trim() {
            // A vendor refuses a message of nothing; the person is told so by the model.
            "" => "(The question is empty.)",
            _ => ask.question.as_str(),
        };
        messages.push(Message::user(question));
        let mut turn = Self {
            library,
            model,
            ask,
            events,
            cancel,
            conversation_id,
            system: system_prompt(&ask.datasets, ask.now, &ask.limits),
            deadline: Instant::now() + ask.limits.time,
            messages,
            own,
            text: String::new(),
            steps: Vec::new(),
            results: Vec::new(),
            notes: Vec::new(),
            usage: Usage::default(),
            requests: 0,
        };
        if left_out > 0 {
            turn.note(format!(
                "The conversation is long: its first {left_out} questions were not sent again and are no longer known to the model."
            ));
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

    async fn run(&mut self, engine: &Arc<Engine>) -> Result<Ended, Stopped> {
        let limits = &self.ask.limits;
        loop {
            if self.usage.input_tokens + self.usage.output_tokens >= limits.tokens {
                self.note(format!(
                    "Stopped: the answer has used up the {} tokens it was given.",
                    limits.tokens
                ));
                return Ok(Ended::TokenLimit);
            }
            let reply = self.request().await?;
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
                    return Ok(Ended::Complete);
                }
                _ => {}
            }
            if self.steps.len() >= limits.steps as usize {
                // It was told that there are no more steps, and asks for one all the same.
                self.remember(reply, false);
                self.note(format!(
                    "Stopped after {} queries, the most that one question may take.",
                    limits.steps
                ));
                return Ok(Ended::StepLimit);
            }
            let tool_uses = reply.tool_uses.clone();
            let lead = self.remember(reply, true);
            let mut results = Vec::with_capacity(tool_uses.len());
            for (index, (id, name, input)) in tool_uses.into_iter().enumerate() {
                let lead = if index == 0 {
                    lead.clone()
                } else {
                    String::new()
                };
                let outcome = match self.steps.len() < limits.steps as usize {
                    true => self.use_tool(engine, &name, &input, lead).await,
                    false => Ok(Err(
                        "not run: all queries for this question are used up".to_owned()
                    )),
                };
                match outcome {
                    Ok(Ok(text)) => results.push(Content::ToolResult {
                        id,
                        text,
                        is_error: false,
                    }),
                    Ok(Err(error)) => {
                        let text = serde_json::json!({ "error": error }).to_string();
                        results.push(Content::ToolResult {
                            id,
                            text,
                            is_error: true,
                        });
                    }
                    Err(stopped) => return Err(stopped),
                }
            }
            if self.steps.len() >= limits.steps as usize {
                results.push(Content::Text {
                    text: "(All queries for this question are used up. Answer now with what you have, and say what is missing.)"
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
            content.extend(
                reply
                    .tool_uses
                    .into_iter()
                    .map(|(id, name, input)| Content::ToolUse { id, name, input }),
            );
        }
        if !content.is_empty() {
            self.messages.push(Message {
                role: Role::Assistant,
                content,
            });
        }
        reply.text
    }

    /// Sends the conversation so far and reads the answer; repeats what may pass by itself as long as nothing has arrived.
    async fn request(&mut self) -> Result<Reply, Stopped> {
        let request = Request {
            system: self.system.clone(),
            messages: self.messages.clone(),
            tools: vec![run_sql_tool()],
            max_tokens: self.ask.limits.max_tokens,
            conversation_id: Some(self.conversation_id.clone()),
        };
        let mut repetition = 0;
        loop {
            self.text.clear();
            let mut reply = Reply::default();
            self.requests += 1;
            let result = self.attempt(&request, &mut reply).await;
            let nothing_arrived = reply.text.is_empty() && reply.tool_uses.is_empty();
            match result {
                Ok(()) => return Ok(reply),
                Err(Stopped::Error(Error::Model(error)))
                    if error.retryable
                        && nothing_arrived
                        && repetition < self.ask.limits.retries =>
                {
                    let wait = backoff(self.ask.limits.backoff, repetition);
                    repetition += 1;
                    (self.events)(ChatEvent::Notice {
                        message: format!(
                            "{} Trying again in {:.1} s ({repetition} of {}).",
                            error.message,
                            wait.as_secs_f64(),
                            self.ask.limits.retries
                        ),
                    });
                    self.unless_stopped(tokio::time::sleep(wait)).await?;
                }
                Err(stopped) => return Err(stopped),
            }
        }
    }

    async fn attempt(&mut self, request: &Request, reply: &mut Reply) -> Result<(), Stopped> {
        let mut stream = self.unless_stopped(self.model.stream(request)).await??;
        loop {
            let event = match self.unless_stopped(stream.next()).await? {
                Some(Ok(event)) => event,
                // The answer is complete once the model has said why it stopped.
                Some(Err(_)) | None if reply.stop.is_some() => return Ok(()),
                Some(Err(error)) => return Err(error.into()),
                None => {
                    return Err(ModelError::passing(
                        "stream_cut",
                        "The answer broke off in the middle: check the network and ask again.",
                    )
                    .into());
                }
            };
            match event {
                Event::Text(delta) => {
                    reply.text.push_str(&delta);
                    self.text.push_str(&delta);
                    (self.events)(ChatEvent::Text { delta });
                }
                Event::ToolUse { id, name, input } => reply.tool_uses.push((id, name, input)),
                Event::Usage(usage) => self.usage.add(usage),
                Event::Stop(stop) => reply.stop = Some(stop),
            }
        }
    }

    /// Runs a future until it is done, the person stops it, or the time is up.
    async fn unless_stopped<F: Future>(&self, future: F) -> Result<F::Output, Stopped> {
        tokio::select! {
            biased;
            () = cancelled(self.cancel) => Err(Stopped::Error(Error::Cancelled)),
            () = tokio::time::sleep_until(self.deadline) => Err(Stopped::OutOfTime),
            output = future => Ok(output),
        }
    }

    /// Runs what the model asked for. The inner result is what the model is told.
    async fn use_tool(
        &mut self,
        engine: &Arc<Engine>,
        name: &str,
        input: &serde_json::Value,
        lead: String,
    ) -> Result<Result<String, String>, Stopped> {
        if name != RUN_SQL {
            return Ok(Err(format!(
                "there is no tool {name:?}: the only one is {RUN_SQL}"
            )));
        }
        let Some(sql) = input["sql"]
            .as_str()
            .map(str::trim)
            .filter(|sql| !sql.is_empty())
        else {
            return Ok(Err(format!(
                "the input of {RUN_SQL} must be a JSON object with the statement in \"sql\""
            )));
        };
        let number = u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX);
        (self.events)(ChatEvent::Sql {
            step: number,
            sql: sql.to_owned(),
        });
        let mut step = Step {
            step: number,
            tool: RUN_SQL.to_owned(),
            text: lead,
            sql: sql.to_owned(),
            result_id: None,
            columns: Vec::new(),
            rows: None,
            preview: Vec::new(),
            error: None,
            seconds: 0.0,
        };
        let started = Instant::now();
        let ran = self.run_sql(engine, sql).await;
        step.seconds = started.elapsed().as_secs_f64();
        match ran {
            Ok(Ran {
                stored,
                preview,
                told,
            }) => {
                let result_id = uuid::Uuid::now_v7().to_string();
                step.result_id = Some(result_id.clone());
                step.columns = stored.columns();
                step.rows = Some(stored.rows());
                step.preview = preview;
                (self.events)(ChatEvent::Table {
                    step: number,
                    result_id: result_id.clone(),
                    columns: step.columns.clone(),
                    rows: stored.rows(),
                    preview: step.preview.clone(),
                    seconds: step.seconds,
                    stored: Arc::clone(&stored),
                });
                self.results.push((result_id, stored));
                self.steps.push(step);
                Ok(Ok(told))
            }
            Err(error) => {
                let (code, message) = (error.code().to_owned(), error.to_string());
                step.error = Some(ErrorRecord {
                    code: code.clone(),
                    message: message.clone(),
                });
                self.steps.push(step);
                if self.cancel.is_cancelled() {
                    return Err(Stopped::Error(Error::Cancelled));
                }
                if Instant::now() >= self.deadline {
                    return Err(Stopped::OutOfTime);
                }
                (self.events)(ChatEvent::SqlError {
                    step: number,
                    code,
                    message: message.clone(),
                });
                Ok(Err(message))
            }
        }
    }

    /// Runs a statement to its end on a thread that may block. The engine watches the cancel flag itself, so
    /// that a statement that is stopped has stopped before this returns.
    async fn run_sql(&self, engine: &Arc<Engine>, sql: &str) -> Result<Ran, buzz_query::Error> {
        let (engine, sql, cancel) = (Arc::clone(engine), sql.to_owned(), self.cancel.clone());
        let limits = self.ask.limits.clone();
        let temp_root = self.ask.temp_root.clone();
        let left = self.deadline.saturating_duration_since(Instant::now());
        let run = RunOptions {
            timeout: Some(limits.sql_time.min(left)),
            max_rows: None,
            now: Some(self.ask.now),
        };
        let work = tokio::task::spawn_blocking(move || {
            let rows = engine.query(&sql, &run, &cancel)?;
            let stored = Stored::collect(rows, limits.result_memory, &temp_root)?;
            let preview = cells::preview(&stored, PREVIEW_ROWS)?;
            let told = cells::for_the_model(&stored, limits.rows, limits.bytes)?;
            Ok(Ran {
                stored: Arc::new(stored),
                preview,
                told,
            })
        });
        work.await
            .unwrap_or_else(|error| Err(buzz_query::Error::Internal(error.to_string())))
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
            Err(Stopped::Error(Error::Cancelled)) => (Ended::Cancelled, Some(Error::Cancelled)),
            Err(Stopped::Error(error)) => (Ended::Failed, Some(error)),
        };
        let mut text = std::mem::take(&mut self.text);
        if text.trim().is_empty() && error.is_none() {
            // An answer is never empty: where the model said nothing, the bound that it hit is the answer.
            text = self
                .notes
                .last()
                .cloned()
                .unwrap_or_else(|| "The model gave no answer.".to_owned());
        }
        let mut transcript = self.messages.split_off(self.own + 1);
        history::close(&mut transcript, &text, ended);
        let model = self.model.identity();
        let record = AssistantRecord {
            text: text.clone(),
            steps: self.steps.clone(),
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
            transcript,
        };
        let kept = self.library.append_message(
            &self.conversation_id,
            "assistant",
            &serde_json::json!(record),
        );
        let error = match (error, kept) {
            (Some(error), kept) => {
                if let Err(lost) = kept {
                    tracing::warn!(error = %lost, "what had arrived of an answer could not be kept");
                }
                Some(error)
            }
            (None, Err(lost)) => Some(lost.into()),
            (None, Ok(_)) => None,
        };
        if let Some(error) = error {
            (self.events)(ChatEvent::Failed {
                code: error.code().to_owned(),
                message: error.to_string(),
                kept_text: text,
            });
            return Err(error);
        }
        let answer = Answer {
            conversation_id: self.conversation_id,
            text,
            steps: self.steps,
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

/// A statement that ran.
struct Ran {
    stored: Arc<Stored>,
    preview: Vec<Vec<Option<String>>>,
    /// What the model is told of it.
    told: String,
}

/// The wait before a repetition: doubled each time, at most 20 s, and somewhere in its upper half so that
/// many programs that were throttled together do not come back together.
fn backoff(first: Duration, repetition: u32) -> Duration {
    let full = first
        .saturating_mul(2_u32.saturating_pow(repetition))
        .min(Duration::from_secs(20));
    full.mul_f64(0.5 + 0.5 * fastrand::f64())
}

/// A conversation's title: the first line of its first question, at most 80 characters.
fn title(question: &str) -> String {
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
