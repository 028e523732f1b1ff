//! Several files as one table: what is matched, what is told, and that nothing is lost.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buzz_ingest::{
    Cancel, Change, Conversion, Error, Existing, Fit, Options, Output, Progress, Silent, Snapshot,
    TableId, Types, combinable, combine, explain_combined, reconvert,
};
use proptest::prelude::*;

use crate::support::{Scratch, cells, read, row, rows, schema};
use crate::workbooks::{sheet_row, xlsx};

fn try_combine(
    scratch: &Scratch,
    files: &[PathBuf],
    options: &Options,
) -> Result<Conversion, Error> {
    let output = scratch.output();
    let conversion = combine(files, &output, options, &Silent, &Cancel::new())?;
    let receipt = &conversion.receipt;
    assert_eq!(
        receipt.rows_read,
        receipt.rows_written + receipt.rows_blank + receipt.rows_set_aside
    );
    assert_eq!(rows(&read(&output.data)), receipt.rows_written);
    assert_eq!(conversion.has_strays, output.strays.exists());
    // Each file accounts for its own, and all of them for the whole.
    let sum = |of: fn(&buzz_ingest::SourceFile) -> u64| receipt.sources.iter().map(of).sum::<u64>();
    assert_eq!(sum(|file| file.rows_read), receipt.rows_read);
    assert_eq!(sum(|file| file.rows_written), receipt.rows_written);
    assert_eq!(sum(|file| file.rows_blank), receipt.rows_blank);
    assert_eq!(sum(|file| file.rows_set_aside), receipt.rows_set_aside);
    assert_eq!(sum(|file| file.source.bytes), receipt.source.bytes);
    for file in &receipt.sources {
        assert_eq!(
            file.rows_read,
            file.rows_written + file.rows_blank + file.rows_set_aside,
            "{}",
            file.file
        );
        let bytes = std::fs::read(&file.source.path).unwrap();
        assert_eq!(
            file.source.blake3,
            blake3::hash(&bytes).to_hex().to_string()
        );
    }
    Ok(conversion)
}

type Table = Vec<Vec<Option<String>>>;

fn combined(scratch: &Scratch, files: &[PathBuf]) -> (Conversion, Table) {
    let conversion = try_combine(scratch, files, &Options::default()).unwrap();
    (conversion, cells(&read(&scratch.output().data)))
}

fn files(scratch: &Scratch, texts: &[(&str, &str)]) -> Vec<PathBuf> {
    (texts.iter())
        .map(|(name, text)| scratch.write(name, text))
        .collect()
}

fn messages(conversion: &Conversion, kind: &str) -> Vec<String> {
    (conversion.receipt.warnings.iter())
        .filter(|warning| warning.kind == kind)
        .map(|warning| warning.message.clone())
        .collect()
}

fn source_files(conversion: &Conversion) -> Vec<&str> {
    (conversion.receipt.sources.iter())
        .map(|file| file.file.as_str())
        .collect()
}

#[test]
fn columns_are_matched_by_name_whatever_their_order_case_and_space() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("jan.csv", "id,amount,city\n1,1.50,Bonn\n2,2.25,Köln\n"),
            ("feb.csv", "City , ID,Amount\nUlm,3,10.00\n"),
        ],
    );
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(
        schema(&conversion),
        [
            "id BIGINT",
            "amount DECIMAL(4,2)",
            "city VARCHAR",
            "file VARCHAR"
        ]
    );
    assert_eq!(
        table,
        [
            row(&["1", "1.50", "Bonn", "jan.csv"]),
            row(&["2", "2.25", "Köln", "jan.csv"]),
            row(&["3", "10.00", "Ulm", "feb.csv"]),
        ]
    );
    assert_eq!(source_files(&conversion), ["jan.csv", "feb.csv"]);
    assert_eq!(conversion.receipt.warnings, []);
    assert!(
        conversion.receipt.columns[0].notes[0].contains("also named \"ID\""),
        "{:?}",
        conversion.receipt.columns[0]
    );
    assert!(!conversion.has_strays);
}

