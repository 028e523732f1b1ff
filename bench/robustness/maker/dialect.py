"""Delimiters and quotes."""

import random

from .tables import ALL, Table
from .write import Corpus, cell, lines, record, records, text

CITIES, FLIGHTS, PARTS, BANK = ALL["cities"], ALL["flights"], ALL["parts"], ALL["bank"]
ORDERS, SENSORS, PEOPLE, SURVEY = ALL["orders"], ALL["sensors"], ALL["people"], ALL["survey"]
READINGS, STAFF, PRODUCTS = ALL["readings"], ALL["staff"], ALL["products"]


def add(corpus: Corpus) -> None:
    """All of them."""
    delimiters(corpus)
    spaces(corpus)
    odd_rows(corpus)
    decimal_commas(corpus)
    quotes(corpus)
    stray_quotes(corpus)
    unclosed(corpus)
    spaces_around(corpus)
    quoted_line_ends(corpus)


def delimiters(corpus: Corpus) -> None:
    """One character between two cells, or several."""
    for name, delimiter, ending, tables in [
        ("comma", ",", "csv", [ORDERS, SENSORS, PEOPLE, FLIGHTS, PARTS, STAFF]),
        ("semicolon", ";", "csv", [ORDERS, PEOPLE, FLIGHTS, BANK, CITIES, SURVEY]),
        ("tab", "\t", "tsv", [ORDERS, SENSORS, PEOPLE, FLIGHTS, PRODUCTS, BANK]),
        ("pipe", "|", "txt", [ORDERS, PEOPLE, PARTS, BANK, PRODUCTS, SENSORS]),
        ("colon", ":", "txt", [PARTS, CITIES, BANK, READINGS, SENSORS, STAFF]),
        ("caret", "^", "csv", [ORDERS, PEOPLE, FLIGHTS, PARTS, CITIES, BANK]),
        ("tilde", "~", "dat", [ORDERS, PEOPLE, FLIGHTS, PARTS, CITIES, SENSORS]),
        ("unit-separator", "\x1f", "dat", [ORDERS, PEOPLE, FLIGHTS, PARTS, SURVEY, PRODUCTS]),
        ("double-pipe", "||", "txt", [ORDERS, PEOPLE, FLIGHTS, PARTS, CITIES, BANK]),
        ("multi-character", "|~|", "txt", [ORDERS, FLIGHTS, PARTS]),
        ("multi-character", "::", "dat", [PEOPLE, CITIES, BANK]),
        ("multi-character", ";;", "csv", [STAFF, PARTS]),
        ("broken-bar", "¦", "txt", [ORDERS, PEOPLE, PARTS, FLIGHTS, CITIES]),
    ]:
        for table in tables:
            # The text of a survey has line ends in it, which the others have not.
            base = table if table.name != "flights" else table.part(rows=slice(0, 22))
            suffix = {"::": "-colons", ";;": "-semicolons"}.get(delimiter, "")
            corpus.add(f"delimiter-{name}--{table.name}{suffix}.{ending}", text(base, delimiter), base)


def spaces(corpus: Corpus) -> None:
    """A space, several of them as `column -t` writes, and a comma with a space after it."""
    whole = FLIGHTS.with_rows([row for row in FLIGHTS.rows if all(row)])
    for table in [READINGS.part(rows=slice(0, 40)), SENSORS, CITIES, PARTS, FLIGHTS.part(rows=slice(0, 20)), STAFF]:
        content = lines([" ".join(cell(c, " ") if c else '""' for c in row) for row in [table.header, *table.rows]])
        corpus.add(f"delimiter-space--{table.name}.txt", content, table)
    for table in [READINGS.part(rows=slice(0, 30)), SENSORS.part(rows=slice(0, 24)), whole, STAFF, ALL["server"]]:
        corpus.add(f"delimiter-spaces--{table.name}.txt", lines(aligned(table)), table)
    for table in [ORDERS, PEOPLE, FLIGHTS, PARTS, CITIES, BANK, STAFF]:
        content = lines([", ".join(cell(c, ",") for c in row) for row in [table.header, *table.rows]])
        corpus.add(f"delimiter-comma-space--{table.name}.csv", content, table)


def aligned(table: Table) -> list[str]:
    """Columns two spaces apart, without spaces at the end of a line."""
    rows = [table.header, *table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.header))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in rows]


