//! Workbooks → sheets → rows of cells.
//!
//! A workbook is opened once and its sheets are read as streams, as often as they are asked for. The cells of a row come as
//! texts that a person would read in the cell where that matters, see [`cells`]. Where the table is inside a sheet is
//! not known here. Macros, links to other files and embedded objects are parts that nothing here asks for.

mod archive;
mod binary;
mod cells;
mod compound;
mod format;
#[cfg(any(test, fuzzing))]
pub(crate) mod made;
mod ods;
mod package;
mod part;
mod row;
mod serial;
mod strings;
mod styles;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use archive::{Archive, SharedFile};
use cells::Cells;
pub(crate) use cells::{ColumnCounts, Counts};
use compound::Compound;
pub(crate) use part::Limits;
pub(crate) use row::{Area, MOST_COLUMNS, Row};
use serial::Epoch;
use strings::SharedStrings;
use styles::Styles;

use crate::{Error, Visibility};

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

impl Kind {
    /// What a relationship of that kind leads to.
    fn of(relationship: &str) -> Self {
        match relationship {
            "worksheet" => Self::Worksheet,
            "chartsheet" => Self::Chart,
            "dialogsheet" => Self::Dialog,
            "xlMacrosheet" | "xlIntlMacrosheet" => Self::Macro,
            _ => Self::Missing,
        }
    }
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
    Xlsx(Package),
    Xlsb(Package),
    Xls(xls::Contents),
    Ods {
        archive: Archive,
        styles: ods::Styles,
        merges: Vec<Vec<Area>>,
    },
}

