//! Waiting for a person who wants to see things before they happen.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// What a person wants to confirm before it happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// Nothing.
    #[default]
    Nothing,
    /// Every statement of SQL before it runs.
    Sql,
    /// Every request before it is sent.
    Requests,
    /// Both.
    Everything,
}

impl Confirm {
    /// The name by which it is kept and typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Sql => "sql",
            Self::Requests => "requests",
            Self::Everything => "everything",
        }
    }

    /// The choice of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Nothing, Self::Sql, Self::Requests, Self::Everything]
            .into_iter()
            .find(|confirm| confirm.name() == name)
    }

    pub(super) fn sql(self) -> bool {
        matches!(self, Self::Sql | Self::Everything)
    }

    pub(super) fn requests(self) -> bool {
        matches!(self, Self::Requests | Self::Everything)
    }
}

/// What is about to be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Pending {
    /// A request is about to be sent.
    Request {
        /// What will be sent: the body of the request.
        payload: String,
    },
    /// A statement is about to run.
    Sql {
        /// The step's number.
        step: u32,
        /// The statement.
        sql: String,
    },
}

/// Allows or refuses what is pending, once; dropped with all its clones before that, it refuses.
#[derive(Debug, Clone)]
pub struct Approval(Arc<Mutex<Option<oneshot::Sender<bool>>>>);

impl Approval {
    pub(super) fn new() -> (Self, oneshot::Receiver<bool>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), receiver)
    }

    /// Lets it happen.
    pub fn allow(&self) {
        self.answer(true);
    }

    /// Keeps it from happening.
    pub fn refuse(&self) {
        self.answer(false);
    }

    fn answer(&self, allowed: bool) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // Whoever waited may have been stopped meanwhile, and then the answer is of no interest.
            let _ = sender.send(allowed);
        }
    }
}
