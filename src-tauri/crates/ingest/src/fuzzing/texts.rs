//! Texts of any encoding, and of JSON: decoding in pieces gives what the whole gives, and every value is accounted for.

use std::io::{Cursor, Read};
use std::path::Path;

use super::byte;
use crate::container::{Archive, Codec, Unpacked};
use crate::encoding::{self, Decoder, Encoding};
use crate::json::{self, JsonRows};
use crate::records::{Block, RowSource, RowWriter};
use crate::{Cancel, Error};

/// A source that gives a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = out.len().min(self.1);
        self.0.read(&mut out[..most])
    }
}

fn decoded(data: &[u8], encoding: Encoding, input: usize, output: usize) -> Vec<u8> {
    let mut decoder = Decoder::new(Drip(data, input), encoding, 0);
    let (mut text, mut buffer) = (Vec::new(), vec![0; output]);
    loop {
        match decoder.read(&mut buffer).unwrap() {
            0 => return text,
            read => text.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Every encoding decodes any bytes in any pieces as it does the whole, and one of them is found.
pub fn texts(mut data: &[u8]) {
    const NAMES: [&str; 20] = [
        "utf-8",
        "utf-8-double",
        "utf-16le",
        "utf-16be",
        "utf-32le",
        "utf-32be",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1257",
        "macintosh",
        "iso-8859-2",
        "shift_jis",
        "euc-jp",
        "iso-2022-jp",
        "euc-kr",
        "gb18030",
        "big5",
    ];
    let [name, input, output, cut] = [(); 4].map(|()| byte(&mut data));
    let encoding = Encoding::named(NAMES[name % NAMES.len()], data).unwrap();
    let whole = decoded(data, encoding, usize::MAX, 1 << 16);
    assert_eq!(decoded(data, encoding, 1 + input, 1 + output), whole);
    assert!(
        encoding == Encoding::Utf8
            || encoding == Encoding::Utf8Double
            || std::str::from_utf8(&whole).is_ok()
    );
    if let Encoding::Other(known) = encoding {
        assert_eq!(whole, known.decode_without_bom_handling(data).0.as_bytes());
    }
    let cut = cut.min(data.len());
    let found = encoding::detect(&data[..cut], false, &[data[cut..].to_vec()]);
    assert!((0.0..=1.0).contains(&found.confidence) && found.mark <= cut);
    let found = encoding::detect(data, true, &[]);
    assert_eq!(
        Encoding::named(&found.encoding.name(), data).unwrap(),
        found.encoding
    );
    found.encoding.decode_piece(data, cut as u64);
}

/// What is packed unpacks in any pieces as in one, or says that it is damaged.
pub fn archives(mut data: &[u8]) {
    let input = 1 + byte(&mut data);
    for codec in [
        Codec::Gzip,
        Codec::Zstd,
        Codec::Bzip2,
        Codec::Xz,
        Codec::Deflate,
        Codec::Deflate64,
    ] {
        // A few bytes may unpack to very many.
        let unpack = |input| {
            let mut text = Vec::new();
            let unpacked = Unpacked::new(Drip(data, input), codec);
            let read = unpacked.take(1 << 20).read_to_end(&mut text);
            (text, read.map_err(|error| error.to_string()))
        };
        let whole = unpack(usize::MAX);
        if whole.1.is_ok() {
            assert_eq!(unpack(input), whole);
        }
    }
    let path = Path::new("archive");
    if let Ok(archive) = Archive::read(path, Cursor::new(data)) {
        for member in archive.members.iter().take(20) {
            if let Ok(unpacked) = member.open(path, Cursor::new(data)) {
                let _ = unpacked.take(1 << 20).read_to_end(&mut Vec::new());
            }
        }
    }
}

/// Every value of a text of JSON becomes a row or is set aside, whatever the text is.
pub fn json(mut data: &[u8]) {
    let largest = 1 + byte(&mut data);
    check_json(data, largest);
}

/// The same, with values that are large from this size on.
pub(crate) fn check_json(data: &[u8], largest: usize) {
    let cut = largest.min(data.len());
    let _ = json::form(&data[..cut], false);
    let Some(form) = json::form(data, true) else {
        return;
    };
    let path = Path::new("text.json");
    let survey = match json::survey(path, form, None, || Ok(data), &Cancel::new()) {
        Ok(survey) => survey,
        Err(Error::NoTable { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    let columns = survey.names().len();
    for largest in [usize::MAX, largest] {
        let rows = JsonRows::new(data, &survey, path.into(), None);
        let mut rows = rows.with_largest(largest);
        let mut writer = RowWriter::new(columns, b',');
        let mut steps = 0;
        while rows.next(&mut writer).unwrap() {
            steps += 1;
            assert!(steps <= 2 * data.len() + 2);
        }
        let block = writer.take(Block::default());
        let (found, aside) = (block.index.rows() as u64, block.aside.len() as u64);
        if largest == usize::MAX {
            // A lone NULL where there is one column may count as a blank line.
            assert!(found <= survey.rows && survey.rows <= found + block.index.blank);
            assert_eq!(aside, survey.unreadable);
        } else {
            assert!(found <= survey.rows && found + aside + block.index.blank >= survey.rows);
        }
    }
}
