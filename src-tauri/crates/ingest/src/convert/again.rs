//! A person overrules: some columns of a finished dataset get another name or type, and only they are converted again.
//!
//! Their cells come from the source, read exactly as it was read then, if it is still there and its hash is the
//! receipt's. Otherwise they come from the dataset itself: its values and strays are written as text once more, see
//! [`super::restore`]. Either way it is an ordinary pass over a text, into the row groups that the dataset has; the pages
//! of all other columns are copied as they are.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use parquet::file::metadata::ParquetMetaDataReader;

use super::budget::Budget;
use super::column::Column;
use super::inputs::Inputs;
use super::output::{self, FileColumn};
use super::pass::PassResult;
use super::restore::{self, Restored};
use super::strays::{self, Copied, FileNames, Spool, StraysFile, StraysOf};
use super::{
    INVALID_TEXT, STRAY_CELLS, Steps, Unfinished, beside, check_memory, invalid_text, notes,
    order_decision, order_note, stray_cells, workers,
};
use crate::combine::{self, Unlike};
use crate::detect::{self, ColumnPlan, Layout, Plain, Route};
use crate::progress::{Phase, Snapshot, Throttle};
use crate::receipt::{Decision, Receipt};
use crate::records::{SourceLine, Syntax};
use crate::source::Source;
use crate::text::Text;
use crate::types::temporal::{DateForm, Order};
use crate::types::{Chosen, ColumnType};
use crate::{
    Cancel, Change, Conversion, DateOrder, Error, Existing, Options, Output, Profile, Progress,
    Visibility,
};

/// Why a source is of no use.
const CHANGED: &str = "has changed";
const READ_OTHERWISE: &str = "is no longer read in the same way";

/// Characters that a column's name may have at most.
const LONGEST_NAME: usize = 1_000;

/// What is to become of one column.
#[derive(Debug, Clone)]
struct Edit {
    /// Its place in the table.
    index: usize,
    /// The type that is wanted, and whether a person named it; `None` where the type stays.
    target: Option<Target>,
    is_type_given: bool,
    order: Option<DateOrder>,
    /// The words that mean a missing value in it from now on.
    missing: Vec<String>,
}

/// The type that a column is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Known(ColumnType),
    /// What is left open is found from all of the column's cells.
    Open(Open),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Decimal,
    Date,
    Timestamp,
    /// A date or a moment, whatever most cells are.
    Moment,
    /// The type that the column has, of which the receipt does not tell all of how it is read.
    Same,
}

/// The dataset before it is changed.
struct Table<'a> {
    existing: &'a Existing,
    types: Vec<ColumnType>,
    /// The names that the columns will have.
    names: Vec<String>,
    has_dictionary: Vec<bool>,
    group_rows: Vec<u64>,
    /// The names of its files, where it has several.
    files: FileNames,
}

/// Columns that were converted again.
struct Converted {
    columns: Vec<Column>,
    /// For each of them whether nothing but a default decided between day first and month first.
    is_order_assumed: Vec<bool>,
    /// Why the source was of no use.
    without_source: Option<String>,
}

