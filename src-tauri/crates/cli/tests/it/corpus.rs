//! What was converted as text comes out as CSV with every cell exactly as the table has it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::harness::{Scratch, parse_csv};

/// Of the corpus every so many files are taken: enough of each kind, and the test stays quick.
const EVERY: usize = 23;

/// The cells of a Parquet file of text columns, the names first; NULL is `None`. `None` where a column is no text.
fn table(path: &Path) -> Option<Vec<Vec<Option<String>>>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap()).unwrap();
    let fields = builder.schema().fields().clone();
    let mut table = vec![fields.iter().map(|f| Some(f.name().clone())).collect()];
    for batch in builder.build().unwrap() {
        let batch = batch.unwrap();
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| match column.data_type() {
                DataType::Utf8 => Some(column.as_string::<i32>()),
                _ => None,
            })
            .collect::<Option<_>>()?;
        for row in 0..batch.num_rows() {
            let cell = |column: &&arrow::array::StringArray| {
                column.is_valid(row).then(|| column.value(row).to_owned())
            };
            table.push(columns.iter().map(cell).collect());
        }
    }
    Some(table)
}

#[test]
fn messy_files_converted_as_text_are_exported_exactly() {
    let scratch = Scratch::new();
    let dirty =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../bench/robustness/corpus/dirty");
    let mut files: Vec<PathBuf> = fs::read_dir(dirty)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let sample = files.iter().step_by(EVERY);

    let mut args: Vec<OsString> = ["--json", "--quiet", "convert", "--types", "text"]
        .map(OsString::from)
        .into();
    args.extend(sample.map(|file| file.as_os_str().to_owned()));
    let asked = args.len() - 5;
    assert!(asked >= 36, "{asked} files");
    // Some of the sample may be refused; whether they should be is not asked here.
    let converted: Value = serde_json::from_str(&scratch.run(args).stdout).unwrap();
    let mut compared = 0;
    for document in converted.as_array().unwrap() {
        let id = document["dataset"]["id"].as_str().unwrap();
        let data = scratch
            .library()
            .join(format!("datasets/{id}/data.parquet"));
        let Some(table) = table(&data) else {
            continue;
        };
        let out = scratch.path(format!("{id}.csv"));
        scratch.stdout(["export", id, "--out", out.to_str().unwrap()]);
        let exported: Vec<Vec<Option<String>>> = parse_csv(&fs::read_to_string(&out).unwrap())
            .into_iter()
            .map(|record| {
                let cell =
                    |(text, quoted): (String, bool)| (quoted || !text.is_empty()).then_some(text);
                record.into_iter().map(cell).collect()
            })
            .collect();
        let path = &document["source"]["path"];
        assert_eq!(exported.len(), table.len(), "rows of {path}");
        for (row, (exported, table)) in exported.iter().zip(&table).enumerate() {
            assert_eq!(exported, table, "row {row} of {path}");
        }
        compared += 1;
    }
    println!("{compared} tables of {asked} files");
    assert!(compared >= 20, "{compared} tables of {asked} files");
}

#[test]
fn a_file_of_its_own_holds_the_same_as_the_dataset() {
    let scratch = Scratch::new();
    let dirty =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../bench/robustness/corpus/dirty");
    for name in [
        "delimiter-semicolon--people.csv",
        "quoting-line-ends-crlf--survey-tabs.tsv",
        "rows-short--parts-mid-row.csv",
    ] {
        let file = dirty.join(name);
        let (file, out) = (
            file.to_str().unwrap(),
            scratch.path(name).with_extension("parquet"),
        );
        scratch.stdout([
            "convert",
            "--types",
            "text",
            file,
            "--out",
            out.to_str().unwrap(),
        ]);
        let document = scratch.json(["convert", "--types", "text", file]);
        let id = document["dataset"]["id"].as_str().unwrap();
        let data = scratch
            .library()
            .join(format!("datasets/{id}/data.parquet"));
        let (of_its_own, dataset) = (table(&out), table(&data));
        assert!(of_its_own.is_some(), "{name}");
        assert_eq!(of_its_own, dataset, "{name}");
    }
}
