//! What a person overrules afterwards: types, names and the order of day and month.

use std::path::{Path, PathBuf};

use buzz_ingest::{
    Cancel, Change, Conversion, DateOrder, Error, Existing, Options, Output, Receipt, Silent,
    reconvert,
};
use parquet::file::metadata::ParquetMetaDataReader;

use crate::support::{Scratch, cells, read, row};

/// A dataset that is changed again and again, each time into files of its own.
struct Dataset {
    scratch: Scratch,
    source: PathBuf,
    existing: Existing,
    generation: u32,
}

impl Dataset {
    fn new(text: impl AsRef<[u8]>) -> Self {
        Self::with(text, &Options::default())
    }

    fn with(text: impl AsRef<[u8]>, options: &Options) -> Self {
        let scratch = Scratch::new();
        let source = scratch.write("source.csv", text);
        let conversion = scratch.convert(&source, options).unwrap();
        Self {
            existing: existing(scratch.output(), conversion),
            scratch,
            source,
            generation: 0,
        }
    }

    fn try_change(&mut self, changes: &[Change]) -> Result<Option<Conversion>, Error> {
        self.generation += 1;
        let output = self.output();
        let options = Options::default();
        reconvert(
            &self.existing,
            changes,
            &output,
            &options,
            &Silent,
            &Cancel::new(),
        )
    }

    fn output(&self) -> Output {
        Output {
            data: self.scratch.path(&format!("{}.parquet", self.generation)),
            strays: self
                .scratch
                .path(&format!("{}.strays.parquet", self.generation)),
        }
    }

    /// Changes the dataset and checks what holds for every change.
    fn change(&mut self, changes: &[Change]) {
        let conversion = self.try_change(changes).unwrap().unwrap();
        let output = self.output();
        assert_eq!(conversion.has_strays, output.strays.exists());
        let before = std::mem::replace(&mut self.existing, existing(output, conversion));
        let receipt = &self.existing.receipt;
        assert_eq!(receipt.source, before.receipt.source);
        assert_eq!(receipt.rows_written, before.receipt.rows_written);
        assert_eq!(
            receipt.rows_read,
            receipt.rows_written + receipt.rows_blank + receipt.rows_set_aside
        );
        let profile = self.existing.profile.as_ref().unwrap();
        let batches = read(&self.existing.data);
        for (at, column) in receipt.columns.iter().enumerate() {
            let nulls: usize = batches.iter().map(|b| b.column(at).null_count()).sum();
            assert_eq!(column.nulls, nulls as u64, "{}", column.name);
            let profile = &profile.columns[at];
            assert_eq!(
                (&profile.name, &profile.sql_type, profile.nulls),
                (&column.name, &column.sql_type, column.nulls)
            );
        }
        let left: Vec<String> = self
            .scratch
            .files()
            .into_iter()
            .filter(|name| !name.ends_with(".parquet") && name != "source.csv")
            .collect();
        assert_eq!(left, Vec::<String>::new());
    }

    fn retype(&mut self, column: &str, column_type: &str) {
        self.change(&[retype(column, column_type)]);
    }

    fn forget_source(&self) {
        std::fs::remove_file(&self.source).unwrap();
    }

    fn receipt(&self) -> &Receipt {
        &self.existing.receipt
    }

    fn schema(&self) -> Vec<String> {
        self.receipt()
            .columns
            .iter()
            .map(|column| format!("{} {}", column.name, column.sql_type))
            .collect()
    }

    /// The cells of a column, NULL as `NULL`.
    fn column(&self, at: usize) -> Vec<String> {
        self.table()
            .into_iter()
            .map(|mut row| row.swap_remove(at).unwrap_or("NULL".into()))
            .collect()
    }

    fn table(&self) -> Vec<Vec<Option<String>>> {
        cells(&read(&self.existing.data))
    }

    fn strays(&self) -> Vec<Vec<Option<String>>> {
        self.existing
            .strays
            .as_ref()
            .map_or_else(Vec::new, |strays| cells(&read(strays)))
    }

    fn decision(&self, what: &str) -> Option<(&str, f64)> {
        self.receipt()
            .decisions
            .iter()
            .find(|decision| decision.what == what)
            .map(|decision| (decision.chosen.as_str(), decision.confidence))
    }

