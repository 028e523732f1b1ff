//! The conversation: a question in plain words becomes SQL, the SQL becomes a table, the table becomes an answer.
//!
//! The entry point is [`ask`]. It needs a [`Model`] that answers, an engine that runs the SQL, and the
//! library that keeps the conversation. [`bedrock`] is the one implementation of [`Model`] and the one
//! module that knows AWS; everything else here would work with any vendor.

pub mod bedrock;
mod cancel;
mod cells;
mod context;
mod conversation;
pub mod figures;
pub mod health;
mod history;
mod model;
mod prompt;
mod record;
pub mod suggest;
mod tools;

pub use cancel::cancelled;
pub use context::{ColumnContext, DatasetContext};
pub use conversation::{Answer, Ask, ChatEvent, Ended, Error, Limits, ask};
pub use model::{
    Content, Event, EventStream, Identity, Message, Model, ModelError, Request, Role, StopReason,
    Tool, Usage,
};
pub use prompt::{PROMPT_VERSION, system_prompt};
pub use record::{AssistantRecord, ErrorRecord, Step, UserRecord};
pub use tools::run_sql_tool;

pub use buzz_ingest::Cancel;
pub use buzz_query::Column;
