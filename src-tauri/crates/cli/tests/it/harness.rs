//! A scratch library, and `buzz` run in it as a process of its own.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufWriter, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A scratch folder with a library in it; both go when this is dropped.
pub struct Scratch {
    folder: tempfile::TempDir,
    /// What the operating system gives a person for as long as their session lasts.
    session: tempfile::TempDir,
}

/// How one run of `buzz` ended.
#[derive(Debug)]
pub struct Run {
    /// The exit code; 128 and the signal's number where a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Scratch {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            session: tempfile::tempdir().unwrap(),
        }
    }

    /// A path in the scratch folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn library(&self) -> PathBuf {
        self.path("library")
    }

    /// Writes a file and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Writes a file piece by piece, for files that must not be held in memory.
    pub fn large_file(&self, name: &str, write: impl FnOnce(&mut BufWriter<fs::File>)) -> PathBuf {
        let path = self.path(name);
        let mut file = BufWriter::with_capacity(1 << 20, fs::File::create(&path).unwrap());
        write(&mut file);
        file.flush().unwrap();
        path
    }

    /// A command on the scratch library that sees nothing of the environment's own settings.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_buzz"));
        command
            .arg("--library")
            .arg(self.library())
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.session.path())
            .env("TZ", "UTC")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `buzz` to its end.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run::of(self.command(args).output().unwrap())
    }

    /// Runs `buzz`, which must succeed, and returns its standard output.
    pub fn stdout<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{run:#?}");
        run.stdout
    }

    /// Runs `buzz --json`, which must succeed, and returns its document.
    pub fn json<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Value {
        let mut words = vec![OsStr::new("--json").to_owned()];
        words.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        let stdout = self.stdout(words);
        serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}"))
    }

    /// Converts a file that must convert, and returns the document.
    pub fn convert(&self, file: &Path) -> Value {
        self.json([OsStr::new("convert"), file.as_os_str()])
    }

    /// The rows of a query that must succeed.
    pub fn rows(&self, sql: &str) -> Value {
        self.json(["sql", sql])["rows"].take()
    }

    /// Whether the library holds no dataset and no unfinished work.
    pub fn assert_nothing_left(&self) {
        assert_eq!(
            entries(&self.library().join("datasets")),
            Vec::<String>::new()
        );
        assert_eq!(
            entries(&self.library().join("incoming")),
            Vec::<String>::new()
        );
        assert_eq!(self.json(["datasets"]), serde_json::json!([]));
    }
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output
                .status
                .code()
                .unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0)),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The run failed with this exit code and said so in one sentence without touching standard output.
    #[track_caller]
    pub fn assert_failed(&self, code: i32, sentence: &str) {
        assert_eq!(self.code, code, "{self:#?}");
        assert_eq!(self.stdout, "", "standard output carries results only");
        assert!(
            self.stderr.contains(sentence),
            "{sentence:?} is missing from {self:#?}"
        );
        assert!(self.stderr.starts_with("error: "), "{self:#?}");
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        assert_eq!(self.stderr.lines().count(), 1, "one sentence: {self:#?}");
    }

    /// The document on the last line of standard error, and that it repeats the sentence above it.
    #[track_caller]
    pub fn error_document(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        let document: Value =
            serde_json::from_str(last).unwrap_or_else(|e| panic!("{e}: {self:#?}"));
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["code", "message"]);
        let message = document["message"].as_str().unwrap();
        assert!(
            self.stderr.contains(&format!("error: {message}\n")),
            "{self:#?}"
        );
        document
    }
}

/// The names in a folder, sorted; a folder that is not there has none.
pub fn entries(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A CSV file as records of fields, each with whether it was quoted; written anew after RFC 4180 so that the
/// tests do not trust the reader they test.
pub fn parse_csv(text: &str) -> Vec<Vec<(String, bool)>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if inside => inside = false,
            '"' if field.is_empty() && !quoted => {
                inside = true;
                quoted = true;
            }
            ',' if !inside => {
                record.push((std::mem::take(&mut field), std::mem::take(&mut quoted)))
            }
            '\r' if !inside && chars.peek() == Some(&'\n') => {}
            '\n' if !inside => {
                record.push((std::mem::take(&mut field), std::mem::take(&mut quoted)));
                records.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() || quoted || !record.is_empty() {
        record.push((field, quoted));
        records.push(record);
    }
    records
}

/// Starts a conversion of `file` and returns once it has begun to write, so that it can be disturbed.
///
/// `None` where it was done before anybody could look.
pub fn converting(scratch: &Scratch, file: &Path) -> Option<Child> {
    let mut command = scratch.command([
        OsStr::new("--json"),
        OsStr::new("convert"),
        file.as_os_str(),
    ]);
    let incoming = scratch.library().join("incoming");
    // Another conversion may be under way.
    let others = entries(&incoming);
    let mut child = command.spawn().unwrap();
    loop {
        let writing = entries(&incoming).iter().any(|job| {
            !others.contains(job)
                && entries(&incoming.join(job)).iter().any(|name| {
                    fs::metadata(incoming.join(job).join(name)).is_ok_and(|file| file.len() > 4)
                })
        });
        if writing {
            return Some(child);
        }
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        std::thread::yield_now();
    }
}

/// Sends a signal to a child.
pub fn send(child: &Child, signal: libc::c_int) {
    // SAFETY: the child has not been waited for, so its id is still its own.
    assert_eq!(unsafe { libc::kill(child.id() as libc::pid_t, signal) }, 0);
}

/// Waits for a child and returns how it ended together with its peak resident size in bytes.
pub fn wait_with_peak(mut child: Child) -> (Run, u64) {
    // The pipes are read to their end first, so that the child never waits for room in them.
    use std::io::Read;
    let mut stderr = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    let stderr = reader.join().unwrap();
    let mut status = 0;
    // SAFETY: both pointers lead to live values of the right type; the child has not been waited for.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (
            libc::wait4(
                child.id() as libc::pid_t,
                &raw mut status,
                0,
                &raw mut usage,
            ),
            usage,
        )
    };
    assert_eq!(waited, child.id() as libc::pid_t);
    let status = std::process::ExitStatus::from_raw(status);
    let code = status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    // Linux counts in units of 1024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    (
        Run {
            code,
            stdout,
            stderr,
        },
        usage.ru_maxrss as u64 * unit,
    )
}

