//! How plausible a text in Latin letters is in each encoding of one byte for each letter.
//!
//! The bytes of `ü` in windows-1252 are those of `¸` in Mac Roman, and those of `õ` the `ő` of windows-1250. What was meant
//! shows in the words: which letters a language has and how often, small and capital letters that stand together, and
//! signs that do not stand between letters. Cells are short, so every distinct word counts once, with naive Bayes over its
//! letters; a word may be of another language than the rest, at a price.

use std::collections::HashSet;

use encoding_rs::Encoding;

/// The encodings that are told apart, each with the logarithm of how likely it is before anything was seen.
pub(super) const CANDIDATES: [(&Encoding, f32); 6] = [
    (encoding_rs::WINDOWS_1252, 0.0),
    (encoding_rs::WINDOWS_1250, -0.7),
    (encoding_rs::MACINTOSH, -1.5),
    (encoding_rs::WINDOWS_1254, -2.0),
    (encoding_rs::WINDOWS_1257, -2.0),
    (encoding_rs::ISO_8859_2, -2.5),
];

/// Letters beyond ASCII of languages, the most frequent first, and those that they have in foreign names only.
const LANGUAGES: [(&str, &str); 21] = [
    // English, with the names of the whole world.
    ("éáíöüñóèç", "êïâåäôëøæãšžčłı"),
    // German.
    ("üäöß", "éèáàçñóôëğşı"),
    // French.
    ("éèàêçôîâùûïëœ", "ñöüáíóÿæäº"),
    // Spanish.
    ("óáíéñú", "üçèàöºª"),
    // Portuguese.
    ("ãçáéíóêõâúôà", "üñèöºª"),
    // Italian.
    ("àèòùìé", "óáíüöçº"),
    // Dutch.
    ("ëéïè", "üöóêáâçä"),
    // Swedish and Finnish.
    ("äåö", "éüáàšžèø"),
    // Danish and Norwegian.
    ("øåæ", "éäöüêóòô"),
    // Icelandic.
    ("áðíþöóéúæý", "äüåø"),
    // Catalan.
    ("óàéèíçúòïü", "ñáö"),
    // Polish.
    ("łóążęśćńź", "éöüáäčšžèç"),
    // Czech.
    ("áíéěýřščžůúťďňó", "öüłćąőäľô"),
    // Slovak.
    ("áíéýščžúťňôľóäďŕĺ", "ěřůöüőő"),
    // Hungarian.
    ("áéóöőíüúű", "äčšžçëôý"),
    // Romanian.
    ("ăîâșțşţ", "éèöüáóőűàç"),
    // Croatian, Slovenian, Bosnian and Serbian.
    ("čšžćđ", "éöüáäóőçëàâ"),
    // Turkish.
    ("ıüşğçöİ", "âîûéäßè"),
    // Lithuanian.
    ("ėšųįžąčūę", "éöüäóáłõ"),
    // Latvian.
    ("āīēšūņļžčģķ", "éöüäóáõ"),
    // Estonian.
    ("äõüöšž", "éåáóø"),
];

/// Signs that are frequent in texts of any language.
const USUAL_SIGNS: &str = "’‘“”„–—…€°£§«»\u{a0}²³½·•©®™ºª¿¡±×µ";
/// Signs that may stand between two letters.
const JOINING_SIGNS: &str = "’‘·\u{a0}–—…";
/// Signs that may stand before a word.
const OPENING_SIGNS: &str = "’‘“”„«»‹›¿¡–—…•\u{a0}©·";

/// Letters between which others are easily spoken; `y` may be either.
const VOWELS: &str = "aeiouyAEIOUYàáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąēęėěīįıōőœūůűųÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜÝŸĀĂĄĒĘĖĚĪĮİŌŐŒŪŮŰŲ";

/// Words that are looked at.
const MOST_WORDS: usize = 20_000;
/// The longest word that is looked at, in bytes.
const LONGEST_WORD: usize = 60;

