#!/usr/bin/env python3
"""Writes the files of the corpus that are Parquet and Arrow, with what is in them.

Needs Polars 2.1, which `npm run bench` installs for itself. The tables are those of the text files, with types.
"""

import io
from pathlib import Path

import polars as pl

from maker.tables import ALL, Table
from maker.write import Corpus

CORPUS = Path(__file__).parent / "corpus"

#: How the columns of each table are typed; all others are text.
TYPES = {
    "orders": {"Menge": pl.Int32},
    "flights": {"date": pl.Date, "flight": pl.Int16, "dep_delay": pl.Int64, "arr_delay": pl.Int64, "distance": pl.UInt32},
    "parts": {"quantity": pl.Int64, "reorder_at": pl.Int64, "unit_price": pl.Decimal(18, 2)},
    "bank": {"booked": pl.Date, "amount": pl.Decimal(12, 2), "balance": pl.Decimal(12, 2)},
    "products": {"price": pl.Decimal(9, 2)},
    "people": {"id": pl.Int64},
    "survey": {"age": pl.UInt8, "score": pl.Int8},
}


def frame(table: Table) -> pl.DataFrame:
    """A table with types; an empty text is NULL."""
    columns = {name: [row[place] or None for row in table.rows] for place, name in enumerate(table.header)}
    types = TYPES.get(table.name, {})
    return pl.DataFrame(columns).with_columns(
        pl.col(name).str.to_date() if of == pl.Date else pl.col(name).cast(of) for name, of in types.items()
    )


def main() -> None:
    corpus = Corpus(CORPUS, lambda name: name.startswith("columnar-"))

    def add(name: str, table: Table, write: str, **how: object) -> None:
        buffer = io.BytesIO()
        getattr(frame(table), write)(buffer, **how)
        corpus.add(name, buffer.getvalue(), table)

    for table, compression in [("orders", "snappy"), ("flights", "zstd"), ("parts", "uncompressed"), ("bank", "gzip"),
                               ("products", "zstd"), ("survey", "snappy")]:  # fmt: skip
        add(f"columnar-parquet--{table}.parquet", ALL[table], "write_parquet", compression=compression)
    flights = ALL["flights"]
    add("columnar-parquet--flights-row-groups.parquet", flights, "write_parquet", row_group_size=7)
    add("columnar-parquet--parts-no-rows.parquet", ALL["parts"].with_rows([]), "write_parquet")
    for table, compression in [("orders", "uncompressed"), ("flights", "lz4"), ("parts", "zstd"), ("people", "uncompressed")]:
        add(f"columnar-arrow--{table}.arrow", ALL[table], "write_ipc", compression=compression)
    add("columnar-arrow--bank.feather", ALL["bank"], "write_ipc", compression="lz4")
    add("columnar-arrow--survey-stream.arrows", ALL["survey"], "write_ipc_stream")


if __name__ == "__main__":
    main()
