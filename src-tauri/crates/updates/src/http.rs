//! Reading a small file from the web, each request in the ledger before it leaves.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use buzz_library::{LedgerEntry, LedgerOutcome, Library, OpenEntry};

use crate::Error;

/// What a file may weigh, in bytes; a real one is hundreds.
const MOST_BYTES: usize = 64 * 1024;
/// Addresses that an address may lead on to, one after another.
const MOST_REDIRECTS: usize = 5;
/// How long somebody may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether nobody on the way can read or change what comes from there: it is encrypted, or never leaves this machine.
pub(crate) fn is_safe(address: &str) -> bool {
    let is_loopback = |own: &str| {
        // Behind a port there could be an `@`, and then the name of somebody else.
        let port = address.strip_prefix(own);
        let port = port.map(|rest| rest.split_once('/').map_or(rest, |(port, _)| port));
        port.is_some_and(|port| port.parse::<u16>().is_ok())
    };
    address.starts_with("https://")
        || is_loopback("http://127.0.0.1:")
        || is_loopback("http://localhost:")
}

/// The bytes behind an address.
///
/// # Errors
/// [`Error::NotRecorded`] and [`Error::Unreachable`].
pub(crate) async fn get(address: &str, library: &Arc<Library>) -> Result<Vec<u8>, Error> {
    let mut at = address.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        match tokio::time::timeout(PATIENCE, recorded(&at, library)).await {
            Ok(Ok(Answer::Bytes(bytes))) => return Ok(bytes),
            Ok(Ok(Answer::Elsewhere(next))) if is_safe(&next) => at = next,
            Ok(Ok(Answer::Elsewhere(next))) => {
                return Err(unreachable(address, format!("it leads on to {next}")));
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(unreachable(address, "nobody answered in time".into())),
        }
    }
    Err(unreachable(address, "it leads on and on".into()))
}

fn unreachable(address: &str, why: String) -> Error {
    Error::Unreachable {
        address: address.to_owned(),
        why,
    }
}

enum Answer {
    Bytes(Vec<u8>),
    /// The address that has it.
    Elsewhere(String),
}

/// One request, with what came of it in the ledger.
async fn recorded(address: &str, library: &Arc<Library>) -> Result<Answer, Error> {
    let entry = begin(address, library).await?;
    let answer = request(address).await;
    let outcome = LedgerOutcome {
        status: if answer.is_ok() { "ok" } else { "failed" }.to_owned(),
        error: answer.as_ref().err().cloned(),
        ..LedgerOutcome::default()
    };
    let written = tokio::task::spawn_blocking(move || entry.finish(outcome)).await;
    if let Err(error) = written {
        tracing::warn!(%error, "the outcome of a request could not be recorded");
    }
    answer.map_err(|why| unreachable(address, why))
}

async fn request(address: &str) -> Result<Answer, String> {
    let connector = Connector::builder()
        .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
        .connector_settings(HttpConnectorSettings::builder().build())
        .build();
    let mut request = HttpRequest::new(SdkBody::empty());
    request
        .set_uri(address)
        .map_err(|error| error.to_string())?;
    // Some refuse who does not say what they are; which version, nobody needs to know.
    request.headers_mut().insert("user-agent", "buzz-csv");
    let response = connector.call(request).await.map_err(|error| {
        let mut told = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(deeper) = cause {
            told = deeper.to_string();
            cause = deeper.source();
        }
        told
    })?;
    let status = response.status().as_u16();
    if let (301 | 302 | 303 | 307 | 308, Some(next)) = (status, response.headers().get("location"))
    {
        return Ok(Answer::Elsewhere(next.to_owned()));
    }
    if !(200..300).contains(&status) {
        return Err(format!("it answers with HTTP {status}"));
    }
    let mut body = ByteStream::new(response.into_body());
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        bytes.extend_from_slice(&piece.map_err(|error| error.to_string())?);
        if bytes.len() > MOST_BYTES {
            return Err("it is much larger than it should be".into());
        }
    }
    Ok(Answer::Bytes(bytes))
}

/// Puts a request into the ledger.
async fn begin(address: &str, library: &Arc<Library>) -> Result<OpenEntry, Error> {
    let host_from = address.find("://").map_or(0, |at| at + 3);
    let path_from = address[host_from..]
        .find('/')
        .map_or(address.len(), |at| host_from + at);
    let entry = LedgerEntry {
        conversation_id: None,
        service: "updates".to_owned(),
        endpoint: address[..path_from].to_owned(),
        operation: "LookForNewerVersion".to_owned(),
        profile: None,
        region: None,
        model: None,
        payload: format!("GET {address}"),
    };
    let library = Arc::clone(library);
    match tokio::task::spawn_blocking(move || OpenEntry::begin(&library, &entry)).await {
        Ok(Ok(entry)) => Ok(entry),
        Ok(Err(error)) => Err(Error::NotRecorded(error.to_string())),
        Err(error) => Err(Error::NotRecorded(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn an_address_of_this_machine_is_no_beginning_of_another() {
        for address in [
            "https://example.org/x",
            "http://127.0.0.1:80",
            "http://localhost:8080/a@b",
        ] {
            assert!(is_safe(address), "{address}");
        }
        for address in [
            "http://example.org/x",
            "http://127.0.0.1:80@example.org/x",
            "http://localhost:@example.org/",
            "http://127.0.0.1",
            "ftp://127.0.0.1:21/",
        ] {
            assert!(!is_safe(address), "{address}");
        }
    }
}
