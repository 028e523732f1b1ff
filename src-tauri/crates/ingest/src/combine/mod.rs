//! Several files of one shape as one table: each is looked at by itself, their columns are matched, and one more says in
//! which file a row is.
//!
//! How each is read is its own affair: delimiter, encoding, packing and format may differ. What a table of several files
//! needs beyond that of one is in [`crate::convert::Inputs`] and [`crate::records::Fields`]: blocks know their file, and
//! where the table's columns are in it, so that nothing is copied and the rest of the pipeline knows no difference.

mod columns;
mod folder;
mod likeness;

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

pub use folder::{ENDINGS, FolderFiles, LeftOut, PACKED_ENDINGS, files_in};
pub use likeness::{Candidate, Combination, Fit, SharedColumn, combinable};

use columns::{Matched, Matching, listed};

use crate::convert::{FileNames, Input, Inputs, warnings_of};
use crate::detect::{self, Layout};
use crate::receipt::{Decision, SourceFile, Warning};
use crate::records::{Field, Fields};
use crate::source::Source;
use crate::{Cancel, Error, Header, Options, Visibility, columnar};

/// Files that may become one table, and the columns that they may have in all.
const MOST_FILES: usize = 10_000;
const MOST_COLUMNS_IN_ALL: usize = 2_000_000;
/// Columns up to which the way of reading files is kept in memory; of further files it is found twice.
const KEPT_COLUMNS: usize = 20_000;

/// A file that was looked at.
struct Looked {
    source: Source,
    layout: Layout,
    /// The options with which it is read so.
    options: Options,
    /// Further tables in it that a person would see.
    others: usize,
}

/// The table of these files, in this order.
///
/// # Errors
/// [`Error::Options`] for files that do not go together, and those of looking at each of them.
pub(crate) fn inputs(
    files: &[PathBuf],
    options: &Options,
    cancel: &Cancel,
) -> Result<Inputs, Error> {
    check_list(files)?;
    if options.lines.is_some() {
        return Err(Error::Options(
            "lines can be chosen of one file, but not of several that become one dataset".into(),
        ));
    }
    let (folder, names) = names(files);
    let mut table = Building::default();
    let mut empty = Vec::new();
    for (path, name) in files.iter().zip(names) {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        match table.look(path, options, cancel) {
            Ok(looked) => table.add(looked, name)?,
            // A day on which nothing happened is no reason to give up the year.
            Err(Error::Empty(_)) if files.len() > 1 => empty.push(name),
            Err(error) => return Err(error),
        }
    }
    let empty = Warning::counted(
        "empty_files",
        empty.len() as u64,
        &[],
        &format!("one file is empty and gives no rows: {}", named(&empty)),
        &format!("{{}} files are empty and give no rows: {}", named(&empty)),
    );
    match table.finish(folder, options) {
        Some(mut inputs) => {
            inputs.table.warnings.extend(empty);
            Ok(inputs)
        }
        // All of them.
        None => Err(Error::Empty(files.first().cloned().unwrap_or_default())),
    }
}

/// The table of the files of a finished conversion, read as they were read then; the inner error is the path of the one that
/// is the reason why that cannot be, and the reason.
///
/// # Errors
/// None that is about a file.
pub(crate) fn inputs_again(
    files: &[SourceFile],
    options: &Options,
) -> Result<Inputs, (PathBuf, Unlike)> {
    let mut table = Building::default();
    for file in files {
        let path = PathBuf::from(&file.source.path);
        let because = |error| (path.clone(), Unlike::Unreadable(error));
        let source = Source::open(&path).map_err(because)?;
        if source.bytes != file.source.bytes {
            return Err((path.clone(), Unlike::Changed));
        }
        // How the columns go together is compared when all of them are known.
        let found = detect::again(&source, &file.into(), |_| true).map_err(because)?;
        let Some((layout, read_as)) = found else {
            return Err((path, Unlike::ReadOtherwise));
        };
        let looked = Looked {
            source,
            layout,
            options: read_as,
            others: 0,
        };
        (table.add(looked, file.file.clone()))
            .map_err(|_| (path.clone(), Unlike::ReadOtherwise))?;
    }
    let paths: Vec<PathBuf> = (files.iter())
        .map(|file| PathBuf::from(&file.source.path))
        .collect();
    let inputs = table.finish(common_folder(&paths), options);
    inputs.ok_or_else(|| (PathBuf::new(), Unlike::ReadOtherwise))
}

/// Why a file is not what it was.
pub(crate) enum Unlike {
    Changed,
    ReadOtherwise,
    Unreadable(Error),
}

/// Refuses lists that make no table.
fn check_list(files: &[PathBuf]) -> Result<(), Error> {
    if files.is_empty() {
        return Err(Error::Options("there are no files to combine".into()));
    }
    if files.len() > MOST_FILES {
        return Err(Error::Options(format!(
            "{} files are more than the {MOST_FILES} that one dataset may be made of: combine them in several steps",
            files.len()
        )));
    }
    let mut known = HashSet::new();
    match files.iter().find(|file| !known.insert(absolute(file))) {
        Some(twice) => Err(Error::Options(format!(
            "{} is named twice, and its rows would count twice: name it once",
            twice.display()
        ))),
        None => Ok(()),
    }
}

fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // What `..` leads to, only the system knows, for there may be links on the way.
    let goes_up = absolute
        .components()
        .any(|part| part == Component::ParentDir);
    match goes_up.then(|| std::fs::canonicalize(&absolute)) {
        Some(Ok(path)) => path,
        _ => absolute,
    }
}

/// The folder in which all files lie, however deep; absolute.
pub fn common_folder(files: &[PathBuf]) -> PathBuf {
    let folder = |file: &PathBuf| absolute(file).parent().map(Path::to_owned);
    let mut folders = files.iter().filter_map(folder);
    let mut common = folders.next().unwrap_or_default();
    for folder in folders {
        while !folder.starts_with(&common) && common.pop() {}
    }
    common
}

/// The folder in which all files lie, and how the table names each: by its path from there.
fn names(files: &[PathBuf]) -> (PathBuf, Vec<String>) {
    let folder = common_folder(files);
    let name = |file: &PathBuf| {
        let file = absolute(file);
        let parts = file.strip_prefix(&folder).unwrap_or(&file).iter();
        let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    };
    let names = files.iter().map(name).collect();
    (folder, names)
}

fn named(names: &[String]) -> String {
    listed(names.iter().map(String::as_str))
}

/// Looks at the table of a file that is asked for, or else at the first that is shown.
fn look(path: &Path, options: &Options, cancel: &Cancel) -> Result<Looked, Error> {
    let source = Source::open(path)?;
    if columnar::format(&source)?.is_some() {
        return Err(Error::Options(format!(
            "{} is a Parquet or Arrow file, whose columns have types already: convert it by itself",
            path.display()
        )));
    }
    let wanted = options
        .table
        .as_ref()
        .and_then(|table| table.sheet.as_ref());
    let of_all = Options {
        table: None,
        ..options.clone()
    };
    let mut layouts = detect::layouts(&source, &of_all, cancel)?;
    let is_wanted = |layout: &Layout| {
        let table = layout.table.as_ref();
        let sheet = table.and_then(|table| table.sheet.as_ref());
        match (wanted, sheet) {
            (Some(wanted), Some(sheet)) => sheet.to_lowercase() == wanted.to_lowercase(),
            _ => layout.visibility == Visibility::Visible,
        }
    };
    let has_sheets = |layout: &Layout| {
        let table = layout.table.as_ref();
        table.is_some_and(|table| table.sheet.is_some())
    };
    let at = layouts.iter().position(is_wanted);
    let at = match (at, wanted) {
        (Some(at), _) => at,
        (None, Some(wanted)) if layouts.iter().any(has_sheets) => {
            return Err(Error::NoTable {
                path: path.to_owned(),
                what: format!("it has no sheet {wanted:?}"),
            });
        }
        (None, _) => 0,
    };
    let others = match wanted {
        Some(_) => 0,
        None => {
            let shown = |layout: &&Layout| layout.visibility == Visibility::Visible;
            layouts.iter().filter(shown).count().saturating_sub(1)
        }
    };
    let layout = layouts.swap_remove(at);
    drop(layouts);
    let options = Options {
        table: layout.table.clone(),
        ..of_all
    };
    let layout = layout.complete(&source, &options, cancel)?;
    Ok(Looked {
        source,
        layout,
        options,
        others,
    })
}

/// Whether a file's header may be its first row after all.
fn has_unsure_header(layout: &Layout) -> bool {
    /// How sure a file's own look at its header must be for others not to overrule it.
    const SURE: f64 = 0.9;
    let decided = (layout.decisions.iter()).find(|decision| decision.what == "header");
    layout.header_rows == 1 && decided.is_some_and(|decision| decision.confidence < SURE)
}

/// A table of several files while they are looked at.
#[derive(Default)]
struct Building {
    matching: Matching,
    files: Vec<Input>,
    /// The places of each file's columns in the table; shared by files that are alike.
    places: Vec<Arc<[usize]>>,
    names: Vec<String>,
    columns: usize,
    /// The layout of the first file, as that of the table.
    first: Option<Layout>,
    decisions: Vec<(String, Vec<Decision>)>,
    warnings: Vec<(String, Vec<Warning>)>,
    /// Files with further tables in them.
    with_others: Vec<String>,
}

impl Building {
    /// Looks at a file, with what is known from those before it.
    fn look(&self, path: &Path, options: &Options, cancel: &Cancel) -> Result<Looked, Error> {
        let looked = look(path, options, cancel)?;
        if options.header != Header::Auto {
            return Ok(looked);
        }
        let layout = &looked.layout;
        let first = layout.preview.first();
        let header = if !layout.has_header && first.is_some_and(|row| self.matching.is_header(row))
        {
            Header::Yes
        } else if has_unsure_header(layout) && self.matching.may_be_rows(&layout.columns) {
            Header::No
        } else {
            return Ok(looked);
        };
        let told = Options {
            header,
            ..options.clone()
        };
        look(path, &told, cancel)
    }

