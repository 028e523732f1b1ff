//! Which tables of a file become datasets, and under which names.

use std::path::Path;

use buzz_ingest::{Options, Table, Visibility};

use crate::{Error, datasets};

/// Which sheets of a workbook, or files of an archive, are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sheets {
    /// Those that are shown by the program that made the file; all of them where none is.
    #[default]
    Visible,
    /// All of them.
    All,
    /// The one of this name, letter case aside.
    Named(String),
}

/// A table of a file that is to become a dataset.
#[derive(Debug, Clone)]
pub struct PlannedTable {
    /// The name that the dataset is to have.
    pub name: String,
    /// The table.
    pub table: Table,
    /// The options with which it is converted.
    pub options: Options,
}

/// The tables of a file that are to become datasets, each with a name: `name`, or else the file's stem, and with it the
/// table's own where the file has several.
///
/// # Errors
/// Those of looking at the file, [`Error::Name`], and [`Error::NoSheet`] for a sheet that is not there.
pub fn planned_tables(
    source: &Path,
    name: Option<&str>,
    sheets: &Sheets,
    options: &Options,
) -> Result<Vec<PlannedTable>, Error> {
    let name = match name {
        Some(name) => datasets::checked_name(name)?,
        None => datasets::name_of_source(source),
    };
    let inspection = buzz_ingest::inspect(source, options)?;
    let all = inspection.tables();
    let is_named = |table: &Table, wanted: &str| {
        let names = [&table.id.sheet, &table.id.member];
        names
            .into_iter()
            .flatten()
            .any(|name| name.to_lowercase() == wanted.to_lowercase())
    };
    let is_visible = |table: &&Table| table.visibility == Visibility::Visible;
    let wanted: Vec<&Table> = match sheets {
        Sheets::Named(wanted) => {
            let found: Vec<&Table> = (all.iter())
                .filter(|table| is_named(table, wanted))
                .collect();
            if found.is_empty() {
                let names = all.iter().map(|table| table.id.to_string()).collect();
                return Err(Error::NoSheet {
                    path: source.to_owned(),
                    wanted: wanted.clone(),
                    names,
                });
            }
            found
        }
        Sheets::Visible if all.iter().any(|table| is_visible(&table)) => {
            all.iter().filter(is_visible).collect()
        }
        Sheets::Visible | Sheets::All => all.iter().collect(),
    };
    let is_only = wanted.len() == 1;
    Ok(wanted
        .into_iter()
        .map(|table| {
            let own = table.id.to_string();
            let name = if is_only || own.is_empty() {
                name.clone()
            } else {
                datasets::clipped_name(&format!("{name} - {own}"))
            };
            let options = Options {
                table: Some(table.id.clone()),
                inspection: Some(inspection.clone()),
                ..options.clone()
            };
            PlannedTable {
                name,
                table: table.clone(),
                options,
            }
        })
        .collect())
}
