//! The price of a sample in a dialect: the bits that it takes to tell it as a table of that dialect.

use crate::records::odd::{Form, Grammar, Record, Repaired, Span};

use super::cell::{Kind, judge};
use super::{Delimiter, Dialect, Escape, Repair, Terminator};

/// What is cut of a sample, and what it costs to tell it so.
#[derive(Debug)]
pub(super) struct Scored {
    pub(super) dialect: Dialect,
    /// In tenths of a bit.
    pub(super) price: u64,
}

/// A cell in quotes takes a bit to say so, any other much less than one.
const QUOTED: u64 = 10;
const BARE: u64 = 2;
/// A quote in the wrong place, beyond the price of the characters.
const RAW: u64 = 120;
const REPAIRED: u64 = 100;
const BLANK: u64 = 10;
/// Padding between cells that is more than one space.
const PADDED: u64 = 10;
/// A delimiter that most records have not.
const MOSTLY_WHOLE: u64 = 100;
/// What a column takes.
const COLUMN: u64 = 30;

/// How unlikely a dialect is before anything of the file is known.
fn prior(dialect: &Dialect) -> u64 {
    let delimiter = match &dialect.delimiter {
        Delimiter::Byte(byte) => match byte {
            b',' => 0,
            b';' | b'\t' => 10,
            b'|' | 0x1f => 20,
            b'^' | b'~' | 0x00..=0x1e => 40,
            b' ' => 80,
            b':' => 80,
            _ => 150,
        },
        Delimiter::None => 40,
        Delimiter::Fixed(_) => 60,
        Delimiter::Spaces => 90,
        Delimiter::Bytes(bytes) => match &bytes[..] {
            b", " | b"; " | b"||" | b"::" | b" | " => 40,
            [first, rest @ ..] if rest.iter().all(|byte| byte == first) => 60,
            [0x80..=0xff, ..] => 60,
            _ => 90,
        },
    };
    let quote = match dialect.quote {
        Some(b'"') => 0,
        None => 20,
        Some(_) => 80,
    };
    let escape = match dialect.escape {
        Escape::Doubled => 0,
        Escape::Backslash => 30,
        Escape::Nul => 40,
    };
    let terminator = match dialect.terminator {
        Terminator::Lf | Terminator::Cr => 0,
        Terminator::Crlf => 20,
        Terminator::Any => 40,
    };
    delimiter + quote + escape + terminator + if dialect.spaces_around { 30 } else { 0 }
}

/// The numbers of cells of records, in their order, without blank lines.
#[derive(Debug, Default)]
pub(super) struct Widths {
    counts: std::collections::BTreeMap<usize, usize>,
    /// The most records in a row of each width.
    runs: std::collections::BTreeMap<usize, usize>,
    last: Option<(usize, usize)>,
    all: usize,
}

impl Widths {
    pub(super) fn add(&mut self, width: usize) {
        *self.counts.entry(width).or_default() += 1;
        let run = match self.last {
            Some((last, run)) if last == width => run + 1,
            _ => 1,
        };
        self.last = Some((width, run));
        let longest = self.runs.entry(width).or_default();
        *longest = run.max(*longest);
        self.all += 1;
    }

    /// The price of one more record of this width, which is added.
    fn price(&mut self, width: usize) -> u64 {
        let Some((last, _)) = self.last else {
            self.add(width);
            return 0;
        };
        let seen = self.counts.get(&width).copied().unwrap_or_default() as f64 / self.all as f64;
        let like_last = if last == width { 0.93 } else { 0.0 };
        let new = 0.02 / (width as f64 * (width as f64 + 1.0));
        self.add(width);
        (-10.0 * (like_last + 0.05 * seen + new).log2()).round() as u64
    }

    /// The widths that are right, the usual one first: those of many records, or of several in a row.
    pub(super) fn right(&self) -> Vec<usize> {
        let Some((&usual, _)) = self
            .counts
            .iter()
            .max_by_key(|&(&width, &count)| (count, width))
        else {
            return Vec::new();
        };
        let mut right = vec![usual];
        // A title has one cell, and so has a row with another delimiter.
        right.extend(self.counts.iter().filter_map(|(&width, &count)| {
            let is_right = width > 1
                && width != usual
                && (count * 5 >= self.all && count > 1 && self.all > 5
                    || self.runs.get(&width).is_some_and(|&run| run > 2));
            is_right.then_some(width)
        }));
        right
    }

    /// The most frequent width.
    pub(super) fn usual(&self) -> usize {
        self.right().first().copied().unwrap_or(1)
    }
}

/// Reads the records of a sample whose last record ends with it.
pub(super) fn each_record(
    grammar: &Grammar,
    sample: &[u8],
    mut see: impl FnMut(&Record, usize, usize) -> bool,
) {
    let mut record = Record::default();
    let (mut at, mut is_first) = (0, true);
    while at < sample.len() {
        let Some(next) = grammar.next(sample, at, true, is_first, &mut record) else {
            return;
        };
        is_first &= record.is_blank();
        if !see(&record, at, next) {
            return;
        }
        at = next;
    }
}

