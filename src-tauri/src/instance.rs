//! One window for each library: a second start gives its files to the first window and ends.
//!
//! The first holds a lock on a file in the library, which ends with its process however that ends, and waits at an
//! [`Address`]. Another library is another window, so that tests and portable copies stay apart.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::platform::{Address, Line, call};

/// How long a second start waits for a first one that is just starting, or closing: a little longer than a close may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long the window waits for the rest of what a second start has to say.
const TAKE_WAIT: Duration = Duration::from_secs(5);
/// Bytes of the longest list of files that is taken.
const LONGEST: u64 = 1 << 20;
/// What the first says once it has the files.
const TAKEN: &str = "taken\n";

/// What a start of the program is.
#[derive(Debug)]
pub enum Start {
    /// The first for its library, or one that could not reach the first: it opens a window.
    First(First),
    /// A later one, whose files the first window has taken: it ends.
    Later,
}

/// The hold on a library's window.
#[derive(Debug)]
pub struct First {
    line: Option<Line>,
    _lock: Option<File>,
}

/// Finds out whether there is a window for this library already, and if so gives it the files.
pub fn start(library: &Path, files: &[PathBuf]) -> Start {
    match attempt(library, files, PATIENCE) {
        Ok(start) => start,
        Err(error) => {
            // Two windows of one library are safe; one that does not open is worse.
            tracing::warn!(%error, "it cannot be told whether there is a window already");
            Start::First(First {
                line: None,
                _lock: None,
            })
        }
    }
}

fn attempt(library: &Path, files: &[PathBuf], patience: Duration) -> io::Result<Start> {
    std::fs::create_dir_all(library)?;
    let library = library.canonicalize()?;
    let address = Address::of(&library);
    let path = library.join("window.lock");
    let mut options = OpenOptions::new();
    let lock = (options.read(true).write(true).create(true).truncate(false)).open(path)?;
    let end = Instant::now() + patience;
    loop {
        // Asked anew each time: the first may have closed its window in the meantime.
        match lock.try_lock() {
            Ok(()) => {
                let line = Line::open(&address)
                    .inspect_err(
                        |error| tracing::warn!(%error, "a second start cannot reach this window"),
                    )
                    .ok();
                return Ok(Start::First(First {
                    line,
                    _lock: Some(lock),
                }));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        match give(&address, files) {
            Ok(()) => return Ok(Start::Later),
            Err(error) if Instant::now() > end => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Gives files to the window at an address.
fn give(address: &Address, files: &[PathBuf]) -> io::Result<()> {
    let mut call = call(address)?;
    let texts: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
    let mut line = serde_json::to_vec(&texts)?;
    line.push(b'\n');
    call.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(call.take(LONGEST)).read_line(&mut answer)?;
    match answer == TAKEN {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl First {
    /// Takes the files of later starts for as long as the program runs. Where `each` does not take them, because the
    /// window is closing, the later start waits until it is the first.
    pub fn listen(&mut self, each: impl Fn(Vec<PathBuf>) -> bool + Clone + Send + Sync + 'static) {
        let Some(line) = self.line.take() else {
            return;
        };
        tauri::async_runtime::spawn(async move {
            let ended = line
                .take(|call| {
                    let each = each.clone();
                    tauri::async_runtime::spawn(async move {
                        match tokio::time::timeout(TAKE_WAIT, take(call, each)).await {
                            Ok(Ok(())) => {}
                            // Somebody who says nothing that makes sense is let go.
                            Ok(Err(error)) => tracing::debug!(%error, "a call was not understood"),
                            Err(_) => tracing::debug!("a call took too long"),
                        }
                    });
                })
                .await;
            if let Err(error) = ended {
                tracing::warn!(%error, "a second start can no longer reach this window");
            }
        });
    }
}

/// Reads the files that a later start gives, and tells it if they were taken.
async fn take(
    call: impl AsyncRead + AsyncWrite + Unpin,
    each: impl Fn(Vec<PathBuf>) -> bool,
) -> io::Result<()> {
    let mut call = tokio::io::BufReader::new(call.take(LONGEST));
    let mut line = String::new();
    call.read_line(&mut line).await?;
    let files: Vec<PathBuf> = serde_json::from_str(&line)?;
    let mut call = call.into_inner().into_inner();
    if each(files) {
        call.write_all(TAKEN.as_bytes()).await?;
        call.shutdown().await?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_later_start_gives_its_files_to_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(mut first) = attempt(folder.path(), &[], SOON).unwrap() else {
            panic!("nobody was there before");
        };
        let (send, taken) = mpsc::channel();
        first.listen(move |files| send.send(files).is_ok());
        let wanted = paths(&["/a b/é.csv", "/b.csv"]);
        let later = attempt(folder.path(), &wanted, SOON).unwrap();
        assert!(matches!(later, Start::Later), "{later:?}");
        assert_eq!(taken.recv_timeout(SOON).unwrap(), wanted);
        // Without files it only brings the window to the front.
        attempt(folder.path(), &[], SOON).unwrap();
        assert_eq!(taken.recv_timeout(SOON).unwrap(), paths(&[]));
    }

    #[test]
    fn what_is_no_list_of_files_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(mut first) = attempt(folder.path(), &[], SOON).unwrap() else {
            panic!("nobody was there before");
        };
        let (send, taken) = mpsc::channel();
        first.listen(move |files| send.send(files).is_ok());
        let address = Address::of(&folder.path().canonicalize().unwrap());
        let mut noise = call(&address).unwrap();
        noise.write_all(b"{\"delete\": true}\n").unwrap();
        drop(call(&address).unwrap());
        attempt(folder.path(), &paths(&["/a.csv"]), SOON).unwrap();
        assert_eq!(taken.recv_timeout(SOON).unwrap(), paths(&["/a.csv"]));
    }

    #[test]
    fn another_library_is_another_window_and_a_window_that_is_gone_is_none() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let first = attempt(one.path(), &[], SOON).unwrap();
        let second = attempt(other.path(), &[], SOON).unwrap();
        assert!(matches!(
            (&first, &second),
            (Start::First(_), Start::First(_))
        ));
        drop(first);
        let again = attempt(one.path(), &[], SOON).unwrap();
        assert!(matches!(again, Start::First(_)), "{again:?}");
    }

    #[test]
    fn a_start_while_the_first_window_closes_becomes_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let Start::First(mut first) = attempt(folder.path(), &[], SOON).unwrap() else {
            panic!("nobody was there before");
        };
        first.listen(|_| false);
        let ends = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(first);
        });
        let next = attempt(folder.path(), &paths(&["/a.csv"]), SOON).unwrap();
        assert!(matches!(next, Start::First(_)), "{next:?}");
        ends.join().unwrap();
    }

    #[test]
    fn a_first_that_does_not_answer_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let _first = attempt(folder.path(), &[], SOON).unwrap();
        std::fs::remove_file(Address::of(&folder.path().canonicalize().unwrap()).path()).unwrap();
        let given_up = attempt(folder.path(), &[], Duration::from_millis(200));
        assert!(given_up.is_err(), "{given_up:?}");
    }
}
