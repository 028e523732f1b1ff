//! The columns of one table of several files: matched by their names, or by their places where a file has no header.

use std::collections::HashMap;
use std::sync::Arc;

use crate::detect::{ColumnPlan, MOST_COLUMNS, Samples};
use crate::receipt::Warning;
use crate::records::Field;
use crate::types::ColumnType;
use crate::{Error, Options};

/// Names that a sentence lists; of more it says how many.
pub(super) const MOST_NAMED: usize = 5;

/// The name of the column that names the file, unless a file has such a column.
const FILE_COLUMN: &str = "file";

/// A column of the table, as far as the files so far have it.
#[derive(Debug)]
struct Column {
    name: String,
    source_name: String,
    samples: Samples,
    /// The files that have it, by their places.
    files: Vec<usize>,
    /// Other ways in which it is written.
    spellings: Vec<String>,
    /// Its units, each with the first file that tells it.
    units: Vec<(String, usize)>,
}

/// The columns of several files, put together file by file.
#[derive(Debug, Default)]
pub(super) struct Matching {
    columns: Vec<Column>,
    /// The column of each name, letter case and the space around it aside.
    by_name: HashMap<String, usize>,
    /// Names of the files so far.
    files: Vec<String>,
    /// The places of the columns of the first file with a header.
    header: Option<Vec<usize>>,
    /// Files without a header.
    by_position: Vec<usize>,
}

/// How the files' columns are put together.
pub(super) struct Matched {
    pub(super) plans: Vec<ColumnPlan>,
    pub(super) warnings: Vec<Warning>,
}

/// By what names are compared.
pub(super) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A few names, and how many more there are: `a, b and 10 others`.
pub(super) fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let mut text = String::new();
    for (i, name) in names.take(MOST_NAMED).enumerate() {
        let is_last = i + 1 == count;
        text.push_str(match i {
            0 => "",
            _ if is_last => " and ",
            _ => ", ",
        });
        text.push_str(name);
    }
    match count.saturating_sub(MOST_NAMED) {
        0 => {}
        1 => text.push_str(" and one other"),
        more => text.push_str(&format!(" and {more} others")),
    }
    text
}

impl Matching {
    /// Adds the columns of the next file, which has this name; for each its place in the table.
    ///
    /// # Errors
    /// [`Error::Options`] for a file that has nothing in common with those before it, and for too many columns.
    pub(super) fn add(
        &mut self,
        name: &str,
        plans: &[ColumnPlan],
        has_header: bool,
    ) -> Result<Vec<usize>, Error> {
        let file = self.files.len();
        let places = match self.places(plans.len(), has_header) {
            Some(Ok(places)) => places,
            Some(Err(why)) => return Err(unlike(name, &why)),
            None => {
                let found: Vec<_> = (plans.iter())
                    .map(|plan| self.by_name.get(&key(&plan.name)).copied())
                    .collect();
                if file > 0 && found.iter().all(Option::is_none) {
                    return Err(unlike(
                        name,
                        "has no column in common with the files before it",
                    ));
                }
                let mut next = self.columns.len()..;
                (found.into_iter())
                    .map(|found| found.or_else(|| next.next()).unwrap_or_default())
                    .collect()
            }
        };
        if places.iter().any(|&place| place >= MOST_COLUMNS - 1) {
            return Err(Error::Options(format!(
                "the files have more than {MOST_COLUMNS} different columns together: convert them one by one"
            )));
        }
        let renames = has_header && self.header.is_none();
        if has_header {
            self.header.get_or_insert_with(|| places.clone());
        } else {
            self.by_position.push(file);
        }
        if renames {
            // So far the columns had only numbers.
            self.by_name.clear();
        }
        for (plan, &place) in plans.iter().zip(&places) {
            if place == self.columns.len() {
                self.columns.push(Column {
                    name: plan.name.clone(),
                    source_name: plan.source_name.clone(),
                    samples: Samples::default(),
                    files: Vec::new(),
                    spellings: Vec::new(),
                    units: Vec::new(),
                });
                self.by_name.insert(key(&plan.name), place);
            }
            let column = &mut self.columns[place];
            if renames {
                self.by_name.insert(key(&plan.name), place);
                column.name.clone_from(&plan.name);
                column.source_name.clone_from(&plan.source_name);
            }
            let is_other = has_header
                && plan.name != column.name
                && column.spellings.len() < MOST_NAMED
                && !column.spellings.contains(&plan.name);
            if is_other {
                column.spellings.push(plan.name.clone());
            }
            if let Some(samples) = &plan.samples {
                column.samples.add(samples);
            }
            if let Some(unit) = &plan.unit
                && column.units.len() < MOST_NAMED
                && !column.units.iter().any(|(known, _)| known == unit)
            {
                column.units.push((unit.clone(), file));
            }
            column.files.push(file);
        }
        self.files.push(name.to_owned());
        Ok(places)
    }

