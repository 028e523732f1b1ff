//! The search for the dialect that tells a sample in the fewest bits.

use crate::receipt::Decision;
use crate::records::odd::{Grammar, OTHER_DELIMITERS, Record, Repaired, without_ctrl_z};

use super::candidates;
use super::cell::{Kind, kind};
use super::fixed;
use super::score::{Scored, Widths, each_record, repaired, score};
use super::{Delimiter, Dialect, Escape, Other, Repair, Terminator, Told};

/// A dialect, and how it was decided.
#[derive(Debug, Clone)]
pub(crate) struct Detected {
    pub(crate) dialect: Dialect,
    pub(crate) decisions: Vec<Decision>,
}

/// Bytes of a sample that every candidate is tried on, and those that the best are.
const FIRST_LOOK: usize = 16_000;
const SECOND_LOOK: usize = 64_000;
/// Bytes that columns of fixed width are tried on one by one.
const FEW_LINES: usize = 4_000;
/// Candidates that get a second look.
const FINALISTS: usize = 8;
/// Records that tell what the columns hold.
const RECORDS: usize = 500;

/// Finds the dialect of a sample from the beginning of a text in UTF-8; with `at_end`, the sample is the whole text.
///
/// Of equals, the dialect that is more usual is taken. The time taken is linear in the size of the sample.
pub(crate) fn detect(sample: &[u8], at_end: bool, told: &Told) -> Detected {
    let (start, announced) = announced(sample);
    let told_delimiter = told.delimiter.clone().or(announced);
    let sample = whole_lines(&sample[start..], at_end);
    let first = beginning(sample, FIRST_LOOK);
    let second = beginning(sample, SECOND_LOOK);
    let told = Told {
        delimiter: told_delimiter,
        quote: told.quote,
    };
    let mut scored: Vec<Scored> = Vec::new();
    let mut limit = u64::MAX;
    for dialect in all(sample, second, &told) {
        if let Some(found) = score(first, &dialect, limit) {
            // What is much dearer than the best can be the runner-up of a decision, but never the best.
            limit = limit.min(found.price * 2 + 1_000);
            scored.push(found);
        }
    }
    scored.sort_by_key(|scored| scored.price);
    scored.extend(
        fewer_columns(beginning(sample, FEW_LINES), &scored)
            .and_then(|fewer| score(first, &fewer.dialect, u64::MAX)),
    );
    scored.sort_by_key(|scored| scored.price);
    if second.len() > first.len() {
        let mut finalists: Vec<Scored> = scored
            .iter()
            .take(FINALISTS)
            .filter_map(|scored| score(second, &scored.dialect, u64::MAX))
            .collect();
        finalists.sort_by_key(|scored| scored.price);
        scored = finalists;
    }
    prefer_spaces(second, &mut scored);
    let mut dialect = scored
        .first()
        .map_or_else(Dialect::default, |best| best.dialect.clone());
    dialect.start = start;
    dialect.terminator = simplest(sample, &dialect);
    dialect.repair = repair(sample, &dialect);
    let decisions = decisions(&scored, &dialect, &told);
    Detected { dialect, decisions }
}

/// The first line `sep=;`, which spreadsheet programs write and obey: its length, and the delimiter that it names.
fn announced(sample: &[u8]) -> (usize, Option<Delimiter>) {
    let end = memchr::memchr2(b'\n', b'\r', sample).unwrap_or(sample.len());
    let line = &sample[..end];
    let line = match line {
        [b'"', inner @ .., b'"'] => inner,
        _ => line,
    };
    let Some((word, delimiter)) = line.split_at_checked(4) else {
        return (0, None);
    };
    if !word.eq_ignore_ascii_case(b"sep=") || delimiter.len() > 4 {
        return (0, None);
    }
    let next = match &sample[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [] => end,
        _ => end + 1,
    };
    let delimiter = (!delimiter.is_empty()).then(|| Delimiter::of(delimiter));
    (next, delimiter)
}

/// The sample up to its last line end, unless that is the text's end; there, without the Ctrl-Z that DOS ended files with.
fn whole_lines(sample: &[u8], at_end: bool) -> &[u8] {
    if at_end {
        return without_ctrl_z(sample);
    }
    match memchr::memrchr2(b'\n', b'\r', sample) {
        Some(end) => &sample[..=end],
        None => sample,
    }
}

