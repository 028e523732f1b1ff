//! What a statement may not do: refused with one sentence, and nothing is changed.

use buzz_query::{Engine, Error};

use crate::fixture::{Fixture, names, query, values, write_parquet};

/// The sentence with which a statement is refused; it must be refused before it runs, and by both ways in.
#[track_caller]
fn refusal(engine: &Engine, sql: &str) -> (&'static str, String) {
    let checked = engine.check(sql).expect_err(sql);
    let run = query(engine, sql).expect_err(sql);
    assert_eq!(checked.to_string(), run.to_string());
    let sentence = run.to_string();
    assert!(
        !sentence.contains('\n') && !sentence.is_empty(),
        "{sql}: {sentence}"
    );
    (run.code(), sentence)
}

#[track_caller]
fn refused(engine: &Engine, sql: &str) {
    let (code, sentence) = refusal(engine, sql);
    assert!(
        matches!(code, "refused" | "not_one_read"),
        "{sql}: {code}: {sentence}"
    );
}

/// An expression in every place in which one can stand.
fn around(expression: &str) -> Vec<String> {
    vec![
        format!("SELECT {expression}"),
        format!("SELECT 1 WHERE {expression} IS NOT NULL"),
        format!("WITH x AS (SELECT {expression} AS v) SELECT * FROM x"),
        format!(
            "WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE {expression} IS NULL) SELECT * FROM x"
        ),
        format!("SELECT * FROM (SELECT {expression})"),
        format!("SELECT (SELECT {expression})"),
        format!("SELECT id FROM sales WHERE id IN (SELECT length({expression}::VARCHAR))"),
        format!("SELECT id FROM sales ORDER BY {expression}"),
        format!("SELECT count(*) FROM sales GROUP BY {expression}"),
        format!("SELECT count(*) FROM sales HAVING {expression} IS NULL"),
        format!("SELECT sum(id) FILTER ({expression} IS NULL) FROM sales"),
        format!("SELECT sum(id) OVER (PARTITION BY {expression}) FROM sales"),
        format!("SELECT sum(id) OVER w FROM sales WINDOW w AS (ORDER BY {expression})"),
        format!("SELECT id FROM sales QUALIFY row_number() OVER (ORDER BY {expression}) = 1"),
        format!("SELECT * FROM sales a JOIN sales b ON {expression} IS NULL"),
        format!("SELECT * FROM sales, LATERAL (SELECT {expression}) x"),
        format!("SELECT * FROM range(length({expression}::VARCHAR))"),
        format!("SELECT * FROM unnest([{expression}])"),
        format!("SELECT list_transform([1], x -> {expression})"),
        format!("SELECT [{expression} for x in [1]]"),
        format!("SELECT CASE WHEN {expression} IS NULL THEN 1 END"),
        format!("SELECT {{'a': {expression}}}.a"),
        format!("SELECT CAST({expression} AS VARCHAR) COLLATE nocase"),
        format!("SELECT COALESCE(1, {expression})"),
        format!("SELECT * REPLACE ({expression} AS id) FROM sales"),
        format!("SELECT COLUMNS(c -> {expression} IS NULL) FROM sales"),
        format!("SELECT id FROM sales LIMIT length({expression}::VARCHAR)"),
        format!("SELECT id FROM sales OFFSET length({expression}::VARCHAR)"),
        format!("SELECT DISTINCT ON ({expression}) id FROM sales"),
        format!("SELECT 1 UNION ALL SELECT length({expression}::VARCHAR)"),
        format!("SELECT 1 EXCEPT SELECT length({expression}::VARCHAR)"),
        format!("VALUES ({expression})"),
        format!("FROM sales SELECT {expression}"),
        format!("DESCRIBE SELECT {expression}"),
        format!("SUMMARIZE SELECT {expression}"),
        format!("EXPLAIN SELECT {expression}"),
        format!("EXPLAIN /* x */ WITH y AS (SELECT {expression}) FROM y"),
        format!("PIVOT (SELECT id, {expression} AS v FROM sales) ON id USING count(*)"),
        format!("PIVOT sales ON region || {expression} USING count(*)"),
        format!("PIVOT sales ON region USING count({expression})"),
        format!("PIVOT sales ON region IN (SELECT {expression}) USING count(*)"),
        format!("WITH x AS (SELECT {expression}) PIVOT sales ON region USING count(*)"),
        format!("SELECT * FROM (PIVOT sales ON region USING count({expression}))"),
        format!("EXPLAIN PIVOT sales ON region USING count({expression})"),
        format!("UNPIVOT (SELECT 1 AS a, {expression} AS b) ON a, b"),
        format!(
            "SELECT id FROM sales USING SAMPLE 1 ROWS UNION SELECT length({expression}::VARCHAR)"
        ),
    ]
}