    fn warning(&self, kind: &str) -> Option<(u64, &[u64])> {
        self.receipt()
            .warnings
            .iter()
            .find(|warning| warning.kind == kind)
            .map(|warning| (warning.count, warning.lines.as_slice()))
    }
}

fn existing(output: Output, conversion: Conversion) -> Existing {
    Existing {
        data: output.data,
        strays: conversion.has_strays.then_some(output.strays),
        receipt: conversion.receipt,
        profile: conversion.profile,
    }
}

fn retype(column: &str, column_type: &str) -> Change {
    Change {
        column: column.into(),
        column_type: Some(column_type.into()),
        ..Change::default()
    }
}

fn rename(column: &str, name: &str) -> Change {
    Change {
        column: column.into(),
        name: Some(name.into()),
        ..Change::default()
    }
}

fn reorder(column: &str, date_order: DateOrder) -> Change {
    Change {
        column: column.into(),
        date_order: Some(date_order),
        ..Change::default()
    }
}

fn missing(column: &str, words: &[&str]) -> Change {
    Change {
        column: column.into(),
        missing: Some(words.iter().map(|word| (*word).to_owned()).collect()),
        ..Change::default()
    }
}

/// The encoded bytes of a column, row group by row group.
fn pages(path: &Path, column: usize) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let file = std::fs::File::open(path).unwrap();
    let metadata = ParquetMetaDataReader::new()
        .parse_and_finish(&file)
        .unwrap();
    metadata
        .row_groups()
        .iter()
        .map(|group| {
            let (start, length) = group.column(column).byte_range();
            bytes[start as usize..(start + length) as usize].to_vec()
        })
        .collect()
}

const MIXED: &str = "zip,flag,amount,day,at,ratio,note\n\
    01234,yes,1.50,03/04/2024,2024-01-31 00:00:00,1e3,a\n\
    98765,no,-2,13/04/2024,2024-02-01 00:00:00,2.5,\"b, \"\"c\"\"\"\n\
    00000,yes,,01/12/2023,,,\"\"\n";

#[test]
fn every_type_can_be_chosen_for_a_column_that_fits() {
    let mut dataset = Dataset::new(MIXED);
    assert_eq!(
        dataset.schema(),
        [
            "zip VARCHAR",
            "flag VARCHAR",
            "amount DECIMAL(4,2)",
            "day DATE",
            "at TIMESTAMP",
            "ratio DOUBLE",
            "note VARCHAR"
        ]
    );
    for (at, column, column_type, expected) in [
        (0, "zip", "bigint", ["1234", "98765", "0"]),
        (1, "FLAG", "boolean", ["true", "false", "true"]),
        (2, "amount", "double", ["1.5", "-2.0", "NULL"]),
        (2, "amount", "decimal(30,3)", ["1.500", "-2.000", "NULL"]),
        (2, "amount", "text", ["1.50", "-2", "NULL"]),
        (2, "amount", "decimal", ["1.50", "-2.00", "NULL"]),
        (
            3,
            "day",
            "timestamp",
            [
                "2024-04-03T00:00:00",
                "2024-04-13T00:00:00",
                "2023-12-01T00:00:00",
            ],
        ),
        (
            3,
            "day",
            "varchar",
            ["03/04/2024", "13/04/2024", "01/12/2023"],
        ),
        (3, "day", "date", ["2024-04-03", "2024-04-13", "2023-12-01"]),
        (4, "at", "date", ["2024-01-31", "2024-02-01", "NULL"]),
        (5, "ratio", "text", ["1e3", "2.5", "NULL"]),
        (6, "note", "time", ["NULL", "NULL", "NULL"]),
        (6, "note", "text", ["a", "b, \"c\"", ""]),
    ] {
        dataset.retype(column, column_type);
        assert_eq!(dataset.column(at), expected, "{column} {column_type}");
        let strays = if column_type == "time" { 2 } else { 0 };
        assert_eq!(dataset.strays().len(), strays);
    }
    for (column, column_type) in [
        ("zip", "BigInt"),
        ("amount", "decimal"),
        ("note", "varchar"),
    ] {
        let same = dataset.try_change(&[retype(column, column_type)]);
        assert!(same.unwrap().is_none(), "{column} is one already");
        assert!(!dataset.output().data.exists());
    }
    assert_eq!(dataset.decision("type:zip"), Some(("BIGINT", 1.0)));
    assert_eq!(
        dataset.receipt().columns[0].notes,
        [
            "2 of its cells were read by their value and not as they are written, such as 7 for 007 or 7.0"
        ]
    );
}

