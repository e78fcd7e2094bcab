"""One writing transaction: the compare-and-swap of the head, and rows in bulk.

SQLite takes rows one statement many times inside one C loop; PostgreSQL takes them as arrays in one statement
(``INSERT … SELECT unnest``), which is near the speed of COPY and needs no second protocol.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    LargeBinary,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from ledger.errors import ConflictError
from ledger.log.ports import FactRow, StoredEntry, StoredHead, Transaction
from ledger.records.view import REBUILT, RowView
from ledger.storage.driver import Rows
from ledger.storage.reading import FACT, indices_of, scan_facts
from ledger.storage.schema import entries, facts, heads, tiles

NO_HEAD: Final = -1
"""What stands in ``heads.previous`` of the first head."""

_LAST_SIZE: Final = select(func.coalesce(func.max(heads.c.size), NO_HEAD))

# The condition stands in the statement, and a uniqueness constraint behind it: of two writers that both see `previous`
# as the last, the second waits for the first and then finds it taken.
_PREVIOUS: Final = bindparam("previous", type_=BigInteger)
_PUT_HEAD: Final = insert(heads).from_select(
    ["size", "previous", "root", "note"],
    select(
        bindparam("size", type_=BigInteger),
        _PREVIOUS,
        bindparam("root", type_=LargeBinary),
        bindparam("note", type_=LargeBinary),
    ).where(_LAST_SIZE.scalar_subquery() == _PREVIOUS),
)

_UNNEST_ENTRIES: Final = text(
    "INSERT INTO entries (entry_index, leaf, raw) SELECT * FROM unnest(:indices, :leaves, :raws)"
).bindparams(
    bindparam("indices", type_=ARRAY(BigInteger)),
    bindparam("leaves", type_=ARRAY(LargeBinary)),
    bindparam("raws", type_=ARRAY(LargeBinary)),
)

_UNNEST_FACTS: Final = text(
    "INSERT INTO facts (space, key, value) SELECT * FROM unnest(:spaces, :keys, :values)"
    " ON CONFLICT (space, key) DO UPDATE SET value = excluded.value"
).bindparams(
    bindparam("spaces", type_=ARRAY(Text)),
    bindparam("keys", type_=ARRAY(LargeBinary)),
    bindparam("values", type_=ARRAY(LargeBinary)),
)

_INSERT_ENTRY: Final = Rows(insert(entries))

_UPSERT_FACT: Final = sqlite_insert(facts)
_PUT_FACT: Final = Rows(
    _UPSERT_FACT.on_conflict_do_update(index_elements=["space", "key"], set_={"value": _UPSERT_FACT.excluded.value})
)
_DELETE_FACT: Final = delete(facts).where(facts.c.space == bindparam("old_space"), facts.c.key == bindparam("old_key"))


class SqlTransaction(Transaction):
    """The writing side of :class:`ledger.storage.store.SqlStore`; made by its ``begin``."""

    def __init__(self, connection: Connection, last_size: Callable[[], int]) -> None:
        """Write on ``connection``, which has begun; ``last_size`` reads the standing size on another connection."""
        self._connection = connection
        self._driver = connection.connection
        self._last_size = last_size
        self._is_sqlite = connection.dialect.name == "sqlite"

    @override
    def indices_of(self, leaves: Sequence[bytes]) -> dict[bytes, int]:
        return indices_of(self._connection, leaves)

    @override
    def get_fact(self, space: str, key: bytes) -> bytes | None:
        value: bytes | None = FACT(self._connection.dialect, self._driver, space=space, key=key)
        return value

    @override
    def scan_facts(self, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return scan_facts(self._connection, space, prefix, after)

    @override
    def require_head(self, size: int) -> None:
        last = self._connection.execute(_LAST_SIZE).scalar_one()
        if last != size:
            raise self._conflict(size)

    @override
    def compare_and_swap_head(self, old_size: int | None, head: StoredHead) -> None:
        previous = NO_HEAD if old_size is None else old_size
        try:
            # Asked for by name: of an INSERT, SQLAlchemy otherwise keeps no count.
            inserted = self._connection.execute(
                _PUT_HEAD,
                {"size": head.size, "previous": previous, "root": head.root, "note": head.note},
                execution_options={"preserve_rowcount": True},
            ).rowcount
        except IntegrityError as exc:
            raise self._conflict(previous) from exc
        if inserted != 1:
            raise self._conflict(previous)

    def _conflict(self, expected: int) -> ConflictError:
        current = self._last_size()
        return ConflictError(
            f"the last head in the database is of size {current}, not {expected}: another process writes to this log",
            current_size=current,
            rule="second-writer",
        )

    @override
    def append(self, first_index: int, entries: Sequence[StoredEntry]) -> None:
        if not entries:
            return
        if self._is_sqlite:
            _INSERT_ENTRY(self._connection, _entry_rows(first_index, entries))
            return
        self._connection.execute(
            _UNNEST_ENTRIES,
            {
                "indices": list(range(first_index, first_index + len(entries))),
                "leaves": [entry.leaf for entry in entries],
                "raws": [entry.raw for entry in entries],
            },
        )

    @override
    def put_tile(self, level: int, n: int, data: bytes) -> None:
        self._connection.execute(insert(tiles), {"level": level, "n": n, "hashes": data})

    @override
    def put_facts(self, rows: Sequence[FactRow]) -> None:
        last = {(space, key): value for space, key, value in rows}
        kept = [(space, key, value) for (space, key), value in last.items() if value is not None]
        gone = [{"old_space": space, "old_key": key} for (space, key), value in last.items() if value is None]
        if gone:
            self._connection.execute(_DELETE_FACT, gone)
        if not kept:
            return
        if self._is_sqlite:
            _PUT_FACT(self._connection, ({"space": space, "key": key, "value": value} for space, key, value in kept))
            return
        spaces, keys, values = zip(*kept, strict=True)
        self._connection.execute(_UNNEST_FACTS, {"spaces": list(spaces), "keys": list(keys), "values": list(values)})

    def clear_facts(self) -> None:
        """Delete all facts, to be computed anew from the entries in this transaction; a server at work will notice."""
        self._connection.execute(delete(facts))
        self.put_facts([(REBUILT, b"", secrets.token_bytes(16))])

    def view(self) -> RowView:
        """The facts, with what this transaction has written."""
        return RowView(self)


def _entry_rows(first_index: int, batch: Sequence[StoredEntry]) -> Iterator[dict[str, object]]:
    for index, entry in enumerate(batch, first_index):
        yield {"entry_index": index, "leaf": entry.leaf, "raw": entry.raw}
