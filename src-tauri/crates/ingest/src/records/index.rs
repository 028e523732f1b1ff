//! The index of a block: where every field of every record ends.
//!
//! The grammar is RFC 4180 read kindly. A field that begins with a quote ends at the next single quote, and two
//! quotes inside stand for one. A quote anywhere else is an ordinary byte. Where a closing quote is followed by
//! anything but a delimiter or the record's end, the field goes on to there; if it ends with a quote after all and is all
//! on one line, the single quotes inside are ordinary bytes. Else, and where a quote is never closed, nothing is guessed:
//! the field's value is its raw bytes, quotes included.
//!
//! One thing is: a quoted field that runs over line ends, in a record with a wrong number of fields or with raw bytes,
//! although most of its lines by themselves are records of the right width, has a stray quote. Then the quote is an
//! ordinary byte, and only its line is the record; see [`super::odd`]. That looks at nothing but the record itself.
//!
//! Two readers share the work. The fast one takes 64 bytes at a time and decides by the parity of the quotes seen
//! so far; it also notices every quote that stands where the grammar does not expect one. The slow one then reads
//! that record byte by byte, and the fast one goes on after it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::Syntax;
use super::odd::Grammar;
use super::part::Fields;
use super::rows::Aside;
use super::structural::{self, Masks, Needles, Simd};

/// The field is missing: its row has fewer fields than the table has columns.
const MISSING: u32 = 1 << 30;
/// The field's value is its raw bytes although it begins with a quote.
const RAW: u32 = 1 << 31;
const POSITION: u32 = MISSING - 1;

/// The largest block that an index can describe, in bytes.
pub(crate) const LARGEST_BLOCK: usize = POSITION as usize;

/// A terminator for rows whose last field keeps a CR at its end.
pub(super) const NO_TRIMMING: u8 = b'\r';

/// One field of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    /// The field's bytes without the quotes around it; quotes inside may still be doubled, see [`Cell::text`].
    bytes: &'a [u8],
    /// The quote, where the field stood in quotes.
    quote: Option<u8>,
    /// Whether quotes inside may be doubled.
    may_double: bool,
}

impl<'a> Cell<'a> {
    /// The field in these bytes, whose quotes are taken off if it begins with `quote`.
    #[inline(always)]
    fn new(field: &'a [u8], quote: Option<u8>, may_double: bool) -> Self {
        match (quote, field) {
            (Some(quote), [first, inner @ .., _]) if *first == quote => Self {
                bytes: inner,
                quote: Some(quote),
                may_double,
            },
            _ => Self {
                bytes: field,
                quote: None,
                may_double: false,
            },
        }
    }

    /// A field of these bytes that stood in no quotes.
    pub(super) fn plain(bytes: &'a [u8]) -> Self {
        Self::new(bytes, None, false)
    }

    /// Whether the field is NULL: missing, or empty without quotes.
    #[inline]
    pub(crate) fn is_null(self) -> bool {
        self.bytes.is_empty() && self.quote.is_none()
    }

    /// Whether the field stood in quotes.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn is_quoted(self) -> bool {
        self.quote.is_some()
    }

    /// The field's value, with doubled quotes made single.
    #[inline]
    pub(crate) fn text(self) -> Cow<'a, [u8]> {
        match self.quote {
            Some(quote) if self.may_double && memchr::memchr(quote, self.bytes).is_some() => {
                Cow::Owned(undouble(self.bytes, quote))
            }
            _ => Cow::Borrowed(self.bytes),
        }
    }
}

fn undouble(bytes: &[u8], quote: u8) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(quote, rest) {
        text.extend_from_slice(&rest[..=at]);
        // A single one is an ordinary byte.
        let is_pair = rest.get(at + 1) == Some(&quote);
        rest = &rest[at + 1 + usize::from(is_pair)..];
    }
    text.extend_from_slice(rest);
    text
}

/// The surplus of a row that has more fields than the table has columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Surplus {
    /// The row in its block.
    pub(crate) row: u32,
    /// All fields of the row.
    pub(crate) fields: u32,
    /// Where the surplus begins in the block, after the delimiter.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
}