    /// The places of so many columns where they are matched by position; `None` where names are to be looked at.
    fn places(&self, columns: usize, has_header: bool) -> Option<Result<Vec<usize>, String>> {
        let same: Vec<usize> = match (&self.header, has_header) {
            (Some(_), true) => return None,
            (Some(places), false) => places.clone(),
            (None, _) if self.files.is_empty() => (0..columns).collect(),
            // No file before has a header either.
            (None, _) => (0..self.columns.len()).collect(),
        };
        let wanted = same.len();
        if wanted == columns {
            return Some(Ok(same));
        }
        let who = match has_header {
            true => "has a header, which the files before it have not",
            false => "has no header",
        };
        Some(Err(format!(
            "{who}, and {columns} columns rather than {wanted}, so that they cannot be matched"
        )))
    }

    /// Whether a record is the header of the first file that has one, which a file's own look at itself may not tell.
    pub(super) fn is_header(&self, cells: &[Option<String>]) -> bool {
        let Some(places) = &self.header else {
            return false;
        };
        let names = places.iter().map(|&place| key(&self.columns[place].name));
        places.len() == cells.len()
            && names.eq(cells
                .iter()
                .map(|cell| key(cell.as_deref().unwrap_or_default())))
    }

    /// Whether columns of these names and number may be rows of a file without a header, taken for its header.
    pub(super) fn may_be_rows(&self, plans: &[ColumnPlan]) -> bool {
        (self.header.as_ref()).is_some_and(|header| header.len() == plans.len())
            && !(plans.iter()).any(|plan| self.by_name.contains_key(&key(&plan.name)))
    }

    /// Where the table's columns are in a file whose columns have these places.
    pub(super) fn fields(&self, places: &[usize]) -> Arc<[Field]> {
        let mut fields = vec![Field::Missing; self.columns.len()];
        for (column, &place) in (0..).zip(places) {
            fields[place] = Field::At(column);
        }
        fields.push(Field::FileName);
        fields.into()
    }

    /// The names of the columns with the files that lack them, by their places.
    pub(super) fn names(&self) -> Vec<(String, Vec<usize>)> {
        let files = self.files.len();
        (self.columns.iter())
            .map(|column| (column.name.clone(), missing(&column.files, files)))
            .collect()
    }

    /// A name that no column has, for the one that names the file.
    pub(super) fn file_column(&self) -> String {
        let mut name = FILE_COLUMN.to_owned();
        for number in 1_u64.. {
            if !self.by_name.contains_key(&name) {
                break;
            }
            name = format!("{FILE_COLUMN}_{number}");
        }
        name
    }

