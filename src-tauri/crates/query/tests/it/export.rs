//! Exports: the rules of CSV, and that a file is there whole or not at all.

use std::cell::RefCell;
use std::path::Path;

use buzz_query::export::{self, CsvStyle, Exported, Target};
use buzz_query::{Cancel, Error};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::fixture::{Fixture, csv, names, query};

fn target<'a>(path: &'a Path, cancel: &'a Cancel) -> Target<'a> {
    Target {
        path,
        force: false,
        progress: &|_, _| (),
        cancel,
    }
}

#[test]
fn the_rules_of_csv() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    for (expression, expected) in [
        ("NULL", ""),
        ("NULL::VARCHAR", ""),
        ("''", "\"\""),
        ("'plain'", "plain"),
        ("' space '", " space "),
        ("'a,b'", "\"a,b\""),
        ("'a\"b'", "\"a\"\"b\""),
        ("'\"'", "\"\"\"\""),
        ("'a' || chr(10) || 'b'", "\"a\nb\""),
        ("'a' || chr(13)", "\"a\r\""),
        ("'it''s; a\tb'", "it's; a\tb"),
        ("'é🐝'", "é🐝"),
        ("chr(65279) || 'x'", "\"\u{feff}x\""),
        ("true", "true"),
        ("false", "false"),
        ("42::TINYINT", "42"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615::UBIGINT", "18446744073709551615"),
        (
            "170141183460469231731687303715884105727::HUGEINT",
            "170141183460469231731687303715884105727",
        ),
        ("1::DECIMAL(5,2)", "1.00"),
        ("-0.05::DECIMAL(5,2)", "-0.05"),
        (
            "123456789012345678.1234::DECIMAL(38,4)",
            "123456789012345678.1234",
        ),
        ("0.1::DOUBLE + 0.2::DOUBLE", "0.30000000000000004"),
        ("1::DOUBLE", "1"),
        ("1e100::DOUBLE", "1e100"),
        ("0.1::FLOAT", "0.1"),
        ("'nan'::DOUBLE", "NaN"),
        ("'-inf'::DOUBLE", "-inf"),
        ("DATE '2025-01-31'", "2025-01-31"),
        ("'infinity'::DATE", "infinity"),
        ("DATE '0044-03-15 (BC)'", "-0043-03-15"),
        ("TIME '09:30:00'", "09:30:00"),
        ("TIME '23:59:59.12'", "23:59:59.12"),
        ("TIMESTAMP '2025-01-31 09:30:00'", "2025-01-31T09:30:00"),
        (
            "TIMESTAMP '2025-01-31 09:30:00.000001'",
            "2025-01-31T09:30:00.000001",
        ),
        (
            "TIMESTAMP_NS '2025-01-31 09:30:00.000000001'",
            "2025-01-31T09:30:00.000000001",
        ),
        ("TIMESTAMP_S '1969-12-31 23:59:59'", "1969-12-31T23:59:59"),
        (
            "TIMESTAMPTZ '2025-01-31 09:30:00+00'",
            "2025-01-31T09:30:00Z",
        ),
        ("INTERVAL 90 MINUTE", "PT1H30M"),
        ("'\\x00\\xFF'::BLOB", "00ff"),
        ("''::BLOB", "\"\""),
        (
            "uuid '00000000-0000-0000-0000-000000000001'",
            "00000000-0000-0000-0000-000000000001",
        ),
        ("'b'::ENUM('a', 'b')", "b"),
        ("NULL::ENUM('a', 'b')", ""),
        ("[1, NULL, 3]", "\"[1, null, 3]\""),
        ("['a\"b', 'c\\d']", "\"[\"\"a\\\"\"b\"\", \"\"c\\\\d\"\"]\""),
        ("[]::INT[]", "[]"),
        ("[1.50::DECIMAL(4,2)]", "[1.50]"),
        ("[DATE '2025-01-31']", "\"[\"\"2025-01-31\"\"]\""),
        ("['inf'::DOUBLE, 1.5]", "\"[\"\"inf\"\", 1.5]\""),
        (
            "{'a': 1, 'b': [true]}",
            "\"{\"\"a\"\": 1, \"\"b\"\": [true]}\"",
        ),
        ("map {1: 'x'}", "\"{\"\"1\"\": \"\"x\"\"}\""),
        ("[1, 2]::INT[2]", "\"[1, 2]\""),
        ("'{\"a\": 1}'::JSON", "\"{\"\"a\"\": 1}\""),
        ("union_value(n := 5)", "5"),
    ] {
        let found =
            csv(query(&engine, &format!("SELECT {expression} AS c, 1 AS d")).expect(expression))
                .expect(expression);
        assert_eq!(found, format!("c,d\n{expected},1\n"), "{expression}");
    }
}

