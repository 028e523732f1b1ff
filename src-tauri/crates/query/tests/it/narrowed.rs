//! Engines that show less of the same files.

use buzz_query::{Engine, Narrowed, Table};

use crate::fixture::{Fixture, query, values, write_parquet};

fn narrowed(table: &str, without: &[&str], rows: bool) -> Narrowed {
    Narrowed {
        table: table.to_owned(),
        without: without.iter().map(|name| (*name).to_owned()).collect(),
        rows,
    }
}

fn fixture() -> Fixture {
    let mut fixture = Fixture::with(&[
        (
            "people",
            "SELECT * FROM (VALUES ('Zaphod', 'Xanadu', 70123), ('Marvin', 'Ypsilanti', 90789)) t(name, \"the city\", salary)",
        ),
        ("other", "SELECT 42 AS secret"),
    ]);
    let strays = fixture.path("strays.parquet");
    write_parquet(
        &strays,
        "SELECT 1 AS row, 'salary' AS \"column\", '70k' AS text",
    );
    fixture.tables[0] = Table {
        strays: Some(strays),
        ..fixture.tables[0].clone()
    };
    fixture
}

#[test]
fn what_is_left_out_is_out_of_reach_of_every_statement() {
    let fixture = fixture();
    let engine = fixture.engine();
    let less = engine
        .narrowed(&[narrowed("People", &["salary", "nowhere"], true)])
        .unwrap();
    assert_eq!(less.tables(), ["people"]);
    assert_eq!(
        values(&less, "SELECT * FROM people ORDER BY ALL").unwrap(),
        "Marvin,Ypsilanti|Zaphod,Xanadu"
    );
    for sql in [
        "SELECT salary FROM people",
        "SELECT people.salary FROM people",
        "SELECT p.salary FROM people p",
        "SELECT name FROM people WHERE salary > 1",
        "SELECT name FROM people ORDER BY salary",
        "SELECT COLUMNS('sal.*') FROM people",
        "UNPIVOT people ON salary INTO NAME n VALUE v",
        "SELECT * FROM people__strays",
        "SELECT * FROM other",
        "SELECT secret FROM main.other",
        "FROM memory.main.other",
    ] {
        assert!(query(&less, sql).is_err(), "{sql}");
    }
    for sql in [
        "SELECT people::VARCHAR FROM people",
        "SELECT to_json(people) FROM people",
        "SELECT struct_pack(p := people) FROM people",
        "SUMMARIZE people",
    ] {
        let text = values(&less, sql).unwrap_or_default();
        assert!(
            !text.contains("70123") && !text.contains("90789"),
            "{sql}: {text}"
        );
    }
    // The engine itself is what it was.
    assert_eq!(
        values(&engine, "SELECT max(salary) FROM people").unwrap(),
        "90789"
    );
    assert_eq!(
        values(&engine, "SELECT text FROM people__strays").unwrap(),
        "70k"
    );
}

#[test]
fn tables_without_rows_have_their_columns() {
    let fixture = fixture();
    let engine = fixture.engine();
    let empty = engine
        .narrowed(&[
            narrowed("people", &[], false),
            narrowed("other", &[], false),
        ])
        .unwrap();
    assert_eq!(
        values(&empty, "SELECT count(*), max(salary) FROM people").unwrap(),
        "0,"
    );
    assert_eq!(
        values(&empty, "SELECT count(*) FROM people__strays").unwrap(),
        "0"
    );
    assert_eq!(
        empty.columns("people").unwrap(),
        engine.columns("people").unwrap()
    );
    assert_eq!(
        crate::fixture::rows_of(&empty.page("people", 0, 10).unwrap()),
        0
    );
    // A statement fails there as it does over the rows, unless the rows are what makes it fail.
    let error = query(&empty, "SELECT salery FROM people")
        .unwrap_err()
        .to_string();
    assert!(error.contains("salary"), "{error}");
    assert_eq!(
        values(&empty, "SELECT name::INTEGER FROM people").unwrap(),
        ""
    );
}

#[test]
fn a_table_without_any_column_left_is_not_there() {
    let fixture = fixture();
    let engine = fixture.engine();
    let none: Engine = engine
        .narrowed(&[narrowed("other", &["secret"], true)])
        .unwrap();
    assert!(none.tables().is_empty());
    assert!(engine.narrowed(&[narrowed("nowhere", &[], true)]).is_err());
}
