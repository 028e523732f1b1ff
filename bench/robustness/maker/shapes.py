"""Headers, several tables in one file, and tables drawn with spaces."""

from .rows import total
from .tables import ALL, Table
from .write import Corpus, lines, record, records, text

CITIES, FLIGHTS, PARTS, BANK = ALL["cities"], ALL["flights"], ALL["parts"], ALL["bank"]
ORDERS, SENSORS, PEOPLE, SURVEY = ALL["orders"], ALL["sensors"], ALL["people"], ALL["survey"]
READINGS, STAFF, PRODUCTS, SERVER = ALL["readings"], ALL["staff"], ALL["products"], ALL["server"]


def add(corpus: Corpus) -> None:
    """All of them."""
    no_header(corpus)
    one_header(corpus)
    several_header_rows(corpus)
    units(corpus)
    preambles(corpus)
    odd_names(corpus)
    other_widths(corpus)
    few_rows(corpus)
    several_tables(corpus)
    fixed_width(corpus)
    reports(corpus)


def numbered(table: Table) -> Table:
    """The names that columns get where the file has none."""
    return table.named([f"column_{place + 1}" for place in range(len(table.header))])


def no_header(corpus: Corpus) -> None:
    """The first row is data like all others."""
    for table, delimiter in [
        (SENSORS, ","), (FLIGHTS, ","), (READINGS, "\t"), (BANK, ";"), (ORDERS, ";"), (PARTS, "|"), (PEOPLE, ","),
        (CITIES, ","), (STAFF, ";"),
    ]:  # fmt: skip
        corpus.add(f"header-none--{table.name}.csv", text(table, delimiter, header=False), numbered(table))
    quoted = text(ORDERS, ",", header=False, style="all")
    corpus.add("header-none--orders-quoted.csv", quoted, numbered(ORDERS))
    sparse = FLIGHTS.with_cell(0, 5, "").with_cell(0, 8, "")
    corpus.add("header-none--flights-first-row-sparse.csv", text(sparse, ",", header=False), numbered(sparse))
    one = SENSORS.part(rows=slice(0, 1))
    corpus.add("header-none--sensors-one-row.csv", text(one, ",", header=False), numbered(one))


def one_header(corpus: Corpus) -> None:
    """Headers that could be taken for rows."""
    years = Table(
        "years",
        ["country", "2019", "2020", "2021", "2022"],
        [["Austria", "8877637", "8901064", "8932664", "8978929"], ["Belgium", "11455519", "11522440", "11554767", "11617623"],
         ["Chad", "16126866", "16644701", "17179740", "17723315"], ["Denmark", "5806081", "5822763", "5840045", "5873420"],
         ["Estonia", "1324820", "1328976", "1330068", "1331796"]],
    )  # fmt: skip
    for suffix, delimiter in [("", ","), ("-semicolons", ";"), ("-tabs", "\t")]:
        corpus.add(f"header-years--years{suffix}.csv", text(years, delimiter), years)
    percent = Table("percent", ["quarter", "2023", "2024"], [[f"Q{n}", f"{n * 7}.5%", f"{n * 9}.1%"] for n in range(1, 5)])
    corpus.add("header-years--percent.csv", text(percent, ","), percent)
    hours = years.named(["country", *(f"{y}-01-01" for y in range(2019, 2023))])
    corpus.add("header-years--dates.csv", text(hours, ";"), hours)

    capitals = Table(
        "capitals",
        ["Country", "Capital", "Language"],
        [["Austria", "Vienna", "German"], ["Brazil", "Brasilia", "Portuguese"], ["Chile", "Santiago", "Spanish"],
         ["Denmark", "Copenhagen", "Danish"], ["Estonia", "Tallinn", "Estonian"], ["Finland", "Helsinki", "Finnish"],
         ["Greece", "Athens", "Greek"], ["Hungary", "Budapest", "Hungarian"]],
    )  # fmt: skip
    words = PRODUCTS.part(columns=[1, 2, 3, 4])
    for table, delimiter in [(capitals, ","), (capitals, ";"), (words, ","), (words, "\t"),
                             (PEOPLE.part(columns=[1, 2, 5]), ",")]:  # fmt: skip
        corpus.add(f"header-all-text--{table.name}-{ord(delimiter):02x}.csv", text(table, delimiter), table)

    hashed = PARTS.named(["#", *PARTS.header[1:]])
    corpus.add("header-hash--parts.csv", text(hashed, ","), hashed)
    numbered_staff = Table("staff", ["#", *STAFF.header], [[str(n + 1), *row] for n, row in enumerate(STAFF.rows)])
    corpus.add("header-hash--staff.csv", text(numbered_staff, ";"), numbered_staff)
    for table, delimiter in [(SENSORS, ","), (READINGS, "\t"), (BANK, ";")]:
        marked = table.named(["#" + table.header[0], *table.header[1:]])
        corpus.add(f"header-hash--{table.name}-marked.csv", text(marked, delimiter), marked, alt=[table])


