//! What is asked, of what, and within which bounds.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use buzz_library::{RememberedMatch, SendMode};
use buzz_query::Vocabulary;
use jiff::civil::DateTime;

use super::approval::Confirm;
use crate::context::DatasetContext;
use crate::preferences::Preferences;

/// A question and what it is asked about.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The conversation that it continues; `None` begins a new one.
    pub conversation_id: Option<String>,
    /// The question as it was typed.
    pub question: String,
    /// The datasets in scope; the engine must know the same ones.
    pub datasets: Vec<DatasetContext>,
    /// Which cells words of the question mean, where the person has edited what was found.
    pub matches: Vec<(String, RememberedMatch)>,
    /// The person's local date and time, pinned for the question.
    pub now: DateTime,
    /// The person's locale, such as `de-DE`.
    pub locale: Option<String>,
    /// How much may be sent; the stricter of this and a dataset's own mode counts.
    pub send: SendMode,
    /// What the person wants to confirm before it happens.
    pub confirm: Confirm,
    /// Tokens that may be read and written on one day of the person's, all conversations together.
    pub tokens_per_day: Option<u64>,
    /// Where words are looked up in cells; one for the whole program.
    pub vocabulary: Arc<Vocabulary>,
    /// The folder for results that are too large for memory.
    pub temp_root: PathBuf,
    /// The bounds.
    pub limits: Limits,
}

impl Ask {
    /// A new conversation about some datasets, with the usual bounds and what the person chose for all conversations.
    pub fn new(
        question: impl Into<String>,
        datasets: Vec<DatasetContext>,
        preferences: &Preferences,
        vocabulary: &Arc<Vocabulary>,
        now: DateTime,
        temp_root: PathBuf,
    ) -> Self {
        Self {
            conversation_id: None,
            question: question.into(),
            datasets,
            matches: Vec::new(),
            now,
            locale: None,
            send: preferences.send,
            confirm: preferences.confirm,
            tokens_per_day: preferences.tokens_per_day,
            vocabulary: Arc::clone(vocabulary),
            temp_root,
            limits: Limits::default(),
        }
    }
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
    /// Wall time of the whole answer; the time for which it waits for a person does not count.
    pub time: Duration,
    /// Wall time of one query.
    pub sql_time: Duration,
    /// Wall time of whatever the app looks up besides: values, joins, why a result is empty.
    pub check_time: Duration,
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
            check_time: Duration::from_secs(5),
            rows: 50,
            bytes: 16_000,
            result_memory: 32_000_000,
            history_bytes: 80_000,
            retries: 4,
            backoff: Duration::from_millis(500),
        }
    }
}