pub(crate) fn reconvert(
    existing: &Existing,
    changes: &[Change],
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<Conversion>, Error> {
    check_memory(options)?;
    let mut table = Table::read(existing)?;
    let edits = table.plan(changes)?;
    let converted: Vec<&Edit> = edits.iter().filter(|edit| edit.target.is_some()).collect();
    let is_renamed = (table.existing.receipt.columns.iter())
        .zip(&table.names)
        .any(|(column, name)| column.name != *name);
    if converted.is_empty() && !is_renamed {
        return Ok(None);
    }
    let mut work = Work {
        options: Options {
            profile: existing.profile.is_some(),
            ..options.clone()
        },
        budget: Budget::new(options.memory, table.names.len()),
        pool: workers(options)?,
        cancel,
        progress: Throttle::new(progress),
        again: beside(&output.data, ".again"),
        look: beside(&output.data, ".look"),
        cells: beside(&output.data, ".cells"),
        output,
        table: &table,
        edits: converted,
    };
    let (again, look, cells) = (work.again.clone(), work.look.clone(), work.cells.clone());
    let mut unfinished = Unfinished(vec![&again, &look, &cells, &output.data, &output.strays]);
    let conversion = work.run().map_err(|error| error.unless(cancel))?;
    unfinished
        .0
        .retain(|path| **path != output.data && **path != output.strays);
    Ok(Some(conversion))
}

impl<'a> Table<'a> {
    fn read(existing: &'a Existing) -> Result<Self, Error> {
        let data = &existing.data;
        let file = std::fs::File::open(data).map_err(|cause| Error::reading(data, cause))?;
        let metadata = ParquetMetaDataReader::new()
            .parse_and_finish(&file)
            .map_err(|error| Error::Parquet(error.to_string()))?;
        let columns = &existing.receipt.columns;
        if metadata.file_metadata().schema_descr().num_columns() != columns.len() {
            return Err(Error::Parquet(format!(
                "{} has other columns than its receipt",
                data.display()
            )));
        }
        let types = columns
            .iter()
            .map(|column| {
                ColumnType::of_receipt(&column.sql_type, column.format.as_deref()).ok_or_else(
                    || {
                        Error::Options(format!(
                            "the column {:?} is a {}, and datasets with such columns cannot be changed",
                            column.name, column.sql_type
                        ))
                    },
                )
            })
            .collect::<Result<_, _>>()?;
        let groups = metadata.row_groups();
        let has_dictionary = |at: usize| {
            groups
                .iter()
                .any(|group| group.column(at).dictionary_page_offset().is_some())
        };
        Ok(Self {
            existing,
            types,
            names: columns.iter().map(|column| column.name.clone()).collect(),
            has_dictionary: (0..columns.len()).map(has_dictionary).collect(),
            group_rows: groups
                .iter()
                .map(|group| group.num_rows().unsigned_abs())
                .collect(),
            files: FileNames::new(
                (existing.receipt.sources.iter())
                    .map(|file| file.file.clone())
                    .collect(),
            ),
        })
    }

    /// Checks the changes, gives the columns their new names, and says what is to become of each.
    fn plan(&mut self, changes: &[Change]) -> Result<Vec<Edit>, Error> {
        let mut edits: Vec<Edit> = Vec::new();
        for change in changes {
            let index = self.find(&change.column)?;
            if edits.iter().any(|edit| edit.index == index) {
                return Err(Error::Options(format!(
                    "the column {:?} is to be changed twice: say all of it at once",
                    change.column
                )));
            }
            let known = &self.existing.receipt.columns[index].missing;
            let missing = match &change.missing {
                Some(words) => missing_words(words)?,
                None => known.clone(),
            };
            let lower = |words: &[String]| -> Vec<String> {
                words.iter().map(|word| word.to_lowercase()).collect()
            };
            let same = || (lower(&missing) != lower(known)).then(|| self.same(index));
            edits.push(Edit {
                index,
                target: self.target(index, change)?.or_else(same),
                is_type_given: change.column_type.is_some(),
                order: change.date_order,
                missing,
            });
        }
        for (change, edit) in changes.iter().zip(&edits) {
            if let Some(name) = &change.name {
                self.names[edit.index] = checked_name(name)?;
            }
        }
        let mut taken = HashSet::new();
        for name in &self.names {
            if !taken.insert(name.to_lowercase()) {
                return Err(Error::Options(format!(
                    "there would be two columns {name:?}, letter case aside: choose another name"
                )));
            }
        }
        edits.sort_by_key(|edit| edit.index);
        Ok(edits)
    }

    /// What reads a column's cells once more as what they are.
    fn same(&self, index: usize) -> Target {
        let old = self.types[index];
        let has_form = self.existing.receipt.columns[index].format.is_some();
        match old {
            ColumnType::Timestamp { .. } => Target::Open(Open::Same),
            _ if old.form().is_some() && has_form => Target::Open(Open::Same),
            _ => Target::Known(old),
        }
    }

    /// The column of a name, letter case aside unless two differ only in that.
    fn find(&self, name: &str) -> Result<usize, Error> {
        const MOST_NAMED: usize = 10;
        let columns = &self.existing.receipt.columns;
        let same_case = columns.iter().position(|column| column.name == name);
        let key = name.trim().to_lowercase();
        let any_case = || {
            columns
                .iter()
                .position(|column| column.name.to_lowercase() == key)
        };
        same_case.or_else(any_case).ok_or_else(|| {
            let mut names: Vec<String> = columns
                .iter()
                .take(MOST_NAMED)
                .map(|column| format!("{:?}", column.name))
                .collect();
            if columns.len() > MOST_NAMED {
                names.push("and others".into());
            }
            Error::Options(format!(
                "there is no column {name:?}: the columns are {}",
                names.join(", ")
            ))
        })
    }

    /// The type that a change asks for; `None` if the column has it already.
    fn target(&self, index: usize, change: &Change) -> Result<Option<Target>, Error> {
        let old = self.types[index];
        let chosen = match &change.column_type {
            Some(name) => Some(Chosen::parse(name).map_err(Error::Options)?),
            None => None,
        };
        let Some(order) = change.date_order else {
            // Where cells strayed, what is left open may be found to be something else.
            let fits = self.existing.receipt.columns[index].strays == 0;
            return Ok(match (chosen, old) {
                (None, _) => None,
                (Some(Chosen::Decimal), ColumnType::Decimal { .. })
                | (Some(Chosen::Date), ColumnType::Date(_))
                | (Some(Chosen::Timestamp), ColumnType::Timestamp { .. })
                    if fits =>
                {
                    None
                }
                (Some(Chosen::Plain(chosen)), _) => {
                    (!chosen.is_read_as(old)).then_some(Target::Known(chosen))
                }
                (Some(Chosen::Decimal), _) => Some(Target::Open(Open::Decimal)),
                (Some(Chosen::Date), _) => Some(Target::Open(Open::Date)),
                (Some(Chosen::Timestamp), _) => Some(Target::Open(Open::Timestamp)),
            });
        };
        if let ColumnType::Date(form) | ColumnType::Timestamp { form, .. } = old
            && form.order == Order::Ymd
        {
            return Err(Error::Options(format!(
                "the dates of the column {:?} begin with the year: there is no order of day and month to choose",
                change.column
            )));
        }
        let open = match (chosen, old) {
            (Some(Chosen::Date), ColumnType::Date(form)) | (None, ColumnType::Date(form)) => {
                let order = match order {
                    DateOrder::Dmy => Order::Dmy,
                    DateOrder::Mdy => Order::Mdy,
                };
                let wanted = ColumnType::Date(DateForm { order, ..form });
                return Ok((wanted != old).then_some(Target::Known(wanted)));
            }
            (Some(Chosen::Date), _) => Open::Date,
            (Some(Chosen::Timestamp), _) | (None, ColumnType::Timestamp { .. }) => Open::Timestamp,
            (None, ColumnType::Text) => Open::Moment,
            _ => {
                return Err(Error::Options(format!(
                    "an order of day and month means something for dates only: choose DATE or TIMESTAMP as the type of the column {:?} as well",
                    change.column
                )));
            }
        };
        Ok(Some(Target::Open(open)))
    }
}

/// Words for a missing value as a person gave them: without the space around them, each once, and none that says nothing.
fn missing_words(words: &[String]) -> Result<Vec<String>, Error> {
    /// Each cell is compared with all of them.
    const MOST: usize = 100;
    let mut missing: Vec<String> = Vec::new();
    for word in words.iter().map(|word| word.trim_matches(' ')) {
        let is_known = |known: &String| known.to_lowercase() == word.to_lowercase();
        if !word.is_empty() && !missing.iter().any(is_known) {
            missing.push(word.to_owned());
        }
    }
    if missing.len() > MOST {
        return Err(Error::Options(format!(
            "a column can have {MOST} words for a missing value: name those that matter most"
        )));
    }
    Ok(missing)
}

/// A column's name as a person gave it, without the space around it.
fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let wrong = |why: &str| Err(Error::Options(format!("{why}: choose another name")));
    if name.is_empty() {
        return wrong("a column needs a name");
    }
    if name.chars().any(char::is_control) {
        return wrong("a column's name cannot have line breaks or control characters");
    }
    if name.chars().count() > LONGEST_NAME {
        return wrong("a column's name can have a thousand characters");
    }
    Ok(name.to_owned())
}

