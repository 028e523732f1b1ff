//! `buzz datasets`: what the library holds.

use buzz_library::Dataset;
use serde::Serialize;

use crate::commands::Context;
use crate::error::Failure;
use crate::output::{Heading, bytes, clipped, count, table};

/// What is printed about a dataset where it is one of several.
#[derive(Debug, Serialize)]
pub struct Summary<'a> {
    /// The dataset's id.
    pub id: &'a str,
    /// Its name, which is also the view's in SQL.
    pub name: &'a str,
    /// When it was made, RFC 3339.
    pub created: &'a str,
    /// The file it was made from.
    pub source_path: &'a str,
    /// That file's size in bytes.
    pub source_bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// How many columns it has.
    pub columns: usize,
    /// The size of its Parquet file in bytes.
    pub parquet_bytes: u64,
    /// Rows of its view `NAME__strays`.
    pub strays: u64,
    /// What a reader of the data should know.
    pub context: &'a str,
    /// Words of the person's own to find it by.
    pub tags: &'a [String],
}

impl<'a> From<&'a Dataset> for Summary<'a> {
    fn from(dataset: &'a Dataset) -> Self {
        Self {
            id: &dataset.id,
            name: &dataset.name,
            created: &dataset.created,
            source_path: &dataset.source_path,
            source_bytes: dataset.source_bytes,
            rows: dataset.rows,
            columns: dataset.columns.len(),
            parquet_bytes: dataset.parquet_bytes,
            strays: dataset.strays,
            context: &dataset.context,
            tags: &dataset.notes.tags,
        }
    }
}

/// Lists the datasets.
pub fn run(context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    let datasets = library.datasets()?;
    if context.output.json {
        let summaries: Vec<Summary> = datasets.iter().map(Summary::from).collect();
        return context.output.document(&summaries);
    }
    if datasets.is_empty() {
        context
            .output
            .remark("there are no datasets yet: `buzz convert FILE` makes one");
        return Ok(());
    }
    let headings = [
        Heading::text("name"),
        Heading::number("rows"),
        Heading::number("columns"),
        Heading::number("size"),
        Heading::number("strays"),
        Heading::text("made from"),
    ];
    let rows = datasets
        .iter()
        .map(|dataset| {
            vec![
                clipped(&dataset.name, 60),
                count(dataset.rows),
                count(dataset.columns.len() as u64),
                bytes(dataset.parquet_bytes),
                count(dataset.strays),
                clipped(&dataset.source_path, 80),
            ]
        })
        .collect();
    context.output.print(&table(&headings, rows))
}
