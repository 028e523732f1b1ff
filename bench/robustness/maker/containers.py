"""Encodings, JSON, and files that are packed."""

import base64
import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile

from .languages import contacts, goods, notes
from .tables import ALL, Table
from .write import Corpus, text

CITIES, FLIGHTS, PARTS, BANK = ALL["cities"], ALL["flights"], ALL["parts"], ALL["bank"]
ORDERS, SENSORS, PEOPLE, SURVEY = ALL["orders"], ALL["sensors"], ALL["people"], ALL["survey"]
READINGS, STAFF, PRODUCTS = ALL["readings"], ALL["staff"], ALL["products"]


def add(corpus: Corpus) -> None:
    """All of them."""
    unicode_encodings(corpus)
    eight_bits(corpus)
    east_asia(corpus)
    broken_text(corpus)
    json_lines(corpus)
    json_arrays(corpus)
    compressed(corpus)
    zips(corpus)


def unicode_encodings(corpus: Corpus) -> None:
    """UTF-8 and UTF-16, with a mark at their beginning and without."""
    for name, codec, mark in [
        ("utf-8-mark", "utf-8", b"\xef\xbb\xbf"), ("utf-16le", "utf-16-le", b"\xff\xfe"), ("utf-16be", "utf-16-be", b"\xfe\xff"),
        ("utf-16le-no-mark", "utf-16-le", b""), ("utf-16be-no-mark", "utf-16-be", b""),
    ]:  # fmt: skip
        for table, delimiter, end in [
            (ORDERS, ";", "\r\n"), (PEOPLE, ",", "\n"), (PRODUCTS, "\t", "\r\n"), (FLIGHTS, ",", "\n"), (SURVEY, ",", "\r\n"),
            (contacts("russian"), ";", "\n"), (contacts("japanese"), ",", "\r\n"),
        ]:  # fmt: skip
            if "no-mark" in name and table.name == "japanese-contacts":
                continue
            corpus.add(f"encoding-{name}--{table.name}.csv", mark + text(table, delimiter, end).encode(codec), table)


def encodable(table: Table, codec: str) -> Table:
    """The rows that an encoding can hold."""

    def fits(cells: list[str]) -> bool:
        try:
            return all(c.encode(codec).decode(codec) == c for c in cells)
        except UnicodeError:
            return False

    assert fits(table.header), (table.name, codec)
    kept = [row for row in table.rows if fits(row)]
    assert len(kept) > len(table.rows) // 2, (table.name, codec)
    return table.with_rows(kept)


def eight_bits(corpus: Corpus) -> None:
    """Encodings of one byte for each letter, in languages that were written with them."""
    latin = ["german", "french", "spanish", "swedish"]
    for name, codec, languages in [
        ("windows-1250", "cp1250", ["polish", "czech", "hungarian"]),
        ("windows-1251", "cp1251", ["russian", "ukrainian", "bulgarian"]),
        ("windows-1252", "cp1252", latin),
        ("latin-1", "latin-1", latin),
        ("mac-roman", "mac_roman", ["german", "french", "spanish"]),
    ]:
        for place, language in enumerate(languages):
            for table, delimiter, end in [
                (contacts(language), ",;\t"[place % 3], "\r\n"), (goods(language), ";,"[place % 2], "\n"),
                (notes(language), ",", "\r" if name == "mac-roman" else "\r\n"),
            ]:  # fmt: skip
                if name == "latin-1" and table.name.endswith("notes"):
                    continue
                table = encodable(table, codec)
                corpus.add(f"encoding-{name}--{table.name}.csv", text(table, delimiter, end).encode(codec), table)
    corpus.add("encoding-windows-1252--orders.csv", text(ORDERS, ";", "\r\n").encode("cp1252"), ORDERS)


