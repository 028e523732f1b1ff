//! `buzz set`: what a person says about a dataset.

use buzz_ingest::Options;

use crate::args::Set;
use crate::commands::Context;
use crate::commands::datasets::Summary;
use crate::error::Failure;
use crate::output::one_line;
use crate::progress::Bar;

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
    if let Some(send) = args.send {
        library.set_send(&dataset.id, Some(send.into()))?;
        told.push_str("what may be sent was saved\n");
    }
    for tag in &args.tag {
        library.tag(&dataset.id, tag)?;
        told.push_str("the tag was saved\n");
    }
    for tag in &args.untag {
        library.untag(&dataset.id, tag)?;
        told.push_str("the tag was taken away\n");
    }
    for fact in &args.fact {
        library.add_fact(&dataset.id, fact)?;
        told.push_str("the fact was saved\n");
    }
    for fact in &args.forget_fact {
        library.remove_fact(&dataset.id, fact)?;
        told.push_str("the fact was forgotten\n");
    }
    // Before the column may get another name.
    if let Some(column) = &args.column
        && (args.description.is_some() || args.never_send.is_some())
    {
        let description = args.description.as_deref();
        library.set_column_notes(&dataset.id, column, description, args.never_send)?;
        told.push_str("what was said about the column was saved\n");
    }
    if let Some(change) = args.change() {
        let bar = Bar::for_bytes(&context.output, &dataset.name);
        let options = Options::default();
        let changes = std::slice::from_ref(&change);
        let changed =
            library.change_columns(&dataset.id, changes, &options, &bar, &context.cancel)?;
        drop(bar);
        let columns = dataset.columns.iter().zip(&changed.columns);
        match columns.into_iter().find(|(old, new)| old != new) {
            Some((_, column)) => {
                let name = one_line(&column.name);
                let format = column.format.as_ref();
                told.push_str(&format!(
                    "the column {name} is now a {}{}\n",
                    column.sql_type,
                    format.map_or_else(String::new, |format| format!(", read as {format}"))
                ));
                for note in &column.notes {
                    context.output.remark(&format!("{name}: {note}"));
                }
            }
            None => told.push_str("the column is so already\n"),
        }
    }
    if context.output.json {
        let dataset = library.dataset(&dataset.id)?;
        return context.output.document(&Summary::from(&dataset));
    }
    context.output.print(&told)
}