#[test]
fn columns_that_only_some_files_have_are_null_elsewhere_and_told() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("1.csv", "id,a\n1,x\n"),
            ("2.csv", "id,a,discount\n2,y,0.5\n"),
            ("3.csv", "id,a\n3,z\n"),
            ("4.csv", "discount,id\n7,4\n"),
        ],
    );
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(
        table,
        [
            row(&["1", "x", "NULL", "1.csv"]),
            row(&["2", "y", "0.5", "2.csv"]),
            row(&["3", "z", "NULL", "3.csv"]),
            row(&["4", "NULL", "7.0", "4.csv"]),
        ]
    );
    assert_eq!(
        messages(&conversion, "missing_columns"),
        [
            "the column \"a\" is not in 4.csv; it is NULL in its rows",
            "the column \"discount\" is not in 1.csv and 3.csv; it is NULL in their rows",
        ]
    );
    assert_eq!(conversion.receipt.columns[2].nulls, 2);
}

#[test]
fn a_file_without_a_header_is_matched_by_position() {
    let scratch = Scratch::new();
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let scratch_files = files(
            &scratch,
            &[
                (
                    "with.csv",
                    "id,amount,day\n1,1.5,2024-01-02\n2,2.5,2024-01-03\n",
                ),
                ("without.csv", "3,3.5,2024-01-04\n4,4.5,2024-01-05\n"),
                ("again.csv", "DAY,id,amount\n2024-01-06,5,5.5\n"),
            ],
        );
        let files: Vec<PathBuf> = order.iter().map(|&at| scratch_files[at].clone()).collect();
        if order == [2, 1, 0] {
            // The places are those of the first header, which has another order here.
            let conversion = try_combine(&scratch, &files, &Options::default()).unwrap();
            assert_eq!(messages(&conversion, "matched_by_position").len(), 1);
        } else {
            let (conversion, mut table) = combined(&scratch, &files);
            table.sort();
            assert_eq!(table[2], row(&["3", "3.5", "2024-01-04", "without.csv"]));
            assert_eq!(table[4], row(&["5", "5.5", "2024-01-06", "again.csv"]));
            assert_eq!(
                messages(&conversion, "matched_by_position"),
                [
                    "one file has no header, and its columns were matched by their places: without.csv"
                ]
            );
            let has_header: Vec<bool> = (conversion.receipt.sources.iter())
                .map(|file| file.has_header)
                .collect();
            assert_eq!(has_header, order.map(|at| at != 1));
        }
        for name in ["data.parquet", "strays.parquet"] {
            let _ = std::fs::remove_file(scratch.path(name));
        }
    }
}

#[test]
fn a_header_that_a_file_by_itself_does_not_tell_is_told_by_the_others() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("1.csv", "name,age\nAnna,31\nBob,42\n"),
            // Nothing but text, of which the first row is like the others.
            ("2.csv", "name,age\nunknown,none\nnobody,none\n"),
        ],
    );
    let (_, table) = combined(&scratch, &files);
    assert_eq!(table.len(), 4);
    assert_eq!(table[2], row(&["unknown", "none", "2.csv"]));
}

