//! A reader for the JSON in which DuckDB gives a parsed statement.
//!
//! The tree is as deep as the statement is nested, so neither reading nor dropping it may recurse: a deep one would
//! overrun the stack, which no caller can catch.

/// The index of a value in its [`Document`].
pub(super) type Id = usize;

/// One JSON value; numbers, of no interest here, are not kept.
#[derive(Debug)]
pub(super) enum Value {
    /// `null`, `true`, `false` or a number.
    Other,
    /// `true`.
    True,
    /// A text.
    Text(String),
    /// The elements.
    Array(Vec<Id>),
    /// The members in their order.
    Object(Vec<(String, Id)>),
}

/// A JSON document as a flat list of values.
#[derive(Debug)]
pub(super) struct Document {
    values: Vec<Value>,
}

impl Document {
    /// The outermost value.
    pub(super) const ROOT: Id = 0;

    /// Reads a document; `None` where it is no JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader {
            bytes: text.as_bytes(),
            at: 0,
        };
        let mut document = Self { values: Vec::new() };
        let root = document.scalar_or_open(&mut reader)?;
        let mut open: Vec<Id> = Vec::new();
        if document.is_container(root) {
            open.push(root);
        }
        while let Some(&container) = open.last() {
            reader.space();
            let closing = match document.values[container] {
                Value::Array(_) => b']',
                _ => b'}',
            };
            if reader.peek()? == closing {
                reader.at += 1;
                open.pop();
                continue;
            }
            if document.len(container) > 0 {
                reader.expect(b',')?;
                reader.space();
            }
            let key = if closing == b'}' {
                let key = reader.text()?;
                reader.space();
                reader.expect(b':')?;
                Some(key)
            } else {
                None
            };
            let id = document.scalar_or_open(&mut reader)?;
            match (&mut document.values[container], key) {
                (Value::Array(elements), None) => elements.push(id),
                (Value::Object(members), Some(key)) => members.push((key, id)),
                _ => return None,
            }
            if document.is_container(id) {
                open.push(id);
            }
        }
        reader.space();
        reader.peek().is_none().then_some(document)
    }

    /// The value of an id.
    pub(super) fn value(&self, id: Id) -> &Value {
        &self.values[id]
    }

    /// The member of an object.
    pub(super) fn member(&self, id: Id, key: &str) -> Option<Id> {
        match self.value(id) {
            Value::Object(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| *value),
            _ => None,
        }
    }

    /// The member of an object where it is a text.
    pub(super) fn text(&self, id: Id, key: &str) -> Option<&str> {
        match self.value(self.member(id, key)?) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The member of an object where it is an array.
    pub(super) fn array(&self, id: Id, key: &str) -> Option<&[Id]> {
        match self.value(self.member(id, key)?) {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    fn is_container(&self, id: Id) -> bool {
        matches!(self.values[id], Value::Array(_) | Value::Object(_))
    }

    fn len(&self, id: Id) -> usize {
        match &self.values[id] {
            Value::Array(elements) => elements.len(),
            Value::Object(members) => members.len(),
            _ => 0,
        }
    }

    /// Reads a scalar, or the opening bracket of a container, and gives the id of what begins there.
    fn scalar_or_open(&mut self, reader: &mut Reader<'_>) -> Option<Id> {
        reader.space();
        let value = match reader.peek()? {
            b'{' => {
                reader.at += 1;
                Value::Object(Vec::new())
            }
            b'[' => {
                reader.at += 1;
                Value::Array(Vec::new())
            }
            b'"' => Value::Text(reader.text()?),
            _ => reader.word()?,
        };
        self.values.push(value);
        Some(self.values.len() - 1)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word(&mut self) -> Option<Value> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        {
            self.at += 1;
        }
        match &self.bytes[start..self.at] {
            [] => None,
            b"true" => Some(Value::True),
            _ => Some(Value::Other),
        }
    }

    fn text(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => {
                    let escape = self.peek()?;
                    self.at += 1;
                    match escape {
                        b'n' => text.push(b'\n'),
                        b't' => text.push(b'\t'),
                        b'r' => text.push(b'\r'),
                        b'b' => text.push(8),
                        b'f' => text.push(12),
                        b'u' => {
                            let mut code = self.hex()?;
                            if (0xD800..0xDC00).contains(&code) {
                                self.expect(b'\\')?;
                                self.expect(b'u')?;
                                let low = self.hex()?.checked_sub(0xDC00)?;
                                code = 0x10000 + ((code - 0xD800) << 10) + low;
                            }
                            let mut buffer = [0; 4];
                            text.extend_from_slice(
                                char::from_u32(code)?.encode_utf8(&mut buffer).as_bytes(),
                            );
                        }
                        other => text.push(other),
                    }
                }
                other => text.push(other),
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.bytes.get(self.at..self.at + 4)?).ok()?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_duckdb_writes() {
        let document = Document::parse(
            r#" {"a": [1, -2.5e3, "x\"\n\u00e9\ud83d\ude00", true, null], "b": {}} "#,
        )
        .unwrap();
        let a = document.array(Document::ROOT, "a").unwrap();
        assert_eq!(a.len(), 5);
        assert!(matches!(document.value(a[2]), Value::Text(text) if text == "x\"\né😀"));
        assert!(matches!(document.value(a[3]), Value::True));
        assert!(document.member(Document::ROOT, "c").is_none());
    }

    #[test]
    fn refuses_what_is_no_json() {
        for text in ["", "{", "[1 2]", "{\"a\"}", "[1]x", "\"a", "[,1]"] {
            assert!(Document::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_deep_document_needs_no_stack() {
        let text = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert!(Document::parse(&text).is_some());
    }
}