def several_header_rows(corpus: Corpus) -> None:
    """Names in two or three rows belong together; a cell that is empty goes on with what is left of it."""
    values = [["North", "120", "14", "131", "15"], ["South", "98", "11", "101", "12"], ["East", "77", "9", "80", "9"],
              ["West", "143", "17", "150", "18"]]  # fmt: skip

    def case(name: str, header: list[list[str]], table: Table, alt: Table | None = None, delimiter: str = ",") -> None:
        written = [*(record(row, delimiter) for row in header), *records(table, delimiter, header=False)]
        corpus.add(f"header-several-rows--{name}.csv", lines(written), table, alt=[alt] if alt else None,
                   expect={"header_rows": len(header)})  # fmt: skip

    joined = Table("sales", ["Region", "Revenue Q1", "Units Q1", "Revenue Q2", "Units Q2"], values)
    case("two", [["Region", "Revenue", "Units", "Revenue", "Units"], ["", "Q1", "Q1", "Q2", "Q2"]], joined)
    case("two-second-first", [["", "Revenue", "Units", "Revenue", "Units"], ["Region", "Q1", "Q1", "Q2", "Q2"]], joined,
         delimiter=";")  # fmt: skip
    spread = joined.named(["Region", "First half Revenue", "First half Units", "Second half Revenue", "Second half Units"])
    apart = joined.named(["Region", "First half Revenue", "Units", "Second half Revenue", "Units_2"])
    case("spread", [["Region", "First half", "", "Second half", ""], ["", "Revenue", "Units", "Revenue", "Units"]],
         spread, apart)  # fmt: skip
    case("spread-semicolons", [["", "First half", "", "Second half", ""], ["Region", "Revenue", "Units", "Revenue", "Units"]],
         spread, apart, ";")  # fmt: skip
    case("spread-years", [["", "2023", "", "2024", ""], ["Region", "Revenue", "Units", "Revenue", "Units"]],
         joined.named(["Region", "2023 Revenue", "2023 Units", "2024 Revenue", "2024 Units"]),
         joined.named(["Region", "2023 Revenue", "Units", "2024 Revenue", "Units_2"]), "\t")  # fmt: skip
    case("three", [["Region", "Plan", "Plan", "Fact", "Fact"], ["", "Money", "Goods", "Money", "Goods"],
                   ["", "kEUR", "pieces", "kEUR", "pieces"]],
         joined.named(["Region", "Plan Money kEUR", "Plan Goods pieces", "Fact Money kEUR", "Fact Goods pieces"]))  # fmt: skip
    split = [["Order", "Customer", "Net", "Gross"], ["number", "group", "amount", "amount"]]
    rows = [[str(5000 + n), f"G{n % 3}", f"{n * 13}.00", f"{n * 15}.47"] for n in range(1, 13)]
    case("split-names", split, Table("split", ["Order number", "Customer group", "Net amount", "Gross amount"], rows))
    case("split-names-pipes", split, Table("split", ["Order number", "Customer group", "Net amount", "Gross amount"], rows),
         delimiter="|")  # fmt: skip
    german = [["Filiale", "Umsatz", "Umsatz", "Kosten"], ["", "Januar", "Februar", "gesamt"]]
    sales = Table("filialen", ["Filiale", "Umsatz Januar", "Umsatz Februar", "Kosten gesamt"],
                  [[place, f"{n * 3},50", f"{n * 4},25", f"{n},75"]
                   for n, place in enumerate(["Bonn", "Köln", "Trier", "Mainz", "Worms"], 3)])  # fmt: skip
    case("german", german, sales, delimiter=";")