#[test]
fn files_that_do_not_go_together_are_refused_by_name() {
    let scratch = Scratch::new();
    let good = scratch.write("good.csv", "id,amount\n1,2.5\n2,3.5\n");
    let wide = scratch.write("wide.csv", "1,2.5,x\n2,3.5,y\n3,4.5,z\n");
    let other = scratch.write(
        "other.csv",
        "first,second,third\nx,1,2024-01-01\ny,2,2024-01-02\n",
    );
    let parquet = scratch.write("table.parquet", b"PAR1 and so on");
    let missing = scratch.path("missing.csv");
    let picture = scratch.write("picture.csv", b"\x89PNG\r\n\x1a\n rest");
    for (file, code, sentence) in [
        (
            &wide,
            "wrong_options",
            "wide.csv has no header, and 3 columns rather than 2",
        ),
        (
            &other,
            "wrong_options",
            "other.csv has no column in common with the files before it",
        ),
        (
            &parquet,
            "wrong_options",
            "table.parquet is a Parquet or Arrow file",
        ),
        (&missing, "not_found", "missing.csv was not found"),
        (&picture, "not_text", "picture.csv is not a text file"),
        (&good, "wrong_options", "good.csv is named twice"),
    ] {
        let error = try_combine(&scratch, &[good.clone(), file.clone()], &Options::default());
        let error = error.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(sentence), "{error}");
        let written = |name: &&String| name.contains("data") || name.contains("strays");
        assert_eq!(scratch.files().iter().filter(written).count(), 0);
    }
    let error = try_combine(&scratch, &[], &Options::default()).unwrap_err();
    assert_eq!(error.code(), "wrong_options");
}

#[test]
fn empty_files_and_files_of_nothing_but_a_header_give_no_rows() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("1.csv", "id,n\n1,2\n"),
            ("2.csv", ""),
            ("3.csv", "id,n\n"),
            ("4.csv", " \n"),
        ],
    );
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(table, [row(&["1", "2", "1.csv"])]);
    assert_eq!(source_files(&conversion), ["1.csv", "3.csv"]);
    assert_eq!(
        messages(&conversion, "empty_files"),
        ["2 files are empty and give no rows: 2.csv and 4.csv"]
    );
    let error = combine(
        &[files[1].clone(), files[3].clone()],
        &scratch.output(),
        &Options::default(),
        &Silent,
        &Cancel::new(),
    );
    assert_eq!(error.unwrap_err().code(), "empty_file");
}

/// A workbook of one sheet with a title above the table.
fn workbook() -> Vec<u8> {
    let table: String = [
        sheet_row(1, "", &["Sales of May"]),
        sheet_row(3, "", &["id", "amount", "city"]),
        sheet_row(4, "", &["7", "70.5", "Jena"]),
        sheet_row(5, "", &["8", "80.5", "Gera"]),
    ]
    .concat();
    let notes = sheet_row(1, "", &["only", "notes"]) + &sheet_row(2, "", &["1", "2"]);
    xlsx(&[
        ("May", "", &format!("<sheetData>{table}</sheetData>")),
        ("Notes", "", &format!("<sheetData>{notes}</sheetData>")),
    ])
}

