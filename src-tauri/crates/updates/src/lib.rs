//! Whether there is a newer version of the program.
//!
//! Whoever publishes it puts a small file behind an address, [`Release`] as JSON, and beside it the signature of that file.
//! It is asked for only when the person wishes, with a request that says nothing of them or of their data and stands in the
//! ledger before it leaves. Nothing is installed: the person is told where the newer version is.

mod http;

use std::sync::Arc;

use buzz_library::Library;
use minisign_verify::{PublicKey, Signature};
use semver::Version;
use serde::Deserialize;

/// Where newer versions are told, and whose signature counts.
#[derive(Debug, Clone)]
pub struct Publisher {
    address: String,
    key: PublicKey,
}

/// A version that was published.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Release {
    /// The version, such as `1.2.0`.
    pub version: String,
    /// The address of the page that has its installers.
    pub page: String,
    /// What is new, in a sentence or two; may be empty.
    #[serde(default)]
    pub notes: String,
}

/// Why it is not known whether there is a newer version.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address or the key of the publisher is none.
    #[error("this copy cannot look for newer versions: {0}")]
    Publisher(String),
    /// The request could not be recorded, and was not sent.
    #[error("nothing was asked, for it could not be recorded: {0}")]
    NotRecorded(String),
    /// Nobody answered, or not as one should.
    #[error("{address} could not be read: {why}")]
    Unreachable {
        /// What was asked for.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// The answer does not bear the publisher's signature.
    #[error(
        "what {0} says is not signed by those who made this program, and was not believed: try again in some days"
    )]
    NotSigned(String),
    /// It is signed, but cannot be read.
    #[error("what {address} says cannot be read: {why}")]
    Unreadable {
        /// What was asked for.
        address: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// The kind, stable for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Publisher(_) => "no_publisher",
            Self::NotRecorded(_) => "not_recorded",
            Self::Unreachable { .. } => "unreachable",
            Self::NotSigned(_) => "not_signed",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

impl Publisher {
    /// A publisher with the address of the file, `https:`, and a public key as minisign writes it.
    ///
    /// # Errors
    /// [`Error::Publisher`].
    pub fn new(address: &str, key: &str) -> Result<Self, Error> {
        if !http::is_safe(address) {
            return Err(Error::Publisher(format!(
                "{address} does not begin with https://"
            )));
        }
        let key = PublicKey::from_base64(key.trim())
            .map_err(|error| Error::Publisher(format!("its key is none: {error}")))?;
        Ok(Self {
            address: address.to_owned(),
            key,
        })
    }
}

/// What is published, if it is newer than this version. Both requests stand in the library's ledger.
///
/// # Errors
/// Every [`Error`] but [`Error::Publisher`].
pub async fn newer(
    publisher: &Publisher,
    current: &str,
    library: &Arc<Library>,
) -> Result<Option<Release>, Error> {
    let address = &publisher.address;
    let told = http::get(address, library).await?;
    let signature = http::get(&format!("{address}.minisig"), library).await?;
    let not_signed = || Error::NotSigned(address.clone());
    let signature = String::from_utf8(signature).map_err(|_| not_signed())?;
    let signature = Signature::decode(&signature).map_err(|_| not_signed())?;
    // Signatures of the old kind, over the file itself, are for large files that nobody hashes; this is none.
    (publisher.key.verify(&told, &signature, false)).map_err(|_| not_signed())?;
    let unreadable = |why: String| Error::Unreadable {
        address: address.clone(),
        why,
    };
    let release: Release =
        serde_json::from_slice(&told).map_err(|error| unreadable(error.to_string()))?;
    let version = |text: &str| Version::parse(text).map_err(|error| unreadable(error.to_string()));
    if !http::is_safe(&release.page) {
        return Err(unreadable("its page does not begin with https://".into()));
    }
    let is_newer = version(&release.version)? > version(current)?;
    Ok(is_newer.then_some(release))
}
