-- The database as it was before its first change: what src/store.rs made of an empty one then, and never changed since.
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
PRAGMA user_version = 1;