def odd_rows(corpus: Corpus) -> None:
    """One row that somebody wrote with another delimiter: it divides into as many cells as all others have."""
    for table, delimiter, other, row in [
        (FLIGHTS, ",", ";", 0), (PARTS, ",", ";", 12), (CITIES, ",", "\t", -1), (ORDERS, ";", "\t", 5),
        (ORDERS, ";", "|", -1), (STAFF, "\t", ",", 3), (SENSORS, ",", "|", 30), (FLIGHTS, "|", ";", 7),
    ]:  # fmt: skip
        written = records(table, delimiter)
        place = row + 1 if row >= 0 else len(written) + row
        written[place] = record(table.rows[row], other)
        assert delimiter not in written[place] or delimiter == ","
        name = f"delimiter-odd-row--{table.name}-{row if row >= 0 else 'last'}-{ord(other):02x}.csv"
        corpus.add(name, lines(written), table)


def decimal_commas(corpus: Corpus) -> None:
    """Decimal commas beside semicolons, also where every row has the same number of them."""
    dice = random.Random("decimal commas")
    comma = lambda low, high, digits: f"{dice.uniform(low, high):.{digits}f}".replace(".", ",")  # noqa: E731
    weather = Table(
        "weather",
        ["Station", "Temperatur", "Niederschlag", "Wind"],
        [[f"ST{place:03}", comma(-9, 31, 1), comma(0, 40, 1), comma(0, 20, 2)] for place in range(1, 25)],
    )
    coordinates = Table(
        "coordinates",
        ["lat", "lon"],
        [[comma(47, 55, 6), comma(6, 15, 6)] for _ in range(15)],
    )
    prices = Table(
        "prices",
        ["Artikel", "Netto", "Brutto"],
        [[name, comma(1, 90, 2), comma(2, 99, 2)] for name in ["Apfel", "Birne", "Kirsche", "Quitte", "Mispel"]],
    )
    for table in [weather, coordinates, prices, ORDERS.part(columns=[0, 4, 3])]:
        corpus.add(f"delimiter-decimal-comma--{table.name}.csv", text(table, ";"), table)
    corpus.add("delimiter-decimal-comma--weather-tabs.txt", text(weather, "\t"), weather)
    corpus.add("delimiter-decimal-comma--prices-one-row.csv", text(prices.part(rows=slice(0, 1)), ";"),
               prices.part(rows=slice(0, 1)))  # fmt: skip


def quotes(corpus: Corpus) -> None:
    """What stands around cells, and how it is written within them."""
    odd = {"-tabs": "\t", "-semicolons": ";", "": ",", "-pipes": "|"}

    def some(name: str, tables: list[Table], **how: str) -> None:
        for place, table in enumerate(tables):
            suffix, delimiter = list(odd.items())[(place + len(name)) % len(odd)]
            corpus.add(f"quoting-{name}--{table.name}{suffix}.csv", text(table, delimiter, **how), table)

    some("all", [ORDERS, PEOPLE, FLIGHTS, SURVEY, PARTS, CITIES], style="all")
    some("texts", [ORDERS, PEOPLE, BANK, STAFF, PARTS], style="text")
    some("doubled", [PEOPLE, SURVEY, inches(), BANK, said()], style="minimal")
    some("single", [PEOPLE, SURVEY, BANK, ORDERS, said()], quote="'", style="all")
    for table, delimiter in [(PEOPLE.part(columns=[0, 1, 3, 5]), ","), (SURVEY, "\t"), (BANK, ","), (SURVEY, ";"),
                             (PEOPLE.part(columns=[0, 2, 3, 6]), ",")]:  # fmt: skip
        content = text(table, delimiter, quote="'")
        corpus.add(f"quoting-single-where-needed--{table.name}-{table.header[-1]}-{ord(delimiter):02x}.csv", content, table)
    few = Table("few-people", PEOPLE.header, PEOPLE.rows[:5])
    some("backslash", [PEOPLE, SURVEY, inches(), said(), few], style="all", escape="backslash")
    some("nul", [PEOPLE, SURVEY, inches(), said(), few], style="all", escape="nul")
    # Where nothing is ever quoted, a quote is a character like any other.
    for table, delimiter in [(inches(), "\t"), (said(), "|"), (inches(), ";"), (said(), "\t"), (nicknames(), "|")]:
        content = text(table, delimiter, style="none")
        corpus.add(f"quoting-none--{table.name}-{ord(delimiter):02x}.txt", content, table)


def inches() -> Table:
    """Measures in inches."""
    kinds = ["Pipe", "Elbow", "Tee", "Valve", "Flange", "Union", "Reducer", "Cap"]
    rows = [[f"P{n:03}", f'{1 + n % 4}-1/{2 ** (1 + n % 3)}" {kinds[n % 8]}', f'{n % 5 + 2}"', str(n * 7)]
            for n in range(1, 17)]  # fmt: skip
    return Table("inches", ["item", "description", "bore", "stock"], rows)


