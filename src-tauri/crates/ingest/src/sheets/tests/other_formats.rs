use calamine::Reader as _;

use super::made::{biff, cell, compound, ods, row, wide_text, xls, xlsb, zip};
use super::*;

/// What every fixture holds in the sheet `Values`, whichever program wrote it, in columns A and B.
const VALUES: [(&str, &str); 21] = [
    ("general", "1234.5"),
    ("integer", "42"),
    ("negative", "-7.25"),
    ("tenths", "0.3"),
    ("date", "2024-02-29"),
    ("moment", "2024-02-29 13:45:30"),
    ("time", "18:30:00"),
    ("elapsed", "27:30:00"),
    ("percent", "0.125"),
    ("money", "99.5"),
    ("postcode", "01234"),
    ("dashed", "001-234"),
    ("true", "true"),
    ("false", "false"),
    ("text number", "0815"),
    ("unicode", "Grüße 你好 😀"),
    ("division", "#DIV/0!"),
    ("sum", "43"),
    ("joined", "ab"),
    ("rich", "plain bold"),
    ("spaces", "  two  "),
];

fn check_fixture(name: &str, has_results: bool) {
    let workbook = open_fixture(name).unwrap().unwrap();
    let sheets: Vec<_> = workbook
        .sheets()
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.visibility))
        .collect();
    assert_eq!(
        sheets,
        [
            ("Values", Visibility::Visible),
            ("Hidden one", Visibility::Hidden),
            ("Leer", Visibility::Visible)
        ],
        "{name}"
    );
    let mut sheet = workbook.rows(0, 0..MOST_COLUMNS).unwrap();
    let found = rows(&mut sheet).unwrap();
    let value = |label: &str| {
        let cells = found
            .iter()
            .map(|(_, cells)| cells)
            .find(|cells| cells[0] == (0, label.to_owned()))
            .unwrap_or_else(|| panic!("{name}: {label} is not there"));
        cells
            .iter()
            .find(|(column, _)| *column == 1)
            .map(|(_, text)| text.clone())
    };
    let wrong: Vec<_> = VALUES
        .into_iter()
        .filter(|(label, _)| has_results || !["division", "sum", "joined"].contains(label))
        // LibreOffice turns truth values into numbers on the way from xlsx to ods.
        .filter(|(label, _)| name != "values.ods" || !["true", "false"].contains(label))
        .map(|(label, expected)| (label, expected, value(label)))
        .filter(|(_, expected, found)| found.as_deref() != Some(expected))
        .collect();
    assert!(wrong.is_empty(), "{name}: {wrong:?}");
    assert_eq!(value("missing"), None, "{name}");
    assert_eq!(value("lines").as_deref(), Some("one\ntwo"), "{name}");
    assert_eq!(
        found[0],
        (1, vec![(0, "Sales by quarter".to_owned())]),
        "{name}"
    );
    assert_eq!(
        found.last().unwrap(),
        &(40, vec![(4, "far away".to_owned())]),
        "{name}"
    );
    let counts = sheet.counts();
    assert_eq!(counts.hidden_rows, 1, "{name}");
    assert_eq!(counts.sum(|c| c.percent), 1, "{name}");
    // LibreOffice wrote this one's format without its currency.
    let money = u64::from(!name.ends_with(".ods"));
    assert_eq!(counts.sum(|c| c.money), money, "{name}");
    assert_eq!(counts.sum(|c| c.elapsed), 1, "{name}");
    assert_eq!(counts.sum(|c| c.padded), 2, "{name}");
    assert_eq!(counts.sum(|c| c.text_numbers), 1, "{name}");
    assert_eq!(counts.sum(|c| c.big_integers), 1, "{name}");
    let (errors, without_result) = if has_results { (1, 0) } else { (0, 4) };
    assert_eq!(counts.sum(|c| c.errors), errors, "{name}");
    assert_eq!(counts.sum(|c| c.without_result), without_result, "{name}");
    assert_eq!(counts.damage, None, "{name}");
    assert_eq!(
        workbook.merges(0, u64::MAX).unwrap().unwrap(),
        [Area {
            first_row: 0,
            last_row: 0,
            first_column: 0,
            last_column: 3
        }],
        "{name}"
    );
    let mut last = workbook.rows(2, 0..MOST_COLUMNS).unwrap();
    assert_eq!(
        rows(&mut last).unwrap(),
        [(2, vec![(2, "1".to_owned())])],
        "{name}"
    );
    assert_eq!(workbook.warnings(), Vec::<String>::new(), "{name}");
}

#[test]
fn workbooks_of_other_programs_hold_the_same() {
    check_fixture("openpyxl.xlsx", false);
    check_fixture("libreoffice.xlsx", true);
    check_fixture("values.xls", true);
    check_fixture("values.ods", true);
}