def units(corpus: Corpus) -> None:
    """A row of units under the names is no row; it may be part of the names."""
    for table, delimiter, row in [
        (READINGS.part(rows=slice(0, 40)), ",", ["", "m", "kg", ""]),
        (SENSORS, ",", ["", "", "°C", "%", "V", ""]),
        (SENSORS, ";", ["[ISO]", "[-]", "[°C]", "[%]", "[V]", "[-]"]),
        (CITIES, "\t", ["", "", "people", "km²", "year"]),
        (PARTS, ",", ["", "", "", "pcs", "pcs", "EUR"]),
        (STAFF, ";", ["", "", *["h"] * 12]),
        (FLIGHTS, ",", ["", "", "", "", "", "(min)", "(min)", "(miles)", ""]),
    ]:  # fmt: skip
        header, *rows = records(table, delimiter)
        written = [header, record(row, delimiter), *rows]
        joined = table.named([f"{name} {unit}".strip() for name, unit in zip(table.header, row)])
        corpus.add(f"header-units--{table.name}-{ord(delimiter):02x}.csv", lines(written), table, alt=[joined])


def preambles(corpus: Corpus) -> None:
    """Titles, dates and blank lines above the header are no part of the table."""
    for name, table, delimiter, top in [
        ("title", PARTS, ",", ["Stock list", ""]),
        ("title-no-blank", SENSORS, ",", ["Log of the cold store"]),
        ("title-date", ORDERS, ";", ["Bestellungen", "Stand: 30.06.2025", ""]),
        ("padded", ORDERS, ";", ["Bestellungen 2025" + ";" * 6, ";" * 6]),
        ("padded-two", STAFF, ",", ["Hours" + "," * 13, "Printed 2025-01-03" + "," * 13, "," * 13]),
        ("keys", BANK, ";", ["Account;DE00 1234 5678", "Owner;J. Smith", "From;2024-01-01", "To;2024-03-31", ""]),
        ("keys-colon", BANK, ",", ["Account: 1234 5678", "Owner: J. Smith", "Period: first quarter 2024", ""]),
        ("blank-first", CITIES, ",", ["", "", "Five cities", ""]),
        ("only-blank", PARTS, ";", ["", "", ""]),
        ("long", FLIGHTS, ",", ["Bureau of Transportation", "", "Domestic flights", "Extract of January 2013", "",
                                "Requested by: J. Doe", "Approved by: R. Roe", "", "Delays in minutes", "Times are local",
                                ""]),
        ("commas-in-text", ORDERS, ";", ["Orders, invoices, and payments, all regions", "Confidential, internal use", ""]),
        ("quoted", PARTS, ",", ['"Stock list, main warehouse"', '"as of 2025-01-31, 18:00"', ""]),
        ("other-delimiter", STAFF, "\t", ["Hours; by month; 2024", "prepared for: works council", ""]),
        ("people", PEOPLE, ",", ["Address book", "Exported on Monday", ""]),
        ("survey", SURVEY, ",", ["Guest survey 2024", "", "12 answers"]),
        ("wide-table", READINGS, "|", ["Run 7", "Operator: hb", "Device: 12-A"]),
    ]:  # fmt: skip
        corpus.add(f"header-preamble--{table.name}-{name}.csv", lines(top) + text(table, delimiter), table)


