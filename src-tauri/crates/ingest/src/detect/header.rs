//! Whether the first record names the columns, and what their names are.

use std::collections::{HashMap, HashSet};

use crate::Header;
use crate::receipt::Decision;
use crate::records::SampleRecord;
use crate::types::{ColumnType, Evidence};

/// Whether there is a header, and how that was decided.
pub(super) struct Found {
    pub(super) is_there: bool,
    pub(super) decision: Option<Decision>,
}

/// Decides whether the first of the records is a header.
pub(super) fn decide(records: &[&SampleRecord], told: Header) -> Found {
    match told {
        Header::Yes => Found {
            is_there: true,
            decision: None,
        },
        Header::No => Found {
            is_there: false,
            decision: None,
        },
        Header::Auto => {
            let score = score(records);
            let is_there = score >= 0.0;
            Found {
                is_there,
                decision: Some(Decision {
                    what: "header".into(),
                    chosen: if is_there { "yes" } else { "no" }.into(),
                    confidence: (50.0 + 50.0 * score.abs()).round() / 100.0,
                    runner_up: Some(if is_there { "no" } else { "yes" }.into()),
                }),
            }
        }
    }
}

/// From -1, certainly data, to 1, certainly a header.
fn score(records: &[&SampleRecord]) -> f64 {
    let Some((first, rest)) = records.split_first() else {
        return 0.0;
    };
    let type_of = |cells: &mut dyn Iterator<Item = Vec<u8>>| {
        let mut evidence = Evidence::default();
        cells
            .filter(|text| !text.is_empty())
            .for_each(|text| evidence.add(&text));
        evidence.decide(None).column_type
    };
    let mut names = HashSet::new();
    let (mut votes, mut voters, mut empty, mut repeated) = (0.0, 0.0, 0, 0);
    for (column, name) in first.cells.iter().enumerate() {
        let name = name.text().into_owned();
        if name.is_empty() {
            empty += 1;
            continue;
        }
        let own_type = type_of(&mut std::iter::once(name.clone()));
        let below = &mut rest
            .iter()
            .filter_map(|record| record.cells.get(column))
            .map(|cell| cell.text().into_owned());
        let column_type = type_of(below);
        if own_type != ColumnType::Text {
            // A name is hardly ever a number or a date; a column of text may well begin with one.
            votes -= if column_type == ColumnType::Text && !rest.is_empty() {
                0.5
            } else {
                1.0
            };
            voters += 1.0;
        } else if column_type != ColumnType::Text {
            votes += 1.0;
            voters += 1.0;
        } else if rest.iter().take(200).any(|record| {
            record
                .cells
                .get(column)
                .is_some_and(|cell| *cell.text() == *name)
        }) {
            repeated += 1;
        }
        names.insert(name.to_ascii_lowercase());
    }
    if voters > 0.0 {
        return votes / voters;
    }
    // Nothing but text: a header's names differ, none is missing, and none comes back as a value.
    let width = first.cells.len();
    let is_header = repeated * 2 <= width && empty * 2 <= width && names.len() + empty == width;
    if is_header && !(empty > 0 && rest.is_empty()) {
        0.4
    } else {
        -0.4
    }
}

/// The columns' names, and as the source has them.
pub(super) fn names(header: &SampleRecord, columns: usize) -> Vec<(String, String)> {
    let name = |column| {
        header.cells.get(column).map_or_else(String::new, |cell| {
            String::from_utf8_lossy(&cell.text()).into_owned()
        })
    };
    unique_names((0..columns).map(name).collect())
}

/// The names that columns get, with those that they have in the source: trimmed, and unique whatever their case.
pub(crate) fn unique_names(all: Vec<String>) -> Vec<(String, String)> {
    let mut taken = HashSet::new();
    // The number to try next for a name, so that a hundred thousand columns of one name are numbered in one go.
    let mut next: HashMap<String, usize> = HashMap::new();
    all.into_iter()
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

/// Names for columns that have none.
pub(super) fn numbered(columns: usize) -> Vec<(String, String)> {
    (1..=columns)
        .map(|column| (format!("column_{column}"), String::new()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Syntax, split};

    fn has_header(text: &str) -> bool {
        let records = split(text.as_bytes(), Syntax::default(), true, 100);
        decide(&records.iter().collect::<Vec<_>>(), Header::Auto).is_there
    }

    #[test]
    fn headers_are_told_from_data() {
        assert!(has_header("id,name\n1,Anna\n2,Bob\n"));
        assert!(has_header("name,city\nAnna,Rome\nBob,Oslo\n"));
        assert!(has_header("a,b,c\n"));
        assert!(!has_header("1,Anna\n2,Bob\n"));
        assert!(!has_header("1,2,3\n"));
        assert!(!has_header("Anna,2024-01-01\nBob,2024-01-02\n"));
        assert!(!has_header("yes,no\nno,no\nyes,yes\nyes,no\n"));
    }

    #[test]
    fn a_hundred_thousand_columns_of_one_name_are_numbered_at_once() {
        let line = "a,".repeat(99_999) + "A\n";
        let records = split(line.as_bytes(), Syntax::default(), true, 1);
        let started = std::time::Instant::now();
        let names = names(&records[0], 100_000);
        assert_eq!(names[99_999].0, "A_100000");
        // One after the other from the beginning, it would take minutes.
        assert!(started.elapsed().as_secs() < 10);
    }

    #[test]
    fn names_are_trimmed_and_unique_whatever_their_case() {
        let records = split(b" Name ,name,,NAME,name_2\n", Syntax::default(), true, 1);
        let names: Vec<String> = names(&records[0], 6)
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
