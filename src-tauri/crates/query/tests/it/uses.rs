//! The columns that a statement uses.

use crate::fixture::{Fixture, SALES};

fn used(sql: &str) -> Vec<String> {
    let fixture = Fixture::with(&[
        ("Sales", SALES),
        ("regions", "SELECT 'north' AS region, 1 AS code"),
    ]);
    fixture
        .engine()
        .columns_used(sql)
        .unwrap()
        .into_iter()
        .map(|used| {
            let mut text = format!("{}.{}", used.table, used.column);
            if !used.aggregates.is_empty() {
                text.push_str(&format!(" {}", used.aggregates.join("+")));
            }
            if used.filters {
                text.push_str(" filter");
            }
            if used.groups {
                text.push_str(" group");
            }
            text
        })
        .collect()
}

#[test]
fn columns_are_told_with_what_they_are_used_for() {
    assert_eq!(
        used("SELECT region, sum(amount) FROM sales WHERE \"year\" = 2024 GROUP BY 1 ORDER BY 2"),
        [
            "Sales.amount sum",
            "Sales.region group",
            "Sales.year filter"
        ]
    );
    assert_eq!(
        used(
            "SELECT avg(s.AMOUNT) FILTER (WHERE s.day > DATE '2025-01-01') FROM sales s JOIN regions r ON s.region = r.region"
        ),
        [
            "Sales.amount avg",
            "Sales.day filter",
            "Sales.region filter",
            "regions.region filter"
        ]
    );
    assert_eq!(
        used("SELECT count(*) FROM sales JOIN regions USING (region)"),
        ["Sales.region filter", "regions.region filter"]
    );
    assert_eq!(
        used("SELECT region, sum(amount) FROM sales GROUP BY ALL ORDER BY ALL"),
        ["Sales.amount sum", "Sales.region group"]
    );
    assert_eq!(
        used("SELECT * FROM regions"),
        ["regions.code", "regions.region"]
    );
    assert_eq!(
        used("SELECT r.* FROM regions r, sales s WHERE s.id = 1"),
        ["Sales.id filter", "regions.code", "regions.region"]
    );
}

#[test]
fn with_clauses_and_subqueries_are_followed() {
    assert_eq!(
        used(
            "WITH x AS (SELECT id, amount FROM sales) SELECT max(amount) FROM x WHERE id IN (SELECT code FROM regions)"
        ),
        ["Sales.amount", "Sales.id", "regions.code"]
    );
    // A WITH clause of a dataset's name is not the dataset.
    assert_eq!(
        used("WITH regions AS (SELECT 1 AS code) SELECT code FROM regions"),
        Vec::<String>::new()
    );
}

#[test]
fn tables_are_told_whatever_is_read_of_them() {
    let fixture = Fixture::with(&[
        ("Sales", SALES),
        ("regions", "SELECT 'north' AS region, 1 AS code"),
    ]);
    let engine = fixture.engine();
    let tables = |sql: &str| engine.tables_used(sql).unwrap();
    assert_eq!(tables("SELECT count(*) FROM sales"), ["Sales"]);
    assert_eq!(tables("SELECT 1 WHERE EXISTS (FROM REGIONS)"), ["regions"]);
    assert_eq!(
        tables("WITH sales AS (FROM regions) FROM sales"),
        ["regions"]
    );
    assert_eq!(tables("SELECT 1"), Vec::<String>::new());
}
