//! Rows in another order and only some of them, compared with what plain code makes of the same rows.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use buzz_query::{
    Arrangement, Cancel, Condition, Engine, Error, Filter, Frequent, Search, SortKey, Stored,
    Summary, ValueCount,
};
use proptest::prelude::*;

use crate::fixture::{Fixture, SALES, csv};

const NASTY: &str = "SELECT 'x'' OR true --' AS \"a \"\"quoted\"\" name; DROP\", 'é' AS file_row_number, 1 AS \"row\" \
    UNION ALL SELECT 'E', 'f', 2 UNION ALL SELECT NULL, '', 3";

fn arranged(engine: &Engine, table: &str, arrangement: &Arrangement) -> Result<String, Error> {
    csv(engine.arrange(table, arrangement, &Cancel::new())?)
}

/// The numbers of the rows that a filter leaves.
fn left(engine: &Engine, column: usize, condition: Condition) -> Vec<i64> {
    let arrangement = Arrangement {
        sort: Vec::new(),
        filters: vec![Filter { column, condition }],
    };
    numbers(engine, "sales", &arrangement)
}

fn numbers(engine: &Engine, table: &str, arrangement: &Arrangement) -> Vec<i64> {
    engine
        .arrange(table, arrangement, &Cancel::new())
        .unwrap()
        .flat_map(|batch| {
            let batch = batch.unwrap();
            let numbers = batch.column(batch.num_columns() - 1);
            numbers.as_primitive::<Int64Type>().values().to_vec()
        })
        .collect()
}

fn by(column: usize, descending: bool) -> SortKey {
    SortKey { column, descending }
}

#[test]
fn rows_keep_their_number_and_those_without_a_value_come_last() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let mut arrangement = Arrangement {
        sort: vec![by(1, true)],
        filters: Vec::new(),
    };
    assert_eq!(numbers(&engine, "sales", &arrangement), [2, 1, 3, 4]);
    arrangement.sort = vec![by(1, false), by(3, true)];
    assert_eq!(numbers(&engine, "sales", &arrangement), [3, 1, 2, 4]);
    arrangement.sort = vec![by(4, false)];
    assert_eq!(numbers(&engine, "sales", &arrangement), [1, 2, 3, 4]);
    let all = arranged(&engine, "sales", &Arrangement::default()).unwrap();
    assert!(all.starts_with("id,region,day,amount,year,row\n1,north,2025-01-31,10.50,2024,1\n"));
}

#[test]
fn conditions_go_by_the_type_of_their_column() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let text = |text: &str| text.to_owned();
    assert_eq!(left(&engine, 1, Condition::Equal(text("north"))), [1, 3]);
    assert_eq!(left(&engine, 1, Condition::Other(text("north"))), [2, 4]);
    assert_eq!(left(&engine, 1, Condition::Contains(text("OUT"))), [2]);
    assert_eq!(left(&engine, 1, Condition::Lacks(text("OUT"))), [1, 3, 4]);
    assert_eq!(left(&engine, 1, Condition::StartsWith(text("No"))), [1, 3]);
    assert_eq!(left(&engine, 1, Condition::IsNull), [4]);
    assert_eq!(left(&engine, 1, Condition::IsNotNull), [1, 2, 3]);
    assert_eq!(
        left(
            &engine,
            1,
            Condition::OneOf(vec![Some(text("south")), None])
        ),
        [2, 4]
    );
    assert_eq!(
        left(&engine, 1, Condition::NoneOf(vec![Some(text("south"))])),
        [1, 3, 4]
    );
    assert_eq!(left(&engine, 1, Condition::NoneOf(vec![None])), [1, 2, 3]);
    assert_eq!(
        left(&engine, 1, Condition::OneOf(Vec::new())),
        Vec::<i64>::new()
    );
    assert_eq!(left(&engine, 3, Condition::Equal(text("10.5"))), [1]);
    assert_eq!(
        left(&engine, 3, Condition::OneOf(vec![Some(text("20.25"))])),
        [2]
    );
    assert_eq!(left(&engine, 3, Condition::Greater(text("20.249"))), [2, 3]);
    assert_eq!(
        left(&engine, 3, Condition::Between(text("10.50"), text("20.25"))),
        [1, 2]
    );
    assert_eq!(left(&engine, 3, Condition::Contains(text(".2"))), [2]);
    assert_eq!(left(&engine, 4, Condition::AtMost(text("2024.5"))), [1, 2]);
    assert_eq!(
        left(&engine, 2, Condition::AtLeast(text("2025-02-01"))),
        [2, 4]
    );
    assert_eq!(left(&engine, 2, Condition::Less(text("2025-02-01"))), [1]);
    let wrong = Arrangement {
        sort: Vec::new(),
        filters: vec![Filter {
            column: 2,
            condition: Condition::Less(text("soon")),
        }],
    };
    let error = arranged(&engine, "sales", &wrong).unwrap_err();
    assert_eq!(error.code(), "condition");
    let beyond = Arrangement {
        sort: vec![by(9, false)],
        filters: Vec::new(),
    };
    assert_eq!(
        arranged(&engine, "sales", &beyond).unwrap_err().code(),
        "internal"
    );
}

