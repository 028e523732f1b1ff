//! What a person chose for single columns, carried over to the same columns of a file that is read once more.

use buzz_ingest::{
    Cancel, Change, Column, Conversion, DateOrder, Error, Existing, Options, Output, Progress,
    Receipt, Warning, reconvert,
};
use std::fs;
use std::path::Path;

/// Gives a conversion that was just written to `output` in the folder what a person chose for columns of the old one.
///
/// What can no longer be had, because the file is another now, is left out with a warning.
///
/// # Errors
/// Those of [`reconvert`] but for a choice that cannot be.
pub(crate) fn over(
    old: &Receipt,
    new: Conversion,
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    let changes = changes(old, &new.receipt);
    if changes.is_empty() {
        return Ok(new);
    }
    let fresh = Output {
        data: beside(&output.data),
        strays: beside(&output.strays),
    };
    let moved = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|cause| Error::Write {
            path: to.to_owned(),
            cause,
        })
    };
    moved(&output.data, &fresh.data)?;
    if new.has_strays {
        moved(&output.strays, &fresh.strays)?;
    }
    let existing = Existing {
        data: fresh.data.clone(),
        strays: new.has_strays.then(|| fresh.strays.clone()),
        receipt: new.receipt.clone(),
        profile: new.profile.clone(),
    };
    let changed = match reconvert(&existing, &changes, output, options, progress, cancel) {
        Ok(changed) => changed.ok_or(None),
        Err(error @ Error::Options(_)) => Err(Some(error)),
        Err(error) => return Err(error),
    };
    match changed {
        Ok(changed) => {
            for path in [&fresh.data, &fresh.strays] {
                // The folder is a job's own; what stays in it would become part of the dataset.
                match fs::remove_file(path) {
                    Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                        return Err(Error::Write {
                            path: path.clone(),
                            cause,
                        });
                    }
                    _ => {}
                }
            }
            Ok(changed)
        }
        Err(refused) => {
            moved(&fresh.data, &output.data)?;
            if new.has_strays {
                moved(&fresh.strays, &output.strays)?;
            }
            let mut new = new;
            new.receipt.warnings.extend(refused.map(|error| Warning {
                kind: "choices_lost".to_owned(),
                message: format!(
                    "the columns are read as found, because what was chosen for them does not fit the file as it is now ({error})"
                ),
                count: 1,
                lines: Vec::new(),
                files: Vec::new(),
            }));
            Ok(new)
        }
    }
}

fn beside(path: &Path) -> std::path::PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".fresh");
    path.with_file_name(name)
}

/// The changes that make the columns of a new receipt what a person made of those of the old one.
fn changes(old: &Receipt, new: &Receipt) -> Vec<Change> {
    let mut taken: Vec<String> = lower_names(new);
    let mut changes = Vec::new();
    for (at, column) in old.columns.iter().enumerate() {
        let Some(now) = same_column(old, at, new) else {
            continue;
        };
        let date_order = chosen(old, "date_order", column).and_then(order_of_name);
        let is_untyped = |column: &Column| column.sql_type == "VARCHAR";
        let has_choice = date_order.is_some() || !column.missing.is_empty();
        // How the numbers are written is found anew from the cells, which a scale that is given would leave out.
        let is_written = |name: &str| column.format.is_some() && name.starts_with("DECIMAL");
        let column_type = chosen(old, "type", column)
            .map(|name| if is_written(name) { "DECIMAL" } else { name }.to_owned())
            // What made a type of it before may be what was chosen.
            .or_else(|| {
                (has_choice && is_untyped(now) && !is_untyped(column)).then(|| {
                    match column.sql_type.starts_with("DECIMAL") {
                        true => "DECIMAL".to_owned(),
                        false => column.sql_type.clone(),
                    }
                })
            });
        let is_moment = |name: &str| matches!(name, "DATE" | "TIMESTAMP");
        let may_swap = match is_moment(&now.sql_type) {
            true => !now
                .format
                .as_deref()
                .is_some_and(|format| format.starts_with("%Y")),
            false => column_type.as_deref().is_some_and(is_moment),
        };
        let name = (column.name != now.name && !taken.contains(&column.name.to_lowercase()))
            .then(|| column.name.clone());
        taken.extend(name.iter().map(|name| name.to_lowercase()));
        let change = Change {
            column: now.name.clone(),
            name,
            column_type,
            date_order: date_order.filter(|_| may_swap),
            missing: (!column.missing.is_empty()).then(|| column.missing.clone()),
        };
        let says_nothing = Change {
            column: change.column.clone(),
            ..Change::default()
        };
        if change != says_nothing {
            changes.push(change);
        }
    }
    changes
}

fn lower_names(receipt: &Receipt) -> Vec<String> {
    (receipt.columns.iter())
        .map(|column| column.name.to_lowercase())
        .collect()
}

/// The column of a new receipt that has the same name in the file, or the same place where the file names none.
fn same_column<'a>(old: &Receipt, at: usize, new: &'a Receipt) -> Option<&'a Column> {
    let name = &old.columns[at].source_name;
    if name.is_empty() {
        let is_same_shape = old.columns.len() == new.columns.len();
        return new
            .columns
            .get(at)
            .filter(|now| is_same_shape && now.source_name.is_empty());
    }
    let is_same = |column: &&Column| column.source_name == *name;
    let before = old.columns[..at].iter().filter(is_same).count();
    new.columns.iter().filter(is_same).nth(before)
}

/// What a person decided of a column.
fn chosen<'a>(receipt: &'a Receipt, kind: &str, column: &Column) -> Option<&'a str> {
    let what = format!("{kind}:{}", column.name);
    (receipt.decisions.iter())
        .find(|decision| decision.what == what && decision.confidence == 1.0)
        .map(|decision| decision.chosen.as_str())
}

fn order_of_name(name: &str) -> Option<DateOrder> {
    match name {
        "day first" => Some(DateOrder::Dmy),
        "month first" => Some(DateOrder::Mdy),
        _ => None,
    }
}
