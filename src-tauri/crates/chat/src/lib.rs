//! The conversation: a question in plain words becomes SQL, the SQL becomes a table, the table becomes an answer.
//!
//! The entry point is [`ask`]. It needs a [`Model`] that answers, an engine that runs the SQL, and the
//! library that keeps the conversation. [`bedrock`] is the one implementation of [`Model`] and the one
//! module that knows AWS; everything else here would work with any vendor.

pub mod bedrock;
mod cancel;
mod cells;
mod chart;
mod context;
mod conversation;
mod direct;
mod draft;
pub mod figures;
pub mod health;
mod history;
mod markdown;
mod matches;
mod model;
mod preferences;
mod prompt;
mod record;
pub mod replay;
mod rerun;
mod scope;
pub mod suggest;
mod tools;

pub use cancel::cancelled;
pub use chart::{Chart, ChartKind};
pub use context::{ColumnContext, DatasetContext};
pub use conversation::{
    Answer, Approval, Ask, ChatEvent, Clarification, Confirm, Ended, Error, Limits, OfferedFact,
    Pending, Reading, ask,
};
pub use direct::{Direct, DirectAnswer, answer_directly};
pub use draft::{Draft, draft, draft_request};
pub use markdown::markdown;
pub use matches::{Matched, MatchedValue};
pub use model::{
    Content, Event, EventStream, Identity, Message, Model, ModelError, Request, Role, StopReason,
    Tool, Usage,
};
pub use preferences::Preferences;
pub use prompt::{Briefing, PROMPT_VERSION, SystemPrompt, system_prompt};
pub use record::{AssistantRecord, ErrorRecord, Step, UserRecord};
pub use rerun::{Rerun, rerun};
pub use scope::{Exposure, Exposures};
pub use tools::tools;

pub use buzz_ingest::Cancel;
pub use buzz_library::SendMode;
pub use buzz_query::{Column, Vocabulary};
