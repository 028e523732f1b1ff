"""Several troubles at once, chosen by dice: as many as a person could still read without a doubt."""

import random
from dataclasses import dataclass

from .languages import contacts
from .rows import total
from .shapes import numbered
from .tables import ALL, Table
from .write import Corpus, cell, lines, record, records

#: How many combinations there are.
COMBINATIONS = 260


@dataclass(frozen=True)
class Base:
    """A table and what may be done to it."""

    table: Table
    #: Columns that can be summed up below it.
    sums: tuple[int, ...] = ()
    #: Whether its first row is plainly no header.
    headless: bool = True
    #: A column of text without anything special in it, and a row, for one quote too many.
    stray: tuple[int, int] | None = None
    #: A title and a note in its language.
    title: str = ""
    note: str = ""
    #: A row above its names that goes together with them.
    upper: tuple[str, ...] = ()
    #: The encodings it may be written in; those of the Latin alphabet and Unicode where none are named.
    encodings: tuple[str, ...] = ()


BASES = [
    Base(ALL["orders"], (3,), True, (7, 6), "Auftragsbestand", "Quelle: Buchhaltung"),
    Base(ALL["sensors"], (), True, (20, 5), "Cold store", "End of log"),
    Base(ALL["people"].part(columns=[0, 1, 2, 3, 4, 5]), (), False, (4, 5), "Address book", "Source: membership office"),
    Base(ALL["flights"].part(rows=slice(0, 24)), (7,), True, (11, 4), "Departures", "Source: tower"),
    Base(ALL["parts"], (3,), True, (9, 1), "Stock list", "Prices without tax",
         ("", "", "", "Pieces", "Pieces", "Euro")),
    Base(ALL["bank"], (4,), True, (4, 2), "Statement", "Printed at the branch",
         ("", "", "Text", "Text", "Euro", "Euro")),
    Base(ALL["staff"], tuple(range(2, 14)), False, (3, 1), "Hours worked", "Source: time clock",
         ("", "", *["First half"] * 6, *["Second half"] * 6)),
    Base(ALL["cities"], (2,), False, (1, 0), "Five cities", "Source: city councils"),
    Base(ALL["survey"], (), False, None, "Guest survey", "Answers as they were written"),
    Base(contacts("polish"), (), False, (4, 1), "Książka adresowa", "Źródło: biuro", (), ("windows-1250", "utf-16le")),
    Base(contacts("russian"), (), False, (7, 1), "Адресная книга", "Источник: канцелярия", (), ("windows-1251", "utf-8")),
    Base(contacts("japanese"), (), False, (2, 1), "住所録", "出典：事務局", (), ("shift-jis", "utf-8-mark")),
    Base(contacts("chinese-simplified"), (), False, (6, 1), "通讯录", "来源：办公室", (), ("gb18030", "utf-16be")),
]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "caret": "^", "tilde": "~", "colon": ":"}
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
ENCODINGS = {
    "utf-8": ("utf-8", b""), "utf-8-mark": ("utf-8", b"\xef\xbb\xbf"), "utf-16le": ("utf-16-le", b"\xff\xfe"),
    "utf-16be": ("utf-16-be", b"\xfe\xff"), "windows-1252": ("cp1252", b""),
    "windows-1250": ("cp1250", b""), "windows-1251": ("cp1251", b""), "shift-jis": ("cp932", b""), "gb18030": ("gb18030", b""),
}  # fmt: skip

#: How often the encodings of the Latin alphabet and Unicode are taken.
USUAL = {"utf-8": 6, "utf-8-mark": 3, "utf-16le": 2, "utf-16be": 1, "windows-1252": 3}


def add(corpus: Corpus) -> None:
    """All of them."""
    dice = random.Random("mixed")
    made = 0
    while made < COMBINATIONS:
        base = BASES[made % len(BASES)]
        name, content, tables, alt, expect = combination(base, dice)
        if name in corpus.names or name.count("_") < 2:
            continue
        corpus.add(name, content, *tables, alt=alt, expect=expect)
        made += 1


