//! The way out: every request of every AWS client, those for credentials too, is recorded before it leaves.
//!
//! This wraps the SDK's HTTP client at the last point before the network, so that nothing can go round it,
//! and what is recorded is what is sent, byte for byte. Only requests whose body is itself a secret
//! (signing in) are recorded without it. Headers are not recorded: they carry signatures and tokens.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use buzz_library::{LedgerEntry, LedgerOutcome, Library, OpenEntry};

use crate::model::Usage;

tokio::task_local! {
    /// The call on whose behalf requests leave.
    static CALL: Arc<Call>;
}

/// One call of this crate to AWS, which may take several requests: credentials first, repetitions later.
#[derive(Debug, Default)]
pub(super) struct Call {
    conversation_id: Option<String>,
    /// The request that is under way.
    open: Mutex<Option<OpenEntry>>,
    /// For a call that is only to be shown: what would have been sent.
    preview: Option<Mutex<Option<String>>>,
}

impl Call {
    pub(super) fn new(conversation_id: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            conversation_id,
            ..Self::default()
        })
    }

    /// A call whose conversation is not sent but kept to be shown; credentials are fetched all the same.
    pub(super) fn preview(conversation_id: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            conversation_id,
            preview: Some(Mutex::default()),
            ..Self::default()
        })
    }

    /// What would have been sent.
    pub(super) fn previewed(&self) -> Option<String> {
        let preview = self.preview.as_ref()?;
        preview
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Runs a future whose requests belong to this call.
    pub(super) async fn run<F: Future>(self: &Arc<Self>, future: F) -> F::Output {
        CALL.scope(Arc::clone(self), future).await
    }

    fn put(&self, entry: OpenEntry) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(entry);
    }

    fn take(&self) -> Option<OpenEntry> {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// The request under way ended well.
    pub(super) fn succeeded(&self, usage: Option<Usage>) {
        if let Some(entry) = self.take() {
            entry.finish(outcome("ok", None, usage));
        }
    }

    /// The request under way failed.
    pub(super) fn failed(&self, error: &str, usage: Option<Usage>) {
        if let Some(entry) = self.take() {
            entry.finish(outcome("failed", Some(error.to_owned()), usage));
        }
    }
}

fn outcome(status: &str, error: Option<String>, usage: Option<Usage>) -> LedgerOutcome {
    LedgerOutcome {
        status: status.to_owned(),
        error,
        input_tokens: usage.map(|usage| usage.input_tokens),
        output_tokens: usage.map(|usage| usage.output_tokens),
        ..LedgerOutcome::default()
    }
}

/// The request could not be recorded, and therefore was not sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotRecorded(pub(super) String);

/// The request was only to be shown, and therefore was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the request was only to be shown")]
struct Previewed;

/// The HTTP client of every AWS client of this crate.
pub(super) struct Recording {
    inner: SharedHttpClient,
    origin: Arc<Origin>,
}

/// On whose behalf requests are recorded.
struct Origin {
    library: Arc<Library>,
    profile: Option<String>,
    region: String,
}

impl Recording {
    pub(super) fn new(library: Arc<Library>, profile: Option<String>, region: String) -> Self {
        let inner = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
            .build_https();
        Self {
            inner,
            origin: Arc::new(Origin {
                library,
                profile,
                region,
            }),
        }
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recording")
    }
}