#[test]
fn every_type_can_be_sorted_and_filtered_by_its_own_cells() {
    let fixture = Fixture::with(&[(
        "types",
        "SELECT 1::TINYINT a, 2::UBIGINT b, 1.5::FLOAT c, 0.1::DOUBLE d, true e, TIME '01:02:03' f, \
         TIMESTAMP '2025-01-01 12:30:00' g, DATE '2025-01-01' h, 'text' i, 12.30::DECIMAL(38,2) j, [1, 2] k, 'x'::BLOB l",
    )]);
    let engine = fixture.engine();
    let cells = "1,2,1.5,0.1,true,01:02:03,2025-01-01T12:30:00,2025-01-01,text,12.30".split(',');
    for (column, cell) in cells.enumerate() {
        let one_of = Condition::OneOf(vec![Some(cell.to_owned())]);
        for condition in [
            one_of,
            Condition::Equal(cell.to_owned()),
            Condition::AtMost(cell.to_owned()),
        ] {
            let arrangement = Arrangement {
                sort: vec![by(column, true)],
                filters: vec![Filter { column, condition }],
            };
            assert_eq!(numbers(&engine, "types", &arrangement), [1], "{cell}");
        }
    }
    for column in [10, 11] {
        let arrangement = Arrangement {
            sort: vec![by(column, false)],
            filters: vec![Filter {
                column,
                condition: Condition::IsNotNull,
            }],
        };
        assert_eq!(numbers(&engine, "types", &arrangement), [1]);
    }
    let day = Arrangement {
        sort: Vec::new(),
        filters: vec![Filter {
            column: 6,
            condition: Condition::Between("2025-01-01".to_owned(), "2025-01-01".to_owned()),
        }],
    };
    assert_eq!(numbers(&engine, "types", &day), [1]);
}

#[test]
fn names_and_cells_are_only_data() {
    let fixture = Fixture::with(&[("nasty \"table\"", NASTY)]);
    let engine = fixture.engine();
    let table = "nasty \"table\"";
    let arrangement = Arrangement {
        sort: vec![by(0, false)],
        filters: Vec::new(),
    };
    assert_eq!(numbers(&engine, table, &arrangement), [2, 1, 3]);
    let arrangement = Arrangement {
        sort: vec![by(1, true)],
        filters: vec![Filter {
            column: 0,
            condition: Condition::OneOf(vec![Some("x' OR true --".to_owned()), None]),
        }],
    };
    assert_eq!(numbers(&engine, table, &arrangement), [1, 3]);
    let contains = Filter {
        column: 0,
        condition: Condition::Contains("' or TRUE".to_owned()),
    };
    let arrangement = Arrangement {
        sort: Vec::new(),
        filters: vec![contains],
    };
    assert_eq!(numbers(&engine, table, &arrangement), [1]);
}

#[test]
fn frequent_values_are_counted_under_the_filters() {
    let fixture = Fixture::with(&[(
        "many",
        "SELECT CASE WHEN range % 7 = 0 THEN NULL ELSE 'v' || (range % 5) END AS v, range AS n FROM range(700)",
    )]);
    let engine = fixture.engine();
    let mut wanted = Frequent {
        column: 0,
        limit: 3,
        ..Frequent::default()
    };
    let (values, more) = engine.frequent("many", &wanted, &Cancel::new()).unwrap();
    assert!(more);
    assert_eq!(
        values[0],
        ValueCount {
            value: Some("v0".to_owned()),
            rows: 120
        }
    );
    wanted.limit = 10;
    wanted.filters = vec![Filter {
        column: 1,
        condition: Condition::Less("7".to_owned()),
    }];
    let (values, more) = engine.frequent("many", &wanted, &Cancel::new()).unwrap();
    assert!(!more);
    assert_eq!(values.iter().map(|value| value.rows).sum::<u64>(), 7);
    assert!(values.contains(&ValueCount {
        value: None,
        rows: 1
    }));
    wanted.containing = Some("V3".to_owned());
    let (values, _) = engine.frequent("many", &wanted, &Cancel::new()).unwrap();
    assert_eq!(
        values,
        [ValueCount {
            value: Some("v3".to_owned()),
            rows: 1
        }]
    );
}