/// Whole lines of about so many bytes, but several of them.
fn beginning(sample: &[u8], bytes: usize) -> &[u8] {
    const LEAST_LINES: usize = 8;
    const MOST_BYTES: usize = 400_000;
    let mut end = 0;
    let line_ends = memchr::memchr2_iter(b'\n', b'\r', sample);
    for (lines, at) in line_ends.enumerate() {
        if at >= MOST_BYTES || at >= bytes && lines > LEAST_LINES {
            break;
        }
        end = at + 1;
    }
    if sample.get(end) == Some(&b'\n') && end > 0 && sample[end - 1] == b'\r' {
        end += 1;
    }
    match end {
        _ if sample.len() <= bytes => sample,
        0 => &sample[..sample.len().min(MOST_BYTES)],
        _ => &sample[..end],
    }
}

/// All dialects that the sample may have, as far as they are not told.
fn all(sample: &[u8], look: &[u8], told: &Told) -> Vec<Dialect> {
    let delimiters = match &told.delimiter {
        Some(Delimiter::Fixed(starts)) if starts.is_empty() => {
            let mut starts = fixed::starts(candidates::lines(look));
            if starts.is_empty() {
                starts.push(vec![0]);
            }
            starts.into_iter().map(Delimiter::Fixed).collect()
        }
        Some(delimiter) => vec![delimiter.clone()],
        None => candidates::delimiters(look),
    };
    let quotes = match told.quote {
        None => candidates::quotes(sample),
        Some(None) => vec![(None, Escape::Doubled)],
        Some(quote) => {
            let mut quotes: Vec<_> = candidates::quotes(sample);
            quotes.retain(|&(found, _)| found == quote);
            if quotes.is_empty() {
                quotes.push((quote, Escape::Doubled));
            }
            quotes
        }
    };
    let has_spaces_around = candidates::has_spaces_around(look);
    let mut dialects = Vec::new();
    for terminator in candidates::terminators(sample) {
        for delimiter in &delimiters {
            let bytes = delimiter.bytes();
            for &(quote, escape) in &quotes {
                if quote.is_some_and(|quote| bytes.contains(&quote)) {
                    continue;
                }
                // Nothing stands in quotes where padding does the same.
                if matches!(delimiter, Delimiter::Fixed(_)) && (quote, escape) != quotes[0] {
                    continue;
                }
                let may_be_spaced =
                    has_spaces_around && quote.is_some() && !bytes.is_empty() && bytes[0] != b' ';
                for spaces_around in [false, true] {
                    if !spaces_around || may_be_spaced {
                        dialects.push(Dialect {
                            delimiter: delimiter.clone(),
                            quote,
                            escape,
                            terminator,
                            spaces_around,
                            ..Dialect::default()
                        });
                    }
                }
            }
        }
    }
    dialects
}

/// The best way of columns of fixed width with fewer of them, as long as that is cheaper: a gap may be chance, or between
/// a date and a time.
fn fewer_columns(sample: &[u8], scored: &[Scored]) -> Option<Scored> {
    /// Columns more than which are not looked at one by one.
    const MOST: usize = 60;
    let is_fixed = |scored: &&Scored| matches!(scored.dialect.delimiter, Delimiter::Fixed(_));
    let best = scored.iter().find(is_fixed)?;
    let without = |dialect: &Dialect, start: usize, limit: u64| {
        let Delimiter::Fixed(starts) = &dialect.delimiter else {
            return None;
        };
        let kept: Vec<usize> = starts
            .iter()
            .copied()
            .filter(|&kept| kept != start)
            .collect();
        let fewer = Dialect {
            delimiter: Delimiter::Fixed(kept),
            ..dialect.clone()
        };
        score(sample, &fewer, limit)
    };
    let mut found = score(sample, &best.dialect, u64::MAX)?;
    loop {
        let Delimiter::Fixed(starts) = &found.dialect.delimiter else {
            return Some(found);
        };
        let limit = found.price.saturating_sub(1);
        let mut cheaper: Vec<(u64, usize)> = (starts.iter().skip(1).take(MOST))
            .filter_map(|&start| Some((without(&found.dialect, start, limit)?.price, start)))
            .collect();
        if cheaper.is_empty() {
            return Some(found);
        }
        // The best first, and then each that is still good without those before it.
        cheaper.sort_unstable();
        for (_, start) in cheaper {
            let limit = found.price.saturating_sub(1);
            if let Some(better) = without(&found.dialect, start, limit) {
                found = better;
            }
        }
    }
}

