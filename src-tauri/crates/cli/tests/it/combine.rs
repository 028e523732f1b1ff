//! `buzz convert` of several files and of folders, with and without `--combine`.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{
    Scratch, assert_receipt, big_csv, entries, names, types, wait_with_peak, warning,
};

/// A folder of three months, of which one has a column more, and things that are no tables.
fn year(scratch: &Scratch) -> String {
    let folder = scratch.path("year 2024");
    fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("sales-2.csv", "id,amount\n3,2.50\n4,n/a\n"),
        ("sales-10.csv", "Id;Amount;note\n5;10.00;late\n"),
        ("sales-1.csv", "id,amount\n1,1.50\n2,1.75\n"),
        (".hidden.csv", "x\n1\n"),
        ("photo.png", "no"),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn a_folder_becomes_one_dataset_in_the_order_of_its_numbers() {
    let scratch = Scratch::new();
    let folder = year(&scratch);
    let run = scratch.run(["--json", "convert", "--combine", &folder]);
    assert_eq!(run.code, 0, "{run:#?}");
    for sentence in [
        "photo.png is left out: its kind is not known",
        ".hidden.csv is left out: it is hidden",
        "the column \"note\" is only in sales-10.csv; it is NULL in the rows of the other files",
    ] {
        assert!(run.stderr.contains(sentence), "{sentence}: {run:#?}");
    }
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_receipt(&document);
    assert_eq!(document["dataset"]["name"], "year 2024");
    assert_eq!(names(&document), ["id", "amount", "note", "file"]);
    assert_eq!(types(&document)[1], "DECIMAL(4,2)");
    assert_eq!(document["source"]["path"], folder.as_str());
    let sources = document["sources"].as_array().unwrap();
    let files: Vec<&str> = sources
        .iter()
        .map(|file| file["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["sales-1.csv", "sales-2.csv", "sales-10.csv"]);
    for source in sources {
        assert_eq!(source["blake3"].as_str().unwrap().len(), 64);
        assert!(source["path"].as_str().unwrap().starts_with(&folder));
        assert!(source["rows_written"].is_u64() && source["delimiter"].is_string());
    }
    assert_eq!(warning(&document, "missing_columns")["count"], 2);
    assert_eq!(
        scratch.rows("select id, amount, note, file from \"year 2024\" order by id"),
        json!([
            [1, 1.50, null, "sales-1.csv"],
            [2, 1.75, null, "sales-1.csv"],
            [3, 2.50, null, "sales-2.csv"],
            [4, null, null, "sales-2.csv"],
            [5, 10.00, "late", "sales-10.csv"],
        ])
    );
    // The same once more is noticed, and a column can be changed.
    let again = scratch.json(["convert", "--combine", &folder]);
    assert_eq!(again["dataset"]["name"], "year 2024 2");
    let message = warning(&again, "duplicate_source")["message"].clone();
    assert_eq!(
        message,
        "the same files are in the library already, as \"year 2024\""
    );
    scratch.stdout(["set", "year 2024", "--column", "id", "--type", "text"]);
    let shown = scratch.json(["show", "year 2024"]);
    assert_eq!(types(&shown["receipt"])[0], "VARCHAR");
    assert_eq!(shown["receipt"]["sources"], document["sources"]);
    // A database that is lost is rebuilt from the receipts.
    fs::remove_file(scratch.library().join("library.db")).unwrap();
    let datasets = scratch.json(["datasets"]);
    assert_eq!(datasets.as_array().unwrap().len(), 2);
}

#[test]
fn a_folder_without_combine_becomes_a_dataset_for_each_file() {
    let scratch = Scratch::new();
    let folder = year(&scratch);
    let documents = scratch.json(["convert", &folder]);
    let named: Vec<&str> = (documents.as_array().unwrap().iter())
        .map(|document| document["dataset"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["sales-1", "sales-2", "sales-10"]);
}

#[test]
fn files_are_named_by_what_their_names_share_or_as_one_wants() {
    let scratch = Scratch::new();
    let one = scratch.file("sales-2024-01.csv", "id,n\n1,1\n");
    let two = scratch.file("sales-2024-02.csv", "id,n\n2,x\n");
    let (one, two) = (one.to_str().unwrap(), two.to_str().unwrap());
    let run = scratch.run(["convert", one, two, "--combine"]);
    assert_eq!(run.code, 0, "{run:#?}");
    let beginning = "2 files are now the dataset sales-2024\n";
    assert!(run.stdout.starts_with(beginning), "{run:#?}");
    assert!(
        run.stdout.contains("sales-2024-01.csv, 1 row\n"),
        "{run:#?}"
    );
    let document = scratch.json(["convert", one, two, "--combine", "--name", "all of it"]);
    assert_eq!(document["dataset"]["name"], "all of it");
    assert_eq!(
        scratch.rows("select n, file from \"all of it\""),
        json!([["1", "sales-2024-01.csv"], ["x", "sales-2024-02.csv"]])
    );
}

#[test]
fn out_and_explain_leave_the_library_alone() {
    let scratch = Scratch::new();
    let folder = year(&scratch);
    let out = scratch.path("all.parquet");
    let forecast = scratch.json(["convert", &folder, "--combine", "--explain"]);
    assert_eq!(names(&forecast), ["id", "amount", "note", "file"]);
    assert_eq!(forecast["sources"].as_array().unwrap().len(), 3);
    assert_eq!(forecast["rows_read"], 0);
    let text = scratch.stdout(["convert", &folder, "--combine", "--explain"]);
    assert!(text.starts_with("3 files in "), "{text}");
    assert!(text.contains("sales-10.csv\n"), "{text}");
    let document = scratch.json([
        "convert",
        &folder,
        "--combine",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(document["output"]["data"], out.to_str().unwrap());
    assert_eq!(document["rows_written"], 5);
    assert!(out.exists() && scratch.path("all.receipt.json").exists());
    assert!(!scratch.library().exists());
    scratch
        .run([
            "--quiet",
            "convert",
            &folder,
            "--combine",
            "--out",
            out.to_str().unwrap(),
        ])
        .assert_failed(1, "all.parquet");
}

#[test]
fn what_cannot_be_combined_is_told_and_nothing_is_kept() {
    let scratch = Scratch::new();
    let good = scratch.file("good.csv", "id,n\n1,1\n");
    let other = scratch.file("other.csv", "x,y,z\na,1,2024-01-01\nb,2,2024-01-02\n");
    let (good, other) = (good.to_str().unwrap(), other.to_str().unwrap());
    let run = scratch.run(["--json", "convert", good, other, "--combine"]);
    assert_eq!(run.code, 2, "{run:#?}");
    assert_eq!(run.stdout, "");
    let error = run.error_document();
    assert_eq!(error["code"], "wrong_options");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("other.csv has no column in common")
    );
    scratch
        .run(["convert", good, "missing.csv", "--combine"])
        .assert_failed(1, "missing.csv was not found");
    scratch
        .run(["convert", good, good, "--combine"])
        .assert_failed(2, "is named twice");
    scratch
        .run(["convert", good, other, "--combine", "--sheet", "all"])
        .assert_failed(2, "--combine takes one table of each file");
    scratch
        .run(["convert", good, other, "--name", "x"])
        .assert_failed(2, "--combine");
    let empty = scratch.path("empty");
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("notes.md"), "x").unwrap();
    scratch
        .run(["convert", empty.to_str().unwrap()])
        .assert_failed(1, "there are no files in");
    scratch.assert_nothing_left();
}

#[test]
fn memory_is_bounded_whatever_the_number_of_files() {
    let scratch = Scratch::new();
    let folder = scratch.path("parts");
    fs::create_dir(&folder).unwrap();
    let big = big_csv(&scratch, "parts/0.csv", 60);
    for number in 1..5 {
        fs::hard_link(&big, folder.join(format!("{number}.csv"))).unwrap();
    }
    for number in 5..400 {
        let text = format!("id,day,amount,place,remark\n{number},2024-01-01,1.00,here,\n");
        fs::write(folder.join(format!("{number}.csv")), text).unwrap();
    }
    let args = ["--json", "convert", "--combine", folder.to_str().unwrap()];
    let (run, peak) = wait_with_peak(scratch.command(args).spawn().unwrap());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_receipt(&document);
    assert_eq!(document["sources"].as_array().unwrap().len(), 400);
    assert_eq!(
        types(&document),
        [
            "BIGINT",
            "DATE",
            "DECIMAL(9,2)",
            "VARCHAR",
            "VARCHAR",
            "VARCHAR"
        ]
    );
    println!("peak {peak}");
    assert!(peak <= 256_000_000, "the process came to {peak} bytes");
}

/// A ZIP archive of stored files, given with their sums, be they right or wrong.
fn stored_zip(files: &[(&str, &[u8], u32)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content, crc) in files {
        let at = bytes.len() as u32;
        let mut common = Vec::new();
        common.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58]);
        common.extend(crc.to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((files.len() as u16).to_le_bytes());
    bytes.extend((files.len() as u16).to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn tables_before_one_that_fails_are_kept_and_told_of() {
    let scratch = Scratch::new();
    // The second is damaged so far behind its beginning that only its conversion can find out.
    let long = "1,2\n".repeat(3_000_000);
    let long = format!("c,d\n{long}");
    let archive = stored_zip(&[
        ("a.csv", b"a,b\n1,2\n", 0x0a97_077b),
        ("b.csv", long.as_bytes(), 1),
    ]);
    let file = scratch.file("two.zip", archive);
    let run = scratch.run(["convert", file.to_str().unwrap()]);
    assert_eq!(run.code, 1, "{run:#?}");
    assert!(
        run.stdout.contains("is now the dataset two - a.csv\n"),
        "{run:#?}"
    );
    assert!(
        run.stderr.contains("could not be read to its end"),
        "{run:#?}"
    );
    assert!(
        run.stderr.contains("a table of") && run.stderr.contains("the one before it is kept"),
        "{run:#?}"
    );
    assert_eq!(entries(&scratch.library().join("datasets")).len(), 1);
    let run = scratch.run(["--json", "convert", file.to_str().unwrap()]);
    assert_eq!(run.code, 1);
    let documents: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(documents[0]["dataset"]["name"], "two - a.csv 2");
    assert_eq!(run.error_document()["code"], "damaged_file");
}
