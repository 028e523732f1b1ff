//! How the bytes of a file become text: decoded on the way, or just as they are.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::Error;
use crate::encoding::{Decoder, Encoding};
use crate::records::Position;
use crate::source::Source;

/// A text in UTF-8, from its first byte to its last.
///
/// Where it is decoded on the way, seeking back begins anew and reads up to there.
pub(crate) trait TextStream: Read + Seek + Send {}

impl<T: Read + Seek + Send> TextStream for T {}

/// What lies between the bytes of a file and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) encoding: Encoding,
    /// Bytes of the mark before the text, which are no part of it.
    pub(crate) mark: u64,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf8,
            mark: 0,
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
}

impl Text {
    /// Whether the stream is the file as it lies on the disk, byte for byte.
    fn is_verbatim(&self) -> bool {
        self.encoding == Encoding::Utf8
    }

    /// Where in the stream the text begins.
    pub(crate) fn start(&self) -> u64 {
        if self.is_verbatim() { self.mark } else { 0 }
    }

    /// Begins to read the text of a source, as often as needed.
    ///
    /// # Errors
    /// Those of the system.
    pub(crate) fn open(&self, source: &Source) -> Result<OpenText, Error> {
        if self.is_verbatim() {
            return Ok(OpenText {
                stream: Box::new(source.handle()?),
                start: self.mark,
                position: None,
            });
        }
        let position = Arc::new(Position::default());
        let mut handle = source.handle()?;
        let (encoding, mark, counted) = (self.encoding, self.mark, Arc::clone(&position));
        let open = move || -> io::Result<Box<dyn Read + Send>> {
            handle.seek(SeekFrom::Start(mark))?;
            let counted = Counted {
                source: handle.again()?,
                position: Arc::clone(&counted),
            };
            Ok(Box::new(Decoder::new(counted, encoding, mark)))
        };
        let stream = Restarting::new(open).map_err(|cause| Error::reading(&source.path, cause))?;
        Ok(OpenText {
            stream: Box::new(stream),
            start: 0,
            position: Some(position),
        })
    }
}

/// Tells how far its source has been read.
struct Counted<R> {
    source: R,
    position: Arc<Position>,
}

impl<R: Read + Seek> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.position.set(self.source.stream_position()?);
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