/// Puts runs of spaces before columns of fixed width, if they read the same cells: they bear a row that is out of place.
fn prefer_spaces(sample: &[u8], scored: &mut [Scored]) {
    let Some(Scored { dialect, .. }) = scored.first() else {
        return;
    };
    let cells_of = |dialect: &Dialect| {
        let mut cells = Vec::new();
        each_record(&Grammar::strict(dialect), sample, |record, _, next| {
            cells.extend(record.cells.iter().map(|cell| (cell.start, cell.end)));
            cells.push((next, next));
            true
        });
        cells
    };
    let is_spaces = |scored: &Scored| scored.dialect.delimiter == Delimiter::Spaces;
    if matches!(dialect.delimiter, Delimiter::Fixed(_))
        && let Some(spaces) = scored.iter().position(is_spaces)
        && cells_of(dialect) == cells_of(&scored[spaces].dialect)
    {
        let price = scored[0].price;
        scored[..=spaces].rotate_right(1);
        scored[0].price = price;
    }
}

/// The terminator that reads the same records and is read faster, where there is one.
fn simplest(sample: &[u8], dialect: &Dialect) -> Terminator {
    if dialect.terminator != Terminator::Any {
        return dialect.terminator;
    }
    let (mut cr, mut lf) = (0, 0);
    each_record(&Grammar::strict(dialect), sample, |record, _, next| {
        let end = record.cells.last().map_or(0, |cell| cell.end);
        // Beyond the last cell lie its quote, spaces and the line end.
        let line_end = &sample[end..next];
        match line_end {
            [.., b'\n'] => lf += 1,
            [.., b'\r'] => cr += 1,
            _ => {}
        }
        true
    });
    match (cr, lf) {
        (_, 0) => Terminator::Cr,
        (0, _) => Terminator::Lf,
        _ => Terminator::Any,
    }
}

/// What the records are like, to tell those that were written wrongly.
fn repair(sample: &[u8], dialect: &Dialect) -> Repair {
    if matches!(dialect.delimiter, Delimiter::Fixed(_) | Delimiter::None) {
        return Repair::default();
    }
    let grammar = Grammar::new(dialect);
    let mut widths = Widths::default();
    each_record(&grammar, sample, |record, _, _| {
        if !record.is_blank() {
            widths.add(record.cells.len());
        }
        true
    });
    let widths = widths.right();
    let usual = widths.first().copied().unwrap_or(1);
    if usual < 2 {
        return Repair::default();
    }
    let mut repair = Repair {
        widths,
        kinds: kinds(sample, &grammar, usual),
        others: others(sample, dialect, &grammar, usual),
        first: None,
        is_needed: false,
    };
    repair.first = first(sample, dialect, &grammar, &repair);
    let repairing = Dialect {
        repair: repair.clone(),
        ..dialect.clone()
    };
    repair.is_needed = [Repaired::StrayQuote, Repaired::OtherDelimiter]
        .into_iter()
        .any(|what| repaired(sample, &repairing, what) > 0);
    repair
}

/// What the cells of each column mostly are, the first record aside.
fn kinds(sample: &[u8], grammar: &Grammar, width: usize) -> Vec<Kind> {
    const ALL: [Kind; 4] = [Kind::Number, Kind::Moment, Kind::Truth, Kind::Text];
    let mut counts = vec![[0usize; ALL.len()]; width];
    let mut records = 0;
    each_record(grammar, sample, |record, _, _| {
        if record.cells.len() != width {
            return true;
        }
        records += 1;
        if records > 1 {
            for (counts, &cell) in counts.iter_mut().zip(&record.cells) {
                let found = kind(&grammar.text(sample, cell));
                if let Some(i) = ALL.iter().position(|&kind| kind == found) {
                    counts[i] += 1;
                }
            }
        }
        records < RECORDS
    });
    counts
        .into_iter()
        .map(|counts| {
            let all: usize = counts.iter().sum();
            let most = (0..ALL.len()).max_by_key(|&i| (counts[i], std::cmp::Reverse(i)));
            match most {
                Some(i) if counts[i] * 5 >= all * 4 && all > 0 => ALL[i],
                _ => Kind::Text,
            }
        })
        .collect()
}

/// The delimiters that a single row may have: not the table's own.
fn others(sample: &[u8], dialect: &Dialect, grammar: &Grammar, width: usize) -> Vec<Other> {
    let mut records = 0;
    let mut found = [0; OTHER_DELIMITERS.len()];
    each_record(grammar, sample, |record, _, _| {
        if record.cells.len() == width {
            records += 1;
            for (found, delimiter) in found.iter_mut().zip(OTHER_DELIMITERS) {
                let has_it = record.cells.iter().any(|cell| {
                    let text = &sample[cell.start..cell.end];
                    !cell.is_quoted() && memchr::memmem::find(text, delimiter).is_some()
                });
                *found += usize::from(has_it);
            }
        }
        records < RECORDS
    });
    (OTHER_DELIMITERS.into_iter().zip(found))
        .filter(|&(delimiter, _)| {
            delimiter != dialect.delimiter.bytes() && dialect.quote != Some(delimiter[0])
        })
        .map(|(delimiter, found)| Other {
            delimiter: Delimiter::of(delimiter),
            // A space in a cell is nothing unusual, and a row that it cuts rightly hardly chance.
            is_common: found * 10 > records && delimiter != b" ",
        })
        .collect()
}

