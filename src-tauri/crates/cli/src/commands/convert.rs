//! `buzz convert`: files become datasets, or Parquet files of their own.

use std::path::{Path, PathBuf};

use buzz_ingest::{Options, Receipt, TableId};
use buzz_library::{Dataset, Library, PlannedTable};
use serde::Serialize;

use crate::args::Convert;
use crate::commands::Context;
use crate::error::Failure;
use crate::output::{Output, count, one_line};
use crate::progress::Bar;
use crate::receipt;

/// What is printed about one converted file: the receipt, and where the result is.
#[derive(Debug, Serialize)]
struct Converted {
    #[serde(skip_serializing_if = "Option::is_none")]
    dataset: Option<NewDataset>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Written>,
    #[serde(flatten)]
    receipt: Receipt,
}

/// The dataset that a file became.
#[derive(Debug, Serialize)]
struct NewDataset {
    id: String,
    name: String,
}

/// The files that `--out` wrote.
#[derive(Debug, Serialize)]
struct Written {
    data: PathBuf,
    receipt: PathBuf,
    strays: Option<PathBuf>,
}

/// Converts the files one after the other, or all to one dataset; those that fail do not stop the others.
pub fn run(args: &Convert, context: &Context) -> Result<(), Failure> {
    check(args)?;
    let given = given(args, context)?;
    let output = &context.output;
    // With --out and --explain the library is not needed, and not made.
    let library = if args.out.is_some() || args.explain {
        None
    } else {
        Some(context.open()?)
    };
    if args.combine {
        let converted = combine(args, &given, library.as_ref(), context)?;
        if !output.json {
            let is_many = given.files.len() > 1;
            return print(&converted, (&given.shown(), is_many), output, true);
        }
        warn(&converted, &given.shown(), output);
        return output.document(&converted);
    }
    let files = &given.files;
    let mut done = Vec::new();
    let mut failures = Vec::new();
    let mut only_failure = None;
    for file in files {
        // Tables that were converted before one that fails are kept, and so are told of.
        let mut tables = Vec::new();
        let result = convert(args, file, library.as_ref(), context, &mut tables);
        let shown = file.display().to_string();
        for converted in tables {
            if output.json {
                warn(&converted, &shown, output);
            } else {
                print(&converted, (&shown, false), output, done.is_empty())?;
            }
            done.push(converted);
        }
        let Err(failure) = result else { continue };
        if let [file] = &files[..]
            && failure.code() != "cancelled"
        {
            only_failure = Some(match done.len() {
                0 => failure,
                kept => {
                    output.error(&failure);
                    after_tables(file, kept, &failure)
                }
            });
            break;
        }
        let cancelled = failure.code() == "cancelled";
        failures.push(failure);
        if cancelled {
            break;
        }
        if let Some(failure) = failures.last() {
            output.error(failure);
        }
    }
    if output.json {
        match (files.as_slice(), done.as_slice()) {
            ([_], []) => {}
            ([_], [converted]) if !given.has_folder && only_failure.is_none() => {
                output.document(converted)?;
            }
            _ => output.document(&done)?,
        }
    }
    if let Some(failure) = only_failure {
        return Err(failure);
    }
    outcome(failures, files.len())
}

/// The files that are to be converted.
struct Given {
    files: Vec<PathBuf>,
    /// The folder, where nothing else was named.
    folder: Option<PathBuf>,
    has_folder: bool,
}

impl Given {
    /// All of them in a few words.
    fn shown(&self) -> String {
        match (&self.folder, self.files.as_slice()) {
            (_, [file]) => file.display().to_string(),
            (Some(folder), files) => {
                format!(
                    "{} files in {}",
                    count(files.len() as u64),
                    folder.display()
                )
            }
            (None, files) => format!("{} files", count(files.len() as u64)),
        }
    }
}

