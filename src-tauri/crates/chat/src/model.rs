//! What a conversation needs of a model, without naming anybody who sells one.

use std::fmt;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};

/// A language model that answers messages and may ask for tools.
#[async_trait]
pub trait Model: Send + Sync {
    /// Sends one request and returns its answer as it arrives.
    ///
    /// Dropping the future or the stream ends the request at once. The stream ends after [`Event::Stop`];
    /// a stream that ends without it was cut.
    ///
    /// # Errors
    /// Whatever kept the request from being answered; nothing has been received by then.
    async fn stream(&self, request: &Request) -> Result<EventStream, ModelError>;

    /// What would be sent for a request, for a person to read before it is: the body, as it goes over the wire.
    ///
    /// # Errors
    /// Whatever would keep it from being sent.
    async fn preview(&self, request: &Request) -> Result<String, ModelError>;

    /// Which model this is and under whose account it runs.
    fn identity(&self) -> Identity;
}

/// The pieces of one answer, in the order in which they arrive.
pub type EventStream = BoxStream<'static, Result<Event, ModelError>>;

/// Which model answers, and under whose account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The vendor's id of the model.
    pub model: String,
    /// The profile that pays; `None` for the environment's own credentials.
    pub profile: Option<String>,
    /// The region that is asked.
    pub region: String,
}

/// One request to a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Request {
    /// The instructions that stand above the messages, as far as they are the same in every request about the same
    /// tables: worth keeping for a vendor that can.
    pub system: String,
    /// The rest of the instructions, which changes with the day and the question.
    pub situation: String,
    /// The conversation so far, beginning with the user and alternating.
    pub messages: Vec<Message>,
    /// The tools that the model may ask for.
    pub tools: Vec<Tool>,
    /// The most tokens that the answer may have.
    pub max_tokens: u32,
    /// The conversation that the request belongs to, for the ledger.
    pub conversation_id: Option<String>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person, and the results of tools.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said; never empty.
    pub content: Vec<Content>,
}

impl Message {
    /// A message of the person that is nothing but text.
    pub fn user(text: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: vec![Content::Text { text: text.into() }],
        }
    }

    /// A message of the model that is nothing but text.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self {
            role: Role::Assistant,
            content: vec![Content::Text { text: text.into() }],
        }
    }
}

/// One piece of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Text.
    Text {
        /// The text; never empty.
        text: String,
    },
    /// The model asks for a tool.
    ToolUse {
        /// The model's id of this call, which the result repeats.
        id: String,
        /// The tool's name.
        name: String,
        /// The tool's input: always a JSON object.
        input: serde_json::Value,
    },
    /// What a tool answered.
    ToolResult {
        /// The id of the call.
        id: String,
        /// The answer, for the model to read.
        text: String,
        /// Whether the tool failed.
        is_error: bool,
    },
}

/// A tool that a model may ask for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tool {
    /// The name, of letters, digits and underscores.
    pub name: String,
    /// What it does and when to use it, for the model to read.
    pub description: String,
    /// The JSON schema of its input.
    pub input_schema: serde_json::Value,
}

/// One piece of an answer as it arrives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// More of the answer's text.
    Text(String),
    /// The model asks for a tool; reported once the whole input has arrived.
    ToolUse {
        /// The model's id of this call.
        id: String,
        /// The tool's name.
        name: String,
        /// The tool's input: a JSON object; `{"malformed": TEXT}` where the model wrote no valid JSON.
        input: serde_json::Value,
    },
    /// What the request cost.
    Usage(Usage),
    /// The answer is complete.
    Stop(StopReason),
}

/// Tokens that were counted by the vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// Of the tokens that were read, those that the vendor had kept from an earlier request.
    #[serde(default)]
    pub cached_tokens: u64,
}

impl Usage {
    /// Adds the tokens of another request.
    pub fn add(&mut self, other: Usage) {
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cached_tokens += other.cached_tokens;
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model has said all it had to say.
    EndTurn,
    /// The model waits for the results of tools.
    ToolUse,
    /// The answer reached [`Request::max_tokens`].
    MaxTokens,
    /// The conversation no longer fits what the model can read.
    ContextWindow,
    /// The vendor or a guardrail held the answer back.
    Filtered,
    /// The model wrote something that the vendor could not read.
    Malformed,
    /// A reason that this program does not know.
    Other(String),
}

/// A request that failed: a stable code and one sentence with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelError {
    /// A short stable name for programs, such as `sso_expired`.
    pub code: String,
    /// One sentence for a person: what happened and what to do.
    pub message: String,
    /// Whether the same request may succeed if it is sent again a little later.
    pub retryable: bool,
}

impl ModelError {
    /// An error that sending again will not mend.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            retryable: false,
        }
    }

    /// An error that may pass by itself.
    pub fn passing(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            retryable: true,
        }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ModelError {}
