//! The records of a text of JSON, one after another.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::cursor::{Cursor, Span};
use super::value::{self, Text, Value};
use super::{Form, Survey, take_key};
use crate::Error;
use crate::records::{Position, Reason, RowSource, RowWriter};

/// What comes next in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A value that begins on this line, and may be a record.
    Value(u64, Range<usize>),
    /// A value that is too large; its first bytes.
    Large(u64, Vec<u8>),
    /// Something that breaks off.
    CutOff(u64, Range<usize>),
    Blank,
    End,
}

/// Finds the records in a text.
pub(super) struct Records<R> {
    pub(super) cursor: Cursor<R>,
    form: Form,
    has_begun: bool,
    is_over: bool,
    /// Whether the text ended before the array did.
    pub(super) is_cut_off: bool,
}

impl<R: Read> Records<R> {
    pub(super) fn new(cursor: Cursor<R>, form: Form) -> Self {
        Self {
            cursor,
            form,
            has_begun: false,
            is_over: false,
            is_cut_off: false,
        }
    }

    /// Passes what comes next.
    pub(super) fn next(&mut self) -> io::Result<Next> {
        if self.is_over {
            return Ok(Next::End);
        }
        match &self.form {
            Form::Lines => {
                let line = self.cursor.line();
                Ok(match self.cursor.take_line()? {
                    None => Next::End,
                    Some(Span::Whole(span)) => self.line(line, span),
                    Some(Span::Large { beginning, .. }) => Next::Large(line, beginning),
                    Some(Span::CutOff(span)) => Next::CutOff(line, span),
                })
            }
            Form::Values => {
                while self.cursor.take(b',')? {}
                match self.cursor.peek()? {
                    None => Ok(Next::End),
                    Some(_) => self.value(),
                }
            }
            Form::Array(keys) => {
                if !self.has_begun {
                    self.has_begun = true;
                    let keys = keys.clone();
                    if !self.enter(&keys)? {
                        self.is_over = true;
                        self.is_cut_off = true;
                        return Ok(Next::End);
                    }
                }
                while self.cursor.take(b',')? {}
                match self.cursor.peek()? {
                    None => {
                        self.is_over = true;
                        self.is_cut_off = true;
                        Ok(Next::End)
                    }
                    Some(b']') => {
                        self.is_over = true;
                        Ok(Next::End)
                    }
                    Some(_) => self.value(),
                }
            }
        }
    }

    /// A line without white space around it.
    fn line(&self, line: u64, span: Range<usize>) -> Next {
        let bytes = self.cursor.bytes(span.clone());
        let start = span.start + value::skip_space(bytes, 0);
        if start == span.end {
            return Next::Blank;
        }
        Next::Value(line, start..span.start + bytes.trim_ascii_end().len())
    }

    fn value(&mut self) -> io::Result<Next> {
        let line = self.cursor.line();
        Ok(match self.cursor.take_value()? {
            Span::Whole(span) => Next::Value(line, span),
            Span::Large { beginning, .. } => Next::Large(line, beginning),
            Span::CutOff(span) => {
                self.is_cut_off = true;
                Next::CutOff(line, span)
            }
        })
    }

    /// Goes into the array that these keys lead to; whether it is there.
    fn enter(&mut self, keys: &[String]) -> io::Result<bool> {
        for key in keys {
            if !self.cursor.take(b'{')? {
                return Ok(false);
            }
            loop {
                let Some(found) = take_key(&mut self.cursor)? else {
                    return Ok(false);
                };
                self.cursor.peek()?;
                if found == *key {
                    break;
                }
                if !self.cursor.pass_value()? || !self.cursor.take(b',')? {
                    return Ok(false);
                }
            }
        }
        self.cursor.take(b'[')
    }
}

/// What kind of values are the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum RowKind {
    #[default]
    Objects,
    Arrays,
}

impl RowKind {
    /// The kind of a value, if it may be a row.
    pub(super) fn of(json: &[u8]) -> Option<Self> {
        match json.first() {
            Some(b'{') => Some(Self::Objects),
            Some(b'[') => Some(Self::Arrays),
            _ => None,
        }
    }
}

/// Looks up the columns of keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    columns: HashMap<Box<[u8]>, usize, foldhash::fast::FixedState>,
    /// In the columns' order.
    names: Vec<Box<[u8]>>,
}

