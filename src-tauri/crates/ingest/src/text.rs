//! How the bytes of a file become text: unpacked and decoded on the way, or just as they are.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::container::{Codec, HashedFile, Member, Unpacked};
use crate::encoding::{Decoder, Encoding, Undecodable};
use crate::receipt::Warning;
use crate::records::Position;
use crate::source::{Handle, Source};
use crate::{Cancel, Error, LineRange};

/// A text in UTF-8, from its first byte to its last.
///
/// Where it is unpacked or decoded on the way, seeking back begins anew and reads up to there.
pub(crate) trait TextStream: Read + Seek + Send {}

impl<T: Read + Seek + Send> TextStream for T {}

/// What lies between the bytes of a file and its text, from the outermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    /// The file of an archive that it stands in.
    pub(crate) member: Option<Member>,
    /// How it is compressed, inside the archive if there is one.
    pub(crate) codec: Option<Codec>,
    pub(crate) encoding: Encoding,
    /// Bytes of the mark before the text, which are no part of it.
    pub(crate) mark: u64,
    /// The part of it that counts as all of it; `None` where that is so.
    pub(crate) section: Option<Section>,
}

/// Some of the lines of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Lines above it.
    pub(crate) lines_above: u64,
    /// Its bytes in the text, as it is when it was unpacked and decoded; `u64::MAX` stands for the end of the text.
    pub(crate) range: Range<u64>,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            member: None,
            codec: None,
            encoding: Encoding::Utf8,
            mark: 0,
            section: None,
        }
    }
}

/// A text that is being read.
pub(crate) struct OpenText {
    pub(crate) stream: Box<dyn TextStream>,
    /// Where in the stream the text begins.
    pub(crate) start: u64,
    /// Bytes of the file that were read to get so far, where they are not those of the stream.
    pub(crate) position: Option<Arc<Position>>,
    /// What was found wrong on the way, once the text has been read to its end.
    pub(crate) flaws: Arc<Flaws>,
}

impl OpenText {
    /// The stream, at the beginning of the text.
    pub(crate) fn into_text(self, source: &Source) -> Result<Box<dyn TextStream>, Error> {
        let mut stream = self.stream;
        stream
            .seek(SeekFrom::Start(self.start))
            .map_err(|cause| Error::reading(&source.path, cause))?;
        Ok(stream)
    }
}

/// What a person should know of a text that was unpacked and decoded.
#[derive(Debug, Default)]
pub(crate) struct Flaws {
    undecodable: Mutex<Undecodable>,
    trailing: Arc<AtomicU64>,
}

impl Flaws {
    fn undecodable(&self) -> std::sync::MutexGuard<'_, Undecodable> {
        self.undecodable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let undecodable = self.undecodable();
        let first = undecodable.offsets.first().map_or(0, |&at| at + 1);
        let undecodable = Warning::counted(
            "undecodable_text",
            undecodable.count,
            &[],
            &format!(
                "one sequence of bytes, at byte {first} of the text, is none of its encoding; it was read as U+FFFD"
            ),
            &format!(
                "{{}} sequences of bytes, the first at byte {first} of the text, are none of its encoding; they were read as U+FFFD"
            ),
        );
        let trailing = Warning::counted(
            "trailing_bytes",
            self.trailing.load(Ordering::Relaxed),
            &[],
            "one byte after the end of the packed data belongs to nothing and was left alone",
            "{} bytes after the end of the packed data belong to nothing and were left alone",
        );
        undecodable.into_iter().chain(trailing).collect()
    }
}

impl Text {
    /// Whether the stream is the file as it lies on the disk, byte for byte.
    fn is_verbatim(&self) -> bool {
        self.is_part_verbatim() && self.section.is_none()
    }

    /// Whether it is at least a part of the file as it lies on the disk.
    fn is_part_verbatim(&self) -> bool {
        self.encoding == Encoding::Utf8 && !self.is_packed()
    }

    /// Lines above the part that counts.
    pub(crate) fn lines_above(&self) -> u64 {
        self.section.as_ref().map_or(0, |part| part.lines_above)
    }

    /// Which bytes of the file it is, where it lies there as it is read.
    pub(crate) fn range_in_file(&self, source: &Source) -> Option<Range<u64>> {
        let whole = self.mark..source.bytes;
        let range = match &self.section {
            None => whole,
            Some(Section { range, .. }) => {
                let place = |at: u64| whole.start.saturating_add(at).min(whole.end);
                place(range.start)..place(range.end)
            }
        };
        self.is_part_verbatim().then_some(range)
    }

