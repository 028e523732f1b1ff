"""Converts a CSV to Parquet with DuckDB, as its documentation tells to.

duckdb_convert.py SOURCE TARGET CODEC LEVEL THREADS, where LEVEL `-` and THREADS `-` leave DuckDB its own.
"""

import sys

import duckdb

source, target, codec, level, threads = sys.argv[1:]
try:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    if threads != "-":
        connection.execute(f"SET threads = {int(threads)}")
    level = "" if level == "-" else f", COMPRESSION_LEVEL {int(level)}"
    connection.execute(
        f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION {codec}{level})"
    )
except duckdb.Error as error:
    sys.exit(str(error))
