"""One pool of one worker for the folder: workers take most of a second to start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.submit.pool import CheckPool
from tests.submit.house import Clock, House, found_house


@pytest.fixture(scope="package")
def pool() -> Iterator[CheckPool]:
    made = CheckPool(1)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, pool: CheckPool, clock: Clock) -> Iterator[House]:
    with House(tmp_path, found_house(tmp_path), pool, clock) as opened:
        yield opened
