//! Trouble so far into a large file that no sample from its beginning has it.

use buzz_ingest::{Conversion, LineRange, Options, Types, Visibility};

use crate::support::{Scratch, cells, read};

/// Rows of every file: more than twice the bytes that are looked at whole.
const ROWS: usize = 200_000;

/// The row where the trouble is.
const LATE: usize = 130_001;

/// Cells of one row.
type Row = [String; 4];

/// A file with trouble in it, and what a careful person would find there.
struct Case {
    name: &'static str,
    text: String,
    rows: Vec<Row>,
}

fn row(number: usize) -> Row {
    const NAMES: [&str; 5] = ["Anna", "Bob", "Cleo", "Dora", "Emil"];
    [
        format!("{number:07}"),
        format!("{} {}", NAMES[number % 5], number % 9_973),
        format!("{}.{:02}", number * 7 % 10_000, number % 100),
        format!("2024-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
    ]
}

/// Every row of the file but one is as it should be; `late` gives the line in its place, with what should become of it.
fn with_late_line(name: &'static str, late: impl Fn(&Row) -> (String, Vec<Row>)) -> Case {
    let mut text = String::from("id,name,amount,day\n");
    let mut rows = Vec::with_capacity(ROWS);
    for number in 0..ROWS {
        let cells = row(number);
        if number == LATE {
            let (line, becomes) = late(&cells);
            text.push_str(&line);
            rows.extend(becomes);
        } else {
            text.push_str(&cells.join(","));
            rows.push(cells);
        }
        text.push('\n');
    }
    Case { name, text, rows }
}

/// All rows are as they should be, and something stands below them.
fn with_end(name: &'static str, end: &str) -> Case {
    let mut case = with_late_line(name, |cells| (cells.join(","), vec![cells.clone()]));
    case.text.push_str(end);
    case
}

/// The row with another name.
fn named(cells: &Row, name: &str) -> Row {
    let mut cells = cells.clone();
    cells[1] = name.to_owned();
    cells
}

fn cases() -> Vec<Case> {
    let line = |cells: &Row, name: &str| named(cells, name).join(",");
    vec![
        with_late_line("a stray quote at the start of a cell", |cells| {
            let name = "\"Fritz";
            (line(cells, name), vec![named(cells, name)])
        }),
        with_late_line("a stray quote within a cell", |cells| {
            let name = "Fr\"itz";
            (line(cells, name), vec![named(cells, name)])
        }),
        with_late_line("the first quotes of the file", |cells| {
            let name = "Fritz,\n\"the\" Elder";
            let written = "\"Fritz,\n\"\"the\"\" Elder\"";
            (line(cells, written), vec![named(cells, name)])
        }),
        with_late_line("a NUL", |cells| {
            let name = "Fr\0itz";
            (line(cells, name), vec![named(cells, name)])
        }),
        with_late_line("letters beyond ASCII", |cells| {
            let name = "Žofie 山田";
            (line(cells, name), vec![named(cells, name)])
        }),
        with_late_line("a row that is too short", |cells| {
            let mut short = cells.clone();
            short[3].clear();
            (cells[..3].join(","), vec![short])
        }),
        with_late_line("a row that is too long", |cells| {
            (format!("{},more", cells.join(",")), vec![cells.clone()])
        }),
        with_late_line("a row in another delimiter", |cells| {
            (cells.join(";"), vec![cells.clone()])
        }),
        with_late_line("blank lines", |cells| {
            (format!("\n\n{}", cells.join(",")), vec![cells.clone()])
        }),
        with_late_line("the header again", |cells| {
            let again = format!("id,name,amount,day\n{}", cells.join(","));
            (again, vec![cells.clone()])
        }),
        with_late_line("a comment", |cells| {
            let comment = format!("# checked up to here\n{}", cells.join(","));
            (comment, vec![cells.clone()])
        }),
        with_end("a total", "Total,,1000000.00,\n"),
        with_end("a footnote", "\nSource: the registry\n"),
        with_end("a Ctrl-Z", "\x1a"),
    ]
}

#[test]
fn trouble_far_into_a_large_file_is_no_other_than_at_its_beginning() {
    let mut broken = Vec::new();
    for case in cases() {
        let fault = fault(&case);
        println!("{:40} {}", case.name, fault.as_deref().unwrap_or("right"));
        if fault.is_some() {
            broken.push(case.name);
        }
    }
    assert_eq!(broken, Vec::<&str>::new(), "the faults are printed above");
}

fn fault(case: &Case) -> Option<String> {
    let options = Options {
        types: Types::Text,
        profile: false,
        ..Options::default()
    };
    let source = Scratch::new();
    let file = source.write("large.csv", &case.text);
    let inspection = match buzz_ingest::inspect(&file, &options) {
        Ok(inspection) => inspection,
        Err(error) => return Some(error.to_string()),
    };
    let mut found = Vec::new();
    for table in inspection.tables() {
        if table.visibility != Visibility::Visible {
            continue;
        }
        let options = Options {
            table: Some(table.id.clone()),
            inspection: Some(inspection.clone()),
            ..options.clone()
        };
        let scratch = Scratch::new();
        let conversion = match scratch.convert(&file, &options) {
            Ok(conversion) => conversion,
            Err(error) => return Some(error.to_string()),
        };
        let names: Vec<String> = conversion
            .receipt
            .columns
            .into_iter()
            .map(|c| c.name)
            .collect();
        let rows = cells(&read(&scratch.output().data)).into_iter();
        let rows = rows.map(|row| row.into_iter().map(Option::unwrap_or_default).collect());
        found.push((names, rows.collect::<Vec<Vec<String>>>()));
    }
    let expected = [(
        ["id", "name", "amount", "day"].map(str::to_owned).to_vec(),
        case.rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>(),
    )];
    for (number, (expected, found)) in expected.iter().zip(&found).enumerate() {
        let table = number + 1;
        if expected.0 != found.0 {
            return Some(format!("table {table} has the names {:?}", found.0));
        }
        let differs = expected.1.iter().zip(&found.1).position(|(a, b)| a != b);
        if let Some(row) = differs {
            return Some(format!(
                "row {row} of table {table} should be {:?} and is {:?}",
                expected.1[row], found.1[row]
            ));
        }
        if expected.1.len() != found.1.len() {
            return Some(format!(
                "table {table} has {} rows and should have {}",
                found.1.len(),
                expected.1.len()
            ));
        }
    }
    (expected.len() != found.len()).then(|| format!("{} tables", found.len()))
}

/// A file with a second table below, and the line on which that begins.
fn with_second_table() -> (Case, u64) {
    let case = with_end(
        "a second table",
        "\ncity,country,inhabitants\nOslo,NO,717710\nRome,IT,2746984\nLima,PE,10092000\n",
    );
    (case, ROWS as u64 + 3)
}

#[test]
fn a_second_table_below_the_sample_is_told() {
    let (case, begins) = with_second_table();
    let source = Scratch::new();
    let file = source.write("large.csv", &case.text);
    let scratch = Scratch::new();
    let conversion = scratch.convert(&file, &Options::default()).unwrap();
    let told: Vec<(&str, &[u64])> = (conversion.receipt.warnings.iter())
        .map(|warning| (&*warning.kind, &*warning.lines))
        .filter(|(kind, _)| *kind != "stray_cells")
        .collect();
    let lines: Vec<u64> = (begins..begins + 4).collect();
    assert_eq!(
        told,
        [("short_rows", &*lines), ("another_table", &[begins][..])]
    );
    // The first table's columns keep their types, and what is below is not lost.
    let rows = cells(&read(&scratch.output().data));
    assert_eq!(rows.len(), ROWS + 4);
    let below: Vec<_> = (rows[ROWS..].iter()).map(|row| row[1].as_deref()).collect();
    assert_eq!(below, ["country", "NO", "IT", "PE"].map(Some));
}

#[test]
fn a_second_table_below_the_sample_is_read_by_its_lines() {
    let (case, begins) = with_second_table();
    let plain = case.text.into_bytes();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &plain).unwrap();
    let wide: Vec<u8> = (String::from_utf8_lossy(&plain).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        ("plain", plain.clone()),
        ("marked", [b"\xef\xbb\xbf", &plain[..]].concat()),
        ("gzip", packed.finish().unwrap()),
        ("utf-16", [b"\xff\xfe", &wide[..]].concat()),
    ] {
        let source = Scratch::new();
        let file = source.write("large.csv", &bytes);
        let lines_of = |first, last| {
            let scratch = Scratch::new();
            let options = Options {
                lines: Some(LineRange { first, last }),
                ..Options::default()
            };
            let Conversion { receipt, .. } = scratch.convert(&file, &options).unwrap();
            assert_eq!(receipt.overruled.lines, options.lines);
            assert_eq!(receipt.source.bytes, bytes.len() as u64, "{name}");
            let hash = blake3::hash(&bytes).to_hex().to_string();
            assert_eq!(receipt.source.blake3, hash, "{name}");
            assert_eq!(receipt.warnings, [], "{name}");
            let names: Vec<String> = receipt.columns.into_iter().map(|c| c.name).collect();
            (names, cells(&read(&scratch.output().data)))
        };
        let (names, rows) = lines_of(begins, None);
        assert_eq!(names, ["city", "country", "inhabitants"], "{name}");
        let expected = [
            row_of(["Oslo", "NO", "717710"]),
            row_of(["Rome", "IT", "2746984"]),
            row_of(["Lima", "PE", "10092000"]),
        ];
        assert_eq!(rows, expected, "{name}");
        let (names, rows) = lines_of(1, Some(begins - 1));
        assert_eq!(names, ["id", "name", "amount", "day"], "{name}");
        assert_eq!(rows.len(), ROWS, "{name}");
        assert_eq!(rows[ROWS - 1][0].as_deref(), Some(&*case.rows[ROWS - 1][0]));
    }
}

