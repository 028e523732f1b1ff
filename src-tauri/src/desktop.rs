//! What the desktop shows of a conversion outside the window: how far it is, in the taskbar or the dock, and that it has
//! ended, if it took long and the person is elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::Window;
use tauri::window::{ProgressBarState, ProgressBarStatus};

use crate::wire::JobEvent;

/// A conversion that takes no longer than this is waited for.
const LONG: Duration = Duration::from_secs(10);

/// What the desktop is told of one conversion.
#[derive(Debug)]
pub struct Desktop {
    window: Window,
    shown: Mutex<Shown>,
}

#[derive(Debug, Default)]
struct Shown {
    /// When it began; a conversion that waits for its turn has not.
    began: Option<Instant>,
    percent: Option<u64>,
}

impl Desktop {
    /// Follows a conversion that was asked for in this window.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            shown: Mutex::default(),
        }
    }

    /// Takes an event of the conversion. A desktop that shows no progress and no notifications is no error: the window
    /// shows both.
    pub fn follow(&self, event: &JobEvent) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            JobEvent::Queued => {}
            JobEvent::Progress {
                bytes_done,
                bytes_total,
                ..
            } => {
                shown.began.get_or_insert_with(Instant::now);
                let percent = bytes_done * 100 / bytes_total.max(&1);
                if shown.percent.replace(percent) != Some(percent) {
                    self.progress(ProgressBarStatus::Normal, percent);
                }
            }
            JobEvent::Done { .. } | JobEvent::Failed { .. } | JobEvent::Cancelled => {
                // One that never began shows nothing, and leaves what another one shows alone.
                if shown.began.is_some() {
                    self.progress(ProgressBarStatus::None, 0);
                }
                let took = shown.began.map_or(Duration::ZERO, |began| began.elapsed());
                if let Some((title, body)) = message(event, took)
                    && !self.window.is_focused().unwrap_or(true)
                {
                    notify(title, body);
                }
            }
        }
    }

    fn progress(&self, status: ProgressBarStatus, percent: u64) {
        let state = ProgressBarState {
            status: Some(status),
            progress: Some(percent),
        };
        if let Err(error) = self.window.set_progress_bar(state) {
            tracing::debug!(%error, "the desktop shows no progress");
        }
    }
}

/// What a notification says of a conversion that has ended; `None` where it needs none.
fn message(event: &JobEvent, took: Duration) -> Option<(String, String)> {
    if took < LONG {
        return None;
    }
    match event {
        JobEvent::Done { dataset } => Some((
            format!("“{}” is ready", dataset.name),
            format!(
                "{} rows, and every line of the file accounted for.",
                buzz_query::grouped(dataset.rows)
            ),
        )),
        JobEvent::Failed { message, .. } => {
            Some(("A conversion failed".to_owned(), message.clone()))
        }
        _ => None,
    }
}

/// Shows a notification, on a thread of its own: a desktop may take its time, or have no place for it.
fn notify(title: String, body: String) {
    std::thread::spawn(move || {
        let shown = notify_rust::Notification::new()
            .appname("Buzz CSV")
            .summary(&title)
            .body(&body)
            .show();
        if let Err(error) = shown {
            tracing::debug!(%error, "the desktop shows no notifications");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_long_conversion_is_told() {
        let failed = JobEvent::Failed {
            code: "empty".to_owned(),
            message: "it is empty".to_owned(),
        };
        let told = |event: &JobEvent, seconds| {
            message(event, Duration::from_secs(seconds)).map(|(title, _)| title)
        };
        assert_eq!(told(&failed, 9), None);
        assert_eq!(told(&failed, 10).as_deref(), Some("A conversion failed"));
        assert_eq!(told(&JobEvent::Cancelled, 100), None);
    }
}
