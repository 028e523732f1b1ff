//! The grammar of JSON (RFC 8259), over a value that lies in memory.
//!
//! Read kindly: what Python writes for numbers that are none (`NaN`, `Infinity`) is a number, and controls may stand in
//! texts as they are. Everything else that the grammar does not have makes a record unreadable.

use std::borrow::Cow;

/// How deep values may be nested.
const DEEPEST: u32 = 128;

/// What is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalid;

/// A place in the JSON that a value was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl At {
    /// What stands there.
    #[inline]
    pub(super) fn of(self, json: &[u8]) -> &[u8] {
        &json[self.start..self.end]
    }
}

/// A value, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    /// A number or a truth value.
    Plain(At),
    /// A text, without its quotes.
    Text {
        at: At,
        has_escapes: bool,
    },
    /// An object or an array.
    Nested(At),
}

/// A text without its quotes, as it stands in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) has_escapes: bool,
}

impl<'a> Text<'a> {
    /// What it stands for. Half of a pair of surrogates without the other becomes three bytes that are no valid UTF-8, so
    /// that whoever reads them sees it.
    pub(super) fn unescaped(self) -> Cow<'a, [u8]> {
        if !self.has_escapes {
            return Cow::Borrowed(self.bytes);
        }
        let mut text = Vec::with_capacity(self.bytes.len());
        self.unescape_into(&mut text);
        Cow::Owned(text)
    }

    /// Appends what it stands for.
    pub(super) fn unescape_into(self, text: &mut Vec<u8>) {
        let mut rest = self.bytes;
        while let Some(at) = memchr::memchr(b'\\', rest) {
            text.extend_from_slice(&rest[..at]);
            let escape = rest.get(at + 1).copied().unwrap_or(b'\\');
            rest = rest.get(at + 2..).unwrap_or_default();
            match escape {
                b'b' => text.push(8),
                b'f' => text.push(12),
                b'n' => text.push(b'\n'),
                b'r' => text.push(b'\r'),
                b't' => text.push(b'\t'),
                b'u' => {
                    let unit = hex(rest);
                    rest = rest.get(4..).unwrap_or_default();
                    let low = match (unit, rest) {
                        (0xd800..=0xdbff, [b'\\', b'u', low @ ..]) => Some(hex(low)),
                        _ => None,
                    };
                    let code = match low {
                        Some(low @ 0xdc00..=0xdfff) => {
                            rest = rest.get(6..).unwrap_or_default();
                            0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                        }
                        _ => unit,
                    };
                    push_code(code, text);
                }
                other => text.push(other),
            }
        }
        text.extend_from_slice(rest);
    }
}

/// The number of four hexadecimal digits, which were checked before.
fn hex(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |number, &digit| {
        number * 16 + char::from(digit).to_digit(16).unwrap_or(0)
    })
}

fn push_code(code: u32, text: &mut Vec<u8>) {
    match char::from_u32(code) {
        Some(letter) => text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.extend([
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}

/// The place of the first byte from `at` on that is no white space.
#[inline]
pub(super) fn skip_space(json: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = json.get(at) {
        at += 1;
    }
    at
}

/// The place of the first quote or backslash from `at` on: eight bytes at a time.
#[inline]
pub(super) fn find_quote_or_backslash(json: &[u8], mut at: usize) -> Option<usize> {
    /// The bytes that are 0, each by its highest bit; those after the first may be wrong.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080
    }
    const QUOTES: u64 = 0x0101_0101_0101_0101 * b'"' as u64;
    const BACKSLASHES: u64 = 0x0101_0101_0101_0101 * b'\\' as u64;
    while let Some(word) = json.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = json.get(at..)?;
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(at + found)
}

/// Reads the text after the quote before `at`; the text, and the place after its closing quote.
#[inline]
fn text(json: &[u8], at: usize) -> Result<(Text<'_>, usize), Invalid> {
    let mut end = at;
    let mut has_escapes = false;
    loop {
        end = find_quote_or_backslash(json, end).ok_or(Invalid)?;
        if json[end] == b'"' {
            let bytes = &json[at..end];
            return Ok((Text { bytes, has_escapes }, end + 1));
        }
        has_escapes = true;
        match json.get(end + 1).ok_or(Invalid)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => end += 2,
            b'u' => {
                let digits = json.get(end + 2..end + 6).ok_or(Invalid)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(Invalid);
                }
                end += 6;
            }
            _ => return Err(Invalid),
        }
    }
}