/// A row without an empty cell.
fn row_of<const N: usize>(cells: [&str; N]) -> Vec<Option<String>> {
    cells.map(|cell| Some(cell.to_owned())).to_vec()
}

#[test]
fn strays_of_some_of_the_lines_have_the_lines_of_the_file() {
    let source = Scratch::new();
    let text = "a title\nid,n\n1,1\n2,2\n\nid,amount\n".to_owned()
        + &"7,12\n".repeat(50)
        + "8,twelve\n9,13\nthe end\n";
    // Both readers, that of plain records and the careful one.
    for end in ["", "\x1a"] {
        let file = source.write("short.csv", text.clone() + end);
        let scratch = Scratch::new();
        let options = Options {
            lines: Some("6-58".parse().unwrap()),
            ..Options::default()
        };
        let Conversion { receipt, .. } = scratch.convert(&file, &options).unwrap();
        assert_eq!((receipt.rows_read, receipt.columns.len()), (52, 2));
        let strays = scratch.strays();
        let places: Vec<_> = (strays.iter())
            .map(|stray| {
                (
                    stray[0].as_deref(),
                    stray[1].as_deref(),
                    stray[3].as_deref(),
                )
            })
            .collect();
        assert_eq!(places, [(Some("51"), Some("57"), Some("twelve"))]);
    }
}

#[test]
fn lines_that_are_not_there_are_refused_in_one_sentence() {
    let source = Scratch::new();
    let file = source.write("short.csv", "id,n\n1,1\n2,2\n");
    for (lines, refusal) in [
        ((4, None), "line 4 is beyond the end of "),
        ((9, Some(10)), "line 9 is beyond the end of "),
        ((3, Some(2)), "lines 3-2 cannot be read"),
        ((0, None), "lines 0- cannot be read"),
    ] {
        let (first, last) = lines;
        let options = Options {
            lines: Some(LineRange { first, last }),
            ..Options::default()
        };
        let error = Scratch::new().convert(&file, &options).unwrap_err();
        assert_eq!(error.code(), "wrong_options");
        assert!(error.to_string().starts_with(refusal), "{error}");
    }
    let json = source.write("rows.json", r#"[{"a":1},{"a":2}]"#);
    let options = Options {
        lines: Some("1-".parse().unwrap()),
        ..Options::default()
    };
    let error = Scratch::new().convert(&json, &options).unwrap_err();
    assert!(error.to_string().contains("only text has lines"), "{error}");
}
