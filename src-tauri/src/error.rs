//! How the core's errors become what the window is told: a code and one sentence.

use crate::wire::Failure;

/// A failure of the shell's own.
pub fn failure(code: &str, message: impl Into<String>) -> Failure {
    Failure {
        code: code.to_owned(),
        message: message.into(),
    }
}

impl From<buzz_ingest::Error> for Failure {
    fn from(error: buzz_ingest::Error) -> Self {
        failure(error.code(), error.to_string())
    }
}

impl From<buzz_library::Error> for Failure {
    fn from(error: buzz_library::Error) -> Self {
        failure(error.code(), error.to_string())
    }
}

impl From<buzz_query::Error> for Failure {
    fn from(error: buzz_query::Error) -> Self {
        failure(error.code(), error.to_string())
    }
}

impl From<buzz_updates::Error> for Failure {
    fn from(error: buzz_updates::Error) -> Self {
        failure(error.code(), error.to_string())
    }
}

impl From<buzz_chat::ModelError> for Failure {
    fn from(error: buzz_chat::ModelError) -> Self {
        Self {
            code: error.code,
            message: error.message,
        }
    }
}

impl From<buzz_chat::Error> for Failure {
    fn from(error: buzz_chat::Error) -> Self {
        failure(error.code(), error.to_string())
    }
}

/// Runs core work on a thread of its own, so that neither the window nor other commands wait for it.
///
/// # Errors
/// The work's own; `internal` if it panicked, which ends the work and nothing else.
pub async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Failure>
where
    T: Send + 'static,
    E: Into<Failure> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(Into::into),
        // The panic itself is logged where it happened; its message may quote data.
        Err(_) => Err(failure(
            "internal",
            "something went wrong inside Buzz CSV: try again, and please report it if it happens twice",
        )),
    }
}