/// The place after the number at `at`.
fn number(json: &[u8], mut at: usize) -> Result<usize, Invalid> {
    let digits = |mut at: usize| {
        while let Some(b'0'..=b'9') = json.get(at) {
            at += 1;
        }
        at
    };
    if json[at] == b'-' {
        at += 1;
    }
    at = match json.get(at) {
        Some(b'0') => at + 1,
        Some(b'1'..=b'9') => digits(at),
        Some(b'I') => return word(json, at, b"Infinity"),
        _ => return Err(Invalid),
    };
    if json.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(Invalid);
        }
        at = end;
    }
    if let Some(b'e' | b'E') = json.get(at) {
        let start = at + 1 + usize::from(matches!(json.get(at + 1), Some(b'+' | b'-')));
        let end = digits(start);
        if end == start {
            return Err(Invalid);
        }
        at = end;
    }
    Ok(at)
}

fn word(json: &[u8], at: usize, word: &[u8]) -> Result<usize, Invalid> {
    match json[at..].starts_with(word) {
        true => Ok(at + word.len()),
        false => Err(Invalid),
    }
}

/// Reads the value that begins at `at`; the value, and the place after it.
#[inline]
pub(super) fn value(json: &[u8], at: usize, depth: u32) -> Result<(Value, usize), Invalid> {
    let start = at;
    let plain = |end: usize| Ok((Value::Plain(At { start, end }), end));
    match json.get(at).ok_or(Invalid)? {
        b'"' => {
            let (text, end) = text(json, at + 1)?;
            let at = At {
                start: at + 1,
                end: end - 1,
            };
            let has_escapes = text.has_escapes;
            Ok((Value::Text { at, has_escapes }, end))
        }
        b'{' => {
            let end = object(json, at, depth, |_, _| {})?;
            Ok((Value::Nested(At { start, end }), end))
        }
        b'[' => {
            let end = array(json, at, depth, |_| {})?;
            Ok((Value::Nested(At { start, end }), end))
        }
        b't' => plain(word(json, at, b"true")?),
        b'f' => plain(word(json, at, b"false")?),
        b'N' => plain(word(json, at, b"NaN")?),
        b'I' => plain(word(json, at, b"Infinity")?),
        b'n' => Ok((Value::Null, word(json, at, b"null")?)),
        _ => plain(number(json, at)?),
    }
}

/// Reads the object that begins at `at`, telling each member; the place after it.
#[inline]
pub(super) fn object<'a>(
    json: &'a [u8],
    at: usize,
    depth: u32,
    mut member: impl FnMut(Text<'a>, Value),
) -> Result<usize, Invalid> {
    if depth >= DEEPEST {
        return Err(Invalid);
    }
    let mut at = skip_space(json, at + 1);
    if json.get(at) == Some(&b'}') {
        return Ok(at + 1);
    }
    loop {
        if json.get(at) != Some(&b'"') {
            return Err(Invalid);
        }
        let (key, end) = text(json, at + 1)?;
        at = skip_space(json, end);
        if json.get(at) != Some(&b':') {
            return Err(Invalid);
        }
        let (found, end) = value(json, skip_space(json, at + 1), depth + 1)?;
        member(key, found);
        at = skip_space(json, end);
        match json.get(at) {
            Some(b',') => at = skip_space(json, at + 1),
            Some(b'}') => return Ok(at + 1),
            _ => return Err(Invalid),
        }
    }
}

/// Reads the array that begins at `at`, telling each element; the place after it.
#[inline]
pub(super) fn array(
    json: &[u8],
    at: usize,
    depth: u32,
    mut element: impl FnMut(Value),
) -> Result<usize, Invalid> {
    if depth >= DEEPEST {
        return Err(Invalid);
    }
    let mut at = skip_space(json, at + 1);
    if json.get(at) == Some(&b']') {
        return Ok(at + 1);
    }
    loop {
        let (found, end) = value(json, at, depth + 1)?;
        element(found);
        at = skip_space(json, end);
        match json.get(at) {
            Some(b',') => at = skip_space(json, at + 1),
            Some(b']') => return Ok(at + 1),
            _ => return Err(Invalid),
        }
    }
}

