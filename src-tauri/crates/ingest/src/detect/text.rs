//! The tables of a text: its encoding, its dialect, and what of it is table.

use std::sync::Arc;

use super::columns::Columns;
use super::rows::TextTable;
use super::sample::{Piece, Sample};
use super::{Layout, MOST_COLUMNS, PREVIEW_ROWS, Plain, Route, binary, no_lines, shown};
use crate::dialect::{self, Delimiter, Detected, Told};
use crate::encoding::{self, Encoding};
use crate::json;
use crate::receipt::{Decision, Warning};
use crate::records::LARGEST_RECORD;
use crate::records::Sift;
use crate::records::odd::{SampleRow, ends_in_ctrl_z, records_of};
use crate::source::Source;
use crate::structure::{self, Cell, Filter, Grid, Row, TableShape, Verdict};
use crate::text::Text;
use crate::{Cancel, Error, LineRange, Options, TableId, Visibility};

/// Records that are looked at in one piece of a sample, and at the end of the text.
const RECORDS: usize = 20_000;
const TAIL_RECORDS: usize = 500;

/// The quote unless another is given.
const USUAL_QUOTE: u8 = b'"';

/// A sample of a text, decoded.
struct Looked {
    text: Text,
    /// Its beginning, and whether that is all of it.
    head: Vec<u8>,
    is_whole: bool,
    pieces: Vec<Vec<u8>>,
    /// Its last bytes, where the beginning is not all.
    tail: Vec<u8>,
    encoding: String,
    decisions: Vec<Decision>,
    warnings: Vec<Warning>,
}

