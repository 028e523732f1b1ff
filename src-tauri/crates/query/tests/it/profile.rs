//! The profile that a conversion makes on the way, against DuckDB's exact answers over the Parquet it wrote.

use std::fmt::Write;
use std::path::Path;

use buzz_ingest::{Cancel, ColumnProfile, Options, Output, Profile, Silent, convert};
use duckdb::Connection;

const ROWS: u64 = 150_000;

/// Pseudo-random numbers, the same on every machine (SplitMix64).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Columns that repeat and columns that do not, of every type, with NULLs and strays among them.
fn source() -> String {
    let cities = ["Oslo", "København", "Saint-Étienne", "", "Kraków"];
    let mut text = "id,price,ratio,city,day,moment,grade,note\n".to_owned();
    let mut state = 7;
    for i in 0..ROWS {
        let mut next = |bound| random(&mut state) % bound;
        // Small prices are far more frequent than large ones.
        let cents = next(1_000) * next(1_000) / (1 + next(50));
        let price = if i % 50_000 == 17 {
            "see note 4".to_owned()
        } else {
            format!("{}.{:02}", cents / 100, cents % 100)
        };
        writeln!(
            text,
            "{i},{price},{}e-3,{},{},{} 12:{:02}:{:02},{},{}",
            next(1 << 40),
            cities[next(5) as usize],
            jiff::civil::date(2015, 1, 1) + jiff::Span::new().days(next(3_000) as i64),
            jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(next(365) as i64),
            next(60),
            next(60),
            1 + next(7) * next(7) / 8,
            if next(3) == 0 {
                String::new()
            } else {
                "x".repeat(1 + next(40) as usize)
            },
        )
        .unwrap();
    }
    text
}

fn profile(folder: &Path) -> Profile {
    let path = folder.join("mixed.csv");
    std::fs::write(&path, source()).unwrap();
    let output = Output {
        data: folder.join("data.parquet"),
        strays: folder.join("strays.parquet"),
    };
    convert(&path, &output, &Options::default(), &Silent, &Cancel::new())
        .unwrap()
        .profile
        .unwrap()
}

/// One value of the result of a statement over the Parquet file, as text.
fn one(duckdb: &Connection, sql: &str) -> String {
    duckdb
        .query_row(&format!("SELECT CAST(({sql}) AS VARCHAR)"), [], |row| {
            row.get::<_, Option<String>>(0)
        })
        .unwrap()
        .unwrap_or_default()
}

fn number(duckdb: &Connection, sql: &str) -> f64 {
    one(duckdb, sql).parse().unwrap()
}

/// How a value of the profile is written in SQL.
fn literal(column: &ColumnProfile, value: &str) -> String {
    let value = buzz_query::quote_text(value);
    format!("CAST({value} AS {})", column.sql_type)
}

#[test]
fn agrees_with_the_exact_answers_within_its_stated_error() {
    let folder = tempfile::tempdir().unwrap();
    let profile = profile(folder.path());
    let duckdb = Connection::open_in_memory().unwrap();
    let data = folder.path().join("data.parquet");
    let data = buzz_query::quote_text(data.to_str().unwrap());
    duckdb
        .execute_batch(&format!("CREATE VIEW t AS FROM read_parquet({data})"))
        .unwrap();
    assert_eq!(profile.rows, ROWS);
    let types: Vec<_> = profile
        .columns
        .iter()
        .map(|c| c.sql_type.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "BIGINT",
            "DECIMAL(9,2)",
            "DOUBLE",
            "VARCHAR",
            "DATE",
            "TIMESTAMP",
            "BIGINT",
            "VARCHAR"
        ]
    );
    for column in &profile.columns {
        let name = &column.name;
        let exact = |aggregate: &str| number(&duckdb, &format!("SELECT {aggregate} FROM t"));
        assert_eq!(
            column.nulls as f64,
            exact(&format!("count(*) - count({name})")),
            "{name}"
        );
        for (least_or_most, value) in [("min", &column.min), ("max", &column.max)] {
            let value = literal(column, value.as_deref().unwrap());
            let same = format!("SELECT {least_or_most}({name}) = {value} FROM t");
            assert_eq!(one(&duckdb, &same), "true", "{name}");
        }
        if let Some(mean) = column.mean {
            let expected = exact(&format!("avg({name})"));
            assert!((mean / expected - 1.0).abs() < 1e-9, "{name}: {mean}");
        }
        // Three standard errors of 4,096 registers are 4.9 %, and a share of 4,096 sampled values is off by
        // three times 1 / (2 √4,096) at most in all but a few of a thousand columns.
        let (distinct_error, share_error) = match column.sampled {
            None => (0.0, 1e-9),
            Some(sampled) => {
                assert!(sampled >= 4_096, "{name}: {sampled}");
                (0.049, 0.0235)
            }
        };
        let distinct = exact(&format!("count(DISTINCT {name})"));
        let error = (column.distinct as f64 / distinct - 1.0).abs();
        assert!(
            error <= distinct_error,
            "{name}: {} of {distinct}",
            column.distinct
        );
        let values = exact(&format!("count({name})"));
        for quantile in &column.quantiles {
            let value = literal(column, &quantile.value);
            let below = exact(&format!("count(*) FILTER ({name} < {value})")) / values;
            let up_to = exact(&format!("count(*) FILTER ({name} <= {value})")) / values;
            assert!(
                below - share_error <= quantile.share && quantile.share <= up_to + share_error,
                "{name}: {quantile:?} but {below} to {up_to}"
            );
        }
        let bins = column.histogram.as_deref().unwrap_or_default();
        for (i, bin) in bins.iter().enumerate() {
            let (from, to) = (literal(column, &bin.from), literal(column, &bin.to));
            let is_open = column.sql_type == "DOUBLE" && i + 1 < bins.len();
            let upper = if is_open { "<" } else { "<=" };
            let within = format!("count(*) FILTER ({name} >= {from} AND {name} {upper} {to})");
            let error = (bin.count as f64 - exact(&within)).abs() / values;
            assert!(error <= share_error, "{name}: {bin:?} {}", exact(&within));
        }
        for frequent in &column.frequent {
            let value = literal(column, &frequent.value);
            let count = exact(&format!("count(*) FILTER ({name} = {value})"));
            let error = (frequent.count as f64 - count).abs() / values;
            assert!(error <= share_error, "{name}: {frequent:?} but {count}");
        }
        if column.sql_type == "VARCHAR" {
            assert_eq!(
                (
                    column.shortest.unwrap() as f64,
                    column.longest.unwrap() as f64
                ),
                (
                    exact(&format!("min(strlen({name}))")),
                    exact(&format!("max(strlen({name}))"))
                )
            );
            let mean = column.mean_length.unwrap();
            assert!((mean / exact(&format!("avg(strlen({name}))")) - 1.0).abs() < 1e-9);
        } else {
            assert!(!column.quantiles.is_empty() && !bins.is_empty(), "{name}");
        }
    }
    // What a dictionary counts is exact, and is known to be.
    let exact: Vec<_> = profile
        .columns
        .iter()
        .filter(|c| c.frequent_exact)
        .collect();
    let names: Vec<_> = exact.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["city", "day", "grade", "note"]);
}