#[test]
fn workbooks_with_a_password_are_told_from_damaged_ones() {
    let error = open_fixture("protected.xlsx").map(drop).unwrap_err();
    assert!(matches!(error, Error::Protected(_)), "{error}");
    let locked = xls(&biff(0x002F, &[0; 6]), &[], true);
    let error = open_with(&locked, 1_000, Limits::default())
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::Protected(_)), "{error}");
    let locked = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest='m'><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"),
        ("content.xml", b"\x01\x02\x03"),
    ]);
    let error = open_with(&locked, 1_000, Limits::default())
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::Protected(_)), "{error}");
}

#[test]
fn what_is_no_workbook_is_none() {
    for bytes in [
        b"a,b\n1,2\n".to_vec(),
        zip(&[("readme.txt", b"hello")]),
        compound("WordDocument", b"hello"),
        Vec::new(),
    ] {
        assert!(
            open_with(&bytes, 1_000, Limits::default())
                .unwrap()
                .is_none()
        );
    }
}

#[test]
fn rows_of_xlsb_are_records() {
    let packed = |value: u32| value.to_le_bytes();
    let text = |text: &str| wide_text(text);
    let rows = [
        row(1, false),
        cell(2, 0, 0, &packed(7 << 2 | 2)),
        cell(2, 1, 0, &packed(12_345 << 2 | 3)),
        cell(5, 2, 0, &1.1_f64.to_le_bytes()),
        cell(5, 3, 1, &43_831.5_f64.to_le_bytes()),
        cell(7, 4, 0, &packed(1)),
        cell(6, 5, 0, &text("in line 😀")),
        cell(4, 6, 0, &[1]),
        cell(3, 7, 0, &[0x07]),
        cell(3, 8, 0, &[0x2A]),
        cell(62, 9, 0, &[vec![0], text("rich")].concat()),
        row(4, true),
        cell(8, 0, 0, &[text("formula"), vec![0; 8]].concat()),
        cell(
            9,
            1,
            2,
            &[42_f64.to_le_bytes().to_vec(), vec![0; 8]].concat(),
        ),
        cell(10, 2, 0, &[0, 0, 0]),
        cell(1, 3, 0, &[]),
    ]
    .concat();
    let book = xlsb(
        &rows,
        &["zero", "one"],
        &["yyyy\\-mm\\-dd\\ hh:mm", "00000"],
        &[[0, 0, 1, 3]],
    );
    let texts: Vec<Vec<String>> = dump(&book)
        .into_iter()
        .map(|(_, cells)| cells.into_iter().map(|(_, text)| text).collect())
        .collect();
    assert_eq!(
        texts,
        [
            vec![
                "7",
                "123.45",
                "1.1",
                "2020-01-01 12:00:00",
                "one",
                "in line 😀",
                "true",
                "#DIV/0!",
                "rich"
            ],
            vec!["formula", "00042", "false"],
        ]
    );
    let lines: Vec<u64> = dump(&book).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 5]);
    let workbook = open(&book);
    assert_eq!(workbook.sheets()[0].name, "Sheet1");
    assert_eq!(
        workbook.merges(0, u64::MAX).unwrap().unwrap()[0].last_column,
        3
    );
    let mut sheet = workbook.rows(0, 0..99).unwrap();
    super::rows(&mut sheet).unwrap();
    assert_eq!(sheet.counts().hidden_rows, 1);
    // Another reader sees the same file.
    let mut other: calamine::Xlsb<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(&book)).unwrap();
    let range = other.worksheet_range("Sheet1").unwrap();
    assert_eq!(range.get_value((1, 4)).unwrap().to_string(), "one");
    assert_eq!(range.get_value((1, 1)).unwrap().to_string(), "123.45");
    assert_eq!(range.get_value((4, 0)).unwrap().to_string(), "formula");
}

/// The fields of a cell of xls, and its value.
fn place(row: u16, column: u16, style: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = [row, column, style]
        .iter()
        .flat_map(|field| field.to_le_bytes())
        .collect();
    bytes.extend_from_slice(value);
    bytes
}

fn style(format: u16) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(format.to_le_bytes());
    bytes.resize(20, 0);
    biff(0x00E0, &bytes)
}

