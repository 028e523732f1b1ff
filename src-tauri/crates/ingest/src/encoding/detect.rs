//! Which encoding a text is in, found from a bounded sample.

use super::languages::{self, Plausibility, Words};
use super::{Encoding, between_safe_bytes, double};
use crate::receipt::Decision;

/// What a sample tells of the encoding.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) encoding: Encoding,
    /// Bytes of the mark at the beginning of the text, which are no part of it.
    pub(crate) mark: usize,
    /// From 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) runner_up: Option<Encoding>,
    /// Whether the sample has nothing but ASCII: then what comes later may yet be in any encoding.
    pub(crate) is_ascii: bool,
    /// Characters of the sample that seem to have been encoded as UTF-8 twice; the text is not repaired unless a person
    /// chooses [`Encoding::Utf8Double`].
    pub(crate) encoded_twice: u64,
}

impl Found {
    fn sure(encoding: Encoding, mark: usize) -> Self {
        Self {
            encoding,
            mark,
            confidence: 1.0,
            runner_up: None,
            is_ascii: false,
            encoded_twice: 0,
        }
    }

    /// What the receipt says about it.
    pub(crate) fn decision(&self) -> Decision {
        Decision {
            what: "encoding".into(),
            chosen: self.name(),
            confidence: (self.confidence * 100.0).round() / 100.0,
            runner_up: self.runner_up.map(Encoding::name),
        }
    }

    /// The encoding as the receipt names it.
    pub(crate) fn name(&self) -> String {
        match self.encoding {
            Encoding::Utf8 if self.mark > 0 => "utf-8-bom".into(),
            encoding => encoding.name(),
        }
    }
}

/// Finds the encoding of a text from its beginning, which may be all of it, and from pieces that begin and end anywhere.
pub(crate) fn detect(head: &[u8], is_whole: bool, pieces: &[Vec<u8>]) -> Found {
    let mut found = match Encoding::of_mark(head) {
        Some((encoding, mark)) if encoding != Encoding::Utf8Double => Found::sure(encoding, mark),
        _ => match without_mark(head) {
            Some(found) => found,
            None => of_bytes(head, is_whole, pieces),
        },
    };
    if found.encoding == Encoding::Utf8 {
        let mut tally = double::Tally::default();
        tally.add(&head[found.mark..]);
        pieces
            .iter()
            .for_each(|piece| tally.add(between_safe_bytes(piece)));
        if tally.is_noticeable() {
            found.encoded_twice = tally.twice;
            found.runner_up = Some(Encoding::Utf8Double);
            found.confidence = found.confidence.min(0.5);
        }
    }
    found
}

/// Encodings whose texts look like no other.
fn without_mark(head: &[u8]) -> Option<Found> {
    if let Some(encoding) = utf_16(head) {
        return Some(Found {
            confidence: 0.95,
            ..Found::sure(Encoding::Other(encoding), 0)
        });
    }
    // Escape sequences that change to Japanese letters.
    let is_escape = |escape: &[u8]| matches!(escape, b"\x1b$B" | b"\x1b$@" | b"\x1b(I");
    if memchr::memchr(0x1b, head).is_some() && head.is_ascii() && head.windows(3).any(is_escape) {
        return Some(Found {
            confidence: 0.95,
            ..Found::sure(Encoding::Other(encoding_rs::ISO_2022_JP), 0)
        });
    }
    None
}

