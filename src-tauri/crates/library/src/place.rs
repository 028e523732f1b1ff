//! Where the library is: as the environment says, else where the person put it, else in the platform's own data folder.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use buzz_ingest::Cancel;

use crate::backup::Copied;
use crate::{Error, Library, platform};

/// The environment variable that names the library's folder.
const ROOT_VARIABLE: &str = "BUZZ_LIBRARY";
/// The environment variable that puts the library beside the program, as on a stick that is carried about.
const PORTABLE_VARIABLE: &str = "BUZZ_PORTABLE";
/// The folder beside a portable program.
const PORTABLE_FOLDER: &str = "buzz-csv-data";

/// The file in the usual folder that says where the library is instead; as text, which every platform's tools can mend.
const PLACE: &str = "library.place";
/// What the library is called where the person puts it.
const MOVED_NAME: &str = "Buzz CSV library";

/// The folder of the library unless another is named: that of [`named_root`], else the one where the person put it with
/// [`Library::move_to`], else `buzz-csv` in the platform's own data folder.
///
/// # Errors
/// [`Error::NoDataFolder`] where the platform names none, [`Error::PlaceGone`] where the person's folder is not there, and
/// [`Error::Disk`].
pub fn default_root() -> Result<PathBuf, Error> {
    if let Some(root) = named_root() {
        return Ok(root);
    }
    let usual = usual_root()?;
    let file = usual.join(PLACE);
    let place = match fs::read_to_string(&file) {
        Ok(text) => PathBuf::from(text.trim_end_matches(['\r', '\n'])),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(usual),
        Err(cause) => return Err(Error::disk(&file, cause)),
    };
    // To make a new library there would look as if all were lost.
    match place.join("library.db").is_file() {
        true => Ok(place),
        false => Err(Error::PlaceGone { place, file }),
    }
}

/// The platform's own folder.
fn usual_root() -> Result<PathBuf, Error> {
    let folders = directories::BaseDirs::new().ok_or(Error::NoDataFolder)?;
    Ok(folders.data_local_dir().join("buzz-csv"))
}

/// The folder of the library where the environment says it: `BUZZ_LIBRARY`, else [`portable_root`].
pub fn named_root() -> Option<PathBuf> {
    variable(ROOT_VARIABLE)
        .map(PathBuf::from)
        .or_else(portable_root)
}

/// The folder of the library beside the program, where `BUZZ_PORTABLE` is set to anything but `0` and no other is named.
pub fn portable_root() -> Option<PathBuf> {
    if variable(ROOT_VARIABLE).is_some() {
        return None;
    }
    variable(PORTABLE_VARIABLE).filter(|value| value != "0")?;
    // What runs of an AppImage is a file in a folder that is there only while it runs.
    let program = variable("APPIMAGE").map(PathBuf::from);
    let program = program.or_else(|| std::env::current_exe().ok())?;
    Some(beside(&program)?.join(PORTABLE_FOLDER))
}

/// The folder that holds a program; of an application of macOS, which is a folder, the one that holds that.
fn beside(program: &Path) -> Option<&Path> {
    let application = (program.ancestors())
        .find(|path| path.extension().is_some_and(|ending| ending == "app"))
        .filter(|path| program.starts_with(path.join("Contents/MacOS")));
    application.unwrap_or(program).parent()
}

/// What an environment variable holds, if anything.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

impl Library {
    /// Puts the library into another folder: it is copied to `Buzz CSV library` in there, and found there from the next start
    /// on. Where the folder is a library itself, such as a copy, that one is used from then on. The library of before stays
    /// as it is, for the person to remove. Returns the new folder.
    ///
    /// # Errors
    /// [`Error::PlaceNamed`] where the environment names the place, those of [`Library::copy`] and of opening what is there.
    pub fn move_to(
        &self,
        folder: &Path,
        progress: &dyn Fn(Copied),
        cancel: &Cancel,
    ) -> Result<PathBuf, Error> {
        if named_root().is_some() {
            return Err(Error::PlaceNamed);
        }
        let folder = std::path::absolute(folder).map_err(|cause| Error::disk(folder, cause))?;
        let place = match folder.join("library.db").is_file() {
            true => Self::open(&folder)?.root().to_owned(),
            false => self.copy(&folder, MOVED_NAME, progress, cancel)?,
        };
        put(&usual_root()?, &place)?;
        Ok(place)
    }
}

/// Has the library be found in `place` from now on.
fn put(usual: &Path, place: &Path) -> Result<(), Error> {
    let file = usual.join(PLACE);
    let failed = |cause| Error::disk(&file, cause);
    if place == usual {
        return match fs::remove_file(&file) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed(cause)),
            _ => Ok(()),
        };
    }
    let text = place.to_str().ok_or_else(|| {
        failed(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the folder's name is no valid text",
        ))
    })?;
    fs::create_dir_all(usual).map_err(|cause| Error::disk(usual, cause))?;
    platform::replace(&file, format!("{text}\n").as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portable_library_is_beside_the_program_as_a_person_sees_it() {
        let beside = |program: &'static str| beside(Path::new(program)).and_then(Path::to_str);
        assert_eq!(beside("/media/stick/buzz-csv"), Some("/media/stick"));
        assert_eq!(
            beside("/media/stick/Buzz CSV.app/Contents/MacOS/buzz-csv"),
            Some("/media/stick")
        );
        assert_eq!(beside("/opt/x.app/bin/buzz-csv"), Some("/opt/x.app/bin"));
    }

    #[test]
    fn the_place_is_written_and_forgotten() {
        let usual = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        put(usual.path(), other.path()).unwrap();
        put(usual.path(), other.path()).unwrap();
        let file = usual.path().join(PLACE);
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(Path::new(text.trim_end()), other.path());
        put(usual.path(), usual.path()).unwrap();
        put(usual.path(), usual.path()).unwrap();
        assert!(!file.exists());
    }
}