impl HttpClient for Recording {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(RecordingConnector {
            inner: self.inner.http_connector(settings, components),
            origin: Arc::clone(&self.origin),
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

struct RecordingConnector {
    inner: SharedHttpConnector,
    origin: Arc<Origin>,
}

impl fmt::Debug for RecordingConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingConnector")
    }
}

impl HttpConnector for RecordingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = CALL.try_with(Arc::clone).unwrap_or_default();
        let described = Described::of(&request);
        let streams = described.operation == CONVERSE_STREAM;
        if let Some(preview) = call.preview.as_ref().filter(|_| streams) {
            *preview.lock().unwrap_or_else(PoisonError::into_inner) = Some(described.payload);
            return HttpConnectorFuture::ready(Err(ConnectorError::user(Box::new(Previewed))));
        }
        let entry = LedgerEntry {
            conversation_id: call.conversation_id.clone(),
            service: described.service.to_owned(),
            endpoint: described.endpoint,
            operation: described.operation,
            profile: self.origin.profile.clone(),
            region: Some(self.origin.region.clone()),
            model: described.model,
            payload: described.payload,
        };
        let (inner, origin) = (self.inner.clone(), Arc::clone(&self.origin));
        HttpConnectorFuture::new(async move {
            // The database syncs to disk before it answers, which is too long for this thread to wait.
            let begun =
                tokio::task::spawn_blocking(move || OpenEntry::begin(&origin.library, &entry));
            let refused = |why: String| ConnectorError::user(Box::new(NotRecorded(why)));
            match begun.await {
                Ok(Ok(entry)) => call.put(entry),
                Ok(Err(error)) => return Err(refused(error.to_string())),
                Err(error) => return Err(refused(error.to_string())),
            }
            let result = inner.call(request).await;
            match &result {
                // The outcome of a stream is known at its end, by whoever reads it.
                Ok(response) if response.status().is_success() && streams => {}
                Ok(response) if response.status().is_success() => call.succeeded(None),
                Ok(response) => {
                    let kind = response
                        .headers()
                        .get("x-amzn-errortype")
                        .unwrap_or_default();
                    let kind = kind.split(':').next().unwrap_or_default();
                    call.failed(
                        format!("HTTP {} {kind}", response.status().as_u16()).trim_end(),
                        None,
                    );
                }
                Err(error) => call.failed(&super::failure::chain(error), None),
            }
            result
        })
    }
}

const CONVERSE_STREAM: &str = "ConverseStream";

/// What a request is, told from its address and body.
struct Described {
    service: &'static str,
    operation: String,
    endpoint: String,
    model: Option<String>,
    payload: String,
}

impl Described {
    fn of(request: &HttpRequest) -> Self {
        let uri = request.uri();
        let (host, path_and_query) = match uri.find("://").map(|at| at + 3) {
            Some(start) => match uri[start..].find('/') {
                Some(slash) => uri.split_at(start + slash),
                None => (uri, "/"),
            },
            None => ("", uri),
        };
        let path = path_and_query.split('?').next().unwrap_or_default();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let action = body
            .split('&')
            .find_map(|pair| pair.strip_prefix("Action="))
            .map(str::to_owned);
        let model = path
            .strip_prefix("/model/")
            .and_then(|rest| rest.split('/').next())
            .map(decoded);
        let (service, operation, secret) = if model.is_some() && path.ends_with("/converse-stream")
        {
            ("bedrock-runtime", CONVERSE_STREAM.to_owned(), false)
        } else if path == "/inference-profiles" {
            ("bedrock", "ListInferenceProfiles".to_owned(), false)
        } else if path == "/foundation-models" {
            ("bedrock", "ListFoundationModels".to_owned(), false)
        } else if let Some(action) = action {
            let secret = body.contains("Token=") || body.contains("SAMLAssertion=");
            ("sts", action, secret)
        } else if path == "/federation/credentials" {
            ("sso", "GetRoleCredentials".to_owned(), false)
        } else if path == "/token" {
            ("sso-oidc", "CreateToken".to_owned(), true)
        } else if path.ends_with("/v1/token") {
            ("signin", "CreateOAuth2Token".to_owned(), true)
        } else if path.starts_with("/latest/") {
            ("imds", path.to_owned(), false)
        } else {
            // An address that is unknown here, such as a container's own: its body may be anything.
            ("other", format!("{} {path}", request.method()), true)
        };
        let payload = if secret && !body.is_empty() {
            "(not recorded: it holds a secret for signing in)".to_owned()
        } else if body.is_empty() {
            format!("{} {path_and_query}", request.method())
        } else {
            body
        };
        Self {
            service,
            operation,
            endpoint: host.to_owned(),
            model,
            payload,
        }
    }
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
