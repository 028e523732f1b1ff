//! Files inside files: compressed ones, and the members of a ZIP archive, unpacked while they are read.
//!
//! What a file is shows in its first bytes, not in its name. Nothing is ever unpacked to disk, so an archive that was made
//! to burst costs time at most: what unpacks to more than 2,000 times its size, once that is more than 1 GB, is
//! refused. Deflate cannot reach that (its most is 1,032), and tables as regular as can be stay far below it.

mod fault;
mod hashed;
mod raw;
mod unpack;
mod zip;

pub(crate) use fault::Fault;
pub(crate) use hashed::{Digest, HashedFile};
pub(crate) use unpack::Unpacked;
pub(crate) use zip::{Archive, Member};

/// A format of compressed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// The raw data of a ZIP archive's member.
    Deflate,
    /// The same with a larger window: what Windows makes of files over 2 GB.
    Deflate64,
}

impl Codec {
    /// The format's name as people know it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Deflate => "ZIP",
            Self::Deflate64 => "ZIP (Deflate64)",
        }
    }

    /// The format that data begins with.
    fn recognise(beginning: &[u8]) -> Option<Self> {
        match beginning {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // A frame that carries no data, with which some programs begin.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
                if rest.starts_with(b"1AY&SY") || rest.starts_with(b"\x17rE8P\x90") =>
            {
                Some(Self::Bzip2)
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => None,
        }
    }
}

/// Bytes of a beginning that tell any format apart, a tape archive's included.
pub(crate) const RECOGNISED_WITHIN: usize = 512;

/// What the beginning of some data says of its packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// It is compressed.
    Compressed(Codec),
    /// It is a ZIP archive, which may be a workbook.
    Zip,
    /// It is an archive of a kind that is not read; the name comes with its article.
    Unknown(&'static str),
    /// None that is known.
    None,
}

/// What the first bytes of some data, at most [`RECOGNISED_WITHIN`] of them, say of its packing.
pub(crate) fn recognise(beginning: &[u8]) -> Packing {
    if let Some(codec) = Codec::recognise(beginning) {
        return Packing::Compressed(codec);
    }
    // The second is that of an archive with nothing in it, the third that of one that was to be split.
    if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|mark| beginning.starts_with(mark))
    {
        return Packing::Zip;
    }
    const OTHERS: [(usize, &[u8], &str); 5] = [
        (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (0, b"Rar!\x1a\x07", "a RAR archive"),
        (0, b"\x1f\x9d", "a file packed by compress"),
        (0, b"\x04\x22\x4d\x18", "an LZ4 file"),
        (257, b"ustar", "a tar archive"),
    ];
    let is_there = |at: usize, mark: &[u8]| {
        beginning
            .get(at..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    OTHERS
        .iter()
        .find(|(at, mark, _)| is_there(*at, mark))
        .map_or(Packing::None, |(_, _, name)| Packing::Unknown(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for (beginning, packing) in [
            (&b"\x1f\x8b\x08\0"[..], Packing::Compressed(Codec::Gzip)),
            (b"\x28\xb5\x2f\xfd\x04", Packing::Compressed(Codec::Zstd)),
            (b"BZh91AY&SY", Packing::Compressed(Codec::Bzip2)),
            (b"\xfd7zXZ\0\0", Packing::Compressed(Codec::Xz)),
            (b"PK\x03\x04", Packing::Zip),
            (b"PK\x05\x06", Packing::Zip),
            (b"Rar!\x1a\x07\x01", Packing::Unknown("a RAR archive")),
            (b"BZh9,name,city", Packing::None),
            (b"a,b\n1,2\n", Packing::None),
            (b"", Packing::None),
        ] {
            assert_eq!(
                recognise(beginning),
                packing,
                "{}",
                beginning.escape_ascii()
            );
        }
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        assert_eq!(recognise(&tar), Packing::Unknown("a tar archive"));
    }
}
