//! The rows of a worksheet's part.

use memchr::{memchr, memmem};

use super::super::archive::Archive;
use super::super::cells::{Cells, decode_escapes};
use super::super::part::{Ending, Limits, Part};
use super::super::row::{Area, MOST_COLUMNS, MOST_ROWS, column_of};
use super::super::strings::SharedStrings;
use super::super::xml::{Event, Tag, Xml, digits, unescape};
use super::append_string;
use crate::Error;

/// What a cell holds, by its `t` attribute (18.18.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Shared,
    /// The result of a formula.
    Text,
    Inline,
    Boolean,
    Error,
    Date,
}

impl Type {
    fn of(value: &[u8]) -> Self {
        match value {
            b"s" => Self::Shared,
            b"str" => Self::Text,
            b"inlineStr" => Self::Inline,
            b"b" => Self::Boolean,
            b"e" => Self::Error,
            b"d" => Self::Date,
            _ => Self::Number,
        }
    }
}

/// Reads a worksheet row by row.
pub(crate) struct SheetReader {
    xml: Xml,
    path: std::path::PathBuf,
    is_in_rows: bool,
    has_ended: bool,
    /// The number of the last row, counted from 1; 0 before the first.
    line: u64,
    /// Scratch for values that have to be unescaped.
    value: Vec<u8>,
    /// Whether every cell is read token by token; tests and fuzzing compare both ways.
    #[cfg(any(test, fuzzing))]
    pub(crate) is_careful: bool,
}