#[test]
fn every_file_is_read_in_its_own_way() {
    let scratch = Scratch::new();
    let windows = encoding_rs::WINDOWS_1252
        .encode("id;amount;city\r\n3;30,5;Köln\r\n4;40,5;Düsseldorf\r\n")
        .0
        .into_owned();
    let utf16: Vec<u8> = "\u{feff}id\tamount\tcity\n5\t50.5\t\"Bad\tHomburg\"\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, b"id|amount|city\n6|60.5|Trier\n").unwrap();
    let json =
        "{\"city\":\"Hof\",\"id\":9,\"amount\":90.5}\n{\"id\":10,\"amount\":null,\"extra\":[1]}\n";
    let files = vec![
        scratch.write("1.csv", "id,amount,city\n1,10.5,Bonn\n2,20.5,\"a\nb\"\n"),
        scratch.write("2.csv", windows),
        scratch.write("3.tsv", utf16),
        scratch.write("4.csv.gz", gzip.finish().unwrap()),
        scratch.write("5.xlsx", workbook()),
        scratch.write("6.jsonl", json),
    ];
    let (conversion, table) = combined(&scratch, &files);
    let texts: Vec<String> = (table.iter())
        .map(|row| {
            let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
            cells.collect::<Vec<_>>().join("|")
        })
        .collect();
    assert_eq!(
        texts,
        [
            "1|10.5|Bonn|NULL|1.csv",
            "2|20.5|a\nb|NULL|1.csv",
            "3|30,5|Köln|NULL|2.csv",
            "4|40,5|Düsseldorf|NULL|2.csv",
            "5|50.5|Bad\tHomburg|NULL|3.tsv",
            "6|60.5|Trier|NULL|4.csv.gz",
            "7|70.5|Jena|NULL|5.xlsx",
            "8|80.5|Gera|NULL|5.xlsx",
            "9|90.5|Hof|NULL|6.jsonl",
            "10|NULL|NULL|[1]|6.jsonl",
        ],
        "amounts that are written in two ways stay as they are written"
    );
    let sources = &conversion.receipt.sources;
    let formats: Vec<&str> = sources.iter().map(|file| file.format.as_str()).collect();
    assert_eq!(formats, ["csv", "csv", "csv", "csv", "xlsx", "json-lines"]);
    let delimiters: Vec<&str> = sources.iter().map(|file| file.delimiter.as_str()).collect();
    assert_eq!(delimiters, [",", ";", "\t", "|", "", ""]);
    assert_eq!(sources[1].encoding, "windows-1252");
    assert_eq!(conversion.receipt.format, "");
    assert_eq!(
        messages(&conversion, "other_tables"),
        [
            "one file has further tables, which are left out: 5.xlsx; convert it by itself to have them"
        ]
    );
    // Explaining decides the same.
    let forecast = explain_combined(&files, &Options::default(), &Cancel::new()).unwrap();
    assert_eq!(forecast.sources.len(), 6);
    let names = |receipt: &buzz_ingest::Receipt| -> Vec<String> {
        receipt
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    assert_eq!(names(&forecast), names(&conversion.receipt));
}

#[test]
fn a_sheet_of_each_workbook_may_be_named() {
    let scratch = Scratch::new();
    let files = vec![
        scratch.write("a.xlsx", workbook()),
        scratch.write("b.csv", "only,notes\n3,4\n"),
    ];
    let named = |sheet: &str| Options {
        table: Some(TableId {
            sheet: Some(sheet.into()),
            ..TableId::default()
        }),
        ..Options::default()
    };
    try_combine(&scratch, &files, &named("notes")).unwrap();
    assert_eq!(
        cells(&read(&scratch.output().data)),
        [row(&["1", "2", "a.xlsx"]), row(&["3", "4", "b.csv"])]
    );
    let error = explain_combined(&files, &named("June"), &Cancel::new()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("a.xlsx: it has no sheet \"June\""),
        "{error}"
    );
}

#[test]
fn strays_name_their_file_and_its_line() {
    let scratch = Scratch::new();
    let part = |from: u64, odd: &[u64]| {
        let mut text = String::from("id,amount\n");
        for id in from..from + 3_000 {
            let amount = match odd.contains(&id) {
                true => "see note".to_owned(),
                false => format!("{id}.50"),
            };
            writeln!(text, "{id},{amount}").unwrap();
        }
        text
    };
    let files = vec![
        scratch.write("a.csv", part(0, &[10])),
        scratch.write("b.csv", part(3_000, &[3_000]) + "1,2.5,surplus\n"),
        scratch.write("c.csv", part(6_000, &[]) + "7\n"),
    ];
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(table.len(), 9_002);
    let mut kept: Vec<_> = (scratch.strays().into_iter())
        .map(|stray| {
            [
                stray[0].clone(),
                stray[1].clone(),
                stray[2].clone(),
                stray[3].clone(),
                stray[6].clone(),
            ]
        })
        .collect();
    // Columns set aside on their own; only the order of one column's cells is fixed.
    kept.sort_by_key(|stray| stray[4].clone().zip(stray[3].clone()));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        kept,
        [
            [
                some("11"),
                some("12"),
                some("amount"),
                some("see note"),
                some("a.csv")
            ],
            [
                some("3001"),
                some("2"),
                some("amount"),
                some("see note"),
                some("b.csv")
            ],
            [
                some("6001"),
                some("3002"),
                None,
                some("surplus"),
                some("b.csv")
            ],
        ]
    );
    let find = |kind: &str| {
        let warnings = &conversion.receipt.warnings;
        warnings
            .iter()
            .find(|warning| warning.kind == kind)
            .unwrap()
    };
    assert_eq!(find("stray_cells").lines, [12, 2]);
    assert_eq!(find("stray_cells").files, ["a.csv", "b.csv"]);
    assert_eq!(find("long_rows").files, ["b.csv"]);
    assert_eq!(
        (&find("short_rows").lines[..], &find("short_rows").files[..]),
        (&[3_002][..], &["c.csv".to_owned()][..])
    );
}

