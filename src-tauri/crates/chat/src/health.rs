//! What is missing from an answer: cells that could not be read, that are empty, and rows that were set aside.

use buzz_query::{ColumnUse, Engine, grouped};
use serde::{Deserialize, Serialize};

use crate::context::{ColumnContext, DatasetContext};

/// What is known about a dataset that a statement may use.
#[derive(Debug, Clone, Copy)]
pub struct HealthFacts<'a> {
    /// Its columns, with how many of their cells are missing or could not be read.
    pub dataset: &'a DatasetContext,
    /// Records of its source that are no rows of it, as its receipt says.
    pub rows_set_aside: u64,
}

/// Something that is missing from an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthNote {
    /// What is missing.
    pub kind: HealthKind,
    /// The dataset's name.
    pub dataset: String,
    /// The column's name; `None` for whole rows.
    pub column: Option<String>,
    /// How many cells or rows.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// One sentence for a person.
    pub message: String,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthKind {
    /// Cells that could not be read as their column's type.
    Unreadable,
    /// Rows that were set aside.
    SetAside,
    /// Cells that are empty.
    Missing,
}

/// Notes that one answer carries at most.
const MOST_NOTES: usize = 8;

/// What is missing from the result of a statement, the gravest first: for each column that it uses, cells that could not
/// be read; rows of its datasets that were set aside; and empty cells of columns that are added up, counted, grouped or
/// filtered by.
///
/// Nothing for a statement that cannot be taken apart: what is missing cannot be told then.
pub fn notes(engine: &Engine, sql: &str, facts: &[HealthFacts<'_>]) -> Vec<HealthNote> {
    match engine.columns_used(sql) {
        Ok(used) => notes_on(&used, facts),
        Err(error) => {
            tracing::debug!(%error, "the columns that a statement uses are not known");
            Vec::new()
        }
    }
}

fn notes_on(used: &[ColumnUse], facts: &[HealthFacts<'_>]) -> Vec<HealthNote> {
    let mut notes = Vec::new();
    for fact in facts {
        let dataset = fact.dataset;
        let own: Vec<&ColumnUse> = used
            .iter()
            .filter(|used| used.table.to_lowercase() == dataset.name.to_lowercase())
            .collect();
        for used in &own {
            let column = dataset
                .columns
                .iter()
                .find(|column| column.name.to_lowercase() == used.column.to_lowercase());
            if let Some(column) = column {
                notes.extend(unreadable(dataset, column, used));
                notes.extend(missing(dataset, column, used));
            }
        }
        if !own.is_empty() && fact.rows_set_aside > 0 {
            let of = dataset.rows + fact.rows_set_aside;
            notes.push(HealthNote {
                kind: HealthKind::SetAside,
                dataset: dataset.name.clone(),
                column: None,
                count: fact.rows_set_aside,
                of,
                message: format!(
                    "{} of {} rows of {} {} set aside when the file was read and {} not in this answer.",
                    grouped(fact.rows_set_aside),
                    grouped(of),
                    quoted(&dataset.name),
                    was(fact.rows_set_aside),
                    are(fact.rows_set_aside)
                ),
            });
        }
    }
    notes.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.count.cmp(&a.count)));
    notes.truncate(MOST_NOTES);
    notes
}

/// `12 of 1,204,332 amounts could not be read and are not in this sum`.
fn unreadable(
    dataset: &DatasetContext,
    column: &ColumnContext,
    used: &ColumnUse,
) -> Option<HealthNote> {
    (column.strays > 0).then(|| {
        // Those that are there, and those that could not be read.
        let of = dataset.rows.saturating_sub(column.nulls) + column.strays;
        HealthNote {
            kind: HealthKind::Unreadable,
            dataset: dataset.name.clone(),
            column: Some(column.name.clone()),
            count: column.strays,
            of,
            message: format!(
                "{} of {} values of {} could not be read and {} {}.",
                grouped(column.strays),
                grouped(of),
                quoted(&column.name),
                are(column.strays),
                missing_from(used)
            ),
        }
    })
}

