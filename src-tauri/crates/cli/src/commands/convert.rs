//! `buzz convert`: files become datasets, or Parquet files of their own.

use std::path::{Path, PathBuf};

use buzz_ingest::Receipt;
use buzz_library::{Library, PlannedTable};
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

/// Converts the files one after the other; those that fail do not stop the others.
pub fn run(args: &Convert, context: &Context) -> Result<(), Failure> {
    check(args)?;
    let output = &context.output;
    // With --out and --explain the library is not needed, and not made.
    let library = if args.out.is_some() || args.explain {
        None
    } else {
        Some(context.open()?)
    };
    let mut done = Vec::new();
    let mut failures = Vec::new();
    for file in &args.files {
        match convert(args, file, library.as_ref(), context) {
            Ok(tables) => {
                for converted in tables {
                    if output.json {
                        for warning in &converted.receipt.warnings {
                            output.warning(&format!("{}: {}", file.display(), warning.message));
                        }
                    } else {
                        print(&converted, file, output, done.is_empty())?;
                    }
                    done.push(converted);
                }
            }
            Err(failure) if args.files.len() == 1 => return Err(failure),
            Err(failure) => {
                let cancelled = failure.code() == "cancelled";
                failures.push(failure);
                if cancelled {
                    break;
                }
                if let Some(failure) = failures.last() {
                    output.error(failure);
                }
            }
        }
    }
    if output.json {
        match (args.files.as_slice(), done.as_slice()) {
            ([_], [converted]) => output.document(converted)?,
            _ => output.document(&done)?,
        }
    }
    outcome(failures, args.files.len())
}

/// Refuses what makes no sense together.
fn check(args: &Convert) -> Result<(), Failure> {
    if args.files.len() > 1 && args.name.is_some() {
        return Err(Failure::usage(
            "--name names one dataset: convert the files one by one to name them",
        ));
    }
    if args.files.len() > 1 && args.out.is_some() {
        return Err(Failure::usage(
            "--out writes one file: convert the files one by one to say where each goes",
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

/// Converts every table of a file that is wanted.
fn convert(
    args: &Convert,
    file: &Path,
    library: Option<&Library>,
    context: &Context,
) -> Result<Vec<Converted>, Failure> {
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
    (tables.iter().enumerate())
        .map(|(i, table)| {
            let out = outs.as_ref().map(|outs| outs[i].as_path());
            convert_table(args, file, table, out, library, context)
        })
        .collect()
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
        let receipt = library.receipt(&dataset.id)?;
        let dataset = NewDataset {
            id: dataset.id,
            name: dataset.name,
        };
        return Ok(Converted {
            dataset: Some(dataset),
            output: None,
            receipt,
        });
    }
    if let Some(out) = out {
        let root = context.root()?;
        let receipt =
            buzz_library::convert_to_file(&root, file, out, args.force, options, &bar, cancel)?;
        let strays = out.with_extension("strays.parquet");
        let written = Written {
            data: out.to_owned(),
            receipt: out.with_extension("receipt.json"),
            strays: strays.exists().then_some(strays),
        };
        return Ok(Converted {
            dataset: None,
            output: Some(written),
            receipt,
        });
    }
    let receipt = buzz_ingest::explain(file, options)?;
    Ok(Converted {
        dataset: None,
        output: None,
        receipt,
    })
}

fn print(converted: &Converted, file: &Path, output: &Output, first: bool) -> Result<(), Failure> {
    let file = one_line(&file.display().to_string());
    let mut text = String::new();
    if !first {
        text.push('\n');
    }
    if let Some(dataset) = &converted.dataset {
        text.push_str(&format!(
            "{file} is now the dataset {}\n\n",
            one_line(&dataset.name)
        ));
    } else if let Some(written) = &converted.output {
        text.push_str(&format!(
            "{file} was converted to {}\n\n",
            one_line(&written.data.display().to_string())
        ));
    } else {
        text.push_str(&format!(
            "{file} would be converted so, judging by a sample of it\n\n"
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
