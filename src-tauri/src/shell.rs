//! What the window's commands share: the library, the open engines, the kept results and the work in flight.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use buzz_chat::bedrock::ConfigFiles;
use buzz_library::{Dataset, Library};
use buzz_query::export::{self, Target};
use buzz_query::{Cancel, Engine, EngineOptions, Stored, Table, Vocabulary};
use tempfile::TempDir;

use crate::chat::{Connection, Pending};
use crate::error::failure;
use crate::in_flight::InFlight;
use crate::resources;
use crate::wire::{Failure, RowsOf};

/// Engines that are kept open: the scopes between which a person goes to and fro.
const ENGINES: usize = 4;
/// How long a dataset that was removed can be brought back; a little longer than the window offers it.
const UNDO: Duration = Duration::from_secs(10);
/// Bytes of one result that are kept in memory; the rest goes to a temporary file.
const RESULT_MEMORY: u64 = 32_000_000;
/// Results that are kept; the oldest goes when there are more, as after the window was reloaded.
const RESULTS: usize = 100;
/// Results that are kept as tables, too.
const RESULT_TABLES: usize = 4;

/// What the window's commands share.
#[derive(Debug)]
pub struct Shell {
    /// What is kept on disk.
    pub library: Arc<Library>,
    /// What is being worked on.
    pub in_flight: InFlight,
    /// The turn to convert: one conversion runs at a time, the others wait in the order in which they came.
    pub turn: Arc<tokio::sync::Mutex<()>>,
    /// The files that AWS profiles are read from.
    pub aws_files: ConfigFiles,
    /// The model that answered last.
    pub connection: Connection,
    /// Where words are looked up in cells.
    pub vocabulary: Arc<Vocabulary>,
    /// What waits for the person, by the question that it belongs to.
    pub pending: Pending,
    /// The datasets that are out of sight and can be brought back for a while.
    away: Mutex<Vec<String>>,
    engines: Mutex<Vec<Scope>>,
    results: Mutex<Vec<(String, Arc<Stored>)>>,
    /// Kept results that were arranged, as tables of their own.
    result_tables: Mutex<Vec<(String, Arc<ResultTable>)>>,
    numbers: AtomicU64,
}

/// A kept result as a table that an engine reads.
#[derive(Debug)]
pub struct ResultTable {
    engine: Arc<Engine>,
    // Dropped after the engine, so that the file is closed before it goes.
    _folder: TempDir,
}

/// A table and the engine that reads it.
#[derive(Debug)]
pub struct OpenTable {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The table's name there.
    pub name: String,
    /// The result's file, which stays as long as it is read.
    _result: Option<Arc<ResultTable>>,
}

/// An open engine and the datasets that it can read.
#[derive(Debug)]
struct Scope {
    tables: Vec<Table>,
    engine: Arc<Engine>,
}

impl Shell {
    /// The shared state over an open library.
    pub fn new(library: Library) -> Self {
        Self {
            library: Arc::new(library),
            in_flight: InFlight::default(),
            turn: Arc::default(),
            aws_files: ConfigFiles::default(),
            connection: Connection::default(),
            vocabulary: Arc::new(Vocabulary::new(Vocabulary::USUAL_MEMORY)),
            pending: Pending::default(),
            away: Mutex::default(),
            engines: Mutex::default(),
            results: Mutex::default(),
            result_tables: Mutex::default(),
            numbers: AtomicU64::new(1),
        }
    }

    /// A name that no other piece of work of this process has, such as `import-3`.
    pub fn name(&self, kind: &str) -> String {
        format!("{kind}-{}", self.numbers.fetch_add(1, Ordering::Relaxed))
    }

    /// The datasets of these ids, or all of them where no id is given. Blocks.
    ///
    /// # Errors
    /// The library's, such as `not_found`.
    pub fn datasets(&self, ids: &[String]) -> Result<Vec<Dataset>, Failure> {
        if ids.is_empty() {
            return Ok(self.library.datasets()?);
        }
        let mut datasets: Vec<Dataset> = Vec::with_capacity(ids.len());
        for id in ids {
            if !datasets.iter().any(|dataset| dataset.id == *id) {
                datasets.push(self.library.dataset(id)?);
            }
        }
        Ok(datasets)
    }