#[test]
fn cells_that_do_not_fit_a_chosen_type_are_set_aside_however_many_they_are() {
    let rows: String = (0..30_000).map(|n| format!("{n},text {n}\n")).collect();
    let mut dataset = Dataset::new(format!("id,note\n{rows}30000,7\n"));
    dataset.retype("note", "BIGINT");
    assert_eq!(dataset.schema()[1], "note BIGINT");
    let column = dataset.column(1);
    assert!(column[..30_000].iter().all(|cell| cell == "NULL"));
    assert_eq!(column[30_000], "7");
    let strays = dataset.strays();
    assert_eq!(strays.len(), 30_000);
    assert_eq!(
        strays[29_999],
        row(&[
            "30000",
            "30001",
            "note",
            "text 29999",
            "NULL",
            "not a BIGINT"
        ])
    );
    let (count, lines) = dataset.warning("stray_cells").unwrap();
    assert_eq!((count, lines.len(), lines[0]), (30_000, 100, 2));
    assert_eq!(dataset.receipt().columns[1].strays, 30_000);

    // And back: the strays of the former reading are gone.
    dataset.retype("note", "VARCHAR");
    assert_eq!(dataset.column(1)[29_999], "text 29999");
    assert_eq!(dataset.strays().len(), 0);
    assert_eq!(dataset.warning("stray_cells"), None);
    assert_eq!(dataset.receipt().columns[1].notes, Vec::<String>::new());
}

#[test]
fn day_and_month_are_swapped_there_and_back() {
    for has_source in [true, false] {
        let mut dataset = Dataset::new("id,when,note\n1,03/04/2024,x\n2,5/6/2024,\n3,,y\n");
        assert_eq!(dataset.column(1), ["2024-04-03", "2024-06-05", "NULL"]);
        assert_eq!(
            dataset.decision("date_order:when"),
            Some(("day first", 0.5))
        );
        if !has_source {
            dataset.forget_source();
        }
        dataset.change(&[reorder("when", DateOrder::Mdy)]);
        assert_eq!(dataset.column(1), ["2024-03-04", "2024-05-06", "NULL"]);
        assert_eq!(
            dataset.receipt().columns[1].format.as_deref(),
            Some("%m/%d/%Y")
        );
        assert_eq!(
            dataset.decision("date_order:when"),
            Some(("month first", 1.0))
        );
        let notes = &dataset.receipt().columns[1].notes;
        assert_eq!(notes.is_empty(), has_source, "{notes:?}");
        dataset.change(&[reorder("when", DateOrder::Dmy)]);
        assert_eq!(dataset.column(1), ["2024-04-03", "2024-06-05", "NULL"]);
        assert_eq!(
            dataset.decision("date_order:when"),
            Some(("day first", 1.0))
        );
        // As it is already.
        let same = dataset.try_change(&[reorder("when", DateOrder::Dmy)]);
        assert!(same.unwrap().is_none());
    }
}

#[test]
fn an_order_that_does_not_suit_every_date_sets_the_others_aside_and_loses_none() {
    for has_source in [true, false] {
        let mut dataset = Dataset::new("when\n03/04/2024\n13/04/2024\n05/06/2024\n");
        if !has_source {
            dataset.forget_source();
        }
        dataset.change(&[reorder("when", DateOrder::Mdy)]);
        assert_eq!(dataset.column(0), ["2024-03-04", "NULL", "2024-05-06"]);
        let line = if has_source { "3" } else { "NULL" };
        assert_eq!(
            dataset.strays(),
            [row(&[
                "2",
                line,
                "when",
                "13/04/2024",
                "NULL",
                "not a DATE"
            ])]
        );
        dataset.change(&[reorder("when", DateOrder::Dmy)]);
        assert_eq!(
            dataset.column(0),
            ["2024-04-03", "2024-04-13", "2024-06-05"]
        );
        assert_eq!(dataset.strays().len(), 0);
    }
}

