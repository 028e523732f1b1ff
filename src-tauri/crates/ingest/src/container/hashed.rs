//! A file that is hashed while it is read, whatever is made of its bytes.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Cancel;
use crate::source::Handle;

/// A stretch that was skipped is read for the hash at once if it is no longer than this; otherwise at the end.
const SHORT_GAP: u64 = 1 << 20;

#[derive(Debug, Default)]
struct Hashing {
    hasher: blake3::Hasher,
    /// All bytes before this one were hashed.
    hashed_to: u64,
}

/// The hash of a file, taken along the way by those who read it. Every byte is hashed once and in its order, however often
/// it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Digest(Arc<Mutex<Hashing>>);

impl Digest {
    fn hashing(&self) -> std::sync::MutexGuard<'_, Hashing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all that was read.
    pub(crate) fn reset(&self) {
        *self.hashing() = Hashing::default();
    }

    /// Takes bytes that begin at this place of the file into account.
    fn update(&self, position: u64, bytes: &[u8]) {
        let mut hashing = self.hashing();
        let Some(known) = hashing.hashed_to.checked_sub(position) else {
            // Something before is still missing: these will be read again.
            return;
        };
        let new = bytes.get(known as usize..).unwrap_or_default();
        hashing.hasher.update(new);
        hashing.hashed_to += new.len() as u64;
    }

    /// Reads what nobody has read yet; the size of the file and its BLAKE3 hash in hexadecimal. `None` when cancelled.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn finish(
        &self,
        file: &mut (impl Read + Seek),
        cancel: &Cancel,
    ) -> io::Result<Option<(u64, String)>> {
        const PIECE: usize = 1 << 20;
        let mut buffer = vec![0; PIECE];
        let mut position = self.hashing().hashed_to;
        file.seek(SeekFrom::Start(position))?;
        loop {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let read = match file.read(&mut buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if read == 0 {
                let hash = self.hashing().hasher.finalize().to_hex().to_string();
                return Ok(Some((position, hash)));
            }
            self.update(position, &buffer[..read]);
            position += read as u64;
        }
    }
}

/// A file that takes part in a [`Digest`].
#[derive(Debug)]
pub(crate) struct HashedFile<R> {
    file: R,
    position: u64,
    digest: Digest,
}

impl<R: Read + Seek> HashedFile<R> {
    /// A file that stands at its beginning.
    pub(crate) fn new(file: R, digest: Digest) -> Self {
        Self {
            file,
            position: 0,
            digest,
        }
    }

    /// Where the next byte that is read stands in the file.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}

impl HashedFile<Handle> {
    /// Another handle to the same file, at its beginning.
    pub(crate) fn again(&self) -> io::Result<Self> {
        let mut file = self.file.again()?;
        file.rewind()?;
        Ok(Self::new(file, self.digest.clone()))
    }
}

impl<R: Read> Read for HashedFile<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.digest.update(self.position, &buffer[..read]);
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for HashedFile<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(target) => target,
            other => {
                // Where that is only the file knows.
                self.position = self.file.seek(other)?;
                return Ok(self.position);
            }
        };
        let from = self.digest.hashing().hashed_to;
        if target
            .checked_sub(from)
            .is_some_and(|gap| (1..=SHORT_GAP).contains(&gap))
        {
            self.position = self.file.seek(SeekFrom::Start(from))?;
            let mut gap = self.by_ref().take(target - from);
            io::copy(&mut gap, &mut io::sink())?;
        }
        self.position = self.file.seek(SeekFrom::Start(target))?;
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    proptest! {
        #[test]
        fn every_byte_is_hashed_once_in_its_order(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            steps in proptest::collection::vec((0u64..450, 0usize..200, any::<bool>()), 0..12),
        ) {
            let digest = Digest::default();
            let mut file = HashedFile::new(Cursor::new(&bytes), digest.clone());
            for (target, length, is_new) in steps {
                if is_new {
                    file = HashedFile::new(Cursor::new(&bytes), digest.clone());
                }
                file.seek(SeekFrom::Start(target)).unwrap();
                let mut buffer = vec![0; length];
                let read = file.read(&mut buffer).unwrap();
                let start = bytes.len().min(target as usize);
                prop_assert_eq!(&buffer[..read], &bytes[start..start + read]);
            }
            let found = digest.finish(&mut Cursor::new(&bytes), &Cancel::new()).unwrap();
            let expected = (bytes.len() as u64, blake3::hash(&bytes).to_hex().to_string());
            prop_assert_eq!(found, Some(expected));
        }
    }
}
