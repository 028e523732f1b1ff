//! `buzz backup`: the library is copied into a folder.

use std::path::PathBuf;

use buzz_library::backup_name;
use serde::Serialize;

use crate::args::Backup;
use crate::commands::Context;
use crate::error::Failure;
use crate::output::one_line;

/// What is printed about the copy.
#[derive(Debug, Serialize)]
struct Copied {
    backup: PathBuf,
    datasets: usize,
}

/// Copies the library.
pub fn run(args: &Backup, context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    let name = backup_name(&jiff::Zoned::now());
    let backup = library.copy(&args.into, &name, &|_| (), &context.cancel)?;
    let datasets = library.datasets()?.len();
    if context.output.json {
        return context.output.document(&Copied { backup, datasets });
    }
    context.output.print(&format!(
        "the library was copied to {}: --library opens it\n",
        one_line(&backup.display().to_string())
    ))
}
