//! JSON as a table: each object is a row, and its keys are columns.
//!
//! Three forms are read: a value on each line, values one after another over any lines, and an array, which may be a member of
//! an object, such as `{"data": […]}`. Columns are all keys of the whole file in the order in which they first appear, so
//! the file is surveyed once before it is converted. Rows may be arrays instead, the first of which may name the columns.
//! A nested value is kept as JSON text without the white space between its parts.

mod cursor;
mod rows;
mod survey;
#[cfg(test)]
mod tests;
mod value;

use std::io::{self, Read};

pub(crate) use rows::JsonRows;
pub(crate) use survey::{Survey, survey};

use cursor::{Cursor, Span};
use value::{Text, Value, skip_space};

/// The form of a text of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// A value on each line.
    Lines,
    /// Values one after another.
    Values,
    /// The elements of an array, which is reached by these keys from the outermost object.
    Array(Vec<String>),
}

impl Form {
    /// The form's name, as the receipt has it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Lines => "json-lines",
            Self::Values | Self::Array(_) => "json",
        }
    }
}

/// Objects in which a table is looked for may be nested so deep.
const DEEPEST_TABLE: usize = 4;

/// The form of the JSON that a text begins with; `None` if it is none, or holds no rows.
///
/// `head` is the beginning of the text. Where an object goes on beyond it, the array with the rows is not known yet: its
/// keys are those of the largest one so far, and [`largest_array`] tells the true ones.
pub(crate) fn form(head: &[u8], is_whole: bool) -> Option<Form> {
    let start = skip_space(head, 0);
    let first = *head.get(start)?;
    if !matches!(first, b'{' | b'[') {
        return None;
    }
    match value::value(head, start, 0) {
        Ok((_, end)) => {
            let next = skip_space(head, end);
            let has_line_end = |bytes: &[u8]| memchr::memchr2(b'\n', b'\r', bytes).is_some();
            if next < head.len() {
                // A text such as `[a];[b]` is none.
                if !matches!(head[next], b'{' | b'[') && !has_line_end(&head[end..next]) {
                    return None;
                }
                // Lines end with LF; where CR alone ends them, they are values one after another.
                let is_line = head[end..next].contains(&b'\n') && !has_line_end(&head[start..end]);
                return Some(if is_line { Form::Lines } else { Form::Values });
            }
            if first == b'[' {
                return (!is_empty_array(head, start)).then(|| Form::Array(Vec::new()));
            }
            // An object by itself is a row, unless it holds rows.
            let found = largest_array(&head[start..]).ok()?;
            Some(match found.keys {
                Some(keys) => Form::Array(keys),
                None if is_whole => Form::Values,
                None => Form::Lines,
            })
        }
        // It may go on beyond the head, or be none.
        Err(_) if is_whole => broken(head, start),
        Err(_) => broken(head, start),
    }
}

fn is_empty_array(head: &[u8], start: usize) -> bool {
    head.get(skip_space(head, start + 1)) == Some(&b']')
}

/// The form of a text whose first value is not whole: cut off by the end of the sample, or broken somewhere.
fn broken(head: &[u8], start: usize) -> Option<Form> {
    let inside = skip_space(head, start + 1);
    if head[start] == b'[' {
        // The first element decides: it is whole, or an object or an array that begins like one.
        let is_row = match value::value(head, inside, 1) {
            Ok((Value::Nested(_), end)) => {
                matches!(head.get(skip_space(head, end)), None | Some(b',' | b']'))
            }
            Ok(_) => false,
            Err(_) => begins_row(head, inside),
        };
        return is_row.then(|| Form::Array(Vec::new()));
    }
    if !begins_row(head, start) {
        return None;
    }
    // A line that is broken, before others that may be whole.
    let line = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
    if head.get(line) == Some(&b'{') && memchr::memchr(b'{', head) == Some(start) {
        return Some(Form::Lines);
    }
    let found = largest_array(&head[start..]).ok()?;
    found
        .keys
        .map(Form::Array)
        .or(Some(Form::Array(Vec::new())))
}

