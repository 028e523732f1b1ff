//! One locked DuckDB instance over a fixed set of Parquet files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arrow::array::RecordBatch;
use buzz_ingest::Cancel;
use duckdb::{Config, Connection};
use jiff::civil::DateTime;
use tempfile::TempDir;

use crate::check::{self, Names};
use crate::page::Pages;
use crate::{
    Column, Error, KeyColumn, LikelyKey, Rows, RunOptions, columns_of, quote_identifier, quote_text,
};

/// A dataset that an engine may read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    /// The name of its view in SQL, as it stands.
    pub name: String,
    /// Its Parquet file.
    pub data: PathBuf,
    /// The Parquet file of what did not fit, where there is one; its view is `NAME__strays`, unless a table in scope
    /// has that name itself.
    pub strays: Option<PathBuf>,
}

/// The bounds within which an engine works.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Bytes of memory that DuckDB may hold.
    pub memory: u64,
    /// Threads that DuckDB may use; 0 means one for each core.
    pub threads: usize,
    /// The folder in which the engine makes a temporary folder of its own; made if it is not there.
    pub temp_root: PathBuf,
    /// Bytes that the temporary files may come to.
    pub temp_limit: u64,
    /// The local date and time that statements see as now, unless [`RunOptions::now`] says otherwise.
    pub now: DateTime,
}

impl EngineOptions {
    /// Bytes of memory that the app gives an engine, in the window and in the terminal: 1 GB.
    pub const USUAL_MEMORY: u64 = 1_000_000_000;
    /// Bytes of temporary files that the app gives an engine: 50 GB.
    pub const USUAL_TEMP_LIMIT: u64 = 50_000_000_000;
}

/// One locked DuckDB instance that reads exactly its tables.
///
/// It is cheap to open, meant to be kept while the set of tables stays, and usable from several threads at once: every
/// statement runs on a connection of its own. Should DuckDB ever fail in a way that makes the instance useless, the next
/// statement gets a fresh one.
#[derive(Debug)]
pub struct Engine {
    views: Vec<View>,
    options: EngineOptions,
    now: Mutex<DateTime>,
    instance: Mutex<Arc<Instance>>,
    likely_keys: Mutex<Option<(Vec<KeyColumn>, Vec<LikelyKey>)>>,
}

/// A view and the file behind it.
#[derive(Debug, Clone)]
struct View {
    name: String,
    path: String,
    /// Whether it holds what did not fit into a table.
    strays: bool,
    /// Columns of the file that it does not have.
    without: Vec<String>,
    /// Whether it has the columns but no rows.
    empty: bool,
    /// How its rows are read by their numbers without DuckDB, where that gives the same.
    pages: OnceLock<Option<Pages>>,
}

impl View {
    fn new(name: String, path: String, strays: bool) -> Self {
        Self {
            name,
            path,
            strays,
            without: Vec::new(),
            empty: false,
            pages: OnceLock::new(),
        }
    }

    /// The query behind the view.
    fn query(&self) -> String {
        let columns = if self.without.is_empty() {
            String::new()
        } else {
            let names: Vec<_> = self
                .without
                .iter()
                .map(|name| quote_identifier(name))
                .collect();
            format!(" EXCLUDE ({})", names.join(", "))
        };
        let rows = if self.empty { " WHERE false" } else { "" };
        format!(
            "SELECT *{columns} FROM read_parquet({}){rows}",
            quote_text(&glob_escaped(&self.path))
        )
    }

    /// A statement that gives its columns and no rows.
    fn probe(&self) -> String {
        format!(
            "SELECT * FROM main.{} LIMIT 0",
            quote_identifier(&self.name)
        )
    }

    /// Its rows with their numbers, for a view of these columns.
    fn numbered(&self, columns: &[Column]) -> Numbered {
        // The number of a row is a column that read_parquet has beside those of the file, unless the file has one of
        // that name; then the rows are counted one by one.
        let mut number = "file_row_number".to_owned();
        let is_taken = |name: &str| {
            columns
                .iter()
                .any(|column| column.name.eq_ignore_ascii_case(name))
        };
        if !is_taken(&number) && !self.is_narrowed() {
            let path = quote_text(&glob_escaped(&self.path));
            return Numbered {
                from: format!("read_parquet({path})"),
                number,
                all: "*".to_owned(),
                counted: false,
            };
        }
        while is_taken(&number) {
            number.push('_');
        }
        Numbered {
            from: format!(
                "(SELECT *, row_number() OVER () - 1 AS {number} FROM main.{}) numbered",
                quote_identifier(&self.name)
            ),
            all: format!("* EXCLUDE ({number})"),
            number,
            counted: true,
        }
    }

