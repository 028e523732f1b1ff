"""Times queries over one Parquet file, as JSON on standard output: {name: {"seconds": [...], "rows": [...]}}

query.py FILE THREADS REPETITIONS, with {name: SQL} as JSON on standard input. The file is the view `lineitem`. Each query
runs once before it is timed.
"""

import datetime
import decimal
import json
import sys
import time

import duckdb


def plain(value):
    """One file's DECIMAL is the other's DOUBLE, so numbers are compared as doubles and all else as text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


path, threads, repetitions = sys.argv[1:]
connection = duckdb.connect()
connection.execute(f"SET enable_progress_bar = false; SET threads = {int(threads)}")
connection.execute(f"CREATE VIEW lineitem AS SELECT * FROM read_parquet('{path}')")
answers = {}
for name, sql in json.load(sys.stdin).items():
    rows = connection.execute(sql).fetchall()
    seconds = []
    for _ in range(int(repetitions)):
        started = time.monotonic()
        connection.execute(sql).fetchall()
        seconds.append(time.monotonic() - started)
    answers[name] = {"seconds": seconds, "rows": [[plain(value) for value in row] for row in rows]}
print(json.dumps(answers))