    fn add(&mut self, looked: Looked, name: String) -> Result<(), Error> {
        let Looked {
            source,
            mut layout,
            options,
            others,
        } = looked;
        let places = self
            .matching
            .add(&name, &layout.columns, layout.has_header)?;
        self.columns += places.len();
        if self.columns > MOST_COLUMNS_IN_ALL {
            return Err(Error::Options(format!(
                "the files have more than {MOST_COLUMNS_IN_ALL} columns, each counted by itself: combine fewer of them"
            )));
        }
        self.places.push(match self.places.last() {
            Some(last) if **last == *places => Arc::clone(last),
            _ => places.into(),
        });
        if others > 0 {
            self.with_others.push(name.clone());
        }
        let decisions = std::mem::take(&mut layout.decisions);
        self.decisions.push((name.clone(), decisions));
        let warnings = std::mem::take(&mut layout.warnings);
        if !warnings.is_empty() {
            self.warnings.push((name.clone(), warnings));
        }
        if self.first.is_none() {
            self.first = Some(Layout {
                columns: Vec::new(),
                ..layout.clone()
            });
        }
        let is_kept = self.columns <= KEPT_COLUMNS;
        self.files
            .push(Input::one_of_several(source, layout, options, is_kept));
        self.names.push(name);
        Ok(())
    }

    /// The whole table, if any file has rows for it.
    fn finish(mut self, path: PathBuf, options: &Options) -> Option<Inputs> {
        let first = self.first?;
        // Most files have their columns where the one before has them.
        type Placed = (Arc<[usize]>, Arc<[Field]>);
        let mut known: Option<Placed> = None;
        let files = self.files.iter_mut().zip(&self.names).zip(&self.places);
        for ((file, name), places) in files {
            let columns = match &known {
                Some((same, columns)) if Arc::ptr_eq(same, places) => Arc::clone(columns),
                _ => self.matching.fields(places),
            };
            known = Some((Arc::clone(places), Arc::clone(&columns)));
            file.in_table(Fields {
                columns,
                file_name: name.clone(),
            });
        }
        let Matched { plans, warnings } = self.matching.finish(options);
        let about: Vec<&SourceFile> = self.files.iter().filter_map(Input::about).collect();
        let same = |of: fn(&SourceFile) -> &String| {
            let mut values = about.iter().map(|file| of(file));
            let value = values.next().cloned().unwrap_or_default();
            if values.all(|other| *other == value) {
                value
            } else {
                String::new()
            }
        };
        let others = Warning::counted(
            "other_tables",
            self.with_others.len() as u64,
            &[],
            &format!(
                "one file has further tables, which are left out: {}; convert it by itself to have them",
                named(&self.with_others)
            ),
            &format!(
                "{{}} files have further tables, which are left out: {}; convert them one by one to have them",
                named(&self.with_others)
            ),
        );
        let of_files = self.warnings.iter();
        let of_files = warnings_of(of_files.map(|(name, warnings)| (&**name, &warnings[..])));
        let table = Layout {
            table: None,
            format: same(|file| &file.format),
            encoding: same(|file| &file.encoding),
            delimiter: same(|file| &file.delimiter),
            quote: same(|file| &file.quote),
            has_header: about.iter().any(|file| file.has_header),
            preamble_rows: about.iter().map(|file| file.preamble_rows).sum(),
            header_rows: about.iter().map(|file| file.header_rows).sum(),
            columns: plans,
            decisions: decisions(&self.decisions),
            warnings: warnings.into_iter().chain(others).chain(of_files).collect(),
            visibility: Visibility::Visible,
            rows: None,
            preview: Vec::new(),
            ..first
        };
        Some(Inputs {
            table,
            bytes: self.files.iter().map(Input::bytes).sum(),
            files: self.files,
            names: FileNames::new(self.names),
            path,
        })
    }
}

/// What was decided for all files: once where it is the same for all, with the least confidence; else once for each choice,
/// with the files.
fn decisions(files: &[(String, Vec<Decision>)]) -> Vec<Decision> {
    let mut choices: Vec<(Decision, Vec<&str>)> = Vec::new();
    for (name, decisions) in files {
        for decision in decisions {
            let is_it = |(known, _): &&mut (Decision, Vec<&str>)| {
                known.what == decision.what && known.chosen == decision.chosen
            };
            match choices.iter_mut().find(is_it) {
                Some((known, names)) => {
                    names.push(name);
                    if decision.confidence < known.confidence {
                        *known = decision.clone();
                    }
                }
                None => choices.push((decision.clone(), vec![name])),
            }
        }
    }
    let mut order: Vec<String> = Vec::new();
    for (decision, _) in &choices {
        if !order.contains(&decision.what) {
            order.push(decision.what.clone());
        }
    }
    choices.sort_by_key(|(decision, _)| order.iter().position(|what| *what == decision.what));
    (choices.into_iter())
        .map(|(decision, names)| match names.len() == files.len() {
            true => decision,
            false => Decision {
                chosen: format!("{} ({})", decision.chosen, listed(names.into_iter())),
                ..decision
            },
        })
        .collect()
}