/// Where every field of the rows of a block ends, row by row.
#[derive(Debug, Default)]
pub(crate) struct Index {
    columns: usize,
    quote: Option<u8>,
    /// Whether a quote inside quotes may be doubled somewhere.
    has_doubled: bool,
    starts: Vec<u32>,
    ends: Vec<u32>,
    /// Blank lines among the rows.
    pub(crate) blank: u64,
    /// Rows with fewer fields than columns.
    pub(crate) short: Vec<u32>,
    /// Rows with more fields than columns.
    pub(crate) long: Vec<Surplus>,
    /// Where a quote opens that is never closed.
    pub(crate) unclosed: Vec<u32>,
}

/// A block of whole records with its index.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Whole records, each with its terminator.
    pub(crate) bytes: Vec<u8>,
    /// Where their fields are.
    pub(crate) index: Index,
    /// The number of the block's first row in the dataset, counted from 0.
    pub(crate) first_row: u64,
    /// The source line of the block's first byte, counted from 1.
    pub(crate) first_line: u64,
    /// The terminator, to count lines by.
    pub(crate) terminator: u8,
    /// Whether all bytes are valid UTF-8.
    pub(crate) is_utf8: bool,
    /// Bytes of the source up to the end of this block.
    pub(crate) source_end: u64,
    /// For each row, the lines of the block before it; made when it is first asked for.
    pub(crate) lines_before: OnceLock<Vec<u32>>,
    /// The byte between two fields.
    pub(crate) separator: u8,
    /// Records between the rows that are no rows of the table.
    pub(crate) aside: Vec<Aside>,
    /// The place of the block's file among those of the table.
    pub(super) file: u32,
    /// Where the columns of the table are in the block; `None` where they are its own.
    pub(super) fields: Option<Arc<Fields>>,
}

impl Block {
    /// Forgets what the block holds, and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.lines_before.take();
        self.aside.clear();
    }

    /// The field in a row and a column of this block.
    #[inline(always)]
    pub(crate) fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        self.index.cell(&self.bytes, row, column)
    }

    /// The source line on which a row begins, counted from 1.
    pub(crate) fn line_of(&self, row: usize) -> u64 {
        let lines = self.lines_before.get_or_init(|| {
            let (mut lines, mut counted) = (0, 0);
            let starts = self.index.starts.iter().map(|&start| start as usize);
            starts
                .map(|start| {
                    lines += memchr::memchr_iter(self.terminator, &self.bytes[counted..start])
                        .count() as u32;
                    counted = start;
                    lines
                })
                .collect()
        });
        self.first_line + u64::from(lines[row])
    }

    /// The source line of a byte of the block, counted from 1.
    pub(crate) fn line_at(&self, position: usize) -> u64 {
        self.first_line
            + memchr::memchr_iter(self.terminator, &self.bytes[..position]).count() as u64
    }

    /// Bytes that the block keeps in memory.
    pub(crate) fn memory(&self) -> usize {
        let aside: usize = self.aside.iter().map(|aside| aside.text.capacity()).sum();
        self.bytes.capacity()
            + 4 * (self.index.ends.capacity() + self.index.starts.capacity())
            + aside
    }
}

impl Index {
    /// Rows in the block.
    pub(crate) fn rows(&self) -> usize {
        self.starts.len()
    }