/// What the steps of a change share.
struct Work<'a> {
    table: &'a Table<'a>,
    /// The columns that are converted again, in their order.
    edits: Vec<&'a Edit>,
    output: &'a Output,
    options: Options,
    budget: Budget,
    pool: rayon::ThreadPool,
    cancel: &'a Cancel,
    progress: Throttle<'a>,
    /// The columns that were converted again.
    again: PathBuf,
    /// What was written while cells were only looked at.
    look: PathBuf,
    /// The dataset's own cells as text.
    cells: PathBuf,
}

impl Work<'_> {
    fn run(&mut self) -> Result<Conversion, Error> {
        let table = self.table;
        let existing = table.existing;
        let (converted, spool) = match self.edits[..] {
            [] => (None, None),
            _ => {
                let (converted, spool) = self.convert()?;
                (Some(converted), Some(spool))
            }
        };
        let mut types = table.types.clone();
        if let Some(converted) = &converted {
            for (edit, column) in self.edits.iter().zip(&converted.columns) {
                types[edit.index] = column.column_type;
            }
        }
        let columns: Vec<FileColumn> = (0..types.len())
            .map(|at| FileColumn {
                name: table.names[at].clone(),
                column_type: types[at],
            })
            .collect();
        let rows = existing.receipt.rows_written;
        self.progress.report_now(Snapshot {
            phase: Phase::Finishing,
            bytes_done: existing.receipt.source.bytes,
            bytes_total: existing.receipt.source.bytes,
            rows,
        });
        let places: Vec<usize> = self.edits.iter().map(|edit| edit.index).collect();
        output::splice(
            &self.output.data,
            &existing.data,
            converted
                .is_some()
                .then_some((self.again.as_path(), places.as_slice())),
            columns,
            output::properties(self.options.compression),
            self.cancel,
        )?;
        let strays = self.write_strays(converted.as_ref().zip(spool), &types)?;
        let mut receipt = existing.receipt.clone();
        self.rewrite(&mut receipt, converted.as_ref(), &types, &strays);
        let mut profile = existing.profile.clone();
        if let Some(profile) = &mut profile {
            self.profile(profile, converted);
        }
        if self.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        Ok(Conversion {
            receipt,
            profile,
            has_strays: strays.count > 0,
        })
    }

    /// Converts the columns, from the source if that can be had, else from what the dataset itself holds.
    fn convert(&mut self) -> Result<(Converted, Spool), Error> {
        match self.convert_source()? {
            Ok(converted) => Ok(converted),
            Err(why) => {
                for path in [&self.again, &self.look] {
                    // What an attempt over the source left; where it left nothing, there is nothing to remove.
                    let _ = std::fs::remove_file(path);
                }
                let (mut converted, spool) = self.convert_dataset()?;
                converted.without_source = Some(why);
                Ok((converted, spool))
            }
        }
    }

    /// How the columns of the table are to be read and written.
    fn plan(&self, index: usize) -> ColumnPlan {
        let edit = self.edits.iter().find(|edit| edit.index == index);
        let missing = match edit {
            Some(edit) => &edit.missing,
            None => &self.table.existing.receipt.columns[index].missing,
        };
        ColumnPlan {
            name: self.table.names[index].clone(),
            source_name: String::new(),
            column_type: self.table.types[index],
            is_doubtful: true,
            repeats: self.table.has_dictionary[index],
            unit: None,
            remark: None,
            missing: missing.clone(),
            samples: None,
        }
    }

    /// Converts from the source; the inner error says why it is of no use.
    fn convert_source(&mut self) -> Result<Result<(Converted, Spool), String>, Error> {
        let receipt = &self.table.existing.receipt;
        let told = |path: &Path, what: &str| Ok(Err(format!("{} {what}", path.display())));
        let inputs = match receipt.sources.is_empty() {
            true => self.input_again(),
            false => combine::inputs_again(&receipt.sources, &self.options),
        };
        let mut inputs = match inputs {
            Ok(inputs) => inputs,
            Err((path, Unlike::Changed | Unlike::Unreadable(Error::Empty(_)))) => {
                return told(&path, CHANGED);
            }
            Err((path, Unlike::ReadOtherwise)) => return told(&path, READ_OTHERWISE),
            Err((path, Unlike::Unreadable(Error::NotFound(_)))) => {
                return told(&path, "is no longer there");
            }
            Err((path, Unlike::Unreadable(_))) => return told(&path, "cannot be read"),
        };
        let names = (inputs.table.columns.iter()).map(|plan| &plan.source_name);
        if !names.eq(receipt.columns.iter().map(|column| &column.source_name)) {
            return told(&inputs.path, READ_OTHERWISE);
        }
        inputs.table.columns = (0..self.table.names.len())
            .map(|at| self.plan(at))
            .collect();
        let columns: Vec<usize> = self.edits.iter().map(|edit| edit.index).collect();
        match self.passes(&inputs, &columns, true) {
            Ok(Ok(converted)) => Ok(Ok(converted)),
            Ok(Err(what)) => told(&inputs.path, what),
            Err(Error::SourceChanged { path, .. }) => told(&path, CHANGED),
            Err(Error::NotFound(path)) => told(&path, "is no longer there"),
            Err(Error::Read { path, .. } | Error::PermissionDenied(path)) => {
                told(&path, "cannot be read")
            }
            Err(error) => Err(error),
        }
    }

    /// The file that the dataset was made from, read as it was read then.
    fn input_again(&self) -> Result<Inputs, (PathBuf, Unlike)> {
        let receipt = &self.table.existing.receipt;
        let path = PathBuf::from(&receipt.source.path);
        let because = |error| (path.clone(), Unlike::Unreadable(error));
        let source = Source::open(&path).map_err(because)?;
        if source.bytes != receipt.source.bytes {
            return Err((path, Unlike::Changed));
        }
        let has_same_columns = |layout: &Layout| {
            let names = layout.columns.iter().map(|plan| &plan.source_name);
            names.eq(receipt.columns.iter().map(|column| &column.source_name))
        };
        let found = detect::again(&source, &receipt.into(), has_same_columns).map_err(because)?;
        match found {
            Some((layout, _)) => Ok(Inputs::one(source, layout)),
            None => Err((path, Unlike::ReadOtherwise)),
        }
    }

    /// Converts from the values and strays of the dataset.
    fn convert_dataset(&mut self) -> Result<(Converted, Spool), Error> {
        let existing = self.table.existing;
        let mut restored = self
            .edits
            .iter()
            .map(|edit| {
                Ok(Restored {
                    index: edit.index,
                    column_type: self.table.types[edit.index],
                    strays: self.strays_of(edit.index)?,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        restore::write_cells(
            &existing.data,
            &mut restored,
            &self.cells,
            &mut self.progress,
            self.cancel,
        )?;
        drop(restored);
        let source = Source::open(&self.cells)?;
        let mut plans: Vec<ColumnPlan> = self
            .edits
            .iter()
            .map(|edit| self.plan(edit.index))
            .collect();
        // The empty field at the end of each row.
        plans.push(ColumnPlan {
            name: String::new(),
            source_name: String::new(),
            column_type: ColumnType::Text,
            is_doubtful: false,
            repeats: false,
            unit: None,
            remark: None,
            missing: Vec::new(),
            samples: None,
        });
        let layout = Layout {
            table: None,
            format: "csv".into(),
            encoding: "utf-8".into(),
            delimiter: ",".into(),
            quote: "\"".into(),
            has_header: true,
            preamble_rows: 0,
            header_rows: 1,
            columns: plans,
            decisions: Vec::new(),
            warnings: Vec::new(),
            visibility: Visibility::Visible,
            rows: None,
            preview: Vec::new(),
            route: Route::Plain(Plain {
                text: Text::default(),
                syntax: Syntax::default(),
                data_start: restore::HEADING.len() as u64,
                first_line: 2,
                sift: None,
            }),
        };
        let columns: Vec<usize> = (0..self.edits.len()).collect();
        self.passes(&Inputs::one(source, layout), &columns, false)?
            .map_err(|_| {
                Error::Parquet("the dataset's cells did not come back as the same rows".into())
            })
    }

    /// The strays of a column of the dataset, where it has any.
    fn strays_of(&self, index: usize) -> Result<Option<StraysOf>, Error> {
        let existing = self.table.existing;
        let column = &existing.receipt.columns[index];
        match &existing.strays {
            Some(strays) if column.strays > 0 => {
                StraysOf::open(strays, &column.name, &self.table.files).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Converts the columns, which have these places in the layout, from a text; the inner error says why it is not the
    /// text that the dataset has its rows from.
    fn passes(
        &mut self,
        inputs: &Inputs,
        columns: &[usize],
        is_original: bool,
    ) -> Result<Result<(Converted, Spool), &'static str>, Error> {
        let receipt = &self.table.existing.receipt;
        let other = |result: &PassResult| {
            if is_original && inputs.blake3(&result.stats) != receipt.source.blake3 {
                return Some(CHANGED);
            }
            let is_same = result.rows() == receipt.rows_written
                && (!is_original
                    || (result.blank() == receipt.rows_blank
                        && result.rows_set_aside() == receipt.rows_set_aside));
            (!is_same).then_some(READ_OTHERWISE)
        };
        let looking = Options {
            profile: false,
            ..self.options.clone()
        };
        let steps = |options, is_forced| Steps {
            inputs,
            options,
            budget: self.budget,
            pool: &self.pool,
            cancel: self.cancel,
            is_forced,
        };
        let open: Vec<(usize, ColumnType)> = self
            .edits
            .iter()
            .zip(columns)
            .filter(|(edit, _)| matches!(edit.target, Some(Target::Open(_))))
            .map(|(_, &at)| (at, ColumnType::Text))
            .collect();
        let mut looked_at = HashMap::new();
        if !open.is_empty() {
            // Every cell has its say, as in a first conversion; what this pass writes is of no use.
            let mut spool = Spool::beside(&self.output.data)?;
            let steps = steps(&looking, false);
            let result = steps.pass(&open, &self.look, None, &mut spool, &mut self.progress)?;
            inputs.check_unchanged(&result.stats)?;
            std::fs::remove_file(&self.look)
                .map_err(|cause| Error::writing(&self.look, cause, 0))?;
            if let Some(other) = other(&result) {
                return Ok(Err(other));
            }
            looked_at.extend(
                result
                    .columns
                    .into_iter()
                    .map(|column| (column.index, column.evidence)),
            );
        }
        let mut is_order_assumed = Vec::new();
        let mut typed = Vec::new();
        for (edit, &at) in self.edits.iter().zip(columns) {
            let (column_type, is_assumed) = match edit.target {
                Some(Target::Known(column_type)) => (column_type, false),
                Some(Target::Open(open)) => {
                    let evidence = looked_at.get(&at).cloned().unwrap_or_default();
                    let form = evidence.moment_form(edit.order);
                    let date_form = form.map_or(DateForm::ISO, |form| form.form);
                    let has_offset = form.is_some_and(|form| form.has_offset);
                    let column_type = match (open, form) {
                        (Open::Same, _) => evidence.read_as(self.table.types[edit.index]),
                        (Open::Decimal, _) => evidence.decimal(),
                        (Open::Moment, None) => {
                            return Err(Error::Options(format!(
                                "the column {:?} has no dates of which the order could be chosen",
                                receipt.columns[edit.index].name
                            )));
                        }
                        (Open::Moment, Some(form)) if !form.has_time => ColumnType::Date(date_form),
                        (Open::Date, _) => ColumnType::Date(date_form),
                        (Open::Timestamp | Open::Moment, _) => ColumnType::Timestamp {
                            form: date_form,
                            has_offset,
                        },
                    };
                    let is_assumed = !matches!(open, Open::Decimal | Open::Same)
                        && form.is_some_and(|form| form.is_order_assumed);
                    (column_type, is_assumed)
                }
                None => (self.table.types[edit.index], false),
            };
            typed.push((at, column_type));
            is_order_assumed.push(is_assumed);
        }
        let mut spool = Spool::beside(&self.output.data)?;
        let steps = steps(&self.options, true);
        let groups = &self.table.group_rows;
        let result = steps.pass(
            &typed,
            &self.again,
            Some(groups),
            &mut spool,
            &mut self.progress,
        )?;
        inputs.check_unchanged(&result.stats)?;
        let other =
            other(&result).or_else(|| (result.group_rows != *groups).then_some(READ_OTHERWISE));
        if let Some(other) = other {
            return Ok(Err(other));
        }
        let converted = Converted {
            columns: result.columns,
            is_order_assumed,
            without_source: None,
        };
        Ok(Ok((converted, spool)))
    }

    /// Writes the strays that the other columns had and those that the converted ones have now.
    fn write_strays(
        &self,
        converted: Option<(&Converted, Spool)>,
        types: &[ColumnType],
    ) -> Result<Strays, Error> {
        let existing = self.table.existing;
        let properties = output::properties(self.options.compression);
        let mut file = StraysFile::new(&self.output.strays, properties, &self.table.files);
        let is_converted = |at: usize| self.edits.iter().any(|edit| edit.index == at);
        let kept: HashMap<&str, &String> = existing
            .receipt
            .columns
            .iter()
            .zip(&self.table.names)
            .enumerate()
            .filter(|(at, _)| !is_converted(*at))
            .map(|(_, (column, name))| (column.name.as_str(), name))
            .collect();
        let mut copied = match &existing.strays {
            Some(strays) => {
                let renamed = |name: &str| kept.get(name).map(|name| (*name).clone());
                strays::copy(strays, &mut file, renamed, self.cancel)?
            }
            None => Copied::default(),
        };
        if let Some((converted, spool)) = converted {
            let mut known = match converted.without_source {
                Some(_) => self
                    .edits
                    .iter()
                    .map(|edit| self.strays_of(edit.index))
                    .collect::<Result<_, _>>()?,
                None => Vec::new(),
            };
            // The rows of the dataset are in the order of its files.
            let mut end = 0;
            let ends = existing.receipt.sources.iter().map(|file| {
                end += file.rows_written;
                end
            });
            let ends: Vec<u64> = ends.collect();
            let file_of = |row: u64| ends.partition_point(|&end| end < row) as u32;
            let names = &self.table.names;
            let types: Vec<String> = types.iter().map(|column_type| column_type.sql()).collect();
            spool.write(&mut file, names, &types, |_, stray| {
                if self.cancel.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                let Some(at) = stray.column.filter(|_| converted.without_source.is_some()) else {
                    copied.lines.insert(stray.at);
                    copied.shorten();
                    return Ok(true);
                };
                // A line of the text that was made of the dataset says nothing; that of the source is known only where
                // the cell strayed before.
                stray.at = SourceLine {
                    file: stray.row.map_or(SourceLine::UNKNOWN.file, file_of),
                    line: 0,
                };
                stray.column = Some(self.edits[at].index);
                if let (Some(Some(known)), Some(row)) = (known.get_mut(at), stray.row)
                    && let Some(old) = known.of_row(row)?
                {
                    stray.at = old.at;
                }
                if stray.at.line > 0 {
                    copied.lines.insert(stray.at);
                    copied.shorten();
                }
                Ok(true)
            })?;
        }
        Ok(Strays {
            count: file.finish()?,
            copied,
        })
    }

    /// Brings the receipt up to date.
    fn rewrite(
        &self,
        receipt: &mut Receipt,
        converted: Option<&Converted>,
        types: &[ColumnType],
        strays: &Strays,
    ) {
        let old_names: Vec<String> = receipt
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        receipt.decisions.retain_mut(|decision| {
            let Some((kind, name)) = decision.what.split_once(':') else {
                return true;
            };
            let Some(at) = old_names.iter().position(|old| old == name) else {
                return true;
            };
            let edit = self.edits.iter().find(|edit| edit.index == at);
            // What was decided of how a column is read goes with its former reading, but for a type that was chosen; where
            // only words for a missing value are new, it is read as before.
            let is_kept = edit
                .is_none_or(|edit| !edit.is_type_given && (kind == "type" || edit.order.is_none()));
            decision.what = format!("{kind}:{}", self.table.names[at]);
            is_kept
        });
        for (column, name) in receipt.columns.iter_mut().zip(&self.table.names) {
            column.name.clone_from(name);
        }
        let (mut misfits, mut invalid) = (strays.copied.misfits, strays.copied.invalid);
        if let Some(converted) = converted {
            for ((edit, column), &is_order_assumed) in self
                .edits
                .iter()
                .zip(&converted.columns)
                .zip(&converted.is_order_assumed)
            {
                misfits += column.strays;
                invalid += column.invalid;
                let name = &self.table.names[edit.index];
                let mut notes = notes(column);
                if edit.is_type_given {
                    receipt.decisions.push(Decision {
                        what: format!("type:{name}"),
                        chosen: types[edit.index].sql(),
                        confidence: 1.0,
                        runner_up: None,
                    });
                }
                if let Some(order) = edit.order {
                    receipt.decisions.push(order_decision(name, order, true));
                } else if is_order_assumed {
                    receipt
                        .decisions
                        .push(order_decision(name, DateOrder::Dmy, false));
                    notes.push(order_note(DateOrder::Dmy));
                }
                if let Some(why) = &converted.without_source {
                    notes.push(without_source(why, self.table.types[edit.index]));
                }
                let entry = &mut receipt.columns[edit.index];
                entry.sql_type = column.column_type.sql();
                entry.nulls = column.nulls;
                entry.strays = column.strays + column.invalid;
                entry.format = column.column_type.format();
                entry.missing.clone_from(&edit.missing);
                entry.notes = notes;
            }
        }
        let of_cells = |kind: &str| kind == STRAY_CELLS || kind == INVALID_TEXT;
        receipt.warnings.retain(|warning| !of_cells(&warning.kind));
        let lines: Vec<SourceLine> = strays.copied.lines.iter().copied().collect();
        let warnings = stray_cells(misfits, &lines, &self.table.files)
            .into_iter()
            .chain(invalid_text(invalid));
        receipt.warnings.splice(0..0, warnings);
    }

    /// Brings the profile up to date.
    fn profile(&self, profile: &mut Profile, converted: Option<Converted>) {
        for (column, name) in profile.columns.iter_mut().zip(&self.table.names) {
            column.name.clone_from(name);
        }
        let columns = converted.map_or_else(Vec::new, |converted| converted.columns);
        for (edit, mut column) in self.edits.iter().zip(columns) {
            if let (Some(sketch), Some(entry)) =
                (column.sketch.take(), profile.columns.get_mut(edit.index))
            {
                *entry = sketch.finish(
                    &self.table.names[edit.index],
                    column.column_type,
                    column.nulls,
                );
            }
        }
    }
}

/// The strays that were written.
struct Strays {
    count: u64,
    /// What was taken over, and the source lines of the first hundred, new ones among them.
    copied: Copied,
}

/// The remark on a column that was converted from the dataset itself.
fn without_source(why: &str, old: ColumnType) -> String {
    let mut note = format!("converted from the dataset's own cells, because {why}");
    if old != ColumnType::Text {
        note.push_str(
            "; how they were written in it is not known, so that 1.50 may have been 1.5, and what is NULL may have been NA",
        );
    }
    note
}
