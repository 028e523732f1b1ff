//! One profile in one region: its credentials, who it is, and which models it may call.

use std::sync::Arc;
use std::time::Duration;

use buzz_library::Library;
use serde::{Deserialize, Serialize};

use super::choose::ModelInfo;
use super::profiles::ConfigFiles;
use crate::model::ModelError;

/// Which account to use, and how.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The profile; `None` lets the environment decide, as the AWS CLI does: its credentials, `AWS_PROFILE`, `default`.
    pub profile: Option<String>,
    /// The region; `None` takes `AWS_REGION`, then the profile's own.
    pub region: Option<String>,
    /// The model's id, or that of an inference profile; `None` takes the documented default.
    pub model: Option<String>,
    /// The files that the profiles are read from.
    pub files: ConfigFiles,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How long to wait before giving up.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For credentials, whatever the profile needs to get them.
    pub credentials: Duration,
    /// For the answer to a listing, or to the question who this is.
    pub request: Duration,
    /// From sending a question to the first piece of its answer.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            credentials: Duration::from_secs(30),
            request: Duration::from_secs(20),
            first_byte: Duration::from_secs(90),
            idle: Duration::from_secs(60),
        }
    }
}

/// Who a profile is, as STS tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerIdentity {
    /// The account's number.
    pub account: String,
    /// The user or role.
    pub arn: String,
    /// The region that was asked.
    pub region: String,
}

/// One profile in one region.
#[derive(Debug, Clone)]
pub struct Account {
    pub(super) region: String,
    pub(super) profile: Option<String>,
}

impl Account {
    /// Reads the profile and gets its credentials.
    ///
    /// # Errors
    /// `no_profile`, `unknown_profile`, `no_region`, `sso_expired`, `no_credentials` and the like, each with what to do.
    pub async fn open(settings: &Settings, library: &Arc<Library>) -> Result<Self, ModelError> {
        let _ = (settings, library);
        Err(ModelError::new("no_profile", ""))
    }

    /// The profile; `None` for the environment's own credentials.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Asks STS who this is.
    ///
    /// # Errors
    /// Those of credentials, permission and network.
    pub async fn identity(&self) -> Result<CallerIdentity, ModelError> {
        Err(ModelError::new("no_profile", ""))
    }

    /// Lists what the account may call in its region: text models that stream, at most one of them the default.
    ///
    /// # Errors
    /// Those of credentials, permission and network.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ModelError> {
        Err(ModelError::new("no_profile", ""))
    }
}
