//! `buzz datasets`, `show`, `remove`, `set` and `ledger`.

use serde_json::{Value, json};

use crate::harness::{Scratch, assert_receipt, entries};

fn with_two() -> Scratch {
    let scratch = Scratch::new();
    let mut text = String::from("id,amount,place\n");
    for id in 0..1_500 {
        text.push_str(&format!(
            "{id},{id}.25,{}\n",
            if id % 3 == 0 { "Köln" } else { "Bonn" }
        ));
    }
    scratch.convert(&scratch.file("sales.csv", text));
    scratch.convert(&scratch.file("odd one.csv", "a\n1\n"));
    scratch
}

#[test]
fn an_empty_library() {
    let scratch = Scratch::new();
    assert_eq!(scratch.json(["datasets"]), json!([]));
    let run = scratch.run(["datasets"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("no datasets yet"), "{run:#?}");
    assert_eq!(scratch.run(["datasets", "--quiet"]).stderr, "");
    assert_eq!(scratch.json(["ledger"]), json!([]));
    scratch
        .run(["show", "x"])
        .assert_failed(1, "there is no dataset \"x\"");
    assert_eq!(
        scratch.run(["remove", "x", "--json"]).error_document()["code"],
        "no_such_dataset"
    );
}

#[test]
fn a_backup_is_a_library() {
    let scratch = with_two();
    let into = scratch.path("kept");
    let document = scratch.json(["backup", into.to_str().unwrap()]);
    assert_eq!(document["datasets"], 2);
    let copy = document["backup"].as_str().unwrap().to_owned();
    assert!(copy.contains("Buzz CSV backup "), "{copy}");
    for name in ["sales", "odd one"] {
        scratch.run(["remove", name]);
    }
    let copied = buzz_library::Library::open(std::path::Path::new(&copy)).unwrap();
    assert_eq!(copied.datasets().unwrap().len(), 2);
    let sales = copied.dataset("sales").unwrap();
    assert_eq!(sales.rows, 1_500);
    assert!(sales.data_path(&copied).is_file());
    let run = scratch.run(["backup", scratch.file("a file", "x").to_str().unwrap()]);
    run.assert_failed(1, "a file");
}

#[test]
fn datasets_are_listed() {
    let scratch = with_two();
    let list = scratch.json(["datasets"]);
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    let sales = list
        .iter()
        .find(|dataset| dataset["name"] == "sales")
        .unwrap();
    let keys: Vec<&String> = sales.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "name",
            "created",
            "source_path",
            "source_bytes",
            "rows",
            "columns",
            "parquet_bytes",
            "strays",
            "context",
            "tags"
        ]
    );
    assert_eq!(
        (&sales["rows"], &sales["columns"], &sales["strays"]),
        (&json!(1_500), &json!(3), &json!(0))
    );
    assert!(sales["parquet_bytes"].as_u64().unwrap() > 100);
    assert_eq!(
        sales["source_path"],
        scratch.path("sales.csv").to_str().unwrap()
    );
    let text = scratch.stdout(["datasets"]);
    assert!(
        text.lines()
            .any(|line| line.contains(" sales ") && line.contains(" 1,500 ")),
        "{text}"
    );
    assert!(text.contains("odd one"), "{text}");
}

#[test]
fn show_tells_schema_profile_and_receipt() {
    let scratch = with_two();
    let shown = scratch.json(["show", "SALES"]);
    let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["dataset", "columns", "profile", "receipt"]);
    assert_receipt(&shown["receipt"]);
    assert_eq!(shown["dataset"]["name"], "sales");
    assert_eq!(shown["columns"], shown["receipt"]["columns"]);
    let profile = &shown["profile"];
    assert_eq!(profile["rows"], 1_500);
    let columns = profile["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 3);
    for column in columns {
        assert!(
            column["name"].is_string() && column["type"].is_string(),
            "{column}"
        );
        assert_eq!(column["nulls"], 0);
        assert!(
            column["distinct"].is_u64() && column["frequent"].is_array(),
            "{column}"
        );
    }
    assert_eq!(
        (&columns[0]["min"], &columns[0]["max"]),
        (&json!("0"), &json!("1499"))
    );
    assert_eq!(
        (&columns[1]["min"], &columns[1]["max"]),
        (&json!("0.25"), &json!("1499.25"))
    );
    assert_eq!(columns[2]["distinct"], 2);
    assert_eq!(
        columns[2]["frequent"][0],
        json!({"value": "Bonn", "count": 1_000})
    );
    // By its id too.
    let id = shown["dataset"]["id"].as_str().unwrap();
    assert_eq!(scratch.json(["show", id])["dataset"]["name"], "sales");
    let text = scratch.stdout(["show", "sales"]);
    assert!(text.starts_with("sales: 1,500 rows, 3 columns, "), "{text}");
    assert!(text.contains("Bonn (1,000)"), "{text}");
    assert!(text.contains("1,500 read = 1,500 written"), "{text}");
}

#[test]
fn a_name_that_is_nearly_right() {
    let scratch = with_two();
    let run = scratch.run(["show", "sale"]);
    run.assert_failed(1, "did you mean \"sales\"?");
}

