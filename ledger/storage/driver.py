"""Single rows read, and many written, by the driver itself: the statements are SQLAlchemy's, compiled once a dialect.

A claim asks for a handful of rows by primary key and leaves three. SQLite finds or writes one in 3 µs, and SQLAlchemy's
way of running a statement and wrapping its result takes twelve times that for a lookup, and thrice that for each row
of many that are written.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.sql import ClauseElement

from ledger.errors import UnavailableError


def unavailable() -> UnavailableError:
    """What is said when the database failed."""
    return UnavailableError("the database cannot be reached or did not take a statement; nothing was written")


class _Compiled:
    """A statement's text for each dialect, and the order of its parameters where the driver takes them by place."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def for_dialect(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        known = self._texts.get(dialect.name)
        if known is None:
            compiled = self._statement.compile(dialect=dialect)
            order = getattr(compiled, "positiontup", None)  # None where the driver takes parameters by name
            known = self._texts[dialect.name] = (str(compiled), None if order is None else tuple(order))
        return known


class Lookup(_Compiled):
    """One value by its key: a statement that selects one column and finds at most one row."""

    def __call__(self, dialect: Dialect, driver: DBAPIConnection, **key: object) -> Any:
        """The value, or None where there is no row.

        Raises:
            UnavailableError: the driver failed.
        """
        text, order = self.for_dialect(dialect)
        try:
            cursor = driver.cursor()
            try:
                cursor.execute(text, key if order is None else tuple(key[name] for name in order))
                row = cursor.fetchone()
            finally:
                cursor.close()
        except dialect.loaded_dbapi.Error as exc:
            raise unavailable() from exc
        return None if row is None else row[0]


class Rows(_Compiled):
    """A statement that is run once for each of many rows, in one loop of the driver's own."""

    def __call__(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
        """Run it, for drivers that take parameters by place; at least one row.

        Raises:
            DBAPIError: as SQLAlchemy wraps the driver's errors.
        """
        text, order = self.for_dialect(connection.dialect)
        if order is None:
            raise AssertionError("bad math in the dialect: its driver takes parameters by name")
        connection.exec_driver_sql(text, [tuple(row[name] for name in order) for row in rows])
