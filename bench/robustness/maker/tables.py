"""The tables that are spoilt: each as different from the others as real files are."""

import random
from dataclasses import dataclass, field


@dataclass
class Table:
    """Names of columns and rows of texts; every row is as wide as the header."""

    name: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.header) for row in self.rows), self.name

    def part(self, *, rows: slice | None = None, columns: list[int] | None = None) -> "Table":
        """Some rows or some columns of it."""
        table = self.rows[rows] if rows else self.rows
        places = columns if columns is not None else range(len(self.header))
        return Table(self.name, [self.header[p] for p in places], [[row[p] for p in places] for row in table])

    def named(self, header: list[str]) -> "Table":
        """The same rows under other names."""
        return Table(self.name, header, self.rows)

    def with_rows(self, rows: list[list[str]]) -> "Table":
        """Other rows under the same names."""
        return Table(self.name, self.header, rows)

    def with_cell(self, row: int, column: int, text: str) -> "Table":
        """The same table with one cell changed; negative places count from the end."""
        rows = [list(cells) for cells in self.rows]
        rows[row][column] = text
        return self.with_rows(rows)


def german(cents: int) -> str:
    """1234567 as `12.345,67`."""
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{fraction:02}"


def plain(cents: int) -> str:
    """1234567 as `12345.67`."""
    whole, fraction = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{fraction:02}"


def orders() -> Table:
    """Orders of a German shop: decimal commas, thousands points, day first."""
    dice = random.Random("orders")
    customers = [
        "Müller GmbH", "Bäckerei Groß", "Schröder & Söhne", "Autohaus Köhler", "Café Überall", "Stadtwerke Gießen",
        "Zahnarztpraxis Dr. Jäger", "Weingut Löwenstein", "Möbel Höffken", "Gärtnerei Blüm",
    ]  # fmt: skip
    rows = []
    for place in range(24):
        day, month = 1 + (place * 7) % 28, 1 + place // 4
        rows.append([
            f"A-{10_023 + place * 3}",
            customers[place % len(customers)],
            f"{day:02}.{month:02}.2025",
            str(1 + dice.randrange(40)),
            german(dice.randrange(900, 250_000)),
            "EUR",
            ["offen", "bezahlt", "bezahlt", "storniert"][dice.randrange(4)],
        ])
    return Table("orders", ["Bestellnummer", "Kunde", "Datum", "Menge", "Betrag", "Währung", "Status"], rows)


def sensors() -> Table:
    """A log of sensors, one reading every ten minutes."""
    dice = random.Random("sensors")
    rows = []
    for place in range(60):
        minutes = place // 3 * 10
        rows.append([
            f"2025-03-01T{minutes // 60:02}:{minutes % 60:02}",
            f"S{1 + place % 3}",
            f"{18 + dice.random() * 6:.2f}",
            str(35 + dice.randrange(30)),
            f"{3.2 + dice.random():.3f}",
            "ok" if dice.randrange(9) else "low",
        ])
    return Table("sensors", ["time", "sensor", "temperature", "humidity", "battery", "status"], rows)


def people() -> Table:
    """People with accents, and addresses with commas, apostrophes and quotes in them."""
    rows = [
        ["1", "Zoë", "Lefèvre", "4 Quai d'Orsay, Apt 2", "75007", "Paris", "said \"call later\""],
        ["2", "José", "Núñez", "Calle Mayor 12, 3º B", "28013", "Madrid", ""],
        ["3", "Søren", "Kjær", "Nørregade 7, st. tv", "01165", "København", "prefers e-mail"],
        ["4", "Anne-Marie", "O'Brien", "12 St. Stephen's Green", "D02", "Dublin", ""],
        ["5", "Jürgen", "Weiß", "Königsallee 60, Hinterhaus", "40212", "Düsseldorf", "moved, \"new\" address"],
        ["6", "Chloé", "D'Angelo", "Via Roma 3, int. 9", "00184", "Roma", ""],
        ["7", "Åsa", "Lindström", "Sveavägen 44", "11134", "Stockholm", "rings twice, waits"],
        ["8", "François", "Müller", "Rue du Rhône 8, Esc. A", "1204", "Genève", ""],
        ["9", "Inês", "Conceição", "Av. da Liberdade 110, 4º", "1269", "Lisboa", "no post on Mondays"],
        ["10", "Łukasz", "Wiśniewski", "ul. Długa 5, m. 12", "00238", "Warszawa", ""],
        ["11", "Renée", "Van den Berg", "Prinsengracht 263", "1016", "Amsterdam", "ask for \"Ren\""],
        ["12", "Dvořák", "Jiří", "Nerudova 19, 2. patro", "11800", "Praha", ""],
        ["13", "Björn", "Þórsson", "Laugavegur 22, bakhús", "101", "Reykjavík", "new, see file 7"],
        ["14", "Maeve", "Ní Bhriain", "Sráid Eyre 9", "H91", "Gaillimh", ""],
    ]
    header = ["id", "first_name", "last_name", "street", "postcode", "city", "remark"]
    return Table("people", header, rows)


