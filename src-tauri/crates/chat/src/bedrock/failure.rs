//! What went wrong with AWS, in one sentence with what to do.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::http::NotRecorded;
use super::profiles::ProfileKind;
use crate::model::ModelError;

/// Where a request went wrong: what the sentences name.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The profile; `None` for the environment's own credentials.
    pub(super) profile: Option<String>,
    /// How the profile at the end of the chain of roles gets its credentials.
    pub(super) kind: ProfileKind,
    /// That profile: the one to sign in to.
    pub(super) sign_in: Option<String>,
    /// Whether the profile asks for a code of a second factor.
    pub(super) mfa: bool,
    /// The region.
    pub(super) region: String,
    /// The model.
    pub(super) model: Option<String>,
}

impl Place {
    fn who(&self) -> String {
        match &self.profile {
            Some(profile) => format!("The profile {profile:?}"),
            None => "The AWS account of this environment".to_owned(),
        }
    }

    fn model(&self) -> &str {
        self.model.as_deref().unwrap_or("the model")
    }

    /// What to do to have valid credentials again.
    fn renew(&self) -> String {
        let sign_in = self.sign_in.as_deref().unwrap_or("default");
        match self.kind {
            ProfileKind::Sso => format!(
                "run `aws sso login --profile {}` and ask again",
                quoted(sign_in)
            ),
            ProfileKind::Login => format!(
                "run `aws login --profile {}` and ask again",
                quoted(sign_in)
            ),
            ProfileKind::CredentialProcess => {
                format!(
                    "check the program that `credential_process` of the profile {sign_in:?} runs, and ask again"
                )
            }
            _ if self.profile.is_some() => {
                format!(
                    "renew the keys of the profile {sign_in:?} (`aws configure --profile {}`)",
                    quoted(sign_in)
                )
            }
            _ => {
                "renew the keys in the environment, or choose a profile in the settings".to_owned()
            }
        }
    }
}

/// A profile's name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/' | '+');
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

/// An error and what caused it, on one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    shortened(&texts.join(": "))
}

/// Somebody else's message on one line, at most 300 characters.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The sentence for a request that was not answered as it should.
pub(super) fn explain<E, R>(error: &SdkError<E, R>, place: &Place) -> ModelError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    if let Some(NotRecorded(why)) = find::<NotRecorded>(error) {
        return ModelError::new(
            "not_recorded",
            format!(
                "Nothing was sent, because the request could not be recorded in the ledger first: {why}."
            ),
        );
    }
    if let Some(cause) = find::<CredentialsError>(error) {
        return credentials(cause, place);
    }
    // The SDK gives up on whatever fetches credentials without naming them.
    if chain(error).contains("identity resolver timed out") {
        return credentials_timed_out(place);
    }
    match error {
        SdkError::TimeoutError(_) => timed_out(place, "did not answer in time"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            no_network(place, "the connection timed out")
        }
        SdkError::DispatchFailure(_) => match network(&chain(error)) {
            Some(what) => no_network(place, what),
            None => cut(place),
        },
        SdkError::ResponseError(_) => malformed(place),
        SdkError::ServiceError(service) => self::service(
            error.code().unwrap_or_default(),
            service.err().message().unwrap_or_default(),
            place,
        ),
        _ => ModelError::new(
            "internal",
            format!(
                "The request could not be built ({}): please report this.",
                chain(error)
            ),
        ),
    }
}

/// The sentence for a stream that broke off with an error.
pub(super) fn explain_stream<R>(
    error: &SdkError<ConverseStreamOutputError, R>,
    place: &Place,
) -> ModelError
where
    R: std::fmt::Debug + 'static,
{
    match error {
        SdkError::ServiceError(service) => {
            let error = service.err();
            // An exception inside a stream has a type of its own, and no code.
            let code = match error {
                ConverseStreamOutputError::InternalServerException(_) => "InternalServerException",
                ConverseStreamOutputError::ModelStreamErrorException(_) => {
                    "ModelStreamErrorException"
                }
                ConverseStreamOutputError::ServiceUnavailableException(_) => {
                    "ServiceUnavailableException"
                }
                ConverseStreamOutputError::ThrottlingException(_) => "ThrottlingException",
                ConverseStreamOutputError::ValidationException(_) => "ValidationException",
                other => other.code().unwrap_or_default(),
            };
            self::service(code, error.message().unwrap_or_default(), place)
        }
        SdkError::DispatchFailure(_) => {
            let text = chain(error);
            // A frame that cannot be decoded surfaces here as well, depending on how it is broken.
            if text.contains("checksum") || text.contains("CRC") {
                malformed(place)
            } else {
                cut(place)
            }
        }
        SdkError::ResponseError(_) => malformed(place),
        SdkError::TimeoutError(_) => timed_out(place, "did not answer in time"),
        _ => cut(place),
    }
}

/// The model fell silent.
pub(super) fn timed_out(place: &Place, what: &str) -> ModelError {
    let who = if place.model.is_some() {
        place.model()
    } else {
        "AWS"
    };
    ModelError::new(
        "timed_out",
        format!(
            "{who} in {} {what}: try again, or choose a faster model.",
            place.region
        ),
    )
}

