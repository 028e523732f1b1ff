//! A queue between two threads that is bounded in bytes rather than in items.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    sender_gone: bool,
    receiver_gone: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    limit: usize,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A thread that panicked while it held the lock left the queue consistent: every update is one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end of the queue that items go into.
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The end of the queue that items come out of.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

/// Makes a queue that holds at most `limit` bytes, or a single item that is larger.
pub(crate) fn bounded_in_bytes<T>(limit: usize) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            items: VecDeque::new(),
            bytes: 0,
            sender_gone: false,
            receiver_gone: false,
        }),
        changed: Condvar::new(),
        limit,
    });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

impl<T> Sender<T> {
    /// Waits until there is room for `bytes` more, then puts the item in.
    ///
    /// # Errors
    /// Gives the item back when nobody will ever take it.
    pub(crate) fn send(&self, item: T, bytes: usize) -> Result<(), T> {
        let mut state = self.0.lock();
        while !state.receiver_gone && state.bytes > 0 && state.bytes + bytes > self.0.limit {
            state = self
                .0
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.receiver_gone {
            return Err(item);
        }
        state.items.push_back((item, bytes));
        state.bytes += bytes;
        self.0.changed.notify_all();
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.lock().sender_gone = true;
        self.0.changed.notify_all();
    }
}

impl<T> Receiver<T> {
    /// Waits for an item; `None` when the sender is gone and the queue is empty.
    pub(crate) fn recv(&self) -> Option<T> {
        let mut state = self.0.lock();
        loop {
            if let Some(item) = self.take(&mut state) {
                return Some(item);
            }
            if state.sender_gone {
                return None;
            }
            state = self
                .0
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes an item if one is waiting.
    pub(crate) fn try_recv(&self) -> Option<T> {
        self.take(&mut self.0.lock())
    }

    fn take(&self, state: &mut State<T>) -> Option<T> {
        let (item, bytes) = state.items.pop_front()?;
        state.bytes -= bytes;
        self.0.changed.notify_all();
        Some(item)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.receiver_gone = true;
        // What nobody will take is freed now rather than when the sender ends.
        state.items.clear();
        state.bytes = 0;
        drop(state);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_holds_more_bytes_than_its_limit() {
        let (sender, receiver) = bounded_in_bytes::<usize>(100);
        let producer = std::thread::spawn(move || {
            for i in 0..1000 {
                let bytes = 1 + i % 60;
                sender.send(bytes, bytes).unwrap();
                let held = sender.0.lock().bytes;
                assert!(held <= 100, "{held} bytes were held");
            }
        });
        let mut seen = 0;
        while receiver.recv().is_some() {
            seen += 1;
        }
        producer.join().unwrap();
        assert_eq!(seen, 1000);
    }

    #[test]
    fn lets_one_oversized_item_through() {
        let (sender, receiver) = bounded_in_bytes::<u8>(10);
        sender.send(1, 1_000_000).unwrap();
        assert_eq!(receiver.recv(), Some(1));
    }

    #[test]
    fn a_sender_learns_that_the_receiver_is_gone() {
        let (sender, receiver) = bounded_in_bytes::<u8>(10);
        sender.send(1, 10).unwrap();
        let waiting = std::thread::spawn(move || sender.send(2, 10));
        drop(receiver);
        assert_eq!(waiting.join().unwrap(), Err(2));
    }
}
