//! How statements run: streamed, bounded, stopped.

use std::time::{Duration, Instant};

use buzz_query::{Batches, Cancel, RunOptions};

use crate::fixture::{Fixture, csv, names, query, values};

/// A statement that would run for minutes without reading much.
const ENDLESS: &str =
    "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3";

#[test]
fn cancel_stops_at_once_and_the_engine_stays_usable() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for sql in [
        ENDLESS,
        "WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT max(n) FROM x",
        "PIVOT (SELECT a.range % 3 AS k FROM range(10000000) a, range(1000000) b) ON k USING count(*)",
        "SELECT * FROM range(100000000) ORDER BY hash(range) LIMIT 1 OFFSET 50000000",
    ] {
        let cancel = Cancel::new();
        let error = std::thread::scope(|scope| {
            let running = scope.spawn(|| {
                engine
                    .query(sql, &RunOptions::default(), &cancel)
                    .and_then(csv)
            });
            std::thread::sleep(Duration::from_millis(50));
            cancel.cancel();
            running.join().unwrap().unwrap_err()
        });
        assert_eq!(error.code(), "cancelled", "{sql}: {error}");
        assert_eq!(values(&engine, "SELECT count(*) FROM sales").unwrap(), "4");
    }
}

#[test]
fn a_token_that_is_cancelled_already_starts_nothing() {
    let fixture = Fixture::new();
    let cancel = Cancel::new();
    cancel.cancel();
    let error = fixture
        .engine()
        .query(ENDLESS, &RunOptions::default(), &cancel)
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
}

#[test]
fn timeout_stops_and_says_how_long_it_was() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let run = RunOptions {
        timeout: Some(Duration::from_millis(150)),
        ..RunOptions::default()
    };
    for sql in [ENDLESS, "SELECT * FROM range(1000000000000)"] {
        let started = Instant::now();
        let error = engine
            .query(sql, &run, &Cancel::new())
            .and_then(csv)
            .unwrap_err();
        assert_eq!(error.code(), "timed_out");
        assert!(error.to_string().contains("0.15 s"), "{error}");
        assert!(started.elapsed() >= Duration::from_millis(150));
        assert_eq!(values(&engine, "SELECT 1").unwrap(), "1");
    }
}

#[test]
fn rows_come_while_they_are_computed() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    // More rows than could ever be kept: the first batch can only come if the rest is not waited for.
    let mut rows = query(&engine, "SELECT range AS n FROM range(1000000000000)").unwrap();
    assert_eq!(rows.columns()[0].sql_type, "BIGINT");
    assert!(rows.next().unwrap().unwrap().num_rows() > 0);
    drop(rows);
    assert_eq!(values(&engine, "SELECT 1").unwrap(), "1");
}

#[test]
fn dropping_rows_unread_stops_the_statement() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for _ in 0..20 {
        drop(query(&engine, "FROM range(1000000000000)").unwrap());
    }
    drop(engine);
    // Every thread has let go of the instance, so that its temporary folder is gone.
    assert_eq!(names(&fixture.path("temp")), Vec::<String>::new());
}

#[test]
fn at_most_the_rows_that_were_asked_for() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for (limit, given, truncated) in [
        (0, 0, true),
        (1, 1, true),
        (2048, 2048, true),
        (5000, 5000, true),
        (9999, 9999, true),
        (10_000, 10_000, false),
        (10_001, 10_000, false),
    ] {
        let run = RunOptions {
            max_rows: Some(limit),
            ..RunOptions::default()
        };
        let mut rows = engine
            .query("FROM range(10000)", &run, &Cancel::new())
            .unwrap();
        let mut count = 0;
        for batch in rows.by_ref() {
            count += batch.unwrap().num_rows();
        }
        assert_eq!((count, rows.truncated()), (given, truncated), "{limit}");
    }
}