def odd_names(corpus: Corpus) -> None:
    """Names that are there twice, that are missing, or that differ in their case only."""

    def case(kind: str, table: Table, source: list[str], names: list[str], delimiter: str = ",", suffix: str = "") -> None:
        content = text(table.named(source), delimiter)
        corpus.add(f"header-{kind}--{table.name}{suffix}.csv", content, table.named(names))

    case("duplicate", PARTS, ["part", "text", "place", "value", "value", "value"],
         ["part", "text", "place", "value", "value_2", "value_3"])  # fmt: skip
    case("duplicate", CITIES, ["name", "name", "n", "km2", "year"], ["name", "name_2", "n", "km2", "year"], ";")
    case("duplicate", SENSORS, ["time", "id", "value", "value", "value", "id"],
         ["time", "id", "value", "value_2", "value_3", "id_2"], "\t")  # fmt: skip
    case("duplicate", STAFF, ["who", "where", *["hours"] * 12],
         ["who", "where", "hours", *(f"hours_{n}" for n in range(2, 13))])  # fmt: skip
    case("duplicate", READINGS, ["n", "x", "x", "n"], ["n", "x", "x_2", "n_2"], "|")

    case("empty-names", PARTS, ["part_no", "", "location", "quantity", "", "unit_price"],
         ["part_no", "column_2", "location", "quantity", "column_5", "unit_price"])  # fmt: skip
    case("empty-names", CITIES, ["", "country", "population", "area", "founded"],
         ["column_1", "country", "population", "area", "founded"], ";")  # fmt: skip
    case("empty-names", ORDERS, [*ORDERS.header[:-1], ""], [*ORDERS.header[:-1], "column_7"], ";")
    case("empty-names", SENSORS, ["time", "sensor", "temperature", " ", "battery", "status"],
         ["time", "sensor", "temperature", "column_4", "battery", "status"])  # fmt: skip
    case("empty-names", READINGS, ["", "", "x", "count"], ["column_1", "column_2", "x", "count"], "\t")

    case("case-only", PARTS, ["id", "ID", "Id", "quantity", "Quantity", "price"],
         ["id", "ID_2", "Id_3", "quantity", "Quantity_2", "price"])  # fmt: skip
    case("case-only", CITIES, ["Name", "name", "n", "N", "year"], ["Name", "name_2", "n", "N_2", "year"], ";")
    case("case-only", ORDERS, ["Nr", "Kunde", "Ort", "KUNDE", "Länge", "LÄNGE", "ort"],
         ["Nr", "Kunde", "Ort", "KUNDE_2", "Länge", "LÄNGE_2", "ort_2"], ";")  # fmt: skip
    case("case-only", READINGS, ["X", "x", "Y", "y"], ["X", "x_2", "Y", "y_2"], "\t")
    case("case-only", SENSORS, ["Time", "Sensor", "TIME", "Value", "VALUE", "value"],
         ["Time", "Sensor", "TIME_2", "Value", "VALUE_2", "value_3"])  # fmt: skip

    case("spaces-in-names", PARTS, [" part no ", "description ", " location", "quantity", "reorder at", " unit price"],
         ["part no", "description", "location", "quantity", "reorder at", "unit price"], ";")  # fmt: skip
    case("spaces-in-names", BANK, ["Booked on", " Value date", "Payee ", "Purpose", "Amount (EUR)", "Balance (EUR)"],
         ["Booked on", "Value date", "Payee", "Purpose", "Amount (EUR)", "Balance (EUR)"], "|")  # fmt: skip
    case("spaces-in-names", STAFF, ["  employee", "department   ", *(f" {name}" for name in STAFF.header[2:])],
         STAFF.header, ";")  # fmt: skip
    case("spaces-in-names", CITIES, [f"{name} " for name in CITIES.header], CITIES.header, "\t")
    case("spaces-in-names", READINGS, [" n", " x ", "y ", "count "], READINGS.header, ",")