    /// The columns of the table, that of file names last, and what a person should know of them.
    pub(super) fn finish(self, options: &Options) -> Matched {
        let mut warnings = self.missing_columns();
        let by_position = self.by_position.iter().map(|&file| &*self.files[file]);
        warnings.extend(Warning::counted(
            "matched_by_position",
            match self.header {
                Some(_) => by_position.len() as u64,
                // Then there are no names that could have been asked for.
                None => 0,
            },
            &[],
            &format!(
                "one file has no header, and its columns were matched by their places: {}",
                listed(by_position.clone())
            ),
            &format!(
                "{{}} files have no header, and their columns were matched by their places: {}",
                listed(by_position)
            ),
        ));
        let file_column = self.file_column();
        let files = self.files;
        let mut plans: Vec<ColumnPlan> = (self.columns.into_iter())
            .map(|column| {
                let column_type = column.samples.column_type(options);
                ColumnPlan {
                    column_type,
                    is_doubtful: column.samples.is_doubtful(column_type, options),
                    repeats: column.samples.repeats(),
                    unit: match &column.units[..] {
                        [] => None,
                        [(unit, _)] => Some(unit.clone()),
                        units => {
                            let units = units.iter();
                            let units: Vec<String> = units
                                .map(|(unit, file)| format!("{unit} in {}", files[*file]))
                                .collect();
                            Some(units.join(", "))
                        }
                    },
                    remark: (!column.spellings.is_empty()).then(|| {
                        let spellings: Vec<String> = (column.spellings.iter())
                            .map(|name| format!("{name:?}"))
                            .collect();
                        format!("also named {}", spellings.join(", "))
                    }),
                    name: column.name,
                    source_name: column.source_name,
                    missing: Vec::new(),
                    samples: None,
                }
            })
            .collect();
        plans.push(ColumnPlan {
            source_name: file_column.clone(),
            name: file_column,
            column_type: ColumnType::Text,
            is_doubtful: false,
            repeats: true,
            unit: None,
            remark: Some("the file that the row is in".into()),
            missing: Vec::new(),
            samples: None,
        });
        Matched { plans, warnings }
    }

    /// A warning for each column that some files lack.
    fn missing_columns(&self) -> Vec<Warning> {
        let names = |files: &[usize]| {
            listed(
                (files.iter())
                    .map(|&file| &*self.files[file])
                    .collect::<Vec<_>>()
                    .into_iter(),
            )
        };
        let differing = (self.columns.iter())
            .map(|column| (column, missing(&column.files, self.files.len())))
            .filter(|(_, missing)| !missing.is_empty());
        let warning = |(column, missing): (&Column, Vec<usize>)| {
            // Whichever are fewer are named.
            let message = if missing.len() <= column.files.len() {
                format!(
                    "the column {:?} is not in {}; it is NULL in {} rows",
                    column.name,
                    names(&missing),
                    if missing.len() == 1 { "its" } else { "their" }
                )
            } else {
                format!(
                    "the column {:?} is only in {}; it is NULL in the rows of the other files",
                    column.name,
                    names(&column.files)
                )
            };
            Warning {
                kind: "missing_columns".into(),
                message,
                count: missing.len() as u64,
                lines: Vec::new(),
                files: Vec::new(),
            }
        };
        let mut warnings: Vec<Warning> = differing.map(warning).collect();
        let more = warnings.len().saturating_sub(crate::receipt::LINES_KEPT);
        warnings.truncate(crate::receipt::LINES_KEPT);
        warnings.extend(Warning::counted(
            "missing_columns",
            more as u64,
            &[],
            "one column more is not in all files",
            "{} columns more are not in all files",
        ));
        warnings
    }
}

/// The error for a file that cannot be a part of the table.
pub(super) fn unlike(name: &str, why: &str) -> Error {
    Error::Options(format!(
        "{name} {why}: convert it by itself, or leave it out"
    ))
}

/// The places of so many files that are not among these, which are in order.
fn missing(files: &[usize], all: usize) -> Vec<usize> {
    let mut files = files.iter().peekable();
    (0..all)
        .filter(|file| files.next_if_eq(&file).is_none())
        .collect()
}
