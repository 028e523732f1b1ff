//! Every row is accounted for.

use crate::support::{Scratch, row};
use buzz_ingest::{Cancel, Options, Phase, Progress, Snapshot, convert};
use std::sync::Mutex;

#[test]
fn short_long_and_blank_rows_are_counted_with_their_lines() {
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(
        "a,b,c\n1,2,3\n\n4,5\n6,7,8,9,\"x\"\n\n10,11,12,,\n",
        &Options::default(),
    );
    assert_eq!(
        table,
        [
            row(&["1", "2", "3"]),
            row(&["4", "5", "NULL"]),
            row(&["6", "7", "8"]),
            row(&["10", "11", "12"])
        ]
    );
    let receipt = conversion.receipt;
    assert_eq!(
        (receipt.rows_read, receipt.rows_written, receipt.rows_blank),
        (6, 4, 2)
    );
    assert_eq!((receipt.ragged_short, receipt.ragged_long), (1, 2));
    let lines = |kind: &str| {
        receipt
            .warnings
            .iter()
            .find(|w| w.kind == kind)
            .map(|w| w.lines.clone())
            .unwrap_or_default()
    };
    assert_eq!(lines("short_rows"), [4]);
    assert_eq!(lines("long_rows"), [5, 7]);
    assert_eq!(
        scratch.strays(),
        [row(&[
            "3",
            "5",
            "NULL",
            "9,\"x\"",
            "NULL",
            "more fields than columns"
        ])]
    );
}

#[test]
fn every_one_of_many_surplus_rows_has_its_line() {
    let text = "a,b\n1,2\n1,2\n1,2\n1,2\n".to_owned() + &"\"1\n\",2,over\n".repeat(3);
    let scratch = Scratch::new();
    let (conversion, _) = scratch.table(text, &Options::default());
    assert_eq!(conversion.receipt.columns.len(), 2);
    let lines: Vec<_> = scratch
        .strays()
        .into_iter()
        .map(|stray| stray[1].clone().unwrap())
        .collect();
    assert_eq!(lines, ["6", "8", "10"]);
}

#[test]
fn the_hash_is_that_of_the_file() {
    let scratch = Scratch::new();
    let text = "\u{feff}a;b\n1;2\n";
    let (conversion, _) = scratch.table(text, &Options::default());
    let receipt = conversion.receipt;
    assert_eq!(
        receipt.source.blake3,
        blake3::hash(text.as_bytes()).to_hex().to_string()
    );
    assert_eq!(receipt.source.bytes, text.len() as u64);
    assert_eq!(
        (receipt.encoding.as_str(), receipt.delimiter.as_str()),
        ("utf-8-bom", ";")
    );
    assert_eq!(receipt.columns[0].name, "a");
}

#[test]
fn a_receipt_survives_its_json_form() {
    let scratch = Scratch::new();
    let (conversion, _) = scratch.table("a,b\n1,x\n", &Options::default());
    let json = serde_json::to_string(&conversion.receipt).unwrap();
    assert_eq!(
        serde_json::from_str::<buzz_ingest::Receipt>(&json).unwrap(),
        conversion.receipt
    );
}

struct Recorder(Mutex<Vec<Snapshot>>);

impl Progress for Recorder {
    fn report(&self, snapshot: Snapshot) {
        self.0.lock().unwrap().push(snapshot);
    }
}

#[test]
fn progress_only_rises_and_ends_with_everything() {
    let scratch = Scratch::new();
    let text = "n,text\n".to_owned() + &"12,some text that is long enough\n".repeat(500_000);
    let source = scratch.write("big.csv", &text);
    let recorder = Recorder(Mutex::new(Vec::new()));
    convert(
        &source,
        &scratch.output(),
        &Options::default(),
        &recorder,
        &Cancel::new(),
    )
    .unwrap();
    let snapshots = recorder.0.into_inner().unwrap();
    assert_eq!(snapshots.first().map(|s| s.phase), Some(Phase::Detecting));
    let converting: Vec<_> = snapshots
        .iter()
        .filter(|s| s.phase == Phase::Converting)
        .collect();
    assert!(converting.is_sorted_by_key(|s| s.bytes_done));
    let last = converting.last().unwrap();
    assert_eq!(
        (last.bytes_done, last.bytes_total, last.rows),
        (text.len() as u64, text.len() as u64, 500_000)
    );
}
