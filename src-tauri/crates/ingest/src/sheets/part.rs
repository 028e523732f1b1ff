//! The bytes of a part, inflated on a thread of their own while what came before is parsed.

use std::io::{self, Read};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use flate2::{Decompress, FlushDecompress, Status};

use super::archive::{Archive, Entry, Method, SharedFile, Stretch};
use crate::Error;

/// Uncompressed bytes that are handed over at once.
const PIECE: usize = 262_144;
/// Pieces that wait to be parsed.
const WAITING: usize = 4;
/// Compressed bytes below which a part is inflated where it is parsed: a thread would cost more than it gains.
const WORTH_A_THREAD: u64 = 65_536;

/// How much a part may inflate to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Uncompressed bytes of a part.
    pub(crate) part: u64,
    /// Uncompressed bytes up to which any ratio is fine.
    pub(crate) unquestioned: u64,
    /// Uncompressed bytes for each compressed one, beyond that.
    pub(crate) ratio: u64,
}

impl Limits {
    /// The same for a part that only lists things, and is kept in memory.
    pub(crate) fn of_a_list(self) -> Self {
        const LARGEST_LIST: u64 = 64_000_000;
        Self {
            part: self.part.min(LARGEST_LIST),
            ..self
        }
    }
}

impl Default for Limits {
    /// A sheet of a million rows has less than a gigabyte, and its text compresses about twenty to one.
    fn default() -> Self {
        Self {
            part: 8_000_000_000,
            unquestioned: 100_000_000,
            ratio: 1_000,
        }
    }
}

/// How a part ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Whole, with the right check sum.
    Whole,
    /// Too early or with bytes that cannot be inflated: what came before is all there is.
    Damaged(&'static str),
    /// It inflates to more than it may; the sentence says what limit was passed.
    Bomb(&'static str),
    /// The disk failed.
    Failed(io::ErrorKind),
}

/// A piece of a part.
struct Piece {
    bytes: Vec<u8>,
    /// Compressed bytes that were read to get so far.
    position: u64,
    /// Set on the last piece.
    ending: Option<Ending>,
}

/// Inflates a part piece by piece.
struct Inflater {
    source: Stretch,
    /// `None` for a part that is stored as it is.
    inflate: Option<Decompress>,
    limits: Limits,
    input: Vec<u8>,
    input_at: usize,
    read: u64,
    written: u64,
    /// The check sum so far, and the one that the directory tells.
    crc: crc32fast::Hasher,
    expected: Option<u32>,
    is_cut_off: bool,
}

impl Inflater {
    fn new(
        archive: &Archive,
        entry: &Entry,
        limits: Limits,
    ) -> Result<Result<Self, &'static str>, Error> {
        const INPUT: usize = 65_536;
        if entry.is_encrypted {
            return Ok(Err("it is encrypted"));
        }
        let inflate = match entry.method {
            Method::Stored => None,
            Method::Deflated => Some(Decompress::new(false)),
            Method::Other(_) => return Ok(Err("it is compressed in a way that no spreadsheet is")),
        };
        let file = &archive.file;
        let Some(start) = archive
            .data_start(entry)
            .map_err(|cause| Error::reading(&file.path, cause))?
        else {
            return Ok(Err("it is not where the file's directory says"));
        };
        Ok(Ok(Self {
            source: Stretch::new(file, start, entry.compressed),
            inflate,
            limits,
            input: Vec::with_capacity(INPUT),
            input_at: 0,
            read: 0,
            written: 0,
            crc: crc32fast::Hasher::new(),
            expected: entry.crc,
            is_cut_off: Stretch::is_cut_off(file, start, entry.compressed),
        }))
    }

    /// Reads more compressed bytes once all were used; whether there are any.
    fn refill(&mut self) -> io::Result<bool> {
        if self.input_at == self.input.len() {
            self.input.resize(self.input.capacity(), 0);
            let read = self.source.read(&mut self.input)?;
            self.input.truncate(read);
            self.input_at = 0;
            self.read += read as u64;
        }
        Ok(self.input_at < self.input.len())
    }

    /// Fills `bytes`, which is empty, as far as there is anything left.
    fn piece(&mut self, mut bytes: Vec<u8>) -> Piece {
        bytes.clear();
        bytes.reserve(PIECE);
        let ending = self.fill(&mut bytes).err();
        self.crc.update(&bytes);
        self.written += bytes.len() as u64;
        let ending = match ending {
            Some(Ending::Whole)
                if self
                    .expected
                    .is_some_and(|crc| crc != self.crc.clone().finalize()) =>
            {
                Some(Ending::Damaged("its check sum is wrong"))
            }
            None if self.written > self.limits.part => {
                Some(Ending::Bomb("one of its parts is larger than it can be"))
            }
            None if self.written > self.limits.unquestioned
                && self.written / self.limits.ratio > self.read =>
            {
                Some(Ending::Bomb(
                    "one of its parts grows to more than a thousand times its size",
                ))
            }
            other => other,
        };
        Piece {
            bytes,
            position: self.read - (self.input.len() - self.input_at) as u64,
            ending,
        }
    }

    /// Inflates until `bytes` is full; `Err` says how the part ended.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> Result<(), Ending> {
        const CUT_OFF: Ending = Ending::Damaged("the file ends in the middle of it");
        while bytes.len() < bytes.capacity() {
            let has_input = self
                .refill()
                .map_err(|cause| Ending::Failed(cause.kind()))?;
            let input = &self.input[self.input_at..];
            let Some(inflate) = &mut self.inflate else {
                if !has_input {
                    return Err(if self.is_cut_off {
                        CUT_OFF
                    } else {
                        Ending::Whole
                    });
                }
                let taken = input.len().min(bytes.capacity() - bytes.len());
                bytes.extend_from_slice(&input[..taken]);
                self.input_at += taken;
                continue;
            };
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress_vec(input, bytes, FlushDecompress::None);
            self.input_at += (inflate.total_in() - before_in) as usize;
            match status {
                Ok(Status::StreamEnd) => return Err(Ending::Whole),
                Ok(_) if has_input || inflate.total_out() > before_out => {}
                Ok(_) => return Err(CUT_OFF),
                Err(_) => {
                    return Err(Ending::Damaged("it cannot be unpacked beyond this place"));
                }
            }
        }
        Ok(())
    }
}

