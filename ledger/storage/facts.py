"""The facts of an audit: a private SQLite file (or none: then a temporary one) behind a cache that is written back."""

import sqlite3
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
        self._cache: dict[tuple[str, bytes], FactStruct | None] = {}
        self._dirty: dict[tuple[str, bytes], Fact] = {}
        self._dirty_spaces: set[str] = set()
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
        place = (space.name, key)
        if place in self._cache:
            return _typed(space, self._cache[place])
        row = self._fetch("SELECT value FROM facts WHERE space = ? AND key = ?", place, 1)
        value = self._decoded(space, row[0][0]) if row else None
        self._remember(place, value)
        return value

    def scan(self, space: Space[F], prefix: bytes = b"", after: bytes = b"") -> Iterator[tuple[bytes, F]]:
        """The facts whose keys start with ``prefix``, in the order of their keys' bytes."""
        start, more = first_key(prefix, after), True
        end = end_of(prefix)
        query = _FROM if end is None else _BETWEEN
        while more:
            if space.name in self._dirty_spaces:
                self._flush()
            values = (space.name, start, SCAN_PAGE) if end is None else (space.name, start, end, SCAN_PAGE)
            page = self._fetch(query, values, SCAN_PAGE)
            for key, raw in page:
                yield key, self._decoded(space, raw)
            more = len(page) == SCAN_PAGE
            start = page[-1][0] + b"\0" if page else start

    def apply(self, facts: Iterable[Fact]) -> None:
        """Take in what an entry adds."""
        for fact in facts:
            place = (fact.space.name, fact.key)
            self._dirty[place] = fact
            self._dirty_spaces.add(fact.space.name)
            self._remember(place, fact.value)

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
        self._flush()
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
        self._flush()
        try:
            self._sql.execute("COMMIT")
            self._sql.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as exc:
            raise _failed(exc) from exc

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._cache.clear()
        self._dirty.clear()
        self._dirty_spaces.clear()
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

    def _remember(self, place: tuple[str, bytes], value: FactStruct | None) -> None:
        self._cache[place] = value
        if len(self._cache) > self._cache_facts:
            self._flush()
            self._cache.clear()

    def _flush(self) -> None:
        if not self._dirty:
            return
        rows: list[tuple[Any, ...]] = []
        gone: list[tuple[Any, ...]] = []
        for place, fact in self._dirty.items():
            if fact.value is None:
                gone.append(place)
            else:
                rows.append((*place, msgspec.msgpack.encode(fact.value)))
        self._write("DELETE FROM facts WHERE space = ? AND key = ?", gone)
        self._write(
            "INSERT INTO facts VALUES (?, ?, ?) ON CONFLICT (space, key) DO UPDATE SET value = excluded.value", rows
        )
        self._dirty.clear()
        self._dirty_spaces.clear()

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
