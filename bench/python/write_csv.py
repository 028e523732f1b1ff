"""Runs the statements of a file of SQL, the last of which writes a CSV: write_csv.py FILE.sql TARGET.csv

`TARGET` in the statements stands for the path.
"""

import sys

import duckdb

statements, target = sys.argv[1:]
with open(statements, encoding="utf-8") as file:
    sql = file.read().replace("TARGET", target)
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false; SET memory_limit = '2GB'")
connection.execute(sql)
