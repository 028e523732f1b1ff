//! Processes that die. A test starts itself again as a child, and kills it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use buzz_ingest::{Cancel, Options, Progress, Snapshot};
use buzz_library::{JobStatus, Library};

use crate::change::{change, retype, whole};
use crate::fixture::{Fixture, import, names};

/// Tells the child that it is one, and where its library is.
const CHILD: &str = "BUZZ_TEST_CHILD_ROOT";

/// Says when the conversion has begun, and goes on.
struct Announce(AtomicBool);

impl Progress for Announce {
    fn report(&self, snapshot: Snapshot) {
        if snapshot.rows > 0 && !self.0.swap(true, Ordering::Relaxed) {
            println!("\nconverting");
        }
    }
}

/// No test of its own: the child's part of the tests below. It imports until it is killed.
#[test]
fn child() {
    let Ok(root) = std::env::var(CHILD) else {
        return;
    };
    let root = Path::new(&root);
    let library = Library::open(root).unwrap();
    println!("\nopened");
    let source = root.with_file_name("large.csv");
    loop {
        let announce = Announce(AtomicBool::new(false));
        let dataset = library
            .import(
                &source,
                None,
                &Options::default(),
                &announce,
                &Cancel::new(),
            )
            .unwrap();
        println!("\nimported {}", dataset.id);
        // Nothing is removed as long as there is but one, which other tests look for.
        if library.datasets().unwrap().len() > 3 {
            library.remove(&dataset.id).unwrap();
        }
    }
}

fn start_child(root: &Path) -> (Child, BufReader<std::process::ChildStdout>) {
    start(root, "crash::child")
}

fn start(root: &Path, test: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, root)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

fn wait_for(output: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        if line.starts_with(word) {
            return;
        }
        line.clear();
    }
    panic!("the child ended before it said {word:?}");
}

fn large_file(fixture: &Fixture) {
    let rows: String = (0..400_000)
        .map(|n| format!("{n},text {n},{}.25\n", n % 1000))
        .collect();
    fixture.file("large.csv", &format!("id,name,amount\n{rows}"));
}

#[test]
fn a_killed_import_leaves_no_dataset_and_its_job_has_failed() {
    let fixture = Fixture::new();
    large_file(&fixture);
    let (mut child, mut output) = start_child(&fixture.root());
    wait_for(&mut output, "converting");

    // While it lives, its work is not swept by others, and they work beside it.
    let library = fixture.open();
    let pending = || {
        library
            .jobs()
            .unwrap()
            .into_iter()
            .filter(|job| job.status == JobStatus::Pending)
            .count()
    };
    let own = import(&library, &fixture.file("small.csv", "a\n1\n"), None).unwrap();
    assert_eq!(own.name, "small");
    drop(fixture.open());

    child.kill().unwrap();
    child.wait().unwrap();
    let _ = pending();
    drop(library);
    let library = fixture.open();
    assert_eq!(
        library
            .jobs()
            .unwrap()
            .iter()
            .filter(|job| job.status == JobStatus::Pending)
            .count(),
        0
    );
    let datasets = library.datasets().unwrap();
    assert!(
        datasets
            .iter()
            .all(|dataset| dataset.name == "small" || dataset.rows == 400_000)
    );
    assert_eq!(
        names(&fixture.root().join("datasets")).len(),
        datasets.len()
    );
    assert_eq!(
        names(&fixture.root().join("incoming")),
        Vec::<String>::new()
    );
}

#[test]
fn a_live_import_is_left_alone() {
    let fixture = Fixture::new();
    large_file(&fixture);
    let (mut child, mut output) = start_child(&fixture.root());
    wait_for(&mut output, "converting");
    // Opening sweeps, but not what is locked: the import that was under way comes to its end.
    for _ in 0..3 {
        drop(fixture.open());
    }
    wait_for(&mut output, "imported");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(fixture.open().dataset("large").is_ok());
}

