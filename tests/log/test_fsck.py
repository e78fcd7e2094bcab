"""The check of a whole log: a sound one passes, and a database that contradicts itself is refused by name."""

import pytest

from ledger.errors import FatalLogError
from ledger.log.fsck import fsck
from ledger.merkle.hashing import leaf_hash
from ledger.tlog.key import KeyType, VerifierKey
from tests.log.damage import damage
from tests.log.world import KEY, ORIGIN, World, append, numbered

VERIFIER = VerifierKey(ORIGIN, KeyType.ED25519, KEY.public)

EMPTY_LEAF = f"x'{leaf_hash(b'').hex()}'"


def _written(world: World) -> None:
    store = world.open_store()
    log = world.create(store)
    for start, end in ((0, 1), (1, 100), (100, 256), (256, 700), (700, 701)):
        append(log, numbered(start, end))
    store.close()


def test_a_sound_log_on_each_database(any_world: World) -> None:
    log = any_world.create()
    for start, end in ((0, 1), (1, 256), (256, 700), (700, 701)):
        append(log, numbered(start, end))
    *_, last = fsck(log.store, log.verifier)
    assert (last.checked, last.size, last.tiles, last.heads) == (701, 701, 2, 5)


def test_progress_is_shown_on_the_way(world: World) -> None:
    _written(world)
    steps = [(step.checked, step.tiles) for step in fsck(world.open_store(), VERIFIER)]
    assert steps == [(256, 1), (512, 2), (701, 2)]


def test_an_empty_tree(world: World) -> None:
    log = world.create()
    assert [step.heads for step in fsck(log.store, log.verifier)] == [1]


def test_a_log_that_grows_meanwhile(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 600))
    steps = fsck(log.store, log.verifier)
    next(steps)
    append(log, numbered(600, 900))
    *_, last = steps
    assert last.checked == 600


@pytest.mark.parametrize("page", [1, 2, 5])
def test_more_heads_than_one_page(world: World, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr("ledger.log.fsck.HEADS_AT_ONCE", page)
    _written(world)
    *_, last = fsck(world.open_store(), VERIFIER)
    assert last.heads == 6


@pytest.mark.parametrize("more", [0, 199])
def test_bad_heads_that_change_under_the_check(world: World, monkeypatch: pytest.MonkeyPatch, more: int) -> None:
    """Heads are never taken back: what was the last one at the start is met again, or something is wrong."""
    monkeypatch.setattr("ledger.log.fsck.HEADS_AT_ONCE", 1)
    _written(world)
    steps = fsck(world.open_store(), VERIFIER)
    assert next(steps).heads == 3
    if more:
        append(world.load(), numbered(701, 701 + more))
    damage(world.folder / "ledger.db", "DELETE FROM heads WHERE size = 701")
    with pytest.raises(FatalLogError, match="change while they are read") as found:
        list(steps)
    assert found.value.rule == "wrong-head"


DAMAGES = {
    "an old entry was changed": ("UPDATE entries SET raw = x'00' WHERE entry_index = 3", "wrong-entry"),
    "an old leaf hash was changed": ("UPDATE entries SET leaf = zeroblob(32) WHERE entry_index = 3", "wrong-entry"),
    "entry and leaf hash were changed": (
        f"UPDATE entries SET (leaf, raw) = ({EMPTY_LEAF}, x'') WHERE entry_index = 3",
        "wrong-head",
    ),
    "an old entry is missing": ("DELETE FROM entries WHERE entry_index = 3", "wrong-entry"),
    "an old tile was changed": ("UPDATE tiles SET hashes = zeroblob(8192) WHERE n = 0", "wrong-tile"),
    "an old tile is missing": ("DELETE FROM tiles WHERE n = 0", "wrong-tile"),
    "a tile too many": ("INSERT INTO tiles VALUES (1, 5, zeroblob(8192))", "wrong-entry"),
    "an entry too many": ("INSERT INTO entries VALUES (900, x'00', x'00')", "wrong-entry"),
    "an old head was changed": ("UPDATE heads SET root = zeroblob(32) WHERE size = 100", "wrong-head"),
    "an old note was changed": ("UPDATE heads SET note = x'00' WHERE size = 100", "wrong-head"),
    "a head was put elsewhere": (
        "UPDATE heads SET size = 99, note = CAST(replace(note, x'0a3130300a', x'0a39390a') AS BLOB) WHERE size = 100",
        "wrong-head",
    ),
    "no head at all": ("DELETE FROM heads", "no-log"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_bad_database(world: World, case: str) -> None:
    _written(world)
    statement, rule = DAMAGES[case]
    damage(world.folder / "ledger.db", statement)
    with pytest.raises(FatalLogError) as found:
        list(fsck(world.open_store(), VERIFIER))
    assert found.value.rule == rule
