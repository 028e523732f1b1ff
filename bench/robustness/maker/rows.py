"""Record ends, and rows that are not like the others."""

from .tables import ALL, Table, plain
from .write import Corpus, lines, record, records, text

CITIES, FLIGHTS, PARTS, BANK = ALL["cities"], ALL["flights"], ALL["parts"], ALL["bank"]
ORDERS, SENSORS, PEOPLE, SURVEY = ALL["orders"], ALL["sensors"], ALL["people"], ALL["survey"]
READINGS, STAFF = ALL["readings"], ALL["staff"]

#: Tables with the delimiter they are written with where that is not what is tried.
BASES = [(ORDERS, ";"), (PARTS, ","), (CITIES, ","), (PEOPLE, ","), (STAFF, "\t"), (SENSORS, ","), (BANK, ";")]


def add(corpus: Corpus) -> None:
    """All of them."""
    record_ends(corpus)
    odd_bytes(corpus)
    widths(corpus)
    delimiters_in_one_row(corpus)
    totals(corpus)
    footnotes(corpus)
    repeated_headers(corpus)
    comments(corpus)
    sep_lines(corpus)
    trailing_delimiters(corpus)


def record_ends(corpus: Corpus) -> None:
    """What stands between records, and after the last one."""
    for name, end in [("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r"), ("cr-cr-lf", "\r\r\n")]:
        for table, delimiter in BASES[:6] if end != "\r\r\n" else BASES[:3] + [(FLIGHTS, ","), (READINGS, ";")]:
            corpus.add(f"records-{name}--{table.name}.csv", text(table, delimiter, end), table)
    for table, delimiter in BASES:
        written = records(table, delimiter)
        both = "".join(line + ("\r\n" if place % 3 else "\n") for place, line in enumerate(written))
        corpus.add(f"records-mixed--{table.name}-lf-crlf.csv", both, table)
    for table, delimiter in [BASES[1], BASES[0], (FLIGHTS, ",")]:
        written = records(table, delimiter)
        # The first half comes from an old Macintosh, the second from elsewhere.
        half = len(written) // 2
        content = lines(written[:half], "\r") + lines(written[half:], "\n")
        corpus.add(f"records-mixed--{table.name}-cr-lf.csv", content, table)
    for table, delimiter in BASES[:6]:
        for end in ["\n", "\r\n"] if table in (ORDERS, CITIES) else ["\n"]:
            suffix = "-crlf" if end == "\r\n" else ""
            written = records(table, delimiter)
            corpus.add(f"records-no-final-end--{table.name}{suffix}.csv", lines(written, end, final=False), table)
            twice = lines(written, end) + end
            corpus.add(f"records-two-final-ends--{table.name}{suffix}.csv", twice, table, expect={"rows_blank": 1})
    for table, delimiter in BASES[:6]:
        written = records(table, delimiter)
        some = [*written[:3], "", *written[3:5], "", "", *written[5:]]
        corpus.add(f"records-blank-lines--{table.name}.csv", lines(some), table, expect={"rows_blank": 3})
    for table, delimiter in [(PARTS, ","), (ORDERS, ";"), (CITIES, "\t")]:
        doubled = lines(records(table, delimiter), "\n\n")
        corpus.add(f"records-blank-lines--{table.name}-between-all.csv", doubled, table)


def odd_bytes(corpus: Corpus) -> None:
    """A NUL is text like any other; a Ctrl-Z at the end is how DOS ended a file."""
    for table, delimiter, row, column in [(ORDERS, ";", 3, 1), (PARTS, ",", 0, 1), (CITIES, ",", 4, 0),
                                          (PEOPLE, ",", 7, 5), (STAFF, "\t", 2, 0), (BANK, ",", 29, 3)]:  # fmt: skip
        whole = table.rows[row][column]
        spoilt = table.with_cell(row, column, whole[:2] + "\0" + whole[2:])
        corpus.add(f"records-nul--{table.name}.csv", text(spoilt, delimiter), spoilt)
    for table, delimiter, end, padding in [
        (ORDERS, ";", "\r\n", "\x1a"), (PARTS, ",", "\r\n", "\x1a"), (CITIES, ",", "", "\x1a"), (PEOPLE, ";", "\n", "\x1a"),
        (STAFF, "\t", "\r\n", "\x1a" * 40), (SENSORS, ",", "\r\n", "\x1a\r\n"),
    ]:  # fmt: skip
        content = lines(records(table, delimiter), end or "\r\n", final=bool(end)) + padding
        corpus.add(f"records-ctrl-z--{table.name}.csv", content, table)


