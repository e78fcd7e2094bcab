"""The databases of the tests beside this file, and worlds made of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.storage.store import SqlStore
from tests.databases import (
    postgres_database,
    postgres_server,
    postgres_template,
    sqlite_template,
    sqlite_url,
    store,
    url,
)
from tests.log.world import World

__all__ = [
    "postgres_database",
    "postgres_server",
    "postgres_template",
    "sqlite_template",
    "sqlite_url",
    "store",
    "url",
]


def _world(url: str, folder: Path) -> Iterator[World]:
    stores: list[SqlStore] = []

    def open_store() -> SqlStore:
        stores.append(SqlStore(url))
        return stores[-1]

    yield World(folder, open_store)
    for opened in stores:
        opened.close()


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A folder and an empty SQLite database, which can be opened again and again."""
    yield from _world(sqlite_url, tmp_path)


@pytest.fixture
def any_world(url: str, tmp_path: Path) -> Iterator[World]:
    """The same, on each kind of database."""
    yield from _world(url, tmp_path)
