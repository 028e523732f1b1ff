//! The sample: a small real table, for whoever has no file at hand; see `src-tauri/sample/README.md`.

use std::fs;
use std::path::PathBuf;

use buzz_library::{Error, Library};

const NAME: &str = "wildlife strikes.csv";
const BYTES: &[u8] = include_bytes!("../sample/wildlife strikes.csv");

/// Writes the sample to the library's folder, where it stays like a file of the person's own, and returns its path.
///
/// # Errors
/// [`Error::Disk`].
pub fn write(library: &Library) -> Result<PathBuf, Error> {
    let folder = library.root().join("sample");
    let path = folder.join(NAME);
    let disk = |cause| Error::Disk {
        path: path.clone(),
        cause,
    };
    // A dataset that was made of it before is not to find its file changed.
    if fs::read(&path).is_ok_and(|bytes| bytes == BYTES) {
        return Ok(path);
    }
    fs::create_dir_all(&folder).map_err(disk)?;
    fs::write(&path, BYTES).map_err(disk)?;
    Ok(path)
}