/// An Open Packaging workbook.
struct Package {
    archive: Archive,
    styles: Styles,
    strings_part: Option<String>,
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
            Some(Container::Compound) => Self::open_compound(file, budget, limits),
            None => Ok(None),
        }
    }

    fn open_zip(
        file: Arc<SharedFile>,
        budget: usize,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        let archive = Archive::open(&file)?;
        let lists = limits.of_a_list();
        let mut warnings = Vec::new();
        if archive.is_recovered {
            warnings.push(
                "The file is damaged: its directory is missing, and its parts were searched for."
                    .to_owned(),
            );
        }
        if ods::is_spreadsheet(&archive, lists)? {
            let mut contents = ods::contents(&archive, limits)?;
            warnings.append(&mut contents.warnings);
            if contents.sheets.is_empty() {
                return Err(no_sheet(&file));
            }
            let format = Format::Ods {
                archive,
                styles: contents.styles,
                merges: contents.merges,
            };
            return Ok(Some(Self {
                sheets: contents.sheets,
                warnings: Mutex::new(warnings),
                ..Self::new(format, file, budget, limits)
            }));
        }
        let part = package::workbook_part(&archive, lists)?;
        let is_binary = match &part {
            Some(part) => part.to_ascii_lowercase().ends_with(".bin"),
            None => (archive.entries.iter()).any(|entry| {
                entry.name.starts_with("xl/worksheets/") && entry.name.ends_with(".bin")
            }),
        };
        let mut contents = match &part {
            Some(part) if is_binary => xlsb::contents(&archive, part, lists)?,
            Some(part) => xlsx::contents(&archive, part, lists)?,
            None => xlsx::Contents::default(),
        };
        if contents.sheets.is_empty() {
            contents.sheets = loose_sheets(&archive, if is_binary { ".bin" } else { ".xml" });
            if contents.sheets.is_empty() {
                let has_parts = archive.entries.iter().any(|e| e.name.starts_with("xl/"));
                return if part.is_none() && !has_parts {
                    Ok(None)
                } else {
                    Err(no_sheet(&file))
                };
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
                sheet.size = if is_binary {
                    xlsb::dimension(&archive, &sheet.part, limits)?
                } else {
                    xlsx::dimension(&archive, &sheet.part, limits)?
                };
            }
        }
        let extension = if is_binary { "bin" } else { "xml" };
        let styles_part = contents
            .styles_part
            .unwrap_or_else(|| format!("xl/styles.{extension}"));
        let styles = if is_binary {
            xlsb::styles(&archive, &styles_part, lists)?
        } else {
            xlsx::styles(&archive, &styles_part, lists)?
        };
        let package = Package {
            archive,
            styles,
            strings_part: contents
                .strings_part
                .or_else(|| Some(format!("xl/sharedStrings.{extension}"))),
        };
        let format = if is_binary {
            Format::Xlsb(package)
        } else {
            Format::Xlsx(package)
        };
        Ok(Some(Self {
            sheets: contents.sheets,
            warnings: Mutex::new(warnings),
            epoch: contents.epoch,
            ..Self::new(format, file, budget, limits)
        }))
    }

    fn open_compound(
        file: Arc<SharedFile>,
        budget: usize,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        let path = &file.path;
        let Some(compound) = Compound::open(&file).map_err(|cause| Error::reading(path, cause))?
        else {
            return Err(no_sheet(&file));
        };
        if compound.has("EncryptedPackage") {
            return Err(Error::Protected(path.clone()));
        }
        let Some(mut contents) = xls::contents(&compound, path)? else {
            return Ok(None);
        };
        let sheets = std::mem::take(&mut contents.sheets);
        if sheets.is_empty() {
            return Err(no_sheet(&file));
        }
        let mut warnings = Vec::new();
        if contents.is_cut_off {
            warnings.push("The workbook is damaged: its list of sheets breaks off.".to_owned());
        }
        Ok(Some(Self {
            sheets,
            warnings: Mutex::new(warnings),
            epoch: contents.epoch,
            ..Self::new(Format::Xls(contents), Arc::clone(&file), budget, limits)
        }))
    }

    fn new(format: Format, file: Arc<SharedFile>, budget: usize, limits: Limits) -> Self {
        Self {
            format,
            file,
            sheets: Vec::new(),
            warnings: Mutex::new(Vec::new()),
            epoch: Epoch::Y1900,
            limits,
            budget,
            strings: Mutex::new(None),
        }
    }

    /// The name of the format, as its files end.
    pub(crate) fn format(&self) -> &'static str {
        match &self.format {
            Format::Xlsx(package) if package.archive.find("xl/vbaProject.bin").is_some() => "xlsm",
            Format::Xlsx(_) => "xlsx",
            Format::Xlsb(_) => "xlsb",
            Format::Xls(_) => "xls",
            Format::Ods { .. } => "ods",
        }
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
            Format::Xlsx(package) => xlsx::merges(&package.archive, &info.part, self.limits, most),
            Format::Xlsb(package) => xlsb::merges(&package.archive, &info.part, self.limits, most),
            Format::Xls(contents) => xls::merges(contents, sheet, &self.file.path).map(Some),
            Format::Ods { merges, .. } => Ok(merges.get(sheet).cloned()),
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
        let mut styles = Styles::default();
        let reader = match &self.format {
            Format::Xlsx(package) => {
                styles = package.styles.clone();
                xlsx::SheetReader::open(&package.archive, &info.part, self.limits)?
                    .map(Reader::Xlsx)
            }
            Format::Xlsb(package) => {
                styles = package.styles.clone();
                xlsb::SheetReader::open(&package.archive, &info.part, self.limits)?
                    .map(Reader::Xlsb)
            }
            Format::Xls(contents) => {
                styles = contents.styles.clone();
                xls::SheetReader::open(contents, sheet, &self.file.path, self.budget)?
                    .map(Reader::Xls)
            }
            Format::Ods {
                archive, styles, ..
            } => ods::SheetReader::open(archive, styles, sheet, self.limits)?.map(Reader::Ods),
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
            cells: Cells::new(styles, self.epoch),
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
        let (limits, budget) = (self.limits, self.budget);
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let part = |package: &Package| package.strings_part.clone().unwrap_or_default();
        let read = match &self.format {
            Format::Xlsx(package) => xlsx::shared_strings(
                &package.archive,
                &part(package),
                limits,
                budget,
                &mut warnings,
            )?,
            Format::Xlsb(package) => xlsb::shared_strings(
                &package.archive,
                &part(package),
                limits,
                budget,
                &mut warnings,
            )?,
            Format::Xls(contents) => {
                xls::shared_strings(contents, &self.file.path, budget, &mut warnings)?
            }
            Format::Ods { .. } => SharedStrings::within(0),
        };
        let read = Arc::new(Mutex::new(read));
        *strings = Some(Arc::clone(&read));
        Ok(read)
    }
}

