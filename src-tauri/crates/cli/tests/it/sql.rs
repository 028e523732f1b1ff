//! `buzz sql`: formats, bounds, and what it refuses.

use std::fs;
use std::io::Read;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::harness::{Run, Scratch, entries};

fn with_numbers(rows: u64) -> Scratch {
    let scratch = Scratch::new();
    let mut text = String::from("id,amount,name,day,ok\n");
    for id in 0..rows {
        text.push_str(&format!(
            "{id},{}.{:02},{},2026-01-{:02},{}\n",
            id * 3,
            id % 100,
            if id % 5 == 0 {
                String::new()
            } else {
                format!("\"n, {id}\"")
            },
            id % 28 + 1,
            id % 2 == 0
        ));
    }
    scratch.convert(&scratch.file("numbers.csv", text));
    scratch
}

/// A query that takes far longer than any test.
const ENDLESS: &str =
    "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3";

#[test]
fn json_is_one_document_with_exact_values() {
    let scratch = with_numbers(10);
    for args in [vec!["--json", "sql"], vec!["sql", "--format", "json"]] {
        let mut args = args;
        args.push("select id, amount, name, day, ok from numbers where id < 2 order by id");
        let text = scratch.stdout(&args);
        let document: Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["columns", "rows", "row_count", "truncated"]);
        assert_eq!(
            document["columns"][0],
            json!({"name": "id", "type": "BIGINT"})
        );
        assert_eq!(
            document["columns"][3],
            json!({"name": "day", "type": "DATE"})
        );
        assert_eq!(document["row_count"], 2);
        assert_eq!(document["truncated"], false);
        assert_eq!(
            document["rows"][0],
            json!([0, 0.0, null, "2026-01-01", true])
        );
        assert_eq!(document["rows"][1][2], "n, 1");
        // All digits of a decimal are there, for those who read them.
        assert!(text.contains("[1,3.01,"), "{text}");
        assert!(text.contains("[0,0.00,"), "{text}");
    }
}

