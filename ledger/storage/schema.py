"""The tables: three that are only ever inserted into, and one of facts, which can be computed anew from them.

The triggers that refuse UPDATE, DELETE and TRUNCATE stand in the migration that makes the tables
(``migrations/versions``), since a trigger is part of a database's history and of no query. Portable on purpose: no
sequence, no column that the database fills in, no lock but the rows themselves.
"""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.sql.type_api import TypeEngine

REVISION: Final = "0001"
"""The migration after which the tables are as described here."""

INSERT_ONLY: Final = ("entries", "tiles", "heads")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# In SQLite only a column called exactly INTEGER is the row's own key, which saves an index on the largest table.
_INDEX: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")

entries = Table(
    "entries",
    metadata,
    Column("entry_index", _INDEX, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    CheckConstraint("entry_index >= 0", name="index"),
)
"""Each entry's bytes as received, under its index; ``leaf`` is its RFC 6962 hash, so that nothing is in twice."""

tiles = Table(
    "tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    CheckConstraint("length(hashes) = 8192", name="full"),
)
"""Full tiles only (C2SP tlog-tiles: 256 hashes); partial ones are cut from the entries."""

heads = Table(
    "heads",
    metadata,
    Column("size", _INDEX, primary_key=True, autoincrement=False),
    Column("previous", BigInteger, nullable=False, unique=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    CheckConstraint("previous >= -1 AND previous < size", name="grows"),
)
"""Every signed head. ``previous`` is the size it follows (-1: none) and unique: a head has one successor, for ever."""

facts = Table(
    "facts",
    metadata,
    Column("space", Text, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What the entries mean to the rules. A cache: ``fsck`` replays the entries and compares."""
