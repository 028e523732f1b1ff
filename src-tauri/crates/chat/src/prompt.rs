//! The system prompt: a template with a version, filled with what is known about the datasets in scope.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use crate::context::{ColumnContext, DatasetContext};
use crate::conversation::Limits;

/// The version of the template, kept with every answer that was made with it.
pub const PROMPT_VERSION: &str = "1";

const TEMPLATE: &str = include_str!("prompts/system.v1.md");

/// The description of all datasets is brought under this many bytes, about fifteen thousand tokens.
const BUDGET: usize = 60_000;
/// A name, a value or an extreme is shown up to this many characters.
const VALUE_CHARS: usize = 80;
/// What a person wrote about a dataset is shown up to this many characters.
const ABOUT_CHARS: usize = 8_000;
/// Frequent values shown for one column.
const FREQUENT: usize = 8;

/// Fills the template.
///
/// Names, values and notes are length-capped, stand between marks that occur nowhere in them, and are
/// never searched for the template's own placeholders.
pub fn system_prompt(datasets: &[DatasetContext], now: DateTime, limits: &Limits) -> String {
    let described = fenced(&describe(datasets));
    let mut prompt = String::with_capacity(TEMPLATE.len() + described.len());
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        prompt.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        match name {
            "steps" => prompt.push_str(&limits.steps.to_string()),
            "rows" => prompt.push_str(&limits.rows.to_string()),
            "today" => {
                let _ = write!(prompt, "{}, {}", weekday(now), now.date());
            }
            "datasets" => prompt.push_str(&described),
            _ => debug_assert!(false, "the template names an unknown placeholder: {name}"),
        }
        rest = after;
    }
    prompt.push_str(rest);
    prompt
}

fn weekday(now: DateTime) -> &'static str {
    use jiff::civil::Weekday::*;
    match now.date().weekday() {
        Monday => "Monday",
        Tuesday => "Tuesday",
        Wednesday => "Wednesday",
        Thursday => "Thursday",
        Friday => "Friday",
        Saturday => "Saturday",
        Sunday => "Sunday",
    }
}

/// Puts text between marks that the text itself does not contain, so that it cannot end its own quotation.
fn fenced(text: &str) -> String {
    let mut number = 1;
    let mut mark = format!("untrusted-{number}");
    while text.contains(&mark) {
        number += 1;
        mark = format!("untrusted-{number}");
    }
    format!("<{mark}>\n{text}</{mark}>")
}

/// How much is told about each column; the first that fits the budget is taken.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Detail {
    Names,
    Types,
    Ranges,
    Everything,
}

fn describe(datasets: &[DatasetContext]) -> String {
    if datasets.is_empty() {
        return "There are no tables in this conversation: say that one must be added or ticked first.\n".to_owned();
    }
    for detail in [
        Detail::Everything,
        Detail::Ranges,
        Detail::Types,
        Detail::Names,
    ] {
        let text = describe_with(datasets, detail, usize::MAX);
        if text.len() <= BUDGET {
            return text;
        }
    }
    // Thousands of columns in many datasets: each dataset names as many columns as its share of the budget allows.
    describe_with(datasets, Detail::Names, BUDGET / datasets.len())
}

fn describe_with(datasets: &[DatasetContext], detail: Detail, share: usize) -> String {
    let mut out = String::new();
    for (index, dataset) in datasets.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let start = out.len();
        let _ = writeln!(out, "table {}", identifier(&dataset.name));
        let _ = writeln!(out, "rows: {}", dataset.rows);
        if dataset.strays > 0 {
            let _ = writeln!(
                out,
                "cells and rows that could not be read: {} in {}",
                dataset.strays,
                identifier(&format!("{}__strays", dataset.name))
            );
        }
        if !dataset.about.trim().is_empty() {
            let _ = writeln!(out, "about: {}", quoted(dataset.about.trim(), ABOUT_CHARS));
        }
        let _ = writeln!(out, "columns ({}):", dataset.columns.len());
        for (index, column) in dataset.columns.iter().enumerate() {
            if out.len() - start > share {
                let _ = writeln!(
                    out,
                    "and {} more columns: DESCRIBE {} lists them",
                    dataset.columns.len() - index,
                    identifier(&dataset.name)
                );
                break;
            }
            describe_column(&mut out, dataset, column, detail);
        }
        if detail < Detail::Everything {
            let _ = writeln!(
                out,
                "(there are too many columns to describe them fully: SUMMARIZE or query them for their values)"
            );
        }
    }
    out
}

fn describe_column(
    out: &mut String,
    dataset: &DatasetContext,
    column: &ColumnContext,
    detail: Detail,
) {
    let _ = write!(out, "- {}", identifier(&column.name));
    if detail >= Detail::Types {
        let _ = write!(out, " {}", column.sql_type);
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
    }
    if let Some(profile) = &column.profile {
        if detail >= Detail::Ranges {
            let _ = write!(out, "; about {} distinct", profile.distinct);
            if let (Some(min), Some(max)) = (&profile.min, &profile.max) {
                let _ = write!(
                    out,
                    "; from {} to {}",
                    quoted(min, VALUE_CHARS),
                    quoted(max, VALUE_CHARS)
                );
            }
        }
        // A column where nearly every value is different has no frequent values worth the tokens.
        let telling = profile
            .frequent
            .iter()
            .filter(|value| value.count > 1 || profile.distinct <= FREQUENT as u64);
        if detail >= Detail::Everything {
            let mut first = true;
            for value in telling.take(FREQUENT) {
                out.push_str(if first { "; frequent: " } else { ", " });
                first = false;
                let _ = write!(
                    out,
                    "{} × {}",
                    quoted(&value.value, VALUE_CHARS),
                    value.count
                );
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
fn identifier(name: &str) -> String {
    buzz_query::quote_identifier(name)
}

/// Text as a JSON string on one line, cut at a number of characters.
fn quoted(text: &str, limit: usize) -> String {
    let cut: String = match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    serde_json::Value::String(cut).to_string()
}