def other_widths(corpus: Corpus) -> None:
    """A header with more names than there are cells, and with fewer."""
    for table, delimiter, more in [(PARTS, ",", 1), (ORDERS, ";", 1), (CITIES, ",", 2), (STAFF, "\t", 1),
                                   (SENSORS, "|", 3)]:  # fmt: skip
        extra = ["remark", "checked_by", "note"][:more]
        wider = Table(table.name, [*table.header, *extra], [[*row, *[""] * more] for row in table.rows])
        written = [record(wider.header, delimiter), *records(table, delimiter, header=False)]
        expect = {"ragged_short": len(table.rows)}
        corpus.add(f"header-more-names--{table.name}.csv", lines(written), wider, expect=expect)
    for table, delimiter, fewer in [(PARTS, ",", 1), (ORDERS, ";", 1), (CITIES, ",", 1), (SENSORS, "|", 2),
                                    (FLIGHTS, "\t", 1)]:  # fmt: skip
        width = len(table.header)
        names = [*table.header[:-fewer], *(f"column_{width - n}" for n in reversed(range(fewer)))]
        written = [record(table.header[:-fewer], delimiter), *records(table, delimiter, header=False)]
        corpus.add(f"header-fewer-names--{table.name}.csv", lines(written), table.named(names))
    # As R writes tables: the names of the rows have no name of their own.
    for table, delimiter in [(CITIES, ","), (FLIGHTS, "\t"), (PARTS, " ")]:
        rows = [[str(n), *row] for n, row in enumerate(table.rows, 1)]
        first = Table(table.name, ["column_1", *table.header], rows)
        last = Table(table.name, [*table.header, f"column_{len(rows[0])}"], rows)
        style = "text" if delimiter != "\t" else "minimal"
        written = [record(table.header, delimiter, style=style), *(record(row, delimiter, style=style) for row in rows)]
        corpus.add(f"header-fewer-names--{table.name}-row-names.csv", lines(written), first, alt=[last])


def few_rows(corpus: Corpus) -> None:
    """No row at all, or a single one."""
    for table, delimiter in [(PARTS, ","), (ORDERS, ";"), (PEOPLE, "\t"), (FLIGHTS, "|"), (BANK, ","), (SURVEY, ";")]:
        empty = table.with_rows([])
        corpus.add(f"header-only--{table.name}.csv", text(empty, delimiter), empty)
    corpus.add("header-only--parts-no-final-end.csv", record(PARTS.header), PARTS.with_rows([]))
    corpus.add("header-only--orders-quoted.csv", text(ORDERS.with_rows([]), ",", "\r\n", style="all"), ORDERS.with_rows([]))
    for table, delimiter in [(SERVER, ","), (PARTS, ";"), (ORDERS, "\t"), (FLIGHTS, ","), (BANK, "|"), (SENSORS, ";")]:
        one = table.part(rows=slice(0, 1))
        corpus.add(f"header-one-row--{table.name}.csv", text(one, delimiter), one)
    # A single column has no delimiter to be found.
    for table, column in [(CITIES, 0), (READINGS, 2), (PARTS, 0), (ORDERS, 2), (PEOPLE, 6)]:
        rows = slice(0, 40) if table is not PEOPLE else slice(0, 1)
        single = table.part(columns=[column], rows=rows)
        if table is PEOPLE:
            single = Table("remarks", ["remark"], [["All is well, thank you."], ["Come again; soon."], ["Fine"], ["No, never"]])
        content = text(single, "\0", quote="\0")
        corpus.add(f"header-one-column--{single.name}.csv", content, single)