impl SheetReader {
    /// The reader of a part; `None` if there is no such part.
    pub(crate) fn open(
        archive: &Archive,
        part: &str,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        Ok(Xml::open(archive, part, limits)?.map(|xml| Self {
            xml,
            path: archive.file.path.clone(),
            is_in_rows: false,
            has_ended: false,
            line: 0,
            value: Vec::new(),
            #[cfg(any(test, fuzzing))]
            is_careful: false,
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
    pub(crate) fn next(
        &mut self,
        cells: &mut Cells,
        strings: &mut SharedStrings,
    ) -> Result<bool, Error> {
        if self.has_ended {
            return Ok(false);
        }
        loop {
            match self.xml.next()? {
                Some(Event::Start(tag)) => match tag.name {
                    b"sheetData" => self.is_in_rows = !tag.is_empty,
                    b"row" if self.is_in_rows => {
                        let is_empty = tag.is_empty;
                        let line = begin_row(tag, self.line, cells);
                        self.line = line;
                        if !is_empty {
                            self.row(cells, strings)?;
                        }
                        cells.row.finish();
                        return Ok(true);
                    }
                    _ => {}
                },
                Some(Event::End(b"sheetData")) => {
                    self.is_in_rows = false;
                    self.has_ended = true;
                    self.xml.skip_to_end()?;
                    self.note_damage(cells);
                    return Ok(false);
                }
                Some(_) => {}
                None => {
                    self.has_ended = true;
                    self.note_damage(cells);
                    return Ok(false);
                }
            }
        }
    }

    /// Says in the counts how much of the sheet its damage left.
    fn note_damage(&self, cells: &mut Cells) {
        let why = match self.xml.ending() {
            Some(Ending::Damaged(why)) => why,
            _ if self.is_in_rows => "it breaks off",
            _ => return,
        };
        cells.note_damage(why, self.line, self.is_in_rows);
    }

    /// Reads the cells of a row up to its end tag.
    fn row(&mut self, cells: &mut Cells, strings: &mut SharedStrings) -> Result<(), Error> {
        // The column after the last one, for cells that do not say where they are.
        let mut next = 0;
        loop {
            #[cfg(any(test, fuzzing))]
            let is_fast = !self.is_careful;
            #[cfg(not(any(test, fuzzing)))]
            let is_fast = true;
            if is_fast {
                while let Some(taken) =
                    plain_cell(self.xml.buffered(), &mut next, cells, strings, &self.path)?
                {
                    self.xml.take(taken);
                }
            }
            match self.xml.next()? {
                Some(Event::Start(tag)) if tag.name == b"c" => {
                    let cell = CellTag::of(tag, next);
                    next = cell.column + 1;
                    if !tag.is_empty {
                        self.cell(cell, cells, strings)?;
                    }
                }
                Some(Event::End(b"row" | b"sheetData")) | None => return Ok(()),
                Some(_) => {}
            }
        }
    }

    /// Reads what is inside a cell, token by token.
    fn cell(
        &mut self,
        cell: CellTag,
        cells: &mut Cells,
        strings: &mut SharedStrings,
    ) -> Result<(), Error> {
        let mut has_formula = false;
        let mut has_value = false;
        let mut inline = None;
        self.value.clear();
        loop {
            match self.xml.next()? {
                Some(Event::Start(tag)) => match tag.name {
                    b"v" => {
                        has_value = true;
                        if !tag.is_empty {
                            self.xml.append_text(&mut self.value)?;
                        }
                    }
                    b"f" => {
                        has_formula = true;
                        if !tag.is_empty {
                            self.xml.skip_element()?;
                        }
                    }
                    b"is" if !tag.is_empty => {
                        inline = Some(cells.row.mark());
                        append_string(&mut self.xml, cells.row.text())?;
                    }
                    _ => {}
                },
                Some(Event::End(b"c")) => break,
                Some(_) => {}
                // A cell that the part's end cuts off may lack half of its digits.
                None => {
                    if let Some(mark) = inline {
                        cells.row.text().truncate(mark);
                    }
                    return Ok(());
                }
            }
        }
        let column = cell.column;
        if column >= MOST_COLUMNS {
            return Ok(());
        }
        if let Some(mark) = inline {
            cells.end_text(column, mark);
            return Ok(());
        }
        if !has_value || (self.value.is_empty() && cell.cell_type != Type::Text) {
            if has_formula {
                cells.counts.column(column).without_result += 1;
            }
            return Ok(());
        }
        let value = self.value.as_slice();
        match cell.cell_type {
            Type::Number => cells.decimal(column, cell.style, value),
            Type::Shared => cells.shared(column, string_number(value), strings, &self.path)?,
            Type::Text | Type::Inline => {
                let mark = cells.row.mark();
                cells.row.text().extend_from_slice(value);
                decode_escapes(cells.row.text(), mark);
                cells.end_text(column, mark);
            }
            Type::Boolean => cells.boolean(column, matches!(value, b"1" | b"true")),
            Type::Error => cells.error(column, value),
            Type::Date => cells.iso(column, value),
        }
        Ok(())
    }
}

/// Where a cell is, what it holds and how it is shown.
#[derive(Debug, Clone, Copy)]
struct CellTag {
    column: u32,
    style: u32,
    cell_type: Type,
}

impl CellTag {
    fn of(tag: Tag<'_>, next: u32) -> Self {
        let mut cell = Self {
            column: next,
            style: 0,
            cell_type: Type::Number,
        };
        for (name, value) in tag.attributes() {
            match name {
                b"r" => cell.column = column_of(value).map_or(next, |(column, _)| column),
                b"s" => cell.style = digits(value).unwrap_or(0),
                b"t" => cell.cell_type = Type::of(value),
                _ => {}
            }
        }
        cell
    }
}

/// Begins the row of a tag, after the row `last`; its number.
fn begin_row(tag: Tag<'_>, last: u64, cells: &mut Cells) -> u64 {
    let mut line = last + 1;
    let mut is_hidden = false;
    for (name, value) in tag.attributes() {
        match name {
            b"r" => {
                if let Some(number) = digits(value).map(u64::from)
                    && (1..=MOST_ROWS).contains(&number)
                {
                    if number > last {
                        line = number;
                    } else {
                        cells.counts.rows_out_of_order += 1;
                    }
                }
            }
            b"hidden" => is_hidden = super::is_true(value),
            _ => {}
        }
    }
    cells.row.begin(line, is_hidden);
    line
}

/// The number of a shared string; one that is no number belongs to none.
fn string_number(written: &[u8]) -> u64 {
    digits(written.trim_ascii()).map_or(u64::MAX, u64::from)
}

/// Reads a cell that is written in the way of nearly all: `<c r= s= t=><v>…</v></c>` with its attributes in this order,
/// or an empty one. `None`, with nothing done, for any other, and for one that is not whole in the buffer.
#[inline]
fn plain_cell(
    buffered: &[u8],
    next: &mut u32,
    cells: &mut Cells,
    strings: &mut SharedStrings,
    path: &std::path::Path,
) -> Result<Option<usize>, Error> {
    const END: &[u8] = b"</v></c>";
    let Some(rest) = buffered.strip_prefix(b"<c r=\"") else {
        return Ok(None);
    };
    let Some((column, rest)) = column_of(rest) else {
        return Ok(None);
    };
    // The digits of the row, which the row's own tag has told.
    let Some(rest) = after_digits(rest).and_then(|rest| rest.strip_prefix(b"\"")) else {
        return Ok(None);
    };
    let (style, rest) = match rest.strip_prefix(b" s=\"") {
        None => (0, rest),
        Some(rest) => {
            let Some(after) = after_digits(rest) else {
                return Ok(None);
            };
            let Some(style) = digits(&rest[..rest.len() - after.len()]) else {
                return Ok(None);
            };
            let Some(rest) = after.strip_prefix(b"\"") else {
                return Ok(None);
            };
            (style, rest)
        }
    };
    let (cell_type, rest) = if let Some(rest) = rest.strip_prefix(b"><v>") {
        (Type::Number, rest)
    } else if let Some(rest) = rest.strip_prefix(b" t=\"s\"><v>") {
        (Type::Shared, rest)
    } else if let Some(rest) = rest.strip_prefix(b"/>") {
        *next = column + 1;
        return Ok(Some(buffered.len() - rest.len()));
    } else if let Some(rest) = rest.strip_prefix(b" t=\"n\"><v>") {
        (Type::Number, rest)
    } else if let Some(rest) = rest.strip_prefix(b" t=\"b\"><v>") {
        (Type::Boolean, rest)
    } else if let Some(rest) = rest.strip_prefix(b" t=\"str\"><v>") {
        (Type::Text, rest)
    } else {
        return Ok(None);
    };
    let Some(length) = memchr(b'<', rest) else {
        return Ok(None);
    };
    if !rest[length..].starts_with(END) || length == 0 {
        return Ok(None);
    }
    let value = &rest[..length];
    match cell_type {
        Type::Number => {
            if memchr(b'&', value).is_some() {
                return Ok(None);
            }
            cells.decimal(column, style, value);
        }
        Type::Shared => cells.shared(column, string_number(value), strings, path)?,
        Type::Boolean => cells.boolean(column, matches!(value, b"1" | b"true")),
        _ => {
            let mark = cells.row.mark();
            unescape(value, cells.row.text());
            decode_escapes(cells.row.text(), mark);
            cells.end_text(column, mark);
        }
    }
    *next = column + 1;
    Ok(Some(buffered.len() - rest.len() + length + END.len()))
}

/// What follows the digits at the beginning; `None` if there are none or nothing follows.
#[inline]
fn after_digits(text: &[u8]) -> Option<&[u8]> {
    let count = text.iter().position(|byte| !byte.is_ascii_digit())?;
    (count > 0).then(|| &text[count..])
}

/// Merged ranges that are kept at most; a table's header has a few, a form some hundreds.
pub(crate) const MOST_MERGES: usize = 65_536;

/// The merged ranges of a sheet, which stand after its rows: `None` if more than `most` uncompressed bytes stand before.
///
/// What is before them is unpacked but not looked at.
pub(crate) fn merges(
    archive: &Archive,
    part: &str,
    limits: Limits,
    most: u64,
) -> Result<Option<Vec<Area>>, Error> {
    const ROWS_END: &[u8] = b"sheetData>";
    let Some(entry) = archive.find(part) else {
        return Ok(Some(Vec::new()));
    };
    let mut bytes = Part::open(archive, entry, limits)?;
    let finder = memmem::Finder::new(ROWS_END);
    let mut window = Vec::new();
    let mut seen = 0;
    // The first `sheetData>` may be the start tag; the end tag has a slash or a prefix before it, and the last counts.
    loop {
        let kept = window.len();
        if !bytes.append(&mut window) {
            bytes.check()?;
            return Ok(Some(Vec::new()));
        }
        seen += (window.len() - kept) as u64;
        let found = finder
            .find_iter(&window)
            .find(|&at| is_end_tag(&window[..at]));
        if let Some(at) = found {
            window.drain(..at + ROWS_END.len());
            break;
        }
        if seen > most {
            return Ok(None);
        }
        const LONGEST_PREFIX: usize = 64;
        let keep = window.len().min(ROWS_END.len() + LONGEST_PREFIX);
        window.drain(..window.len() - keep);
    }
    let mut xml = Xml::resume(bytes, window, &archive.file.path);
    let mut merges = Vec::new();
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(tag) if tag.name == b"mergeCell" => {
                if let Some(area) = tag.attribute(b"ref").and_then(Area::of)
                    && merges.len() < MOST_MERGES
                {
                    merges.push(area);
                }
            }
            Event::End(b"mergeCells") => break,
            _ => {}
        }
    }
    Ok(Some(merges))
}

/// Whether what stands before a name is the beginning of an end tag: `</`, perhaps with a prefix.
fn is_end_tag(before: &[u8]) -> bool {
    let name = match before {
        [rest @ .., b':'] => {
            let start = rest
                .iter()
                .rposition(|byte| !byte.is_ascii_alphanumeric())
                .map_or(0, |at| at + 1);
            &rest[..start]
        }
        all => all,
    };
    name.ends_with(b"</")
}
