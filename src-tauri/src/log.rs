//! The log: what happened, never what is in the data. It goes to standard error, and to a file for each day, of which
//! the last week is kept.

use std::io::IsTerminal;
use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// The environment variable that sets how much is logged: `error`, `warn` (the default), `info`, `debug` or `trace`.
const LOG_VARIABLE: &str = "BUZZ_LOG";
/// Files that are kept, one for each day on which something was logged.
const FILES: usize = 7;

/// Begins to log; without a folder, or where it cannot be written to, to standard error alone.
pub fn start(folder: Option<&Path>) {
    let file = folder.and_then(file);
    let stderr = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _ = tracing_subscriber::registry()
        .with(filter())
        .with(stderr)
        .with(file.map(|file| fmt::layer().with_writer(file).with_ansi(false)))
        .try_init();
}

/// The file of the day; `None` where it cannot be written.
fn file(folder: &Path) -> Option<RollingFileAppender> {
    // Made here, for the appender complains on standard error of a folder that is not there yet.
    std::fs::create_dir_all(folder).ok()?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("buzz-csv")
        .filename_suffix("log")
        .max_log_files(FILES)
        .build(folder)
        .ok()
}

/// What is logged.
fn filter() -> EnvFilter {
    let level = std::env::var(LOG_VARIABLE)
        .ok()
        .and_then(|level| level.parse::<tracing::Level>().ok())
        .unwrap_or(tracing::Level::WARN);
    // The libraries beneath log requests and statements at their lower levels, and with them data; they are kept to
    // warnings whatever the variable says.
    let mut filter = EnvFilter::new("warn");
    for name in [
        "buzz_csv",
        "buzz_chat",
        "buzz_query",
        "buzz_library",
        "buzz_ingest",
    ] {
        if let Ok(directive) = format!("{name}={level}").parse() {
            filter = filter.add_directive(directive);
        }
    }
    filter
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_week_of_files_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        for day in 10..20 {
            std::fs::write(
                folder.path().join(format!("buzz-csv.2020-01-{day}.log")),
                "",
            )
            .unwrap();
        }
        writeln!(file(folder.path()).unwrap(), "a line").unwrap();
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(left <= FILES, "{left} files are left");
    }
}