/// The files that were named, and in place of folders those that are in them.
fn given(args: &Convert, context: &Context) -> Result<Given, Failure> {
    let mut given = Given {
        files: Vec::new(),
        folder: None,
        has_folder: false,
    };
    for path in &args.files {
        if !path.is_dir() {
            given.files.push(path.clone());
            continue;
        }
        given.has_folder = true;
        if let [folder] = args.files.as_slice() {
            given.folder = Some(folder.clone());
        }
        let found = buzz_ingest::files_in(path, &context.cancel)?;
        if found.files.is_empty() {
            return Err(Failure::new(
                "empty_folder",
                format!(
                    "there are no files in {} that can be read: name the files, whatever their endings",
                    path.display()
                ),
            ));
        }
        for left in &found.left_out {
            context.output.warning(&format!(
                "{} is left out: {}",
                left.path.display(),
                left.why
            ));
        }
        if found.left_out_count > found.left_out.len() as u64 {
            let more = found.left_out_count - found.left_out.len() as u64;
            context
                .output
                .warning(&format!("{} more are left out", count(more)));
        }
        given.files.extend(found.files);
    }
    let is_many = given.files.len() > 1 && !args.combine;
    if is_many && args.name.is_some() {
        return Err(Failure::usage(
            "--name names one dataset: convert the files one by one to name them, or give --combine to make one dataset of them",
        ));
    }
    if is_many && args.out.is_some() {
        return Err(Failure::usage(
            "--out writes one file: convert the files one by one to say where each goes, or give --combine to make one of them",
        ));
    }
    Ok(given)
}

/// Tells the warnings of a receipt on standard error, for those who read the result as JSON.
fn warn(converted: &Converted, what: &str, output: &Output) {
    for warning in &converted.receipt.warnings {
        output.warning(&format!("{what}: {}", warning.message));
    }
}

/// Refuses what makes no sense together.
fn check(args: &Convert) -> Result<(), Failure> {
    if args.combine && args.sheet.as_deref() == Some("all") {
        return Err(Failure::usage(
            "--combine takes one table of each file: name the sheet, or leave --sheet out for the first",
        ));
    }
    if let Some(out) = &args.out
        && !out
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
    {
        return Err(Failure::usage(
            "convert writes Parquet: give --out a name that ends in .parquet, or convert into the library and use `buzz export`",
        ));
    }
    Ok(())
}

/// Converts all files to one dataset.
fn combine(
    args: &Convert,
    given: &Given,
    library: Option<&Library>,
    context: &Context,
) -> Result<Converted, Failure> {
    let options = Options {
        table: args.sheet.clone().map(|sheet| TableId {
            sheet: Some(sheet),
            ..TableId::default()
        }),
        ..args.options()
    };
    let (files, cancel) = (given.files.as_slice(), &context.cancel);
    let bar = Bar::for_bytes(&context.output, &given.shown());
    if let Some(library) = library {
        let of_folder = given.folder.as_deref().map(buzz_library::folder_name);
        let name = args.name.as_deref().or(of_folder.as_deref());
        let dataset = library.combine(files, name, &options, &bar, cancel)?;
        return kept(library, dataset);
    }
    if let Some(out) = &args.out {
        let root = context.root()?;
        let receipt =
            buzz_library::combine_to_file(&root, files, out, args.force, &options, &bar, cancel)?;
        return Ok(written(out, receipt));
    }
    let receipt = buzz_ingest::explain_combined(files, &options, cancel)?;
    Ok(Converted {
        dataset: None,
        output: None,
        receipt,
    })
}

/// Converts every table of a file that is wanted; those that were converted go to `done`, also if one fails.
fn convert(
    args: &Convert,
    file: &Path,
    library: Option<&Library>,
    context: &Context,
    done: &mut Vec<Converted>,
) -> Result<(), Failure> {
    let tables =
        buzz_library::planned_tables(file, args.name.as_deref(), &args.sheets(), &args.options())?;
    let outs = args.out.as_deref().map(|out| outputs(out, tables.len()));
    if let Some(taken) = outs
        .iter()
        .flatten()
        .find(|out| !args.force && out.symlink_metadata().is_ok())
    {
        return Err(buzz_library::Error::Exists(taken.clone()).into());
    }
    for (i, table) in tables.iter().enumerate() {
        let out = outs.as_ref().map(|outs| outs[i].as_path());
        done.push(convert_table(args, file, table, out, library, context)?);
    }
    Ok(())
}

/// Where the tables of one file go: `X.parquet`, `X.2.parquet` and so on.
fn outputs(out: &Path, tables: usize) -> Vec<PathBuf> {
    (1..=tables)
        .map(|number| match number {
            1 => out.to_owned(),
            _ => out.with_extension(format!("{number}.parquet")),
        })
        .collect()
}

