//! Compressed files, archives and encodings: the same table as from the plain text, and the hash of the file as it is.

use std::io::Write;
use std::path::Path;

use crate::support::{Scratch, row, tables};
use buzz_ingest::{Cancel, Error, Options, Silent, TableId};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const TEXT: &str = "name,n\nJürgen,1\nZoë,2\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn latin(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn expected() -> [Vec<Option<String>>; 2] {
    [row(&["Jürgen", "1"]), row(&["Zoë", "2"])]
}

#[test]
fn every_packing_gives_the_table_of_its_text() {
    let text = TEXT.as_bytes();
    for packed in [
        gzip(text),
        [gzip(&text[..9]), gzip(&text[9..])].concat(),
        zstd::encode_all(text, 3).unwrap(),
        bzip2(text),
        xz(text),
        zip(&[("folder/a.csv", text), (".DS_Store", b"junk")]),
        zip(&[("a.csv.gz", &gzip(text))]),
        gzip(&latin(TEXT)),
        zip(&[("a.csv", &latin(TEXT))]),
    ] {
        let scratch = Scratch::new();
        let (conversion, table) = scratch.table(&packed, &Options::default());
        assert_eq!(table, expected());
        let source = &conversion.receipt.source;
        assert_eq!(source.bytes, packed.len() as u64);
        assert_eq!(source.blake3, blake3::hash(&packed).to_hex().to_string());
        assert_eq!(conversion.receipt.table, None);
    }
}

#[test]
fn a_packed_file_larger_than_the_sample_is_read_to_its_end_and_corrected() {
    let scratch = Scratch::new();
    // The type that the beginning suggests is wrong at the end, so there are two passes over the packed file.
    let mut text = String::from("id,amount\n");
    for i in 0..400_000u64 {
        text.push_str(&format!("{i},{}\n", i * 7919 % 1_000_003));
    }
    text.push_str(&"9,x\n".repeat(2_000));
    let packed = gzip(text.as_bytes());
    let (conversion, table) = scratch.table(&packed, &Options::default());
    assert_eq!(table.len(), 402_000);
    assert_eq!(table[402_000 - 1], row(&["9", "x"]));
    assert_eq!(conversion.receipt.columns[1].sql_type, "VARCHAR");
    assert_eq!(
        conversion.receipt.source.blake3,
        blake3::hash(&packed).to_hex().to_string()
    );
}

#[test]
fn each_file_of_an_archive_is_a_table() {
    let scratch = Scratch::new();
    let packed = zip(&[
        ("a.csv", b"x\n1\n"),
        ("notes/readme.pdf", b"%PDF-1.7 junk"),
        ("b.json", b"[{\"y\":\"2\"}]"),
    ]);
    let path = scratch.write("several.zip", &packed);
    let found = tables(&path, &Options::default()).unwrap();
    let members: Vec<_> = found
        .iter()
        .map(|table| table.id.member.as_deref())
        .collect();
    assert_eq!(members, [Some("a.csv"), Some("b.json")]);
    for (member, cell, format) in [("a.csv", "1", "csv"), ("b.json", "2", "json")] {
        let scratch = Scratch::new();
        let options = Options {
            table: Some(TableId {
                member: Some(member.into()),
                ..TableId::default()
            }),
            ..Options::default()
        };
        let (conversion, table) = scratch.table(&packed, &options);
        assert_eq!(table, [row(&[cell])]);
        assert_eq!(conversion.receipt.format, format);
        let table = conversion.receipt.table.unwrap();
        assert_eq!(table.member.as_deref(), Some(member));
    }
    let scratch = Scratch::new();
    let (conversion, _) = scratch.table(&packed, &Options::default());
    let warning = &conversion.receipt.warnings[0];
    assert_eq!(
        (warning.kind.as_str(), warning.count),
        ("files_left_out", 1)
    );
    assert!(warning.message.contains("notes/readme.pdf"));
}

