//! The whole conversion: look at the file, convert it, correct what a late cell proved wrong, write the receipt.

mod again;
mod budget;
mod column;
mod encode;
mod inputs;
mod output;
mod pass;
mod restore;
mod sketch;
#[cfg(test)]
mod stopping;
mod strays;

pub(crate) use again::reconvert;
pub(crate) use encode::{Range, Values};
pub(crate) use inputs::{Input, Inputs, warnings_of};
pub(crate) use output::{parquet_error, properties};
pub(crate) use sketch::{Sketch, SketchSize};
pub(crate) use strays::FileNames;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use budget::Budget;
use column::{Column, PageLimits};
use output::{FileColumn, ParquetOutput};
use pass::{Pass, PassResult};
use strays::{Spool, Stray, StraysFile};

use crate::columnar;
use crate::combine::inputs as inputs_of;
use crate::detect::{self, ColumnPlan, Layout, order_name};
use crate::profile::{ColumnProfile, Profile};
use crate::progress::{Snapshot, Throttle};
use crate::receipt::{self, Decision, LINES_KEPT, Receipt, Warning};
use crate::records::{LARGEST_RECORD, ReaderStats, Reason, SourceLine};
use crate::source::Source;
use crate::types::{ColumnType, Form, MissingWords};
use crate::{Cancel, Conversion, DateOrder, Error, Options, Output, Phase, Progress, Types};

/// Files that are removed again unless the conversion succeeds.
struct Unfinished<'a>(Vec<&'a Path>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        for path in &self.0 {
            // Nothing can be done about a file that will not go; the caller sweeps its folder anyway.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The file that is written beside `data` for a while.
fn beside(data: &Path, what: &str) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(what);
    data.with_file_name(name)
}

pub(crate) fn convert(
    path: &Path,
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    let started = Instant::now();
    check_memory(options)?;
    let source = Source::open(path)?;
    let mut progress = Throttle::new(progress);
    progress.report_now(Snapshot {
        phase: Phase::Detecting,
        bytes_done: 0,
        bytes_total: source.bytes,
        rows: 0,
    });
    if let Some(format) = columnar::format(&source)? {
        let mut unfinished = Unfinished(vec![&output.data]);
        let conversion = columnar::take_in(&source, format, output, options, &mut progress, cancel)
            .map_err(|error| error.with_estimate(source.bytes))?;
        unfinished.0.clear();
        return Ok(conversion);
    }
    let layout = detect::layout(&source, options, cancel)?.complete(&source, options, cancel)?;
    let inputs = Inputs::one(source, layout);
    convert_inputs(&inputs, output, options, &mut progress, cancel, started)
}

/// Converts several files to one table.
pub(crate) fn combine(
    files: &[PathBuf],
    output: &Output,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Conversion, Error> {
    let started = Instant::now();
    check_memory(options)?;
    let mut progress = Throttle::new(progress);
    // Files that are not there are told of when it is their turn.
    let bytes = |file: &PathBuf| std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    progress.report_now(Snapshot {
        phase: Phase::Detecting,
        bytes_done: 0,
        bytes_total: files.iter().map(bytes).sum(),
        rows: 0,
    });
    let inputs = inputs_of(files, options, cancel)?;
    convert_inputs(&inputs, output, options, &mut progress, cancel, started)
}

/// Converts what is read from the inputs, and leaves nothing behind when it fails.
fn convert_inputs(
    inputs: &Inputs,
    output: &Output,
    options: &Options,
    progress: &mut Throttle,
    cancel: &Cancel,
    started: Instant,
) -> Result<Conversion, Error> {
    if cancel.is_cancelled() {
        return Err(Error::Cancelled);
    }
    let pool = workers(options)?;
    let draft = beside(&output.data, ".draft");
    let corrections = beside(&output.data, ".corrections");
    let mut unfinished = Unfinished(vec![&draft, &corrections, &output.data, &output.strays]);
    let conversion = Steps {
        inputs,
        options,
        budget: Budget::new(options.memory, inputs.table.columns.len()),
        pool: &pool,
        cancel,
        is_forced: false,
    }
    .run(output, &draft, &corrections, progress, started)
    // Parquet is hardly ever larger than the text it was made from.
    .map_err(|error| error.unless(cancel).with_estimate(inputs.bytes))?;
    unfinished
        .0
        .retain(|path| *path == draft || *path == corrections);
    Ok(conversion)
}

/// The threads that convert.
fn workers(options: &Options) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .thread_name(|i| format!("convert-{i}"))
        .build()
        .map_err(|error| {
            Error::Options(format!(
                "the worker threads could not be started ({error}): try fewer"
            ))
        })
}

