//! What the stand-in answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answers of a stand-in: one turn for each ConverseStream request, in order.
///
/// Its JSON form is what `bedrock-stand-in --script FILE` reads; every field may be left out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// The turns.
    pub turns: Vec<Turn>,
    /// Whether to answer any question by counting the rows of the first table once the turns are used up;
    /// without it such a request is a validation error.
    pub demo: bool,
    /// The account's number.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// What ListInferenceProfiles gives.
    pub inference_profiles: Vec<InferenceProfile>,
    /// What ListFoundationModels gives.
    pub foundation_models: Vec<FoundationModel>,
    /// The turns of ListInferenceProfiles, ListFoundationModels and GetCallerIdentity that fail: an error for each
    /// such request until they are used up.
    pub control_errors: Vec<ControlError>,
    /// Milliseconds between two frames of an answer.
    pub pace_ms: u64,
}

/// An error of a request that is no conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlError {
    /// The operation, such as `ListInferenceProfiles`.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The error's type, such as `AccessDeniedException`.
    pub kind: String,
    /// The error's message.
    pub message: String,
}

/// The answer to one ConverseStream request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Turn {
    /// A stream of frames.
    Reply {
        /// What the model says, in order.
        parts: Vec<Part>,
        /// The stop reason; by default `tool_use` where a part is a tool, else `end_turn`.
        #[serde(default)]
        stop: Option<String>,
        /// How the stream ends.
        #[serde(default)]
        ending: Ending,
    },
    /// An error instead of a stream.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error's type, such as `ThrottlingException`.
        kind: String,
        /// The error's message.
        message: String,
    },
    /// The connection is closed before anything is answered.
    Cut,
    /// Nothing is ever answered.
    Hang,
    /// Counts the rows of the first table that the prompt names, then states the number: two requests.
    Demo,
}

/// A piece of what the model says.
///
/// In a text, `{{cell}}` stands for the first cell of the newest tool result that was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Text, sent in pieces of a few characters.
    Text(String),
    /// A use of a tool, its input sent in pieces.
    Tool {
        /// The tool's name.
        name: String,
        /// The tool's input; a string is sent as it stands, so that it may be no valid JSON.
        input: Value,
    },
}

/// How a stream ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// As it should.
    #[default]
    Complete,
    /// The connection is closed after this many frames of the answer.
    CutAfter(usize),
    /// The connection is closed in the middle of the frame after this many.
    CutInside(usize),
    /// The connection is closed after the last token and the stop, before the counts of tokens.
    CutBeforeMetadata,
    /// The stream ends in good order after this many frames, without a stop.
    EndAfter(usize),
    /// The frame after this many has a wrong checksum.
    CorruptAfter(usize),
    /// After this many frames nothing more comes, and the connection stays open.
    HangAfter(usize),
    /// After this many frames comes an exception frame.
    ExceptionAfter {
        /// Frames before it.
        frames: usize,
        /// The exception's type, such as `throttlingException`.
        kind: String,
        /// Its message.
        message: String,
    },
}

/// An inference profile of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InferenceProfile {
    /// Its id, such as `eu.example.model-v1:0`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ids of the models behind it.
    pub models: Vec<String>,
    /// `SYSTEM_DEFINED` or `APPLICATION`.
    #[serde(default = "system_defined")]
    pub kind: String,
}

fn system_defined() -> String {
    "SYSTEM_DEFINED".to_owned()
}

/// A foundation model of the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundationModel {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who made it.
    pub provider: String,
    /// How it may be called: `ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`.
    pub inference_types: Vec<String>,
    /// What it writes: `TEXT`, `IMAGE`, `EMBEDDING`.
    #[serde(default = "text")]
    pub output: Vec<String>,
    /// Whether it streams.
    #[serde(default = "yes")]
    pub streaming: bool,
    /// `ACTIVE` or `LEGACY`.
    #[serde(default = "active")]
    pub status: String,
}