#[test]
fn types_are_true_over_all_files() {
    let scratch = Scratch::new();
    let numbers: String = (0..2_000).map(|n| format!("{n},{n},{n}\n")).collect();
    let files = vec![
        scratch.write("1.csv", format!("a,b,c\n{numbers}")),
        scratch.write("2.csv", format!("a,b,c\n{numbers}1.5,007,x\n")),
        // Beyond what any sample shows.
        scratch.write(
            "3.csv",
            format!("a,b,c\n{}0.125,8,9\n", numbers.repeat(400)),
        ),
    ];
    let conversion = try_combine(&scratch, &files, &Options::default()).unwrap();
    assert_eq!(
        schema(&conversion),
        ["a DECIMAL(9,3)", "b VARCHAR", "c BIGINT", "file VARCHAR"]
    );
    assert_eq!(scratch.strays().len(), 1);
    let batches = read(&scratch.output().data);
    assert_eq!(rows(&batches), 2_000 + 2_001 + 800_001);
    let text = try_combine_again(&scratch, &files, Types::Text);
    assert!(
        schema(&text)
            .iter()
            .all(|column| column.ends_with("VARCHAR"))
    );
}

fn try_combine_again(scratch: &Scratch, files: &[PathBuf], types: Types) -> Conversion {
    for path in [scratch.output().data, scratch.output().strays] {
        let _ = std::fs::remove_file(path);
    }
    let options = Options {
        types,
        ..Options::default()
    };
    try_combine(scratch, files, &options).unwrap()
}

#[test]
fn a_date_that_one_file_decides_is_decided_for_all() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("1.csv", "day,n\n01/02/2024,1\n03/04/2024,2\n"),
            ("2.csv", "day,n\n31/12/2024,3\n"),
        ],
    );
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(schema(&conversion)[0], "day DATE");
    assert_eq!(table[0][0].as_deref(), Some("2024-02-01"));
    let decisions = &conversion.receipt.decisions;
    assert!(
        !decisions
            .iter()
            .any(|decision| decision.what.starts_with("date_order"))
    );
}

#[test]
fn the_file_column_has_a_name_of_its_own_and_tells_folders_apart() {
    let scratch = Scratch::new();
    for folder in ["2024", "2025"] {
        std::fs::create_dir(scratch.path(folder)).unwrap();
    }
    let files = files(
        &scratch,
        &[
            ("2024/jan.csv", "File,file_1,n\nx,y,1\n"),
            ("2025/jan.csv", "file,file_1,n\nx,y,2\n"),
        ],
    );
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(conversion.receipt.columns[3].name, "file_2");
    assert_eq!(table[0][3].as_deref(), Some("2024/jan.csv"));
    assert_eq!(table[1][3].as_deref(), Some("2025/jan.csv"));
    let folder = scratch.path("");
    assert_eq!(
        PathBuf::from(&conversion.receipt.source.path),
        folder.join("x").parent().unwrap()
    );
    let found = combinable(&files, &Options::default(), &Cancel::new()).unwrap();
    assert_eq!(found.file_column, "file_2");
    // However it is written, it is the same file.
    let twice = [files[0].clone(), scratch.path("2025/../2024/jan.csv")];
    let error = explain_combined(&twice, &Options::default(), &Cancel::new()).unwrap_err();
    assert!(error.to_string().contains("is named twice"), "{error}");
}