/// The distinct words with bytes beyond ASCII, as an encoding of one byte for each letter would have them.
#[derive(Debug, Default)]
pub(super) struct Words<'a> {
    words: HashSet<&'a [u8]>,
    /// Bytes beyond ASCII in them.
    high_bytes: usize,
    /// Which of these bytes occur, a bit for each.
    used: u128,
}

impl<'a> Words<'a> {
    /// Takes the words of a piece of text into account.
    pub(super) fn add(&mut self, text: &'a [u8]) {
        let is_part = |byte: &u8| !byte.is_ascii() || byte.is_ascii_alphanumeric();
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
            if self.words.len() >= MOST_WORDS {
                return;
            }
            let start = rest[..at]
                .iter()
                .rposition(|byte| !is_part(byte))
                .map_or(0, |at| at + 1);
            let end = rest[at..]
                .iter()
                .position(|byte| !is_part(byte))
                .map_or(rest.len(), |end| at + end);
            let word = &rest[start..end.min(start + LONGEST_WORD)];
            if self.words.insert(word) {
                for byte in word.iter().filter(|byte| !byte.is_ascii()) {
                    self.high_bytes += 1;
                    self.used |= 1 << (byte - 0x80);
                }
            }
            rest = &rest[end..];
        }
    }
}

/// The letters that an encoding has for the bytes from 0x80 on.
type Letters = [char; 128];

fn letters(encoding: &'static Encoding) -> Letters {
    std::array::from_fn(|i| {
        let byte = [0x80 + i as u8];
        let (text, _) = encoding.decode_without_bom_handling(&byte);
        text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
    })
}

/// What the words say for one encoding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plausibility {
    pub(super) encoding: &'static Encoding,
    /// The logarithm of the likelihood, the greater the more plausible.
    pub(super) score: f32,
    /// The same for each byte beyond ASCII; below [`Self::LEAST`] it is hardly a text at all.
    pub(super) mean: f32,
}

impl Plausibility {
    pub(super) const LEAST: f32 = -7.0;
}

/// The candidates, the most plausible first; of those under which the words are the same, only one.
pub(super) fn rank(words: &Words) -> Vec<Plausibility> {
    let tables = CANDIDATES.map(|(encoding, prior)| (encoding, prior, letters(encoding)));
    let mut found: Vec<(Plausibility, Letters)> = Vec::new();
    for (encoding, prior, letters) in tables {
        let is_same = |other: &Letters| {
            (0..128).all(|byte| words.used >> byte & 1 == 0 || letters[byte] == other[byte])
        };
        // Earlier candidates are more likely beforehand.
        if found.iter().any(|(_, other)| is_same(other)) {
            continue;
        }
        let score = prior + score(words, &letters);
        let mean = score / words.high_bytes.max(1) as f32;
        found.push((
            Plausibility {
                encoding,
                score,
                mean,
            },
            letters,
        ));
    }
    found.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score));
    found.into_iter().map(|(found, _)| found).collect()
}

/// The logarithm of the probability of each byte's letter in each language.
fn tables(letters: &Letters) -> Vec<[f32; 128]> {
    /// The share of a language's frequent letters among its letters beyond ASCII, and that of its foreign ones.
    const FREQUENT: f32 = 0.94;
    const FOREIGN: f32 = 0.05;
    const OTHER: f32 = 0.0005;
    const RARE_SIGN: f32 = 0.0005;
    const CONTROL: f32 = 1e-6;
    let of_language = |(frequent, foreign): &(&str, &str)| {
        let is_whole = frequent
            .chars()
            .all(|letter| letters.contains(&letter) || "șțşţ".contains(letter));
        let weights: f32 = (0..frequent.chars().count()).map(weight).sum();
        let probability = |letter: char| {
            let small = letter.to_lowercase().next().unwrap_or(letter);
            let at = |list: &str| {
                list.chars()
                    .position(|known| known == letter || known == small)
            };
            if USUAL_SIGNS.contains(letter) {
                0.02
            } else if let Some(place) = at(frequent) {
                FREQUENT * weight(place) / weights
            } else if at(foreign).is_some() {
                FOREIGN / foreign.chars().count() as f32
            } else if letter.is_alphabetic() {
                OTHER
            } else if letter.is_control() || letter == char::REPLACEMENT_CHARACTER {
                CONTROL
            } else {
                RARE_SIGN
            }
        };
        is_whole.then(|| letters.map(|letter| probability(letter).ln()))
    };
    LANGUAGES.iter().filter_map(of_language).collect()
}

