//! Whether the first record names the columns, and what their names are.

use std::collections::HashSet;

use crate::Header;
use crate::receipt::Decision;
use crate::records::SampleRecord;
use crate::structure::unique;
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
    let source_names = (0..columns)
        .map(|column| {
            header.cells.get(column).map_or_else(String::new, |cell| {
                String::from_utf8_lossy(&cell.text()).into_owned()
            })
        })
        .collect();
    unique(source_names)
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
}