def combination(base: Base, dice: random.Random) -> tuple[str, bytes, list[Table], list[Table] | None, dict]:
    """One file: its name, its bytes, the tables in it, another reading if there is one, and what its receipt says."""
    table = base.table
    delimiter_name = dice.choices(list(DELIMITERS), [5, 6, 4, 3, 1, 1, 1])[0]
    if delimiter_name == "colon" and base.title in ("Cold store", "Guest survey"):
        delimiter_name = "semicolon"
    delimiter = DELIMITERS[delimiter_name]
    end_name = dice.choices(list(ENDS), [4, 4, 1])[0]
    encoding_name = dice.choice(base.encodings) if base.encodings else dice.choices(list(USUAL), USUAL.values())[0]
    codec, mark = ENCODINGS[encoding_name]
    if encoding_name == "windows-1252" and not encodable(table, codec):
        encoding_name, codec, mark = "utf-8", "utf-8", b""
    style = dice.choices(["minimal", "all", "text", "single"], [5, 2, 1, 1])[0]
    how = {"style": "all", "quote": "'"} if style == "single" else {"style": style}
    words = [delimiter_name]
    words += [word for word in (encoding_name, end_name) if word not in ("utf-8", "lf")]
    words += [{"all": "quoted", "text": "texts-quoted", "single": "single-quoted"}[style]] if style != "minimal" else []

    header = not (base.headless and dice.random() < 0.2)
    top = dice.choices(["", "title", "keys", "sep", "comment", "blank"], [5, 3, 1, 1, 1, 1])[0] if header else ""
    middle = dice.choices(
        ["", "header-again", "blank-lines", "short", "long-empty", "long", "stray", "comment"], [4, 2, 2, 2, 1, 1, 2, 1]
    )[0]
    bottom = dice.choices(["", "total", "note", "blank-lines", "no-final-end", "ctrl-z", "second-table"], [4, 2, 2, 1, 1, 1, 1])[0]
    if middle == "header-again" and not header:
        middle = "blank-lines"
    if middle == "stray" and (base.stray is None or style in ("all", "text", "single")):
        middle = "short"
    if bottom == "second-table" and (not header or base.title == "Five cities" or delimiter_name == "colon"):
        bottom = "blank-lines"
    if bottom == "total" and (not base.sums or not header):
        bottom = "note" if header else "no-final-end"
    plain_header = header and middle != "header-again"
    names = dice.choices(["", "units", "duplicate", "no-names", "two-rows"], [6, 1, 1, 1, 2])[0] if plain_header else ""
    if names == "units" and base.title != "Hours worked" or names == "two-rows" and not base.upper:
        names = ""

    expect: dict = {}
    aside = 0
    rows = [record(row, delimiter, **how) for row in table.rows]
    result = table
    place = 2 if len(rows) < 8 else 5

    if middle == "stray":
        y, x = base.stray
        whole = table.rows[y][x]
        spoilt = dice.choice([whole[:2] + '"' + whole[2:], whole + '"', '"' + whole])
        result = result.with_cell(y, x, spoilt)
        row = [cell(c, delimiter) for c in table.rows[y]]
        row[x] = spoilt
        rows[y] = delimiter.join(row)
    elif middle == "short":
        rows[place] = record(table.rows[place][:-1], delimiter, **how)
        result = result.with_cell(place, -1, "")
        expect["ragged_short"] = 1
    elif middle in ("long", "long-empty"):
        extra = "surplus" if middle == "long" else ""
        rows[place] = record([*table.rows[place], extra], delimiter, **{**how, "style": how["style"] if extra else "minimal"})
        if middle == "long":
            expect["ragged_long"] = 1
    elif middle == "blank-lines":
        rows[place:place] = [""]
        rows[place + 2 : place + 2] = ["", ""]
    elif middle == "comment":
        rows[place:place] = ["# checked up to here"]
        aside += 1
    elif middle == "header-again":
        rows[place:place] = [record(table.header, delimiter, **how)]
        aside += 1

    source_names = list(table.header)
    if not header:
        result = numbered(result)
        words.append("no-header")
    elif names == "duplicate":
        source_names[-1] = source_names[-2]
        result = result.named([*source_names[:-1], source_names[-1] + "_2"])
        words.append("duplicate-names")
    elif names == "no-names":
        source_names[1] = ""
        result = result.named([source_names[0], "column_2", *source_names[2:]])
        words.append("empty-name")
    elif names == "two-rows":
        result = result.named([f"{upper} {name}".strip() for upper, name in zip(base.upper, source_names)])
        words.append("two-header-rows")
    head = [record(source_names, delimiter, **{**how, "style": how["style"] if names != "no-names" else "minimal"})] if header else []
    if names == "units":
        head.append(record(["", "", *["h"] * 12], delimiter))
        words.append("units")

    if names == "two-rows":
        head.insert(0, record(list(base.upper), delimiter, **how))

    above = {
        "": [],
        "title": [base.title, dice.choice(["2025-01-31", "as of yesterday"]), ""],
        "keys": [f"Title{delimiter}{base.title}", f"Year{delimiter}2025", ""],
        "sep": [f"sep={delimiter}"],
        "comment": [f"# {base.title}"],
        "blank": ["", ""],
    }[top]
    words += [{"title": "preamble", "keys": "key-preamble", "sep": "sep-line", "comment": "comment-above",
               "blank": "blank-above"}[top]] if top else []  # fmt: skip
    words += [f"{middle}-row" if middle in ("short", "long", "long-empty") else middle] if middle else []

    below: list[str] = []
    if bottom == "total":
        label = "Summe" if table.name == "orders" else "Total"
        below = [record(total(table, list(base.sums), label), delimiter, **how)]
        aside += 1
    elif bottom == "note":
        below = ["", base.note]
        aside += 1
    elif bottom == "blank-lines":
        below = ["", ""]
    elif bottom == "second-table":
        below = ["", *records(ALL["cities"], delimiter, **how)]
        expect = {}
    words += [{"note": "footnote", "blank-lines": "blank-below"}.get(bottom, bottom)] if bottom else []
    if aside and top != "comment" and bottom != "second-table":
        expect["rows_set_aside"] = aside

    end = ENDS[end_name]
    content = lines([*above, *head, *rows, *below], end, final=bottom != "no-final-end")
    if bottom == "ctrl-z":
        content += "\x1a"
    name = f"mixed--{'_'.join(words)}--{table.name}.{'tsv' if delimiter_name == 'tab' else 'csv'}"
    further = [ALL["cities"]] if bottom == "second-table" else []
    alt = None
    if names == "units":
        alt = [result.named([*result.header[:2], *(f"{name} h" for name in result.header[2:])]), *further]
    return name, mark + content.encode(codec), [result, *further], alt, expect


def encodable(table: Table, codec: str) -> bool:
    """Whether an encoding holds all of a table, and the table shows that it is no UTF-8."""
    whole = "".join(c for row in [table.header, *table.rows] for c in row)
    try:
        return whole.encode(codec).decode(codec) == whole and not whole.isascii()
    except UnicodeEncodeError:
        return False
