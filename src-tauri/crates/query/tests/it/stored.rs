//! Results that are kept for paging.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use buzz_query::{Cancel, RunOptions, Stored};

use crate::fixture::{Fixture, csv, names, query, rows_of};

fn numbers(stored: &Stored, offset: u64, limit: u64) -> Vec<i64> {
    stored
        .page(offset, limit)
        .unwrap()
        .iter()
        .flat_map(|batch| {
            batch
                .column(0)
                .as_primitive::<Int64Type>()
                .values()
                .to_vec()
        })
        .collect()
}

#[test]
fn pages_are_the_same_in_memory_and_on_disk() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let temp = fixture.path("results");
    for (memory, spilled) in [(u64::MAX, false), (1_000_000, true), (0, true)] {
        let rows = query(
            &engine,
            "SELECT range AS n, 'text ' || range AS s FROM range(100000)",
        )
        .unwrap();
        let stored = Stored::collect(rows, memory, &temp).unwrap();
        assert_eq!((stored.rows(), stored.spilled()), (100_000, spilled));
        assert_eq!(stored.columns()[1].sql_type, "VARCHAR");
        for (offset, limit) in [
            (0, 5),
            (16_380, 10),
            (50_000, 40_000),
            (99_999, 5),
            (100_000, 5),
            (u64::MAX, u64::MAX),
        ] {
            let end = offset.saturating_add(limit).min(100_000);
            assert_eq!(
                numbers(&stored, offset, limit),
                (offset.min(end)..end).map(|n| n as i64).collect::<Vec<_>>()
            );
        }
        let batches = stored.batches();
        drop(stored);
        // A reader goes on while the result is let go.
        assert_eq!(
            batches
                .map(|batch| batch.unwrap().num_rows())
                .sum::<usize>(),
            100_000
        );
    }
    // The temporary files have no name, so that nothing is left even by a process that dies.
    assert_eq!(names(&temp), Vec::<String>::new());
}

#[test]
fn every_type_survives_the_disk() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let sql = "SELECT 1::TINYINT a, 'x'::ENUM('y', 'x') e, [1, NULL] l, {'k': 1.5::DECIMAL(4,2)} s, map {'a': 1} m, \
        uuid() IS NULL u, TIMESTAMP '2025-01-01' t, '\\xAA'::BLOB b, INTERVAL 1 DAY i, NULL n, 1::HUGEINT h, [1, 2]::INT[2] f, \
        TIMESTAMPTZ '2025-01-01 00:00:00+00' z, TIME '01:02:03' c";
    let direct = csv(query(&engine, sql).unwrap()).unwrap();
    let stored =
        Stored::collect(query(&engine, sql).unwrap(), 0, &fixture.path("results")).unwrap();
    assert_eq!(csv(stored.batches()).unwrap(), direct);
}

#[test]
fn a_result_of_no_rows() {
    let fixture = Fixture::new();
    let rows = query(&fixture.engine(), "FROM sales WHERE false").unwrap();
    let stored = Stored::collect(rows, 1_000_000, &fixture.path("results")).unwrap();
    assert_eq!(stored.rows(), 0);
    let page = stored.page(0, 10).unwrap();
    assert_eq!((rows_of(&page), page[0].num_columns()), (0, 5));
}

#[test]
fn cancelling_keeps_nothing() {
    let fixture = Fixture::new();
    let cancel = Cancel::new();
    let rows = fixture
        .engine()
        .query("FROM range(1000000000000)", &RunOptions::default(), &cancel)
        .unwrap();
    let temp = fixture.path("results");
    let error = std::thread::scope(|scope| {
        let collecting = scope.spawn(|| Stored::collect(rows, 1_000_000, &temp));
        std::thread::sleep(std::time::Duration::from_millis(30));
        cancel.cancel();
        collecting.join().unwrap().unwrap_err()
    });
    assert_eq!(error.code(), "cancelled");
    assert!(!temp.exists() || names(&temp).is_empty());
}

#[test]
fn wide_rows_are_kept_within_the_bound() {
    let fixture = Fixture::new();
    let rows = query(
        &fixture.engine(),
        "SELECT repeat('x', 100000) || range AS s FROM range(300)",
    )
    .unwrap();
    let stored = Stored::collect(rows, 2_000_000, &fixture.path("results")).unwrap();
    assert!(stored.spilled());
    assert_eq!(rows_of(&stored.page(100, 150).unwrap()), 150);
}
