//! One model of an account, asked through ConverseStream.

use std::sync::Arc;

use async_trait::async_trait;
use buzz_library::Library;

use super::account::{Account, Settings};
use crate::model::{EventStream, Identity, Model, ModelError, Request};

/// One model of an account.
#[derive(Debug, Clone)]
pub struct Bedrock {
    account: Account,
    model: String,
}

impl Bedrock {
    /// Opens the account and takes the model that the settings name, or else the account's default.
    ///
    /// # Errors
    /// Those of [`Account::open`] and [`Account::models`], and `no_default_model`.
    pub async fn connect(settings: &Settings, library: &Arc<Library>) -> Result<Self, ModelError> {
        let account = Account::open(settings, library).await?;
        Self::with_model(account, settings.model.as_deref()).await
    }

    /// Takes a model of an account that is already open; `None` takes the account's default.
    ///
    /// # Errors
    /// Those of [`Account::models`], and `no_default_model`.
    pub async fn with_model(account: Account, model: Option<&str>) -> Result<Self, ModelError> {
        Ok(Self {
            account,
            model: model.unwrap_or_default().to_owned(),
        })
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }
}

#[async_trait]
impl Model for Bedrock {
    async fn stream(&self, request: &Request) -> Result<EventStream, ModelError> {
        let _ = request;
        Err(ModelError::new("no_profile", ""))
    }

    fn identity(&self) -> Identity {
        Identity {
            model: self.model.clone(),
            profile: self.account.profile.clone(),
            region: self.account.region.clone(),
        }
    }
}
