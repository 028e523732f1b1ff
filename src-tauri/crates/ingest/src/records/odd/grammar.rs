//! The grammar of a record in any dialect, over bytes that are in memory.
//!
//! It is the grammar of [`crate::records::index`] with more delimiters, escapes and line ends: a cell that begins with a
//! quote ends at the next single one. Where that is followed by anything but a delimiter or the record's end, the cell
//! goes on to there; if it ends with a quote after all and is all on one line, single quotes inside are ordinary
//! characters, else it is its raw bytes, quotes included, as it is where no quote closes it.

use std::borrow::Cow;

use crate::dialect::{Delimiter, Dialect, Escape, Repair, Terminator};

use super::repair::Others;
use crate::records::Syntax;

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Bare,
    /// In quotes, which are no part of the span, with or without escapes or single quotes inside.
    Quoted {
        has_escapes: bool,
        has_single: bool,
    },
    /// It begins with a quote that is an ordinary character, for it closes nowhere or in the wrong place.
    Raw {
        is_closed: bool,
    },
}

/// Where a cell's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) form: Form,
}

impl Span {
    pub(crate) fn is_quoted(self) -> bool {
        matches!(self.form, Form::Quoted { .. })
    }

    /// Whether the cell is empty without quotes.
    pub(crate) fn is_null(self) -> bool {
        self.start == self.end && self.form == Form::Bare
    }
}

/// The cells of one record.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) cells: Vec<Span>,
    /// Whether the record was written wrongly and is read in another way than the grammar says.
    pub(crate) repaired: Option<Repaired>,
}

/// Where a record stands in its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing but blank lines came before.
    #[default]
    First,
    /// No record of a right width came before.
    Above,
    Inside,
}

/// What was wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repaired {
    /// A quote that opens a cell and must not, for it would take more than its cell.
    StrayQuote,
    /// Another delimiter than that of the other records.
    OtherDelimiter,
}

impl Record {
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self.cells[..], [cell] if cell.is_null())
    }

    pub(crate) fn has_raw(&self) -> bool {
        (self.cells.iter()).any(|cell| matches!(cell.form, Form::Raw { .. }))
    }

    pub(crate) fn is_unclosed(&self) -> bool {
        let is_open = |cell: &Span| cell.form == Form::Raw { is_closed: false };
        self.cells.iter().any(is_open)
    }
}

/// A delimiter or the end of a record.
struct Separator {
    /// Where it begins.
    at: usize,
    /// Where what follows it begins.
    next: usize,
    is_end: bool,
}

/// Reads records of one dialect.
#[derive(Debug, Clone)]
pub(crate) struct Grammar {
    pub(super) delimiter: Delimiter,
    quote: Option<u8>,
    escape: Escape,
    terminator: Terminator,
    spaces_around: bool,
    pub(super) repair: Repair,
    pub(super) others: Others,
}

impl Grammar {
    /// The grammar of a dialect, with the repair of records that are written wrongly.
    pub(crate) fn new(dialect: &Dialect) -> Self {
        let others = Others::of(dialect);
        Self {
            repair: dialect.repair.clone(),
            others,
            ..Self::strict(dialect)
        }
    }

    /// The grammar of a dialect and nothing else.
    pub(crate) fn strict(dialect: &Dialect) -> Self {
        Self {
            delimiter: dialect.delimiter.clone(),
            quote: dialect.quote,
            escape: dialect.escape,
            terminator: dialect.terminator,
            spaces_around: dialect.spaces_around,
            repair: Repair::default(),
            others: Others::default(),
        }
    }

    /// The grammar of plain records of a table with so many columns.
    pub(in crate::records) fn plain(syntax: Syntax, columns: usize) -> Self {
        let dialect = Dialect {
            delimiter: match syntax.delimiter {
                delimiter if delimiter == syntax.terminator => Delimiter::None,
                delimiter => Delimiter::Byte(delimiter),
            },
            quote: syntax.quote,
            terminator: match syntax.terminator {
                b'\r' => Terminator::Cr,
                _ => Terminator::Lf,
            },
            ..Dialect::default()
        };
        let mut grammar = Self::strict(&dialect);
        grammar.repair.widths.push(columns);
        grammar
    }

