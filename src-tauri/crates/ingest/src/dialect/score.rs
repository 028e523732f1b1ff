//! The price of a sample in a dialect: the bits that it takes to tell it as a table of that dialect.

use crate::records::odd::{Form, Grammar, Place, Record, Repaired, Span};

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
const RAW: u64 = 40;
const REPAIRED: u64 = 30;
const BLANK: u64 = 10;
/// Padding between cells that is more than one space.
const PADDED: u64 = 30;
/// A word that two cells of fixed width share, and a gap inside of such a cell.
const CUT_WORD: u64 = 150;
const GAP: u64 = 100;
/// A delimiter that most records have not.
const MOSTLY_WHOLE: u64 = 100;
/// What a column takes, and what one with a place of its own in the line does.
const COLUMN: u64 = 30;
const PLACED_COLUMN: u64 = 60;

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
        None => 50,
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

    /// Which share of the records has this width.
    fn share(&self, width: usize) -> f64 {
        let count = self.counts.get(&width).copied().unwrap_or_default();
        count as f64 / self.all.max(1) as f64
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
    let (mut at, mut place) = (0, Place::default());
    while at < sample.len() {
        let Some(next) = grammar.next(sample, at, true, &mut place, &mut record) else {
            return;
        };
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
    let mut kinds = Vec::new();
    each_record(&grammar, sample, |record, from, next| {
        if record.is_blank() {
            price += BLANK;
            return price <= limit;
        }
        price += widths.price(record.cells.len());
        if record.repaired.is_some() {
            price += REPAIRED;
        }
        let mut is_tight = false;
        kinds.clear();
        for (i, &cell) in record.cells.iter().enumerate() {
            let text = grammar.text(sample, cell);
            let judged = judge(&text);
            kinds.push(judged.kind);
            is_tight |= i > 0 && !text.starts_with(b" ");
            price += judged.price + form_price(cell);
            let after = record.cells.get(i + 1).map_or(next, |next| next.start);
            price += match dialect.delimiter {
                Delimiter::Spaces if sample[cell.end..after].starts_with(b"  ") => PADDED,
                Delimiter::Fixed(_) => {
                    let is_cut = cell.end == after && !text.is_empty();
                    let has_gap = memchr::memmem::find(&text, b"  ").is_some();
                    u64::from(is_cut) * CUT_WORD + u64::from(has_gap) * GAP
                }
                _ => 0,
            };
        }
        let line = sample[from..next].trim_ascii_end();
        prose.add(record, line, &kinds, is_tight);
        price <= limit
    });
    let usual = widths.usual();
    if is_cut && prose.is_all(&dialect.delimiter, usual, widths.share(usual)) {
        return None;
    }
    price += match &dialect.delimiter {
        Delimiter::Fixed(starts) => PLACED_COLUMN * starts.len() as u64,
        _ => COLUMN * usual as u64,
    };
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

/// Whether what a delimiter cuts is only the words of a text, or the decimals of numbers.
///
/// Spaces, and commas with a space after them, are in all prose, and lists of names have the same number of them in each
/// line. Bits do not tell the two apart, so such a delimiter must separate something that is not just words.
#[derive(Debug, Default)]
struct Prose {
    /// Cells of the first record.
    first: Option<usize>,
    /// Records of several cells; of these, those with a cell that is no text, those that are one number as a whole, and
    /// those with a cell after the first that begins with no space.
    cut: usize,
    valued: usize,
    numbers: usize,
    tight: usize,
}

impl Prose {
    fn add(&mut self, record: &Record, line: &[u8], kinds: &[Kind], is_tight: bool) {
        // A header with a delimiter of its own is not one name.
        let has_marks = line.iter().any(|byte| b",;\t|".contains(byte));
        let width = record.cells.len() + usize::from(has_marks);
        self.first.get_or_insert(width);
        if record.cells.len() > 1 {
            let is_valued = (kinds.iter().zip(&record.cells))
                .any(|(kind, cell)| cell.is_quoted() || !matches!(kind, Kind::Text | Kind::Empty));
            self.cut += 1;
            self.valued += usize::from(is_valued);
            self.numbers += usize::from(judge(line).kind == Kind::Number);
            self.tight += usize::from(is_tight);
        }
    }

    /// Whether it is, for a delimiter with which so many of the records have `usual` cells.
    fn is_all(&self, delimiter: &Delimiter, usual: usize, share: f64) -> bool {
        let is_valued = self.valued * 2 >= self.cut && self.valued > 0;
        // The one name of a column of texts, such as of a person's names, or of amounts.
        let is_named = self.first == Some(1);
        match delimiter.bytes() {
            b" " => share < 0.6 || !is_valued && (usual <= 2 || is_named),
            [b':', b' '] => !is_valued && (usual <= 2 || is_named),
            [.., b' '] => !is_valued && is_named,
            b"," if is_named && usual == 2 && self.numbers == self.cut => true,
            _ => !is_valued && is_named && self.tight == 0,
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
        if usual > 1
            && alone
                .counts
                .get(&usual)
                .is_some_and(|&count| count * 3 > alone.all * 2)
        {
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