pub(crate) fn check_memory(options: &Options) -> Result<(), Error> {
    if options.memory >= Options::LEAST_MEMORY {
        return Ok(());
    }
    let least = Options::LEAST_MEMORY / 1_000_000;
    Err(Error::Options(format!(
        "a conversion needs at least {least} MB of memory"
    )))
}

/// What all steps of a conversion share.
struct Steps<'a> {
    inputs: &'a Inputs,
    options: &'a Options,
    budget: Budget,
    pool: &'a rayon::ThreadPool,
    cancel: &'a Cancel,
    /// Whether a person chose the types.
    is_forced: bool,
}

impl Steps<'_> {
    fn run(
        &self,
        output: &Output,
        draft: &Path,
        corrections: &Path,
        progress: &mut Throttle,
        started: Instant,
    ) -> Result<Conversion, Error> {
        let mut spool = Spool::beside(&output.data)?;
        let plans = &self.inputs.table.columns;
        let all: Vec<(usize, ColumnType)> = plans
            .iter()
            .enumerate()
            .map(|(i, plan)| (i, plan.column_type))
            .collect();
        let mut first = self.pass(&all, draft, None, &mut spool, progress)?;
        self.inputs.check_unchanged(&first.stats)?;
        let corrected = self.corrections(&first.columns);
        if corrected.is_empty() {
            std::fs::rename(draft, &output.data)
                .map_err(|cause| Error::writing(&output.data, cause, 0))?;
        } else {
            let second = self.pass(
                &corrected,
                corrections,
                Some(&first.group_rows),
                &mut spool,
                progress,
            )?;
            self.inputs.check_unchanged(&second.stats)?;
            self.inputs.check_same(&first.stats, &second.stats)?;
            let places: Vec<usize> = corrected.iter().map(|(i, _)| *i).collect();
            for column in second.columns {
                let i = column.index;
                first.columns[i] = column;
            }
            let types: Vec<_> = first
                .columns
                .iter()
                .map(|column| (column.index, column.column_type))
                .collect();
            let columns = self.file_columns(&types);
            let properties = output::properties(self.options.compression);
            output::splice(
                &output.data,
                draft,
                Some((corrections, &places)),
                columns,
                properties,
                self.cancel,
            )?;
        }
        progress.report_now(Snapshot {
            phase: Phase::Finishing,
            bytes_done: self.inputs.bytes,
            bytes_total: self.inputs.bytes,
            rows: first.rows(),
        });
        let corrected: Vec<usize> = corrected.into_iter().map(|(i, _)| i).collect();
        let strays = self.write_strays(&first, spool, &corrected, &output.strays)?;
        if self.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let profile = self.profile(&mut first);
        let receipt = self.receipt(&first, profile.as_ref(), started);
        Ok(Conversion {
            receipt,
            profile,
            has_strays: strays > 0,
        })
    }

    /// Converts some columns, given with their types, into a Parquet file.
    fn pass(
        &self,
        columns: &[(usize, ColumnType)],
        path: &Path,
        group_rows: Option<&[u64]>,
        spool: &mut Spool,
        progress: &mut Throttle,
    ) -> Result<PassResult, Error> {
        let file_columns = self.file_columns(columns);
        let properties = output::properties(self.options.compression);
        let output = ParquetOutput::create(path, file_columns, properties, self.cancel)?;
        let is_first = group_rows.is_none();
        let limits = PageLimits {
            codec: self.options.compression,
            bytes: self.budget.page(columns.len()),
        };
        let columns = columns
            .iter()
            .zip(output.descriptors())
            .map(|(&(i, column_type), descriptor)| {
                let plan = &self.inputs.table.columns[i];
                let is_observed = is_first && plan.is_doubtful;
                let sketch = self
                    .options
                    .profile
                    .then(|| Sketch::new(self.budget.sketch));
                let mut column = Column::new(
                    i,
                    column_type,
                    is_observed,
                    plan.repeats,
                    sketch,
                    descriptor,
                    limits,
                );
                column.is_forced = self.is_forced;
                column.missing = MissingWords::new(&plan.missing);
                column
            })
            .collect();
        Pass {
            inputs: self.inputs,
            budget: &self.budget,
            pool: self.pool,
            cancel: self.cancel,
            phase: if is_first {
                Phase::Converting
            } else {
                Phase::Correcting
            },
            number: if is_first { 1 } else { 2 },
            codec: self.options.compression,
            group_rows,
        }
        .run(columns, output, spool, progress)
    }

    fn file_columns(&self, columns: &[(usize, ColumnType)]) -> Vec<FileColumn> {
        columns
            .iter()
            .map(|&(i, column_type)| FileColumn {
                name: self.inputs.table.columns[i].name.clone(),
                column_type,
            })
            .collect()
    }

    /// The columns whose cells, now that all were seen, ask for another type than they were converted to.
    fn corrections(&self, columns: &[Column]) -> Vec<(usize, ColumnType)> {
        if self.options.types == Types::Text {
            return Vec::new();
        }
        columns
            .iter()
            .filter(|column| column.column_type != ColumnType::Text || column.is_observed)
            .filter_map(|column| {
                let decided = column.evidence.decide(self.options.date_order).column_type;
                (!decided.is_read_as(column.column_type) || column.is_hopeless)
                    .then_some((column.index, decided))
            })
            .collect()
    }

    fn write_strays(
        &self,
        result: &PassResult,
        mut spool: Spool,
        corrected: &[usize],
        path: &Path,
    ) -> Result<u64, Error> {
        for (file, stats) in (0..).zip(&result.stats) {
            for record in &stats.oversized {
                let stray = Stray {
                    row: None,
                    at: SourceLine {
                        file,
                        line: record.line,
                    },
                    column: None,
                    text: record.beginning.clone(),
                    reason: Reason::Oversized,
                };
                spool
                    .push(&stray, 1)
                    .map_err(|cause| Error::writing(path, cause, 0))?;
            }
        }
        let names: Vec<String> = self
            .inputs
            .table
            .columns
            .iter()
            .map(|plan| plan.name.clone())
            .collect();
        let types: Vec<String> = result
            .columns
            .iter()
            .map(|column| column.column_type.sql())
            .collect();
        let properties = output::properties(self.options.compression);
        // What a column set aside before it was corrected is in the table now.
        let mut file = StraysFile::new(path, properties, &self.inputs.names);
        spool.write(&mut file, &names, &types, |pass, stray| {
            if self.cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            Ok(pass == 2
                || !stray
                    .column
                    .is_some_and(|column| corrected.contains(&column)))
        })?;
        file.finish()
    }

    fn profile(&self, result: &mut PassResult) -> Option<Profile> {
        self.options.profile.then(|| Profile {
            rows: result.rows(),
            columns: result
                .columns
                .iter_mut()
                .filter_map(|column| {
                    let sketch = column.sketch.take()?;
                    let name = &self.inputs.table.columns[column.index].name;
                    Some(sketch.finish(name, column.column_type, column.nulls))
                })
                .collect(),
        })
    }

    fn receipt(&self, result: &PassResult, profile: Option<&Profile>, started: Instant) -> Receipt {
        let (layout, stats) = (&self.inputs.table, &result.stats);
        let notes = self.inputs.notes(stats);
        let mut decisions = layout.decisions.clone();
        let columns = result
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let profile = profile.and_then(|profile| profile.columns.get(i));
                self.receipt_column(column, profile, &notes, &mut decisions)
            })
            .collect();
        let set_aside = result.set_aside_in();
        let rows_set_aside = result.rows_set_aside();
        let seconds = seconds_since(started);
        Receipt {
            source: self.inputs.source(self.inputs.blake3(stats)),
            sources: self.inputs.sources(stats, &set_aside),
            rows_read: result.rows() + result.blank() + rows_set_aside,
            rows_written: result.rows(),
            rows_blank: result.blank(),
            rows_set_aside,
            ragged_short: result.short(),
            ragged_long: result.long,
            columns,
            decisions,
            overruled: self.options.into(),
            warnings: self.warnings(result),
            seconds,
            bytes_per_second: (self.inputs.bytes as f64 / seconds.max(0.001)).round(),
            peak_memory_bytes: crate::platform::peak_memory(),
            ..blank_receipt(layout)
        }
    }

    fn receipt_column(
        &self,
        column: &Column,
        profile: Option<&ColumnProfile>,
        of_source: &[(usize, String)],
        decisions: &mut Vec<Decision>,
    ) -> receipt::Column {
        let plan = &self.inputs.table.columns[column.index];
        let mut notes = notes(column);
        notes.extend(plan.unit.as_ref().map(|unit| format!("unit: {unit}")));
        notes.extend(plan.remark.clone());
        let of_column = of_source.iter().filter(|(place, _)| *place == column.index);
        notes.extend(of_column.map(|(_, note)| note.clone()));
        let decided = column.evidence.decide(self.options.date_order);
        if decided.is_order_assumed && decided.column_type == column.column_type {
            let chosen = self.options.date_order.unwrap_or(DateOrder::Dmy);
            let is_given = self.options.date_order.is_some();
            decisions.push(order_decision(&plan.name, chosen, is_given));
            notes.push(order_note(chosen));
        }
        let form = column.column_type.form();
        notes.extend(form.into_iter().flat_map(Form::notes));
        let is_as_decided = decided.column_type.is_read_as(column.column_type);
        if form.is_some() && decided.is_mark_assumed && is_as_decided {
            decisions.push(Decision {
                what: format!("number_format:{}", plan.name),
                chosen: "decimal point".into(),
                confidence: 0.5,
                runner_up: Some("decimal comma".into()),
            });
            notes.push(
                "no cell tells decimal points and decimal commas apart; read with decimal points, as 1,234.5".into(),
            );
        }
        notes.extend(profile.and_then(truth_words));
        receipt::Column {
            name: plan.name.clone(),
            source_name: plan.source_name.clone(),
            sql_type: column.column_type.sql(),
            nulls: column.nulls,
            strays: column.strays + column.invalid,
            format: column.column_type.format(),
            missing: plan.missing.clone(),
            notes,
        }
    }

    fn warnings(&self, result: &PassResult) -> Vec<Warning> {
        let mut warnings = self.inputs.table.warnings.clone();
        let sum = |of: fn(&Column) -> u64| result.columns.iter().map(of).sum::<u64>();
        let mut lines: Vec<SourceLine> = result
            .columns
            .iter()
            .flat_map(|column| &column.stray_lines)
            .copied()
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines.truncate(LINES_KEPT);
        let names = &self.inputs.names;
        warnings.extend(stray_cells(sum(|column| column.strays), &lines, names));
        warnings.extend(invalid_text(sum(|column| column.invalid)));
        let mut warn = |kind: &str, count: u64, lines: &[SourceLine], one: &str, many: &str| {
            warnings.extend(at_lines(kind, count, lines, names, one, many));
        };
        let count_of = |of: fn(&ReaderStats) -> usize| {
            result
                .stats
                .iter()
                .map(|stats| of(stats) as u64)
                .sum::<u64>()
        };
        warn(
            "short_rows",
            result.short(),
            &result.lines(|stats| stats.short_lines.iter().copied()),
            "one row has fewer fields than the table has columns and was filled up with NULL",
            "{} rows have fewer fields than the table has columns and were filled up with NULL",
        );
        warn(
            "long_rows",
            result.long,
            &result.long_lines,
            "one row has more fields than the table has columns; the rest is kept in the strays",
            "{} rows have more fields than the table has columns; the rest is kept in the strays",
        );
        warn(
            "unclosed_quote",
            count_of(|stats| stats.unclosed_lines.len()),
            &result.lines(|stats| stats.unclosed_lines.iter().copied()),
            "a quote is opened and never closed; it was taken as an ordinary character",
            "{} quotes are opened and never closed; they were taken as ordinary characters",
        );
        warn(
            "oversized_records",
            count_of(|stats| stats.oversized.len()),
            &result.lines(|stats| stats.oversized.iter().map(|record| record.line)),
            &format!(
                "one record is larger than {} MB and was set aside",
                LARGEST_RECORD / 1_000_000
            ),
            &format!(
                "{{}} records are larger than {} MB and were set aside",
                LARGEST_RECORD / 1_000_000
            ),
        );
        warnings.extend(self.inputs.warnings(&result.stats));
        for (&reason, (count, lines)) in &result.aside {
            warnings.extend(records_aside(reason, *count, lines, names));
        }
        warnings
    }
}

