//! What a statement may do, and what it sees as now.

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use buzz_query::{Cancel, RunOptions};
use jiff::civil::date;

use crate::fixture::{Fixture, csv, query, rows_of, values, write_parquet};

#[test]
fn every_kind_of_read() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let mut wrong = Vec::new();
    for (sql, expected) in [
        ("SELECT sum(amount) FROM sales", "60.75"),
        ("SELECT sum(amount) FROM sales;", "60.75"),
        ("select count(*) from Sales", "4"),
        ("SELECT count(*) FROM main.sales", "4"),
        ("SELECT count(*) FROM memory.main.sales", "4"),
        ("FROM sales SELECT max(id)", "4"),
        ("FROM sales WHERE id = 2", "2,south,2025-02-01,20.25,2024"),
        ("TABLE sales LIMIT 1", "1,north,2025-01-31,10.50,2024"),
        ("VALUES (1, 'a'), (2, NULL)", "1,a|2,"),
        ("WITH a AS (FROM sales) SELECT count(*) FROM a", "4"),
        (
            "SELECT region, sum(amount) FROM sales GROUP BY ALL ORDER BY ALL NULLS LAST",
            "north,40.50|south,20.25|,",
        ),
        (
            "SELECT id FROM sales ORDER BY amount DESC NULLS LAST LIMIT 2 OFFSET 1",
            "2|1",
        ),
        (
            "SELECT DISTINCT ON (region) id FROM sales ORDER BY region, id LIMIT 1",
            "1",
        ),
        (
            "SELECT a.id FROM sales a JOIN sales b ON a.id = b.id + 1 ORDER BY 1",
            "2|3|4",
        ),
        (
            "SELECT id FROM sales ASOF JOIN (SELECT 2 AS i) ON id >= i ORDER BY 1",
            "2|3|4",
        ),
        (
            "SELECT count(*) FROM sales NATURAL JOIN (SELECT 1 AS id)",
            "1",
        ),
        (
            "SELECT id, row_number() OVER (PARTITION BY region ORDER BY id) FROM sales ORDER BY id",
            "1,1|2,1|3,2|4,1",
        ),
        (
            "SELECT id FROM sales QUALIFY rank() OVER (ORDER BY id DESC) = 1",
            "4",
        ),
        ("SELECT sum(id) FILTER (region = 'north') FROM sales", "4"),
        (
            "SELECT * EXCLUDE (day, amount, year) FROM sales WHERE id = 1",
            "1,north",
        ),
        ("SELECT max(COLUMNS('id|year')) FROM sales", "4,2025"),
        (
            "SELECT list(id ORDER BY id DESC) FROM sales",
            "\"[4, 3, 2, 1]\"",
        ),
        (
            "SELECT list_transform([1, 2], lambda x: x * 2)",
            "\"[2, 4]\"",
        ),
        ("SELECT [x * 2 FOR x IN [1, 2] IF x > 1]", "[4]"),
        ("SELECT * FROM range(3)", "0|1|2"),
        ("SELECT * FROM generate_series(1, 2)", "1|2"),
        ("SELECT unnest([1, 2])", "1|2"),
        (
            "SELECT u.x FROM sales, unnest([id]) u(x) ORDER BY 1 LIMIT 1",
            "1",
        ),
        ("SELECT value FROM json_each('[1, 2]')", "1|2"),
        ("SELECT json_extract_string('{\"a\": \"b\"}', '$.a')", "b"),
        ("SELECT '{\"a\": 1}'::JSON->'a'", "1"),
        ("SELECT CASE WHEN 1 = 1 THEN 'a' ELSE 'b' END", "a"),
        (
            "SELECT id FROM sales WHERE region IN ('north') AND day BETWEEN '2025-01-01' AND '2025-12-31'",
            "1",
        ),
        ("SELECT EXISTS (FROM sales WHERE id = 1)", "true"),
        (
            "SELECT id FROM sales WHERE region LIKE 'N%' COLLATE nocase ORDER BY id",
            "1|3",
        ),
        ("SELECT 'Ä' COLLATE nocase.noaccent = 'a'", "true"),
        (
            "SELECT levenshtein('abc', 'abd'), strip_accents('é'), round(jaro_winkler_similarity('ab', 'ac'), 2)",
            "1,e,0.67",
        ),
        (
            "SELECT median(id), quantile_cont(id, 0.5), approx_count_distinct(id), mode(region) FROM sales",
            "2.5,2.5,4,north",
        ),
        (
            "SELECT regexp_extract('a1', '[0-9]'), strftime(DATE '2025-01-02', '%d.%m.%Y'), date_trunc('month', DATE '2025-01-02')",
            "1,02.01.2025,2025-01-01T00:00:00",
        ),
        (
            "SELECT 1 UNION SELECT 2 UNION ALL SELECT 3 ORDER BY 1",
            "1|2|3",
        ),
        ("SELECT 1 INTERSECT SELECT 1", "1"),
        (
            "SELECT * FROM (SELECT 1 AS a) UNION ALL BY NAME SELECT 2 AS a ORDER BY a",
            "1|2",
        ),
        (
            "SELECT year, sum(amount) FROM sales GROUP BY ROLLUP (year) ORDER BY ALL",
            "2024,30.75|2025,30.00|,60.75",
        ),
        ("SELECT count(*) FROM sales TABLESAMPLE 100%", "4"),
        (
            "SELECT interval 1 day + DATE '2025-01-01'",
            "2025-01-02T00:00:00",
        ),
        (
            "SELECT TRY_CAST('x' AS INT), '5'::INT, CAST(1 AS DECIMAL(5,2))",
            ",5,1.00",
        ),
        ("SELECT count(*) FROM (DESCRIBE sales)", "5"),
        ("SELECT column_name FROM (SUMMARIZE sales) LIMIT 1", "id"),
        ("SHOW TABLES", "sales"),
        (
            "SELECT if(true, 1, 2), nullif(1, 1), ifnull(NULL, 3), coalesce(NULL, 4)",
            "1,,3,4",
        ),
        (
            "SELECT histogram(region) FROM sales",
            "\"{\"\"north\"\": 2, \"\"south\"\": 1}\"",
        ),
        (
            "SELECT version() IS NOT NULL, pg_typeof(1), typeof(sum(id)) FROM sales",
            "true,integer,HUGEINT",
        ),
        (
            "SELECT arg_max(region, id) FROM sales WHERE region IS NOT NULL",
            "north",
        ),
        ("SELECT #1 FROM (SELECT 1 AS a)", "1"),
        (
            "SELECT struct_pack(a := 1).a, {'b': 2}['b'], map {'k': 'v'}['k']",
            "1,2,v",
        ),
        ("SELECT x, y FROM (VALUES (1, 2)) AS t(x, y)", "1,2"),
        ("(SELECT 1)", "1"),
        ("((SELECT 1) UNION ALL (SELECT 2))", "1|2"),
        (
            "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME n VALUE v",
            "a,1|b,2",
        ),
        (
            "SELECT current_catalog, current_schema, current_database()",
            "memory,main,memory",
        ),
    ] {
        let found = values(&engine, sql).unwrap_or_else(|error| error.to_string());
        if found != expected {
            wrong.push(format!("{sql}: {found} instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_pivot_takes_its_columns_from_the_data() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for (sql, expected) in [
        (
            "PIVOT sales ON year USING sum(amount) GROUP BY region",
            "region,2024,2025\nnorth,10.50,30.00\nsouth,20.25,\n,,\n",
        ),
        (
            "SELECT * FROM (PIVOT sales ON year USING sum(amount) GROUP BY region) ORDER BY region LIMIT 1",
            "region,2024,2025\nnorth,10.50,30.00\n",
        ),
        (
            "WITH p AS (PIVOT sales ON year USING count(*) GROUP BY region) SELECT \"2024\" FROM p WHERE region = 'south'",
            "2024\n1\n",
        ),
        (
            "PIVOT sales ON year || '!' USING count(*) GROUP BY region LIMIT 1",
            "region,2024!,2025!\n",
        ),
        (
            "PIVOT sales ON year, region USING count(*) GROUP BY id LIMIT 0",
            "id,2024_north,2024_south,2025_north,2025_south\n",
        ),
        (
            "PIVOT sales ON year IN (2024) USING sum(amount) GROUP BY region ORDER BY region LIMIT 1",
            "region,2024\nnorth,10.50\n",
        ),
        (
            "SELECT * FROM sales PIVOT (count(*) FOR year IN (2024, 2025) GROUP BY region) ORDER BY region LIMIT 1",
            "region,2024,2025\nnorth,1,1\n",
        ),
        (
            "FROM (FROM sales SELECT region, year) PIVOT (count(*) FOR year IN (2024)) ORDER BY region LIMIT 1",
            "region,2024\nnorth,1\n",
        ),
    ] {
        let found = query(&engine, sql)
            .and_then(csv)
            .unwrap_or_else(|error| error.to_string());
        // The order of GROUP BY is not promised where the statement does not ask for one.
        let sorted = |text: &str| {
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines[1..].sort();
            lines
        };
        if sql.contains("count(*) GROUP BY") {
            assert!(
                found.starts_with(expected.lines().next().unwrap()),
                "{sql}: {found}"
            );
        } else {
            assert_eq!(sorted(&found), sorted(expected), "{sql}");
        }
        // Twice, for the first run must leave nothing behind that is in the way of the second.
        query(&engine, sql).and_then(csv).unwrap();
    }
    assert!(values(&engine, "EXPLAIN PIVOT sales ON year USING sum(amount)").is_ok());
    assert!(
        values(
            &engine,
            "DESCRIBE PIVOT sales ON year IN (2024) USING sum(amount)"
        )
        .is_ok()
    );
}

#[test]
fn now_is_pinned_for_each_question() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for (sql, expected) in [
        ("SELECT current_date", "2026-02-03"),
        (
            "SELECT CURRENT_DATE + 1, current_date AS x",
            "2026-02-04,2026-02-03",
        ),
        ("SELECT today()", "2026-02-03"),
        ("SELECT now()", "2026-02-03T04:05:06"),
        (
            "SELECT current_timestamp, localtimestamp",
            "2026-02-03T04:05:06,2026-02-03T04:05:06",
        ),
        ("SELECT current_localtimestamp()", "2026-02-03T04:05:06"),
        (
            "SELECT get_current_timestamp(), transaction_timestamp()",
            "2026-02-03T04:05:06,2026-02-03T04:05:06",
        ),
        (
            "SELECT current_time, localtime, current_localtime(), get_current_time()",
            "04:05:06,04:05:06,04:05:06,04:05:06",
        ),
        (
            "SELECT id FROM sales WHERE day < current_date - INTERVAL 1 YEAR ORDER BY id",
            "1|2",
        ),
        ("SELECT age(TIMESTAMP '2026-01-03')", "P1M"),
        ("SELECT age(DATE '2025-02-01', DATE '2025-01-01')", "P1M"),
        ("SELECT date_diff('day', DATE '2026-01-01', today())", "33"),
        (
            "SELECT extract(year FROM now()), date_trunc('month', now())",
            "2026,2026-02-01T00:00:00",
        ),
        (
            "SELECT typeof(now()), typeof(current_date)",
            "TIMESTAMP,DATE",
        ),
    ] {
        assert_eq!(
            values(&engine, sql).unwrap_or_else(|error| error.to_string()),
            expected,
            "{sql}"
        );
    }
    let at = |now| {
        let run = RunOptions {
            now: Some(now),
            ..RunOptions::default()
        };
        csv(engine
            .query("SELECT now() AS n", &run, &Cancel::new())
            .unwrap())
        .unwrap()
    };
    assert_eq!(
        at(date(1999, 12, 31).at(23, 59, 59, 999_999_000)),
        "n\n1999-12-31T23:59:59.999999\n"
    );
    assert_eq!(
        values(&engine, "SELECT now()").unwrap(),
        "2026-02-03T04:05:06"
    );
    engine.set_now(date(2030, 1, 1).at(0, 0, 0, 0));
    assert_eq!(values(&engine, "SELECT today()").unwrap(), "2030-01-01");
}

#[test]
fn questions_at_once_see_each_their_own_now() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    std::thread::scope(|scope| {
        for year in 2001..2009_i16 {
            let engine = &engine;
            scope.spawn(move || {
                for _ in 0..5 {
                    let run = RunOptions {
                        now: Some(date(year, 1, 1).at(0, 0, 0, 0)),
                        ..RunOptions::default()
                    };
                    let rows = engine
                        .query(
                            "SELECT year(today()), count(*) FROM sales",
                            &run,
                            &Cancel::new(),
                        )
                        .unwrap();
                    assert!(csv(rows).unwrap().ends_with(&format!("\n{year},4\n")));
                }
            });
        }
    });
}

