//! When a number belongs to the name before it.

use std::collections::HashSet;

use super::derive::Topic;
use super::evidence::At;
use super::prose::{GAP, MARK};

/// A name that a number stands beside.
pub(super) struct Label {
    pub(super) tables: HashSet<u32>,
    pub(super) topic: Topic,
}

impl Label {
    pub(super) fn has(&self, at: At) -> bool {
        self.topic.has(at)
    }

    pub(super) fn names_any_of(&self, table: u32) -> bool {
        self.tables.contains(&table)
    }
}

/// Whether what stands between a name and a number only says that the number is the name's.
pub(super) fn is_beside(between: &str) -> bool {
    // Longer than any such phrase.
    if between.len() > 48 || between.contains(GAP) {
        return false;
    }
    between
        .split(|c: char| c.is_whitespace() || c == MARK || "(:|=–—-$€£\"".contains(c))
        .filter(|word| !word.is_empty())
        .all(|word| BESIDE.contains(&word.to_lowercase().as_str()))
}

/// Whether what stands between two names only lists them.
pub(super) fn is_listing(between: &str) -> bool {
    between
        .split(|c: char| c.is_whitespace() || c == MARK || c == ',' || c == '"')
        .filter(|word| !word.is_empty())
        .all(|word| {
            matches!(
                word,
                "and" | "or" | "&" | "und" | "oder" | "sowie" | "et" | "ou"
            )
        })
        && !between.is_empty()
}

const BESIDE: [&str; 95] = [
    "more",
    "than",
    "about",
    "around",
    "roughly",
    "approximately",
    "nearly",
    "almost",
    "over",
    "only",
    "just",
    "mehr",
    "als",
    "rund",
    "etwa",
    "knapp",
    "über",
    "nur",
    "plus",
    "de",
    "environ",
    "presque",
    "seulement",
    "with",
    "had",
    "has",
    "have",
    "made",
    "makes",
    "sold",
    "at",
    "was",
    "were",
    "are",
    "is",
    "reached",
    "reaches",
    "recorded",
    "records",
    "totals",
    "totalled",
    "totaled",
    "generated",
    "generates",
    "brought",
    "brings",
    "earned",
    "earns",
    "contributed",
    "contributes",
    "in",
    "total",
    "of",
    "mit",
    "hat",
    "hatte",
    "haben",
    "hatten",
    "machte",
    "macht",
    "erzielte",
    "erzielt",
    "erreichte",
    "erreicht",
    "liegt",
    "lag",
    "kam",
    "kommt",
    "auf",
    "bei",
    "war",
    "ist",
    "verzeichnete",
    "verzeichnet",
    "insgesamt",
    "avec",
    "a",
    "ont",
    "avait",
    "est",
    "était",
    "totalise",
    "atteint",
    "atteignait",
    "réalise",
    "enregistre",
    "compte",
    "eur",
    "usd",
    "chf",
    "gbp",
    "sales",
    "'s",
    "’s",
    "s",
];
