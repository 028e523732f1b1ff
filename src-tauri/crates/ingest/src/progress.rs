//! How long work tells what it is doing, and how it is told to stop.

use std::sync::Arc;
#[cfg(test)]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// What a conversion is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waiting until other conversions leave enough memory.
    Waiting,
    /// Looking at samples to find the dialect and the columns' types.
    Detecting,
    /// Reading the source and writing Parquet.
    Converting,
    /// Converting again the columns that a late cell proved to be of another type.
    Correcting,
    /// Writing the footer and making the files durable.
    Finishing,
}

/// Where a conversion stands at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What the conversion is busy with.
    pub phase: Phase,
    /// Bytes of the source that are converted in this phase.
    pub bytes_done: u64,
    /// Bytes of the source in all.
    pub bytes_total: u64,
    /// Records that are converted in this phase.
    pub rows: u64,
}

/// Receives the progress of a conversion; each front end implements it.
///
/// Calls come from one of the conversion's own threads, at most ten times a second and once for the
/// last state of every phase; an implementation must return quickly.
pub trait Progress: Send + Sync {
    /// Takes the newest state; earlier ones are of no more interest.
    fn report(&self, snapshot: Snapshot);
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&self, _snapshot: Snapshot) {}
}

/// A token by which long work is told to stop; clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Asked>);

/// Whether somebody asked for a stop.
#[derive(Debug, Default)]
struct Asked {
    is_cancelled: AtomicBool,
    /// How often the token was looked at, and at which of these looks it is found cancelled.
    #[cfg(test)]
    looks: AtomicU64,
    #[cfg(test)]
    cancelled_at: Option<u64>,
}

impl Cancel {
    /// A token that nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work that holds a clone of this token to stop; it cannot be taken back.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Release);
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        #[cfg(test)]
        self.look();
        self.0.is_cancelled.load(Ordering::Acquire)
    }

    /// A token that is found cancelled when it is looked at for the `look`th time.
    #[cfg(test)]
    pub(crate) fn at_look(look: u64) -> Self {
        Self(Arc::new(Asked {
            cancelled_at: Some(look),
            ..Asked::default()
        }))
    }

    /// How often it was looked at.
    #[cfg(test)]
    pub(crate) fn looks(&self) -> u64 {
        self.0.looks.load(Ordering::Acquire)
    }

    #[cfg(test)]
    fn look(&self) {
        let look = self.0.looks.fetch_add(1, Ordering::AcqRel) + 1;
        if self.0.cancelled_at.is_some_and(|at| look >= at) {
            self.cancel();
        }
    }
}

/// Lets at most ten snapshots a second through to a [`Progress`].
pub(crate) struct Throttle<'a> {
    progress: &'a dyn Progress,
    last: Option<Instant>,
}

impl<'a> Throttle<'a> {
    const INTERVAL: Duration = Duration::from_millis(100);

    pub(crate) fn new(progress: &'a dyn Progress) -> Self {
        Self {
            progress,
            last: None,
        }
    }

    /// Reports the snapshot unless another was reported less than a tenth of a second ago.
    pub(crate) fn report(&mut self, snapshot: Snapshot) {
        if self.last.is_none_or(|at| at.elapsed() >= Self::INTERVAL) {
            self.report_now(snapshot);
        }
    }

    /// Reports the snapshot whatever was reported before; for the last state of a phase.
    pub(crate) fn report_now(&mut self, snapshot: Snapshot) {
        self.last = Some(Instant::now());
        self.progress.report(snapshot);
    }
}
