"""Starting, and looking, while a server writes: a sound database is not taken for a broken or a restored one."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.errors import FatalLogError
from ledger.log.ports import Store, StoredHead
from ledger.log.startup import verified_edge
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from tests.log.damage import damage
from tests.log.world import World, append, check_log, numbered
from tests.postgres import drop_database, new_database


class Meanwhile:
    """A store in which something happens just after its head was read for the first time."""

    def __init__(self, store: Store, happens: Callable[[], object]) -> None:
        self._store = store
        self._happens: Callable[[], object] | None = happens

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def head(self) -> StoredHead | None:
        head = self._store.head()
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return head


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    with contextlib.ExitStack() as opened:

        def open_store() -> SqlStore:
            store = SqlStore(url)
            opened.callback(store.close)
            return store

        yield World(tmp_path, open_store)


@pytest.mark.parametrize("more", [1, 300])
def test_a_server_at_work_is_no_broken_database(world: World, more: int) -> None:
    """Between our look at the last head and at the last entries, another process commits, and publishes."""
    server = world.create()
    append(server, numbered(0, 250))
    racing = Meanwhile(world.open_store(), lambda: append(server, numbered(250, 250 + more)))
    late = world.load(racing)  # type: ignore[arg-type]
    assert (late.size, server.size) == (250, 250 + more)
    assert world.head_file.read_bytes() == server.checkpoint(), "an older head was put back"
    # It has nothing to say; whoever starts next finds everything.
    check_log(world.load(), numbered(0, 250 + more), every=50)


def test_entries_without_a_head_are_still_found(world: World) -> None:
    store = world.open_store()
    append(world.create(store), numbered(0, 3))
    damage(world.folder / "ledger.db", "INSERT INTO entries VALUES (3, x'01', x'00')")
    head = store.head()
    assert head is not None
    with pytest.raises(FatalLogError) as refused:
        verified_edge(store, head)
    assert refused.value.rule == "wrong-entry"


@pytest.mark.postgres
def test_what_is_committed_is_durable_whatever_the_database_was_told(postgres_server: str) -> None:
    name, url = new_database(postgres_server)
    try:
        upgrade(url)
        with contextlib.closing(SqlStore(url)) as store, store.engines.writer.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
            connection.commit()
        with contextlib.closing(SqlStore(url)) as store:
            for _ in range(2):
                with store.begin() as transaction:
                    setting = transaction._connection.execute(text("SHOW synchronous_commit")).scalar_one()
                assert setting == "on"
            with pytest.raises(ZeroDivisionError), store.begin():
                raise ZeroDivisionError
            with store.begin() as transaction:
                assert transaction._connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    finally:
        drop_database(postgres_server, name)
