"""An application over a small founded ledger, with one worker and a clock to turn."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from api.settings import Settings
from ledger.storage.store import SqlStore
from ledger.submit.pool import CheckPool
from tests.api.desk import Desk
from tests.api.valley import Valley, brought
from tests.records.builders import LOG, ORIGIN, key
from tests.submit.house import Clock, found_house, quick_folder


@pytest.fixture(scope="package")
def pool() -> Iterator[CheckPool]:
    """One worker for the folder; applications are kept from closing it."""
    made = CheckPool(1)
    close, made.close = made.close, lambda: None  # type: ignore[method-assign]
    yield made
    close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> Iterator[Settings]:
    with quick_folder() as folder:
        yield Settings(
            origin=ORIGIN,
            database=found_house(folder),
            head_file=folder / "head",
            log_key=key(LOG),
            port=0,
            workers=1,
            read_rate=None,
            write_rate=None,
        )


@pytest.fixture
def open_desk(settings: Settings, pool: CheckPool, clock: Clock) -> Iterator[object]:
    """Opens an application with some settings changed; closes all at the end."""
    opened: list[TestClient] = []

    def open_one(**changes: object) -> Desk:
        chosen = replace(settings, **changes)
        service = Service(chosen, SqlStore(chosen.database), pool, randbytes=bytes, system_time=clock)
        client = TestClient(create_app(chosen, service), raise_server_exceptions=True)
        client.__enter__()
        opened.append(client)
        return Desk(client, service, clock)

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def desk(open_desk: object) -> Desk:
    made: Desk = open_desk()  # type: ignore[operator]
    return made


@pytest.fixture(scope="package")
def whole() -> Valley:
    """A valley that tests only read."""
    return Valley()


@pytest.fixture
def valley(desk: Desk, whole: Valley) -> Valley:
    """The same, and the desk has its log."""
    brought(desk, whole.world)
    return whole
