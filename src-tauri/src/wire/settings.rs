//! The person's choices.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SendMode;

/// What the person wants to confirm before it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// Nothing.
    Nothing,
    /// Every statement of SQL before it runs.
    Sql,
    /// Every request before it is sent.
    Requests,
    /// Both.
    Everything,
}

/// What the person chose about what leaves the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Privacy {
    /// How much may be sent of any dataset.
    pub send: SendMode,
    /// What is confirmed before it happens.
    pub confirm: Confirm,
    /// Tokens that may be read and written on one day; null is without a ceiling.
    pub tokens_per_day: Option<u64>,
    /// How many days the ledger keeps its records; 0 is for ever.
    pub ledger_days: u32,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Appearance {
    /// Light or dark.
    pub theme: Theme,
    /// The size of text in percent of the usual one, from 80 to 200.
    pub text_percent: u16,
    /// How numbers and dates are written, as a BCP 47 tag such as `de-DE`; null means as the desktop does.
    pub locale: Option<String>,
}

/// How much of the computer the application may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resources {
    /// Megabytes of memory for a conversion, from 64 to 16,000.
    pub conversion_mb: u32,
    /// Megabytes of memory for the questions to each set of datasets, from 256 to 256,000.
    pub query_mb: u32,
    /// Threads for either; 0 means one for each core.
    pub threads: u16,
}

/// The person's choices; null means that the application chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// The AWS profile.
    pub profile: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The id of the model or of the inference profile.
    pub model: Option<String>,
}

/// Whether the person is told of newer versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Updates {
    /// Whether this copy knows where they are published.
    pub can_look: bool,
    /// Whether they are looked for once a day.
    pub daily: bool,
}

/// A version that is newer than this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NewVersion {
    /// The version.
    pub version: String,
    /// The address of the page that has its installers.
    pub page: String,
    /// What is new; may be empty.
    pub notes: String,
}
