//! Workbooks → sheets → rows of cells.
//!
//! A workbook is opened once and its sheets are read as streams, as often as they are asked for. The cells of a row come as
//! texts that a person would read in the cell where that matters, see [`cells`]. Where the table is inside a sheet is
//! not known here. Macros, links to other files and embedded objects are parts that nothing here asks for.

mod archive;
mod cells;
mod format;
mod package;
mod part;
mod row;
mod serial;
mod strings;
mod styles;
mod xlsx;
mod xml;

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use archive::{Archive, SharedFile};
use cells::Cells;
pub(crate) use cells::{ColumnCounts, Counts};
pub(crate) use part::Limits;
pub(crate) use row::{Area, MOST_COLUMNS, Row};
use serial::Epoch;
use strings::SharedStrings;
use styles::Styles;

use crate::Error;

/// Whether a sheet is shown to somebody who opens the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    Visible,
    Hidden,
    /// Hidden so that only a program can show it.
    VeryHidden,
}

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rows of cells: the only kind that can be converted.
    Worksheet,
    Chart,
    Dialog,
    Macro,
    /// The workbook names it, but it is not in the file.
    Missing,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetInfo {
    pub(crate) name: String,
    pub(crate) visibility: Visibility,
    pub(crate) kind: Kind,
    /// The area that the sheet says it uses, which may be untrue; `None` where it says nothing.
    pub(crate) size: Option<Area>,
    /// Compressed bytes of the sheet, for progress.
    pub(crate) bytes: u64,
    /// The part that holds the sheet.
    part: String,
}

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// A zip archive: xlsx, xlsm, xlsb, ods, or no workbook at all.
    Zip,
    /// A compound file: xls, or a workbook with a password.
    Compound,
}

impl Container {
    /// The container that a file which begins so is; `None` for any other file.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else if start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            Some(Self::Compound)
        } else {
            None
        }
    }
}

/// What differs between the formats.
enum Format {
    Xlsx {
        archive: Archive,
        styles: Styles,
        strings_part: Option<String>,
    },
}

/// A workbook that was opened.
pub(crate) struct Workbook {
    format: Format,
    file: Arc<SharedFile>,
    sheets: Vec<SheetInfo>,
    warnings: Mutex<Vec<String>>,
    epoch: Epoch,
    limits: Limits,
    /// Bytes that the shared strings may use.
    budget: usize,
    strings: Mutex<Option<Arc<Mutex<SharedStrings>>>>,
}

impl Workbook {
    /// Opens a workbook, of which shared strings use about `budget` bytes of memory at most; `None` if the file is none.
    ///
    /// # Errors
    /// [`Error::Protected`], [`Error::Workbook`] for a damaged file, and [`Error::Read`].
    pub(crate) fn open(
        file: File,
        path: &Path,
        budget: usize,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        let file = SharedFile::new(file, path)?;
        let mut start = [0; 8];
        let read = file
            .read_at(0, &mut start)
            .map_err(|cause| Error::reading(path, cause))?;
        match Container::of(&start[..read]) {
            Some(Container::Zip) => Self::open_zip(file, budget, limits),
            Some(Container::Compound) | None => Ok(None),
        }
    }

    fn open_zip(
        file: Arc<SharedFile>,
        budget: usize,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        let archive = Archive::open(&file)?;
        let mut warnings = Vec::new();
        if archive.is_recovered {
            warnings.push(
                "The file is damaged: its directory is missing, and its parts were searched for."
                    .to_owned(),
            );
        }
        let part = package::workbook_part(&archive, limits)?;
        let mut contents = match &part {
            Some(part) => xlsx::contents(&archive, part, limits)?,
            None => xlsx::Contents::default(),
        };
        if contents.sheets.is_empty() {
            contents.sheets = loose_sheets(&archive);
            if contents.sheets.is_empty() {
                if part.is_none() && !archive.entries.iter().any(|e| e.name.starts_with("xl/")) {
                    return Ok(None);
                }
                return Err(Error::Workbook {
                    path: file.path.clone(),
                    what: "is a damaged workbook: no sheet of it could be found; ask for it again, or open and save it in a spreadsheet program, which may repair it".into(),
                });
            }
            warnings.push(
                "The list of sheets is lost: the sheets are named by their files.".to_owned(),
            );
        }
        warnings.append(&mut contents.warnings);
        for sheet in &mut contents.sheets {
            match archive.find(&sheet.part) {
                None => sheet.kind = Kind::Missing,
                Some(entry) => sheet.bytes = entry.compressed,
            }
            if sheet.kind == Kind::Worksheet {
                sheet.size = xlsx::dimension(&archive, &sheet.part, limits)?;
            }
        }
        let styles_part = contents.styles_part.as_deref().unwrap_or("xl/styles.xml");
        let styles = xlsx::styles(&archive, styles_part, limits)?;
        Ok(Some(Self {
            format: Format::Xlsx {
                archive,
                styles,
                strings_part: contents.strings_part,
            },
            file,
            sheets: contents.sheets,
            warnings: Mutex::new(warnings),
            epoch: contents.epoch,
            limits,
            budget,
            strings: Mutex::new(None),
        }))
    }

    /// The workbook's sheets in its own order, those that cannot be converted too.
    pub(crate) fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// What could not be read, as whole sentences; more may come while sheets are read.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The merged areas of a sheet: `None` if more than `most` uncompressed bytes of rows stand before them.
    ///
    /// # Errors
    /// [`Error::Workbook`] and [`Error::Read`].
    pub(crate) fn merges(&self, sheet: usize, most: u64) -> Result<Option<Vec<Area>>, Error> {
        let Some(info) = self.sheets.get(sheet) else {
            return Ok(Some(Vec::new()));
        };
        match &self.format {
            Format::Xlsx { archive, .. } => xlsx::merges(archive, &info.part, self.limits, most),
        }
    }

