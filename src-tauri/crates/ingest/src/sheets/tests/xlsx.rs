use super::made::{MAIN, Xlsx, zip_as, zip_owned};
use super::*;

fn counts_of(bytes: &[u8]) -> Counts {
    let workbook = open(bytes);
    let mut sheet = workbook.rows(0, 0..MOST_COLUMNS).unwrap();
    rows(&mut sheet).unwrap();
    sheet.counts().clone()
}

#[test]
fn cells_hold_what_their_types_say() {
    let book = Xlsx::of_rows(concat!(
        r#"<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="b"><v>1</v></c>"#,
        r#"<c r="D1" t="str"><f>"a"</f><v>a &amp; b</v></c><c r="E1" t="inlineStr"><is><t>in</t></is></c>"#,
        r##"<c r="F1" t="e"><v>#DIV/0!</v></c><c r="G1" t="e"><v>#N/A</v></c><c r="H1"/>"##,
        r#"<c r="I1" t="d"><v>2024-02-29T12:30:00</v></c><c r="J1" t="n"><v>2</v></c><c r="K1" t="b"><v>0</v></c></row>"#
    ))
    .strings(&["<t>shared</t>"]);
    assert_eq!(
        first_row(&book.build()),
        [
            "1.5",
            "shared",
            "true",
            "a & b",
            "in",
            "#DIV/0!",
            "2024-02-29 12:30:00",
            "2",
            "false"
        ]
    );
    let mut counts = counts_of(&book.build());
    assert_eq!(counts.column(5).errors, 1);
    assert_eq!(counts.column(6).not_available, 1);
}

