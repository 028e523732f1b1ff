//! What a file looks like: its encoding, delimiter, header and columns, found from a bounded sample.

mod binary;
mod delimiter;
mod header;
mod sample;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::receipt::{Decision, Receipt};
use crate::records::{LARGEST_RECORD, RowSource, SampleRecord, Syntax, split};
use crate::source::Source;
use crate::text::Text;
use crate::types::{ColumnType, Evidence};
use crate::{DateOrder, Error, Options, Table, TableId, Types, Visibility};
use sample::Sample;

/// Records that are looked at in one piece of a sample.
const RECORDS: usize = 20_000;
/// The most columns that a table may have.
const MOST_COLUMNS: usize = 100_000;

/// The mark with which a file of UTF-8 may begin.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// The quote unless another is given.
pub(crate) const USUAL_QUOTE: u8 = b'"';

/// How a column is to be converted at first.
#[derive(Debug, Clone)]
pub(crate) struct ColumnPlan {
    /// The name in the dataset.
    pub(crate) name: String,
    /// The name in the source; empty where it has none.
    pub(crate) source_name: String,
    pub(crate) column_type: ColumnType,
    /// Whether the column is text only for want of anything better: no cell of the sample has a value, or the
    /// beginning of the file had a type that pieces from further on, which may lie inside a long text, contradict.
    pub(crate) is_doubtful: bool,
    /// Whether the sample's values repeat so much that a dictionary pays.
    pub(crate) repeats: bool,
}

/// How a table is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Which of the source's tables it is; `None` where the source is the table.
    pub(crate) table: Option<TableId>,
    /// What the receipt names the format, the encoding, the delimiter and the quote.
    pub(crate) format: String,
    pub(crate) encoding: String,
    pub(crate) delimiter: String,
    pub(crate) quote: String,
    pub(crate) has_header: bool,
    pub(crate) preamble_rows: u64,
    pub(crate) header_rows: u64,
    pub(crate) columns: Vec<ColumnPlan>,
    pub(crate) decisions: Vec<Decision>,
    /// Whether its sheet is shown.
    pub(crate) visibility: Visibility,
    /// Its rows, where the sample is all of it.
    pub(crate) rows: Option<u64>,
    /// Its first rows.
    pub(crate) preview: Vec<Vec<Option<String>>>,
    /// Where the rows come from.
    pub(crate) route: Route,
}

impl Layout {
    /// The table as a person chooses it.
    fn table(&self) -> Table {
        Table {
            id: self.table.clone().unwrap_or_default(),
            visibility: self.visibility,
            rows: self.rows,
            columns: self.columns.iter().map(|plan| plan.name.clone()).collect(),
            preview: self.preview.clone(),
        }
    }
}

/// Rows of a preview, and characters of one of its cells.
const PREVIEW_ROWS: usize = 20;
const PREVIEW_TEXT: usize = 200;

/// The first rows of a sample, as they are shown.
fn preview(rows: &[&SampleRecord], columns: usize) -> Vec<Vec<Option<String>>> {
    let shown = |record: &SampleRecord, column: usize| {
        let cell = record.cells.get(column).filter(|cell| !cell.is_null())?;
        let text = cell.text();
        Some(
            String::from_utf8_lossy(&text)
                .chars()
                .take(PREVIEW_TEXT)
                .collect(),
        )
    };
    let cells =
        |record: &&SampleRecord| -> Vec<_> { (0..columns).map(|i| shown(record, i)).collect() };
    rows.iter().take(PREVIEW_ROWS).map(cells).collect()
}

/// The tables of a source, as a person chooses among them.
///
/// # Errors
/// As [`layouts`].
pub(crate) fn tables(source: &Source, options: &Options) -> Result<Vec<Table>, Error> {
    Ok(layouts(source, options)?
        .iter()
        .map(Layout::table)
        .collect())
}

