//! Rows as CSV text.

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use super::value::Writer;
use crate::Error;

/// Appends the line of the columns' names.
pub(super) fn header(schema: &Schema, out: &mut String) {
    for (index, field) in schema.fields().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let start = out.len();
        out.push_str(field.name());
        quote_from(start, out);
    }
    out.push('\n');
}

/// Appends one line for each row.
pub(super) fn rows(batch: &RecordBatch, out: &mut String) -> Result<(), Error> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| Ok((column.as_ref(), Writer::new(column.as_ref())?)))
        .collect::<Result<Vec<_>, Error>>()?;
    for row in 0..batch.num_rows() {
        for (index, (column, writer)) in columns.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            if !column.is_null(row) {
                let start = out.len();
                if writer.write(row, out)? {
                    quote_from(start, out);
                }
            }
        }
        out.push('\n');
    }
    Ok(())
}

/// Puts quotes around what begins at `start`, if it would not read back the same without.
fn quote_from(start: usize, out: &mut String) {
    let field = &out[start..];
    let needed = field.is_empty()
        || field.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        // At the start of a file it would be taken for a byte order mark.
        || field.starts_with('\u{feff}');
    if !needed {
        return;
    }
    if field.contains('"') {
        let doubled = field.replace('"', "\"\"");
        out.truncate(start);
        out.push_str(&doubled);
    }
    out.insert(start, '"');
    out.push('"');
}