    /// An engine that can read exactly these datasets: one that is open already, else a new one. Blocks.
    ///
    /// # Errors
    /// Those of opening an engine.
    pub fn engine(&self, datasets: &[Dataset]) -> Result<Arc<Engine>, Failure> {
        let mut tables: Vec<Table> = datasets
            .iter()
            .map(|dataset| Table {
                name: dataset.name.clone(),
                data: dataset.data_path(&self.library),
                strays: dataset.strays_path(&self.library),
            })
            .collect();
        tables.sort_by(|a, b| a.data.cmp(&b.data));
        if let Some(engine) = self.open_engine(&tables) {
            return Ok(engine);
        }
        // Opened without holding the lock, so that nobody else waits for it; should two open the same scope at
        // once, the later one is kept.
        let engine = Arc::new(Engine::open(
            &tables,
            &resources::for_engine(&self.library)?,
        )?);
        let mut engines = lock(&self.engines);
        engines.retain(|scope| scope.tables != tables);
        engines.push(Scope {
            tables,
            engine: Arc::clone(&engine),
        });
        if engines.len() > ENGINES {
            engines.remove(0);
        }
        Ok(engine)
    }

    /// Has engines opened anew, with what the person chose meanwhile; those at work go on as they are.
    pub(crate) fn forget_engines(&self) {
        lock(&self.engines).clear();
    }

    /// The open engine of this scope, which thereby becomes the one used last.
    fn open_engine(&self, tables: &[Table]) -> Option<Arc<Engine>> {
        let mut engines = lock(&self.engines);
        let at = engines.iter().position(|scope| scope.tables == tables)?;
        let scope = engines.remove(at);
        let engine = Arc::clone(&scope.engine);
        engines.push(scope);
        Some(engine)
    }

    /// A dataset or a kept result as a table. A result becomes a temporary file first, which goes with it. Blocks.
    ///
    /// # Errors
    /// `not_found`, `result_gone`, `cancelled`, and those of writing the file and of opening an engine.
    pub fn table(&self, of: &RowsOf, cancel: &Cancel) -> Result<OpenTable, Failure> {
        let result_id = match of {
            RowsOf::Dataset { id } => {
                let dataset = self.library.dataset(id)?;
                return Ok(OpenTable {
                    name: dataset.name.clone(),
                    engine: self.engine(&[dataset])?,
                    _result: None,
                });
            }
            RowsOf::Result { result_id } => result_id,
        };
        let stored = self.result(result_id)?;
        let known = (lock(&self.result_tables).iter())
            .find(|(id, _)| id == result_id)
            .map(|(_, table)| Arc::clone(table));
        let table = match known {
            Some(table) => table,
            None => {
                let options = resources::for_engine(&self.library)?;
                let table = Arc::new(ResultTable::new(&stored, &options, cancel)?);
                let mut tables = lock(&self.result_tables);
                tables.push((result_id.clone(), Arc::clone(&table)));
                if tables.len() > RESULT_TABLES {
                    tables.remove(0);
                }
                table
            }
        };
        Ok(OpenTable {
            engine: Arc::clone(&table.engine),
            name: ResultTable::NAME.to_owned(),
            _result: Some(table),
        })
    }

    /// Closes the engines that can read this dataset, so that its files are let go.
    pub fn close_engines(&self, dataset: &Dataset) {
        let data = dataset.data_path(&self.library);
        lock(&self.engines).retain(|scope| scope.tables.iter().all(|table| table.data != data));
    }

    /// Puts a dataset out of sight, and removes it for good when [`UNDO`] has passed or the program ends, unless it is
    /// brought back. If the program does not live to do that, the library does it at a later start. Blocks.
    ///
    /// # Errors
    /// The library's.
    pub fn put_away(self: &Arc<Self>, id: &str) -> Result<(), buzz_library::Error> {
        self.library.put_away(id)?;
        lock(&self.away).push(id.to_owned());
        let (shell, id) = (Arc::clone(self), id.to_owned());
        std::thread::spawn(move || {
            std::thread::sleep(UNDO);
            shell.remove_away(|away| away == id);
        });
        Ok(())
    }