/// How the table that is asked for, or else the first that is visible, is to be read.
///
/// # Errors
/// As [`layouts`], and [`Error::Options`] for a table that is not there.
pub(crate) fn layout(source: &Source, options: &Options) -> Result<Layout, Error> {
    let mut layouts = layouts(source, options)?;
    let at = match &options.table {
        Some(wanted) => {
            let is_it = |layout: &Layout| {
                let id = layout.table.clone().unwrap_or_default();
                id.member == wanted.member
                    && id.sheet == wanted.sheet
                    && id.position() == wanted.position()
            };
            layouts.iter().position(is_it).ok_or_else(|| {
                Error::Options(format!(
                    "there is no table {wanted} in {}",
                    source.path.display()
                ))
            })?
        }
        None => layouts
            .iter()
            .position(|layout| layout.visibility == Visibility::Visible)
            .unwrap_or(0),
    };
    Ok(layouts.swap_remove(at))
}

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
pub(crate) enum Route {
    /// From a text that the reader of plain records reads.
    Plain(Plain),
    /// From anything else, row by row.
    Rows(Arc<dyn RowOrigin>),
}

/// Plain records in a text.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    pub(crate) text: Text,
    pub(crate) syntax: Syntax,
    /// Where the first record of the table begins in the text, in bytes, and on which line, counted from 1.
    pub(crate) data_start: u64,
    pub(crate) first_line: u64,
}

/// A table whose rows are read one by one, from their beginning and as often as needed.
pub(crate) trait RowOrigin: fmt::Debug + Send + Sync {
    /// Begins to read the table's rows, header and preamble left out.
    ///
    /// # Errors
    /// Those of reading the source.
    fn open(&self, source: &Source) -> Result<Box<dyn RowSource>, Error>;

    /// What stands between the surplus cells of a row in the strays.
    fn separator(&self) -> u8 {
        b','
    }
}

/// How each table of a source is to be read; at least one. [`Options::table`] may leave out those that it does not name.
///
/// # Errors
/// [`Error::Binary`], [`Error::Empty`], [`Error::Options`] and those of reading.
pub(crate) fn layouts(source: &Source, options: &Options) -> Result<Vec<Layout>, Error> {
    Ok(vec![text(source, options)?])
}

