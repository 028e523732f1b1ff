//! Finds the texts of cells in a prose, and what is nearly one.

use std::ops::Range;

use super::evidence::{At, Evidence, Name};
use super::prose::{GAP, MARK, Prose};

/// A name in its place.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) range: Range<usize>,
    pub(super) name: &'a Name,
    /// Whether it is the name, or only nearly.
    pub(super) same: bool,
}

impl Named<'_> {
    /// The rows that it names, unless it stands in too many to name any.
    pub(super) fn rows(&self, most: usize) -> &[At] {
        if self.same && self.name.places.len() <= most {
            &self.name.places
        } else {
            &[]
        }
    }
}

/// A word of the prose.
struct Word {
    range: Range<usize>,
    folded: String,
    /// Whether it begins with a capital in the middle of a sentence.
    capital: bool,
    /// Whether what stands before it parts it from the last word.
    apart: bool,
}

/// The names in a prose, in order.
pub(super) fn named<'a>(prose: &Prose, evidence: &'a Evidence) -> Vec<Named<'a>> {
    if evidence.names.is_empty() {
        return Vec::new();
    }
    let words = words(prose);
    let fuzzy = Near::new(evidence);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some((name, count)) = longest(&words[at..], evidence, prose) {
            found.push(Named {
                range: words[at].range.start..words[at + count - 1].range.end,
                name,
                same: true,
            });
            at += count;
            continue;
        }
        if let Some((name, count)) = fuzzy.find(&words[at..], evidence) {
            found.push(Named {
                range: words[at].range.start..words[at + count - 1].range.end,
                name,
                same: false,
            });
            at += count;
            continue;
        }
        at += 1;
    }
    found
}

fn words(prose: &Prose) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let mut end = 0;
    let text = &prose.text;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            let between = &text[end..start];
            let first = text[start..].chars().next();
            let opens = prose
                .sentences
                .get(prose.sentence_at(start))
                .is_none_or(|sentence| {
                    !text[sentence.range.start.min(start)..start].contains(char::is_alphanumeric)
                });
            words.push(Word {
                folded: buzz_query::fold(&text[start..at]),
                capital: first.is_some_and(char::is_uppercase) && !opens,
                apart: between.contains([GAP, '\n', '|', ';', ':', '(', '!', '?'])
                    || between.chars().filter(|c| *c != MARK).count() > 3,
                range: start..at,
            });
            end = at;
        }
    }
    words
}

/// The name with most words that the words begin with.
fn longest<'a>(words: &[Word], evidence: &'a Evidence, prose: &Prose) -> Option<(&'a Name, usize)> {
    let candidates = [words[0].folded.as_str()]
        .into_iter()
        .chain(stems(&words[0].folded))
        .filter_map(|first| evidence.names.get(first));
    let mut best: Option<(&Name, usize)> = None;
    for name in candidates.flatten() {
        let count = name.words.len();
        if best.is_some_and(|(_, most)| most >= count) || words.len() < count {
            continue;
        }
        let fits = name.words.iter().enumerate().all(|(index, wanted)| {
            let word = &words[index];
            (index == 0 || !word.apart)
                && (word.folded == *wanted || stems(&word.folded).any(|stem| stem == wanted))
        });
        let range = words[0].range.start..words[count - 1].range.end;
        if fits && says_something(name, &prose.text[range], &words[0]) {
            best = Some((name, count));
        }
    }
    best
}

/// A word without the endings that English and German grammar give to a name.
fn stems(word: &str) -> impl Iterator<Item = &str> {
    ["s", "es", "n", "en"]
        .into_iter()
        .filter_map(move |ending| {
            let stem = word.strip_suffix(ending)?;
            (stem.len() >= 4).then_some(stem)
        })
}

/// Whether a name in the prose is more than an everyday word that also stands in a cell.
fn says_something(name: &Name, written: &str, word: &Word) -> bool {
    let letters = name.text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 {
        // A number or a date, which is traced as one.
        return written.contains('-')
            && written.len() > 4
            && super::date::numeric(written).is_none();
    }
    if name.words.len() > 1 {
        // `March 2024` is a date wherever it stands.
        return super::date::worded(written).is_none_or(|(_, length)| length < written.len());
    }
    if letters < 2 {
        // `9E` is a code where a cell has it, `9k` an amount all the same.
        return name.text == written && is_code(written);
    }
    if EVERYDAY.contains(&name.words[0].as_str()) {
        return word.capital && name.text == written;
    }
    if letters < 4 {
        return name.text == written || word.capital;
    }
    true
}

/// Whether digits and a letter are no number with its unit.
fn is_code(text: &str) -> bool {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &text[digits..];
    text.contains(|c: char| c.is_ascii_digit())
        && (digits == 0 || super::number::unit(rest).length == 0)
}

/// Words that say nothing by themselves even where a cell holds them.
const EVERYDAY: [&str; 58] = [
    "all", "and", "any", "are", "for", "has", "high", "low", "none", "not", "other", "the",
    "total", "was", "with", "yes", "no", "new", "old", "open", "may", "more", "most", "one", "two",
    "alle", "andere", "der", "die", "das", "ein", "eine", "gesamt", "ist", "ja", "nein", "neu",
    "und", "von", "les", "des", "une", "oui", "non", "autre", "tous", "in", "on", "at", "us", "it",
    "is", "as", "an", "to", "le", "la", "de",
];

/// The names that a misspelt word may stand for.
struct Near<'a> {
    names: Vec<(&'a Name, String)>,
}

impl<'a> Near<'a> {
    /// More names than that are not compared with every word.
    const MOST: usize = 4_000;

    fn new(evidence: &'a Evidence) -> Self {
        let names = evidence
            .names
            .values()
            .flatten()
            .filter(|name| name.words.len() <= 4 && name.text.chars().any(char::is_alphabetic))
            .map(|name| (name, name.words.join(" ")))
            .filter(|(_, text)| text.len() >= 6)
            .take(Self::MOST)
            .collect();
        Self { names }
    }

    /// The name that the words nearly begin with: one or two letters are not those of the name. What begins a sentence,
    /// what has no capital, and what was stated before is taken to mean what it says.
    fn find(&self, words: &[Word], evidence: &Evidence) -> Option<(&'a Name, usize)> {
        if !words[0].capital {
            return None;
        }
        let known = |word: &Word| evidence.stated_words.contains(&word.folded);
        for (name, text) in &self.names {
            let count = name.words.len();
            if words.len() < count || words[1..count].iter().any(|word| word.apart) {
                continue;
            }
            let written: usize = words[..count]
                .iter()
                .map(|word| word.folded.len())
                .sum::<usize>()
                + count
                - 1;
            let most = if text.len() >= 9 { 2 } else { 1 };
            // Nearly every slip leaves the first letter or the last one as it was.
            let ends = words[0].folded.as_bytes()[0] == text.as_bytes()[0]
                || words[count - 1].folded.as_bytes().last() == text.as_bytes().last();
            if written.abs_diff(text.len()) > most || !ends {
                continue;
            }
            let said = words[..count]
                .iter()
                .map(|word| word.folded.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            let inflected = said.starts_with(text.as_str()) || text.starts_with(&said);
            if !inflected
                && !words[..count].iter().all(known)
                && buzz_query::edit_distance(&said, text, most).is_some()
            {
                return Some((name, count));
            }
        }
        None
    }
}
