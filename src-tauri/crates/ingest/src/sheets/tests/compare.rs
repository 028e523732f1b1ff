//! The same sheets read in two ways, and by calamine.

use calamine::{Data, Reader as _};
use proptest::prelude::*;

use super::made::Xlsx;
use super::*;

/// A cell of a random sheet.
#[derive(Debug, Clone)]
enum Made {
    Nothing,
    Number(f64),
    Date(f64),
    Shared(usize),
    Inline(String),
    Formula(String),
    Truth(bool),
}

const STRINGS: [&str; 4] = ["", "plain", "a < b & c", "  Grüße\t😀\n "];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn made() -> impl Strategy<Value = Made> {
    prop_oneof![
        Just(Made::Nothing),
        any::<i32>().prop_map(|n| Made::Number(n.into())),
        any::<f64>()
            .prop_filter("finite", |n| n.is_finite())
            .prop_map(Made::Number),
        (61_u32..2_900_000, 0_u32..86_400_000).prop_map(|(day, millis)| Made::Date(
            f64::from(day) + f64::from(millis) / 86_400_000.0
        )),
        (0..STRINGS.len()).prop_map(Made::Shared),
        "[ a-z<&_x0-9é]{0,12}".prop_map(Made::Inline),
        "[a-z<&]{1,12}".prop_map(Made::Formula),
        any::<bool>().prop_map(Made::Truth),
    ]
}

fn column_name(column: usize) -> String {
    let letter = |n: usize| char::from(b'A' + n as u8);
    match column / 26 {
        0 => letter(column).to_string(),
        more => format!("{}{}", letter(more - 1), letter(column % 26)),
    }
}

/// A sheet with or without references and attributes in their usual order.
fn build(grid: &[Vec<Made>], style: u8) -> Vec<u8> {
    let has_references = style & 1 == 0;
    let is_odd = style & 2 != 0;
    let mut sheet = String::new();
    for (r, row) in grid.iter().enumerate() {
        let number = r + 1;
        sheet += &if has_references {
            format!(r#"<row r="{number}" spans="1:9">"#)
        } else {
            "<row>".into()
        };
        for (c, cell) in row.iter().enumerate() {
            let reference = if has_references {
                format!(r#" r="{}{number}""#, column_name(c))
            } else {
                String::new()
            };
            let open = |attributes: &str| {
                if is_odd {
                    format!("<c{attributes}{reference}>")
                } else {
                    format!("<c{reference}{attributes}>")
                }
            };
            sheet += &match cell {
                Made::Nothing => format!("{}</c>", open("")),
                Made::Number(n) => format!("{}<v>{n:?}</v></c>", open("")),
                Made::Date(n) => format!(r#"{}<v>{n}</v></c>"#, open(r#" s="1""#)),
                Made::Shared(i) => format!(r#"{}<v>{i}</v></c>"#, open(r#" t="s""#)),
                Made::Inline(text) => format!(
                    r#"{}<is><t xml:space="preserve">{}</t></is></c>"#,
                    open(r#" t="inlineStr""#),
                    escaped(text)
                ),
                Made::Formula(text) => format!(
                    r#"{}<f>A1</f><v>{}</v></c>"#,
                    open(r#" t="str""#),
                    escaped(text)
                ),
                Made::Truth(truth) => {
                    format!(r#"{}<v>{}</v></c>"#, open(r#" t="b""#), u8::from(*truth))
                }
            };
        }
        sheet += "</row>";
    }
    let strings = STRINGS.map(|text| format!(r#"<t xml:space="preserve">{}</t>"#, escaped(text)));
    let strings = strings.each_ref().map(String::as_str);
    Xlsx::of_rows(&sheet)
        .strings(&strings)
        .formats(&["yyyy-mm-dd hh:mm:ss"])
        .build()
}

/// A cell as calamine reads it, in our words.
fn of_calamine(cell: &Data) -> Option<String> {
    Some(match cell {
        Data::Empty => return None,
        Data::Int(n) => n.to_string(),
        Data::Float(n) => {
            let mut text = Vec::new();
            cells::append_number(*n, &mut text);
            String::from_utf8(text).unwrap()
        }
        Data::String(text) => text.clone(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let mut text =
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            if milli > 0 {
                text += &format!(".{milli:03}");
            }
            text
        }
        other => panic!("{other:?}"),
    })
}

fn by_calamine(bytes: &[u8]) -> Dump {
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("Sheet1").unwrap();
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut dump = Dump::new();
    for (r, row) in range.rows().enumerate() {
        let cells: Vec<(u32, String)> = row
            .iter()
            .enumerate()
            .filter_map(|(c, cell)| Some((first_column + c as u32, of_calamine(cell)?)))
            .collect();
        if !cells.is_empty() {
            dump.push((u64::from(first_row) + r as u64 + 1, cells));
        }
    }
    dump
}

/// Reads a sheet token by token, without the way that is taken for plain cells.
fn carefully(bytes: &[u8]) -> Dump {
    let workbook = open(bytes);
    let mut sheet = workbook.rows(0, 0..MOST_COLUMNS).unwrap().carefully();
    rows(&mut sheet).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn calamine_reads_the_same_cells(
        grid in proptest::collection::vec(proptest::collection::vec(made(), 0..30), 0..12),
        style in 0_u8..4,
    ) {
        let bytes = build(&grid, style);
        let found = dump(&bytes);
        prop_assert_eq!(&carefully(&bytes), &found);
        // Where calamine leaves out a text without characters, so do we for this comparison.
        let without_empty = |dump: Dump| -> Dump {
            dump.into_iter()
                .map(|(line, cells)| (line, cells.into_iter().filter(|cell| !cell.1.is_empty()).collect::<Vec<_>>()))
                .filter(|(_, cells)| !cells.is_empty())
                .collect()
        };
        prop_assert_eq!(without_empty(found), without_empty(by_calamine(&bytes)));
    }
}

#[test]
fn a_part_of_many_pieces_is_read_the_same_both_ways() {
    // Cells of all lengths, so that pieces end at every place of a cell.
    let mut sheet = String::new();
    let mut random = fastrand::Rng::with_seed(7);
    for r in 1..30_000 {
        sheet += &format!(r#"<row r="{r}">"#);
        for c in 0..random.usize(1..12) {
            let name = column_name(c);
            sheet += &match random.u8(0..4) {
                0 => format!(r#"<c r="{name}{r}"><v>{}</v></c>"#, random.u32(..)),
                1 => format!(
                    r#"<c r="{name}{r}" s="1"><v>{}</v></c>"#,
                    random.f64() * 60_000.0
                ),
                2 => format!(
                    r#"<c r="{name}{r}" t="str"><f>B1</f><v>{}</v></c>"#,
                    "y".repeat(random.usize(..99))
                ),
                _ => format!(r#"<c r="{name}{r}" t="s"><v>{}</v></c>"#, random.u8(0..2)),
            };
        }
        sheet += "</row>";
    }
    let book = Xlsx::of_rows(&sheet)
        .strings(&["<t>one</t>", "<t>two</t>"])
        .formats(&["yyyy-mm-dd hh:mm:ss.000"])
        .build();
    assert_eq!(carefully(&book), dump(&book));
}