#[test]
fn numbers_are_shown_by_their_formats() {
    let cells = [
        "43831", "43831.75", "0.75", "1.5", "0.12", "99.5", "1234", "1234", "60", "0", "-5",
    ];
    let cells: String = (1..)
        .zip(cells)
        .map(|(style, value)| format!(r#"<c s="{style}"><v>{value}</v></c>"#))
        .collect();
    let book = Xlsx::of_rows(&format!("<row>{cells}</row>")).formats(&[
        "yyyy-mm-dd",
        "d/m/yyyy h:mm",
        "h:mm AM/PM",
        "[h]:mm:ss",
        "0.0%",
        "[$€-407] #,##0.00",
        "00000",
        "000-000",
        "yyyy-mm-dd",
        "yyyy-mm-dd",
        "yyyy-mm-dd",
    ]);
    assert_eq!(
        first_row(&book.build()),
        [
            "2020-01-01",
            "2020-01-01 18:00:00",
            "18:00:00",
            "36:00:00",
            "0.12",
            "99.5",
            "01234",
            "001-234",
            "1900-02-29",
            "1899-12-31",
            "-5"
        ]
    );
    let mut counts = counts_of(&book.build());
    assert_eq!(counts.column(3).elapsed, 1);
    assert_eq!(counts.column(4).percent, 1);
    assert_eq!(counts.column(5).money, 1);
    assert_eq!(counts.column(6).padded, 1);
    assert_eq!(counts.column(9).day_zero, 1);
    assert_eq!(counts.column(10).no_dates, 1);
}

#[test]
fn dates_of_a_column_have_times_if_that_is_wished() {
    let book = Xlsx::of_rows(r#"<row><c s="1"><v>43831</v></c><c s="1"><v>43831.5</v></c></row>"#)
        .formats(&["yyyy-mm-dd"])
        .build();
    assert_eq!(first_row(&book), ["2020-01-01", "2020-01-01 12:00:00"]);
    assert_eq!(counts_of(&book).column(1).hidden_times, 1);
    let workbook = open(&book);
    let mut sheet = workbook.rows(0, 0..9).unwrap().with_times(&[0]);
    let found = rows(&mut sheet).unwrap();
    assert_eq!(found[0].1[0].1, "2020-01-01 00:00:00");
}

#[test]
fn days_of_a_workbook_may_count_from_1904() {
    let mut book = Xlsx::of_rows(r#"<row><c s="1"><v>42369</v></c></row>"#).formats(&["d.m.yy"]);
    book.is_1904 = true;
    assert_eq!(first_row(&book.build()), ["2020-01-01"]);
}

#[test]
fn built_in_formats_count_and_those_of_named_styles_do_not() {
    let book = Xlsx::of_rows(r#"<row><c s="1"><v>43831</v></c><c s="0"><v>43831</v></c></row>"#);
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
    );
    assert_eq!(
        first_row(&book.with_part("xl/styles.xml", styles.as_bytes())),
        ["2020-01-01", "43831"]
    );
}

#[test]
fn texts_are_what_excel_shows() {
    let book = Xlsx::of_rows(
        &(0..9)
            .map(|i| format!(r#"<c t="s"><v>{i}</v></c>"#))
            .collect::<String>(),
    );
    let cells = book.sheets[0].1.clone();
    let mut book = book.strings(&[
        "<r><t>rich</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> text</t></r>",
        "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>とうきょう</t></rPh><phoneticPr fontId=\"1\"/>",
        "<t>a_x000D_b_x005F_x0041_</t>",
        "<t>  trimmed\n</t>",
        "<t xml:space=\"preserve\">  kept\n</t>",
        "<t>&lt;&#65;&#x42;&quot;&unknown;&gt;</t>",
        "<t><![CDATA[<raw & plain>]]></t>",
        "<t/>",
        "<t>one\r\ntwo</t>",
    ]);
    book.sheets[0].1 = cells
        .replace("<sheetData>", "<sheetData><row>")
        .replace("</sheetData>", "</row></sheetData>");
    assert_eq!(
        first_row(&book.build()),
        [
            "rich text",
            "東京",
            "a\rb_x0041_",
            "trimmed",
            "  kept\n",
            "<AB\"&unknown;>",
            "<raw & plain>",
            "",
            "one\ntwo"
        ]
    );
}

#[test]
fn cells_and_rows_are_where_they_say_they_are() {
    let book = Xlsx::of_rows(concat!(
        r#"<row r="2"><c r="C2"><v>1</v></c><c><v>2</v></c><c r="A2"><v>0</v></c></row>"#,
        r#"<row><c><v>3</v></c></row>"#,
        r#"<row r="6" hidden="1"><c r="B6"><v>4</v></c></row>"#,
        r#"<row r="5"><c r="A5"><v>5</v></c></row>"#,
        r#"<row r="1048576"><c r="A1048576" s="3"/></row>"#
    ))
    .build();
    let cell = |column, text: &str| (column, text.to_owned());
    assert_eq!(
        dump(&book),
        [
            (2, vec![cell(0, "0"), cell(2, "1"), cell(3, "2")]),
            (3, vec![cell(0, "3")]),
            (6, vec![cell(1, "4")]),
            (7, vec![cell(0, "5")]),
        ]
    );
    let counts = counts_of(&book);
    assert_eq!((counts.hidden_rows, counts.rows_out_of_order), (1, 1));
    // Only some of the columns.
    let workbook = open(&book);
    let mut window = workbook.rows(0, 2..4).unwrap();
    assert!(matches!(window.next().unwrap(), Next::Blank(1)));
    assert!(matches!(window.next().unwrap(), Next::Row(..)));
    assert!(matches!(window.next().unwrap(), Next::End));
}

#[test]
fn prefixes_quotes_comments_and_spaces_do_not_matter() {
    let sheet = format!(
        "<?xml version='1.0'?><!-- made by hand --><x:worksheet xmlns:x='{MAIN}'><x:dimension ref='A1:C1'/><x:sheetData>\n  <x:row  r = '1' >\n <x:c r='A1' t='str'>\n<x:f>1 &gt; 0</x:f>\n<x:v>a<!-- b -->c</x:v>\n</x:c > <x:c t='n' r='C1' note=\"a>b\"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    );
    let book = Xlsx::of_rows("").with_part("xl/worksheets/sheet1.xml", sheet.as_bytes());
    assert_eq!(
        dump(&book),
        [(1, vec![(0, "ac".to_owned()), (2, "7".to_owned())])]
    );
    assert_eq!(
        open(&book).sheets()[0].size,
        Some(Area {
            first_row: 0,
            last_row: 0,
            first_column: 0,
            last_column: 2
        })
    );
}

#[test]
fn parts_may_be_utf_16_and_stored() {
    let text = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>Grüße 😀</v></c></row></sheetData></worksheet>"#
    );
    let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
    for bytes in [
        units
            .iter()
            .flat_map(|u| u.to_le_bytes())
            .collect::<Vec<_>>(),
        units
            .iter()
            .flat_map(|u| u.to_be_bytes())
            .collect::<Vec<_>>(),
    ] {
        let book = Xlsx::of_rows("");
        assert_eq!(
            first_row(&book.with_part("xl/worksheets/sheet1.xml", &bytes)),
            ["Grüße 😀"]
        );
    }
    let parts = Xlsx::of_rows("<row><c><v>1</v></c></row>").parts();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|p| (p.0.as_str(), p.1.as_slice()))
        .collect();
    assert_eq!(
        first_row(&zip_as(&parts, zip::CompressionMethod::Stored)),
        ["1"]
    );
}

#[test]
fn parts_are_found_whatever_the_letters_and_slashes_of_their_names() {
    let parts = Xlsx::of_rows(r#"<row><c t="s"><v>0</v></c></row>"#)
        .strings(&["<t>found</t>"])
        .parts();
    let parts: Vec<(String, Vec<u8>)> = parts
        .into_iter()
        .map(|(name, bytes)| (name.replace('/', "\\").replace("shared", "Shared"), bytes))
        .collect();
    assert_eq!(first_row(&zip_owned(&parts)), ["found"]);
}

#[test]
fn sheets_are_listed_with_what_they_are() {
    let mut book = Xlsx::default()
        .sheet(
            "Visible &amp; first",
            r#"<dimension ref="B2:D10"/><sheetData/>"#,
        )
        .sheet("Hidden", "<sheetData/>")
        .sheet("Very", "<sheetData/>")
        .sheet("Chart", "");
    book.attributes = vec!["", r#" state="hidden""#, r#" state="veryHidden""#, ""];
    let parts = book.parts();
    let relationships = &parts
        .iter()
        .find(|part| part.0.ends_with("workbook.xml.rels"))
        .unwrap()
        .1;
    let relationships = String::from_utf8(relationships.clone()).unwrap().replace(
        r#"worksheet" Target="worksheets/sheet4.xml""#,
        r#"chartsheet" Target="worksheets/sheet4.xml""#,
    );
    let book = open(&book.with_part("xl/_rels/workbook.xml.rels", relationships.as_bytes()));
    let sheets: Vec<_> = book
        .sheets()
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.visibility, sheet.kind))
        .collect();
    assert_eq!(
        sheets,
        [
            ("Visible & first", Visibility::Visible, Kind::Worksheet),
            ("Hidden", Visibility::Hidden, Kind::Worksheet),
            ("Very", Visibility::VeryHidden, Kind::Worksheet),
            ("Chart", Visibility::Visible, Kind::Chart),
        ]
    );
    assert_eq!(book.sheets()[0].size.unwrap().last_row, 9);
    assert!(message(book.rows(3, 0..1)).contains("choose another sheet"));
    assert!(matches!(book.rows(0, 0..9).unwrap().next(), Ok(Next::End)));
}

#[test]
fn merged_areas_are_found_behind_the_rows() {
    let cells: String = (1..5_000)
        .map(|i| format!(r#"<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>"#))
        .collect();
    for prefix in ["", "x:"] {
        let sheet = format!(
            r#"<{prefix}worksheet xmlns="{MAIN}"><{prefix}sheetData>{cells}</{prefix}sheetData><{prefix}mergeCells count="2"><{prefix}mergeCell ref="B1:C1"/><{prefix}mergeCell ref="A2:A3"/></{prefix}mergeCells></{prefix}worksheet>"#
        );
        let book = open(&Xlsx::of_rows("").with_part("xl/worksheets/sheet1.xml", sheet.as_bytes()));
        let area = |first_row, last_row, first_column, last_column| Area {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        assert_eq!(
            book.merges(0, u64::MAX).unwrap().unwrap(),
            [area(0, 0, 1, 2), area(1, 2, 0, 0)]
        );
    }
    let far = Xlsx::of_rows(&cells.repeat(20)).build();
    assert_eq!(open(&far).merges(0, 1_000).unwrap(), None);
    assert_eq!(open(&far).merges(0, u64::MAX).unwrap(), Some(Vec::new()));
}

#[test]
fn what_is_odd_is_counted() {
    let mut counts = counts_of(
        &Xlsx::of_rows(concat!(
            r#"<row><c><f>A2</f></c><c t="str"><v>0815</v></c><c><v>12345678901234567890</v></c>"#,
            r#"<c t="s"><v>7</v></c><c><v>1E+16</v></c></row>"#
        ))
        .build(),
    );
    assert_eq!(counts.column(0).without_result, 1);
    assert_eq!(counts.column(1).text_numbers, 1);
    assert_eq!(counts.column(2).big_integers, 1);
    assert_eq!(counts.column(3).lost_texts, 1);
    assert_eq!(counts.column(4).big_integers, 1);
}

#[test]
fn strings_beyond_the_budget_are_the_same() {
    let strings: Vec<String> = (0..5_000).map(|i| format!("<t>number {i}</t>")).collect();
    let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
    let cells: String = (0..5_000)
        .map(|i| format!(r#"<row><c t="s"><v>{}</v></c></row>"#, (i * 7_919) % 5_000))
        .collect();
    let book = Xlsx::of_rows(&cells).strings(&strings).build();
    let workbook = open_with(&book, 10_000, Limits::default())
        .unwrap()
        .unwrap();
    let found = rows(&mut workbook.rows(0, 0..1).unwrap()).unwrap();
    assert_eq!(found.len(), 5_000);
    for (i, (line, cells)) in found.iter().enumerate() {
        assert_eq!(*line, i as u64 + 1);
        assert_eq!(cells[0].1, format!("number {}", (i * 7_919) % 5_000));
    }
}

#[test]
fn a_sheet_is_read_as_often_as_it_is_asked_for() {
    let book = Xlsx::of_rows(r#"<row><c t="s"><v>0</v></c></row><row><c><v>2</v></c></row>"#)
        .strings(&["<t>x</t>"])
        .build();
    let workbook = open(&book);
    let mut first = workbook.rows(0, 0..9).unwrap();
    let mut second = workbook.rows(0, 0..9).unwrap();
    // At the same time, too.
    first.next().unwrap();
    assert_eq!(
        rows(&mut second).unwrap(),
        rows(&mut workbook.rows(0, 0..9).unwrap()).unwrap()
    );
}

#[test]
fn rows_of_enormous_texts_are_set_aside() {
    let long = "x".repeat(15_000_000);
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(6);
    let book = Xlsx::of_rows(&format!("<row>{cells}</row><row><c><v>1</v></c></row>"))
        .strings(&[&format!("<t>{long}</t>")])
        .build();
    let workbook = open(&book);
    let mut sheet = workbook.rows(0, 0..9).unwrap();
    assert!(matches!(sheet.next().unwrap(), Next::Oversized(1)));
    assert!(matches!(sheet.next().unwrap(), Next::Row(..)));
}
