//! What a file looks like: its encoding, delimiter, header and columns, found from a bounded sample.

mod binary;
mod delimiter;
mod header;
mod sample;

use std::collections::HashSet;

use crate::receipt::{Decision, Receipt};
use crate::records::{LARGEST_RECORD, SampleRecord, Syntax, split};
use crate::source::Source;
use crate::types::{ColumnType, Evidence};
use crate::{DateOrder, Error, Options, Types};
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

/// How a file is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) syntax: Syntax,
    pub(crate) has_bom: bool,
    pub(crate) has_header: bool,
    pub(crate) preamble_rows: u64,
    pub(crate) header_rows: u64,
    /// Where the first record of the table begins, in bytes, and on which line, counted from 1.
    pub(crate) data_start: u64,
    pub(crate) first_line: u64,
    pub(crate) columns: Vec<ColumnPlan>,
    pub(crate) decisions: Vec<Decision>,
    /// Whether any field of the sample stands in quotes.
    pub(crate) has_quotes: bool,
}

/// Finds out how a file is to be read.
///
/// # Errors
/// [`Error::Binary`], [`Error::Empty`], [`Error::Options`] and those of reading.
pub(crate) fn layout(source: &Source, options: &Options) -> Result<Layout, Error> {
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
        crate::structure::numbered(columns)
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
    let columns = plans
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
        syntax,
        has_bom,
        has_header: header.is_there,
        preamble_rows: above.len() as u64,
        header_rows: u64::from(header.is_there),
        data_start: bom + start as u64,
        first_line: 1 + lines,
        columns,
        decisions,
        has_quotes,
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
        syntax,
        has_bom,
        has_header: receipt.has_header,
        preamble_rows: receipt.preamble_rows,
        header_rows: receipt.header_rows,
        data_start: bom + start as u64,
        first_line: 1 + memchr::memchr_iter(terminator, &sample.head[..start]).count() as u64,
        columns,
        decisions: Vec::new(),
        has_quotes: !receipt.quote.is_empty(),
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
