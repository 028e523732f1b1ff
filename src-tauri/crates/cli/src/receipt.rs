//! How a receipt reads for people.

use std::fmt::Write;

use buzz_ingest::{Column, Receipt, Warning};

use crate::output::{Heading, bytes, clipped, count, counted, one_line, seconds, table};

/// Columns that are listed; a dataset of ten thousand is read in JSON.
const MOST_COLUMNS: usize = 200;

/// A receipt of a conversion that did not take place: what would be decided, and nothing that was counted.
pub fn forecast(receipt: &Receipt) -> String {
    let mut text = opening(receipt);
    closing(&mut text, receipt);
    text
}

/// The receipt as text of several lines: what was read, what became of every row, the columns, what was
/// decided, and what to look at.
pub fn text(receipt: &Receipt) -> String {
    let mut text = opening(receipt);
    fact(&mut text, "rows", &rows(receipt));
    for (number, what) in [
        (
            receipt.ragged_short,
            "with too few fields, filled up with NULL",
        ),
        (
            receipt.ragged_long,
            "with too many fields, the rest is in the strays",
        ),
    ] {
        if number > 0 {
            fact(
                &mut text,
                "",
                &format!("{} {what}", counted(number, "row", "rows")),
            );
        }
    }
    let mut cost = format!(
        "{}, {} per second",
        seconds(receipt.seconds),
        bytes(receipt.bytes_per_second as u64)
    );
    if let Some(peak) = receipt.peak_memory_bytes {
        let _ = write!(cost, ", peak memory {}", bytes(peak));
    }
    fact(&mut text, "took", &cost);
    closing(&mut text, receipt);
    text
}

/// Files that are listed where a dataset is made of several.
const MOST_FILES: usize = 20;

/// What was read, and how.
fn opening(receipt: &Receipt) -> String {
    let mut text = String::new();
    let files = match receipt.sources.len() as u64 {
        0 => String::new(),
        files => format!("{} in ", counted(files, "file", "files")),
    };
    fact(
        &mut text,
        "source",
        &format!(
            "{files}{}, {}",
            one_line(&receipt.source.path),
            bytes(receipt.source.bytes)
        ),
    );
    for file in receipt.sources.iter().take(MOST_FILES) {
        let rows = match file.rows_read {
            0 => String::new(),
            _ => format!(", {}", counted(file.rows_written, "row", "rows")),
        };
        fact(&mut text, "", &format!("{}{rows}", one_line(&file.file)));
    }
    if receipt.sources.len() > MOST_FILES {
        let more = (receipt.sources.len() - MOST_FILES) as u64;
        let more = counted(more, "file more", "files more");
        fact(
            &mut text,
            "",
            &format!("… and {more}; --json shows them all"),
        );
    }
    fact(&mut text, "read as", &dialect(receipt));
    text
}

/// The columns, the decisions and the warnings.
fn closing(text: &mut String, receipt: &Receipt) {
    text.push('\n');
    text.push_str(&columns(&receipt.columns));
    if !receipt.decisions.is_empty() {
        text.push_str("\nDecided on your behalf\n");
        for decision in &receipt.decisions {
            let _ = write!(
                text,
                "  {}: {} ({:.0} % sure",
                one_line(&decision.what),
                visible(&decision.chosen),
                decision.confidence * 100.0
            );
            if let Some(other) = &decision.runner_up {
                let _ = write!(text, ", else {}", visible(other));
            }
            text.push_str(")\n");
        }
    }
    if !receipt.warnings.is_empty() {
        text.push_str("\nWorth a look\n");
        for warning in &receipt.warnings {
            let _ = writeln!(text, "  {}{}", one_line(&warning.message), lines(warning));
            if let ("another_table", &[line]) = (&*warning.kind, &*warning.lines) {
                let above = line.saturating_sub(1);
                let _ = writeln!(
                    text,
                    "    --lines {line}- reads it, and --lines 1-{above} what is above it"
                );
            }
        }
    }
}

/// The columns with their types and remarks.
pub fn columns(columns: &[Column]) -> String {
    let headings = [
        Heading::text("column"),
        Heading::text("type"),
        Heading::number("empty"),
        Heading::number("strays"),
        Heading::text("remarks"),
    ];
    let rows = columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|column| {
            vec![
                clipped(&column.name, 48),
                column.sql_type.clone(),
                count(column.nulls),
                count(column.strays),
                clipped(&remarks(column), 120),
            ]
        })
        .collect();
    let mut text = table(&headings, rows);
    if columns.len() > MOST_COLUMNS {
        let more = (columns.len() - MOST_COLUMNS) as u64;
        let _ = writeln!(
            text,
            " … and {}; --json shows them all",
            counted(more, "column more", "columns more")
        );
    }
    text
}

