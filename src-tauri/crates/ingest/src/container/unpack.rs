//! Compressed data, read as what it unpacks to.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::raw::Raw;
use super::{Codec, Fault};

/// Bytes of memory that unpacking may take: the window of Zstandard without its option for long ones, and twice that of
/// the best setting of xz.
pub(super) const MOST_MEMORY: u64 = 128 << 20;
/// Data may unpack to so much before its ratio counts.
const HARMLESS: u64 = 1_000_000_000;
/// The most that a byte may unpack to on average.
const MOST_RATIO: u64 = 2_000;
/// Bytes after the end of the packed data that are taken for padding or a signature, and left alone. More of them are
/// damage, for they may have been data.
const MOST_TRAILING: u64 = 4_096;

/// What a ZIP archive says of a member's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) bytes: u64,
    pub(crate) crc32: u32,
}

type Decoder<R> = zstd::stream::read::Decoder<'static, Raw<R>>;

enum Stream<R: Read> {
    /// Between two streams, or before the first.
    Between(Raw<R>),
    Stored(Raw<R>),
    Deflate(flate2::bufread::DeflateDecoder<Raw<R>>),
    Deflate64(Box<deflate64::Deflate64Decoder<Raw<R>>>),
    Gzip(Box<flate2::bufread::GzDecoder<Raw<R>>>),
    Bzip2(bzip2::bufread::BzDecoder<Raw<R>>),
    Xz(Box<lzma_rust2::XzReader<Raw<R>>>),
    Zstd(Box<Decoder<R>>),
    Ended,
}

/// Reads what compressed data unpacks to: one stream after another, as many as there are.
pub(crate) struct Unpacked<R: Read> {
    stream: Stream<R>,
    /// The format; `None` for data that is stored as it is.
    codec: Option<Codec>,
    /// Where the data begins in its source.
    start: u64,
    /// Where the packed data was read up to when that was last known.
    position: u64,
    /// Streams that were unpacked to their end.
    streams: u64,
    unpacked: u64,
    check: Option<(Check, flate2::Crc)>,
    fault: Option<Fault>,
    trailing: Arc<AtomicU64>,
}

impl<R: Read> Unpacked<R> {
    /// Unpacks a source that stands at the beginning of the data.
    pub(crate) fn new(source: R, codec: Codec) -> Self {
        Self::begin(Raw::new(source, 0, None), Some(codec), None)
    }

    /// Unpacks a member of a ZIP archive that begins at this position, where the source stands, and takes so many bytes.
    pub(super) fn member(
        source: R,
        codec: Option<Codec>,
        position: u64,
        bytes: u64,
        check: Check,
    ) -> Self {
        Self::begin(Raw::new(source, position, Some(bytes)), codec, Some(check))
    }

    fn begin(raw: Raw<R>, codec: Option<Codec>, check: Option<Check>) -> Self {
        let start = raw.position();
        Self {
            stream: Stream::Between(raw),
            codec,
            start,
            position: start,
            streams: 0,
            unpacked: 0,
            check: check.map(|check| (check, flate2::Crc::new())),
            fault: None,
            trailing: Arc::default(),
        }
    }

    /// The same, telling here how many bytes after the end of the packed data belong to nothing.
    pub(crate) fn telling(self, trailing: Arc<AtomicU64>) -> Self {
        Self { trailing, ..self }
    }

    /// How many bytes of the packed data were used.
    fn packed(&self) -> u64 {
        let position = match &self.stream {
            Stream::Between(raw) | Stream::Stored(raw) => raw.position(),
            Stream::Deflate(decoder) => decoder.get_ref().position(),
            Stream::Deflate64(decoder) => decoder.get_ref().position(),
            Stream::Gzip(decoder) => decoder.get_ref().position(),
            Stream::Bzip2(decoder) => decoder.get_ref().position(),
            Stream::Xz(decoder) => decoder.inner().position(),
            Stream::Zstd(decoder) => decoder.get_ref().position(),
            Stream::Ended => self.position,
        };
        position - self.start
    }