/// Appends nested JSON without the white space between its parts.
pub(super) fn compact_into(json: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            b'"' => {
                let end = text(json, at + 1).map_or(json.len(), |(_, end)| end);
                out.extend_from_slice(&json[at..end]);
                at = end;
            }
            _ => {
                let end = json[at..]
                    .iter()
                    .position(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'"'))
                    .map_or(json.len(), |end| at + end);
                out.extend_from_slice(&json[at..end]);
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether all of a text is one value.
    fn is_value(json: &[u8]) -> bool {
        value(json, skip_space(json, 0), 0)
            .is_ok_and(|(_, end)| skip_space(json, end) == json.len())
    }

    /// What the grammar allows here and nowhere else.
    fn is_read_kindly(json: &str) -> bool {
        json.contains("NaN") || json.contains("Infinity") || json.chars().any(char::is_control)
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            "\\PC{0,12}|[\"\\\\\n\t/\u{1}a-z😀é]{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                proptest::collection::vec(("[a-c\"\\\\é]{0,2}", inner), 0..4).prop_map(|members| {
                    members
                        .into_iter()
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_json_is_agreed_with_the_reference(
            json in any_json(), is_pretty in any::<bool>(), at in any::<proptest::sample::Index>(), byte in "[\\[\\]{},:\"\\\\0-9eE.+truefalsn -]",
            is_whole in any::<bool>(),
        ) {
            let mut text = match is_pretty {
                true => serde_json::to_string_pretty(&json).unwrap(),
                false => json.to_string(),
            };
            prop_assert!(is_value(text.as_bytes()), "{}", text);
            if is_whole {
                let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                text.insert_str(starts[at.index(starts.len())], &byte);
            }
            let expected = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            let is_lone = text.contains("\\u");
            if !is_read_kindly(&text) && !is_lone {
                prop_assert_eq!(is_value(text.as_bytes()), expected, "{}", text);
            } else if expected {
                prop_assert!(is_value(text.as_bytes()), "{}", text);
            }
        }

        #[test]
        fn values_are_those_of_the_reference(members in proptest::collection::vec(("\\PC{0,4}", any_json()), 0..6), is_pretty in any::<bool>()) {
            let map: serde_json::Map<_, _> = members.into_iter().collect();
            let json = match is_pretty {
                true => serde_json::to_string_pretty(&map).unwrap(),
                false => serde_json::to_string(&map).unwrap(),
            };
            let mut found = Vec::new();
            object(json.as_bytes(), 0, 0, |key, value| found.push((key, value))).unwrap();
            prop_assert_eq!(found.len(), map.len());
            for ((key, value), (expected_key, expected)) in found.into_iter().zip(&map) {
                prop_assert_eq!(&*key.unescaped(), expected_key.as_bytes());
                match value {
                    Value::Null => prop_assert!(expected.is_null()),
                    Value::Plain(at) => prop_assert_eq!(std::str::from_utf8(at.of(json.as_bytes())).unwrap(), expected.to_string()),
                    Value::Text { at, has_escapes } => prop_assert_eq!(&*Text { bytes: at.of(json.as_bytes()), has_escapes }.unescaped(), expected.as_str().unwrap().as_bytes()),
                    Value::Nested(at) => {
                        let mut compact = Vec::new();
                        compact_into(at.of(json.as_bytes()), &mut compact);
                        prop_assert_eq!(String::from_utf8(compact).unwrap(), expected.to_string());
                    }
                }
            }
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(prop_oneof![
            any::<u8>(), proptest::sample::select(b"[]{},:\"\\u0d8e.-+ntf \n".to_vec())
        ], 0..40)) {
            let _ = is_value(&bytes);
            compact_into(&bytes, &mut Vec::new());
            let text = Text { bytes: &bytes, has_escapes: true };
            let _ = text.unescaped();
        }
    }

    #[test]
    fn escapes_are_what_they_stand_for() {
        let read = |json: &'static [u8]| match value(json, 0, 0).unwrap().0 {
            Value::Text { at, has_escapes } => {
                let bytes = at.of(json);
                Text { bytes, has_escapes }.unescaped()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(
            &*read(br#""a\/b\\\"\u00e9\ud83d\ude00\n""#),
            "a/b\\\"é😀\n".as_bytes()
        );
        // A lone half stays visible as bytes that are no text.
        assert_eq!(&*read(br#""\ud83dx""#), b"\xed\xa0\xbdx");
        assert_eq!(&*read(br#""\ud83d\u0041""#), b"\xed\xa0\xbdA");
        assert!(matches!(read(b"\"plain\""), Cow::Borrowed(b"plain")));
    }

    #[test]
    fn numbers_that_are_none_are_numbers_and_depth_has_an_end() {
        for json in ["NaN", "Infinity", "-Infinity", "\"a\tb\"", "-0.5e+10"] {
            assert!(is_value(json.as_bytes()), "{json}");
        }
        for json in [
            "nan", "-NaN", "01", "1.", ".5", "+1", "1e", "'a'", "{a:1}", "[1,]", "", "-", "tru",
        ] {
            assert!(!is_value(json.as_bytes()), "{json}");
        }
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(is_value(deep(128).as_bytes()));
        assert!(!is_value(deep(129).as_bytes()));
        assert!(!is_value(deep(1_000_000).as_bytes()));
    }
}