fn remarks(column: &Column) -> String {
    let mut remarks = Vec::new();
    if column.source_name != column.name {
        remarks.push(format!(
            "named {} in the file",
            visible(&column.source_name)
        ));
    }
    if let Some(format) = &column.format {
        remarks.push(format!("read as {format}"));
    }
    remarks.extend(column.notes.iter().cloned());
    remarks.join("; ")
}

fn fact(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<8} {value}");
}

fn dialect(receipt: &Receipt) -> String {
    // What is empty says nothing of the file, or is different from file to file.
    let mut facts = Vec::new();
    match receipt.format.as_str() {
        "" => facts.push("different formats".to_owned()),
        format => facts.push(format.to_owned()),
    }
    if !receipt.encoding.is_empty() {
        facts.push(receipt.encoding.clone());
    }
    if !receipt.delimiter.is_empty() {
        facts.push(format!("fields between {}", visible(&receipt.delimiter)));
    }
    let mut dialect = facts.join(", ");
    if !receipt.quote.is_empty() {
        let _ = write!(dialect, ", quoted with {}", receipt.quote);
    }
    dialect.push_str(if receipt.has_header {
        ", with a header"
    } else {
        ", without a header"
    });
    if let Some(lines) = receipt.overruled.lines {
        let _ = write!(dialect, ", lines {lines} of the file");
    }
    if receipt.preamble_rows > 0 {
        let _ = write!(
            dialect,
            ", {} above it left out",
            counted(receipt.preamble_rows, "line", "lines")
        );
    }
    dialect
}

fn rows(receipt: &Receipt) -> String {
    format!(
        "{} read = {} written + {} blank + {} set aside",
        count(receipt.rows_read),
        count(receipt.rows_written),
        count(receipt.rows_blank),
        count(receipt.rows_set_aside)
    )
}

/// The first lines of a warning: ` (lines 4, 9, 12 and 30 more)`, or ` (line 4 of a.csv, line 9 of b.csv)`.
fn lines(warning: &Warning) -> String {
    const MOST: usize = 10;
    let (lines, files) = (&warning.lines, &warning.files);
    if lines.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = (lines.iter().enumerate().take(MOST))
        .map(|(i, line)| match files.get(i) {
            Some(file) => format!("line {} of {}", count(*line), one_line(file)),
            None => count(*line),
        })
        .collect();
    let more = warning.count.saturating_sub(shown.len() as u64);
    let noun = match (files.is_empty(), lines.len() == 1 && more == 0) {
        (false, _) => "",
        (true, true) => "line ",
        (true, false) => "lines ",
    };
    let tail = if more > 0 {
        format!(" and {} more", count(more))
    } else {
        String::new()
    };
    format!(" ({noun}{}{tail})", shown.join(", "))
}

/// A short text that may be invisible, such as a tab, by a name that can be read.
fn visible(text: &str) -> String {
    match text {
        "" => "nothing".to_owned(),
        "\t" => "tabs".to_owned(),
        " " => "spaces".to_owned(),
        "," => "commas".to_owned(),
        ";" => "semicolons".to_owned(),
        "|" => "bars".to_owned(),
        text => clipped(text, 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_warning() {
        let lines = |at: &[u64], files: &[&str], count| {
            lines(&Warning {
                kind: String::new(),
                message: String::new(),
                count,
                lines: at.to_vec(),
                files: files.iter().map(|file| (*file).to_owned()).collect(),
            })
        };
        assert_eq!(lines(&[], &[], 3), "");
        assert_eq!(lines(&[1_234], &[], 1), " (line 1,234)");
        assert_eq!(lines(&[1, 2], &[], 2), " (lines 1, 2)");
        let many: Vec<u64> = (1..=100).collect();
        assert_eq!(
            lines(&many, &[], 5_000),
            " (lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 4,990 more)"
        );
        assert_eq!(
            lines(&[1, 2], &["a.csv", "b.csv"], 9),
            " (line 1 of a.csv, line 2 of b.csv and 7 more)"
        );
    }
}
