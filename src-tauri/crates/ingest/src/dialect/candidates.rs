//! The dialects that a sample may have, by the bytes that occur in it.

use std::collections::BTreeMap;

use super::{Delimiter, Escape, Terminator, fixed};

/// Single bytes that may separate cells, the likelier first.
const BYTES: &[u8] = b",;\t|\x1f^~: \x01\x1e\x14\x02#!$%&*=@";
/// Characters beyond ASCII that may.
const LETTERS: [&str; 8] = ["¦", "§", "¬", "¤", "¶", "│", "þ", "·"];
/// Bytes that a delimiter of several bytes may be made of.
const MARKS: &[u8] = b",;\t|\x1f^~: \x01\x1e\x14\x02#!$%&*=@-+<>";
/// Lines that are looked at.
const LINES: usize = 60;
/// Delimiters of several bytes that are tried.
const MOST: usize = 6;

/// Lines of a sample, whatever ends them.
pub(super) fn lines(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    sample
        .split(|&byte| byte == b'\n' || byte == b'\r')
        .filter(|line| !line.trim_ascii().is_empty())
}

/// What may end a record.
pub(super) fn terminators(sample: &[u8]) -> Vec<Terminator> {
    let (mut cr, mut lf, mut crlf) = (0usize, 0usize, 0usize);
    for at in memchr::memchr2_iter(b'\n', b'\r', sample) {
        match (sample[at], sample.get(at + 1)) {
            (b'\r', Some(b'\n')) => crlf += 1,
            (b'\r', _) => cr += 1,
            _ if at > 0 && sample[at - 1] == b'\r' => {}
            _ => lf += 1,
        }
    }
    match (cr, lf, crlf) {
        (1.., 0, 0) => vec![Terminator::Cr],
        (0, 1.., 1..) if crlf > lf => vec![Terminator::Lf, Terminator::Crlf],
        (0, _, _) => vec![Terminator::Lf],
        _ if crlf > cr + lf => vec![Terminator::Lf, Terminator::Any, Terminator::Crlf],
        _ if cr > lf + crlf => vec![Terminator::Any, Terminator::Lf, Terminator::Cr],
        _ => vec![Terminator::Lf, Terminator::Any],
    }
}

/// The quotes and how they are escaped.
pub(super) fn quotes(sample: &[u8]) -> Vec<(Option<u8>, Escape)> {
    let mut quotes = vec![(Some(b'"'), Escape::Doubled)];
    let has = |two: &[u8; 2]| memchr::memmem::find(sample, two).is_some();
    if memchr::memchr(b'"', sample).is_some() {
        quotes.push((None, Escape::Doubled));
    }
    for quote in [b'"', b'\''] {
        if quote == b'\'' {
            // An apostrophe stands within a word; a quote, at one of its ends.
            let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            let ends = memchr::memchr_iter(quote, sample)
                .filter(|&at| {
                    is_end(at.checked_sub(1).and_then(|at| sample.get(at)))
                        || is_end(sample.get(at + 1))
                })
                .take(2)
                .count();
            if ends < 2 {
                continue;
            }
            quotes.push((Some(quote), Escape::Doubled));
        }
        if has(&[b'\\', quote]) {
            quotes.push((Some(quote), Escape::Backslash));
        }
        if has(&[0, quote]) {
            quotes.push((Some(quote), Escape::Nul));
        }
    }
    quotes
}

/// Whether spaces stand between quotes and what may be delimiters.
pub(super) fn has_spaces_around(sample: &[u8]) -> bool {
    sample.windows(3).any(|three| match three {
        [quote @ (b'"' | b'\''), b' ', next] => next != quote && MARKS.contains(next),
        [before, b' ', b'"' | b'\''] => MARKS.contains(before) || matches!(before, b'\n' | b'\r'),
        _ => false,
    }) || sample.starts_with(b" \"")
        || sample.starts_with(b" '")
}