/// How each table of a text is to be read; at least one.
///
/// # Errors
/// [`Error::Binary`], [`Error::Empty`], [`Error::Options`] and those of reading.
pub(super) fn layouts(
    source: &Source,
    text: Text,
    options: &Options,
    cancel: &Cancel,
) -> Result<Vec<Layout>, Error> {
    let mut looked = look(source, text, options)?;
    // Whoever tells a delimiter or a quote does not mean JSON.
    let is_told = options.delimiter.is_some() || options.quote.is_some();
    if let Some(form) = json::form(&looked.head, looked.is_whole).filter(|_| !is_told) {
        if options.lines.is_some() {
            return Err(no_lines(source, "JSON"));
        }
        let beginning = super::json::Beginning {
            text: looked.text,
            form,
            is_small: looked.is_whole,
            encoding: looked.encoding,
            decisions: looked.decisions,
            warnings: looked.warnings,
        };
        return Ok(vec![super::json::layout(source, beginning, options)?]);
    }
    if let Some(lines) = options.lines {
        looked = looked.of_lines(source, lines, cancel)?;
    }
    let lines_above = looked.text.lines_above();
    let Detected {
        dialect,
        decisions: of_dialect,
    } = detect_below(&looked, options)?;
    let mut records = records_of(&looked.head, &dialect, looked.is_whole, RECORDS);
    for record in &mut records {
        record.line += lines_above;
    }
    if records.is_empty() && !looked.is_whole && looked.head.len() > LARGEST_RECORD / 100 {
        return Err(Error::Options(format!(
            "the first line of {} does not end within {} MB: check the delimiter and the quotes of the file",
            source.path.display(),
            looked.head.len() / 1_000_000
        )));
    }
    let skipped = usize::try_from(options.skip_rows.unwrap_or(0)).unwrap_or(usize::MAX);
    let (above, records) = records.split_at(skipped.min(records.len()));
    let mut of_tail = dialect.clone();
    of_tail.start = 0;
    let is_all = looked.is_whole && records.len() + above.len() < RECORDS;
    let tail = if is_all {
        Vec::new()
    } else {
        tail(&looked.tail, &of_tail)
    };
    let grid = Grid {
        kind: structure::Kind::Text,
        head: records.iter().map(row).collect(),
        is_whole: is_all,
        tail: tail.iter().map(row).collect(),
        merges: Vec::new(),
    };
    let told = structure::Told {
        header: options.header,
        table: options.table.as_ref().map_or(0, TableId::position),
        starts_at_once: options.skip_rows.is_some(),
    };
    let shapes = structure::find(&grid, told);
    if shapes.is_empty() {
        return Err(Error::Empty(source.path.clone()));
    }
    let pieces: Vec<Vec<SampleRow>> = match shapes[..] {
        [ref shape] => (looked.pieces.iter())
            .map(|piece| aligned(piece, &of_tail, shape.columns.len()))
            .collect(),
        _ => Vec::new(),
    };
    let has_quotes = records
        .iter()
        .any(|record| record.cells.iter().any(|cell| cell.is_quoted));
    let quote = match dialect.quote {
        // An unusual one is named even if none was seen in the sample, so that the file can be read so again.
        Some(quote) if has_quotes || quote != USUAL_QUOTE => char::from(quote).to_string(),
        _ => String::new(),
    };
    let is_only = shapes.len() == 1;
    let ends_in_ctrl_z = ends_in_ctrl_z(if looked.is_whole {
        &looked.head
    } else {
        &looked.tail
    });
    // The first line after the last record, and where it begins.
    let behind = records
        .last()
        .map_or((lines_above + 1, dialect.start), |last| {
            (last.line + 1, last.end)
        });
    let mut layouts = Vec::with_capacity(shapes.len());
    let mut previous_end = 0;
    for (number, mut shape) in (1..).zip(shapes) {
        if shape.columns.len() > MOST_COLUMNS {
            return Err(Error::Options(format!(
                "the file seems to have {} columns, more than the {MOST_COLUMNS} that a table may have: check its delimiter",
                shape.columns.len()
            )));
        }
        let mut decisions = looked.decisions.clone();
        decisions.extend(of_dialect.iter().cloned());
        decisions.append(&mut shape.decisions);
        let shape = Arc::new(shape);
        // The header's last row, units among it; without one, the table begins with its first row.
        let last_above = shape
            .units
            .into_iter()
            .chain(shape.header.iter().copied())
            .max();
        let from = match last_above {
            Some(last) => {
                let at = records.partition_point(|record| record.line <= last);
                records.get(at)
            }
            None => {
                let first = shape.first_row.unwrap_or(u64::MAX);
                // Where nothing stands above, a record of nothing but an empty text in quotes is the first row.
                let is_top = number == 1 && shape.preamble.is_empty();
                records
                    .iter()
                    .find(|record| record.line >= first || is_top && !record.is_blank())
            }
        };
        let (from, data_start) = from.map_or(behind, |record| (record.line, record.start));
        let header_rows = shape.header.len() as u64 + u64::from(shape.units.is_some());
        let is_above = |record: &&SampleRow| record.line >= previous_end && record.line < from;
        let preamble = records.iter().filter(is_above).count() as u64 - header_rows;
        let preamble_rows = preamble + if number == 1 { above.len() as u64 } else { 0 };
        previous_end = shape.end.unwrap_or(u64::MAX);
        let sampled = sample_rows(&grid, &shape);
        let mut columns = Columns::new(shape.columns.len());
        for cells in &sampled {
            columns.add(
                cells[shape.window.start.min(cells.len())..]
                    .iter()
                    .map(|cell| &*cell.text),
            );
        }
        let of_head = columns.types(options.date_order);
        for record in pieces.iter().flatten() {
            columns.add(record.cells.iter().map(|cell| &*cell.text));
        }
        let names =
            (shape.columns.iter()).map(|column| (column.name.clone(), column.source_name.clone()));
        let mut plans = columns.plans(names, &of_head, options);
        for (plan, column) in plans.iter_mut().zip(&shape.columns) {
            plan.unit.clone_from(&column.unit);
        }
        let plain = dialect.plain().filter(|_| {
            is_only
                && shape.end.is_none()
                && shape.set_aside.is_empty()
                && shape.tail_set_aside.is_empty()
                && !ends_in_ctrl_z
                && !pieces
                    .iter()
                    .flatten()
                    .any(|record| repeats(record, &shape))
        });
        let route = match plain {
            Some(syntax) => Route::Plain(Plain {
                data_start: looked.text.start() + data_start as u64,
                first_line: from,
                text: looked.text.clone(),
                syntax,
                sift: (!looked.is_whole && shape.columns.len() > 1).then(|| Sift {
                    header: (header_rows == 1)
                        .then(|| last_line(&looked.head[..data_start], syntax.terminator))
                        .filter(|line| is_whole(line, syntax.quote)),
                }),
            }),
            None => Route::Rows(Arc::new(TextTable {
                text: looked.text.clone(),
                dialect: dialect.clone(),
                shape: Arc::clone(&shape),
                skipped_to: records.first().map_or(0, |record| record.line),
                from,
            })),
        };
        let preview = (sampled.iter().take(PREVIEW_ROWS))
            .map(|cells| {
                (0..shape.columns.len())
                    .map(|i| {
                        let cell = cells.get(shape.window.start + i)?;
                        (!cell.text.is_empty() || cell.is_quoted).then(|| shown(&cell.text))
                    })
                    .collect()
            })
            .collect();
        layouts.push(Layout {
            table: (!is_only).then(|| TableId {
                number,
                ..TableId::default()
            }),
            format: match dialect.delimiter {
                Delimiter::Fixed(_) => "fixed-width",
                _ => "csv",
            }
            .into(),
            encoding: looked.encoding.clone(),
            delimiter: dialect.delimiter.text(),
            quote: quote.clone(),
            has_header: !shape.header.is_empty(),
            preamble_rows,
            header_rows,
            columns: plans,
            decisions,
            warnings: looked.warnings.clone(),
            visibility: Visibility::Visible,
            rows: is_all.then_some(sampled.len() as u64),
            preview,
            route,
        });
    }
    Ok(layouts)
}

