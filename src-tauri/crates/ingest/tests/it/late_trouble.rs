//! Trouble so far into a large file that no sample from its beginning has it.

use buzz_ingest::{Options, Types, Visibility};

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

#[test]
fn a_second_table_below_the_sample_is_told() {
    let case = with_end(
        "a second table",
        "\ncity,country\nOslo,NO\nRome,IT\nLima,PE\n",
    );
    let source = Scratch::new();
    let file = source.write("large.csv", &case.text);
    let scratch = Scratch::new();
    let conversion = scratch.convert(&file, &Options::default()).unwrap();
    let told: Vec<(&str, &[u64])> = (conversion.receipt.warnings.iter())
        .map(|warning| (&*warning.kind, &*warning.lines))
        .collect();
    let begins = ROWS as u64 + 3;
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
