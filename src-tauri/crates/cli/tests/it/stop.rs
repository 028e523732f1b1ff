//! Ctrl-C, SIGTERM and SIGKILL in the middle of work.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};

use serde_json::json;

use crate::harness::{Scratch, big_csv, converting, entries, send, wait_with_peak};

#[test]
fn ctrl_c_cancels_a_conversion_and_leaves_nothing() {
    for signal in [libc::SIGINT, libc::SIGTERM] {
        let scratch = Scratch::new();
        let file = big_csv(&scratch, "big.csv", 200);
        let child = converting(&scratch, &file).expect("200 MB take a while");
        send(&child, signal);
        let (run, _) = wait_with_peak(child);
        assert_eq!((run.code, run.stdout.as_str()), (130, ""), "{run:#?}");
        assert_eq!(run.error_document()["code"], "cancelled");
        scratch.assert_nothing_left();
    }
}

#[test]
fn ctrl_c_cancels_a_conversion_to_a_file() {
    let scratch = Scratch::new();
    let file = big_csv(&scratch, "big.csv", 200);
    let out = scratch.path("to");
    std::fs::create_dir(&out).unwrap();
    let child = scratch
        .command([
            OsStr::new("convert"),
            file.as_os_str(),
            OsStr::new("--out"),
            out.join("x.parquet").as_os_str(),
        ])
        .spawn()
        .unwrap();
    while entries(&out).is_empty() {
        std::thread::yield_now();
    }
    send(&child, libc::SIGINT);
    let (run, _) = wait_with_peak(child);
    run.assert_failed(130, "cancelled");
    assert_eq!(entries(&out), Vec::<String>::new());
}

#[test]
fn ctrl_c_keeps_the_files_that_were_done() {
    let scratch = Scratch::new();
    let small = scratch.file("small.csv", "a\n1\n");
    let file = big_csv(&scratch, "big.csv", 200);
    let child = scratch
        .command([
            OsStr::new("--json"),
            OsStr::new("convert"),
            small.as_os_str(),
            file.as_os_str(),
        ])
        .spawn()
        .unwrap();
    // The first is done when there is a dataset and something else is under way.
    while entries(&scratch.library().join("datasets")).is_empty()
        || entries(&scratch.library().join("incoming")).is_empty()
    {
        std::thread::yield_now();
    }
    send(&child, libc::SIGINT);
    let (run, _) = wait_with_peak(child);
    assert_eq!(run.code, 130, "{run:#?}");
    let done: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (done.as_array().unwrap().len(), &done[0]["dataset"]["name"]),
        (1, &json!("small"))
    );
    assert_eq!(
        entries(&scratch.library().join("incoming")),
        Vec::<String>::new()
    );
    assert_eq!(scratch.json(["datasets"]).as_array().unwrap().len(), 1);
}

#[test]
fn what_was_killed_is_swept_at_the_next_start() {
    let scratch = Scratch::new();
    let file = big_csv(&scratch, "big.csv", 200);
    let mut child = converting(&scratch, &file).expect("200 MB take a while");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        !entries(&scratch.library().join("incoming")).is_empty(),
        "it was in the middle of its work"
    );
    assert_eq!(scratch.json(["datasets"]), json!([]));
    scratch.assert_nothing_left();
    // And the library works as before.
    let small = scratch.file("small.csv", "a\n1\n");
    scratch.convert(&small);
    assert_eq!(scratch.rows("select * from small"), json!([[1]]));
}

#[test]
fn a_start_sweeps_nothing_that_is_alive() {
    let scratch = Scratch::new();
    let file = big_csv(&scratch, "big.csv", 100);
    let child = converting(&scratch, &file).expect("100 MB take a while");
    send(&child, libc::SIGSTOP);
    assert_eq!(scratch.json(["datasets"]), json!([]));
    assert!(!entries(&scratch.library().join("incoming")).is_empty());
    send(&child, libc::SIGCONT);
    let (run, _) = wait_with_peak(child);
    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(scratch.json(["datasets"]).as_array().unwrap().len(), 1);
}

#[test]
fn ctrl_c_stops_a_query() {
    let scratch = Scratch::new();
    // The rows come as they are computed, so the query is at work once the first have come.
    let mut child = scratch
        .command([
            "sql",
            "--format",
            "csv",
            "select a.range from range(10000000) a, range(10000000) b",
        ])
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut some = vec![0; 100_000];
    stdout.read_exact(&mut some).unwrap();
    send(&child, libc::SIGINT);
    // Whatever is still in the pipe is read, so that nothing waits for room in it.
    let rest = std::thread::spawn(move || {
        let mut rest = Vec::new();
        stdout.read_to_end(&mut rest).unwrap();
    });
    let output = child.wait_with_output().unwrap();
    rest.join().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "error: the query was stopped\n");
}

#[test]
fn ctrl_c_stops_an_export_and_leaves_nothing() {
    let scratch = Scratch::new();
    let out = scratch.path("to");
    std::fs::create_dir(&out).unwrap();
    for name in ["x.csv", "x.parquet"] {
        let path = out.join(name);
        let child = scratch
            .command([
                "export",
                "--sql",
                "select a.range as a, b.range as b from range(10000000) a, range(10000000) b",
                "--out",
                path.to_str().unwrap(),
            ])
            .spawn()
            .unwrap();
        while entries(&out).is_empty() {
            std::thread::yield_now();
        }
        send(&child, libc::SIGINT);
        let (run, _) = wait_with_peak(child);
        run.assert_failed(130, "stopped");
        assert_eq!(entries(&out), Vec::<String>::new());
    }
}

#[test]
fn a_conversion_waits_for_the_memory_of_another_and_has_it_when_that_is_killed() {
    let scratch = Scratch::new();
    let small = scratch.file("small.csv", "a\n1\n");
    let file = big_csv(&scratch, "big.csv", 200);
    let mut first = converting(&scratch, &file).expect("200 MB take a while");
    // It holds all of the memory, and goes on holding it.
    send(&first, libc::SIGSTOP);
    let waiting = || {
        let mut child = scratch
            .command([OsStr::new("convert"), small.as_os_str()])
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        assert_eq!(line, "small.csv: waiting for other conversions to end\n");
        (child, stderr)
    };
    let (mut cancelled, _stderr) = waiting();
    send(&cancelled, libc::SIGINT);
    assert_eq!(cancelled.wait().unwrap().code(), Some(130));

    let (mut second, _stderr) = waiting();
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
}
