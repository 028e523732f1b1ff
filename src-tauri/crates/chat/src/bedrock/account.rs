//! One profile in one region: its credentials, who it is, and which models it may call.

use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::{Profile, ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::property::PropertiesKey;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use buzz_library::Library;
use serde::{Deserialize, Serialize};

use super::choose::{self, ModelInfo};
use super::failure::{self, Place};
use super::http::{Call, Recording};
use super::profiles::{self, ConfigFiles, ProfileKind};
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
    pub(super) config: SdkConfig,
    pub(super) place: Place,
    pub(super) timeouts: Timeouts,
    /// Where the profile says that Bedrock's models are to be called; `None` leaves it to the SDK.
    pub(super) runtime_endpoint: Option<String>,
}

impl Account {
    /// Reads the profile and decides the region; credentials are fetched with the first request.
    ///
    /// # Errors
    /// `no_profile`, `unknown_profile`, `no_region` and `config_unreadable`, each with what to do.
    pub async fn open(settings: &Settings, library: &Arc<Library>) -> Result<Self, ModelError> {
        let set = settings.files.read().await?;
        let profile = chosen_profile(settings, &set)?;
        let region = match chosen_region(settings, &set, profile.as_deref()) {
            Some(region) => region,
            None => machine_region(library, profile.as_deref()).await?,
        };
        let root = profile
            .as_deref()
            .and_then(|name| profiles::root(&set, name));
        let own = profile.as_deref().and_then(|name| set.get_profile(name));
        let place = Place {
            profile: profile.clone(),
            kind: root.map_or(ProfileKind::None, profiles::kind),
            sign_in: root
                .map(|root| root.name().to_owned())
                .or_else(|| profile.clone()),
            mfa: own.is_some_and(|own| own.get("mfa_serial").is_some()),
            region: region.clone(),
            model: None,
        };

        let http = SharedHttpClient::new(Recording::new(
            Arc::clone(library),
            profile.clone(),
            region.clone(),
        ));
        let region = Region::new(region);
        let timeout = TimeoutConfig::builder()
            .connect_timeout(settings.timeouts.connect)
            .operation_timeout(settings.timeouts.request)
            .build();
        let provider_config = ProviderConfig::without_region()
            .with_region(Some(region.clone()))
            .with_http_client(http.clone())
            .with_timeout_config(timeout.clone());
        let credentials = credentials(settings, profile.as_deref(), &provider_config);
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(region)
            .profile_files(settings.files.resolved())
            .credentials_provider(credentials)
            .identity_cache(
                IdentityCache::lazy()
                    .load_timeout(settings.timeouts.credentials)
                    .build(),
            )
            .http_client(http)
            .timeout_config(timeout)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            // It takes a model that thinks for a while for a dead connection; the time-outs here do that job better.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        Ok(Self {
            config: loader.load().await,
            place,
            timeouts: settings.timeouts.clone(),
            runtime_endpoint: runtime_endpoint(&set, own),
        })
    }

    /// The profile; `None` for the environment's own credentials.
    pub fn profile(&self) -> Option<&str> {
        self.place.profile.as_deref()
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.place.region
    }

    /// Asks STS who this is.
    ///
    /// # Errors
    /// Those of credentials, permission and network.
    pub async fn identity(&self) -> Result<CallerIdentity, ModelError> {
        let client = aws_sdk_sts::Client::new(&self.config);
        let answer = Call::new(None)
            .run(client.get_caller_identity().send())
            .await
            .map_err(|error| failure::explain(&error, &self.place))?;
        Ok(CallerIdentity {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
            region: self.place.region.clone(),
        })
    }

    /// Lists what the account may call in its region: text models that stream, the default first and then by name;
    /// at most one of them is the default.
    ///
    /// # Errors
    /// Those of credentials, permission and network.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ModelError> {
        let client = aws_sdk_bedrock::Client::new(&self.config);
        let call = Call::new(None);
        let profiles = call
            .run(
                client
                    .list_inference_profiles()
                    .max_results(1_000)
                    .into_paginator()
                    .items()
                    .send()
                    .try_collect(),
            )
            .await
            .map_err(|error| failure::explain(&error, &self.place));
        // Without credentials or a network the second request would only fail like the first.
        if let Err(error) = &profiles
            && error.code != "access_denied"
        {
            return Err(error.clone());
        }
        let foundation = Call::new(None)
            .run(client.list_foundation_models().send())
            .await
            .map(|answer| answer.model_summaries.unwrap_or_default())
            .map_err(|error| failure::explain(&error, &self.place));
        // An account may be allowed one of the two lists only; each is useful by itself.
        let (profiles, foundation) = match (profiles, foundation) {
            (Err(error), Err(_)) => return Err(error),
            (profiles, foundation) => {
                (profiles.unwrap_or_default(), foundation.unwrap_or_default())
            }
        };
        Ok(choose::models(&foundation, &profiles, &self.place.region))
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The profile to use: the settings', else the environment's, else `default` where there is one.
///
/// `None` means that no profile is involved: keys in the environment, or the machine's own role.
fn chosen_profile(settings: &Settings, set: &ProfileSet) -> Result<Option<String>, ModelError> {
    let unknown = |name: &str| {
        let mut known: Vec<&str> = set.profiles().collect();
        known.sort_unstable();
        let what = if known.is_empty() {
            "run `aws configure sso` to make one".to_owned()
        } else {
            format!(
                "choose one of {} in the settings, or run `aws configure sso` to make it",
                known.join(", ")
            )
        };
        ModelError::new(
            "unknown_profile",
            format!("There is no AWS profile {name:?}: {what}."),
        )
    };
    if let Some(name) = settings.profile.as_deref().filter(|name| !name.is_empty()) {
        return set
            .get_profile(name)
            .map(|_| Some(name.to_owned()))
            .ok_or_else(|| unknown(name));
    }
    // Keys in the environment come before a profile that the environment names, as in the AWS CLI.
    if variable("AWS_ACCESS_KEY_ID").is_some() {
        return Ok(None);
    }
    if let Some(name) = variable("AWS_PROFILE") {
        return set
            .get_profile(&name)
            .map(|_| Some(name.clone()))
            .ok_or_else(|| unknown(&name));
    }
    let default = set
        .get_profile("default")
        .filter(|profile| profiles::kind(profile) != ProfileKind::None);
    Ok(default.map(|profile| profile.name().to_owned()))
}