/// What can stand after FROM, in every place in which it can.
fn from(table: &str) -> Vec<String> {
    vec![
        format!("SELECT * FROM {table}"),
        format!("FROM {table}"),
        format!("SELECT * FROM sales, {table}"),
        format!("SELECT * FROM sales LEFT JOIN {table} ON true"),
        format!("SELECT * FROM sales POSITIONAL JOIN {table}"),
        format!("WITH x AS (FROM {table}) FROM x"),
        format!("WITH x AS (WITH y AS (FROM {table}) FROM y) FROM x"),
        format!("WITH RECURSIVE x AS (SELECT 1 UNION ALL (SELECT 1 FROM {table})) FROM x"),
        format!("SELECT (SELECT count(*) FROM {table})"),
        format!("SELECT EXISTS (FROM {table})"),
        format!("SELECT * FROM (FROM {table})"),
        format!("SELECT 1 UNION ALL SELECT count(*) FROM {table}"),
        format!("DESCRIBE SELECT * FROM {table}"),
        format!("SUMMARIZE FROM {table}"),
        format!("EXPLAIN FROM {table}"),
        format!("PIVOT {table} ON name USING count(*)"),
        format!("SELECT * FROM {table} PIVOT (count(*) FOR x IN (1))"),
        format!("PIVOT (FROM {table}) ON a USING count(*)"),
        format!("UNPIVOT {table} ON COLUMNS(*)"),
        format!("SELECT ARRAY(SELECT 1 FROM {table})"),
        format!("SELECT list_filter([1], x -> EXISTS (FROM {table}))"),
    ]
}