#[test]
fn headers_follow_the_same_rules() {
    let fixture = Fixture::new();
    let rows = query(
        &fixture.engine(),
        "SELECT 1 AS \"a,b\", 2 AS \"say \"\"hi\"\"\", 3 AS \"ü\", 4 AS \"line\nbreak\"",
    )
    .unwrap();
    assert_eq!(
        csv(rows).unwrap(),
        "\"a,b\",\"say \"\"hi\"\"\",ü,\"line\nbreak\"\n1,2,3,4\n"
    );
}

#[test]
fn nested_slices_keep_their_rows() {
    // Batches are cut on their way; offsets inside nested arrays must follow.
    let fixture = Fixture::with(&[(
        "t",
        "SELECT [range, range + 1]::BIGINT[2] f, [range] l, {'a': range} s, map {'k': range} m, \
        (range % 3)::VARCHAR::ENUM('0', '1', '2') e FROM range(10000)",
    )]);
    let engine = fixture.engine();
    let run = buzz_query::RunOptions {
        max_rows: Some(5001),
        ..Default::default()
    };
    let stored = buzz_query::Stored::collect(
        engine.query("FROM t", &run, &Cancel::new()).unwrap(),
        0,
        &fixture.path("r"),
    )
    .unwrap();
    let path = fixture.path("t.csv");
    export::csv(
        stored.batches(),
        CsvStyle::default(),
        &target(&path, &Cancel::new()),
    )
    .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for (n, line) in text.lines().skip(1).enumerate() {
        assert_eq!(
            line,
            format!(
                "\"[{n}, {}]\",[{n}],\"{{\"\"a\"\": {n}}}\",\"{{\"\"k\"\": {n}}}\",{}",
                n + 1,
                n % 3
            )
        );
    }
    assert_eq!(text.lines().count(), 5002);
}

#[test]
fn doubles_read_back_the_same() {
    let fixture = Fixture::with(&[(
        "t",
        "SELECT (random() - 0.5) * pow(10, (random() * 600 - 300)::INT) AS x FROM range(20000)",
    )]);
    let engine = fixture.engine();
    let path = fixture.path("t.csv");
    export::csv(
        query(&engine, "FROM t").unwrap(),
        CsvStyle::default(),
        &target(&path, &Cancel::new()),
    )
    .unwrap();
    let back: Vec<u64> = std::fs::read_to_string(&path)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| line.parse::<f64>().unwrap().to_bits())
        .collect();
    let mut original = Vec::new();
    for batch in query(&engine, "FROM t").unwrap() {
        use arrow::array::AsArray;
        let batch = batch.unwrap();
        original.extend(
            batch
                .column(0)
                .as_primitive::<arrow::datatypes::Float64Type>()
                .values()
                .iter()
                .map(|x| x.to_bits()),
        );
    }
    assert_eq!(back, original);
}

