//! The ledger: everything that leaves the machine, recorded before it leaves.

use serde::{Deserialize, Serialize};

use crate::{Error, Library};

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

impl Library {
    /// Records what is about to be sent, durably, and gives its number.
    ///
    /// # Errors
    /// Those of the database; nothing may be sent then.
    pub fn ledger_begin(&self, entry: &LedgerEntry) -> Result<i64, Error> {
        let _ = entry;
        todo!()
    }

    /// Records what came of it.
    ///
    /// # Errors
    /// [`Error::NoLedgerEntry`] and those of the database.
    pub fn ledger_finish(&self, id: i64, outcome: &LedgerOutcome) -> Result<(), Error> {
        let _ = (id, outcome);
        todo!()
    }

    /// The newest `limit` entries, the newest first.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Database`].
    pub fn ledger(&self, limit: usize) -> Result<Vec<LedgerRecord>, Error> {
        let _ = limit;
        todo!()
    }
}
