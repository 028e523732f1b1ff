//! ods: one part of XML with all sheets one after the other (OASIS OpenDocument 1.3, part 3, 9 and 19).
//!
//! A cell says what it holds: a number, a date, a text. Only numbers with leading zeros are taken as they are shown.

use std::collections::HashMap;

use super::archive::Archive;
use super::cells::Cells;
use super::part::{Ending, Limits};
use super::row::{Area, MOST_COLUMNS, MOST_ROWS};
use super::xlsx::{MOST_MERGES, MOST_SHEETS};
use super::xml::{Event, Tag, Xml, unescape};
use super::{Kind, SheetInfo, Visibility};
use crate::Error;

const CONTENT: &str = "content.xml";
/// Styles that are remembered; further ones change nothing.
const MOST_STYLES: usize = 65_536;

/// What the styles of a document say about cells and sheets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Styles {
    /// Styles of numbers with leading zeros, and of times that pass a day.
    data: HashMap<Vec<u8>, Shown>,
    /// The styles of cells by their names.
    cells: HashMap<Vec<u8>, Shown>,
    /// Styles of sheets that are not shown.
    hidden: std::collections::HashSet<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// With leading zeros: the text that is shown is the value.
    Padded,
    /// A time that passes a day.
    Elapsed,
    /// By its value alone.
    Plain,
}

impl Styles {
    /// Takes a start tag of a part that has styles, with the name of the style that is open.
    fn take(&mut self, tag: Tag<'_>, open: &mut (Vec<u8>, Vec<u8>)) {
        if self.data.len() + self.cells.len() + self.hidden.len() >= MOST_STYLES {
            return;
        }
        const LONGEST_NAME: usize = 255;
        let value = |name| {
            let value = tag.attribute(name).unwrap_or_default();
            value[..value.len().min(LONGEST_NAME)].to_vec()
        };
        match tag.name {
            b"number-style" => open.0 = value(b"name"),
            b"number" => {
                let has = |name| {
                    tag.attribute(name)
                        .is_some_and(|value| value != b"0" && value != b"false")
                };
                let least = tag.number(b"min-integer-digits").unwrap_or(0);
                if least > 1 && !has(b"decimal-places") && !has(b"grouping") && !open.0.is_empty() {
                    self.data.insert(open.0.clone(), Shown::Padded);
                }
            }
            b"time-style" => {
                let shown = match tag.attribute(b"truncate-on-overflow") {
                    Some(b"false") => Shown::Elapsed,
                    _ => Shown::Plain,
                };
                open.0.clear();
                self.data.insert(value(b"name"), shown);
            }
            b"style" => {
                open.1 = value(b"name");
                if tag.attribute(b"family") == Some(b"table-cell") {
                    let shown = tag
                        .attribute(b"data-style-name")
                        .and_then(|name| self.data.get(name))
                        .or_else(|| self.cells.get(tag.attribute(b"parent-style-name")?));
                    if let Some(&shown) = shown {
                        self.cells.insert(open.1.clone(), shown);
                    }
                }
            }
            b"table-properties" if tag.attribute(b"display") == Some(b"false") => {
                self.hidden.insert(open.1.clone());
            }
            b"percentage-style" | b"currency-style" | b"date-style" | b"text-style"
            | b"boolean-style" => open.0.clear(),
            _ => {}
        }
    }

    fn of_cell(&self, name: &[u8]) -> Shown {
        self.cells.get(name).copied().unwrap_or(Shown::Plain)
    }
}

/// What the document's content says.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) sheets: Vec<SheetInfo>,
    pub(crate) merges: Vec<Vec<Area>>,
    pub(crate) styles: Styles,
    pub(crate) warnings: Vec<String>,
}

