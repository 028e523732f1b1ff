"""Prints how many rows a Parquet file holds, by its footer: count_rows.py FILE"""

import sys

import duckdb

print(duckdb.execute("SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)", [sys.argv[1]]).fetchone()[0])
