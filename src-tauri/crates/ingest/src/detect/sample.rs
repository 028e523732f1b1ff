//! A bounded look at a file: its beginning, and pieces from all over it.

use std::io::{Read, Seek, SeekFrom};

use crate::Error;
use crate::source::Source;

/// A file up to this size is looked at whole.
const WHOLE: u64 = 4_000_000;
/// Bytes from the beginning of a larger one.
const HEAD: usize = 1_000_000;
/// Pieces from all over a larger one, and their size.
const PIECES: u64 = 24;
const PIECE: usize = 65_536;

/// What was looked at.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The beginning of the file.
    pub(crate) head: Vec<u8>,
    /// Whether that is the whole file.
    pub(crate) is_whole: bool,
    /// Pieces from further on, each beginning anywhere in a record.
    pub(crate) pieces: Vec<Vec<u8>>,
}

impl Sample {
    /// Reads a sample of a few megabytes.
    pub(crate) fn read(source: &Source) -> Result<Self, Error> {
        let mut file = source.handle()?;
        let mut piece = |start: u64, bytes: usize| -> Result<Vec<u8>, Error> {
            let failed = |cause| Error::reading(&source.path, cause);
            let mut buffer = Vec::with_capacity(bytes + 1);
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            file.by_ref()
                .take(bytes as u64)
                .read_to_end(&mut buffer)
                .map_err(failed)?;
            Ok(buffer)
        };
        #[cfg(any(test, fuzzing))]
        if let Some(head) = crate::fuzzing::tiny().and_then(|tiny| tiny.head) {
            return Ok(Self {
                head: piece(0, head)?,
                is_whole: head as u64 >= source.bytes,
                pieces: vec![piece(source.bytes / 2, head)?],
            });
        }
        if source.bytes <= WHOLE {
            let head = piece(0, source.bytes as usize)?;
            return Ok(Self {
                head,
                is_whole: true,
                pieces: Vec::new(),
            });
        }
        let head = piece(0, HEAD)?;
        let rest = source.bytes - HEAD as u64 - PIECE as u64;
        let pieces = (1..=PIECES)
            .map(|i| piece(HEAD as u64 + rest / PIECES * i, PIECE))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            head,
            is_whole: false,
            pieces,
        })
    }
}
