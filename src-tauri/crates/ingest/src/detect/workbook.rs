//! The tables of a workbook: of each worksheet, those that stand in it.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::columns::Columns;
use super::text::sample_rows;
use super::{Layout, PREVIEW_ROWS, Route, RowOrigin, shown};
use crate::receipt::Warning;
use crate::records::{Reason, RowSource, RowWriter};
use crate::sheets::{
    Area, ColumnCounts, Container, Counts, Kind, Limits, MOST_COLUMNS, Next, SheetRows, Workbook,
};
use crate::source::Source;
use crate::structure::{self, Cell, Filter, Grid, Merge, Row, TableShape, Verdict};
use crate::{Error, Options, TableId};

/// Rows of a sheet that are looked at, and the bytes of their texts.
const SAMPLE_ROWS: usize = 20_000;
const SAMPLE_BYTES: usize = 8_000_000;
/// Uncompressed bytes that are unpacked to find merged cells behind the rows: half a second's worth.
const MERGES_WITHIN: u64 = 256_000_000;
/// Rows at the top of a sheet in which a merged cell may be a part of a header.
const TOP_ROWS: usize = 50;

/// How each table of a workbook is to be read, of the sheet that is asked for or of all; `None` if the source is no workbook.
///
/// # Errors
/// [`Error::Protected`], [`Error::Workbook`], [`Error::Empty`] and those of reading.
pub(super) fn layouts(source: &Source, options: &Options) -> Result<Option<Vec<Layout>>, Error> {
    if Container::of(&source.start()?).is_none() {
        return Ok(None);
    }
    let budget = usize::try_from(options.memory / 8).unwrap_or(usize::MAX);
    let file = source.file()?;
    let Some(workbook) = Workbook::open(file, &source.path, budget, Limits::default())? else {
        return Ok(None);
    };
    let workbook = Arc::new(workbook);
    let wanted = options.table.as_ref().and_then(|id| id.sheet.as_deref());
    let mut layouts = Vec::new();
    for (sheet, info) in workbook.sheets().iter().enumerate() {
        if info.kind == Kind::Worksheet && wanted.is_none_or(|wanted| wanted == info.name) {
            layouts.extend(of_sheet(&workbook, sheet, options)?);
        }
    }
    if layouts.is_empty() && wanted.is_none() {
        return Err(Error::Empty(source.path.clone()));
    }
    Ok(Some(layouts))
}

/// How each table of a sheet is to be read; none if the sheet is blank.
fn of_sheet(
    workbook: &Arc<Workbook>,
    sheet: usize,
    options: &Options,
) -> Result<Vec<Layout>, Error> {
    let skipped = options.skip_rows.unwrap_or(0);
    let (mut grid, with_times) = sample(workbook, sheet, skipped)?;
    if may_have_merged_header(&grid) {
        let merges = workbook.merges(sheet, MERGES_WITHIN)?;
        grid.merges = merges.into_iter().flatten().map(merge).collect();
    }
    let told = structure::Told {
        header: options.header,
        table: options.table.as_ref().map_or(0, TableId::position),
        starts_at_once: options.skip_rows.is_some(),
    };
    let shapes = structure::find(&grid, told);
    let is_only = shapes.len() == 1;
    let info = &workbook.sheets()[sheet];
    let mut layouts = Vec::with_capacity(shapes.len());
    for (number, mut shape) in (1..).zip(shapes) {
        let decisions = std::mem::take(&mut shape.decisions);
        let shape = Arc::new(shape);
        let window = &shape.window;
        let sampled = sample_rows(&grid, &shape);
        let mut columns = Columns::new(window.len());
        for cells in &sampled {
            let cells = cells.get(window.start..).unwrap_or_default();
            columns.add(cells.iter().map(|cell| &*cell.text));
        }
        let types = columns.types(options.date_order);
        let names =
            (shape.columns.iter()).map(|column| (column.name.clone(), column.source_name.clone()));
        let mut plans = columns.plans(names, &types, options);
        for (plan, column) in plans.iter_mut().zip(&shape.columns) {
            plan.unit.clone_from(&column.unit);
        }
        let last_above = shape.header.iter().copied().chain(shape.units).max();
        let from = last_above
            .map(|last| last + 1)
            .or(shape.first_row)
            .unwrap_or(1);
        let preview = (sampled.iter().take(PREVIEW_ROWS))
            .map(|cells| {
                (window.clone())
                    .map(|column| {
                        let cell = cells.get(column).filter(|cell| is_there(cell))?;
                        Some(shown(&cell.text))
                    })
                    .collect()
            })
            .collect();
        layouts.push(Layout {
            table: Some(TableId {
                sheet: Some(info.name.clone()),
                number: if is_only { 0 } else { number },
                ..TableId::default()
            }),
            format: workbook.format().into(),
            encoding: String::new(),
            delimiter: String::new(),
            quote: String::new(),
            has_header: !shape.header.is_empty(),
            preamble_rows: shape.preamble.len() as u64 + skipped,
            header_rows: shape.header.len() as u64 + u64::from(shape.units.is_some()),
            columns: plans,
            decisions,
            warnings: Vec::new(),
            visibility: info.visibility,
            rows: if grid.is_whole {
                Some(sampled.len() as u64)
            } else {
                // What the sheet says of its size, which nearly always is true; but in xls some programs say that it is full.
                let size = info.size.filter(|_| workbook.format() != "xls");
                let last = size.map(|size| u64::from(size.last_row) + 1);
                let last = last.filter(|last| *last >= grid.head.len() as u64);
                last.filter(|_| is_only).map(|last| last + 1 - from)
            },
            preview,
            route: Route::Rows(Arc::new(SheetTable {
                workbook: Arc::clone(workbook),
                sheet,
                shape,
                skipped,
                from,
                with_times: with_times.clone(),
            })),
        });
    }
    Ok(layouts)
}

