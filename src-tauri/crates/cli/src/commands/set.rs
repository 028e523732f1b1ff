//! `buzz set`: what a person says about a dataset.

use crate::args::Set;
use crate::commands::Context;
use crate::commands::datasets::Summary;
use crate::error::Failure;
use crate::output::one_line;

/// Makes the changes that were asked for, and shows the dataset as it is then.
pub fn run(args: &Set, context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    let dataset = library.dataset(&args.name)?;
    let mut told = String::new();
    // The name first: it is the change that may be refused.
    if let Some(name) = &args.rename {
        let renamed = library.rename(&dataset.id, name)?;
        told.push_str(&format!(
            "the dataset {} is now called {}\n",
            one_line(&dataset.name),
            one_line(&renamed.name)
        ));
    }
    if let Some(text) = &args.context {
        library.set_context(&dataset.id, text)?;
        told.push_str("the context was saved\n");
    }
    if context.output.json {
        let dataset = library.dataset(&dataset.id)?;
        return context.output.document(&Summary::from(&dataset));
    }
    context.output.print(&told)
}
