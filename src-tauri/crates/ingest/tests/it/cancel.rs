//! A conversion that is cancelled at any moment ends at once and leaves nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use buzz_ingest::{Cancel, Error, Options, Silent, convert};

use crate::support::Scratch;

/// Writes a file with a column that only its last row turns to text, so that a conversion has all of its phases.
fn write(scratch: &Scratch, rows: u64) -> std::path::PathBuf {
    let mut text = String::from("id,day,amount,code,remark\n");
    for i in 0..rows {
        let (month, day) = (1 + i % 12, 1 + i % 28);
        text.push_str(&format!(
            "{i},2026-{month:02}-{day:02},{}.25,{i},\"remark, {i}\"\n",
            i % 977
        ));
    }
    text.push_str("1,2026-01-01,1.00,007,late\n");
    scratch.write("source.csv", text)
}

/// Converts until it is cancelled after `delay`; how long it then took to end, or `None` if it was done before.
fn cancelled_after(scratch: &Scratch, source: &Path, delay: Duration) -> Option<Duration> {
    let cancel = Cancel::new();
    let token = cancel.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(delay);
        token.cancel();
        Instant::now()
    });
    let options = Options::default();
    let found = convert(source, &scratch.output(), &options, &Silent, &cancel);
    let ended = Instant::now();
    let asked = canceller.join().unwrap();
    match found {
        Ok(_) => {
            std::fs::remove_file(scratch.output().data).unwrap();
            None
        }
        Err(Error::Cancelled) => {
            assert_eq!(scratch.files(), ["source.csv"], "after {delay:?}");
            Some(ended.saturating_duration_since(asked))
        }
        Err(error) => panic!("after {delay:?}: {error}"),
    }
}

/// Cancels conversions of a file of so many rows at random moments; how long each took to end, the shortest first.
fn cancel_often(rows: u64, times: u32) -> Vec<Duration> {
    let scratch = Scratch::new();
    let source = write(&scratch, rows);
    let started = Instant::now();
    scratch.convert(&source, &Options::default()).unwrap();
    let whole = started.elapsed();
    std::fs::remove_file(scratch.output().data).unwrap();
    let seed = fastrand::u64(..);
    println!("seed {seed}, a whole conversion takes {whole:?}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut delays: Vec<Duration> = (0..times)
        .filter_map(|_| cancelled_after(&scratch, &source, whole.mul_f64(random.f64())))
        .collect();
    delays.sort();
    let (Some(worst), Some(median)) = (delays.last(), delays.get(delays.len() / 2)) else {
        panic!("every conversion was done before it was cancelled");
    };
    println!(
        "{} cancelled: median {median:?}, worst {worst:?}",
        delays.len()
    );
    delays
}

#[test]
fn cancelling_at_any_moment_ends_soon_and_leaves_nothing() {
    let delays = cancel_often(200_000, 50);
    // What a person waits for is 200 ms; a machine that is busy with other tests may take longer.
    assert!(delays.last() < Some(&Duration::from_secs(2)), "{delays:?}");
}

/// Run by hand, with `--run-ignored only --no-capture`, on a machine with nothing else to do.
#[test]
#[ignore = "it measures time, which needs a quiet machine"]
fn cancelling_takes_at_most_200_milliseconds() {
    let delays = cancel_often(6_000_000, 50);
    assert!(
        delays.last() < Some(&Duration::from_millis(200)),
        "{delays:?}"
    );
}
