//! Conversations about datasets, message by message.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Error, Library, store};

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
        for id in dataset_ids {
            self.dataset(id)?;
        }
        let now = store::now();
        let conversation = Conversation {
            id: uuid::Uuid::now_v7().to_string(),
            title: title.to_owned(),
            dataset_ids: dataset_ids.to_vec(),
            created: now.clone(),
            updated: now,
        };
        self.db().execute(
            "INSERT INTO conversations (id, title, dataset_ids, created, updated) VALUES (?, ?, ?, ?, ?)",
            params![
                conversation.id,
                conversation.title,
                serde_json::to_string(&conversation.dataset_ids).unwrap_or_default(),
                conversation.created,
                conversation.updated,
            ],
        )?;
        Ok(conversation)
    }

    /// All conversations, the one with the newest message first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn conversations(&self) -> Result<Vec<Conversation>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM conversations ORDER BY updated DESC, id DESC"
        ))?;
        let conversations = statement
            .query_map([], read_row)?
            .collect::<Result<_, _>>()?;
        Ok(conversations)
    }

    /// A conversation and its messages in their order.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn conversation(&self, id: &str) -> Result<(Conversation, Vec<Message>), Error> {
        let db = self.db();
        let conversation = find(&db, id)?;
        let mut statement = db.prepare_cached(
            "SELECT id, role, content, created FROM messages WHERE conversation_id = ? ORDER BY id",
        )?;
        let messages = statement
            .query_map([id], read_message)?
            .collect::<Result<_, _>>()?;
        Ok((conversation, messages))
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
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        let now = store::now();
        changed(
            conversation_id,
            transaction.execute(
                "UPDATE conversations SET updated = ? WHERE id = ?",
                [&now, conversation_id],
            )?,
        )?;
        transaction.execute(
            "INSERT INTO messages (conversation_id, role, content, created) VALUES (?, ?, ?, ?)",
            params![conversation_id, role, content.to_string(), now],
        )?;
        let id = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(id)
    }

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn rename_conversation(&self, id: &str, title: &str) -> Result<(), Error> {
        changed(
            id,
            self.db().execute(
                "UPDATE conversations SET title = ? WHERE id = ?",
                [title, id],
            )?,
        )
    }

    /// Removes a conversation and its messages; the ledger keeps what was sent.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn remove_conversation(&self, id: &str) -> Result<(), Error> {
        changed(
            id,
            self.db()
                .execute("DELETE FROM conversations WHERE id = ?", [id])?,
        )
    }
}

const COLUMNS: &str = "id, title, dataset_ids, created, updated";

/// The error for a statement that met no conversation.
fn changed(id: &str, rows: usize) -> Result<(), Error> {
    if rows == 0 {
        Err(Error::NoConversation(id.to_owned()))
    } else {
        Ok(())
    }
}

fn find(db: &Connection, id: &str) -> Result<Conversation, Error> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM conversations WHERE id = ?"))?
        .query_row([id], read_row)
        .optional()?
        .ok_or_else(|| Error::NoConversation(id.to_owned()))
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: row.get(0)?,
        title: row.get(1)?,
        dataset_ids: read_json(row, 2)?,
        created: row.get(3)?,
        updated: row.get(4)?,
    })
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        role: row.get(1)?,
        content: read_json(row, 2)?,
        created: row.get(3)?,
    })
}

fn read_json<T: serde::de::DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, error.into())
    })
}