    /// The rows of a sheet, of which only the cells in `columns` (counted from 0) are given.
    ///
    /// # Errors
    /// [`Error::Workbook`] for a sheet that is no worksheet or cannot be read, and [`Error::Read`].
    pub(crate) fn rows(&self, sheet: usize, columns: Range<u32>) -> Result<SheetRows, Error> {
        let refused = |what: String| Error::Workbook {
            path: self.file.path.clone(),
            what,
        };
        let Some(info) = self.sheets.get(sheet) else {
            return Err(refused("has no such sheet".into()));
        };
        match info.kind {
            Kind::Worksheet => {}
            Kind::Missing => {
                return Err(refused(format!(
                    "is damaged: the sheet “{}” is not in it; its other sheets can be converted",
                    info.name
                )));
            }
            Kind::Chart | Kind::Dialog | Kind::Macro => {
                return Err(refused(format!(
                    "has no table in its sheet “{}”, which is a chart, a dialog or macros: choose another sheet",
                    info.name
                )));
            }
        }
        let strings = self.strings()?;
        let (reader, styles) = match &self.format {
            Format::Xlsx {
                archive, styles, ..
            } => (
                xlsx::SheetReader::open(archive, &info.part, self.limits)?,
                styles.clone(),
            ),
        };
        let Some(reader) = reader else {
            return Err(refused(format!(
                "is damaged: the sheet “{}” is not in it; its other sheets can be converted",
                info.name
            )));
        };
        Ok(SheetRows {
            reader,
            strings,
            cells: Cells {
                styles,
                epoch: self.epoch,
                ..Cells::default()
            },
            columns,
            line: 0,
            has_row: false,
        })
    }

    /// The shared strings, which are read when the first sheet is.
    fn strings(&self) -> Result<Arc<Mutex<SharedStrings>>, Error> {
        let mut strings = self.strings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(strings) = &*strings {
            return Ok(Arc::clone(strings));
        }
        let read = match &self.format {
            Format::Xlsx {
                archive,
                strings_part,
                ..
            } => {
                let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
                let part = strings_part.as_deref().unwrap_or("xl/sharedStrings.xml");
                xlsx::shared_strings(archive, part, self.limits, self.budget, &mut warnings)?
            }
        };
        let read = Arc::new(Mutex::new(read));
        *strings = Some(Arc::clone(&read));
        Ok(read)
    }
}

/// The sheets of a workbook whose list of them is lost, by the names of their parts.
fn loose_sheets(archive: &Archive) -> Vec<SheetInfo> {
    let mut sheets: Vec<(u32, SheetInfo)> = archive
        .entries
        .iter()
        .filter_map(|entry| {
            let name = entry
                .name
                .strip_prefix("xl/worksheets/")?
                .strip_suffix(".xml")?;
            if name.contains('/') {
                return None;
            }
            let number = name.trim_start_matches(|c: char| !c.is_ascii_digit());
            let sheet = SheetInfo {
                name: name.to_owned(),
                visibility: Visibility::Visible,
                kind: Kind::Worksheet,
                size: None,
                bytes: entry.compressed,
                part: entry.name.clone(),
            };
            Some((number.parse().unwrap_or(u32::MAX), sheet))
        })
        .collect();
    sheets.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
    sheets.dedup_by(|a, b| a.1.part == b.1.part);
    sheets.into_iter().map(|(_, sheet)| sheet).collect()
}

/// What comes next in a sheet.
#[derive(Debug)]
pub(crate) enum Next<'a> {
    /// A row with a value in at least one of the columns asked for.
    Row(&'a Row),
    /// A row without any; its number in the sheet.
    Blank(u64),
    /// A row whose texts have more bytes than a record may have; its number in the sheet.
    Oversized(u64),
    /// There are no more rows with a value.
    End,
}

/// The rows of a sheet from the first to the last that has a value.
pub(crate) struct SheetRows {
    reader: xlsx::SheetReader,
    strings: Arc<Mutex<SharedStrings>>,
    cells: Cells,
    columns: Range<u32>,
    /// The number of the last row that was given.
    line: u64,
    /// Whether the next row with a value is there already, and blank ones before it are given first.
    has_row: bool,
}

impl SheetRows {
    /// What comes next. Blank rows after the last one with a value are not there, for a format alone makes them.
    ///
    /// # Errors
    /// [`Error::Workbook`] for what is refused, such as a bomb, and [`Error::Read`].
    pub(crate) fn next(&mut self) -> Result<Next<'_>, Error> {
        while !self.has_row {
            let mut strings = self.strings.lock().unwrap_or_else(PoisonError::into_inner);
            if !self.reader.next(&mut self.cells, &mut strings)? {
                return Ok(Next::End);
            }
            let row = &self.cells.row;
            let has_value = row.is_oversized
                || row
                    .cells()
                    .any(|(column, _)| self.columns.contains(&column));
            if has_value {
                self.cells.counts.hidden_rows += u64::from(row.is_hidden);
                self.has_row = true;
            }
        }
        self.line += 1;
        if self.line < self.cells.row.line {
            return Ok(Next::Blank(self.line));
        }
        self.has_row = false;
        Ok(if self.cells.row.is_oversized {
            Next::Oversized(self.line)
        } else {
            Next::Row(&self.cells.row)
        })
    }

    /// Compressed bytes of the sheet that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position()
    }

    /// What was met so far; of all columns, those that were not asked for too.
    pub(crate) fn counts(&self) -> &Counts {
        &self.cells.counts
    }
}

#[cfg(test)]
mod tests;