def east_asia(corpus: Corpus) -> None:
    """Encodings of one or two bytes for each letter, some of which hold what looks like a delimiter."""
    for name, codec, language in [
        ("shift-jis", "cp932", "japanese"), ("euc-kr", "euc_kr", "korean"), ("gb18030", "gb18030", "chinese-simplified"),
        ("big5", "big5", "chinese-traditional"),
    ]:  # fmt: skip
        for table, delimiter, end in [
            (contacts(language), ",", "\r\n"), (contacts(language), "|", "\n"), (goods(language), "\t", "\r\n"),
            (goods(language), ";", "\n"), (notes(language), ",", "\r\n"), (notes(language), ";", "\n"),
        ]:  # fmt: skip
            table = encodable(table, codec)
            suffix = f"-{ord(delimiter):02x}"
            corpus.add(f"encoding-{name}--{table.name}{suffix}.csv", text(table, delimiter, end).encode(codec), table)


def broken_text(corpus: Corpus) -> None:
    """A few bytes that are no UTF-8 among many that are, and UTF-8 that was encoded twice."""
    for table, delimiter, row, column, wrong in [
        (PEOPLE, ",", 0, 1, b"\xe9"), (PEOPLE, ";", 13, 6, b"\xff"), (PRODUCTS, "\t", 4, 1, b"\xfc"), (ORDERS, ";", 9, 1, b"\x80"),
        (contacts("russian"), ",", 5, 4, b"\xe4"), (contacts("japanese"), ",", 0, 3, b"\xc0"),
    ]:  # fmt: skip
        whole = table.rows[row][column]
        marked = table.with_cell(row, column, whole[:3] + "\ue000" + whole[3:])
        content = text(marked, delimiter).encode().replace("\ue000".encode(), wrong)
        shown = table.with_cell(row, column, whole[:3] + "\ufffd" + whole[3:])
        name = f"encoding-invalid-bytes--{table.name}-{row}.csv"
        corpus.add(name, content, shown, expect={"warnings": ["invalid_text"]})
    for table, delimiter in [(PEOPLE, ","), (ORDERS, ";"), (contacts("german"), ","), (goods("french"), ";"),
                             (contacts("swedish"), "\t")]:  # fmt: skip
        def twice(text_: str) -> str:
            return "".join(bytes([b]).decode("cp1252", errors="replace") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
                           else chr(b) for b in text_.encode())  # fmt: skip

        doubled = Table(table.name, [twice(c) for c in table.header], [[twice(c) for c in row] for row in table.rows])
        corpus.add(f"encoding-twice--{table.name}.csv", text(doubled, delimiter), doubled)


def typed(table: Table, numbers: list[str] = ()) -> list[dict]:
    """Rows as objects; `numbers` names the columns whose cells are written without quotes, as they stand."""
    return [
        {name: Verbatim(c) if name in numbers and c else (c or None) for name, c in zip(table.header, row)}
        for row in table.rows
    ]


class Verbatim(str):
    """A number that is written as it stands."""