#[test]
fn an_error_in_the_middle_ends_the_rows() {
    let fixture = Fixture::with(&[(
        "t",
        "SELECT CASE WHEN range = 90000 THEN 'x' ELSE range::VARCHAR END AS v FROM range(100000)",
    )]);
    let mut rows = query(&fixture.engine(), "SELECT v::BIGINT FROM t").unwrap();
    let error = rows.find_map(Result::err).unwrap();
    assert_eq!(error.code(), "sql_error");
    assert!(
        error
            .to_string()
            .contains("Could not convert string 'x' to INT64"),
        "{error}"
    );
    assert!(rows.next().is_none());
}

#[test]
fn too_little_memory_is_an_error() {
    let fixture = Fixture::new();
    let mut options = fixture.options();
    options.memory = 60_000_000;
    options.temp_limit = 40_000_000;
    let engine = buzz_query::Engine::open(&fixture.tables, &options).unwrap();
    for sql in [
        "SELECT list(range) FROM range(100000000)",
        "SELECT string_agg(range::VARCHAR || 'abcdefgh') FROM range(100000000)",
        "SELECT repeat('x', 4000000000)",
        "SELECT length(repeat(repeat('x', 100000), 100000))",
    ] {
        let error = values(&engine, sql).unwrap_err();
        assert!(
            matches!(error.code(), "memory" | "temporary_space" | "sql_error"),
            "{sql}: {}: {error}",
            error.code()
        );
        assert_eq!(
            values(&engine, "SELECT count(*) FROM sales").unwrap(),
            "4",
            "{sql}"
        );
    }
}

#[test]
fn too_little_temporary_space_is_an_error_and_what_was_spilled_goes() {
    let fixture = Fixture::new();
    let mut options = fixture.options();
    options.memory = 60_000_000;
    options.temp_limit = 20_000_000;
    let engine = buzz_query::Engine::open(&fixture.tables, &options).unwrap();
    let sql = "SELECT max(v) FROM (SELECT range, hash(range)::VARCHAR AS v FROM range(20000000) ORDER BY v OFFSET 10)";
    let error = values(&engine, sql).unwrap_err();
    assert!(
        matches!(error.code(), "temporary_space" | "memory"),
        "{}: {error}",
        error.code()
    );
    assert_eq!(values(&engine, "SELECT count(*) FROM sales").unwrap(), "4");
    drop(engine);
    assert_eq!(names(&fixture.path("temp")), Vec::<String>::new());
}

#[test]
fn what_does_not_fit_in_memory_is_sorted_on_disk() {
    let fixture = Fixture::new();
    let mut options = fixture.options();
    options.memory = 60_000_000;
    let engine = buzz_query::Engine::open(&fixture.tables, &options).unwrap();
    let rows = query(
        &engine,
        "SELECT range FROM range(6000000) ORDER BY hash(range)",
    )
    .unwrap();
    assert_eq!(
        rows.map(|batch| batch.unwrap().num_rows()).sum::<usize>(),
        6_000_000
    );
}

#[test]
fn results_of_no_rows_have_columns() {
    let fixture = Fixture::new();
    let rows = query(
        &fixture.engine(),
        "SELECT id, region, day, amount FROM sales WHERE false",
    )
    .unwrap();
    let types: Vec<_> = rows
        .columns()
        .into_iter()
        .map(|column| column.sql_type)
        .collect();
    assert_eq!(types, ["INTEGER", "VARCHAR", "DATE", "DECIMAL(9,2)"]);
    assert_eq!(csv(rows).unwrap(), "id,region,day,amount\n");
}

#[test]
fn a_stream_of_bytes_reads_back() {
    let fixture = Fixture::new();
    let rows = query(&fixture.engine(), "FROM sales").unwrap();
    let schema = Batches::schema(&rows);
    let batches: Vec<_> = rows.collect::<Result<_, _>>().unwrap();
    let bytes = buzz_query::to_ipc(&schema, &batches).unwrap();
    let back: Vec<_> = arrow::ipc::reader::StreamReader::try_new(&bytes[..], None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(back, batches);
    let empty = buzz_query::to_ipc(&schema, &[]).unwrap();
    assert_eq!(
        arrow::ipc::reader::StreamReader::try_new(&empty[..], None)
            .unwrap()
            .schema(),
        schema
    );
}
