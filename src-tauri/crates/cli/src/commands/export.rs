//! `buzz export`: a dataset, or the result of a query, becomes a file.

use buzz_query::RunOptions;
use buzz_query::export::{self, CsvStyle};

use crate::args::Export;
use crate::commands::Context;
use crate::commands::sql::{ending, report, with_target};
use crate::error::Failure;
use crate::rows::Borrowed;

/// Writes the file.
pub fn run(args: &Export, context: &Context) -> Result<(), Failure> {
    let format = match ending(&args.out).as_str() {
        "csv" => "csv",
        "parquet" => "parquet",
        "xlsx" => "xlsx",
        _ => {
            return Err(Failure::usage(
                "let --out end in .csv, .parquet or .xlsx: its ending decides the format",
            ));
        }
    };
    let style = CsvStyle {
        delimiter: args.delimiter,
        byte_order_mark: args.bom,
        guards_formulas: args.guard_formulas,
    };
    if style != CsvStyle::default() && format != "csv" {
        return Err(Failure::usage(
            "--delimiter, --bom and --guard-formulas are for CSV: let --out end in .csv",
        ));
    }
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
    let title = args.name.as_deref().unwrap_or("Result");
    let exported = with_target(&args.out, args.force, context, |target| {
        let rows = Borrowed(&mut rows);
        Ok(match format {
            "csv" => export::csv(rows, style, target)?,
            "parquet" => export::parquet(rows, target)?,
            _ => export::xlsx(rows, title, target)?,
        })
    })?;
    report(context, &args.out, format, exported, false)
}