#[test]
fn statements_that_do_not_read() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let out = fixture.path("out.csv");
    let (out, temp) = (out.display(), fixture.path("temp").display().to_string());
    for sql in [
        format!("COPY sales TO '{out}'"),
        format!("COPY (SELECT 1) TO '{temp}/out.parquet' (FORMAT parquet)"),
        format!("COPY sales FROM '{}'", fixture.path("secret.csv").display()),
        format!("EXPORT DATABASE '{temp}/export'"),
        format!("IMPORT DATABASE '{temp}/export'"),
        format!("ATTACH '{temp}/x.db' AS x"),
        "ATTACH ':memory:' AS x".to_owned(),
        "DETACH memory".to_owned(),
        "INSTALL httpfs".to_owned(),
        "LOAD icu".to_owned(),
        "UPDATE EXTENSIONS".to_owned(),
        "SET memory_limit = '10GB'".to_owned(),
        "SET VARIABLE x = 1".to_owned(),
        "RESET memory_limit".to_owned(),
        "PRAGMA database_list".to_owned(),
        "PRAGMA enable_profiling".to_owned(),
        "PRAGMA memory_limit = '10GB'".to_owned(),
        "PRAGMA show_tables".to_owned(),
        "CALL duckdb_settings()".to_owned(),
        "CALL pragma_version()".to_owned(),
        "CREATE TABLE x (a INT)".to_owned(),
        "CREATE TEMP TABLE x AS FROM sales".to_owned(),
        "CREATE VIEW x AS FROM sales".to_owned(),
        "CREATE OR REPLACE VIEW sales AS SELECT 1".to_owned(),
        "CREATE MACRO f() AS 1".to_owned(),
        "CREATE OR REPLACE TEMP MACRO today() AS 1".to_owned(),
        "CREATE SECRET (TYPE s3)".to_owned(),
        "CREATE TYPE x AS ENUM ('a')".to_owned(),
        "CREATE SCHEMA x".to_owned(),
        "CREATE SEQUENCE x".to_owned(),
        "CREATE INDEX x ON sales (id)".to_owned(),
        "ALTER VIEW sales RENAME TO x".to_owned(),
        "DROP VIEW sales".to_owned(),
        "DROP VIEW IF EXISTS sales".to_owned(),
        "INSERT INTO sales VALUES (1)".to_owned(),
        "UPDATE sales SET id = 1".to_owned(),
        "DELETE FROM sales".to_owned(),
        "TRUNCATE sales".to_owned(),
        "MERGE INTO sales USING sales s ON true WHEN MATCHED THEN DELETE".to_owned(),
        "WITH x AS (INSERT INTO sales VALUES (1) RETURNING *) FROM x".to_owned(),
        "WITH x AS (DELETE FROM sales RETURNING *) FROM x".to_owned(),
        "WITH x AS (UPDATE sales SET id = 1 RETURNING *) SELECT * FROM x".to_owned(),
        "WITH y AS (SELECT 1) INSERT INTO sales FROM y".to_owned(),
        "PREPARE x AS SELECT 1".to_owned(),
        "EXECUTE x".to_owned(),
        "DEALLOCATE x".to_owned(),
        "BEGIN".to_owned(),
        "COMMIT".to_owned(),
        "ROLLBACK".to_owned(),
        "USE memory".to_owned(),
        "CHECKPOINT".to_owned(),
        "FORCE CHECKPOINT".to_owned(),
        "VACUUM".to_owned(),
        "ANALYZE".to_owned(),
        "COMMENT ON VIEW sales IS 'x'".to_owned(),
        "EXPLAIN COPY sales TO 'x.csv'".to_owned(),
        "EXPLAIN DELETE FROM sales".to_owned(),
        "EXPLAIN ANALYZE SELECT 1".to_owned(),
        "EXPLAIN ANALYZE DELETE FROM sales".to_owned(),
        "EXPLAIN (ANALYZE) SELECT 1".to_owned(),
        "EXPLAIN (FORMAT json) SELECT 1".to_owned(),
        "EXPLAIN EXPLAIN SELECT 1".to_owned(),
        "SHOW DATABASES".to_owned(),
        "SHOW ALL TABLES".to_owned(),
        "SHOW VARIABLES".to_owned(),
        "SHOW memory_limit".to_owned(),
        "DESCRIBE".to_owned(),
        "SUMMARIZE".to_owned(),
        "SELECT $1".to_owned(),
        "SELECT ?".to_owned(),
        "SELECT $name".to_owned(),
    ] {
        let before = names(fixture.folder.path());
        let error = query(&engine, &sql).expect_err(&sql);
        let code = error.code();
        // What DuckDB cannot even parse is as good as refused.
        assert!(
            matches!(code, "refused" | "not_one_read" | "sql_error"),
            "{sql}: {code}: {error}"
        );
        assert!(!error.to_string().contains('\n'), "{error}");
        assert_eq!(names(fixture.folder.path()), before, "{sql}");
        assert_eq!(
            values(&engine, "SELECT count(*) FROM sales").unwrap(),
            "4",
            "{sql}"
        );
    }
    for folder in std::fs::read_dir(fixture.path("temp")).unwrap() {
        assert_eq!(names(&folder.unwrap().path()), Vec::<String>::new());
    }
}

