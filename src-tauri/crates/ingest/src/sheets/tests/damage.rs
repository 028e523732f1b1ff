//! Damaged workbooks, and those that were made to do harm.

use std::sync::mpsc;
use std::time::Duration;

use super::made::{Xlsx, biff, cell, row, xls, xlsb, zip, zip_owned};
use super::*;

/// A workbook of two sheets of many rows.
fn two_sheets() -> Xlsx {
    let rows = |from: u32| -> String {
        let mut random = fastrand::Rng::with_seed(u64::from(from));
        (1..3_000)
            .map(|r| {
                format!(
                    r#"<row r="{r}"><c r="A{r}"><v>{}</v></c><c r="B{r}" t="s"><v>{}</v></c></row>"#,
                    random.u32(..),
                    r % 2
                )
            })
            .collect()
    };
    let mut book = Xlsx::default().strings(&["<t>even</t>", "<t>odd</t>"]);
    for (name, from) in [("One", 1), ("Two", 2)] {
        book = book.sheet(
            name,
            &format!(
                r#"<sheetData>{}</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>"#,
                rows(from)
            ),
        );
    }
    book
}

fn read(workbook: &Workbook, sheet: usize) -> (Dump, Counts) {
    let mut sheet = workbook.rows(sheet, 0..MOST_COLUMNS).unwrap();
    let found = rows(&mut sheet).unwrap();
    (found, sheet.counts().clone())
}

#[test]
fn a_workbook_that_is_cut_off_gives_back_what_is_there() {
    let whole = two_sheets().build();
    let (all, _) = read(&open(&whole), 0);
    // Without the directory at the end.
    let directory = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
    let workbook = open(&whole[..directory]);
    assert!(workbook.warnings()[0].contains("searched for"));
    for sheet in 0..2 {
        let (found, counts) = read(&workbook, sheet);
        assert_eq!((found.len(), counts.damage), (all.len(), None));
    }
    // In the middle of the second sheet: the first is whole, of the second there are rows.
    let second = memchr::memmem::rfind(&whole[..directory], b"PK\x03\x04").unwrap();
    let workbook = open(&whole[..(second + directory) / 2]);
    let (found, counts) = read(&workbook, 0);
    assert_eq!((found.len(), counts.damage), (all.len(), None));
    let (found, counts) = read(&workbook, 1);
    assert!((1..all.len()).contains(&found.len()));
    let damage = counts.damage.unwrap();
    let last = found.last().unwrap().0;
    assert!(damage.contains(&format!("ends in row {last}")), "{damage}");
    // Before the second sheet: it is missing, and the other can still be read.
    let workbook = open(&whole[..second]);
    assert_eq!(workbook.sheets()[1].kind, Kind::Missing);
    assert!(message(workbook.rows(1, 0..9)).contains("its other sheets can be converted"));
    assert_eq!(read(&workbook, 0).0.len(), all.len());
}

#[test]
fn a_flipped_bit_is_noticed() {
    let whole = two_sheets().build();
    let parts = memchr::memmem::find_iter(&whole, b"xl/worksheets/sheet1.xml")
        .next()
        .unwrap();
    let mut unnoticed = 0;
    for i in 0..50 {
        let mut damaged = whole.clone();
        damaged[parts + 200 + i * 97] ^= 1 << (i % 8);
        let workbook = open(&damaged);
        if let Ok(mut sheet) = workbook.rows(0, 0..9)
            && rows(&mut sheet).is_ok()
            && sheet.counts().damage.is_none()
        {
            unnoticed += 1;
        }
    }
    assert_eq!(unnoticed, 0);
}

#[test]
fn parts_that_are_missing_cost_only_what_was_in_them() {
    let book = two_sheets();
    let without = |name: &str| {
        let mut parts = book.parts();
        parts.retain(|part| part.0 != name);
        zip_owned(&parts)
    };
    let (_, mut counts) = read(&open(&without("xl/sharedStrings.xml")), 0);
    assert_eq!(counts.column(1).lost_texts, 2_999);
    let loose = open(&without("xl/workbook.xml"));
    assert_eq!(loose.sheets()[1].name, "sheet2");
    assert!(loose.warnings()[0].contains("named by their files"));
    assert_eq!(read(&loose, 1).0.len(), 2_999);
    assert_eq!(read(&open(&without("xl/styles.xml")), 0).0.len(), 2_999);
    assert_eq!(read(&open(&without("_rels/.rels")), 0).0.len(), 2_999);
    assert_eq!(
        open(&without("xl/worksheets/sheet2.xml")).sheets()[1].kind,
        Kind::Missing
    );
}

