"""Converts a CSV to Parquet with Polars' streaming engine, as its documentation tells to.

polars_convert.py SOURCE TARGET CODEC LEVEL THREADS, where LEVEL `-` and THREADS `-` leave Polars its own.
"""

import os
import sys

source, target, codec, level, threads = sys.argv[1:]
if threads != "-":
    # Read once, when the module is loaded.
    os.environ["POLARS_MAX_THREADS"] = threads

import polars  # noqa: E402

try:
    polars.scan_csv(source, try_parse_dates=True).sink_parquet(
        target, compression=codec, compression_level=None if level == "-" else int(level)
    )
except polars.exceptions.PolarsError as error:
    sys.exit(str(error))