/// The answer broke off.
pub(super) fn cut(place: &Place) -> ModelError {
    ModelError::passing(
        "stream_cut",
        format!(
            "The connection to AWS in {} was lost in the middle: check the network and ask again.",
            place.region
        ),
    )
}

fn malformed(place: &Place) -> ModelError {
    ModelError::passing(
        "malformed_answer",
        format!(
            "The answer from AWS in {} arrived damaged: ask again; if it happens often, look at what stands between this computer and AWS (a proxy, a VPN).",
            place.region
        ),
    )
}

fn no_network(place: &Place, what: &str) -> ModelError {
    ModelError::passing(
        "no_network",
        format!(
            "AWS in {} cannot be reached ({what}): check the internet connection, the VPN or proxy, and the region's name.",
            place.region
        ),
    )
}

/// What is wrong with the network, told from an error's text; `None` where a connection stood and was lost.
fn network(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    if text.contains("dns error") || text.contains("lookup address") {
        Some("its name cannot be looked up")
    } else if text.contains("connection refused") || text.contains("actively refused") {
        Some("the connection was refused")
    } else if text.contains("unreachable") || text.contains("no route") {
        Some("there is no network")
    } else if text.contains("certificate") || text.contains("tls") || text.contains("handshake") {
        Some("the encrypted connection could not be set up")
    } else if text.contains("timed out") || text.contains("timeout") {
        Some("the connection timed out")
    } else {
        None
    }
}

/// The sentence for credentials that could not be had.
fn credentials(error: &CredentialsError, place: &Place) -> ModelError {
    let text = chain(error);
    let who = place.who();
    // A program, or a server, that does not answer says nothing of the network.
    let slow = matches!(error, CredentialsError::ProviderTimedOut(_));
    if let Some(what) = network(&text).filter(|_| !slow) {
        return no_network(place, what);
    }
    match (error, place.kind) {
        (_, ProfileKind::Sso) => ModelError::new(
            "sso_expired",
            format!(
                "The sign-in of the profile {:?} has expired or is missing: {}.",
                place.sign_in.as_deref().unwrap_or_default(),
                place.renew()
            ),
        ),
        (_, ProfileKind::Login) => ModelError::new(
            "login_expired",
            format!(
                "The sign-in of the profile {:?} has expired or is missing: {}.",
                place.sign_in.as_deref().unwrap_or_default(),
                place.renew()
            ),
        ),
        (CredentialsError::ProviderTimedOut(_), _) => credentials_timed_out(place),
        _ if place.mfa => ModelError::new(
            "mfa_required",
            format!(
                "{who} asks for a code of a second factor, which cannot be given here: sign in with a tool that stores the session as a profile, and choose that one."
            ),
        ),
        (CredentialsError::CredentialsNotLoaded(_), _) if place.profile.is_none() => no_profile(),
        (CredentialsError::CredentialsNotLoaded(_), _) => ModelError::new(
            "no_credentials",
            format!(
                "{who} has no credentials: run `aws configure --profile {0}` or `aws configure sso --profile {0}`, or choose another profile in the settings.",
                quoted(place.profile.as_deref().unwrap_or_default())
            ),
        ),
        (CredentialsError::InvalidConfiguration(_), _) => ModelError::new(
            "wrong_profile",
            format!(
                "{who} is not set up correctly ({text}): correct ~/.aws/config, or choose another profile in the settings."
            ),
        ),
        _ if text.contains("AccessDenied") => ModelError::new(
            "access_denied",
            format!(
                "{who} may not take on its role ({text}): ask whoever administers the account to allow it."
            ),
        ),
        _ => ModelError::new(
            "no_credentials",
            format!("{who} gave no credentials ({text}): {}.", place.renew()),
        ),
    }
}

fn credentials_timed_out(place: &Place) -> ModelError {
    ModelError::new(
        "credentials_timed_out",
        format!(
            "{} did not give its credentials in time: {}.",
            place.who(),
            place.renew()
        ),
    )
}

/// Nothing is configured at all.
pub(super) fn no_profile() -> ModelError {
    ModelError::new(
        "no_profile",
        "No AWS account is set up on this computer: run `aws configure sso` (or `aws configure`) once, then choose the \
         profile in the settings; everything but the chat works without.",
    )
}

