//! Keeping what a model answered, and answering with it again: a run of questions becomes a test that needs no model.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use crate::model::{Event, EventStream, Identity, Model, ModelError, Request};

/// What a model answered, request by request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tape {
    /// Which model it was.
    pub identity: Identity,
    /// Its answers in order.
    pub answers: Vec<Taped>,
}

/// The answer to one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Taped {
    /// The pieces of the answer.
    pub events: Vec<Event>,
    /// What ended it early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ModelError>,
}

/// A model that passes on what another answers, and keeps it.
pub struct Recorder<'a> {
    model: &'a dyn Model,
    answers: Arc<Mutex<Vec<Taped>>>,
}

impl<'a> Recorder<'a> {
    /// Records what a model answers from now on.
    pub fn new(model: &'a dyn Model) -> Self {
        Self {
            model,
            answers: Arc::default(),
        }
    }

    /// What was answered so far.
    pub fn tape(&self) -> Tape {
        Tape {
            identity: self.model.identity(),
            answers: lock(&self.answers).clone(),
        }
    }
}

#[async_trait]
impl Model for Recorder<'_> {
    async fn stream(&self, request: &Request) -> Result<EventStream, ModelError> {
        let answers = Arc::clone(&self.answers);
        let index = {
            let mut answers = lock(&answers);
            answers.push(Taped::default());
            answers.len() - 1
        };
        let stream = match self.model.stream(request).await {
            Ok(stream) => stream,
            Err(error) => {
                lock(&answers)[index].error = Some(error.clone());
                return Err(error);
            }
        };
        let kept = stream.inspect(move |event| {
            let mut answers = lock(&answers);
            match event {
                Ok(event) => answers[index].events.push(event.clone()),
                Err(error) => answers[index].error = Some(error.clone()),
            }
        });
        Ok(kept.boxed())
    }

    async fn preview(&self, request: &Request) -> Result<String, ModelError> {
        self.model.preview(request).await
    }

    fn identity(&self) -> Identity {
        self.model.identity()
    }
}

/// A model that answers what was recorded, in the same order, whatever it is asked.
#[derive(Debug)]
pub struct Player {
    identity: Identity,
    answers: Mutex<VecDeque<Taped>>,
}

impl Player {
    /// Plays a tape from its beginning.
    pub fn new(tape: Tape) -> Self {
        Self {
            identity: tape.identity,
            answers: Mutex::new(tape.answers.into()),
        }
    }
}

#[async_trait]
impl Model for Player {
    async fn stream(&self, _: &Request) -> Result<EventStream, ModelError> {
        let Some(Taped { events, error }) = lock(&self.answers).pop_front() else {
            return Err(ModelError::new(
                "record_ended",
                "The record has no answer to this request: it was made by another version, or of other data; record it anew.",
            ));
        };
        if let (true, Some(error)) = (events.is_empty(), &error) {
            return Err(error.clone());
        }
        let pieces = events.into_iter().map(Ok).chain(error.map(Err));
        Ok(futures_util::stream::iter(pieces.collect::<Vec<_>>()).boxed())
    }

    async fn preview(&self, request: &Request) -> Result<String, ModelError> {
        serde_json::to_string(request)
            .map_err(|error| ModelError::new("internal", format!("{error}: please report this.")))
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
