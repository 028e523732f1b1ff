//! How the bytes of a file become text: unpacked, decoded, or just as they are.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Error;
use crate::container::{Codec, HashedFile, Member, Unpacked};
use crate::encoding::{Decoder, Encoding, Undecodable};
use crate::records::Position;
use crate::source::{Handle, Source};

/// A text in UTF-8, from its first byte to its last.
///
/// Where it is unpacked or decoded on the way, seeking back begins anew and reads up to there.
pub(crate) trait TextStream: Read + Seek + Send {}

impl<T: Read + Seek + Send> TextStream for T {}

/// What lies between the bytes of a file and its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Text {
    /// Nothing: the file is the text, a mark at its beginning included.
    #[default]
    Verbatim,
    /// At least one layer; the text begins after any mark.
    Layered(Layers),
}

/// The layers around a text, from the outermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layers {
    /// The file of an archive that it stands in.
    pub(crate) member: Option<Member>,
    /// How it is compressed, inside the archive if there is one.
    pub(crate) codec: Option<Codec>,
    pub(crate) encoding: Encoding,
    /// Bytes of the mark with which it begins.
    pub(crate) mark: usize,
}

/// A text that is being read.
pub(crate) struct OpenText {
    pub(crate) stream: Box<dyn TextStream>,
    /// Bytes of the file that were read to get so far, where they are not those of the text.
    pub(crate) position: Option<Arc<Position>>,
    /// What was found wrong with the layers, once the text was read to its end.
    pub(crate) flaws: Arc<Flaws>,
}

/// What a person should know of a text that was unpacked and decoded.
#[derive(Debug, Default)]
pub(crate) struct Flaws {
    undecodable: Mutex<Undecodable>,
    trailing: Arc<AtomicU64>,
}

impl Flaws {
    /// What could not be decoded.
    pub(crate) fn undecodable(&self) -> Undecodable {
        self.undecodable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Bytes after the end of the packed data that belong to nothing and were left alone.
    pub(crate) fn trailing(&self) -> u64 {
        self.trailing.load(Ordering::Relaxed)
    }
}

impl Text {
    /// Begins to read the text of a source, as often as needed.
    pub(crate) fn open(&self, source: &Source) -> Result<OpenText, Error> {
        let flaws = Arc::<Flaws>::default();
        match self {
            Self::Verbatim => Ok(OpenText {
                stream: Box::new(source.handle()?),
                position: None,
                flaws,
            }),
            Self::Layered(layers) => {
                let position = Arc::<Position>::default();
                let stream = LayeredText {
                    layers: layers.clone(),
                    path: source.path.clone(),
                    file: source.hashed_handle()?,
                    position: position.clone(),
                    flaws: flaws.clone(),
                    stream: None,
                    offset: 0,
                };
                Ok(OpenText {
                    stream: Box::new(stream),
                    position: Some(position),
                    flaws,
                })
            }
        }
    }
}

impl Layers {
    /// The bytes of a file that lie inside its archive and its compression, before they are decoded.
    ///
    /// # Errors
    /// Those of [`Member::open`].
    pub(crate) fn unpack(&self, source: &Source) -> Result<Box<dyn Read + Send>, Error> {
        let file = Counted {
            file: source.hashed_handle()?,
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

/// A file that tells how far it was read.
struct Counted {
    file: HashedFile<Handle>,
    position: Arc<Position>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.position.set(self.file.position());
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

type Stream = Decoder<Box<dyn Read + Send>>;

/// A text inside layers, opened when it is first read.
struct LayeredText {
    layers: Layers,
    path: std::path::PathBuf,
    file: HashedFile<Handle>,
    position: Arc<Position>,
    flaws: Arc<Flaws>,
    stream: Option<Stream>,
    /// Where the stream is in the text.
    offset: u64,
}

impl LayeredText {
    fn stream(&mut self) -> io::Result<&mut Stream> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let file = Counted {
                    file: self.file.again()?,
                    position: self.position.clone(),
                };
                // The error keeps what it says on its way through readers that know only the system's.
                let mut inner = self
                    .layers
                    .unpack_file(&self.path, file, &self.flaws)
                    .map_err(io::Error::other)?;
                let mark = self.layers.mark as u64;
                io::copy(&mut inner.by_ref().take(mark), &mut io::sink())?;
                self.offset = 0;
                Decoder::new(inner, self.layers.encoding, mark)
            }
        };
        Ok(self.stream.insert(stream))
    }
}

impl Read for LayeredText {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let stream = self.stream()?;
        let read = stream.read(out)?;
        if read == 0 && !out.is_empty() {
            let undecodable = stream.undecodable().clone();
            *self
                .flaws
                .undecodable
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = undecodable;
        }
        self.offset += read as u64;
        Ok(read)
    }
}

impl Seek for LayeredText {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(target) => target,
            SeekFrom::Current(0) => return Ok(self.offset),
            _ => return Err(io::ErrorKind::Unsupported.into()),
        };
        if target < self.offset {
            self.stream = None;
            self.offset = 0;
        }
        let skipped = target - self.offset;
        if skipped > 0 {
            io::copy(&mut self.by_ref().take(skipped), &mut io::sink())?;
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cancel;
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

    fn layers(packed: &[u8], codec: Option<Codec>, is_archive: bool, encoding: Encoding) -> Layers {
        let member = is_archive.then(|| {
            let archive = crate::container::Archive::read(Path::new("x"), io::Cursor::new(packed));
            archive.unwrap().members.remove(0)
        });
        Layers {
            member,
            codec,
            encoding,
            mark: 0,
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
            let text = Text::Layered(layers(&packed, codec, is_archive, sjis));
            let mut open = text.open(&source).unwrap();
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
        let marked = Layers {
            member: None,
            codec: None,
            encoding: Encoding::Utf8,
            mark: 3,
        };
        let mut text = String::new();
        let mut open = Text::Layered(marked).open(&source).unwrap();
        open.stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\n");

        let packed = [gzip(b"a\n\x81\n"), b"tail".to_vec()].concat();
        let (_folder, source) = self::source(&packed);
        let layers = layers(
            &packed,
            Some(Codec::Gzip),
            false,
            Encoding::Other(encoding_rs::SHIFT_JIS),
        );
        let mut open = Text::Layered(layers).open(&source).unwrap();
        let mut text = String::new();
        open.stream.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\n\u{fffd}\n");
        assert_eq!(open.flaws.undecodable().offsets, [2]);
        assert_eq!(open.flaws.trailing(), 4);
    }

    #[test]
    fn damage_is_told_in_one_sentence() {
        let whole = gzip(TEXT.repeat(100).as_bytes());
        let packed = &whole[..whole.len() - 20];
        let (_folder, source) = source(packed);
        let layers = layers(packed, Some(Codec::Gzip), false, Encoding::Utf8);
        let mut open = Text::Layered(layers).open(&source).unwrap();
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