    /// Reads the record at `from`, which must lie before the end of `bytes`; returns where the next one begins, or `None`
    /// if this one is not complete. With `at_end`, `bytes` is the end of the source and no record is incomplete.
    pub(crate) fn next(
        &self,
        bytes: &[u8],
        from: usize,
        at_end: bool,
        place: &mut Place,
        record: &mut Record,
    ) -> Option<usize> {
        let next = self.record(bytes, from, at_end, None, record)?;
        record.repaired = None;
        let is_odd = !self.repair.widths.is_empty()
            && (!self.repair.widths.contains(&record.cells.len()) || record.has_raw());
        if record.is_blank() {
            return Some(next);
        }
        let next = match is_odd {
            true => self.repair(bytes, from, next, *place, record),
            false => next,
        };
        if *place != Place::Inside {
            *place = match self.repair.widths.contains(&record.cells.len()) {
                true => Place::Inside,
                false => Place::Above,
            };
        }
        Some(next)
    }

    /// The record at `from` as the grammar says; a quote at `literal` is an ordinary character.
    pub(crate) fn record(
        &self,
        bytes: &[u8],
        from: usize,
        at_end: bool,
        literal: Option<usize>,
        record: &mut Record,
    ) -> Option<usize> {
        record.cells.clear();
        if let Delimiter::Fixed(starts) = &self.delimiter {
            let line = self.line(bytes, from, at_end)?;
            fixed(bytes, from, line.at, starts, &mut record.cells);
            return Some(line.next);
        }
        let mut at = from;
        if self.delimiter == Delimiter::Spaces {
            at += spaces(bytes, at);
            if at == bytes.len() && !at_end {
                return None;
            }
        }
        loop {
            let (cell, separator) = self.cell(bytes, at, at_end, literal)?;
            record.cells.push(cell);
            at = separator.next;
            if separator.is_end {
                return Some(at);
            }
        }
    }

    /// The line at `from`: where it ends, and where the next one begins.
    pub(crate) fn line_at(&self, bytes: &[u8], from: usize) -> (usize, usize) {
        let line = self.line(bytes, from, true);
        line.map_or((bytes.len(), bytes.len()), |line| (line.at, line.next))
    }

    /// The end of the line at `from`, without the CR of a CRLF.
    fn line(&self, bytes: &[u8], from: usize, at_end: bool) -> Option<Separator> {
        let mut end = self.search(bytes, from, at_end, false)?;
        end.at = self.trim_cr(bytes, from, end.at);
        Some(end)
    }

    fn trim_cr(&self, bytes: &[u8], start: usize, end: usize) -> usize {
        let has_cr = self.terminator == Terminator::Lf && end > start && bytes[end - 1] == b'\r';
        end - usize::from(has_cr)
    }

    /// The cell at `start` and what ends it.
    fn cell(
        &self,
        bytes: &[u8],
        start: usize,
        at_end: bool,
        literal: Option<usize>,
    ) -> Option<(Span, Separator)> {
        let mut open = start;
        if self.spaces_around {
            open += spaces(bytes, start);
            if open == bytes.len() && !at_end {
                return None;
            }
        }
        let quote = self
            .quote
            .filter(|quote| bytes.get(open) == Some(quote) && literal != Some(open));
        let Some(quote) = quote else {
            return self.bare(bytes, start, start, at_end, Form::Bare);
        };
        let Some((close, has_escapes)) = self.closing(bytes, open + 1, quote) else {
            // Rather than let the quote swallow the rest of the source, it is an ordinary character.
            if !at_end {
                return None;
            }
            return self.bare(bytes, start, start, at_end, Form::Raw { is_closed: false });
        };
        let mut after = close + 1;
        if self.spaces_around {
            after += spaces(bytes, after);
        }
        let (span, separator) =
            self.bare(bytes, open, after, at_end, Form::Raw { is_closed: true })?;
        if span.end == after {
            let span = Span {
                start: open + 1,
                end: close,
                form: Form::Quoted {
                    has_escapes,
                    has_single: false,
                },
            };
            return Some((span, separator));
        }
        // Between a quote at either end, single ones are ordinary characters.
        let until = match self.spaces_around {
            true => bytes[..span.end].trim_ascii_end().len(),
            false => span.end,
        };
        let is_one_line = || memchr::memchr2(b'\n', b'\r', &bytes[open..until]).is_none();
        if until > close + 1 && bytes[until - 1] == quote && is_one_line() {
            let span = Span {
                start: open + 1,
                end: until - 1,
                form: Form::Quoted {
                    has_escapes: true,
                    has_single: true,
                },
            };
            return Some((span, separator));
        }
        Some((Span { start, ..span }, separator))
    }

    /// The cell from `start` to the first separator that is not before `from`.
    fn bare(
        &self,
        bytes: &[u8],
        start: usize,
        from: usize,
        at_end: bool,
        form: Form,
    ) -> Option<(Span, Separator)> {
        let separator = self.search(bytes, from, at_end, true)?;
        let end = match separator.is_end {
            true => self.trim_cr(bytes, from, separator.at),
            false => separator.at,
        };
        Some((Span { start, end, form }, separator))
    }

