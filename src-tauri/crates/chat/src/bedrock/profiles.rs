//! The profiles that a person has configured for AWS, read by the SDK's own parser.

use std::error::Error as _;
use std::path::PathBuf;

use aws_config::profile::{Profile, ProfileSet};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
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

impl ConfigFiles {
    /// The same in the SDK's terms.
    pub(super) fn resolved(&self) -> EnvConfigFiles {
        let mut files = EnvConfigFiles::builder();
        files = match &self.config {
            Some(path) => files.with_file(EnvConfigFileKind::Config, path),
            None => files.include_default_config_file(true),
        };
        files = match &self.credentials {
            Some(path) => files.with_file(EnvConfigFileKind::Credentials, path),
            None => files.include_default_credentials_file(true),
        };
        files.build()
    }

    /// Reads and parses the files; files in the default places that are not there are empty.
    pub(super) async fn read(&self) -> Result<ProfileSet, ModelError> {
        aws_config::profile::load(&Fs::real(), &Env::real(), &self.resolved(), None).await.map_err(|error| {
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            ModelError::new(
                "config_unreadable",
                format!("The AWS config files cannot be read ({error}: {cause}): correct them, or run `aws configure`."),
            )
        })
    }
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
    let set = files.read().await?;
    let mut profiles: Vec<ProfileInfo> = set
        .profiles()
        .filter_map(|name| set.get_profile(name))
        .map(|profile| ProfileInfo {
            name: profile.name().to_owned(),
            kind: kind(profile),
            region: profile.get("region").map(str::to_owned),
        })
        .collect();
    profiles.sort_by(|a, b| (a.name != "default", &a.name).cmp(&(b.name != "default", &b.name)));
    Ok(profiles)
}

/// How a profile gets its credentials, in the order in which the SDK decides it.
pub(super) fn kind(profile: &Profile) -> ProfileKind {
    let has = |key| profile.get(key).is_some();
    if has("web_identity_token_file") {
        ProfileKind::WebIdentity
    } else if has("role_arn") {
        ProfileKind::AssumeRole
    } else if has("sso_session") || has("sso_start_url") {
        ProfileKind::Sso
    } else if has("login_session") {
        ProfileKind::Login
    } else if has("credential_process") {
        ProfileKind::CredentialProcess
    } else if has("aws_access_key_id") {
        ProfileKind::StaticKeys
    } else {
        ProfileKind::None
    }
}

/// The profile at the end of a chain of roles, whose sign-in the others depend on.
pub(super) fn root<'a>(set: &'a ProfileSet, name: &'a str) -> Option<&'a Profile> {
    let mut profile = set.get_profile(name)?;
    // A chain that goes in circles is the SDK's to report; here it only must end.
    for _ in 0..16 {
        let next = profile
            .get("source_profile")
            .filter(|next| *next != profile.name());
        match next
            .filter(|_| kind(profile) == ProfileKind::AssumeRole)
            .and_then(|next| set.get_profile(next))
        {
            Some(next) => profile = next,
            None => break,
        }
    }
    Some(profile)
}
