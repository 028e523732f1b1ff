//! Tests that a conversion stops at its next look at the token, and that there is never much work between two looks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::{Cancel, Error, Options, Output, Silent};

const ROWS: u64 = 60_000;

/// Writes a file of which a column turns to text in the last row and some cells stray, so that a conversion has all of
/// its steps.
fn write(folder: &Path, name: &str, rows: u64) -> PathBuf {
    let mut text = String::from("id,day,amount,code,remark\n");
    for i in 0..rows {
        let (month, day) = (1 + i % 12, 1 + i % 28);
        let amount = if i % 9_000 == 1 { "none" } else { "12.25" };
        writeln!(
            text,
            "{i},2026-{month:02}-{day:02},{amount},{i},\"remark, {i}\""
        )
        .unwrap();
    }
    text.push_str("1,2026-01-01,1.00,007,late\n");
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Converts a file, or several to one table.
fn convert(sources: &[PathBuf], cancel: &Cancel) -> Result<(), Error> {
    let folder = sources[0].parent().unwrap();
    let output = Output {
        data: folder.join("data.parquet"),
        strays: folder.join("strays.parquet"),
    };
    let options = Options {
        memory: Options::LEAST_MEMORY,
        threads: 2,
        ..Options::default()
    };
    match sources {
        [source] => crate::convert(source, &output, &options, &Silent, cancel),
        sources => crate::combine(sources, &output, &options, &Silent, cancel),
    }
    .map(|_| ())
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_conversion_stops_at_its_next_look_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let source = write(folder.path(), "source.csv", ROWS);
    stops_at_every_look(folder.path(), &[source]);
}

#[test]
fn a_conversion_of_several_files_stops_too() {
    let folder = tempfile::tempdir().unwrap();
    let sources = ["a.csv", "b.csv", "c.csv"].map(|name| write(folder.path(), name, ROWS / 6));
    stops_at_every_look(folder.path(), &sources);
}

fn stops_at_every_look(folder: &Path, sources: &[PathBuf]) {
    let there = files(folder);
    let bytes: u64 = (sources.iter())
        .map(|source| std::fs::metadata(source).unwrap().len())
        .sum();
    let watched = Cancel::new();
    convert(sources, &watched).unwrap();
    std::fs::remove_file(folder.join("data.parquet")).unwrap();
    std::fs::remove_file(folder.join("strays.parquet")).unwrap();
    // Two passes over the sources, each with a look at every block of them and before every column of a few blocks.
    let all = watched.looks();
    assert!(all > 2 * bytes / 800_000, "{all} looks at {bytes} bytes");

    // The reader, the writer, two workers and whoever waits for them find out for themselves, and the error is told on.
    const LOOKS_TO_STOP: u64 = 16;
    for at in 1..=all {
        let cancel = Cancel::at_look(at);
        match convert(sources, &cancel) {
            Err(Error::Cancelled) => {
                let more = cancel.looks() - at;
                assert!(more <= LOOKS_TO_STOP, "{more} looks after the {at}th");
                assert_eq!(files(folder), there, "at look {at}");
            }
            // How many looks there are depends on how the threads meet.
            Ok(()) => {
                assert!(cancel.looks() < at, "look {at} was not heeded");
                for name in ["data.parquet", "strays.parquet"] {
                    std::fs::remove_file(folder.join(name)).unwrap();
                }
            }
            Err(error) => panic!("at look {at}: {error}"),
        }
    }
}