impl Keys {
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The keys in the columns' order.
    pub(super) fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }

    /// The column of a key, which is most likely the one after the last.
    #[inline]
    pub(super) fn column(&self, key: Text, likely: usize) -> Option<usize> {
        if !key.has_escapes
            && self
                .names
                .get(likely)
                .is_some_and(|name| **name == *key.bytes)
        {
            return Some(likely);
        }
        self.columns.get(&*key.unescaped()).copied()
    }

    /// Forgets the keys after the first so many.
    pub(super) fn truncate(&mut self, keys: usize) {
        for name in self.names.drain(keys..) {
            self.columns.remove(&name);
        }
    }

    /// Adds the name of a column that is found by its place.
    pub(super) fn push(&mut self, name: &[u8]) {
        self.names.push(name.into());
    }

    /// Adds a key that is not there.
    pub(super) fn add(&mut self, key: Text) -> usize {
        let name: Box<[u8]> = key.unescaped().into();
        let column = self.names.len();
        self.columns.insert(name.clone(), column);
        self.names.push(name);
        column
    }
}

/// The rows of a text of JSON.
pub(crate) struct JsonRows<R> {
    records: Records<R>,
    kind: RowKind,
    keys: Arc<Keys>,
    /// Whether the first row names the columns, and is none.
    has_header: bool,
    path: PathBuf,
    position: Option<Arc<Position>>,
    /// What a row has for each column, with the number of that row.
    slots: Vec<(u64, Value)>,
    row: u64,
    scratch: Vec<u8>,
}

impl<R: Read> JsonRows<R> {
    /// The rows of a text that was surveyed; `path` is for what errors say.
    pub(crate) fn new(
        text: R,
        survey: &Survey,
        path: PathBuf,
        position: Option<Arc<Position>>,
    ) -> Self {
        Self {
            records: Records::new(Cursor::new(text), survey.form.clone()),
            kind: survey.kind,
            keys: survey.keys.clone(),
            has_header: survey.has_header,
            path,
            position,
            slots: vec![(0, Value::Null); survey.keys.len()],
            row: 0,
            scratch: Vec::new(),
        }
    }

    /// The same with values that are large from another size on.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn with_largest(mut self, largest: usize) -> Self {
        self.records.cursor = self.records.cursor.with_largest(largest);
        self
    }

    /// Writes a record; whether it is one.
    fn write(&mut self, line: u64, span: Range<usize>, out: &mut RowWriter) -> bool {
        let json = self.records.cursor.bytes(span);
        if RowKind::of(json) != Some(self.kind) {
            return false;
        }
        match self.kind {
            RowKind::Objects => {
                self.row += 1;
                let (row, slots, keys) = (self.row, &mut self.slots, &self.keys);
                let mut likely = 0;
                let end = value::object(json, 0, 0, |key, value| {
                    // Every key was seen by the survey; of the same key again the last counts.
                    if let Some(column) = keys.column(key, likely) {
                        slots[column] = (row, value);
                        likely = column + 1;
                    }
                });
                if end != Ok(json.len()) {
                    return false;
                }
                out.begin(line);
                for (of_row, value) in slots.iter() {
                    match *of_row == row {
                        true => write_cell(*value, json, &mut self.scratch, out),
                        false => out.null(),
                    }
                }
            }
            RowKind::Arrays => {
                self.slots.clear();
                let slots = &mut self.slots;
                let end = value::array(json, 0, 0, |value| slots.push((0, value)));
                if end != Ok(json.len()) {
                    return false;
                }
                if std::mem::take(&mut self.has_header) {
                    return true;
                }
                out.begin(line);
                for (_, value) in slots.iter() {
                    write_cell(*value, json, &mut self.scratch, out);
                }
            }
        }
        out.end();
        true
    }
}

fn write_cell(value: Value, json: &[u8], scratch: &mut Vec<u8>, out: &mut RowWriter) {
    match value {
        Value::Null => out.null(),
        Value::Plain(at) => out.text(at.of(json)),
        Value::Text {
            at,
            has_escapes: false,
        } => out.text(at.of(json)),
        Value::Text { at, has_escapes } => {
            scratch.clear();
            let bytes = at.of(json);
            Text { bytes, has_escapes }.unescape_into(scratch);
            out.text(scratch);
        }
        Value::Nested(at) => {
            scratch.clear();
            value::compact_into(at.of(json), scratch);
            out.text(scratch);
        }
    }
}

impl<R: Read + Send> RowSource for JsonRows<R> {
    fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error> {
        let next = self.records.next();
        match next.map_err(|cause| Error::reading(&self.path, cause))? {
            Next::End => return Ok(false),
            Next::Blank => out.blank(),
            Next::Value(line, span) => {
                if !self.write(line, span.clone(), out) {
                    let text = self.records.cursor.bytes(span);
                    out.set_aside(line, text, Reason::Unreadable);
                }
            }
            Next::Large(line, beginning) => out.set_aside(line, &beginning, Reason::Oversized),
            Next::CutOff(line, span) => {
                let text = self.records.cursor.bytes(span);
                out.set_aside(line, text, Reason::Unreadable);
            }
        }
        Ok(true)
    }

    fn position(&self) -> u64 {
        match &self.position {
            Some(position) => position.get(),
            None => self.records.cursor.position(),
        }
    }
}
