//! The members of a ZIP archive.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use ::zip::CompressionMethod;

use super::unpack::{Check, Unpacked};
use super::{Codec, Fault};
use crate::Error;

/// Members that an archive may have: its directory is kept in memory.
const MOST_MEMBERS: u64 = 100_000;

/// A file in a ZIP archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its path in the archive, with slashes.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Bytes that it takes in the archive.
    pub(crate) packed: u64,
    /// Where its header begins in the file, in bytes.
    header: u64,
    crc32: u32,
    packing: MemberPacking,
}

/// How a member is packed, as far as it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MemberPacking {
    /// `None` for one that is stored as it is.
    Codec(Option<Codec>),
    Encrypted,
    Unknown,
}

/// A ZIP archive's directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Archive {
    /// The files in their order; folders, and what systems put into archives for themselves, are left out.
    pub(crate) members: Vec<Member>,
    /// Names of all entries, by which a workbook is known.
    pub(crate) names: Vec<String>,
}

impl Archive {
    /// Reads the directory of an archive; `path` is for what errors say.
    ///
    /// # Errors
    /// [`Error::Archive`] for one that is damaged or made to burst, and those of reading.
    pub(crate) fn read<R: Read + Seek>(path: &Path, mut file: R) -> Result<Self, Error> {
        let archive = |what: String| Error::Archive {
            path: path.to_owned(),
            what,
        };
        let failed = |cause| Error::reading(path, cause);
        let size = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let count = count(&mut file, size).map_err(failed)?;
        if count.is_some_and(|count| count > MOST_MEMBERS) {
            return Err(archive(format!(
                "it has more than {MOST_MEMBERS} files inside: unpack it and convert those that you need"
            )));
        }
        let mut file = io::BufReader::with_capacity(1 << 16, file);
        let damaged = || {
            archive("its directory, which stands at its end, is damaged or missing: get a fresh copy of it".into())
        };
        let directory = match ::zip::ZipArchive::new(&mut file) {
            Ok(directory) => directory,
            // An error of the operating system has a number.
            Err(::zip::result::ZipError::Io(cause)) if cause.raw_os_error().is_some() => {
                return Err(failed(cause));
            }
            Err(_) => return Err(damaged()),
        };
        let mut found = Self::default();
        for i in 0..directory.len() {
            let entry = directory.by_index_data(i).map_err(|_| damaged())?;
            let name = match entry.name() {
                Ok(name) => name.into_owned(),
                Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
            };
            found.names.push(name.clone());
            if entry.is_dir() || entry.is_symlink() || is_of_a_system(&name) {
                continue;
            }
            let packing = match entry.compression() {
                _ if entry.encrypted() => MemberPacking::Encrypted,
                CompressionMethod::AES => MemberPacking::Encrypted,
                CompressionMethod::STORE => MemberPacking::Codec(None),
                CompressionMethod::DEFLATE => MemberPacking::Codec(Some(Codec::Deflate)),
                CompressionMethod::DEFLATE64 => MemberPacking::Codec(Some(Codec::Deflate64)),
                CompressionMethod::BZIP2 => MemberPacking::Codec(Some(Codec::Bzip2)),
                CompressionMethod::ZSTD => MemberPacking::Codec(Some(Codec::Zstd)),
                CompressionMethod::XZ => MemberPacking::Codec(Some(Codec::Xz)),
                _ => MemberPacking::Unknown,
            };
            found.members.push(Member {
                name,
                bytes: entry.size(),
                packed: entry.compressed_size(),
                header: entry.header_start(),
                crc32: entry.crc32(),
                packing,
            });
        }
        // The members of an honest archive stand one after another.
        let packed = found
            .members
            .iter()
            .fold(0u64, |sum, member| sum.saturating_add(member.packed));
        if packed > size {
            return Err(archive(
                "its files overlap, as in an archive that is made to fill disks".into(),
            ));
        }
        Ok(found)
    }
}

impl Member {
    /// Begins to unpack the member from its archive.
    ///
    /// # Errors
    /// [`Error::Archive`] for one that is encrypted or packed in a way that is not known, and those of reading.
    pub(crate) fn open<R: Read + Seek>(
        &self,
        path: &Path,
        mut file: R,
    ) -> Result<Unpacked<R>, Error> {
        let refused = |what: &str| {
            Err(Error::Archive {
                path: path.to_owned(),
                what: format!("{} in it {what}", self.name),
            })
        };
        let codec = match self.packing {
            MemberPacking::Codec(codec) => codec,
            MemberPacking::Encrypted => {
                return refused(
                    "is protected by a password: unpack it with that and convert what comes out",
                );
            }
            MemberPacking::Unknown => {
                return refused(
                    "is packed in a way that is not known here: unpack it and convert what comes out",
                );
            }
        };
        let start = self
            .data_start(&mut file)
            .map_err(|cause| Error::reading(path, cause))?;
        let check = Check {
            bytes: self.bytes,
            crc32: self.crc32,
        };
        Ok(Unpacked::member(file, codec, start, self.packed, check))
    }

