//! `buzz remove`: a dataset is deleted; the file it was made from stays.

use serde::Serialize;

use crate::args::Remove;
use crate::commands::Context;
use crate::commands::datasets::Summary;
use crate::error::Failure;
use crate::output::one_line;

/// What is printed about the deleted dataset.
#[derive(Debug, Serialize)]
struct Removed<'a> {
    removed: Summary<'a>,
}

/// Deletes the dataset.
pub fn run(args: &Remove, context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    let dataset = library.dataset(&args.name)?;
    library.remove(&dataset.id)?;
    if context.output.json {
        return context.output.document(&Removed {
            removed: Summary::from(&dataset),
        });
    }
    context.output.print(&format!(
        "the dataset {} was deleted\n",
        one_line(&dataset.name)
    ))
}
