//! Files that are unusual, and are converted all the same.

use std::ffi::OsStr;
use std::io::Write;

use serde_json::{Value, json};

use crate::harness::{Run, Scratch, assert_receipt, names, types, wait_with_peak, warning};

/// The promise: the peak resident size of the process.
const BUDGET: u64 = 256_000_000;

/// Converts a file that must convert, and holds it to the memory budget by both accounts.
#[track_caller]
fn convert_in_budget(scratch: &Scratch, file: &std::path::Path) -> Value {
    let args = [
        OsStr::new("--json"),
        OsStr::new("convert"),
        file.as_os_str(),
    ];
    let (run, peak) = wait_with_peak(scratch.command(args).spawn().unwrap());
    let Run {
        code,
        stdout,
        stderr,
    } = run;
    assert_eq!(code, 0, "{stderr}");
    let receipt: Value = serde_json::from_str(&stdout).unwrap();
    assert_receipt(&receipt);
    println!(
        "peak by wait4 {peak}, by the receipt {}",
        receipt["peak_memory_bytes"]
    );
    assert!(peak <= BUDGET, "the process came to {peak} bytes");
    assert!(receipt["peak_memory_bytes"].as_u64().unwrap() <= BUDGET);
    receipt
}

#[test]
fn a_file_of_only_a_header() {
    for (name, text) in [
        ("a", "id,name,amount\n"),
        ("b", "id,name,amount"),
        ("c", "id;name;amount\r\n"),
    ] {
        let scratch = Scratch::new();
        let receipt = scratch.convert(&scratch.file(&format!("{name}.csv"), text));
        assert_receipt(&receipt);
        assert_eq!(names(&receipt), ["id", "name", "amount"]);
        assert_eq!(receipt["rows_read"], 0);
        assert_eq!(receipt["has_header"], true);
        let result = scratch.json(["sql", &format!("select * from {name}")]);
        assert_eq!(result["rows"], json!([]));
        assert_eq!(result["columns"].as_array().unwrap().len(), 3);
        let out = scratch.path("out.csv");
        scratch.json(["export", name, "--out", out.to_str().unwrap()]);
        assert_eq!(std::fs::read_to_string(out).unwrap(), "id,name,amount\n");
    }
}

#[test]
fn a_name_with_quotes_spaces_and_letters_of_all_kinds() {
    let scratch = Scratch::new();
    let stem = "Q1 \"final\"; it's 50% done 🐝 (Ünïcode) 表";
    let receipt =
        scratch.convert(&scratch.file(&format!("{stem}.csv"), "a b,\"c\"\"d\",select\n1,2,3\n"));
    assert_eq!(receipt["dataset"]["name"], stem);
    assert_eq!(names(&receipt), ["a b", "c\"d", "select"]);
    let quoted = stem.replace('"', "\"\"");
    assert_eq!(
        scratch.rows(&format!(
            "select \"a b\", \"c\"\"d\", \"select\" from \"{quoted}\""
        )),
        json!([[1, 2, 3]])
    );
    assert_eq!(scratch.json(["show", stem])["dataset"]["rows"], 1);
    let out = scratch.path("x 'y' 🐝.csv");
    scratch.json([
        OsStr::new("export"),
        OsStr::new(stem),
        OsStr::new("--out"),
        out.as_os_str(),
    ]);
    assert_eq!(
        std::fs::read_to_string(out).unwrap(),
        "a b,\"c\"\"d\",select\n1,2,3\n"
    );
    scratch.json(["remove", stem]);
    scratch.assert_nothing_left();
}

#[test]
fn a_name_that_would_steer_the_terminal() {
    let scratch = Scratch::new();
    let file = scratch.file("red\u{1b}[31m\rname.csv", "a\u{202e}b\u{85}c\n1\n");
    let text = scratch.stdout([OsStr::new("convert"), file.as_os_str()]);
    assert!(
        !text.contains(['\u{1b}', '\r', '\u{202e}', '\u{85}']),
        "{text:?}"
    );
    let text = scratch.stdout(["datasets"]);
    assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text:?}");
    let missing = scratch.run(["convert", "no\u{1b}[2Jne.csv"]);
    assert!(!missing.stderr.contains('\u{1b}'), "{missing:?}");
}

