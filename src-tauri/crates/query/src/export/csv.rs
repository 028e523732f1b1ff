//! Rows as CSV text.

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use super::value::Writer;
use crate::Error;

/// How a CSV file is written; the default is what other programs expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvStyle {
    /// What stands between two fields: an ASCII character that is neither a quote nor a line end.
    pub delimiter: u8,
    /// Whether the file begins with a byte order mark, by which Excel knows that it is UTF-8.
    pub byte_order_mark: bool,
    /// Whether texts that a spreadsheet program would take for a formula get an apostrophe in front of them, as OWASP
    /// recommends ("CSV Injection"). It changes these texts, so it is off unless somebody wants it.
    pub guards_formulas: bool,
}

impl Default for CsvStyle {
    fn default() -> Self {
        Self {
            delimiter: b',',
            byte_order_mark: false,
            guards_formulas: false,
        }
    }
}

impl CsvStyle {
    /// Appends the line of the columns' names.
    pub(super) fn header(self, schema: &Schema, out: &mut String) {
        if self.byte_order_mark {
            out.push('\u{feff}');
        }
        for (index, field) in schema.fields().iter().enumerate() {
            if index > 0 {
                out.push(char::from(self.delimiter));
            }
            let start = out.len();
            out.push_str(field.name());
            self.finish_text(start, out);
        }
        out.push('\n');
    }

    /// Appends one line for each row.
    pub(super) fn rows(self, batch: &RecordBatch, out: &mut String) -> Result<(), Error> {
        let columns = batch
            .columns()
            .iter()
            .map(|column| Ok((column.as_ref(), Writer::new(column.as_ref())?)))
            .collect::<Result<Vec<_>, Error>>()?;
        for row in 0..batch.num_rows() {
            for (index, (column, writer)) in columns.iter().enumerate() {
                if index > 0 {
                    out.push(char::from(self.delimiter));
                }
                if !column.is_null(row) {
                    let start = out.len();
                    if writer.write(row, out)? {
                        self.finish_text(start, out);
                    } else if out.as_bytes()[start..].contains(&self.delimiter) {
                        // A number or a date holds no usual delimiter, but perhaps an odd one.
                        quote_from(start, out);
                    }
                }
            }
            out.push('\n');
        }
        Ok(())
    }

    /// Guards the text that begins at `start`, and puts quotes around it if it would not read back the same without.
    fn finish_text(self, start: usize, out: &mut String) {
        let is_formula = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if self.guards_formulas && is_formula(&out[start..]) {
            out.insert(start, '\'');
        }
        let field = &out[start..];
        let is_special = |byte| byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        let needs_quotes = field.is_empty()
            || field.bytes().any(is_special)
            // At the start of a file it would be taken for a byte order mark.
            || field.starts_with('\u{feff}');
        if needs_quotes {
            quote_from(start, out);
        }
    }
}

/// Puts quotes around what begins at `start`.
fn quote_from(start: usize, out: &mut String) {
    if out[start..].contains('"') {
        let doubled = out[start..].replace('"', "\"\"");
        out.truncate(start);
        out.push_str(&doubled);
    }
    out.insert(start, '"');
    out.push('"');
}
