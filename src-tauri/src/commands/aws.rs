//! AWS profiles, and what they may do.

use std::sync::Arc;

use buzz_chat::bedrock::{self, Account};

use super::Shared;
use crate::chat;
use crate::shell::Shell;
use crate::wire::{AwsStatus, Failure, ProfileInfo, Settings};

/// The AWS profiles that are set up on this machine.
///
/// # Errors
/// `config_unreadable`.
#[tauri::command(rename_all = "snake_case")]
pub async fn aws_profiles(shell: Shared<'_>) -> Result<Vec<ProfileInfo>, Failure> {
    Ok(bedrock::profiles(&shell.aws_files)
        .await?
        .into_iter()
        .map(Into::into)
        .collect())
}

/// Who a profile is and what it may call; asks AWS.
///
/// # Errors
/// Those of AWS, each with what to do, such as `sso_expired`.
#[tauri::command(rename_all = "snake_case")]
pub async fn aws_test(
    shell: Shared<'_>,
    profile: Option<String>,
    region: Option<String>,
) -> Result<AwsStatus, Failure> {
    test(&shell, profile, region).await
}

/// What [`aws_test`] does.
pub(crate) async fn test(
    shell: &Arc<Shell>,
    profile: Option<String>,
    region: Option<String>,
) -> Result<AwsStatus, Failure> {
    let settings = chat::account(
        shell,
        Settings {
            profile,
            region,
            model: None,
        },
    );
    let account = Account::open(&settings, &shell.library).await?;
    let identity = account.identity().await?;
    let models = account.models().await?;
    Ok(AwsStatus {
        account: identity.account,
        arn: identity.arn,
        region: identity.region,
        models: models.into_iter().map(Into::into).collect(),
    })
}