def as_json(value: object, compact: bool = True) -> str:
    """JSON without spaces, or with one after commas and colons."""
    comma, colon = (",", ":") if compact else (", ", ": ")
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, dict):
        return "{" + comma.join(f"{json.dumps(k, ensure_ascii=False)}{colon}{as_json(v, compact)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + comma.join(as_json(v, compact) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


EVENTS = Table(
    "events",
    ["id", "user", "ok", "tags", "place"],
    [["1", "Zoë", "true", '["a","b"]', '{"lat":48.1,"lon":11.5}'], ["2", "Bob", "false", "[]", ""],
     ["3", "山田", "true", '["c"]', '{"lat":-3.25,"lon":0}'], ["4", "D'Arcy \"D\"", "", "", '{"lat":1,"lon":2,"names":["x"]}']],
)  # fmt: skip

EVENT_OBJECTS = [
    {"id": 1, "user": "Zoë", "ok": True, "tags": ["a", "b"], "place": {"lat": 48.1, "lon": 11.5}},
    {"id": 2, "user": "Bob", "ok": False, "tags": [], "place": None},
    {"id": 3, "user": "山田", "ok": True, "tags": ["c"], "place": {"lat": -3.25, "lon": 0}},
    {"id": 4, "user": "D'Arcy \"D\"", "ok": None, "place": {"lat": 1, "lon": 2, "names": ["x"]}},
]


def json_tables() -> list[tuple[str, Table, list[dict]]]:
    """Tables and the objects that hold them."""
    growing = Table("growing", ["a", "b", "c"], [["1", "", ""], ["2", "x", ""], ["3", "", "true"], ["4", "y", "false"]])
    growing_objects = [{"a": 1}, {"a": 2, "b": "x"}, {"a": 3, "c": True}, {"c": False, "b": "y", "a": 4}]
    exact = Table("exact", ["key", "amount", "text"], [["12345678901234567890", "12.50", "a\nb"], ["7", "0.10", "é, \"q\" \t"]])
    exact_objects = [{"key": Verbatim("12345678901234567890"), "amount": Verbatim("12.50"), "text": "a\nb"},
                     {"key": 7, "amount": Verbatim("0.10"), "text": "é, \"q\" \t"}]  # fmt: skip
    return [
        ("parts", PARTS, typed(PARTS, ["quantity", "reorder_at", "unit_price"])),
        ("flights", FLIGHTS, typed(FLIGHTS, ["dep_delay", "arr_delay", "distance"])),
        ("people", PEOPLE, typed(PEOPLE, ["id"])),
        ("survey", SURVEY, typed(SURVEY, ["age", "score"])),
        ("events", EVENTS, EVENT_OBJECTS),
        ("growing", growing, growing_objects),
        ("exact", exact, exact_objects),
    ]


def json_lines(corpus: Corpus) -> None:
    """An object on each line."""
    for place, (name, table, objects) in enumerate(json_tables()):
        end = "\r\n" if name == "flights" else "\n"
        final = end if name != "people" else ""
        content = end.join(as_json(o) for o in objects) + final
        corpus.add(f"json-lines--{name}.{['jsonl', 'ndjson', 'json'][place % 3]}", content, table)
    escaped = "\n".join(json.dumps(o, ensure_ascii=True, separators=(",", ":")) for o in typed(PEOPLE)) + "\n"
    corpus.add("json-lines--people-escaped.jsonl", escaped, PEOPLE)
    blank = "\n\n".join(as_json(o) for o in typed(CITIES, ["population"])) + "\n\n\n"
    corpus.add("json-lines--cities-blank-lines.jsonl", blank, CITIES)


def json_arrays(corpus: Corpus) -> None:
    """One array of objects."""
    for name, table, objects in json_tables():
        corpus.add(f"json-array--{name}.json", as_json(objects), table)
    pretty = json.dumps([dict(o) for o in typed(CITIES)], ensure_ascii=False, indent=2) + "\n"
    corpus.add("json-array--cities-indented.json", pretty, CITIES)
    one_each = "[\n" + ",\n".join(as_json(o) for o in typed(PARTS)) + "\n]\n"
    corpus.add("json-array--parts-one-each-line.json", one_each, PARTS)
    spaced = "\ufeff  " + as_json(typed(SENSORS, ["temperature"]), compact=False)
    corpus.add("json-array--sensors-mark.json", spaced, SENSORS)


#: A Zstandard frame of the cities, compressed by zstd 1.5 with a checksum; Python's library has no compressor.
CITIES_ZST = (
    "KLUv/QRo9QQAgowmGWDXA6Mb23g2zyB32TdNQUrYkg0lLoOJNAeP0vf+4GeE3pUKX6HshujO4qljXq3U24NZZ8cXvsahj6RvlLML"
    "KU9O6R0DQYDeEQ7ucPZSdM6uxRAC2AnId3kfofcHXmm7hFJ+7MNofK3MFm+A0xsG9L+/UhkjbabpKssOwFnlTXbCW6YaXtUD2Qxq"
    "nK8GWRuWse4yDW9Z6k67UgB/gfDk"
)


def zstd_stored(content: bytes, piece: int = 1_000) -> bytes:
    """A Zstandard frame of raw blocks (RFC 8878): valid, though not smaller."""
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)] or [b""]
    # Single segment with a content size of four bytes, no checksum.
    frame = struct.pack("<IBI", 0xFD2FB528, 0b1010_0000, len(content))
    for place, block in enumerate(pieces):
        last = place == len(pieces) - 1
        frame += (len(block) << 3 | int(last)).to_bytes(3, "little") + block
    return frame


