//! The verification of AWS Signature Version 4, as the service does it.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The access key that the stand-in knows.
pub const ACCESS_KEY: &str = "AKIDEXAMPLE";
/// Its secret.
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The access key of the temporary credentials that the stand-in gives for a role.
pub const SESSION_ACCESS_KEY: &str = "ASIDEXAMPLE";
/// Its secret.
pub const SESSION_SECRET_KEY: &str = "7MDENGbPxRfiCYEXAMPLEKEYwJalrXUtnFEMIK+s";
/// The session token that belongs to it.
pub const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN==";

/// How far a request's clock may be off, in seconds; AWS allows five minutes.
const SKEW: i64 = 300;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The error's type, as REST services name it.
    pub kind: &'static str,
    /// The error's code, as STS names it.
    pub sts_code: &'static str,
    /// The message.
    pub message: String,
}

impl Rejection {
    fn new(kind: &'static str, sts_code: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            sts_code,
            message: message.into(),
        }
    }
}

/// A request as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a str,
    /// The path as it was sent, still encoded.
    pub path: &'a str,
    /// The query as it was sent, still encoded; may be empty.
    pub query: &'a str,
    /// The headers, names in lower case, in the order in which they came.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl Signed<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Verifies the signature of a request for a service, with the stand-in's own keys.
///
/// # Errors
/// What AWS would answer: no signature, an unknown key, a scope for another service, a clock that is
/// wrong, or a signature that does not match.
pub fn verify(request: Signed<'_>, service: &str, now: Timestamp) -> Result<(), Rejection> {
    let incomplete =
        |what: &str| Rejection::new("IncompleteSignatureException", "IncompleteSignature", what);
    let Some(authorization) = request.header("authorization") else {
        return Err(Rejection::new(
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "Missing Authentication Token",
        ));
    };
    let fields = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or_else(|| incomplete("Authorization header requires 'AWS4-HMAC-SHA256'"))?;
    let field = |name: &str| {
        fields
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .ok_or_else(|| {
                incomplete(&format!(
                    "Authorization header requires '{name}' parameter."
                ))
            })
    };
    let (credential, signed_headers, signature) = (
        field("Credential")?,
        field("SignedHeaders")?,
        field("Signature")?,
    );
    let scope: Vec<&str> = credential.split('/').collect();
    let [key, date, region, scope_service, "aws4_request"] = scope[..] else {
        return Err(incomplete(
            "Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request",
        ));
    };

    let unknown_key = || {
        Rejection::new(
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    };
    let secret = match (key, request.header("x-amz-security-token")) {
        (ACCESS_KEY, None) => SECRET_KEY,
        (SESSION_ACCESS_KEY, Some(SESSION_TOKEN)) => SESSION_SECRET_KEY,
        _ => return Err(unknown_key()),
    };
    if scope_service != service {
        return Err(Rejection::new(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            format!("Credential should be scoped to correct service: '{service}'."),
        ));
    }
    let stamp = request.header("x-amz-date").ok_or_else(|| {
        incomplete(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    })?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp)
        .ok()
        .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format'."))?
        .timestamp();
    if !stamp.starts_with(date) {
        return Err(Rejection::new(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        ));
    }
    let skew = at.as_second() - now.as_second();
    if skew.abs() > SKEW {
        let now = now.strftime("%Y%m%dT%H%M%SZ");
        let message = if skew < 0 {
            format!(
                "Signature expired: {stamp} is now earlier than {now} (the current time minus 5 min.)"
            )
        } else {
            format!(
                "Signature not yet current: {stamp} is still later than {now} (the current time plus 5 min.)"
            )
        };
        return Err(Rejection::new(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            message,
        ));
    }

    for required in ["host", "x-amz-date"] {
        if !signed_headers.split(';').any(|name| name == required) {
            return Err(incomplete(&format!("'{required}' must be a signed header")));
        }
    }
    let mut headers = String::new();
    for name in signed_headers.split(';') {
        let values: Vec<String> = request
            .headers
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        if values.is_empty() {
            return Err(incomplete(&format!(
                "the signed header '{name}' is missing"
            )));
        }
        let _ = writeln!(headers, "{name}:{}", values.join(","));
    }
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{signed_headers}\n{}",
        request.method,
        encode(request.path, b'/'),
        canonical_query(request.query),
        hex(&Sha256::digest(request.body)),
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{stamp}\n{date}/{region}/{service}/aws4_request\n{}",
        hex(&Sha256::digest(canonical.as_bytes()))
    );
    let mut signing_key = mac(format!("AWS4{secret}").as_bytes(), date);
    for part in [region, service, "aws4_request"] {
        signing_key = mac(&signing_key, part);
    }
    if hex(&mac(&signing_key, &to_sign)) == signature {
        Ok(())
    } else {
        Err(Rejection::new(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        ))
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// Percent-encodes all but the unreserved characters and one byte that is kept; what is encoded already is encoded again.
fn encode(text: &str, keep: u8) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            if byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'_' | b'~')
                || byte == keep
            {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
}

/// The parameters as they were sent, sorted by name and value.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .collect();
    pairs.sort_unstable();
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example `get-vanilla-query-order-key-case` of the published SigV4 test suite.
    fn published() -> Vec<(String, String)> {
        [
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, \
                 Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_published_example_verifies() {
        // The stand-in's keys are those of the suite, so that its published signatures apply.
        let headers = published();
        let request = Signed {
            method: "GET",
            path: "/",
            query: "Param2=value2&Param1=value1",
            headers: &headers,
            body: b"",
        };
        verify(request, "service", at("2015-08-30T12:36:30Z")).unwrap();
    }

    #[test]
    fn whatever_was_changed_after_signing_is_refused() {
        let headers = published();
        let request = Signed {
            method: "GET",
            path: "/",
            query: "Param2=value2&Param1=value1",
            headers: &headers,
            body: b"",
        };
        let now = at("2015-08-30T12:36:30Z");
        for changed in [
            Signed {
                method: "POST",
                ..request
            },
            Signed {
                path: "/other",
                ..request
            },
            Signed {
                query: "Param2=value2&Param1=value2",
                ..request
            },
            Signed {
                body: b"x",
                ..request
            },
        ] {
            let rejection = verify(changed, "service", now).unwrap_err();
            assert_eq!(rejection.kind, "InvalidSignatureException");
        }
        assert!(
            verify(request, "other", now)
                .unwrap_err()
                .message
                .contains("scoped to correct service")
        );
        assert!(
            verify(request, "service", at("2015-08-30T13:36:30Z"))
                .unwrap_err()
                .message
                .starts_with("Signature expired")
        );
        assert!(
            verify(request, "service", at("2015-08-30T11:36:30Z"))
                .unwrap_err()
                .message
                .starts_with("Signature not yet")
        );
        assert_eq!(
            verify(
                Signed {
                    headers: &headers[..2],
                    ..request
                },
                "service",
                now
            )
            .unwrap_err()
            .kind,
            "MissingAuthenticationTokenException"
        );
    }
}