/// The warning for records that are no rows of the table.
fn records_aside(
    reason: Reason,
    count: u64,
    lines: &[SourceLine],
    files: &FileNames,
) -> Option<Warning> {
    let (kind, what, of_many) = match reason {
        Reason::RepeatedHeader => (
            "repeated_headers",
            "one line repeats the header",
            "lines repeat the header",
        ),
        Reason::Total => ("totals", "one row totals up others", "rows total up others"),
        Reason::Note => (
            "notes",
            "one line is a remark and no row",
            "lines are remarks and no rows",
        ),
        Reason::Comment => ("comments", "one line is a comment", "lines are comments"),
        Reason::Outside => (
            "outside_table",
            "one line after the end of the table is no part of it",
            "lines after the end of the table are no part of it",
        ),
        Reason::Unreadable => (
            "unreadable_records",
            "one record cannot be read",
            "records cannot be read",
        ),
        // These are counted elsewhere.
        Reason::Misfit | Reason::InvalidText | Reason::Surplus | Reason::Oversized => return None,
    };
    at_lines(
        kind,
        count,
        lines,
        files,
        &format!("{what}; it was set aside"),
        &format!("{{}} {of_many}; they were set aside"),
    )
}

/// A note on a column whose only values are a pair of words, or 0 and 1, that may mean true and false.
fn truth_words(column: &ColumnProfile) -> Option<String> {
    if !column.frequent_exact || column.distinct != column.frequent.len() as u64 {
        return None;
    }
    let values: BTreeSet<String> = column
        .frequent
        .iter()
        .map(|frequent| frequent.value.to_ascii_lowercase())
        .collect();
    let notes = [
        (
            ["no", "yes"],
            "yes and no stay text; they were not read as true and false",
        ),
        (
            ["n", "y"],
            "Y and N stay text; they were not read as true and false",
        ),
        (
            ["0", "1"],
            "0 and 1 stay numbers; they were not read as false and true",
        ),
    ];
    notes
        .into_iter()
        .find(|(pair, _)| values.iter().eq(pair))
        .map(|(_, note)| note.to_owned())
}

