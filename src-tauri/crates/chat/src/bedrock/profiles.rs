//! The profiles that a person has configured for AWS.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::ModelError;

/// The files that profiles are read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFiles {
    /// The config file; `None` is `AWS_CONFIG_FILE`, else `~/.aws/config`.
    pub config: Option<PathBuf>,
    /// The credentials file; `None` is `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`.
    pub credentials: Option<PathBuf>,
}

/// How a profile gets its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// `aws sso login`.
    Sso,
    /// `aws login`.
    Login,
    /// It takes on a role with another profile's credentials, or the machine's.
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

/// A profile that a person has configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileInfo {
    /// The name.
    pub name: String,
    /// How it gets its credentials.
    pub kind: ProfileKind,
    /// Its region, where it names one.
    pub region: Option<String>,
}

/// The profiles of the given files, by name; `default` first. No files give no profiles.
///
/// # Errors
/// `config_unreadable` where a file is there but cannot be read or understood.
pub async fn profiles(files: &ConfigFiles) -> Result<Vec<ProfileInfo>, ModelError> {
    let _ = files;
    Ok(Vec::new())
}