/// The delimiter of the first record, where another than that of the rest makes a header of it.
fn first(
    sample: &[u8],
    dialect: &Dialect,
    grammar: &Grammar,
    repair: &Repair,
) -> Option<Delimiter> {
    let usual = *repair.widths.first()?;
    let mut lines = Vec::new();
    each_record(grammar, sample, |record, from, next| {
        if !record.is_blank() {
            lines.push((
                from,
                next,
                record.cells.len(),
                kinds_of(grammar, sample, record),
            ));
        }
        lines.len() < 2
    });
    let [(from, next, width, _), (_, _, next_width, below)] = &lines[..] else {
        return None;
    };
    // A title above the header is no header: what follows a header is data.
    let typed = (repair.kinds.iter().zip(below)).filter(|(column, _)| **column != Kind::Text);
    let is_data = typed
        .clone()
        .all(|(column, cell)| cell == column || *cell == Kind::Empty);
    if repair.widths.contains(width) || *next_width != usual || !is_data {
        return None;
    }
    let is_typed = typed.count() > 0;
    let other = |delimiter: &Delimiter| {
        if *delimiter == dialect.delimiter {
            return false;
        }
        let grammar = Grammar::strict(&Dialect {
            delimiter: delimiter.clone(),
            quote: dialect.quote.or(Some(b'"')),
            ..dialect.clone()
        });
        let (end, after) = grammar.line_at(sample, *from);
        let mut record = Record::default();
        grammar.record(&sample[..end], *from, true, None, &mut record);
        if after < *next || record.cells.len() != usual || record.has_raw() {
            return false;
        }
        if record.cells.iter().all(|cell| cell.is_quoted()) {
            return true;
        }
        // Two words are a title as well.
        if delimiter.bytes().contains(&b' ') && usual < 3 {
            return false;
        }
        let kinds = kinds_of(&grammar, sample, &record);
        if kinds.iter().all(|&kind| kind == Kind::Text) {
            return is_typed || delimiter.bytes() != b" " && usual > 2;
        }
        // No header, but a row like any other.
        let typed = (repair.kinds.iter().zip(&kinds)).filter(|(column, _)| **column != Kind::Text);
        is_typed
            && typed
                .clone()
                .all(|(column, cell)| [*column, Kind::Empty].contains(cell))
    };
    OTHER_DELIMITERS.into_iter().map(Delimiter::of).find(other)
}

fn kinds_of(grammar: &Grammar, sample: &[u8], record: &Record) -> Vec<Kind> {
    (record.cells.iter())
        .map(|&cell| kind(&grammar.text(sample, cell)))
        .collect()
}

/// What was decided, how sure each is, and the next best choice.
fn decisions(scored: &[Scored], chosen: &Dialect, told: &Told) -> Vec<Decision> {
    let Some(best) = scored.first() else {
        return Vec::new();
    };
    let decide = |what: &str, is_told: bool, name: &dyn Fn(&Dialect) -> String| {
        let chosen_name = name(chosen);
        let best_name = name(&best.dialect);
        let second = (scored.iter())
            .find(|other| ![&best_name, &chosen_name].contains(&&name(&other.dialect)));
        let confidence = match second {
            _ if is_told => 1.0,
            None => 1.0,
            Some(second) => {
                let lead = second.price.saturating_sub(best.price) as f64;
                let scale = 100.0 + 0.02 * best.price as f64;
                1.0 - 0.5 * (-lead / scale).exp()
            }
        };
        Decision {
            what: what.into(),
            chosen: chosen_name,
            confidence: (confidence * 100.0).round() / 100.0,
            runner_up: second
                .filter(|_| !is_told)
                .map(|second| name(&second.dialect)),
        }
    };
    let quote_name = |dialect: &Dialect| {
        dialect
            .quote
            .map_or_else(|| "none".into(), |quote| char::from(quote).to_string())
    };
    let mut decisions = vec![
        decide("delimiter", told.delimiter.is_some(), &|dialect| {
            dialect.delimiter.name()
        }),
        decide("quote", told.quote.is_some(), &quote_name),
    ];
    if chosen.quote.is_some() {
        decisions.push(decide("escape", false, &|dialect| {
            dialect.escape.name().into()
        }));
    }
    decisions.push(decide("line_end", false, &|dialect| {
        dialect.terminator.name().into()
    }));
    decisions
}
