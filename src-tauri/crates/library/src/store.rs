//! The database: its tables, their migrations, and how it is opened.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::backup::Progress;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Error;

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The steps from an empty database to the present one; `user_version` counts those that were taken. A step that was
/// released is never changed: what comes later is a step of its own.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE datasets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        -- The name in lower case: names are unique, letter case aside, and SQLite folds only ASCII.
        name_key TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        source_path TEXT NOT NULL,
        source_bytes INTEGER NOT NULL,
        blake3 TEXT NOT NULL,
        rows INTEGER NOT NULL,
        columns TEXT NOT NULL,
        parquet_bytes INTEGER NOT NULL,
        strays INTEGER NOT NULL,
        context TEXT NOT NULL
    ) STRICT;
    CREATE INDEX datasets_blake3 ON datasets (blake3);
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        source_path TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'success', 'failed', 'cancelled')),
        started TEXT NOT NULL,
        finished TEXT,
        dataset_id TEXT,
        error_code TEXT,
        error TEXT
    ) STRICT;
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        dataset_ids TEXT NOT NULL,
        created TEXT NOT NULL,
        updated TEXT NOT NULL
    ) STRICT;
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        content TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT;
    CREATE INDEX messages_conversation ON messages (conversation_id, id);
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        created TEXT NOT NULL,
        conversation_id TEXT,
        service TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        operation TEXT NOT NULL,
        profile TEXT,
        region TEXT,
        model TEXT,
        payload TEXT NOT NULL,
        status TEXT,
        error TEXT,
        input_tokens INTEGER,
        output_tokens INTEGER,
        latency_ms INTEGER
    ) STRICT;
    CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
",
    "
    -- Which of its folders holds a dataset's files; see datasets.rs.
    ALTER TABLE datasets ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
",
    "
    -- What a person says about a dataset besides its context; see notes.rs.
    ALTER TABLE datasets ADD COLUMN notes TEXT NOT NULL DEFAULT '{}';
    CREATE TABLE verified (
        id TEXT PRIMARY KEY,
        question TEXT NOT NULL,
        sql TEXT NOT NULL,
        dataset_ids TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT;
",
    "
    -- When a dataset was put out of sight, to be removed for good a little later; see away.rs.
    ALTER TABLE datasets ADD COLUMN removed TEXT;
",
];

/// Opens the database, makes it if it is not there, and brings it up to date.
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Several processes read while one writes. FULL, for what the ledger says must be on disk before anything is sent.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let found = steps_taken(&connection, path)?;
    if (1..MIGRATIONS.len()).contains(&found) {
        tracing::info!(version = found, "the library is brought up to date");
        back_up(&connection, path, found)?;
    }
    let transaction = write(&mut connection)?;
    let taken = steps_taken(&transaction, path)?;
    for step in &MIGRATIONS[taken..] {
        transaction.execute_batch(step)?;
    }
    if taken < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    }
    // Damage shows here rather than in the middle of something.
    let sound: String = transaction.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    transaction.commit()?;
    if sound == "ok" {
        Ok(connection)
    } else {
        Err(damaged(sound))
    }
}

/// How many of the steps the database has taken.
fn steps_taken(connection: &Connection, path: &Path) -> Result<usize, Error> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version)
        .ok()
        .filter(|taken| *taken <= MIGRATIONS.len())
        .ok_or_else(|| Error::Newer(path.parent().unwrap_or(path).to_owned()))
}

/// Copies the database as it is before it is brought up to date, to `library.db.version-1` and so on. An earlier copy of
/// the same version, as an attempt leaves that was broken off, is replaced once the new one is whole.
fn back_up(connection: &Connection, path: &Path, version: usize) -> Result<(), Error> {
    let beside = |ending: &str| {
        let mut name = OsString::from(path);
        name.push(ending);
        name
    };
    let part = beside(".copy");
    let disk = |cause| Error::disk(Path::new(&part), cause);
    match fs::remove_file(&part) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(disk(cause)),
        _ => {}
    }
    // By SQLite itself: a copy of the file alone would lack what is still in its journal.
    connection.backup(rusqlite::MAIN_DB, &part, None::<fn(Progress)>)?;
    File::options()
        .write(true)
        .open(&part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&part, beside(&format!(".version-{version}"))))
        .map_err(disk)
}

/// Begins a transaction that writes; only one process at a time is in one.
pub(crate) fn write(connection: &mut Connection) -> Result<Transaction<'_>, Error> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// Whether the error says that the file is no sound database.
pub(crate) fn is_damage(error: &Error) -> bool {
    matches!(error, Error::Database(error) if matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
    ))
}

fn damaged(what: String) -> Error {
    Error::Database(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        Some(what),
    ))
}

/// The time as the library writes it.
pub(crate) fn now() -> String {
    written(Timestamp::now())
}

/// A time as RFC 3339 in UTC with always three decimals, so that texts sort as times do.
pub(crate) fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// A count as SQLite keeps it; none comes near the end of the range.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count that SQLite kept.
pub(crate) fn count(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let count: i64 = row.get(index)?;
    u64::try_from(count).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, count))
}

/// A value that SQLite keeps as JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    index: usize,
) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, error.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_text_sort_as_times_also_where_they_end_in_zeros() {
        let texts: Vec<_> = [120, 123, 200, 1_000]
            .map(|milliseconds| written(Timestamp::from_millisecond(milliseconds).unwrap()))
            .into();
        assert_eq!(texts[0], "1970-01-01T00:00:00.120Z");
        assert!(texts.is_sorted(), "{texts:?}");
    }
}
