//! Rows as sheets of an Excel workbook.
//!
//! The sheets are streamed into the archive, so that a workbook of any size needs no more memory than a small one and no second
//! place on the disk. Libraries that write workbooks hold all cells in memory, or write them to a temporary file first and
//! panic where that fills the disk.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Schema, TimeUnit, TimestampMicrosecondType};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::value::Writer;
use super::{Exported, Report, Target, Unfinished, next};
use crate::{Batches, Error};

/// The most rows and columns of a sheet, and the most UTF-16 units of a cell's text, as Excel has them.
const SHEET_ROWS: u32 = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;
const CELL_UNITS: usize = 32_767;

/// Digits of a number beyond which Excel would change it.
const DIGITS: usize = 15;

/// Characters of a sheet's name at most.
const NAME_CHARACTERS: usize = 31;

/// The widest column, in characters; the text of a cell may be longer.
const WIDEST: usize = 60;

/// Days from Excel's day 0 to 1970-01-01, and the first day on which Excel's calendar is right: it has a 29 February 1900.
const EPOCH: i64 = 25_569;
const FIRST_DAY: i64 = 61;

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;

/// How much the archive is packed: more would take longer than the rest of an export together.
const PACKING: i64 = 3;

/// How a cell is shown: its place in [`STYLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Head = 1,
    Date,
    Second,
    Millisecond,
}

const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="yyyy\-mm\-dd\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#;

const ROOT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// Writes an Excel workbook: a sheet with a header, and another one for each further 1,048,575 rows.
///
/// Numbers are numbers where Excel keeps all of their digits, else texts that show all of them; dates and times of the years
/// that Excel knows are such; whatever else there is, is text. A text that begins like a formula is a text. A NULL is an empty
/// cell. [`Exported::cut`] counts the texts that are longer than a cell can be. The form is that of ECMA-376 (SpreadsheetML).
///
/// # Errors
/// Those of [`super::csv`], and [`Error::Sql`] where there are more columns than a sheet can have.
pub fn xlsx(mut rows: impl Batches, name: &str, target: &Target<'_>) -> Result<Exported, Error> {
    workbook(&mut rows, name, target, 1..SHEET_ROWS)
}

/// The same with sheets whose rows of data are these, counted from 0; the header is above.
fn workbook(
    rows: &mut impl Batches,
    name: &str,
    target: &Target<'_>,
    of_data: Range<u32>,
) -> Result<Exported, Error> {
    let schema = rows.schema();
    if schema.fields().len() > SHEET_COLUMNS {
        return Err(Error::Sql(format!(
            "the result has {} columns and a sheet of Excel at most {SHEET_COLUMNS}: select fewer, or choose CSV or Parquet",
            schema.fields().len()
        )));
    }
    let mut file = Unfinished::create(target)?;
    let mut report = Report::new(target);
    let bytes = Cell::new(0);
    let mut archive = Archive {
        zip: ZipWriter::new_stream(Counted {
            file: &mut file,
            bytes: &bytes,
        }),
        target,
    };
    let (mut sheets, mut cut) = (Vec::new(), 0);
    let mut batch = next(rows, target.cancel)?;
    loop {
        sheets.push(sheet_name(name, sheets.len() + 1));
        archive.begin(&format!("xl/worksheets/sheet{}.xml", sheets.len()))?;
        archive.write(&head(&schema, batch.as_ref()))?;
        let mut at = of_data.start;
        while let Some(part) = batch.take() {
            let room = (of_data.end - at) as usize;
            let fitting = part.slice(0, room.min(part.num_rows()));
            cut += fill(&mut archive, at, &fitting)?;
            at += fitting.num_rows() as u32;
            report.count(fitting.num_rows(), bytes.get());
            let rest = part.slice(fitting.num_rows(), part.num_rows() - fitting.num_rows());
            batch = match rest.num_rows() {
                0 => next(rows, target.cancel)?,
                _ => Some(rest),
            };
            if at == of_data.end {
                break;
            }
        }
        let mut end = String::from("</sheetData>");
        if let Some(last) = schema.fields().len().checked_sub(1) {
            let _ = write!(end, "<autoFilter ref=\"A1:{}{at}\"/>", letters(last));
        }
        end.push_str("</worksheet>");
        archive.write(&end)?;
        if batch.is_none() {
            break;
        }
    }
    archive.finish(&sheets)?;
    Ok(Exported {
        cut,
        ..file.finish(report)?
    })
}

/// A file that tells how much of it was written.
struct Counted<'f, 't> {
    file: &'f mut Unfinished<'t>,
    bytes: &'f Cell<u64>,
}