#[test]
fn a_document_type_definition_is_refused() {
    let sheet = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>"#;
    let book = Xlsx::of_rows("").with_part("xl/worksheets/sheet1.xml", sheet.as_bytes());
    let error = open_with(&book, 1_000, Limits::default())
        .map(drop)
        .unwrap_err();
    assert!(
        error.to_string().contains("document type definition"),
        "{error}"
    );
}

#[test]
fn bombs_stop_at_a_limit() {
    let zeros = format!(
        "<sheetData><row><c><v>{}</v></c></row>",
        "0".repeat(3_000_000)
    );
    let book = Xlsx::default().sheet("Bomb", &zeros).build();
    let with = |limits| {
        let workbook = open_with(&book, 1_000, limits)?.unwrap();
        let mut sheet = workbook.rows(0, 0..1)?;
        rows(&mut sheet).map(|found| found.len())
    };
    let usual = Limits::default();
    assert!(with(usual).is_ok());
    let error = message(with(Limits {
        part: 2_000_000,
        ..usual
    }));
    assert!(error.contains("larger than it can be"), "{error}");
    let ratio = Limits {
        unquestioned: 1_000_000,
        ratio: 100,
        ..usual
    };
    let error = message(with(ratio));
    assert!(error.contains("times its size"), "{error}");
    // One endless cell.
    let endless = format!("<sheetData><row><c><v>{}", "0".repeat(40_000_000));
    let book = Xlsx::default().sheet("Bomb", &endless).build();
    let workbook = open(&book);
    let error = message(rows(&mut workbook.rows(0, 0..1).unwrap()));
    assert!(error.contains("more than 16 MB"), "{error}");
}

#[test]
fn sizes_that_no_sheet_has_cost_nothing() {
    let book = Xlsx::default()
        .sheet(
            "Far",
            r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row><row r="1048577"><c r="XFE1"><v>2</v></c><c r="ZZZZZZ1"><v>3</v></c></row><row r="0"><c r="A0"><v>4</v></c></row></sheetData>"#,
        )
        .build();
    let found = dump(&book);
    assert_eq!(found.len(), 3);
    assert_eq!(found[2], (3, vec![(0, "4".to_owned())]));
}

