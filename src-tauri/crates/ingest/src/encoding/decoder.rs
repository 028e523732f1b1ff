//! Text of any encoding, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::DecoderResult;

use super::{Encoding, double};
use crate::receipt::LINES_KEPT;

/// Bytes that are read from the source at once.
const INPUT: usize = 65_536;
/// Every step of decoding can write its result into so many bytes; a smaller buffer is filled from a detour.
const LEAST_OUTPUT: usize = 64;
/// What stands for a sequence of bytes that is none of the encoding.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Sequences of bytes that an encoding does not have; they were read as U+FFFD.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Undecodable {
    /// How many there were.
    pub(crate) count: u64,
    /// Where the first hundred begin in the encoded text, in bytes.
    pub(crate) offsets: Vec<u64>,
}

impl Undecodable {
    fn add(&mut self, offset: u64) {
        self.count += 1;
        if self.offsets.len() < LINES_KEPT {
            self.offsets.push(offset);
        }
    }
}

enum Kind {
    /// What is read is passed on.
    Verbatim,
    Double,
    Utf32 {
        is_big_endian: bool,
    },
    Other(encoding_rs::Decoder),
}

/// Reads a text of any encoding as UTF-8.
///
/// UTF-8 is passed on with whatever invalid bytes it has, for those who read it keep them; sequences that any other
/// encoding does not have become U+FFFD and are counted.
pub(crate) struct Decoder<R> {
    source: R,
    kind: Kind,
    input: Vec<u8>,
    start: usize,
    end: usize,
    is_at_end: bool,
    /// Whether the decoder was told that nothing follows.
    is_finished: bool,
    /// Where `input[start]` is in the encoded text.
    offset: u64,
    /// What did not fit into the reader's buffer.
    spill: Vec<u8>,
    spilled: usize,
    undecodable: Undecodable,
}

impl<R: Read> Decoder<R> {
    /// A decoder of a source that stands at this byte of the encoded text, after any mark.
    pub(crate) fn new(source: R, encoding: Encoding, offset: u64) -> Self {
        let kind = match encoding {
            Encoding::Utf8 => Kind::Verbatim,
            Encoding::Utf8Double => Kind::Double,
            Encoding::Utf32Le => Kind::Utf32 {
                is_big_endian: false,
            },
            Encoding::Utf32Be => Kind::Utf32 {
                is_big_endian: true,
            },
            Encoding::Other(encoding) => Kind::Other(encoding.new_decoder_without_bom_handling()),
        };
        let input = match kind {
            Kind::Verbatim => Vec::new(),
            _ => vec![0; INPUT],
        };
        Self {
            source,
            kind,
            input,
            start: 0,
            end: 0,
            is_at_end: false,
            is_finished: false,
            offset,
            spill: Vec::new(),
            spilled: 0,
            undecodable: Undecodable::default(),
        }
    }

    /// What could not be decoded so far.
    pub(crate) fn undecodable(&self) -> &Undecodable {
        &self.undecodable
    }

    /// Reads more encoded text behind what is there.
    fn fill(&mut self) -> io::Result<()> {
        self.input.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        match self.source.read(&mut self.input[self.end..]) {
            Ok(0) => self.is_at_end = true,
            Ok(read) => self.end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Decodes into a buffer of at least [`LEAST_OUTPUT`] bytes; 0 at the end of the text.
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let (read, written, wants_more) = self.step(out);
            self.start += read;
            self.offset += read as u64;
            if written > 0 {
                return Ok(written);
            }
            if self.is_finished {
                return Ok(0);
            }
            if wants_more {
                self.fill()?;
            }
        }
    }