fn chosen_region(settings: &Settings, set: &ProfileSet, profile: Option<&str>) -> Option<String> {
    let of_profile = || {
        let profile = set.get_profile(profile.unwrap_or("default"))?;
        profile.get("region").map(str::to_owned)
    };
    settings
        .region
        .clone()
        .filter(|region| !region.is_empty())
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or_else(of_profile)
}

/// The address of Bedrock's models that a profile's `services` section names as AWS documents it, `bedrock_runtime`.
///
/// The SDK for Rust looks only for `bedrock-runtime`, so that a company's own address would silently be passed by.
/// The environment comes before the profile, as everywhere.
fn runtime_endpoint(set: &ProfileSet, profile: Option<&Profile>) -> Option<String> {
    let profile = profile?;
    let ignored = |value: &str| value.eq_ignore_ascii_case("true");
    if variable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME").is_some()
        || variable("AWS_ENDPOINT_URL").is_some()
        || variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| ignored(&value))
        || profile
            .get("ignore_configured_endpoint_urls")
            .is_some_and(ignored)
    {
        return None;
    }
    let key = PropertiesKey::builder()
        .section_key("services")
        .section_name(profile.get("services")?)
        .property_name("bedrock_runtime")
        .sub_property_name("endpoint_url")
        .build()
        .ok()?;
    set.other_sections().get(&key).cloned()
}

/// The region of the machine, where it is one of AWS's own and there is no profile that could say it.
async fn machine_region(
    library: &Arc<Library>,
    profile: Option<&str>,
) -> Result<String, ModelError> {
    let no_region = |who: String| {
        ModelError::new(
            "no_region",
            format!(
                "{who} names no region: choose one in the settings, such as us-east-1 or eu-central-1."
            ),
        )
    };
    if let Some(profile) = profile {
        return Err(no_region(format!("The AWS profile {profile:?}")));
    }
    if variable("AWS_ACCESS_KEY_ID").is_some() {
        return Err(no_region("The environment".to_owned()));
    }
    let http = SharedHttpClient::new(Recording::new(Arc::clone(library), None, String::new()));
    let config = ProviderConfig::without_region().with_http_client(http);
    let provider = ImdsRegionProvider::builder()
        .configure(&config)
        .imds_client(machine(&config))
        .build();
    match Call::new(None).run(provider.region()).await {
        Some(region) => Ok(region.to_string()),
        None => Err(failure::no_profile()),
    }
}

/// A client for the machine's metadata that gives up at once where there is none, as on any laptop.
fn machine(config: &ProviderConfig) -> aws_config::imds::Client {
    aws_config::imds::Client::builder()
        .configure(config)
        .connect_timeout(Duration::from_millis(300))
        .read_timeout(Duration::from_millis(700))
        .max_attempts(1)
        .build()
}

/// Where credentials come from: the chosen profile alone, or else the usual places in the usual order.
fn credentials(
    settings: &Settings,
    profile: Option<&str>,
    config: &ProviderConfig,
) -> SharedCredentialsProvider {
    if let Some(profile) = profile {
        return SharedCredentialsProvider::new(
            ProfileFileCredentialsProvider::builder()
                .configure(config)
                .profile_files(settings.files.resolved())
                .profile_name(profile)
                .build(),
        );
    }
    let imds = ImdsCredentialsProvider::builder()
        .configure(config)
        .imds_client(machine(config))
        .build();
    SharedCredentialsProvider::new(
        CredentialsProviderChain::first_try(
            "Environment",
            EnvironmentVariableCredentialsProvider::new(),
        )
        .or_else(
            "WebIdentityToken",
            WebIdentityTokenCredentialsProvider::builder()
                .configure(config)
                .build(),
        )
        .or_else(
            "EcsContainer",
            EcsCredentialsProvider::builder().configure(config).build(),
        )
        .or_else("Ec2InstanceMetadata", imds),
    )
}