/// The price of the sample in the dialect, and the dialect with the widths that were found; `None` if it is above `limit`.
pub(super) fn score(sample: &[u8], dialect: &Dialect, limit: u64) -> Option<Scored> {
    let mut dialect = dialect.clone();
    let is_cut = !matches!(dialect.delimiter, Delimiter::None | Delimiter::Fixed(_));
    if is_cut && dialect.quote.is_some() {
        dialect.repair = Repair {
            widths: widths(sample, &dialect),
            ..Repair::default()
        };
    }
    let grammar = Grammar::new(&dialect);
    let mut widths = Widths::default();
    let mut price = prior(&dialect);
    let mut prose = Prose::default();
    each_record(&grammar, sample, |record, _, next| {
        if record.is_blank() {
            price += BLANK;
            return price <= limit;
        }
        price += widths.price(record.cells.len());
        prose.first.get_or_insert(record.cells.len());
        if record.repaired.is_some() {
            price += REPAIRED;
        }
        for (i, &cell) in record.cells.iter().enumerate() {
            let text = grammar.text(sample, cell);
            let judged = judge(&text);
            prose.add(i, &text, judged.kind);
            price += judged.price + form_price(cell);
            if dialect.delimiter == Delimiter::Spaces {
                let end = record.cells.get(i + 1).map_or(next, |next| next.start);
                let is_padded = sample[cell.end..end].starts_with(b"  ");
                price += if is_padded { PADDED } else { 0 };
            }
        }
        if let Delimiter::Fixed(_) = dialect.delimiter {
            price += PADDED * record.cells.len() as u64;
        }
        price <= limit
    });
    let usual = widths.usual();
    if prose.is_all(&dialect.delimiter, usual) {
        return None;
    }
    price += COLUMN * usual as u64;
    if is_cut && usual == 1 {
        price += MOSTLY_WHOLE;
    }
    (price <= limit).then_some(Scored { dialect, price })
}

fn form_price(cell: Span) -> u64 {
    match cell.form {
        Form::Bare => BARE,
        Form::Quoted { .. } => QUOTED,
        Form::Raw { .. } => RAW,
    }
}

/// Whether what a delimiter cuts is only the words of a text.
///
/// Spaces, and commas with a space after them, are in all prose, and lists of names have the same number of them in each
/// line. Bits do not tell the two apart, so such a delimiter must separate something that is not just words.
#[derive(Debug, Default)]
struct Prose {
    /// Cells of the first record.
    first: Option<usize>,
    has_values: bool,
    is_tight: bool,
}

impl Prose {
    fn add(&mut self, place: usize, text: &[u8], kind: Kind) {
        self.has_values |= matches!(kind, Kind::Number | Kind::Moment);
        self.is_tight |= place > 0 && !text.starts_with(b" ");
    }

    fn is_all(&self, delimiter: &Delimiter, usual: usize) -> bool {
        if self.has_values || usual < 2 {
            return false;
        }
        // The one name of a column of texts, such as of a person's names.
        let is_named = self.first == Some(1);
        match delimiter.bytes() {
            b" " => usual == 2 || is_named,
            [.., b' '] => is_named,
            bytes => is_named && !bytes.is_empty() && !self.is_tight,
        }
    }
}

/// The right widths of a sample's records: what they are if nothing is repaired, and where a quote takes lines away from
/// their records, also what the lines are by themselves.
fn widths(sample: &[u8], dialect: &Dialect) -> Vec<usize> {
    let grammar = Grammar::strict(dialect);
    let mut widths = Widths::default();
    let (mut swallowed, mut lines) = (0u64, 0u64);
    each_record(&grammar, sample, |record, from, next| {
        if !record.is_blank() {
            widths.add(record.cells.len());
            let inside = grammar.lines(&sample[from..next]).saturating_sub(1);
            swallowed += inside;
            lines += inside + 1;
        }
        true
    });
    let mut right = widths.right();
    if swallowed * 2 > lines {
        let mut alone = Widths::default();
        let literal = Grammar::strict(&Dialect {
            quote: None,
            ..dialect.clone()
        });
        each_record(&literal, sample, |record, _, _| {
            if !record.is_blank() {
                alone.add(record.cells.len());
            }
            true
        });
        let usual = alone.usual();
        if usual > 1 && alone.counts.get(&usual).is_some_and(|&count| count * 3 > alone.all * 2) {
            // The lines by themselves are alike, so they are what is meant.
            right = vec![usual];
        }
    }
    if right.first() == Some(&1) {
        right.clear();
    }
    right
}

/// How many records of a sample had to be repaired.
pub(super) fn repaired(sample: &[u8], dialect: &Dialect, what: Repaired) -> usize {
    let mut count = 0;
    each_record(&Grammar::new(dialect), sample, |record, _, _| {
        count += usize::from(record.repaired == Some(what));
        true
    });
    count
}
