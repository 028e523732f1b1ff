//! Results as a stream of Arrow record batches.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use buzz_ingest::Cancel;
use duckdb::{Connection, InterruptHandle};
use jiff::civil::DateTime;

use crate::Error;
use crate::engine::Instance;

/// How one statement runs.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The time the statement and the reading of its result may take; `None` is without limit.
    pub timeout: Option<Duration>,
    /// Rows to give at most; `None` is without limit. See [`Rows::truncated`].
    pub max_rows: Option<u64>,
    /// The local date and time that the statement sees as now; `None` is the engine's.
    pub now: Option<DateTime>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// The column's name; names may repeat.
    pub name: String,
    /// The SQL type, such as `DECIMAL(18,2)`.
    #[serde(rename = "type")]
    pub sql_type: String,
}

/// A stream of record batches that share one schema.
///
/// After an error, or after the last batch, there is nothing more.
pub trait Batches: Iterator<Item = Result<RecordBatch, Error>> {
    /// The schema of every batch.
    fn schema(&self) -> SchemaRef;
}

/// How often a waiting reader looks whether it is to stop.
const TICK: Duration = Duration::from_millis(10);

/// How long a reader waits for a stopped statement to end before it leaves that to a thread of its own.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes of stack for the thread of a statement: parsing and planning recurse as deep as a statement is nested.
const STACK: usize = 256 << 20;

/// The result of one statement, computed while it is read; dropping it stops the statement.
///
/// The statement runs on a thread of its own, at most two batches ahead of the reader.
pub struct Rows {
    schema: SchemaRef,
    left: Option<u64>,
    truncated: bool,
    run: Option<Running>,
}

/// A statement at work.
struct Running {
    messages: Receiver<Message>,
    worker: JoinHandle<()>,
    interrupt: Arc<InterruptHandle>,
    started: Instant,
    timeout: Option<Duration>,
    cancel: Cancel,
}

