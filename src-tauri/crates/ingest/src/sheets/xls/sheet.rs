//! The rows of a worksheet's records.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::binary::{Fields, error_text, rk};
use super::super::cells::Cells;
use super::super::compound::Stream;
use super::super::row::Area;
use super::super::strings::SharedStrings;
use super::super::xlsx::MOST_MERGES;
use super::records::{Continued, Records};
use super::{Contents, TextForm, record};
use crate::Error;

/// Rows of a sheet of this format.
const ROWS: usize = 65_536;
/// Columns of a sheet of this format.
const COLUMNS: u16 = 256;

/// Reads a worksheet row by row.
///
/// Programs may write cells in any order, though nearly all write them row by row. So a first look finds out where each
/// row's cells are: one place and one length for each row, and a list of places only for rows that are scattered.
pub(crate) struct SheetReader {
    stream: Arc<Stream>,
    path: PathBuf,
    text: TextForm,
    /// Runs of records that belong to one row, by row and then by place.
    runs: Vec<Run>,
    next: usize,
    hidden: Vec<u64>,
    damage: Option<&'static str>,
    position: u64,
    has_ended: bool,
}

/// Records of one row that follow each other.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: u16,
    start: u32,
    bytes: u32,
}

impl SheetReader {
    /// Looks where the rows of a sheet are; they may use `budget` bytes of memory.
    ///
    /// # Errors
    /// [`Error::Workbook`] if the cells are so scattered that the budget does not do, and [`Error::Read`].
    pub(crate) fn open(
        contents: &Contents,
        sheet: usize,
        path: &Path,
        budget: usize,
    ) -> Result<Option<Self>, Error> {
        let Some(&start) = contents.starts.get(sheet) else {
            return Ok(None);
        };
        let mut reader = Self {
            stream: Arc::clone(&contents.stream),
            path: path.to_owned(),
            text: contents.text,
            runs: Vec::new(),
            next: 0,
            hidden: vec![0; ROWS / 64],
            damage: None,
            position: 0,
            has_ended: false,
        };
        reader.look(start, budget)?;
        Ok(Some(reader))
    }

    fn look(&mut self, start: u64, budget: usize) -> Result<(), Error> {
        let most_runs = (budget / size_of::<Run>()).max(2 * ROWS);
        let stream = Arc::clone(&self.stream);
        let path = self.path.clone();
        let mut records = Records::new(&stream, &path, start);
        // Charts inside the sheet have a beginning and an end of their own.
        let mut depth = 0_u32;
        let mut last_end = u64::MAX;
        loop {
            let at = records.at();
            let Some(record) = records.next()? else {
                self.damage = Some("the file ends in the middle of it");
                break;
            };
            // Places have 32 bits, as everywhere in this format.
            let Ok(place) = u32::try_from(at) else {
                self.damage = Some("it is larger than it can be");
                break;
            };
            let mut fields = Fields(record.bytes);
            match record.number {
                record::BEGIN => depth += 1,
                record::END => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                record::ROW if depth == 1 => {
                    const HIDDEN: u8 = 0x20;
                    if let Some(row) = fields.u16()
                        && record
                            .bytes
                            .get(12)
                            .is_some_and(|flags| flags & HIDDEN != 0)
                    {
                        self.hidden[usize::from(row) / 64] |= 1 << (row % 64);
                    }
                }
                number if depth == 1 && is_cell(number) => {
                    let Some(row) = fields.u16() else { continue };
                    let bytes = 4 + record.bytes.len() as u64;
                    match self.runs.last_mut() {
                        Some(run) if run.row == row && last_end == at => {
                            run.bytes = run.bytes.saturating_add(bytes as u32)
                        }
                        _ => {
                            if self.runs.len() == most_runs {
                                return Err(Error::Workbook {
                                    path: self.path.clone(),
                                    what: "has a sheet whose cells are stored in no order, more of them than fit the memory: open it in a spreadsheet program and save it as xlsx".into(),
                                });
                            }
                            self.runs.push(Run {
                                row,
                                start: place,
                                bytes: bytes as u32,
                            });
                        }
                    }
                    last_end = at + bytes;
                }
                // What belongs to the formula before it.
                record::RESULT | 0x003C | 0x0221 | 0x0236 | 0x04BC if last_end == at => {
                    let bytes = 4 + record.bytes.len() as u64;
                    if let Some(run) = self.runs.last_mut() {
                        run.bytes = run.bytes.saturating_add(bytes as u32);
                    }
                    last_end = at + bytes;
                }
                _ => {}
            }
        }
        self.runs.sort_by_key(|run| (run.row, run.start));
        Ok(())
    }