/// The records of cells that both versions have.
fn common_cells() -> Vec<u8> {
    let packed = |value: u32| value.to_le_bytes();
    let result = |kind: u8, value: u8| {
        let mut bytes = [kind, 0, value, 0, 0, 0, 0xFF, 0xFF].to_vec();
        bytes.extend([0; 8]);
        bytes
    };
    let mut number = 2.5_f64.to_le_bytes().to_vec();
    number.extend([0; 8]);
    let mut hidden = 1_u16.to_le_bytes().to_vec();
    hidden.extend([0; 10]);
    hidden.extend([0x20, 0, 0, 0]);
    [
        biff(0x0208, &hidden),
        biff(0x0203, &place(0, 0, 0, &1.25_f64.to_le_bytes())),
        biff(0x027E, &place(0, 1, 0, &packed(5 << 2 | 2))),
        biff(
            0x00BD,
            &[
                place(0, 2, 0, &packed(6 << 2 | 2)),
                0_u16.to_le_bytes().to_vec(),
                packed(7 << 2 | 2).to_vec(),
                3_u16.to_le_bytes().to_vec(),
            ]
            .concat(),
        ),
        biff(0x0203, &place(0, 4, 1, &43_831_f64.to_le_bytes())),
        biff(0x0205, &place(0, 5, 0, &[1, 0])),
        biff(0x0205, &place(0, 6, 0, &[0x07, 1])),
        biff(0x0006, &place(1, 0, 0, &number)),
        biff(0x0006, &place(1, 1, 0, &result(1, 1))),
        biff(0x0006, &place(1, 2, 0, &result(2, 0x2A))),
        biff(0x0006, &place(1, 3, 0, &result(0, 0))),
    ]
    .concat()
}

#[test]
fn rows_of_excel_5_are_read_in_their_code_page() {
    let mut format = 164_u16.to_le_bytes().to_vec();
    format.push(8);
    format.extend(b"dd.mm.yy");
    let globals = [
        biff(0x0042, &1251_u16.to_le_bytes()),
        biff(0x041E, &format),
        style(0),
        style(164),
    ]
    .concat();
    let text = |bytes: &[u8]| [&(bytes.len() as u16).to_le_bytes()[..], bytes].concat();
    let sheet = [
        common_cells(),
        biff(0x0207, &text(b"result")),
        biff(0x0204, &place(2, 0, 0, &text(b"\xCF\xF0\xE8\xE2\xE5\xF2"))),
    ]
    .concat();
    let book = xls(&globals, &sheet, false);
    assert_eq!(
        texts_of(&book),
        [
            vec!["1.25", "5", "6", "7", "2020-01-01", "true", "#DIV/0!"],
            vec!["2.5", "true", "result"],
            vec!["Привет"],
        ]
    );
    let mut other: calamine::Xls<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(&book)).unwrap();
    let range = other.worksheet_range("Sheet1").unwrap();
    assert_eq!(range.get_value((2, 0)).unwrap().to_string(), "Привет");
}

fn texts_of(book: &[u8]) -> Vec<Vec<String>> {
    dump(book)
        .into_iter()
        .map(|(_, cells)| cells.into_iter().map(|(_, text)| text).collect())
        .collect()
}

/// A string of xls: its length, its flags and its characters in one byte each or two.
fn unicode(text: &str, is_wide: bool) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u16).to_le_bytes().to_vec();
    bytes.push(u8::from(is_wide));
    for unit in units {
        if is_wide {
            bytes.extend(unit.to_le_bytes());
        } else {
            bytes.push(unit as u8);
        }
    }
    bytes
}

#[test]
fn rows_of_excel_97_have_texts_that_go_on_in_the_next_record() {
    // The first text changes from one byte a character to two where its record ends.
    let mut first = [9_u32, 2]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect::<Vec<u8>>();
    first.extend([6, 0, 0]);
    first.extend(b"abc");
    let mut second = vec![1];
    second.extend("déf".encode_utf16().flat_map(|unit| unit.to_le_bytes()));
    // The next one has runs and phonetic text behind it, which end in a third record.
    second.extend([2, 0, 8 | 4]);
    second.extend(1_u16.to_le_bytes());
    second.extend(6_u32.to_le_bytes());
    second.extend(b"xy");
    second.extend([0; 3]);
    let third = vec![0; 7];
    let last = unicode("last 😀", true);
    let globals = [
        style(0),
        style(14),
        biff(0x00FC, &first),
        biff(0x003C, &second),
        biff(0x003C, &[third, last].concat()),
    ]
    .concat();
    let shared =
        |row, column, number: u32| biff(0x00FD, &place(row, column, 0, &number.to_le_bytes()));
    let sheet = [
        common_cells(),
        biff(0x0207, &unicode("result", false)),
        shared(2, 0, 0),
        shared(2, 1, 1),
        biff(0x0204, &place(2, 2, 0, &unicode("label", false))),
        // Cells that some program wrote later than those of the rows below.
        shared(0, 9, 1),
    ]
    .concat();
    let book = xls(&globals, &sheet, true);
    assert_eq!(
        texts_of(&book),
        [
            vec!["1.25", "5", "6", "7", "2020-01-01", "true", "#DIV/0!", "xy"],
            vec!["2.5", "true", "result"],
            vec!["abcdéf", "xy", "label"],
        ]
    );
    let workbook = open(&book);
    let mut rows = workbook.rows(0, 0..99).unwrap();
    super::rows(&mut rows).unwrap();
    assert_eq!(rows.counts().hidden_rows, 1);
    assert_eq!(rows.counts().sum(|c| c.not_available), 1);
}

