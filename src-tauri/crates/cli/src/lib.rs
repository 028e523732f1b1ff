//! `buzz`: the same core as the window, from a terminal.
//!
//! Standard output carries the result and nothing else; progress, warnings and errors go to standard error.
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 124 timed out, 130 cancelled.
//!
//! A library, so that one program can be both: DuckDB is large, and a package for Linux carries it once.

mod args;
mod commands;
mod error;
mod interrupt;
mod output;
mod progress;
mod receipt;
mod rows;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::args::{Cli, Command};
use crate::commands::Context;
use crate::error::Failure;
use crate::output::{Output, to_stderr};

/// Does what the arguments say, without the program's name, and tells with what to exit.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let words = std::iter::once(OsString::from("buzz")).chain(arguments.iter().cloned());
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    let output = Output {
        json: cli.global.json,
        quiet: cli.global.quiet,
    };
    if let Ok(filter) = EnvFilter::try_from_env("BUZZ_LOG") {
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .init();
    }
    match command(cli, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.error(&failure);
            output.error_document(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn command(cli: Cli, output: Output) -> Result<(), Failure> {
    let context = Context {
        library: cli.global.library,
        output,
        cancel: interrupt::watch()?,
    };
    match cli.command {
        Command::Convert(args) => commands::convert::run(&args, &context),
        Command::Datasets => commands::datasets::run(&context),
        Command::Show(args) => commands::show::run(&args, &context),
        Command::Remove(args) => commands::remove::run(&args, &context),
        Command::Set(args) => commands::set::run(&args, &context),
        Command::Sql(args) => commands::sql::run(&args, &context),
        Command::Ask(args) => commands::ask::run(&args, &context),
        Command::Export(args) => commands::export::run(&args, &context),
        Command::Backup(args) => commands::backup::run(&args, &context),
        Command::Ledger(args) => commands::ledger::run(&args, &context),
        Command::Eval(args) => commands::eval::run(&args, &context),
        Command::Aws(args) => commands::aws::run(&args, &context),
    }
}

/// Ends on a command line that clap could not read, or that asked for help.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Help that nobody reads to its end is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let rendered = error.render().to_string();
    to_stderr(rendered.trim_end());
    // What could not be parsed cannot say whether JSON is wanted, so the words themselves are looked at.
    let json = (arguments.iter())
        .take_while(|word| *word != "--")
        .any(|word| word == "--json");
    let sentence: Vec<&str> = rendered
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim)
        .collect();
    let sentence = sentence.join(" ");
    let failure = Failure::usage(sentence.strip_prefix("error: ").unwrap_or(&sentence));
    Output { json, quiet: false }.error_document(&failure);
    ExitCode::from(failure.exit_code())
}