#[test]
fn a_single_file_has_the_file_column_too() {
    let scratch = Scratch::new();
    let files = files(&scratch, &[("only.csv", "n\n1\n\n")]);
    let (_, table) = combined(&scratch, &files);
    assert_eq!(table, [row(&["1", "only.csv"]), row(&["NULL", "only.csv"])]);
}

#[test]
fn what_differs_is_decided_and_warned_of_by_file() {
    let scratch = Scratch::new();
    let mut texts: Vec<(String, String)> = (0..8)
        .map(|n| {
            (
                format!("{n}.csv"),
                format!("a,b\n{n},\"unclosed\n1,2\n3,4\n5,6\n"),
            )
        })
        .collect();
    texts[7].1 = texts[7].1.replace(',', ";");
    let files: Vec<PathBuf> = texts
        .iter()
        .map(|(name, text)| scratch.write(name, text))
        .collect();
    let conversion = try_combine(&scratch, &files, &Options::default()).unwrap();
    let delimiters: Vec<&str> = (conversion.receipt.decisions.iter())
        .filter(|decision| decision.what == "delimiter")
        .map(|decision| decision.chosen.as_str())
        .collect();
    assert_eq!(
        delimiters,
        [
            ", (0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 2 others)",
            "; (7.csv)"
        ]
    );
    assert_eq!(conversion.receipt.delimiter, "");
}

/// Writes to a file while the conversion is at it.
struct Writing(PathBuf);

impl Progress for Writing {
    fn report(&self, snapshot: Snapshot) {
        if snapshot.rows > 0 {
            use std::io::Write as _;
            let mut file = std::fs::OpenOptions::new()
                .append(true)
                .open(&self.0)
                .unwrap();
            file.write_all(b"9,9\n").unwrap();
        }
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_noticed_and_named() {
    let scratch = Scratch::new();
    let numbers: String = (0..300_000).map(|n| format!("{n},{n}\n")).collect();
    for changed in ["1.csv", "2.csv"] {
        let files = vec![
            scratch.write("1.csv", format!("a,b\n{numbers}")),
            scratch.write("2.csv", format!("a,b\n{numbers}")),
        ];
        let progress = Writing(scratch.path(changed));
        let error = combine(
            &files,
            &scratch.output(),
            &Options::default(),
            &progress,
            &Cancel::new(),
        );
        let error = error.unwrap_err();
        assert_eq!(error.code(), "source_changed", "{error}");
        assert!(error.to_string().contains(changed), "{error}");
        assert_eq!(scratch.files(), ["1.csv", "2.csv"]);
    }
}

#[test]
fn a_column_is_changed_from_the_files_and_without_them_from_the_dataset() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("1.csv", "id,code\n1,007\n2,8\n"),
            ("2.csv", "code;id\r\nx;3\r\n9;4\r\n"),
            ("3.csv", "id\n5\n"),
        ],
    );
    let conversion = try_combine(&scratch, &files, &Options::default()).unwrap();
    assert_eq!(schema(&conversion)[1], "code VARCHAR");
    let existing = Existing {
        data: scratch.output().data,
        strays: conversion.has_strays.then(|| scratch.output().strays),
        receipt: conversion.receipt,
        profile: conversion.profile,
    };
    let change = [Change {
        column: "code".into(),
        column_type: Some("BIGINT".into()),
        ..Change::default()
    }];
    let to_number = |name: &str| {
        let output = Output {
            data: scratch.path(&format!("{name}.parquet")),
            strays: scratch.path(&format!("{name}.strays.parquet")),
        };
        let options = Options::default();
        let changed = reconvert(
            &existing,
            &change,
            &output,
            &options,
            &Silent,
            &Cancel::new(),
        );
        (changed.unwrap().unwrap(), output)
    };
    let expected = [
        row(&["1", "7", "1.csv"]),
        row(&["2", "8", "1.csv"]),
        row(&["3", "NULL", "2.csv"]),
        row(&["4", "9", "2.csv"]),
        row(&["5", "NULL", "3.csv"]),
    ];
    let (changed, output) = to_number("with");
    assert_eq!(cells(&read(&output.data)), expected);
    let notes = changed.receipt.columns[1].notes.join("; ");
    assert!(!notes.contains("because"), "{notes}");
    let stray = &cells(&read(&output.strays))[0];
    assert_eq!(
        (stray[1].as_deref(), stray[6].as_deref()),
        (Some("2"), Some("2.csv"))
    );
    let warning = changed
        .receipt
        .warnings
        .iter()
        .find(|warning| warning.kind == "stray_cells");
    assert_eq!(warning.unwrap().files, ["2.csv"]);
    assert_eq!(changed.receipt.sources, existing.receipt.sources);

    scratch.write("2.csv", "code;id\r\nx;3\r\n5;4\r\n");
    let (changed, output) = to_number("without");
    assert_eq!(cells(&read(&output.data)), expected);
    let notes = changed.receipt.columns[1].notes.join("; ");
    assert!(
        notes.contains("2.csv has changed") || notes.contains("has changed"),
        "{notes}"
    );
    let stray = &cells(&read(&output.strays))[0];
    assert_eq!(
        (stray[1].as_deref(), stray[6].as_deref()),
        (None, Some("2.csv"))
    );
}