def widths(corpus: Corpus) -> None:
    """Rows with fewer cells than the header, and with more."""
    for table, delimiter in [(ORDERS, ";"), (PARTS, ","), (PEOPLE, ",")]:
        for where in ("first", "mid", "last"):
            row = {"first": 0, "mid": len(table.rows) // 2, "last": -1}[where]
            missing = 1 if where == "first" else 2
            cells = table.rows[row][:-missing] + [""] * missing
            shortened = table.with_rows([cells if r is table.rows[row] else r for r in table.rows])
            written = records(table, delimiter)
            place = row + 1 if row >= 0 else len(written) - 1
            written[place] = record(table.rows[row][:-missing], delimiter)
            name = f"rows-short--{table.name}-{where}-row.csv"
            corpus.add(name, lines(written), shortened, expect={"ragged_short": 1})
            for kind, extra in [("long", ["surplus"]), ("long-empty", ["", ""])]:
                written = records(table, delimiter)
                written[place] = record([*table.rows[row], *extra], delimiter)
                name = f"rows-{kind}--{table.name}-{where}-row.csv"
                expect = {"ragged_long": 1} if kind == "long" else None
                corpus.add(name, lines(written), table, expect=expect)
    # Many rows lack what was empty in them.
    sparse = PEOPLE.with_rows(PEOPLE.rows)
    written = [record(row if row[-1] else row[:-1], ",") for row in [sparse.header, *sparse.rows]]
    corpus.add("rows-short--people-where-empty.csv", lines(written), sparse, expect={"ragged_short": 7})
    written = records(PARTS, "\t")
    written[4] = PARTS.rows[3][0]
    emptied = PARTS.with_rows([[r[0], *[""] * 5] if n == 3 else r for n, r in enumerate(PARTS.rows)])
    corpus.add("rows-short--parts-one-cell.csv", lines(written), emptied, expect={"ragged_short": 1})
    written = records(FLIGHTS, ",")
    written[10] += ",checked,twice"
    corpus.add("rows-long--flights-two-more.csv", lines(written), FLIGHTS, expect={"ragged_long": 1})


def delimiters_in_one_row(corpus: Corpus) -> None:
    """One delimiter that is missing, or there twice: nobody can know which cell it was, so nothing is moved."""
    for table, delimiter, row, column in [
        (ORDERS, ";", 0, 1), (PARTS, ",", 14, 2), (CITIES, ",", -1, 0), (STAFF, "\t", 3, 5), (SENSORS, ",", 30, 4),
        (FLIGHTS, "|", -1, 0), (BANK, ";", 11, 3),
    ]:  # fmt: skip
        cells = table.rows[row]
        written = records(table, delimiter)
        place = row + 1 if row >= 0 else len(written) - 1
        label = f"{row if row >= 0 else 'last'}-{column}"

        def replaced(new: list[str], cells: list[str] = cells, table: Table = table) -> Table:
            return table.with_rows([new if r is cells else r for r in table.rows])

        joined = [*cells[:column], cells[column] + cells[column + 1], *cells[column + 2 :]]
        written[place] = record(joined, delimiter)
        padded = replaced([*joined, ""])
        kept_apart = replaced([*joined[: column + 1], "", *joined[column + 1 :]])
        name = f"rows-delimiter-missing--{table.name}-{label}.csv"
        corpus.add(name, lines(written), padded, alt=[kept_apart], expect={"ragged_short": 1})
        doubled = [*cells[: column + 1], "", *cells[column + 1 :]]
        written[place] = record(doubled, delimiter)
        name = f"rows-delimiter-doubled--{table.name}-{label}.csv"
        corpus.add(name, lines(written), replaced(doubled[: len(cells)]), alt=[table])


def total(table: Table, columns: list[int], label: str, label_column: int = 0) -> list[str]:
    """A last row with the sums of some columns."""
    cells = [""] * len(table.header)
    for column in columns:
        values = [row[column] for row in table.rows]
        if "." in values[0]:
            cells[column] = plain(sum(round(float(v) * 100) for v in values))
        else:
            cells[column] = str(sum(int(v) for v in values))
    cells[label_column] = label
    return cells


def totals(corpus: Corpus) -> None:
    """Sums below the rows are no row; a name that looks like one is."""
    months = list(range(2, 14))
    for name, table, delimiter, last, blank in [
        ("staff", STAFF, ",", total(STAFF, months, "Total"), False),
        ("staff-blank", STAFF, ";", total(STAFF, months, "Grand total"), True),
        ("parts", PARTS, ",", total(PARTS, [3], "TOTAL"), False),
        ("parts-second-column", PARTS, ";", total(PARTS, [3], "Total", 1), False),
        ("orders", ORDERS, ";", total(ORDERS, [3], "Summe"), False),
        ("orders-gesamt", ORDERS, "\t", total(ORDERS, [3], "Gesamt:", 2), True),
        ("bank", BANK, ",", total(BANK, [4], "Sum"), False),
        ("cities", CITIES, ",", total(CITIES, [2], "Total"), False),
    ]:
        written = [*records(table, delimiter), *([""] if blank else []), record(last, delimiter)]
        corpus.add(f"rows-total--{name}.csv", lines(written), table, expect={"rows_set_aside": 1})
    companies = Table(
        "companies",
        ["no", "company", "country", "revenue"],
        [
            ["1", "Total Energies SE", "FR", "218945"], ["2", "Summers & Sons", "GB", "411"],
            ["3", "Gesamtschule Nord eG", "DE", "87"], ["4", "Subtotal Software", "US", "1290"],
            ["5", "Grand Hotel Total", "FR", "55"], ["6", "Total Wine & More", "US", "5200"],
        ],
    )  # fmt: skip
    for suffix, delimiter in [("", ","), ("-semicolons", ";"), ("-tabs", "\t")]:
        corpus.add(f"rows-total-in-a-name--companies{suffix}.csv", text(companies, delimiter), companies)
    turned = companies.part(rows=slice(0, 5), columns=[1, 2, 3])
    corpus.add("rows-total-in-a-name--companies-first-column.csv", text(turned, ","), turned)


def footnotes(corpus: Corpus) -> None:
    """Lines of text below the rows are no rows."""
    for name, table, delimiter, notes in [
        ("parts", PARTS, ",", ["Source: warehouse system"]),
        ("parts-blank", PARTS, ",", ["", "Prices without tax."]),
        ("cities", CITIES, ";", ["* population within the city limits"]),
        ("cities-two", CITIES, ",", ["", "1) estimate of 2022", "2) without inland waters"]),
        ("orders", ORDERS, ";", ["", "Alle Angaben ohne Gewähr", "Stand: 30.06.2025"]),
        ("sensors", SENSORS, ",", ["-- end of log --"]),
        ("sensors-count", SENSORS, ",", ["", "(60 rows affected)"]),
        ("staff", STAFF, "\t", ["", "Note: hours of March are provisional"]),
        ("flights-commas", FLIGHTS, ",", ["", "Source: Bureau of Transportation, own calculations, 2014"]),
        ("bank-padded", BANK, ";", ["Printed on 2024-04-01;;;;;"]),
        ("staff-padded", STAFF, ",", ["," * 13, "Source: time clock" + "," * 13]),
    ]:
        written = [*records(table, delimiter), *notes]
        # Whether a line of nothing but delimiters is blank or set aside is the same to anybody.
        aside = None if name == "staff-padded" else {"rows_set_aside": sum(1 for note in notes if note)}
        corpus.add(f"rows-footnote--{name}.csv", lines(written), table, expect=aside)
    total_then_note = [*records(STAFF, ","), record(total(STAFF, list(range(2, 14)), "Total"), ","), "",
                       "Source: time clock"]  # fmt: skip
    corpus.add("rows-footnote--staff-after-total.csv", lines(total_then_note), STAFF, expect={"rows_set_aside": 2})


def repeated_headers(corpus: Corpus) -> None:
    """A header that comes again, as printouts and files put one behind the other have it."""
    for table, delimiter, every in [(ORDERS, ";", 10), (PARTS, ",", 10), (SENSORS, ",", 20), (PEOPLE, ",", 7),
                                    (READINGS, "\t", 50), (CITIES, ",", 3)]:  # fmt: skip
        header, *rows = records(table, delimiter)
        written = []
        for place, row in enumerate(rows):
            if place % every == 0:
                written.append(header)
            written.append(row)
        again = written.count(header) - 1
        name = f"rows-repeated-header--{table.name}.csv"
        corpus.add(name, lines(written), table, expect={"rows_set_aside": again})


def comments(corpus: Corpus) -> None:
    """Lines that begin with `#` or `//`."""
    for name, mark in [("hash", "#"), ("slashes", "//")]:
        for table, delimiter in [(PARTS, ","), (ORDERS, ";"), (SENSORS, ",")]:
            header, *rows = records(table, delimiter)
            top = [f"{mark} exported 2025-02-01 by jd", f"{mark} do not edit"]
            corpus.add(f"rows-comment-{name}--{table.name}-above.csv", lines([*top, header, *rows]), table)
            within = [header, *rows[:4], f"{mark} checked up to here", *rows[4:9], f"{mark} new shift", *rows[9:]]
            corpus.add(
                f"rows-comment-{name}--{table.name}-between.csv", lines(within), table, expect={"rows_set_aside": 2}
            )
        header, *rows = records(STAFF, ",")
        everywhere = [f"{mark} hours, by month, 2024", header, f"{mark} one row each", *rows, f"{mark} 8 rows, checked"]
        corpus.add(f"rows-comment-{name}--staff-everywhere.csv", lines(everywhere), STAFF)
        header, *rows = records(CITIES, "\t")
        with_delimiters = [header, *rows[:2], f"{mark}\tthe\tnext\tis\tnew", *rows[2:]]
        corpus.add(f"rows-comment-{name}--cities-delimiters.csv", lines(with_delimiters), CITIES)


def sep_lines(corpus: Corpus) -> None:
    """A first line that tells Excel the delimiter."""
    for table, delimiter, end in [(ORDERS, ";", "\r\n"), (PARTS, ",", "\n"), (CITIES, "|", "\r\n"), (STAFF, "\t", "\n"),
                                  (PEOPLE, ";", "\n"), (SURVEY, ";", "\r\n"), (BANK, "^", "\n")]:  # fmt: skip
        corpus.add(f"rows-sep-line--{table.name}.csv", f"sep={delimiter}{end}" + text(table, delimiter, end), table)
    content = "\ufeff" + f"sep=;\r\n{text(ORDERS, ';', chr(13) + chr(10))}"
    corpus.add("rows-sep-line--orders-mark.csv", content, ORDERS)


def trailing_delimiters(corpus: Corpus) -> None:
    """A delimiter at the end of every line: no column, or one without a name and without values."""
    for table, delimiter in [(ORDERS, ";"), (PARTS, ","), (FLIGHTS, "|"), (CITIES, ","), (STAFF, "\t")]:
        written = [line + delimiter for line in records(table, delimiter)]
        width = len(table.header)
        wider = Table(table.name, [*table.header, f"column_{width + 1}"], [[*row, ""] for row in table.rows])
        corpus.add(f"rows-trailing-delimiter--{table.name}.csv", lines(written), table, alt=[wider])
        header, *rows = records(table, delimiter)
        only_rows = [header, *(row + delimiter for row in rows)]
        corpus.add(f"rows-trailing-delimiter--{table.name}-not-header.csv", lines(only_rows), table, alt=[wider])
