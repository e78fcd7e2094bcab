"""One pool of one worker for the folder: workers take most of a second to start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.submit.pool import CheckPool
from tests.submit.house import Clock, House, found_house, quick_folder


@pytest.fixture(scope="package")
def pool() -> Iterator[CheckPool]:
    made = CheckPool(1)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def house(folder: Path, pool: CheckPool, clock: Clock) -> Iterator[House]:
    with House(folder, found_house(folder), pool, clock) as opened:
        yield opened