#[test]
fn a_file_is_whole_and_its_counts_are_right() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let reports = RefCell::new(Vec::new());
    let progress = |rows, bytes| reports.borrow_mut().push((rows, bytes));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ex port é.csv");
    let cancel = Cancel::new();
    let rows = query(&engine, "SELECT range AS n FROM range(300000)").unwrap();
    let exported = export::csv(
        rows,
        CsvStyle::default(),
        &Target {
            path: &path,
            force: false,
            progress: &progress,
            cancel: &cancel,
        },
    )
    .unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    assert_eq!(
        exported,
        Exported {
            rows: 300_000,
            bytes,
            cut: 0
        }
    );
    assert_eq!(reports.borrow().last(), Some(&(300_000, bytes)));
    assert_eq!(names(folder.path()), ["ex port é.csv"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.path().join("plain");
        std::fs::write(&plain, "").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(
            mode(&path),
            mode(&plain),
            "others may read an export as they may read any file"
        );
    }
}

#[test]
fn an_existing_file_is_replaced_only_with_force() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let path = fixture.path("x.csv");
    std::fs::write(&path, "precious").unwrap();
    let cancel = Cancel::new();
    let error = export::csv(
        query(&engine, "SELECT 1 AS a").unwrap(),
        CsvStyle::default(),
        &target(&path, &cancel),
    )
    .unwrap_err();
    assert_eq!(error.code(), "exists");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    let forced = Target {
        force: true,
        ..target(&path, &cancel)
    };
    export::csv(
        query(&engine, "SELECT 1 AS a").unwrap(),
        CsvStyle::default(),
        &forced,
    )
    .unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a\n1\n");
    let error = export::csv(
        query(&engine, "SELECT 1 AS a").unwrap(),
        CsvStyle::default(),
        &Target {
            path: fixture.folder.path(),
            ..forced
        },
    )
    .unwrap_err();
    assert_eq!(error.code(), "exists");
    let missing = fixture.path("no/such/folder/x.csv");
    let error = export::csv(
        query(&engine, "SELECT 1 AS a").unwrap(),
        CsvStyle::default(),
        &target(&missing, &cancel),
    )
    .unwrap_err();
    assert_eq!(error.code(), "write_failed");
}

#[test]
fn failing_or_cancelled_exports_leave_nothing_and_keep_what_was_there() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "precious").unwrap();
    type Export = fn(buzz_query::Rows, &Target<'_>) -> Result<Exported, Error>;
    let exports: [Export; 4] = [
        |r, t| export::csv(r, CsvStyle::default(), t),
        |r, t| export::parquet(r, t),
        |r, t| export::arrow(r, t),
        |r, t| export::xlsx(r, "t", t),
    ];
    for export in exports {
        let cancel = Cancel::new();
        let token = cancel.clone();
        // Cancelled in the middle, by whoever watches the progress.
        let progress = move |_, _| token.cancel();
        let rows = query(&engine, "SELECT range AS n FROM range(1000000000000)").unwrap();
        let error = export(
            rows,
            &Target {
                path: &path,
                force: true,
                progress: &progress,
                cancel: &cancel,
            },
        )
        .unwrap_err();
        assert_eq!(error.code(), "cancelled");
        let rows = query(&engine, "SELECT 1 // (range - 250000)::VARCHAR::INT, CASE WHEN range = 250000 THEN error('stop') END FROM range(300000)").unwrap();
        let error = export(
            rows,
            &Target {
                force: true,
                ..target(&path, &Cancel::new())
            },
        )
        .unwrap_err();
        assert_eq!(error.code(), "sql_error");
        assert_eq!(names(folder.path()), ["x.csv"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }
}

#[test]
fn parquet_and_arrow_files_read_back() {
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let cancel = Cancel::new();
    let original: Vec<_> = query(&engine, "FROM sales")
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let path = fixture.path("x.parquet");
    let exported = export::parquet(
        query(&engine, "FROM sales").unwrap(),
        &target(&path, &cancel),
    )
    .unwrap();
    assert_eq!(
        (exported.rows, exported.bytes),
        (4, std::fs::metadata(&path).unwrap().len())
    );
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path).unwrap())
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), original);
    let path = fixture.path("x.arrow");
    let exported = export::arrow(
        query(&engine, "FROM sales").unwrap(),
        &target(&path, &cancel),
    )
    .unwrap();
    assert_eq!(
        (exported.rows, exported.bytes),
        (4, std::fs::metadata(&path).unwrap().len())
    );
    let reader =
        arrow::ipc::reader::FileReader::try_new(std::fs::File::open(&path).unwrap(), None).unwrap();
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), original);
}