    /// Decodes what is there: bytes that were read and written, and whether nothing can be done without more of them.
    fn step(&mut self, out: &mut [u8]) -> (usize, usize, bool) {
        let input = &self.input[self.start..self.end];
        match &mut self.kind {
            // Never asked for.
            Kind::Verbatim => (0, 0, false),
            Kind::Double => {
                let (read, written) = double::repair(input, self.is_at_end, out);
                self.is_finished = self.is_at_end && read == input.len();
                (read, written, true)
            }
            Kind::Utf32 { is_big_endian } => {
                let mut written = 0;
                let mut read = 0;
                for unit in input.chunks_exact(4) {
                    if out.len() - written < 4 {
                        break;
                    }
                    let unit = [unit[0], unit[1], unit[2], unit[3]];
                    let code = match is_big_endian {
                        true => u32::from_be_bytes(unit),
                        false => u32::from_le_bytes(unit),
                    };
                    let letter = char::from_u32(code).unwrap_or_else(|| {
                        self.undecodable.add(self.offset + read as u64);
                        char::REPLACEMENT_CHARACTER
                    });
                    written += letter.encode_utf8(&mut out[written..]).len();
                    read += 4;
                }
                if self.is_at_end && input.len() - read < 4 {
                    if read < input.len() && out.len() - written >= REPLACEMENT.len() {
                        self.undecodable.add(self.offset + read as u64);
                        out[written..written + REPLACEMENT.len()].copy_from_slice(REPLACEMENT);
                        written += REPLACEMENT.len();
                        read = input.len();
                    }
                    self.is_finished = read == input.len();
                }
                (read, written, true)
            }
            Kind::Other(decoder) => {
                // Room for what stands for a malformed sequence is left at the end.
                let room = out.len() - REPLACEMENT.len();
                let (result, read, mut written) = decoder.decode_to_utf8_without_replacement(
                    input,
                    &mut out[..room],
                    self.is_at_end,
                );
                match result {
                    DecoderResult::InputEmpty => self.is_finished = self.is_at_end,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(length, after) => {
                        let back = u64::from(length) + u64::from(after);
                        self.undecodable
                            .add((self.offset + read as u64).saturating_sub(back));
                        out[written..written + REPLACEMENT.len()].copy_from_slice(REPLACEMENT);
                        written += REPLACEMENT.len();
                    }
                }
                (read, written, result == DecoderResult::InputEmpty)
            }
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if matches!(self.kind, Kind::Verbatim) {
            return self.source.read(out);
        }
        if self.spilled == self.spill.len() {
            if self.is_finished {
                return Ok(0);
            }
            if out.len() >= LEAST_OUTPUT {
                return self.decode(out);
            }
            let mut spill = std::mem::take(&mut self.spill);
            spill.resize(LEAST_OUTPUT, 0);
            let written = self.decode(&mut spill)?;
            spill.truncate(written);
            self.spill = spill;
            self.spilled = 0;
        }
        let waiting = &self.spill[self.spilled..];
        let copied = waiting.len().min(out.len());
        out[..copied].copy_from_slice(&waiting[..copied]);
        self.spilled += copied;
        Ok(copied)
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

    const ALL: [&encoding_rs::Encoding; 16] = [
        encoding_rs::WINDOWS_1250,
        encoding_rs::WINDOWS_1251,
        encoding_rs::WINDOWS_1252,
        encoding_rs::WINDOWS_1253,
        encoding_rs::WINDOWS_1254,
        encoding_rs::WINDOWS_1257,
        encoding_rs::ISO_8859_2,
        encoding_rs::MACINTOSH,
        encoding_rs::SHIFT_JIS,
        encoding_rs::EUC_JP,
        encoding_rs::ISO_2022_JP,
        encoding_rs::EUC_KR,
        encoding_rs::GB18030,
        encoding_rs::BIG5,
        encoding_rs::UTF_16LE,
        encoding_rs::UTF_16BE,
    ];

    fn decoded(
        bytes: &[u8],
        encoding: Encoding,
        input: usize,
        output: usize,
    ) -> (Vec<u8>, Undecodable) {
        let mut decoder = Decoder::new(Drip(bytes, input), encoding, 0);
        let mut text = Vec::new();
        let mut buffer = vec![0; output];
        loop {
            let read = decoder.read(&mut buffer).unwrap();
            if read == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..read]);
        }
        assert_eq!(decoder.read(&mut buffer).unwrap(), 0);
        (text, decoder.undecodable().clone())
    }

