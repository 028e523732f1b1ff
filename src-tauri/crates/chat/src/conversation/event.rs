//! What a front end is told while a question is answered.

use std::sync::Arc;

use buzz_query::{Column, Stored};
use serde::Serialize;

use super::answer::Answer;
use super::approval::{Approval, Pending};
use crate::chart::Chart;

/// What happens while a question is answered, in the order in which it happens.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "the largest is the answer, of which there is one"
)]
pub enum ChatEvent {
    /// The question is kept in this conversation.
    Started {
        /// The conversation's id.
        conversation_id: String,
        /// The number of the message that holds the question.
        question_id: i64,
    },
    /// More text of the model. Text that comes before a [`ChatEvent::Sql`] or a [`ChatEvent::Tool`] leads up to that step
    /// and is no part of the answer, unless the answer ends with it.
    Text {
        /// The piece that is new.
        delta: String,
    },
    /// The text so far is sent back to the model to be corrected, and is no part of the answer: other text follows.
    Correcting {
        /// The figures that could not be traced to a result.
        figures: Vec<String>,
    },
    /// A query is about to run.
    Sql {
        /// The step's number within the answer, from 1.
        step: u32,
        /// The SQL.
        sql: String,
        /// The reading of the question that it answers, where there are several.
        reading: Option<String>,
    },
    /// What a person should know about the table that follows, before it is shown.
    Checked {
        /// The step's number.
        step: u32,
        /// One sentence each.
        notes: Vec<String>,
    },
    /// A query gave a table.
    Table {
        /// The step's number.
        step: u32,
        /// The id by which the step names this result.
        result_id: String,
        /// The table's columns.
        columns: Vec<Column>,
        /// The table's rows in all.
        rows: u64,
        /// The first rows as text, a cell that is NULL as `null`.
        preview: Vec<Vec<Option<String>>>,
        /// How long the engine took, in seconds.
        seconds: f64,
        /// Whether the model was not shown its rows.
        withheld: bool,
        /// The whole table, to be paged and exported; it is deleted when the last clone is dropped.
        #[serde(skip)]
        stored: Arc<Stored>,
    },
    /// A query failed; the model is told and may mend it.
    SqlError {
        /// The step's number.
        step: u32,
        /// A short stable name of the failure.
        code: String,
        /// What went wrong, one sentence.
        message: String,
    },
    /// Another tool than `run_sql` is about to be used.
    Tool {
        /// The step's number.
        step: u32,
        /// The tool's name.
        tool: String,
        /// Its input, as the model wrote it.
        input: serde_json::Value,
    },
    /// Another tool than `run_sql` was used.
    ToolResult {
        /// The step's number.
        step: u32,
        /// What it gave; `null` where it failed.
        output: serde_json::Value,
        /// Why it failed, one sentence.
        error: Option<String>,
    },
    /// A chart of a result.
    Chart {
        /// The chart.
        chart: Chart,
    },
    /// Something waits for a person: nothing goes on until the approval is used or dropped.
    Confirm {
        /// What is about to be done.
        pending: Pending,
        /// Allows or refuses it; dropped, it refuses.
        #[serde(skip)]
        approval: Approval,
    },
    /// Something a person should know at once, such as a wait before a repetition.
    Notice {
        /// One sentence.
        message: String,
    },
    /// The answer is complete, or a bound was hit and it says so.
    Done {
        /// The answer.
        answer: Answer,
    },
    /// There is no answer; what had arrived is kept.
    Failed {
        /// A short stable name of the failure; `cancelled` where a person stopped it.
        code: String,
        /// One sentence: what happened and what to do.
        message: String,
        /// The text that had arrived; often empty.
        kept_text: String,
    },
}