/// UTF-16 without a mark: of each pair of bytes, one is often 0, for delimiters, digits and line ends are ASCII in
/// any language, and the other hardly ever.
fn utf_16(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    /// Bytes that are looked at.
    const LOOKED_AT: usize = 100_000;
    let head = &head[..head.len().min(LOOKED_AT) & !1];
    let zeros = |which: usize| {
        head.iter()
            .skip(which)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (high, low) = (zeros(0), zeros(1));
    let units = head.len() / 2;
    let encoding = match (high, low) {
        _ if (high + low) * 50 < units.max(2) => return None,
        _ if low > 8 * high => encoding_rs::UTF_16LE,
        _ if high > 8 * low => encoding_rs::UTF_16BE,
        _ => return None,
    };
    // In UTF-16 the other half of most delimiters and line ends is 0, in ASCII with a few NULs that of none.
    let order = usize::from(encoding == encoding_rs::UTF_16BE);
    let marks = |unit: &&[u8]| b",;\t\n".contains(&unit[order]);
    let marks: Vec<&[u8]> = head.chunks_exact(2).filter(marks).collect();
    let paired = marks.iter().filter(|unit| unit[1 - order] == 0).count();
    if paired * 2 < marks.len() {
        return None;
    }
    // A text has no lone surrogates and hardly any controls.
    let (text, is_malformed) = encoding.decode_without_bom_handling(head);
    let is_odd = |letter: &char| letter.is_control() && !"\t\n\r\x0c\x1a\x1f".contains(*letter);
    let odd = text.chars().filter(is_odd).count();
    (odd * 100 <= units && (!is_malformed || text.matches('\u{fffd}').count() * 100 <= units))
        .then_some(encoding)
}

/// How valid a piece of text is as UTF-8.
#[derive(Debug, Default, Clone, Copy)]
struct Validity {
    /// Valid characters beyond ASCII.
    valid: u64,
    /// Sequences that are none.
    invalid: u64,
}

impl Validity {
    /// Counts a piece; what is cut off at its end is no error if more follows.
    fn add(&mut self, text: &[u8], is_end: bool) {
        let mut rest = text;
        loop {
            let (valid, error) = match simdutf8::compat::from_utf8(rest) {
                Ok(text) => (text.as_bytes(), None),
                Err(error) => (&rest[..error.valid_up_to()], Some(error)),
            };
            // Bytes that begin a character.
            self.valid += valid.iter().filter(|&&byte| byte >= 0xc0).count() as u64;
            let Some(error) = error else { return };
            let Some(length) = error.error_len() else {
                self.invalid += u64::from(is_end);
                return;
            };
            self.invalid += 1;
            rest = &rest[error.valid_up_to() + length..];
        }
    }
}

/// The encoding of a text whose ASCII is ASCII.
fn of_bytes(head: &[u8], is_whole: bool, pieces: &[Vec<u8>]) -> Found {
    let pieces: Vec<&[u8]> = pieces
        .iter()
        .map(|piece| between_safe_bytes(piece))
        .collect();
    let mut validity = Validity::default();
    validity.add(head, is_whole);
    for piece in &pieces {
        validity.add(piece, true);
    }
    let Validity { valid, invalid } = validity;
    if invalid == 0 {
        return Found {
            // A single character may be two of another encoding by chance.
            confidence: match valid {
                0 => 0.9,
                1..3 => 0.95,
                _ => 1.0,
            },
            is_ascii: valid == 0,
            ..Found::sure(Encoding::Utf8, 0)
        };
    }
    let head = if is_whole {
        head
    } else {
        // The last line may be cut off within a character.
        &head[..memchr::memrchr(b'\n', head).map_or(head.len(), |at| at + 1)]
    };
    let legacy = legacy(std::iter::once(head).chain(pieces));
    let as_utf_8 = |confidence, runner_up| Found {
        confidence,
        runner_up,
        ..Found::sure(Encoding::Utf8, 0)
    };
    match legacy {
        // In no other encoding as many characters are valid UTF-8 by chance: of pairs of Chinese bytes one in seven.
        _ if valid > 2 * invalid => {
            let share = valid as f64 / (valid + invalid) as f64;
            as_utf_8(share, legacy.map(|(encoding, ..)| encoding))
        }
        Some((encoding, confidence, runner_up)) => Found {
            confidence,
            runner_up: runner_up.or(Some(Encoding::Utf8)),
            ..Found::sure(encoding, 0)
        },
        None => as_utf_8(0.5, Some(Encoding::Other(encoding_rs::WINDOWS_1252))),
    }
}

/// The most plausible encoding other than Unicode, its confidence and the next best; `None` if it is a text in none.
fn legacy<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Option<(Encoding, f64, Option<Encoding>)> {
    /// Bytes of lines with letters beyond ASCII that are looked at.
    const LOOKED_AT: usize = 300_000;
    let mut text = Vec::new();
    for line in pieces.flat_map(|piece| piece.split_inclusive(|&byte| byte == b'\n')) {
        if !line.is_ascii() && text.len() < LOOKED_AT {
            text.extend_from_slice(&line[..line.len().min(LOOKED_AT)]);
            text.push(b'\n');
        }
    }
    let mut words = Words::default();
    words.add(&text);
    let ranked = languages::rank(&words);
    let best = *ranked.first()?;
    let next = ranked.get(1);
    // One invalid byte rules the true encoding out for the whole, but not for most parts of it.
    let guess = guess_of_most_parts(&text)
        .filter(|&of_parts| is_in_other_letters(of_parts))
        .unwrap_or_else(|| guess(&text));
    if is_in_other_letters(guess) && !is_within_latin_words(guess, &text, best) {
        let encoding = match guess {
            guess if guess == encoding_rs::GBK => encoding_rs::GB18030,
            guess => guess,
        };
        let runner_up = Some(Encoding::Other(best.encoding));
        return Some((Encoding::Other(encoding), 0.9, runner_up));
    }
    if best.mean < Plausibility::LEAST {
        return None;
    }
    // The probability of the better one of two, if there were only these.
    let confidence = match next {
        Some(next) => 1.0 / (1.0 + f64::from(next.score - best.score).exp()),
        None => 0.9,
    };
    Some((
        Encoding::Other(best.encoding),
        confidence.clamp(0.5, 0.99),
        next.map(|next| Encoding::Other(next.encoding)),
    ))
}

/// What the detector of web browsers takes a text for.
fn guess(text: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(text, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// What it takes at least three of four parts of the text for.
fn guess_of_most_parts(text: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    const PARTS: usize = 16;
    let lines: Vec<&[u8]> = text
        .split_inclusive(|&byte| byte == b'\n')
        .filter(|line| !line.is_ascii())
        .collect();
    if lines.len() < PARTS {
        return None;
    }
    let parts: Vec<_> = lines
        .chunks(lines.len().div_ceil(PARTS))
        .map(|lines| guess(&lines.concat()))
        .collect();
    let is_most = |one: &&'static encoding_rs::Encoding| {
        let same = parts.iter().filter(|other| *other == one).count();
        same * 4 >= parts.len() * 3
    };
    parts.iter().copied().find(is_most)
}

/// Whether an encoding is one of letters other than Latin ones.
fn is_in_other_letters(encoding: &'static encoding_rs::Encoding) -> bool {
    // A byte of each of these is a Latin letter.
    ![
        encoding_rs::WINDOWS_1250,
        encoding_rs::WINDOWS_1252,
        encoding_rs::WINDOWS_1254,
        encoding_rs::WINDOWS_1257,
        encoding_rs::WINDOWS_1258,
        encoding_rs::ISO_8859_2,
        encoding_rs::ISO_8859_3,
        encoding_rs::ISO_8859_4,
        encoding_rs::ISO_8859_10,
        encoding_rs::ISO_8859_13,
        encoding_rs::ISO_8859_14,
        encoding_rs::ISO_8859_15,
        encoding_rs::ISO_8859_16,
        encoding_rs::MACINTOSH,
    ]
    .contains(&encoding)
}

/// Whether most letters that are not Latin would stand within words of Latin letters, where they have no business, while
/// the text is a plausible one in Latin letters.
fn is_within_latin_words(
    encoding: &'static encoding_rs::Encoding,
    text: &[u8],
    latin: Plausibility,
) -> bool {
    /// A text in other letters is less plausible than this as one in Latin letters.
    const PLAUSIBLE: f32 = -4.5;
    let (text, _) = encoding.decode_without_bom_handling(text);
    let (mut runs, mut mixed) = (0u64, 0u64);
    let mut before = ' ';
    let mut is_in_run = false;
    let mut touches = false;
    for letter in text.chars().chain([' ']) {
        let is_foreign = !letter.is_ascii();
        if is_foreign && !is_in_run {
            runs += 1;
            touches = before.is_ascii_alphabetic();
        } else if !is_foreign && is_in_run {
            mixed += u64::from(touches || letter.is_ascii_alphabetic());
        }
        is_in_run = is_foreign;
        before = letter;
    }
    mixed * 2 > runs && latin.mean >= PLAUSIBLE
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::Decoder;
    use super::*;
    use proptest::prelude::*;

    /// Cells as they stand in real tables: names, streets, places, and what they are called.
    const TEXTS: [(&str, &str, &[&str]); 21] = [
        (
            "German",
            "Name,Straße,Ort,Land\nJürgen Müller,Königsallee 5,Düsseldorf,Österreich\nGroß & Söhne,Hauptstr. 1,Köln,Schweiz\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "French",
            "prénom,nom,ville,écart\nFrançois,Lefèvre,Nîmes,12 €\nHélène,Côté,Besançon,\nZoë,Noël,Forêt-l'Évêque,oui\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "Spanish",
            "código,descripción,año\n1,Camión pequeño,2020\n2,Señalización eléctrica,2021\n3,Jabón,2022\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "Portuguese",
            "nome,cidade,situação\nJoão,São Paulo,não\nConceição,Goiânia,ótimo\nAndré,Três Corações,à espera\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "Swedish",
            "förnamn,ort,län\nÅsa,Malmö,Skåne\nBjörn,Östersund,Jämtland\nPär,Gävle,Gävleborg\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "Danish",
            "navn,by,beløb\nSøren,København,100\nÆgir,Århus,200\nBjørn,Tromsø,300\n",
            &["windows-1252", "macintosh"],
        ),
        (
            "Polish",
            "imię,nazwisko,miasto\nŁukasz,Wiśniewski,Łódź\nMałgorzata,Dąbrowska,Kraków\nGrażyna,Żółtek,Gdańsk\n",
            &["windows-1250", "iso-8859-2"],
        ),
        (
            "Czech",
            "jméno,příjmení,město\nJiří,Dvořák,Plzeň\nTomáš,Novotný,Ústí nad Labem\nŽaneta,Černá,Třebíč\n",
            &["windows-1250", "iso-8859-2"],
        ),
        (
            "Hungarian",
            "név,város,összeg\nSzabó Gergő,Győr,5\nTóth Zsófia,Szűcsi,6\nKővári Ödön,Hódmezővásárhely,7\n",
            &["windows-1250", "iso-8859-2"],
        ),
        (
            "Croatian",
            "ime,grad\nŽeljko Đurić,Šibenik\nMatej Perković,Čakovec\nIvana Mišić,Požega\n",
            &["windows-1250"],
        ),
        (
            "Turkish",
            "adı,şehir,ülke\nGülşah Yıldız,İstanbul,Türkiye\nOğuz Çelik,Eskişehir,Türkiye\nIşıl Şahin,Muğla,Türkiye\n",
            &["windows-1254"],
        ),
        (
            "Latvian",
            "vārds,pilsēta\nJānis Bērziņš,Rīga\nKristīne Kalniņa,Jūrmala\nĢirts Ozoliņš,Liepāja\n",
            &["windows-1257"],
        ),
        (
            "Russian",
            "имя,город,сумма\nИван Петров,Москва,100\nОльга Сидорова,Санкт-Петербург,200\nЮрий Щукин,Нижний Новгород,300\n",
            &["windows-1251", "koi8-r", "ibm866"],
        ),
        (
            "Ukrainian",
            "ім'я,місто\nОлексій Шевченко,Київ\nЮлія Ткачук,Запоріжжя\nЇжакевич Іван,Чернівці\n",
            &["windows-1251", "koi8-u"],
        ),
        (
            "Greek",
            "όνομα,πόλη,ποσό\nΓιώργος Παπαδόπουλος,Αθήνα,10\nΜαρία Νικολάου,Θεσσαλονίκη,20\nΆννα Ιωάννου,Πάτρα,30\n",
            &["windows-1253", "iso-8859-7"],
        ),
        (
            "Japanese",
            "氏名,住所,金額\n山田太郎,東京都千代田区丸の内,1000\n佐藤花子,大阪市北区梅田,2000\nカタカナ テスト,横浜市みなとみらい,3000\n",
            &["shift_jis", "euc-jp", "iso-2022-jp"],
        ),
        (
            "Korean",
            "이름,도시,금액\n김철수,서울특별시,1000\n이영희,부산광역시,2000\n박민준,대전광역시 유성구,3000\n",
            &["euc-kr"],
        ),
        (
            "simplified Chinese",
            "姓名,城市,金额\n张伟,北京市朝阳区,1000\n王芳,上海市浦东新区,2000\n李娜,广州市天河区,3000\n",
            &["gb18030", "gbk"],
        ),
        (
            "traditional Chinese",
            "姓名,城市,金額\n陳志明,臺北市中正區,1000\n林美玲,高雄市前鎮區,2000\n黃俊傑,臺中市西屯區,3000\n",
            &["big5"],
        ),
        (
            "Romanian",
            "nume,oraş,judeţ\nŞtefan Brănescu,Piteşti,Argeş\nIoan Ţărnă,Constanţa,Mureş\nMihăiţă Câmpeanu,Bucureşti,Timiş\n",
            &["windows-1250"],
        ),
        (
            "English",
            "title,price\n“Don’t panic” – a guide,£12\nCafé au lait,€3\nJalapeño,£1\n",
            &["windows-1252", "macintosh"],
        ),
    ];

    fn encoded(text: &str, name: &str) -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
        let (bytes, _, is_lossy) = encoding.encode(text);
        assert!(!is_lossy, "{name} lacks a letter of {text}");
        bytes.into_owned()
    }

    fn decoded(bytes: &[u8], found: &Found) -> String {
        let mut text = String::new();
        Decoder::new(&bytes[found.mark..], found.encoding, found.mark as u64)
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn every_language_is_read_in_each_of_its_encodings() {
        for (language, text, names) in TEXTS {
            for name in names {
                let bytes = encoded(text, name);
                let found = detect(&bytes, true, &[]);
                assert_eq!(
                    decoded(&bytes, &found),
                    text,
                    "{language} in {name}: {found:?}"
                );
                assert!(found.confidence > 0.5, "{language} in {name}: {found:?}");
            }
        }
    }

    #[test]
    fn every_language_is_read_in_unicode_with_a_mark_and_without() {
        for (language, text, _) in TEXTS {
            let units = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
            let wide =
                |order: fn(u32) -> [u8; 4]| text.chars().map(u32::from).flat_map(order).collect();
            let cases: [(&str, Vec<u8>, &[u8]); 5] = [
                ("utf-8", text.into(), b"\xef\xbb\xbf"),
                ("utf-16le", units(u16::to_le_bytes), b"\xff\xfe"),
                ("utf-16be", units(u16::to_be_bytes), b"\xfe\xff"),
                ("utf-32le", wide(u32::to_le_bytes), b"\xff\xfe\0\0"),
                ("utf-32be", wide(u32::to_be_bytes), b"\0\0\xfe\xff"),
            ];
            for (name, bytes, mark) in cases {
                let marked = [mark, &bytes].concat();
                let found = detect(&marked, true, &[]);
                let named = if name == "utf-8" { "utf-8-bom" } else { name };
                assert_eq!(found.name(), named, "{language}");
                assert_eq!(decoded(&marked, &found), text, "{language} in {name}");
                if !name.starts_with("utf-32") {
                    let found = detect(&bytes, true, &[]);
                    assert_eq!((found.name().as_str(), found.mark), (name, 0), "{language}");
                    assert_eq!(decoded(&bytes, &found), text, "{language} in {name}");
                }
            }
        }
    }

    #[test]
    fn a_sample_cut_anywhere_is_in_the_encoding_of_the_whole() {
        for (language, text, names) in TEXTS {
            let text = text.repeat(20);
            for name in names.iter().chain(&["utf-8"]) {
                if *name == "iso-2022-jp" {
                    continue;
                }
                let bytes = encoded(&text, name);
                let whole = detect(&bytes, true, &[]);
                for cut in 0..12 {
                    let middle = bytes.len() / 2;
                    let pieces = [bytes[middle + cut..bytes.len() - cut].to_vec()];
                    let found = detect(&bytes[..middle - cut], false, &pieces);
                    assert_eq!(
                        found.encoding, whole.encoding,
                        "{language} in {name} cut at {cut}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_few_invalid_bytes_leave_a_text_utf_8() {
        let text = "Jürgen,Köln\nGroß,Düsseldorf\nZoë,Nîmes\n".repeat(3);
        for at in [3, 20, text.len() - 1] {
            let mut bytes = text.clone().into_bytes();
            bytes.insert(at, 0xff);
            let found = detect(&bytes, true, &[]);
            assert_eq!(found.encoding, Encoding::Utf8);
            assert!(
                found.confidence > 0.9 && found.runner_up.is_some(),
                "{found:?}"
            );
        }
        // Bytes that are no letter anybody writes, in a text that is all ASCII otherwise.
        let found = detect(b"a,b\n1,\xff\n2,4\xff5\n", true, &[]);
        assert_eq!(found.encoding, Encoding::Utf8);
        assert_eq!(found.decision().runner_up.as_deref(), Some("windows-1252"));
    }

    #[test]
    fn one_invalid_byte_does_not_change_the_encoding() {
        const SEVERAL_BYTES: [&str; 5] = ["shift_jis", "euc-jp", "euc-kr", "gb18030", "big5"];
        for (language, text, names) in TEXTS {
            for name in names.iter().filter(|name| SEVERAL_BYTES.contains(name)) {
                let bytes = encoded(&text.repeat(20), name);
                let whole = detect(&bytes, true, &[]);
                let broken = [&bytes[..], b"\xff\n"].concat();
                let found = detect(&broken, true, &[]);
                assert_eq!(found.encoding, whole.encoding, "{language} in {name}");
            }
        }
    }

    #[test]
    fn ascii_is_utf_8_for_want_of_evidence() {
        let found = detect(b"a,b\n1,2\n", true, &[]);
        assert!(found.is_ascii && found.encoding == Encoding::Utf8 && found.mark == 0);
        assert!(!detect("ä\n".as_bytes(), true, &[]).is_ascii);
        assert!(!detect(b"a\n", false, &["xx,ä,yy".into()]).is_ascii);
    }

    #[test]
    fn text_that_was_encoded_twice_is_noticed_and_left_alone() {
        let text: String = "Jürgen Müller,Köln\n"
            .bytes()
            .map(double::as_windows_1252)
            .collect();
        let found = detect(text.as_bytes(), true, &[]);
        assert_eq!((found.encoding, found.encoded_twice), (Encoding::Utf8, 3));
        let decision = found.decision();
        assert_eq!(decision.runner_up.as_deref(), Some("utf-8-double"));
        assert!(decision.confidence <= 0.5);
        let marked: String = "\u{feff}ü".bytes().map(double::as_windows_1252).collect();
        let found = detect(marked.as_bytes(), true, &[]);
        assert_eq!(found.runner_up, Some(Encoding::Utf8Double));
        assert_eq!(Encoding::Utf8Double.mark_length(marked.as_bytes()), 6);
    }

    #[test]
    fn one_nul_makes_no_utf_16() {
        for text in [
            &b"a,b\n1,\0\n2,x\n"[..],
            b"\0",
            b"\0\0\0\0",
            b"ab\0cd\0\0ef\n",
        ] {
            assert_eq!(detect(text, true, &[]).encoding, Encoding::Utf8, "{text:?}");
        }
        assert_eq!(detect(b"a\0", true, &[]).name(), "utf-16le");
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_encoding(
            head in proptest::collection::vec(any::<u8>(), 0..400),
            piece in proptest::collection::vec(any::<u8>(), 0..100),
            is_whole in any::<bool>(),
        ) {
            let found = detect(&head, is_whole, std::slice::from_ref(&piece));
            prop_assert!((0.0..=1.0).contains(&found.confidence));
            prop_assert!(found.mark <= head.len());
            let text = found.encoding.decode_piece(&head, 0);
            prop_assert!(found.encoding == Encoding::Utf8 || std::str::from_utf8(&text).is_ok());
        }
    }
}
