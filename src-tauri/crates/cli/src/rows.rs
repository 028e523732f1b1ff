//! The rows of a result as JSON, and as a table for people.

use std::io::Write;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Schema, SchemaRef};
use buzz_query::export::display_value;
use buzz_query::{Batches, Rows, columns_of};

use crate::error::Failure;
use crate::output::{Heading, clipped, table};

/// Rows that somebody else owns, so that what is known only after the last batch can be asked afterwards.
pub struct Borrowed<'a>(pub &'a mut Rows);

impl Iterator for Borrowed<'_> {
    type Item = Result<RecordBatch, buzz_query::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl Batches for Borrowed<'_> {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}

/// Writes `{"columns": [{"name", "type"}], "rows": [[…]], "row_count", "truncated"}`, a row a line, and returns the count.
///
/// Whole numbers and decimals are JSON numbers with all their digits; doubles are the shortest that read back
/// the same, those that are no number are texts; dates, times and everything else are texts as in a CSV
/// export; lists are arrays, structs are objects.
pub fn json<R: Batches>(
    mut rows: R,
    truncated: impl Fn(&R) -> bool,
    out: &mut impl Write,
) -> Result<u64, Failure> {
    let columns = columns_of(&rows.schema());
    let columns = serde_json::to_string(&columns).map_err(|e| Failure::writing(e.into()))?;
    write!(out, "{{\"columns\":{columns},\n\"rows\":[").map_err(Failure::writing)?;
    let mut count = 0;
    let mut line = String::new();
    for batch in rows.by_ref() {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            line.clear();
            line.push_str(if count == 0 { "\n[" } else { ",\n[" });
            for (index, column) in batch.columns().iter().enumerate() {
                if index > 0 {
                    line.push(',');
                }
                json_value(column, row, &mut line)?;
            }
            line.push(']');
            out.write_all(line.as_bytes()).map_err(Failure::writing)?;
            count += 1;
        }
    }
    let truncated = truncated(&rows);
    write!(
        out,
        "\n],\n\"row_count\":{count},\"truncated\":{truncated}}}\n"
    )
    .and_then(|()| out.flush())
    .map_err(Failure::writing)?;
    Ok(count)
}

/// Whether a value is NULL; a column of the type NULL has nothing else, and no marks that say so.
fn is_null(array: &dyn Array, row: usize) -> bool {
    *array.data_type() == DataType::Null || array.is_null(row)
}

/// Appends one value as JSON.
fn json_value(array: &dyn Array, row: usize, out: &mut String) -> Result<(), Failure> {
    if is_null(array, row) {
        out.push_str("null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => display_value(array, row, out)?,
        DataType::Float32 => json_double(
            f64::from(array.as_primitive::<Float32Type>().value(row)),
            array,
            row,
            out,
        )?,
        DataType::Float64 => json_double(
            array.as_primitive::<Float64Type>().value(row),
            array,
            row,
            out,
        )?,
        DataType::List(_) => json_list(&array.as_list::<i32>().value(row), out)?,
        DataType::LargeList(_) => json_list(&array.as_list::<i64>().value(row), out)?,
        DataType::FixedSizeList(..) => json_list(&array.as_fixed_size_list().value(row), out)?,
        DataType::Map(..) => json_list(&array.as_map().value(row), out)?,
        DataType::Struct(fields) => {
            let columns = array.as_struct();
            out.push('{');
            for (index, (field, column)) in fields.iter().zip(columns.columns()).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json_text(field.name(), out);
                out.push(':');
                json_value(column, row, out)?;
            }
            out.push('}');
        }
        _ => {
            let mut text = String::new();
            display_value(array, row, &mut text)?;
            json_text(&text, out);
        }
    }
    Ok(())
}

/// A double in the text that an export gives it, as a JSON text where JSON has no such number.
fn json_double(value: f64, array: &dyn Array, row: usize, out: &mut String) -> Result<(), Failure> {
    if value.is_finite() {
        return Ok(display_value(array, row, out)?);
    }
    let mut text = String::new();
    display_value(array, row, &mut text)?;
    json_text(&text, out);
    Ok(())
}

fn json_list(values: &dyn Array, out: &mut String) -> Result<(), Failure> {
    out.push('[');
    for index in 0..values.len() {
        if index > 0 {
            out.push(',');
        }
        json_value(values, index, out)?;
    }
    out.push(']');
    Ok(())
}

fn json_text(text: &str, out: &mut String) {
    // Writing a text to memory as JSON cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// The batches as a table for people; a cell that is NULL reads `NULL`, long ones are clipped.
pub fn text(schema: &Schema, batches: &[RecordBatch]) -> Result<String, Failure> {
    let most = cell_width(schema.fields().len());
    let headings: Vec<Heading> = schema
        .fields()
        .iter()
        .map(|field| Heading {
            title: clipped(field.name(), 48.max(most)),
            right: field.data_type().is_numeric(),
        })
        .collect();
    let mut rows = Vec::new();
    let mut value = String::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(batch.num_columns());
            for column in batch.columns() {
                if is_null(column, row) {
                    cells.push("NULL".to_owned());
                    continue;
                }
                value.clear();
                display_value(column, row, &mut value)?;
                cells.push(clipped(&value, most));
            }
            rows.push(cells);
        }
    }
    Ok(table(&headings, rows))
}

/// The characters that are shown of a cell: fewer where there are more columns.
pub fn cell_width(columns: usize) -> usize {
    match columns {
        0 | 1 => 1_000,
        2..=4 => 100,
        _ => 40,
    }
}
