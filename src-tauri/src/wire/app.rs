//! The application itself, and why a command failed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command did not do what it was asked; every command fails with this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// A short stable name for programs, such as `not_found`.
    pub code: String,
    /// One sentence for a person: what happened and what to do.
    pub message: String,
}

/// The application as it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AppInfo {
    /// The application's version.
    pub version: String,
    /// The library's folder.
    pub library: String,
    /// The processor cores that the application may use.
    pub cores: usize,
}
