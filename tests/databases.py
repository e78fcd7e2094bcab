"""Fixtures that give a test a fresh database with the ledger's tables, once on SQLite and once on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from tests.postgres import drop_database, new_database, postgres_database, postgres_server

__all__ = ["postgres_database", "postgres_server", "postgres_template", "sqlite_template", "sqlite_url", "store", "url"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with empty tables, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database with empty tables."""
    path = tmp_path / "ledger.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with empty tables, to be copied."""
    name, url = new_database(postgres_server)
    upgrade(url)
    yield name
    drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with empty tables, of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server = request.getfixturevalue("postgres_server")
    name, fresh = new_database(server, request.getfixturevalue("postgres_template"))
    yield fresh
    drop_database(server, name)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """An open store, of each kind."""
    opened = SqlStore(url)
    yield opened
    opened.close()