#[test]
fn hundreds_of_files_do_not_stay_open_nor_in_memory() {
    let scratch = Scratch::new();
    let files: Vec<PathBuf> = (0..1_500)
        .map(|n| scratch.write(&format!("{n}.csv"), format!("id,n\n{n},1\n")))
        .collect();
    let (conversion, table) = combined(&scratch, &files);
    assert_eq!(
        (table.len(), conversion.receipt.sources.len()),
        (1_500, 1_500)
    );
    assert_eq!(table[1_234], row(&["1234", "1", "1234.csv"]));
}

#[test]
fn many_workbooks_are_opened_one_after_another() {
    let scratch = Scratch::new();
    let files: Vec<PathBuf> = (0..40)
        .map(|n| scratch.write(&format!("{n}.xlsx"), workbook()))
        .collect();
    let (_, table) = combined(&scratch, &files);
    assert_eq!(table.len(), 80);
    assert_eq!(table[79], row(&["8", "80.5", "Gera", "39.xlsx"]));
}

#[test]
fn files_of_one_shape_are_offered_and_the_others_are_not() {
    let scratch = Scratch::new();
    let files = files(
        &scratch,
        &[
            ("readme.csv", "topic,text\nhelp,see below\n"),
            ("jan.csv", "id,amount,city\n1,1.5,Bonn\n"),
            ("feb.csv", "ID,Amount,City,discount\n2,2.5,Ulm,0\n"),
            ("mar.csv", "3,3.5,Hof\n4,4.5,Jena\n"),
            ("none.csv", ""),
        ],
    );
    let found = combinable(&files, &Options::default(), &Cancel::new()).unwrap();
    let fits: Vec<&Fit> = found.files.iter().map(|file| &file.fit).collect();
    assert_eq!(
        fits[..4],
        [&Fit::Other, &Fit::ByName, &Fit::ByName, &Fit::ByPosition]
    );
    assert!(matches!(fits[4], Fit::Unreadable { code, .. } if code == "empty_file"));
    assert_eq!(found.belongs(), files[1..4]);
    assert!(found.is_offered());
    let columns: Vec<(&str, &[usize])> = (found.columns.iter())
        .map(|column| (column.name.as_str(), &column.missing_in[..]))
        .collect();
    assert_eq!(
        columns,
        [
            ("id", &[][..]),
            ("amount", &[]),
            ("city", &[]),
            ("discount", &[1, 3])
        ]
    );
    assert_eq!(found.differing().count(), 1);
    // What is offered can be converted.
    let conversion = try_combine(&scratch, &found.belongs(), &Options::default()).unwrap();
    assert_eq!(conversion.receipt.rows_written, 4);

    let found = combinable(&files[..2], &Options::default(), &Cancel::new()).unwrap();
    assert!(!found.is_offered() && found.columns.is_empty() && found.belongs().is_empty());
    let cancel = Cancel::new();
    cancel.cancel();
    let error = combinable(&files, &Options::default(), &cancel).unwrap_err();
    assert_eq!(error.code(), "cancelled");
}