    proptest! {
        #[test]
        fn any_chunks_give_what_the_whole_gives(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x20u8..0x7f, 0x81u8..0xff], 0..300),
            which in 0..ALL.len(),
            input in 1usize..70,
            output in 1usize..200,
        ) {
            let whole = ALL[which].decode_without_bom_handling(&bytes).0.into_owned();
            let (text, undecodable) = decoded(&bytes, Encoding::Other(ALL[which]), input, output);
            prop_assert_eq!(String::from_utf8(text).unwrap(), whole);
            let at_once = decoded(&bytes, Encoding::Other(ALL[which]), 1000, 1000).1;
            prop_assert_eq!(&undecodable, &at_once);
            prop_assert!(undecodable.offsets.iter().all(|&at| at < bytes.len().max(1) as u64));
        }

        #[test]
        fn utf_32_is_read(text in "\\PC{0,60}", input in 1usize..9, output in 1usize..100, cut in 0usize..4) {
            for (encoding, bytes) in [
                (Encoding::Utf32Le, text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>()),
                (Encoding::Utf32Be, text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
            ] {
                let whole = decoded(&bytes, encoding, input, output);
                prop_assert_eq!(std::str::from_utf8(&whole.0).unwrap(), &text);
                prop_assert_eq!(whole.1.count, 0);
                let (short, undecodable) = decoded(&bytes[..bytes.len().saturating_sub(cut)], encoding, input, output);
                let is_cut = cut > 0 && !bytes.is_empty();
                prop_assert_eq!(undecodable.count, u64::from(is_cut));
                prop_assert_eq!(short.ends_with(REPLACEMENT), is_cut || text.ends_with('\u{fffd}'));
            }
        }

        #[test]
        fn utf_8_is_passed_on_whatever_it_is(bytes in proptest::collection::vec(any::<u8>(), 0..300), input in 1usize..70) {
            let (text, undecodable) = decoded(&bytes, Encoding::Utf8, input, 50);
            prop_assert_eq!(text, bytes);
            prop_assert_eq!(undecodable, Undecodable::default());
        }

        #[test]
        fn what_was_encoded_twice_is_repaired_in_any_chunks(
            text in "[a-zäöüßéèñłőš €’“”–日本語😀]{0,60}", input in 1usize..70, output in 1usize..100,
        ) {
            let twice: String = text.bytes().map(double::as_windows_1252).collect();
            let (repaired, _) = decoded(twice.as_bytes(), Encoding::Utf8Double, input, output);
            prop_assert_eq!(String::from_utf8(repaired).unwrap(), text);
        }

        #[test]
        fn a_repair_in_any_chunks_is_that_of_the_whole(
            bytes in proptest::collection::vec(prop_oneof![
                "\\PC{1,3}".prop_map(String::into_bytes), "[Ãâ][¼€™ ]{0,3}".prop_map(String::into_bytes),
                any::<u8>().prop_map(|byte| vec![byte]),
            ], 0..60).prop_map(|parts| parts.concat()),
            input in 1usize..70,
            output in 1usize..100,
        ) {
            let whole = decoded(&bytes, Encoding::Utf8Double, 10_000, 10_000).0;
            prop_assert_eq!(decoded(&bytes, Encoding::Utf8Double, input, output).0, whole);
        }
    }

    #[test]
    fn undecodable_sequences_are_counted_where_they_stand() {
        // A lead byte without its second at 2, and one at the end.
        let sjis = Encoding::Other(encoding_rs::SHIFT_JIS);
        let (text, undecodable) = decoded(b"a,\x81\n\x93\xfa,\x85", sjis, 3, 5);
        assert_eq!(String::from_utf8(text).unwrap(), "a,\u{fffd}\n日,\u{fffd}");
        assert_eq!((undecodable.count, undecodable.offsets), (2, vec![2, 7]));
    }

    #[test]
    fn a_failing_source_is_no_end() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let mut decoder = Decoder::new(Broken, Encoding::Utf32Le, 0);
        assert!(decoder.read(&mut [0; 10]).is_err());
    }
}