    fn damaged(&self, is_cut_off: bool) -> Fault {
        Fault::Damaged {
            format: self.codec.map_or("ZIP", Codec::name),
            is_cut_off,
            good: self.unpacked,
            at: self.start + self.packed(),
        }
    }

    /// Begins the next stream, if there is one.
    fn next_stream(&mut self, mut raw: Raw<R>) -> io::Result<()> {
        self.stream = match self.codec {
            // A member of an archive is one stream.
            None | Some(Codec::Deflate | Codec::Deflate64) if self.streams > 0 => {
                self.position = raw.position();
                Stream::Ended
            }
            None => Stream::Stored(raw),
            Some(Codec::Deflate) => Stream::Deflate(flate2::bufread::DeflateDecoder::new(raw)),
            Some(Codec::Deflate64) => {
                Stream::Deflate64(Box::new(deflate64::Deflate64Decoder::with_buffer(raw)))
            }
            Some(codec) => {
                if self.streams > 0 && Codec::recognise(raw.peek(10)?) != Some(codec) {
                    return self.end(raw);
                }
                match codec {
                    Codec::Bzip2 => Stream::Bzip2(bzip2::bufread::BzDecoder::new(raw)),
                    Codec::Xz => Stream::Xz(Box::new(lzma_rust2::XzReader::new_mem_limit(
                        raw,
                        false,
                        (MOST_MEMORY / 1024) as u32,
                    ))),
                    Codec::Zstd => {
                        let mut decoder = Decoder::with_buffer(raw)?.single_frame();
                        decoder.window_log_max(MOST_MEMORY.ilog2())?;
                        Stream::Zstd(Box::new(decoder))
                    }
                    _ => Stream::Gzip(Box::new(flate2::bufread::GzDecoder::new(raw))),
                }
            }
        };
        Ok(())
    }

    /// Looks at what stands after the last stream. Zeros are padding.
    fn end(&mut self, mut raw: Raw<R>) -> io::Result<()> {
        let mut is_padding = true;
        let end = raw.position();
        loop {
            let rest = raw.fill_buf()?;
            if rest.is_empty() {
                break;
            }
            let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
            let bytes = if is_padding { zeros } else { rest.len() };
            let is_all = bytes == rest.len();
            raw.consume(bytes);
            if !is_all {
                // Streams of xz may have padding between them.
                if Codec::recognise(raw.peek(10)?) == self.codec {
                    self.stream = Stream::Between(raw);
                    return Ok(());
                }
                is_padding = false;
            }
            if !is_padding && raw.position() - end > MOST_TRAILING {
                self.position = end;
                return Err(self.damaged(false).into());
            }
        }
        if !is_padding {
            let trailing = raw.position() - end;
            self.trailing.store(trailing, Ordering::Relaxed);
        }
        self.position = raw.position();
        Ok(())
    }

