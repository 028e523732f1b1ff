//! `buzz ledger`: what was sent to Amazon Web Services, request by request.

use buzz_library::{LedgerQuery, LedgerRecord};

use crate::args::Ledger;
use crate::commands::Context;
use crate::error::Failure;
use crate::output::{Heading, clipped, count, counted, many_lines, one_line, table};

/// Lists the requests, the newest first.
pub fn run(args: &Ledger, context: &Context) -> Result<(), Failure> {
    let library = context.open()?;
    if args.clear {
        let removed = library.clear_ledger()?;
        if context.output.json {
            return context
                .output
                .document(&serde_json::json!({ "removed": removed }));
        }
        return context.output.print(&format!(
            "{} removed\n",
            counted(removed as u64, "request", "requests")
        ));
    }
    let query = LedgerQuery {
        conversation_id: args.conversation.clone(),
        text: args.search.clone(),
        before: None,
    };
    let records = library.search_ledger(&query, args.limit)?;
    if context.output.json {
        return context.output.document(&records);
    }
    if records.is_empty() {
        let searched = args.search.is_some() || args.conversation.is_some();
        context.output.remark(if searched {
            "nothing of that kind was sent"
        } else {
            "nothing was sent yet"
        });
        return Ok(());
    }
    if args.payload {
        for record in &records {
            context.output.print(&in_full(record))?;
        }
        return Ok(());
    }
    let headings = [
        Heading::number("id"),
        Heading::text("when"),
        Heading::text("sent to"),
        Heading::text("operation"),
        Heading::text("profile"),
        Heading::text("model"),
        Heading::number("bytes sent"),
        Heading::number("tokens in"),
        Heading::number("tokens out"),
        Heading::text("outcome"),
    ];
    context
        .output
        .print(&table(&headings, records.iter().map(row).collect()))
}

fn row(record: &LedgerRecord) -> Vec<String> {
    let entry = &record.entry;
    let tokens = |number: Option<u64>| number.map_or(String::new(), count);
    let outcome = record.outcome.as_ref();
    vec![
        record.id.to_string(),
        one_line(&record.created),
        clipped(&entry.endpoint, 60),
        clipped(&entry.operation, 30),
        clipped(entry.profile.as_deref().unwrap_or_default(), 30),
        clipped(entry.model.as_deref().unwrap_or_default(), 60),
        count(entry.payload.len() as u64),
        tokens(outcome.and_then(|outcome| outcome.input_tokens)),
        tokens(outcome.and_then(|outcome| outcome.output_tokens)),
        outcome_text(record),
    ]
}

fn outcome_text(record: &LedgerRecord) -> String {
    match &record.outcome {
        None => "not finished".to_owned(),
        Some(outcome) => match &outcome.error {
            Some(error) => clipped(&format!("{}: {error}", outcome.status), 80),
            None => one_line(&outcome.status),
        },
    }
}

fn in_full(record: &LedgerRecord) -> String {
    let entry = &record.entry;
    format!(
        "{} · {} · {} · {} · {}\n{}\n\n",
        record.id,
        one_line(&record.created),
        one_line(&entry.endpoint),
        one_line(&entry.operation),
        outcome_text(record),
        many_lines(&entry.payload)
    )
}
