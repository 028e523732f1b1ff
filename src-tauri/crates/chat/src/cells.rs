//! Cells of a result as text, and a result as the model is shown it.

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use buzz_query::{Column, Error, Stored};
use serde_json::value::RawValue;

/// A cell of a result is shown to the model up to this many characters.
const CELL_CHARS: usize = 300;

/// The first rows of a result as text, a cell that is NULL as `None`.
pub(crate) fn preview(stored: &Stored, rows: u64) -> Result<Vec<Vec<Option<String>>>, Error> {
    let mut out = Vec::new();
    for batch in stored.page(0, rows)? {
        for row in 0..batch.num_rows() {
            out.push(
                batch
                    .columns()
                    .iter()
                    .map(|column| cell(column, row))
                    .collect::<Result<_, _>>()?,
            );
        }
    }
    Ok(out)
}

fn cell(array: &dyn Array, row: usize) -> Result<Option<String>, Error> {
    // An array of the type NULL has no bitmap that says so.
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Ok(None);
    }
    let mut text = String::new();
    buzz_query::export::display_value(array, row, &mut text)?;
    Ok(Some(text))
}

/// What the model is told of a result: a JSON object with its name, the columns, the first rows, and how many there are.
///
/// Numbers are written digit for digit as the engine gave them, so that none is rounded on its way.
pub(crate) fn for_the_model(
    stored: &Stored,
    name: &str,
    rows: usize,
    bytes: usize,
) -> Result<String, Error> {
    let mut shown = Vec::new();
    let mut size = 0;
    let mut complete = true;
    'pages: for batch in stored.page(0, rows as u64)? {
        for row in 0..batch.num_rows() {
            let text = row_for_the_model(&batch, row)?;
            size += text.len() + 1;
            if size > bytes && !shown.is_empty() {
                complete = false;
                break 'pages;
            }
            shown.push(raw(text));
        }
    }
    let total = stored.rows();
    let left_out = total.saturating_sub(shown.len() as u64);
    let note = if left_out == 0 {
        None
    } else if complete {
        Some(format!(
            "only the first {} of {total} rows are shown: aggregate in SQL rather than adding these up",
            shown.len()
        ))
    } else {
        Some(format!(
            "the rows are long: only the first {} of {total} are shown",
            shown.len()
        ))
    };
    let result = ForTheModel {
        result: name,
        columns: stored.columns(),
        rows: shown,
        row_count: total,
        note,
    };
    Ok(serde_json::to_string(&result).unwrap_or_default())
}

/// What the model is told of a result whose rows it is not shown. Its columns are those that the statement has over tables
/// without rows: those of the result itself may be named after cells, as a PIVOT names them.
pub(crate) fn withheld(columns: Option<&[Column]>, name: &str) -> String {
    serde_json::json!({
        "result": name,
        "columns": columns,
        "note": "the statement ran, and the person sees its rows; they are not sent to you",
    })
    .to_string()
}

#[derive(serde::Serialize)]
struct ForTheModel<'a> {
    /// The id by which other tools name the result.
    result: &'a str,
    columns: Vec<Column>,
    rows: Vec<Box<RawValue>>,
    row_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

fn row_for_the_model(batch: &RecordBatch, row: usize) -> Result<String, Error> {
    let mut out = String::from("[");
    for (index, column) in batch.columns().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match cell(column, row)? {
            None => out.push_str("null"),
            Some(text)
                if is_number(column.data_type())
                    && serde_json::from_str::<serde_json::Number>(&text).is_ok() =>
            {
                out.push_str(&text);
            }
            Some(text) if *column.data_type() == DataType::Boolean => out.push_str(&text),
            Some(mut text) => {
                if let Some((end, _)) = text.char_indices().nth(CELL_CHARS) {
                    text.truncate(end);
                    text.push('…');
                }
                out.push_str(&serde_json::Value::String(text).to_string());
            }
        }
    }
    out.push(']');
    Ok(out)
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}

fn raw(json: String) -> Box<RawValue> {
    RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