    #[inline(always)]
    pub(crate) fn cell<'a>(&self, bytes: &'a [u8], row: usize, column: usize) -> Cell<'a> {
        let at = row * self.columns + column;
        let end = self.ends[at];
        if end & MISSING != 0 {
            return Cell {
                bytes: &[],
                quote: None,
                may_double: false,
            };
        }
        let start = if column == 0 {
            self.starts[row] as usize
        } else {
            // The field before this one is not missing, or this one would be too.
            (self.ends[at - 1] & POSITION) as usize + 1
        };
        let field = &bytes[start..(end & POSITION) as usize];
        Cell::new(
            field,
            self.quote.filter(|_| end & RAW == 0),
            self.has_doubled,
        )
    }

    pub(super) fn clear(&mut self, columns: usize, quote: Option<u8>) {
        self.columns = columns;
        self.quote = quote;
        self.has_doubled = false;
        self.starts.clear();
        self.ends.clear();
        self.short.clear();
        self.long.clear();
        self.unclosed.clear();
        self.blank = 0;
    }

    /// Columns of the table.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Where each row begins.
    pub(super) fn row_starts(&self) -> impl Iterator<Item = usize> {
        self.starts.iter().map(|&start| start as usize)
    }

    /// Where a row begins and ends, its terminator and what is over left out.
    pub(super) fn row_range(&self, row: usize) -> Range<usize> {
        let end = self.ends[(row + 1) * self.columns - 1] & POSITION;
        self.starts[row] as usize..end as usize
    }

    /// Whether all of a row's fields but the first are missing.
    pub(super) fn has_one_field(&self, row: usize) -> bool {
        self.columns > 1 && self.ends[row * self.columns + 1] & MISSING != 0
    }

    /// How many fields a short row has.
    pub(super) fn fields_of_short(&self, row: usize) -> usize {
        let ends = &self.ends[row * self.columns..(row + 1) * self.columns];
        ends.partition_point(|end| end & MISSING == 0)
    }

    /// Cuts a short row into as many fields as there are columns; these are their ends.
    pub(super) fn cut(&mut self, row: usize, ends: impl Iterator<Item = usize>) {
        let first = row * self.columns;
        for (end, to) in self.ends[first..first + self.columns].iter_mut().zip(ends) {
            *end = to as u32;
        }
        self.short.retain(|&short| short as usize != row);
    }

    /// Takes out rows, which are given in their order.
    pub(super) fn remove_rows(&mut self, rows: &[u32]) {
        let is_kept = |row: u32| rows.binary_search(&row).is_err();
        let moved = |row: u32| row - rows.partition_point(|&removed| removed < row) as u32;
        let columns = self.columns;
        let mut at = 0;
        self.ends.retain(|_| {
            at += 1;
            is_kept(((at - 1) / columns) as u32)
        });
        let mut row = 0;
        self.starts.retain(|_| {
            row += 1;
            is_kept(row - 1)
        });
        self.short.retain(|&short| is_kept(short));
        self.short
            .iter_mut()
            .for_each(|short| *short = moved(*short));
        self.long.retain(|long| is_kept(long.row));
        self.long
            .iter_mut()
            .for_each(|long| long.row = moved(long.row));
    }

    /// Notes where a field ends, and whether its value is its raw bytes although it begins with a quote.
    #[inline]
    pub(super) fn push_end(&mut self, end: usize, is_raw: bool) {
        self.ends.push(end as u32 | if is_raw { RAW } else { 0 });
    }

    /// Ends the row that began at `start` and whose terminator is at `end`; its fields' ends are already noted.
    ///
    /// A blank line becomes a row only in a table of one column, where it is the one way to write NULL.
    #[inline]
    pub(super) fn end_row(&mut self, bytes: &[u8], start: usize, end: usize, terminator: u8) {
        let first = self.starts.len() * self.columns;
        let fields = self.ends.len() - first;
        if terminator == b'\n' && end > start && bytes[end - 1] == b'\r' {
            let last = self.ends.len() - 1;
            self.ends[last] = (self.ends[last] & !POSITION) | (end as u32 - 1);
        }
        if fields == self.columns {
            self.starts.push(start as u32);
        } else {
            self.end_ragged_row(start, first, fields);
        }
    }

    #[cold]
    fn end_ragged_row(&mut self, start: usize, first: usize, fields: usize) {
        let end = self.ends[self.ends.len() - 1] & POSITION;
        if fields == 1 && end as usize == start {
            self.ends.truncate(first);
            self.blank += 1;
            return;
        }
        let row = self.starts.len() as u32;
        if fields < self.columns {
            self.ends.resize(first + self.columns, end | MISSING);
            self.short.push(row);
        } else {
            let start = (self.ends[first + self.columns - 1] & POSITION) + 1;
            self.ends.truncate(first + self.columns);
            self.long.push(Surplus {
                row,
                fields: fields as u32,
                start,
                end,
            });
        }
        self.starts.push(start as u32);
    }
}

