"""The facts of an audit: a private SQLite file (or none: then a temporary one) behind a cache that is written back.

A new file whose facts all fit into the cache is not asked at all, and not written before :meth:`FactFile.commit`.
"""

import sqlite3
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import msgspec

from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.records.view import FACTS_VERSION, Fact, FactStruct, Space, WrongFacts, end_of, first_key

APPLICATION_ID: Final = 0x6F74_6661  # "otfa"
"""In the file's header (SQLite's application_id), so that no other file is taken for one of these."""

FACTS_DAMAGED: Final = "facts-damaged"
"""The rule of the refusal of a file that does not give back what was kept in it."""

CACHE_FACTS: Final = 200_000
"""Facts held in memory before they are written and forgotten."""

SCAN_PAGE: Final = 1_000

_FROM: Final = "SELECT key, value FROM facts WHERE space = ? AND key >= ? ORDER BY key LIMIT ?"
_BETWEEN: Final = "SELECT key, value FROM facts WHERE space = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?"

F = TypeVar("F", bound=FactStruct)

_Facts = defaultdict[str, dict[bytes, FactStruct | None]]
"""Facts by space and key; None where there is none any more."""


class FactFile:
    """A ``ledger.records.view.View`` that takes facts in, and keeps a few values of the audit's own beside them.

    Everything since the last :meth:`commit` is undone together by :meth:`rollback`, a crash or :meth:`close`.
    Belongs to the thread that made it. Where the disk fails, every method raises UnavailableError, and what was
    committed stands.
    """

    def __init__(self, path: Path | None, *, cache_facts: int = CACHE_FACTS) -> None:
        """Open or make the file; without a path, a temporary database that SQLite spills to disk where it must.

        Raises:
            MalformedError: the file is something else, or holds facts of another version (rule ``facts-version``):
                delete it, and begin anew.
            UnavailableError: it cannot be opened, or another process has it open.
        """
        self._cache: _Facts = defaultdict(dict)
        self._cached = 0
        self._is_whole = False  # whether every fact there is stands in the cache, and SQLite need not be asked
        self._order: dict[str, list[bytes]] = {}  # the keys of spaces that were scanned while it was, sorted
        self._dirty: _Facts = defaultdict(dict)
        self._cache_facts = cache_facts
        self._path = path
        try:
            if path is not None:
                _make_private(path)
            # A name of "" is a temporary database on disk: in SQLite's page cache until that overflows.
            self._sql = sqlite3.connect("" if path is None else path, isolation_level=None, timeout=1.0)
            self._sql.text_factory = lambda raw: raw.decode(errors="replace")  # a damaged text is not SQLite's failure
        except (OSError, sqlite3.Error) as exc:
            raise UnavailableError(f"the file of facts {path} cannot be opened: {exc}") from exc
        try:
            self._prepare(path)
        except BaseException as exc:
            self._sql.close()
            if isinstance(exc, sqlite3.OperationalError):
                raise UnavailableError(f"the file of facts {path} is in use or cannot be read: {exc}") from exc
            if isinstance(exc, sqlite3.DatabaseError | UnicodeDecodeError):  # the latter for SQLite's own complaint
                raise MalformedError(f"{path} is not a file of facts: delete it, and begin anew") from exc
            raise

    def _prepare(self, path: Path | None) -> None:
        self._sql.execute("PRAGMA locking_mode = EXCLUSIVE")
        if path is not None:
            # Whatever a power cut takes, the audit computes anew from its last commit that is left.
            self._sql.execute("PRAGMA journal_mode = WAL")
            self._sql.execute("PRAGMA synchronous = NORMAL")
        self._sql.execute("BEGIN IMMEDIATE")
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application == 0 and not self._sql.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._sql.execute(
                "CREATE TABLE facts (space TEXT, key BLOB, value BLOB NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID"
            )
            self._sql.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
            self._sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._sql.execute(f"PRAGMA user_version = {FACTS_VERSION}")
            self.commit()
            self._is_whole = True
        elif application != APPLICATION_ID:
            raise MalformedError(f"{path} is not a file of facts: delete it, and begin anew")
        elif version != FACTS_VERSION:
            raise MalformedError(
                f"{path} holds facts of version {version}, and {FACTS_VERSION} is needed: delete it, and begin anew",
                rule="facts-version",
            )

    def _pragma(self, name: str) -> int:
        return int(self._sql.execute(f"PRAGMA {name}").fetchone()[0])

    def get(self, space: Space[F], key: bytes) -> F | None:
        """The fact under ``key``, or None.

        Raises:
            MalformedError: the file is damaged: delete it, and begin anew.
        """
        cached = self._cache[space.name]
        if key in cached:
            return _typed(space, cached[key])
        if self._is_whole:
            return None
        row = self._fetch("SELECT value FROM facts WHERE space = ? AND key = ?", (space.name, key), 1)
        value = self._decoded(space, row[0][0]) if row else None
        self._remember(space.name, key, value)
        return value

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in the order of their keys' bytes."""
        start, end = first_key(prefix, after), end_of(prefix)
        return self._scan_cache(space, start, end) if self._is_whole else self._scan_file(space, start, end)

    def _scan_cache(self, space: Space[F], start: bytes, end: bytes | None) -> Iterator[tuple[bytes, F]]:
        cached = self._cache[space.name]
        if space.name not in self._order:
            self._order[space.name] = sorted(cached)
        order = self._order[space.name]
        keys = order[bisect_left(order, start) : None if end is None else bisect_left(order, end)]
        # Should the cache be forgotten under way, as new facts arrive, these keys and facts are still held on to here.
        return ((key, value) for key in keys if (value := _typed(space, cached[key])) is not None)

    def _scan_file(self, space: Space[F], start: bytes, end: bytes | None) -> Iterator[tuple[bytes, F]]:
        more = True
        query = _FROM if end is None else _BETWEEN
        while more:
            self._flush(space.name)
            values = (space.name, start, SCAN_PAGE) if end is None else (space.name, start, end, SCAN_PAGE)
            page = self._fetch(query, values, SCAN_PAGE)
            for key, raw in page:
                yield key, self._decoded(space, raw)
            more = len(page) == SCAN_PAGE
            start = page[-1][0] + b"\0" if page else start

    def apply(self, facts: Iterable[Fact]) -> None:
        """Take in what an entry adds."""
        for fact in facts:
            self._dirty[fact.space.name][fact.key] = fact.value
            self._remember(fact.space.name, fact.key, fact.value)

    def get_meta(self, name: str) -> bytes | None:
        """The value kept under ``name`` (a checkpoint, a frontier), or None."""
        row = self._fetch("SELECT value FROM meta WHERE name = ?", (name,), 1)
        if row and not isinstance(row[0][0], bytes):
            raise self._damaged()
        return row[0][0] if row else None

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep ``value`` under ``name``, with the facts and as durable as they are."""
        self._write(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [(name, value)]
        )

    def digest(self) -> bytes:
        """32 bytes that tell these facts from any others: SQLite itself does not notice when a disk loses a bit.

        It reads every fact, about a microsecond each.
        """
        self._flush_all()
        total = sha256()
        try:
            for row in self._sql.execute("SELECT space, key, value FROM facts ORDER BY space, key"):
                total.update(msgspec.msgpack.encode(row))
        except sqlite3.Error as exc:
            raise _failed(exc) from exc
        return total.digest()

    def commit(self) -> None:
        """Keep everything so far.

        Raises:
            UnavailableError: the disk is full or fails; what was kept before still is.
        """
        self._flush_all()
        try:
            self._sql.execute("COMMIT")
            self._sql.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as exc:
            raise _failed(exc) from exc

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._forget()
        self._dirty.clear()
        if self._sql.in_transaction:  # SQLite may have rolled back by itself
            self._sql.execute("ROLLBACK")
        self._sql.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._sql.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _remember(self, space: str, key: bytes, value: FactStruct | None) -> None:
        cached = self._cache[space]
        if key not in cached:
            self._cached += 1
            if space in self._order:
                insort(self._order[space], key)
        cached[key] = value
        if self._cached > self._cache_facts:
            self._flush_all()
            self._forget()

    def _forget(self) -> None:
        self._cache.clear()
        self._order.clear()
        self._cached = 0
        self._is_whole = False

    def _flush_all(self) -> None:
        for space in tuple(self._dirty):
            self._flush(space)

    def _flush(self, space: str) -> None:
        """Write the facts of one space; in the order of their keys, as the file keeps them."""
        if space not in self._dirty:
            return
        rows: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        for key, value in sorted(self._dirty[space].items()):
            if value is None:
                gone.append((space, key))
            else:
                rows.append((space, key, msgspec.msgpack.encode(value)))
        if gone:
            self._write("DELETE FROM facts WHERE space = ? AND key = ?", gone)
        self._write(
            "INSERT INTO facts VALUES (?, ?, ?) ON CONFLICT (space, key) DO UPDATE SET value = excluded.value", rows
        )
        del self._dirty[space]

    def _decoded(self, space: Space[F], raw: bytes) -> F:
        if not isinstance(raw, bytes):  # SQLite gives back whatever type the file says
            raise self._damaged()
        try:
            return space.decode(raw)
        except WrongFacts as exc:
            raise self._damaged() from exc

    def _damaged(self) -> MalformedError:
        return MalformedError(f"{self._path} is damaged: delete it, and begin anew", rule=FACTS_DAMAGED)

    def _fetch(self, query: str, values: tuple[str | bytes | int, ...], limit: int) -> list[tuple[bytes, ...]]:
        try:
            return self._sql.execute(query, values).fetchmany(limit)
        except sqlite3.Error as exc:
            raise _failed(exc) from exc

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        try:
            self._sql.executemany(statement, rows)
        except sqlite3.Error as exc:
            raise _failed(exc) from exc


def _failed(cause: sqlite3.Error) -> LedgerError:
    if type(cause) is sqlite3.DatabaseError:  # "database disk image is malformed"; what may pass is a subclass
        return MalformedError(f"the file of facts is damaged: {cause}", rule=FACTS_DAMAGED)
    return UnavailableError(f"the file of facts cannot be read or written: {cause}")


def _typed(space: Space[F], value: FactStruct | None) -> F | None:
    if value is not None and not isinstance(value, space.type):
        raise AssertionError(f"bad math in the facts: {space.name} holds {type(value).__name__}")
    return value


def _make_private(path: Path) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)  # SQLite gives the files beside it the same permissions