    /// Whether it shows less than its file holds.
    fn is_narrowed(&self) -> bool {
        self.empty || !self.without.is_empty()
    }
}

/// How a statement reads a view whose rows have numbers, counted from 0 in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    /// What stands behind FROM.
    pub(crate) from: String,
    /// The number of a row.
    pub(crate) number: String,
    /// All columns of the view, as SELECT takes them.
    pub(crate) all: String,
    /// Whether the rows have to be counted from the first one on.
    pub(crate) counted: bool,
}

/// What another engine over the same files shows of a table; see [`Engine::narrowed`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed {
    /// The table's name.
    pub table: String,
    /// The columns that the view does not have, as the file writes them.
    pub without: Vec<String>,
    /// Whether the view has rows at all.
    pub rows: bool,
}

/// A DuckDB instance with what belongs to it; kept as long as a result of it is being read.
pub(crate) struct Instance {
    connection: Mutex<Connection>,
    names: Names,
    views: Vec<View>,
    options: EngineOptions,
    broken: AtomicBool,
    // Dropped after the connection, so that DuckDB's files are closed before their folder goes.
    temp: TempDir,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instance")
            .field("views", &self.views)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens an instance with one view for each table, and locks it.
    ///
    /// # Errors
    /// [`Error::Data`] where a file is not there or is no Parquet file, [`Error::Refused`] where two tables have
    /// one name, letter case aside, [`Error::Write`] where the temporary folder cannot be made.
    pub fn open(tables: &[Table], options: &EngineOptions) -> Result<Self, Error> {
        let mut taken = HashSet::new();
        let mut views = Vec::new();
        for table in tables {
            if !taken.insert(table.name.to_ascii_lowercase()) {
                return Err(Error::Refused(format!(
                    "two datasets are called {:?}, letter case aside: rename one of them",
                    table.name
                )));
            }
            let path = path_text(&table.name, &table.data)?;
            views.push(View::new(table.name.clone(), path, false));
        }
        for table in tables {
            let name = format!("{}__strays", table.name);
            if let Some(strays) = &table.strays
                && taken.insert(name.to_ascii_lowercase())
            {
                let path = path_text(&name, strays)?;
                views.push(View::new(name, path, true));
            }
        }
        Self::of_views(views, options)
    }

    fn of_views(views: Vec<View>, options: &EngineOptions) -> Result<Self, Error> {
        let instance = Instance::open(&views, options)?;
        Ok(Self {
            views,
            options: options.clone(),
            now: Mutex::new(options.now),
            instance: Mutex::new(Arc::new(instance)),
            likely_keys: Mutex::default(),
        })
    }

    /// Opens another engine over the same files that shows less: only these tables, and of them only what is said.
    ///
    /// What a statement gives there cannot depend on anything that is left out, whatever the statement is. The strays of a
    /// table are left out with any of its columns, for they hold cells of all of them.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of [`Engine::open`].
    pub fn narrowed(&self, tables: &[Narrowed]) -> Result<Self, Error> {
        let mut views = Vec::new();
        for narrowed in tables {
            let view = self.view(&narrowed.table)?;
            // A view cannot be without columns: where all are left out, the table is.
            let all = self.columns(&view.name)?;
            let is_left_out = |column: &Column| narrowed.without.contains(&column.name);
            if all.iter().all(is_left_out) {
                continue;
            }
            let without = narrowed.without.iter().filter(|name| {
                let name = name.as_str();
                all.iter().any(|column| column.name == name)
            });
            views.push(View {
                without: without.cloned().collect(),
                empty: !narrowed.rows,
                ..view.clone()
            });
            let strays = self.strays_view(&view.name);
            if let Some(strays) = strays.filter(|_| narrowed.without.is_empty()) {
                views.push(View {
                    empty: !narrowed.rows,
                    ..self.view(&strays)?.clone()
                });
            }
        }
        let options = EngineOptions {
            now: *lock(&self.now),
            ..self.options.clone()
        };
        Self::of_views(views, &options)
    }

    /// The likely keys among these columns, where they were looked for last.
    pub(crate) fn known_keys(&self, columns: &[KeyColumn]) -> Option<Vec<LikelyKey>> {
        lock(&self.likely_keys)
            .as_ref()
            .filter(|(of, _)| of == columns)
            .map(|(_, keys)| keys.clone())
    }

