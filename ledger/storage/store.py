"""A log's database: reads on many connections, one writing transaction at a time on its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from typing_extensions import override

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.ports import Facts, Store, StoredHead
from ledger.records.view import RowView
from ledger.storage import reading
from ledger.storage.driver import Lookup, unavailable
from ledger.storage.engine import Engines, open_engines
from ledger.storage.schema import REVISION
from ledger.storage.transaction import NO_HEAD, SqlTransaction


class SqlFacts(Facts):
    """Facts as one connection sees them."""

    def __init__(self, connection: Connection) -> None:
        """Read on ``connection``, which outlives this object."""
        self._connection = connection

    @override
    def get_fact(self, space: str, key: bytes) -> bytes | None:
        value: bytes | None = reading.FACT(self._connection.dialect, self._connection.connection, space=space, key=key)
        return value

    @override
    def scan_facts(self, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return reading.scan_facts(self._connection, space, prefix, after)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts that belong together: what the first ``size`` entries mean, unmoved while others write."""

    size: int
    view: RowView


class SqlStore(Store):
    """SQLite or PostgreSQL behind :class:`ledger.log.ports.Store`."""

    def __init__(self, url: str) -> None:
        """Open the database at ``url``, which ``migrate.upgrade`` has prepared.

        Raises:
            MalformedError: not the URL of a database of a known kind.
            UnavailableError: it cannot be reached.
            FatalLogError: its tables are not of the version that this program knows.
        """
        self.engines: Engines = open_engines(url)
        try:
            self._require_revision()
        except BaseException:
            self.engines.dispose()
            raise

    def _require_revision(self) -> None:
        found = None
        file = self.engines.writer.url.database if self.engines.is_sqlite else None
        if file is None or Path(file).exists():  # SQLite would make an empty file
            with self._reading() as connection:
                if inspect(connection).has_table("alembic_version"):
                    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        if found != REVISION:
            raise FatalLogError(
                f"the database's tables are of version {found or 'none'}, and {REVISION} is needed: run the migrations",
                rule="schema-version",
            )

    def close(self) -> None:
        """Close all connections."""
        self.engines.dispose()

    @contextmanager
    @override
    def begin(self) -> Iterator[SqlTransaction]:
        try:
            connection = self.engines.writer.connect()
        except DBAPIError as exc:
            raise unavailable() from exc
        with connection:
            try:
                transaction = connection.begin()
            except DBAPIError as exc:
                raise unavailable() from exc
            try:
                yield SqlTransaction(connection, self._last_size)
            except BaseException as exc:
                # COMMIT was never sent: whatever becomes of the connection now, nothing has been written.
                with suppress(SQLAlchemyError):
                    transaction.rollback()
                if isinstance(exc, IntegrityError):
                    raise FatalLogError("the database holds a row that was to be inserted for the first time") from exc
                if isinstance(exc, DBAPIError):
                    raise unavailable() from exc
                raise
            try:
                transaction.commit()
            except BaseException as exc:
                connection.invalidate()
                raise FatalLogError("the commit failed, and whether it took place is unknown") from exc

    def _last_size(self) -> int:
        head = self.head()
        return NO_HEAD if head is None else head.size

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.engines.readers.connect() as connection:
                yield connection
        except SQLAlchemyError as exc:
            raise unavailable() from exc

    @override
    def head(self) -> StoredHead | None:
        with self._reading() as connection:
            return reading.last_head(connection)

    @override
    def heads(self, start: int, limit: int) -> list[StoredHead]:
        with self._reading() as connection:
            return reading.heads_from(connection, start, limit)

    @override
    def entries(self, start: int, end: int) -> list[bytes]:
        with self._reading() as connection:
            return reading.raw_entries(connection, start, end)

    @override
    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        with self._reading() as connection:
            return reading.leaf_hashes(connection, start, end)

    @override
    def entry_count(self) -> int:
        with self._reading() as connection:
            return reading.count_entries(connection)

    @override
    def tile_count(self) -> int:
        with self._reading() as connection:
            return reading.count_tiles(connection)

    @override
    def full_tiles(self, level: int, start: int, end: int) -> list[bytes]:
        with self._reading() as connection:
            return reading.full_tiles(connection, level, start, end)

    @override
    def index_of(self, leaf: bytes) -> int | None:
        index: int | None = self._lookup(reading.INDEX, leaf=leaf)
        return index

    @override
    def indices_of(self, leaves: Sequence[bytes]) -> dict[bytes, int]:
        if len(leaves) == 1:
            index = self.index_of(leaves[0])
            return {} if index is None else {leaves[0]: index}
        with self._reading() as connection:
            return reading.indices_of(connection, leaves)

    @override
    def get_fact(self, space: str, key: bytes) -> bytes | None:
        value: bytes | None = self._lookup(reading.FACT, space=space, key=key)
        return value

    def _lookup(self, lookup: Lookup, **key: object) -> Any:
        dialect = self.engines.readers.dialect
        try:
            connection = self.engines.readers.raw_connection()
        except (SQLAlchemyError, dialect.loaded_dbapi.Error) as exc:  # the driver's, where it cannot connect
            raise unavailable() from exc
        try:
            return lookup(dialect, connection, **key)
        except UnavailableError:
            connection.invalidate()  # the driver's own error: whether the connection lives, nobody has looked
            raise
        finally:
            connection.close()

    @override
    def scan_facts(self, space: str, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        with self._reading() as connection:
            yield from reading.scan_facts(connection, space, prefix, after)

    def view(self) -> RowView:
        """The facts as they stand at each call."""
        return RowView(self)

    @contextmanager
    def look(self) -> Iterator[RowView]:
        """The facts as they stand at each call, all on one connection: for many at a time, without a pause between."""
        with self._reading() as connection:
            yield RowView(SqlFacts(connection))

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The facts at one moment, and the size of the log then; hold it shortly."""
        with self._reading() as connection:
            if self.engines.is_sqlite:
                connection.exec_driver_sql("BEGIN")  # deferred: its first SELECT fixes what it sees
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            try:
                head = reading.last_head(connection)
                yield Snapshot(0 if head is None else head.size, RowView(SqlFacts(connection)))
            finally:
                connection.exec_driver_sql("ROLLBACK") if self.engines.is_sqlite else connection.rollback()
