//! Names, literals and types as SQL writes them.

use arrow::datatypes::Schema;

use crate::Column;

/// The name as a quoted SQL identifier.
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The text as a quoted SQL literal.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The columns of a schema with their SQL types.
pub fn columns_of(schema: &Schema) -> Vec<Column> {
    let _ = schema;
    todo!()
}
