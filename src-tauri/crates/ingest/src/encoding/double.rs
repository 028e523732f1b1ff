//! Text that was encoded as UTF-8, taken for windows-1252, and encoded as UTF-8 once more: `ü` became `Ã¼`.

/// The characters of windows-1252 from 0x80 to 0x9F; bytes that it leaves open stand for themselves.
const FROM_80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The byte that windows-1252 has for a character other than ASCII; controls stand for themselves, as in Latin-1.
fn byte_of(letter: char) -> Option<u8> {
    match u32::from(letter) {
        code @ 0x80..=0xff => u8::try_from(code).ok(),
        0..0x80 => None,
        _ => FROM_80
            .iter()
            .position(|&known| known == letter)
            .and_then(|at| u8::try_from(0x80 + at).ok()),
    }
}

/// The character that a byte stands for in windows-1252.
#[cfg(test)]
pub(super) fn as_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The first character of a text, and its bytes; `None` if it is cut off or invalid.
fn first(text: &[u8]) -> Option<(char, usize)> {
    let length = match text.first()? {
        0..0x80 => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let letter = std::str::from_utf8(text.get(..length)?)
        .ok()?
        .chars()
        .next()?;
    Some((letter, length))
}

/// A character at the beginning of a text, if it was encoded twice.
#[derive(Debug, PartialEq, Eq)]
enum Twice {
    /// The character once decoded, and the bytes that it takes as it is.
    Yes(char, usize),
    No,
    /// It depends on what follows.
    Unknown,
}

/// The most bytes of a character that was encoded twice: four characters of three bytes.
const LONGEST: usize = 12;

fn twice(text: &[u8]) -> Twice {
    let mut bytes = [0u8; 4];
    let mut taken = 0;
    let mut wanted = 1;
    let mut at = 0;
    while taken < wanted {
        let Some((letter, length)) = first(&text[at..]) else {
            return if text.len() < LONGEST && could_begin(&text[at..]) {
                Twice::Unknown
            } else {
                Twice::No
            };
        };
        let Some(byte) = byte_of(letter) else {
            return Twice::No;
        };
        if taken == 0 {
            wanted = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Twice::No,
            };
        } else if byte & 0xc0 != 0x80 {
            return Twice::No;
        }
        bytes[taken] = byte;
        taken += 1;
        at += length;
    }
    match first(&bytes[..taken]) {
        Some((letter, _)) if is_usual(letter) => Twice::Yes(letter, at),
        _ => Twice::No,
    }
}

/// Whether a text, if it went on, could begin with a character.
fn could_begin(text: &[u8]) -> bool {
    match std::str::from_utf8(text) {
        Ok(_) => text.is_empty(),
        Err(error) => error.valid_up_to() == 0 && error.error_len().is_none(),
    }
}

/// Repairs what is there of a text, as far as it fits into `out` and does not depend on what follows; returns the bytes
/// that were read and written.
pub(super) fn repair(text: &[u8], is_last: bool, out: &mut [u8]) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    loop {
        let rest = &text[read..];
        let room = out.len() - written;
        let plain = rest.iter().take_while(|byte| byte.is_ascii()).count();
        let copied = plain.min(room);
        out[written..written + copied].copy_from_slice(&rest[..copied]);
        read += copied;
        written += copied;
        let rest = &text[read..];
        // One step writes a character of up to four bytes.
        if rest.is_empty() || out.len() - written < 4 {
            return (read, written);
        }
        let (taken, letter) = match twice(rest) {
            Twice::Yes(letter, length) => (length, Some(letter)),
            Twice::Unknown if !is_last => return (read, written),
            _ => match first(rest) {
                Some((letter, length)) => (length, Some(letter)),
                None => (1, None),
            },
        };
        written += match letter {
            Some(letter) => letter.encode_utf8(&mut out[written..]).len(),
            None => {
                // An invalid byte is for the reader to deal with.
                out[written] = rest[0];
                1
            }
        };
        read += taken;
    }
}

/// Characters other than ASCII in a valid text, counted by whether they were encoded twice.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// Those that become a character as it occurs in texts if they are decoded once more.
    pub(super) twice: u64,
    pub(super) once: u64,
}

impl Tally {
    /// Counts those of a piece of text.
    pub(super) fn add(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
            rest = &rest[at..];
            let length = match twice(rest) {
                Twice::Yes(_, length) => {
                    self.twice += 1;
                    length
                }
                _ => {
                    self.once += 1;
                    first(rest).map_or(1, |(_, length)| length)
                }
            };
            rest = &rest[length..];
        }
    }

    /// Whether so much was encoded twice that it is no chance.
    pub(super) fn is_noticeable(self) -> bool {
        self.twice > 0 && self.twice * 4 >= self.once
    }
}

/// Whether a character is one of ordinary texts, rather than what a chance sequence of letters and signs would become.
fn is_usual(letter: char) -> bool {
    matches!(u32::from(letter),
        0xa0..=0x17f | 0x218..=0x21b | 0x386..=0x3ce | 0x401..=0x45f | 0x490..=0x491 | 0x5d0..=0x5ea | 0x621..=0x64a
        | 0xe01..=0xe5b | 0x1ea0..=0x1ef9 | 0x2010..=0x203a | 0x20ac | 0x2116 | 0x2122 | 0x2190..=0x2193
        | 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0xfeff | 0xff01..=0xff9f | 0x1f300..=0x1faff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut out = vec![0; text.len() + 8];
        let (read, written) = repair(text.as_bytes(), true, &mut out);
        assert_eq!(read, text.len());
        String::from_utf8(out[..written].to_vec()).unwrap()
    }

    #[test]
    fn what_was_encoded_twice_is_repaired_and_the_rest_stays() {
        assert_eq!(
            repaired("MÃ¼ller, donâ€™t, â‚¬5, Ã\u{a0}"),
            "Müller, don’t, €5, à"
        );
        assert_eq!(
            repaired("Müller São Paulo SÃO É… «Å»"),
            "Müller São Paulo SÃO É… «Ż"
        );
        assert_eq!(repaired("æ—¥æœ¬"), "日本");
        // As Latin-1 would have it, with controls.
        assert_eq!(repaired("donâ\u{80}\u{99}t"), "don’t");
        assert_eq!(repaired("é"), "é");
    }

    #[test]
    fn correct_texts_are_not_taken_for_double_encoded_ones() {
        for text in [
            "Müller,Größe,Straße",
            "SÃO PAULO,MARANHÃO,AÇÃO",
            "CAFÉ…,ALLÉ”,«Á»",
            "Ελλάδα,Αθήνα",
            "Санкт-Петербург",
            "日本語",
            "5 °C – 7 °C “ok”",
            "Ångström,Åse,Ærø",
            "IÑIGO ÁLVAREZ™",
            "É®,Â£",
        ] {
            let mut tally = Tally::default();
            tally.add(text.as_bytes());
            let expected = text.contains("Â£");
            assert_eq!(tally.is_noticeable(), expected, "{text}: {tally:?}");
        }
        for text in [
            "MÃ¼ller",
            "GrÃ¶ÃŸe",
            "donâ€™t",
            "â€œyesâ€\u{9d}",
            "Ð¡Ð°Ð½ÐºÑ‚",
            "5 Â°C",
        ] {
            let mut tally = Tally::default();
            tally.add(text.as_bytes());
            assert!(tally.is_noticeable(), "{text}: {tally:?}");
        }
    }
}