    /// The quote that closes a cell whose text begins at `from`, and whether there are escapes before it.
    fn closing(&self, bytes: &[u8], from: usize, quote: u8) -> Option<(usize, bool)> {
        let mut at = from;
        let mut has_escapes = false;
        loop {
            let rest = bytes.get(at..)?;
            let found = match self.escape {
                Escape::Backslash => memchr::memchr2(quote, b'\\', rest),
                Escape::Doubled | Escape::Nul => memchr::memchr(quote, rest),
            };
            let here = at + found?;
            if bytes[here] != quote {
                has_escapes = true;
                at = here + 2;
            } else if self.escape == Escape::Nul && here > from && bytes[here - 1] == 0 {
                has_escapes = true;
                at = here + 1;
            } else if bytes.get(here + 1) == Some(&quote) {
                has_escapes = true;
                at = here + 2;
            } else {
                return Some((here, has_escapes));
            }
        }
    }

    /// The first delimiter, if `delimiters` count, or end of a record from `from` on.
    fn search(
        &self,
        bytes: &[u8],
        from: usize,
        at_end: bool,
        delimiters: bool,
    ) -> Option<Separator> {
        let first = self
            .delimiter
            .bytes()
            .first()
            .copied()
            .filter(|_| delimiters);
        let mut at = from;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match (first, self.terminator) {
                (Some(first), Terminator::Lf) => memchr::memchr2(first, b'\n', rest),
                (Some(first), Terminator::Cr | Terminator::Crlf) => {
                    memchr::memchr2(first, b'\r', rest)
                }
                (Some(first), Terminator::Any) => memchr::memchr3(first, b'\n', b'\r', rest),
                (None, Terminator::Lf) => memchr::memchr(b'\n', rest),
                (None, Terminator::Cr | Terminator::Crlf) => memchr::memchr(b'\r', rest),
                (None, Terminator::Any) => memchr::memchr2(b'\n', b'\r', rest),
            };
            let Some(found) = found else {
                return at_end.then_some(Separator {
                    at: bytes.len(),
                    next: bytes.len(),
                    is_end: true,
                });
            };
            let here = at + found;
            let length = if first == Some(bytes[here]) {
                match self.delimiter_at(bytes, here, at_end)? {
                    Found::Delimiter(next) => {
                        return Some(Separator {
                            at: here,
                            next,
                            is_end: false,
                        });
                    }
                    Found::RecordEnd(next) => {
                        return Some(Separator {
                            at: here,
                            next,
                            is_end: true,
                        });
                    }
                    Found::Nothing => None,
                }
            } else {
                self.line_end(bytes, here, at_end)?
            };
            if let Some(length) = length {
                return Some(Separator {
                    at: here,
                    next: here + length,
                    is_end: true,
                });
            }
            at = here + 1;
        }
    }

    /// The length of the line end at `at`, `Some(None)` if there is none, or `None` if the next byte would have to be known.
    #[expect(
        clippy::option_option,
        reason = "unknown and none are different answers"
    )]
    fn line_end(&self, bytes: &[u8], at: usize, at_end: bool) -> Option<Option<usize>> {
        let next = bytes.get(at + 1);
        match (self.terminator, bytes.get(at)) {
            (Terminator::Lf | Terminator::Any, Some(b'\n')) => Some(Some(1)),
            (Terminator::Cr, Some(b'\r')) => Some(Some(1)),
            (Terminator::Any | Terminator::Crlf, Some(b'\r')) => match next {
                None if !at_end => None,
                Some(b'\n') => Some(Some(2)),
                _ => Some((self.terminator == Terminator::Any).then_some(1)),
            },
            _ => Some(None),
        }
    }

    /// What begins at the delimiter's first byte; `None` if more bytes would have to be known.
    fn delimiter_at(&self, bytes: &[u8], at: usize, at_end: bool) -> Option<Found> {
        match &self.delimiter {
            Delimiter::Byte(_) => Some(Found::Delimiter(at + 1)),
            Delimiter::Bytes(delimiter) => {
                let rest = &bytes[at..];
                if rest.starts_with(delimiter) {
                    return Some(Found::Delimiter(at + delimiter.len()));
                }
                // Editors take the spaces at a line's end away.
                if let [bare @ .., b' '] = &delimiter[..]
                    && rest.starts_with(bare)
                {
                    let next = at + bare.len();
                    let is_line_end = match bytes.get(next) {
                        None => at_end,
                        Some(b'\r') if self.terminator == Terminator::Lf => {
                            bytes.get(next + 1).is_none_or(|&byte| byte == b'\n')
                        }
                        Some(_) => self.line_end(bytes, next, at_end)?.is_some(),
                    };
                    if is_line_end {
                        return Some(Found::Delimiter(next));
                    }
                }
                Some(Found::Nothing)
            }
            Delimiter::Spaces => {
                let next = at + spaces(bytes, at);
                if next == bytes.len() {
                    return at_end.then_some(Found::RecordEnd(next));
                }
                if bytes[next] == b'\r' && self.terminator == Terminator::Lf {
                    return match bytes.get(next + 1) {
                        None if !at_end => None,
                        None => Some(Found::RecordEnd(next + 1)),
                        Some(b'\n') => Some(Found::RecordEnd(next + 2)),
                        Some(_) => Some(Found::Delimiter(next)),
                    };
                }
                Some(match self.line_end(bytes, next, at_end)? {
                    Some(length) => Found::RecordEnd(next + length),
                    None => Found::Delimiter(next),
                })
            }
            Delimiter::None | Delimiter::Fixed(_) => Some(Found::Nothing),
        }
    }

    /// A cell's text, with what escapes quotes taken away.
    pub(crate) fn text<'a>(&self, bytes: &'a [u8], cell: Span) -> Cow<'a, [u8]> {
        let text = &bytes[cell.start..cell.end];
        match (cell.form, self.quote) {
            (
                Form::Quoted {
                    has_escapes: true, ..
                },
                Some(quote),
            ) => Cow::Owned(unescape(text, quote, self.escape)),
            _ => Cow::Borrowed(text),
        }
    }

    /// Lines that end in these bytes.
    pub(crate) fn lines(&self, bytes: &[u8]) -> u64 {
        match self.terminator {
            Terminator::Lf => memchr::memchr_iter(b'\n', bytes).count() as u64,
            Terminator::Cr => memchr::memchr_iter(b'\r', bytes).count() as u64,
            Terminator::Any | Terminator::Crlf => memchr::memchr2_iter(b'\n', b'\r', bytes)
                .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
                .count() as u64,
        }
    }
}

