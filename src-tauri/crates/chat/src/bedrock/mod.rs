//! Amazon Bedrock: the one module that knows AWS.
//!
//! [`profiles`] reads what the person has configured, [`Account`] is one profile in one region that can
//! say who it is and which models it may call, and [`Bedrock`] is one model of such an account. Every
//! request that leaves through here, those for credentials too, is recorded in the library's ledger before it is sent.

mod account;
mod choose;
mod failure;
mod http;
mod profiles;
mod stream;

pub use account::{Account, CallerIdentity, Settings, Timeouts};
pub use choose::{ModelInfo, ModelKind};
pub use profiles::{ConfigFiles, ProfileInfo, ProfileKind, profiles};
pub use stream::Bedrock;