/// What holds for a library whatever happened to the processes that used it.
fn assert_sound(fixture: &Fixture, rows: u64, context: &str) {
    let library = fixture.open();
    let datasets = library.datasets().unwrap();
    let folders = names(&fixture.root().join("datasets"));
    assert_eq!(folders.len(), datasets.len(), "{context}: {folders:?}");
    let unfinished = names(&fixture.root().join("incoming"));
    assert!(unfinished.is_empty(), "{context}: {unfinished:?}");
    for dataset in &datasets {
        let file = std::fs::File::open(dataset.data_path(&library)).unwrap();
        let footer = parquet::file::metadata::ParquetMetaDataReader::new()
            .parse_and_finish(&file)
            .unwrap();
        assert_eq!(footer.file_metadata().num_rows().cast_unsigned(), rows);
        let receipt = library.receipt(&dataset.id).unwrap();
        assert_eq!((receipt.rows_written, dataset.rows), (rows, rows));
        assert!(library.profile(&dataset.id).is_ok(), "{context}");
    }
    for job in library.jobs().unwrap() {
        assert_ne!(job.status, JobStatus::Pending, "{context}");
        if job.status == JobStatus::Failed {
            assert_eq!(job.error_code.as_deref(), Some("interrupted"), "{context}");
        }
    }
    let in_root = names(&fixture.root());
    assert!(
        !in_root.iter().any(|name| name.contains("damaged")),
        "{context}: {in_root:?}"
    );
}

/// Starts a child so often, kills it at a random moment within `most` milliseconds, and looks at what it left.
fn kill_often(fixture: &Fixture, rows: u64, times: u32, most: u64) {
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    for time in 0..times {
        let delay = random.u64(0..most * 1000);
        let context = format!("seed {seed}, kill {time} of {times}, after {delay} µs");
        // Shown if the test fails.
        println!("{context}");
        let (mut child, mut output) = start_child(&fixture.root());
        wait_for(&mut output, "opened");
        std::thread::sleep(std::time::Duration::from_micros(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_sound(fixture, rows, &context);
    }
    let library = fixture.open();
    let interrupted = library.jobs().unwrap();
    let interrupted = interrupted
        .iter()
        .filter(|job| job.status == JobStatus::Failed)
        .count();
    assert!(interrupted > 0, "no kill came in the middle of an import");
}

#[test]
fn killed_at_a_random_moment_of_a_conversion_the_library_is_sound() {
    let fixture = Fixture::new();
    let rows: String = (0..60_000)
        .map(|n| format!("{n},text {n},{}.25,{n}\n", n % 1000))
        .collect();
    // A late cell and one that strays, so that a conversion has all of its phases.
    let late = "60000,see note,x,007\n";
    fixture.file("large.csv", &format!("id,name,amount,code\n{rows}{late}"));
    kill_often(&fixture, 60_001, 60, 250);
}

#[test]
fn killed_at_a_random_moment_of_a_short_import_the_library_is_sound() {
    let fixture = Fixture::new();
    // Small, so that the moment of the kill falls on every step of an import.
    fixture.file("large.csv", "a,b\n1,2\n");
    kill_often(&fixture, 1, 40, 60);
}

/// No test of its own: the child of the test below. It changes a column there and back until it is killed.
#[test]
fn changing_child() {
    let Ok(root) = std::env::var(CHILD) else {
        return;
    };
    let library = Library::open(Path::new(&root)).unwrap();
    println!("\nopened");
    for column_type in ["BIGINT", "VARCHAR"].into_iter().cycle() {
        change(&library, "a", &[retype("code", column_type)]).unwrap();
    }
}

#[test]
fn killed_at_any_moment_of_a_change_the_dataset_is_the_old_or_the_new() {
    let fixture = Fixture::new();
    let source = fixture.file("a.csv", "id,when,code\n1,03/04/2024,007\n2,05/06/2024,x\n");
    import(&fixture.open(), &source, None).unwrap();
    for round in 0..24_u64 {
        let (mut child, mut output) = start(&fixture.root(), "crash::changing_child");
        wait_for(&mut output, "opened");
        std::thread::sleep(std::time::Duration::from_millis(1 + 5 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        if round % 4 == 3 {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(fixture.root().join(format!("library.db{suffix}")));
            }
        }
        let library = fixture.open();
        whole(&library);
        assert!(
            library
                .jobs()
                .unwrap()
                .iter()
                .all(|job| job.status != JobStatus::Pending)
        );
    }
}