fn convert_table(
    args: &Convert,
    file: &Path,
    table: &PlannedTable,
    out: Option<&Path>,
    library: Option<&Library>,
    context: &Context,
) -> Result<Converted, Failure> {
    let options = &table.options;
    let what = file
        .file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy();
    let bar = Bar::for_bytes(&context.output, &what);
    let cancel = &context.cancel;
    if let Some(library) = library {
        let dataset = library.import(file, Some(&table.name), options, &bar, cancel)?;
        return kept(library, dataset);
    }
    if let Some(out) = out {
        let root = context.root()?;
        let receipt =
            buzz_library::convert_to_file(&root, file, out, args.force, options, &bar, cancel)?;
        return Ok(written(out, receipt));
    }
    let receipt = buzz_ingest::explain(file, options)?;
    Ok(Converted {
        dataset: None,
        output: None,
        receipt,
    })
}

/// A dataset of the library, with its receipt.
fn kept(library: &Library, dataset: Dataset) -> Result<Converted, Failure> {
    let receipt = library.receipt(&dataset.id)?;
    let dataset = NewDataset {
        id: dataset.id,
        name: dataset.name,
    };
    Ok(Converted {
        dataset: Some(dataset),
        output: None,
        receipt,
    })
}

/// What `--out` wrote.
fn written(out: &Path, receipt: Receipt) -> Converted {
    let strays = out.with_extension("strays.parquet");
    let written = Written {
        data: out.to_owned(),
        receipt: out.with_extension("receipt.json"),
        strays: strays.exists().then_some(strays),
    };
    Converted {
        dataset: None,
        output: Some(written),
        receipt,
    }
}

/// Prints what became of a file, or of several files together.
fn print(
    converted: &Converted,
    (what, is_many): (&str, bool),
    output: &Output,
    first: bool,
) -> Result<(), Failure> {
    let what = one_line(what);
    let (is, was) = match is_many {
        true => ("are", "were"),
        false => ("is", "was"),
    };
    let mut text = String::new();
    if !first {
        text.push('\n');
    }
    if let Some(dataset) = &converted.dataset {
        text.push_str(&format!(
            "{what} {is} now the dataset {}\n\n",
            one_line(&dataset.name)
        ));
    } else if let Some(written) = &converted.output {
        text.push_str(&format!(
            "{what} {was} converted to {}\n\n",
            one_line(&written.data.display().to_string())
        ));
    } else {
        text.push_str(&format!(
            "{what} would be converted so, judging by a sample of it\n\n"
        ));
    }
    let was_converted = converted.dataset.is_some() || converted.output.is_some();
    text.push_str(&if was_converted {
        receipt::text(&converted.receipt)
    } else {
        receipt::forecast(&converted.receipt)
    });
    if let Some(strays) = converted
        .output
        .as_ref()
        .and_then(|written| written.strays.as_ref())
    {
        text.push_str(&format!(
            "\nThe strays are in {}\n",
            one_line(&strays.display().to_string())
        ));
    }
    output.print(&text)
}

/// How the conversion of a file ends of which a table failed, as was told, and those before it are kept.
fn after_tables(file: &Path, kept: usize, failure: &Failure) -> Failure {
    let kept = match kept {
        1 => "the one before it is kept".to_owned(),
        kept => format!("the {} before it are kept", count(kept as u64)),
    };
    Failure::some(
        Some(failure.code()),
        format!(
            "a table of {} could not be converted, for the reason above; {kept}",
            file.display()
        ),
    )
}

/// How several conversions end: well if all did, cancelled if one was, else failed.
fn outcome(mut failures: Vec<Failure>, files: usize) -> Result<(), Failure> {
    let Some(last) = failures.pop() else {
        return Ok(());
    };
    if last.code() == "cancelled" {
        return Err(last);
    }
    let failed = failures.len() as u64 + 1;
    let shared = failures
        .iter()
        .all(|failure| failure.code() == last.code())
        .then(|| last.code());
    Err(Failure::some(
        shared,
        format!(
            "{} of {} files could not be converted, for the reasons above; the others are kept",
            count(failed),
            count(files as u64)
        ),
    ))
}
