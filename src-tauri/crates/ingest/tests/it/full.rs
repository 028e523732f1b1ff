//! A disk that fills up. A test starts itself again as a child, whose files may become only so large.

use std::path::{Path, PathBuf};
use std::process::Command;

use buzz_ingest::{Cancel, Options, Output, Silent, convert};

use crate::support::Scratch;

/// Tells the child that it is one, and where its files are.
const CHILD: &str = "BUZZ_TEST_CHILD_FOLDER";

/// Lets no file of this process become larger than `bytes`; `None` takes the limit away.
fn limit_files(bytes: Option<u64>) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: both calls read or write the one structure they are given; without the signal a write just fails.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        assert_eq!(libc::getrlimit(libc::RLIMIT_FSIZE, &mut limit), 0);
        limit.rlim_cur = bytes.unwrap_or(limit.rlim_max);
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &limit), 0);
    }
}

/// A file of over 4 MB, so that nobody looks at all of it beforehand, with a column that a late cell turns to text,
/// cells that stray, and rows with too many fields: all that writes to the disk has something to write.
fn source(folder: &Path) -> PathBuf {
    let mut text = String::from("id,amount,code,remark\n");
    for i in 0..150_000 {
        let amount = match i % 5_000 {
            4_999 => "see note".to_owned(),
            _ => format!("{}.25", i * 7 % 10_000),
        };
        let surplus = if i % 1_000 == 999 { ",over" } else { "" };
        text.push_str(&format!("{i},{amount},{},remark {i}{surplus}\n", i * 31));
    }
    text.push_str("150000,1.00,007,late\n");
    let path = folder.join("source.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Converts with as many limits or file systems as `prepare` makes of 0 to 60 out of 60 parts of what is needed.
fn fill_up(folder: &Path, source: &Path, prepare: impl Fn(Option<u64>)) {
    let output = Output {
        data: folder.join("data.parquet"),
        strays: folder.join("strays.parquet"),
    };
    let run = || {
        convert(
            source,
            &output,
            &Options::default(),
            &Silent,
            &Cancel::new(),
        )
    };
    prepare(None);
    let before = files(folder);
    let conversion = run().unwrap();
    assert!(conversion.has_strays);
    assert_eq!(conversion.receipt.columns[2].sql_type, "VARCHAR");
    let size = |path: &Path| std::fs::metadata(path).unwrap().len();
    let needed = size(&output.data) + size(&output.strays);
    std::fs::remove_file(&output.data).unwrap();
    std::fs::remove_file(&output.strays).unwrap();
    let mut failed = 0;
    for part in 0..=60 {
        prepare(Some(needed * part / 60));
        let found = run();
        prepare(None);
        match found {
            Ok(_) => {
                assert!(part > 0);
                std::fs::remove_file(&output.data).unwrap();
                std::fs::remove_file(&output.strays).unwrap();
            }
            Err(error) => {
                failed += 1;
                let message = error.to_string();
                assert_eq!(error.code(), "disk_full", "{part} of 60: {message}");
                let megabytes: u64 = message
                    .split_once("about ")
                    .and_then(|(_, rest)| rest.split_once(" MB"))
                    .and_then(|(number, _)| number.parse().ok())
                    .unwrap_or_else(|| panic!("it does not say how much is needed: {message}"));
                assert!((1..=10).contains(&megabytes), "{message}");
                assert!(!message.contains('\n'));
            }
        }
        assert_eq!(
            files(folder),
            before,
            "{part} of 60: something was left behind"
        );
    }
    assert!(failed > 20, "only {failed} of 61 did not fit");
}

/// No test of its own: the child's part of the next one.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let folder = Path::new(&folder);
    let source = source(folder);
    fill_up(folder, &source, limit_files);
}

#[test]
fn a_file_that_may_not_grow_at_any_point_is_told_in_one_sentence() {
    let scratch = Scratch::new();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "full::child"])
        .env(CHILD, scratch.path(""))
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}{}",
        String::from_utf8_lossy(&child.stdout),
        String::from_utf8_lossy(&child.stderr)
    );
}

/// A small file system that is unmounted when this is dropped.
struct SmallDisk(PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_is_full_at_any_point_is_told_in_one_sentence() {
    const SIZE: u64 = 30_000_000;
    let scratch = Scratch::new();
    let folder = scratch.path("disk");
    std::fs::create_dir(&folder).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs"])
        .arg(&folder)
        .output();
    if !mounted.as_ref().is_ok_and(|output| output.status.success()) {
        println!("skipped: a small file system cannot be mounted here ({mounted:?})");
        return;
    }
    let disk = SmallDisk(folder);
    let filler = disk.0.join("filler");
    let source = source(&scratch.path(""));
    fill_up(&disk.0, &source, |free| {
        // The rest of the disk is taken by another file.
        let taken = free.map_or(0, |free| SIZE.saturating_sub(free));
        // Where even that does not fit, as much of it as does.
        let _ = std::fs::write(&filler, vec![0; usize::try_from(taken).unwrap()]);
    });
}
