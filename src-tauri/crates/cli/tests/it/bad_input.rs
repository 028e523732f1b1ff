//! Files that cannot be converted: each gets one clear sentence and leaves nothing behind.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::harness::{Run, Scratch, big_csv, converting, entries, send, wait_with_peak};

#[track_caller]
fn refused(name: &str, content: &[u8], code: &str, sentence: &str) {
    let scratch = Scratch::new();
    let file = scratch.file(name, content);
    let file = file.to_str().unwrap();
    scratch.run(["convert", file]).assert_failed(1, sentence);
    let run = scratch.run(["--json", "convert", file]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
    assert_eq!(run.error_document()["code"], code);
    scratch.assert_nothing_left();
}

#[test]
fn an_empty_file() {
    refused(
        "empty.csv",
        b"",
        "empty_file",
        "is empty: there is nothing to convert",
    );
    refused(
        "blank.csv",
        b"\n \r\n\n",
        "empty_file",
        "is empty: there is nothing to convert",
    );
    refused(
        "bom.csv",
        b"\xef\xbb\xbf",
        "empty_file",
        "is empty: there is nothing to convert",
    );
}

#[test]
fn random_bytes() {
    let mut dice = crate::harness::Dice::new(3);
    let bytes: Vec<u8> = (0..100_000).map(|_| dice.below(256) as u8).collect();
    refused("noise.csv", &bytes, "not_text", "is not a text file");
}

#[test]
fn a_picture() {
    let mut bytes =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0\\r\xa8f".to_vec();
    bytes.extend((0..5_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()));
    refused("picture.csv", &bytes, "not_text", "PNG");
}

#[test]
fn a_zip_archive() {
    let mut bytes = b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0".to_vec();
    bytes.extend((0..5_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()));
    let scratch = Scratch::new();
    let file = scratch.file("sheet.xlsx", bytes);
    scratch
        .run(["convert", file.to_str().unwrap()])
        .assert_failed(1, "sheet.xlsx");
    scratch.assert_nothing_left();
}

#[test]
fn a_folder_with_nothing_in_it() {
    let scratch = Scratch::new();
    let folder = scratch.path("folder.csv");
    fs::create_dir(&folder).unwrap();
    scratch
        .run(["convert", folder.to_str().unwrap()])
        .assert_failed(1, "there are no files in");
    scratch.assert_nothing_left();
}

#[test]
fn a_device_and_a_missing_file() {
    let scratch = Scratch::new();
    scratch
        .run(["convert", "/dev/zero"])
        .assert_failed(1, "is not a regular file");
    scratch
        .run(["convert", "no such file.csv"])
        .assert_failed(1, "no such file.csv was not found");
    scratch.assert_nothing_left();
}

#[test]
fn a_file_that_may_not_be_read() {
    let scratch = Scratch::new();
    let file = scratch.file("secret.csv", "a\n1\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    // SAFETY: the call has no preconditions.
    if unsafe { libc::geteuid() } != 0 {
        scratch
            .run(["convert", file.to_str().unwrap()])
            .assert_failed(1, "secret.csv may not be read: ask for permission");
        scratch.assert_nothing_left();
        return;
    }
    // Root may read everything, so the conversion runs as somebody else, with a copy of the program in a
    // place that this somebody can reach.
    const NOBODY: u32 = 65_534;
    let program = scratch.path("buzz");
    fs::copy(env!("CARGO_BIN_EXE_buzz"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(scratch.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(scratch.library()).unwrap();
    chown(scratch.library(), Some(NOBODY), Some(NOBODY)).unwrap();
    let output = Command::new(&program)
        .arg("--library")
        .arg(scratch.library())
        .arg("convert")
        .arg(&file)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    Run::of(output).assert_failed(1, "secret.csv may not be read: ask for permission");
    scratch.assert_nothing_left();
}

/// Disturbs a conversion that has begun to write, while it stands still, and lets it go on.
fn disturbed(disturb: impl FnOnce(&std::path::Path)) {
    let scratch = Scratch::new();
    let file = big_csv(&scratch, "big.csv", 200);
    let child = converting(&scratch, &file).expect("200 MB take a while");
    send(&child, libc::SIGSTOP);
    disturb(&file);
    send(&child, libc::SIGCONT);
    let (run, _) = wait_with_peak(child);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
    assert_eq!(run.error_document()["code"], "source_changed");
    assert!(
        run.stderr.contains("changed while it was being read"),
        "{run:#?}"
    );
    scratch.assert_nothing_left();
}

#[test]
fn a_file_that_shrinks_while_it_is_read() {
    disturbed(|file| {
        let file = fs::OpenOptions::new().write(true).open(file).unwrap();
        file.set_len(1_000_000).unwrap();
    });
}

#[test]
fn a_file_that_grows_while_it_is_read() {
    disturbed(|file| {
        use std::io::Write;
        let mut file = fs::OpenOptions::new().append(true).open(file).unwrap();
        file.write_all(b"1,2024-01-01,1.00,here,now\n").unwrap();
    });
}

#[test]
fn a_file_that_vanishes_while_it_is_read() {
    disturbed(|file| fs::remove_file(file).unwrap());
}

#[test]
fn a_file_that_is_replaced_while_it_is_read() {
    disturbed(|file| {
        let other = file.with_extension("other");
        fs::write(&other, "a\n1\n").unwrap();
        fs::rename(&other, file).unwrap();
    });
}

/// A small file system that is unmounted when this is dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// `None`, said aloud, where this user may not mount.
    fn mount(scratch: &Scratch, bytes: u64) -> Option<Self> {
        let folder = scratch.path("disk");
        fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(&folder)
            .output();
        if mounted.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: a small file system cannot be mounted here ({mounted:?})");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let scratch = Scratch::new();
    let Some(disk) = SmallDisk::mount(&scratch, 4_000_000) else {
        return;
    };
    let file = big_csv(&scratch, "big.csv", 60);
    let library = disk.0.join("library");
    let with_library = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_buzz"))
            .arg("--library")
            .arg(&library)
            .args(args)
            .output();
        Run::of(output.unwrap())
    };
    let small = scratch.file("small.csv", "a\n1\n");
    assert_eq!(with_library(&["convert", small.to_str().unwrap()]).code, 0);
    let before = entries(&library.join("datasets"));

    with_library(&["convert", file.to_str().unwrap()]).assert_failed(1, "is full");
    let run = with_library(&["--json", "convert", file.to_str().unwrap()]);
    assert_eq!(
        (run.code, run.error_document()["code"].as_str()),
        (1, Some("disk_full")),
        "{run:#?}"
    );
    assert_eq!(
        entries(&library.join("datasets")),
        before,
        "the other dataset stays, no half one comes"
    );
    assert_eq!(entries(&library.join("incoming")), Vec::<String>::new());
    assert_eq!(
        with_library(&["datasets", "--json"]).code,
        0,
        "the library still works"
    );

    let out = disk.0.join("x.parquet");
    with_library(&[
        "convert",
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ])
    .assert_failed(1, "is full");
    assert_eq!(entries(&disk.0), ["library"]);

    // An export that does not fit leaves nothing either.
    let converted = scratch.convert(&file);
    assert_eq!(converted["dataset"]["name"], "big");
    for ending in ["csv", "parquet"] {
        let out = disk.0.join(format!("x.{ending}"));
        let run = scratch.run(["export", "big", "--out", out.to_str().unwrap()]);
        run.assert_failed(1, "is full");
        assert_eq!(entries(&disk.0), ["library"]);
    }
}
