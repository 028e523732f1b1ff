//! A bounded look at a file: its beginning, and pieces from all over it.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

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
    pub(crate) pieces: Vec<Piece>,
    /// The end of the file, where its beginning is not all of it.
    pub(crate) tail: Option<Piece>,
}

/// A piece of a file.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Where in the file it begins.
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Sample {
    /// Reads a sample of a few megabytes.
    pub(crate) fn read(source: &Source) -> Result<Self, Error> {
        Self::of_range(source, 0..source.bytes)
    }

    /// The same of some of the file's bytes, as if it had no others; [`Piece::offset`] counts from the first of them.
    pub(crate) fn of_range(source: &Source, range: Range<u64>) -> Result<Self, Error> {
        let size = range.end - range.start;
        let mut file = source.handle()?;
        let mut read = |start: u64, bytes: usize| -> Result<Vec<u8>, Error> {
            let failed = |cause| Error::reading(&source.path, cause);
            let mut buffer = Vec::with_capacity(bytes + 1);
            file.seek(SeekFrom::Start(range.start + start))
                .map_err(failed)?;
            file.by_ref()
                .take((bytes as u64).min(size - start))
                .read_to_end(&mut buffer)
                .map_err(failed)?;
            Ok(buffer)
        };
        let mut piece = |offset: u64, bytes: usize| -> Result<Piece, Error> {
            let bytes = read(offset, bytes)?;
            Ok(Piece { offset, bytes })
        };
        #[cfg(any(test, fuzzing))]
        if let Some(head) = crate::fuzzing::tiny().and_then(|tiny| tiny.head) {
            let end = size.saturating_sub(head as u64);
            let is_whole = end == 0;
            return Ok(Self {
                head: piece(0, head)?.bytes,
                is_whole,
                pieces: vec![piece(size / 2, head)?],
                tail: (!is_whole).then(|| piece(end, head)).transpose()?,
            });
        }
        if size <= WHOLE {
            return Ok(Self {
                head: piece(0, size as usize)?.bytes,
                is_whole: true,
                pieces: Vec::new(),
                tail: None,
            });
        }
        let head = piece(0, HEAD)?.bytes;
        let rest = size - HEAD as u64 - PIECE as u64;
        let pieces = (1..=PIECES)
            .map(|i| piece(HEAD as u64 + rest / PIECES * i, PIECE))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            head,
            is_whole: false,
            pieces,
            tail: Some(piece(size - PIECE as u64, PIECE)?),
        })
    }

    /// Reads a sample of a stream: its beginning, and pieces from a little further on.
    pub(crate) fn of_packed(source: &Source, stream: impl Read) -> Result<Self, Error> {
        let mut head = Vec::new();
        stream
            .take(WHOLE + 1)
            .read_to_end(&mut head)
            .map_err(|cause| Error::reading(&source.path, cause))?;
        let is_whole = head.len() as u64 <= WHOLE;
        let mut pieces = Vec::new();
        if !is_whole {
            let distance = (head.len() - HEAD) / PIECES as usize;
            pieces.extend(
                (HEAD..head.len() - PIECE)
                    .step_by(distance)
                    .map(|at| Piece {
                        offset: at as u64,
                        bytes: head[at..at + PIECE].to_vec(),
                    }),
            );
            head.truncate(HEAD);
        }
        Ok(Self {
            head,
            is_whole,
            pieces,
            tail: None,
        })
    }
}
