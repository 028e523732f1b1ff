//! `buzz sql`: one read-only query over every dataset of the library.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::ipc::writer::StreamWriter;
use buzz_query::export::{self, CsvStyle, Exported, Target};
use buzz_query::{Rows, RunOptions};
use parquet::arrow::ArrowWriter;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::args::{Format, Sql};
use crate::commands::Context;
use crate::error::Failure;
use crate::output::{bytes, counted, one_line};
use crate::progress::Bar;
use crate::rows::{self, Borrowed};

/// Rows that a table for people shows unless told otherwise.
const TABLE_ROWS: u64 = 100;

/// What is printed about a result that went to a file.
#[derive(Debug, Serialize)]
pub struct Saved<'a> {
    path: &'a Path,
    format: &'static str,
    rows: u64,
    bytes: u64,
    truncated: bool,
    /// Texts that were longer than the format allows.
    cut: u64,
}

/// Runs the query and writes its result.
pub fn run(args: &Sql, context: &Context) -> Result<(), Failure> {
    let format = format(args, context)?;
    if args.out.is_none()
        && matches!(format, Format::Parquet | Format::Arrow)
        && io::stdout().is_terminal()
    {
        return Err(Failure::usage(format!(
            "{} is not for a terminal: give --out FILE, or send it on with a pipe",
            name(format)
        )));
    }
    let library = context.open()?;
    let engine = context.engine(&library, &library.datasets()?)?;
    let options = RunOptions {
        timeout: args.timeout,
        max_rows: if format == Format::Table {
            args.max_rows.or(Some(TABLE_ROWS))
        } else {
            args.max_rows
        },
        now: None,
    };
    let rows = engine.query(&args.query, &options, &context.cancel)?;
    match &args.out {
        Some(out) => save(rows, format, out, args.force, context),
        None => print(rows, format, args, context),
    }
}

/// The format that was asked for, in words, by the output's ending, or by `--json`.
fn format(args: &Sql, context: &Context) -> Result<Format, Failure> {
    let by_ending = match &args.out {
        None => None,
        Some(out) => match ending(out).as_str() {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "parquet" => Some(Format::Parquet),
            "arrow" => Some(Format::Arrow),
            "txt" => Some(Format::Table),
            _ if args.format.is_some() => None,
            _ => {
                return Err(Failure::usage(
                    "the ending of --out names no format: let it end in .csv, .json, .parquet or .arrow, or give --format",
                ));
            }
        },
    };
    match (args.format, by_ending) {
        (Some(format), _)
            if context.output.json && args.out.is_none() && format != Format::Json =>
        {
            Err(Failure::usage(format!(
                "--json prints one JSON document, which --format {} is not: leave one of the two out",
                name(format)
            )))
        }
        (Some(format), _) => Ok(format),
        (None, Some(format)) => Ok(format),
        (None, None) if context.output.json => Ok(Format::Json),
        (None, None) => Ok(Format::Table),
    }
}

/// The ending of a file's name in lower case, without the dot.
pub fn ending(path: &Path) -> String {
    path.extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase()
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Table => "table",
        Format::Csv => "csv",
        Format::Json => "json",
        Format::Parquet => "parquet",
        Format::Arrow => "arrow",
    }
}

/// Writes the result to standard output.
fn print(mut rows: Rows, format: Format, args: &Sql, context: &Context) -> Result<(), Failure> {
    let output = &context.output;
    if format == Format::Table {
        let batches = rows.by_ref().collect::<Result<Vec<RecordBatch>, _>>()?;
        output.print(&rows::text(&rows.schema(), &batches)?)?;
        let shown: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let shown = counted(shown as u64, "row", "rows");
        match (rows.truncated(), args.max_rows) {
            (false, _) => output.remark(&shown),
            (true, Some(_)) => output.remark(&format!("the first {shown}; there are more")),
            (true, None) => output.remark(&format!(
                "the first {shown}; there are more: --max-rows shows more, --out FILE keeps them all"
            )),
        }
        return Ok(());
    }
    let mut stdout = output.stdout();
    if let Err(failure) = stream(&mut rows, format, &mut stdout, context) {
        // What was not sent yet is no whole result and never will be.
        let _ = stdout.into_parts();
        return Err(failure);
    }
    stdout.flush().map_err(Failure::writing)?;
    // The JSON document says so itself.
    if rows.truncated() && format != Format::Json {
        output.remark("these are not all rows: --max-rows cut the result");
    }
    Ok(())
}

/// Writes the rows while they come, and returns how many there were.
fn stream(
    rows: &mut Rows,
    format: Format,
    out: &mut (impl Write + Send),
    context: &Context,
) -> Result<u64, Failure> {
    let mut count = 0;
    match format {
        Format::Csv => {
            let exported = export::write_csv(Borrowed(rows), out, &context.cancel);
            count = exported
                .map_err(|error| match error {
                    buzz_query::Error::Stream(cause) => Failure::writing(cause),
                    error => error.into(),
                })?
                .rows;
        }
        Format::Json => count = rows::json(Borrowed(rows), |rows| rows.0.truncated(), out)?,
        Format::Arrow => {
            let mut writer = StreamWriter::try_new(out, &rows.schema()).map_err(arrow_failure)?;
            for batch in rows {
                let batch = batch?;
                count += batch.num_rows() as u64;
                writer.write(&batch).map_err(arrow_failure)?;
            }
            writer.finish().map_err(arrow_failure)?;
        }
        Format::Parquet => {
            let mut writer =
                ArrowWriter::try_new(out, rows.schema(), None).map_err(parquet_failure)?;
            for batch in rows {
                let batch = batch?;
                count += batch.num_rows() as u64;
                writer.write(&batch).map_err(parquet_failure)?;
                // A row group is held in memory until it is written, and rows may be wide.
                if writer.in_progress_size() > 16_000_000 {
                    writer.flush().map_err(parquet_failure)?;
                }
            }
            writer.close().map_err(parquet_failure)?;
        }
        Format::Table => {
            let batches = rows.by_ref().collect::<Result<Vec<RecordBatch>, _>>()?;
            let text = rows::text(&rows.schema(), &batches)?;
            out.write_all(text.as_bytes()).map_err(Failure::writing)?;
            count = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        }
    }
    Ok(count)
}

