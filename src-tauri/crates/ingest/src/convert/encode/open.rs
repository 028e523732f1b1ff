//! Pages that wait to be compressed by whichever worker has nothing else to do.
//!
//! A worker takes one column after the other. Where one column is most of the work, such as a long text among numbers,
//! the others would wait for its worker; so a page that is full is handed to one that waits. Nothing is handed over
//! while all are busy: then the page is in the cache of the worker that filled it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use parquet::errors::ParquetError;

use super::Scratch;
use super::chunk::{FinishedPage, RawPage};

/// A page that another thread may be compressing; it is there when all workers have left.
pub(super) type Ticket = Arc<OnceLock<Result<FinishedPage, ParquetError>>>;

/// The pages that wait, and the workers that do.
#[derive(Debug, Default)]
pub(crate) struct OpenPages {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Workers that may still hand pages over.
    busy: usize,
    /// Workers that wait for a page.
    idle: usize,
    pages: Vec<(RawPage, Ticket)>,
    /// Buffers of pages that are done.
    spare: Vec<Vec<u8>>,
}

/// A worker that hands pages over and takes them.
pub(crate) struct Worker<'a>(&'a OpenPages);

impl OpenPages {
    /// A buffer that grew for one large value is given up rather than kept.
    const LARGEST_SPARE: usize = 2_097_152;

    /// Lets so many workers begin, each of which has to [`Worker::help`] or be dropped.
    pub(crate) fn begin(&self, workers: usize) {
        self.lock().busy = workers;
    }

    pub(crate) fn worker(&self) -> Worker<'_> {
        Worker(self)
    }

    /// Hands the page in `raw` over, and takes another buffer for it, if a worker waits that no other page is for.
    pub(super) fn hand_over(
        &self,
        page: impl FnOnce(Vec<u8>) -> RawPage,
        raw: &mut Vec<u8>,
    ) -> Option<Ticket> {
        let mut state = self.lock();
        if state.idle <= state.pages.len() {
            return None;
        }
        let next = state.spare.pop().unwrap_or_default();
        let ticket = Ticket::default();
        let page = page(std::mem::replace(raw, next));
        state.pages.push((page, Arc::clone(&ticket)));
        drop(state);
        self.changed.notify_one();
        Some(ticket)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A worker that panicked left the state as it was between two steps.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker<'_> {
    /// Compresses the pages of others until none can come any more.
    pub(crate) fn help(self, scratch: &mut Scratch) {
        let open = self.0;
        // This worker's own pages are all made.
        drop(self);
        let mut state = open.lock();
        loop {
            if let Some((page, ticket)) = state.pages.pop() {
                drop(state);
                let finished = page.finish(scratch);
                let mut raw = page.into_buffer();
                raw.clear();
                // Nobody else has set it, as nobody else had the page.
                let _ = ticket.set(finished);
                state = open.lock();
                if raw.capacity() <= OpenPages::LARGEST_SPARE {
                    state.spare.push(raw);
                }
            } else if state.busy == 0 {
                return;
            } else {
                state.idle += 1;
                state = open
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.busy = state.busy.saturating_sub(1);
        if state.busy == 0 {
            drop(state);
            self.0.changed.notify_all();
        }
    }
}