/// The kinds of warnings that follow from the cells of the columns.
const STRAY_CELLS: &str = "stray_cells";
const INVALID_TEXT: &str = "invalid_text";

/// A warning of what is on some lines of the sources, as [`Warning::counted`].
fn at_lines(
    kind: &str,
    count: u64,
    lines: &[SourceLine],
    files: &FileNames,
    one: &str,
    many: &str,
) -> Option<Warning> {
    let numbers: Vec<u64> = lines.iter().map(|at| at.line).collect();
    let of_line = |at: &SourceLine| files.name(at.file).unwrap_or_default().to_owned();
    Some(Warning {
        files: match files.is_empty() {
            true => Vec::new(),
            false => lines.iter().map(of_line).collect(),
        },
        ..Warning::counted(kind, count, &numbers, one, many)?
    })
}

fn stray_cells(count: u64, lines: &[SourceLine], files: &FileNames) -> Option<Warning> {
    at_lines(
        STRAY_CELLS,
        count,
        lines,
        files,
        "one cell did not fit its column and was set aside",
        "{} cells did not fit their columns and were set aside",
    )
}

fn invalid_text(count: u64) -> Option<Warning> {
    Warning::counted(
        INVALID_TEXT,
        count,
        &[],
        "one cell has bytes that are no valid UTF-8; they are shown as \u{fffd} and kept in the strays",
        "{} cells have bytes that are no valid UTF-8; they are shown as \u{fffd} and kept in the strays",
    )
}