impl Looked {
    /// A look at nothing but some of the lines.
    fn of_lines(self, source: &Source, lines: LineRange, cancel: &Cancel) -> Result<Self, Error> {
        // Lines end as the reader of plain records counts them.
        let terminator = match self.head.contains(&b'\n') {
            true => b'\n',
            false => b'\r',
        };
        let text = self.text.of_lines(source, lines, terminator, cancel)?;
        let sample = match text.range_in_file(source) {
            Some(range) => Sample::of_range(source, range)?,
            None => Sample::of_packed(source, text.open(source)?.into_text(source)?)?,
        };
        Ok(Self {
            text,
            head: sample.head,
            is_whole: sample.is_whole,
            pieces: sample.pieces.into_iter().map(|piece| piece.bytes).collect(),
            tail: sample.tail.map_or_else(Vec::new, |piece| piece.bytes),
            ..self
        })
    }
}

/// Reads a sample of a text and decodes it.
fn look(source: &Source, text: Text, options: &Options) -> Result<Looked, Error> {
    let sample = match text.is_packed() {
        true => Sample::of_packed(source, text.unpack(source)?)?,
        false => Sample::read(source)?,
    };
    if let Some(name) = binary::signature(&sample.head) {
        return Err(Error::Binary {
            path: source.path.clone(),
            looks_like: name.into(),
        });
    }
    let mut warnings = Vec::new();
    let (encoding, mark, name, decisions) = match &options.encoding {
        Some(name) => {
            let encoding = Encoding::named(name, &sample.head)?;
            let mark = encoding.mark_length(&sample.head);
            let name = match encoding {
                Encoding::Utf8 if mark > 0 => "utf-8-bom".into(),
                encoding => encoding.name(),
            };
            (encoding, mark, name, Vec::new())
        }
        None => {
            let pieces: Vec<Vec<u8>> = sample
                .pieces
                .iter()
                .map(|piece| piece.bytes.clone())
                .collect();
            let found = encoding::detect(&sample.head, sample.is_whole, &pieces);
            warnings.extend(Warning::counted(
                "encoded_twice",
                found.encoded_twice,
                &[],
                "one character at the beginning seems to have been encoded twice, such as ü as Ã¼; it was left so, and the encoding utf-8-double repairs it",
                "{} characters at the beginning seem to have been encoded twice, such as ü as Ã¼; they were left so, and the encoding utf-8-double repairs them",
            ));
            (
                found.encoding,
                found.mark,
                found.name(),
                vec![found.decision()],
            )
        }
    };
    let decoded = |bytes: Vec<u8>, offset: u64| match encoding {
        Encoding::Utf8 => bytes,
        _ => encoding.decode_piece(&bytes, offset),
    };
    let mut head = sample.head;
    head.drain(..mark.min(head.len()));
    let head = decoded(head, 0);
    // Of a file that is hardly longer than its mark, the end may begin within that.
    let decoded_piece = |mut piece: Piece| {
        let begins = usize::try_from(piece.offset).unwrap_or(usize::MAX);
        piece
            .bytes
            .drain(..mark.saturating_sub(begins).min(piece.bytes.len()));
        decoded(piece.bytes, piece.offset.saturating_sub(mark as u64))
    };
    if sample.is_whole
        && head
            .iter()
            .all(|byte| byte.is_ascii_whitespace() || *byte == 0x1a)
    {
        return Err(Error::Empty(source.path.clone()));
    }
    if let Some(looks_like) = binary::controls(&head) {
        return Err(Error::Binary {
            path: source.path.clone(),
            looks_like,
        });
    }
    Ok(Looked {
        text: Text {
            encoding,
            mark: mark as u64,
            ..text
        },
        head,
        is_whole: sample.is_whole,
        pieces: sample.pieces.into_iter().map(decoded_piece).collect(),
        tail: sample.tail.map_or_else(Vec::new, decoded_piece),
        encoding: name,
        decisions,
        warnings,
    })
}

/// The dialect of what is below the lines that a person skips.
fn detect_below(looked: &Looked, options: &Options) -> Result<Detected, Error> {
    let told = told(options)?;
    let lines = usize::try_from(options.skip_rows.unwrap_or(0)).unwrap_or(usize::MAX);
    let Some(last) = lines.checked_sub(1) else {
        return Ok(dialect::detect(&looked.head, looked.is_whole, &told));
    };
    let end = memchr::memchr_iter(b'\n', &looked.head).nth(last);
    let below = end.map_or(&looked.head[..], |end| &looked.head[end + 1..]);
    let mut detected = dialect::detect(below, looked.is_whole, &told);
    detected.dialect.start = 0;
    Ok(detected)
}