fn text() -> Vec<String> {
    vec!["TEXT".to_owned()]
}

fn yes() -> bool {
    true
}

fn active() -> String {
    "ACTIVE".to_owned()
}

impl Default for Script {
    fn default() -> Self {
        Self {
            turns: Vec::new(),
            demo: false,
            account: "123456789012".to_owned(),
            arn: "arn:aws:sts::123456789012:assumed-role/Analyst/someone".to_owned(),
            inference_profiles: vec![
                InferenceProfile::system(
                    "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
                    "Global Claude Sonnet 4.5",
                ),
                InferenceProfile::system(
                    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
                    "US Claude 3.7 Sonnet",
                ),
                InferenceProfile::system(
                    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                    "US Claude Sonnet 4.5",
                ),
                InferenceProfile::system("us.amazon.nova-pro-v1:0", "US Nova Pro"),
            ],
            foundation_models: vec![
                FoundationModel::new(
                    "anthropic.claude-3-7-sonnet-20250219-v1:0",
                    "Claude 3.7 Sonnet",
                    "Anthropic",
                    "INFERENCE_PROFILE",
                ),
                FoundationModel::new(
                    "anthropic.claude-sonnet-4-5-20250929-v1:0",
                    "Claude Sonnet 4.5",
                    "Anthropic",
                    "INFERENCE_PROFILE",
                ),
                FoundationModel::new("amazon.nova-pro-v1:0", "Nova Pro", "Amazon", "ON_DEMAND"),
                FoundationModel {
                    output: vec!["EMBEDDING".to_owned()],
                    streaming: false,
                    ..FoundationModel::new(
                        "amazon.titan-embed-text-v2:0",
                        "Titan Text Embeddings V2",
                        "Amazon",
                        "ON_DEMAND",
                    )
                },
            ],
            control_errors: Vec::new(),
            pace_ms: 0,
        }
    }
}

impl InferenceProfile {
    /// A profile that AWS defines, over the model that its id names after the geography.
    pub fn system(id: &str, name: &str) -> Self {
        let model = id.split_once('.').map_or(id, |(_, model)| model);
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            models: vec![model.to_owned()],
            kind: system_defined(),
        }
    }
}

impl FoundationModel {
    /// An active model that writes text and streams.
    pub fn new(id: &str, name: &str, provider: &str, inference_type: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            provider: provider.to_owned(),
            inference_types: vec![inference_type.to_owned()],
            output: text(),
            streaming: true,
            status: active(),
        }
    }
}

impl Script {
    /// Answers any question by counting the rows of the first table.
    pub fn demo() -> Self {
        Self {
            demo: true,
            ..Self::default()
        }
    }

    /// Plays these turns, then fails.
    pub fn turns(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self {
            turns: turns.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// Those of the JSON.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Turn {
    /// An answer that is nothing but text.
    pub fn text(text: &str) -> Self {
        Self::Reply {
            parts: vec![Part::Text(text.to_owned())],
            stop: None,
            ending: Ending::Complete,
        }
    }

    /// A use of the tool `run_sql`.
    pub fn sql(sql: &str) -> Self {
        Self::Reply {
            parts: vec![Part::Tool {
                name: "run_sql".to_owned(),
                input: serde_json::json!({ "sql": sql }),
            }],
            stop: None,
            ending: Ending::Complete,
        }
    }

    /// Text that ends otherwise than it should.
    pub fn text_ending(text: &str, ending: Ending) -> Self {
        Self::Reply {
            parts: vec![Part::Text(text.to_owned())],
            stop: None,
            ending,
        }
    }

    /// An error in AWS's own shape.
    pub fn error(status: u16, kind: &str, message: &str) -> Self {
        Self::Error {
            status,
            kind: kind.to_owned(),
            message: message.to_owned(),
        }
    }

    /// The error by which Bedrock throttles.
    pub fn throttled() -> Self {
        Self::error(
            429,
            "ThrottlingException",
            "Too many requests, please wait before trying again.",
        )
    }
}
