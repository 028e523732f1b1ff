//! The names of columns.

use std::collections::{HashMap, HashSet};

/// Names that are trimmed, unique whatever their letter case, and never empty, each with the name it was made of.
pub(crate) fn unique(source_names: Vec<String>) -> Vec<(String, String)> {
    let mut taken = HashSet::new();
    // The number to try next for a name, so that a hundred thousand columns of one name are numbered in one go.
    let mut next: HashMap<String, usize> = HashMap::new();
    source_names
        .into_iter()
        .enumerate()
        .map(|(column, source_name)| {
            let trimmed = source_name.trim();
            let wanted = if trimmed.is_empty() {
                format!("column_{}", column + 1)
            } else {
                trimmed.to_owned()
            };
            let mut name = wanted.clone();
            if !taken.insert(name.to_lowercase()) {
                let number = next.entry(name.to_lowercase()).or_insert(2);
                loop {
                    name = format!("{wanted}_{number}");
                    *number += 1;
                    if taken.insert(name.to_lowercase()) {
                        break;
                    }
                }
            }
            (name, source_name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_columns_of_one_name_are_numbered_at_once() {
        let mut source_names = vec!["a".to_owned(); 99_999];
        source_names.push("A".into());
        let started = std::time::Instant::now();
        let names = unique(source_names);
        assert_eq!(names[99_999].0, "A_100000");
        // One after the other from the beginning, it would take minutes.
        assert!(started.elapsed().as_secs() < 10);
    }

    #[test]
    fn names_are_trimmed_and_unique_whatever_their_case() {
        let source_names = [" Name ", "name", "", "NAME", "name_2", ""];
        let names: Vec<String> = unique(source_names.map(String::from).to_vec())
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            [
                "Name", "name_2", "column_3", "NAME_3", "name_2_2", "column_6"
            ]
        );
    }
}