#[test]
fn a_closed_pipe_is_an_error() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let fixture = Fixture::new();
    let error = export::write_csv(
        query(&fixture.engine(), "FROM range(1000000000)").unwrap(),
        Closed,
        &Cancel::new(),
    )
    .unwrap_err();
    assert!(
        matches!(error, Error::Stream(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe)
    );
}

/// A small disk of its own, where the platform and our rights allow one.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder)),
            Ok(output) => {
                println!(
                    "not tested: no small disk can be mounted here: {}",
                    String::from_utf8_lossy(&output.stderr).trim()
                );
                None
            }
            Err(error) => {
                println!("not tested: no small disk can be mounted here: {error}");
                None
            }
        }
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg(self.0.path())
            .status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_clear_error_and_leaves_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let fixture = Fixture::new();
    let engine = fixture.engine();
    let cancel = Cancel::new();
    let path = disk.0.path().join("x.csv");
    let sql = "SELECT md5(range::VARCHAR) AS v FROM range(1000000)";
    for export in [
        |t: &Target<'_>, r| export::csv(r, CsvStyle::default(), t),
        |t: &Target<'_>, r| export::parquet(r, t),
        |t: &Target<'_>, r| export::arrow(r, t),
        |t: &Target<'_>, r| export::xlsx(r, "t", t),
    ] {
        let error = export(&target(&path, &cancel), query(&engine, sql).unwrap()).unwrap_err();
        assert_eq!(error.code(), "disk_full", "{error}");
        assert_eq!(names(disk.0.path()), Vec::<String>::new());
    }
    let error =
        buzz_query::Stored::collect(query(&engine, sql).unwrap(), 0, disk.0.path()).unwrap_err();
    assert_eq!(error.code(), "disk_full", "{error}");
    // And DuckDB's own temporary files.
    let mut options = fixture.options();
    options.temp_root = disk.0.path().join("temp");
    options.memory = 60_000_000;
    let engine = buzz_query::Engine::open(&fixture.tables, &options).unwrap();
    let error = crate::fixture::values(&engine, "SELECT max(v) FROM (SELECT hash(range)::VARCHAR AS v FROM range(20000000) ORDER BY v OFFSET 10)").unwrap_err();
    assert!(
        matches!(error.code(), "temporary_space" | "memory"),
        "{}: {error}",
        error.code()
    );
    assert_eq!(
        crate::fixture::values(&engine, "SELECT count(*) FROM sales").unwrap(),
        "4"
    );
}

/// The rows of a CSV file in a style.
fn styled(sql: &str, style: CsvStyle) -> String {
    let fixture = Fixture::new();
    let path = fixture.path("t.csv");
    let rows = query(&fixture.engine(), sql).unwrap();
    export::csv(rows, style, &target(&path, &Cancel::new())).unwrap();
    std::fs::read_to_string(&path).unwrap()
}

#[test]
fn a_csv_file_is_written_in_the_style_that_is_asked_for() {
    let style = CsvStyle {
        delimiter: b';',
        byte_order_mark: true,
        ..CsvStyle::default()
    };
    assert_eq!(
        styled("SELECT 'a;b' AS \"x;y\", 'c,d' AS z, 1.5 AS n", style),
        "\u{feff}\"x;y\";z;n\n\"a;b\";c,d;1.5\n"
    );
    // Whatever the delimiter is, a field that holds it is quoted.
    let odd = CsvStyle {
        delimiter: b'.',
        ..CsvStyle::default()
    };
    assert_eq!(
        styled("SELECT 1.5 AS n, DATE '2024-01-02' AS d", odd),
        "n.d\n\"1.5\".2024-01-02\n"
    );
}