impl Write for Counted<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes.set(self.file.bytes);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The archive that a workbook is.
struct Archive<'f, 't> {
    zip: ZipWriter<StreamWriter<Counted<'f, 't>>>,
    target: &'f Target<'t>,
}

impl Archive<'_, '_> {
    /// Begins a file of the archive.
    fn begin(&mut self, name: &str) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(PACKING));
        (self.zip.start_file(name, options)).map_err(|error| failed(self.target, error))
    }

    /// Writes more of the file that was begun last.
    fn write(&mut self, text: &str) -> Result<(), Error> {
        (self.zip.write_all(text.as_bytes()))
            .map_err(|cause| Error::writing(self.target.path, cause))
    }

    /// Writes what holds the sheets together.
    fn finish(mut self, sheets: &[String]) -> Result<(), Error> {
        let mut types = String::from(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>"#,
        );
        let mut workbook = String::from(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>"#,
        );
        let mut relations = String::from(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#,
        );
        for (number, name) in (1..).zip(sheets) {
            let _ = write!(
                types,
                r#"<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
            );
            workbook.push_str("<sheet name=\"");
            escape(name, &mut workbook);
            let _ = write!(workbook, r#"" sheetId="{number}" r:id="rId{number}"/>"#);
            let _ = write!(
                relations,
                r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
            );
        }
        types.push_str("</Types>");
        workbook.push_str("</sheets></workbook>");
        relations.push_str("</Relationships>");
        for (name, text) in [
            ("xl/workbook.xml", &*workbook),
            ("xl/_rels/workbook.xml.rels", &*relations),
            ("xl/styles.xml", STYLES),
            ("_rels/.rels", ROOT_RELATIONS),
            ("[Content_Types].xml", &*types),
        ] {
            self.begin(name)?;
            self.write(text)?;
        }
        let target = self.target;
        (self.zip.finish()).map_err(|error| failed(target, error))?;
        Ok(())
    }
}

fn failed(target: &Target<'_>, error: ZipError) -> Error {
    match error {
        ZipError::Io(cause) => Error::writing(target.path, cause),
        other => Error::writing(target.path, io::Error::other(other)),
    }
}

/// A sheet's name: without what Excel does not allow in one, and numbered from the second on.
fn sheet_name(name: &str, number: usize) -> String {
    let suffix = match number {
        1 => String::new(),
        more => format!(" {more}"),
    };
    let is_allowed = |c: char| !c.is_control() && !r"[]:*?/\".contains(c);
    let most = NAME_CHARACTERS - suffix.len();
    let allowed: String = (name.chars())
        .map(|c| if is_allowed(c) { c } else { '_' })
        .take(most)
        .collect();
    // An apostrophe is allowed inside of one only, and "History" is Excel's own.
    let allowed = allowed.trim().trim_matches('\'').trim();
    match allowed {
        "" => format!("Data{suffix}"),
        own if own.eq_ignore_ascii_case("history") => format!("{own}_{suffix}"),
        _ => format!("{allowed}{suffix}"),
    }
}

/// The beginning of a sheet: the header, which stays in view, above columns as wide as what their first rows hold.
fn head(schema: &Schema, batch: Option<&RecordBatch>) -> String {
    const LOOKED_AT: usize = 100;
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#,
    );
    let (mut widths, mut names) = (String::new(), String::new());
    let mut text = String::new();
    for (column, field) in schema.fields().iter().enumerate() {
        // Room for the arrow of the filter.
        let mut width = field.name().chars().count() + 3;
        if let Some(values) = batch.map(|batch| batch.column(column))
            && let Ok(writer) = Writer::new(values)
        {
            for row in (0..values.len().min(LOOKED_AT)).filter(|&row| values.is_valid(row)) {
                text.clear();
                let _ = writer.write(row, &mut text);
                width = width.max(text.chars().count() + 1);
            }
        }
        let (number, width) = (column + 1, width.min(WIDEST));
        let _ = write!(
            widths,
            r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#
        );
        let mut name = field.name().clone();
        cut_to_cell(&mut name);
        text_cell(&mut names, column, 0, Some(Style::Head), &name);
    }
    if !widths.is_empty() {
        let _ = write!(out, "<cols>{widths}</cols>");
    }
    let _ = write!(out, "<sheetData><row r=\"1\">{names}</row>");
    out
}

