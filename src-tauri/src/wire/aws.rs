//! AWS profiles, models, and the ledger of what was sent.

use serde::Serialize;
use ts_rs::TS;

/// How an AWS profile gets its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// `aws sso login`.
    Sso,
    /// `aws login`.
    Login,
    /// It takes on a role.
    AssumeRole,
    /// It takes on a role with a web identity token.
    WebIdentity,
    /// A program prints them.
    CredentialProcess,
    /// Keys in a file.
    StaticKeys,
    /// It says nothing about credentials.
    None,
}

/// An AWS profile that is set up on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProfileInfo {
    /// The profile's name.
    pub name: String,
    /// How it gets its credentials.
    pub kind: ProfileKind,
    /// The region it names.
    pub region: Option<String>,
}

/// A model that the profile may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ModelInfo {
    /// The id to put into the settings.
    pub id: String,
    /// The name for a person.
    pub name: String,
    /// Who made it.
    pub provider: String,
    /// Whether it is the one that is used when none is chosen.
    pub default: bool,
    /// Where requests may be answered, such as `eu`; null for the region itself.
    pub geography: Option<String>,
    /// Whether requests may be answered outside the region's geography.
    pub may_leave: bool,
}

/// Who the profile is and what it may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AwsStatus {
    /// The account's number.
    pub account: String,
    /// Who asks, as AWS names it.
    pub arn: String,
    /// The region that was asked.
    pub region: String,
    /// The models.
    pub models: Vec<ModelInfo>,
}

/// One request that left this machine, recorded before it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LedgerRecord {
    /// The record's number; grows.
    pub id: i64,
    /// When it was sent, RFC 3339.
    pub sent: String,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// The service that was asked, such as `bedrock-runtime`.
    pub service: String,
    /// Where it went.
    pub endpoint: String,
    /// The operation, such as `ConverseStream`.
    pub operation: String,
    /// The AWS profile it was sent under.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// What was sent, word for word.
    pub payload: String,
    /// `ok`, `failed` or `cancelled`; `sent` while it is under way, or where the program ended meanwhile.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
    /// Tokens that were sent.
    pub input_tokens: Option<u64>,
    /// Tokens that came back.
    pub output_tokens: Option<u64>,
    /// Milliseconds until the answer was complete.
    pub latency_ms: Option<u64>,
}
