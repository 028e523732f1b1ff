//! From the start of the program to its end: the log, the library, the window, and a clean close.

use std::io::Write;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use buzz_library::Library;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter, Manager, RunEvent, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

use crate::instance::{self, Start};
use crate::opened::{self, Opened};
use crate::shell::Shell;
use crate::{commands, crash, log, placement, platform};

/// The name of the one window.
const WINDOW: &str = "main";
/// How long a close waits for cancelled work to clean up; what is still left then is swept at the next start.
const CLOSE_WAIT: Duration = Duration::from_secs(10);

/// Opens the library and the window, and returns when the window is closed.
///
/// What keeps it from starting is told in one sentence on standard error and, where there is a display, in a dialog.
pub fn run() -> ExitCode {
    let root = buzz_library::default_root();
    let logs = log_folder();
    log::start(logs.as_deref());
    let files = given_files();
    let mut first = match &root {
        Ok(root) => match instance::start(root, &files) {
            Start::First(first) => Some(first),
            Start::Later => return ExitCode::SUCCESS,
        },
        Err(_) => None,
    };
    if !platform::has_display() {
        say(NO_DISPLAY);
        return ExitCode::FAILURE;
    }
    // On Linux a display that is named but not there ends in a panic of the window library.
    std::panic::set_hook(Box::new(|_| {}));
    let app = catch_unwind(build);
    crash::watch(logs.clone());
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
    let library = match root.and_then(|root| Library::open(&root)) {
        Ok(library) => library,
        Err(error) => return refuse(app, &error.to_string()),
    };
    let shell = Arc::new(Shell::new(library));
    app.manage(Arc::clone(&shell));
    let waiting = Arc::new(Opened::default());
    waiting.add(files);
    app.manage(Arc::clone(&waiting));
    app.manage(Reports(logs));
    if let Some(first) = &mut first {
        let app = app.handle().clone();
        first.listen(move |files| open_files(&app, files));
    }
    let code = app.run_return(move |app, event| match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => {
            waiting.close();
            if let Some(window) = app.get_webview_window(WINDOW) {
                placement::keep(&shell.library, &window);
            }
            if !shell.in_flight.is_idle() {
                api.prevent_close();
                close(app, &shell);
            }
        }
        // What was opened with the program before it ran comes this way, too.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            open_files(app, urls.iter().filter_map(opened::path).collect());
        }
        // The menu of macOS ends the program without closing the window first.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if !shell.in_flight.is_idle() => {
            api.prevent_exit();
            close(app, &shell);
        }
        RunEvent::ExitRequested { .. } => waiting.close(),
        RunEvent::Exit => shell.let_go(),
        _ => {}
    });
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Where reports of faults are; `None` where the platform has no place for them.
#[derive(Debug)]
pub struct Reports(pub Option<PathBuf>);

/// The folder of the log and of reports of faults: the platform's own, or a part of the library where the person said
/// where that is, so that nothing of it is anywhere else.
fn log_folder() -> Option<PathBuf> {
    match buzz_library::named_root() {
        Some(root) => Some(root.join("logs")),
        None => platform::log_folder(),
    }
}

/// The files that the program was started with.
fn given_files() -> Vec<PathBuf> {
    let folder = std::env::current_dir().unwrap_or_default();
    opened::files(std::env::args_os().skip(1), &folder)
}

/// Lets the window's page know of files to take in, and brings the window to the front; not while it is closing.
fn open_files(app: &AppHandle, files: Vec<PathBuf>) -> bool {
    if !app.state::<Arc<Opened>>().add(files) {
        return false;
    }
    // A page that does not listen yet asks when it is there.
    let told = app.emit(opened::EVENT, ());
    if let Err(error) = told {
        tracing::warn!(%error, "the window was not told of files");
    }
    if let Some(window) = app.get_webview_window(WINDOW) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
    true
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
            if let Err(error) = open_window(app, &shell.library) {
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

/// Opens the one window, where it was when it was closed.
fn open_window(app: &tauri::App, library: &Library) -> tauri::Result<WebviewWindow> {
    let config = app
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    let mut builder = WebviewWindowBuilder::from_config(app, &config)?
        // Text from data or from a model may hold links; none of them may take the window elsewhere.
        .on_navigation(|url| is_own_page(url.as_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // What the webview itself keeps goes along with a portable library.
    if let Some(root) = buzz_library::portable_root() {
        builder = builder.data_directory(root.join("webview"));
    }
    if let Some(place) = placement::kept(library).unwrap_or_default()
        && place.is_reachable(&app.available_monitors()?)
    {
        builder = builder
            .inner_size(place.width, place.height)
            .position(place.x, place.y)
            .maximized(place.maximized);
    }
    builder.build()
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
    app.state::<Arc<Opened>>().close();
    if let Some(window) = app.get_webview_window(WINDOW) {
        placement::keep(&shell.library, &window);
    }
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
        if platform::asked_to_end().await.is_ok() {
            close(&app, &shell);
        }
    });
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