/// Writes the rows of a batch from the sheet's row `at` on, counted from 0; gives how many texts had to be cut.
fn fill(archive: &mut Archive<'_, '_>, at: u32, batch: &RecordBatch) -> Result<u64, Error> {
    /// Bytes of text that are handed on at once.
    const PIECE: usize = 65_536;
    let columns: Vec<(Kind, &dyn Array, Writer)> = (batch.columns().iter())
        .map(|column| {
            let kind = Kind::of(column.data_type());
            Ok((kind, column.as_ref(), Writer::new(column)?))
        })
        .collect::<Result<_, Error>>()?;
    let (mut out, mut text, mut cut) = (String::new(), String::new(), 0);
    for (row, line) in (0..batch.num_rows()).zip(at..) {
        let _ = write!(out, "<row r=\"{}\">", line + 1);
        for (column, (kind, values, writer)) in columns.iter().enumerate() {
            if values.is_null(row) {
                continue;
            }
            if let Some((serial, style)) = kind.moment(*values, row) {
                number_cell(&mut out, column, line, Some(style), serial);
                continue;
            }
            if *kind == Kind::Truth {
                let value = u8::from(values.as_boolean().value(row));
                let at = letters(column);
                let _ = write!(out, "<c r=\"{at}{}\" t=\"b\"><v>{value}</v></c>", line + 1);
                continue;
            }
            text.clear();
            writer.write(row, &mut text)?;
            if let Some(number) = kind.number(&text) {
                number_cell(&mut out, column, line, None, number);
                continue;
            }
            cut += u64::from(cut_to_cell(&mut text));
            text_cell(&mut out, column, line, None, &text);
        }
        out.push_str("</row>");
        if out.len() > PIECE {
            archive.write(&out)?;
            out.clear();
        }
    }
    archive.write(&out)?;
    Ok(cut)
}

/// The letters of a column, counted from 0: A, B … Z, AA.
fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (column % 26) as u8));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().collect()
}

/// Begins a cell in a row, counted from 0.
fn begin_cell(out: &mut String, column: usize, line: u32, style: Option<Style>) {
    let _ = write!(out, "<c r=\"{}{}\"", letters(column), line + 1);
    if let Some(style) = style {
        let _ = write!(out, " s=\"{}\"", style as u8);
    }
}

fn number_cell(out: &mut String, column: usize, line: u32, style: Option<Style>, number: f64) {
    begin_cell(out, column, line, style);
    // The shortest text that reads back the same.
    let _ = write!(out, "><v>{number:?}</v></c>");
}

fn text_cell(out: &mut String, column: usize, line: u32, style: Option<Style>, text: &str) {
    begin_cell(out, column, line, style);
    out.push_str(" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    escape(text, out);
    out.push_str("</t></is></c>");
}

/// Cuts a text to what a cell can hold; whether it was longer.
fn cut_to_cell(text: &mut String) -> bool {
    if text.len() <= CELL_UNITS {
        return false;
    }
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, character)| {
        units += character.len_utf16();
        (units > CELL_UNITS).then_some(at)
    });
    if let Some(end) = end {
        text.truncate(end);
    }
    end.is_some()
}

/// Appends a text as XML has it. What XML cannot hold, such as a NUL, is written as `_x0000_`, as Excel does; what looks like
/// that already has its underscore written so.
fn escape(text: &str, out: &mut String) {
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "_x{:04X}_", u32::from(character));
            }
            '_' if is_escaped(&text[at..]) => out.push_str("_x005F_"),
            _ => out.push(character),
        }
    }
}

/// Whether a text begins with what stands for a character, such as `_x000D_`.
fn is_escaped(text: &str) -> bool {
    matches!(text.as_bytes(), [b'_', b'x', digits @ .., ] if digits.len() > 4 && digits[..4].iter().all(u8::is_ascii_hexdigit) && digits[4] == b'_')
}

/// What the cells of a column become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Numbers, as far as all of their digits are kept.
    Exact,
    /// Floating-point numbers, which are what Excel's own are.
    Float,
    Truth,
    Date,
    /// Dates with a time, in microseconds.
    Timestamp,
    Text,
}