/// Reads the first rows of a sheet, and tells the columns of which all dates are to have a time.
fn sample(
    workbook: &Workbook,
    sheet: usize,
    skipped: u64,
) -> Result<(Grid<'static>, Vec<u32>), Error> {
    let (grid, with_times) = sample_with(workbook, sheet, skipped, &[])?;
    if with_times.is_empty() {
        return Ok((grid, with_times));
    }
    Ok((
        sample_with(workbook, sheet, skipped, &with_times)?.0,
        with_times,
    ))
}

/// The same with times in the dates of some columns; it tells those that have a hidden time.
fn sample_with(
    workbook: &Workbook,
    sheet: usize,
    skipped: u64,
    with_times: &[u32],
) -> Result<(Grid<'static>, Vec<u32>), Error> {
    let mut rows = workbook
        .rows(sheet, 0..MOST_COLUMNS)?
        .with_times(with_times);
    let mut head = Vec::new();
    let mut bytes = 0;
    let is_whole = loop {
        if head.len() == SAMPLE_ROWS || bytes > SAMPLE_BYTES {
            break false;
        }
        let (number, cells) = match rows.next()? {
            Next::End => break true,
            Next::Blank(number) | Next::Oversized(number) => (number, Vec::new()),
            Next::Row(number, row) => {
                bytes += row.bytes();
                (number, owned(row))
            }
        };
        if number > skipped {
            head.push(Row { number, cells });
        }
    };
    let hidden = (0..).zip(&rows.counts().columns);
    let hidden = hidden.filter(|(_, counts)| counts.hidden_times > 0);
    let hidden = hidden.map(|(column, _)| column).collect();
    let grid = Grid {
        kind: structure::Kind::Sheet,
        head,
        is_whole,
        // A compressed sheet can be read from its beginning only.
        tail: Vec::new(),
        merges: Vec::new(),
    };
    Ok((grid, hidden))
}

/// Whether something at the top of the sheet has a gap that a merged cell would explain; if not, none is looked for,
/// since merged cells are told of behind all rows.
fn may_have_merged_header(grid: &Grid) -> bool {
    let top = &grid.head[..grid.head.len().min(TOP_ROWS)];
    let width = top.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    top.iter().any(|row| {
        let filled = row.cells.iter().filter(|cell| is_there(cell)).count();
        filled > 0 && filled < width
    })
}

fn merge(area: Area) -> Merge {
    Merge {
        rows: (u64::from(area.first_row) + 1, u64::from(area.last_row) + 1),
        columns: area.first_column as usize..area.last_column as usize + 1,
    }
}

/// Whether a cell has a value, be it an empty text.
fn is_there(cell: &Cell) -> bool {
    !cell.text.is_empty() || cell.is_quoted
}

/// The cells of a row at their places.
fn owned(row: &crate::sheets::Row) -> Vec<Cell<'static>> {
    let mut cells: Vec<Cell> = Vec::new();
    for (column, text) in row.cells() {
        cells.resize(column as usize, Cell::default());
        cells.push(Cell {
            text: text.to_vec().into(),
            // An empty text is no missing value.
            is_quoted: text.is_empty(),
        });
    }
    cells
}

/// A table in a sheet.
struct SheetTable {
    workbook: Arc<Workbook>,
    sheet: usize,
    shape: Arc<TableShape>,
    /// Rows that a person skips.
    skipped: u64,
    /// The first row after the header.
    from: u64,
    /// The columns of which all dates have a time.
    with_times: Vec<u32>,
}