/// Indexes the whole records at the beginning of `bytes` and returns how many bytes they take.
///
/// With `at_end`, `bytes` is the end of the source and must end with the terminator: then everything is indexed,
/// also a record with a quote that is never closed.
pub(super) fn index_records(
    bytes: &[u8],
    syntax: Syntax,
    columns: usize,
    at_end: bool,
    simd: Simd,
    index: &mut Index,
) -> usize {
    assert!(
        bytes.len() <= LARGEST_BLOCK,
        "a block is at most {LARGEST_BLOCK} bytes"
    );
    index.clear(columns, syntax.quote);
    let mut at = 0;
    while at < bytes.len() {
        at = match simd {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this variant is made only where AVX2 was detected.
            Simd::Avx2 => unsafe { fast_avx2(bytes, at, syntax, index) },
            #[cfg(target_arch = "aarch64")]
            // SAFETY: this variant is made only where NEON was detected.
            Simd::Neon => unsafe { fast_neon(bytes, at, syntax, index) },
            Simd::Portable => fast(bytes, at, syntax, index, structural::masks_portable),
        };
        // The fast reader stopped before a record that is incomplete or that it does not understand.
        if at == bytes.len() {
            break;
        }
        let ends_before = index.ends.len();
        match slow(bytes, at, syntax, at_end, index) {
            Some(next) => at = next,
            None => {
                index.ends.truncate(ends_before);
                break;
            }
        }
    }
    at
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,popcnt")]
unsafe fn fast_avx2(bytes: &[u8], at: usize, syntax: Syntax, index: &mut Index) -> usize {
    // SAFETY: this function, and with it the closure, runs only where AVX2 was detected.
    fast(bytes, at, syntax, index, |chunk, needles| unsafe {
        structural::masks_avx2(chunk, needles)
    })
}

#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
unsafe fn fast_neon(bytes: &[u8], at: usize, syntax: Syntax, index: &mut Index) -> usize {
    // SAFETY: this function, and with it the closure, runs only where NEON was detected.
    fast(bytes, at, syntax, index, |chunk, needles| unsafe {
        structural::masks_neon(chunk, needles)
    })
}

/// Indexes records from `at` until one is incomplete or has a quote in an unexpected place; returns where that
/// one begins.
#[inline(always)]
fn fast(
    bytes: &[u8],
    at: usize,
    syntax: Syntax,
    index: &mut Index,
    masks: impl Fn(&[u8; 64], Needles) -> Masks,
) -> usize {
    let needles = Needles {
        delimiter: syntax.delimiter,
        terminator: syntax.terminator,
        quote: syntax.quote.unwrap_or(syntax.terminator),
    };
    let has_quotes = syntax.quote.is_some();
    // A byte that is none of the needles fills the last chunk up.
    let filler = (0..4)
        .find(|b| ![needles.delimiter, needles.terminator, needles.quote].contains(b))
        .unwrap_or(0);
    let mut row_start = at;
    let mut row_ends = index.ends.len();
    // All ones while inside quotes.
    let mut inside = 0u64;
    // Whether the byte before the chunk lets a quote open (a separator, or the quote that makes a pair of two).
    let mut may_open = 1u64;
    // Whether the byte before the chunk is a quote that closes.
    let mut closed_before = 0u64;
    let mut position = at;
    while position < bytes.len() {
        let mut tail = [filler; 64];
        let chunk: &[u8; 64] = match bytes[position..].first_chunk() {
            Some(chunk) => chunk,
            None => {
                tail[..bytes.len() - position].copy_from_slice(&bytes[position..]);
                &tail
            }
        };
        let found = masks(chunk, needles);
        let mut separators = found.delimiter | found.terminator;
        if has_quotes && (found.quote | inside | closed_before) != 0 {
            let within = structural::prefix_xor(found.quote) ^ inside;
            separators &= !within;
            let opening = found.quote & within;
            let closing = found.quote & !within;
            let after_closing = closing << 1 | closed_before;
            let openable = (separators | closing) << 1 | may_open;
            let mut unexpected = opening & !openable | after_closing & !(separators | opening);
            index.has_doubled |= opening & after_closing != 0;
            if unexpected != 0 {
                // The end of the source is fine after a closing quote, and so is the CR of a CRLF.
                let mut kept = 0;
                while unexpected != 0 {
                    let i = unexpected.trailing_zeros() as usize;
                    unexpected &= unexpected - 1;
                    let here = position + i;
                    let is_line_end = syntax.terminator == b'\n'
                        && bytes.get(here) == Some(&b'\r')
                        && bytes.get(here + 1).is_none_or(|&next| next == b'\n');
                    if here < bytes.len() && !is_line_end {
                        kept = 1;
                        break;
                    }
                }
                if kept != 0 {
                    // Records that end in this chunk before the unexpected byte are read again by the slow reader's
                    // successor; this costs at most 64 bytes.
                    index.ends.truncate(row_ends);
                    return row_start;
                }
            }
            inside = 0u64.wrapping_sub(within >> 63);
            closed_before = closing >> 63;
            may_open = (separators | closing) >> 63;
        } else {
            may_open = separators >> 63;
            closed_before = 0;
        }
        index.ends.reserve(64);
        while separators != 0 {
            let i = separators.trailing_zeros();
            let here = position + i as usize;
            index.ends.push(here as u32);
            if found.terminator >> i & 1 != 0 {
                let is_ragged = index.ends.len() - row_ends != index.columns;
                if is_ragged && has_quotes && has_line_end(bytes, row_start, here, syntax) {
                    // A quote that takes other lines away may be a stray one.
                    index.ends.truncate(row_ends);
                    return row_start;
                }
                index.end_row(bytes, row_start, here, syntax.terminator);
                row_start = here + 1;
                row_ends = index.ends.len();
            }
            separators &= separators - 1;
        }
        position += 64;
    }
    index.ends.truncate(row_ends);
    row_start
}

/// Whether a line ends before the record does.
fn has_line_end(bytes: &[u8], start: usize, end: usize, syntax: Syntax) -> bool {
    memchr::memchr(syntax.terminator, &bytes[start..end]).is_some()
}

/// Indexes the one record at `at`, byte by byte; returns where the next one begins, or `None` if this one is
/// incomplete. With `at_end`, no record is incomplete.
fn slow(bytes: &[u8], at: usize, syntax: Syntax, at_end: bool, index: &mut Index) -> Option<usize> {
    let (ends, unclosed) = (index.ends.len(), index.unclosed.len());
    index.has_doubled = true;
    let (end, has_raw) = slow_fields(bytes, at, syntax, at_end, index)?;
    let is_odd = has_raw || index.ends.len() - ends != index.columns;
    if is_odd && syntax.quote.is_some() && has_line_end(bytes, at, end, syntax) {
        let grammar = Grammar::plain(syntax, index.columns);
        if grammar.is_swallowed(&bytes[..=end], at) {
            index.ends.truncate(ends);
            index.unclosed.truncate(unclosed);
            let line = at + memchr::memchr(syntax.terminator, &bytes[at..])?;
            slow_fields(&bytes[..=line], at, syntax, true, index)?;
            index.end_row(bytes, at, line, syntax.terminator);
            return Some(line + 1);
        }
    }
    index.end_row(bytes, at, end, syntax.terminator);
    Some(end + 1)
}

/// Indexes the fields of the record at `at`; returns where it ends, and whether one of them is raw.
fn slow_fields(
    bytes: &[u8],
    at: usize,
    syntax: Syntax,
    at_end: bool,
    index: &mut Index,
) -> Option<(usize, bool)> {
    let mut field = at;
    let mut has_raw = false;
    loop {
        let (end, raw) = slow_field(bytes, field, syntax, at_end, &mut index.unclosed)?;
        has_raw |= raw;
        index.ends.push(end as u32 | if raw { RAW } else { 0 });
        if bytes[end] == syntax.terminator {
            return Some((end, has_raw));
        }
        field = end + 1;
    }
}

/// The end of the field at `start`, and whether its value is its raw bytes.
fn slow_field(
    bytes: &[u8],
    start: usize,
    syntax: Syntax,
    at_end: bool,
    unclosed: &mut Vec<u32>,
) -> Option<(usize, bool)> {
    let separator_from = |from: usize| {
        memchr::memchr2(syntax.delimiter, syntax.terminator, bytes.get(from..)?).map(|i| from + i)
    };
    let Some(quote) = syntax.quote.filter(|quote| bytes.get(start) == Some(quote)) else {
        return separator_from(start).map(|end| (end, false));
    };
    let mut from = start + 1;
    let closing = loop {
        match memchr::memchr(quote, &bytes[from..]).map(|i| from + i) {
            Some(at) if bytes.get(at + 1) == Some(&quote) => from = at + 2,
            found => break found,
        }
    };
    let Some(closing) = closing else {
        if !at_end {
            return None;
        }
        // Nothing closes the quote: rather than let it swallow the rest of the source, it is an ordinary byte.
        unclosed.push(start as u32);
        return separator_from(start).map(|end| (end, true));
    };
    let after = closing + 1;
    let end = separator_from(after)?;
    let has_cr = syntax.terminator == b'\n' && bytes[end] == b'\n' && bytes[end - 1] == b'\r';
    let until = if has_cr && end > after { end - 1 } else { end };
    let is_whole = until == after
        || bytes[until - 1] == quote
            && memchr::memchr2(b'\n', b'\r', &bytes[start..until]).is_none();
    Some((end, !is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::reference::check;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_the_reference_on_the_cases_that_people_know() {
        let cases: &[&str] = &[
            "",
            "a",
            "a\n",
            "a,b\n1,2\n",
            "a,b\r\n1,2\r\n",
            "a,b\n\"1,\n2\",3\n",
            "a,\"b \"\"quoted\"\" c\"\n",
            "\"\",\n",
            ",\"\"\r\n",
            "\"a\"\r\n\"b\"",
            "\n\n1,2\n\n3,4\n\n",
            "1,2,3,4\n5\n",
            "say \"hi\", x\n1,2\n",
            "\"a\"b,c\n1,2\n",
            "\"a\"b\"c,d\"\n1,2\n",
            "\"never closed,1\n2,3\n4,5\n",
            "1,\"never closed\n2,3",
            "\"\"\"\",\"\"\"\"\"\"\n",
            "a\r,b\n\r\n\"a\"\r,b\n",
            "\"x\"\r",
        ];
        for case in cases {
            for columns in 1..=4 {
                let sizes = [1, 2, 3, 7, 63, 64, 65, 1000];
                check(case.as_bytes(), Syntax::default(), columns, &sizes);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn agrees_with_the_reference_on_anything(
            bytes in proptest::collection::vec(prop_oneof![
                4 => Just(b','), 2 => Just(b'\n'), 3 => Just(b'"'), 1 => Just(b'\r'), 6 => Just(b'a'), 1 => any::<u8>()
            ], 0..400),
            columns in 1usize..6,
            step in prop_oneof![1usize..10, 50usize..200],
            quoted in any::<bool>(),
        ) {
            let syntax = Syntax { quote: quoted.then_some(b'"'), ..Syntax::default() };
            check(&bytes, syntax, columns, &[step]);
        }

        #[test]
        fn agrees_with_the_reference_with_long_fields(
            fields in proptest::collection::vec(("[a\"]{0,3}", 0usize..150, any::<bool>()), 1..20),
            columns in 1usize..4,
        ) {
            let mut text = String::new();
            for (i, (odd, length, quoted)) in fields.iter().enumerate() {
                let value = format!("{odd}{}", "x,\n".repeat(*length / 3));
                if *quoted {
                    text.push_str(&format!("\"{}\"", value.replace('"', "\"\"")));
                } else {
                    text.push_str(&value);
                }
                text.push(if i % columns == columns - 1 { '\n' } else { ',' });
            }
            check(text.as_bytes(), Syntax::default(), columns, &[97]);
        }
    }
}
