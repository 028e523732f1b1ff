//! The bridge from a cancel flag to asynchronous code.

use std::time::Duration;

use buzz_ingest::Cancel;

/// How often the flag is looked at: often enough that Stop feels immediate, seldom enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(20);

/// Resolves within 20 ms of the token being cancelled, and never otherwise.
pub async fn cancelled(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(INTERVAL).await;
    }
}
