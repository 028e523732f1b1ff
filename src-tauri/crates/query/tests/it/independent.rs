//! Readers that share nothing with ours find the same rows and cells in the same files: Python's `csv` and DuckDB.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::{Array, AsArray};
use buzz_ingest::{Cancel, Options, Output, Receipt, Silent, Types};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Rows of cells; a missing or empty cell is an empty text, for the other readers do not tell them apart.
type Rows = Vec<Vec<String>>;

/// Files that follow RFC 4180, so that no reader has to guess; some have rows with too few or too many fields.
fn corpus() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/tests/corpus");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 10);
    files
}

fn convert(file: &Path, types: Types) -> (Receipt, Rows) {
    let folder = tempfile::tempdir().unwrap();
    let output = Output {
        data: folder.path().join("data.parquet"),
        strays: folder.path().join("strays.parquet"),
    };
    let options = Options {
        types,
        ..Options::default()
    };
    let receipt = buzz_ingest::convert(file, &output, &options, &Silent, &Cancel::new())
        .unwrap()
        .receipt;
    let file = File::open(&output.data).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut rows = Rows::new();
    for batch in reader.build().unwrap().map(Result::unwrap) {
        for row in 0..batch.num_rows() {
            let cells = batch.columns().iter();
            rows.push(match types {
                Types::Auto => Vec::new(),
                Types::Text => cells
                    .map(|cells| match cells.is_valid(row) {
                        true => cells.as_string::<i32>().value(row).to_owned(),
                        false => String::new(),
                    })
                    .collect(),
            });
        }
    }
    (receipt, rows)
}

/// What Python's `csv` reads, every line included; `None`, said aloud, where there is no Python.
fn python(file: &Path, delimiter: &str) -> Option<Rows> {
    const PROGRAM: &str = "import csv, json, sys
with open(sys.argv[1], newline='', encoding='utf-8-sig') as file:
    json.dump(list(csv.reader(file, delimiter=sys.argv[2])), sys.stdout)";
    let run = Command::new("python3")
        .args(["-c", PROGRAM])
        .arg(file)
        // Where nothing separates fields, a character that is in no file.
        .arg(if delimiter == "none" {
            "\u{1}"
        } else {
            delimiter
        })
        .output();
    let Ok(run) = run else {
        println!("skipped: there is no python3 here");
        return None;
    };
    assert!(run.status.success(), "{run:?}");
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

/// What DuckDB reads of a file in which every row has `columns` fields, after the lines that are left out.
fn duckdb(file: &Path, receipt: &Receipt, columns: usize) -> Rows {
    let names: Vec<String> = (0..columns).map(|i| format!("'c{i}': 'VARCHAR'")).collect();
    let sql = format!(
        "SELECT * FROM read_csv(?, columns = {{{}}}, auto_detect = false, header = false, skip = {}, delim = '{}', \
         quote = '\"', escape = '\"', max_line_size = 10000000)",
        names.join(", "),
        receipt.preamble_rows + receipt.header_rows,
        receipt.delimiter,
    );
    let connection = duckdb::Connection::open_in_memory().unwrap();
    let mut statement = connection.prepare(&sql).unwrap();
    let path = file.to_str().unwrap();
    let rows = statement
        .query_map([path], |row| {
            (0..columns)
                .map(|column| Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default()))
                .collect::<duckdb::Result<Vec<_>>>()
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_receipt_and_the_cells_are_those_that_other_readers_find() {
    let mut compared_with_duckdb = 0;
    for file in corpus() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (receipt, cells) = convert(&file, Types::Text);
        let Some(records) = python(&file, &receipt.delimiter) else {
            return;
        };
        let columns = receipt.columns.len();
        let left_out = usize::try_from(receipt.preamble_rows + receipt.header_rows).unwrap();
        let records = &records[left_out..];
        assert_eq!(receipt.rows_read, records.len() as u64, "{name}");
        // In a table of one column a blank line is a row without a value.
        let mut rows: Rows = records
            .iter()
            .filter(|record| columns == 1 || !record.is_empty())
            .cloned()
            .collect();
        let count = |is: &dyn Fn(usize) -> bool| {
            rows.iter().filter(|row| is(row.len().max(1))).count() as u64
        };
        let (short, long) = (count(&|n| n < columns), count(&|n| n > columns));
        assert_eq!(
            (receipt.ragged_short, receipt.ragged_long),
            (short, long),
            "{name}"
        );
        rows.iter_mut()
            .for_each(|row| row.resize(columns, String::new()));
        assert_eq!(cells, rows, "{name}");

        let (typed, typed_rows) = convert(&file, Types::Auto);
        for receipt in [&receipt, &typed] {
            assert_eq!(receipt.rows_written, rows.len() as u64, "{name}");
            assert_eq!(
                receipt.rows_read,
                receipt.rows_written + receipt.rows_blank + receipt.rows_set_aside,
                "{name}"
            );
        }
        assert_eq!(typed_rows.len(), rows.len(), "{name}");

        if short + long == 0 && receipt.rows_blank == 0 && columns > 1 {
            assert_eq!(duckdb(&file, &receipt, columns), cells, "{name}");
            compared_with_duckdb += 1;
        }
    }
    assert!(compared_with_duckdb > 10);
}
