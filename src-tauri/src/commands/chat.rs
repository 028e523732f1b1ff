//! Conversations.

use std::sync::Arc;

use tauri::ipc::Channel;

use super::Shared;
use crate::chat::{self, Question};
use crate::error::blocking;
use crate::shell::Shell;
use crate::wire::{ChatEvent, ChatMessage, ConversationDetail, ConversationSummary, Failure};

/// Asks a question about these datasets, or about all where none is named; returns the conversation's id as soon as
/// the question is kept there.
///
/// # Errors
/// Whatever keeps the question from being asked, such as `no_profile`; what happens later comes over the channel.
#[tauri::command(rename_all = "snake_case")]
pub async fn chat_ask(
    shell: Shared<'_>,
    conversation_id: Option<String>,
    dataset_ids: Vec<String>,
    question: String,
    locale: Option<String>,
    request_id: String,
    channel: Channel<ChatEvent>,
) -> Result<String, Failure> {
    let question = Question {
        conversation_id,
        dataset_ids,
        text: question,
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
    let mut messages: Vec<ChatMessage> = messages.into_iter().map(Into::into).collect();
    // Results live as long as the process; those of an earlier one are named in vain.
    for step in messages.iter_mut().flat_map(|message| &mut message.steps) {
        step.result_id.take_if(|id| shell.result(id).is_err());
    }
    Ok(ConversationDetail {
        conversation: conversation.into(),
        messages,
    })
}