#[test]
fn the_sentence_names_what_is_wrong() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for (sql, code, part) in [
        ("DROP VIEW sales", "not_one_read", "DROP is not one"),
        (
            "/* a */ -- b\n copy sales to 'x'",
            "not_one_read",
            "COPY is not one",
        ),
        ("SELECT 1; SELECT 2", "not_one_read", "these are 2"),
        ("SELECT 1; DROP VIEW sales", "not_one_read", "more than one"),
        ("", "not_one_read", "there is no statement"),
        (" -- nothing\n;;", "not_one_read", "there is no statement"),
        ("SELECT 1\0", "not_one_read", "NUL"),
        ("FROM 'secret.csv'", "refused", "\"secret.csv\""),
        (
            "SELECT current_setting('threads')",
            "refused",
            "\"current_setting\"",
        ),
        ("FROM duckdb_settings()", "refused", "\"duckdb_settings\""),
        ("EXPLAIN ANALYZE SELECT 1", "refused", "without ANALYZE"),
        (
            "WITH x AS (DELETE FROM sales RETURNING *) FROM x",
            "not_one_read",
            "writes",
        ),
        ("SELEC 1", "sql_error", "syntax error"),
        (
            "SELECT no_such_column FROM sales",
            "sql_error",
            "no_such_column",
        ),
        (
            "SELECT no_such_function(1)",
            "sql_error",
            "no_such_function",
        ),
    ] {
        let error = query(&engine, sql).expect_err(sql);
        assert_eq!(error.code(), code, "{sql}: {error}");
        assert!(
            error
                .to_string()
                .to_lowercase()
                .contains(&part.to_lowercase()),
            "{sql}: {error}"
        );
    }
}

#[test]
fn functions_that_tell_about_the_machine_anywhere_in_a_statement() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for function in [
        "current_setting('temp_directory')",
        "getenv('HOME')",
        "getvariable('x')",
        "current_query()",
        "json_serialize_plan('FROM sales')",
    ] {
        for sql in around(function) {
            refused(&engine, &sql);
        }
    }
    for function in [
        "CURRENT_SETTING('threads')",
        "\"current_setting\"('threads')",
        "system.main.current_setting('threads')",
        "main.current_setting('threads')",
        "'threads'.current_setting()",
        "pg_get_viewdef(0)",
        "pg_conf_load_time()",
        "in_search_path('a', 'b')",
        "nextval('x')",
        "currval('x')",
        "write_log('x')",
        "sleep_ms(100000)",
        "pg_sleep(1000)",
        "txid_current()",
        "__internal_decompress_string(1::UTINYINT)",
        "finalize('x')",
        "has_table_privilege('sales', 'SELECT')",
        "current_user",
    ] {
        let sql = format!("SELECT {function}");
        // A bare word is no function call but DuckDB's own constant for the one user it knows.
        if function == "current_user" {
            assert_eq!(values(&engine, &sql).unwrap(), "duckdb");
        } else {
            refused(&engine, &sql);
        }
    }
}