#[test]
fn set_keeps_a_context_and_renames() {
    let scratch = with_two();
    let set = scratch.json(["set", "sales", "--context", "All of 2026.\nIn euros."]);
    assert_eq!(set["context"], "All of 2026.\nIn euros.");
    let set = scratch.json([
        "set",
        "sales",
        "--rename",
        "Turnover",
        "--context",
        "In euros.",
    ]);
    assert_eq!(
        (&set["name"], &set["context"]),
        (&json!("Turnover"), &json!("In euros."))
    );
    assert_eq!(
        scratch.rows("select count(*) from turnover"),
        json!([[1_500]])
    );
    assert!(
        scratch
            .stdout(["show", "turnover"])
            .contains("\nIn euros.\n")
    );
    scratch
        .run(["show", "sales"])
        .assert_failed(1, "there is no dataset");
    // Two changes of which one is refused change nothing.
    let run = scratch.run([
        "set",
        "turnover",
        "--rename",
        "ODD ONE",
        "--context",
        "other",
    ]);
    run.assert_failed(1, "choose another name");
    assert_eq!(
        scratch.json(["show", "turnover"])["dataset"]["context"],
        "In euros."
    );
    let text = scratch.stdout(["set", "turnover", "--rename", "sales"]);
    assert_eq!(text, "the dataset Turnover is now called sales\n");
}

#[test]
fn set_changes_a_column_from_its_source_and_without_it() {
    let scratch = Scratch::new();
    let source = scratch.file(
        "stock.csv",
        "code,when,n\n007,03/04/2026,1\nx,05/06/2026,2\n",
    );
    scratch.convert(&source);
    let set = |args: &[&str]| {
        let mut all = vec!["set", "stock", "--column"];
        all.extend(args);
        scratch.run(all)
    };

    let run = set(&["WHEN", "--date-order", "mdy"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(
        run.stdout,
        "the column when is now a DATE, read as %m/%d/%Y\n"
    );
    assert_eq!(
        scratch.rows("select \"when\"::varchar from stock"),
        json!([["2026-03-04"], ["2026-05-06"]])
    );
    let run = set(&["when", "--date-order", "mdy"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "the column is so already\n")
    );

    let run = set(&["code", "--type", "bigint", "--rename-column", "Größe"]);
    assert_eq!(run.stdout, "the column Größe is now a BIGINT\n");
    assert!(run.stderr.contains("1 cell is no BIGINT"), "{run:#?}");
    assert_eq!(
        scratch.rows("select \"Größe\", n from stock order by n"),
        json!([[7, 1], [null, 2]])
    );
    assert_eq!(
        scratch.rows("select \"row\", line, \"column\", \"text\" from stock__strays"),
        json!([[2, 3, "Größe", "x"]])
    );
    let shown = scratch.json(["show", "stock"]);
    assert_receipt(&shown["receipt"]);
    assert_eq!(shown["columns"], shown["receipt"]["columns"]);
    assert_eq!(shown["profile"]["columns"][0]["type"], "BIGINT");
    assert_eq!(shown["receipt"]["columns"][0]["source_name"], "code");
    let decisions = shown["receipt"]["decisions"].as_array().unwrap();
    assert!(
        decisions
            .iter()
            .any(|decision| decision["what"] == "type:Größe" && decision["confidence"] == 1.0)
    );

    // Without the source, and with the document for programs.
    std::fs::remove_file(&source).unwrap();
    let set = scratch.json(["set", "stock", "--column", "größe", "--type", "text"]);
    assert_eq!(
        (&set["name"], &set["rows"], &set["strays"]),
        (&json!("stock"), &json!(2), &json!(0))
    );
    assert_eq!(
        scratch.rows("select \"Größe\" from stock order by n"),
        json!([["7"], ["x"]])
    );
    let notes = &scratch.json(["show", "stock"])["columns"][0]["notes"][0];
    assert!(
        notes.as_str().unwrap().contains("is no longer there"),
        "{notes}"
    );
    assert_eq!(
        entries(&scratch.library().join("incoming")),
        Vec::<String>::new()
    );
    assert_eq!(entries(&scratch.library().join("datasets")).len(), 1);
}

#[test]
fn a_column_that_cannot_be_changed_so_is_refused_in_one_sentence() {
    let scratch = with_two();
    let before = scratch.json(["show", "sales"]);
    for (args, sentence) in [
        (["nope", "--type", "text"], "there is no column \"nope\""),
        (["id", "--type", "int"], "there is no type \"int\""),
        (["id", "--date-order", "dmy"], "choose DATE or TIMESTAMP"),
        (["id", "--rename-column", "PLACE"], "choose another name"),
    ] {
        let mut all = vec!["set", "sales", "--column"];
        all.extend(args);
        scratch.run(all).assert_failed(2, sentence);
    }
    assert_eq!(scratch.json(["show", "sales"]), before);
}

#[test]
fn remove_deletes_the_dataset_and_its_files_only() {
    let scratch = with_two();
    let removed = scratch.json(["remove", "sales"]);
    assert_eq!(removed["removed"]["name"], "sales");
    assert_eq!(entries(&scratch.library().join("datasets")).len(), 1);
    assert_eq!(
        entries(&scratch.library().join("incoming")),
        Vec::<String>::new()
    );
    assert!(scratch.path("sales.csv").exists());
    let left: Vec<Value> = serde_json::from_value(scratch.json(["datasets"])).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(
        scratch.stdout(["remove", "odd one"]),
        "the dataset odd one was deleted\n"
    );
    scratch.assert_nothing_left();
}

#[test]
fn a_lost_database_is_rebuilt() {
    let scratch = with_two();
    for name in entries(&scratch.library()) {
        if name.starts_with("library.db") {
            std::fs::remove_file(scratch.library().join(name)).unwrap();
        }
    }
    let mut names: Vec<String> = scratch
        .json(["datasets"])
        .as_array()
        .unwrap()
        .iter()
        .map(|dataset| dataset["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["odd one", "sales"]);
    assert_eq!(scratch.rows("select count(*) from sales"), json!([[1_500]]));
}
