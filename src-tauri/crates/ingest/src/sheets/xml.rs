//! A pull tokenizer for the XML of spreadsheets, over the pieces of a part.
//!
//! It knows what those parts use: elements, attributes, text, CDATA, comments and the five entities of XML. It has no
//! DTD: a document with one is refused, so no entity can ever expand. Names are compared without their prefix, for some
//! programs write `<x:row>`. Damage is no error here: tokens end where the part does, and [`Part::ending`] says how.

use memchr::{memchr, memchr2, memmem};

use super::part::{Ending, Limits, Part};
use crate::Error;

/// Bytes that a tag or a text may have. A cell of Excel's has 32,767 characters at most.
const LARGEST_TOKEN: usize = 16_000_000;
const TOO_LARGE: &str = "has a cell of more than 16 MB, which no spreadsheet can hold: it is damaged, or was made to do harm; ask where it comes from";

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// The name without its prefix.
    pub(crate) name: &'a [u8],
    attributes: &'a [u8],
    /// Whether the element ends with this tag; no [`Event::End`] follows then.
    pub(crate) is_empty: bool,
}

impl<'a> Tag<'a> {
    /// The attributes as they are written: names without prefix, values still escaped.
    pub(crate) fn attributes(self) -> Attributes<'a> {
        Attributes(self.attributes)
    }

    /// An attribute's value as it is written.
    pub(crate) fn attribute(self, name: &[u8]) -> Option<&'a [u8]> {
        self.attributes()
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    /// An attribute's value as text.
    pub(crate) fn text(self, name: &[u8]) -> Option<String> {
        let mut text = Vec::new();
        unescape(self.attribute(name)?, &mut text);
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    /// An attribute's value as a number.
    pub(crate) fn number(self, name: &[u8]) -> Option<u32> {
        digits(self.attribute(name)?)
    }
}

/// Whether an attribute's value means yes.
pub(crate) fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true" | b"on")
}