    /// Keeps what was found, for the next question about the same columns.
    pub(crate) fn keep_keys(&self, columns: &[KeyColumn], keys: &[LikelyKey]) {
        *lock(&self.likely_keys) = Some((columns.to_vec(), keys.to_vec()));
    }

    /// Sets the local date and time that later statements see as now, unless [`RunOptions::now`] says otherwise.
    pub fn set_now(&self, now: DateTime) {
        *lock(&self.now) = now;
    }

    /// The names of the views, those of strays among them.
    pub fn tables(&self) -> Vec<String> {
        self.views.iter().map(|view| view.name.clone()).collect()
    }

    /// The columns of one view.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn columns(&self, table: &str) -> Result<Vec<Column>, Error> {
        Ok(columns_of(&self.page(table, 0, 0)?[0].schema()))
    }

    /// Whether the text may run: it must be exactly one read of the tables in scope.
    ///
    /// # Errors
    /// [`Error::NotOneRead`], [`Error::Refused`] and, where the text cannot be parsed, [`Error::Sql`].
    pub fn check(&self, sql: &str) -> Result<(), Error> {
        let instance = self.instance()?;
        let connection = instance.connect()?;
        crate::rows::on_deep_stack(move || check::check(&connection, sql, &instance).map(|_| ()))
    }

    /// Checks the text and runs it; rows come while they are computed.
    ///
    /// # Errors
    /// Those of [`Engine::check`], and every error of a running statement.
    pub fn query(&self, sql: &str, run: &RunOptions, cancel: &Cancel) -> Result<Rows, Error> {
        let now = run.now.unwrap_or_else(|| *lock(&self.now));
        let sql = sql.to_owned();
        Rows::start(
            self.instance()?,
            run,
            cancel,
            move |connection, instance| {
                let statement = check::check(connection, &sql, instance)?;
                if may_ask_for_now(&statement) {
                    pin_now(connection, now).map_err(|error| instance.error(error))?;
                }
                Ok(statement)
            },
        )
    }

    /// All rows of one view in the order of its file.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn scan(&self, table: &str, cancel: &Cancel) -> Result<Rows, Error> {
        let statement = format!(
            "SELECT * FROM main.{}",
            quote_identifier(&self.view(table)?.name)
        );
        self.run(statement, &RunOptions::default(), cancel)
    }

    /// Rows `offset..offset + limit` of one view in the order of its file; at least one batch, which may have no rows.
    ///
    /// Only what holds these rows is read, so that the end of a large table comes as fast as its start.
    ///
    /// # Errors
    /// [`Error::NoSuchTable`], and those of reading.
    pub fn page(&self, table: &str, offset: u64, limit: u64) -> Result<Vec<RecordBatch>, Error> {
        let view = self.view(table)?;
        let end = offset.saturating_add(limit);
        // What cannot be read this way is left to DuckDB, which also says why.
        if let Some(pages) = self.pages(view)?
            && let Ok(batches) = pages.rows(&(offset..end))
        {
            return Ok(batches);
        }
        let instance = self.instance()?;
        let connection = instance.connect()?;
        let read = |sql: &str| read_all(&connection, sql).map_err(|error| instance.error(error));
        let columns = columns_of(&read(&view.probe())?[0].schema());
        let Numbered {
            from,
            number,
            all,
            counted,
        } = view.numbered(&columns);
        read(&if counted {
            // Cheaper than to count all rows.
            let name = quote_identifier(&view.name);
            format!("SELECT * FROM main.{name} LIMIT {limit} OFFSET {offset}")
        } else {
            format!("SELECT {all} FROM {from} WHERE {number} >= {offset} AND {number} < {end}")
        })
    }

    /// How a view's rows are read by their numbers without DuckDB, where that gives the same.
    fn pages<'a>(&self, view: &'a View) -> Result<Option<&'a Pages>, Error> {
        if view.is_narrowed() {
            return Ok(None);
        }
        if let Some(known) = view.pages.get() {
            return Ok(known.as_ref());
        }
        let instance = self.instance()?;
        let none =
            read_all(&instance.connect()?, &view.probe()).map_err(|error| instance.error(error))?;
        let like = || Pages::like(&view.path, &none[0].schema());
        Ok(view.pages.get_or_init(like).as_ref())
    }

    /// The name of the view of what did not fit into a table, where there is one.
    pub(crate) fn strays_view(&self, table: &str) -> Option<String> {
        let name = format!("{table}__strays");
        self.views
            .iter()
            .find(|view| view.strays && view.name.eq_ignore_ascii_case(&name))
            .map(|view| view.name.clone())
    }

    /// A view whose rows have numbers.
    pub(crate) fn numbered(&self, table: &str, columns: &[Column]) -> Result<Numbered, Error> {
        Ok(self.view(table)?.numbered(columns))
    }

    /// Runs a statement that was made here and needs no check.
    pub(crate) fn run(
        &self,
        statement: String,
        run: &RunOptions,
        cancel: &Cancel,
    ) -> Result<Rows, Error> {
        Rows::start(self.instance()?, run, cancel, move |_, _| Ok(statement))
    }

    /// The Parquet file behind a view, as what it holds is known by.
    pub(crate) fn file(&self, table: &str) -> Result<String, Error> {
        Ok(self.view(table)?.path.clone())
    }

    fn view(&self, table: &str) -> Result<&View, Error> {
        self.views
            .iter()
            .find(|view| view.name.eq_ignore_ascii_case(table))
            .ok_or_else(|| Error::NoSuchTable(table.to_owned()))
    }

    /// The instance, or a fresh one where it is of no more use.
    pub(crate) fn instance(&self) -> Result<Arc<Instance>, Error> {
        let mut instance = lock(&self.instance);
        if instance.broken.load(Ordering::Acquire) {
            tracing::warn!("opening DuckDB again after a failure");
            *instance = Arc::new(Instance::open(&self.views, &self.options)?);
        }
        Ok(instance.clone())
    }
}

