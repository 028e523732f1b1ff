//! A conversation as Markdown, to be read or passed on elsewhere.

use std::fmt::Write as _;

use buzz_library::{Conversation, Message};

use crate::record::{AssistantRecord, Step, UserRecord};

/// Rows of a table in the text at most.
const ROWS: usize = 20;

/// Writes a conversation as Markdown: questions, answers, the SQL and the first rows of each table.
pub fn markdown(conversation: &Conversation, messages: &[Message]) -> String {
    let mut out = format!(
        "# {}\n\n{}\n",
        line(&conversation.title),
        line(&conversation.created)
    );
    for message in messages {
        if message.role == "user" {
            if let Ok(record) = serde_json::from_value::<UserRecord>(message.content.clone()) {
                let _ = write!(out, "\n## {}\n", line(&record.text));
            }
            continue;
        }
        let Ok(record) = serde_json::from_value::<AssistantRecord>(message.content.clone()) else {
            continue;
        };
        let _ = write!(out, "\n{}\n", record.text.trim());
        for note in &record.notes {
            let _ = write!(out, "\n> {}\n", line(note));
        }
        if let Some(error) = &record.error {
            let _ = write!(out, "\n> {}\n", line(&error.message));
        }
        for step in &record.steps {
            describe(&mut out, step);
        }
    }
    out
}

fn describe(out: &mut String, step: &Step) {
    if step.sql.is_empty() {
        return;
    }
    // A fence that is longer than any in the text cannot be ended by it.
    let longest = step
        .sql
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = write!(out, "\n{fence}sql\n{}\n{fence}\n", step.sql.trim_end());
    for note in &step.notes {
        let _ = write!(out, "\n> {}\n", line(note));
    }
    if let Some(error) = &step.error {
        let _ = write!(out, "\n> {}\n", line(&error.message));
        return;
    }
    if step.columns.is_empty() {
        return;
    }
    let names: Vec<String> = step
        .columns
        .iter()
        .map(|column| cell(&column.name))
        .collect();
    let _ = write!(
        out,
        "\n| {} |\n|{}\n",
        names.join(" | "),
        " --- |".repeat(names.len())
    );
    for row in step.preview.iter().take(ROWS) {
        let cells: Vec<String> = row
            .iter()
            .map(|value| value.as_deref().map_or_else(String::new, cell))
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    let shown = step.preview.len().min(ROWS) as u64;
    if let Some(rows) = step.rows.filter(|rows| *rows > shown) {
        let _ = write!(out, "\n… and {} more rows\n", rows - shown);
    }
}

/// Text as one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text as a cell of a table, in which nothing is Markdown or HTML.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