/// How the table of a text is to be read.
fn text(source: &Source, options: &Options) -> Result<Layout, Error> {
    if let Some(encoding) = &options.encoding
        && !["utf-8", "utf8"].contains(&encoding.to_ascii_lowercase().as_str())
    {
        return Err(Error::Options(format!(
            "the encoding {encoding} cannot be read: save the file as UTF-8 and convert that"
        )));
    }
    let mut sample = Sample::read(source)?;
    let has_bom = sample.head.starts_with(BOM);
    if has_bom {
        sample.head.drain(..BOM.len());
    }
    if sample.head.iter().all(u8::is_ascii_whitespace) && sample.is_whole {
        return Err(Error::Empty(source.path.clone()));
    }
    if let Some(looks_like) = binary::looks_like(&sample.head) {
        return Err(Error::Binary {
            path: source.path.clone(),
            looks_like,
        });
    }
    let terminator = terminator(&sample.head);
    if sample.is_whole && sample.head.last() != Some(&terminator) {
        sample.head.push(terminator);
    }
    let quote = options.quote.unwrap_or(USUAL_QUOTE);
    for (what, byte) in [("delimiter", options.delimiter), ("quote", Some(quote))] {
        if byte.is_some_and(|byte| !byte.is_ascii() || matches!(byte, b'\n' | b'\r')) {
            // A byte beyond ASCII is a part of letters, and would cut them.
            return Err(Error::Options(format!(
                "the {what} must be a single ASCII character and no line end"
            )));
        }
    }
    let quote = Some(quote);
    let mut decisions = Vec::new();
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => {
            let found = delimiter::detect(&sample.head, sample.is_whole, quote, terminator);
            decisions.push(found.decision());
            found.delimiter
        }
    };
    if Some(delimiter) == quote {
        return Err(Error::Options(
            "the delimiter must differ from the quote".into(),
        ));
    }
    let syntax = Syntax {
        delimiter,
        quote,
        terminator,
    };
    let records = split(&sample.head, syntax, sample.is_whole, RECORDS);
    let skipped = skipped(&records, options.skip_rows.unwrap_or(0));
    let (above, records) = records.split_at(skipped);
    let Some(first) = records.first() else {
        return Err(
            if sample.head.len() > LARGEST_RECORD / 100 && !sample.is_whole {
                Error::Options(format!(
                    "the first line of {} does not end within {} MB: check the delimiter and the quotes of the file",
                    source.path.display(),
                    sample.head.len() / 1_000_000
                ))
            } else {
                Error::Empty(source.path.clone())
            },
        );
    };
    let body: Vec<&SampleRecord> = records.iter().filter(|record| !record.is_blank()).collect();
    let header = header::decide(&body, options.header);
    decisions.extend(header.decision);
    let rows = &body[usize::from(header.is_there)..];
    let columns = column_count(header.is_there.then_some(first.cells.len()), rows);
    if columns > MOST_COLUMNS {
        return Err(Error::Options(format!(
            "the file seems to have {columns} columns, more than the {MOST_COLUMNS} that a table may have: check its delimiter"
        )));
    }
    let start = above.last().map_or(0, |record| record.end);
    let start = if header.is_there { first.end } else { start };
    let bom = if has_bom { BOM.len() as u64 } else { 0 };
    let lines = memchr::memchr_iter(terminator, &sample.head[..start]).count() as u64;
    let names = if header.is_there {
        header::names(first, columns)
    } else {
        header::numbered(columns)
    };
    let mut plans: Vec<Plan> = (0..columns).map(|_| Plan::default()).collect();
    for record in rows {
        Plan::add(&mut plans, record);
    }
    let of_head: Vec<ColumnType> = plans
        .iter()
        .map(|plan| plan.evidence.decide(options.date_order).column_type)
        .collect();
    for piece in &sample.pieces {
        for record in aligned(piece, syntax, columns) {
            Plan::add(&mut plans, &record);
        }
    }
    let columns: Vec<ColumnPlan> = plans
        .into_iter()
        .zip(names)
        .zip(of_head)
        .map(|((plan, (name, source_name)), of_head)| {
            plan.finish(name, source_name, of_head, options)
        })
        .collect();
    let has_quotes = records
        .iter()
        .any(|record| record.cells.iter().any(|cell| cell.is_quoted()));
    Ok(Layout {
        table: None,
        format: "csv".into(),
        encoding: if has_bom { "utf-8-bom" } else { "utf-8" }.into(),
        delimiter: char::from(syntax.delimiter).to_string(),
        quote: match syntax.quote {
            // An unusual one is named even if none was seen in the sample, so that the file can be read so again.
            Some(quote) if has_quotes || quote != USUAL_QUOTE => char::from(quote).to_string(),
            _ => String::new(),
        },
        has_header: header.is_there,
        preamble_rows: above.len() as u64,
        header_rows: u64::from(header.is_there),
        preview: preview(rows, columns.len()),
        rows: sample.is_whole.then_some(rows.len() as u64),
        visibility: Visibility::Visible,
        columns,
        decisions,
        route: Route::Plain(Plain {
            text: Text::Verbatim,
            syntax,
            data_start: bom + start as u64,
            first_line: 1 + lines,
        }),
    })
}

/// How the source of a finished conversion is read once more, as it was read then; `None` if its records are no longer
/// found where the receipt says.
pub(crate) fn again(
    source: &Source,
    receipt: &Receipt,
    columns: Vec<ColumnPlan>,
) -> Result<Option<Layout>, Error> {
    let mut sample = Sample::read(source)?;
    let has_bom = sample.head.starts_with(BOM);
    if has_bom {
        sample.head.drain(..BOM.len());
    }
    let terminator = terminator(&sample.head);
    if sample.is_whole && sample.head.last() != Some(&terminator) {
        sample.head.push(terminator);
    }
    let ([delimiter], [] | [_]) = (receipt.delimiter.as_bytes(), receipt.quote.as_bytes()) else {
        return Ok(None);
    };
    let syntax = Syntax {
        delimiter: *delimiter,
        // A receipt that names no quote is that of a file in which none was seen.
        quote: Some(receipt.quote.bytes().next().unwrap_or(USUAL_QUOTE)),
        terminator,
    };
    let before = usize::try_from(receipt.preamble_rows + receipt.header_rows).unwrap_or(usize::MAX);
    let records = split(&sample.head, syntax, sample.is_whole, before);
    if records.len() < before {
        return Ok(None);
    }
    let start = records.last().map_or(0, |record| record.end);
    let bom = if has_bom { BOM.len() as u64 } else { 0 };
    Ok(Some(Layout {
        table: None,
        format: receipt.format.clone(),
        encoding: receipt.encoding.clone(),
        delimiter: receipt.delimiter.clone(),
        quote: receipt.quote.clone(),
        has_header: receipt.has_header,
        preamble_rows: receipt.preamble_rows,
        header_rows: receipt.header_rows,
        columns,
        decisions: Vec::new(),
        visibility: Visibility::Visible,
        rows: None,
        preview: Vec::new(),
        route: Route::Plain(Plain {
            text: Text::Verbatim,
            syntax,
            data_start: bom + start as u64,
            first_line: 1 + memchr::memchr_iter(terminator, &sample.head[..start]).count() as u64,
        }),
    }))
}