/// All batches of a statement's result; at least one, which may have no rows.
fn read_all(connection: &Connection, sql: &str) -> duckdb::Result<Vec<RecordBatch>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.stream_arrow([])?;
    let schema = rows.get_schema();
    let mut batches = rows.collect::<Result<Vec<_>, _>>()?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok(batches)
}

impl Instance {
    fn open(views: &[View], options: &EngineOptions) -> Result<Self, Error> {
        std::fs::create_dir_all(&options.temp_root)
            .map_err(|cause| Error::writing(&options.temp_root, cause))?;
        let temp = tempfile::Builder::new()
            .prefix("query-")
            .tempdir_in(&options.temp_root)
            .map_err(|cause| Error::writing(&options.temp_root, cause))?;
        let temp_path = path_text("the temporary folder", temp.path())?;
        let threads = match options.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let configure = || {
            Config::default()
                .with("memory_limit", format!("{}B", options.memory))?
                .with("threads", threads.to_string())?
                .with("temp_directory", &temp_path)?
                .with(
                    "max_temp_directory_size",
                    format!("{}B", options.temp_limit),
                )?
                .with("autoinstall_known_extensions", "false")?
                .with("autoload_known_extensions", "false")?
                .with("allow_community_extensions", "false")?
                .with("allow_unsigned_extensions", "false")?
                .with("allow_persistent_secrets", "false")
        };
        let connection = configure()
            .and_then(Connection::open_in_memory_with_flags)
            .map_err(|error| Error::Internal(first_paragraph(&error.to_string())))?;
        let instance = Self {
            connection: Mutex::new(connection),
            names: Names::new(views.iter().map(|view| view.name.as_str())),
            views: views.to_vec(),
            options: options.clone(),
            broken: AtomicBool::new(false),
            temp,
        };
        {
            let connection = lock(&instance.connection);
            for view in views {
                connection
                    .execute_batch(&format!(
                        "CREATE VIEW memory.main.{} AS {}",
                        quote_identifier(&view.name),
                        view.query()
                    ))
                    .map_err(|error| Error::Data {
                        table: view.name.clone(),
                        cause: instance.sentence(&error.to_string()),
                    })?;
            }
            // Both as the path stands and as the pattern that names it, for DuckDB asks about either.
            let paths: Vec<_> = views
                .iter()
                .flat_map(|view| {
                    [
                        quote_text(&view.path),
                        quote_text(&glob_escaped(&view.path)),
                    ]
                })
                .collect();
            connection
                .execute_batch(&format!(
                    "SET parquet_metadata_cache = true; SET allowed_paths = [{}]; \
                     SET enable_external_access = false; SET lock_configuration = true;",
                    paths.join(", ")
                ))
                .map_err(|error| instance.error(error))?;
        }
        Ok(instance)
    }

