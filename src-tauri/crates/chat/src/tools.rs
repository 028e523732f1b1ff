//! The tools that the model may ask for, and what it is told of their results.

use crate::model::Tool;

/// The name of the tool that runs one query.
pub(crate) const RUN_SQL: &str = "run_sql";

/// The tool that runs one query.
pub fn run_sql_tool() -> Tool {
    Tool {
        name: RUN_SQL.to_owned(),
        description: "Runs one read-only DuckDB SQL statement on the tables described above and returns its \
                      columns, its first rows and its full row count. The person sees the whole result."
            .to_owned(),
        input_schema: serde_json::json!({
            "type": "object",
            "properties": {
                "sql": {"type": "string", "description": "The statement, without a closing semicolon."}
            },
            "required": ["sql"],
        }),
    }
}