    /// Bytes of the workbook's stream that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Reads the next row that the file has; `false` at the end.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub(crate) fn next(
        &mut self,
        cells: &mut Cells,
        strings: &mut SharedStrings,
    ) -> Result<bool, Error> {
        let Some(&Run { row, .. }) = self.runs.get(self.next) else {
            if let (Some(why), false) = (self.damage, self.has_ended) {
                let line = self.runs.last().map_or(0, |run| u64::from(run.row) + 1);
                cells.note_damage(why, line, true);
            }
            self.has_ended = true;
            return Ok(false);
        };
        let is_hidden = self.hidden[usize::from(row) / 64] >> (row % 64) & 1 == 1;
        cells.row.begin(u64::from(row) + 1, is_hidden);
        while let Some(&run) = self.runs.get(self.next).filter(|run| run.row == row) {
            self.run(run, cells, strings)?;
            self.next += 1;
            self.position += u64::from(run.bytes);
        }
        cells.row.finish();
        Ok(true)
    }

    fn run(&self, run: Run, cells: &mut Cells, strings: &mut SharedStrings) -> Result<(), Error> {
        let end = u64::from(run.start) + u64::from(run.bytes);
        let mut records = Records::new(&self.stream, &self.path, u64::from(run.start))
            .reading(run.bytes as usize);
        // The column of a formula whose text comes in a record of its own.
        let mut awaited = None;
        while records.at() < end {
            let Some(record) = records.next()? else { break };
            let number = record.number;
            match number {
                record::FORMULA => awaited = formula(record.bytes, cells),
                record::RESULT | record::TEXT | record::RICH_TEXT => {
                    let bytes = record.bytes.to_vec();
                    let (column, bytes) = if number == record::RESULT {
                        (awaited.take(), bytes)
                    } else {
                        let column = Fields(bytes.get(2..).unwrap_or_default()).u16();
                        let column = column.filter(|&column| column < COLUMNS);
                        (
                            column.map(u32::from),
                            bytes.get(6..).unwrap_or_default().to_vec(),
                        )
                    };
                    if let Some(column) = column {
                        self.text_cell(column, bytes, &mut records, cells)?;
                    }
                }
                _ => simple(number, record.bytes, cells, strings, &self.path)?,
            }
        }
        if let Some(column) = awaited {
            cells.counts.column(column).without_result += 1;
        }
        Ok(())
    }

    fn text_cell(
        &self,
        column: u32,
        bytes: Vec<u8>,
        records: &mut Records<'_>,
        cells: &mut Cells,
    ) -> Result<(), Error> {
        let mark = cells.row.mark();
        match self.text {
            TextForm::Unicode => {
                // What a cut off text has is kept.
                Continued::new(records, bytes).append_text(cells.row.text())?;
            }
            TextForm::Bytes(_) => {
                if let Some(text) = self.text.text(&mut Fields(&bytes), 2) {
                    cells.row.text().extend_from_slice(text.as_bytes());
                }
            }
        }
        cells.end_text(column, mark);
        Ok(())
    }
}

fn is_cell(number: u16) -> bool {
    matches!(
        number,
        record::FORMULA
            | record::PACKED_NUMBERS
            | record::RICH_TEXT
            | record::SHARED
            | record::NUMBER
            | record::TEXT
            | record::BOOLEAN_OR_ERROR
            | record::PACKED_NUMBER
    )
}

/// Takes the result of a formula; the column if it is a text, which comes in a record of its own.
fn formula(bytes: &[u8], cells: &mut Cells) -> Option<u32> {
    let mut fields = Fields(bytes);
    fields.u16()?;
    let column = u32::from(fields.u16().filter(|&column| column < COLUMNS)?);
    let style = u32::from(fields.u16()?);
    let result = fields.bytes(8)?;
    if !result.ends_with(&[0xFF, 0xFF]) {
        cells.number(column, style, Fields(result).f64()?);
        return None;
    }
    match result[0] {
        0 => return Some(column),
        1 => cells.boolean(column, result[2] != 0),
        2 => cells.error(column, error_text(result[2])),
        _ => cells.text(column, b""),
    }
    None
}

/// Takes a cell whose value is in the record itself; a record that is too short has none.
fn simple(
    number: u16,
    bytes: &[u8],
    cells: &mut Cells,
    strings: &mut SharedStrings,
    path: &Path,
) -> Result<(), Error> {
    let mut fields = Fields(bytes);
    let (Some(_), Some(column)) = (fields.u16(), fields.u16()) else {
        return Ok(());
    };
    if column >= COLUMNS {
        return Ok(());
    }
    let mut column = u32::from(column);
    if number == record::PACKED_NUMBERS {
        // The last two bytes are the last column.
        while fields.0.len() >= 8
            && let (Some(style), Some(packed)) = (fields.u16(), fields.u32())
        {
            cells.number(column, u32::from(style), rk(packed));
            column += 1;
        }
        return Ok(());
    }
    let Some(style) = fields.u16().map(u32::from) else {
        return Ok(());
    };
    match number {
        record::NUMBER => {
            if let Some(value) = fields.f64() {
                cells.number(column, style, value);
            }
        }
        record::PACKED_NUMBER => {
            if let Some(packed) = fields.u32() {
                cells.number(column, style, rk(packed));
            }
        }
        record::SHARED => {
            let number = fields.u32().map_or(u64::MAX, u64::from);
            cells.shared(column, number, strings, path)?;
        }
        record::BOOLEAN_OR_ERROR => match (fields.u8(), fields.u8()) {
            (Some(value), Some(0)) => cells.boolean(column, value != 0),
            (Some(code), Some(_)) => cells.error(column, error_text(code)),
            _ => {}
        },
        _ => {}
    }
    Ok(())
}

/// The merged areas of a sheet.
pub(crate) fn merges(contents: &Contents, sheet: usize, path: &Path) -> Result<Vec<Area>, Error> {
    let mut merges = Vec::new();
    let Some(&start) = contents.starts.get(sheet) else {
        return Ok(merges);
    };
    let mut records = Records::new(&contents.stream, path, start);
    let mut depth = 0_u32;
    while let Some(record) = records.next()? {
        match record.number {
            record::BEGIN => depth += 1,
            record::END => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            record::MERGES if depth == 1 => {
                let mut fields = Fields(record.bytes);
                fields.u16();
                while let (Some(first_row), Some(last_row), Some(first_column), Some(last_column)) =
                    (fields.u16(), fields.u16(), fields.u16(), fields.u16())
                {
                    if merges.len() == MOST_MERGES {
                        break;
                    }
                    merges.push(Area {
                        first_row: first_row.into(),
                        last_row: last_row.into(),
                        first_column: first_column.into(),
                        last_column: last_column.into(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(merges)
}
