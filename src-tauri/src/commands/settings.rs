//! The person's choices.

use std::sync::Arc;

use buzz_chat::Preferences;
use buzz_library::LEDGER_DAYS;

use super::Shared;
use crate::error::blocking;
use crate::shell::Shell;
use crate::wire::{Failure, Privacy, Settings};

/// The choices as they are kept.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn settings_get(shell: Shared<'_>) -> Result<Settings, Failure> {
    get(&shell).await
}

/// Keeps the choices; an empty text is no choice.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn settings_set(shell: Shared<'_>, settings: Settings) -> Result<(), Failure> {
    set(&shell, settings).await
}

/// What the person chose about what leaves the machine.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn privacy_get(shell: Shared<'_>) -> Result<Privacy, Failure> {
    privacy(&shell).await
}

/// Keeps what the person chose about what leaves the machine.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn privacy_set(shell: Shared<'_>, privacy: Privacy) -> Result<(), Failure> {
    set_privacy(&shell, privacy).await
}

/// What [`privacy_get`] does.
pub(crate) async fn privacy(shell: &Arc<Shell>) -> Result<Privacy, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<Privacy, Failure> {
        let preferences = Preferences::load(&library)?;
        Ok(Privacy {
            send: preferences.send.into(),
            confirm: preferences.confirm.into(),
            tokens_per_day: preferences.tokens_per_day,
            ledger_days: library.ledger_days()?,
        })
    })
    .await
}

/// What [`privacy_set`] does.
pub(crate) async fn set_privacy(shell: &Arc<Shell>, privacy: Privacy) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<(), Failure> {
        let preferences = Preferences {
            send: privacy.send.into(),
            confirm: privacy.confirm.into(),
            tokens_per_day: privacy.tokens_per_day,
        };
        preferences.save(&library)?;
        let days = privacy.ledger_days.to_string();
        Ok(library.set_setting(LEDGER_DAYS, Some(&days))?)
    })
    .await
}

/// What [`settings_get`] does.
pub(crate) async fn get(shell: &Arc<Shell>) -> Result<Settings, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<Settings, Failure> {
        Ok(Settings {
            profile: library.setting("profile")?,
            region: library.setting("region")?,
            model: library.setting("model")?,
        })
    })
    .await
}

/// What [`settings_set`] does.
pub(crate) async fn set(shell: &Arc<Shell>, settings: Settings) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<(), Failure> {
        for (key, value) in [
            ("profile", settings.profile),
            ("region", settings.region),
            ("model", settings.model),
        ] {
            let value = value
                .as_deref()
                .map(str::trim)
                .filter(|value| !value.is_empty());
            library.set_setting(key, value)?;
        }
        Ok(())
    })
    .await
}