    /// The same with no other lines than these, which end in `terminator`; reads the text up to the last of them.
    ///
    /// # Errors
    /// [`Error::Options`] where there are no such lines, [`Error::Cancelled`] and those of [`Text::open`].
    pub(crate) fn of_lines(
        self,
        source: &Source,
        lines: LineRange,
        terminator: u8,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        const PIECE: usize = 1 << 18;
        if !lines.is_possible() {
            return Err(Error::Options(format!(
                "lines {lines} cannot be read: lines are counted from 1, and the last is not above the first"
            )));
        }
        let mut stream = self.open(source)?.into_text(source)?;
        let mut buffer = vec![0; PIECE];
        // What was read, and the lines that end there.
        let (mut at, mut above) = (0, 0);
        let mut start = (lines.first == 1).then_some(0);
        let mut end = u64::MAX;
        'text: while start.is_none_or(|start| start >= at) || lines.last.is_some() {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let read = match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(Error::reading(&source.path, cause)),
            };
            for found in memchr::memchr_iter(terminator, &buffer[..read]) {
                above += 1;
                let next = at + found as u64 + 1;
                if above + 1 == lines.first {
                    start = Some(next);
                }
                if Some(above) == lines.last {
                    (at, end) = (next, next);
                    break 'text;
                }
            }
            at += read as u64;
        }
        match start.filter(|&start| start < at) {
            Some(start) => Ok(Self {
                section: Some(Section {
                    lines_above: lines.first - 1,
                    range: start..end,
                }),
                ..self
            }),
            None => Err(Error::Options(format!(
                "line {} is beyond the end of {}",
                lines.first,
                source.path.display()
            ))),
        }
    }

    /// Whether it has to be unpacked.
    pub(crate) fn is_packed(&self) -> bool {
        self.member.is_some() || self.codec.is_some()
    }

    /// Where in the stream the text begins.
    pub(crate) fn start(&self) -> u64 {
        if self.is_verbatim() { self.mark } else { 0 }
    }

    /// Begins to read a part of it.
    fn open_section(&self, range: &Range<u64>, source: &Source) -> Result<OpenText, Error> {
        let whole = Self {
            section: None,
            ..self.clone()
        };
        let open = if whole.is_verbatim() {
            // The file is hashed by itself, for a reader does not see all of it.
            let position = Arc::<Position>::default();
            let file = Counted {
                source: source.hashed_handle()?,
                position: Arc::clone(&position),
            };
            OpenText {
                position: Some(position),
                ..whole.open_verbatim(Box::new(file))
            }
        } else {
            whole.open(source)?
        };
        let place = |at: u64| open.start.saturating_add(at);
        let clipped = Clipped::new(open.stream, place(range.start)..place(range.end));
        let stream = clipped.map_err(|cause| Error::reading(&source.path, cause))?;
        Ok(OpenText {
            stream: Box::new(stream),
            start: 0,
            ..open
        })
    }

    /// Begins to read the text of a source, as often as needed.
    ///
    /// # Errors
    /// Those of the system, and of [`Member::open`].
    pub(crate) fn open(&self, source: &Source) -> Result<OpenText, Error> {
        if let Some(section) = &self.section {
            return self.open_section(&section.range, source);
        }
        if self.is_verbatim() {
            return Ok(self.open_verbatim(Box::new(source.hashed_handle()?)));
        }
        let flaws = Arc::<Flaws>::default();
        let position = Arc::<Position>::default();
        let file = source.hashed_handle()?;
        let (text, path) = (self.clone(), source.path.clone());
        let (counted, telling) = (Arc::clone(&position), Arc::clone(&flaws));
        let open = move || -> io::Result<Box<dyn Read + Send>> {
            let file = Counted {
                source: file.again()?,
                position: Arc::clone(&counted),
            };
            // What the error says is kept on its way through readers that know only the system's.
            let mut unpacked = text
                .unpack_file(&path, file, &telling)
                .map_err(io::Error::other)?;
            io::copy(&mut unpacked.by_ref().take(text.mark), &mut io::sink())?;
            Ok(Box::new(Telling {
                decoder: Decoder::new(unpacked, text.encoding, text.mark),
                flaws: Arc::clone(&telling),
            }))
        };
        let stream = Restarting::new(open).map_err(|cause| Error::reading(&source.path, cause))?;
        Ok(OpenText {
            stream: Box::new(stream),
            start: 0,
            position: Some(position),
            flaws,
        })
    }

    /// The same for a reader that hashes the bytes of the file itself if it sees them.
    ///
    /// # Errors
    /// Those of [`Text::open`].
    pub(crate) fn open_unhashed(&self, source: &Source) -> Result<OpenText, Error> {
        if self.is_verbatim() {
            return Ok(self.open_verbatim(Box::new(source.handle()?)));
        }
        self.open(source)
    }

    fn open_verbatim(&self, stream: Box<dyn TextStream>) -> OpenText {
        OpenText {
            stream,
            start: self.mark,
            position: None,
            flaws: Arc::default(),
        }
    }

    /// Begins to read the text as it is encoded.
    ///
    /// # Errors
    /// Those of [`Text::open`].
    pub(crate) fn unpack(&self, source: &Source) -> Result<Box<dyn Read + Send>, Error> {
        let file = Counted {
            source: source.hashed_handle()?,
            position: Arc::default(),
        };
        self.unpack_file(&source.path, file, &Flaws::default())
    }

    fn unpack_file(
        &self,
        path: &Path,
        file: Counted,
        flaws: &Flaws,
    ) -> Result<Box<dyn Read + Send>, Error> {
        let trailing = &flaws.trailing;
        Ok(match (&self.member, self.codec) {
            (None, None) => Box::new(file),
            (None, Some(codec)) => Box::new(Unpacked::new(file, codec).telling(trailing.clone())),
            (Some(member), None) => Box::new(member.open(path, file)?),
            (Some(member), Some(codec)) => {
                let inner = member.open(path, file)?;
                Box::new(Unpacked::new(inner, codec).telling(trailing.clone()))
            }
        })
    }
}