#[test]
fn moments_keep_their_time_and_their_offset() {
    let mut dataset = Dataset::new("at\n03/04/2024 10:00:00.5\n05/06/2024 23:59\n");
    assert_eq!(dataset.schema(), ["at TIMESTAMP"]);
    dataset.change(&[reorder("at", DateOrder::Mdy)]);
    let swapped = ["2024-03-04T10:00:00.500", "2024-05-06T23:59:00"];
    assert_eq!(dataset.column(0), swapped);
    dataset.forget_source();
    dataset.retype("at", "text");
    assert_eq!(
        dataset.column(0),
        ["03/04/2024 10:00:00.5", "05/06/2024 23:59:00"]
    );
    dataset.change(&[reorder("at", DateOrder::Mdy)]);
    assert_eq!(dataset.column(0), swapped);
    assert_eq!(dataset.schema(), ["at TIMESTAMP"]);

    let mut dataset = Dataset::new("at\n2024-01-01T10:00:00+02:00\n2024-06-01T10:00:00Z\n");
    dataset.retype("at", "text");
    assert_eq!(dataset.column(0)[0], "2024-01-01T10:00:00+02:00");
    dataset.retype("at", "timestamp");
    assert_eq!(
        dataset.column(0),
        ["2024-01-01T08:00:00", "2024-06-01T10:00:00"]
    );
    assert_eq!(
        dataset.receipt().columns[0].notes,
        ["times had an offset and are now in UTC"]
    );
}

/// A text that hardly becomes smaller when it is compressed.
fn noise(id: u64) -> String {
    // SplitMix64, by Sebastiano Vigna.
    let mut state = id << 8;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        format!("{:016x}", mixed ^ (mixed >> 31))
    };
    (0..8).map(|_| next()).collect()
}

const LARGE: usize = 250_000;

/// A file of several row groups, with strays in two columns, surplus fields and blank lines.
fn large() -> String {
    let mut text = String::from("id,amount,day,name\n");
    for id in 0..LARGE {
        match id {
            7_000 => text.push_str("7000,see note 4,01/02/2024,é\n"),
            9_000 => text.push_str("\n9000,0.50,not yet,\"x\ny\"\n"),
            9_500 => text.push_str("9500,1.00,02/01/2024,z,surplus\n"),
            _ => text.push_str(&format!(
                "{id},{}.{:02},{:02}/{:02}/2024,{}\n",
                id % 1000,
                id % 100,
                1 + id % 9,
                1 + id % 12,
                noise(id as u64)
            )),
        }
    }
    text
}

#[test]
fn only_the_pages_of_the_changed_column_are_new() {
    let options = Options {
        memory: Options::LEAST_MEMORY,
        ..Options::default()
    };
    let mut dataset = Dataset::with(large(), &options);
    let before = dataset.existing.clone();
    let table = dataset.table();
    assert!(pages(&before.data, 0).len() > 1, "several row groups");
    assert_eq!(
        dataset.warning("stray_cells"),
        Some((2, &[7_002, 9_003][..]))
    );

    // From the source.
    dataset.retype("amount", "VARCHAR");
    let from_source = dataset.existing.clone();
    for column in [0, 2, 3] {
        assert_eq!(
            pages(&before.data, column),
            pages(&from_source.data, column)
        );
    }
    assert_ne!(pages(&before.data, 1), pages(&from_source.data, 1));
    let now = dataset.table();
    assert_eq!(now[7_000][1].as_deref(), Some("see note 4"));
    assert_eq!(now[7_001][1].as_deref(), Some("1.01"));
    for (old, new) in table.iter().zip(&now) {
        assert_eq!((&old[0], &old[2], &old[3]), (&new[0], &new[2], &new[3]));
    }
    // The other column's stray is kept, and so is the surplus.
    let strays = dataset.strays();
    let kept = row(&["9001", "9003", "day", "not yet", "NULL", "not a DATE"]);
    assert_eq!(strays.len(), 2);
    assert!(strays.contains(&kept), "{strays:?}");
    assert_eq!(dataset.warning("stray_cells"), Some((1, &[9_003][..])));
    assert_eq!(dataset.warning("long_rows").unwrap().0, 1);

    // From the dataset: the same cells come back, those that strayed among them, with the lines that are known.
    dataset.forget_source();
    dataset.retype("amount", "DECIMAL");
    assert_eq!(dataset.table(), table);
    assert_eq!(dataset.schema()[1], "amount DECIMAL(9,2)");
    dataset.retype("day", "BIGINT");
    assert_eq!(dataset.receipt().columns[2].strays, LARGE as u64);
    let strays = dataset.strays();
    let of_day: Vec<_> = strays
        .iter()
        .filter(|stray| stray[2].as_deref() == Some("day"))
        .collect();
    assert_eq!(of_day.len(), LARGE);
    assert_eq!(
        of_day[9_000],
        &row(&["9001", "9003", "day", "not yet", "NULL", "not a BIGINT"])
    );
    assert_eq!(
        of_day[9_001],
        &row(&["9002", "NULL", "day", "02/02/2024", "NULL", "not a BIGINT"])
    );
    dataset.retype("day", "DATE");
    assert_eq!(dataset.table(), table);
    assert_eq!(pages(&before.data, 0), pages(&dataset.existing.data, 0));
    assert_eq!(pages(&before.data, 3), pages(&dataset.existing.data, 3));
}

