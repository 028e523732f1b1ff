//! `buzz export`: a dataset, or the result of a query, becomes a file.

use buzz_query::RunOptions;

use crate::args::{Export, Format};
use crate::commands::Context;
use crate::commands::sql::{ending, report, write_file};
use crate::error::Failure;

/// Writes the file.
pub fn run(args: &Export, context: &Context) -> Result<(), Failure> {
    let (format, name) = match ending(&args.out).as_str() {
        "csv" => (Format::Csv, "csv"),
        "parquet" => (Format::Parquet, "parquet"),
        "xlsx" => {
            return Err(Failure::usage(
                "Excel workbooks cannot be written yet: let --out end in .csv, which Excel opens, or in .parquet",
            ));
        }
        _ => {
            return Err(Failure::usage(
                "let --out end in .csv or .parquet: its ending decides the format",
            ));
        }
    };
    let library = context.open()?;
    let mut rows = match (&args.name, &args.sql) {
        (Some(name), _) => {
            let dataset = library.dataset(name)?;
            let engine = context.engine(&library, std::slice::from_ref(&dataset))?;
            engine.scan(&dataset.name, &context.cancel)?
        }
        (None, Some(sql)) => {
            let engine = context.engine(&library, &library.datasets()?)?;
            engine.query(sql, &RunOptions::default(), &context.cancel)?
        }
        (None, None) => return Err(Failure::usage("name a dataset, or give --sql with a query")),
    };
    let exported = write_file(&mut rows, format, &args.out, args.force, context)?;
    report(context, &args.out, name, exported, false)
}
