//! Conversions to a named file.

use std::path::Path;

use buzz_ingest::{Cancel, Options, Receipt, Silent};
use buzz_library::{Error, convert_to_file};

use crate::fixture::{Fixture, names};

fn convert(source: &Path, out: &Path, force: bool) -> Result<Receipt, Error> {
    let root = tempfile::tempdir().unwrap();
    convert_to_file(
        root.path(),
        source,
        out,
        force,
        &Options::default(),
        &Silent,
        &Cancel::new(),
    )
}

/// A column of amounts with one cell that is none.
fn with_stray() -> String {
    let rows: String = (0..2000)
        .map(|n| {
            if n == 7 {
                "see note\n".to_owned()
            } else {
                format!("{n}.5\n")
            }
        })
        .collect();
    format!("amount\n{rows}")
}

#[test]
fn the_receipt_and_the_strays_lie_beside_it() {
    let fixture = Fixture::new();
    let out = fixture.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let receipt = convert(
        &fixture.file("plain.csv", "a\n1\n"),
        &out.join("p.parquet"),
        false,
    )
    .unwrap();
    assert_eq!(receipt.rows_written, 1);
    assert_eq!(names(&out), ["p.parquet", "p.receipt.json"]);
    convert(
        &fixture.file("stray.csv", &with_stray()),
        &out.join("s.v1.PARQUET"),
        false,
    )
    .unwrap();
    assert_eq!(
        names(&out),
        [
            "p.parquet",
            "p.receipt.json",
            "s.v1.PARQUET",
            "s.v1.receipt.json",
            "s.v1.strays.parquet"
        ]
    );
    let text = std::fs::read(out.join("p.receipt.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Receipt>(&text).unwrap(), receipt);
}

#[test]
fn what_is_there_is_replaced_only_with_force() {
    let fixture = Fixture::new();
    let out = fixture.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let path = out.join("x.parquet");
    let (plain, stray) = (
        fixture.file("plain.csv", "a\n1\n"),
        fixture.file("stray.csv", &with_stray()),
    );
    convert(&stray, &path, false).unwrap();
    let before = std::fs::read(&path).unwrap();
    assert_eq!(convert(&plain, &path, false).unwrap_err().code(), "exists");
    std::fs::remove_file(out.join("x.receipt.json")).unwrap();
    std::fs::rename(&path, out.join("y")).unwrap();
    assert_eq!(
        convert(&plain, &path, false).unwrap_err().code(),
        "exists",
        "its strays are in the way"
    );
    std::fs::rename(out.join("y"), &path).unwrap();
    // A forced conversion that fails leaves what was there.
    assert_eq!(
        convert(&fixture.file("empty.csv", ""), &path, true)
            .unwrap_err()
            .code(),
        "empty_file"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
    convert(&plain, &path, true).unwrap();
    assert_eq!(
        names(&out),
        ["x.parquet", "x.receipt.json"],
        "strays that are no longer true are gone"
    );
    assert_eq!(convert(&plain, &out, true).unwrap_err().code(), "exists");
}

#[test]
fn a_failed_or_cancelled_conversion_leaves_nothing() {
    let fixture = Fixture::new();
    let out = fixture.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    assert!(
        convert(
            &fixture.folder.path().join("nowhere.csv"),
            &out.join("x.parquet"),
            false
        )
        .is_err()
    );
    let cancel = Cancel::new();
    cancel.cancel();
    let source = fixture.file("a.csv", "a\n1\n");
    let root = tempfile::tempdir().unwrap();
    let error = convert_to_file(
        root.path(),
        &source,
        &out.join("x.parquet"),
        false,
        &Options::default(),
        &Silent,
        &cancel,
    )
    .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert!(convert(&source, &out.join("no/such/folder/x.parquet"), false).is_err());
    assert_eq!(names(&out), Vec::<String>::new());
}

#[test]
fn what_a_dead_process_left_is_swept_by_the_next() {
    let fixture = Fixture::new();
    let out = fixture.folder.path().join("out");
    let dead = out.join(".buzz-01890000-0000-7000-8000-000000000001.partial");
    std::fs::create_dir_all(&dead).unwrap();
    std::fs::write(dead.join("data.parquet"), "half").unwrap();
    let other = out.join(".buzz-mine.partial");
    std::fs::create_dir(&other).unwrap();
    convert(
        &fixture.file("a.csv", "a\n1\n"),
        &out.join("x.parquet"),
        false,
    )
    .unwrap();
    assert_eq!(
        names(&out),
        [".buzz-mine.partial", "x.parquet", "x.receipt.json"]
    );
}