/// What may separate the cells.
pub(super) fn delimiters(sample: &[u8]) -> Vec<Delimiter> {
    let lines: Vec<&[u8]> = lines(sample).take(LINES).collect();
    // Lines inside quotes may have none.
    let is_frequent = |delimiter: &[u8]| {
        let found = (lines.iter())
            .filter(|line| memchr::memmem::find(line, delimiter).is_some())
            .count();
        found > 0 && found * 8 >= lines.len()
    };
    let mut delimiters = vec![Delimiter::None];
    for &byte in BYTES {
        if byte == b',' || is_frequent(&[byte]) {
            delimiters.push(Delimiter::Byte(byte));
        }
    }
    if lines
        .iter()
        .any(|line| memchr::memmem::find(line, b"  ").is_some())
    {
        delimiters.push(Delimiter::Spaces);
        let starts = fixed::starts(self::lines(sample));
        delimiters.extend(starts.into_iter().map(Delimiter::Fixed));
    }
    for letter in LETTERS {
        if is_frequent(letter.as_bytes()) {
            delimiters.push(Delimiter::of(letter.as_bytes()));
        }
    }
    for bytes in several(&lines) {
        // A mark that nearly always stands in pairs is no delimiter by itself.
        if let [first, second] = bytes[..]
            && first == second
            && are_pairs(first, &lines)
        {
            delimiters.retain(|delimiter| delimiter.bytes() != [first]);
        }
        delimiters.push(Delimiter::of(&bytes));
    }
    delimiters
}

fn are_pairs(mark: u8, lines: &[&[u8]]) -> bool {
    let in_pairs = |line: &&&[u8]| {
        let pairs = memchr::memmem::find_iter(line, &[mark, mark]).count();
        pairs > 0 && pairs * 2 == memchr::memchr_iter(mark, line).count()
    };
    lines.iter().filter(in_pairs).count() * 4 >= lines.len() * 3
}

/// Sequences of two to four marks that most lines have.
fn several(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    const LONGEST: usize = 4;
    // Of each sequence: lines that have it, and the last of them, so that none is counted twice.
    let mut found: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        // A line of nothing but marks is a ruler.
        let is_mark = |byte: &u8| MARKS.contains(byte);
        for run in line.split(|byte| !is_mark(byte)) {
            for length in 2..=LONGEST.min(run.len()) {
                for sequence in run.windows(length).take(8) {
                    let (count, last) = found.entry(sequence).or_insert((0, usize::MAX));
                    if *last != number {
                        (*count, *last) = (*count + 1, number);
                    }
                }
            }
        }
    }
    let mut frequent: Vec<(usize, &[u8])> = found
        .into_iter()
        .filter(|(sequence, (count, _))| {
            count * 5 >= lines.len() * 3
                && sequence.iter().any(|&byte| byte != b' ')
                && is_delimiter(sequence, lines)
        })
        .map(|(sequence, (count, _))| (count, sequence))
        .collect();
    frequent.sort_by(|a, b| {
        b.0.cmp(&a.0)
            .then(b.1.len().cmp(&a.1.len()))
            .then(a.1.cmp(b.1))
    });
    frequent
        .into_iter()
        .take(MOST)
        .map(|(_, sequence)| sequence.to_vec())
        .collect()
}

/// Two commas are more likely a cell that is empty than a delimiter, unless there are several such pairs and no single ones.
fn is_delimiter(sequence: &[u8], lines: &[&[u8]]) -> bool {
    let [first @ (b',' | b';' | b'\t'), rest @ ..] = sequence else {
        return true;
    };
    if rest.iter().any(|byte| byte != first) {
        return true;
    }
    lines.iter().all(|line| {
        let pairs = memchr::memmem::find_iter(line, sequence).count();
        let singles = memchr::memchr_iter(*first, line).count();
        pairs > 1 && pairs * sequence.len() == singles
    })
}