#[test]
fn the_same_file_twice() {
    let scratch = Scratch::new();
    let file = scratch.file("Sales.csv", "a\n1\n");
    let first = scratch.convert(&file);
    assert_eq!(first["dataset"]["name"], "Sales");
    assert_eq!(first["warnings"], json!([]));
    let run = scratch.run([
        OsStr::new("--json"),
        OsStr::new("convert"),
        file.as_os_str(),
    ]);
    assert_eq!(run.code, 0, "{run:#?}");
    let second: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(second["dataset"]["name"], "Sales 2");
    assert!(
        warning(&second, "duplicate_source")["message"]
            .as_str()
            .unwrap()
            .contains("Sales")
    );
    assert!(run.stderr.starts_with("warning: "), "{run:#?}");
    // Another file of the same name, letter case aside, gets a number and no warning.
    let other = scratch.file("SALES.csv", "a\n2\n");
    let third = scratch.convert(&other);
    assert_eq!(third["dataset"]["name"], "SALES 3");
    assert_eq!(third["warnings"], json!([]));
    assert_eq!(
        scratch.rows("select * from \"sales 2\" union all select * from \"SALES 3\""),
        json!([[1], [2]])
    );
}

#[test]
fn names_of_columns_that_are_missing_or_twice() {
    let scratch = Scratch::new();
    let receipt = scratch.convert(&scratch.file("c.csv", "a,A, a ,,b\n1,2,3,4,5\n"));
    assert_eq!(names(&receipt), ["a", "A_2", "a_3", "column_4", "b"]);
    assert_eq!(scratch.rows("select * from c"), json!([[1, 2, 3, 4, 5]]));
}

#[test]
fn ten_thousand_columns() {
    const COLUMNS: u64 = 10_000;
    const ROWS: u64 = 1_000;
    let scratch = Scratch::new();
    let file = scratch.large_file("wide.csv", |file| {
        for column in 0..COLUMNS {
            write!(file, "{}c{column}", if column == 0 { "" } else { "," }).unwrap();
        }
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let end = if column == 0 { '\n' } else { ',' };
                match column % 4 {
                    0 => write!(file, "{end}{}", row * column % 9_973).unwrap(),
                    1 => write!(file, "{end}{}.{:02}", row + column, row % 100).unwrap(),
                    2 => write!(file, "{end}t{}", (row ^ column) % 50).unwrap(),
                    _ => write!(file, "{end}").unwrap(),
                }
            }
        }
        writeln!(file).unwrap();
    });
    let receipt = convert_in_budget(&scratch, &file);
    assert_eq!(receipt["rows_written"], ROWS);
    let types = types(&receipt);
    assert_eq!(types.len() as u64, COLUMNS);
    assert_eq!((types[9_996], types[9_998]), ("BIGINT", "VARCHAR"));
    let sums = scratch.rows(
        "select sum(c9996), sum(c9997), count(distinct c9998), count(c9999), count(*) from wide",
    );
    let (whole, cents): (u64, u64) = (
        (0..ROWS).map(|row| row * 9_996 % 9_973).sum(),
        (0..ROWS).map(|row| (row + 9_997) * 100 + row % 100).sum(),
    );
    assert_eq!(sums, json!([[whole, cents as f64 / 100.0, 50, 0, ROWS]]));
    // People see the first of them, programs all.
    let text = scratch.stdout(["show", "wide"]);
    assert!(text.contains("9,800 columns more"), "{}", &text[..2_000]);
    assert_eq!(
        scratch.json(["show", "wide"])["columns"]
            .as_array()
            .unwrap()
            .len() as u64,
        COLUMNS
    );
}

/// A record of 200 MB in the fourth line of a file whose other records are small.
#[test]
fn a_record_of_200_megabytes() {
    let scratch = Scratch::new();
    let file = scratch.large_file("huge.csv", |file| {
        write!(file, "id,text\n1,one\n2,two\n3,").unwrap();
        let piece = b"0123456789".repeat(100_000);
        for _ in 0..200 {
            file.write_all(&piece).unwrap();
        }
        writeln!(file, "\n4,four").unwrap();
        for id in 5..=50_000 {
            writeln!(file, "{id},row {id}").unwrap();
        }
    });
    let receipt = convert_in_budget(&scratch, &file);
    assert_eq!(receipt["rows_read"], 50_000);
    assert_eq!(receipt["rows_written"], 49_999);
    assert_eq!(receipt["rows_set_aside"], 1);
    let warning = warning(&receipt, "oversized_records");
    assert_eq!(
        (&warning["count"], &warning["lines"]),
        (&json!(1), &json!([4]))
    );
    assert_eq!(types(&receipt), ["BIGINT", "VARCHAR"]);
    assert_eq!(
        scratch.rows(
            "with t as (select id::bigint as id from huge) \
             select count(*), sum(id), count(*) filter (where id = 3), max(id) from t"
        ),
        json!([[49_999, 1_250_025_000_u64 - 3, 0, 50_000]])
    );
    assert_eq!(
        scratch.rows("select text from huge where id::bigint = 4"),
        json!([["four"]])
    );
    assert_eq!(
        scratch.rows("select line from \"huge__strays\""),
        json!([[4]])
    );
}