#[test]
fn json_of_every_kind_of_value() {
    let scratch = Scratch::new();
    let text = scratch.stdout([
        "--json",
        "sql",
        "select 9223372036854775807 as big, sum(x)::hugeint as huge, 12345678901234567.89::decimal(38,2) as money, \
         'nan'::double as nan, '-infinity'::double as less, 0.1::double as tenth, [1, null, 3] as list, \
         {'a': 1, 'b': 'x\"y'} as pair, timestamp '2026-01-02 03:04:05.5' as at, time '03:04:05' as clock, \
         null as nothing, '' as empty, 1 as twice, 2 as twice \
         from (values (9223372036854775807::bigint), (9223372036854775807::bigint)) t(x)",
    ]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(
        text.contains("[9223372036854775807,18446744073709551614,12345678901234567.89,"),
        "{text}"
    );
    let row = &document["rows"][0];
    assert_eq!((&row[3], &row[4]), (&json!("NaN"), &json!("-inf")));
    assert_eq!(row[5], 0.1);
    assert_eq!(row[6], json!([1, null, 3]));
    assert_eq!(row[7], json!({"a": 1, "b": "x\"y"}));
    assert!(row[8].as_str().unwrap().starts_with("2026-01-02"), "{row}");
    assert!(row[8].as_str().unwrap().contains("03:04:05.5"), "{row}");
    assert!(row[9].as_str().unwrap().starts_with("03:04:05"), "{row}");
    assert_eq!((&row[10], &row[11]), (&Value::Null, &json!("")));
    assert_eq!(
        (&row[12], &row[13]),
        (&json!(1), &json!(2)),
        "columns of one name are both there"
    );
}

#[test]
fn a_table_shows_the_first_hundred_rows_to_people() {
    let scratch = with_numbers(1_000);
    let run = scratch.run(["sql", "select * from numbers order by id"]);
    assert_eq!(run.code, 0, "{run:#?}");
    assert_eq!(
        run.stdout.lines().count(),
        102,
        "a head, a rule and a hundred rows"
    );
    assert!(run.stdout.starts_with(" id"), "{}", run.stdout);
    assert!(run.stdout.contains("NULL"), "{}", run.stdout);
    assert!(
        run.stderr.contains("the first 100 rows; there are more"),
        "{run:#?}"
    );
    let run = scratch.run(["sql", "select * from numbers where id < 3"]);
    assert_eq!(
        (run.stdout.lines().count(), run.stderr.as_str()),
        (5, "3 rows\n")
    );
    let run = scratch.run([
        "sql",
        "select * from numbers",
        "--max-rows",
        "200",
        "--quiet",
    ]);
    assert_eq!((run.stdout.lines().count(), run.stderr.as_str()), (202, ""));
}

#[test]
fn csv_goes_to_standard_output_whole() {
    let scratch = with_numbers(1_000);
    let text = scratch.stdout([
        "sql",
        "select * from numbers order by id",
        "--format",
        "csv",
    ]);
    assert_eq!(text.lines().count(), 1_001);
    assert!(text.starts_with(
        "id,amount,name,day,ok\n0,0.00,,2026-01-01,true\n1,3.01,\"n, 1\",2026-01-02,false\n"
    ));
    let run = scratch.run([
        "sql",
        "select * from numbers order by id",
        "--format",
        "csv",
        "--max-rows",
        "5",
    ]);
    assert_eq!(run.stdout.lines().count(), 6);
    assert!(run.stderr.contains("--max-rows cut the result"), "{run:#?}");
}

#[test]
fn arrow_and_parquet_go_through_a_pipe() {
    let scratch = with_numbers(5_000);
    let sum = |batches: Vec<RecordBatch>| -> (usize, i64) {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let total = batches
            .iter()
            .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().iter())
            .sum();
        (rows, total)
    };
    let bytes = |format| {
        let output = scratch
            .command(["sql", "select id, name from numbers", "--format", format])
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let expected = (5_000, 4_999 * 5_000 / 2);
    let arrow = bytes("arrow");
    let batches = StreamReader::try_new(arrow.as_slice(), None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(sum(batches), expected);
    let parquet = scratch.file("piped.parquet", bytes("parquet"));
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(fs::File::open(parquet).unwrap()).unwrap();
    assert_eq!(
        sum(reader.build().unwrap().map(Result::unwrap).collect()),
        expected
    );

    // To files as well, by their endings.
    for ending in ["arrow", "parquet"] {
        let out = scratch.path(format!("out.{ending}"));
        let saved = scratch.json([
            "sql",
            "select id, name from numbers",
            "--out",
            out.to_str().unwrap(),
        ]);
        assert_eq!(
            (&saved["rows"], &saved["format"]),
            (&json!(5_000), &json!(ending))
        );
        assert_eq!(saved["bytes"], fs::metadata(&out).unwrap().len());
        let file = fs::File::open(&out).unwrap();
        let batches = if ending == "arrow" {
            FileReader::try_new(file, None)
                .unwrap()
                .map(Result::unwrap)
                .collect()
        } else {
            ParquetRecordBatchReaderBuilder::try_new(file)
                .unwrap()
                .build()
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        assert_eq!(sum(batches), expected);
    }
}

#[test]
fn out_is_whole_or_not_there() {
    let scratch = with_numbers(100);
    let before = entries(&scratch.path(""));
    for name in ["out.csv", "out.json", "out.txt"] {
        let out = scratch.path(name);
        let args = [
            "sql",
            "select * from numbers",
            "--out",
            out.to_str().unwrap(),
        ];
        let saved = scratch.json(args);
        assert_eq!((&saved["path"], &saved["rows"]), (&json!(out), &json!(100)));
        let text = fs::read_to_string(&out).unwrap();
        assert!(!text.is_empty());
        scratch.run(args).assert_failed(1, "exists already");
        let mut forced = args.to_vec();
        forced.push("--force");
        assert!(scratch.stdout(&forced).contains("100 rows"));
        assert_eq!(fs::read_to_string(&out).unwrap(), text);
        fs::remove_file(&out).unwrap();
        // A query that fails on its way leaves nothing, and what was there stays.
        let failing = "select case when id = 99 then error('no') else id end from numbers";
        let run = scratch.run(["sql", failing, "--out", out.to_str().unwrap()]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{run:#?}");
        assert_eq!(entries(&scratch.path("")), before);
    }
}

#[test]
fn whatever_is_not_one_read_is_refused() {
    let scratch = with_numbers(10);
    let secret = scratch.file("secret.csv", "a\n1\n");
    let secret = secret.to_str().unwrap();
    let refused: Vec<(String, &str)> = vec![
        ("drop view numbers".into(), "not_one_read"),
        ("create table t as select 1".into(), "not_one_read"),
        ("select 1; select 2".into(), "not_one_read"),
        (format!("copy numbers to '{secret}'"), "not_one_read"),
        ("set memory_limit = '1TB'".into(), "not_one_read"),
        ("attach ':memory:' as x".into(), "not_one_read"),
        (String::new(), "not_one_read"),
    ];
    for (sql, code) in refused {
        let run = scratch.run(["--json", "sql", &sql]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{sql}: {run:#?}");
        assert_eq!(run.error_document()["code"], code, "{sql}: {run:#?}");
    }
    for sql in [
        format!("select * from read_csv('{secret}')"),
        format!("select * from '{secret}'"),
        "select * from duckdb_settings()".into(),
    ] {
        let run = scratch.run(["sql", &sql]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{sql}: {run:#?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:#?}");
    }
    let wrong = scratch.run(["--json", "sql", "select nothing from numbers"]);
    assert_eq!(
        (wrong.code, wrong.error_document()["code"].as_str()),
        (1, Some("sql_error")),
        "{wrong:#?}"
    );
    assert_eq!(
        wrong.stdout, "",
        "a statement that fails at once prints no half document"
    );
    assert_eq!(fs::read_to_string(secret).unwrap(), "a\n1\n");
    assert_eq!(scratch.rows("select count(*) from numbers"), json!([[10]]));
}

#[test]
fn a_query_that_takes_too_long_exits_with_124() {
    let scratch = Scratch::new();
    let run = scratch.run(["--json", "sql", ENDLESS, "--timeout", "200ms"]);
    assert_eq!((run.code, run.stdout.as_str()), (124, ""), "{run:#?}");
    assert_eq!(run.error_document()["code"], "timed_out");
    let out = scratch.path("out.csv");
    let run = scratch.run([
        "sql",
        ENDLESS,
        "--timeout",
        "200ms",
        "--out",
        out.to_str().unwrap(),
    ]);
    run.assert_failed(124, "allow it more time");
    assert!(!out.exists());
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let scratch = with_numbers(1_000);
    let many = "select a.range, n.name from range(20000) a, numbers n";
    let wide = "select range, repeat('x', 90) from range(20000)";
    for (format, sql) in [
        ("csv", many),
        ("json", many),
        ("arrow", many),
        ("parquet", many),
        ("table", wide),
    ] {
        let mut child = scratch
            .command(["sql", sql, "--format", format, "--max-rows", "20000000"])
            .spawn()
            .unwrap();
        let mut first = [0; 100];
        // Dropping the pipe's end closes it.
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format}");
    }
}

#[test]
fn the_persons_own_day_is_known() {
    let scratch = Scratch::new();
    let rows = scratch.rows("select current_date = today(), now() is not null");
    assert_eq!(rows, json!([[true, true]]));
}
