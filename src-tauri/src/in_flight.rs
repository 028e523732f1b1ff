//! What is being worked on: every piece of long work is known by a name while it runs, so that it can be cancelled
//! and so that closing the window can wait for its clean-up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use buzz_ingest::Cancel;
use tokio::sync::watch;

use crate::error::failure;
use crate::wire::Failure;

/// The registry of work that is running or waiting to run; clones share one state.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Registry>);

#[derive(Debug, Default)]
struct Registry {
    state: Mutex<State>,
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    work: HashMap<String, Handle>,
    closing: bool,
}

#[derive(Debug)]
struct Handle {
    cancel: Cancel,
    cancelled: watch::Sender<bool>,
}

impl InFlight {
    /// Enters a piece of work under a name; it leaves the registry when the guard is dropped.
    ///
    /// # Errors
    /// `already_running` if the name is taken, `closing` once the application is about to end.
    pub fn begin(&self, name: &str) -> Result<Running, Failure> {
        let mut state = self.0.lock();
        if state.closing {
            return Err(failure(
                "closing",
                "Buzz CSV is closing: open it again and repeat this",
            ));
        }
        if state.work.contains_key(name) {
            return Err(failure(
                "already_running",
                "this is already running: wait for it or cancel it",
            ));
        }
        let cancel = Cancel::new();
        let (sender, cancelled) = watch::channel(false);
        state.work.insert(
            name.to_owned(),
            Handle {
                cancel: cancel.clone(),
                cancelled: sender,
            },
        );
        self.0.count.send_replace(state.work.len());
        Ok(Running {
            registry: Arc::clone(&self.0),
            name: name.to_owned(),
            cancel,
            cancelled,
        })
    }

    /// Asks the work of this name to stop; `false` if there is none, as when it has just ended.
    pub fn cancel(&self, name: &str) -> bool {
        match self.0.lock().work.get(name) {
            Some(handle) => {
                handle.stop();
                true
            }
            None => false,
        }
    }

    /// Asks all work to stop and lets no more begin.
    pub fn close(&self) {
        let mut state = self.0.lock();
        state.closing = true;
        state.work.values().for_each(Handle::stop);
    }

    /// Whether nothing is running.
    pub fn is_idle(&self) -> bool {
        self.0.lock().work.is_empty()
    }

    /// Resolves as soon as nothing is running.
    pub async fn idle(&self) {
        let mut count = self.0.count.subscribe();
        // The sender lives as long as `self`, so the wait can end only by the condition.
        let _ = count.wait_for(|count| *count == 0).await;
    }
}

impl Registry {
    /// The state; a panic elsewhere cannot leave it half changed, so a poisoned lock is as good as any.
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handle {
    fn stop(&self) {
        self.cancel.cancel();
        self.cancelled.send_replace(true);
    }
}

/// The guard of one piece of work.
#[derive(Debug)]
pub struct Running {
    registry: Arc<Registry>,
    name: String,
    cancel: Cancel,
    cancelled: watch::Receiver<bool>,
}

impl Running {
    /// The token that the work looks at.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Resolves as soon as the work is asked to stop, and never otherwise.
    pub async fn cancelled(&self) {
        let mut cancelled = self.cancelled.clone();
        // The sender is in the registry as long as this guard lives.
        if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.registry.lock();
        state.work.remove(&self.name);
        self.registry.count.send_replace(state.work.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_known_until_its_guard_is_dropped() {
        let in_flight = InFlight::default();
        let running = in_flight.begin("a").unwrap();
        assert!(!in_flight.is_idle());
        assert_eq!(in_flight.begin("a").unwrap_err().code, "already_running");
        drop(running);
        assert!(in_flight.is_idle());
        assert!(!in_flight.cancel("a"));
        in_flight.idle().await;
    }

    #[tokio::test]
    async fn cancelling_reaches_the_token_and_the_waiting_task() {
        let in_flight = InFlight::default();
        let running = in_flight.begin("a").unwrap();
        let other = in_flight.begin("b").unwrap();
        assert!(in_flight.cancel("a"));
        running.cancelled().await;
        assert!(running.cancel().is_cancelled());
        assert!(!other.cancel().is_cancelled());
    }

    #[tokio::test]
    async fn closing_stops_everything_and_waits_for_it() {
        let in_flight = InFlight::default();
        let running = in_flight.begin("a").unwrap();
        in_flight.close();
        assert_eq!(in_flight.begin("b").unwrap_err().code, "closing");
        let task = tokio::spawn(async move {
            running.cancelled().await;
            drop(running);
        });
        in_flight.idle().await;
        task.await.unwrap();
    }
}