/// A whole number of up to nine digits.
pub(crate) fn digits(text: &[u8]) -> Option<u32> {
    if !matches!(text.len(), 1..=9) {
        return None;
    }
    let mut value = 0;
    for &byte in text {
        value = value * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some(value)
}

/// Iterates over a tag's attributes.
#[derive(Debug, Clone)]
pub(crate) struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_ascii_start();
        let equals = memchr(b'=', text)?;
        let name = local(text[..equals].trim_ascii_end());
        let rest = text[equals + 1..].trim_ascii_start();
        let quote = *rest
            .first()
            .filter(|&&quote| quote == b'"' || quote == b'\'')?;
        let end = memchr(quote, &rest[1..])?;
        self.0 = &rest[end + 2..];
        Some((name, &rest[1..=end]))
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    memchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    Start(Tag<'a>),
    /// An end tag's name without its prefix.
    End(&'a [u8]),
    /// Text that is still escaped.
    Text(&'a [u8]),
    /// Text as it stands.
    CData(&'a [u8]),
}

/// Tokens of a part.
pub(crate) struct Xml {
    part: Part,
    buffer: Vec<u8>,
    at: usize,
    path: std::path::PathBuf,
    utf16: Option<Utf16>,
    has_begun: bool,
}

/// Where the next token is in the buffer.
enum Found {
    Start { end: usize },
    End { end: usize },
    Text { end: usize },
    CData { end: usize },
    Nothing { end: usize },
    More,
}

impl Xml {
    pub(crate) fn new(part: Part, path: &std::path::Path) -> Self {
        Self {
            part,
            buffer: Vec::new(),
            at: 0,
            path: path.to_owned(),
            utf16: None,
            has_begun: false,
        }
    }

    /// The tokens of a part of which some bytes were taken already and `buffer` comes next.
    pub(crate) fn resume(part: Part, buffer: Vec<u8>, path: &std::path::Path) -> Self {
        Self {
            buffer,
            has_begun: true,
            ..Self::new(part, path)
        }
    }

    /// The tokens of a part of an archive; `None` if there is no such part.
    pub(crate) fn open(
        archive: &super::archive::Archive,
        name: &str,
        limits: Limits,
    ) -> Result<Option<Self>, Error> {
        let Some(entry) = archive.find(name) else {
            return Ok(None);
        };
        Ok(Some(Self::new(
            Part::open(archive, entry, limits)?,
            &archive.file.path,
        )))
    }

    /// How the part ended; `None` while there is more.
    pub(crate) fn ending(&self) -> Option<&Ending> {
        self.part.ending()
    }

    /// Compressed bytes that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.part.position()
    }

    /// The path of the file that the part is in.
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// What is in the buffer and was not taken yet, for a reader that knows what to expect.
    pub(crate) fn buffered(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Takes so many bytes of [`Xml::buffered`]; they must be whole tokens.
    pub(crate) fn take(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.buffer.len());
    }

    /// Reads the part to its end without looking at it, so that its check sum is known.
    ///
    /// # Errors
    /// Those of [`Part::check`].
    pub(crate) fn skip_to_end(&mut self) -> Result<(), Error> {
        loop {
            self.buffer.clear();
            self.at = 0;
            if !self.part.append(&mut self.buffer) {
                return self.part.check();
            }
        }
    }

    /// Gets another piece into the buffer; `false` at the end of the part.
    fn more(&mut self) -> Result<bool, Error> {
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.buffer.len() > LARGEST_TOKEN {
            return Err(self.refused(TOO_LARGE));
        }
        if !self.has_begun {
            self.has_begun = true;
            if !self.part.append(&mut self.buffer) {
                self.part.check()?;
                return Ok(false);
            }
            self.utf16 = Utf16::of(&self.buffer);
            if let Some(utf16) = &mut self.utf16 {
                let piece = std::mem::take(&mut self.buffer);
                utf16.decode(&piece, &mut self.buffer);
            }
            return Ok(true);
        }
        let has_more = if let Some(utf16) = &mut self.utf16 {
            let mut piece = Vec::new();
            let has_more = self.part.append(&mut piece);
            utf16.decode(&piece, &mut self.buffer);
            has_more
        } else {
            self.part.append(&mut self.buffer)
        };
        if !has_more {
            self.part.check()?;
        }
        Ok(has_more)
    }

    fn refused(&self, what: &str) -> Error {
        Error::Workbook {
            path: self.path.clone(),
            what: what.to_owned(),
        }
    }

    fn find(&self) -> Result<Found, Error> {
        let text = &self.buffer[self.at..];
        let after = |found: Option<usize>, skipped: usize, length: usize| {
            found.map(|at| self.at + skipped + at + length)
        };
        let found = match text {
            [] | [b'<'] => None,
            [b'<', b'/', ..] => after(memchr(b'>', text), 0, 1).map(|end| Found::End { end }),
            [b'<', b'?', ..] => {
                after(memmem::find(text, b"?>"), 0, 2).map(|end| Found::Nothing { end })
            }
            [b'<', b'!', rest @ ..] => {
                if rest.starts_with(b"--") {
                    after(memmem::find(&text[4..], b"-->"), 4, 3).map(|end| Found::Nothing { end })
                } else if rest.starts_with(b"[CDATA[") {
                    after(memmem::find(&text[9..], b"]]>"), 9, 3).map(|end| Found::CData { end })
                } else if rest.len() < 7 {
                    None
                } else {
                    return Err(self.refused(
                        "has a document type definition in it, which no spreadsheet needs and which can do harm: it was not read; save it anew from a spreadsheet program",
                    ));
                }
            }
            [b'<', ..] => tag_end(text).map(|end| Found::Start { end: self.at + end }),
            _ => memchr(b'<', text).map(|end| Found::Text { end: self.at + end }),
        };
        Ok(found.unwrap_or(Found::More))
    }

    /// The next token; `None` at the end of the part, or where it breaks off.
    ///
    /// # Errors
    /// [`Error::Workbook`] for what is refused, [`Error::Read`] if the disk fails.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'_>>, Error> {
        loop {
            let found = self.find()?;
            let start = self.at;
            match found {
                Found::More => {
                    if !self.more()? {
                        self.at = self.buffer.len();
                        return Ok(None);
                    }
                }
                Found::Nothing { end } => self.at = end,
                Found::Text { end } => {
                    self.at = end;
                    return Ok(Some(Event::Text(&self.buffer[start..end])));
                }
                Found::CData { end } => {
                    self.at = end;
                    return Ok(Some(Event::CData(&self.buffer[start + 9..end - 3])));
                }
                Found::End { end } => {
                    self.at = end;
                    let name = self.buffer[start + 2..end - 1].trim_ascii_end();
                    return Ok(Some(Event::End(local(name))));
                }
                Found::Start { end } => {
                    self.at = end;
                    return Ok(Some(Event::Start(tag(&self.buffer[start + 1..end - 1]))));
                }
            }
        }
    }

    /// Skips what is inside an element whose start tag was just read, up to its end tag.
    pub(crate) fn skip_element(&mut self) -> Result<(), Error> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                Some(Event::Start(tag)) => depth += u64::from(!tag.is_empty),
                Some(Event::End(_)) => depth -= 1,
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }

    /// Refuses a text of many pieces that became larger than one piece may be.
    pub(crate) fn check_size(&self, bytes: usize) -> Result<(), Error> {
        if bytes > LARGEST_TOKEN {
            return Err(self.refused(TOO_LARGE));
        }
        Ok(())
    }

    /// Appends the text inside an element whose start tag was just read, that of its children too, up to its end tag.
    pub(crate) fn append_text(&mut self, to: &mut Vec<u8>) -> Result<(), Error> {
        let mark = to.len();
        let mut depth = 1_u64;
        while depth > 0 {
            self.check_size(to.len() - mark)?;
            match self.next()? {
                Some(Event::Start(tag)) => depth += u64::from(!tag.is_empty),
                Some(Event::End(_)) => depth -= 1,
                Some(Event::Text(text)) => unescape(text, to),
                Some(Event::CData(text)) => to.extend_from_slice(text),
                None => break,
            }
        }
        Ok(())
    }
}

/// Where a start tag ends, just after its `>`; one inside a quoted value does not count.
fn tag_end(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let end = at + memchr(b'>', &text[at..])?;
        // Most tags have no `>` in a value; then the quotes before the first one pair up.
        let mut quote = memchr2(b'"', b'\'', &text[at..end]).map(|found| at + found);
        let mut resume = None;
        while let Some(open) = quote {
            let Some(close) = memchr(text[open], &text[open + 1..]) else {
                return None;
            };
            let close = open + 1 + close;
            if close > end {
                resume = Some(close + 1);
                break;
            }
            quote = memchr2(b'"', b'\'', &text[close + 1..end]).map(|found| close + 1 + found);
        }
        match resume {
            None => return Some(end + 1),
            Some(next) => at = next,
        }
    }
}

