"""The databases of the tests beside this file, and server folders over them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import postgres_server, postgres_template, sqlite_template
from tests.postgres import drop_database, new_database
from tests.submit.house import quick_folder

__all__ = ["postgres_server", "postgres_template", "sqlite_template"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where the system has one: what is killed here is a process, not a machine."""
    with quick_folder() as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The ``database`` of a server folder: None for the SQLite file inside it, or the URL of a PostgreSQL one."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres_server")
    name, fresh = new_database(server, request.getfixturevalue("postgres_template"))
    yield fresh
    drop_database(server, name)
