//! Files that cannot be converted: one clear sentence, and nothing left behind.

use crate::support::Scratch;
use buzz_ingest::{Cancel, Error, Options, Progress, Snapshot, convert};
use std::path::{Path, PathBuf};

fn fails(scratch: &Scratch, source: &Path) -> String {
    let before = scratch.files();
    let error = scratch.convert(source, &Options::default()).unwrap_err();
    assert_eq!(scratch.files(), before, "nothing is left behind");
    format!("{}: {error}", error.code())
}

#[test]
fn files_that_are_no_tables_are_refused_in_one_sentence() {
    let scratch = Scratch::new();
    for (name, bytes, expected) in [
        ("empty.csv", &b""[..], "empty_file: "),
        ("white.csv", b" \n\n \r\n", "empty_file: "),
        ("bom.csv", b"\xef\xbb\xbf", "empty_file: "),
        ("picture.csv", b"\x89PNG\r\n\x1a\nrest", "not_text: "),
        ("book.csv", b"PK\x03\x04rest", "archive: "),
        (
            "noise.csv",
            b"a,b\n\x00\x01\x02\x03\xff\xfe\n",
            "not_text: ",
        ),
    ] {
        let source = scratch.write(name, bytes);
        let message = fails(&scratch, &source);
        assert!(
            message.starts_with(expected) && message.contains(name),
            "{message}"
        );
    }
    let folder = scratch.path("folder");
    std::fs::create_dir(&folder).unwrap();
    assert!(fails(&scratch, &folder).starts_with("is_a_folder: "));
    assert!(fails(&scratch, &scratch.path("nothing.csv")).starts_with("not_found: "));
}

/// Does something to the source as soon as rows are being converted.
struct Meanwhile<F>(F);

impl<F: Fn() + Send + Sync> Progress for Meanwhile<F> {
    fn report(&self, snapshot: Snapshot) {
        if snapshot.rows > 0 {
            (self.0)();
        }
    }
}

fn big(scratch: &Scratch) -> PathBuf {
    scratch.write(
        "big.csv",
        "n,text\n".to_owned() + &"12,some text that is long enough\n".repeat(1_000_000),
    )
}

fn meanwhile(scratch: &Scratch, source: &Path, act: impl Fn() + Send + Sync) -> Error {
    let error = convert(
        source,
        &scratch.output(),
        &Options::default(),
        &Meanwhile(act),
        &Cancel::new(),
    );
    let left: Vec<String> = scratch
        .files()
        .into_iter()
        .filter(|name| name != "big.csv")
        .collect();
    assert!(left.is_empty(), "{left:?} was left behind");
    error.unwrap_err()
}

#[test]
fn a_source_that_shrinks_grows_or_vanishes_while_being_read_is_noticed() {
    let scratch = Scratch::new();
    let source = big(&scratch);
    let truncate = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open(&source)
            .unwrap()
            .set_len(1000)
            .unwrap()
    };
    assert_eq!(
        meanwhile(&scratch, &source, truncate).code(),
        "source_changed"
    );
    let source = big(&scratch);
    let append = || {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(&source)
            .unwrap();
        file.write_all(b"13,more\n").unwrap();
    };
    assert_eq!(
        meanwhile(&scratch, &source, append).code(),
        "source_changed"
    );
    // Written to without becoming larger, by a program that puts the file's time back.
    for at in [7, 32_990_000] {
        let source = big(&scratch);
        let rewrite = || {
            use std::io::{Seek, SeekFrom, Write};
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .open(&source)
                .unwrap();
            let modified = file.metadata().unwrap().modified().unwrap();
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(b"99").unwrap();
            file.set_modified(modified).unwrap();
        };
        assert_eq!(
            meanwhile(&scratch, &source, rewrite).code(),
            "source_changed"
        );
    }
    let source = big(&scratch);
    let remove = || {
        let _ = std::fs::remove_file(&source);
    };
    assert_eq!(
        meanwhile(&scratch, &source, remove).code(),
        "source_changed"
    );
}

#[test]
fn a_cancelled_conversion_leaves_nothing() {
    let scratch = Scratch::new();
    let source = big(&scratch);
    let cancel = Cancel::new();
    let token = cancel.clone();
    let error = convert(
        &source,
        &scratch.output(),
        &Options::default(),
        &Meanwhile(move || token.cancel()),
        &cancel,
    )
    .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(scratch.files(), ["big.csv"]);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let scratch = Scratch::new();
    let source = scratch.write("a.csv", "a,b\n1,2\n");
    for options in [
        Options {
            memory: 1_000_000,
            ..Options::default()
        },
        Options {
            delimiter: Some("\"".into()),
            quote: Some("\"".into()),
            ..Options::default()
        },
        Options {
            quote: Some("é".into()),
            ..Options::default()
        },
        Options {
            quote: Some("\n".into()),
            ..Options::default()
        },
        Options {
            delimiter: Some("\r".into()),
            ..Options::default()
        },
        Options {
            encoding: Some("utf-7".into()),
            ..Options::default()
        },
    ] {
        assert_eq!(
            scratch.convert(&source, &options).unwrap_err().code(),
            "wrong_options"
        );
    }
}
