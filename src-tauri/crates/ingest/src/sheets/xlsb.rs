//! xlsb: a workbook of parts of binary records ([MS-XLSB]).

use super::archive::Archive;
use super::binary::{Fields, append_utf16, error_text, rk};
use super::cells::Cells;
use super::package;
use super::part::{Ending, Limits, Part};
use super::row::{Area, MOST_COLUMNS, MOST_ROWS};
use super::serial::Epoch;
use super::strings::SharedStrings;
use super::styles::{Styles, StylesBuilder};
use super::xlsx::{Contents, MOST_MERGES, MOST_SHEETS};
use super::{Kind, SheetInfo, Visibility};
use crate::Error;

/// Bytes that a record may have; a cell's text has 64 KB at most.
const LARGEST_RECORD: usize = 16_000_000;

/// Numbers of the records that are read ([MS-XLSB] 2.3.2).
mod record {
    pub(super) const ROW: u16 = 0;
    pub(super) const BLANK: u16 = 1;
    pub(super) const RK: u16 = 2;
    pub(super) const ERROR: u16 = 3;
    pub(super) const BOOLEAN: u16 = 4;
    pub(super) const REAL: u16 = 5;
    pub(super) const TEXT: u16 = 6;
    pub(super) const SHARED: u16 = 7;
    pub(super) const FORMULA_TEXT: u16 = 8;
    pub(super) const FORMULA_NUMBER: u16 = 9;
    pub(super) const FORMULA_BOOLEAN: u16 = 10;
    pub(super) const FORMULA_ERROR: u16 = 11;
    pub(super) const SHARED_ITEM: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const STYLE: u16 = 47;
    pub(super) const RICH_TEXT: u16 = 62;
    pub(super) const BEGIN_ROWS: u16 = 145;
    pub(super) const END_ROWS: u16 = 146;
    pub(super) const DIMENSION: u16 = 148;
    pub(super) const WORKBOOK_PROPERTIES: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const MERGE: u16 = 176;
    pub(super) const END_MERGES: u16 = 178;
    pub(super) const BEGIN_STYLES: u16 = 617;
    pub(super) const END_STYLES: u16 = 618;
}

/// The records of a part.
struct Records {
    part: Part,
    buffer: Vec<u8>,
    at: usize,
    /// Whether a record is larger than any program writes; nothing after it is read.
    is_damaged: bool,
}

impl Records {
    fn open(archive: &Archive, name: &str, limits: Limits) -> Result<Option<Self>, Error> {
        let Some(entry) = archive.find(name) else {
            return Ok(None);
        };
        Ok(Some(Self {
            part: Part::open(archive, entry, limits)?,
            buffer: Vec::new(),
            at: 0,
            is_damaged: false,
        }))
    }

    /// The next record's number and where its bytes are in the buffer; `None` if it is not whole there.
    fn whole(&mut self) -> Option<(u16, std::ops::Range<usize>)> {
        let mut at = self.at;
        let mut byte = || {
            let byte = self.buffer.get(at).copied();
            at += 1;
            byte
        };
        let first = byte()?;
        let mut number = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            number |= u16::from(byte()? & 0x7F) << 7;
        }
        let mut length = 0;
        for i in 0..4 {
            let next = byte()?;
            length |= usize::from(next & 0x7F) << (7 * i);
            if next & 0x80 == 0 {
                break;
            }
        }
        if length > LARGEST_RECORD {
            self.is_damaged = true;
            return None;
        }
        (at + length <= self.buffer.len()).then(|| (number, at..at + length))
    }

    /// The next record; `None` at the end of the part, or where it breaks off.
    fn next(&mut self) -> Result<Option<(u16, &[u8])>, Error> {
        loop {
            if let Some((number, bytes)) = self.whole() {
                self.at = bytes.end;
                return Ok(Some((number, &self.buffer[bytes])));
            }
            self.buffer.drain(..self.at);
            self.at = 0;
            if self.is_damaged || !self.part.append(&mut self.buffer) {
                self.part.check()?;
                return Ok(None);
            }
        }
    }

    /// Why the part is not whole, if it is not.
    fn damage(&self) -> Option<&'static str> {
        match self.part.ending() {
            _ if self.is_damaged => Some("a record of it is too large"),
            Some(Ending::Damaged(why)) => Some(why),
            _ => None,
        }
    }
}

/// A text with its length in front; a length of all ones is no text.
fn wide_text<'a>(fields: &mut Fields<'a>) -> Option<&'a [u8]> {
    match fields.u32()? {
        u32::MAX => Some(&[]),
        length => fields.bytes((length as usize).checked_mul(2)?),
    }
}

fn wide_string(fields: &mut Fields<'_>) -> Option<String> {
    let mut text = Vec::new();
    append_utf16(wide_text(fields)?, &mut text);
    String::from_utf8(text).ok()
}