impl fmt::Debug for SheetTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SheetTable")
            .field("sheet", &self.sheet)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl RowOrigin for SheetTable {
    fn is_heavy(&self) -> bool {
        true
    }

    fn open(&self, _: &Source) -> Result<Box<dyn RowSource>, Error> {
        let window = self.shape.window.start as u32..self.shape.window.end as u32;
        Ok(Box::new(TableRows {
            rows: self
                .workbook
                .rows(self.sheet, window.clone())?
                .with_times(&self.with_times),
            workbook: Arc::clone(&self.workbook),
            filter: Filter::new(Arc::clone(&self.shape)),
            window,
            end: self.shape.end,
            skipped: self.skipped,
            from: self.from,
            pending: VecDeque::new(),
            verdicts: Vec::new(),
            is_done: false,
        }))
    }
}

/// A table that is being read.
struct TableRows {
    rows: SheetRows,
    workbook: Arc<Workbook>,
    filter: Filter,
    window: Range<u32>,
    /// The row in which something else begins.
    end: Option<u64>,
    skipped: u64,
    from: u64,
    /// Rows of which it is not known yet what becomes of them: the number, and the cells.
    pending: VecDeque<(u64, Vec<Cell<'static>>)>,
    verdicts: Vec<Verdict>,
    is_done: bool,
}

impl RowSource for TableRows {
    fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error> {
        if self.is_done {
            return Ok(false);
        }
        let next = self.rows.next()?;
        let number = match &next {
            Next::Row(number, _) | Next::Blank(number) | Next::Oversized(number) => Some(*number),
            Next::End => None,
        };
        let Some(number) = number.filter(|number| self.end.is_none_or(|end| *number < end)) else {
            self.is_done = true;
            self.filter.finish(&mut self.verdicts);
            self.settle(out);
            return Ok(true);
        };
        if number <= self.skipped {
            return Ok(true);
        }
        match next {
            Next::Row(_, row) if is_plain_row(&mut self.filter, number, row, &self.window) => {
                write_row(out, number, row, &self.window);
            }
            Next::Oversized(_) => out.set_aside(number, b"", Reason::Oversized),
            next => {
                let cells = match next {
                    Next::Row(_, row) => owned(row),
                    _ => Vec::new(),
                };
                self.filter.push(number, &cells, &mut self.verdicts);
                self.pending.push_back((number, cells));
                self.settle(out);
            }
        }
        Ok(true)
    }

    fn position(&self) -> u64 {
        self.rows.position()
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = damage(&self.workbook.warnings(), self.rows.counts());
        warnings.extend(odd_cells(self.rows.counts(), &self.window));
        warnings
    }

