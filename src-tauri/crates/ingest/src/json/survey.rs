//! All of a text of JSON, looked at once before it is converted: which columns there are, and what is wrong with it.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::cursor::Cursor;
use super::rows::{Keys, Next, Records, RowKind};
use super::value::{self, Text, Value};
use super::{Form, largest_array};
use crate::detect::MOST_COLUMNS;
use crate::receipt::LINES_KEPT;
use crate::{Cancel, Error};

/// Bytes that the keys of all columns may take together.
const MOST_KEY_BYTES: usize = 16_000_000;

/// What there is in a text of JSON.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    pub(crate) form: Form,
    pub(super) kind: RowKind,
    pub(super) keys: Arc<Keys>,
    /// Whether the first row, an array, names the columns.
    pub(crate) has_header: bool,
    /// Rows, the header left out.
    pub(crate) rows: u64,
    /// What cannot be read as a row, or is none of the same kind.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests ask for it"))]
    pub(crate) unreadable: u64,
    /// Objects that have a key more than once, and the source lines of the first hundred.
    pub(crate) repeated: u64,
    pub(crate) repeated_lines: Vec<u64>,
    /// Whether each column has a value that is an object or an array.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests ask for it"))]
    pub(crate) is_nested: Vec<bool>,
    /// The line within which the text ends before the JSON does.
    pub(crate) cut_off_line: Option<u64>,
    /// The names of what stands beside the array of the rows, and is no part of the table.
    pub(crate) beside: Vec<String>,
}

impl Survey {
    /// The columns' names as they stand in the source; all empty where it has none.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |name: &Box<[u8]>| String::from_utf8_lossy(name).into_owned();
        self.keys.names().iter().map(name).collect()
    }
}

/// Surveys a text, of which `open` begins a new reading; at most so many bytes of it.
///
/// # Errors
/// [`Error::NoTable`] if there is no row in it, or too many columns, [`Error::Cancelled`], and those of reading.
pub(crate) fn survey<R: Read>(
    path: &Path,
    mut form: Form,
    most: Option<u64>,
    mut open: impl FnMut() -> Result<R, Error>,
    cancel: &Cancel,
) -> Result<Survey, Error> {
    let most = most.unwrap_or(u64::MAX);
    let reading = |cause| Error::reading(path, cause);
    let mut beside = Vec::new();
    if let Form::Array(keys) = &mut form {
        let cancellable = Cancellable(open()?.take(most), cancel);
        let found = largest_array(cancellable).map_err(reading)?;
        if let Some(found_keys) = found.keys {
            *keys = found_keys;
            beside = found.beside;
        }
    }
    let text = Cancellable(open()?.take(most), cancel);
    let mut records = Records::new(Cursor::new(text), form.clone());
    let mut found = Surveying::default();
    loop {
        match records.next().map_err(reading)? {
            Next::End => break,
            Next::Blank => {}
            Next::Large(..) => found.unreadable += 1,
            Next::CutOff(line, _) => {
                found.unreadable += 1;
                found.cut_off_line = Some(line);
            }
            Next::Value(line, span) => found.add(line, records.cursor.bytes(span)),
        }
        if found.keys.len() > MOST_COLUMNS || found.key_bytes > MOST_KEY_BYTES {
            return Err(Error::NoTable {
                path: path.to_owned(),
                what: format!(
                    "its objects have more than {} different keys, more than a table may have columns: keep what differs from row to row as values",
                    found.keys.len() - 1
                ),
            });
        }
    }
    if records.is_cut_off && found.cut_off_line.is_none() {
        found.cut_off_line = Some(records.cursor.line());
    }
    found.finish(path, form, beside)
}

/// A text whose reading stops when it is cancelled.
struct Cancellable<'a, R>(R, &'a Cancel);

impl<R: Read> Read for Cancellable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.1.is_cancelled() {
            true => Err(io::Error::other(Error::Cancelled)),
            false => self.0.read(buffer),
        }
    }
}

#[derive(Default)]
struct Surveying {
    kind: Option<RowKind>,
    keys: Keys,
    key_bytes: usize,
    /// The row in which each column was last seen.
    seen: Vec<u64>,
    is_nested: Vec<bool>,
    /// The cells of the first row, an array, if all of them are texts.
    header: Option<Vec<Vec<u8>>>,
    width: usize,
    rows: u64,
    unreadable: u64,
    repeated: u64,
    repeated_lines: Vec<u64>,
    cut_off_line: Option<u64>,
}

