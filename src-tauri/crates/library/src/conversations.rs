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

/// A conversation in which a text was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// The text around the first place in its messages; `None` where only the title has it.
    pub excerpt: Option<String>,
}

/// Characters of an excerpt on each side of what was found.
const EXCERPT: usize = 60;

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

    /// The conversations whose title, questions or answers contain a text, letter case aside; the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn search_conversations(&self, text: &str) -> Result<Vec<FoundConversation>, Error> {
        let wanted = text.trim().to_lowercase();
        let conversations = self.conversations()?;
        let db = self.db();
        // SQLite folds the case of ASCII only, so the texts are compared here.
        let mut statement = db.prepare_cached(
            "SELECT json_extract(content, '$.text') FROM messages WHERE conversation_id = ? ORDER BY id",
        )?;
        let mut found = Vec::new();
        for conversation in conversations {
            let mut excerpt = None;
            let mut rows = statement.query([&conversation.id])?;
            while let (None, Some(row)) = (&excerpt, rows.next()?) {
                let text: Option<String> = row.get(0)?;
                excerpt = text.and_then(|text| excerpt_of(&text, &wanted));
            }
            if excerpt.is_some() || conversation.title.to_lowercase().contains(&wanted) {
                found.push(FoundConversation {
                    conversation,
                    excerpt,
                });
            }
        }
        Ok(found)
    }

    /// Removes a message of a conversation and all that came after it, so that it can go on from there; gives how many
    /// were removed.
    ///
    /// # Errors
    /// [`Error::NoConversation`] and those of the database.
    pub fn truncate_conversation(&self, id: &str, from_message: i64) -> Result<usize, Error> {
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        find(&transaction, id)?;
        let removed = transaction.execute(
            "DELETE FROM messages WHERE conversation_id = ? AND id >= ?",
            params![id, from_message],
        )?;
        transaction.commit()?;
        Ok(removed)
    }

    /// Replaces what a message says, as when a step of an answer was run anew.
    ///
    /// # Errors
    /// [`Error::NoConversation`] where the conversation has no such message, and those of the database.
    pub fn replace_message(
        &self,
        conversation_id: &str,
        message: i64,
        content: &Value,
    ) -> Result<(), Error> {
        changed(
            conversation_id,
            self.db().execute(
                "UPDATE messages SET content = ? WHERE conversation_id = ? AND id = ?",
                params![content.to_string(), conversation_id, message],
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

/// The text around the first place where another stands in it, letter case aside.
fn excerpt_of(text: &str, wanted: &str) -> Option<String> {
    // Folding may change how long a text is, so places are counted in characters of the folded text, which is near enough
    // for an excerpt.
    let folded = text.to_lowercase();
    let at = folded[..folded.find(wanted)?].chars().count();
    let (from, length) = (at.saturating_sub(EXCERPT), wanted.chars().count());
    let mut excerpt: String = text
        .chars()
        .skip(from)
        .take(at - from + length + EXCERPT)
        .collect();
    if from > 0 {
        excerpt.insert(0, '…');
    }
    if text.chars().count() > at + length + EXCERPT {
        excerpt.push('…');
    }
    Some(excerpt)
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
        dataset_ids: store::json(row, 2)?,
        created: row.get(3)?,
        updated: row.get(4)?,
    })
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        role: row.get(1)?,
        content: store::json(row, 2)?,
        created: row.get(3)?,
    })
}