/// A file that tells how far it has been read.
struct Counted {
    source: HashedFile<Handle>,
    position: Arc<Position>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.position.set(self.source.position());
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// A part of a stream, as if there were nothing else.
struct Clipped<S> {
    stream: S,
    range: Range<u64>,
    /// Where in the stream the next byte is.
    position: u64,
}

impl<S: Read + Seek> Clipped<S> {
    /// The part, at its beginning.
    fn new(mut stream: S, range: Range<u64>) -> io::Result<Self> {
        let position = stream.seek(SeekFrom::Start(range.start))?;
        Ok(Self {
            stream,
            range,
            position,
        })
    }
}

impl<S: Read> Read for Clipped<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.range.end.saturating_sub(self.position);
        let room = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.stream.read(&mut buffer[..room])?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<S: Seek> Seek for Clipped<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let begins = self.range.start;
        let wanted = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => (self.position - begins).checked_add_signed(offset),
            // Where the stream ends need not be known.
            SeekFrom::End(_) => None,
        };
        let wanted = wanted.ok_or(io::ErrorKind::InvalidInput)?;
        let place = begins.saturating_add(wanted);
        self.position = self.stream.seek(SeekFrom::Start(place))?;
        Ok(self.position - begins)
    }
}

/// A text that tells what could not be decoded.
struct Telling<R> {
    decoder: Decoder<R>,
    flaws: Arc<Flaws>,
}

impl<R: Read> Read for Telling<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        // Whoever reads a part of the text does not come to its end.
        let known = self.flaws.undecodable().count;
        if known != self.decoder.undecodable().count {
            self.flaws
                .undecodable()
                .clone_from(self.decoder.undecodable());
        }
        Ok(read)
    }
}

/// A stream that can only be read forwards, and is opened anew to go back.
struct Restarting<F> {
    open: F,
    stream: Box<dyn Read + Send>,
    position: u64,
}

impl<F: FnMut() -> io::Result<Box<dyn Read + Send>>> Restarting<F> {
    fn new(mut open: F) -> io::Result<Self> {
        let stream = open()?;
        Ok(Self {
            open,
            stream,
            position: 0,
        })
    }
}