/// Whether the archive is an OpenDocument spreadsheet.
///
/// # Errors
/// [`Error::Protected`] where it opens with a password only, and [`Error::Read`].
pub(crate) fn is_spreadsheet(archive: &Archive, limits: Limits) -> Result<bool, Error> {
    const TYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    let Some(entry) = archive.find("mimetype") else {
        return Ok(false);
    };
    let mut start = Vec::new();
    super::part::Part::open(archive, entry, limits)?.append(&mut start);
    if !start.starts_with(TYPE) {
        return Ok(false);
    }
    let mut is_encrypted = archive.find("encrypted-package").is_some();
    if let Some(mut xml) = Xml::open(archive, "META-INF/manifest.xml", limits)? {
        while let Some(event) = xml.next()? {
            is_encrypted |= matches!(event, Event::Start(tag) if tag.name == b"encryption-data");
        }
    }
    if is_encrypted {
        return Err(Error::Protected(archive.file.path.clone()));
    }
    Ok(true)
}

/// Reads through the whole document for its sheets, their sizes and merged areas.
pub(crate) fn contents(archive: &Archive, limits: Limits) -> Result<Contents, Error> {
    let mut contents = Contents::default();
    let mut open = (Vec::new(), Vec::new());
    if let Some(mut xml) = Xml::open(archive, "styles.xml", limits)? {
        while let Some(event) = xml.next()? {
            if let Event::Start(tag) = event {
                contents.styles.take(tag, &mut open);
            }
        }
    }
    let Some(mut xml) = Xml::open(archive, CONTENT, limits)? else {
        return Ok(contents);
    };
    let mut walk = Walk::default();
    let mut total_merges = 0;
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else {
            walk.take(event);
            continue;
        };
        contents.styles.take(tag, &mut open);
        if let Some(cell) = walk.take(event)
            && let (Some(sheet), Some(merges)) =
                (contents.sheets.last_mut(), contents.merges.last_mut())
        {
            let (row, column) = (walk.row.min(MOST_ROWS) as u32, cell.column);
            if cell.has_content {
                let last_column = (column + cell.repeated - 1).min(MOST_COLUMNS - 1);
                let last_row = ((walk.row + walk.rows_repeated).min(MOST_ROWS) as u32).max(1) - 1;
                let size = sheet.size.get_or_insert(Area {
                    first_row: row,
                    last_row: row,
                    first_column: column,
                    last_column: column,
                });
                size.last_row = size.last_row.max(last_row);
                size.first_column = size.first_column.min(column);
                size.last_column = size.last_column.max(last_column);
            }
            let span = |name| tag.number(name).unwrap_or(1).max(1);
            let (rows, columns) = (
                span(b"number-rows-spanned"),
                span(b"number-columns-spanned"),
            );
            if (rows > 1 || columns > 1) && total_merges < MOST_MERGES {
                total_merges += 1;
                merges.push(Area {
                    first_row: row,
                    last_row: row.saturating_add(rows - 1),
                    first_column: column,
                    last_column: column.saturating_add(columns - 1),
                });
            }
            continue;
        }
        if walk.has_begun_table && contents.sheets.len() < MOST_SHEETS {
            walk.has_begun_table = false;
            let style = tag.attribute(b"style-name").unwrap_or_default();
            let number = contents.sheets.len() + 1;
            contents.merges.push(Vec::new());
            contents.sheets.push(SheetInfo {
                name: super::sheet_name(tag.text(b"name"), number),
                visibility: if contents.styles.hidden.contains(style) {
                    Visibility::Hidden
                } else {
                    Visibility::Visible
                },
                kind: Kind::Worksheet,
                size: None,
                bytes: 0,
                part: CONTENT.to_owned(),
            });
        }
    }
    if let Some(Ending::Damaged(why)) = xml.ending() {
        contents
            .warnings
            .push(format!("The document is damaged: {why}."));
    }
    let bytes = archive.find(CONTENT).map_or(0, |entry| entry.compressed);
    for sheet in &mut contents.sheets {
        sheet.bytes = bytes;
    }
    Ok(contents)
}

/// Follows where in the document the tokens are; rows and columns are counted from 0.
#[derive(Debug, Default)]
struct Walk {
    /// Tables that are open; one inside a cell is no sheet.
    depth: u32,
    /// The number of the sheet, counted from 1.
    sheet: usize,
    has_begun_table: bool,
    row: u64,
    rows_repeated: u64,
    is_hidden: bool,
    has_ended_row: bool,
    column: u32,
}

