//! The command line itself: help, wrong usage, where the library is.

use crate::harness::Scratch;

#[test]
fn help_and_version_are_results() {
    let scratch = Scratch::new();
    let help = scratch.stdout(["--help"]);
    for command in [
        "convert", "datasets", "show", "remove", "set", "sql", "ask", "export", "ledger", "aws",
    ] {
        assert!(help.contains(&format!("  {command} ")), "{help}");
    }
    assert!(scratch.stdout(["--version"]).starts_with("buzz 0."));
    assert!(
        scratch
            .stdout(["convert", "--help"])
            .contains("--date-order")
    );
}

#[test]
fn wrong_usage_exits_with_2_and_prints_nothing_on_stdout() {
    let scratch = Scratch::new();
    let file = scratch.file("a.csv", "a\n1\n");
    let other = scratch.file("b.csv", "a\n1\n");
    let (file, other) = (file.to_str().unwrap(), other.to_str().unwrap());
    let wrong: &[&[&str]] = &[
        &[],
        &["fly"],
        &["convert"],
        &["convert", "--no-such-flag", file],
        &["convert", "--memory", "lots", file],
        &["convert", "--delimiter", "\n", file],
        &["convert", "--threads", "0", file],
        &["convert", "--header", "maybe", file],
        &["convert", "--name", "x", file, other],
        &["convert", "--out", "x.parquet", file, other],
        &["convert", "--out", "x.csv", file],
        &["convert", "--force", file],
        &["convert", "--explain", "--out", "x.parquet", file],
        &["set", "a"],
        &["set", "a", "--column", "b"],
        &["set", "a", "--type", "text"],
        &["set", "a", "--column", "b", "--date-order", "ymd"],
        &[
            "set", "a", "--column", "b", "--type", "text", "--rename", "c",
        ],
        &["sql"],
        &["sql", "select 1", "--timeout", "0"],
        &["sql", "select 1", "--out", "x.unknown"],
        &["sql", "select 1", "--json", "--format", "csv"],
        &["export", "--out", "x.csv"],
        &["export", "a", "--sql", "select 1", "--out", "x.csv"],
        &["export", "a", "--out", "x.doc"],
        &["export", "a", "--out", "x"],
        &["export", "a", "--audit", "--out", "x.csv"],
    ];
    for args in wrong {
        let run = scratch.run(*args);
        assert_eq!(run.code, 2, "{args:?}: {run:#?}");
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
        assert!(!run.stderr.contains("panicked"), "{args:?}: {run:#?}");
    }
    // Nothing of this needed a library, so none was made.
    assert!(
        !scratch.library().join("datasets").exists()
            || scratch.json(["datasets"]) == serde_json::json!([])
    );
}

#[test]
fn usage_errors_are_documents_too() {
    let scratch = Scratch::new();
    for args in [
        vec!["--json", "fly"],
        vec!["convert", "a.csv", "--quote", "xx", "--json"],
        vec!["--json", "export", "a", "--out", "x.doc"],
    ] {
        let run = scratch.run(&args);
        assert_eq!(run.code, 2, "{run:#?}");
        assert_eq!(run.stdout, "");
        assert_eq!(run.error_document()["code"], "usage");
    }
    // After `--` a word is no flag.
    let run = scratch.run(["fly", "--", "--json"]);
    assert!(!run.stderr.contains("\"code\""), "{run:#?}");
}

#[test]
fn the_library_is_where_the_environment_says() {
    let scratch = Scratch::new();
    let file = scratch.file("a.csv", "a\n1\n");
    let elsewhere = scratch.path("elsewhere");
    let bin = env!("CARGO_BIN_EXE_buzz");
    let run = |args: &[&str]| {
        let output = std::process::Command::new(bin)
            .args(args)
            .env("BUZZ_LIBRARY", &elsewhere)
            .output()
            .unwrap();
        crate::harness::Run::of(output)
    };
    let converted = run(&["convert", file.to_str().unwrap()]);
    assert_eq!(converted.code, 0, "{converted:#?}");
    assert!(elsewhere.join("library.db").exists());
    let listed = run(&["datasets", "--json"]);
    assert!(listed.stdout.contains("\"name\": \"a\""), "{listed:#?}");
    assert!(!scratch.library().exists());
}
