//! What differs between operating systems: where the log goes, what asks the program to end, and how a second start
//! reaches the first. Everything else of the shell is the same on all of them.

use std::io;
use std::path::{Path, PathBuf};

/// Whether there is a display to open a window on, as far as the environment tells.
pub fn has_display() -> bool {
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The folder in which the platform expects logs; `None` where it names none.
pub fn log_folder() -> Option<PathBuf> {
    let dirs = directories::BaseDirs::new()?;
    Some(if cfg!(target_os = "macos") {
        dirs.home_dir().join("Library/Logs/buzz-csv")
    } else {
        // XDG's folder for state on Linux; Windows has none besides that of data.
        (dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir())).join("buzz-csv/logs")
    })
}

/// Resolves when the program is asked to end.
#[cfg(unix)]
pub async fn asked_to_end() -> io::Result<()> {
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
pub async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Where the window of a library can be reached by other starts of the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(PathBuf);

impl Address {
    /// The address that belongs to a library.
    pub fn of(library: &Path) -> Self {
        let hash = blake3::hash(library.as_os_str().as_encoded_bytes()).to_hex();
        let name = format!("buzz-csv-{}", &hash[..16]);
        Self(if cfg!(windows) {
            PathBuf::from(format!(r"\\.\pipe\{name}"))
        } else if cfg!(target_os = "macos") {
            // A folder of the person's own; the path of a socket may have about a hundred bytes.
            std::env::temp_dir().join(name)
        } else {
            let dirs = directories::BaseDirs::new();
            match dirs.as_ref().and_then(directories::BaseDirs::runtime_dir) {
                Some(runtime) if runtime.is_dir() => runtime.join(name),
                _ => library.join("window.socket"),
            }
        })
    }

    /// The address as a path.
    #[cfg(all(test, unix))]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

#[cfg(unix)]
mod line {
    use std::io;
    use std::os::unix::net;

    use tokio::net::{UnixListener, UnixStream};

    use super::Address;

    /// Waits for other starts of the program.
    #[derive(Debug)]
    pub struct Line(net::UnixListener);

    impl Line {
        /// Begins to wait; calls that come from now on are kept until they are taken.
        ///
        /// # Errors
        /// Those of the operating system.
        pub fn open(Address(path): &Address) -> io::Result<Self> {
            // Whoever left a socket behind is dead, for the caller holds the lock of this library.
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = net::UnixListener::bind(path)?;
            listener.set_nonblocking(true)?;
            Ok(Self(listener))
        }

        /// Takes calls for as long as the program runs.
        ///
        /// # Errors
        /// Those of the operating system.
        pub async fn take(self, mut each: impl FnMut(UnixStream)) -> io::Result<()> {
            let listener = UnixListener::from_std(self.0)?;
            loop {
                each(listener.accept().await?.0);
            }
        }
    }

    /// Calls the window at an address.
    ///
    /// # Errors
    /// That nobody waits there.
    pub fn call(Address(path): &Address) -> io::Result<net::UnixStream> {
        net::UnixStream::connect(path)
    }
}

#[cfg(windows)]
mod line {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::path::PathBuf;

    use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};

    use super::Address;

    /// Waits for other starts of the program.
    #[derive(Debug)]
    pub struct Line(PathBuf);

    impl Line {
        /// Begins to wait; a call that comes before the pipe is there tries again.
        ///
        /// # Errors
        /// None.
        pub fn open(Address(path): &Address) -> io::Result<Self> {
            Ok(Self(path.clone()))
        }

        /// Takes calls for as long as the program runs.
        ///
        /// # Errors
        /// Those of the operating system.
        pub async fn take(self, mut each: impl FnMut(NamedPipeServer)) -> io::Result<()> {
            let mut next = ServerOptions::new()
                .first_pipe_instance(true)
                .create(&self.0)?;
            loop {
                next.connect().await?;
                let taken = std::mem::replace(&mut next, ServerOptions::new().create(&self.0)?);
                each(taken);
            }
        }
    }

    /// Calls the window at an address.
    ///
    /// # Errors
    /// That nobody waits there.
    pub fn call(Address(path): &Address) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(path)
    }
}

pub use line::{Line, call};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_library_has_an_address_of_its_own() {
        let [one, same, other] = ["/a/library", "/a/library", "/b/library"]
            .map(|library| Address::of(Path::new(library)));
        assert_eq!(one, same);
        assert_ne!(one, other);
    }
}