    /// Goes to where the member's data begins: after its own header, whose length the directory does not tell.
    fn data_start<R: Read + Seek>(&self, file: &mut R) -> io::Result<u64> {
        let damaged = |is_cut_off| Fault::Damaged {
            format: "ZIP",
            is_cut_off,
            good: 0,
            at: self.header,
        };
        file.seek(SeekFrom::Start(self.header))?;
        let mut header = [0; 30];
        file.read_exact(&mut header)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => damaged(true).into(),
                _ => error,
            })?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(damaged(false).into());
        }
        let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let start = self.header + header.len() as u64 + length(26) + length(28);
        file.seek(SeekFrom::Start(start))
    }
}

/// Whether a file is one that a system or a program keeps for itself.
fn is_of_a_system(name: &str) -> bool {
    let is_hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
    name.split(['/', '\\']).any(is_hidden)
        || ["Thumbs.db", "desktop.ini"].iter().any(|known| {
            name.rsplit('/')
                .next()
                .is_some_and(|last| last.eq_ignore_ascii_case(known))
        })
}

/// How many entries the end of the archive says there are, before any of them is kept in memory.
fn count<R: Read + Seek>(file: &mut R, size: u64) -> io::Result<Option<u64>> {
    /// The end's own size, the most that may follow it, and the size of what tells where the larger numbers are.
    const END: usize = 22;
    const COMMENT: u64 = 65_535;
    const LOCATOR: usize = 20;
    let start = size.saturating_sub(COMMENT + (END + LOCATOR) as u64);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.take(size - start).read_to_end(&mut tail)?;
    let Some(end) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else {
        return Ok(None);
    };
    let Some(count) = tail.get(end + 10..end + 12) else {
        return Ok(None);
    };
    let count = u64::from(u16::from_le_bytes([count[0], count[1]]));
    if count < 0xffff {
        return Ok(Some(count));
    }
    // The number of an archive of more than 65,535 entries stands elsewhere.
    let locator = end.checked_sub(LOCATOR).map(|at| &tail[at..end]);
    let Some([b'P', b'K', 6, 7, _, _, _, _, place @ .., _, _, _, _]) = locator else {
        return Ok(Some(count));
    };
    let place = u64::from_le_bytes(place.try_into().unwrap_or_default());
    file.seek(SeekFrom::Start(place.saturating_add(32)))?;
    let mut count = [0; 8];
    match file.read_exact(&mut count) {
        Ok(()) => Ok(Some(u64::from_le_bytes(count))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, &[u8], CompressionMethod)], is_large: bool) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes, method) in files {
            let options = SimpleFileOptions::default()
                .compression_method(*method)
                .large_file(is_large);
            if name.ends_with('/') {
                writer
                    .add_directory(name.trim_end_matches('/'), options)
                    .unwrap();
            } else {
                writer.start_file(*name, options).unwrap();
                writer.write_all(bytes).unwrap();
            }
        }
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8]) -> Result<Archive, Error> {
        Archive::read(Path::new("a.zip"), Cursor::new(bytes))
    }

    fn contents(member: &Member, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let path = Path::new("a.zip");
        let mut text = Vec::new();
        member
            .open(path, Cursor::new(bytes))?
            .read_to_end(&mut text)
            .map_err(|cause| Error::reading(path, cause))?;
        Ok(text)
    }

    #[test]
    fn files_are_listed_and_unpacked_and_what_systems_add_is_not() {
        for is_large in [false, true] {
            let bytes = packed(
                &[
                    ("data/", b"", CompressionMethod::Stored),
                    ("data/one.csv", b"a,b\n1,2\n", CompressionMethod::Deflated),
                    ("two.csv", b"x\n3\n", CompressionMethod::Stored),
                    ("__MACOSX/._two.csv", b"junk", CompressionMethod::Stored),
                    (".DS_Store", b"junk", CompressionMethod::Stored),
                    ("data/.hidden/x.csv", b"junk", CompressionMethod::Stored),
                    ("data/Thumbs.db", b"junk", CompressionMethod::Stored),
                    ("Größe.csv", b"", CompressionMethod::Deflated),
                ],
                is_large,
            );
            let archive = read(&bytes).unwrap();
            let names: Vec<&str> = archive
                .members
                .iter()
                .map(|member| member.name.as_str())
                .collect();
            assert_eq!(names, ["data/one.csv", "two.csv", "Größe.csv"]);
            assert_eq!(archive.names.len(), 8);
            assert_eq!(archive.members[0].file_name(), "one.csv");
            assert_eq!(
                contents(&archive.members[0], &bytes).unwrap(),
                b"a,b\n1,2\n"
            );
            assert_eq!(contents(&archive.members[1], &bytes).unwrap(), b"x\n3\n");
            assert_eq!(contents(&archive.members[2], &bytes).unwrap(), b"");
        }
    }

    #[test]
    fn an_archive_in_front_of_which_something_stands_is_read() {
        let inner = packed(&[("a.csv", b"a\n1\n", CompressionMethod::Deflated)], false);
        let bytes = [&b"#!/bin/sh\nexit\n"[..], &inner].concat();
        let archive = read(&bytes).unwrap();
        assert_eq!(contents(&archive.members[0], &bytes).unwrap(), b"a\n1\n");
    }

    #[test]
    fn members_that_cannot_be_read_say_why() {
        let mut bytes = packed(&[("a.csv", b"a\n1\n", CompressionMethod::Deflated)], false);
        let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        // The method that some programs call PPMd, then the mark of a password.
        bytes[directory + 10] = 98;
        let error = contents(&read(&bytes).unwrap().members[0], &bytes).unwrap_err();
        assert!(error.to_string().contains("not known here"), "{error}");
        bytes[directory + 8] |= 1;
        let error = contents(&read(&bytes).unwrap().members[0], &bytes).unwrap_err();
        assert_eq!(error.code(), "archive");
        assert!(
            error.to_string().contains("protected by a password"),
            "{error}"
        );
    }

    #[test]
    fn what_is_not_what_was_packed_is_noticed() {
        let text: String = (0..500)
            .map(|i| format!("{i},{}\n", i * 7919 % 1000))
            .collect();
        let bytes = packed(
            &[("a.csv", text.as_bytes(), CompressionMethod::Stored)],
            false,
        );
        let member = read(&bytes).unwrap().members.remove(0);
        let mut flipped = bytes.clone();
        flipped[200] ^= 1;
        let error = contents(&member, &flipped).unwrap_err();
        assert_eq!(error.code(), "damaged_file");
        let error = contents(&member, &bytes[..1000]).unwrap_err();
        assert!(error.to_string().contains("breaks off"), "{error}");
    }

    #[test]
    fn an_archive_cut_off_anywhere_is_an_error_and_no_panic() {
        let bytes = packed(
            &[
                (
                    "a.csv",
                    &b"a,b\n1,2\n".repeat(20),
                    CompressionMethod::Deflated,
                ),
                ("b.csv", b"x", CompressionMethod::Stored),
            ],
            true,
        );
        for end in 0..bytes.len() {
            assert_eq!(
                read(&bytes[..end]).unwrap_err().code(),
                "archive",
                "cut at {end}"
            );
        }
    }

    #[test]
    fn files_that_overlap_are_refused() {
        let text = vec![b'x'; 1000];
        let bytes = packed(&[("a.csv", &text, CompressionMethod::Stored)], false);
        let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        let end = memchr::memmem::find(&bytes, b"PK\x05\x06").unwrap();
        // The same entry under another name once more.
        let mut entry = bytes[directory..end].to_vec();
        entry[46] = b'b';
        let mut overlapping = [&bytes[..end], &entry, &bytes[end..]].concat();
        let at = overlapping.len() - 22;
        overlapping[at + 8] = 2;
        overlapping[at + 10] = 2;
        let length = (2 * entry.len()) as u32;
        overlapping[at + 12..at + 16].copy_from_slice(&length.to_le_bytes());
        let error = read(&overlapping).unwrap_err();
        assert!(error.to_string().contains("overlap"), "{error}");
    }

    #[test]
    fn too_many_files_are_told_before_they_are_listed() {
        let mut bytes = packed(&[("a.csv", b"x", CompressionMethod::Stored)], false);
        let end = bytes.len() - 22;
        // An end that points to the larger numbers, which say 200,000.
        let large = end as u64;
        let mut more = b"PK\x06\x06".to_vec();
        more.extend([44u64.to_le_bytes().to_vec(), vec![45, 0, 45, 0], vec![0; 8]].concat());
        more.extend(
            [
                200_000u64.to_le_bytes(),
                200_000u64.to_le_bytes(),
                [0; 8],
                [0; 8],
            ]
            .concat(),
        );
        more.extend(b"PK\x06\x07\0\0\0\0");
        more.extend(large.to_le_bytes());
        more.extend([1, 0, 0, 0]);
        bytes[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
        bytes.splice(end..end, more);
        let error = read(&bytes).unwrap_err();
        assert!(error.to_string().contains("100000"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn flipped_bytes_never_panic(
            at in any::<proptest::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut bytes = packed(&[("a.csv", &b"a,b\n1,2\n".repeat(9), CompressionMethod::Deflated)], true);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(archive) = read(&bytes) {
                for member in &archive.members {
                    let _ = contents(member, &bytes);
                }
            }
        }
    }
}