/// A cell's start.
#[derive(Debug, Clone, Copy)]
struct CellStart {
    column: u32,
    repeated: u32,
    has_content: bool,
}

impl Walk {
    fn take(&mut self, event: Event<'_>) -> Option<CellStart> {
        self.has_ended_row = false;
        match event {
            Event::Start(tag) => match tag.name {
                b"table" if !tag.is_empty => {
                    self.depth += 1;
                    if self.depth == 1 {
                        self.sheet += 1;
                        self.has_begun_table = true;
                        self.row = 0;
                        self.rows_repeated = 0;
                    }
                }
                b"table-row" if self.depth == 1 => {
                    self.row += self.rows_repeated;
                    self.rows_repeated =
                        u64::from(tag.number(b"number-rows-repeated").unwrap_or(1).max(1));
                    self.is_hidden =
                        matches!(tag.attribute(b"visibility"), Some(b"collapse" | b"filter"));
                    self.column = 0;
                }
                b"table-cell" | b"covered-table-cell" if self.depth == 1 => {
                    let repeated = tag
                        .number(b"number-columns-repeated")
                        .unwrap_or(1)
                        .clamp(1, MOST_COLUMNS);
                    let column = self.column.min(MOST_COLUMNS);
                    self.column = column + repeated;
                    return Some(CellStart {
                        column,
                        repeated,
                        has_content: !tag.is_empty || tag.attribute(b"value-type").is_some(),
                    });
                }
                _ => {}
            },
            Event::End(b"table") => self.depth = self.depth.saturating_sub(1),
            Event::End(b"table-row") if self.depth == 1 => self.has_ended_row = true,
            _ => {}
        }
        None
    }
}

/// Reads one sheet row by row; those before it are passed over.
pub(crate) struct SheetReader {
    xml: Xml,
    styles: Styles,
    sheet: usize,
    walk: Walk,
    /// How often the row in hand is still to be given.
    repeats: u64,
    has_ended: bool,
    text: Vec<u8>,
    value: Vec<u8>,
}

impl SheetReader {
    /// The reader of a sheet, counted from 0; `None` if there is no content.
    pub(crate) fn open(
        archive: &Archive,
        styles: &Styles,
        sheet: usize,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        Ok(Xml::open(archive, CONTENT, limits)?.map(|xml| Self {
            xml,
            styles: styles.clone(),
            sheet: sheet + 1,
            walk: Walk::default(),
            repeats: 0,
            has_ended: false,
            text: Vec::new(),
            value: Vec::new(),
        }))
    }

