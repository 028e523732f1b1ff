//! Which encoding a text is in, and how it becomes UTF-8.
//!
//! What the names mean is laid down by the WHATWG Encoding Standard: `latin-1` is read as windows-1252, which has all of
//! its letters, `gbk` as gb18030, `shift_jis` and `euc-kr` with the extensions of Windows. On top of it there are UTF-32,
//! and UTF-8 that somebody took for windows-1252 and encoded once more.

mod decoder;
mod detect;
mod double;
mod languages;

pub(crate) use decoder::{Decoder, Undecodable};
pub(crate) use detect::detect;

use crate::Error;

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8; its bytes are passed on as they are, invalid ones too.
    Utf8,
    /// UTF-8 that was taken for windows-1252 and encoded as UTF-8 again; what was not stays as it is.
    Utf8Double,
    /// UTF-32, the least significant byte first.
    Utf32Le,
    /// UTF-32, the most significant byte first.
    Utf32Be,
    /// Any other, UTF-16 among them.
    Other(&'static encoding_rs::Encoding),
}

/// The marks with which a text may begin, the longer before those that they begin with.
const MARKS: [(&[u8], Encoding); 7] = [
    (b"\xef\xbb\xbf", Encoding::Utf8),
    // That mark itself, encoded twice.
    (b"\xc3\xaf\xc2\xbb\xc2\xbf", Encoding::Utf8Double),
    (b"\xff\xfe\x00\x00", Encoding::Utf32Le),
    (b"\x00\x00\xfe\xff", Encoding::Utf32Be),
    (b"\xff\xfe", Encoding::Other(encoding_rs::UTF_16LE)),
    (b"\xfe\xff", Encoding::Other(encoding_rs::UTF_16BE)),
    (b"\x84\x31\x95\x33", Encoding::Other(encoding_rs::GB18030)),
];

impl Encoding {
    /// The encoding that a person names: a label of the WHATWG standard, or another usual name.
    ///
    /// `beginning` is that of the text, whose mark tells the order of bytes where the name leaves it open.
    ///
    /// # Errors
    /// [`Error::Options`] for a name that stands for no encoding.
    pub(crate) fn named(name: &str, beginning: &[u8]) -> Result<Self, Error> {
        let plain = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let is_reversed = |mark: &[u8]| beginning.starts_with(mark);
        let encoding = match plain.as_str() {
            "utf-8-bom" | "utf-8-sig" | "utf8-bom" => Some(Self::Utf8),
            "utf-8-double" | "utf8-double" => Some(Self::Utf8Double),
            "utf-16" | "utf16" | "unicode" if is_reversed(b"\xfe\xff") => {
                Some(Self::Other(encoding_rs::UTF_16BE))
            }
            "utf16" => Some(Self::Other(encoding_rs::UTF_16LE)),
            "utf-32" | "utf32" | "ucs-4" if is_reversed(b"\0\0\xfe\xff") => Some(Self::Utf32Be),
            "utf-32" | "utf32" | "ucs-4" | "utf-32le" | "utf-32-le" => Some(Self::Utf32Le),
            "utf-32be" | "utf-32-be" => Some(Self::Utf32Be),
            "utf-16-le" => Some(Self::Other(encoding_rs::UTF_16LE)),
            "utf-16-be" => Some(Self::Other(encoding_rs::UTF_16BE)),
            "ansi" | "latin-1" => Some(Self::Other(encoding_rs::WINDOWS_1252)),
            "latin-2" => Some(Self::Other(encoding_rs::ISO_8859_2)),
            "mac-roman" | "macroman" | "x-macroman" => Some(Self::Other(encoding_rs::MACINTOSH)),
            "sjis" | "cp932" => Some(Self::Other(encoding_rs::SHIFT_JIS)),
            "cp949" | "uhc" => Some(Self::Other(encoding_rs::EUC_KR)),
            "cp936" => Some(Self::Other(encoding_rs::GB18030)),
            "cp950" => Some(Self::Other(encoding_rs::BIG5)),
            _ => None,
        };
        let of_label = |label: &str| encoding_rs::Encoding::for_label(label.as_bytes());
        encoding
            .or_else(|| {
                let found = of_label(name).or_else(|| of_label(&plain))?;
                Some(match found {
                    found if found == encoding_rs::UTF_8 => Self::Utf8,
                    // The same letters, and a few more.
                    found if found == encoding_rs::GBK => Self::Other(encoding_rs::GB18030),
                    found => Self::Other(found),
                })
            })
            .filter(|encoding| {
                // Neither is an encoding of anybody's texts.
                ![encoding_rs::REPLACEMENT, encoding_rs::X_USER_DEFINED]
                    .map(Self::Other)
                    .contains(encoding)
            })
            .ok_or_else(|| {
                Error::Options(format!(
                    "there is no encoding named {name}: name one such as utf-8, utf-16le, windows-1252, windows-1250, macintosh, shift_jis or gb18030"
                ))
            })
    }

    /// The encoding whose mark a text begins with, and the bytes of the mark.
    pub(crate) fn of_mark(beginning: &[u8]) -> Option<(Self, usize)> {
        MARKS
            .iter()
            .find(|(mark, _)| beginning.starts_with(mark))
            .map(|(mark, encoding)| (*encoding, mark.len()))
    }