enum Message {
    Schema(SchemaRef),
    Batch(RecordBatch),
    Done,
    Failed(Error),
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows")
            .field("schema", &self.schema)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// Runs the statement that `prepare` gives; it is called on the thread of the statement.
    pub(crate) fn start(
        instance: Arc<Instance>,
        run: &RunOptions,
        cancel: &Cancel,
        prepare: impl FnOnce(&Connection, &Instance) -> Result<String, Error> + Send + 'static,
    ) -> Result<Self, Error> {
        let connection = instance.connect()?;
        let interrupt = connection.interrupt_handle();
        let (sender, messages) = sync_channel(1);
        let worker = thread::Builder::new()
            .name("query".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                let work = AssertUnwindSafe(|| {
                    prepare(&connection, &instance)
                        .and_then(|statement| stream(&connection, &instance, &statement, &sender))
                });
                let outcome = catch_unwind(work).unwrap_or_else(|_| {
                    Err(Error::Internal("a result could not be read".to_owned()))
                });
                // Nobody may be listening any more, and then the outcome is of no interest.
                let _ = sender.send(match outcome {
                    Ok(()) => Message::Done,
                    Err(error) => Message::Failed(error),
                });
            })
            .map_err(|cause| Error::Internal(format!("no thread could be started: {cause}")))?;
        let mut rows = Self {
            schema: Arc::new(Schema::empty()),
            left: run.max_rows,
            truncated: false,
            run: Some(Running {
                messages,
                worker,
                interrupt,
                started: Instant::now(),
                timeout: run.timeout,
                cancel: cancel.clone(),
            }),
        };
        match rows.receive()? {
            Some(Message::Schema(schema)) => {
                rows.schema = schema;
                Ok(rows)
            }
            _ => Err(Error::Internal("the statement gave no columns".to_owned())),
        }
    }

    /// The schema of every batch.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The columns with their SQL types.
    pub fn columns(&self) -> Vec<Column> {
        crate::columns_of(&self.schema)
    }

    /// Whether the result had more rows than [`RunOptions::max_rows`]; known once the last batch was read.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// Waits for the next message, or stops the statement if it is to stop.
    fn receive(&mut self) -> Result<Option<Message>, Error> {
        let Some(run) = &self.run else {
            return Ok(None);
        };
        let error = loop {
            if run.cancel.is_cancelled() {
                break Error::Cancelled;
            }
            let left = run
                .timeout
                .map(|timeout| timeout.saturating_sub(run.started.elapsed()));
            if left == Some(Duration::ZERO) {
                break Error::TimedOut {
                    seconds: run.timeout.unwrap_or_default().as_secs_f64(),
                };
            }
            match run
                .messages
                .recv_timeout(left.map_or(TICK, |left| left.min(TICK)))
            {
                Ok(Message::Failed(error)) => break error,
                Ok(Message::Done) => {
                    self.join();
                    return Ok(None);
                }
                Ok(message) => return Ok(Some(message)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    break Error::Internal("the statement ended without a word".to_owned());
                }
            }
        };
        self.stop();
        Err(error)
    }

    /// Waits for the thread of a statement that has ended, which closes its connection.
    fn join(&mut self) {
        if let Some(run) = self.run.take() {
            drop(run.messages);
            // What it could panic of is caught in there.
            let _ = run.worker.join();
        }
    }

    /// Ends the statement. One that does not heed the interrupt for long is left to end on its own.
    fn stop(&mut self) {
        let Some(Running {
            messages,
            worker,
            interrupt,
            ..
        }) = self.run.take()
        else {
            return;
        };
        // A worker that waits for a reader sees that there is none.
        drop(messages);
        let begun = Instant::now();
        let wait = move || {
            // A statement forgets an interrupt that comes while it is only being prepared, so one is not enough.
            while !worker.is_finished() {
                interrupt.interrupt();
                thread::sleep(Duration::from_millis(2));
                if begun.elapsed() > PATIENCE {
                    return Some((worker, interrupt));
                }
            }
            None
        };
        if let Some((worker, interrupt)) = wait() {
            tracing::warn!("a statement does not heed the interrupt yet");
            thread::spawn(move || {
                while !worker.is_finished() {
                    interrupt.interrupt();
                    thread::sleep(TICK);
                }
            });
        }
    }
}

/// Runs a checked statement and sends what it gives, until it ends or nobody listens.
fn stream(
    connection: &Connection,
    instance: &Instance,
    statement: &str,
    sender: &SyncSender<Message>,
) -> Result<(), Error> {
    let mut statement = connection
        .prepare(statement)
        .map_err(|error| instance.error(error))?;
    let batches = statement
        .stream_arrow([])
        .map_err(|error| instance.error(error))?;
    if sender.send(Message::Schema(batches.get_schema())).is_err() {
        return Ok(());
    }
    for batch in batches {
        let batch = batch.map_err(|error| instance.error(error))?;
        if sender.send(Message::Batch(batch)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Does something on a thread with a stack that is deep enough for any statement.
pub(crate) fn on_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|cause| Error::Internal(format!("no thread could be started: {cause}")))?
            .join()
            .unwrap_or_else(|_| {
                Err(Error::Internal(
                    "the statement could not be checked".to_owned(),
                ))
            })
    })
}

impl Batches for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let batch = match self.receive() {
                Ok(Some(Message::Batch(batch))) => batch,
                Ok(Some(_)) => continue,
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            };
            let rows = batch.num_rows() as u64;
            if rows == 0 {
                continue;
            }
            let Some(left) = self.left else {
                return Some(Ok(batch));
            };
            if rows <= left {
                self.left = Some(left - rows);
                return Some(Ok(batch));
            }
            self.truncated = true;
            self.stop();
            if left == 0 {
                return None;
            }
            return Some(Ok(
                batch.slice(0, usize::try_from(left).unwrap_or(usize::MAX))
            ));
        }
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.stop();
    }
}