/// Whether an object with a key, or an array of something, begins here.
fn begins_row(head: &[u8], at: usize) -> bool {
    let inside = skip_space(head, at + 1);
    match head.get(at) {
        Some(b'{') => match head.get(inside) {
            None | Some(b'}') => true,
            Some(b'"') => match value::value(head, inside, 0) {
                Ok((_, end)) => matches!(head.get(skip_space(head, end)), None | Some(b':')),
                Err(_) => memchr::memchr(b'"', &head[inside + 1..]).is_none(),
            },
            Some(_) => false,
        },
        Some(b'[') => match head.get(inside) {
            None => true,
            Some(b'{' | b'[') => begins_row(head, inside),
            Some(_) => value::value(head, inside, 0).is_ok(),
        },
        _ => false,
    }
}

/// The arrays of rows in an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Arrays {
    /// The keys that lead to the largest one; `None` if there is none.
    pub(crate) keys: Option<Vec<String>>,
    /// Bytes of the largest.
    bytes: u64,
    /// The names of everything beside it on the way, which becomes no row.
    pub(crate) beside: Vec<String>,
}

/// Names of members that are told as becoming no rows.
const BESIDE_KEPT: usize = 20;

/// The largest array of objects or arrays in the object that a text begins with, down to the depth of four objects.
///
/// # Errors
/// Those of reading.
pub(crate) fn largest_array(text: impl Read) -> io::Result<Arrays> {
    let mut cursor = Cursor::new(text);
    let mut found = Arrays::default();
    let mut keys = Vec::new();
    if cursor.take(b'{')? {
        arrays(&mut cursor, &mut keys, &mut found)?;
    }
    if let Some(keys) = &found.keys {
        let path = keys.join(".");
        found.beside.retain(|name| *name != path);
        found.beside.truncate(BESIDE_KEPT);
    }
    Ok(found)
}

/// Looks through the members of an object whose brace was passed; whether it is whole.
fn arrays<R: Read>(
    cursor: &mut Cursor<R>,
    keys: &mut Vec<String>,
    found: &mut Arrays,
) -> io::Result<bool> {
    loop {
        let Some(key) = take_key(cursor)? else {
            return cursor.take(b'}');
        };
        keys.push(key);
        let first = cursor.peek()?;
        let mut is_whole = true;
        if first == Some(b'{') && keys.len() < DEEPEST_TABLE {
            cursor.take(b'{')?;
            is_whole = arrays(cursor, keys, found)?;
        } else {
            // More than the name of one member beyond what is told leaves room for the array's own.
            if found.beside.len() <= BESIDE_KEPT {
                found.beside.push(keys.join("."));
            }
            let before = cursor.position();
            let mut has_rows = false;
            if first == Some(b'[') {
                cursor.take(b'[')?;
                has_rows = matches!(cursor.peek()?, Some(b'{' | b'['));
                is_whole = pass_elements(cursor)?;
            } else if first.is_some() {
                is_whole = cursor.pass_value()?;
            }
            let bytes = cursor.position() - before;
            if has_rows && (found.keys.is_none() || bytes > found.bytes) {
                found.keys = Some(keys.clone());
                found.bytes = bytes;
                let path = keys.join(".");
                if !found.beside.contains(&path) {
                    found.beside.push(path);
                }
            }
        }
        keys.pop();
        if !is_whole {
            return Ok(false);
        }
        if !cursor.take(b',')? {
            return cursor.take(b'}');
        }
    }
}

/// Passes the rest of an array whose bracket was passed; whether it is whole.
fn pass_elements<R: Read>(cursor: &mut Cursor<R>) -> io::Result<bool> {
    loop {
        match cursor.peek()? {
            None => return Ok(false),
            Some(b']') => return cursor.take(b']'),
            Some(b',') => {
                cursor.take(b',')?;
            }
            Some(_) => {
                if !cursor.pass_value()? {
                    return Ok(false);
                }
            }
        }
    }
}

