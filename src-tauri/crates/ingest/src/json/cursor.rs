//! Values in a text that does not fit into memory, found one after another.

use std::io::{self, Read};
use std::ops::Range;

use super::value::find_quote_or_backslash;
use crate::records::LARGEST_RECORD;

/// Bytes that are read at once.
const PIECE: usize = 1 << 18;
/// Bytes of a value that is too large which are kept to recognise it by.
const KEPT: usize = 1000;

/// A value in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// All of it lies in the buffer, until the cursor is moved; see [`Cursor::bytes`].
    Whole(Range<usize>),
    /// It is larger than a record may be; these are its size and its first bytes.
    Large { bytes: u64, beginning: Vec<u8> },
    /// The text ends within it.
    CutOff(Range<usize>),
}

/// Where the search for a value's end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    /// After a backslash in a text.
    Escaped,
}

/// A place in a text of JSON.
pub(super) struct Cursor<R> {
    source: R,
    buffer: Vec<u8>,
    /// The next byte that was not passed yet.
    start: usize,
    is_at_end: bool,
    /// The line of `buffer[start]`, counted from 1.
    line: u64,
    /// Where `buffer[start]` is in the text.
    position: u64,
    largest: usize,
}

impl<R: Read> Cursor<R> {
    /// A cursor at the beginning of a text.
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            is_at_end: false,
            line: 1,
            position: 0,
            largest: LARGEST_RECORD,
        }
    }

    /// The same, finding values large from another size on.
    #[cfg(any(test, fuzzing))]
    pub(super) fn with_largest(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    /// The line of the next byte, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Where the next byte is in the text.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The bytes of a value.
    pub(super) fn bytes(&self, span: Range<usize>) -> &[u8] {
        &self.buffer[span]
    }

    /// Passes the bytes up to a place in the buffer.
    fn pass(&mut self, to: usize) {
        let passed = &self.buffer[self.start..to];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.position += passed.len() as u64;
        self.start = to;
    }

    /// Reads more behind what is there, moving that to the front; by how much it moved. No more at the end.
    fn fill(&mut self) -> io::Result<usize> {
        let moved = self.start;
        self.buffer.drain(..self.start);
        self.start = 0;
        // What is large already grows by half, so that it is not moved too often.
        let wanted = PIECE.max(self.buffer.len() / 2);
        let read = (&mut self.source)
            .take(wanted as u64)
            .read_to_end(&mut self.buffer)?;
        self.is_at_end = read < wanted;
        Ok(moved)
    }

    /// Passes white space; the byte after it, or `None` at the end.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let rest = &self.buffer[self.start..];
            match rest.iter().position(|byte| !b" \n\r\t".contains(byte)) {
                Some(at) => {
                    self.pass(self.start + at);
                    return Ok(self.buffer.get(self.start).copied());
                }
                None => {
                    self.pass(self.buffer.len());
                    if self.is_at_end {
                        return Ok(None);
                    }
                    self.fill()?;
                }
            }
        }
    }

    /// Passes white space and this byte, if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> io::Result<bool> {
        let is_next = self.peek()? == Some(byte);
        if is_next {
            self.pass(self.start + 1);
        }
        Ok(is_next)
    }

    /// Passes the next line; `None` at the end.
    pub(super) fn take_line(&mut self) -> io::Result<Option<Span>> {
        let mut looked_at = self.start;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[looked_at..]) {
                let start = self.start;
                self.pass(looked_at + at + 1);
                return Ok(Some(Span::Whole(start..looked_at + at)));
            }
            if self.is_at_end {
                let span = self.start..self.buffer.len();
                self.pass(span.end);
                return Ok((!span.is_empty()).then_some(Span::Whole(span)));
            }
            looked_at = self.buffer.len();
            if looked_at - self.start > self.largest {
                return self.take_large(|cursor| cursor.pass_line()).map(Some);
            }
            looked_at -= self.fill()?;
        }
    }

    /// Passes what is too large to be kept.
    fn take_large(&mut self, pass: impl FnOnce(&mut Self) -> io::Result<bool>) -> io::Result<Span> {
        let before = self.position;
        let end = self.buffer.len().min(self.start + KEPT);
        let beginning = self.buffer[self.start..end].to_vec();
        pass(self)?;
        Ok(Span::Large {
            bytes: self.position - before,
            beginning,
        })
    }

    fn pass_line(&mut self) -> io::Result<bool> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.start..]) {
                self.pass(self.start + at + 1);
                return Ok(true);
            }
            self.pass(self.buffer.len());
            if self.is_at_end {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    /// Passes the value that begins at the next byte, which is no white space.
    pub(super) fn take_value(&mut self) -> io::Result<Span> {
        let mut search = Search::new();
        let mut at = self.start;
        loop {
            if let Some(end) = search.end(&self.buffer, at) {
                let start = self.start;
                self.pass(end);
                return Ok(Span::Whole(start..end));
            }
            at = self.buffer.len();
            if self.is_at_end {
                let span = self.start..at;
                self.pass(at);
                return Ok(match search.may_end {
                    true => Span::Whole(span),
                    false => Span::CutOff(span),
                });
            }
            if at - self.start > self.largest {
                return self.take_large(|cursor| cursor.pass_rest(search));
            }
            at -= self.fill()?;
        }
    }

    /// Passes the value that begins at the next byte without keeping it, however large it is; whether it is whole.
    pub(super) fn pass_value(&mut self) -> io::Result<bool> {
        self.pass_rest(Search::new())
    }

    fn pass_rest(&mut self, mut search: Search) -> io::Result<bool> {
        let mut at = match search.is_new() {
            true => self.start,
            false => self.buffer.len(),
        };
        loop {
            if let Some(end) = search.end(&self.buffer, at) {
                self.pass(end);
                return Ok(true);
            }
            self.pass(self.buffer.len());
            if self.is_at_end {
                return Ok(search.may_end);
            }
            self.fill()?;
            at = self.start;
        }
    }
}

