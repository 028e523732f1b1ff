//! Which columns matter for a question, where not all can be described.

use std::collections::HashSet;

use buzz_library::VerifiedQuestion;

use crate::context::{ColumnContext, DatasetContext};

/// The words of a question, to be compared with columns.
pub(crate) struct Words {
    words: Vec<String>,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut seen = HashSet::new();
        let words = words(text)
            .into_iter()
            // Articles and the like are in every question; shorter words of other scripts are whole words.
            .filter(|word| word.len() > 2)
            .filter(|word| seen.insert(word.clone()))
            .collect();
        Self { words }
    }

    /// How much a column has to do with the question: more is more, 0 is nothing that can be seen.
    ///
    /// A word of the question in the column's name counts most, then in its description, then in its frequent values.
    pub(crate) fn relevance(&self, dataset: &DatasetContext, column: &ColumnContext) -> u32 {
        let name = words(&column.name);
        let notes = dataset.notes.columns.get(&column.name);
        let described = notes.map(|notes| words(&notes.description));
        let frequent = column
            .profile
            .iter()
            .flat_map(|profile| &profile.frequent)
            .take(20);
        let values: Vec<String> = frequent.flat_map(|value| words(&value.value)).collect();
        let mut score = 0;
        for word in &self.words {
            score += 8 * best(word, &name);
            score += 4 * described
                .as_deref()
                .map_or(0, |described| best(word, described));
            score += 3 * best(word, &values);
        }
        // What the person took the trouble to describe, and what dates a row, is used often.
        if described.is_some_and(|described| !described.is_empty()) {
            score += 4;
        }
        if matches!(column.sql_type.as_str(), "DATE" | "TIMESTAMP") {
            score += 1;
        }
        score
    }

    /// How much another question resembles this one, from 0 to 1: the share of common words among all.
    fn likeness(&self, question: &str) -> f64 {
        let other = Self::of(question);
        let common = self
            .words
            .iter()
            .filter(|word| other.words.iter().any(|other| alike(word, other) > 0))
            .count();
        let all = self.words.len() + other.words.len() - common.min(other.words.len());
        common as f64 / all.max(1) as f64
    }

    /// The verified questions that resemble this one, the most alike first.
    pub(crate) fn nearest<'a>(
        &self,
        verified: &'a [VerifiedQuestion],
        limit: usize,
    ) -> Vec<&'a VerifiedQuestion> {
        let mut alike: Vec<(f64, &VerifiedQuestion)> = verified
            .iter()
            .map(|verified| (self.likeness(&verified.question), verified))
            .filter(|(likeness, _)| *likeness >= 0.2)
            .collect();
        alike.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        alike
            .into_iter()
            .take(limit)
            .map(|(_, verified)| verified)
            .collect()
    }
}

/// The words of a text in lower case; `customerName`, `customer_name` and `customer name` have the same.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before_was_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_was_lower) {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if !c.is_alphanumeric() {
                before_was_lower = false;
                continue;
            }
        }
        before_was_lower = c.is_lowercase();
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn best(word: &str, others: &[String]) -> u32 {
    others
        .iter()
        .map(|other| alike(word, other))
        .max()
        .unwrap_or(0)
}

/// 2 for the same word, 1 for one that begins alike (`order`, `orders`, `ordered`), else 0.
fn alike(a: &str, b: &str) -> u32 {
    if a == b {
        return 2;
    }
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let shorter = a.chars().count().min(b.chars().count());
    u32::from(common >= 4 && common + 2 >= shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for name in [
            "customerName",
            "customer_name",
            "Customer name",
            "customer-name",
        ] {
            assert_eq!(words(name), ["customer", "name"], "{name}");
        }
        assert_eq!(words("größe 東京 ID7"), ["größe", "東京", "id7"]);
        assert!(words("--").is_empty());
    }

    #[test]
    fn words_that_begin_alike_are_alike() {
        assert_eq!(alike("order", "orders"), 1);
        assert_eq!(alike("order", "order"), 2);
        assert_eq!(alike("order", "ordinal"), 0);
        assert_eq!(alike("net", "network"), 0);
    }

    #[test]
    fn the_nearest_verified_questions_come_first() {
        let verified = |question: &str| VerifiedQuestion {
            id: question.to_owned(),
            question: question.to_owned(),
            sql: String::new(),
            dataset_ids: vec![],
            created: String::new(),
        };
        let all = [
            verified("How many customers are there?"),
            verified("What is the revenue by month?"),
            verified("Revenue by region and month"),
        ];
        let nearest = Words::of("revenue per month in 2025").nearest(&all, 3);
        let nearest: Vec<_> = nearest.iter().map(|v| v.question.as_str()).collect();
        assert_eq!(nearest.len(), 2, "{nearest:?}");
        assert!(!nearest.contains(&"How many customers are there?"));
    }
}