/// A start tag from what is between its angle brackets.
fn tag(inside: &[u8]) -> Tag<'_> {
    let (inside, is_empty) = match inside {
        [inside @ .., b'/'] => (inside, true),
        inside => (inside, false),
    };
    let name_end = inside
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(inside.len());
    Tag {
        name: local(&inside[..name_end]),
        attributes: &inside[name_end..],
        is_empty,
    }
}

/// Appends escaped text as what it stands for: entities, and line ends as XML wants them.
pub(crate) fn unescape(text: &[u8], to: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr2(b'&', b'\r', rest) {
        to.extend_from_slice(&rest[..at]);
        if rest[at] == b'\r' {
            to.push(b'\n');
            rest = rest[at + 1..]
                .strip_prefix(b"\n")
                .unwrap_or(&rest[at + 1..]);
            continue;
        }
        const LONGEST_ENTITY: usize = 12;
        let window = &rest[at..rest.len().min(at + LONGEST_ENTITY)];
        let entity = memchr(b';', window).map(|end| &window[1..end]);
        match entity.and_then(entity_char) {
            Some(character) => {
                to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[at + entity.map_or(0, <[u8]>::len) + 2..];
            }
            None => {
                to.push(b'&');
                rest = &rest[at + 1..];
            }
        }
    }
    to.extend_from_slice(rest);
}

fn entity_char(entity: &[u8]) -> Option<char> {
    let number = match entity {
        b"lt" => return Some('<'),
        b"gt" => return Some('>'),
        b"amp" => return Some('&'),
        b"quot" => return Some('"'),
        b"apos" => return Some('\''),
        [b'#', b'x' | b'X', hex @ ..] => {
            u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?
        }
        [b'#', decimal @ ..] => std::str::from_utf8(decimal).ok()?.parse().ok()?,
        _ => return None,
    };
    char::from_u32(number)
}

/// Turns UTF-16, which a few programs write, into UTF-8.
struct Utf16 {
    is_big: bool,
    /// A byte whose partner is in the next piece.
    half: Option<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
}

impl Utf16 {
    /// A decoder for a part that begins so; `None` if it is UTF-8.
    fn of(start: &[u8]) -> Option<Self> {
        let is_big = match start {
            [0xFE, 0xFF, ..] | [0, b'<', ..] => true,
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => false,
            _ => return None,
        };
        Some(Self {
            is_big,
            half: None,
            high: None,
        })
    }

    fn decode(&mut self, bytes: &[u8], to: &mut Vec<u8>) {
        let is_big = self.is_big;
        let all: Vec<u8> = self
            .half
            .take()
            .into_iter()
            .chain(bytes.iter().copied())
            .collect();
        let pairs = all.chunks_exact(2);
        self.half = pairs.remainder().first().copied();
        let units: Vec<u16> = self
            .high
            .take()
            .into_iter()
            .chain(pairs.map(|pair| {
                let pair = [pair[0], pair[1]];
                if is_big {
                    u16::from_be_bytes(pair)
                } else {
                    u16::from_le_bytes(pair)
                }
            }))
            .collect();
        let whole = match units.split_last() {
            Some((&last, whole)) if (0xD800..0xDC00).contains(&last) => {
                self.high = Some(last);
                whole
            }
            _ => &units[..],
        };
        for unit in char::decode_utf16(whole.iter().copied()) {
            let character = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
            if character != '\u{FEFF}' {
                to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
}