/// LF ends a line, unless the beginning of the file has CR and no LF at all.
fn terminator(head: &[u8]) -> u8 {
    if memchr::memchr(b'\n', head).is_none() && memchr::memchr(b'\r', head).is_some() {
        b'\r'
    } else {
        b'\n'
    }
}

/// How many records are left out: those the person said, and blank lines after them.
fn skipped(records: &[SampleRecord], skip_rows: u64) -> usize {
    let told = usize::try_from(skip_rows)
        .unwrap_or(usize::MAX)
        .min(records.len());
    told + records[told..]
        .iter()
        .take_while(|record| record.is_blank())
        .count()
}

/// The header's fields, or more if most rows have more.
fn column_count(header: Option<usize>, rows: &[&SampleRecord]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(|record| record.cells.len()).collect();
    widths.sort_unstable();
    // More than half of the rows are at least as wide as the lower median.
    let usual = widths.get(widths.len().saturating_sub(1) / 2).copied();
    usual.max(header).unwrap_or(1)
}

/// The records of a piece that begins anywhere: none unless several in a row have the table's width.
fn aligned(piece: &[u8], syntax: Syntax, columns: usize) -> Vec<SampleRecord<'_>> {
    /// Line ends that are tried as the beginning of a record, and records that must then have the right width.
    const TRIES: usize = 20;
    const PROOF: usize = 3;
    for at in memchr::memchr_iter(syntax.terminator, piece).take(TRIES) {
        let records = split(&piece[at + 1..], syntax, false, RECORDS);
        if records.len() >= PROOF
            && records
                .iter()
                .take(PROOF)
                .all(|record| record.cells.len() == columns)
        {
            return records;
        }
    }
    Vec::new()
}

/// What the sample says of one column.
#[derive(Debug, Default)]
struct Plan {
    evidence: Evidence,
    values: usize,
    distinct: HashSet<u64>,
}

impl Plan {
    fn add(plans: &mut [Self], record: &SampleRecord) {
        use std::hash::BuildHasher;
        for (plan, cell) in plans.iter_mut().zip(&record.cells) {
            let text = cell.text();
            if !text.is_empty() {
                plan.evidence.add(&text);
                plan.values += 1;
                plan.distinct
                    .insert(foldhash::fast::FixedState::default().hash_one(&*text));
            }
        }
    }

    fn finish(
        self,
        name: String,
        source_name: String,
        of_head: ColumnType,
        options: &Options,
    ) -> ColumnPlan {
        let column_type = match options.types {
            Types::Text => ColumnType::Text,
            Types::Auto => self.evidence.decide(options.date_order).column_type,
        };
        ColumnPlan {
            name,
            source_name,
            column_type,
            is_doubtful: options.types == Types::Auto
                && column_type == ColumnType::Text
                && (self.values == 0 || of_head != ColumnType::Text),
            // A dictionary pays when a value comes back about three times in what was looked at.
            repeats: self.distinct.len() * 3 <= self.values + 30,
        }
    }
}

/// The order of day and month as the receipt names it.
pub(crate) fn order_name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "day first",
        DateOrder::Mdy => "month first",
    }
}
