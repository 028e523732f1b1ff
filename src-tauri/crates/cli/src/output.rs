//! Everything that `buzz` prints goes through here, so that standard output carries the result and nothing else.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use serde::Serialize;

use crate::error::Failure;

/// Where results, remarks and errors go to, and in which form.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Whether the result is one JSON document.
    pub json: bool,
    /// Whether standard error carries errors only.
    pub quiet: bool,
}

impl Output {
    /// Standard output, buffered; it must be flushed.
    pub fn stdout(&self) -> BufWriter<Stdout> {
        BufWriter::with_capacity(64 * 1024, io::stdout())
    }

    /// Writes text for people to standard output, at once.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = self.stdout();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .map_err(Failure::writing)
    }

    /// Writes the result as one JSON document.
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let mut stdout = self.stdout();
        serde_json::to_writer_pretty(&mut stdout, document)
            .map_err(io::Error::from)
            .and_then(|()| stdout.write_all(b"\n"))
            .and_then(|()| stdout.flush())
            .map_err(Failure::writing)
    }

    /// Tells the person something on standard error, unless only errors are wanted.
    pub fn remark(&self, text: &str) {
        if !self.quiet {
            to_stderr(&one_line(text));
        }
    }

    /// Warns the person on standard error, unless only errors are wanted.
    pub fn warning(&self, text: &str) {
        self.remark(&format!("warning: {text}"));
    }

    /// Tells the person what went wrong, in one sentence.
    pub fn error(&self, failure: &Failure) {
        if let Failure::Told { message, .. } = failure {
            to_stderr(&format!("error: {}", one_line(message)));
        }
    }

    /// Tells a program what went wrong: the last line of standard error.
    pub fn error_document(&self, failure: &Failure) {
        #[derive(Serialize)]
        struct Document<'a> {
            code: &'a str,
            message: &'a str,
        }
        if let (true, Failure::Told { code, message, .. }) = (self.json, failure) {
            let document = Document { code, message };
            // A struct of two texts cannot fail to be written as JSON.
            to_stderr(&serde_json::to_string(&document).unwrap_or_default());
        }
    }

    /// Whether progress may be drawn: standard error is a terminal, and remarks are wanted.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}

/// Writes one line to standard error. That it cannot be written can be told nowhere.
pub fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Text that may hold anything, made safe for a terminal: one line, no control characters.
///
/// Line ends and tabs are shown as `⏎` and `⇥`, other control characters as U+FFFD, so that data can
/// neither move the cursor nor change what was printed before.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => '⇥',
            c if is_unsafe(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Text of several lines, made safe for a terminal: no control characters but line ends and tabs.
pub fn many_lines(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c != '\n' && c != '\t' && is_unsafe(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Control characters, and the marks that turn the direction of the text around them.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first `most` characters of a text made safe by [`one_line`], with `…` where something is left out.
pub fn clipped(text: &str, most: usize) -> String {
    // Four bytes make a character at most: no more of a text of many megabytes is looked at.
    let end = text.floor_char_boundary(text.len().min((most + 1) * 4));
    let shown = one_line(&text[..end]);
    if shown.chars().count() > most || end < text.len() {
        let mut clipped: String = shown.chars().take(most.saturating_sub(1)).collect();
        clipped.push('…');
        return clipped;
    }
    shown
}

/// A number for people: `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 row`, `2,000 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A number of bytes for people, in powers of ten: `1.54 GB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1000 {
        return counted(number, "byte", "bytes");
    }
    let mut value = number as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be shown as 1000 of the smaller unit.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let unit = UNITS[unit];
    if value < 10.0 {
        format!("{value:.2} {unit}")
    } else {
        format!("{value:.1} {unit}")
    }
}

/// A span of time for people: `0.42 s`, `3 min 12 s`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.2} s");
    }
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    format!("{} min {} s", count(whole / 60), whole % 60)
}

/// A column of a table for people.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What stands above the column.
    pub title: String,
    /// Whether the column holds numbers, which stand to the right.
    pub right: bool,
}

impl Heading {
    /// A column of text.
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: false,
        }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            right: true,
        }
    }
}

/// A table for people, with a line end after its last row; cells must be safe for a terminal.
pub fn table(headings: &[Heading], rows: Vec<Vec<String>>) -> String {
    const STYLE: TableStyle =
        TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(headings.iter().map(|heading| Cell::new(&heading.title)));
    for row in rows {
        table.add_row(row);
    }
    for (column, heading) in table.column_iter_mut().zip(headings) {
        if heading.right {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_000), "1.00 kB");
        assert_eq!(bytes(999_999), "1.00 MB");
        assert_eq!(bytes(1_540_000_000), "1.54 GB");
        assert_eq!(bytes(31_234_567), "31.2 MB");
        assert_eq!(seconds(0.421), "0.42 s");
        assert_eq!(seconds(192.2), "3 min 12 s");
    }

    #[test]
    fn data_cannot_steer_the_terminal() {
        assert_eq!(
            one_line("a\nb\t\u{1b}[2Jc\r\u{202e}d"),
            "a⏎b⇥\u{fffd}[2Jc\u{fffd}\u{fffd}d"
        );
        assert_eq!(many_lines("a\n\u{7}b"), "a\n\u{fffd}b");
    }

    #[test]
    fn long_text_is_clipped() {
        assert_eq!(clipped("abc", 3), "abc");
        assert_eq!(clipped("abcd", 3), "ab…");
        assert_eq!(clipped(&"é".repeat(100), 4), "ééé…");
    }

    #[test]
    fn tables_line_up() {
        let text = table(
            &[Heading::text("name"), Heading::number("rows")],
            vec![
                vec!["a".into(), "1".into()],
                vec!["bcd".into(), "1,000".into()],
            ],
        );
        assert_eq!(
            text,
            " name    rows\n──────────────\n a          1\n bcd    1,000\n"
        );
    }
}