/// Reads which sheets there are.
pub(crate) fn contents(archive: &Archive, part: &str, limits: Limits) -> Result<Contents, Error> {
    let relationships = package::relationships(archive, part, limits)?;
    let mut contents = Contents::of(&relationships);
    let Some(mut records) = Records::open(archive, part, limits)? else {
        return Ok(contents);
    };
    while let Some((number, bytes)) = records.next()? {
        let mut fields = Fields(bytes);
        match number {
            record::WORKBOOK_PROPERTIES => {
                if fields.u32().is_some_and(|flags| flags & 1 != 0) {
                    contents.epoch = Epoch::Y1904;
                }
            }
            record::SHEET if contents.sheets.len() < MOST_SHEETS => {
                let state = fields.u32().unwrap_or(0);
                fields.u32();
                let id = wide_string(&mut fields).unwrap_or_default();
                let name = super::sheet_name(wide_string(&mut fields), contents.sheets.len() + 1);
                let target = relationships.get(&id);
                contents.sheets.push(SheetInfo {
                    name,
                    visibility: match state {
                        0 => Visibility::Visible,
                        1 => Visibility::Hidden,
                        _ => Visibility::VeryHidden,
                    },
                    kind: target.map_or(Kind::Missing, |target| Kind::of(&target.kind)),
                    size: None,
                    bytes: 0,
                    part: target.map(|target| target.part.clone()).unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    if let Some(why) = records.damage() {
        contents
            .warnings
            .push(format!("The list of sheets is damaged: {why}."));
    }
    Ok(contents)
}

fn area(fields: &mut Fields<'_>) -> Option<Area> {
    Some(Area {
        first_row: fields.u32()?,
        last_row: fields.u32()?,
        first_column: fields.u32()?,
        last_column: fields.u32()?,
    })
}

/// The area that a sheet says it uses.
pub(crate) fn dimension(
    archive: &Archive,
    part: &str,
    limits: Limits,
) -> Result<Option<Area>, Error> {
    let Some(mut records) = Records::open(archive, part, limits)? else {
        return Ok(None);
    };
    while let Some((number, bytes)) = records.next()? {
        match number {
            record::DIMENSION => return Ok(area(&mut Fields(bytes))),
            record::BEGIN_ROWS => break,
            _ => {}
        }
    }
    Ok(None)
}

/// Reads the formats of cells; damage leaves the styles up to there.
pub(crate) fn styles(archive: &Archive, part: &str, limits: Limits) -> Result<Styles, Error> {
    let mut builder = StylesBuilder::default();
    let Some(mut records) = Records::open(archive, part, limits)? else {
        return Ok(builder.finish());
    };
    let mut is_in_styles = false;
    while let Some((number, bytes)) = records.next()? {
        let mut fields = Fields(bytes);
        match number {
            record::FORMAT => {
                if let (Some(id), Some(code)) = (fields.u16(), wide_string(&mut fields)) {
                    builder.code(u32::from(id), &code);
                }
            }
            record::BEGIN_STYLES => is_in_styles = true,
            record::STYLE if is_in_styles => {
                fields.u16();
                builder.style(u32::from(fields.u16().unwrap_or(0)));
            }
            record::END_STYLES => break,
            _ => {}
        }
    }
    Ok(builder.finish())
}

/// Reads the shared strings; damage leaves those up to there.
pub(crate) fn shared_strings(
    archive: &Archive,
    part: &str,
    limits: Limits,
    budget: usize,
    warnings: &mut Vec<String>,
) -> Result<SharedStrings, Error> {
    let mut strings = SharedStrings::within(budget);
    let spilling = |cause| Error::writing(&std::env::temp_dir(), cause, 0);
    let Some(mut records) = Records::open(archive, part, limits)? else {
        return Ok(strings);
    };
    let mut text = Vec::new();
    while let Some((number, bytes)) = records.next()? {
        if number == record::SHARED_ITEM {
            text.clear();
            append_rich_text(&mut Fields(bytes), &mut text);
            strings.push(&text).map_err(spilling)?;
        }
    }
    if let Some(why) = records.damage() {
        warnings.push(format!(
            "The workbook's texts are damaged ({why}): cells whose text is lost are empty."
        ));
    }
    strings.finish().map_err(spilling)?;
    Ok(strings)
}

/// Appends a text with formats; its runs and phonetic text come after it and are left out.
fn append_rich_text(fields: &mut Fields<'_>, to: &mut Vec<u8>) {
    fields.u8();
    append_utf16(wide_text(fields).unwrap_or_default(), to);
}

/// Reads a worksheet row by row.
pub(crate) struct SheetReader {
    records: Records,
    path: std::path::PathBuf,
    is_in_rows: bool,
    has_ended: bool,
    /// The number of the last row, counted from 1; 0 before the first.
    line: u64,
    /// The row whose header was read already.
    ahead: Option<RowHeader>,
}

#[derive(Debug, Clone, Copy)]
struct RowHeader {
    line: u64,
    is_hidden: bool,
}

impl SheetReader {
    /// The reader of a part; `None` if there is no such part.
    pub(crate) fn open(
        archive: &Archive,
        part: &str,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        Ok(Records::open(archive, part, limits)?.map(|records| Self {
            records,
            path: archive.file.path.clone(),
            is_in_rows: false,
            has_ended: false,
            line: 0,
            ahead: None,
        }))
    }

    /// Compressed bytes that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.records.part.position()
    }

    /// Reads the next row that the file has; `false` at the end.
    ///
    /// # Errors
    /// [`Error::Workbook`] for what is refused, and [`Error::Read`].
    pub(crate) fn next(
        &mut self,
        cells: &mut Cells,
        strings: &mut SharedStrings,
    ) -> Result<bool, Error> {
        let mut is_open = false;
        if let Some(header) = self.ahead.take() {
            self.begin(header, cells);
            is_open = true;
        }
        while !self.has_ended {
            let Some((number, bytes)) = self.records.next()? else {
                self.has_ended = true;
                self.note_damage(cells);
                break;
            };
            match number {
                record::BEGIN_ROWS => self.is_in_rows = true,
                record::END_ROWS => {
                    self.is_in_rows = false;
                    self.has_ended = true;
                    while self.records.next()?.is_some() {}
                    self.note_damage(cells);
                }
                record::ROW if self.is_in_rows => {
                    let header = row_header(bytes, self.line, cells);
                    if is_open {
                        self.ahead = Some(header);
                        break;
                    }
                    self.begin(header, cells);
                    is_open = true;
                }
                record::BLANK..=record::FORMULA_ERROR | record::RICH_TEXT if is_open => {
                    cell(number, bytes, cells, strings, &self.path)?;
                }
                _ => {}
            }
        }
        if is_open {
            cells.row.finish();
        }
        Ok(is_open)
    }

    fn begin(&mut self, header: RowHeader, cells: &mut Cells) {
        self.line = header.line;
        cells.row.begin(header.line, header.is_hidden);
    }

    fn note_damage(&self, cells: &mut Cells) {
        let why = match self.records.damage() {
            Some(why) => why,
            None if self.is_in_rows => "it breaks off",
            None => return,
        };
        cells.note_damage(why, self.line, self.is_in_rows);
    }
}

fn row_header(bytes: &[u8], last: u64, cells: &mut Cells) -> RowHeader {
    const FLAGS: usize = 11;
    const ZERO_HEIGHT: u8 = 0x10;
    let number = Fields(bytes).u32().map_or(0, |row| u64::from(row) + 1);
    let line = if number > last && number <= MOST_ROWS {
        number
    } else {
        cells.counts.rows_out_of_order += 1;
        last + 1
    };
    RowHeader {
        line,
        is_hidden: bytes
            .get(FLAGS)
            .is_some_and(|flags| flags & ZERO_HEIGHT != 0),
    }
}

/// Takes a cell's record; one that is too short is none.
fn cell(
    number: u16,
    bytes: &[u8],
    cells: &mut Cells,
    strings: &mut SharedStrings,
    path: &std::path::Path,
) -> Result<(), Error> {
    let mut fields = Fields(bytes);
    let (Some(column), Some(style)) = (fields.u32(), fields.u32()) else {
        return Ok(());
    };
    let style = style & 0x00FF_FFFF;
    if column >= MOST_COLUMNS {
        return Ok(());
    }
    match number {
        record::RK => {
            if let Some(packed) = fields.u32() {
                cells.number(column, style, rk(packed));
            }
        }
        record::REAL | record::FORMULA_NUMBER => {
            if let Some(value) = fields.f64() {
                cells.number(column, style, value);
            }
        }
        record::BOOLEAN | record::FORMULA_BOOLEAN => {
            if let Some(value) = fields.u8() {
                cells.boolean(column, value != 0);
            }
        }
        record::ERROR | record::FORMULA_ERROR => {
            if let Some(code) = fields.u8() {
                cells.error(column, error_text(code));
            }
        }
        record::SHARED => {
            let number = fields.u32().map_or(u64::MAX, u64::from);
            cells.shared(column, number, strings, path)?;
        }
        record::TEXT | record::FORMULA_TEXT => {
            if let Some(text) = wide_text(&mut fields) {
                let mark = cells.row.mark();
                append_utf16(text, cells.row.text());
                cells.end_text(column, mark);
            }
        }
        record::RICH_TEXT => {
            let mark = cells.row.mark();
            append_rich_text(&mut fields, cells.row.text());
            cells.end_text(column, mark);
        }
        _ => {}
    }
    Ok(())
}

/// The merged areas of a sheet: `None` if more than `most` uncompressed bytes stand before them.
pub(crate) fn merges(
    archive: &Archive,
    part: &str,
    limits: Limits,
    most: u64,
) -> Result<Option<Vec<Area>>, Error> {
    let mut merges = Vec::new();
    let Some(mut records) = Records::open(archive, part, limits)? else {
        return Ok(Some(merges));
    };
    let mut seen = 0;
    while let Some((number, bytes)) = records.next()? {
        seen += bytes.len() as u64;
        match number {
            record::MERGE if merges.len() < MOST_MERGES => {
                merges.extend(area(&mut Fields(bytes)));
            }
            record::END_MERGES => break,
            _ if seen > most => return Ok(None),
            _ => {}
        }
    }
    Ok(Some(merges))
}