#[test]
fn a_source_that_has_changed_is_not_mixed_in() {
    let text = "id,code\n1,007\n2,008\n";
    for changed in ["id,code\n1,007\n2,009\n", "id,code\n1,007\n"] {
        let mut dataset = Dataset::new(text);
        std::fs::write(&dataset.source, changed).unwrap();
        dataset.retype("code", "BIGINT");
        assert_eq!(dataset.column(1), ["7", "8"]);
        let note = &dataset.receipt().columns[1].notes[1];
        assert!(note.contains("source.csv has changed"), "{note}");
        // Once it is again what it was, it is read again.
        std::fs::write(&dataset.source, text).unwrap();
        dataset.retype("code", "VARCHAR");
        assert_eq!(dataset.column(1), ["007", "008"]);
        assert_eq!(dataset.receipt().columns[1].notes, Vec::<String>::new());
    }
}

#[test]
fn without_the_source_values_are_written_in_one_way_and_it_is_said() {
    let mut dataset = Dataset::new(
        "d,f,b,t,n\n1.5,1e300,TRUE,8:15,5\n-0.25,1e-9,false,23:59:59.25,-7\n7,0.5,NA,,\n",
    );
    dataset.forget_source();
    dataset.change(&["d", "f", "b", "t", "n"].map(|column| retype(column, "text")));
    assert_eq!(
        dataset.table(),
        [
            row(&["1.50", "1e300", "true", "08:15:00", "5"]),
            row(&["-0.25", "1e-9", "false", "23:59:59.25", "-7"]),
            row(&["7.00", "0.5", "NULL", "NULL", "NULL"]),
        ]
    );
    for column in &dataset.receipt().columns {
        assert!(column.notes[0].contains("is no longer there"), "{column:?}");
        assert!(column.notes[0].contains("1.50 may have been 1.5"));
    }
    dataset.change(&[
        retype("d", "decimal"),
        retype("f", "double"),
        retype("b", "boolean"),
        retype("t", "time"),
        retype("n", "bigint"),
    ]);
    assert_eq!(dataset.strays().len(), 0);
    assert_eq!(
        dataset.table()[0],
        row(&["1.50", "1e300", "true", "08:15:00", "5"])
    );
}

#[test]
fn columns_get_other_names_and_no_page_changes() {
    let mut dataset = Dataset::new("a,b,c\n1,01/02/2024,x\n2,see,\"y\"\n");
    dataset.retype("b", "date");
    let before = dataset.existing.clone();
    dataset.forget_source();
    // Two that change places, and letters that are none of ASCII's.
    dataset.change(&[
        rename("a", "b"),
        rename("b", " Größe 🐝 \"x\" "),
        rename("C", "a"),
    ]);
    assert_eq!(
        dataset.schema(),
        ["b BIGINT", "Größe 🐝 \"x\" DATE", "a VARCHAR"]
    );
    for column in 0..3 {
        assert_eq!(
            pages(&before.data, column),
            pages(&dataset.existing.data, column)
        );
    }
    let batches = read(&dataset.existing.data);
    let fields: Vec<String> = batches[0]
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    assert_eq!(fields, ["b", "Größe 🐝 \"x\"", "a"]);
    assert_eq!(dataset.strays()[0][2].as_deref(), Some("Größe 🐝 \"x\""));
    assert_eq!(dataset.decision("type:Größe 🐝 \"x\""), Some(("DATE", 1.0)));
    assert_eq!(dataset.decision("type:b"), None);
    assert_eq!(dataset.receipt().columns[0].source_name, "a");
    // A name and a type at once, and the stray is found under its new name.
    dataset.change(&[Change {
        name: Some("day".into()),
        ..retype("größe 🐝 \"x\"", "text")
    }]);
    assert_eq!(dataset.schema()[1], "day VARCHAR");
    assert_eq!(dataset.column(1), ["01/02/2024", "see"]);
    assert_eq!(dataset.strays().len(), 0);
}

