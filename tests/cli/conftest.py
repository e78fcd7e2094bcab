"""One real server for the tests of a worker; each test has its own council in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.world import World, found_world, serving


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    found_world(folder)
    with serving(folder / "server") as url:
        yield World(folder, url)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return tmp_path / "desk"