def several_tables(corpus: Corpus) -> None:
    """Tables below each other, each with a header of its own."""
    stock = PARTS.part(rows=slice(0, 12))
    log = SENSORS.part(rows=slice(0, 15))
    early = FLIGHTS.part(rows=slice(0, 12))
    first_orders = ORDERS.part(rows=slice(0, 10))
    statement = BANK.part(rows=slice(0, 9))

    def blocks(delimiter: str, between: list[list[str]], *tables: Table, end: str = "\n") -> str:
        written: list[str] = []
        for place, table in enumerate(tables):
            written += between[place] if place < len(between) else between[-1]
            written += records(table, delimiter)
        return lines(written, end)

    blank: list[list[str]] = [[], [""]]
    for delimiter, first, second in [(",", stock, log), (";", first_orders, staff_of_seven()), (",", log, statement),
                                     ("\t", statement, stock), ("|", stock, statement)]:  # fmt: skip
        name = f"tables-same-width--{first.name}-{second.name}.csv"
        corpus.add(name, blocks(delimiter, blank, first, second), first, second)
    for delimiter, first, second in [
        (",", CITIES, stock), (",", early, CITIES), (";", first_orders, CITIES), ("\t", STAFF, READINGS.part(rows=slice(0, 9))),
        (",", READINGS.part(rows=slice(0, 30)), early), (";", PEOPLE, CITIES),
    ]:  # fmt: skip
        name = f"tables-other-width--{first.name}-{second.name}.csv"
        corpus.add(name, blocks(delimiter, [[], ["", ""]], first, second), first, second)
    for delimiter, tables in [(",", (CITIES, stock, log)), (";", (first_orders, CITIES, staff_of_seven())),
                              ("\t", (statement, log, CITIES)), (",", (early, CITIES, statement)),
                              ("|", (stock, CITIES, early, log))]:  # fmt: skip
        name = f"tables-three--{'-'.join(t.name for t in tables)}.csv"
        corpus.add(name, blocks(delimiter, blank, *tables), *tables)
    for delimiter, titles, tables in [
        (",", ["Cities", "Stock"], (CITIES, stock)), (";", ["Table 1: orders", "Table 2: cities"], (first_orders, CITIES)),
        (",", ["Log", "Statement"], (log, statement)), ("\t", ["A. Stock", "B. Flights"], (stock, early)),
        (",", ["1", "2", "3"], (CITIES, log, stock)),
    ]:  # fmt: skip
        named = [title if not title.isdigit() else f"Part {title} of 3" for title in titles]
        between = [[title] if place == 0 else ["", title] for place, title in enumerate(named)]
        name = f"tables-titled--{'-'.join(t.name for t in tables)}.csv"
        corpus.add(name, blocks(delimiter, between, *tables), *tables)
    for delimiter, first, second in [(",", CITIES, early), (",", early, CITIES), (";", first_orders, CITIES),
                                     ("\t", STAFF, stock), (",", stock, READINGS.part(rows=slice(0, 20)))]:  # fmt: skip
        name = f"tables-no-blank--{first.name}-{second.name}.csv"
        corpus.add(name, blocks(delimiter, [[]], first, second), first, second)
    for table, delimiter, gap in [(stock, ",", [""]), (first_orders, ";", ["", ""]), (log, "\t", [""]), (CITIES, ",", [""]),
                                  (statement, "|", [""])]:  # fmt: skip
        half = len(table.rows) // 2
        halves = [table.part(rows=slice(0, half)), table.part(rows=slice(half, None))]
        content = blocks(delimiter, [[], gap], *halves)
        name = f"tables-same-header-again--{table.name}.csv"
        corpus.add(name, content, table, expect={"rows_set_aside": 1, "rows_blank": len(gap)})


def staff_of_seven() -> Table:
    """Seven columns of the hours."""
    return STAFF.part(columns=[0, 1, 2, 3, 4, 5, 6])


