"""A ledger moves into a database of another kind, and nobody outside can tell."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from ledger.cli.export import open_server
from ledger.cli.fsck import spaces
from ledger.cli.server_folder import ServerFolder, read_config
from ledger.errors import ConflictError, FatalLogError
from ledger.merkle.tiles import bundles_for_size, tiles_for_size
from ledger.storage.copy import copy_store
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from tests.cli.world import done, opentally
from tests.postgres import drop_database, new_database
from tests.records.builders import World, make_entry
from tests.records.usual import resource_body
from tests.survival.load import JSON, changes_of_mind, open_ledger
from tests.survival.place import found_place, living, refused_start

pytestmark = pytest.mark.slow

NDJSON = {"content-type": "application/x-ndjson"}


def fill(server: ServerFolder) -> list[bytes]:
    """More than one full tile of entries of every sort, under many heads; entries that are still to be posted."""
    opening, rnd = open_ledger(3)
    claims = [raw for row in range(3) for raw in changes_of_mind(rnd, row, 5)]
    stock = [make_entry("resource", resource_body(rnd.council, quantity=n), rnd.council.key) for n in range(261)]
    with living(server.folder) as life, httpx2.Client(timeout=60) as client:
        for raw in (*opening, *claims, *stock[:4]):
            assert client.post(f"{life.url}/v1/entries", content=raw, headers=JSON).status_code == 201
        body = b"\n".join(stock[4:260])
        answer = client.post(f"{life.url}/v1/entries", content=body, headers=NDJSON)
        assert answer.text.count('"status":201') == 256
        assert life.stop() == 0
    return stock[260:]


def everything(server: ServerFolder) -> dict[str, object]:
    """All that the database holds, and all that the server would serve."""
    opened = open_server(server.folder)
    with contextlib.closing(opened.store) as store:
        size = opened.head.size
        paths = ["checkpoint", *map(str, (*tiles_for_size(size), *bundles_for_size(size)))]
        return {
            "served": {path: opened.source.get(path) for path in paths},
            "heads": store.heads(0, 10_000),
            "leaves": store.leaf_hashes(0, size),
            "entries": (store.entry_count(), store.entries(0, size)),
            "tiles": (store.tile_count(), store.full_tiles(0, 0, size)),
            "facts": [(space.name, *row) for space in spaces() for row in store.scan_facts(space.name, b"")],
        }


def other_kind(database: str | None, request: pytest.FixtureRequest, folder: Path) -> str:
    if database is None:
        found: str = request.getfixturevalue("other_postgres")
        return found
    return f"sqlite:///{folder / 'elsewhere.sqlite'}"


@pytest.mark.postgres
def test_a_move_changes_not_one_byte(folder: Path, database: str | None, request: pytest.FixtureRequest) -> None:
    server = found_place(folder / "server", database)
    with (server.folder / "config.toml").open("a") as config:
        config.write('trust_proxy = ["10.1.2.3"]\n')
    waiting = fill(server)
    url = other_kind(database, request, folder)
    before = everything(server)
    said = done(opentally("backup", server.folder, folder / "moved", "--database", url, "--workers", 1, "--json"))
    moved = read_config(folder / "moved")
    assert (moved.origin, moved.database, moved.trust_proxy) == (server.origin, url, ("10.1.2.3",))
    assert said.json["size"] == before["entries"][0] > 256
    assert everything(moved) == before
    done(opentally("fsck", moved.folder, "--workers", 1))
    # Whether the copy is the newest state is not for the copy to say.
    assert "head-file-missing" in refused_start(moved.folder)
    shutil.copy(server.head_file, moved.head_file)
    with living(moved.folder) as life, httpx2.Client(timeout=30) as client:
        assert client.get(f"{life.url}/checkpoint").content == before["served"]["checkpoint"]
        answer = client.post(f"{life.url}/v1/entries", content=waiting[0], headers=JSON)
        assert answer.status_code == 201
        assert answer.json()["index"] >= said.json["size"]
        newest = client.get(f"{life.url}/checkpoint").content
        assert life.stop() == 0
    # The old folder is history from now on, and says so to whoever gives it the newest checkpoint.
    server.head_file.write_bytes(newest)
    assert "store-behind" in refused_start(server.folder)
    # Into a database that holds a log nothing is copied.
    again = opentally("backup", server.folder, folder / "again", "--database", url, "--workers", 1, "--json")
    assert (again.code, again.json["error"]["rule"]) == (2, "not-empty")


@pytest.fixture
def other_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    server = request.getfixturevalue("postgres_server")
    name, fresh = new_database(server)
    yield fresh
    drop_database(server, name)


def test_facts_are_those_of_the_entries_not_those_of_the_database(folder: Path) -> None:
    """So a move also mends a cache that was spoilt."""
    server = found_place(folder / "server")
    world = World().found()
    council = world.council()
    with living(server.folder) as life:
        assert httpx2.post(f"{life.url}/v1/entries", content=world.entries[-1], headers=JSON).status_code == 201
        assert life.stop() == 0
    right = everything(server)
    with contextlib.closing(SqlStore(server.database)) as store, store.begin() as transaction:
        transaction.put_facts([("council", council.leaf, None), ("council", bytes(32), b"nonsense")])
    url = f"sqlite:///{folder / 'other.sqlite'}"
    done(opentally("backup", server.folder, folder / "mended", "--database", url, "--workers", 1))
    assert everything(read_config(folder / "mended")) == right


class Poor:
    """A store that lacks something."""

    def __init__(self, store: SqlStore, lacks: str) -> None:
        self._store = store
        self._lacks = lacks

    def __getattr__(self, name: str) -> object:
        if name == self._lacks:
            return lambda *_args: []
        return getattr(self._store, name)


def test_bad_source_or_target_leaves_the_target_as_it_was(folder: Path) -> None:
    server = found_place(folder / "server")
    with contextlib.closing(SqlStore(server.database)) as source:
        head = source.head()
        assert head is not None
        empty = found_place(folder / "other")
        with contextlib.closing(SqlStore(empty.database)) as target, pytest.raises(ConflictError) as refused:
            copy_store(source, target, head, [], lambda _count: None)
        assert refused.value.rule == "log-exists"
        upgrade(f"sqlite:///{folder / 'fresh.sqlite'}")
        with contextlib.closing(SqlStore(f"sqlite:///{folder / 'fresh.sqlite'}")) as target:
            for lacks in ("heads", "entries", "leaf_hashes"):
                with pytest.raises(FatalLogError) as incomplete:
                    copy_store(Poor(source, lacks), target, head, [("s", b"k", b"v")], lambda _count: None)
                assert incomplete.value.rule == "store-incomplete"
                assert (target.head(), target.entry_count(), target.get_fact("s", b"k")) == (None, 0, None)
            copy_store(source, target, head, [("s", b"k", b"v")], lambda _count: None)
            assert (target.head(), target.get_fact("s", b"k")) == (head, b"v")
            assert (target.entries(0, 9), target.leaf_hashes(0, 9)) == (source.entries(0, 9), source.leaf_hashes(0, 9))