    /// Brings a dataset back. Blocks.
    ///
    /// # Errors
    /// `no_such_dataset` if it was removed for good meanwhile, and those of the disk.
    pub fn bring_back(&self, id: &str) -> Result<Dataset, buzz_library::Error> {
        lock(&self.away).retain(|away| away != id);
        self.library.bring_back(id)
    }

    /// Removes those of the datasets that are out of sight for good. Blocks.
    fn remove_away(&self, which: impl Fn(&str) -> bool) {
        let gone: Vec<String> = lock(&self.away).extract_if(.., |id| which(id)).collect();
        for id in gone {
            if let Err(error) = self.library.remove_away(&id) {
                tracing::warn!(%error, "a dataset that was put away is left to a later start");
            }
        }
    }

    /// Reads a result to its end and keeps it. Blocks.
    ///
    /// # Errors
    /// Those of the query.
    pub fn keep(&self, rows: buzz_query::Rows) -> Result<(String, Arc<Stored>), Failure> {
        self.keep_watched(rows, |_| ())
    }

    /// As [`Shell::keep`]; `progress` gets the number of rows each time some were kept.
    ///
    /// # Errors
    /// Those of [`Shell::keep`].
    pub fn keep_watched(
        &self,
        rows: buzz_query::Rows,
        progress: impl Fn(u64),
    ) -> Result<(String, Arc<Stored>), Failure> {
        let stored = Stored::collect_watched(rows, RESULT_MEMORY, &temp_root(), progress)?;
        let stored = Arc::new(stored);
        let id = self.name("result");
        self.keep_as(id.clone(), Arc::clone(&stored));
        Ok((id, stored))
    }

    /// Keeps a result under a name that it has already.
    pub fn keep_as(&self, id: String, stored: Arc<Stored>) {
        let mut results = lock(&self.results);
        results.push((id, stored));
        if results.len() > RESULTS {
            results.remove(0);
        }
    }

    /// A kept result.
    ///
    /// # Errors
    /// `result_gone` if it was released.
    pub fn result(&self, id: &str) -> Result<Arc<Stored>, Failure> {
        lock(&self.results)
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, stored)| Arc::clone(stored))
            .ok_or_else(|| {
                failure(
                    "result_gone",
                    "this result is no longer kept: run the query again",
                )
            })
    }

    /// Lets a result go; one that is not kept is no error.
    pub fn release(&self, id: &str) {
        lock(&self.results).retain(|(known, _)| known != id);
        lock(&self.result_tables).retain(|(known, _)| known != id);
    }

    /// Lets all results and engines go, and with them their temporary files, and removes what is out of sight; for the end
    /// of the program.
    pub fn let_go(&self) {
        lock(&self.results).clear();
        lock(&self.result_tables).clear();
        lock(&self.engines).clear();
        self.remove_away(|_| true);
    }
}

impl ResultTable {
    const NAME: &str = "result";

    /// Writes the result to a file and opens an engine over it.
    fn new(stored: &Stored, options: &EngineOptions, cancel: &Cancel) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("result-")
            .tempdir_in(temp_root())
            .map_err(|cause| buzz_library::Error::Disk {
                path: temp_root(),
                cause,
            })?;
        let data = folder.path().join("data.parquet");
        let target = Target {
            path: &data,
            force: false,
            progress: &|_, _| (),
            cancel,
        };
        export::parquet(stored.batches(), &target)?;
        let table = Table {
            name: Self::NAME.to_owned(),
            data,
            strays: None,
        };
        Ok(Self {
            engine: Arc::new(Engine::open(&[table], options)?),
            _folder: folder,
        })
    }
}

/// The person's local date and time.
pub fn now() -> jiff::civil::DateTime {
    jiff::Zoned::now().datetime()
}

/// The folder in which engines and results make their temporary files.
pub fn temp_root() -> std::path::PathBuf {
    std::env::temp_dir()
}

/// The value; a panic elsewhere cannot leave these lists half changed, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