#[test]
fn tables_and_table_functions_outside_the_scope_anywhere_in_a_statement() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let secret = fixture.path("secret.csv").display().to_string();
    let other = fixture.path("other.parquet").display().to_string();
    let own = fixture.tables[0].data.display().to_string();
    for table in [
        "duckdb_settings()".to_owned(),
        "duckdb_views".to_owned(),
        format!("read_text('{secret}')"),
        format!("'{secret}'"),
        format!("\"{other}\""),
        format!("read_parquet('{own}')"),
    ] {
        for sql in from(&table) {
            refused(&engine, &sql);
        }
    }
    for table in [
        "duckdb_secrets()",
        "duckdb_memory()",
        "duckdb_temporary_files()",
        "duckdb_databases()",
        "duckdb_extensions()",
        "duckdb_functions()",
        "duckdb_logs()",
        "duckdb_logs",
        "duckdb_variables()",
        "duckdb_views()",
        "duckdb_tables()",
        "duckdb_external_file_cache()",
        "duckdb_prepared_statements()",
        "duckdb_profiling_settings()",
        "pragma_version()",
        "pragma_platform()",
        "pragma_database_size()",
        "pragma_database_list",
        "pragma_table_info('sales')",
        "pragma_user_agent()",
        "sqlite_master",
        "main.sqlite_master",
        "memory.main.sqlite_master",
        "information_schema.tables",
        "information_schema.\"views\"",
        "pg_catalog.pg_views",
        "pg_views",
        "pg_settings",
        "system.main.duckdb_views",
        "system.information_schema.tables",
        "temp.main.x",
        "test_all_types()",
        "query('SELECT 1')",
        "query_table('sales')",
        "query_table(['sales'])",
        "histogram_values(sales, id)",
        "histogram(duckdb_settings, name)",
        "summary((FROM sales))",
        "seq_scan('sales')",
        "json_execute_serialized_sql('{}')",
        "which_secret('s3://x', 's3')",
        "checkpoint()",
        "force_checkpoint()",
        "enable_logging()",
        "truncate_duckdb_logs()",
        "read_csv('x.csv')",
        "read_csv_auto('x.csv')",
        "read_json('x.json')",
        "read_ndjson_objects('x.json')",
        "read_blob('x')",
        "read_text('/etc/passwd')",
        "read_duckdb('x.db')",
        "read_parquet(['x.parquet'])",
        "parquet_scan('x.parquet')",
        "parquet_metadata('x.parquet')",
        "parquet_file_metadata('x.parquet')",
        "parquet_schema('x.parquet')",
        "parquet_kv_metadata('x.parquet')",
        "parquet_bloom_probe('x.parquet', 'a', 1)",
        "sniff_csv('x.csv')",
        "glob('*')",
        "arrow_scan(1, 2, 3)",
        "'https://example.com/x.parquet'",
        "'s3://bucket/x.parquet'",
        "'*.parquet'",
        "\"/etc/passwd\"",
        "nowhere",
        "other.sales",
        "sales.sales",
        "SYSTEM.MAIN.DUCKDB_SETTINGS()",
        "Duckdb_Settings()",
        "\"duckdb_settings\"()",
        "register_external_resource('x')",
    ] {
        refused(&engine, &format!("FROM {table}"));
    }
}

#[test]
fn names_of_with_clauses_open_no_other_table() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    // Each of these names a system view where the WITH clause of that name cannot be seen.
    for sql in [
        "SELECT * FROM (WITH duckdb_views AS (SELECT 1) FROM duckdb_views), duckdb_views",
        "WITH duckdb_views AS (FROM duckdb_views) FROM duckdb_views",
        "WITH a AS (FROM duckdb_views), duckdb_views AS (SELECT 1) FROM a",
        "WITH RECURSIVE a AS (FROM duckdb_views), duckdb_views AS (SELECT 1) FROM a",
        "WITH RECURSIVE duckdb_views AS (FROM duckdb_views) FROM duckdb_views",
        "WITH RECURSIVE duckdb_views AS ((SELECT 1 FROM duckdb_views) UNION ALL SELECT 1) FROM duckdb_views",
        "WITH duckdb_views AS (SELECT 1) FROM main.duckdb_views",
        "WITH duckdb_views AS (SELECT 1) FROM system.main.duckdb_views",
        "WITH duckdb_views AS (SELECT 1) FROM recurring.duckdb_views",
        "(WITH duckdb_views AS (SELECT 1) SELECT 1) UNION ALL SELECT 1 FROM duckdb_views",
        "SELECT (WITH duckdb_views AS (SELECT 1 AS a) SELECT a FROM duckdb_views) FROM duckdb_views",
        "WITH x AS (WITH duckdb_views AS (SELECT 1) SELECT 1) FROM duckdb_views",
    ] {
        refused(&engine, sql);
    }
    for (sql, expected) in [
        (
            "WITH duckdb_views AS (SELECT 7 AS a) FROM duckdb_views",
            "7",
        ),
        (
            "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) FROM b",
            "2",
        ),
        ("WITH a AS (SELECT 1 AS x) SELECT (SELECT x FROM A)", "1"),
        (
            "WITH a AS (SELECT 1 AS x) SELECT * FROM (SELECT * FROM (SELECT * FROM a))",
            "1",
        ),
        (
            "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n",
            "6",
        ),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM (SELECT * FROM n) WHERE i < 3) SELECT max(i) FROM n",
            "3",
        ),
        ("WITH sales AS (SELECT 9 AS id) SELECT id FROM sales", "9"),
        (
            "WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM x UNION ALL SELECT * FROM x",
            "1|1",
        ),
    ] {
        assert_eq!(values(&engine, sql).unwrap(), expected, "{sql}");
    }
}

