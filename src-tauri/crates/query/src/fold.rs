//! Texts without letter case and accents, for comparing what a person typed with what a cell says.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The text in lower case and without accents: `Élan Škoda` and `ELAN SKODA` become one. Ligatures and letters with a
/// stroke become the letters that they are typed as: `ß` is `ss`, `ø` is `o`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed: Cow<'_, str> = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut folded = String::with_capacity(text.len());
    for c in decomposed.chars().flat_map(char::to_lowercase) {
        match c {
            // Combining marks of the Latin, Greek and Cyrillic scripts, among them the dot that İ leaves behind.
            '\u{300}'..='\u{36f}' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_go() {
        for (text, folded) in [
            ("ACME Ltd.", "acme ltd."),
            ("Élan ŠKODA", "elan skoda"),
            ("Straße", "strasse"),
            ("København Łódź", "kobenhavn lodz"),
            ("İstanbul", "istanbul"),
            ("Ångström ﬁ", "angstrom fi"),
            ("東京", "東京"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn composed_and_decomposed_texts_become_one() {
        assert_eq!(fold("Cafe\u{301}"), fold("Café"));
    }
}
