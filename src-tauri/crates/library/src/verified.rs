//! Questions whose SQL a person has checked and trusts.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::{Error, Library, store};

/// A question with SQL that a person has checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedQuestion {
    /// The id, a UUID of version 7.
    pub id: String,
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// The datasets that the SQL reads.
    pub dataset_ids: Vec<String>,
    /// When it was verified, RFC 3339 in UTC.
    pub created: String,
}

impl Library {
    /// Keeps a question with its SQL as trusted; the same question of the same datasets is replaced.
    ///
    /// # Errors
    /// [`Error::NotFound`] where a dataset is not there, and those of the database.
    pub fn verify_question(
        &self,
        question: &str,
        sql: &str,
        dataset_ids: &[String],
    ) -> Result<VerifiedQuestion, Error> {
        let mut ids = Vec::with_capacity(dataset_ids.len());
        for id in dataset_ids {
            ids.push(self.dataset(id)?.id);
        }
        ids.sort_unstable();
        let verified = VerifiedQuestion {
            id: uuid::Uuid::now_v7().to_string(),
            question: question.trim().to_owned(),
            sql: sql.trim().to_owned(),
            dataset_ids: ids,
            created: store::now(),
        };
        let ids = serde_json::to_string(&verified.dataset_ids).unwrap_or_default();
        let mut db = self.db();
        let transaction = store::write(&mut db)?;
        transaction.execute(
            "DELETE FROM verified WHERE question = ? AND dataset_ids = ?",
            [&verified.question, &ids],
        )?;
        transaction.execute(
            "INSERT INTO verified (id, question, sql, dataset_ids, created) VALUES (?, ?, ?, ?, ?)",
            params![
                verified.id,
                verified.question,
                verified.sql,
                ids,
                verified.created
            ],
        )?;
        transaction.commit()?;
        Ok(verified)
    }

    /// All verified questions, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn verified_questions(&self) -> Result<Vec<VerifiedQuestion>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id, question, sql, dataset_ids, created FROM verified ORDER BY created DESC, id DESC",
        )?;
        let verified = statement
            .query_map([], read_row)?
            .collect::<Result<_, _>>()?;
        Ok(verified)
    }

    /// Takes the trust in a question's SQL back.
    ///
    /// # Errors
    /// [`Error::NoVerifiedQuestion`] and those of the database.
    pub fn remove_verified_question(&self, id: &str) -> Result<(), Error> {
        let changed = self
            .db()
            .execute("DELETE FROM verified WHERE id = ?", [id])?;
        if changed == 0 {
            return Err(Error::NoVerifiedQuestion(id.to_owned()));
        }
        Ok(())
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<VerifiedQuestion> {
    Ok(VerifiedQuestion {
        id: row.get(0)?,
        question: row.get(1)?,
        sql: row.get(2)?,
        dataset_ids: store::json(row, 3)?,
        created: row.get(4)?,
    })
}
