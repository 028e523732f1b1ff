//! The person's choices.

use std::sync::Arc;

use buzz_chat::Preferences;
use buzz_library::{LEDGER_DAYS, Library};
use tauri::AppHandle;

use super::Shared;
use crate::error::blocking;
use crate::resources;
use crate::shell::Shell;
use crate::wire::{Appearance, Failure, Privacy, Resources, Settings, Theme};

/// The keys under which the look is kept, and what a size of text may be, in percent.
const THEME: &str = "theme";
const TEXT_PERCENT: &str = "text_percent";
const LOCALE: &str = "locale";
/// The longest tag of a locale that is kept, in bytes.
const LONGEST_LOCALE: usize = 35;
const USUAL_PERCENT: u16 = 100;
const LEAST_PERCENT: u16 = 80;
const MOST_PERCENT: u16 = 200;

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

/// How much of the computer the application may use.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn resources_get(shell: Shared<'_>) -> Result<Resources, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || resources::kept(&library)).await
}

/// Keeps how much of the computer the application may use, for what begins from now on.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn resources_set(shell: Shared<'_>, resources: Resources) -> Result<(), Failure> {
    set_resources(&shell, resources).await
}

/// What [`resources_set`] does.
pub(crate) async fn set_resources(shell: &Arc<Shell>, resources: Resources) -> Result<(), Failure> {
    let shell = Arc::clone(shell);
    blocking(move || -> Result<(), Failure> {
        resources::keep(&shell.library, resources)?;
        shell.forget_engines();
        Ok(())
    })
    .await
}

/// How the window looks.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn appearance_get(shell: Shared<'_>) -> Result<Appearance, Failure> {
    appearance(&shell).await
}

/// Keeps how the window looks, and makes it look so.
///
/// # Errors
/// The library's.
#[tauri::command(rename_all = "snake_case")]
pub async fn appearance_set(
    app: AppHandle,
    shell: Shared<'_>,
    appearance: Appearance,
) -> Result<(), Failure> {
    let theme_wanted = theme(appearance.theme);
    set_appearance(&shell, appearance).await?;
    app.set_theme(theme_wanted);
    Ok(())
}

/// What [`appearance_get`] does.
pub(crate) async fn appearance(shell: &Arc<Shell>) -> Result<Appearance, Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || kept_appearance(&library)).await
}

/// What [`appearance_set`] does, but for the window itself.
pub(crate) async fn set_appearance(
    shell: &Arc<Shell>,
    appearance: Appearance,
) -> Result<(), Failure> {
    let library = Arc::clone(&shell.library);
    blocking(move || -> Result<(), Failure> {
        let theme = match appearance.theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        };
        library.set_setting(THEME, theme)?;
        let percent = appearance.text_percent.clamp(LEAST_PERCENT, MOST_PERCENT);
        let percent = (percent != USUAL_PERCENT).then(|| percent.to_string());
        library.set_setting(TEXT_PERCENT, percent.as_deref())?;
        let locale = appearance.locale.filter(|tag| is_tag(tag));
        Ok(library.set_setting(LOCALE, locale.as_deref())?)
    })
    .await
}

/// Whether a text may be the tag of a locale, of which the window decides whether it knows it.
fn is_tag(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.len() <= LONGEST_LOCALE && text.bytes().all(is_part)
}

/// How the window looks, as the library keeps it; what cannot be read is as usual.
///
/// # Errors
/// The library's.
pub(crate) fn kept_appearance(library: &Library) -> Result<Appearance, buzz_library::Error> {
    let percent = library.setting(TEXT_PERCENT)?;
    let percent: Option<u16> = percent.and_then(|text| text.parse().ok());
    Ok(Appearance {
        theme: match library.setting(THEME)?.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        },
        text_percent: percent
            .unwrap_or(USUAL_PERCENT)
            .clamp(LEAST_PERCENT, MOST_PERCENT),
        locale: library.setting(LOCALE)?.filter(|tag| is_tag(tag)),
    })
}

/// A theme as the window system takes it; `None` follows the desktop.
pub(crate) fn theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
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