    /// A connection of its own for one statement.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        lock(&self.connection)
            .try_clone()
            .map_err(|error| self.error(error))
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// The error for what DuckDB said.
    pub(crate) fn error(&self, error: duckdb::Error) -> Error {
        let text = match error {
            duckdb::Error::DuckDBFailure(_, Some(text)) => text,
            other => other.to_string(),
        };
        let sentence = self.sentence(&text);
        if text.starts_with("Out of Memory Error") {
            return if text.contains("max_temp_directory_size")
                || text.contains("temp_directory") && text.contains("offload")
            {
                Error::TemporarySpace {
                    limit: self.options.temp_limit,
                }
            } else {
                Error::Memory {
                    limit: self.options.memory,
                }
            };
        }
        if text.starts_with("IO Error") && text.contains("No space left") {
            return Error::TemporarySpace {
                limit: self.options.temp_limit,
            };
        }
        if text.starts_with("INTERNAL Error")
            || text.starts_with("FATAL Error")
            || text.contains("has been invalidated")
        {
            self.broken.store(true, Ordering::Release);
            return Error::Internal(sentence);
        }
        if text.starts_with("Permission Error") {
            return Error::Refused(
                "a statement can read the datasets it was given, and nothing else: leave out what it reads besides".to_owned(),
            );
        }
        if text.starts_with("IO Error") {
            return Error::Data {
                table: "the datasets".to_owned(),
                cause: sentence,
            };
        }
        Error::Sql(sentence)
    }

    /// What DuckDB said as one line without places on this machine.
    pub(crate) fn sentence(&self, text: &str) -> String {
        let mut sentence = first_paragraph(text);
        for view in &self.views {
            for path in [view.path.clone(), glob_escaped(&view.path)] {
                sentence = sentence.replace(&path, &view.name);
            }
        }
        let temp = self.temp.path().to_string_lossy();
        sentence = sentence.replace(temp.as_ref(), "the temporary folder");
        if sentence.chars().count() > 1000 {
            sentence = sentence.chars().take(1000).chain(['…']).collect();
        }
        sentence
    }
}

/// Gives the connection the date and time that its statements see as now.
///
/// Whether a statement could name one of the macros of [`pin_now`]; to make them all takes longer than a small query.
fn may_ask_for_now(sql: &str) -> bool {
    let sql = sql.to_ascii_lowercase();
    // A name in quotes may be written with its quotes doubled, but none of these has one.
    [
        "now",
        "today",
        "age",
        "current",
        "local",
        "transaction_timestamp",
    ]
    .iter()
    .any(|part| sql.contains(part))
}

/// This DuckDB has no time zones, so the words of SQL for the current date and time are missing or in UTC; macros of
/// those names take their place. They live on the one connection, so that questions do not disturb each other.
fn pin_now(connection: &Connection, now: DateTime) -> Result<(), duckdb::Error> {
    let date = format!(
        "DATE '{:04}-{:02}-{:02}'",
        now.year(),
        now.month(),
        now.day()
    );
    let time = format!(
        "TIME '{:02}:{:02}:{:02}.{:06}'",
        now.hour(),
        now.minute(),
        now.second(),
        now.subsec_nanosecond() / 1000
    );
    let timestamp = format!(
        "TIMESTAMP '{}-{:02}-{:02} {}",
        now.year(),
        now.month(),
        now.day(),
        time.trim_start_matches("TIME '")
    );
    let mut sql = String::new();
    for (names, value) in [
        (&["current_date", "today"][..], &date),
        (
            &[
                "current_time",
                "localtime",
                "current_localtime",
                "get_current_time",
            ],
            &time,
        ),
        (
            &[
                "now",
                "current_timestamp",
                "localtimestamp",
                "current_localtimestamp",
                "get_current_timestamp",
                "transaction_timestamp",
            ],
            &timestamp,
        ),
    ] {
        for name in names {
            sql.push_str(&format!("CREATE TEMP MACRO {name}() AS {value};"));
        }
    }
    sql.push_str(&format!(
        "CREATE TEMP MACRO age(a) AS system.main.age(CAST({date} AS TIMESTAMP), CAST(a AS TIMESTAMP)), \
         (a, b) AS system.main.age(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP));"
    ));
    connection.execute_batch(&sql)
}

/// A path as DuckDB takes it: absolute, and Unicode.
fn path_text(table: &str, path: &Path) -> Result<String, Error> {
    std::path::absolute(path)
        .ok()
        .and_then(|path| path.to_str().map(str::to_owned))
        .ok_or_else(|| Error::Data {
            table: table.to_owned(),
            cause: "its path is not valid Unicode".to_owned(),
        })
}

/// A path in which no character stands for others.
fn glob_escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[') {
            escaped.extend(['[', c, ']']);
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// What DuckDB said, without the excerpt of the statement, in one line.
fn first_paragraph(text: &str) -> String {
    let text = text.split("\n\nLINE ").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