/// What a person told of the dialect.
fn told(options: &Options) -> Result<Told, Error> {
    let has_line_end = |text: &str| text.contains(['\n', '\r']);
    let delimiter = match &options.delimiter {
        Some(text) => {
            let parsed = Delimiter::parse(text).filter(|_| !has_line_end(text));
            Some(parsed.ok_or_else(|| {
                Error::Options(
                    "the delimiter must be a character or several, without a line end, or one of tab, space, spaces, fixed and none".into(),
                )
            })?)
        }
        None => None,
    };
    let quote = match options.quote.as_deref() {
        None => None,
        Some("none") => Some(None),
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii() && !has_line_end(text) => Some(Some(*byte)),
            // A byte beyond ASCII is a part of letters, and would cut them.
            _ => {
                return Err(Error::Options(
                    "the quote must be a single ASCII character and no line end, or none".into(),
                ));
            }
        },
    };
    let is_same = |quote: u8| {
        delimiter
            .as_ref()
            .is_some_and(|delimiter: &Delimiter| delimiter.bytes().contains(&quote))
    };
    if quote.flatten().is_some_and(is_same) {
        return Err(Error::Options(
            "the delimiter must differ from the quote".into(),
        ));
    }
    Ok(Told { delimiter, quote })
}

/// A record as the search for tables takes it.
fn row<'a>(record: &SampleRow<'a>) -> Row<'a> {
    let cells = if record.is_blank() {
        Vec::new()
    } else {
        (record.cells.iter())
            .map(|cell| Cell {
                text: cell.text.clone(),
                is_quoted: cell.is_quoted,
            })
            .collect()
    };
    Row {
        number: record.line,
        cells,
    }
}

/// The cells of the sample's rows that are data.
pub(super) fn sample_rows<'g, 't>(
    grid: &'g Grid<'t>,
    shape: &Arc<TableShape>,
) -> Vec<&'g [Cell<'t>]> {
    let mut filter = Filter::new(Arc::clone(shape));
    let mut verdicts = Vec::with_capacity(grid.head.len());
    for row in &grid.head {
        filter.push(row.number, &row.cells, &mut verdicts);
    }
    filter.finish(&mut verdicts);
    (grid.head.iter().zip(verdicts))
        .filter(|(_, verdict)| *verdict == Verdict::Data)
        .map(|(row, _)| &row.cells[..])
        .collect()
}

/// The records of a piece that begins anywhere: none unless several in a row have the table's width.
fn aligned<'a>(piece: &'a [u8], dialect: &dialect::Dialect, columns: usize) -> Vec<SampleRow<'a>> {
    /// Line ends that are tried as the beginning of a record, and records that must then have the right width.
    const TRIES: usize = 20;
    const PROOF: usize = 3;
    for at in memchr::memchr2_iter(b'\n', b'\r', piece).take(TRIES) {
        let rest = &piece[at + 1..];
        let first = records_of(rest, dialect, false, PROOF);
        if first.len() == PROOF && first.iter().all(|record| record.cells.len() == columns) {
            return records_of(rest, dialect, false, RECORDS);
        }
    }
    Vec::new()
}

/// The last records of a text, of which these are the last bytes.
fn tail<'a>(tail: &'a [u8], dialect: &dialect::Dialect) -> Vec<SampleRow<'a>> {
    let Some(at) = memchr::memchr2(b'\n', b'\r', tail) else {
        return Vec::new();
    };
    let mut records = records_of(&tail[at + 1..], dialect, true, usize::MAX);
    let first = records.len().saturating_sub(TAIL_RECORDS);
    records.drain(..first);
    records
}

/// Whether a record is the last row of the header once more.
fn repeats(record: &SampleRow, shape: &TableShape) -> bool {
    !shape.header.is_empty()
        && record.cells.len() == shape.columns.len()
        && (record.cells.iter().zip(&shape.columns)).all(|(cell, column)| {
            cell.text.trim_ascii() == column.source_name.as_bytes().trim_ascii()
        })
}

/// The last line of the records, without its terminator.
fn last_line(records: &[u8], terminator: u8) -> Arc<[u8]> {
    let records = records.strip_suffix(&[terminator]).unwrap_or(records);
    let record = match memchr::memrchr(terminator, records) {
        Some(at) => &records[at + 1..],
        None => records,
    };
    match terminator {
        b'\n' => record.strip_suffix(b"\r").unwrap_or(record).into(),
        _ => record.into(),
    }
}

/// Whether a line is a record, rather than the end of one that runs over several.
fn is_whole(line: &[u8], quote: Option<u8>) -> bool {
    quote.is_none_or(|quote| memchr::memchr_iter(quote, line).count().is_multiple_of(2))
}