/// What became of the column's cells, for a person.
fn notes(column: &Column) -> Vec<String> {
    let mut notes = Vec::new();
    if column.strays > 0 {
        notes.push(format!(
            "{} {} no {} and {} set aside; {} NULL here",
            column.strays,
            if column.strays == 1 {
                "cell is"
            } else {
                "cells are"
            },
            column.column_type.sql(),
            if column.strays == 1 { "was" } else { "were" },
            if column.strays == 1 {
                "it is"
            } else {
                "they are"
            },
        ));
    }
    if column.blanked > 0 {
        notes.push(format!(
            "{} of its cells say what means a missing value here and are NULL",
            column.blanked
        ));
    }
    if column.trimmed > 0 {
        notes.push(format!(
            "read without the spaces around {} of its cells",
            column.trimmed
        ));
    }
    if column.rewritten > 0 {
        notes.push(format!(
            "{} of its cells were read by their value and not as they are written, such as 7 for 007 or 7.0",
            column.rewritten
        ));
    }
    if column.invalid > 0 {
        notes.push(format!(
            "{} of its cells have bytes that are no valid UTF-8; they are shown as \u{fffd} and kept in the strays",
            column.invalid
        ));
    }
    if matches!(
        column.column_type,
        ColumnType::Timestamp {
            has_offset: true,
            ..
        }
    ) {
        notes.push("times had an offset and are now in UTC".into());
    }
    notes
}

