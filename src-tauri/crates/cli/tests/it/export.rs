//! `buzz export`.

use std::fs;

use serde_json::json;

use crate::harness::{Scratch, entries};

const TEXT: &str = "id,amount,day,ok,name\n\
                    1,10.50,2026-01-31,true,plain\n\
                    2,,,,\n\
                    3,0.25,2026-02-28,false,\"\"\n\
                    4,1200.00,2026-03-01,true,\"a, b\"\n\
                    5,7.00,2026-03-02,true,\"say \"\"hi\"\"\"\n\
                    6,8.10,2026-03-03,false,\"two\nlines\"\n";

#[test]
fn a_dataset_comes_out_as_it_went_in() {
    let scratch = Scratch::new();
    scratch.convert(&scratch.file("t.csv", TEXT));
    let out = scratch.path("out.csv");
    let saved = scratch.json(["export", "T", "--out", out.to_str().unwrap()]);
    assert_eq!(
        saved,
        json!({"path": out, "format": "csv", "rows": 6, "bytes": TEXT.len(), "truncated": false, "cut": 0})
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), TEXT);
    // Existing files are replaced with --force only.
    fs::write(&out, "precious").unwrap();
    let run = scratch.run(["--json", "export", "t", "--out", out.to_str().unwrap()]);
    assert_eq!(
        (run.code, run.error_document()["code"].as_str()),
        (1, Some("exists")),
        "{run:#?}"
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), "precious");
    let text = scratch.stdout(["export", "t", "--out", out.to_str().unwrap(), "--force"]);
    assert!(text.contains("6 rows"), "{text}");
    assert_eq!(fs::read_to_string(&out).unwrap(), TEXT);
}

#[test]
fn a_result_becomes_a_file() {
    let scratch = Scratch::new();
    scratch.convert(&scratch.file("t.csv", TEXT));
    let out = scratch.path("sum.csv");
    scratch.json([
        "export",
        "--sql",
        "select ok, sum(amount) as total from t group by ok order by ok nulls last",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(
        fs::read_to_string(&out).unwrap(),
        "ok,total\nfalse,8.35\ntrue,1217.50\n,\n"
    );
    let out = scratch.path("copy.PARQUET");
    let saved = scratch.json(["export", "t", "--out", out.to_str().unwrap()]);
    assert_eq!(saved["format"], "parquet");
    assert_eq!(&fs::read(&out).unwrap()[..4], b"PAR1");
    let out = scratch.path("for excel.csv");
    let path = out.to_str().unwrap();
    scratch.json([
        "export",
        "t",
        "--out",
        path,
        "--delimiter",
        ";",
        "--bom",
        "--guard-formulas",
    ]);
    assert!(fs::read_to_string(&out).unwrap().starts_with('\u{feff}'));
    let out = scratch.path("book.xlsx");
    let saved = scratch.json(["export", "t", "--out", out.to_str().unwrap()]);
    assert_eq!(
        (&saved["format"], &saved["cut"]),
        (&"xlsx".into(), &0.into())
    );
    let again = scratch.json(["convert", out.to_str().unwrap(), "--name", "again"]);
    assert_eq!(again["rows_written"], saved["rows"]);
}

#[test]
fn what_fails_leaves_nothing() {
    let scratch = Scratch::new();
    scratch.convert(&scratch.file("t.csv", TEXT));
    let before = entries(&scratch.path(""));
    let out = scratch.path("out.csv");
    let out = out.to_str().unwrap();
    scratch
        .run(["export", "nobody", "--out", out])
        .assert_failed(1, "there is no dataset \"nobody\"");
    let run = scratch.run(["export", "--sql", "drop view t", "--out", out]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
    let run = scratch.run(["export", "t", "--out", "no/such/folder/x.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
    let other = scratch.run(["--json", "export", "t", "--out", "x.doc"]);
    assert_eq!(
        (other.code, other.error_document()["code"].as_str()),
        (2, Some("usage")),
        "{other:#?}"
    );
    scratch
        .run(["export", "t", "--out", "x.parquet", "--bom"])
        .assert_failed(2, "are for CSV");
    let odd = scratch.run(["export", "t", "--out", "x.csv", "--delimiter", "||"]);
    assert!(
        odd.code == 2 && odd.stderr.contains("one ASCII character"),
        "{odd:#?}"
    );
    assert_eq!(entries(&scratch.path("")), before);
}