/// The search for the end of a value, by its quotes and brackets alone.
#[derive(Debug, Clone, Copy)]
struct Search {
    state: State,
    depth: u64,
    /// Whether it is a number or a word, which ends where something else begins, or the text.
    may_end: bool,
    has_begun: bool,
}

impl Search {
    fn new() -> Self {
        Self {
            state: State::Outside,
            depth: 0,
            may_end: false,
            has_begun: false,
        }
    }

    fn is_new(&self) -> bool {
        !self.has_begun
    }

    /// The place after the value, if that is in the buffer; the search has come to `at`.
    fn end(&mut self, buffer: &[u8], mut at: usize) -> Option<usize> {
        if !self.has_begun {
            let first = *buffer.get(at)?;
            self.has_begun = true;
            self.may_end = !matches!(first, b'"' | b'{' | b'[');
            if matches!(first, b'}' | b']' | b':' | b',') {
                // It begins no value, and is passed by itself.
                return Some(at + 1);
            }
        }
        if self.may_end {
            let ends = |byte: &u8| b" \n\r\t,]}:\"[{".contains(byte);
            return Some(at + buffer[at..].iter().position(ends)?);
        }
        while let Some(&byte) = buffer.get(at) {
            match self.state {
                State::Outside => match byte {
                    b'"' => self.state = State::Inside,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                },
                State::Inside => {
                    let Some(found) = find_quote_or_backslash(buffer, at) else {
                        return None;
                    };
                    at = found;
                    self.state = match buffer[at] {
                        b'"' => State::Outside,
                        _ => State::Escaped,
                    };
                    if self.state == State::Outside && self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                State::Escaped => self.state = State::Inside,
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A source that gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = out.len().min(self.1);
            self.0.read(&mut out[..most])
        }
    }

    proptest! {
        #[test]
        fn values_are_found_one_after_another(
            values in proptest::collection::vec(prop_oneof![
                "[0-9]{1,5}", "\"[a-z\\[{,:}\\]]{0,9}\"", "\"a\\\\\"b\"", "\\{\"k\":\\[1, \"]\"\\]\\}", "\\[\\]", "true", "[{]\"a\" : \"\\\\\\\\\"[}]",
            ], 0..8),
            space in "[ \n\t]{1,3}",
            largest in 1usize..40,
        ) {
            let text = values.join(&space);
            let mut cursor = Cursor::new(text.as_bytes()).with_largest(largest);
            let mut line = 1;
            for value in &values {
                prop_assert!(cursor.peek().unwrap().is_some());
                prop_assert_eq!(cursor.line(), line);
                match cursor.take_value().unwrap() {
                    Span::Whole(span) => prop_assert_eq!(cursor.bytes(span), value.as_bytes()),
                    other => prop_assert!(false, "{:?}", other),
                }
                line += space.matches('\n').count() as u64;
            }
            prop_assert_eq!(cursor.peek().unwrap(), None);
            let mut cursor = Cursor::new(Drip(text.as_bytes(), 1));
            for _ in &values {
                cursor.peek().unwrap();
                prop_assert!(cursor.pass_value().unwrap());
            }
            prop_assert_eq!(cursor.peek().unwrap(), None);
            prop_assert_eq!(cursor.position(), text.len() as u64);
        }

        #[test]
        fn any_text_comes_to_its_end(text in "[\\[\\]{}:,\"\\\\a1 \n]{0,60}") {
            let mut cursor = Cursor::new(text.as_bytes());
            let mut steps = 0;
            while cursor.peek().unwrap().is_some() {
                let before = cursor.position();
                cursor.take_value().unwrap();
                prop_assert!(cursor.position() > before);
                steps += 1;
            }
            prop_assert!(steps <= text.len());
        }
    }

    #[test]
    fn what_is_too_large_is_passed_over() {
        let large = format!("[\"{}\"]", "x\\\"]".repeat(200_000));
        let text = format!("[1]\n{large}\n[2]");
        let mut cursor = Cursor::new(text.as_bytes()).with_largest(5000);
        assert_eq!(cursor.take_value().unwrap(), Span::Whole(0..3));
        cursor.peek().unwrap();
        match cursor.take_value().unwrap() {
            Span::Large { bytes, beginning } => {
                assert_eq!((bytes, beginning.len()), (large.len() as u64, KEPT));
                assert!(large.as_bytes().starts_with(&beginning));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(cursor.peek().unwrap(), Some(b'['));
        assert_eq!(cursor.line(), 3);
        assert!(cursor.pass_value().unwrap());

        let mut cursor = Cursor::new(text.as_bytes()).with_largest(5000);
        let mut lines = Vec::new();
        while let Some(span) = cursor.take_line().unwrap() {
            lines.push(matches!(span, Span::Large { .. }));
        }
        assert_eq!(lines, [false, true, false]);
    }

    #[test]
    fn a_text_that_ends_within_a_value_says_so() {
        for text in ["{\"a\":1", "[1,", "\"abc", "\"abc\\"] {
            let mut cursor = Cursor::new(text.as_bytes());
            assert_eq!(
                cursor.take_value().unwrap(),
                Span::CutOff(0..text.len()),
                "{text}"
            );
        }
        let mut cursor = Cursor::new(&b"123"[..]);
        assert_eq!(cursor.take_value().unwrap(), Span::Whole(0..3));
    }
}
