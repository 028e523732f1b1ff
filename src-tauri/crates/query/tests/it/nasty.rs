//! Statements that are meant to break the engine: each ends in a result or in one sentence, and the engine lives on.

use std::time::Duration;

use buzz_query::{Cancel, RunOptions};
use proptest::prelude::*;

use crate::fixture::{Fixture, csv, values};

fn deep() -> Vec<String> {
    let n = 10_000;
    vec![
        format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("{}SELECT 1{}", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}", "(".repeat(100_000)),
        format!("SELECT {}", ")".repeat(100_000)),
        format!("SELECT {}1{}", "[".repeat(n), "]".repeat(n)),
        format!("SELECT {}1", "-".repeat(1000) + &" - ".repeat(n)),
        format!("SELECT {}true", "NOT ".repeat(n)),
        format!("SELECT 1{}", " + 1".repeat(n)),
        format!("SELECT true{}", " AND true".repeat(n)),
        format!("SELECT 'a'{}", " || 'a'".repeat(n)),
        format!("SELECT 1{}", "::INT".repeat(n)),
        format!("SELECT {}1{}", "abs(".repeat(n), ")".repeat(n)),
        format!(
            "SELECT {}1{}",
            "CASE WHEN true THEN ".repeat(n / 2),
            " END".repeat(n / 2)
        ),
        format!("SELECT {}1{}", "(SELECT ".repeat(n / 2), ")".repeat(n / 2)),
        format!(
            "SELECT * FROM {}SELECT 1{}",
            "(SELECT * FROM (".repeat(n / 4),
            "))".repeat(n / 4)
        ),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n)),
        format!("SELECT 1{}", " EXCEPT SELECT 1".repeat(n / 4)),
        format!("SELECT * FROM sales{}", ", sales".repeat(2000)),
        format!(
            "SELECT * FROM sales a{}",
            (0..500)
                .map(|i| format!(" JOIN sales t{i} USING (id)"))
                .collect::<String>()
        ),
        format!("SELECT a{}", ".a".repeat(n)),
        format!("SELECT [1]{}", "[1]".repeat(n)),
        format!("SELECT {}x{}", "{'a': ".repeat(n), "}".repeat(n)),
        format!(
            "WITH {} SELECT 1",
            (0..3000)
                .map(|i| format!("t{i} AS (SELECT 1)"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        format!(
            "WITH t0 AS (SELECT 1 AS a), {} SELECT a FROM t300",
            (1..=300)
                .map(|i| format!("t{i} AS (FROM t{})", i - 1))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        format!(
            "SELECT {}",
            (0..20_000)
                .map(|i| i.to_string())
                .collect::<Vec<_>>()
                .join(",")
        ),
        format!(
            "SELECT id FROM sales WHERE id IN ({})",
            (0..30_000)
                .map(|i| i.to_string())
                .collect::<Vec<_>>()
                .join(",")
        ),
        format!("SELECT '{}'", "x".repeat(250_000)),
        format!("SELECT {}", "9".repeat(100_000)),
        format!("SELECT 1e{}", "9".repeat(1000)),
        format!("SELECT 0.{}", "1".repeat(100_000)),
        format!("SELECT \"{}\"", "x".repeat(200_000)),
        format!("SELECT 1 AS \"{}\"", "x".repeat(200_000)),
        format!("{}SELECT 1", "EXPLAIN ".repeat(n)),
        format!("{}sales ON id", "PIVOT ".repeat(n)),
        format!("PIVOT sales ON {}", vec!["id"; 2000].join(", ")),
        format!("SELECT {}", "x -> ".repeat(n) + "1"),
        format!("SELECT 1{}", ";".repeat(100_000)),
        format!("SELECT 1 {}", "/*".repeat(100_000)),
        format!("SELECT 1 {}", "--\n".repeat(50_000)),
        format!(
            "SELECT CAST(1 AS {}INT{})",
            "STRUCT(a ".repeat(n),
            ")".repeat(n)
        ),
        format!("SELECT 1::INT{}", "[]".repeat(n)),
        format!("SELECT {}", "\u{1F41D}".repeat(50_000)),
        "x".repeat(300_000),
        "SELECT 'it''s".to_owned(),
        "SELECT $$".to_owned(),
        "SELECT \"".to_owned(),
        "\u{feff}SELECT 1".to_owned(),
        "\u{0}".to_owned(),
    ]
}

#[test]
fn deep_long_and_broken_statements() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let run = RunOptions {
        timeout: Some(Duration::from_secs(5)),
        max_rows: Some(10),
        ..RunOptions::default()
    };
    for sql in deep() {
        let start: String = sql.chars().take(60).collect();
        if let Err(error) = engine.query(&sql, &run, &Cancel::new()).and_then(csv) {
            let sentence = error.to_string();
            assert!(
                !sentence.contains('\n') && sentence.chars().count() < 1200,
                "{start}: {sentence}"
            );
            assert_ne!(error.code(), "internal", "{start}: {sentence}");
        }
        assert_eq!(
            values(&engine, "SELECT count(*) FROM sales").unwrap(),
            "4",
            "{start}"
        );
    }
}

#[test]
fn values_at_the_ends_of_their_ranges() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for sql in [
        "SELECT 9223372036854775807 + 1",
        "SELECT -9223372036854775808 // -1",
        "SELECT 1 / 0, 1 // 0, 1 % 0",
        "SELECT abs(-9223372036854775808)",
        "SELECT sum(x) FROM (VALUES (170141183460469231731687303715884105727::HUGEINT), (1)) t(x)",
        "SELECT 99999999999999999999999999999999999999::DECIMAL(38,0) * 10",
        "SELECT DATE '5881580-07-10' + 1",
        "SELECT TIMESTAMP '294247-01-10 04:00:54.775806' + INTERVAL 1 YEAR",
        "SELECT INTERVAL 2147483647 MONTH * 2",
        "SELECT make_date(99999999, 1, 1)",
        "SELECT strftime(DATE '2025-01-01', repeat('%Y', 10000))",
        "SELECT format('{:>1000000000}', 'x')",
        "SELECT printf('%1000000000d', 1)",
        "SELECT chr(-1), chr(1114112)",
        "SELECT substring('abc', -9223372036854775808, 9223372036854775807)",
        "SELECT array_slice([1, 2], -9223372036854775808, 9223372036854775807)",
        "SELECT regexp_matches(repeat('a', 100000), '(a+)+b')",
        "SELECT regexp_matches('a', repeat('(', 100000))",
        "SELECT like_escape('a', '%', 'ab')",
        "SELECT json_extract(repeat('[', 100000), '$')",
        "SELECT repeat('[', 100000)::JSON",
        "SELECT repeat('[', 100000)::INT[][][]",
        "SELECT from_json('{}', '{\"a\": \"' || repeat('INT[', 1000) || '\"}')",
        "SELECT from_json('1', repeat('[', 100000))",
        "SELECT json_transform('{}', '{\"a\": 1}')",
        "SELECT '\\xFF'::BLOB::VARCHAR, decode('\\xFF'::BLOB)",
        "SELECT unhex('zz')",
        "SELECT from_base64('!')",
        "SELECT bar(1, 0, 0, 1000000000)",
        "SELECT bitstring('1', 1000000000)",
        "SELECT list_extract([1], 9223372036854775807)",
        "SELECT levenshtein(repeat('a', 20000), repeat('b', 20000))",
        "SELECT hash(NULL), md5(NULL), sha256('')",
        "SELECT quantile_cont(x, 2) FROM range(3) t(x)",
        "SELECT approx_quantile(x, -1) FROM range(3) t(x)",
        "SELECT approx_top_k(x, 100000000) FROM range(3) t(x)",
        "SELECT reservoir_quantile(x, 0.5, -1) FROM range(3) t(x)",
        "SELECT min(x, 1000000000) FROM range(3) t(x)",
        "SELECT histogram(x, range(100000000)) FROM range(3) t(x)",
        "SELECT string_agg(x::VARCHAR, repeat(',', 1000000)) FROM range(1000) t(x)",
        "SELECT lag(x, 9223372036854775807) OVER (), ntile(9223372036854775807) OVER () FROM range(3) t(x)",
        "SELECT sum(x) OVER (ROWS BETWEEN 9223372036854775807 PRECEDING AND 9223372036854775807 FOLLOWING) FROM range(3) t(x)",
        "SELECT * FROM range(3) LIMIT -1",
        "SELECT * FROM range(3) LIMIT 9223372036854775807 OFFSET 9223372036854775807",
        "SELECT * FROM range(3) LIMIT 200 PERCENT",
        "SELECT * FROM range(0, 10, 0)",
        "SELECT * FROM repeat('x', -1)",
        "SELECT * FROM unnest(NULL)",
        "SELECT unnest(range(100000000)) LIMIT 1",
        "SELECT struct_extract({'a': 1}, 'b')",
        "SELECT map([1, 1], [2, 3])",
        "SELECT array_value(NULL)",
        "SELECT [1,2,3]::INT[2]",
        "SELECT union_value(a := 1)::UNION(b INT)",
        "SELECT 1 AS a, 2 AS a, 3 AS A",
        "SELECT time_bucket(INTERVAL 0 DAY, DATE '2025-01-01')",
        "SELECT date_trunc('nonsense', now())",
        "SELECT cast_to_type('x', 1)",
        "SELECT variant_typeof(1::VARIANT), 1::VARIANT",
        "SELECT error('x' || repeat('y', 100000))",
        "SELECT setseed(5)",
        "SELECT nfc_normalize(repeat(chr(769), 100000)), reverse(repeat('🐝', 10000)) IS NULL",
        "SELECT to_binary(repeat('x', 100000)) IS NULL, bin(-1)",
        "SELECT x FROM (SELECT 1 AS x) TABLESAMPLE reservoir(1000000000)",
        "SELECT * FROM sales PIVOT (sum(id) FOR id IN (1, 1))",
        "PIVOT (SELECT NULL AS a) ON a USING count(*)",
        "PIVOT (SELECT range AS a FROM range(200000)) ON a USING count(*)",
        "SELECT * FROM sales WHERE (SELECT id FROM sales) = 1",
        "SELECT (SELECT sum(a.id) FROM sales b WHERE b.id = a.id) FROM sales a",
        "WITH RECURSIVE x(n) AS (SELECT 1 UNION SELECT n FROM x) FROM x",
        "SELECT stats(id) FROM sales",
        "SELECT st_geomfromwkb('\\x01'::BLOB)",
        "SELECT 'x'::GEOMETRY",
    ] {
        let run = RunOptions {
            timeout: Some(Duration::from_secs(3)),
            max_rows: Some(10),
            ..RunOptions::default()
        };
        if let Err(error) = engine.query(sql, &run, &Cancel::new()).and_then(csv) {
            let sentence = error.to_string();
            assert!(
                !sentence.contains('\n') && sentence.chars().count() < 1200,
                "{sql}: {sentence}"
            );
            assert_ne!(error.code(), "internal", "{sql}: {sentence}");
        }
        assert_eq!(
            values(&engine, "SELECT count(*) FROM sales").expect(sql),
            "4"
        );
    }
}

#[test]
fn any_text_ends_in_a_result_or_a_sentence() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let run = RunOptions {
        timeout: Some(Duration::from_secs(2)),
        max_rows: Some(10),
        ..RunOptions::default()
    };
    let word = prop::sample::select(vec![
        "select",
        "from",
        "where",
        "sales",
        "pivot",
        "on",
        "using",
        "in",
        "with",
        "as",
        "union",
        "explain",
        "describe",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        "'",
        "\"",
        "$$",
        "--",
        "/*",
        "*/",
        "*",
        "1",
        "id",
        "region",
        "count(*)",
        "::int",
        "x ->",
        ".",
        "duckdb_settings()",
        "current_setting('threads')",
        "\n",
        "é",
        "order by",
        "limit",
        "values",
        "group by",
    ]);
    let text = prop::collection::vec(word, 0..20).prop_map(|words| words.join(" "));
    proptest!(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }, |(sql in text)| {
        match engine.query(&sql, &run, &Cancel::new()).and_then(csv) {
            Ok(result) => prop_assert!(!result.contains("memory_limit") && !result.contains("temp_directory"), "{sql}"),
            Err(error) => prop_assert!(error.code() != "internal", "{}: {}", sql, error),
        }
    });
}
