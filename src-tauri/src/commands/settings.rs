//! The person's choices.

use std::sync::Arc;

use super::Shared;
use crate::error::blocking;
use crate::shell::Shell;
use crate::wire::{Failure, Settings};

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