fn missing(
    dataset: &DatasetContext,
    column: &ColumnContext,
    used: &ColumnUse,
) -> Option<HealthNote> {
    let empty = column.nulls.saturating_sub(column.strays);
    let matters = !used.aggregates.is_empty() || used.filters || used.groups;
    (empty > 0 && matters).then(|| {
        let consequence = if !used.aggregates.is_empty() || used.filters {
            format!("and {} {}", are(empty), missing_from(used))
        } else {
            "and make a group without a name".to_owned()
        };
        HealthNote {
            kind: HealthKind::Missing,
            dataset: dataset.name.clone(),
            column: Some(column.name.clone()),
            count: empty,
            of: dataset.rows,
            message: format!(
                "{} of {} rows of {} have no {} {consequence}.",
                grouped(empty),
                grouped(dataset.rows),
                quoted(&dataset.name),
                quoted(&column.name)
            ),
        }
    })
}

/// What a cell that is NULL is left out of.
fn missing_from(used: &ColumnUse) -> &'static str {
    match used.aggregates.first().map(String::as_str) {
        Some("sum" | "fsum") => "not in this sum",
        Some("avg" | "mean" | "favg") => "not in this average",
        Some("count" | "approx_count_distinct") => "not counted",
        Some("median") => "not in this median",
        Some("min" | "max" | "arg_min" | "arg_max" | "min_by" | "max_by") => "not compared",
        Some(_) => "not in this figure",
        None if used.filters => "equal to nothing that is filtered by",
        None if used.groups => "in a group without a name",
        None => "shown as empty",
    }
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn was(count: u64) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

/// A name in a sentence; data, so that it is told from the words around it.
fn quoted(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("“{}…”", &name[..end]),
        None => format!("“{name}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset() -> DatasetContext {
        let column = |name: &str, nulls: u64, strays: u64| {
            serde_json::json!({
                "name": name, "source_name": name, "type": "DECIMAL(18,2)",
                "nulls": nulls, "strays": strays, "format": null, "notes": [],
            })
        };
        let dataset = serde_json::from_value(serde_json::json!({
            "id": "1", "name": "Orders", "created": "", "source_path": "", "source_bytes": 0,
            "rows": 1_204_332, "parquet_bytes": 0, "strays": 15, "context": "",
            "columns": [column("amount", 12, 12), column("region", 300, 0), column("note", 5, 0)],
        }))
        .unwrap();
        DatasetContext::new(&dataset, None)
    }

    fn used(column: &str, aggregates: &[&str], filters: bool) -> ColumnUse {
        ColumnUse {
            table: "orders".to_owned(),
            column: column.to_owned(),
            aggregates: aggregates.iter().map(|name| (*name).to_owned()).collect(),
            filters,
            groups: false,
        }
    }

    fn messages(used: &[ColumnUse], rows_set_aside: u64) -> Vec<String> {
        let dataset = dataset();
        let facts = HealthFacts {
            dataset: &dataset,
            rows_set_aside,
        };
        notes_on(used, &[facts])
            .into_iter()
            .map(|note| note.message)
            .collect()
    }

    #[test]
    fn a_sum_says_what_is_not_in_it() {
        assert_eq!(
            messages(&[used("amount", &["sum"], false)], 0),
            ["12 of 1,204,332 values of “amount” could not be read and are not in this sum."]
        );
    }

    #[test]
    fn the_gravest_comes_first_and_what_is_not_used_is_not_told() {
        assert_eq!(
            messages(
                &[
                    used("region", &[], true),
                    used("amount", &["avg"], false),
                    used("note", &[], false)
                ],
                3
            ),
            [
                "12 of 1,204,332 values of “amount” could not be read and are not in this average.",
                "3 of 1,204,335 rows of “Orders” were set aside when the file was read and are not in this answer.",
                "300 of 1,204,332 rows of “Orders” have no “region” and are equal to nothing that is filtered by.",
            ]
        );
        assert!(messages(&[], 3).is_empty());
    }
}
