"""Starting: a restored, replaced or damaged database is refused, and one ahead of the head file is taken on."""

import shutil
from pathlib import Path

import pytest

from ledger.errors import FatalLogError
from ledger.log.log import create_log, load_log
from ledger.log.startup import open_head
from ledger.merkle.hashing import leaf_hash
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from tests.log.damage import damage
from tests.log.world import KEY, ORIGIN, OTHER_KEY, World, append, check_log, numbered


def _refused(world: World, rule: str) -> str:
    with pytest.raises(FatalLogError) as refused:
        world.load()
    assert refused.value.rule == rule
    return str(refused.value)


def _copy(world: World, name: str) -> Path:
    """A copy of the database as it stands, made with nobody writing."""
    target = world.folder / name
    for suffix in ("", "-wal"):
        source = world.folder / f"ledger.db{suffix}"
        if source.exists():
            shutil.copy(source, target.with_name(target.name + suffix))
    return target


def _restore(world: World, name: str) -> None:
    for suffix in ("-wal", "-shm"):
        (world.folder / f"ledger.db{suffix}").unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        source = world.folder / f"{name}{suffix}"
        if source.exists():
            shutil.copy(source, world.folder / f"ledger.db{suffix}")


def test_a_restored_backup_is_refused_and_says_what_to_do(world: World) -> None:
    store = world.open_store()
    log = world.create(store)
    append(log, numbered(0, 3))
    store.close()
    _copy(world, "backup.db")
    store = world.open_store()
    append(world.load(store), numbered(3, 5))
    store.close()
    newest = world.head_file.read_bytes()
    _restore(world, "backup.db")
    message = _refused(world, "store-behind")
    assert "ends at size 3, and 5 has been published" in message
    assert "Do not delete the head file" in message
    assert world.head_file.read_bytes() == newest


def test_a_backup_of_the_last_state_is_taken(world: World) -> None:
    store = world.open_store()
    append(world.create(store), numbered(0, 3))
    store.close()
    _copy(world, "backup.db")
    _restore(world, "backup.db")
    check_log(world.load(), numbered(0, 3))


@pytest.mark.parametrize("more", [0, 1, 300])
def test_a_database_with_another_history_is_refused(world: World, more: int) -> None:
    """Restored, and then written to without the head file: of the same size, and larger."""
    store = world.open_store()
    append(world.create(store), numbered(0, 5))
    store.close()
    published = world.head_file.read_bytes()
    for file in world.folder.glob("ledger.db*"):
        file.unlink()
    shutil.copy(world.folder / "empty.db", world.folder / "ledger.db")
    world.head_file.unlink()
    append(world.create(), [b"another", *numbered(1, 5 + more)])
    world.head_file.write_bytes(published)
    assert "another history" in _refused(world, "store-beside")
    assert world.head_file.read_bytes() == published


@pytest.fixture(autouse=True)
def _empty(world: World) -> None:
    shutil.copy(world.folder / "ledger.db", world.folder / "empty.db")


@pytest.mark.parametrize("size", [0, 1, 5, 299])
def test_a_database_ahead_of_the_file_is_taken_on(world: World, size: int) -> None:
    log = world.create()
    if size:
        append(log, numbered(0, size))
    old = world.head_file.read_bytes()
    append(log, numbered(size, 300))
    world.head_file.write_bytes(old)
    loaded = world.load()
    check_log(loaded, numbered(0, 300), every=50)
    assert world.head_file.read_bytes() == loaded.checkpoint() != old


def test_an_empty_database_beside_a_used_head_file_is_refused(world: World) -> None:
    append(world.create(), numbered(0, 3))
    lost = World(world.folder, world.open_store)
    for file in world.folder.glob("ledger.db*"):
        file.unlink()
    shutil.copy(world.folder / "empty.db", world.folder / "ledger.db")
    assert "the database is empty" in _refused(lost, "store-behind")
    with pytest.raises(FatalLogError):
        lost.create()


def test_a_missing_head_file_is_refused_unless_nothing_was_published(world: World) -> None:
    log = world.create()
    world.head_file.unlink()  # as a crash between the first commit and the first file leaves it
    check_log(world.load(), [])
    assert world.head_file.read_bytes() == log.checkpoint()
    append(world.load(), numbered(0, 1))
    world.head_file.unlink()
    assert "Put the newest checkpoint" in _refused(world, "head-file-missing")
    assert not world.head_file.exists()


