//! What the doctor says of statements that give nothing.

use std::time::Duration;

use buzz_query::{Cancel, Diagnosis, FilterPlace, RunOptions};

use crate::fixture::Fixture;

fn diagnosis(sql: &str) -> Option<Diagnosis> {
    let fixture = Fixture::with(&[
        ("sales", crate::fixture::SALES),
        (
            "regions",
            "SELECT * FROM (VALUES ('nord', 1), ('sued', 2)) t(region, code)",
        ),
    ]);
    let run = RunOptions {
        timeout: Some(Duration::from_secs(20)),
        ..RunOptions::default()
    };
    fixture
        .engine()
        .why_empty(sql, &run, &Cancel::new())
        .unwrap()
}

fn filters(sql: &str) -> Vec<(FilterPlace, String, u64)> {
    diagnosis(sql)
        .map(|diagnosis| {
            diagnosis
                .filters
                .into_iter()
                .map(|one| (one.place, one.filter, one.rows))
                .collect()
        })
        .unwrap_or_default()
}

#[test]
fn the_filter_to_blame_is_named() {
    let sql = "SELECT * FROM sales WHERE region = 'nroth' AND amount > 5 ORDER BY id LIMIT 10";
    assert_eq!(
        filters(sql),
        [(FilterPlace::Where, "region = 'nroth'".to_owned(), 3)]
    );
    assert_eq!(
        diagnosis(sql).unwrap().sentence(),
        "Nothing is left because of the filter region = 'nroth': without it there are 3 rows."
    );
}

#[test]
fn an_aggregate_of_nothing_is_seen_through() {
    for sql in [
        "SELECT sum(amount) AS s FROM sales WHERE region = 'nroth' AND year = 2024",
        "SELECT count(*), max(day) FROM sales WHERE region = 'nroth' AND year = 2024",
    ] {
        assert_eq!(
            filters(sql),
            [(FilterPlace::Where, "region = 'nroth'".to_owned(), 2)],
            "{sql}"
        );
    }
}

#[test]
fn groups_and_joins_are_tried_too() {
    assert_eq!(
        filters("SELECT region, sum(amount) FROM sales GROUP BY region HAVING sum(amount) > 1000"),
        [(FilterPlace::Having, "sum(amount) > 1000".to_owned(), 3)]
    );
    assert_eq!(
        filters("SELECT * FROM sales s JOIN regions r ON s.region = r.region WHERE s.id > 1"),
        [(FilterPlace::Join, "s.region = r.region".to_owned(), 3)]
    );
    assert_eq!(
        filters("SELECT * FROM sales s JOIN regions r ON s.id = r.code AND r.region = 'west'"),
        [
            (FilterPlace::Join, "r.region = 'west'".to_owned(), 2),
            (
                FilterPlace::Join,
                "(s.id = r.code) AND (r.region = 'west')".to_owned(),
                4
            )
        ]
    );
}

#[test]
fn with_clauses_and_subqueries_are_looked_into() {
    assert_eq!(
        filters(
            "WITH x AS (SELECT * FROM sales WHERE year = 1999) SELECT region FROM x WHERE amount > 1 GROUP BY 1"
        ),
        [(FilterPlace::Where, "\"year\" = 1999".to_owned(), 2)]
    );
    assert_eq!(
        filters("SELECT * FROM (SELECT id FROM sales WHERE \"year\" = 1999 AND id > 2)"),
        [(FilterPlace::Where, "\"year\" = 1999".to_owned(), 2)]
    );
}

#[test]
fn where_only_several_together_are_to_blame_nobody_is_named() {
    let found =
        diagnosis("SELECT * FROM sales WHERE id = 1 AND region = 'x' AND year = 1999").unwrap();
    assert!(found.filters.is_empty() && found.complete);
    assert_eq!(
        found.sentence(),
        "No row passes the 3 filters together; none of them alone is to blame."
    );
}

#[test]
fn what_gives_rows_or_cannot_be_taken_apart_is_left_alone() {
    for sql in [
        "SELECT * FROM sales WHERE id = 1",
        "SELECT sum(amount) FROM sales WHERE id = 4",
        "SELECT count(*) FROM sales WHERE id = 1",
        "SELECT 0 AS n",
        "SELECT * FROM sales LIMIT 0",
        "SUMMARIZE sales",
        "PIVOT sales ON year USING sum(amount)",
    ] {
        assert_eq!(diagnosis(sql), None, "{sql}");
    }
}

#[test]
fn a_condition_that_joins_two_tables_is_never_given_up() {
    let found = filters("SELECT * FROM sales s, regions r WHERE s.id = r.code AND s.region = 'x'");
    assert_eq!(
        found,
        [(FilterPlace::Where, "s.region = 'x'".to_owned(), 2)]
    );
}

#[test]
fn a_filter_that_guards_a_cast_is_not_given_up_with_an_error() {
    // Where a statement fails without a filter, nothing is said of that filter.
    let found = filters("SELECT * FROM regions WHERE code < 0 AND region = 'nord'");
    assert_eq!(found, [(FilterPlace::Where, "code < 0".to_owned(), 1)]);
    assert_eq!(
        filters(
            "SELECT code FROM regions WHERE region NOT IN ('nord', 'sued') AND region::INTEGER > 0"
        ),
        []
    );
}
