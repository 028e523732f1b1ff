#!/usr/bin/env python3
"""Writes bench/robustness/corpus: dirty files, and clean CSV that says what is in them.

`python3 bench/robustness/make-corpus.py` writes it anew, or into the folder that is named; what it writes is the same each
time, as far as Python's compressors are, and is committed. What a file stresses is in its name, before `--`; what comes
after it names the table. Python 3.10 or newer, no packages.

Files in formats that take more than Python's own library to write are made elsewhere and stay: `columnar-*` by
`make-columnar.py`, `workbook-*` by hand.
"""

import sys
from pathlib import Path

from maker import containers, dialect, mixed, rows, shapes
from maker.write import Corpus

CORPUS = Path(__file__).parent / "corpus"

MADE_ELSEWHERE = ("columnar-", "workbook-")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    corpus = Corpus(folder, lambda name: not name.startswith(MADE_ELSEWHERE))
    for part in (dialect, rows, shapes, containers, mixed):
        part.add(corpus)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{len(corpus.names)} files, {size / 1e6:.2f} MB with what is expected", file=sys.stderr)


if __name__ == "__main__":
    main()