/// Passes a key and its colon; `None`, and nothing passed but the key, if there is none.
fn take_key<R: Read>(cursor: &mut Cursor<R>) -> io::Result<Option<String>> {
    if cursor.peek()? != Some(b'"') {
        return Ok(None);
    }
    let Span::Whole(span) = cursor.take_value()? else {
        return Ok(None);
    };
    let json = cursor.bytes(span);
    let Ok((Value::Text { at, has_escapes }, _)) = value::value(json, 0, 0) else {
        return Ok(None);
    };
    let bytes = at.of(json);
    let key = String::from_utf8_lossy(&Text { bytes, has_escapes }.unescaped()).into_owned();
    Ok(cursor.take(b':')?.then_some(key))
}

#[cfg(test)]
mod form_tests {
    use super::*;

    #[test]
    fn the_form_shows_at_the_beginning() {
        let array = |keys: &[&str]| {
            Some(Form::Array(
                keys.iter().map(|&key| key.to_owned()).collect(),
            ))
        };
        for (text, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", Some(Form::Lines)),
            ("{\"a\":1}\n", Some(Form::Values)),
            ("[1,2]\n[3,4]\n", Some(Form::Lines)),
            ("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", Some(Form::Values)),
            ("{\"a\":1}{\"a\":2}", Some(Form::Values)),
            ("[{\"a\":1}]", array(&[])),
            ("\n [ [1,2],\n[3,4] ]", array(&[])),
            ("{\"n\":1,\"data\":[{\"a\":1}]}", array(&["data"])),
            (
                "{\"few\":[[1]],\"r\":{\"many\":[{\"a\":1},{\"a\":2}]}}",
                array(&["r", "many"]),
            ),
            ("{\"tags\":[1,2],\"a\":{\"b\":1}}", Some(Form::Values)),
            ("{\"a\":1}\noops\n{\"a\":2}\n", Some(Form::Lines)),
            ("{\"a\":1,\"b\"}\n{\"a\":2}\n", Some(Form::Lines)),
            ("[{\"a\":1},{\"a\":", array(&[])),
            ("{\"data\":[{\"a\":1},{\"a\"", array(&["data"])),
            // Texts of other kinds that begin with a bracket.
            ("[name],[city]\na,b\n", None),
            ("[1],[2]\n3,4\n", None),
            ("{id},x\n1,2\n", None),
            ("[]", None),
            ("a,b\n1,2\n", None),
            ("[section]\nkey=value\n", None),
            ("", None),
        ] {
            assert_eq!(form(text.as_bytes(), true), expected, "{text}");
        }
        for (head, expected) in [
            ("{\"data\":[{\"a\":1},{\"a\":2},{\"a", array(&["data"])),
            ("{\"meta\":{\"n\":1},\"da", array(&[])),
            ("[{\"a\":\"xx", array(&[])),
            ("[", None),
        ] {
            assert_eq!(form(head.as_bytes(), false), expected, "{head}");
        }
    }

    #[test]
    fn the_largest_array_holds_the_rows_and_the_rest_is_named() {
        let text =
            br#"{"v":1,"small":[{"x":1}],"in":{"big":[{"a":1},{"a":22222}],"t":"]"},"tags":["a"]}"#;
        let found = largest_array(&text[..]).unwrap();
        assert_eq!(found.keys, Some(vec!["in".into(), "big".into()]));
        assert_eq!(found.beside, ["v", "small", "in.t", "tags"]);
        assert_eq!(largest_array(&b"[1]"[..]).unwrap(), Arrays::default());
        assert_eq!(
            largest_array(&b"{\"a\":[{}"[..]).unwrap().keys,
            Some(vec!["a".into()])
        );
    }
}