def flights() -> Table:
    """Flights with missing values."""
    dice = random.Random("flights")
    rows = []
    for place in range(40):
        cancelled = dice.randrange(12) == 0
        rows.append([
            f"2013-01-{1 + place // 2:02}",
            ["UA", "AA", "B6", "DL", "EV"][dice.randrange(5)],
            str(100 + dice.randrange(4_900)),
            ["EWR", "JFK", "LGA"][place % 3],
            ["IAH", "MIA", "ATL", "ORD", "FLL", "IAD", "MCO", "LAX"][dice.randrange(8)],
            "" if cancelled else str(dice.randrange(-12, 90)),
            "" if cancelled else str(dice.randrange(-30, 110)),
            str(200 + dice.randrange(2_400)),
            "" if dice.randrange(15) == 0 else f"N{10_000 + dice.randrange(89_999)}",
        ])
    header = ["date", "carrier", "flight", "origin", "dest", "dep_delay", "arr_delay", "distance", "tail"]
    return Table("flights", header, rows)


def parts() -> Table:
    """A stock of parts whose numbers begin with zeros."""
    dice = random.Random("parts")
    kinds = ["Hex bolt", "Washer", "Lock nut", "Spring pin", "O-ring", "Ball bearing", "Set screw"]
    rows = []
    for place in range(30):
        rows.append([
            f"{10_400 + place * 37:08}",
            f"{kinds[place % len(kinds)]} M{4 + place % 9}x{10 + 5 * (place % 11)}",
            f"{'ABCDE'[place % 5]}{1 + place // 5:02}-{1 + place % 4}",
            str(dice.randrange(4_000)),
            str(50 * (1 + dice.randrange(8))),
            plain(dice.randrange(2, 1_900)),
        ])
    return Table("parts", ["part_no", "description", "location", "quantity", "reorder_at", "unit_price"], rows)


def survey() -> Table:
    """Answers in free text: commas, quotes and lines of their own."""
    rows = [
        ["R001", "34", "Very good, would come again.", "9", "The staff said \"take your time\", and meant it."],
        ["R002", "51", "Too loud", "4", "Two things:\n- the music\n- the chairs, which scrape"],
        ["R003", "28", "Fine", "7", ""],
        ["R004", "67", "I liked the soup, not the fish.", "6", "It was cold; the waiter apologised, though."],
        ["R005", "45", "\"Homemade\" it was not", "3", "My wife's words: \"never again\".\nMine are similar."],
        ["R006", "39", "Good value", "8", "Parking is hard, come by tram (line 4, stop \"Markt\")."],
        ["R007", "22", "ok", "5", ""],
        ["R008", "58", "Excellent", "10", "We celebrated there, all 14 of us, and nobody had to wait."],
        ["R009", "31", "The menu is long, too long.", "6", "Fewer dishes, please!"],
        ["R010", "73", "Friendly", "9", "They helped with my coat, my stick and my hat.\n\nThank you."],
        ["R011", "40", "Average, honestly", "5", "Nothing to add."],
        ["R012", "26", "Great coffee", "9", "Best espresso in town, \"crema\" included."],
    ]
    return Table("survey", ["respondent", "age", "first_impression", "score", "comments"], rows)