/// A sheet's name as the file has it, or one for a sheet without.
fn sheet_name(name: Option<String>, number: usize) -> String {
    // Excel's own have 31 characters at most.
    const LONGEST: usize = 255;
    match name {
        Some(name) if !name.is_empty() => name.chars().take(LONGEST).collect(),
        _ => format!("Sheet{number}"),
    }
}

fn no_sheet(file: &SharedFile) -> Error {
    Error::Workbook {
        path: file.path.clone(),
        what: "is a damaged workbook: no sheet of it could be found; ask for it again, or open and save it in a spreadsheet program, which may repair it".into(),
    }
}

/// The sheets of a workbook whose list of them is lost, by the names of their parts.
fn loose_sheets(archive: &Archive, extension: &str) -> Vec<SheetInfo> {
    let mut sheets: Vec<(u32, SheetInfo)> = archive
        .entries
        .iter()
        .filter_map(|entry| {
            let name = entry
                .name
                .strip_prefix("xl/worksheets/")?
                .strip_suffix(extension)?;
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
    /// A row with a value in at least one of the columns asked for, and its number in the sheet.
    Row(u64, &'a Row),
    /// A row without any; its number in the sheet.
    Blank(u64),
    /// A row whose texts have more bytes than a record may have; its number in the sheet.
    Oversized(u64),
    /// There are no more rows with a value.
    End,
}

enum Reader {
    Xlsx(xlsx::SheetReader),
    Xlsb(xlsb::SheetReader),
    Xls(xls::SheetReader),
    Ods(ods::SheetReader),
}

/// The rows of a sheet from the first to the last that has a value.
pub(crate) struct SheetRows {
    reader: Reader,
    strings: Arc<Mutex<SharedStrings>>,
    cells: Cells,
    columns: Range<u32>,
    /// The number of the last row that was given.
    line: u64,
    /// Whether the next row with a value is there already, and blank ones before it are given first.
    has_row: bool,
}

impl SheetRows {
    /// The same rows, but all dates of these columns have a time: where one of a column does, a column of one type needs
    /// them.
    pub(crate) fn with_times(mut self, columns: &[u32]) -> Self {
        self.cells.with_times(columns);
        self
    }

    /// The same rows, read token by token where there is a shorter way.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn carefully(mut self) -> Self {
        if let Reader::Xlsx(reader) = &mut self.reader {
            reader.is_careful = true;
        }
        self
    }

    /// What comes next. Blank rows after the last one with a value are not there, for a format alone makes them.
    ///
    /// # Errors
    /// [`Error::Workbook`] for what is refused, such as a bomb, and [`Error::Read`].
    pub(crate) fn next(&mut self) -> Result<Next<'_>, Error> {
        while !self.has_row {
            let mut strings = self.strings.lock().unwrap_or_else(PoisonError::into_inner);
            let cells = &mut self.cells;
            let is_there = match &mut self.reader {
                Reader::Xlsx(reader) => reader.next(cells, &mut strings)?,
                Reader::Xlsb(reader) => reader.next(cells, &mut strings)?,
                Reader::Xls(reader) => reader.next(cells, &mut strings)?,
                Reader::Ods(reader) => reader.next(cells)?,
            };
            if !is_there {
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
            Next::Row(self.line, &self.cells.row)
        })
    }

    /// Compressed bytes of the sheet that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        match &self.reader {
            Reader::Xlsx(reader) => reader.position(),
            Reader::Xlsb(reader) => reader.position(),
            Reader::Xls(reader) => reader.position(),
            Reader::Ods(reader) => reader.position(),
        }
    }

    /// What was met so far; of all columns, those that were not asked for too.
    pub(crate) fn counts(&self) -> &Counts {
        &self.cells.counts
    }
}

#[cfg(test)]
mod tests;