def said() -> Table:
    """Speech within a sentence."""
    words = ["yes", "never", "maybe later", "who?", "of course", "no way", "fine", "again"]
    rows = [[str(n), f"2024-05-{n:02}", f'She said "{words[n % 8]}" and left', str(n % 3)] for n in range(1, 15)]
    return Table("said", ["call", "day", "note", "rating"], rows)


def nicknames() -> Table:
    """Cells that begin with a word in quotes and go on after it."""
    names = ["Big", "Lucky", "Doc", "Red", "Kid", "Slim"]
    rows = [[str(1930 + n), f'"{name}" Joe {name}son', str(n * 3)] for n, name in enumerate(names)]
    return Table("nicknames", ["born", "known_as", "fights"], rows)


def stray_quotes(corpus: Corpus) -> None:
    """One quote too many in an unquoted cell. It is part of the text, and what comes after it is not."""
    bases = [(PARTS, ","), (ORDERS, ";"), (FLIGHTS, "\t"), (CITIES, "|"), (STAFF, ","), (SENSORS, ";")]
    turn = 0
    for where in ("start", "middle", "end"):
        for column in ("first", "mid", "last"):
            for row in ("first", "mid", "last"):
                table, delimiter = bases[turn % len(bases)]
                turn += 1
                width, height = len(table.header), len(table.rows)
                x = {"first": 0, "mid": 2 if table is CITIES else 1, "last": width - 1}[column]
                y = {"first": 0, "mid": height // 2, "last": height - 1}[row]
                whole = table.rows[y][x] or "none"
                spoilt = {"start": '"' + whole, "middle": whole[:2] + '"' + whole[2:], "end": whole + '"'}[where]
                spoilt_table = table.with_cell(y, x, spoilt)
                written = records(table.with_cell(y, x, whole), delimiter, style="none")
                written[y + 1] = delimiter.join(spoilt_table.rows[y])
                # A quote before the very last cell may as well have been opened and never closed.
                alt = [table.with_cell(y, x, whole)] if (where, column, row) == ("start", "last", "last") else None
                corpus.add(
                    f"quoting-stray-{where}--{table.name}-{column}-column-{row}-row.csv",
                    lines(written), spoilt_table, alt=alt,
                    expect={"rows_written": height},
                )  # fmt: skip
    # The same where other cells are quoted, as they have to be.
    for table, delimiter, y, x, where in [
        (BANK, ",", 0, 2, "start"), (BANK, ",", 3, 3, "start"), (BANK, ",", 15, 2, "middle"), (BANK, ";", 29, 2, "end"),
        (PEOPLE, ",", 6, 1, "start"), (PEOPLE, ",", 2, 5, "middle"), (PEOPLE, ";", 9, 2, "end"),
        (PEOPLE, "\t", 0, 2, "start"), (SURVEY, ",", 6, 2, "start"), (SURVEY, ",", 2, 2, "end"),
    ]:  # fmt: skip
        whole = table.rows[y][x]
        spoilt = {"start": '"' + whole, "middle": whole[:1] + '"' + whole[1:], "end": whole + '"'}[where]
        style = "all" if table is PEOPLE and where == "middle" else "minimal"
        written = records(table, delimiter, style=style)
        row = [cell(c, delimiter, style=style) for c in table.rows[y]]
        assert delimiter not in whole
        row[x] = spoilt if style == "minimal" else f'"{spoilt}"'
        written[y + 1] = delimiter.join(row)
        corpus.add(
            f"quoting-stray-among-quoted--{table.name}-{where}-{y}-{x}.csv", lines(written), table.with_cell(y, x, spoilt),
            expect={"rows_written": len(table.rows)},
        )  # fmt: skip
    # Every cell quoted, and in one of them a quote that nobody doubled.
    for table, delimiter, y, x in [(ORDERS, ";", 4, 1), (PARTS, ",", 0, 1), (CITIES, ",", 4, 0), (FLIGHTS, "\t", 11, 4),
                                   (STAFF, "|", 7, 1)]:  # fmt: skip
        whole = table.rows[y][x]
        spoilt = whole[:2] + '"' + whole[2:]
        written = records(table, delimiter, style="all")
        written[y + 1] = written[y + 1].replace(f'"{whole}"', f'"{spoilt}"', 1)
        name = f"quoting-stray-within-quoted--{table.name}-{y}.csv"
        corpus.add(name, lines(written), table.with_cell(y, x, spoilt))


def unclosed(corpus: Corpus) -> None:
    """A file that ends within a quoted cell. Whether the quote counts as text, too, is a matter of taste."""
    for table, delimiter, final in [(SURVEY, ",", False), (PEOPLE, ";", False), (BANK, ",", True), (SURVEY, "\t", True),
                                    (ORDERS, ";", False), (PEOPLE, ",", True)]:  # fmt: skip
        text_column = {"survey": 4, "people": 6, "bank": 3, "orders": 6}[table.name]
        base = table.part(columns=[*(c for c in range(len(table.header)) if c != text_column), text_column])
        last = "We sat outside, it was warm" if delimiter == "," else "half a word"
        base = base.with_cell(-1, -1, last)
        written = records(base, delimiter, style="text")
        assert written[-1].endswith('"')
        written[-1] = written[-1][:-1]
        name = f"quoting-unclosed--{table.name}{'-final-line-end' if final else ''}.csv"
        alt = [base.with_cell(-1, -1, '"' + last)] if "," not in last else None
        corpus.add(name, lines(written, final=final), base, alt=alt)


def spaces_around(corpus: Corpus) -> None:
    """Spaces between a quoted cell and the delimiters beside it are no text."""
    for table, delimiter, before, after in [
        (PEOPLE, ",", "", " "), (PEOPLE, ";", " ", " "), (BANK, ",", " ", ""), (SURVEY, ",", " ", " "),
        (ORDERS, ";", "  ", " "), (CITIES, "|", " ", " "),
    ]:  # fmt: skip
        written = [
            delimiter.join(
                (before if place else "") + cell(c, delimiter, style="all") + (after if place < len(row) - 1 else "")
                for place, c in enumerate(row)
            )
            for row in [table.header, *table.rows]
        ]
        name = f"quoting-spaces-around--{table.name}-{len(before)}-{len(after)}.csv"
        corpus.add(name, lines(written), table)
    # Only around those that are quoted: what is not quoted has none.
    for table, delimiter in [(BANK, ","), (PEOPLE, ",")]:
        written = [
            delimiter.join(f" {cell(c, delimiter)} " if delimiter in c else cell(c, delimiter) for c in row).strip(" ")
            for row in [table.header, *table.rows]
        ]
        corpus.add(f"quoting-spaces-around--{table.name}-where-quoted.csv", lines(written), table)


def quoted_line_ends(corpus: Corpus) -> None:
    """Line ends within quotes are text, exactly as they are."""
    def letters(end: str) -> Table:
        greetings = ["Dear Sir,", "Hello Anna,", "To whom it may concern", "Hi,", "Good morning,"]
        rows = [[str(100 + n), f"2025-02-{n + 3:02}", f"{greeting}{end}thank you for item {n}.{end}Regards", str(n * 2)]
                for n, greeting in enumerate(greetings * 2)]  # fmt: skip
        return Table("letters", ["number", "received", "text", "pages"], rows)

    addresses = PEOPLE.with_rows([[*row[:3], row[3].replace(", ", "\n"), *row[4:]] for row in PEOPLE.rows])
    for name, within in [("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r")]:
        table = letters(within)
        for suffix, delimiter, end in [("", ",", "\n"), ("-crlf", ",", "\r\n"), ("-semicolons", ";", "\r\n")]:
            corpus.add(f"quoting-line-ends-{name}--letters{suffix}.csv", text(table, delimiter, end), table)
        again = addresses.with_rows([[c.replace("\n", within) for c in row] for row in addresses.rows])
        corpus.add(f"quoting-line-ends-{name}--addresses.csv", text(again, ";", "\n"), again)
        answers = SURVEY.with_rows([[c.replace("\n", within) for c in row] for row in SURVEY.rows])
        corpus.add(f"quoting-line-ends-{name}--survey-tabs.tsv", text(answers, "\t", "\r\n", style="all"), answers)
    mixed = letters("\n")
    ends = ["\n", "\r\n", "\r"]
    mixed = mixed.with_rows([[c.replace("\n", ends[n % 3]) for c in row] for n, row in enumerate(mixed.rows)])
    for suffix, end in [("", "\n"), ("-crlf", "\r\n")]:
        corpus.add(f"quoting-line-ends-mixed--letters{suffix}.csv", text(mixed, ",", end), mixed)
    headed = mixed.named(["number", "received\non", "text", "pages"])
    corpus.add("quoting-line-ends-header--letters.csv", text(headed, ","), headed)
    wrapped = STAFF.named(["employee", "department\n(code)", *STAFF.header[2:]])
    corpus.add("quoting-line-ends-header--staff.csv", text(wrapped, ";"), wrapped)
    halves = PARTS.named(["part\r\nno", "description", "location", "quantity", "reorder\r\nat", "unit_price"])
    corpus.add("quoting-line-ends-header--parts-crlf.csv", text(halves, ",", "\r\n"), halves)
