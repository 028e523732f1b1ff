//! Files that are no text, told from their first bytes.

/// What the file is by its first bytes, with its article; `None` where they do not tell.
pub(super) fn signature(head: &[u8]) -> Option<&'static str> {
    /// First bytes and what they stand for.
    const SIGNATURES: [(&[u8], &str); 17] = [
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "an older Excel or Word document"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"7z\xbc\xaf", "a 7-Zip archive"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"ID3\x03", "a sound"),
        (b"ID3\x04", "a sound"),
        (b"OggS\0", "a sound or a film"),
        (b"{\\rtf", "an RTF document"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "an SQLite database"),
    ];
    SIGNATURES
        .iter()
        .find(|(signature, _)| head.starts_with(signature))
        .map(|(_, name)| *name)
        // Phones write films and pictures in a container that begins with its own length.
        .or_else(|| {
            let is_film = head.starts_with(b"\0\0\0") && head.get(4..8) == Some(b"ftyp");
            is_film.then_some("a film or a picture")
        })
        .or_else(|| match (head.get(..4)?, head.get(8..12)?) {
            (b"RIFF", b"WEBP") => Some("a WebP picture"),
            (b"RIFF", b"AVI ") => Some("a film"),
            (b"RIFF", b"WAVE") => Some("a sound"),
            _ => None,
        })
}

/// What the text looks like if it has more control characters than any text.
pub(super) fn controls(head: &[u8]) -> Option<String> {
    /// The largest share of control characters in a text, one in so many bytes.
    const CONTROLS: usize = 50;
    let is_control =
        |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1f);
    let controls = head.iter().filter(|&&byte| is_control(byte)).count();
    // Some programs write a NUL before a quote in a cell.
    let before_quotes = memchr::memmem::find_iter(head, b"\0\"").count();
    let is_binary = (controls - before_quotes) * CONTROLS > head.len().max(CONTROLS);
    is_binary.then(|| "binary data".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_archives_and_noise_are_no_text() {
        assert_eq!(signature(b"\x89PNG\r\n\x1a\n"), Some("a PNG picture"));
        assert!(signature(b"PK\x03\x04rest").is_some());
        for (head, what) in [
            (&b"RIFF\x24\0\0\0WEBPVP8 "[..], Some("a WebP picture")),
            (b"\0\0\0\x18ftypheic", Some("a film or a picture")),
            // These are tables.
            (b"RIFF,name\n1,a\n", None),
            (b"id1,ftyp\n1,2\n", None),
        ] {
            assert_eq!(signature(head), what);
        }
        let noise: Vec<u8> = (0..=255).collect();
        assert_eq!(controls(&noise).as_deref(), Some("binary data"));
    }

    #[test]
    fn text_in_any_single_byte_encoding_is_text() {
        for text in ["a,b\n1,é\n".as_bytes(), b"name\ncaf\xe9\n", b"a\tb\x0c\r\n"] {
            assert_eq!((signature(text), controls(text)), (None, None));
        }
    }
}
