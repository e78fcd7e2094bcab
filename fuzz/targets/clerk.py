"""What a clerk opens without a secret of her own: tables, mappings, round files, and a server's configuration."""

from fuzz.target import PARSED, Broken, Prepared, Target
from fuzz.targets.scratch import scratch
from ledger.clerk.mapping import Mapping, parse_mapping
from ledger.clerk.orders import read_members, read_orders
from ledger.clerk.round_file import parse_round_file, read_catalogue
from ledger.clerk.table import Declared, parse_table
from ledger.cli.server_folder import CONFIG, read_config
from ledger.records.entry import build_statement

WIDE = """version = 1
form = "wide"

[table]
encoding = "utf-8"
delimiter = ","
decimal = "."
grouping = ","
skip = 1

[member]
column = "household"
key = "public key"

[amount]
unit = "GBP"
symbol = "£"
scale = 2

[rows]
duplicates = "sum"
empty = "zero"
negative = "net"

[category]
food = "food"
drinks = ["alcohol", "tea"]
eggs = {from = "eggs", unit = "piece", scale = 0}

[allowance]
column = "income"
scale = 2
"""

LONG = """version = 1
form = "long"

[member]
column = "household"

[amount]
unit = "kWh"
scale = 3
column = "Verbruik kWh"
category_column = "Dag"
unit_column = "unit"

[rows]
others = "ignore"

[category]
food = "maandag"
drinks = ["dinsdag", "woensdag"]
eggs = "donderdag"
"""

ROUND = """version = 1
period = "2026-W48"
round_no = 1
opens = 2026-11-23T08:00:00+01:00
closes = "2026-11-29T20:00:00+01:00"
minimum = 10
early_close = false

[allowance]
rule = "hidden"
slack_width = 32

[[category]]
code = "food"
name = "Food"
unit = "GBP"
scale = 2
price = 1
width = 16

[[category]]
code = "drinks"
name = "Drinks"
unit = "GBP"
scale = 2
price = 1
width = 16

[[category]]
code = "eggs"
name = "Eggs, each"
unit = "piece"
scale = 0
price = 30
width = 8
"""

WIDE_TABLE = """A report's title
household,food,alcohol,tea,eggs,income,public key,remarks
h1,"1,021.36",0.53,7.29,3,130.00,,fine
h2,33.65,-7.43,14.92,0,150,1wSFMWCm4Uf3rz+Ig1D7a8DM+vR8nBEJH6PlVErNFpw=,"two
lines"
h1,£1.00,,£0.10,2,130.00,,again
"""

LONG_TABLE = """household\tDag\tVerbruik kWh\tunit
h1\tmaandag\t1,234\tkWh
h1\tdinsdag\t0,5\tkWh
h2\tzondag\t99999\tkWh
h2\tmaandag\t12\tkWh
"""


def _mapping() -> Prepared:
    def read(raw: bytes) -> None:
        mapping = parse_mapping(raw, name="the mapping")
        if not mapping.columns:
            raise Broken("a mapping without a column")

    words = (
        b"version",
        b'"wide"',
        b'"long"',
        b"[table]",
        b"[category]",
        b"{from = ",
        b"= 1979-05-27T07:32:00Z",
        b"inf",
    )
    return Prepared(
        (WIDE.encode(), LONG.encode()), read, words=(*words, b"'''", b'"""', b"= [[[", b"a.a.a.", b"\\U0011FFFF")
    )


def _round() -> Prepared:
    def read(raw: bytes) -> None:
        body = parse_round_file(raw, name="the round", council=bytes(32), rosters=(b"r" * 32,))
        build_statement("round", "fuzz.example.org", body)  # accepted here, so accepted by the ledger
        read_catalogue(raw, name="the round")

    plain = ROUND.replace('[allowance]\nrule = "hidden"\nslack_width = 32\n', "").replace(
        "= 2026-11-23T08:00:00+01:00", "= 0"
    )
    words = (
        b"0001-01-01T00:00:00+23:59",
        b"9999-12-31T23:59:59-23:59",
        b"1979-05-27",
        b"07:32:00",
        b"= 1e300",
        b"= 0x7f",
    )
    return Prepared((ROUND.encode(), plain.encode()), read, words=(*words, b"nan", b"[[category]]\n"))


def _table() -> Prepared:
    """The first byte chooses what is declared and how the table is to be read; the rest is the file."""
    wide, long = (parse_mapping(text.encode(), name="m") for text in (WIDE, LONG))
    catalogue, _ = read_catalogue(ROUND.encode(), name="r")
    kwh, _ = read_catalogue(
        ROUND.replace('"GBP"', '"kWh"')
        .replace("scale = 2", "scale = 3")
        .replace('"piece"', '"kWh"')
        .replace("scale = 0", "scale = 3")
        .encode(),
        name="r",
    )
    ways: tuple[tuple[Declared, Mapping], ...] = (
        (wide.declared, wide),
        (Declared(skip=1), wide),
        (Declared("cp1252", ",", 1), wide),
        (Declared("utf-16", None, 1), wide),
        (long.declared, long),
        (Declared("cp1252"), long),
    )

    def read(raw: bytes) -> None:
        declared, mapping = ways[raw[0] % len(ways) if raw else 0]
        table = parse_table(raw[1:], declared, columns=mapping.columns, name="the table")
        if not set(mapping.columns) <= set(table.header):
            raise Broken("a table without its columns")
        preview = read_orders(
            table,
            mapping,
            catalogue if mapping is wide else kwh,
            slack_width=32 if mapping is wide else None,
            members=None,
        )
        for order in preview._orders:  # noqa: SLF001 - also where other rows were refused
            if any(not 0 <= quantity < 2**16 for quantity in order.quantities):
                raise Broken("an order holds a quantity out of range")
        if mapping is wide:
            read_members(table, mapping)

    texts = (WIDE_TABLE, WIDE_TABLE, WIDE_TABLE, WIDE_TABLE, LONG_TABLE, LONG_TABLE)
    codecs = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-8", "cp1252")
    seeds = tuple(bytes([i]) + text.encode(codec) for i, (text, codec) in enumerate(zip(texts, codecs, strict=True)))
    words = (
        b'""',
        b'","',
        b"\r\n",
        b"1.234,56",
        b"1'000",
        b"1e3",
        b"(5)",
        b"-",
        b"\xe2\x88\x92" + b"1",
        b"=A1",
        b"\xa3",
    )
    return Prepared(seeds, read, refusals=PARSED, words=words)


def _config() -> Prepared:
    folder = scratch("config")

    def read(raw: bytes) -> None:
        (folder / CONFIG).write_bytes(raw)
        read_config(folder)

    text = 'origin = "fuzz.example.org/ledger"\ndatabase = "postgresql://u:p@h/d"\ntrust_proxy = ["127.0.0.1", "::1"]\n'
    return Prepared((text.encode(), b'origin = "x"\n'), read)


TARGETS: tuple[Target, ...] = (
    Target("table of orders", 30_000, _table),
    Target("mapping", 30_000, _mapping),
    Target("round file", 30_000, _round),
    Target("configuration", 10_000, _config),
)