    /// Bytes of this encoding's own mark at the beginning of a text, 0 if there is none.
    pub(crate) fn mark_length(self, beginning: &[u8]) -> usize {
        MARKS
            .iter()
            // Twice encoded text may also begin with a mark that was set in front of all.
            .filter(|(_, encoding)| {
                *encoding == self || (self == Self::Utf8Double && *encoding == Self::Utf8)
            })
            .find(|(mark, _)| beginning.starts_with(mark))
            .map_or(0, |(mark, _)| mark.len())
    }

    /// The encoding's name, as the receipt has it and `--encoding` takes it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Utf8 => "utf-8".into(),
            Self::Utf8Double => "utf-8-double".into(),
            Self::Utf32Le => "utf-32le".into(),
            Self::Utf32Be => "utf-32be".into(),
            Self::Other(encoding) => encoding.name().to_ascii_lowercase(),
        }
    }

    /// Whether a text that is all ASCII has the same bytes in this encoding.
    fn is_ascii_compatible(self) -> bool {
        match self {
            Self::Utf8 | Self::Utf8Double => true,
            Self::Utf32Le | Self::Utf32Be => false,
            Self::Other(encoding) => encoding.is_ascii_compatible(),
        }
    }

    /// A piece of a text as UTF-8: what belongs to characters that the piece begins or ends within is left out.
    ///
    /// `offset` is where the piece begins in the text, by which characters of two or four bytes are found.
    pub(crate) fn decode_piece(self, piece: &[u8], offset: u64) -> Vec<u8> {
        use std::io::Read;
        let unit = match self {
            Self::Utf32Le | Self::Utf32Be => 4,
            Self::Other(encoding) if !encoding.is_ascii_compatible() => 2,
            _ => 1,
        };
        let piece = if self.is_ascii_compatible() {
            piece
        } else if self == Self::Other(encoding_rs::ISO_2022_JP) {
            // Every line begins in ASCII.
            let start = memchr::memchr(b'\n', piece).map_or(0, |at| at + 1);
            &piece[if offset == 0 { 0 } else { start }..]
        } else {
            let skipped = (unit - offset % unit) % unit;
            let piece = &piece[piece.len().min(skipped as usize)..];
            &piece[..piece.len() - piece.len() % unit as usize]
        };
        let piece = if self.is_ascii_compatible() && offset > 0 {
            between_safe_bytes(piece)
        } else {
            piece
        };
        let mut text = Vec::with_capacity(piece.len() + piece.len() / 2);
        // Reading from memory does not fail.
        let _ = Decoder::new(piece, self, 0).read_to_end(&mut text);
        text
    }
}

/// The part of a piece that begins and ends with whole characters, whatever the encoding: no byte below `0` is ever a
/// part of a longer character.
fn between_safe_bytes(piece: &[u8]) -> &[u8] {
    let is_safe = |byte: &u8| *byte < b'0';
    match (
        piece.iter().position(is_safe),
        piece.iter().rposition(is_safe),
    ) {
        (Some(first), Some(last)) => &piece[first..=last],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_known_and_others_are_told() {
        for (name, canonical) in [
            ("UTF-8", "utf-8"),
            ("utf8", "utf-8"),
            ("utf-8-sig", "utf-8"),
            ("UTF-16LE", "utf-16le"),
            ("utf-16", "utf-16le"),
            ("utf_16_be", "utf-16be"),
            ("latin1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("cp1250", "windows-1250"),
            ("Mac Roman", "macintosh"),
            ("Shift-JIS", "shift_jis"),
            ("cp932", "shift_jis"),
            ("gbk", "gb18030"),
            ("GB2312", "gb18030"),
            ("Big5", "big5"),
            ("euc-kr", "euc-kr"),
            ("koi8-r", "koi8-r"),
            ("utf-32", "utf-32le"),
            ("utf-8-double", "utf-8-double"),
        ] {
            let found = Encoding::named(name, b"").unwrap();
            assert_eq!(found.name(), canonical, "{name}");
            assert_eq!(Encoding::named(&found.name(), b"").unwrap(), found);
        }
        for name in ["klingon", "", "replacement", "x-user-defined"] {
            let error = Encoding::named(name, b"").unwrap_err();
            assert_eq!(error.code(), "wrong_options");
            assert!(error.to_string().contains("windows-1252"), "{error}");
        }
    }

    #[test]
    fn the_mark_tells_the_order_of_bytes_where_the_name_does_not() {
        let found = Encoding::named("utf-16", b"\xfe\xff\0a").unwrap();
        assert_eq!(found.name(), "utf-16be");
        assert_eq!(found.mark_length(b"\xfe\xff\0a"), 2);
        assert_eq!(found.mark_length(b"\xff\xfea\0"), 0);
        assert_eq!(
            Encoding::of_mark(b"\xff\xfe\0\0a\0\0\0"),
            Some((Encoding::Utf32Le, 4))
        );
        assert_eq!(Encoding::of_mark(b"a,b"), None);
    }

    #[test]
    fn pieces_begin_and_end_with_whole_characters() {
        let text = "名前,都市\n山田,東京\n";
        let sjis = Encoding::Other(encoding_rs::SHIFT_JIS);
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        for start in 1..bytes.len() {
            let piece = sjis.decode_piece(&bytes[start..], start as u64);
            let piece = String::from_utf8(piece).unwrap();
            assert!(
                !piece.contains('\u{fffd}') && text.contains(&piece),
                "{piece}"
            );
        }
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16 = Encoding::Other(encoding_rs::UTF_16LE);
        for start in 0..bytes.len() {
            let piece = utf16.decode_piece(&bytes[start..], start as u64);
            assert!(text.ends_with(&String::from_utf8(piece).unwrap()));
        }
    }
}