def gzipped(content: bytes) -> bytes:
    """Gzip without a time."""
    return gzip.compress(content, mtime=0)


def compressed(corpus: Corpus) -> None:
    """One file, packed."""
    tables = [(ORDERS, ";", "\r\n"), (PEOPLE, ",", "\n"), (FLIGHTS, "\t", "\n"), (READINGS, ",", "\n"), (PRODUCTS, ",", "\n")]
    for ending, pack in [("gz", gzipped), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstd_stored)]:
        for table, delimiter, end in tables:
            inner = "tsv" if delimiter == "\t" else "csv"
            corpus.add(f"packed-{ending}--{table.name}.{inner}.{ending}", pack(text(table, delimiter, end).encode()), table)
    content = text(BANK, ",").encode()
    # Packed in two goes, one after the other, as `gzip >>` and parallel packers do.
    half = len(content) // 2
    for ending, pack in [("gz", gzipped), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstd_stored)]:
        twice = pack(content[:half]) + pack(content[half:])
        corpus.add(f"packed-{ending}--bank-in-two.csv.{ending}", twice, BANK)
    corpus.add("packed-gz--orders-windows-1252.csv.gz", gzipped(text(ORDERS, ";", "\r\n").encode("cp1252")), ORDERS)
    corpus.add("packed-zst--cities.csv.zst", base64.b64decode(CITIES_ZST), CITIES)
    objects = "\n".join(as_json(o) for o in EVENT_OBJECTS) + "\n"
    corpus.add("packed-gz--events.jsonl.gz", gzipped(objects.encode()), EVENTS)


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with the same time for everything."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 31, 12, 0, 0)), content, method)
    return buffer.getvalue()


def zips(corpus: Corpus) -> None:
    """One file or several in an archive."""
    for table, delimiter, method in [(ORDERS, ";", zipfile.ZIP_DEFLATED), (PEOPLE, ",", zipfile.ZIP_DEFLATED),
                                     (PARTS, "\t", zipfile.ZIP_STORED), (SURVEY, ",", zipfile.ZIP_DEFLATED)]:  # fmt: skip
        packed = zipped([(f"{table.name}.csv", text(table, delimiter).encode())], method)
        corpus.add(f"packed-zip--{table.name}.zip", packed, table)
    in_folder = zipped([("export/", b""), ("export/2025/cities.csv", text(CITIES, ",").encode())])
    corpus.add("packed-zip--cities-in-folder.zip", in_folder, CITIES)
    # What macOS puts beside every file is nothing that a person packed.
    mac = zipped([("bank.csv", text(BANK, ";").encode()), ("__MACOSX/._bank.csv", b"\0\x05\x16\x07" + b"\0" * 60),
                  (".DS_Store", b"\0\0\0\x01Bud1" + b"\0" * 40)])  # fmt: skip
    corpus.add("packed-zip--bank-from-a-mac.zip", mac, BANK)
    # Several tables in an archive are several tables, in the order of the archive.
    for name, members in [
        ("cities-parts", [(CITIES, ","), (PARTS, ";")]), ("flights-staff", [(FLIGHTS, ","), (STAFF, "\t")]),
        ("three", [(BANK, ";"), (CITIES, ","), (SENSORS, ",")]), ("orders-people", [(ORDERS, ";"), (PEOPLE, ",")]),
        ("products-survey", [(PRODUCTS, ","), (SURVEY, ",")]),
    ]:  # fmt: skip
        packed = zipped([(f"{table.name}.csv", text(table, delimiter).encode()) for table, delimiter in members])
        corpus.add(f"packed-zip-several--{name}.zip", packed, *(table for table, _ in members))