    fn notes(&self) -> Vec<(usize, String)> {
        let counts = self.rows.counts();
        (self.window.clone().enumerate())
            .filter_map(|(i, column)| Some((i, counts.columns.get(column as usize)?)))
            .flat_map(|(i, counts)| notes(counts).into_iter().map(move |note| (i, note)))
            .collect()
    }
}

/// Whether a row is one of the table for certain, told from the little that most rows show.
fn is_plain_row(
    filter: &mut Filter,
    number: u64,
    row: &crate::sheets::Row,
    window: &Range<u32>,
) -> bool {
    let mut cells = row
        .cells()
        .filter(|(column, text)| window.contains(column) && !text.is_empty());
    let Some((first, text)) = cells.next() else {
        return false;
    };
    let last = cells.last().map_or(first, |(column, _)| column);
    first == window.start && filter.is_surely_data(number, text, (last - first + 1) as usize)
}

/// Writes the cells of a row that are in the window.
fn write_row(out: &mut RowWriter, number: u64, row: &crate::sheets::Row, window: &Range<u32>) {
    out.begin(number);
    let mut next = window.start;
    for (column, text) in row.cells() {
        if window.contains(&column) {
            for _ in next..column {
                out.null();
            }
            out.text(text);
            next = column + 1;
        }
    }
    for _ in next..window.end {
        out.null();
    }
    out.end();
}

impl TableRows {
    /// Writes the rows about which it has been decided.
    fn settle(&mut self, out: &mut RowWriter) {
        for verdict in self.verdicts.drain(..) {
            let Some((number, cells)) = self.pending.pop_front() else {
                break;
            };
            let window = self.window.start as usize..self.window.end as usize;
            match verdict {
                Verdict::Data => {
                    out.begin(number);
                    for column in window {
                        match cells.get(column).filter(|cell| is_there(cell)) {
                            Some(cell) => out.text(&cell.text),
                            None => out.null(),
                        }
                    }
                    out.end();
                }
                Verdict::Blank if number < self.from => {}
                Verdict::Blank => out.blank(),
                Verdict::SetAside(reason) => {
                    let end = window.end.min(cells.len());
                    let texts: Vec<&[u8]> = cells
                        .get(window.start..end)
                        .unwrap_or_default()
                        .iter()
                        .map(|cell| &*cell.text)
                        .collect();
                    out.set_aside(number, &texts.join(&b"\t"[..]), reason.into());
                }
                Verdict::Above | Verdict::Below => {}
            }
        }
    }
}

/// What the workbook's damage cost.
fn damage(of_workbook: &[String], counts: &Counts) -> Vec<Warning> {
    (of_workbook.iter())
        .chain(&counts.damage)
        .map(|message| Warning {
            kind: "damaged_workbook".into(),
            message: message.clone(),
            count: 1,
            lines: Vec::new(),
            files: Vec::new(),
        })
        .collect()
}

/// What a person should know of the cells in a window.
fn odd_cells(counts: &Counts, window: &Range<u32>) -> Vec<Warning> {
    let columns = counts.columns.iter().skip(window.start as usize);
    let columns: Vec<&ColumnCounts> = columns.take(window.len()).collect();
    let sum = |of: fn(&ColumnCounts) -> u64| columns.iter().copied().map(of).sum::<u64>();
    let warn = |kind: &str, count: u64, one: &str, many: &str| {
        Warning::counted(kind, count, &[], one, many)
    };
    [
        warn(
            "hidden_rows",
            counts.hidden_rows,
            "one row is hidden in the sheet; it was converted like the others",
            "{} rows are hidden in the sheet; they were converted like the others",
        ),
        warn(
            "rows_out_of_order",
            counts.rows_out_of_order,
            "one row stands in the file after a row with a higher number; it was read where it stands",
            "{} rows stand in the file after rows with a higher number; they were read where they stand",
        ),
        warn(
            "formulas_without_result",
            sum(|column| column.without_result),
            "one formula has no stored result and is NULL; open and save the workbook in a spreadsheet program to have it computed",
            "{} formulas have no stored result and are NULL; open and save the workbook in a spreadsheet program to have them computed",
        ),
        warn(
            "error_cells",
            sum(|column| column.errors),
            "one cell holds an error such as #DIV/0!; in a column of numbers or dates it was set aside",
            "{} cells hold an error such as #DIV/0!; in columns of numbers or dates they were set aside",
        ),
        warn(
            "not_available",
            sum(|column| column.not_available),
            "one cell holds #N/A and is NULL",
            "{} cells hold #N/A and are NULL",
        ),
        warn(
            "lost_texts",
            sum(|column| column.lost_texts),
            "the text of one cell is lost; it is NULL",
            "the texts of {} cells are lost; they are NULL",
        ),
        warn(
            "numbers_as_text",
            sum(|column| column.text_numbers),
            "one number is stored as text in the sheet; it was read like the others",
            "{} numbers are stored as text in the sheet; they were read like the others",
        ),
        warn(
            "large_integers",
            sum(|column| column.big_integers),
            "one whole number is larger than 2^53: spreadsheet programs keep only its first 15 digits",
            "{} whole numbers are larger than 2^53: spreadsheet programs keep only their first 15 digits",
        ),
        warn(
            "no_dates",
            sum(|column| column.no_dates),
            "one number is formatted as a date but stands for none; it stayed the number",
            "{} numbers are formatted as dates but stand for none; they stayed the numbers",
        ),
        warn(
            "day_zero",
            sum(|column| column.day_zero),
            "one date is the day 0, which the sheet shows as 1900-01-00; it is 1899-12-31 here",
            "{} dates are the day 0, which the sheet shows as 1900-01-00; they are 1899-12-31 here",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How the sheet shows the numbers of a column.
fn notes(counts: &ColumnCounts) -> Vec<String> {
    let mut notes = Vec::new();
    if counts.percent > 0 {
        notes.push("the sheet shows percentages: 12 % is 0.12 here".to_owned());
    }
    if counts.money > 0 {
        notes.push("the sheet shows amounts of money".to_owned());
    }
    if counts.padded > 0 {
        notes.push("the sheet shows leading zeros, which were kept".to_owned());
    }
    if counts.hidden_times > 0 {
        notes.push("the sheet shows dates without their times, which were kept".to_owned());
    }
    if counts.elapsed > 0 {
        notes.push("the sheet shows lengths of time, in hours, minutes and seconds".to_owned());
    }
    notes
}
