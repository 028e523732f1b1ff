//! Progress on a terminal.

use std::time::Duration;

use buzz_ingest::{Phase, Progress, Snapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::{Output, clipped, count};

/// A bar on standard error while one thing is being done; it is wiped away when dropped.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    output: Output,
}

impl Bar {
    /// A bar for a conversion, whose size is known.
    pub fn for_bytes(output: &Output, what: &str) -> Self {
        Self::new(
            output,
            what,
            "{prefix} {bar:20} {percent:>3}%  {decimal_bytes_per_sec}  {eta} left  {wide_msg}",
        )
    }

    /// A bar for an export, whose size is not known.
    pub fn for_rows(output: &Output, what: &str) -> Self {
        let bar = Self::new(output, what, "{prefix} {spinner} {wide_msg}");
        if output.shows_progress() {
            bar.bar.enable_steady_tick(Duration::from_millis(100));
        }
        bar
    }

    fn new(output: &Output, what: &str, template: &str) -> Self {
        let target = if output.shows_progress() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        // The methods that begin with `with` draw nothing: there is nothing to see yet.
        let mut bar = ProgressBar::with_draw_target(None, target).with_prefix(clipped(what, 24));
        // Without a style of its own the bar is drawn in the library's default one, which also serves.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar = bar.with_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
        Self {
            bar,
            output: *output,
        }
    }

    /// Shows how many rows were written, and the bytes they took.
    pub fn rows(&self, rows: u64, bytes: u64) {
        self.bar.set_message(format!(
            "{} rows, {}",
            count(rows),
            crate::output::bytes(bytes)
        ));
    }
}

impl Progress for Bar {
    fn report(&self, snapshot: Snapshot) {
        if snapshot.phase == Phase::Waiting && !self.output.shows_progress() {
            // Where no bar is drawn, somebody may wonder why nothing happens.
            let what = self.bar.prefix();
            self.output
                .remark(&format!("{what}: waiting for other conversions to end"));
        }
        self.bar.set_message(match snapshot.phase {
            Phase::Waiting => "waiting for other conversions to end".to_owned(),
            Phase::Detecting => "looking at the file".to_owned(),
            Phase::Converting => format!("{} rows", count(snapshot.rows)),
            Phase::Correcting => {
                format!("{} rows, second look at some columns", count(snapshot.rows))
            }
            Phase::Finishing => format!("{} rows, finishing", count(snapshot.rows)),
        });
        self.bar.update(|state| {
            state.set_len(snapshot.bytes_total);
            state.set_pos(snapshot.bytes_done);
        });
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
