//! How datasets and their columns are described to a model, as much of them as may be sent.

use std::fmt::Write as _;

use buzz_library::SendMode;

use crate::context::{ColumnContext, DatasetContext};
use crate::scope::Exposure;

/// A name, a value or an extreme is shown up to this many characters.
const VALUE_CHARS: usize = 80;
/// What a person wrote about a dataset is shown up to this many characters.
const ABOUT_CHARS: usize = 8_000;
/// What a person wrote about a column, or a fact, is shown up to this many characters.
const NOTE_CHARS: usize = 500;
/// Facts, and words with their cells, that are shown of one dataset; the newest.
const FACTS: usize = 50;

/// How much is told about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Its name.
    Name,
    /// Its type, what the person wrote about it, and how many cells are missing.
    Type,
    /// The range too, and so many frequent values.
    Values(usize),
    /// Quantiles too, and so many frequent values.
    Everything(usize),
}

/// The lines about a dataset that stand above its columns.
pub(crate) fn heading(out: &mut String, dataset: &DatasetContext, exposure: &Exposure) {
    let _ = writeln!(out, "table {}", identifier(&dataset.name));
    if exposure.mode >= SendMode::Profile {
        let _ = writeln!(out, "rows: {}", dataset.rows);
    }
    if dataset.strays > 0 {
        let view = identifier(&format!("{}__strays", dataset.name));
        let _ = if exposure.mode >= SendMode::Profile {
            writeln!(
                out,
                "cells and rows that could not be read: {} in {view}",
                dataset.strays
            )
        } else {
            writeln!(out, "cells and rows that could not be read: in {view}")
        };
    }
    if !dataset.about.trim().is_empty() {
        let _ = writeln!(out, "about: {}", quoted(dataset.about.trim(), ABOUT_CHARS));
    }
    let newest = dataset.notes.facts.len().saturating_sub(FACTS);
    for fact in &dataset.notes.facts[newest..] {
        let _ = writeln!(out, "settled by the person: {}", quoted(fact, NOTE_CHARS));
    }
    if exposure.mode < SendMode::Profile {
        return;
    }
    let newest = dataset.notes.matches.len().saturating_sub(FACTS);
    for remembered in &dataset.notes.matches[newest..] {
        if exposure.never.contains(&remembered.column) {
            continue;
        }
        let values: Vec<String> = remembered
            .values
            .iter()
            .take(FACTS)
            .map(|value| quoted(value, VALUE_CHARS))
            .collect();
        let _ = writeln!(
            out,
            "settled by the person: {} in {} means {}",
            quoted(&remembered.word, VALUE_CHARS),
            identifier(&remembered.column),
            values.join(", ")
        );
    }
}

/// The line about a column.
pub(crate) fn column_line(
    out: &mut String,
    dataset: &DatasetContext,
    column: &ColumnContext,
    exposure: &Exposure,
    detail: Detail,
) {
    let _ = write!(out, "- {}", identifier(&column.name));
    if detail == Detail::Name {
        out.push('\n');
        return;
    }
    let _ = write!(out, " {}", column.sql_type);
    let notes = dataset.notes.columns.get(&column.name);
    if let Some(notes) = notes.filter(|notes| !notes.description.is_empty()) {
        let _ = write!(out, "; {}", quoted(&notes.description, NOTE_CHARS));
    }
    if exposure.never.contains(&column.name) {
        out.push_str("; its cells are never sent to you, nor any result that uses it\n");
        return;
    }
    if exposure.mode < SendMode::Profile {
        out.push('\n');
        return;
    }
    if column.nulls > 0 {
        let _ = write!(
            out,
            "; {} NULL ({})",
            column.nulls,
            share_of(column.nulls, dataset.rows)
        );
    }
    if column.strays > 0 {
        let _ = write!(out, "; {} cells could not be read", column.strays);
    }
    if let Some(profile) = &column.profile {
        let frequent = match detail {
            Detail::Values(frequent) | Detail::Everything(frequent) => Some(frequent),
            Detail::Name | Detail::Type => None,
        };
        if let Some(frequent) = frequent {
            let _ = write!(out, "; about {} distinct", profile.distinct);
            if let (Some(min), Some(max)) = (&profile.min, &profile.max) {
                let _ = write!(
                    out,
                    "; from {} to {}",
                    quoted(min, VALUE_CHARS),
                    quoted(max, VALUE_CHARS)
                );
            }
            if matches!(detail, Detail::Everything(_)) {
                if let Some(mean) = profile.mean {
                    let _ = write!(out, "; mean {mean}");
                }
                for quantile in &profile.quantiles {
                    let _ = write!(
                        out,
                        "; {} % up to {}",
                        (quantile.share * 100.0).round(),
                        quoted(&quantile.value, VALUE_CHARS)
                    );
                }
            }
            // A column where nearly every value is different has no frequent values worth the tokens.
            let telling = profile
                .frequent
                .iter()
                .filter(|value| value.count > 1 || profile.distinct <= frequent as u64);
            let mut first = true;
            for value in telling.take(frequent) {
                out.push_str(if first { "; frequent: " } else { ", " });
                first = false;
                let _ = write!(
                    out,
                    "{} × {}",
                    quoted(&value.value, VALUE_CHARS),
                    value.count
                );
            }
            if !first && profile.distinct <= frequent as u64 && profile.frequent_exact {
                out.push_str(" (all)");
            }
        }
    }
    out.push('\n');
}

/// The share of a part as a percentage that is never rounded to nothing or to all.
fn share_of(part: u64, whole: u64) -> String {
    if part == whole {
        return "100 %".to_owned();
    }
    let percent = part as f64 * 100.0 / whole.max(1) as f64;
    if percent < 0.1 {
        "under 0.1 %".to_owned()
    } else if percent > 99.9 {
        "over 99.9 %".to_owned()
    } else {
        format!("{percent:.1} %")
    }
}

/// A name as SQL writes it; names are never cut, because a cut name is a wrong one.
pub(crate) fn identifier(name: &str) -> String {
    buzz_query::quote_identifier(name)
}

/// Text as a JSON string on one line, cut at a number of characters.
pub(crate) fn quoted(text: &str, limit: usize) -> String {
    let cut: String = match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    serde_json::Value::String(cut).to_string()
}
