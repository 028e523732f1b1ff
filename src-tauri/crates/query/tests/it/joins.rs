//! The health of joins, and likely keys, counted on tables that are known.

use std::time::Duration;

use buzz_query::{Cancel, Engine, JoinHealth, KeyColumn, RunOptions};

use crate::fixture::Fixture;

fn engine() -> (Fixture, Engine) {
    let fixture = Fixture::with(&[
        (
            "orders",
            "SELECT * FROM (VALUES (1, 10, 5.0), (2, 10, 7.0), (3, 11, 9.0), (4, 99, 1.0), (5, NULL, 2.0)) t(id, customer_id, total)",
        ),
        (
            "Customers",
            "SELECT * FROM (VALUES (10, 'Acme'), (11, 'Globex'), (12, 'Initech')) t(id, name)",
        ),
        (
            "payments",
            "SELECT * FROM (VALUES (10, 1.5), (10, 2.5), (11, 3.0), (11, 4.0)) t(customer_id, amount)",
        ),
    ]);
    let engine = fixture.engine();
    (fixture, engine)
}

fn health(sql: &str) -> Vec<JoinHealth> {
    let (_fixture, engine) = engine();
    let run = RunOptions {
        timeout: Some(Duration::from_secs(20)),
        ..RunOptions::default()
    };
    engine.join_health(sql, &run, &Cancel::new()).unwrap()
}

#[test]
fn keys_without_a_partner_are_counted() {
    let found = health(
        "SELECT sum(o.total) FROM orders o JOIN Customers c ON c.id = o.customer_id WHERE o.id > 0",
    );
    let [join] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (join.left.as_str(), join.right.as_str()),
        ("orders", "Customers")
    );
    assert_eq!(join.on, "o.customer_id = c.id");
    assert_eq!(
        (join.left_keys, join.left_keys_alone, join.left_rows_alone),
        (3, 1, 2)
    );
    assert_eq!(
        (
            join.right_keys,
            join.right_keys_alone,
            join.right_rows_alone
        ),
        (3, 1, 1)
    );
    assert_eq!((join.pairs, join.left_rows_matched), (3, 3));
    assert!(!join.multiplies() && join.repeated.is_empty(), "{join:?}");
    assert_eq!(
        join.sentences(),
        [
            "1 of 3 keys of orders finds no partner in Customers (join on o.customer_id = c.id): 2 rows, left out of the result."
        ]
    );
}

#[test]
fn a_join_that_keeps_rows_says_so() {
    let found = health("SELECT * FROM orders LEFT JOIN Customers c ON customer_id = c.id");
    assert_eq!(found[0].left_rows_lost, 0);
    assert!(
        found[0].sentences()[0].ends_with("2 rows, kept with empty cells."),
        "{:?}",
        found[0].sentences()
    );
}

#[test]
fn rows_that_multiply_are_told() {
    let found =
        health("SELECT sum(total), sum(p.amount) FROM orders JOIN payments p USING (customer_id)");
    let join = &found[0];
    assert_eq!(
        (
            join.keys_many_to_many,
            join.left_rows_matched,
            join.right_rows_matched,
            join.pairs
        ),
        (1, 3, 4, 6)
    );
    assert_eq!(join.on, "customer_id");
    assert_eq!(join.repeated, ["sum(total)", "sum(p.amount)"]);
    let sentences = join.sentences();
    assert!(
        sentences.contains(
            &"Rows multiply: 1 key stands in several rows of both orders and payments (join on customer_id), so 3 rows and 4 become 6."
                .to_owned()
        ),
        "{sentences:?}"
    );
}

#[test]
fn a_sum_of_the_side_that_a_join_repeats_is_told() {
    // Each order once: the customers are what is repeated, and nothing of theirs is added up.
    let found = health(
        "SELECT sum(o.total), count(*) FROM Customers c JOIN orders o ON o.customer_id = c.id",
    );
    assert_eq!(found[0].repeated, Vec::<String>::new());
    let found = health("SELECT sum(c.id) FROM Customers c JOIN orders o ON o.customer_id = c.id");
    assert_eq!(found[0].repeated, ["sum(c.id)"]);
}

#[test]
fn joins_in_with_clauses_and_in_from_are_looked_at() {
    let found = health(
        "WITH big AS (SELECT * FROM orders WHERE total > 1), \
         named AS (SELECT b.id AS order_id, c.name FROM big b JOIN Customers c ON b.customer_id = c.id) \
         SELECT * FROM (SELECT p.amount FROM payments p JOIN Customers c ON p.customer_id = c.id), named",
    );
    let mut ons: Vec<_> = found.iter().map(|join| join.on.as_str()).collect();
    ons.sort_unstable();
    assert_eq!(ons, ["b.customer_id = c.id", "p.customer_id = c.id"]);
    let three = health(
        "SELECT * FROM orders o JOIN Customers c ON o.customer_id = c.id JOIN payments p ON p.customer_id = c.id AND p.customer_id = o.customer_id",
    );
    assert_eq!(three.len(), 2);
}

#[test]
fn what_is_no_join_on_equal_keys_is_left_alone() {
    for sql in [
        "SELECT * FROM orders",
        "SELECT * FROM orders, Customers",
        "SELECT * FROM orders o JOIN Customers c ON o.customer_id < c.id",
        "SELECT * FROM orders o JOIN Customers c ON o.customer_id = c.id OR true",
        "SELECT * FROM orders o SEMI JOIN Customers c ON o.customer_id = c.id",
        "SELECT * FROM orders o JOIN Customers c ON o.customer_id = 10",
        "PIVOT orders ON customer_id USING sum(total)",
    ] {
        assert_eq!(health(sql), [], "{sql}");
    }
}

#[test]
fn likely_keys_have_like_names_and_values_in_common() {
    let (_fixture, engine) = engine();
    let column = |table: &str, column: &str, sql_type: &str| KeyColumn {
        table: table.to_owned(),
        column: column.to_owned(),
        sql_type: sql_type.to_owned(),
        distinct: None,
    };
    let columns = [
        column("orders", "id", "INTEGER"),
        column("orders", "customer_id", "INTEGER"),
        column("Customers", "id", "INTEGER"),
        column("Customers", "name", "VARCHAR"),
        column("payments", "customer_id", "INTEGER"),
    ];
    let keys = engine
        .likely_keys(&columns, Duration::from_secs(20), &Cancel::new())
        .unwrap();
    // Asked again, the same comes without any look at the values.
    let again = engine.likely_keys(&columns, Duration::ZERO, &Cancel::new());
    assert_eq!(again.unwrap(), keys);
    let pairs: Vec<_> = keys
        .iter()
        .map(|key| {
            let mut sides = [key.left.0.as_str(), key.right.0.as_str()];
            sides.sort_unstable();
            sides
        })
        .collect();
    assert!(
        pairs.contains(&["Customers", "orders"]) && pairs.contains(&["orders", "payments"]),
        "{keys:?}"
    );
    // The ids of orders and of customers have a name in common and no value.
    assert!(keys.iter().all(|key| key.overlap > 0.0), "{keys:?}");
    let with_customers = keys
        .iter()
        .find(|key| key.left.0 == "Customers" || key.right.0 == "Customers")
        .unwrap();
    assert!(with_customers.left_unique || with_customers.right_unique);
}