/// Letters are about as frequent as the words of a language: the second half as frequent as the first.
fn weight(place: usize) -> f32 {
    1.0 / (place as f32 + 2.0)
}

fn score(words: &Words, letters: &Letters) -> f32 {
    /// What it costs a word to be of another language than the rest.
    const OTHER_LANGUAGE: f32 = 3.0;
    let tables = tables(letters);
    let mut totals = vec![0.0f32; tables.len()];
    let mut scores = vec![0.0f32; tables.len()];
    let mut text = Vec::new();
    for word in &words.words {
        text.clear();
        text.extend(word.iter().map(|&byte| match byte.checked_sub(0x80) {
            Some(high) => letters[usize::from(high)],
            None => char::from(byte),
        }));
        let place = context(&text);
        for (score, table) in scores.iter_mut().zip(&tables) {
            let high = word.iter().filter_map(|byte| byte.checked_sub(0x80));
            *score = place + high.map(|byte| table[usize::from(byte)]).sum::<f32>();
        }
        let best = scores.iter().copied().fold(f32::MIN, f32::max);
        for (total, score) in totals.iter_mut().zip(&scores) {
            *total += score.max(best - OTHER_LANGUAGE);
        }
    }
    totals.into_iter().fold(f32::MIN, f32::max)
}

/// What the places of the letters and signs beyond ASCII say: the logarithm of how usual they are.
fn context(word: &[char]) -> f32 {
    let mut sum = 0.0;
    let capitals = word
        .iter()
        .filter(|letter| letter.is_ascii_uppercase())
        .count();
    let smalls = word
        .iter()
        .filter(|letter| letter.is_ascii_lowercase())
        .count();
    for (i, &letter) in word.iter().enumerate() {
        if letter.is_ascii() {
            continue;
        }
        let before = i.checked_sub(1).map(|i| word[i]);
        let after = word.get(i + 1).copied();
        let is_letter = |other: Option<char>| other.is_some_and(char::is_alphabetic);
        let is_digit = |other: Option<char>| other.is_some_and(|other| other.is_ascii_digit());
        let is_small = |other: Option<char>| other.is_some_and(char::is_lowercase);
        let is_within = is_letter(before) && is_letter(after);
        let mut probability: f32 = 1.0;
        if letter.is_alphabetic() && !"ºª".contains(letter) {
            if !is_letter(before) && !is_letter(after) {
                probability *= match is_digit(before) || is_digit(after) {
                    true => 0.01,
                    false => 0.2,
                };
            } else if letter.is_uppercase() && (is_small(before) || is_within && is_small(after)) {
                probability *= 0.005;
            } else if letter.is_lowercase() && smalls == 0 && capitals >= 2 && letter != 'ß' {
                probability *= 0.02;
            }
            let is_vowel = |other: Option<char>| other.is_none_or(|other| VOWELS.contains(other));
            let is_consonant = |other: Option<char>| !is_vowel(other) && is_letter(other);
            if is_vowel(Some(letter)) {
                if is_within && is_vowel(before) && is_vowel(after) {
                    probability *= 0.3;
                }
            } else if is_consonant(before) && is_consonant(after) {
                probability *= 0.2;
            }
            // Portuguese has it before few letters, and no other language has it.
            if matches!(letter, 'ã' | 'Ã') && after.is_some_and(|after| !"oOeEsSiI".contains(after))
            {
                probability *= 0.05;
            }
        } else if is_within && !JOINING_SIGNS.contains(letter) {
            probability *= 0.005;
        } else if is_letter(after) && !OPENING_SIGNS.contains(letter)
            || "¿¡".contains(letter) && before.is_some()
        {
            probability *= 0.05;
        }
        sum += probability.ln();
    }
    sum
}
