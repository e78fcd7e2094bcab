"""From a URL to two engines: one connection that writes, and many that only read.

SQLite (embedded, the default) and PostgreSQL (by psycopg 3) differ in this file, in ``transaction.py``'s bulk
statements, in ``store.py``'s snapshot, in two types of ``schema.py`` and in the migrations; a backup is of SQLite only.
"""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy
from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import MalformedError

BUSY_TIMEOUT_MS: Final = 10_000
"""How long a connection to SQLite waits for a lock that another process holds (a backup, a second writer)."""

CONNECT_TIMEOUT_S: Final = 10

READERS: Final = 16
"""Reading connections kept open; as many again may be opened under load."""


@dataclass(frozen=True, slots=True)
class Engines:
    """``writer`` has one connection and begins in earnest; ``readers`` commit each statement by itself."""

    writer: Engine
    readers: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.writer.dialect.name == "sqlite"

    def dispose(self) -> None:
        """Close all connections."""
        self.writer.dispose()
        self.readers.dispose()


def parse_url(url: str) -> URL:
    """The URL of a database that can hold a ledger, with the driver written out.

    Raises:
        MalformedError: not a URL, another kind of database, or a SQLite database without a file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise MalformedError("the database is not given as a URL such as sqlite:///ledger.db") from exc
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if parsed.database in (None, "", ":memory:") or parsed.query:
            raise MalformedError("a SQLite database needs a file and no options, as in sqlite:///ledger.db")
        return parsed.set(drivername="sqlite+pysqlite")
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise MalformedError(f"the database is of kind {kind!r}; sqlite and postgresql are known")


def open_engines(url: str) -> Engines:
    """The two engines for ``url``; no connection is made yet.

    Raises:
        MalformedError: as :func:`parse_url`.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        writer = sqlalchemy.create_engine(parsed, pool_size=1, max_overflow=0)
        readers = sqlalchemy.create_engine(
            parsed, pool_size=READERS, max_overflow=READERS, isolation_level="AUTOCOMMIT"
        )
        event.listen(writer, "connect", _prepare_sqlite_writer)
        event.listen(writer, "begin", _begin_immediate)
        event.listen(readers, "connect", _prepare_sqlite_reader)
        return Engines(writer, readers)
    timeout = {"connect_timeout": CONNECT_TIMEOUT_S}
    # Which isolation is set does not matter to safety: a writer that read anything stale loses the
    # compare-and-swap. READ COMMITTED is named so that a server's own default does not decide.
    writer = sqlalchemy.create_engine(
        parsed, pool_size=1, max_overflow=0, isolation_level="READ COMMITTED", connect_args=timeout
    )
    event.listen(writer, "connect", _prepare_postgres_writer)
    return Engines(
        writer,
        sqlalchemy.create_engine(
            parsed,
            pool_size=READERS,
            max_overflow=READERS,
            isolation_level="AUTOCOMMIT",
            connect_args=timeout,
            pool_pre_ping=True,
        ),
    )


def _prepare_sqlite_writer(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # Python's driver would begin transactions by its own guess; with None it leaves BEGIN to us.
    _driver(connection).isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # in WAL mode: the log is fsynced at every commit, so that an answer means durable
        "trusted_schema = OFF",
    ):
        _execute(connection, f"PRAGMA {pragma}")


def _prepare_sqlite_reader(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    _driver(connection).isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_TIMEOUT_MS}", "query_only = ON", "trusted_schema = OFF"):
        _execute(connection, f"PRAGMA {pragma}")


def _prepare_postgres_writer(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # An answer means durable, whatever the server, the database or the role has been told to be content with.
    driver = _driver(connection)
    before, driver.autocommit = driver.autocommit, True  # or the next rollback would take it back
    _execute(connection, "SET synchronous_commit = on")
    driver.autocommit = before


def _begin_immediate(connection: sqlalchemy.Connection) -> None:
    # A deferred BEGIN would take the lock at the first write, and fail there if another wrote after our first read.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _driver(connection: DBAPIConnection) -> Any:
    return connection


def _execute(connection: DBAPIConnection, statement: str) -> None:
    cursor = connection.cursor()
    cursor.execute(statement)
    cursor.close()
