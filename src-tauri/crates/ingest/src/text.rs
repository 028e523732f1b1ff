//! How the bytes of a file become text: unpacked, decoded, or just as they are.

use std::io::{Read, Seek};
use std::sync::Arc;

use crate::Error;
use crate::records::Position;
use crate::source::Source;

/// A text in UTF-8, from its first byte to its last.
///
/// Where it is unpacked or decoded on the way, seeking back begins anew and reads up to there.
pub(crate) trait TextStream: Read + Seek + Send {}

impl<T: Read + Seek + Send> TextStream for T {}

/// What lies between the bytes of a file and its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Text {
    /// Nothing: the file is the text.
    #[default]
    Verbatim,
}

/// A text that is being read.
pub(crate) struct OpenText {
    pub(crate) stream: Box<dyn TextStream>,
    /// Bytes of the file that were read to get so far, where they are not those of the text.
    pub(crate) position: Option<Arc<Position>>,
}

impl Text {
    /// Begins to read the text of a source, as often as needed.
    pub(crate) fn open(&self, source: &Source) -> Result<OpenText, Error> {
        match self {
            Self::Verbatim => Ok(OpenText {
                stream: Box::new(source.handle()?),
                position: None,
            }),
        }
    }
}