#[test]
fn texts_that_look_like_formulas_are_guarded_where_that_is_asked_for() {
    let sql = "SELECT '=1+1' AS a, '-2' AS b, -2 AS c, '@x' AS \"=d\", 'plain' AS e";
    let guarded = CsvStyle {
        guards_formulas: true,
        ..CsvStyle::default()
    };
    assert_eq!(
        styled(sql, guarded),
        "a,b,c,'=d,e\n'=1+1,'-2,-2,'@x,plain\n"
    );
    assert_eq!(
        styled(sql, CsvStyle::default()),
        "a,b,c,=d,e\n=1+1,-2,-2,@x,plain\n"
    );
}

#[test]
fn a_workbook_holds_the_same_values() {
    let fixture = Fixture::new();
    let path = fixture.path("t.xlsx");
    let sql = "SELECT * FROM (VALUES \
        (1, 12.50::DECIMAL(10,2), 0.1::DOUBLE, true, DATE '2024-02-29', TIMESTAMP '2024-02-29 13:14:15', '007', '=1+1'), \
        (-7, NULL, 1e300::DOUBLE, false, DATE '1899-12-31', TIMESTAMP '2024-02-29 13:14:15.000001', '', NULL)) \
        t(n, amount, x, flag, day, moment, code, text)";
    let rows = query(&fixture.engine(), sql).unwrap();
    let exported = export::xlsx(rows, "orders", &target(&path, &Cancel::new())).unwrap();
    assert_eq!((exported.rows, exported.cut), (2, 0));
    assert_eq!(exported.bytes, std::fs::metadata(&path).unwrap().len());
    let found = buzz_ingest::inspect(&path, &buzz_ingest::Options::default()).unwrap();
    let tables = found.tables();
    assert_eq!(tables.len(), 1);
    let table = &tables[0];
    assert_eq!(table.id.sheet.as_deref(), Some("orders"));
    assert_eq!(
        table.columns,
        ["n", "amount", "x", "flag", "day", "moment", "code", "text"]
    );
    let row = |at: usize| -> Vec<&str> {
        let cells = table.preview[at].iter();
        cells
            .map(|cell| cell.as_deref().unwrap_or("NULL"))
            .collect()
    };
    let first = [
        "1",
        "12.5",
        "0.1",
        "true",
        "2024-02-29",
        "2024-02-29 13:14:15",
        "007",
        "=1+1",
    ];
    assert_eq!(row(0), first);
    // What Excel has no value for is a text, and nothing is lost.
    assert_eq!(row(1)[4..6], ["1899-12-31", "2024-02-29T13:14:15.000001"]);
    assert_eq!(row(1)[0], "-7");
}

#[test]
fn numbers_that_excel_would_change_are_texts() {
    let fixture = Fixture::new();
    let path = fixture.path("t.xlsx");
    let sql = "SELECT 12345678901234567::BIGINT AS n, 1234567890123.4567::DECIMAL(20,4) AS d";
    let rows = query(&fixture.engine(), sql).unwrap();
    export::xlsx(rows, "t", &target(&path, &Cancel::new())).unwrap();
    let found = buzz_ingest::inspect(&path, &buzz_ingest::Options::default()).unwrap();
    let tables = found.tables();
    let cells = [
        Some("12345678901234567".to_owned()),
        Some("1234567890123.4567".to_owned()),
    ];
    assert_eq!(tables[0].preview[0], cells);
}

#[test]
fn texts_too_long_for_a_cell_are_cut_and_counted() {
    let fixture = Fixture::new();
    let path = fixture.path("t.xlsx");
    let rows = query(
        &fixture.engine(),
        "SELECT repeat('ä', 32768) AS t UNION ALL SELECT repeat('ä', 32767)",
    )
    .unwrap();
    let exported = export::xlsx(rows, "t", &target(&path, &Cancel::new())).unwrap();
    assert_eq!(exported.cut, 1);
}
