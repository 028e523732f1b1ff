//! The ledger: everything that leaves the machine, recorded before it leaves.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use rusqlite::{Row, params};

use crate::{Error, Library, store};

/// What is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// The service: `bedrock-runtime`, `bedrock`, `sts`, `sso` and so on.
    pub service: String,
    /// The address it goes to.
    pub endpoint: String,
    /// The operation, such as `ConverseStream`.
    pub operation: String,
    /// The AWS profile.
    pub profile: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The model or inference profile.
    pub model: Option<String>,
    /// The body exactly as it is sent.
    pub payload: String,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerOutcome {
    /// `ok`, `failed` or `cancelled`.
    pub status: String,
    /// What went wrong, as one sentence.
    pub error: Option<String>,
    /// Tokens that the model read.
    pub input_tokens: Option<u64>,
    /// Tokens that the model wrote.
    pub output_tokens: Option<u64>,
    /// Time from sending to the end of the answer, in milliseconds.
    pub latency_ms: Option<u64>,
}

/// An entry and, once it ended, what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRecord {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When it was recorded, RFC 3339 in UTC.
    pub created: String,
    /// What was sent.
    #[serde(flatten)]
    pub entry: LedgerEntry,
    /// What came of it; `None` while it is under way, or where the process died.
    pub outcome: Option<LedgerOutcome>,
}

/// An entry that waits for its outcome; dropped without one, the request was cancelled.
pub struct OpenEntry {
    library: Arc<Library>,
    id: i64,
    started: Instant,
    is_finished: bool,
}

impl fmt::Debug for OpenEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenEntry")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl OpenEntry {
    /// Records what is about to be sent.
    ///
    /// # Errors
    /// Those of [`Library::ledger_begin`]; nothing may be sent then.
    pub fn begin(library: &Arc<Library>, entry: &LedgerEntry) -> Result<Self, Error> {
        Ok(Self {
            library: Arc::clone(library),
            id: library.ledger_begin(entry)?,
            started: Instant::now(),
            is_finished: false,
        })
    }

    /// Records what came of it, with the time since the beginning.
    pub fn finish(mut self, outcome: LedgerOutcome) {
        self.write(outcome);
    }

    fn write(&mut self, outcome: LedgerOutcome) {
        self.is_finished = true;
        let outcome = LedgerOutcome {
            latency_ms: u64::try_from(self.started.elapsed().as_millis()).ok(),
            ..outcome
        };
        // What was sent is on record by now; a lost outcome must not cost the person the answer.
        if let Err(error) = self.library.ledger_finish(self.id, &outcome) {
            tracing::warn!(%error, "the outcome of a request could not be recorded");
        }
    }
}

impl Drop for OpenEntry {
    fn drop(&mut self) {
        if !self.is_finished {
            self.write(LedgerOutcome {
                status: "cancelled".to_owned(),
                ..LedgerOutcome::default()
            });
        }
    }
}

/// Which entries to look for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Those of a conversation.
    pub conversation_id: Option<String>,
    /// Those that contain a text anywhere, the letter case of ASCII aside.
    pub text: Option<String>,
    /// Those older than the entry of this number, for the next page.
    pub before: Option<i64>,
}

/// The setting that says how many days the ledger keeps its entries; 0 is for ever.
pub const LEDGER_DAYS: &str = "ledger_days";

/// How many days they are kept unless the person says otherwise.
const USUAL_LEDGER_DAYS: u32 = 90;

/// Entries that are read at once where all of them are written out.
const WRITTEN_AT_ONCE: usize = 50;