/// Sound workbooks of every format.
fn sound() -> Vec<(&'static str, Vec<u8>)> {
    let strings: Vec<String> = (0..3_000).map(|i| format!("<t>text {i}</t>")).collect();
    let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
    let packed = [
        row(0, false),
        cell(2, 0, 0, &30_u32.to_le_bytes()),
        cell(7, 1, 0, &[0; 4]),
    ]
    .concat();
    let labels = |r: u16| {
        let mut bytes: Vec<u8> = [r, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        bytes.extend([3, 0, 0]);
        bytes.extend(b"abc");
        biff(0x0204, &bytes)
    };
    let mut all = vec![
        ("two sheets", two_sheets().build()),
        (
            "strings",
            Xlsx::of_rows(r#"<row><c t="s"><v>2999</v></c></row>"#)
                .strings(&strings)
                .build(),
        ),
        (
            "binary",
            xlsb(&packed.repeat(300), &["x"], &["0.0%"], &[[0, 1, 0, 1]]),
        ),
        (
            "old",
            xls(&[], &(0..400).flat_map(labels).collect::<Vec<u8>>(), true),
        ),
    ];
    for name in [
        "libreoffice.xlsx",
        "openpyxl.xlsx",
        "values.xls",
        "values.ods",
        "protected.xlsx",
    ] {
        all.push((name, std::fs::read(fixture(name)).unwrap()));
    }
    all
}

/// Workbooks whose parts contradict each other.
fn contradictory() -> Vec<(&'static str, Vec<u8>)> {
    let book = two_sheets();
    let of_itself = r#"<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="_rels/.rels"/><Relationship Id="rId1" Type="x/worksheet" Target="workbook.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="workbook.xml"/></Relationships>"#;
    let many = "<sheet name=\"x\" sheetId=\"1\" r:id=\"rId1\"/>".repeat(200_000);
    let deep = "<a>".repeat(3_000_000);
    let indexes = r#"<row><c t="s"><v>4294967295</v></c><c t="s"><v>999999999999999999999</v></c><c t="s"><v>-1</v></c><c s="4294967295"><v>1</v></c></row>"#;
    let merges = format!(
        "<sheetData/><mergeCells>{}</mergeCells>",
        r#"<mergeCell ref="A1:XFD1048576"/>"#.repeat(500_000)
    );
    let nested = two_sheets().build();
    let names: Vec<String> = (0..70_000).map(|i| format!("xl/{i}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    vec![
        (
            "cyclic",
            book.with_part("xl/_rels/workbook.xml.rels", of_itself.as_bytes()),
        ),
        (
            "cyclic package",
            book.with_part("_rels/.rels", of_itself.as_bytes()),
        ),
        (
            "many sheets",
            book.with_part("xl/workbook.xml", many.as_bytes()),
        ),
        (
            "deep",
            book.with_part("xl/worksheets/sheet1.xml", deep.as_bytes()),
        ),
        (
            "deep texts",
            book.with_part("xl/sharedStrings.xml", deep.as_bytes()),
        ),
        ("indexes", Xlsx::of_rows(indexes).build()),
        ("merges", Xlsx::default().sheet("Merges", &merges).build()),
        (
            "a workbook in a workbook",
            book.with_part("xl/workbook.xml", &nested),
        ),
        ("many parts", zip(&parts)),
        ("no bytes", book.with_part("xl/worksheets/sheet1.xml", b"")),
        (
            "endless row",
            Xlsx::of_rows(&format!(
                "<row>{}",
                r#"<c r="A1"><v>1</v></c>"#.repeat(2_000_000)
            ))
            .build(),
        ),
        (
            "endless texts",
            book.with_part("xl/sharedStrings.xml", "<si/>".repeat(5_000_000).as_bytes()),
        ),
        (
            "formats",
            book.with_part(
                "xl/styles.xml",
                format!(
                    "<styleSheet><numFmts>{}</numFmts><cellXfs>{}</cellXfs></styleSheet>",
                    r##"<numFmt numFmtId="170" formatCode="[[[[;;;;\\\\[h]:mm"/>"##.repeat(200_000),
                    r#"<xf numFmtId="170"/>"#.repeat(300_000)
                )
                .as_bytes(),
            ),
        ),
    ]
}

/// Reads everything that there is in a file; errors are an answer too.
fn read_all(bytes: &[u8]) {
    let Ok(Some(workbook)) = open_with(bytes, 4_000_000, Limits::default()) else {
        return;
    };
    // Ten thousand sheets are listed, not all read.
    for sheet in 0..workbook.sheets().len().min(5) {
        drop(workbook.merges(sheet, u64::MAX));
        let Ok(mut rows) = workbook.rows(sheet, 0..MOST_COLUMNS) else {
            continue;
        };
        while let Ok(next) = rows.next() {
            if matches!(next, Next::End) {
                break;
            }
        }
    }
}

/// Reads a file on a thread of its own, which must be done within ten seconds.
fn read_in_time(name: &str, bytes: Vec<u8>) {
    const LIMIT: Duration = Duration::from_secs(10);
    let (done, wait) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        read_all(&bytes);
        // Whoever waited too long has gone.
        let _ = done.send(());
    });
    match wait.recv_timeout(LIMIT) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{name} takes longer than {LIMIT:?}"),
        _ => thread.join().unwrap_or_else(|_| panic!("{name} panics")),
    }
}

/// Set for the process that reads the corpus, which has nothing else in its memory.
const ALONE: &str = "BUZZ_BROKEN_WORKBOOKS";

#[test]
fn broken_workbooks_never_panic_hang_or_fill_the_memory() {
    const MOST_MEMORY: u64 = 512_000_000;
    if std::env::var_os(ALONE).is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg(std::thread::current().name().unwrap())
            .env(ALONE, "1")
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let mut random = fastrand::Rng::with_seed(4);
    for (name, bytes) in sound() {
        for _ in 0..25 {
            let cut = random.usize(..bytes.len());
            read_in_time(&format!("{name}, cut off at {cut}"), bytes[..cut].to_vec());
        }
        for _ in 0..60 {
            let mut damaged = bytes.clone();
            let flips = 1 << random.u32(..6);
            let places: Vec<usize> = (0..flips).map(|_| random.usize(..bytes.len())).collect();
            for &place in &places {
                damaged[place] ^= 1 << random.u32(..8);
            }
            read_in_time(&format!("{name}, flipped at {places:?}"), damaged);
        }
        for _ in 0..10 {
            let mut damaged = bytes.clone();
            let (from, to) = (random.usize(..bytes.len()), random.usize(..bytes.len()));
            damaged.drain(from.min(to)..from.max(to));
            read_in_time(&format!("{name}, without {from}..{to}"), damaged);
        }
    }
    for (name, bytes) in contradictory() {
        read_in_time(name, bytes);
    }
    if let Some(peak) = crate::platform::peak_memory() {
        assert!(peak < MOST_MEMORY, "{peak} bytes");
    }
}