def drawn(table: Table, gap: int = 2, left: bool = False, header: bool = True, trailing: bool = True) -> list[str]:
    """Cells padded to the width of their column; numbers stand at its right end."""
    rows = ([table.header] if header else []) + table.rows
    result = [""] * len(rows)
    for column in range(len(table.header)):
        values = [row[column] for row in table.rows if row[column]]
        number = not left and all(v.replace(".", "", 1).replace("-", "", 1).isdigit() and v[0] != "0" for v in values)
        width = max(len(row[column]) for row in rows)
        for place, row in enumerate(rows):
            padded = row[column].rjust(width) if number else row[column].ljust(width)
            result[place] += padded + " " * (gap if column < len(table.header) - 1 else 0)
    return result if trailing else [line.rstrip() for line in result]


def fixed_width(corpus: Corpus) -> None:
    """Columns at fixed places."""
    ascii_people = PEOPLE.part(columns=[0, 4, 5])
    for name, table, how in [
        ("parts", PARTS, {}), ("sensors", SENSORS, {}), ("flights", FLIGHTS, {"gap": 3}),
        ("bank", BANK, {"trailing": False}), ("staff", STAFF, {"gap": 2}), ("cities", CITIES, {"left": True, "gap": 4}),
        ("orders", ORDERS, {}), ("readings", READINGS, {"trailing": False}), ("postcodes", ascii_people, {"gap": 3}),
    ]:  # fmt: skip
        ending = "prn" if len(name) % 2 else "txt"
        end = "\r\n" if name in ("parts", "staff", "orders") else "\n"
        corpus.add(f"fixed-width--{name}.{ending}", lines(drawn(table, **how), end), table)
    for name, table in [("sensors", SENSORS), ("flights", FLIGHTS), ("bank", BANK)]:
        content = lines(drawn(table, header=False, gap=3))
        corpus.add(f"fixed-width--{name}-no-header.prn", content, numbered(table))


def reports(corpus: Corpus) -> None:
    """Reports as mainframes print them: a title, a line under the names, pages, a total."""
    for name, table, character in [("parts", PARTS, "-"), ("staff", STAFF, "="), ("bank", BANK, "-"), ("cities", CITIES, "-")]:
        header, *rows = drawn(table)
        ruler = "  ".join(character * len(w) for w in widths_of(table))
        corpus.add(f"fixed-width-report--{name}-ruler.txt", lines([header, ruler, *rows]), table)
        whole = character * len(header)
        corpus.add(f"fixed-width-report--{name}-long-ruler.prn", lines([header, whole, *rows], "\r\n"), table)
    header, *rows = drawn(PARTS)
    ruler = "-" * len(header)
    title = ["REPORT ST-4711              STOCK LIST", "2025-01-31", ""]
    corpus.add("fixed-width-report--parts-title.txt", lines([*title, header, ruler, *rows]), PARTS)
    summed = drawn(STAFF.with_rows([*STAFF.rows, total(STAFF, list(range(2, 14)), "Total")]))
    ruler = "-" * len(summed[0])
    body = [summed[0], ruler, *summed[1:-1], ruler, summed[-1]]
    corpus.add("fixed-width-report--staff-total.txt", lines(body), STAFF)
    pages = []
    for page, start in enumerate(range(0, len(rows), 10), 1):
        pages += [header, "-" * len(header), *rows[start : start + 10]]
        pages += [""] if start + 10 < len(rows) else []
    corpus.add("fixed-width-report--parts-pages.txt", lines(pages), PARTS)
    ending = [header, "-" * len(header), *rows, "", "*** END OF REPORT ***"]
    corpus.add("fixed-width-report--parts-end.txt", lines(ending), PARTS)


def widths_of(table: Table) -> list[str]:
    """For each column a text as wide as it."""
    rows = [table.header, *table.rows]
    return ["x" * max(len(row[column]) for row in rows) for column in range(len(table.header))]
