//! Questions, answers, and the conversations that keep them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Failure, KeptMatch, ResultColumn};

/// One statement that the model ran, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatStep {
    /// The step's number within the answer, from 1.
    pub step: u32,
    /// The tool: `run_sql`, `find_values`, `describe_dataset` or `show_chart`.
    pub tool: String,
    /// What the model said before it asked for the tool; often empty.
    pub text: String,
    /// The SQL as it was run; empty for other tools.
    pub sql: String,
    /// The reading of the question that the SQL answers, where there are several.
    pub reading: Option<String>,
    /// What another tool was asked, as JSON; null for SQL.
    #[ts(type = "unknown")]
    pub input: serde_json::Value,
    /// What another tool gave, as JSON; null for SQL.
    #[ts(type = "unknown")]
    pub output: serde_json::Value,
    /// Names the result in `result_page`, `result_release` and `export_start`; null where it failed or is no longer kept.
    pub result_id: Option<String>,
    /// The columns of its result; empty where it failed.
    pub columns: Vec<ResultColumn>,
    /// Rows of its result; null where it failed.
    pub rows: Option<u64>,
    /// The first rows as text, a NULL as null; kept with the conversation.
    pub preview: Vec<Vec<Option<String>>>,
    /// Whether the model was not shown the rows.
    pub withheld: bool,
    /// What a person should know about the result, one sentence each.
    pub notes: Vec<String>,
    /// Why it failed; null where it did not.
    pub error: Option<Failure>,
    /// How long the query took, in seconds.
    pub seconds: f64,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The model has said all it had to say.
    Complete,
    /// The model asks something back; the next question is the reply.
    Clarification,
    /// It took as many steps as it may.
    StepLimit,
    /// It took as many tokens as it may.
    TokenLimit,
    /// It took as much time as it may.
    TimeLimit,
    /// The person stopped it.
    Cancelled,
    /// It failed.
    Failed,
}

/// A chart of a result.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatChart {
    /// The number of the step whose result it draws.
    pub step: u32,
    /// Names the result, as in the step.
    pub result_id: String,
    /// `bar`, `line`, `area`, `scatter`, `histogram` or `heatmap`.
    pub kind: String,
    /// The Vega-Lite specification, without its data.
    #[ts(type = "Record<string, unknown>")]
    pub spec: serde_json::Value,
}

/// A word of the question, and the cells that it was taken to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatMatch {
    /// The word.
    pub word: String,
    /// The dataset's name.
    pub dataset: String,
    /// The column.
    pub column: String,
    /// The cells and how many rows have each, the most frequent first.
    pub values: Vec<(String, u64)>,
    /// Rows that have one of them.
    pub rows: u64,
}

/// What a word of a question is to mean, where the person has edited what was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct AskedMatch {
    /// The dataset's name.
    pub dataset: String,
    /// What it means there.
    pub meant: KeptMatch,
}

/// One of several readings of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatReading {
    /// What is meant.
    pub label: String,
    /// The number of the step that ran its SQL.
    pub step: u32,
    /// The choice of this reading, as a fact to be kept with a dataset.
    pub fact: String,
}

/// Something about a dataset that is offered for keeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatFact {
    /// The dataset's name.
    pub dataset: String,
    /// One sentence.
    pub fact: String,
}

/// A question that the model asks back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatClarification {
    /// The question.
    pub question: String,
    /// Two to four ready answers.
    pub options: Vec<String>,
}

/// A cell of the result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct ChatCell {
    /// The number of the step.
    pub step: u32,
    /// The row, from 0.
    pub row: u64,
    /// The column, from 0.
    pub column: usize,
}

/// Where a figure of an answer's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FigureSource {
    /// A cell, as it is or rounded.
    Cell,
    /// The sum of the cells.
    Sum,
    /// The first cell less the second.
    Difference,
    /// The first cell over the second.
    Ratio,
    /// The first cell less the second, over the second.
    Change,
    /// The first cell over a total: the second cell, or where there is none the total of its column.
    Share,
    /// The total of the column in which the cells stand.
    Total,
    /// The number of rows of a result.
    RowCount,
    /// The number of rows that the text picks out of a result.
    Selection,
    /// What the person asked.
    Question,
    /// What is known about the datasets, and today's date.
    Context,
    /// The SQL that ran.
    Query,
}