#[test]
fn bytes_that_are_no_text_are_kept_and_come_back() {
    for has_source in [true, false] {
        let mut dataset = Dataset::new(b"a,b\nx\xff,1\n\xc3\xa4\xc3\xb6\xe2\x82\xac,2\n");
        assert_eq!(dataset.warning("invalid_text"), Some((1, &[][..])));
        let stray = dataset.strays()[0].clone();
        if !has_source {
            dataset.forget_source();
        }
        dataset.retype("a", "bigint");
        assert_eq!(dataset.warning("invalid_text"), None);
        assert_eq!(dataset.warning("stray_cells").unwrap().0, 2);
        assert_eq!(dataset.strays()[0][4], stray[4]);
        dataset.retype("a", "text");
        assert_eq!(dataset.warning("invalid_text"), Some((1, &[][..])));
        assert_eq!(dataset.strays(), [stray]);
        assert_eq!(dataset.column(0), ["x\u{fffd}", "äö€"]);
    }
}

#[test]
fn odd_files_are_read_as_they_were() {
    for (text, options) in [
        (
            "\u{feff}about this file\n\nk;v\n1;'a;''b'\n2;c\n".to_owned(),
            Options {
                skip_rows: Some(1),
                delimiter: Some(";".into()),
                quote: Some("'".into()),
                ..Options::default()
            },
        ),
        ("k\tv\r1\t\"a;'b\"\r2\tc".to_owned(), Options::default()),
        (
            "1,\"a;'b\"\r\n2,c\r\n".to_owned(),
            Options {
                header: buzz_ingest::Header::No,
                ..Options::default()
            },
        ),
    ] {
        let mut dataset = Dataset::with(&text, &options);
        let name = dataset.receipt().columns[0].name.clone();
        let before = dataset.table();
        assert_eq!(before[0][1].as_deref(), Some("a;'b"), "{text:?}");
        dataset.retype(&name, "text");
        assert_eq!(dataset.table(), before);
        assert_eq!(dataset.receipt().columns[0].notes, Vec::<String>::new());
        let other = dataset.receipt().columns[1].name.clone();
        dataset.retype(&other, "double");
        assert_eq!(
            dataset.strays()[0][3].as_deref(),
            Some("a;'b"),
            "{:?}",
            dataset.receipt()
        );
        assert_eq!(dataset.receipt().columns[1].notes.len(), 1);
    }
    // A quote that no record of the sample has is remembered.
    let rows: String = (0..30_000).map(|n| format!("{n},c\n")).collect();
    let mut dataset = Dataset::with(
        format!("k,v\n{rows}30000,'a,b'\n"),
        &Options {
            quote: Some("'".into()),
            ..Options::default()
        },
    );
    dataset.retype("k", "text");
    dataset.retype("v", "boolean");
    assert_eq!(dataset.strays().last().unwrap()[3].as_deref(), Some("a,b"));
}

#[test]
fn a_table_without_rows_and_one_of_nothing_but_null() {
    for has_source in [true, false] {
        let mut dataset = Dataset::new("a,b\n");
        let mut empty = Dataset::new("a,b\n,1\n,2\n");
        if !has_source {
            dataset.forget_source();
            empty.forget_source();
        }
        dataset.retype("a", "timestamp");
        assert_eq!(dataset.schema(), ["a TIMESTAMP", "b VARCHAR"]);
        assert_eq!(dataset.table().len(), 0);
        empty.retype("a", "bigint");
        assert_eq!(empty.column(0), ["NULL", "NULL"]);
    }
}

#[test]
fn numbers_beyond_a_chosen_precision_stray() {
    let mut dataset = Dataset::new("a\nx\n99999999999999999.9\n9.5\n9.25\n");
    dataset.retype("a", "decimal(10,2)");
    assert_eq!(dataset.schema(), ["a DECIMAL(4,2)"]);
    assert_eq!(dataset.column(0), ["NULL", "NULL", "9.50", "9.25"]);
    assert_eq!(dataset.strays().len(), 2);
    dataset.retype("a", "decimal");
    assert_eq!(dataset.schema(), ["a DECIMAL(38,2)"]);
    assert_eq!(dataset.column(0)[1], "99999999999999999.90");
    dataset.retype("a", "decimal(18,1)");
    assert_eq!(
        dataset.column(0),
        ["NULL", "99999999999999999.9", "9.5", "NULL"]
    );
}