def test_a_creation_that_was_cut_off_can_be_repeated(world: World) -> None:
    log = world.create()
    note = log.checkpoint()
    for file in world.folder.glob("ledger.db*"):
        file.unlink()
    shutil.copy(world.folder / "empty.db", world.folder / "ledger.db")
    assert world.create().checkpoint() == note


def test_a_head_file_of_another_log_is_refused(world: World) -> None:
    append(world.create(), numbered(0, 3))
    good = world.head_file.read_bytes()
    other = Checkpoint("example.org/other", 3, bytes(32))
    for note in (b"", good[:-2] + b"\n", sign_checkpoint(other, KEY), sign_checkpoint(other, OTHER_KEY)):
        world.head_file.write_bytes(note)
        _refused(world, "head-file-invalid")
    world.head_file.write_bytes(good)
    check_log(world.load(), numbered(0, 3))


def test_another_key_or_origin_is_refused(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 3))
    for key, origin in ((OTHER_KEY, ORIGIN), (KEY, "example.org/other")):
        with pytest.raises(FatalLogError) as refused:
            load_log(log.store, key, origin, world.head_file)
        assert refused.value.rule == "wrong-head"


def test_a_head_that_says_something_else_than_its_note(world: World) -> None:
    append(world.create(), numbered(0, 3))
    damage(world.folder / "ledger.db", "UPDATE heads SET root = zeroblob(32) WHERE size = 3")
    _refused(world, "wrong-head")


DAMAGES = {
    "the last entry was changed": ("UPDATE entries SET raw = x'00' WHERE entry_index = 599", "wrong-entry"),
    "an entry of the last full tile was changed": (
        "UPDATE entries SET raw = x'00' WHERE entry_index = 256",
        "wrong-entry",
    ),
    "the last leaf hash was changed": ("UPDATE entries SET leaf = zeroblob(32) WHERE entry_index = 599", "wrong-edge"),
    "a leaf hash of the last full tile was changed": (
        "UPDATE entries SET leaf = zeroblob(32) WHERE entry_index = 511",
        "wrong-entry",
    ),
    "the last entry is missing": ("DELETE FROM entries WHERE entry_index = 599", "store-incomplete"),
    "an entry of the last full tile is missing": ("DELETE FROM entries WHERE entry_index = 300", "wrong-entry"),
    "an entry has no head": ("INSERT INTO entries VALUES (600, x'01', x'00')", "wrong-entry"),
    "a tile of the edge is missing": ("DELETE FROM tiles WHERE n = 0", "store-incomplete"),
    "a tile of the edge was changed": ("UPDATE tiles SET hashes = zeroblob(8192) WHERE n = 0", "wrong-edge"),
    "the last heads are missing": ("DELETE FROM heads WHERE size > 0", "wrong-entry"),
    "all heads are missing": ("DELETE FROM heads", "store-behind"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_bad_right_edge(world: World, case: str) -> None:
    store = world.open_store()
    append(world.create(store), numbered(0, 600))
    store.close()
    statement, rule = DAMAGES[case]
    damage(world.folder / "ledger.db", statement)
    if case == "the last heads are missing":
        world.head_file.unlink()
    _refused(world, rule)


def test_whole_tiles_end_the_tree(world: World) -> None:
    """With no partial tile at all, the last 256 entries are still held against their tile."""
    append(world.create(), numbered(0, 512))
    check_log(world.load(), numbered(0, 512), every=100)
    damage(world.folder / "ledger.db", "UPDATE entries SET raw = x'00' WHERE entry_index = 511")
    _refused(world, "wrong-entry")


def test_a_signed_head_is_opened(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 1))
    head = log.store.head()
    assert head is not None
    assert open_head(head, log.verifier) == Checkpoint(ORIGIN, 1, leaf_hash(b"entry 0"))


def test_creating_needs_no_second_chance(world: World) -> None:
    """A head file of this log at size 0 is no obstacle; one of another log is."""
    world.head_file.write_bytes(sign_checkpoint(Checkpoint("example.org/other", 1, bytes(32)), KEY))
    with pytest.raises(FatalLogError) as refused:
        create_log(world.open_store(), KEY, ORIGIN, world.head_file)
    assert refused.value.rule == "head-file-invalid"