/// A number, date or name in an answer's text.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatFigure {
    /// Where it begins, in UTF-16 units of the text.
    pub start: usize,
    /// Where it ends, in UTF-16 units of the text.
    pub end: usize,
    /// As it stands in the text.
    pub text: String,
    /// Where it comes from; null where it could not be traced.
    pub source: Option<FigureSource>,
    /// The number of the step whose result it comes from.
    pub step: Option<u32>,
    /// The cells that it comes from, in the order of the computation.
    pub cells: Vec<ChatCell>,
    /// Why it was not traced, where that can be said.
    pub doubt: Option<String>,
}

/// What belongs to an answer besides its text and its steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
pub struct ChatExtras {
    /// The number of the step whose result is behind the answer.
    pub result_step: Option<u32>,
    /// The charts.
    pub charts: Vec<ChatChart>,
    /// Which cells the words of the question were taken to mean.
    pub matches: Vec<ChatMatch>,
    /// The readings of the question, where there are several.
    pub readings: Vec<ChatReading>,
    /// What is offered for keeping.
    pub facts: Vec<ChatFact>,
    /// What the model asks back.
    pub clarification: Option<ChatClarification>,
    /// The figures of the text.
    pub figures: Vec<ChatFigure>,
}

/// A finished answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatAnswer {
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// The number of the message that holds it.
    pub message_id: i64,
    /// The answer in words: Markdown from a model, to be shown as data.
    pub text: String,
    /// What was run on the way to it.
    pub steps: Vec<ChatStep>,
    /// What a person should know about the answer, such as a bound that was hit.
    pub notes: Vec<String>,
    /// What belongs to it besides.
    pub extras: ChatExtras,
    /// How it ended.
    pub ended: Ended,
    /// Which model answered, and what it took.
    pub usage: ChatUsage,
}

/// Which model gave an answer, and what it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ChatUsage {
    /// The id of the model; empty where none was asked.
    pub model: String,
    /// Tokens that were sent, all requests together.
    pub input_tokens: u64,
    /// Tokens that came back, all requests together.
    pub output_tokens: u64,
    /// Of the tokens that were sent, those that the service had kept.
    pub cached_tokens: u64,
    /// Requests that were sent.
    pub requests: u32,
}

