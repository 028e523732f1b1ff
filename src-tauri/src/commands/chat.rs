//! Conversations.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use tauri::ipc::Channel;

use super::Shared;
use crate::chat::{self, Changed, Known, Question};
use crate::error::blocking;
use crate::export;
use crate::shell::Shell;
use crate::wire::{
    AskedMatch, ChatEvent, ChatMessage, ConversationDetail, ConversationSummary, DirectReply,
    Failure, FoundConversation, SuggestedChart,
};

/// Asks a question about these datasets, or about all where none is named; returns the conversation's id as soon as
/// the question is kept there.
///
/// `matches` says what words of the question mean; `from_message` is the message that the question takes the place of,
/// with everything that came after it.
///
/// # Errors
/// Whatever keeps the question from being asked, such as `no_profile`; what happens later comes over the channel.
#[allow(
    clippy::too_many_arguments,
    reason = "they are what the window says, by name"
)]
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_ask(
    shell: Shared<'_>,
    conversation_id: Option<String>,
    dataset_ids: Vec<String>,
    question: String,
    matches: Vec<AskedMatch>,
    from_message: Option<i64>,
    locale: Option<String>,
    request_id: String,
    channel: Channel<ChatEvent>,
) -> Result<String, Failure> {
    let question = Question {
        conversation_id,
        dataset_ids,
        text: question,
        matches,
        from_message,
        locale,
    };
    chat::start(&shell, question, &request_id, move |event| {
        // A window that is gone needs no events; the answer is kept all the same.
        let _ = channel.send(event);
    })
    .await
}

/// Stops an answer; one that has ended is no error. What had arrived is kept.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_stop(shell: Shared<'_>, request_id: String) -> Result<(), Failure> {
    shell.in_flight.cancel(&request_id);
    Ok(())
}

/// Allows or refuses what an answer waits for; one that waits for nothing is no error.
///
/// # Errors
/// None.
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_confirm(
    shell: Shared<'_>,
    request_id: String,
    allowed: bool,
) -> Result<(), Failure> {
    shell.pending.answer(&request_id, allowed);
    Ok(())
}

/// Answers a question with SQL that is known already, without any model, and keeps both in a conversation.
///
/// # Errors
/// `no_such_conversation`, `cancelled`, and the library's; nothing is kept then. SQL that fails is no error: the answer
/// has it.
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_run(
    shell: Shared<'_>,
    conversation_id: Option<String>,
    dataset_ids: Vec<String>,
    question: String,
    sql: String,
    chart: Option<SuggestedChart>,
    request_id: String,
) -> Result<DirectReply, Failure> {
    let known = Known {
        conversation_id,
        dataset_ids,
        question,
        sql,
        chart,
    };
    chat::run(&shell, known, &request_id).await
}

/// Runs a step of an answer anew with SQL that the person has changed, and gives the answer as it is then. What came after
/// it in the conversation is removed.
///
/// # Errors
/// `no_such_conversation`, `no_such_step`, `cancelled`, and the library's. SQL that fails is no error: the answer has it.
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_rerun(
    shell: Shared<'_>,
    conversation_id: String,
    message_id: i64,
    step: u32,
    sql: String,
    dataset_ids: Vec<String>,
    request_id: String,
) -> Result<ChatMessage, Failure> {
    let changed = Changed {
        conversation_id,
        message_id,
        step,
        sql,
        dataset_ids,
    };
    chat::rerun(&shell, changed, &request_id).await
}

/// The conversations whose title, questions or answers contain a text, the one with the newest message first.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversations_search(
    shell: Shared<'_>,
    text: String,
) -> Result<Vec<FoundConversation>, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || library.search_conversations(&text))
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// Gives a conversation another title.
///
/// # Errors
/// `no_such_conversation`.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversation_rename(
    shell: Shared<'_>,
    id: String,
    title: String,
) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.rename_conversation(&id, title.trim())).await
}

/// Writes a conversation to a file as Markdown.
///
/// # Errors
/// `no_such_conversation`, `disk`.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversation_export(
    shell: Shared<'_>,
    id: String,
    path: PathBuf,
) -> Result<(), Failure> {
    save(&shell, id, path).await
}

/// What [`conversation_export`] does.
pub(crate) async fn save(shell: &Arc<Shell>, id: String, path: PathBuf) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || {
        let (conversation, messages) = library.conversation(&id)?;
        let text = buzz_chat::markdown(&conversation, &messages);
        export::whole(&path, |out| {
            out.write_all(text.as_bytes())
                .map_err(|cause| buzz_library::Error::Disk {
                    path: path.clone(),
                    cause,
                })
        })
    })
    .await
}

/// All conversations, the one with the newest message first.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversations_list(shell: Shared<'_>) -> Result<Vec<ConversationSummary>, Failure> {
    let library = Arc::clone(&shell.library);
    Ok(blocking(move || library.conversations())
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// One conversation and its messages, oldest first.
///
/// # Errors
/// `no_such_conversation`.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversation_show(
    shell: Shared<'_>,
    id: String,
) -> Result<ConversationDetail, Failure> {
    show(&shell, id).await
}

/// Deletes a conversation; the ledger keeps what was sent.
///
/// # Errors
/// `no_such_conversation`.
#[tauri::command(rename_all = "snake_case")]
pub async fn conversation_remove(shell: Shared<'_>, id: String) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || library.remove_conversation(&id)).await
}

/// What [`conversation_show`] does.
pub(crate) async fn show(shell: &Arc<Shell>, id: String) -> Result<ConversationDetail, Failure> {
    let library = Arc::clone(&shell.library);
    let (conversation, messages) = blocking(move || library.conversation(&id)).await?;
    Ok(ConversationDetail {
        conversation: conversation.into(),
        messages: messages
            .into_iter()
            .map(|message| chat::shown(shell, message))
            .collect(),
    })
}