/// What was found where a delimiter may begin.
enum Found {
    /// A delimiter; what follows it begins here.
    Delimiter(usize),
    /// The record's end; the next one begins here.
    RecordEnd(usize),
    Nothing,
}

/// Spaces from `from` on.
fn spaces(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().take_while(|&&byte| byte == b' ').count()
}

fn unescape(text: &[u8], quote: u8, escape: Escape) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let next = bytes.peek().copied();
        let is_escape = match byte {
            b'\\' if escape == Escape::Backslash => next == Some(b'\\') || next == Some(quote),
            0 if escape == Escape::Nul => next == Some(quote),
            _ => byte == quote && next == Some(quote),
        };
        plain.push(if is_escape {
            bytes.next().unwrap_or(byte)
        } else {
            byte
        });
    }
    plain
}

/// Cuts a line where its cells begin; a line that does not keep to that is one cell.
fn fixed(bytes: &[u8], from: usize, to: usize, starts: &[usize], cells: &mut Vec<Span>) {
    let line = &bytes[from..to];
    let cell = |start: usize, end: usize| {
        let text = &line[start..end];
        let left = text.len() - text.trim_ascii_start().len();
        let length = text.trim_ascii().len();
        let start = if length == 0 { start } else { start + left };
        Span {
            start: from + start,
            end: from + start + length,
            form: Form::Bare,
        }
    };
    if line.iter().all(u8::is_ascii_whitespace) {
        cells.push(cell(0, 0));
        return;
    }
    let mut cuts = Vec::with_capacity(starts.len() + 1);
    // Characters before a byte are those whose first byte lies there.
    let mut wanted = starts.iter().copied().peekable();
    let (mut kept, mut broken) = (0, 0);
    let firsts = (line.iter().enumerate()).filter(|(_, byte)| !matches!(byte, 0x80..=0xbf));
    for (character, (at, _)) in firsts.enumerate() {
        if wanted.next_if_eq(&character).is_some() {
            if at > 0 {
                let is_blank = line[at - 1] == b' ';
                kept += usize::from(is_blank);
                broken += usize::from(!is_blank);
            }
            cuts.push(at);
        }
        if wanted.peek().is_none() {
            break;
        }
    }
    if broken > kept {
        cells.push(cell(0, line.len()));
        return;
    }
    cuts.resize(starts.len(), line.len());
    cuts.push(line.len());
    cells.extend(cuts.windows(2).map(|pair| cell(pair[0], pair[1])));
}
