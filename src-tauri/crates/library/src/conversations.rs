//! Conversations about datasets, message by message.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Library};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The id, a UUID of version 7.
    pub id: String,
    /// The title.
    pub title: String,
    /// The datasets it is about; one that was removed since is still named.
    pub dataset_ids: Vec<String>,
    /// When it was begun, RFC 3339 in UTC.
    pub created: String,
    /// When its last message came, RFC 3339 in UTC.
    pub updated: String,
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its number; later ones are larger.
    pub id: i64,
    /// Who wrote it: `user` or `assistant`.
    pub role: String,
    /// What it says, in the form the writer chose.
    pub content: Value,
    /// When it came, RFC 3339 in UTC.
    pub created: String,
}

impl Library {
    /// Begins a conversation about some datasets.
    ///
    /// # Errors
    /// [`Error::NotFound`] where a dataset is not there, and those of the database.
    pub fn start_conversation(
        &self,
        title: &str,
        dataset_ids: &[String],
    ) -> Result<Conversation, Error> {
        let _ = (title, dataset_ids);
        todo!()
    }

    /// All conversations, the one with the newest message first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn conversations(&self) -> Result<Vec<Conversation>, Error> {
        todo!()
    }

    /// A conversation and its messages in their order.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn conversation(&self, id: &str) -> Result<(Conversation, Vec<Message>), Error> {
        let _ = id;
        todo!()
    }

    /// Adds a message and gives its number.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn append_message(
        &self,
        conversation_id: &str,
        role: &str,
        content: &Value,
    ) -> Result<i64, Error> {
        let _ = (conversation_id, role, content);
        todo!()
    }

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn rename_conversation(&self, id: &str, title: &str) -> Result<(), Error> {
        let _ = (id, title);
        todo!()
    }

    /// Removes a conversation and its messages; the ledger keeps what was sent.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn remove_conversation(&self, id: &str) -> Result<(), Error> {
        let _ = id;
        todo!()
    }
}