/// A document with these tables and automatic styles.
fn document(tables: &str, styles: &str) -> Vec<u8> {
    ods(format!(
        "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x' xmlns:calcext='c' xmlns:style='s' xmlns:number='n'><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    .as_bytes())
}

#[test]
fn cells_of_ods_repeat_and_say_what_they_hold() {
    let tables = concat!(
        "<table:table table:name='One' table:style-name='ta1'><table:table-column table:number-columns-repeated='16384'/>",
        "<table:table-row table:number-rows-repeated='2'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>",
        "<table:table-row><table:table-cell table:number-columns-repeated='2' office:value-type='float' office:value='1.50'><text:p>1,50</text:p></table:table-cell>",
        "<table:covered-table-cell/><table:table-cell office:value-type='string'><office:annotation><text:p>a note</text:p></office:annotation><text:p>two<text:s text:c='2'/>spaces</text:p><text:p>and <text:span>lines</text:span></text:p></table:table-cell></table:table-row>",
        "<table:table-row table:visibility='filter' table:number-rows-repeated='2'><table:table-cell office:value-type='date' office:date-value='2024-02-29T12:00:00'><text:p>x</text:p></table:table-cell>",
        "<table:table-cell office:value-type='time' office:time-value='PT30H00M00S'><text:p>30:00</text:p></table:table-cell>",
        "<table:table-cell office:value-type='string' calcext:value-type='error'><text:p>#DIV/0!</text:p></table:table-cell>",
        "<table:table-cell table:style-name='ce1' office:value-type='float' office:value='7'><text:p>0007</text:p></table:table-cell>",
        "<table:table-cell table:formula='of:=A1'/></table:table-row>",
        "<table:table-row table:number-rows-repeated='1048571'><table:table-cell/></table:table-row></table:table>",
        "<table:table table:name='Two' table:style-name='ta2'><table:table-row><table:table-cell table:number-columns-spanned='3' table:number-rows-spanned='2' office:value-type='boolean' office:boolean-value='true'><text:p>WAHR</text:p></table:table-cell></table:table-row></table:table>"
    );
    let styles = "<number:number-style style:name='N1'><number:number number:decimal-places='0' number:min-integer-digits='4'/></number:number-style><style:style style:name='ce1' style:family='table-cell' style:data-style-name='N1'/><style:style style:name='ta2' style:family='table'><style:table-properties table:display='false'/></style:style>";
    let book = document(tables, styles);
    let cell = |column, text: &str| (column, text.to_owned());
    let repeated = || {
        vec![
            cell(0, "2024-02-29 12:00:00"),
            cell(1, "30:00:00"),
            cell(2, "#DIV/0!"),
            cell(3, "0007"),
        ]
    };
    assert_eq!(
        dump(&book),
        [
            (
                3,
                vec![
                    cell(0, "1.5"),
                    cell(1, "1.5"),
                    cell(3, "two  spaces\nand lines")
                ]
            ),
            (4, repeated()),
            (5, repeated()),
        ]
    );
    let workbook = open(&book);
    assert_eq!(workbook.sheets()[0].size.unwrap().last_row, 4);
    assert_eq!(workbook.sheets()[1].visibility, Visibility::Hidden);
    let mut second = workbook.rows(1, 0..9).unwrap();
    assert_eq!(rows(&mut second).unwrap(), [(1, vec![cell(0, "true")])]);
    let merges = workbook.merges(1, 0).unwrap().unwrap();
    assert_eq!((merges[0].last_row, merges[0].last_column), (1, 2));
    let mut first = workbook.rows(0, 0..9).unwrap();
    rows(&mut first).unwrap();
    assert_eq!(first.counts().hidden_rows, 2);
    assert_eq!(first.counts().sum(|c| c.errors), 1);
}

#[test]
fn a_document_that_repeats_its_cells_without_end_is_refused() {
    let row = "<table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384' office:value-type='string'><text:p>ha</text:p></table:table-cell></table:table-row>";
    let book = open(&document(
        &format!("<table:table table:name='One'>{row}</table:table>"),
        "",
    ));
    let mut sheet = book.rows(0, 0..1).unwrap();
    let error = loop {
        match sheet.next() {
            Ok(Next::End) => panic!("it ended"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(
        error.to_string().contains("repeats the same few texts"),
        "{error}"
    );
}
