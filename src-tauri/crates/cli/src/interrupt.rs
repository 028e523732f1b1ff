//! Ctrl-C: the first asks the work to stop and clean up, the second does not wait for it.

use std::sync::mpsc;
use std::thread;

use buzz_ingest::Cancel;
use tokio::runtime;

use crate::error::{CANCELLED, Failure};

/// Listens for Ctrl-C (and SIGTERM, where there is one) and turns the first into a cancelled token.
///
/// Returns once signals are caught. A second one ends the process at once; what is left behind then is
/// swept at the next start.
pub fn watch() -> Result<Cancel, Failure> {
    let cancel = Cancel::new();
    let token = cancel.clone();
    let (ready, caught) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(listen(&token, &ready)),
                Err(cause) => drop(ready.send(Err(cause))),
            }
        })
        .map_err(failure)?;
    match caught.recv() {
        Ok(Ok(())) => Ok(cancel),
        Ok(Err(cause)) => Err(failure(cause)),
        Err(_) => Err(failure(std::io::Error::other(
            "the thread that waits for it ended",
        ))),
    }
}

fn failure(cause: std::io::Error) -> Failure {
    Failure::new(
        "signals",
        format!("Ctrl-C cannot be caught here ({cause}): try another terminal"),
    )
}

#[cfg(unix)]
async fn listen(cancel: &Cancel, ready: &mpsc::SyncSender<std::io::Result<()>>) {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = signal(SignalKind::interrupt())
        .and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)));
    let (mut interrupt, mut terminate) = match signals {
        Ok(signals) => {
            let _ = ready.send(Ok(()));
            signals
        }
        Err(cause) => {
            let _ = ready.send(Err(cause));
            return;
        }
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop(cancel);
    }
}

#[cfg(not(unix))]
async fn listen(cancel: &Cancel, ready: &mpsc::SyncSender<std::io::Result<()>>) {
    let _ = ready.send(Ok(()));
    while tokio::signal::ctrl_c().await.is_ok() {
        stop(cancel);
    }
}

fn stop(cancel: &Cancel) {
    if cancel.is_cancelled() {
        std::process::exit(i32::from(CANCELLED));
    }
    cancel.cancel();
}
