"""A database URL opens the right driver, durable where it is SQLite, and its password is not shown."""

import pytest

from ledger.errors import MalformedError
from ledger.storage.engine import open_engines, parse_url


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///ledger.db", "sqlite+pysqlite"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_written_out(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize("url", ["ledger.db", "sqlite://", "sqlite:///:memory:", "sqlite:///a?mode=ro", "mysql://h/d"])
def test_bad_url(url: str) -> None:
    with pytest.raises(MalformedError):
        parse_url(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(MalformedError) as refused:
        parse_url("mysql://me:hunter2@h/d")
    assert "hunter2" not in str(refused.value)


def test_sqlite_is_durable_and_readers_cannot_write(sqlite_url: str) -> None:
    engines = open_engines(sqlite_url)
    with engines.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    with engines.readers.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA query_only").scalar() == 1
    engines.dispose()