#[test]
fn quoting_and_comments_hide_nothing() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for sql in [
        "SELECT 1 /* ; */ ; DROP VIEW sales",
        "SELECT ';' ; SELECT 2",
        "SELECT $$;$$ ; DROP VIEW sales --",
        "EXPLAIN -- x\n ANALYZE SELECT 1",
        "EXPLAIN /*\n*/ (ANALYZE) SELECT 1",
        "EXPLAIN\u{a0}ANALYZE SELECT 1",
        "PIVOT sales ON region USING count(*); DROP VIEW sales",
        "PIVOT sales ON region -- \n ; DROP VIEW sales",
        "PIVOT sales ON region /* IN (0) */ USING count(current_setting('threads'))",
        "PIVOT sales ON region || ',' || current_setting('threads') USING count(*)",
        "PIVOT sales ON region || $$ , $$ || current_setting('threads'), region USING count(*)",
        "PIVOT sales ON \" on \"; FROM duckdb_settings()",
        "PIVOT (SELECT * FROM sales JOIN duckdb_settings() ON true) ON region USING count(*)",
        "PIVOT sales JOIN duckdb_settings() s ON true ON region USING count(*)",
        "CREATE TABLE x AS PIVOT sales ON region USING count(*)",
        "COPY (PIVOT sales ON region USING count(*)) TO 'x.csv'",
    ] {
        refused(&engine, sql);
    }
}

#[test]
fn the_settings_hold_on_their_own() {
    // A second wall: what the check lets through by mistake, the locked settings still stop. The check is passed by here
    // through a connection with the same settings.
    let fixture = Fixture::new();
    let own = fixture.tables[0].data.display().to_string();
    let connection = duckdb::Connection::open_in_memory().unwrap();
    connection
        .execute_batch(&format!(
            "SET allowed_paths = ['{own}']; SET enable_external_access = false; SET lock_configuration = true;"
        ))
        .unwrap();
    assert!(connection.execute_batch(&format!("FROM '{own}'")).is_ok());
    for sql in [
        format!("FROM '{}'", fixture.path("secret.csv").display()),
        format!("FROM read_text('{}')", fixture.path("secret.csv").display()),
        format!("FROM '{}'", fixture.path("other.parquet").display()),
        format!("ATTACH '{}'", fixture.path("x.db").display()),
        format!("COPY (SELECT 1) TO '{}'", fixture.path("x.csv").display()),
        "INSTALL httpfs".to_owned(),
        "SET enable_external_access = true".to_owned(),
        "SET memory_limit = '1GB'".to_owned(),
        "RESET lock_configuration".to_owned(),
    ] {
        assert!(connection.execute_batch(&sql).is_err(), "{sql}");
    }
}

#[test]
fn another_dataset_cannot_be_read_by_name_or_path() {
    let fixture = Fixture::with(&[("mine", "SELECT 1 AS a"), ("theirs", "SELECT 2 AS a")]);
    let engine = Engine::open(&fixture.tables[..1], &fixture.options()).unwrap();
    assert_eq!(values(&engine, "FROM mine").unwrap(), "1");
    refused(&engine, "FROM theirs");
    refused(
        &engine,
        &format!("FROM '{}'", fixture.tables[1].data.display()),
    );
}

