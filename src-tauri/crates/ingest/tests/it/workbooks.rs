//! Workbooks as whole conversions.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use buzz_ingest::{Error, Options, TableId, Visibility, explain};

use crate::support::{Scratch, cells, read, row, schema, tables};

/// An xlsx file of these sheets: the name, attributes in the list of sheets, and what is inside `<worksheet>`.
pub fn xlsx(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let (mut list, mut relationships) = (String::new(), String::new());
    for (n, (name, attributes, _)) in (1..).zip(sheets) {
        list += &format!(r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}" {attributes}/>"#);
        relationships += &format!(
            r#"<Relationship Id="rId{n}" Type="r/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
    }
    part(
        "_rels/.rels",
        r#"<Relationships><Relationship Id="rId1" Type="r/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    );
    part(
        "xl/workbook.xml",
        &format!("<workbook><sheets>{list}</sheets></workbook>"),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("<Relationships>{relationships}</Relationships>"),
    );
    // Style 1 is a date, 2 a percentage, 3 a number with leading zeros.
    part(
        "xl/styles.xml",
        r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
    );
    for (n, (_, _, content)) in (1..).zip(sheets) {
        part(
            &format!("xl/worksheets/sheet{n}.xml"),
            &format!("<worksheet>{content}</worksheet>"),
        );
    }
    zip.finish().unwrap().into_inner()
}

/// A row of cells: numbers as they are, `%` and the like by their style, everything else text.
pub fn sheet_row(number: u32, attributes: &str, cells: &[&str]) -> String {
    let cells: String = (b'A'..)
        .zip(cells)
        .filter(|(_, text)| !text.is_empty())
        .map(|(column, text)| {
            let at = format!("{}{number}", char::from(column));
            let styled =
                |style: u32, value: &str| format!(r#"<c r="{at}" s="{style}"><v>{value}</v></c>"#);
            match text.split_once(':') {
                Some(("date", value)) => styled(1, value),
                Some(("percent", value)) => styled(2, value),
                Some(("padded", value)) => styled(3, value),
                Some(("error", value)) => format!(r#"<c r="{at}" t="e"><v>{value}</v></c>"#),
                _ if text.parse::<f64>().is_ok() => styled(0, text),
                _ => format!(r#"<c r="{at}" t="str"><v>{text}</v></c>"#),
            }
        })
        .collect();
    format!(r#"<row r="{number}" {attributes}>{cells}</row>"#)
}

/// A sheet with a title, a table with dates, percentages, an error and a hidden row, and a total under it.
fn orders() -> String {
    let mut rows = sheet_row(2, "", &["", "Orders of the year"]);
    rows += &sheet_row(4, "", &["", "day", "share", "code", "amount", "who"]);
    for i in 0..30_u32 {
        let hidden = if i == 7 { r#"hidden="1""# } else { "" };
        let (day, share) = (
            format!("date:{}", 45_000 + i),
            format!("percent:0.{}", 10 + i),
        );
        let code = format!("padded:{}", 100 + i);
        let amount = if i == 3 {
            "error:#DIV/0!".to_owned()
        } else if i == 4 {
            "error:#N/A".to_owned()
        } else {
            format!("{}.5", i)
        };
        let who = ["Anna", "Bob", "Cleo"][i as usize % 3];
        rows += &sheet_row(5 + i, hidden, &["", &day, &share, &code, &amount, who]);
    }
    format!("<sheetData>{rows}</sheetData>")
}

#[test]
fn the_table_of_a_sheet_is_converted_with_what_its_formats_mean() {
    let scratch = Scratch::new();
    let source = scratch.write("orders.xlsx", xlsx(&[("Orders", "", &orders())]));
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    assert_eq!(
        schema(&conversion),
        [
            "day DATE",
            "share DECIMAL(4,2)",
            "code VARCHAR",
            "amount DECIMAL(4,1)",
            "who VARCHAR"
        ]
    );
    let table = cells(&read(&scratch.output().data));
    assert_eq!(table.len(), 30);
    assert_eq!(
        table[0],
        row(&["2023-03-15", "0.10", "00100", "0.5", "Anna"])
    );
    assert_eq!(table[3][3], None);
    assert_eq!(table[4][3], None);
    let strays = scratch.strays();
    assert_eq!(strays.len(), 1);
    // Row 4 of the table is row 8 of the sheet.
    assert_eq!(strays[0][..4], row(&["4", "8", "amount", "#DIV/0!"]));
    let receipt = &conversion.receipt;
    assert_eq!(receipt.format, "xlsx");
    assert_eq!((receipt.preamble_rows, receipt.header_rows), (1, 1));
    assert_eq!(
        receipt.table.as_ref().unwrap().sheet.as_deref(),
        Some("Orders")
    );
    let kinds: Vec<&str> = receipt.warnings.iter().map(|w| w.kind.as_str()).collect();
    for kind in ["hidden_rows", "error_cells", "not_available", "stray_cells"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(receipt.columns[1].notes[0].contains("percentages"));
    assert!(receipt.columns[2].notes[0].contains("leading zeros"));
    assert_eq!(
        receipt.source.bytes,
        std::fs::metadata(&source).unwrap().len()
    );
    assert_eq!(receipt.source.blake3.len(), 64);
}

#[test]
fn headers_of_several_rows_are_joined_by_merged_cells() {
    let mut rows = sheet_row(1, "", &["region", "2024", "", "2025", ""]);
    rows += &sheet_row(2, "", &["", "Q1", "Q2", "Q1", "Q2"]);
    for i in 3..40_u32 {
        let n = |k: u32| format!("{}", i * k);
        rows += &sheet_row(
            i,
            "",
            &[&format!("region {i}"), &n(3), &n(5), &n(7), &n(11)],
        );
    }
    let content = format!(
        r#"<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>"#
    );
    let scratch = Scratch::new();
    let source = scratch.write("regions.xlsx", xlsx(&[("Regions", "", &content)]));
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    let names: Vec<&str> = conversion
        .receipt
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["region", "2024 / Q1", "2024 / Q2", "2025 / Q1", "2025 / Q2"]
    );
    assert_eq!(conversion.receipt.rows_written, 37);
}

#[test]
fn each_sheet_is_a_table_of_its_own() {
    let simple = |name: &str| {
        let rows: String = (2..9)
            .map(|i| sheet_row(i, "", &[&format!("{name} {i}"), &i.to_string()]))
            .collect();
        format!(
            "<sheetData>{}{rows}</sheetData>",
            sheet_row(1, "", &["name", "value"])
        )
    };
    let scratch = Scratch::new();
    let source = scratch.write(
        "several.xlsx",
        xlsx(&[
            ("Blank", "", "<sheetData/>"),
            ("Hidden", r#"state="veryHidden""#, &simple("secret")),
            ("Shown", "", &simple("plain")),
        ]),
    );
    let found = tables(&source, &Options::default()).unwrap();
    let listed: Vec<_> = found
        .iter()
        .map(|table| {
            (
                table.id.sheet.as_deref().unwrap(),
                table.visibility,
                table.rows,
            )
        })
        .collect();
    assert_eq!(
        listed,
        [
            ("Hidden", Visibility::VeryHidden, Some(7)),
            ("Shown", Visibility::Visible, Some(7))
        ]
    );
    assert_eq!(found[1].columns, ["name", "value"]);
    assert_eq!(found[1].preview[0], row(&["plain 2", "2"]));
    // Without a choice, the first that is shown.
    let receipt = explain(&source, &Options::default()).unwrap();
    assert_eq!(receipt.table.unwrap().sheet.as_deref(), Some("Shown"));
    let options = Options {
        table: Some(found[0].id.clone()),
        ..Options::default()
    };
    scratch.convert(&source, &options).unwrap();
    let table = cells(&read(&scratch.output().data));
    assert_eq!(table[0], row(&["secret 2", "2"]));
    let options = Options {
        table: Some(TableId {
            sheet: Some("Nowhere".into()),
            ..TableId::default()
        }),
        ..Options::default()
    };
    assert!(matches!(explain(&source, &options), Err(Error::Options(_))));
}

#[test]
fn a_late_cell_corrects_a_column_in_a_second_reading() {
    let mut rows = sheet_row(1, "", &["id", "value"]);
    for i in 2..30_000_u32 {
        let value = if i > 25_000 {
            format!("text {i}")
        } else {
            i.to_string()
        };
        rows += &sheet_row(i, "", &[&i.to_string(), &value]);
    }
    let scratch = Scratch::new();
    let source = scratch.write(
        "late.xlsx",
        xlsx(&[("Late", "", &format!("<sheetData>{rows}</sheetData>"))]),
    );
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    assert_eq!(schema(&conversion), ["id BIGINT", "value VARCHAR"]);
    let table = cells(&read(&scratch.output().data));
    assert_eq!(table.len(), 29_998);
    assert_eq!(table[0], row(&["2", "2"]));
    assert_eq!(table[29_997], row(&["29999", "text 29999"]));
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sheets")
        .join(name)
}

#[test]
fn workbooks_that_cannot_be_read_say_so_in_one_sentence() {
    let scratch = Scratch::new();
    let protected = scratch
        .convert(&fixture("protected.xlsx"), &Options::default())
        .map(drop)
        .unwrap_err();
    assert_eq!(protected.code(), "protected");
    let blank = scratch.write("blank.xlsx", xlsx(&[("Blank", "", "<sheetData/>")]));
    let blank = scratch
        .convert(&blank, &Options::default())
        .map(drop)
        .unwrap_err();
    assert_eq!(blank.code(), "empty_file");
    assert_eq!(scratch.files(), ["blank.xlsx"]);
}

#[test]
fn a_workbook_that_is_cut_off_is_converted_as_far_as_it_goes() {
    let rows: String = (1..5_000)
        .map(|i| {
            sheet_row(
                i,
                "",
                &[&format!("name {i}"), &(i * 7_919 % 1_000).to_string()],
            )
        })
        .collect();
    let whole = xlsx(&[("Rows", "", &format!("<sheetData>{rows}</sheetData>"))]);
    let scratch = Scratch::new();
    let source = scratch.write("cut.xlsx", &whole[..whole.len() * 2 / 3]);
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    let receipt = &conversion.receipt;
    assert!((1_000..4_999).contains(&receipt.rows_written));
    let damage: Vec<&str> = receipt
        .warnings
        .iter()
        .filter(|warning| warning.kind == "damaged_workbook")
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(damage.len(), 2, "{damage:?}");
    assert!(damage[1].contains("ends in row"), "{damage:?}");
}

#[test]
fn a_column_can_be_overruled_from_the_workbook() {
    use buzz_ingest::{Cancel, Change, Existing, Output, Silent, reconvert};
    let scratch = Scratch::new();
    let source = scratch.write("orders.xlsx", xlsx(&[("Orders", "", &orders())]));
    let conversion = scratch.convert(&source, &Options::default()).unwrap();
    let existing = Existing {
        data: scratch.output().data,
        strays: Some(scratch.output().strays),
        receipt: conversion.receipt,
        profile: conversion.profile,
    };
    let change = Change {
        column: "code".into(),
        column_type: Some("BIGINT".into()),
        ..Change::default()
    };
    let output = Output {
        data: scratch.path("again.parquet"),
        strays: scratch.path("again.strays.parquet"),
    };
    let again = reconvert(
        &existing,
        &[change],
        &output,
        &Options::default(),
        &Silent,
        &Cancel::new(),
    )
    .unwrap()
    .unwrap();
    assert_eq!(schema(&again)[2], "code BIGINT");
    assert_eq!(cells(&read(&output.data))[0][2].as_deref(), Some("100"));
}
