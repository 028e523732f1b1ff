//! `buzz convert`: what it prints, what it keeps, and every flag.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Scratch, assert_receipt, entries, names, types, warning};

const SALES: &str = "id,day,amount,paid,place\n\
                     1,2026-01-31,10.50,true,\"Köln, Altstadt\"\n\
                     2,2026-02-01,7.25,false,Bonn\n\
                     3,,1200.00,true,\"He said \"\"no\"\"\"\n\
                     4,2026-02-03,0.05,,\"two\nlines\"\n";

fn sales_rows() -> Value {
    json!([
        [1, "2026-01-31", 10.50, true, "Köln, Altstadt"],
        [2, "2026-02-01", 7.25, false, "Bonn"],
        [3, null, 1200.00, true, "He said \"no\""],
        [4, "2026-02-03", 0.05, null, "two\nlines"],
    ])
}

#[test]
fn prints_the_receipt_as_one_document() {
    let scratch = Scratch::new();
    let file = scratch.file("sales.csv", SALES);
    let run = scratch.run(["--json", "convert", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(run.stderr, "");
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_receipt(&document);
    assert_eq!(document["dataset"]["name"], "sales");
    let id = document["dataset"]["id"].as_str().unwrap();
    assert_eq!(entries(&scratch.library().join("datasets")), [id]);
    assert_eq!(
        entries(&scratch.library().join("incoming")),
        Vec::<String>::new()
    );
    assert_eq!(document["source"]["path"], file.to_str().unwrap());
    assert_eq!(document["source"]["bytes"], SALES.len());
    assert_eq!(document["format"], "csv");
    assert_eq!(document["encoding"], "utf-8");
    assert_eq!(document["delimiter"], ",");
    assert_eq!(document["quote"], "\"");
    assert_eq!(document["has_header"], true);
    assert_eq!(document["header_rows"], 1);
    assert_eq!(document["rows_read"], 4);
    assert_eq!(document["rows_written"], 4);
    assert_eq!(document["warnings"], json!([]));
    assert_eq!(names(&document), ["id", "day", "amount", "paid", "place"]);
    let found = types(&document);
    assert_eq!(found[..2], ["BIGINT", "DATE"]);
    assert!(
        found[2].starts_with("DECIMAL(") && found[2].ends_with(",2)"),
        "{found:?}"
    );
    assert_eq!(found[3..], ["BOOLEAN", "VARCHAR"]);
    assert_eq!(document["columns"][1]["nulls"], 1);
    assert_eq!(scratch.rows("select * from sales"), sales_rows());
    // What was printed is what is kept.
    let shown = scratch.json(["show", "sales"]);
    let mut kept = document.clone();
    kept.as_object_mut().unwrap().remove("dataset");
    assert_eq!(shown["receipt"], kept);
}

#[test]
fn prints_the_receipt_for_people() {
    let scratch = Scratch::new();
    let mut text = String::from("id,amount\n");
    for id in 0..12_345 {
        text.push_str(&format!(
            "{id},{}\n",
            if id == 7_000 {
                "see note 4".to_owned()
            } else {
                format!("{id}.50")
            }
        ));
    }
    let file = scratch.file("sales.csv", text);
    let run = scratch.run(["convert", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(run.stderr, "", "no terminal, no progress");
    let receipt = run.stdout;
    assert!(
        receipt.starts_with(&format!("{} is now the dataset sales\n", file.display())),
        "{receipt}"
    );
    assert!(
        receipt.contains("12,345 read = 12,345 written + 0 blank + 0 set aside"),
        "{receipt}"
    );
    assert!(receipt.contains("fields between commas"), "{receipt}");
    assert!(receipt.contains("DECIMAL("), "{receipt}");
    assert!(receipt.contains("Worth a look\n"), "{receipt}");
}

#[test]
fn cells_that_do_not_fit_are_told_with_their_lines() {
    let scratch = Scratch::new();
    let mut text = String::from("id,amount\n");
    for id in 0..12_345 {
        let odd = id == 7_000 || id == 12_000;
        text.push_str(&format!(
            "{id},{}\n",
            if odd {
                "see note".to_owned()
            } else {
                format!("{id}.50")
            }
        ));
    }
    let file = scratch.file("sales.csv", text);
    let receipt = scratch.convert(&file);
    let strays = warning(&receipt, "stray_cells");
    assert_eq!(
        (&strays["count"], &strays["lines"]),
        (&json!(2), &json!([7_002, 12_002]))
    );
    assert_eq!(
        scratch.rows("select row, line, \"column\", text from sales__strays order by line"),
        json!([
            [7_001, 7_002, "amount", "see note"],
            [12_001, 12_002, "amount", "see note"]
        ])
    );
    let shown = scratch.stdout(["show", "sales"]);
    assert!(shown.contains("(lines 7,002, 12,002)"), "{shown}");
}

#[test]
fn several_files_are_an_array_and_one_that_fails_stops_nobody() {
    let scratch = Scratch::new();
    let (a, b) = (
        scratch.file("a.csv", "x\n1\n"),
        scratch.file("b.csv", "y\n2\n"),
    );
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let both = scratch.json(["convert", a, b]);
    assert_eq!(both.as_array().unwrap().len(), 2);
    assert_eq!(both[0]["dataset"]["name"], "a");
    assert_eq!(both[1]["dataset"]["name"], "b");

    let run = scratch.run(["--json", "convert", a, "missing.csv", b]);
    assert_eq!(run.code, 1, "{run:#?}");
    let done: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(done.as_array().unwrap().len(), 2, "the others are kept");
    assert_eq!(done[1]["dataset"]["name"], "b 2");
    assert!(run.stderr.contains("missing.csv was not found"), "{run:#?}");
    let error = run.error_document();
    assert_eq!(error["code"], "not_found");
    assert!(
        error["message"].as_str().unwrap().contains("1 of 3 files"),
        "{error}"
    );

    let empty = scratch.file("empty.csv", "");
    let run = scratch.run(["--json", "convert", "missing.csv", empty.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert_eq!(
        serde_json::from_str::<Value>(&run.stdout).unwrap(),
        json!([])
    );
    assert_eq!(run.error_document()["code"], "some_failed");
}

#[test]
fn out_writes_just_that_file() {
    let scratch = Scratch::new();
    let file = scratch.file("sales.csv", SALES);
    let out = scratch.path("there.parquet");
    let args = [
        "convert",
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    let document = scratch.json(args);
    assert_receipt(&document);
    assert_eq!(document["output"]["data"], out.to_str().unwrap());
    assert_eq!(
        document["output"]["receipt"],
        scratch.path("there.receipt.json").to_str().unwrap()
    );
    assert_eq!(document["output"]["strays"], Value::Null);
    assert!(document.get("dataset").is_none());
    assert!(!scratch.library().exists(), "the library is left alone");
    let receipt: Value =
        serde_json::from_slice(&fs::read(scratch.path("there.receipt.json")).unwrap()).unwrap();
    assert_receipt(&receipt);
    assert_eq!(
        entries(&scratch.path("")),
        ["sales.csv", "there.parquet", "there.receipt.json"],
        "nothing else beside it"
    );
    let parquet = fs::read(&out).unwrap();
    assert_eq!(
        (&parquet[..4], &parquet[parquet.len() - 4..]),
        (&b"PAR1"[..], &b"PAR1"[..])
    );

    // An existing file is replaced with --force only.
    fs::write(&out, "precious").unwrap();
    scratch.run(args).assert_failed(1, "exists already");
    assert_eq!(fs::read(&out).unwrap(), b"precious");
    let mut forced = args.to_vec();
    forced.push("--force");
    scratch.json(&forced);
    assert_eq!(fs::read(&out).unwrap().len(), parquet.len());
}

#[test]
fn out_keeps_strays_beside_it() {
    let scratch = Scratch::new();
    let mut text = String::from("amount\n");
    for amount in 0..1_000 {
        text.push_str(&format!("{amount}.25\n"));
    }
    text.push_str("see note 4\n");
    let file = scratch.file("a.csv", text);
    let out = scratch.path("a.parquet");
    let document = scratch.json([
        "convert",
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(
        document["output"]["strays"],
        scratch.path("a.strays.parquet").to_str().unwrap()
    );
    assert_eq!(document["columns"][0]["strays"], 1);
    assert!(scratch.path("a.strays.parquet").exists());
}

#[test]
fn out_that_fails_leaves_nothing() {
    let scratch = Scratch::new();
    let file = scratch.file("empty.csv", "");
    let out = scratch.path("x.parquet");
    scratch
        .run([
            "convert",
            file.to_str().unwrap(),
            "--out",
            out.to_str().unwrap(),
        ])
        .assert_failed(1, "is empty");
    let run = scratch.run([
        "convert",
        file.to_str().unwrap(),
        "--out",
        "no/such/folder/x.parquet",
    ]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
    assert_eq!(entries(&scratch.path("")), ["empty.csv"]);
}

#[test]
fn explain_decides_and_converts_nothing() {
    let scratch = Scratch::new();
    let file = scratch.file("sales.csv", SALES);
    let document = scratch.json(["convert", "--explain", file.to_str().unwrap()]);
    assert_eq!(names(&document), ["id", "day", "amount", "paid", "place"]);
    assert_eq!(types(&document)[..2], ["BIGINT", "DATE"]);
    assert!(document.get("dataset").is_none());
    assert_eq!(
        entries(&scratch.path("")),
        ["sales.csv"],
        "no library was made"
    );
    let text = scratch.stdout(["convert", "--explain", file.to_str().unwrap()]);
    assert!(text.contains("would be converted"), "{text}");
}

#[test]
fn the_flags_overrule() {
    let scratch = Scratch::new();
    let file = scratch.file("sales.csv", SALES);
    let file = file.to_str().unwrap();

    let text = scratch.json(["convert", file, "--types", "text", "--name", "as text"]);
    assert_eq!(text["dataset"]["name"], "as text");
    assert!(
        types(&text).iter().all(|sql_type| *sql_type == "VARCHAR"),
        "{text:#}"
    );
    assert_eq!(
        scratch.rows("select amount from \"as text\" where id = '3'"),
        json!([["1200.00"]])
    );

    let no_header = scratch.json(["convert", file, "--header", "no", "--name", "bare"]);
    assert_eq!(names(&no_header)[..2], ["column_1", "column_2"]);
    assert_eq!(no_header["rows_written"], 5);
    assert_eq!(no_header["has_header"], false);

    let odd = scratch.file("odd.txt", "a#b\n'1#2'#3\n");
    let odd = scratch.json([
        "convert",
        odd.to_str().unwrap(),
        "--delimiter",
        "#",
        "--quote",
        "'",
        "--header",
        "yes",
    ]);
    assert_eq!(
        (&odd["delimiter"], &odd["quote"]),
        (&json!("#"), &json!("'"))
    );
    assert_eq!(scratch.rows("select * from odd"), json!([["1#2", 3]]));

    let titled = scratch.file("titled.csv", "made by machine\non a Monday\na,b\n1,2\n");
    let titled = scratch.json(["convert", titled.to_str().unwrap(), "--skip-rows", "2"]);
    assert_eq!(names(&titled), ["a", "b"]);
    assert_eq!(titled["preamble_rows"], 2);
    assert_eq!(titled["rows_written"], 1);

    let dates = scratch.file("dates.csv", "day\n03/04/2026\n05/06/2026\n");
    let dates = dates.to_str().unwrap();
    scratch.json(["convert", dates, "--date-order", "mdy", "--name", "mdy"]);
    scratch.json(["convert", dates, "--date-order", "dmy", "--name", "dmy"]);
    assert_eq!(
        scratch.rows("select * from mdy"),
        json!([["2026-03-04"], ["2026-05-06"]])
    );
    assert_eq!(
        scratch.rows("select * from dmy"),
        json!([["2026-04-03"], ["2026-06-05"]])
    );

    let lean = scratch.json([
        "convert",
        file,
        "--no-profile",
        "--memory",
        "128MB",
        "--threads",
        "1",
        "--compression",
        "snappy",
        "--name",
        "lean",
    ]);
    assert_eq!(lean["rows_written"], 4);
    assert_eq!(scratch.json(["show", "lean"])["profile"], Value::Null);
    assert_eq!(scratch.rows("select * from lean"), sales_rows());
    for codec in ["none", "zstd"] {
        scratch.json(["convert", file, "--compression", codec, "--name", codec]);
        assert_eq!(
            scratch.rows(&format!("select * from {codec}")),
            sales_rows()
        );
    }
}

#[test]
fn options_that_fit_no_file_are_wrong_usage() {
    let scratch = Scratch::new();
    let file = scratch.file("sales.csv", SALES);
    for flags in [["--memory", "1MB"], ["--encoding", "klingon"]] {
        let run = scratch.run(["convert", file.to_str().unwrap(), flags[0], flags[1]]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{flags:?}: {run:#?}"
        );
        assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
    }
    scratch.assert_nothing_left();
}

#[test]
fn every_line_end_delimiter_and_mark_gives_the_same_rows() {
    let scratch = Scratch::new();
    for (index, delimiter) in [',', ';', '\t', '|'].into_iter().enumerate() {
        for end in ["\n", "\r\n"] {
            for mark in ["", "\u{feff}"] {
                let record = |fields: [&str; 3]| {
                    let fields = fields.map(|field| {
                        let special = field.contains([delimiter, '"', '\n', '\r']);
                        if special {
                            format!("\"{}\"", field.replace('"', "\"\""))
                        } else {
                            field.to_owned()
                        }
                    });
                    fields.join(&delimiter.to_string()) + end
                };
                let odd = format!("a{delimiter}b");
                let text = [
                    record(["id", "amount", "remark"]),
                    record(["1", "10.50", &odd]),
                    record(["2", "0.25", "said \"no\""]),
                    record(["3", "", "two\nlines"]),
                    record(["4", "7.00", "two\r\nlines"]),
                ];
                let name = format!("t{index}_{}_{}", end.len(), mark.len());
                let file = scratch.file(&format!("{name}.csv"), format!("{mark}{}", text.concat()));
                let receipt = scratch.convert(&file);
                assert_eq!(receipt["delimiter"], delimiter.to_string(), "{name}");
                assert_eq!(
                    receipt["encoding"],
                    if mark.is_empty() {
                        "utf-8"
                    } else {
                        "utf-8-bom"
                    },
                    "{name}"
                );
                assert_eq!(names(&receipt), ["id", "amount", "remark"], "{name}");
                assert_eq!(
                    scratch.rows(&format!("select * from {name}")),
                    json!([
                        [1, 10.50, odd],
                        [2, 0.25, "said \"no\""],
                        [3, null, "two\nlines"],
                        [4, 7.00, "two\r\nlines"],
                    ]),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn warnings_go_to_standard_error_unless_they_are_unwanted() {
    let scratch = Scratch::new();
    let file = scratch.file("ragged.csv", "a,b\n1,2\n3\n4,5,6\n\n7,8\n");
    let run = scratch.run(["--json", "convert", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run:#?}");
    let receipt: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_receipt(&receipt);
    assert_eq!(
        (&receipt["ragged_short"], &receipt["ragged_long"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&receipt["rows_read"], &receipt["rows_blank"]),
        (&json!(5), &json!(1))
    );
    assert_eq!(warning(&receipt, "short_rows")["lines"], json!([3]));
    assert_eq!(warning(&receipt, "long_rows")["lines"], json!([4]));
    assert_eq!(
        run.stderr
            .lines()
            .filter(|line| line.starts_with("warning: "))
            .count(),
        2,
        "{run:#?}"
    );
    let run = scratch.run(["--json", "--quiet", "convert", file.to_str().unwrap()]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}