    /// Compressed bytes that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.xml.position()
    }

    /// Reads the next row that the file has; `false` at the end.
    ///
    /// # Errors
    /// [`Error::Workbook`] for what is refused, and [`Error::Read`].
    pub(crate) fn next(&mut self, cells: &mut Cells) -> Result<bool, Error> {
        if self.repeats > 0 {
            self.repeats -= 1;
            cells.row.line += 1;
            cells.copied(cells.row.bytes(), self.xml.path())?;
            return Ok(true);
        }
        let mut is_open = false;
        while !self.has_ended {
            let Some(event) = self.xml.next()? else {
                self.has_ended = true;
                let why = match self.xml.ending() {
                    Some(Ending::Damaged(why)) => why,
                    _ if self.walk.depth > 0 => "it breaks off",
                    _ => break,
                };
                cells.note_damage(why, self.walk.row, true);
                break;
            };
            let row_start = matches!(event, Event::Start(tag) if tag.name == b"table-row");
            let cell_start = match event {
                Event::Start(tag) => CellTag::of(tag, &self.styles, &mut self.value),
                _ => None,
            };
            let start = self.walk.take(event);
            if self.walk.sheet > self.sheet
                || (self.walk.sheet == self.sheet && self.walk.depth == 0)
            {
                // What follows is not this sheet's; its check sum alone is of interest.
                self.has_ended = true;
                self.xml.skip_to_end()?;
                if let Some(Ending::Damaged(why)) = self.xml.ending() {
                    cells.note_damage(why, self.walk.row, false);
                }
                break;
            }
            if self.walk.sheet < self.sheet {
                continue;
            }
            if row_start && self.walk.depth == 1 {
                cells
                    .row
                    .begin((self.walk.row + 1).min(MOST_ROWS), self.walk.is_hidden);
                is_open = true;
            } else if let (Some(start), Some(cell)) = (start, cell_start)
                && is_open
            {
                self.cell(start, cell, cells)?;
            }
            if self.walk.has_ended_row {
                break;
            }
        }
        if is_open {
            cells.row.finish();
            if !cells.row.is_blank() {
                let room = MOST_ROWS.saturating_sub(cells.row.line);
                self.repeats = (self.walk.rows_repeated - 1).min(room);
            }
        }
        Ok(is_open)
    }

    /// Reads what is inside a cell, and takes its value.
    fn cell(&mut self, start: CellStart, cell: CellTag, cells: &mut Cells) -> Result<(), Error> {
        self.text.clear();
        if !cell.is_empty {
            self.shown_text()?;
        }
        let copies = start.repeated.min(MOST_COLUMNS - start.column);
        for column in start.column..start.column + copies {
            self.put(column, cell, cells);
            if column > start.column {
                cells.copied(self.text.len() + self.value.len(), self.xml.path())?;
            }
            // An enormous text that is repeated is set aside with its row.
            if cells.row.is_oversized {
                break;
            }
        }
        Ok(())
    }

    fn put(&self, column: u32, cell: CellTag, cells: &mut Cells) {
        let has_number = std::str::from_utf8(&self.value)
            .ok()
            .and_then(|text| text.trim().parse::<f64>().ok())
            .is_some_and(f64::is_finite);
        match cell.kind {
            Content::Number if cell.shown == Shown::Padded && !self.text.is_empty() => {
                cells.counts.column(column).padded += 1;
                let mark = cells.row.mark();
                cells.row.text().extend_from_slice(&self.text);
                cells.row.end_cell(column, mark);
            }
            Content::Number | Content::Percent | Content::Money if has_number => {
                match cell.kind {
                    Content::Percent => cells.counts.column(column).percent += 1,
                    Content::Money => cells.counts.column(column).money += 1,
                    _ => {}
                }
                cells.decimal(column, 0, &self.value);
            }
            Content::Boolean => cells.boolean(column, self.value == b"true"),
            Content::Date => cells.iso(column, &self.value),
            Content::Time => {
                let mark = cells.row.mark();
                let is_elapsed = append_time(&self.value, cells.row.text());
                if is_elapsed || cell.shown == Shown::Elapsed {
                    cells.counts.column(column).elapsed += 1;
                }
                cells.row.end_cell(column, mark);
            }
            Content::Error => cells.error(column, &self.text),
            Content::Nothing if cell.has_formula && self.text.is_empty() => {
                cells.counts.column(column).without_result += 1;
            }
            Content::Nothing if self.text.is_empty() => {}
            _ => cells.text(column, &self.text),
        }
    }

    /// Reads the paragraphs of a cell up to its end; notes, pictures and the like in it are left out.
    fn shown_text(&mut self) -> Result<(), Error> {
        let mut depth = 1_u64;
        let mut paragraphs = 0_u64;
        let mut is_in_paragraph = 0_u64;
        while depth > 0 {
            self.xml.check_size(self.text.len())?;
            match self.xml.next()? {
                Some(Event::Start(tag)) => {
                    let is_empty = tag.is_empty;
                    match tag.name {
                        b"annotation" | b"frame" | b"table" | b"shapes" | b"custom-shape"
                        | b"control" | b"forms" | b"ruby-text"
                            if !is_empty =>
                        {
                            self.xml.skip_element()?;
                            continue;
                        }
                        b"p" => {
                            if paragraphs > 0 {
                                self.text.push(b'\n');
                            }
                            paragraphs += 1;
                            is_in_paragraph += u64::from(!is_empty);
                        }
                        b"s" => {
                            let spaces = tag.number(b"c").unwrap_or(1).min(65_536);
                            self.text.extend((0..spaces).map(|_| b' '));
                        }
                        b"tab" => self.text.push(b'\t'),
                        b"line-break" => self.text.push(b'\n'),
                        _ => {}
                    }
                    depth += u64::from(!is_empty);
                }
                Some(Event::End(name)) => {
                    depth -= 1;
                    if name == b"p" {
                        is_in_paragraph = is_in_paragraph.saturating_sub(1);
                    }
                    if name == b"table-cell" || name == b"covered-table-cell" {
                        break;
                    }
                }
                Some(Event::Text(text)) if is_in_paragraph > 0 => unescape(text, &mut self.text),
                Some(Event::CData(text)) if is_in_paragraph > 0 => {
                    self.text.extend_from_slice(text);
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Nothing,
    Number,
    Percent,
    Money,
    Date,
    Time,
    Boolean,
    Text,
    Error,
}

/// What a cell's tag says.
#[derive(Debug, Clone, Copy)]
struct CellTag {
    kind: Content,
    shown: Shown,
    has_formula: bool,
    is_empty: bool,
}

impl CellTag {
    /// What the tag of a cell says, with its value in `value`; `None` for any other tag.
    fn of(tag: Tag<'_>, styles: &Styles, value: &mut Vec<u8>) -> Option<Self> {
        if !matches!(tag.name, b"table-cell" | b"covered-table-cell") {
            return None;
        }
        let mut cell = Self {
            kind: Content::Nothing,
            shown: Shown::Plain,
            has_formula: false,
            is_empty: tag.is_empty,
        };
        value.clear();
        for (name, written) in tag.attributes() {
            match name {
                // LibreOffice has an attribute of the same name of its own, which alone knows errors.
                b"value-type" if cell.kind != Content::Error => {
                    cell.kind = match written {
                        b"float" => Content::Number,
                        b"percentage" => Content::Percent,
                        b"currency" => Content::Money,
                        b"date" => Content::Date,
                        b"time" => Content::Time,
                        b"boolean" => Content::Boolean,
                        b"error" => Content::Error,
                        _ => Content::Text,
                    };
                }
                b"value" | b"date-value" | b"time-value" | b"boolean-value" => {
                    value.clear();
                    unescape(written, value);
                }
                b"style-name" => cell.shown = styles.of_cell(written),
                b"formula" => cell.has_formula = true,
                _ => {}
            }
        }
        Some(cell)
    }
}

/// Appends a length of time such as `PT12H30M00S` as `12:30:00`; whether it passes a day. What is none stays as it is.
fn append_time(written: &[u8], to: &mut Vec<u8>) -> bool {
    match seconds(written) {
        Some(micros) => {
            super::serial::append_length(micros, to);
            micros.unsigned_abs() >= 86_400_000_000
        }
        None => {
            to.extend_from_slice(written);
            false
        }
    }
}

/// The microseconds of an ISO 8601 duration of days, hours, minutes and seconds.
fn seconds(written: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(written).ok()?;
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut rest = text.strip_prefix('P')?;
    let mut micros = 0_i64;
    let mut is_time = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            is_time = true;
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = match (rest.as_bytes()[end], is_time) {
            (b'D', false) => 86_400.0,
            (b'H', true) => 3_600.0,
            (b'M', true) => 60.0,
            (b'S', true) => 1.0,
            _ => return None,
        };
        let value: f64 = rest[..end].replace(',', ".").parse().ok()?;
        if !(0.0..1e9).contains(&value) {
            return None;
        }
        micros = micros.checked_add((value * unit * 1e6).round() as i64)?;
        rest = &rest[end + 1..];
    }
    Some(if is_negative { -micros } else { micros })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_hours_minutes_and_seconds() {
        let shown = |written: &str| {
            let mut text = Vec::new();
            append_time(written.as_bytes(), &mut text);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(shown("PT12H30M00S"), "12:30:00");
        assert_eq!(shown("PT100H00M00.5S"), "100:00:00.500");
        assert_eq!(shown("P1DT1H"), "25:00:00");
        assert_eq!(shown("-PT1H"), "-01:00:00");
        assert_eq!(shown("soon"), "soon");
    }
}
