//! What is believed of what a server says, and that all of it stands in the ledger.

// The exemption of tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use buzz_library::Library;
use buzz_updates::{Error, Publisher, Release, newer};

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/release")
}

fn key() -> String {
    let text = std::fs::read_to_string(files().join("key.pub")).unwrap();
    text.lines().last().unwrap().to_owned()
}

/// A server of files for as long as the test runs; its address.
fn serve(answer: impl Fn(&str) -> Answer + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            respond(&stream.unwrap(), &answer);
        }
    });
    address
}

enum Answer {
    Bytes(Vec<u8>),
    Elsewhere(String),
    Missing,
    Silence,
}

fn respond(mut stream: &TcpStream, answer: &impl Fn(&str) -> Answer) {
    let mut lines = BufReader::new(stream).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    // What leaves says nothing of the person or the machine.
    assert!(
        headers
            .iter()
            .any(|header| header == "user-agent: buzz-csv"),
        "{headers:?}"
    );
    let (head, body) = match answer(&path) {
        Answer::Bytes(body) => ("200 OK".to_owned(), body),
        Answer::Elsewhere(to) => (format!("302 Found\r\nlocation: {to}"), Vec::new()),
        Answer::Missing => ("404 Not Found".to_owned(), Vec::new()),
        Answer::Silence => return,
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}

/// The files as they were published.
fn published(path: &str) -> Answer {
    match std::fs::read(files().join(path.trim_start_matches('/'))) {
        Ok(bytes) => Answer::Bytes(bytes),
        Err(_) => Answer::Missing,
    }
}

struct Asked {
    answer: Result<Option<Release>, Error>,
    /// Of each request in the ledger, its payload and its outcome.
    ledger: Vec<(String, String)>,
}

fn ask(address: &str) -> Asked {
    let folder = tempfile::tempdir().unwrap();
    let library = Arc::new(Library::open(folder.path()).unwrap());
    let publisher = Publisher::new(address, &key()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answer = runtime.block_on(newer(&publisher, "0.1.0", &library));
    let mut records = library.ledger(100).unwrap();
    records.reverse();
    let ledger = records
        .into_iter()
        .map(|record| {
            assert_eq!(record.entry.service, "updates");
            (record.entry.payload, record.outcome.unwrap().status)
        })
        .collect();
    Asked { answer, ledger }
}

#[test]
fn a_newer_version_is_told_and_both_requests_stand_in_the_ledger() {
    let address = serve(published) + "/release.json";
    let asked = ask(&address);
    let release = Release {
        version: "99.1.0".to_owned(),
        page: "https://example.org/buzz-csv/99.1.0".to_owned(),
        notes: "Reads punched cards.".to_owned(),
    };
    assert_eq!(asked.answer.unwrap(), Some(release));
    let ok = "ok".to_owned();
    assert_eq!(
        asked.ledger,
        [
            (format!("GET {address}"), ok.clone()),
            (format!("GET {address}.minisig"), ok)
        ]
    );
}

#[test]
fn an_older_version_is_none() {
    let address = serve(published) + "/older.json";
    assert_eq!(ask(&address).answer.unwrap(), None);
}

#[test]
fn what_is_not_signed_is_not_believed() {
    let tampered = |path: &str| match (path, published(path)) {
        ("/release.json", Answer::Bytes(bytes)) => {
            let text = String::from_utf8(bytes).unwrap();
            Answer::Bytes(text.replace("example.org", "example.com").into_bytes())
        }
        (_, answer) => answer,
    };
    // The signature of another file, and something that is none.
    let swapped = |path: &str| match path {
        "/release.json.minisig" => published("/older.json.minisig"),
        path => published(path),
    };
    let nonsense = |path: &str| match path {
        "/release.json.minisig" => Answer::Bytes(b"\xff trust me".to_vec()),
        path => published(path),
    };
    for address in [serve(tampered), serve(swapped), serve(nonsense)] {
        let error = ask(&(address + "/release.json")).answer.unwrap_err();
        assert_eq!(error.code(), "not_signed", "{error}");
    }
}

#[test]
fn what_is_signed_and_makes_no_sense_is_said() {
    let address = serve(published) + "/odd.json";
    let error = ask(&address).answer.unwrap_err();
    assert_eq!(error.code(), "unreadable");
}

#[test]
fn an_address_may_lead_to_another_that_is_safe() {
    let real = serve(published);
    let led = serve(move |path| Answer::Elsewhere(format!("{real}{path}")));
    let asked = ask(&(led + "/release.json"));
    assert!(asked.answer.unwrap().is_some());
    assert_eq!(asked.ledger.len(), 4);

    let astray = serve(|_| Answer::Elsewhere("http://example.org/release.json".to_owned()));
    let asked = ask(&(astray + "/release.json"));
    let error = asked.answer.unwrap_err().to_string();
    assert!(error.ends_with("it leads on to http://example.org/release.json"));
    assert_eq!(asked.ledger.len(), 1);
}

#[test]
fn who_does_not_answer_is_told_with_the_reason() {
    let huge = |_: &str| Answer::Bytes(vec![b' '; 100_000]);
    for (address, why) in [
        (serve(|_| Answer::Missing), "it answers with HTTP 404"),
        (serve(huge), "it is much larger than it should be"),
        (serve(|_| Answer::Silence), ""),
        ("http://127.0.0.1:1".to_owned(), ""),
    ] {
        let asked = ask(&(address + "/release.json"));
        let error = asked.answer.unwrap_err();
        assert_eq!(error.code(), "unreachable", "{error}");
        assert!(error.to_string().ends_with(why), "{error}");
        assert_eq!(asked.ledger.len(), 1);
        assert_eq!(asked.ledger[0].1, "failed");
    }
}

#[test]
fn a_publisher_has_a_safe_address_and_a_key() {
    for (address, key) in [
        ("http://example.org/release.json", key()),
        ("https://example.org/release.json", "RWnone".to_owned()),
    ] {
        let error = Publisher::new(address, &key).unwrap_err();
        assert_eq!(error.code(), "no_publisher", "{error}");
    }
}
