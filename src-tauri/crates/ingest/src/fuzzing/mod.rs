//! What the fuzz targets run: each takes any bytes and panics if a promise of this crate does not hold for them.
//!
//! The targets themselves are in the package `buzz-ingest-fuzz`; what they found is run again by the tests here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fuzz target tells what it found by a panic"
)]

mod cells;
mod conversion;
mod texts;
mod workbooks;

use std::cell::Cell;

use crate::records::{Syntax, reference};

pub use cells::types;
pub use conversion::convert;
#[cfg(test)]
pub(crate) use texts::check_json;
pub use texts::{archives, json, texts};
pub use workbooks::workbooks;

/// Sizes that are large in earnest, and so small here that a few bytes reach every part of the pipeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiny {
    /// Bytes of a block.
    pub(crate) block: usize,
    /// Bytes of a row group.
    pub(crate) row_group: usize,
    /// Bytes at the file's beginning that are looked at, unless the whole file is.
    pub(crate) head: Option<usize>,
}

thread_local! {
    static TINY: Cell<Option<Tiny>> = const { Cell::new(None) };
}

/// The sizes of the conversion that this thread is about to start.
pub(crate) fn tiny() -> Option<Tiny> {
    TINY.get()
}

/// Takes the first byte off.
fn byte(data: &mut &[u8]) -> usize {
    match data.split_first() {
        Some((&first, rest)) => {
            *data = rest;
            usize::from(first)
        }
        None => 0,
    }
}

/// The record reader agrees with a reference that reads one byte after the other, at every block size.
pub fn records(mut data: &[u8]) {
    let columns = 1 + byte(&mut data) % 6;
    let choice = byte(&mut data);
    let syntax = Syntax {
        delimiter: [b',', b';', b'\t', b'|'][choice % 4],
        quote: [Some(b'"'), Some(b'\''), None][choice / 4 % 3],
        terminator: [b'\n', b'\r'][choice / 12 % 2],
    };
    let some = 1 + byte(&mut data);
    if data.len() <= 24 {
        let every: Vec<usize> = (1..=data.len() + 1).collect();
        reference::check(data, syntax, columns, &every);
    } else {
        reference::check(data, syntax, columns, &[1, some, 63, 64, 65]);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Runs a target over its seeds, among which is all that it ever found.
    fn replay(target: &str, run: impl Fn(&[u8])) {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        let mut seeds: Vec<_> = std::fs::read_dir(seeds.join(target))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!seeds.is_empty());
        seeds.sort();
        for seed in seeds {
            // A panic's message does not tell the file; the last line above it does.
            println!("{}", seed.display());
            run(&std::fs::read(seed).unwrap());
        }
    }

    #[test]
    fn the_record_reader_holds_for_every_seed() {
        replay("records", super::records);
    }

    #[test]
    fn the_types_hold_for_every_seed() {
        replay("types", super::types);
    }

    #[test]
    fn encodings_hold_for_every_seed() {
        replay("texts", super::texts);
    }

    #[test]
    fn archives_hold_for_every_seed() {
        replay("archives", super::archives);
    }

    #[test]
    fn json_holds_for_every_seed() {
        replay("json", super::json);
    }

    #[test]
    fn workbooks_hold_for_every_seed() {
        replay("workbooks", super::workbooks);
    }

    #[test]
    fn conversions_hold_for_every_seed() {
        replay("convert", super::convert);
    }
}