/// That day or month comes first in a column, and whether a person said so.
fn order_decision(column: &str, chosen: DateOrder, is_given: bool) -> Decision {
    let other = match chosen {
        DateOrder::Dmy => DateOrder::Mdy,
        DateOrder::Mdy => DateOrder::Dmy,
    };
    Decision {
        what: format!("date_order:{column}"),
        chosen: order_name(chosen).into(),
        confidence: if is_given { 1.0 } else { 0.5 },
        runner_up: Some(order_name(other).into()),
    }
}

fn order_note(chosen: DateOrder) -> String {
    format!(
        "no row tells day and month apart; read as {}",
        order_name(chosen)
    )
}

/// Wall time to the millisecond; more digits would say nothing.
fn seconds_since(started: Instant) -> f64 {
    started.elapsed().as_millis() as f64 / 1000.0
}

/// A receipt of nothing, with what the layout says.
fn blank_receipt(layout: &Layout) -> Receipt {
    Receipt {
        source: receipt::Source {
            path: String::new(),
            bytes: 0,
            modified: None,
            blake3: String::new(),
        },
        sources: Vec::new(),
        table: layout.table.clone(),
        format: layout.format.clone(),
        encoding: layout.encoding.clone(),
        delimiter: layout.delimiter.clone(),
        quote: layout.quote.clone(),
        has_header: layout.has_header,
        preamble_rows: layout.preamble_rows,
        header_rows: layout.header_rows,
        rows_read: 0,
        rows_written: 0,
        rows_blank: 0,
        rows_set_aside: 0,
        ragged_short: 0,
        ragged_long: 0,
        columns: Vec::new(),
        decisions: layout.decisions.clone(),
        overruled: receipt::Overruled::default(),
        warnings: layout.warnings.clone(),
        seconds: 0.0,
        bytes_per_second: 0.0,
        peak_memory_bytes: None,
    }
}

pub(crate) fn explain(path: &Path, options: &Options) -> Result<Receipt, Error> {
    let started = Instant::now();
    check_memory(options)?;
    let source = Source::open(path)?;
    if let Some(format) = columnar::format(&source)? {
        return columnar::explain(&source, format, options);
    }
    let layout = detect::layout(&source, options, &Cancel::new())?;
    Ok(forecast(&Inputs::one(source, layout), started))
}

/// What a conversion of several files to one table would decide.
pub(crate) fn explain_combined(
    files: &[PathBuf],
    options: &Options,
    cancel: &Cancel,
) -> Result<Receipt, Error> {
    let started = Instant::now();
    check_memory(options)?;
    let inputs = inputs_of(files, options, cancel)?;
    Ok(forecast(&inputs, started))
}

/// The receipt of what was only looked at.
fn forecast(inputs: &Inputs, started: Instant) -> Receipt {
    let column = |plan: &ColumnPlan| receipt::Column {
        name: plan.name.clone(),
        source_name: plan.source_name.clone(),
        sql_type: plan.column_type.sql(),
        nulls: 0,
        strays: 0,
        format: plan.column_type.format(),
        missing: plan.missing.clone(),
        notes: plan.remark.iter().cloned().collect(),
    };
    Receipt {
        source: inputs.source(String::new()),
        sources: inputs.sources(&[], &[]),
        columns: inputs.table.columns.iter().map(column).collect(),
        seconds: seconds_since(started),
        ..blank_receipt(&inputs.table)
    }
}