#[test]
fn no_error_and_no_plan_tells_where_the_files_are() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let place = fixture.folder.path().to_str().unwrap();
    for sql in [
        "EXPLAIN SELECT sum(amount) FROM sales WHERE region = 'north'",
        "EXPLAIN FROM sales a JOIN sales b USING (id)",
        "DESCRIBE sales",
        "SHOW TABLES",
        "SUMMARIZE sales",
    ] {
        let text = values(&engine, sql).unwrap();
        assert!(!text.is_empty());
        for part in [place, ".parquet"] {
            assert!(
                !text.replace(['│', '\n', ' ', '|'], "").contains(part),
                "{sql}: {text}"
            );
        }
    }
    for sql in [
        "SELECT filename FROM sales",
        "SELECT file_row_number FROM sales",
        "SELECT x.y FROM sales",
        "SELECT region::INT FROM sales",
    ] {
        let error = values(&engine, sql).expect_err(sql);
        assert_eq!(error.code(), "sql_error");
        assert!(!error.to_string().contains(place), "{error}");
    }
    // A file that is damaged while it is in use.
    std::fs::write(&fixture.tables[0].data, b"no longer a Parquet file").unwrap();
    let error = values(&engine, "SELECT sum(id) FROM sales").unwrap_err();
    assert!(!error.to_string().contains(place), "{error}");
    let error = Engine::open(&fixture.tables, &fixture.options()).unwrap_err();
    assert!(matches!(error, Error::Data { .. }), "{error}");
    assert!(!error.to_string().contains(place), "{error}");
    std::fs::remove_file(&fixture.tables[0].data).unwrap();
    let error = Engine::open(&fixture.tables, &fixture.options()).unwrap_err();
    assert!(!error.to_string().contains(place), "{error}");
}

#[test]
fn a_dataset_may_have_any_name() {
    for name in [
        "a.csv",
        "/etc/passwd",
        "https://example.com/x.parquet",
        "it's \"quoted\"",
        "🐝 bees",
        "select",
        "duckdb_settings",
        "duckdb_views",
        "sqlite_master",
        "information_schema.tables",
        "pragma_database_list",
        "x; DROP VIEW y",
        "tables",
        "current_date",
        "*",
        "a.b.c",
        " ",
        "ÄÖÜ",
    ] {
        let fixture = Fixture::with(&[(name, "SELECT 5 AS a")]);
        let engine = fixture.engine();
        let quoted = buzz_query::quote_identifier(name);
        assert_eq!(
            values(&engine, &format!("SELECT a FROM {quoted}")).expect(name),
            "5",
            "{name}"
        );
        // DuckDB takes DESCRIBE of this one word, quoted or not, for SHOW TABLES.
        if name != "tables" {
            assert_eq!(
                values(&engine, &format!("DESCRIBE {quoted}")).expect(name),
                "a,INTEGER,YES,,,",
                "{name}"
            );
        }
        assert_eq!(engine.page(name, 0, 10).unwrap()[0].num_rows(), 1);
    }
}

#[test]
fn a_folder_may_have_any_name() {
    let outer = tempfile::tempdir().unwrap();
    for name in [
        "it's",
        "a [b] c",
        "q?",
        "s*",
        "sp ace 🐝",
        "a\"b",
        "x,y",
        "semi;colon",
    ] {
        let folder = outer.path().join(name);
        if std::fs::create_dir(&folder).is_err() {
            // Some platforms forbid some of these names.
            continue;
        }
        let plain = outer.path().join("plain.parquet");
        write_parquet(&plain, "SELECT 5 AS a");
        let data = folder.join("data.parquet");
        std::fs::rename(plain, &data).unwrap();
        let table = buzz_query::Table {
            name: "t".to_owned(),
            data,
            strays: None,
        };
        let fixture = Fixture::new();
        let engine = Engine::open(&[table], &fixture.options()).expect(name);
        assert_eq!(values(&engine, "FROM t").expect(name), "5");
        assert_eq!(engine.page("t", 0, 1).expect(name)[0].num_rows(), 1);
    }
}