impl Library {
    /// Records what is about to be sent, durably, and gives its number.
    ///
    /// # Errors
    /// Those of the database; nothing may be sent then.
    pub fn ledger_begin(&self, entry: &LedgerEntry) -> Result<i64, Error> {
        let db = self.db();
        db.execute(
            "INSERT INTO ledger (created, conversation_id, service, endpoint, operation, profile, region, model, payload)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                store::now(),
                entry.conversation_id,
                entry.service,
                entry.endpoint,
                entry.operation,
                entry.profile,
                entry.region,
                entry.model,
                entry.payload,
            ],
        )?;
        Ok(db.last_insert_rowid())
    }

    /// Records what came of it.
    ///
    /// # Errors
    /// [`Error::NoLedgerEntry`] and those of the database.
    pub fn ledger_finish(&self, id: i64, outcome: &LedgerOutcome) -> Result<(), Error> {
        let changed = self.db().execute(
            "UPDATE ledger SET status = ?, error = ?, input_tokens = ?, output_tokens = ?, latency_ms = ? WHERE id = ?",
            params![
                outcome.status,
                outcome.error,
                outcome.input_tokens.map(store::signed),
                outcome.output_tokens.map(store::signed),
                outcome.latency_ms.map(store::signed),
                id,
            ],
        )?;
        if changed == 0 {
            Err(Error::NoLedgerEntry(id))
        } else {
            Ok(())
        }
    }

    /// The newest `limit` entries, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn ledger(&self, limit: usize) -> Result<Vec<LedgerRecord>, Error> {
        self.search_ledger(&LedgerQuery::default(), limit)
    }

    /// The newest `limit` entries that a query asks for, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn search_ledger(
        &self,
        query: &LedgerQuery,
        limit: usize,
    ) -> Result<Vec<LedgerRecord>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT id, created, conversation_id, service, endpoint, operation, profile, region, model, payload,
                status, error, input_tokens, output_tokens, latency_ms
             FROM ledger
             WHERE (?1 IS NULL OR conversation_id = ?1) AND (?2 IS NULL OR id < ?2)
                AND (?3 IS NULL OR instr(lower(concat_ws(char(10), service, endpoint, operation, profile, region, model,
                    payload, status, error)), lower(?3)) > 0)
             ORDER BY id DESC LIMIT ?4",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let text = query.text.as_deref().filter(|text| !text.is_empty());
        let records = statement
            .query_map(
                params![query.conversation_id, query.before, text, limit],
                read_row,
            )?
            .collect::<Result<_, _>>()?;
        Ok(records)
    }

    /// Writes all entries that a query asks for as JSON, one on each line, the newest first, and gives how many there are.
    ///
    /// They are read in pieces, so that a long ledger need not fit into memory.
    ///
    /// # Errors
    /// [`Error::Disk`] where they cannot be written to `path`, which they are meant for, and those of the database.
    pub fn write_ledger(
        &self,
        query: &LedgerQuery,
        out: &mut impl Write,
        path: &Path,
    ) -> Result<u64, Error> {
        let mut query = query.clone();
        let mut written = 0;
        loop {
            let records = self.search_ledger(&query, WRITTEN_AT_ONCE)?;
            let Some(last) = records.last() else {
                return out
                    .flush()
                    .map(|()| written)
                    .map_err(|cause| Error::disk(path, cause));
            };
            query.before = Some(last.id);
            for record in &records {
                let line = serde_json::to_string(record).unwrap_or_default();
                writeln!(out, "{line}").map_err(|cause| Error::disk(path, cause))?;
                written += 1;
            }
        }
    }

    /// Tokens that were read and written since a time (RFC 3339 in UTC), as far as they were told.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn tokens_since(&self, time: jiff::Timestamp) -> Result<u64, Error> {
        let db = self.db();
        let tokens = db
            .prepare_cached(
                "SELECT coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0)
                 FROM ledger WHERE created >= ?",
            )?
            .query_row([store::written(time)], |row| store::count(row, 0))?;
        Ok(tokens)
    }

    /// Removes all entries, and gives how many there were.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn clear_ledger(&self) -> Result<usize, Error> {
        let db = self.db();
        // What was deleted must not lie in free pages of the file, nor in the log beside it.
        db.pragma_update(None, "secure_delete", true)?;
        let removed = db.execute("DELETE FROM ledger", [])?;
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(removed)
    }

    /// How many days entries are kept; 0 is for ever.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn ledger_days(&self) -> Result<u32, Error> {
        Ok(self
            .setting(LEDGER_DAYS)?
            .and_then(|days| days.parse().ok())
            .unwrap_or(USUAL_LEDGER_DAYS))
    }

    /// Removes the entries that are older than the setting [`LEDGER_DAYS`] says, 90 days unless it was set; 0 keeps
    /// them for ever.
    pub(crate) fn prune_ledger(&self) -> Result<(), Error> {
        let days = i64::from(self.ledger_days()?);
        let age = jiff::SignedDuration::from_hours(days.saturating_mul(24).min(24 * 36_500));
        if days > 0
            && let Ok(oldest) = jiff::Timestamp::now().checked_sub(age)
        {
            self.db().execute(
                "DELETE FROM ledger WHERE created < ?",
                [store::written(oldest)],
            )?;
        }
        Ok(())
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<LedgerRecord> {
    let optional_count = |index| {
        row.get::<_, Option<i64>>(index)
            .map(|count| count.and_then(|count| u64::try_from(count).ok()))
    };
    let outcome = match row.get::<_, Option<String>>(10)? {
        None => None,
        Some(status) => Some(LedgerOutcome {
            status,
            error: row.get(11)?,
            input_tokens: optional_count(12)?,
            output_tokens: optional_count(13)?,
            latency_ms: optional_count(14)?,
        }),
    };
    Ok(LedgerRecord {
        id: row.get(0)?,
        created: row.get(1)?,
        entry: LedgerEntry {
            conversation_id: row.get(2)?,
            service: row.get(3)?,
            endpoint: row.get(4)?,
            operation: row.get(5)?,
            profile: row.get(6)?,
            region: row.get(7)?,
            model: row.get(8)?,
            payload: row.get(9)?,
        },
        outcome,
    })
}
