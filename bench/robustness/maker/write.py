"""Writes tables as text, and the expectation beside them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from .tables import Table


def cell(text: str, delimiter: str, quote: str = '"', style: str = "minimal", escape: str = "double") -> str:
    """One cell: quoted where the style says so, its quotes escaped."""
    special = [c for c in (delimiter, quote, "\n", "\r") if c and c in text]
    number = text.lstrip("-").replace(".", "", 1).isdigit()
    must = {
        "minimal": bool(special),
        "all": True,
        "text": not number,
        "none": False,
    }[style]
    if not must:
        assert style != "none" or not any(c in text for c in (delimiter, "\n", "\r")), (text, delimiter)
        return text
    before = {"double": quote, "backslash": "\\", "nul": "\0"}[escape]
    return quote + text.replace(quote, before + quote) + quote


def record(cells: list[str], delimiter: str = ",", **how: str) -> str:
    """One record without its end."""
    return delimiter.join(cell(text, delimiter, **how) for text in cells)


def records(table: Table, delimiter: str = ",", header: bool = True, **how: str) -> list[str]:
    """The records of a table, the header first."""
    rows = ([table.header] if header else []) + table.rows
    return [record(row, delimiter, **how) for row in rows]


def lines(records_: list[str], end: str = "\n", final: bool = True) -> str:
    """Records with their ends."""
    return end.join(records_) + (end if final else "")


def text(table: Table, delimiter: str = ",", end: str = "\n", header: bool = True, **how: str) -> str:
    """A whole table as text."""
    return lines(records(table, delimiter, header, **how), end)


def expected(table: Table) -> str:
    """A table as CSV after RFC 4180: comma, LF, quotes only where needed."""

    def row(cells: list[str]) -> str:
        return ",".join('"' + c.replace('"', '""') + '"' if any(s in c for s in ',"\r\n') else c for c in cells)

    return "".join(row(cells) + "\n" for cells in [table.header, *table.rows])


class Corpus:
    """The folders that are written, and what is in them already."""

    def __init__(self, folder: Path, owned: Callable[[str], bool]) -> None:
        """`owned` says of which names the files are made anew; all others stay."""
        self.dirty = folder / "dirty"
        self.clean = folder / "clean"
        self.names: set[str] = set()
        for path in (self.dirty, self.clean):
            path.mkdir(parents=True, exist_ok=True)
            for old in filter(lambda old: owned(old.name), path.iterdir()):
                shutil.rmtree(old) if old.is_dir() else old.unlink()

    def add(
        self,
        name: str,
        dirty: str | bytes | dict[str, bytes],
        *tables: Table,
        alt: list[Table] | None = None,
        expect: dict | None = None,
    ) -> None:
        """One dirty file, or a folder of several, and the tables that a careful person finds in it.

        `alt` is a second reading that is as good; `expect` is what CSV cannot say, in the names of the receipt.
        """
        assert name not in self.names, f"{name} is there twice"
        self.names.add(name)
        if isinstance(dirty, dict):
            for file, content in dirty.items():
                path = self.dirty / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        else:
            (self.dirty / name).write_bytes(dirty.encode() if isinstance(dirty, str) else dirty)
        self._write(self.clean / name, list(tables))
        if alt is not None and alt != list(tables):
            self._write(self.clean / f"{name}.alt", alt)
        if len(tables) > 1:
            expect = {"tables": len(tables), **(expect or {})}
        if expect:
            (self.clean / f"{name}.expect.json").write_text(json.dumps(expect, indent=2) + "\n", encoding="utf-8")

    @staticmethod
    def _write(stem: Path, tables: list[Table]) -> None:
        for number, table in enumerate(tables, 1):
            suffix = ".csv" if number == 1 else f".{number}.csv"
            stem.with_name(stem.name + suffix).write_bytes(expected(table).encode())