#[test]
fn what_cannot_be_is_said_in_one_sentence_and_changes_nothing() {
    let mut dataset = Dataset::new("id,amount,day\n1,1.50,2024-01-31\n");
    let before = dataset.scratch.files();
    for (changes, expected) in [
        (
            vec![retype("amont", "text")],
            "there is no column \"amont\": the columns are \"id\", \"amount\", \"day\"",
        ),
        (
            vec![retype("id", "int")],
            "there is no type \"int\": choose BOOLEAN, ",
        ),
        (vec![rename("id", "AMOUNT")], "two columns \"amount\""),
        (vec![rename("id", " ")], "a column needs a name"),
        (vec![rename("id", "a\nb")], "line breaks"),
        (
            vec![rename("id", "x"), retype("ID", "text")],
            "to be changed twice",
        ),
        (
            vec![reorder("id", DateOrder::Dmy)],
            "choose DATE or TIMESTAMP",
        ),
        (vec![reorder("day", DateOrder::Dmy)], "begin with the year"),
    ] {
        let error = dataset.try_change(&changes).unwrap_err();
        assert_eq!(error.code(), "wrong_options");
        let sentence = error.to_string();
        assert!(sentence.contains(expected), "{sentence}");
    }
    let mut words = Dataset::new("name\nAnna\nBob\n");
    let error = words
        .try_change(&[reorder("name", DateOrder::Dmy)])
        .unwrap_err();
    assert!(error.to_string().contains("no dates"), "{error}");
    assert_eq!(dataset.scratch.files(), before);
}

#[test]
fn a_cancelled_change_leaves_nothing() {
    let dataset = Dataset::new("a\n1\n");
    let before = dataset.scratch.files();
    let cancel = Cancel::new();
    cancel.cancel();
    let output = dataset.output();
    let options = Options::default();
    let changes = [retype("a", "text")];
    let error = reconvert(
        &dataset.existing,
        &changes,
        &output,
        &options,
        &Silent,
        &cancel,
    )
    .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(dataset.scratch.files(), before);
}

#[test]
fn a_wide_table_is_changed_as_any_other() {
    let names: Vec<String> = (0..900).map(|n| format!("c{n}")).collect();
    let line = |row: usize| {
        let cells: Vec<String> = (0..900).map(|n| (row * n).to_string()).collect();
        cells.join(",") + "\n"
    };
    let rows: String = (0..3_000).map(line).collect();
    let mut dataset = Dataset::new(format!("{}\n{rows}", names.join(",")));
    let before = dataset.existing.clone();
    dataset.retype("c7", "text");
    assert_eq!(dataset.column(7)[2_999], (2_999 * 7).to_string());
    assert_eq!(pages(&before.data, 8), pages(&dataset.existing.data, 8));
    dataset.forget_source();
    dataset.retype("c7", "bigint");
    assert_eq!(pages(&before.data, 7), pages(&dataset.existing.data, 7));
    assert_eq!(dataset.schema()[7], "c7 BIGINT");
}