/// Numbers that look random and are the same each time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A CSV file of about `megabytes` whose conversion takes long enough to be disturbed.
pub fn big_csv(scratch: &Scratch, name: &str, megabytes: u64) -> PathBuf {
    scratch.large_file(name, |file| {
        let mut dice = Dice::new(7);
        writeln!(file, "id,day,amount,place,remark").unwrap();
        let mut written = 0;
        let mut id = 0_u64;
        while written < megabytes * 1_000_000 {
            id += 1;
            let line = format!(
                "{id},2024-{:02}-{:02},{}.{:02},place {},remark {} of {}\n",
                dice.below(12) + 1,
                dice.below(28) + 1,
                dice.below(100_000),
                dice.below(100),
                dice.below(500),
                dice.below(1 << 30),
                dice.below(1 << 30),
            );
            written += line.len() as u64;
            file.write_all(line.as_bytes()).unwrap();
        }
    })
}

/// The keys that every receipt has, and that every row is accounted for.
#[track_caller]
pub fn assert_receipt(receipt: &Value) {
    for (key, right) in [
        ("source", Value::is_object as fn(&Value) -> bool),
        ("format", Value::is_string),
        ("encoding", Value::is_string),
        ("delimiter", Value::is_string),
        ("quote", Value::is_string),
        ("has_header", Value::is_boolean),
        ("preamble_rows", Value::is_u64),
        ("header_rows", Value::is_u64),
        ("rows_read", Value::is_u64),
        ("rows_written", Value::is_u64),
        ("rows_blank", Value::is_u64),
        ("rows_set_aside", Value::is_u64),
        ("ragged_short", Value::is_u64),
        ("ragged_long", Value::is_u64),
        ("columns", Value::is_array),
        ("decisions", Value::is_array),
        ("warnings", Value::is_array),
        ("seconds", Value::is_f64),
        ("bytes_per_second", Value::is_f64),
        ("peak_memory_bytes", Value::is_u64),
    ] {
        assert!(
            right(&receipt[key]),
            "{key} is {} in {receipt:#}",
            receipt[key]
        );
    }
    let source = &receipt["source"];
    assert!(
        source["path"].is_string() && source["bytes"].is_u64() && source["modified"].is_string(),
        "{source}"
    );
    assert_eq!(source["blake3"].as_str().unwrap().len(), 64, "{source}");
    for column in receipt["columns"].as_array().unwrap() {
        assert!(
            column["name"].is_string() && column["source_name"].is_string(),
            "{column}"
        );
        assert!(column["type"].is_string(), "{column}");
        assert!(
            column["nulls"].is_u64() && column["strays"].is_u64(),
            "{column}"
        );
        assert!(
            column["format"].is_string() || column["format"].is_null(),
            "{column}"
        );
        assert!(column["notes"].is_array(), "{column}");
    }
    for decision in receipt["decisions"].as_array().unwrap() {
        assert!(
            decision["what"].is_string() && decision["chosen"].is_string(),
            "{decision}"
        );
        assert!(
            (0.0..=1.0).contains(&decision["confidence"].as_f64().unwrap()),
            "{decision}"
        );
        assert!(
            decision["runner_up"].is_string() || decision["runner_up"].is_null(),
            "{decision}"
        );
    }
    for warning in receipt["warnings"].as_array().unwrap() {
        assert!(
            warning["kind"].is_string() && warning["message"].is_string(),
            "{warning}"
        );
        let lines = warning["lines"].as_array().unwrap().len() as u64;
        assert!(
            lines <= 100 && lines <= warning["count"].as_u64().unwrap(),
            "{warning}"
        );
    }
    let number = |key: &str| receipt[key].as_u64().unwrap();
    assert_eq!(
        number("rows_read"),
        number("rows_written") + number("rows_blank") + number("rows_set_aside"),
        "{receipt:#}"
    );
}

/// The types of a receipt's columns.
pub fn types(receipt: &Value) -> Vec<&str> {
    receipt["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["type"].as_str().unwrap())
        .collect()
}

/// The names of a receipt's columns.
pub fn names(receipt: &Value) -> Vec<&str> {
    receipt["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect()
}

/// The warning of a kind.
#[track_caller]
pub fn warning<'a>(receipt: &'a Value, kind: &str) -> &'a Value {
    let warnings = receipt["warnings"].as_array().unwrap();
    warnings
        .iter()
        .find(|warning| warning["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind}: {warnings:#?}"))
}