fn refused(bytes: &[u8], code: &str, says: &str) {
    let scratch = Scratch::new();
    let path = scratch.write("source.csv", bytes);
    let error = scratch.convert(&path, &Options::default()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(scratch.files(), ["source.csv"]);
}

#[test]
fn what_cannot_be_unpacked_says_why_and_leaves_nothing() {
    let text: String = (0..300_000)
        .map(|i| format!("{i},{}\n", i * 31 % 1009))
        .collect();
    let packed = gzip(text.as_bytes());
    refused(
        &packed[..packed.len() / 2],
        "damaged_file",
        "its gzip data breaks off at byte",
    );
    refused(&packed[..12], "damaged_file", "breaks off");
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    refused(&gzip(&tar), "archive", "there is a tar archive inside it");
    refused(&gzip(&packed), "archive", "it is compressed twice");
    refused(b"Rar!\x1a\x07\x01\0", "archive", "it is a RAR archive");
    refused(&zip(&[]), "archive", "there are no files in it");
    refused(
        &zip(&[("a.zip", &zip(&[("b.csv", b"x\n1\n")]))]),
        "archive",
        "a.zip in it is a ZIP archive",
    );
    refused(
        &zip(&[("a.csv", b"x\n1\n")])[..60],
        "archive",
        "its directory",
    );
}

#[test]
fn an_archive_cut_off_anywhere_leaves_nothing() {
    for packed in [gzip(TEXT.as_bytes()), zip(&[("a.csv", TEXT.as_bytes())])] {
        for end in 1..packed.len() {
            let scratch = Scratch::new();
            let path = scratch.write("source.csv", &packed[..end]);
            let output = scratch.output();
            let result =
                buzz_ingest::convert(&path, &output, &Options::default(), &Silent, &Cancel::new());
            // So short a beginning may be any text.
            if result.is_err() || end < 4 {
                assert!(end < 4 || !Path::new(&output.data).exists());
            } else {
                panic!("cut at {end} it became a table");
            }
        }
    }
}

#[test]
fn a_named_encoding_overrules_and_an_unknown_one_is_told() {
    let scratch = Scratch::new();
    let named = |name: &str| Options {
        encoding: Some(name.into()),
        ..Options::default()
    };
    // The same bytes are a plausible text in windows-1252.
    let bytes = encoding_rs::WINDOWS_1250
        .encode("name\nzł\n")
        .0
        .into_owned();
    let (conversion, table) = scratch.table(&bytes, &named("cp1250"));
    assert_eq!(table, [row(&["zł"])]);
    assert_eq!(conversion.receipt.encoding, "windows-1250");
    let twice: String = "name\nJÃ¼rgen\n".into();
    let scratch = Scratch::new();
    let (conversion, table) = scratch.table(&twice, &Options::default());
    assert_eq!(table, [row(&["JÃ¼rgen"])]);
    assert_eq!(conversion.receipt.warnings[0].kind, "encoded_twice");
    let scratch = Scratch::new();
    let (_, table) = scratch.table(&twice, &named("utf-8-double"));
    assert_eq!(table, [row(&["Jürgen"])]);
    let scratch = Scratch::new();
    let path = scratch.write("source.csv", twice);
    let error = scratch.convert(&path, &named("klingon")).unwrap_err();
    assert!(matches!(error, Error::Options(_)), "{error}");
}

#[test]
fn bytes_that_are_none_of_the_encoding_are_counted() {
    let scratch = Scratch::new();
    let mut bytes = encoding_rs::SHIFT_JIS
        .encode(&"名前,n\n山田,1\n佐藤,2\n".repeat(20))
        .0
        .into_owned();
    bytes.extend(b"\x81\x01,3\n");
    let options = Options {
        encoding: Some("shift_jis".into()),
        ..Options::default()
    };
    let (conversion, _) = scratch.table(&bytes, &options);
    assert_eq!(conversion.receipt.encoding, "shift_jis");
    let warning = (conversion.receipt.warnings.iter())
        .find(|warning| warning.kind == "undecodable_text")
        .unwrap();
    assert_eq!(warning.count, 1);
}
