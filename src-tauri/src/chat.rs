//! Questions in plain words: connects the model, asks, and passes on what happens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use buzz_chat::bedrock::{self, Bedrock};
use buzz_chat::{
    Approval, Ask, AssistantRecord, DatasetContext, Direct, Limits, Model, Preferences, Rerun,
};
use buzz_query::{Engine, Stored};
use tokio::sync::oneshot;

use crate::commands::settings;
use crate::error::{blocking, failure};
use crate::in_flight::Running;
use crate::shell::{self, Shell};
use crate::wire::{
    AskedMatch, ChatEvent, ChatMessage, DatasetDraft, DirectReply, Failure, Settings,
    SuggestedChart,
};

/// A question as the window asks it.
#[derive(Debug)]
pub struct Question {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The datasets it is about; none are all of them.
    pub dataset_ids: Vec<String>,
    /// The question as it was typed.
    pub text: String,
    /// What words of it mean, where the person has edited what was found.
    pub matches: Vec<AskedMatch>,
    /// The message that it takes the place of, with everything that came after it.
    pub from_message: Option<i64>,
    /// The window's locale, such as `de-DE`.
    pub locale: Option<String>,
}

/// A question whose SQL is known.
#[derive(Debug)]
pub struct Known {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The datasets it is about; none are all of them.
    pub dataset_ids: Vec<String>,
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// How its result may be drawn.
    pub chart: Option<SuggestedChart>,
}

/// A step of an answer, as the person has changed it.
#[derive(Debug)]
pub struct Changed {
    /// The conversation.
    pub conversation_id: String,
    /// The message that holds the answer.
    pub message_id: i64,
    /// The number of the step.
    pub step: u32,
    /// The SQL as it is now.
    pub sql: String,
    /// The datasets it is about; none are all of them.
    pub dataset_ids: Vec<String>,
}

/// What waits for the person: the approvals by the request that they belong to.
#[derive(Debug, Default)]
pub struct Pending(Mutex<HashMap<String, Approval>>);

impl Pending {
    /// Allows or refuses what a question waits for; where it waits for nothing, nothing happens.
    pub fn answer(&self, request_id: &str, allowed: bool) {
        let approval = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(request_id);
        match approval {
            Some(approval) if allowed => approval.allow(),
            Some(approval) => approval.refuse(),
            None => {}
        }
    }

    fn put(&self, request_id: &str, approval: Approval) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(request_id.to_owned(), approval);
    }
}

/// The model that answered last, kept open as long as the settings stay the same.
#[derive(Debug, Default)]
pub struct Connection(Mutex<Option<(Settings, Arc<Bedrock>)>>);

/// Asks, and returns the conversation's id as soon as the question is kept there.
///
/// `events` gets everything that happens from then on, last of all `done` or `failed`.
///
/// # Errors
/// Whatever keeps the question from being asked, such as `no_profile`; there are no events then.
pub async fn start(
    shell: &Arc<Shell>,
    question: Question,
    request_id: &str,
    events: impl Fn(ChatEvent) + Send + Sync + 'static,
) -> Result<String, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let (sender, started) = oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let events = Arc::new(events);
    let task = {
        let (shell, sender, events) = (Arc::clone(shell), Arc::clone(&sender), Arc::clone(&events));
        let request_id = request_id.to_owned();
        tokio::spawn(async move {
            let on_event = |event: buzz_chat::ChatEvent| {
                match &event {
                    buzz_chat::ChatEvent::Started {
                        conversation_id, ..
                    } => {
                        tell(&sender, Ok(conversation_id.clone()));
                    }
                    buzz_chat::ChatEvent::Table {
                        result_id, stored, ..
                    } => {
                        shell.keep_as(result_id.clone(), Arc::clone(stored));
                    }
                    buzz_chat::ChatEvent::Confirm { approval, .. } => {
                        shell.pending.put(&request_id, approval.clone());
                    }
                    _ => {}
                }
                events(event.into());
            };
            let outcome = answer(&shell, question, &running, &on_event).await;
            // Nothing waits any more; what was not answered is refused.
            shell.pending.answer(&request_id, false);
            if let Err(failure) = outcome {
                // Nobody waits for this once the question is kept: then the events have told it.
                tell(&sender, Err(failure));
            }
        })
    };
    // A panic ends the answer and nothing else, but the window must not wait for it for ever.
    tokio::spawn(async move {
        if task.await.is_err() {
            let Failure { code, message } = broken();
            if !tell(&sender, Err(broken())) {
                events(ChatEvent::Failed {
                    code,
                    message,
                    kept_text: String::new(),
                });
            }
        }
    });
    started.await.unwrap_or_else(|_| Err(broken()))
}