def bank() -> Table:
    """A bank statement whose balances add up; some payees have a comma in them."""
    dice = random.Random("bank")
    payees = [
        ("City Waterworks", "Invoice 2291"), ("Smith, Jones and Partners", "Retainer March"),
        ("ACME Payroll", "Salary"), ("Green Grocers", "Card payment 4411"), ("Rent Office", "Flat 12"),
        ("Harbour Insurance, Ltd.", "Policy 88-2"), ("Night Line Transport", "Monthly pass"),
        ("Power and Light", "Instalment"), ("Book Corner", "Card payment 4411"),
    ]  # fmt: skip
    balance = 412_077
    rows = []
    for place in range(30):
        payee, purpose = payees[place % len(payees)]
        amount = 310_000 if purpose == "Salary" else -dice.randrange(450, 98_000)
        balance += amount
        day = f"2024-0{1 + place // 10}-{1 + place % 10 * 3:02}"
        rows.append([day, f"{day[:-2]}{2 + place % 10 * 3:02}", payee, purpose, plain(amount), plain(balance)])
    return Table("bank", ["booked", "value_date", "payee", "purpose", "amount", "balance"], rows)


def products() -> Table:
    """Names of products in the scripts of the world."""
    rows = [
        ["K-01", "Tea pot", "Teekanne", "Τσαγιέρα", "Чайник", "急須", "24.90", "🫖"],
        ["K-02", "Coffee mill", "Kaffeemühle", "Μύλος καφέ", "Кофемолка", "コーヒーミル", "79.00", "☕"],
        ["K-03", "Bread knife", "Brotmesser", "Μαχαίρι ψωμιού", "Хлебный нож", "パン切り包丁", "18.50", ""],
        ["K-04", "Cutting board", "Schneidebrett", "Ξύλο κοπής", "Разделочная доска", "まな板", "32.00", ""],
        ["K-05", "Soup bowl", "Suppenschüssel", "Μπολ σούπας", "Миска", "どんぶり", "9.95", "🍜"],
        ["K-06", "Rice cooker", "Reiskocher", "Βραστήρας ρυζιού", "Рисоварка", "炊飯器", "119.00", "🍚"],
        ["K-07", "Frying pan", "Bratpfanne", "Τηγάνι", "Сковорода", "フライパン", "45.00", "🍳"],
        ["K-08", "Spice rack", "Gewürzregal", "Ραφάκι μπαχαρικών", "Полка для специй", "調味料ラック", "27.40", ""],
        ["K-09", "Grater", "Reibe", "Τρίφτης", "Тёрка", "おろし金", "12.30", ""],
        ["K-10", "Oven glove", "Topfhandschuh", "Γάντι φούρνου", "Прихватка", "鍋つかみ", "7.80", "🧤"],
    ]
    header = ["sku", "name_en", "name_de", "name_el", "name_ru", "name_ja", "price", "icon"]
    return Table("products", header, rows)


def cities() -> Table:
    """Five rows with years, and names with a space in them."""
    rows = [
        ["New York", "US", "8335897", "778.2", "1624"],
        ["Berlin", "DE", "3755251", "891.7", "1237"],
        ["Rio de Janeiro", "BR", "6211423", "1200.3", "1565"],
        ["Nairobi", "KE", "4397073", "696.1", "1899"],
        ["Sydney", "AU", "5297089", "12367.7", "1788"],
    ]
    return Table("cities", ["city", "country", "population", "area_km2", "founded"], rows)


def readings() -> Table:
    """Two hundred rows of nothing but numbers."""
    dice = random.Random("readings")
    rows = [
        [str(1 + place), f"{dice.uniform(-1, 1):.4f}", f"{dice.uniform(0, 100):.2f}", str(dice.randrange(1_000))]
        for place in range(200)
    ]
    return Table("readings", ["n", "x", "y", "count"], rows)


def staff() -> Table:
    """Fourteen columns, one for each month of hours."""
    dice = random.Random("staff")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    names = ["Ahmed", "Brigitte", "Carlos", "Daria", "Emeka", "Fatima", "Georg", "Hana"]
    rows = [
        [name, ["Sales", "Support", "Works"][place % 3], *(str(120 + dice.randrange(60)) for _ in months)]
        for place, name in enumerate(names)
    ]
    return Table("staff", ["employee", "department", *months], rows)


def server() -> Table:
    """A single row."""
    return Table("server", ["host", "port", "timeout_s", "checked"], [["db1.example.org", "5432", "30", "2025-01-31"]])


ALL = {
    table.name: table
    for table in [
        orders(), sensors(), people(), flights(), parts(), survey(), bank(), products(), cities(), readings(), staff(),
        server(),
    ]
}  # fmt: skip