#[test]
fn strays_are_a_view_of_their_own() {
    let mut fixture = Fixture::with(&[
        ("a", "SELECT 1 AS x"),
        ("b", "SELECT 2 AS x"),
        ("B__STRAYS", "SELECT 3 AS x"),
    ]);
    let strays = fixture.path("other.parquet");
    fixture.tables[0].strays = Some(strays.clone());
    fixture.tables[1].strays = Some(strays);
    let engine = fixture.engine();
    assert_eq!(engine.tables(), ["a", "b", "B__STRAYS", "a__strays"]);
    assert_eq!(
        values(&engine, "SELECT secret FROM a__strays").unwrap(),
        "42"
    );
    // A dataset that has the name itself comes first.
    assert_eq!(values(&engine, "FROM b__strays").unwrap(), "3");
}

#[test]
fn strays_of_a_column_come_by_the_page_and_by_their_texts() {
    let mut fixture = Fixture::with(&[("o'clock", "SELECT 1 AS x")]);
    let strays = fixture.path("strays.parquet");
    write_parquet(
        &strays,
        "SELECT i::BIGINT AS row, i::BIGINT AS line, \
         CASE i % 2 WHEN 0 THEN 'it''s' ELSE 'b' END AS \"column\", \
         CASE WHEN i % 10 = 0 THEN 'tbd' ELSE 'see note' END AS text, \
         CASE WHEN i = 4 THEN 'x'::BLOB END AS bytes, 'no number' AS reason \
         FROM range(1, 50001) t(i)",
    );
    fixture.tables[0].strays = Some(strays);
    let engine = fixture.engine();
    let cancel = Cancel::new();
    let page = |offset, limit| {
        let batches = engine
            .strays_of("o'clock", "it's", offset, limit, &cancel)
            .unwrap();
        let names: Vec<_> = (batches[0].schema().fields().iter())
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names, ["line", "text", "reason"]);
        batches
    };
    assert_eq!(rows_of(&page(0, 10)), 10);
    assert_eq!(rows_of(&page(24_995, 10)), 5);
    assert_eq!(rows_of(&page(30_000, 10)), 0);
    let lines = |offset| {
        let batch = &page(offset, 2)[0];
        let lines = batch.column(0).as_primitive::<Int64Type>();
        (lines.value(0), lines.value(1))
    };
    assert_eq!(lines(0), (2, 4));
    assert_eq!(lines(20_000), (40_002, 40_004));
    let texts: Vec<_> = (engine.stray_texts("o'clock", "it's", 5, &cancel).unwrap())
        .into_iter()
        .map(|stray| (stray.text, stray.count))
        .collect();
    assert_eq!(
        texts,
        [("see note".to_owned(), 19_999), ("tbd".to_owned(), 5_000)]
    );
    let missing = engine.strays_of("x", "y", 0, 1, &cancel).unwrap_err();
    assert_eq!(missing.code(), "no_such_table");
}