/// Writes the result to a file and says so.
fn save(
    mut rows: Rows,
    format: Format,
    out: &Path,
    force: bool,
    context: &Context,
) -> Result<(), Failure> {
    let exported = write_file(&mut rows, format, out, force, context)?;
    report(context, out, name(format), exported, rows.truncated())
}

/// Writes rows to a file in one of the formats that a file may have.
fn write_file(
    rows: &mut Rows,
    format: Format,
    out: &Path,
    force: bool,
    context: &Context,
) -> Result<Exported, Failure> {
    with_target(out, force, context, |target| match format {
        Format::Csv => Ok(export::csv(Borrowed(rows), CsvStyle::default(), target)?),
        Format::Parquet => Ok(export::parquet(Borrowed(rows), target)?),
        Format::Arrow => Ok(export::arrow(Borrowed(rows), target)?),
        Format::Json | Format::Table => {
            write_text(target, |file| stream(rows, format, file, context))
        }
    })
}

/// Has a file written, with its progress on the terminal.
pub fn with_target(
    out: &Path,
    force: bool,
    context: &Context,
    write: impl FnOnce(&Target<'_>) -> Result<Exported, Failure>,
) -> Result<Exported, Failure> {
    let bar = Bar::for_rows(
        &context.output,
        &out.file_name().unwrap_or_default().to_string_lossy(),
    );
    let progress = |rows, bytes| bar.rows(rows, bytes);
    write(&Target {
        path: out,
        force,
        progress: &progress,
        cancel: &context.cancel,
    })
}

/// Writes a file whole and durable, or not at all.
fn write_text(
    target: &Target<'_>,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<u64, Failure>,
) -> Result<Exported, Failure> {
    if !target.force && target.path.try_exists().map_err(Failure::writing)? {
        return Err(Failure::exists(target.path));
    }
    let folder = match target.path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let file = temporary(folder).map_err(Failure::writing)?;
    let mut writer = BufWriter::new(file.as_file());
    let rows = write(&mut writer)?;
    writer.flush().map_err(Failure::writing)?;
    drop(writer);
    file.as_file().sync_all().map_err(Failure::writing)?;
    let bytes = file.as_file().metadata().map_err(Failure::writing)?.len();
    let kept = if target.force {
        file.persist(target.path)
    } else {
        file.persist_noclobber(target.path)
    };
    match kept {
        Ok(_) => Ok(Exported {
            rows,
            bytes,
            cut: 0,
        }),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::exists(target.path))
        }
        Err(error) => Err(Failure::writing(error.error)),
    }
}

/// A file beside the one to come, with the permissions that a new file gets.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".buzz-");
    // Temporary files are closed to others, but this one is to become a file like any other.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Says what went to the file.
pub fn report(
    context: &Context,
    path: &Path,
    format: &'static str,
    exported: Exported,
    truncated: bool,
) -> Result<(), Failure> {
    let Exported {
        rows,
        bytes: size,
        cut,
    } = exported;
    if cut > 0 {
        context.output.warning(&format!(
            "{} longer than a cell of the file can be, and {} cut there: choose .csv or .parquet to keep them whole",
            counted(cut, "text is", "texts are"),
            if cut == 1 { "was" } else { "were" }
        ));
    }
    if context.output.json {
        return context.output.document(&Saved {
            path,
            format,
            rows,
            bytes: size,
            truncated,
            cut,
        });
    }
    context.output.print(&format!(
        "{}: {}, {}{}\n",
        one_line(&path.display().to_string()),
        counted(rows, "row", "rows"),
        bytes(size),
        if truncated { ", cut by --max-rows" } else { "" }
    ))
}

fn arrow_failure(error: arrow::error::ArrowError) -> Failure {
    match error {
        arrow::error::ArrowError::IoError(_, cause) => Failure::writing(cause),
        error => Failure::new(
            "arrow",
            format!("the result could not be written as Arrow ({error}): try --format csv"),
        ),
    }
}

fn parquet_failure(error: parquet::errors::ParquetError) -> Failure {
    if let parquet::errors::ParquetError::External(cause) = error {
        return match cause.downcast::<io::Error>() {
            Ok(cause) => Failure::writing(*cause),
            Err(cause) => not_as_parquet(&cause.to_string()),
        };
    }
    not_as_parquet(&error.to_string())
}

fn not_as_parquet(cause: &str) -> Failure {
    Failure::new(
        "parquet",
        format!("the result could not be written as Parquet ({cause}): try --format csv"),
    )
}
