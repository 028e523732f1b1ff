//! Workbooks made for tests and fuzzing, part by part.

#![cfg_attr(not(test), allow(dead_code, reason = "the tests make more kinds"))]
#![allow(clippy::unwrap_used, reason = "what is written to memory cannot fail")]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip file of parts, in their order.
pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    zip_as(parts, CompressionMethod::Deflated)
}

pub(crate) fn zip_as(parts: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn zip_owned(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    zip(&parts)
}

/// An xlsx workbook: sheets by name with what stands in their root elements, and what every workbook has beside them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Xlsx {
    pub(crate) sheets: Vec<(String, String)>,
    /// Attributes of each sheet in the list of sheets, such as ` state="hidden"`.
    pub(crate) attributes: Vec<&'static str>,
    pub(crate) strings: Vec<String>,
    pub(crate) formats: Vec<&'static str>,
    pub(crate) is_1904: bool,
}

pub(crate) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub(crate) const RELATIONS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Xlsx {
    /// A workbook of one sheet with these rows.
    pub(crate) fn of_rows(rows: &str) -> Self {
        Self::default().sheet("Sheet1", &format!("<sheetData>{rows}</sheetData>"))
    }

    pub(crate) fn sheet(mut self, name: &str, content: &str) -> Self {
        self.sheets.push((name.into(), content.into()));
        self
    }

    /// Shared strings, each with what is inside `<si>`.
    pub(crate) fn strings(mut self, items: &[&str]) -> Self {
        self.strings = items.iter().map(|item| (*item).to_owned()).collect();
        self
    }

    /// Format codes: style 1 has the first one and so on.
    pub(crate) fn formats(mut self, codes: &[&'static str]) -> Self {
        self.formats = codes.to_vec();
        self
    }

    pub(crate) fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let mut parts = vec![(
            "[Content_Types].xml".to_owned(),
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#.to_owned(),
        )];
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        parts.push((
            "_rels/.rels".into(),
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ));
        let mut list = String::new();
        let mut relationships = String::new();
        for (i, (name, _)) in self.sheets.iter().enumerate() {
            let attributes = self.attributes.get(i).copied().unwrap_or_default();
            let n = i + 1;
            list += &format!(r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{attributes}/>"#);
            relationships += &format!(
                r#"<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
            );
        }
        let epoch = if self.is_1904 {
            r#"<workbookPr date1904="1"/>"#
        } else {
            ""
        };
        parts.push((
            "xl/workbook.xml".into(),
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{epoch}<sheets>{list}</sheets></workbook>"#
            ),
        ));
        relationships += &format!(
            r#"<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/>"#
        );
        parts.push((
            "xl/_rels/workbook.xml.rels".into(),
            format!(r#"<Relationships xmlns="{package}">{relationships}</Relationships>"#),
        ));
        let mut codes = String::new();
        let mut styles = r#"<xf numFmtId="0"/>"#.to_owned();
        for (i, code) in self.formats.iter().enumerate() {
            let code = code.replace('&', "&amp;").replace('"', "&quot;");
            let id = 164 + i;
            codes += &format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#);
            styles += &format!(r#"<xf numFmtId="{id}"/>"#);
        }
        parts.push((
            "xl/styles.xml".into(),
            format!(
                r#"<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>"#
            ),
        ));
        let items: String = self
            .strings
            .iter()
            .map(|item| format!("<si>{item}</si>"))
            .collect();
        parts.push((
            "xl/sharedStrings.xml".into(),
            format!(r#"<sst xmlns="{MAIN}">{items}</sst>"#),
        ));
        for (i, (_, content)) in self.sheets.iter().enumerate() {
            parts.push((
                format!("xl/worksheets/sheet{}.xml", i + 1),
                format!(
                    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}">{content}</worksheet>"#
                ),
            ));
        }
        parts
            .into_iter()
            .map(|(name, text)| (name, text.into_bytes()))
            .collect()
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        zip_owned(&self.parts())
    }

    /// The workbook with one part replaced, or added at the end.
    pub(crate) fn with_part(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut parts = self.parts();
        match parts.iter_mut().find(|part| part.0 == name) {
            Some(part) => part.1 = bytes.to_vec(),
            None => parts.push((name.to_owned(), bytes.to_vec())),
        }
        zip_owned(&parts)
    }
}

/// UTF-16 with its length in front, as xlsb has it.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u32).to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

/// A record of xlsb.
pub(crate) fn record(number: u16, bytes: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    if number < 128 {
        record.push(number as u8);
    } else {
        record.extend([(number & 0x7F) as u8 | 0x80, (number >> 7) as u8]);
    }
    let mut length = bytes.len();
    loop {
        let low = (length & 0x7F) as u8;
        length >>= 7;
        record.push(low | if length > 0 { 0x80 } else { 0 });
        if length == 0 {
            break;
        }
    }
    record.extend_from_slice(bytes);
    record
}

/// A cell of xlsb: its column and style before its value.
pub(crate) fn cell(number: u16, column: u32, style: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = column.to_le_bytes().to_vec();
    bytes.extend(style.to_le_bytes());
    bytes.extend_from_slice(value);
    record(number, &bytes)
}

/// The header of a row of xlsb, counted from 0.
pub(crate) fn row(row: u32, is_hidden: bool) -> Vec<u8> {
    let mut bytes = row.to_le_bytes().to_vec();
    bytes.extend([0; 4]);
    bytes.extend(300_u16.to_le_bytes());
    bytes.extend([0, if is_hidden { 0x10 } else { 0 }, 0]);
    bytes.extend(0_u32.to_le_bytes());
    record(0, &bytes)
}

/// An xlsb workbook of one sheet, from the records of its rows, its shared strings and format codes.
pub(crate) fn xlsb(
    rows: &[u8],
    strings: &[&str],
    formats: &[&str],
    merges: &[[u32; 4]],
) -> Vec<u8> {
    let relationship = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#)
    };
    let relationships = |inside: String| {
        format!(
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>"#
        )
    };
    let package = relationships(relationship("rId1", "officeDocument", "xl/workbook.bin"));
    let of_workbook = relationships(
        relationship("rId1", "worksheet", "worksheets/sheet1.bin")
            + &relationship("rId2", "styles", "styles.bin")
            + &relationship("rId3", "sharedStrings", "sharedStrings.bin"),
    );
    let mut sheet_entry = [0_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat();
    sheet_entry.extend(wide("rId1"));
    sheet_entry.extend(wide("Sheet1"));
    let workbook = [
        record(131, &[]),
        record(143, &[]),
        record(156, &sheet_entry),
        record(144, &[]),
        record(132, &[]),
    ]
    .concat();
    let mut styles = record(278, &[]);
    styles.extend(record(615, &(formats.len() as u32).to_le_bytes()));
    for (i, code) in formats.iter().enumerate() {
        let mut bytes = (164 + i as u16).to_le_bytes().to_vec();
        bytes.extend(wide(code));
        styles.extend(record(44, &bytes));
    }
    styles.extend(record(616, &[]));
    styles.extend(record(617, &(formats.len() as u32 + 1).to_le_bytes()));
    for id in std::iter::once(0).chain((0..formats.len() as u16).map(|i| 164 + i)) {
        let mut bytes = 0_u16.to_le_bytes().to_vec();
        bytes.extend(id.to_le_bytes());
        bytes.extend([0; 12]);
        styles.extend(record(47, &bytes));
    }
    styles.extend(record(618, &[]));
    styles.extend(record(279, &[]));
    let mut shared = record(159, &[(strings.len() as u32).to_le_bytes(); 2].concat());
    for text in strings {
        let mut bytes = vec![0];
        bytes.extend(wide(text));
        shared.extend(record(19, &bytes));
    }
    shared.extend(record(160, &[]));
    let mut sheet = record(129, &[]);
    sheet.extend(record(
        148,
        &[0_u32, 9, 0, 9].map(u32::to_le_bytes).concat(),
    ));
    sheet.extend(record(145, &[]));
    sheet.extend_from_slice(rows);
    sheet.extend(record(146, &[]));
    sheet.extend(record(177, &(merges.len() as u32).to_le_bytes()));
    for merge in merges {
        sheet.extend(record(176, &merge.map(u32::to_le_bytes).concat()));
    }
    sheet.extend(record(178, &[]));
    sheet.extend(record(130, &[]));
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", of_workbook.as_bytes()),
        ("xl/styles.bin", &styles),
        ("xl/sharedStrings.bin", &shared),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

/// UTF-16 with its length in front, for xlsb's cells.
pub(crate) fn wide_text(text: &str) -> Vec<u8> {
    wide(text)
}

/// A record of xls.
pub(crate) fn biff(number: u16, bytes: &[u8]) -> Vec<u8> {
    let mut record = number.to_le_bytes().to_vec();
    record.extend((bytes.len() as u16).to_le_bytes());
    record.extend_from_slice(bytes);
    record
}

/// A compound file with one stream of that name, long enough to lie in sectors of its own.
pub(crate) fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const FREE: u32 = 0xFFFF_FFFF;
    const END: u32 = 0xFFFF_FFFE;
    const TABLE: u32 = 0xFFFF_FFFD;
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4_096).next_multiple_of(SECTOR), 0);
    let sectors = (stream.len() / SECTOR) as u32;
    // Sectors: the table's, then the directory, then the stream.
    let tables = (sectors + 2).div_ceil(127);
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.resize(24, 0);
    for field in [0x3E_u16, 3, 0xFFFE, 9, 6] {
        header.extend(field.to_le_bytes());
    }
    header.resize(44, 0);
    for field in [tables, tables, 0, 4_096, END, 0, END, 0] {
        header.extend(field.to_le_bytes());
    }
    for i in 0..109 {
        header.extend(if i < tables { i } else { FREE }.to_le_bytes());
    }
    let first = tables + 1;
    let mut table: Vec<u32> = vec![TABLE; tables as usize];
    table.push(END);
    table.extend((first + 1..first + sectors).chain([END]));
    table.resize(tables as usize * SECTOR / 4, FREE);
    let entry = |name: &str, kind: u8, start: u32, bytes: u32| {
        let units: Vec<u16> = name.encode_utf16().collect();
        let mut entry: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        entry.resize(64, 0);
        entry.extend((units.len() as u16 * 2 + 2).to_le_bytes());
        entry.extend([kind, 1]);
        let child = if kind == 5 { 1 } else { FREE };
        for link in [FREE, FREE, child] {
            entry.extend(link.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(u64::from(bytes).to_le_bytes());
        entry
    };
    let mut file = header;
    file.extend(table.iter().flat_map(|link| link.to_le_bytes()));
    file.extend(entry("Root Entry", 5, END, 0));
    file.extend(entry(name, 2, first, stream.len() as u32));
    file.resize((tables as usize + 2) * SECTOR, 0);
    file.extend(stream);
    file
}

/// An xls workbook of one sheet, from its records between its beginning and its end; `is_new` for BIFF8.
pub(crate) fn xls(globals: &[u8], sheet: &[u8], is_new: bool) -> Vec<u8> {
    let begin = |kind: u16| {
        let version = if is_new { 0x0600_u16 } else { 0x0500 };
        let mut bytes: Vec<u8> = [version, kind, 0, 1997]
            .iter()
            .flat_map(|field| field.to_le_bytes())
            .collect();
        if is_new {
            bytes.resize(16, 0);
        }
        biff(0x0809, &bytes)
    };
    let mut entry = vec![0; 6];
    entry.push(6);
    if is_new {
        entry.push(0);
    }
    entry.extend(b"Sheet1");
    let before = begin(5).len() + globals.len();
    let start = before + biff(0x0085, &entry).len() + 4;
    entry[..4].copy_from_slice(&(start as u32).to_le_bytes());
    let stream = [
        begin(5),
        globals.to_vec(),
        biff(0x0085, &entry),
        biff(0x000A, &[]),
        begin(0x10),
        sheet.to_vec(),
        biff(0x000A, &[]),
    ]
    .concat();
    compound(if is_new { "Workbook" } else { "Book" }, &stream)
}

/// An OpenDocument spreadsheet with this content.
pub(crate) fn ods(content: &[u8]) -> Vec<u8> {
    zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content),
    ])
}