/// Connects the model, gets everything ready, and has the question answered.
async fn answer(
    shell: &Arc<Shell>,
    question: Question,
    running: &Running,
    events: &(dyn Fn(buzz_chat::ChatEvent) + Send + Sync),
) -> Result<(), Failure> {
    let settings = settings::get(shell).await?;
    let model = tokio::select! {
        model = connect(shell, &settings) => model?,
        () = running.cancelled() => return Err(buzz_chat::Error::Cancelled.into()),
    };
    let prepared = {
        let shell = Arc::clone(shell);
        let ids = question.dataset_ids;
        let replaced = question.conversation_id.clone().zip(question.from_message);
        blocking(move || -> Result<_, Failure> {
            let scope = scope(&shell, &ids)?;
            if let Some((conversation, message)) = replaced {
                shell
                    .library
                    .truncate_conversation(&conversation, message)?;
            }
            Ok(scope)
        })
    };
    let (datasets, engine, preferences) = prepared.await?;
    let matches = question
        .matches
        .into_iter()
        .map(|asked| (asked.dataset, asked.meant.into()))
        .collect();
    let ask = Ask {
        conversation_id: question.conversation_id,
        locale: question.locale,
        matches,
        ..Ask::new(
            question.text,
            datasets,
            &preferences,
            &shell.vocabulary,
            shell::now(),
            shell::temp_root(),
        )
    };
    let outcome = buzz_chat::ask(
        &shell.library,
        &engine,
        &*model,
        &ask,
        events,
        running.cancel(),
    )
    .await;
    if let Err(buzz_chat::Error::Model(_)) = outcome {
        // Credentials may have expired and been renewed; the next question starts afresh.
        *lock(&shell.connection) = None;
    }
    outcome?;
    Ok(())
}

/// Answers a question with SQL that is known, without any model.
///
/// # Errors
/// Those of [`buzz_chat::answer_directly`].
pub async fn run(
    shell: &Arc<Shell>,
    known: Known,
    request_id: &str,
) -> Result<DirectReply, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let cancel = running.cancel().clone();
    let shell = Arc::clone(shell);
    blocking(move || -> Result<DirectReply, Failure> {
        let (datasets, engine, preferences) = scope(&shell, &known.dataset_ids)?;
        let direct = Direct {
            conversation_id: known.conversation_id,
            question: known.question,
            sql: known.sql,
            chart: known.chart.map(Into::into),
            datasets,
            send: preferences.send,
            now: shell::now(),
            temp_root: shell::temp_root(),
            limits: Limits::default(),
        };
        let answer = buzz_chat::answer_directly(&shell.library, &engine, &direct, &cancel)?;
        keep(&shell, &answer.record, 1, answer.result);
        Ok(DirectReply {
            question_id: answer.question_id,
            answer: message(&shell, &answer.conversation_id, answer.message_id)?,
            conversation_id: answer.conversation_id,
        })
    })
    .await
}

/// Runs a step of an answer anew; gives the answer as it is then.
///
/// # Errors
/// Those of [`buzz_chat::rerun`].
pub async fn rerun(
    shell: &Arc<Shell>,
    changed: Changed,
    request_id: &str,
) -> Result<ChatMessage, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let cancel = running.cancel().clone();
    let shell = Arc::clone(shell);
    blocking(move || -> Result<ChatMessage, Failure> {
        let (datasets, engine, preferences) = scope(&shell, &changed.dataset_ids)?;
        let rerun = Rerun {
            conversation_id: changed.conversation_id,
            message_id: changed.message_id,
            step: changed.step,
            sql: changed.sql,
            datasets,
            send: preferences.send,
            now: shell::now(),
            temp_root: shell::temp_root(),
            limits: Limits::default(),
        };
        let (record, result) = buzz_chat::rerun(&shell.library, &engine, &rerun, &cancel)?;
        keep(&shell, &record, rerun.step, result);
        message(&shell, &rerun.conversation_id, rerun.message_id)
    })
    .await
}

/// What would be sent to have a model draft what to write about a dataset.
///
/// # Errors
/// Those of connecting, and of reading what is known about the dataset.
pub async fn draft_request(
    shell: &Arc<Shell>,
    dataset_id: &str,
    locale: Option<&str>,
) -> Result<String, Failure> {
    let (model, asked) = to_draft(shell, dataset_id, locale).await?;
    Ok(model
        .preview(&asked.request)
        .await
        .map_err(buzz_chat::Error::from)?)
}

/// Has a model draft what to write about a dataset.
///
/// # Errors
/// Those of connecting, and of [`buzz_chat::draft`].
pub async fn draft(
    shell: &Arc<Shell>,
    dataset_id: &str,
    locale: Option<&str>,
    request_id: &str,
) -> Result<DatasetDraft, Failure> {
    let running = shell.in_flight.begin(request_id)?;
    let (model, asked) = to_draft(shell, dataset_id, locale).await?;
    let draft = buzz_chat::draft(
        &shell.library,
        &*model,
        &asked.dataset,
        &asked.request,
        asked.tokens_per_day,
        running.cancel(),
    );
    Ok(draft.await?.into())
}

