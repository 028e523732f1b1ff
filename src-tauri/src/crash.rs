//! What is written when the program meets a fault of its own: a report that a person can read, and send if they choose
//! to. Nothing sends it. It holds nothing of the data: the message of a panic may quote some, and is left out unless it
//! is a fixed text of the program.

use std::backtrace::Backtrace;
use std::fs;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};

use buzz_library::Library;
use jiff::Timestamp;

/// Reports that are kept, the newest.
const KEPT: usize = 5;
/// What the names of reports begin with; what follows sorts as time does.
const PREFIX: &str = "crash-";
/// The key under which the library keeps the name of the newest report that the person was told of.
const TOLD: &str = "crash_report_told";

/// Logs where panics happen and writes reports of them.
pub fn watch(folder: Option<PathBuf>) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%place, "a panic: please report it");
        if let Some(folder) = &folder {
            let report = Report::of(panic, &place);
            if let Err(error) = report.write(folder) {
                tracing::warn!(%error, "no report of it could be written");
            }
        }
    }));
}

/// The newest report that the person has not been told of; from now on they have.
///
/// # Errors
/// The library's.
pub fn untold(folder: &Path, library: &Library) -> Result<Option<PathBuf>, buzz_library::Error> {
    let Some(newest) = reports(folder).pop() else {
        return Ok(None);
    };
    let name = newest.file_name().unwrap_or_default().to_string_lossy();
    let told = library.setting(TOLD)?;
    if told.is_some_and(|told| *told >= *name) {
        return Ok(None);
    }
    library.set_setting(TOLD, Some(&name))?;
    Ok(Some(newest))
}

/// The reports in a folder, the newest last.
fn reports(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut reports: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(PREFIX) && name.ends_with(".txt")
        })
        .collect();
    reports.sort();
    reports
}

/// What is known of a fault.
#[derive(Debug)]
struct Report {
    time: Timestamp,
    thread: String,
    place: String,
    message: Option<&'static str>,
    backtrace: String,
}

impl Report {
    fn of(panic: &PanicHookInfo<'_>, place: &str) -> Self {
        Self {
            time: Timestamp::now(),
            thread: std::thread::current()
                .name()
                .unwrap_or("unnamed")
                .to_owned(),
            place: place.to_owned(),
            message: panic.payload().downcast_ref::<&'static str>().copied(),
            backtrace: Backtrace::force_capture().to_string(),
        }
    }

    /// Writes the report under the name of its moment, and removes those that are old.
    fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let moment = self.time.strftime("%Y-%m-%dT%H-%M-%S%.3f");
        let path = folder.join(format!("{PREFIX}{moment}Z.txt"));
        let mut file = fs::File::create(&path)?;
        file.write_all(self.text().as_bytes())?;
        file.sync_all()?;
        let reports = reports(folder);
        for old in &reports[..reports.len().saturating_sub(KEPT)] {
            let _ = fs::remove_file(old);
        }
        Ok(path)
    }

    fn text(&self) -> String {
        format!(
            "Buzz CSV met a fault of its own and wrote this report. It was sent to nobody, and it holds nothing of your\n\
             data. If you like, read it and send it to whoever looks after Buzz CSV: that helps to mend the fault.\n\
             \n\
             Version:  {}\n\
             System:   {} on {}\n\
             Time:     {:.0}\n\
             Thread:   {}\n\
             Place:    {}\n\
             Message:  {}\n\
             \n\
             {}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            self.time,
            self.thread,
            self.place,
            self.message
                .unwrap_or("left out, for it may quote something of the data"),
            self.backtrace,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(second: i64) -> Report {
        Report {
            time: Timestamp::from_second(second).unwrap(),
            thread: "main".to_owned(),
            place: "src/lib.rs:1:1".to_owned(),
            message: None,
            backtrace: String::new(),
        }
    }

    #[test]
    fn a_person_is_told_of_a_report_once_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(&folder.path().join("library")).unwrap();
        let reports_folder = folder.path().join("logs");
        assert_eq!(untold(&reports_folder, &library).unwrap(), None);
        let first = report(1).write(&reports_folder).unwrap();
        assert_eq!(untold(&reports_folder, &library).unwrap(), Some(first));
        assert_eq!(untold(&reports_folder, &library).unwrap(), None);
        let written: Vec<_> = (2..9)
            .map(|second| report(second).write(&reports_folder).unwrap())
            .collect();
        assert_eq!(reports(&reports_folder), written[written.len() - KEPT..]);
        let newest = written.last().cloned();
        assert_eq!(untold(&reports_folder, &library).unwrap(), newest);
    }

    #[test]
    fn a_panic_leaves_a_report_without_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        watch(Some(folder.path().to_owned()));
        let data = "a name from a cell";
        let fault = std::thread::Builder::new().name("worker".to_owned());
        let ended = fault.spawn(move || panic!("no place for {data}")).unwrap();
        assert!(ended.join().is_err());
        drop(std::panic::take_hook());
        let [report] = &reports(folder.path())[..] else {
            panic!("there is one report");
        };
        let text = fs::read_to_string(report).unwrap();
        assert!(!text.contains(data), "{text}");
        assert!(text.contains("Thread:   worker"), "{text}");
        assert!(text.contains("crash.rs:"), "{text}");
    }

    #[test]
    fn a_message_with_data_in_it_is_not_written() {
        let text = report(0).text();
        assert!(text.contains("Message:  left out"), "{text}");
        assert!(text.contains("Time:     1970-01-01T00:00:00Z"), "{text}");
        let fixed = Report {
            message: Some("a fixed text"),
            ..report(0)
        };
        assert!(fixed.text().contains("Message:  a fixed text"));
    }
}
