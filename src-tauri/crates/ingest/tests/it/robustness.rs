//! Files as people really send them, read without being told anything: `bench/robustness/corpus`.
//!
//! What a file stresses is the first part of its name, up to `--`; what is in it lies beside it as plain CSV, written by
//! `bench/robustness/make-corpus.py` and not by what is tested. `npm run robustness` scores the same files through the
//! program.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use buzz_ingest::{Options, Receipt, Types, Visibility};
use serde_json::Value;

use crate::support::{Scratch, cells, read};

/// A table as texts, NULL and an empty text alike: the header, then the rows.
type Table = Vec<Vec<String>>;

#[test]
fn every_file_of_the_corpus_is_read_as_a_careful_person_would() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../bench/robustness/corpus");
    let mut files: Vec<PathBuf> = fs::read_dir(corpus.join("dirty"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 600, "{} files", files.len());

    let faults = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = file.file_name().unwrap().to_str().unwrap();
                    let fault = catch_unwind(AssertUnwindSafe(|| fault(file, &corpus, name)));
                    let fault = fault.unwrap_or_else(|_| Some("it panics".to_owned()));
                    faults.lock().unwrap().insert(name, fault);
                }
            });
        }
    });

    let mut groups: BTreeMap<&str, Vec<(&str, Option<String>)>> = BTreeMap::new();
    for (name, fault) in faults.into_inner().unwrap() {
        let (group, rest) = name.split_once("--").unwrap();
        groups.entry(group).or_default().push((rest, fault));
    }
    let mut broken = Vec::new();
    let (mut right, mut all) = (0, 0);
    println!("{:32} {:>5} {:>5}", "group", "right", "of");
    for (group, files) in &groups {
        let faultless = files.iter().filter(|(_, fault)| fault.is_none()).count();
        println!("{group:32} {faultless:>5} {:>5}", files.len());
        if faultless < files.len() {
            broken.push(*group);
        }
        for (file, fault) in files {
            if let Some(fault) = fault {
                println!("    {file}: {fault}");
            }
        }
        right += faultless;
        all += files.len();
    }
    println!("{:32} {right:>5} {all:>5}", "all");
    assert_eq!(broken, Vec::<&str>::new(), "the faults are printed above");
}

/// What is wrong with how a file is read, if anything.
fn fault(file: &Path, corpus: &Path, name: &str) -> Option<String> {
    let clean = corpus.join("clean");
    let found = match tables(file) {
        Ok(found) => found,
        Err(sentence) => return Some(format!("it is refused: {sentence}")),
    };
    let mut difference = None;
    for stem in [name.to_owned(), format!("{name}.alt")] {
        let Some(expected) = expected(&clean, &stem) else {
            continue;
        };
        match self::difference(&expected, &found) {
            None => return receipt_fault(&clean, name, &found),
            found => difference = difference.or(found),
        }
    }
    Some(difference.unwrap_or_else(|| "nothing says what is in it".to_owned()))
}

/// The tables that a file becomes as text, each with its receipt.
fn tables(file: &Path) -> Result<Vec<(Table, Receipt)>, String> {
    let options = Options {
        types: Types::Text,
        profile: false,
        threads: 1,
        ..Options::default()
    };
    let found = buzz_ingest::inspect(file, &options).map_err(|error| error.to_string())?;
    let convert = |table: &buzz_ingest::Table| {
        let scratch = Scratch::new();
        let options = Options {
            table: Some(table.id.clone()),
            inspection: Some(found.clone()),
            ..options.clone()
        };
        let conversion = scratch
            .convert(file, &options)
            .map_err(|error| error.to_string())?;
        let names = conversion.receipt.columns.iter().map(|c| c.name.clone());
        let mut table = vec![names.collect()];
        for row in cells(&read(&scratch.output().data)) {
            table.push(row.into_iter().map(Option::unwrap_or_default).collect());
        }
        Ok((table, conversion.receipt))
    };
    (found.tables().iter())
        .filter(|table| table.visibility == Visibility::Visible)
        .map(convert)
        .collect()
}

