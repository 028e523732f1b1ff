//! From the start of the program to its end: the log, the library, the window, and a clean close.

use std::io::{IsTerminal, Write};
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use buzz_library::Library;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder, WindowEvent};
use tracing_subscriber::EnvFilter;

use crate::commands;
use crate::shell::Shell;

/// The environment variable that sets how much is logged: `error`, `warn` (the default), `info`, `debug` or `trace`.
const LOG_VARIABLE: &str = "BUZZ_LOG";
/// How long a close waits for cancelled work to clean up; what is still left then is swept at the next start.
const CLOSE_WAIT: Duration = Duration::from_secs(10);

/// Opens the library and the window, and returns when the window is closed.
///
/// What keeps it from starting is told in one sentence on standard error and, where there is a display, in a dialog.
pub fn run() -> ExitCode {
    log();
    if !has_display() {
        say(NO_DISPLAY);
        return ExitCode::FAILURE;
    }
    // On Linux a display that is named but not there ends in a panic of the window library.
    std::panic::set_hook(Box::new(|_| {}));
    let app = catch_unwind(build);
    log_panics();
    let app = match app {
        Ok(Ok(app)) => app,
        Ok(Err(error)) => {
            say(&format!(
                "Buzz CSV cannot start: no window can be opened ({error})"
            ));
            return ExitCode::FAILURE;
        }
        Err(_) => {
            say(NO_DISPLAY);
            return ExitCode::FAILURE;
        }
    };
    // Opened only now, when a dialog can be shown if it fails.
    let library = match buzz_library::default_root().and_then(|root| Library::open(&root)) {
        Ok(library) => library,
        Err(error) => return refuse(app, &error.to_string()),
    };
    let shell = Arc::new(Shell::new(library));
    app.manage(Arc::clone(&shell));
    let code = app.run_return(move |app, event| match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } if !shell.in_flight.is_idle() => {
            api.prevent_close();
            close(app, &shell);
        }
        // The menu of macOS ends the program without closing the window first.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if !shell.in_flight.is_idle() => {
            api.prevent_exit();
            close(app, &shell);
        }
        RunEvent::Exit => shell.let_go(),
        _ => {}
    });
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// What is said where no window can be shown.
const NO_DISPLAY: &str = "Buzz CSV found no display to open its window on: start it from a desktop, or use the command `buzz`, which does the same in a terminal";

/// Builds the application; its window opens when it runs.
fn build() -> tauri::Result<tauri::App> {
    tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(|app| {
            // Without a library there is nothing to show but why; see `refuse`.
            let Some(shell) = app.try_state::<Arc<Shell>>() else {
                return Ok(());
            };
            match commands::settings::kept_appearance(&shell.library) {
                Ok(kept) => app.set_theme(commands::settings::theme(kept.theme)),
                Err(error) => tracing::warn!(%error, "the look of the window cannot be read"),
            }
            if let Err(error) = open_window(app) {
                say(&format!(
                    "Buzz CSV cannot start: the window could not be opened ({error})"
                ));
                app.handle().exit(1);
            }
            end_on_signal(app.handle().clone(), Arc::clone(&shell));
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Opens the one window.
fn open_window(app: &tauri::App) -> tauri::Result<()> {
    let config = app
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    WebviewWindowBuilder::from_config(app, &config)?
        // Text from data or from a model may hold links; none of them may take the window elsewhere.
        .on_navigation(|url| is_own_page(url.as_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Whether an address is one of the application's own pages, which are compiled into it.
fn is_own_page(url: &str) -> bool {
    [
        "tauri://localhost",
        "http://tauri.localhost",
        "https://tauri.localhost",
        "about:blank",
    ]
    .iter()
    .any(|own| {
        url.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Cancels what is running, waits until it has cleaned up, and ends the program.
fn close(app: &AppHandle, shell: &Arc<Shell>) {
    // The window is gone at once; what follows takes moments and needs no watching.
    for window in app.webview_windows().values() {
        let _ = window.hide();
    }
    shell.in_flight.close();
    let (app, shell) = (app.clone(), Arc::clone(shell));
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(CLOSE_WAIT, shell.in_flight.idle())
            .await
            .is_err()
        {
            tracing::warn!("closed before all work had cleaned up; the next start does the rest");
        }
        app.exit(0);
    });
}

/// Closes as cleanly when the system or a terminal asks the program to end.
fn end_on_signal(app: AppHandle, shell: Arc<Shell>) {
    tauri::async_runtime::spawn(async move {
        if signal().await.is_ok() {
            close(&app, &shell);
        }
    });
}

/// Resolves when the program is asked to end.
#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

/// Resolves when the program is asked to end.
#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Whether there is a display to open a window on, as far as the environment tells.
fn has_display() -> bool {
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Tells on standard error and in a dialog why the program does not start, and ends it when the dialog is closed.
fn refuse(app: tauri::App, reason: &str) -> ExitCode {
    let sentence = format!("Buzz CSV cannot start: {reason}");
    say(&sentence);
    // On Linux a dialog needs the event loop to run.
    app.run_return(move |app, event| match event {
        RunEvent::Ready => {
            let dialog = rfd::AsyncMessageDialog::new()
                .set_level(rfd::MessageLevel::Error)
                .set_title("Buzz CSV")
                .set_description(&sentence)
                .show();
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                dialog.await;
                app.exit(1);
            });
        }
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        _ => {}
    });
    ExitCode::FAILURE
}

/// Says one sentence on standard error; there is nobody to tell if that fails.
fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

/// Sends the log to standard error: what happened, never what is in the data.
fn log() {
    let level = std::env::var(LOG_VARIABLE)
        .ok()
        .and_then(|level| level.parse::<tracing::Level>().ok())
        .unwrap_or(tracing::Level::WARN);
    // The libraries beneath log requests and statements at their lower levels, and with them data; they are kept to
    // warnings whatever the variable says.
    let mut filter = EnvFilter::new("warn");
    for name in [
        "buzz_csv",
        "buzz_chat",
        "buzz_query",
        "buzz_library",
        "buzz_ingest",
    ] {
        if let Ok(directive) = format!("{name}={level}").parse() {
            filter = filter.add_directive(directive);
        }
    }
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}

/// Logs where a panic happened; its own message may quote data.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%place, "a panic: please report it");
    }));
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    fn the_window_stays_on_its_own_pages() {
        for own in [
            "tauri://localhost",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
        ] {
            assert!(is_own_page(own), "{own}");
        }
        for other in [
            "https://example.com/",
            "http://tauri.localhost.example.com/",
            "file:///etc/passwd",
            "tauri://localhost.evil/",
        ] {
            assert!(!is_own_page(other), "{other}");
        }
    }
}