enum Supply {
    Here(Box<Inflater>),
    Thread {
        pieces: Receiver<Piece>,
        emptied: Sender<Vec<u8>>,
        thread: Option<JoinHandle<()>>,
    },
    /// It cannot be read at all.
    Nothing,
}

/// The uncompressed bytes of a part, one piece after the other.
pub(crate) struct Part {
    supply: Supply,
    ending: Option<Ending>,
    position: u64,
    file: Arc<SharedFile>,
}

impl Part {
    /// Opens a part; one that cannot be read is empty and [`Ending::Damaged`].
    ///
    /// # Errors
    /// [`Error::Read`] if the disk fails.
    pub(crate) fn open(archive: &Archive, entry: &Entry, limits: Limits) -> Result<Self, Error> {
        let mut ending = None;
        let supply = match Inflater::new(archive, entry, limits)? {
            Err(why) => {
                ending = Some(Ending::Damaged(why));
                Supply::Nothing
            }
            Ok(inflater) if entry.compressed < WORTH_A_THREAD => Supply::Here(Box::new(inflater)),
            Ok(inflater) => Self::on_a_thread(inflater),
        };
        Ok(Self {
            supply,
            ending,
            position: 0,
            file: Arc::clone(&archive.file),
        })
    }

    fn on_a_thread(mut inflater: Inflater) -> Supply {
        let (send, pieces) = bounded::<Piece>(WAITING);
        let (emptied, refill) = bounded::<Vec<u8>>(WAITING + 2);
        // A thread that cannot be had is no reason to fail: the inflater then stays here.
        let (hand_over, take_over) = bounded::<Inflater>(1);
        let spawned = std::thread::Builder::new()
            .name("inflate".into())
            .spawn(move || {
                let Ok(mut inflater) = take_over.recv() else {
                    return;
                };
                loop {
                    let piece = inflater.piece(refill.try_recv().unwrap_or_default());
                    let is_last = piece.ending.is_some();
                    // Nobody listens any more once the reader was dropped.
                    if send.send(piece).is_err() || is_last {
                        return;
                    }
                }
            });
        match spawned {
            Ok(thread) => match hand_over.send(inflater) {
                Ok(()) => Supply::Thread {
                    pieces,
                    emptied,
                    thread: Some(thread),
                },
                Err(returned) => {
                    inflater = returned.into_inner();
                    Supply::Here(Box::new(inflater))
                }
            },
            Err(_) => Supply::Here(Box::new(inflater)),
        }
    }

    /// Appends the next piece to `to`; `false` at the end.
    pub(crate) fn append(&mut self, to: &mut Vec<u8>) -> bool {
        if self.ending.is_some() {
            return false;
        }
        let piece = match &mut self.supply {
            Supply::Nothing => return false,
            Supply::Here(inflater) => inflater.piece(Vec::new()),
            Supply::Thread { pieces, .. } => match pieces.recv() {
                Ok(piece) => piece,
                Err(_) => {
                    self.ending = Some(Ending::Damaged("it could not be unpacked"));
                    return false;
                }
            },
        };
        to.extend_from_slice(&piece.bytes);
        if let Supply::Thread { emptied, .. } = &self.supply {
            // Full only if the thread has ended; the buffer is then of no more use.
            drop(emptied.try_send(piece.bytes));
        }
        self.position = piece.position;
        self.ending = piece.ending;
        true
    }

    /// Compressed bytes that were read to get so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// How the part ended; `None` while there is more.
    pub(crate) fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// The error of an ending that is no mere damage.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.ending {
            Some(Ending::Failed(kind)) => Err(Error::reading(&self.file.path, (*kind).into())),
            Some(Ending::Bomb(what)) => Err(Error::Workbook {
                path: self.file.path.clone(),
                what: format!(
                    "was not opened to its end, for {what}: no real spreadsheet does that; ask where it comes from"
                ),
            }),
            _ => Ok(()),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Supply::Thread { thread, .. } = &mut self.supply {
            let thread = thread.take();
            // The channel is closed first, so that the thread has nothing to wait for.
            self.supply = Supply::Nothing;
            if let Some(thread) = thread {
                drop(thread.join());
            }
        }
    }
}
