//! Opening engines and paging datasets.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use buzz_query::{Cancel, Engine};

use crate::fixture::{Fixture, csv, names, rows_of, values, write_parquet};

#[test]
fn an_engine_has_a_temporary_folder_of_its_own_that_goes_with_it() {
    let fixture = Fixture::new();
    let (one, two) = (fixture.engine(), fixture.engine());
    assert_eq!(names(&fixture.path("temp")).len(), 2);
    drop(one);
    assert_eq!(names(&fixture.path("temp")).len(), 1);
    assert_eq!(values(&two, "SELECT count(*) FROM sales").unwrap(), "4");
}

#[test]
fn two_tables_of_one_name_are_refused() {
    let fixture = Fixture::with(&[("a", "SELECT 1"), ("A", "SELECT 2")]);
    let error = Engine::open(&fixture.tables, &fixture.options()).unwrap_err();
    assert!(error.to_string().contains("\"A\""), "{error}");
}

#[test]
fn no_tables_at_all() {
    let fixture = Fixture::with(&[]);
    assert_eq!(values(&fixture.engine(), "SELECT 1 + 1").unwrap(), "2");
}

#[test]
fn an_engine_is_shared_by_threads() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    assert_eq!(
                        values(&engine, "SELECT sum(amount) FROM sales").unwrap(),
                        "60.75"
                    );
                    assert_eq!(engine.page("sales", 1, 2).unwrap()[0].num_rows(), 2);
                }
            });
        }
    });
}

#[test]
fn pages_are_in_the_order_of_the_file() {
    let fixture = Fixture::with(&[(
        "t",
        "SELECT range AS n, 'row ' || range AS s FROM range(200000)",
    )]);
    let engine = fixture.engine();
    for (offset, limit) in [
        (0, 0),
        (0, 1),
        (0, 100),
        (20_479, 3),
        (99_999, 50_000),
        (199_999, 10),
        (200_000, 10),
        (u64::MAX, 10),
        (5, u64::MAX),
    ] {
        let page = engine.page("T", offset, limit).unwrap();
        let found: Vec<i64> = page
            .iter()
            .flat_map(|batch| {
                batch
                    .column(0)
                    .as_primitive::<Int64Type>()
                    .values()
                    .to_vec()
            })
            .collect();
        let end = offset.saturating_add(limit).min(200_000);
        let expected: Vec<i64> = (offset.min(end)..end).map(|n| n as i64).collect();
        assert_eq!(found, expected, "{offset} {limit}");
        assert_eq!(page[0].num_columns(), 2);
    }
    assert_eq!(
        engine.page("nowhere", 0, 1).unwrap_err().code(),
        "no_such_table"
    );
}

#[test]
fn pages_of_a_file_with_a_column_of_row_numbers() {
    let fixture = Fixture::with(&[(
        "t",
        "SELECT 7 AS File_Row_Number, range AS n FROM range(100)",
    )]);
    let page = fixture.engine().page("t", 40, 2).unwrap();
    assert_eq!((rows_of(&page), page[0].num_columns()), (2, 2));
    assert_eq!(
        page[0]
            .column(1)
            .as_primitive::<Int64Type>()
            .values()
            .to_vec(),
        [40, 41]
    );
}

#[test]
fn a_deep_page_reads_only_its_row_groups() {
    // Damage the start of the first row group: a page that read it would fail.
    let fixture = Fixture::with(&[(
        "t",
        "SELECT range AS n, md5(range::VARCHAR) AS s FROM range(400000)",
    )]);
    let path = &fixture.tables[0].data;
    let mut bytes = std::fs::read(path).unwrap();
    let end = bytes.len() / 10;
    bytes[4..end].fill(0xff);
    std::fs::write(path, bytes).unwrap();
    let engine = fixture.engine();
    let page = engine.page("t", 390_000, 5).unwrap();
    assert_eq!(
        page[0].column(0).as_primitive::<Int64Type>().value(0),
        390_000
    );
    assert!(engine.page("t", 0, 5).is_err());
}

#[test]
fn columns_and_scan() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let columns: Vec<_> = engine
        .columns("Sales")
        .unwrap()
        .into_iter()
        .map(|column| format!("{} {}", column.name, column.sql_type))
        .collect();
    assert_eq!(
        columns,
        [
            "id INTEGER",
            "region VARCHAR",
            "day DATE",
            "amount DECIMAL(9,2)",
            "year INTEGER"
        ]
    );
    let text = csv(engine.scan("sales", &Cancel::new()).unwrap()).unwrap();
    assert_eq!(text.lines().count(), 5);
    assert_eq!(
        engine.scan("nowhere", &Cancel::new()).unwrap_err().code(),
        "no_such_table"
    );
}

#[test]
fn thousands_of_columns() {
    let columns: Vec<_> = (0..3000).map(|n| format!("{n} AS c{n}")).collect();
    let fixture = Fixture::with(&[("wide", &format!("SELECT {}", columns.join(", ")))]);
    let engine = fixture.engine();
    assert_eq!(engine.columns("wide").unwrap().len(), 3000);
    assert_eq!(values(&engine, "SELECT c2999 FROM wide").unwrap(), "2999");
}

#[test]
fn a_dataset_of_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("x.parquet");
    write_parquet(&data, "SELECT 1 AS a WHERE false");
    let fixture = Fixture::new();
    let table = buzz_query::Table {
        name: "empty".to_owned(),
        data,
        strays: None,
    };
    let engine = Engine::open(&[table], &fixture.options()).unwrap();
    assert_eq!(values(&engine, "SELECT count(*) FROM empty").unwrap(), "0");
    assert_eq!(rows_of(&engine.page("empty", 0, 10).unwrap()), 0);
}