    /// The reader of the packed data, at the end of a stream.
    fn take_raw(&mut self) -> Option<Raw<R>> {
        let stream = std::mem::replace(&mut self.stream, Stream::Ended);
        Some(match stream {
            Stream::Between(raw) | Stream::Stored(raw) => raw,
            Stream::Deflate(decoder) => decoder.into_inner(),
            Stream::Deflate64(decoder) => decoder.into_inner(),
            Stream::Gzip(decoder) => decoder.into_inner(),
            Stream::Bzip2(decoder) => decoder.into_inner(),
            Stream::Xz(decoder) => decoder.into_inner(),
            Stream::Zstd(decoder) => decoder.finish(),
            Stream::Ended => return None,
        })
    }

    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.stream {
                Stream::Between(_) => 0,
                Stream::Stored(raw) => raw.read(out)?,
                Stream::Deflate(decoder) => decoder.read(out)?,
                Stream::Deflate64(decoder) => decoder.read(out)?,
                Stream::Gzip(decoder) => decoder.read(out)?,
                Stream::Bzip2(decoder) => decoder.read(out)?,
                Stream::Xz(decoder) => decoder.read(out)?,
                Stream::Zstd(decoder) => decoder.read(out)?,
                Stream::Ended => {
                    return match &self.check {
                        Some((check, crc))
                            if (check.bytes, check.crc32) != (self.unpacked, crc.sum()) =>
                        {
                            Err(self.damaged(self.unpacked < check.bytes).into())
                        }
                        _ => Ok(0),
                    };
                }
            };
            if read > 0 {
                return Ok(read);
            }
            self.streams += u64::from(!matches!(self.stream, Stream::Between(_)));
            if let Some(raw) = self.take_raw() {
                self.next_stream(raw)?;
            }
        }
    }

    /// What an error of the decompressor says of the data; `None` if it is one of the source.
    fn fault_of(&self, error: &io::Error) -> Option<Fault> {
        if let Some(fault) = Fault::of(error) {
            return Some(fault.clone());
        }
        // An error of the operating system has a number, one of a decompressor none.
        if error.raw_os_error().is_some() {
            return None;
        }
        let format = self.codec.map_or("ZIP", Codec::name);
        match error.kind() {
            io::ErrorKind::OutOfMemory => Some(Fault::Window { format }),
            // Zstandard has nothing but a text for it.
            _ if error.to_string().contains("too much memory") => Some(Fault::Window { format }),
            io::ErrorKind::UnexpectedEof => Some(self.damaged(true)),
            _ if error.to_string().contains("EOF") => Some(self.damaged(true)),
            _ => Some(self.damaged(false)),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone().into());
        }
        if out.is_empty() {
            return Ok(0);
        }
        let read = match self.step(out) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.fault = self.fault_of(&error);
                return Err(match &self.fault {
                    Some(fault) => fault.clone().into(),
                    None => error,
                });
            }
        };
        self.unpacked += read as u64;
        if let Some((check, crc)) = &mut self.check {
            crc.update(&out[..read]);
            if self.unpacked > check.bytes {
                // More than it says: whatever follows is none of it.
                let fault = self.damaged(false);
                return Err(self.fault.insert(fault).clone().into());
            }
        }
        let packed = self.packed();
        if self.unpacked > HARMLESS && self.unpacked / MOST_RATIO > packed {
            let fault = Fault::Bomb {
                packed,
                unpacked: self.unpacked,
            };
            return Err(self.fault.insert(fault).clone().into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    const CODECS: [Codec; 4] = [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz];

    fn pack(codec: Codec, text: &[u8]) -> Vec<u8> {
        match codec {
            Codec::Gzip => {
                let mut encoder =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Codec::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
                encoder.include_checksum(true).unwrap();
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Codec::Bzip2 => {
                let mut encoder =
                    bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Codec::Xz => {
                let options = lzma_rust2::XzOptions::with_preset(1);
                let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
                writer.write_all(text).unwrap();
                writer.finish().unwrap()
            }
            Codec::Deflate => {
                let mut encoder =
                    flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Codec::Deflate64 => unreachable!("nothing here writes it"),
        }
    }

    /// A source that gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = out.len().min(self.1);
            self.0.read(&mut out[..most])
        }
    }

    fn unpack(
        codec: Codec,
        packed: &[u8],
        input: usize,
        output: usize,
    ) -> io::Result<(Vec<u8>, u64)> {
        let trailing = Arc::<AtomicU64>::default();
        let mut unpacked = Unpacked::new(Drip(packed, input), codec).telling(trailing.clone());
        let (mut text, mut buffer) = (Vec::new(), vec![0; output]);
        loop {
            match unpacked.read(&mut buffer)? {
                0 => return Ok((text, trailing.load(Ordering::Relaxed))),
                read => text.extend_from_slice(&buffer[..read]),
            }
        }
    }

    fn text(lines: usize) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(lines as u64);
        let line = |i: usize| format!("{i},{},x\n", random.u32(..));
        (0..lines).map(line).collect::<String>().into_bytes()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_was_packed_comes_back_in_any_chunks(
            lines in proptest::collection::vec(0usize..300, 1..4),
            which in 0..CODECS.len(),
            input in prop_oneof![1usize..20, Just(100_000usize)],
            output in prop_oneof![1usize..20, Just(100_000usize)],
            padding in 0usize..3,
            trailing in proptest::option::of(Just(&b"--signature"[..])),
        ) {
            let parts: Vec<Vec<u8>> = lines.into_iter().map(text).collect();
            let mut packed: Vec<u8> = parts.iter().flat_map(|part| pack(CODECS[which], part)).collect();
            packed.extend(std::iter::repeat_n(0, 4 * padding));
            packed.extend_from_slice(trailing.unwrap_or_default());
            let (found, rest) = unpack(CODECS[which], &packed, input, output).unwrap();
            prop_assert!(found == parts.concat());
            let expected = trailing.map_or(0, |trailing| trailing.len() + 4 * padding);
            prop_assert_eq!(rest, expected as u64);
        }

        #[test]
        fn flipped_bits_never_panic_and_hardly_ever_go_unnoticed(
            at in any::<proptest::sample::Index>(), bit in 0u8..8, which in 0..CODECS.len(),
        ) {
            let text = text(200);
            let mut packed = pack(CODECS[which], &text);
            let at = at.index(packed.len());
            packed[at] ^= 1 << bit;
            match unpack(CODECS[which], &packed, 1000, 1000) {
                // The header has bytes of no consequence, such as the time.
                Ok((found, _)) => prop_assert!(found == text),
                Err(error) => prop_assert!(Fault::of(&error).is_some(), "{}", error),
            }
        }
    }

    #[test]
    fn data_cut_off_anywhere_says_how_far_it_was_good() {
        let text = text(400);
        for codec in CODECS {
            let packed = pack(codec, &text);
            for end in 0..packed.len() {
                let error = unpack(codec, &packed[..end], 1000, 1000).unwrap_err();
                let Some(Fault::Damaged {
                    is_cut_off,
                    good,
                    at,
                    ..
                }) = Fault::of(&error)
                else {
                    panic!("{codec:?} cut at {end}: {error}");
                };
                assert!(is_cut_off, "{codec:?} cut at {end}: {error}");
                assert!(
                    *at <= end as u64 && *good <= text.len() as u64,
                    "{codec:?} cut at {end}: {error}"
                );
            }
        }
    }

    #[test]
    fn much_that_is_no_further_stream_is_damage() {
        let mut packed = pack(Codec::Gzip, b"a,b\n1,2\n");
        let end = packed.len();
        packed.extend(vec![b'x'; 5_000]);
        let error = unpack(Codec::Gzip, &packed, 1000, 1000).unwrap_err();
        let expected = Fault::Damaged {
            format: "gzip",
            is_cut_off: false,
            good: 8,
            at: end as u64,
        };
        assert_eq!(Fault::of(&error), Some(&expected));
        assert_eq!(
            error.to_string(),
            format!("its gzip data is damaged at byte {end}, after 8 bytes of good text")
        );
    }

    #[test]
    fn padding_between_streams_of_xz_is_passed_over() {
        let packed = [
            pack(Codec::Xz, b"one\n"),
            vec![0; 8],
            pack(Codec::Xz, b"two\n"),
        ]
        .concat();
        assert_eq!(unpack(Codec::Xz, &packed, 3, 3).unwrap().0, b"one\ntwo\n");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        // 4 GB of zeros in a few hundred KB, of which little more than the limit is unpacked.
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        let zeros = vec![0; 1 << 20];
        for _ in 0..1200 {
            encoder.write_all(&zeros).unwrap();
        }
        let packed = encoder.finish().unwrap();
        let mut unpacked = Unpacked::new(&packed[..], Codec::Zstd);
        let (mut buffer, mut total) = (vec![0; 1 << 20], 0);
        let error = loop {
            match unpacked.read(&mut buffer) {
                Ok(read) => total += read as u64,
                Err(error) => break error,
            }
        };
        assert!(
            matches!(Fault::of(&error), Some(Fault::Bomb { .. })),
            "{error}"
        );
        assert!(
            (HARMLESS - (1 << 20)..=HARMLESS).contains(&total),
            "{total}"
        );
        // It stays refused.
        assert!(unpacked.read(&mut buffer).is_err());
    }

    #[test]
    fn an_error_of_the_disk_is_no_damage() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(5))
            }
        }
        for codec in CODECS {
            let error = Unpacked::new(Broken, codec).read(&mut [0; 10]).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(5), "{codec:?}");
        }
    }
}