impl<F> Read for Restarting<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<F: FnMut() -> io::Result<Box<dyn Read + Send>>> Seek for Restarting<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            // Where the end is, is only known there.
            SeekFrom::End(_) => None,
        };
        let wanted = wanted.ok_or(io::ErrorKind::InvalidInput)?;
        if wanted < self.position {
            self.stream = (self.open)()?;
            self.position = 0;
        }
        let skipped = wanted - self.position;
        io::copy(&mut self.by_ref().take(skipped), &mut io::sink())?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn source(bytes: &[u8]) -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("source");
        std::fs::write(&path, bytes).unwrap();
        let source = Source::open(&path).unwrap();
        (folder, source)
    }

    const TEXT: &str = "名前,n\n山田,1\n佐藤,2\n";

    fn text(packed: &[u8], codec: Option<Codec>, is_archive: bool, encoding: Encoding) -> Text {
        let member = is_archive.then(|| {
            let archive = crate::container::Archive::read(Path::new("x"), io::Cursor::new(packed));
            archive.unwrap().members.remove(0)
        });
        Text {
            member,
            codec,
            encoding,
            ..Text::default()
        }
    }

    #[test]
    fn every_stack_of_layers_gives_the_text_again_and_again() {
        let sjis = Encoding::Other(encoding_rs::SHIFT_JIS);
        let encoded = encoding_rs::SHIFT_JIS.encode(TEXT).0;
        for (packed, codec, is_archive) in [
            (encoded.to_vec(), None, false),
            (gzip(&encoded), Some(Codec::Gzip), false),
            (zipped("a.csv", &encoded), None, true),
            (zipped("a.csv.gz", &gzip(&encoded)), Some(Codec::Gzip), true),
        ] {
            let (_folder, source) = source(&packed);
            let mut open = text(&packed, codec, is_archive, sjis)
                .open(&source)
                .unwrap();
            let mut found = String::new();
            open.stream.read_to_string(&mut found).unwrap();
            assert_eq!(found, TEXT);
            for at in [0, 7, 3, TEXT.len() as u64, 100] {
                open.stream.seek(SeekFrom::Start(at)).unwrap();
                let mut rest = Vec::new();
                open.stream.read_to_end(&mut rest).unwrap();
                assert_eq!(rest, TEXT.as_bytes().get(at as usize..).unwrap_or_default());
            }
            assert!(open.position.unwrap().get() > 0);
            let hash = blake3::hash(&packed).to_hex().to_string();
            let expected = (packed.len() as u64, hash);
            assert_eq!(source.hash(&Cancel::new()).unwrap(), expected);
            // Once more, for the next pass.
            assert_eq!(source.hash(&Cancel::new()).unwrap(), expected);
        }
    }

    #[test]
    fn marks_are_no_part_of_the_text_and_flaws_are_told() {
        let (_folder, source) = source(b"\xef\xbb\xbfa\n");
        let marked = Text {
            mark: 3,
            ..Text::default()
        };
        let mut found = String::new();
        let mut open = marked.open(&source).unwrap();
        assert_eq!((open.start, marked.start()), (3, 3));
        open.stream.read_to_string(&mut found).unwrap();
        assert_eq!(found, "\u{feff}a\n");

        let packed = [gzip(b"a\n\x81\n"), b"tail".to_vec()].concat();
        let (_folder, source) = self::source(&packed);
        let sjis = Encoding::Other(encoding_rs::SHIFT_JIS);
        let mut open = text(&packed, Some(Codec::Gzip), false, sjis)
            .open(&source)
            .unwrap();
        let mut found = String::new();
        open.stream.read_to_string(&mut found).unwrap();
        assert_eq!(found, "a\n\u{fffd}\n");
        let warnings = open.flaws.warnings();
        let kinds: Vec<_> = warnings
            .iter()
            .map(|w| (w.kind.as_str(), w.count))
            .collect();
        assert_eq!(kinds, [("undecodable_text", 1), ("trailing_bytes", 4)]);
        assert!(warnings[0].message.contains("at byte 3"), "{warnings:?}");
    }

    #[test]
    fn damage_is_told_in_one_sentence() {
        let whole = gzip(TEXT.repeat(100).as_bytes());
        let packed = &whole[..whole.len() - 20];
        let (_folder, source) = source(packed);
        let mut open = text(packed, Some(Codec::Gzip), false, Encoding::Utf8)
            .open(&source)
            .unwrap();
        let error = io::copy(&mut open.stream, &mut io::sink()).unwrap_err();
        let error = Error::reading(&source.path, error);
        assert_eq!(error.code(), "damaged_file");
        assert!(
            error
                .to_string()
                .contains("its gzip data breaks off at byte"),
            "{error}"
        );
    }
}