/// Cells that a column of some type may have.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9]{1,4}",
        2 => "[0-9]{1,3}\\.[0-9]{1,2}",
        1 => Just(String::new()),
        1 => "20[0-9]{2}-0[1-9]-[12][0-9]",
        1 => "[a-z \"é]{1,6}",
        1 => "0[0-9]{2}",
    ]
}

fn quoted(cell: &str) -> String {
    match cell.contains(['"', ' ']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn parts_of_a_file_combined_are_the_whole(
        table in proptest::collection::vec(proptest::collection::vec(cell(), 3), 1..40),
        cuts in proptest::collection::vec(0usize..40, 0..4),
    ) {
        let scratch = Scratch::new();
        let text = |rows: &[Vec<String>]| {
            let mut text = String::from("first,second,third\n");
            for cells in rows {
                // An empty row would be a blank line, and a part of other dialects.
                let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
                text += &cells.join(",");
                text.push('\n');
            }
            text
        };
        // How a file is read is told, so that a part of a few rows is no riddle; what is in it is not.
        let options = Options {
            delimiter: Some(",".into()),
            quote: Some("\"".into()),
            encoding: Some("utf-8".into()),
            header: buzz_ingest::Header::Yes,
            skip_rows: Some(0),
            ..Options::default()
        };
        let whole = scratch.write("whole.csv", text(&table));
        let expected = scratch.convert(&whole, &options).unwrap();
        // What looks like a second row of names, or like another table, is one, of the whole as of a part.
        let is_plain = |file: &Path| {
            buzz_ingest::inspect(file, &options).unwrap().tables().len() == 1
                && buzz_ingest::explain(file, &options).unwrap().header_rows == 1
        };
        prop_assume!(is_plain(&whole));
        let expected_table = cells(&read(&scratch.output().data));
        let strays = |of: &Conversion| match of.has_strays {
            true => scratch.strays().into_iter().map(|stray| (stray[0].clone(), stray[2..6].to_vec())).collect(),
            false => Vec::new(),
        };
        let expected_strays = strays(&expected);
        for path in [scratch.output().data, scratch.output().strays] {
            let _ = std::fs::remove_file(path);
        }
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(table.len())).collect();
        cuts.push(0);
        cuts.push(table.len());
        cuts.sort_unstable();
        cuts.dedup();
        let files: Vec<PathBuf> = (cuts.windows(2).enumerate())
            .map(|(n, part)| scratch.write(&format!("{n}.csv"), text(&table[part[0]..part[1]])))
            .collect();
        for file in &files {
            prop_assume!(is_plain(file));
        }
        let found = try_combine(&scratch, &files, &options).unwrap();
        let mut found_table = cells(&read(&scratch.output().data));
        for cells in &mut found_table {
            cells.pop();
        }
        prop_assert_eq!(found_table, expected_table);
        prop_assert_eq!(&schema(&found)[..3], &schema(&expected)[..]);
        prop_assert_eq!(strays(&found), expected_strays);
        for (found, expected) in found.receipt.columns.iter().zip(&expected.receipt.columns) {
            prop_assert_eq!((found.nulls, found.strays), (expected.nulls, expected.strays));
        }
    }
}