/// The tables that are in a file: `STEM.csv`, `STEM.2.csv` and so on; `None` where there is no such expectation.
fn expected(clean: &Path, stem: &str) -> Option<Vec<Table>> {
    let first = clean.join(format!("{stem}.csv"));
    let further = (2..).map(|number| clean.join(format!("{stem}.{number}.csv")));
    let files = std::iter::once(first).chain(further);
    let tables: Vec<Table> = files
        .map_while(|file| fs::read_to_string(file).ok())
        .map(|text| parse_csv(&text))
        .collect();
    (!tables.is_empty()).then_some(tables)
}

/// The first thing in which two readings differ.
fn difference(expected: &[Table], found: &[(Table, Receipt)]) -> Option<String> {
    for (number, (expected, (found, _))) in expected.iter().zip(found).enumerate() {
        let table = if number == 0 {
            String::new()
        } else {
            format!("of table {}, ", number + 1)
        };
        for (row, (expected, found)) in expected.iter().zip(found).enumerate() {
            if expected != found {
                let what = if row == 0 { "names" } else { "row" };
                return Some(format!(
                    "{table}{what} {row} should be {expected:?} and is {found:?}"
                ));
            }
        }
        if expected.len() != found.len() {
            let rows = |table: &Table| table.len() - 1;
            return Some(format!(
                "{table}{} rows should be {}",
                rows(found),
                rows(expected)
            ));
        }
    }
    (expected.len() != found.len())
        .then(|| format!("{} tables should be {}", found.len(), expected.len()))
}

/// What the receipt of the first table should say and does not: `NAME.expect.json` in the receipt's own terms.
fn receipt_fault(clean: &Path, name: &str, found: &[(Table, Receipt)]) -> Option<String> {
    let text = fs::read_to_string(clean.join(format!("{name}.expect.json"))).ok()?;
    let expect: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let receipt = serde_json::to_value(&found[0].1).unwrap();
    for (key, right) in expect {
        let (said, is_right) = match (key.as_str(), &right) {
            ("tables", _) => (Value::from(found.len()), found.len() as u64 == right),
            ("warnings", Value::Array(kinds)) => {
                let said: Vec<Value> = found[0]
                    .1
                    .warnings
                    .iter()
                    .map(|warning| warning.kind.clone().into())
                    .collect();
                let is_right = kinds.iter().all(|kind| said.contains(kind));
                (said.into(), is_right)
            }
            _ => (receipt[&key].clone(), receipt[&key] == right),
        };
        if !is_right {
            return Some(format!(
                "of the receipt, {key} should be {right} and is {said}"
            ));
        }
    }
    None
}

/// CSV after RFC 4180, as what is expected is written: comma, LF, quotes where needed.
fn parse_csv(text: &str) -> Table {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut chars = text.chars().peekable();
    while chars.peek().is_some() {
        let mut field = String::new();
        if chars.next_if_eq(&'"').is_some() {
            while let Some(c) = chars.next() {
                if c == '"' && chars.next_if_eq(&'"').is_none() {
                    break;
                }
                field.push(c);
            }
        } else {
            while let Some(c) = chars.next_if(|c| !matches!(c, ',' | '\n')) {
                field.push(c);
            }
        }
        record.push(field);
        if chars.next() != Some(',') {
            records.push(std::mem::take(&mut record));
        } else if chars.peek().is_none_or(|c| *c == '\n') {
            record.push(String::new());
            chars.next();
            records.push(std::mem::take(&mut record));
        }
    }
    records
}

#[test]
fn expectations_are_read_as_they_are_written() {
    let text = "a,b,\n1,\"x, \"\"y\"\"\nz\",\n,,\n\n\"\",2,3\n";
    let rows: [&[&str]; 5] = [
        &["a", "b", ""],
        &["1", "x, \"y\"\nz", ""],
        &["", "", ""],
        &[""],
        &["", "2", "3"],
    ];
    assert_eq!(parse_csv(text), rows);
}
