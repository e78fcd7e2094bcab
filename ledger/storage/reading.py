"""The SELECTs, as functions of a connection: one text each for readers and for the writing transaction."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from ledger.log.ports import StoredHead
from ledger.records.view import end_of, first_key
from ledger.storage.driver import Lookup
from ledger.storage.schema import entries, facts, heads, tiles

IN_CHUNK: Final = 500
"""Values in one IN list; SQLite builds of old allow 999 parameters."""

SCAN_PAGE: Final = 1_000
"""Facts fetched at a time, so that a slow consumer of a scan holds no cursor open."""

_LAST_HEAD: Final = select(heads.c.size, heads.c.root, heads.c.note).order_by(heads.c.size.desc()).limit(1)
_HEADS: Final = (
    select(heads.c.size, heads.c.root, heads.c.note)
    .where(heads.c.size >= bindparam("start"))
    .order_by(heads.c.size)
    .limit(bindparam("count"))
)
_ENTRIES: Final = (
    select(entries.c.raw)
    .where(entries.c.entry_index >= bindparam("start"), entries.c.entry_index < bindparam("end"))
    .order_by(entries.c.entry_index)
)
_LEAVES: Final = _ENTRIES.with_only_columns(entries.c.leaf)
_TILES: Final = (
    select(tiles.c.hashes)
    .where(tiles.c.level == bindparam("level"), tiles.c.n >= bindparam("start"), tiles.c.n < bindparam("end"))
    .order_by(tiles.c.n)
)
_INDICES: Final = select(entries.c.leaf, entries.c.entry_index).where(
    entries.c.leaf.in_(bindparam("leaves", expanding=True))
)
_INDEX: Final = select(entries.c.entry_index).where(entries.c.leaf == bindparam("leaf"))
_FACT: Final = select(facts.c.value).where(facts.c.space == bindparam("space"), facts.c.key == bindparam("key"))
_FACTS_FROM: Final = (
    select(facts.c.key, facts.c.value)
    .where(facts.c.space == bindparam("space"), facts.c.key >= bindparam("start"))
    .order_by(facts.c.key)
    .limit(SCAN_PAGE)
)
_FACTS_BETWEEN: Final = _FACTS_FROM.where(facts.c.key < bindparam("end"))

FACT: Final = Lookup(_FACT)
"""A fact's value by ``space`` and ``key``."""

INDEX: Final = Lookup(_INDEX)
"""An entry's index by its ``leaf`` hash."""


def last_head(connection: Connection) -> StoredHead | None:
    """The head of the greatest size, or None."""
    row = connection.execute(_LAST_HEAD).one_or_none()
    return None if row is None else StoredHead(row.size, bytes(row.root), bytes(row.note))


def heads_from(connection: Connection, start: int, count: int) -> list[StoredHead]:
    """Up to ``count`` heads of size ``start`` and above, smallest first."""
    rows = connection.execute(_HEADS, {"start": start, "count": count})
    return [StoredHead(row.size, bytes(row.root), bytes(row.note)) for row in rows]


def raw_entries(connection: Connection, start: int, end: int) -> list[bytes]:
    """The entries' bytes with indices in [start, end), in order."""
    return [bytes(raw) for raw in connection.execute(_ENTRIES, {"start": start, "end": end}).scalars()]


def leaf_hashes(connection: Connection, start: int, end: int) -> list[bytes]:
    """The entries' leaf hashes with indices in [start, end), in order."""
    return [bytes(leaf) for leaf in connection.execute(_LEAVES, {"start": start, "end": end}).scalars()]


def full_tiles(connection: Connection, level: int, start: int, end: int) -> list[bytes]:
    """The full tiles of ``level`` with n in [start, end), in order."""
    rows = connection.execute(_TILES, {"level": level, "start": start, "end": end}).scalars()
    return [bytes(hashes) for hashes in rows]


def indices_of(connection: Connection, leaves: Sequence[bytes]) -> dict[bytes, int]:
    """The indices of those of ``leaves`` that are in."""
    found = dict[bytes, int]()
    for start in range(0, len(leaves), IN_CHUNK):
        rows = connection.execute(_INDICES, {"leaves": leaves[start : start + IN_CHUNK]})
        found.update((bytes(row.leaf), row.entry_index) for row in rows)
    return found


def count_entries(connection: Connection) -> int:
    """How many entries there are, by counting."""
    return connection.execute(select(func.count()).select_from(entries)).scalar_one()


def count_tiles(connection: Connection) -> int:
    """How many full tiles there are, by counting."""
    return connection.execute(select(func.count()).select_from(tiles)).scalar_one()


def scan_facts(connection: Connection, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
    """The facts whose keys start with ``prefix`` and come after ``after``, in the order of their keys' bytes."""
    start, end = first_key(prefix, after), end_of(prefix)
    while True:
        if end is None:
            page = connection.execute(_FACTS_FROM, {"space": space, "start": start}).all()
        else:
            page = connection.execute(_FACTS_BETWEEN, {"space": space, "start": start, "end": end}).all()
        for row in page:
            yield bytes(row.key), bytes(row.value)
        if len(page) < SCAN_PAGE:
            return
        start = bytes(page[-1].key) + b"\0"  # the least key above the last one seen