/// The sentence for an error that the service answered with.
fn service(code: &str, message: &str, place: &Place) -> ModelError {
    let (who, model, region) = (place.who(), place.model(), &place.region);
    let said = shortened(message);
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match code {
        "ThrottlingException" | "Throttling" | "TooManyRequestsException"
            if has(&["per day", "daily"]) =>
        {
            ModelError::new(
                "daily_limit",
                format!(
                    "The account's limit for {model} in {region} is used up for today ({said}): choose another model, or ask whoever administers the account to raise the quota."
                ),
            )
        }
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" => ModelError::passing(
            "throttled",
            format!(
                "AWS is throttling requests to {model} in {region}: wait a minute and ask again, or choose another model."
            ),
        ),
        "ServiceQuotaExceededException" | "LimitExceededException" => ModelError::new(
            "quota_exceeded",
            format!(
                "A quota of the account is used up ({said}): ask whoever administers the account to raise it."
            ),
        ),
        "RequestTimeTooSkewed" | "RequestExpired" => clock_skew(),
        "InvalidSignatureException" | "SignatureDoesNotMatch"
            if has(&[
                "signature expired",
                "not yet current",
                "is now earlier",
                "still later",
            ]) =>
        {
            clock_skew()
        }
        "ExpiredTokenException" | "ExpiredToken" => {
            let code = match place.kind {
                ProfileKind::Sso => "sso_expired",
                ProfileKind::Login => "login_expired",
                _ => "credentials_expired",
            };
            ModelError::new(
                code,
                format!("{who}: the credentials have expired: {}.", place.renew()),
            )
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId" => ModelError::new(
            "wrong_credentials",
            format!(
                "AWS does not accept the keys of the account ({said}): {}.",
                place.renew()
            ),
        ),
        "AccessDeniedException" | "AccessDenied" | "UnauthorizedException"
            if has(&[
                "access to the model",
                "model access",
                "use case",
                "marketplace",
            ]) =>
        {
            ModelError::new(
                "model_access_denied",
                format!(
                    "The account has no access to {model} in {region} yet ({said}): have whoever administers it open the model in the catalogue of the Bedrock console once and fill in the form there, wait some minutes, or choose another model in the settings."
                ),
            )
        }
        "AccessDeniedException" | "AccessDenied" | "UnauthorizedException" => ModelError::new(
            "access_denied",
            format!(
                "{who} lacks a permission ({said}): ask whoever administers the account to allow it, or choose another profile or model in the settings."
            ),
        ),
        "ResourceNotFoundException" if has(&["use case"]) => ModelError::new(
            "model_access_denied",
            format!(
                "The account has no access to {model} in {region} yet ({said}): have whoever administers it open the model in the catalogue of the Bedrock console and fill in the form there, or choose another model in the settings."
            ),
        ),
        "ResourceNotFoundException" => ModelError::new(
            "model_not_found",
            format!(
                "{model} is not there for this account in {region} ({said}): choose another model or region in the settings."
            ),
        ),
        "ValidationException" if has(&["on-demand throughput", "inference profile"]) => {
            ModelError::new(
                "on_demand_not_supported",
                format!(
                    "{model} can be called in {region} only through an inference profile: choose one of the listed models whose id begins with a geography (such as `us.` or `eu.`) in the settings."
                ),
            )
        }
        "ValidationException"
            if has(&[
                "model identifier is invalid",
                "model id",
                "isn't supported in",
                "not available in",
            ]) =>
        {
            ModelError::new(
                "model_not_in_region",
                format!(
                    "{model} does not exist in {region}: choose a model that is listed for this region, or another region, in the settings."
                ),
            )
        }
        "ValidationException"
            if has(&[
                "too long",
                "too many input tokens",
                "maximum context",
                "context length",
                "context window",
            ]) =>
        {
            context_too_long(place)
        }
        "ValidationException"
            if has(&["tool use", "tooluse", "toolconfig"]) && has(&["support"]) =>
        {
            ModelError::new(
                "model_without_tools",
                format!(
                    "{model} cannot run queries (it has no tool use): choose another model in the settings."
                ),
            )
        }
        "ValidationException" if has(&["stream"]) && has(&["support"]) => ModelError::new(
            "model_without_streaming",
            format!("{model} cannot stream its answers: choose another model in the settings."),
        ),
        "ValidationException" | "SerializationException" => ModelError::new(
            "refused_request",
            format!(
                "Bedrock refused the request to {model} ({said}): try another model; if it happens again, please report it."
            ),
        ),
        "ServiceUnavailableException"
        | "InternalServerException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ModelNotReadyException" => ModelError::passing(
            "unavailable",
            format!(
                "{model} in {region} is not available right now: try again in a few minutes, or choose another model."
            ),
        ),
        "ModelTimeoutException" => timed_out(place, "took too long to answer"),
        "ModelErrorException" | "ModelStreamErrorException" => ModelError::passing(
            "model_error",
            format!(
                "{model} failed while it answered ({said}): ask again, or choose another model."
            ),
        ),
        _ => ModelError::new(
            "aws_error",
            format!(
                "AWS in {region} answered with an error ({}): try again, or choose another model or region.",
                shortened(&format!("{code} {said}"))
            ),
        ),
    }
}

/// The conversation is longer than what the model can read.
pub(super) fn context_too_long(place: &Place) -> ModelError {
    ModelError::new(
        "context_too_long",
        format!(
            "The question, the tables and the conversation are more than {} can read: begin a new conversation, or tick fewer tables.",
            place.model()
        ),
    )
}

fn clock_skew() -> ModelError {
    ModelError::new(
        "clock_skew",
        "This computer's clock is wrong by more than five minutes, and AWS refuses such requests: set the clock and ask again.",
    )
}