/// What is asked of the model that drafts.
struct ToDraft {
    dataset: DatasetContext,
    request: buzz_chat::Request,
    tokens_per_day: Option<u64>,
}

async fn to_draft(
    shell: &Arc<Shell>,
    dataset_id: &str,
    locale: Option<&str>,
) -> Result<(Arc<Bedrock>, ToDraft), Failure> {
    let settings = settings::get(shell).await?;
    let model = connect(shell, &settings).await?;
    let (shell, id) = (Arc::clone(shell), dataset_id.to_owned());
    let known = blocking(move || -> Result<_, Failure> {
        let dataset = shell.library.dataset(&id)?;
        let context = DatasetContext::load(&shell.library, &dataset)?;
        Ok((context, Preferences::load(&shell.library)?))
    });
    let (dataset, preferences) = known.await?;
    let request = buzz_chat::draft_request(&dataset, preferences.send, locale);
    let tokens_per_day = preferences.tokens_per_day;
    Ok((
        model,
        ToDraft {
            dataset,
            request,
            tokens_per_day,
        },
    ))
}

/// A kept message as the window gets it.
pub fn shown(shell: &Shell, message: buzz_library::Message) -> ChatMessage {
    let mut message = ChatMessage::from(message);
    // Results live as long as the process; those of an earlier one are named in vain.
    for step in &mut message.steps {
        step.result_id.take_if(|id| shell.result(id).is_err());
    }
    message
}

/// One message of a conversation. Blocks.
fn message(shell: &Shell, conversation_id: &str, id: i64) -> Result<ChatMessage, Failure> {
    let (_, messages) = shell.library.conversation(conversation_id)?;
    messages
        .into_iter()
        .find(|message| message.id == id)
        .map(|message| shown(shell, message))
        .ok_or_else(|| {
            failure(
                "no_such_message",
                "this answer is no longer there: open the conversation again",
            )
        })
}

/// Keeps the result of a step under the name that its answer has for it.
fn keep(shell: &Shell, record: &AssistantRecord, step: u32, result: Option<Arc<Stored>>) {
    let step = record.steps.iter().find(|known| known.step == step);
    let id = step.and_then(|step| step.result_id.clone());
    if let (Some(id), Some(result)) = (id, result) {
        shell.keep_as(id, result);
    }
}

/// What is known about datasets, an engine that reads them, and what the person chose for all conversations. Blocks.
fn scope(
    shell: &Shell,
    dataset_ids: &[String],
) -> Result<(Vec<DatasetContext>, Arc<Engine>, Preferences), Failure> {
    let datasets = shell.datasets(dataset_ids)?;
    let engine = shell.engine(&datasets)?;
    let contexts: Result<Vec<_>, buzz_library::Error> = datasets
        .iter()
        .map(|dataset| DatasetContext::load(&shell.library, dataset))
        .collect();
    Ok((contexts?, engine, Preferences::load(&shell.library)?))
}

/// The model of these settings: the one that is open already, else a new connection.
async fn connect(shell: &Arc<Shell>, settings: &Settings) -> Result<Arc<Bedrock>, Failure> {
    if let Some((known, model)) = &*lock(&shell.connection)
        && known == settings
    {
        return Ok(Arc::clone(model));
    }
    let model = Bedrock::connect(&account(shell, settings.clone()), &shell.library).await?;
    let model = Arc::new(model);
    *lock(&shell.connection) = Some((settings.clone(), Arc::clone(&model)));
    Ok(model)
}

/// The settings of an AWS account as the chat crate takes them.
pub fn account(shell: &Shell, settings: Settings) -> bedrock::Settings {
    bedrock::Settings {
        profile: settings.profile,
        region: settings.region,
        model: settings.model,
        files: shell.aws_files.clone(),
        ..Default::default()
    }
}

/// Tells the waiting command what became of its question, the first time only; whether this was the first time.
fn tell(
    sender: &Mutex<Option<oneshot::Sender<Result<String, Failure>>>>,
    outcome: Result<String, Failure>,
) -> bool {
    let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
    sender.is_some_and(|sender| sender.send(outcome).is_ok())
}

/// The connection that is kept; a panic elsewhere cannot leave it half changed.
fn lock(connection: &Connection) -> std::sync::MutexGuard<'_, Option<(Settings, Arc<Bedrock>)>> {
    connection.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The failure of an answer that ended by a panic.
fn broken() -> Failure {
    failure(
        "internal",
        "something went wrong inside Buzz CSV: ask again, and please report it if it happens twice",
    )
}