#[test]
fn a_part_of_a_table_is_that_of_its_arrangement() {
    let fixture = Fixture::with(&[(
        "many",
        "SELECT range AS n, range / 4.0 AS q, 'text ' || range AS s FROM range(100000)",
    )]);
    let engine = fixture.engine();
    let arrangement = Arrangement {
        sort: vec![by(0, true)],
        filters: Vec::new(),
    };
    let rows = engine
        .arrange("many", &arrangement, &Cancel::new())
        .unwrap();
    let stored = Stored::collect(rows, 1_000_000, &fixture.path("results")).unwrap();
    let cancel = Cancel::new();
    let direct = Summary::of(
        engine.part("many", &[0], 20_000..60_000, &cancel).unwrap(),
        &cancel,
    );
    let kept = Summary::of(stored.part(&[0], 40_000..80_000).unwrap(), &cancel);
    let direct = direct.unwrap();
    assert_eq!(direct, kept.unwrap());
    assert_eq!(direct.sum.as_deref(), Some("1599980000"));
    assert_eq!(direct.min.as_deref(), Some("20000"));
    let search = Search {
        texts: vec!["TEXT 777".to_owned()],
        ..Search::default()
    };
    let found = search.next(
        100_000,
        |rows| engine.part("many", &[2], rows, &cancel),
        &cancel,
    );
    assert_eq!(found.unwrap().unwrap().row, 777);
    let found = search.next(100_000, |rows| stored.part(&[0, 2], rows), &cancel);
    let found = found.unwrap().unwrap();
    assert_eq!((found.row, found.column), (100_000 - 1 - 77_799, 1));
    assert!(stored.part(&[17], 0..1).is_err());
}

/// What plain code makes of a condition on whole numbers.
fn holds(value: Option<i64>, condition: &Condition) -> bool {
    let number = |text: &String| text.parse::<i64>().unwrap();
    let text = value.map(|value| value.to_string());
    match condition {
        Condition::OneOf(values) => values.contains(&text),
        Condition::NoneOf(values) => !values.contains(&text),
        Condition::Contains(part) => text.is_some_and(|text| text.contains(part)),
        Condition::Lacks(part) => !text.is_some_and(|text| text.contains(part)),
        Condition::StartsWith(part) => text.is_some_and(|text| text.starts_with(part)),
        Condition::Equal(other) => value.is_some_and(|value| value == number(other)),
        Condition::Other(other) => value.is_none_or(|value| value != number(other)),
        Condition::Less(other) => value.is_some_and(|value| value < number(other)),
        Condition::AtMost(other) => value.is_some_and(|value| value <= number(other)),
        Condition::Greater(other) => value.is_some_and(|value| value > number(other)),
        Condition::AtLeast(other) => value.is_some_and(|value| value >= number(other)),
        Condition::Between(from, to) => {
            value.is_some_and(|value| (number(from)..=number(to)).contains(&value))
        }
        Condition::IsNull => value.is_none(),
        Condition::IsNotNull => value.is_some(),
    }
}

fn conditions() -> impl Strategy<Value = Condition> {
    let value = || (-12_i64..60).prop_map(|number| number.to_string());
    let values = || proptest::collection::vec(proptest::option::of(value()), 0..4);
    prop_oneof![
        values().prop_map(Condition::OneOf),
        values().prop_map(Condition::NoneOf),
        value().prop_map(Condition::Contains),
        value().prop_map(Condition::Lacks),
        value().prop_map(Condition::StartsWith),
        value().prop_map(Condition::Equal),
        value().prop_map(Condition::Other),
        value().prop_map(Condition::Less),
        value().prop_map(Condition::AtMost),
        value().prop_map(Condition::Greater),
        value().prop_map(Condition::AtLeast),
        (value(), value()).prop_map(|(from, to)| Condition::Between(from, to)),
        Just(Condition::IsNull),
        Just(Condition::IsNotNull),
    ]
}

#[test]
fn filters_and_sorting_agree_with_plain_code() {
    const ROWS: i64 = 500;
    let cell = |row: i64| (row % 11 != 0).then_some(row * 7919 % 53 - 5);
    let fixture = Fixture::with(&[
        ("sales", SALES),
        (
            "numbers",
            "SELECT CASE WHEN range % 11 = 0 THEN NULL ELSE range * 7919 % 53 - 5 END AS n FROM range(500)",
        ),
    ]);
    let engine = fixture.engine();
    let cases = (
        proptest::collection::vec(conditions(), 0..3),
        proptest::option::of(any::<bool>()),
    );
    proptest!(ProptestConfig::with_cases(150), |((conditions, sort) in cases)| {
        let mut wanted: Vec<i64> = (0..ROWS)
            .filter(|&row| conditions.iter().all(|condition| holds(cell(row), condition)))
            .collect();
        if let Some(descending) = sort {
            wanted.sort_by_key(|&row| {
                let value = cell(row);
                (value.is_none(), value.map(|value| if descending { -value } else { value }))
            });
        }
        let arrangement = Arrangement {
            sort: sort.map(|descending| by(0, descending)).into_iter().collect(),
            filters: conditions.iter().map(|condition| Filter { column: 0, condition: condition.clone() }).collect(),
        };
        let found: Vec<i64> = numbers(&engine, "numbers", &arrangement).iter().map(|number| number - 1).collect();
        prop_assert_eq!(found, wanted, "{:?}", arrangement);
    });
}