impl Surveying {
    fn add(&mut self, line: u64, json: &[u8]) {
        let kind = RowKind::of(json);
        if kind.is_none() || self.kind.is_some_and(|of_first| Some(of_first) != kind) {
            self.unreadable += 1;
            return;
        }
        let is_row = match kind {
            Some(RowKind::Arrays) => self.add_array(json),
            _ => self.add_object(line, json),
        };
        match is_row {
            true => {
                self.kind = kind;
                self.rows += 1;
            }
            false => self.unreadable += 1,
        }
    }

    fn add_object(&mut self, line: u64, json: &[u8]) -> bool {
        let row = self.rows + self.unreadable + 1;
        // Keys of an object that turns out to be none must not become columns.
        let before = self.keys.len();
        let mut likely = 0;
        let mut is_repeated = false;
        let end = value::object(json, 0, 0, |key, value| {
            let column = match self.keys.column(key, likely) {
                Some(column) => column,
                // What is beyond that is an error, and need not be kept.
                None if self.keys.len() > MOST_COLUMNS => return,
                None => {
                    self.key_bytes += key.bytes.len();
                    self.seen.push(0);
                    self.is_nested.push(false);
                    self.keys.add(key)
                }
            };
            is_repeated |= std::mem::replace(&mut self.seen[column], row) == row;
            self.is_nested[column] |= matches!(value, Value::Nested(_));
            likely = column + 1;
        });
        if end != Ok(json.len()) {
            self.keys.truncate(before);
            self.seen.truncate(before);
            self.is_nested.truncate(before);
            return false;
        }
        if is_repeated {
            self.repeated += 1;
            if self.repeated_lines.len() < LINES_KEPT {
                self.repeated_lines.push(line);
            }
        }
        true
    }

    fn add_array(&mut self, json: &[u8]) -> bool {
        let mut cells = Vec::new();
        let end = value::array(json, 0, 0, |value| {
            if cells.len() <= MOST_COLUMNS {
                cells.push(value);
            }
        });
        if end != Ok(json.len()) {
            return false;
        }
        self.width = self.width.max(cells.len());
        self.is_nested.resize(self.width, false);
        for (is_nested, value) in self.is_nested.iter_mut().zip(&cells) {
            *is_nested |= matches!(value, Value::Nested(_));
        }
        let text = |value: &Value| match *value {
            Value::Text { at, has_escapes } if at.start < at.end => {
                let bytes = at.of(json);
                Some(Text { bytes, has_escapes }.unescaped().into_owned())
            }
            _ => None,
        };
        if self.rows == 0 {
            self.header = cells.iter().map(text).collect();
        } else if self.rows == 1 {
            // Two rows of nothing but texts say nothing of a header; the first is one if its texts differ.
            let mut names: Vec<_> = self.header.iter().flatten().collect();
            names.sort();
            names.dedup();
            let differ = self
                .header
                .as_ref()
                .is_some_and(|all| all.len() == names.len());
            if !differ {
                self.header = None;
            }
        }
        true
    }

    fn finish(mut self, path: &Path, form: Form, beside: Vec<String>) -> Result<Survey, Error> {
        let kind = self.kind.unwrap_or_default();
        let has_header = kind == RowKind::Arrays && self.rows > 1 && self.header.is_some();
        if kind == RowKind::Arrays {
            let header = self
                .header
                .take()
                .filter(|_| has_header)
                .unwrap_or_default();
            for column in 0..self.width {
                let bytes = header.get(column).map_or(&b""[..], Vec::as_slice);
                self.keys.push(bytes);
            }
        }
        if self.rows == 0 || self.keys.len() == 0 {
            return Err(Error::NoTable {
                path: path.to_owned(),
                what: match self.cut_off_line {
                    Some(line) => format!("its JSON breaks off on line {line}, before its first row ends: get a fresh copy of it"),
                    None => "its JSON holds no objects with keys, which would be rows: export it as a list of objects".into(),
                },
            });
        }
        Ok(Survey {
            form,
            kind,
            keys: Arc::new(self.keys),
            has_header,
            rows: self.rows - u64::from(has_header),
            unreadable: self.unreadable,
            repeated: self.repeated,
            repeated_lines: self.repeated_lines,
            is_nested: self.is_nested,
            cut_off_line: self.cut_off_line,
            beside,
        })
    }
}
