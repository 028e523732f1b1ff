//! The platform's own dialogs.

use std::path::{Path, PathBuf};

use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Window};

use crate::error::failure;
use crate::wire::{Failure, FileKind, PictureKind};

/// Asks for files to convert; none if the dialog was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if a name cannot be told to the window.
pub async fn pick_files(app: &AppHandle, window: &Window) -> Result<Vec<String>, Failure> {
    let parent = window.clone();
    let files = on_main_thread(app, move || {
        AsyncFileDialog::new()
            .set_title("Open files")
            .add_filter("Tables", &endings())
            .add_filter("All files", &["*"])
            .set_parent(&parent)
            .pick_files()
    })
    .await?;
    files.unwrap_or_default().into_iter().map(path).collect()
}

/// The endings of files that hold tables, in the two cases that they come in: some platforms tell these apart.
fn endings() -> Vec<String> {
    let all = buzz_ingest::ENDINGS
        .iter()
        .chain(&buzz_ingest::PACKED_ENDINGS);
    all.flat_map(|ending| [(*ending).to_owned(), ending.to_uppercase()])
        .collect()
}

/// Asks for a folder; `None` if the dialog was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if the name cannot be told to the window.
pub async fn pick_folder(app: &AppHandle, window: &Window) -> Result<Option<String>, Failure> {
    let parent = window.clone();
    let begin = directories::UserDirs::new();
    let begin = begin.map(|folders| match folders.document_dir() {
        Some(documents) if documents.is_dir() => documents.to_owned(),
        _ => folders.home_dir().to_owned(),
    });
    let folder = on_main_thread(app, move || {
        AsyncFileDialog::new()
            .set_title("Choose a folder")
            // Among the files used last, where some desktops begin, no folder can be chosen.
            .set_directory(begin.unwrap_or_default())
            .set_can_create_directories(true)
            .set_parent(&parent)
            .pick_folder()
    })
    .await?;
    folder.map(path).transpose()
}

/// Asks where to save; `None` if the dialog was dismissed.
///
/// # Errors
/// `dialog` if the dialog cannot be shown, `not_unicode` if the name cannot be told to the window.
pub async fn pick_target(
    app: &AppHandle,
    window: &Window,
    suggested_name: String,
    kind: FileKind,
) -> Result<Option<String>, Failure> {
    let (called, extension) = filter(kind);
    save_as(app, window, suggested_name, called, extension).await
}

/// Asks where to save a picture; `None` if the dialog was dismissed.
///
/// # Errors
/// As [`pick_target`].
pub async fn pick_picture(
    app: &AppHandle,
    window: &Window,
    suggested_name: String,
    kind: PictureKind,
) -> Result<Option<String>, Failure> {
    let (called, extension) = match kind {
        PictureKind::Png => ("PNG", "png"),
        PictureKind::Svg => ("SVG", "svg"),
    };
    let name = format!("{suggested_name}.{extension}");
    save_as(app, window, name, called, extension).await
}

/// Asks where to save a file of a kind that is called so and whose name ends so.
async fn save_as(
    app: &AppHandle,
    window: &Window,
    suggested_name: String,
    called: &'static str,
    extension: &'static str,
) -> Result<Option<String>, Failure> {
    let parent = window.clone();
    let file = on_main_thread(app, move || {
        AsyncFileDialog::new()
            .set_title("Save as")
            .set_file_name(file_name(&suggested_name))
            .add_filter(called, &[extension])
            .set_parent(&parent)
            .save_file()
    })
    .await?;
    let file = file.map(path).transpose()?;
    Ok(file.map(|path| with_extension(path, extension)))
}

/// What a kind of file is called, and how its name ends.
fn filter(kind: FileKind) -> (&'static str, &'static str) {
    match kind {
        FileKind::Csv => ("CSV", "csv"),
        FileKind::Xlsx => ("Excel workbook", "xlsx"),
        FileKind::Parquet => ("Parquet", "parquet"),
        FileKind::Markdown => ("Markdown", "md"),
        FileKind::JsonLines => ("JSON lines", "jsonl"),
    }
}

/// A name without an extension gets the usual one, unless that would replace a file the dialog did not ask about.
fn with_extension(path: String, extension: &str) -> String {
    let extended = format!("{path}.{extension}");
    if Path::new(&path).extension().is_some() || Path::new(&extended).exists() {
        path
    } else {
        extended
    }
}

/// A dataset's name as a file's name: without what some platform does not allow in one.
fn file_name(suggested: &str) -> String {
    suggested
        .chars()
        .map(|c| {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect()
}

/// The chosen path as text: JSON has no other way to tell it, and a path told wrongly would be another file's.
fn path(file: FileHandle) -> Result<String, Failure> {
    PathBuf::from(file).into_os_string().into_string().map_err(|name| {
        failure(
            "not_unicode",
            format!(
                "the name {} has characters that are no valid text: rename the file or its folder, or use `buzz` from a terminal",
                name.display()
            ),
        )
    })
}

/// Builds a dialog on the main thread, as the platforms demand, and waits for it elsewhere.
async fn on_main_thread<T, F>(
    app: &AppHandle,
    show: impl FnOnce() -> F + Send + 'static,
) -> Result<T, Failure>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let _ = sender.send(show());
    });
    let gone = |_| {
        failure(
            "dialog",
            "the dialog could not be shown: drop the file onto the window instead",
        )
    };
    shown.map_err(|error| {
        tracing::warn!(%error, "a dialog could not be shown");
        failure(
            "dialog",
            "the dialog could not be shown: drop the file onto the window instead",
        )
    })?;
    Ok(receiver.await.map_err(gone)?.await)
}
