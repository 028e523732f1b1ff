//! `buzz show`: one dataset's columns, profile and receipt.

use buzz_ingest::{Column, Profile, Receipt};
use serde::Serialize;

use crate::args::Show;
use crate::commands::Context;
use crate::commands::datasets::Summary;
use crate::error::Failure;
use crate::output::{Heading, bytes, clipped, count, counted, many_lines, one_line, table};
use crate::receipt;

/// Everything that is known about a dataset.
#[derive(Debug, Serialize)]
struct Detail<'a> {
    dataset: Summary<'a>,
    columns: &'a [Column],
    profile: Option<Profile>,
    receipt: Receipt,
}

/// Shows the dataset.
pub fn run(args: &Show, context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    let dataset = library.dataset(&args.name)?;
    let receipt = library.receipt(&dataset.id)?;
    let profile = library.profile(&dataset.id)?;
    if context.output.json {
        return context.output.document(&Detail {
            dataset: Summary::from(&dataset),
            columns: &dataset.columns,
            profile,
            receipt,
        });
    }
    let mut text = format!(
        "{}: {}, {}, {}\n",
        one_line(&dataset.name),
        counted(dataset.rows, "row", "rows"),
        counted(dataset.columns.len() as u64, "column", "columns"),
        bytes(dataset.parquet_bytes)
    );
    if !dataset.context.is_empty() {
        text.push_str(&format!("\n{}\n", many_lines(&dataset.context)));
    }
    if let Some(profile) = &profile {
        text.push('\n');
        text.push_str(&profile_text(profile));
    }
    text.push_str("\nReceipt\n");
    text.push_str(&receipt::text(&receipt));
    context.output.print(&text)
}

/// The profile as a table; its most frequent values and means are in JSON only.
fn profile_text(profile: &Profile) -> String {
    const MOST_COLUMNS: usize = 200;
    let headings = [
        Heading::text("column"),
        Heading::text("type"),
        Heading::number("empty"),
        Heading::number("distinct (about)"),
        Heading::text("smallest"),
        Heading::text("largest"),
        Heading::text("most frequent"),
    ];
    let rows = profile
        .columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|column| {
            let bound = |value: &Option<String>| {
                value
                    .as_deref()
                    .map_or(String::new(), |value| clipped(value, 24))
            };
            let frequent = column.frequent.first().map_or(String::new(), |value| {
                format!("{} ({})", clipped(&value.value, 24), count(value.count))
            });
            vec![
                clipped(&column.name, 48),
                column.sql_type.clone(),
                count(column.nulls),
                count(column.distinct),
                bound(&column.min),
                bound(&column.max),
                frequent,
            ]
        })
        .collect();
    let mut text = table(&headings, rows);
    if profile.columns.len() > MOST_COLUMNS {
        let more = (profile.columns.len() - MOST_COLUMNS) as u64;
        text.push_str(&format!(
            " … and {}; --json shows them all\n",
            counted(more, "column more", "columns more")
        ));
    }
    text
}