/// What happens while a question is answered; the last event is `done` or `failed`.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "the largest is the answer, of which there is one"
)]
pub enum ChatEvent {
    /// The question is recorded in this conversation.
    Started {
        /// The conversation's id.
        conversation_id: String,
        /// The number of the message that holds the question.
        question_id: i64,
    },
    /// More of the model's text. What comes before a `sql` leads up to that step and is no part of the answer.
    Text {
        /// To be appended to what came before.
        delta: String,
    },
    /// The text so far was sent back to be corrected and is no part of the answer: other text follows.
    Correcting {
        /// The figures that could not be traced.
        figures: Vec<String>,
    },
    /// The model is about to run this statement.
    Sql {
        /// The step's number, from 1.
        step: u32,
        /// The SQL as it will be run.
        sql: String,
        /// The reading of the question that it answers, where there are several.
        reading: Option<String>,
    },
    /// What a person should know about the table that follows.
    Checked {
        /// The step's number.
        step: u32,
        /// One sentence each.
        notes: Vec<String>,
    },
    /// The model is about to use another tool.
    Tool {
        /// The step's number.
        step: u32,
        /// The tool's name.
        tool: String,
        /// What it is asked, as JSON.
        #[ts(type = "unknown")]
        input: serde_json::Value,
    },
    /// Another tool was used.
    ToolResult {
        /// The step's number.
        step: u32,
        /// What it gave, as JSON.
        #[ts(type = "unknown")]
        output: serde_json::Value,
        /// Why it failed; null where it did not.
        error: Option<String>,
    },
    /// A chart of a result.
    Chart {
        /// The chart.
        chart: ChatChart,
    },
    /// The answer waits for the person: `chat_confirm` goes on. One of the two is null.
    Confirm {
        /// The SQL that is about to run.
        sql: Option<String>,
        /// What is about to be sent.
        payload: Option<String>,
    },
    /// The statement gave this table.
    Table {
        /// The step's number.
        step: u32,
        /// Names the result in `result_page`, `result_release` and `export_start`.
        result_id: String,
        /// Its columns.
        columns: Vec<ResultColumn>,
        /// Rows in all.
        rows: u64,
        /// The first rows as text, a NULL as null.
        preview: Vec<Vec<Option<String>>>,
        /// How long the query took, in seconds.
        seconds: f64,
        /// Whether the model is not shown the rows.
        withheld: bool,
    },
    /// The statement failed; the model is told and may try again.
    SqlError {
        /// The step's number.
        step: u32,
        /// A short stable name for programs.
        code: String,
        /// Why it failed.
        message: String,
    },
    /// Something a person should know, such as a wait before another attempt.
    Notice {
        /// One sentence.
        message: String,
    },
    /// The answer is complete and recorded.
    Done {
        /// The answer.
        answer: ChatAnswer,
    },
    /// There will be no more of this answer.
    Failed {
        /// A short stable name for programs; `cancelled` where the person stopped it.
        code: String,
        /// One sentence for a person.
        message: String,
        /// The text that had arrived by then; it is kept in the conversation, marked as cut off.
        kept_text: String,
    },
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ConversationSummary {
    /// The conversation's id.
    pub id: String,
    /// Its title: the first question.
    pub title: String,
    /// When it began, RFC 3339.
    pub created: String,
    /// When its last message came, RFC 3339.
    pub updated: String,
    /// The ids of the datasets it is about; some may be gone by now.
    pub dataset_ids: Vec<String>,
}

/// A conversation in which a text was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundConversation {
    /// The conversation.
    pub conversation: ConversationSummary,
    /// The text around the first place where it was found; null where only the title has it.
    pub excerpt: Option<String>,
}

/// A question that was answered without any model.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DirectReply {
    /// The conversation in which it is kept.
    pub conversation_id: String,
    /// The number of the message that holds the question.
    pub question_id: i64,
    /// The answer.
    pub answer: ChatMessage,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ChatMessage {
    /// The message's number; grows within a conversation.
    pub id: i64,
    /// Who wrote it.
    pub role: Role,
    /// When, RFC 3339.
    pub created: String,
    /// The question, or the answer's text.
    pub text: String,
    /// What was run on the way to an answer.
    pub steps: Vec<ChatStep>,
    /// What a person should know about an answer.
    pub notes: Vec<String>,
    /// What belongs to an answer besides.
    pub extras: ChatExtras,
    /// How an answer ended; null for a question.
    pub ended: Option<Ended>,
    /// Which model gave an answer; null for a question.
    pub usage: Option<ChatUsage>,
    /// What went wrong, where an answer failed.
    pub error: Option<Failure>,
}

/// A conversation with its messages, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ConversationDetail {
    /// The conversation as in the list.
    pub conversation: ConversationSummary,
    /// Its messages, oldest first.
    pub messages: Vec<ChatMessage>,
}

/// The form of a suggested question's chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SuggestedKind {
    /// A bar for each row.
    Bar,
    /// A line through the rows in their order.
    Line,
}

/// How the result of a suggested question may be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SuggestedChart {
    /// The form.
    pub kind: SuggestedKind,
    /// The result's column along the bottom.
    pub x: String,
    /// The result's column that gives the heights.
    pub y: String,
}

/// A question that a dataset can answer without any model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SuggestedQuestion {
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// How its result may be drawn.
    pub chart: Option<SuggestedChart>,
}

/// A question whose SQL the person has checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct VerifiedQuestion {
    /// The id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The SQL that answers it.
    pub sql: String,
    /// The datasets that the SQL reads.
    pub dataset_ids: Vec<String>,
}