#[test]
fn words_that_a_person_names_are_missing_values_and_no_strays() {
    for has_source in [true, false] {
        // Enough distinct amounts that the column is read cell by cell, and few enough that it is read by a dictionary.
        for distinct in [7, 30_000] {
            let rows: String = (0..30_000)
                .map(|n| match n {
                    11 => "see note 4,11/03/2024\n".to_owned(),
                    12 => "TBD,?\n".to_owned(),
                    13 => " tbd ,13/03/2024\n".to_owned(),
                    _ => format!("{}.50,{:02}/03/2024\n", n % distinct, n % 28 + 1),
                })
                .collect();
            let mut dataset = Dataset::new(format!("amount,day\n{rows}"));
            assert_eq!(dataset.receipt().columns[0].strays, 3);
            assert_eq!(dataset.receipt().columns[1].strays, 1);
            if !has_source {
                dataset.forget_source();
            }
            let before = dataset.schema();
            dataset.change(&[missing("amount", &["tbd", " TBD", ""])]);
            assert_eq!(dataset.schema(), before);
            let column = &dataset.receipt().columns[0];
            assert_eq!(column.missing, ["tbd"]);
            assert_eq!((column.strays, column.nulls), (1, 3));
            assert!(
                column.notes.iter().any(|note| note
                    == "2 of its cells say what means a missing value here and are NULL"),
                "{:?}",
                column.notes
            );
            let texts: Vec<_> = dataset
                .strays()
                .into_iter()
                .map(|mut row| row.remove(3))
                .collect();
            assert_eq!(texts, [Some("?".to_owned()), Some("see note 4".to_owned())]);
            assert_eq!(dataset.warning("stray_cells").unwrap().0, 2);
            let profile = &dataset.existing.profile.as_ref().unwrap().columns[0];
            assert_eq!((profile.nulls, profile.min.as_deref()), (3, Some("0.50")));

            // The same words again change nothing; the order of day and month that was found stays.
            let same = dataset.try_change(&[missing("amount", &["TBD"])]);
            assert!(same.unwrap().is_none());
            dataset.change(&[missing("day", &["?"])]);
            assert_eq!(dataset.receipt().columns[1].strays, 0);
            assert_eq!(dataset.column(1)[0], "2024-03-01");

            // They stay with the column whatever else becomes of it, and are cells again when they are taken back.
            dataset.retype("amount", "text");
            assert_eq!(
                dataset.column(0)[10..14],
                ["3.50", "see note 4", "NULL", "NULL"].map(|cell| {
                    if cell == "3.50" && distinct > 7 {
                        "10.50".to_owned()
                    } else {
                        cell.to_owned()
                    }
                })
            );
            if has_source {
                dataset.change(&[missing("amount", &[])]);
                assert_eq!(dataset.column(0)[12..14], ["TBD", " tbd "]);
            }
        }
    }
}

#[test]
fn a_word_that_is_a_value_is_missing_too_and_the_form_of_numbers_stays() {
    let rows: String = (0..2_000)
        .map(|n| match n % 500 {
            7 => "-999;a;\"k. A.\"\n".to_owned(),
            n => format!("{n};b;\"1.{n:03},50 €\"\n"),
        })
        .collect();
    let mut dataset = Dataset::new(format!("t;note;price\n{rows}"));
    assert_eq!(
        dataset.schema(),
        ["t BIGINT", "note VARCHAR", "price DECIMAL(9,2)"]
    );
    dataset.change(&[missing("t", &["-999"]), missing("note", &["a"])]);
    assert_eq!(dataset.column(0)[7], "NULL");
    assert_eq!(dataset.column(1)[7], "NULL");
    assert_eq!(dataset.strays().len(), 4);
    let profile = &dataset.existing.profile.as_ref().unwrap().columns;
    assert_eq!(profile[0].min.as_deref(), Some("0"));
    assert_eq!(profile[1].distinct, 1);

    let rows: String = (0..5_000)
        .map(|n| match n % 2_500 {
            7 => "\"k. A.\"\n".to_owned(),
            n => format!("\"1.{:03},50 €\"\n", n % 1_000),
        })
        .collect();
    let mut dataset = Dataset::new(format!("price\n{rows}"));
    assert_eq!(dataset.schema(), ["price DECIMAL(9,2)"]);
    let format = dataset.receipt().columns[0].format.clone();
    assert_eq!(dataset.receipt().columns[0].strays, 2);
    dataset.change(&[missing("price", &["k. A."])]);
    assert_eq!(dataset.receipt().columns[0].strays, 0);
    assert_eq!(dataset.receipt().columns[0].format, format);
    assert_eq!(dataset.column(0)[..2], ["1000.50", "1001.50"]);
}

#[test]
fn what_was_overruled_is_kept_in_the_receipt_and_read_from_it() {
    let options = Options {
        delimiter: Some(";".into()),
        header: buzz_ingest::Header::No,
        date_order: Some(DateOrder::Mdy),
        ..Options::default()
    };
    let dataset = Dataset::with("a;1\nb;2\n", &options);
    let text = serde_json::to_string(dataset.receipt()).unwrap();
    let receipt: Receipt = serde_json::from_str(&text).unwrap();
    assert_eq!(receipt.overruled.options(), options);
    let text = serde_json::to_string(Dataset::new("a,b\n1,2\n").receipt()).unwrap();
    assert!(
        !text.contains("overruled") && !text.contains("missing"),
        "{text}"
    );
}
