"""Times queries over one Parquet file, as JSON on standard output: {name: {"wall": [...], "cpu": [...], "rows": [...]}}

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
    wall, cpu = [], []
    for _ in range(int(repetitions)):
        started, used = time.monotonic(), time.process_time()
        connection.execute(sql).fetchall()
        wall.append(time.monotonic() - started)
        cpu.append(time.process_time() - used)
    answers[name] = {"wall": wall, "cpu": cpu, "rows": [[plain(value) for value in row] for row in rows]}
print(json.dumps(answers))
