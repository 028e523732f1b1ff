"""Converts the first sheet of a workbook to Parquet with Polars and fastexcel: polars_excel.py SOURCE TARGET CODEC LEVEL"""

import sys

import polars

source, target, codec, level = sys.argv[1:]
try:
    polars.read_excel(source).write_parquet(target, compression=codec, compression_level=int(level))
except polars.exceptions.PolarsError as error:
    sys.exit(str(error))