impl Kind {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Float32 | DataType::Float64 => Self::Float,
            other if other.is_integer() || other.is_decimal() => Self::Exact,
            DataType::Boolean => Self::Truth,
            DataType::Date32 => Self::Date,
            DataType::Timestamp(TimeUnit::Microsecond, None) => Self::Timestamp,
            _ => Self::Text,
        }
    }

    /// The number that a text stands for, if Excel keeps it as it is.
    fn number(self, text: &str) -> Option<f64> {
        let is_kept = match self {
            Self::Exact => {
                let digits = text.bytes().filter(u8::is_ascii_digit);
                digits.skip_while(|&digit| digit == b'0').count() <= DIGITS
            }
            Self::Float => true,
            _ => false,
        };
        let number: f64 = is_kept.then(|| text.parse().ok())??;
        number.is_finite().then_some(number)
    }

    /// The day and time of a cell as Excel counts them, and how to show it, if Excel's calendar has it.
    fn moment(self, values: &dyn Array, row: usize) -> Option<(f64, Style)> {
        /// The last day of the year 9999, after which Excel knows none.
        const LAST_DAY: i64 = 2_958_465;
        let (day, rest, style) = match self {
            Self::Date => {
                let day = values.as_primitive::<Date32Type>().value(row);
                (i64::from(day), 0, Style::Date)
            }
            Self::Timestamp => {
                let value = values.as_primitive::<TimestampMicrosecondType>().value(row);
                let rest = value.rem_euclid(MICROSECONDS_PER_DAY);
                let style = match () {
                    () if rest % 1_000_000 == 0 => Style::Second,
                    () if rest % 1_000 == 0 => Style::Millisecond,
                    // Excel has nothing finer.
                    () => return None,
                };
                (value.div_euclid(MICROSECONDS_PER_DAY), rest, style)
            }
            _ => return None,
        };
        let day = day + EPOCH;
        let serial = day as f64 + rest as f64 / MICROSECONDS_PER_DAY as f64;
        (FIRST_DAY..=LAST_DAY)
            .contains(&day)
            .then_some((serial, style))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batches in memory.
    struct Made(std::vec::IntoIter<RecordBatch>, arrow::datatypes::SchemaRef);

    impl Iterator for Made {
        type Item = Result<RecordBatch, Error>;

        fn next(&mut self) -> Option<Self::Item> {
            self.0.next().map(Ok)
        }
    }

    impl Batches for Made {
        fn schema(&self) -> arrow::datatypes::SchemaRef {
            self.1.clone()
        }
    }

    #[test]
    fn rows_beyond_what_a_sheet_holds_go_on_in_another() {
        let batch = |range: Range<i64>| {
            let values = arrow::array::Int64Array::from_iter_values(range);
            RecordBatch::try_from_iter([("n", std::sync::Arc::new(values) as _)]).unwrap()
        };
        for (rows, expected) in [
            (0, vec![0]),
            (9, vec![9]),
            (10, vec![9, 1]),
            (27, vec![9, 9, 9]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("t.xlsx");
            let batches = vec![batch(0..rows.min(4)), batch(rows.min(4)..rows)];
            let schema = batches[0].schema();
            let mut made = Made(batches.into_iter(), schema);
            let target = Target {
                path: &path,
                force: false,
                progress: &|_, _| {},
                cancel: &buzz_ingest::Cancel::new(),
            };
            let exported = workbook(&mut made, "t", &target, 1..10).unwrap();
            assert_eq!(exported.rows, rows as u64);
            let found = buzz_ingest::inspect(&path, &buzz_ingest::Options::default()).unwrap();
            let tables = found.tables();
            let rows_found: Vec<u64> = (tables.iter().map(|table| table.rows.unwrap())).collect();
            assert_eq!(rows_found, expected, "{rows}");
            assert!(tables.iter().all(|table| table.columns == ["n"]));
        }
    }

    #[test]
    fn names_of_sheets_are_such_as_excel_allows() {
        for (name, number, expected) in [
            ("sales", 1, "sales"),
            ("sales", 2, "sales 2"),
            ("a/b:c", 1, "a_b_c"),
            ("'x'", 1, "x"),
            ("", 3, "Data 3"),
            ("History", 1, "History_"),
        ] {
            assert_eq!(sheet_name(name, number), expected);
        }
        let long = "ä".repeat(40);
        assert_eq!(sheet_name(&long, 12).chars().count(), NAME_CHARACTERS);
    }

    #[test]
    fn columns_have_letters() {
        let found: Vec<String> = [0, 25, 26, 701, 702, 16_383].map(letters).into();
        assert_eq!(found, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn what_xml_cannot_hold_is_written_as_excel_does() {
        let mut out = String::new();
        escape("a<b> & \"c\"\r\n\0_x000D_ _x_", &mut out);
        assert_eq!(
            out,
            "a&lt;b&gt; &amp; &quot;c&quot;_x000D_\n_x0000__x005F_x000D_ _x_"
        );
    }

    #[test]
    fn a_number_is_one_as_long_as_excel_keeps_its_digits() {
        assert_eq!(
            Kind::Exact.number("-1234567890.12345"),
            Some(-1_234_567_890.123_45)
        );
        assert_eq!(
            Kind::Exact.number("0.000000000012345678"),
            Some(0.000_000_000_012_345_678)
        );
        assert_eq!(Kind::Exact.number("1234567890123456"), None);
        assert_eq!(Kind::Float.number("0.1"), Some(0.1));
        assert_eq!(Kind::Float.number("NaN"), None);
        assert_eq!(Kind::Text.number("1"), None);
    }
}
