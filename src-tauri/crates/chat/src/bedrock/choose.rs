//! Which models there are to choose from, and which one is taken unless a person chooses.

use serde::{Deserialize, Serialize};

/// How a model is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Through an inference profile, which may send the request on to another region of its geography.
    InferenceProfile,
    /// By itself, in the region that is asked.
    FoundationModel,
}

/// A model that the account may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The id to call it by: an inference profile's, or a model's.
    pub id: String,
    /// Its name for a person.
    pub name: String,
    /// Who made it, such as `Anthropic`.
    pub provider: String,
    /// Whether it is taken unless a person chooses; true for at most one.
    #[serde(rename = "default")]
    pub is_default: bool,
    /// Where a request may be processed: the inference profile's prefix such as `eu` or `global`; `None` for the asked region alone.
    pub geography: Option<String>,
    /// How it is called.
    pub kind: ModelKind,
}
