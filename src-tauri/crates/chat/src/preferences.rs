//! What a person chose for all conversations, as the library keeps it.

use buzz_library::{Error, Library, SendMode};

use crate::conversation::Confirm;

/// The keys of the settings.
const SEND: &str = "send";
const CONFIRM: &str = "confirm";
const TOKENS_PER_DAY: &str = "tokens_per_day";

/// What a person chose for all conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// How much may be sent.
    pub send: SendMode,
    /// What is to be confirmed before it happens.
    pub confirm: Confirm,
    /// Tokens that may be read and written on one day; `None` is without a ceiling.
    pub tokens_per_day: Option<u64>,
}

impl Preferences {
    /// Reads the choices. One that cannot be read counts as the most careful one.
    ///
    /// # Errors
    /// The library's.
    pub fn load(library: &Library) -> Result<Self, Error> {
        let send = library.setting(SEND)?;
        let confirm = library.setting(CONFIRM)?;
        let ceiling = library.setting(TOKENS_PER_DAY)?;
        Ok(Self {
            send: send.map_or_else(SendMode::default, |name| {
                SendMode::from_name(&name).unwrap_or(SendMode::Schema)
            }),
            confirm: confirm.map_or_else(Confirm::default, |name| {
                Confirm::from_name(&name).unwrap_or(Confirm::Everything)
            }),
            tokens_per_day: ceiling.map(|ceiling| ceiling.parse().unwrap_or(0)),
        })
    }

    /// Keeps the choices.
    ///
    /// # Errors
    /// The library's.
    pub fn save(&self, library: &Library) -> Result<(), Error> {
        library.set_setting(SEND, Some(self.send.name()))?;
        library.set_setting(CONFIRM, Some(self.confirm.name()))?;
        let ceiling = self.tokens_per_day.map(|ceiling| ceiling.to_string());
        library.set_setting(TOKENS_PER_DAY, ceiling.as_deref())
    }
}
