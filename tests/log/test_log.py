"""What the log serves is proved by its head, and what is committed but not published is not shown."""

import pytest

from ledger.errors import ConflictError, FatalLogError, NotFoundError
from ledger.log.edge import EMPTY_EDGE, grow
from ledger.log.nodes import FullTiles
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.merkle.tiles import TilePath
from ledger.merkle.tree import root_of
from ledger.tlog.checkpoint import open_checkpoint
from tests.log.damage import damage
from tests.log.world import ORIGIN, World, append, check_log, numbered


def test_a_new_log_shows_the_empty_tree(any_world: World) -> None:
    log = any_world.create()
    checkpoint = open_checkpoint(log.checkpoint(), log.verifier)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 0, EMPTY_ROOT)
    assert any_world.head_file.read_bytes() == log.checkpoint()
    check_log(log, [])
    check_log(any_world.load(), [])


def test_everything_is_served_and_proved(any_world: World) -> None:
    log, entries = any_world.create(), []
    for count in (1, 1, 253, 1, 1, 300):  # over the border of a tile from both sides
        new = numbered(len(entries), len(entries) + count)
        assert [accepted.index for accepted in append(log, new)] == list(range(len(entries), len(entries) + count))
        entries += new
        check_log(log, entries, every=61)
        check_log(any_world.load(), entries, every=61)


def test_a_second_log_in_one_database_is_refused(world: World) -> None:
    append(world.create(), numbered(0, 3))
    with pytest.raises(ConflictError) as refused:
        world.create()
    assert (refused.value.rule, refused.value.current_size) == ("log-exists", 3)


def test_a_database_without_a_log(world: World) -> None:
    with pytest.raises(NotFoundError) as refused:
        world.load()
    assert refused.value.rule == "no-log"


def test_partial_tiles_of_every_past_size_are_prefixes(world: World) -> None:
    log, entries = world.create(), numbered(0, 600)
    append(log, entries)
    hashes = b"".join(leaf_hash(raw) for raw in entries)
    for n, width in ((0, 1), (0, 255), (0, 256), (1, 3), (2, 1), (2, 88)):
        at = n * 256 * 32
        assert log.tile(TilePath(0, n, width)) == hashes[at : at + 32 * width]
    tops = [root_of([leaf_hash(raw) for raw in entries[at : at + 256]]) for at in (0, 256)]
    assert log.tile(TilePath(1, 0, 1)) == tops[0]
    assert log.tile(TilePath(1, 0, 2)) == b"".join(tops)
    assert log.tile(TilePath("entries", 2, 1)) == b"\x00\x09entry 512"


@pytest.mark.parametrize(
    "path",
    ["tile/0/000", "tile/0/000.p/4", "tile/0/001.p/1", "tile/1/000.p/1", "tile/63/000.p/1", "tile/entries/000.p/4"],
)
def test_bad_tile_that_is_not_there(world: World, path: str) -> None:
    log = world.create()
    append(log, numbered(0, 3))
    with pytest.raises(NotFoundError):
        log.tile(TilePath.parse(path))


def test_bad_index_or_size(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 3))
    for index in (-1, 3, 2**63):
        with pytest.raises(NotFoundError):
            log.entry(index)
        with pytest.raises(NotFoundError):
            log.receipt(index)
        with pytest.raises(NotFoundError):
            log.inclusion(index, 3)
    for index, size in ((0, 4), (2, 2), (0, 0), (0, -1)):
        with pytest.raises(NotFoundError):
            log.inclusion(index, size)
    for size1, size2 in ((0, 3), (-1, 3), (3, 2), (1, 4)):
        with pytest.raises(NotFoundError):
            log.consistency(size1, size2)
    with pytest.raises(NotFoundError):
        log.root_at(4)
    with pytest.raises(NotFoundError):
        log.index_of(bytes(32))


def test_roots_and_paths_of_past_sizes(world: World) -> None:
    log, entries = world.create(), numbered(0, 520)
    append(log, entries)
    leaves = [leaf_hash(raw) for raw in entries]
    assert log.root_at(0) == EMPTY_ROOT
    for size in (1, 7, 256, 257, 512, 519):
        assert log.root_at(size) == root_of(leaves[:size])
        for index in {0, size // 2, size - 1}:
            verify_inclusion(leaves[index], index, size, log.inclusion(index, size), root_of(leaves[:size]))


def test_what_is_committed_and_not_published_does_not_exist(world: World) -> None:
    log, behind = world.create(), world.load()
    append(log, numbered(0, 300))
    with pytest.raises(NotFoundError):
        behind.index_of(leaf_hash(b"entry 0"))
    with pytest.raises(NotFoundError):
        behind.entry(0)
    with pytest.raises(NotFoundError):
        behind.tile(TilePath(0, 0))
    assert open_checkpoint(behind.checkpoint(), behind.verifier).size == 0


def test_receipts_of_new_entries_cost_no_query_each(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    log = world.create()
    append(log, numbered(0, 300))
    queries: list[tuple[int, int]] = []
    tile = FullTiles.tile

    def count(self: FullTiles, level: int, n: int) -> bytes:
        queries.append((level, n))
        return tile(self, level, n)

    monkeypatch.setattr(FullTiles, "tile", count)
    append(log, numbered(300, 1000))
    assert len(queries) == len(set(queries)) <= 3  # each tile that was filled, once


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        ("DELETE FROM entries WHERE entry_index = 3", "tile/entries/000"),
        ("DELETE FROM entries WHERE entry_index = 299", "tile/entries/001.p/44"),
        ("DELETE FROM tiles", "tile/0/000"),
        ("DELETE FROM tiles", "tile/0/000.p/7"),
    ],
)
def test_what_the_database_has_lost_is_told_and_not_served(world: World, statement: str, path: str) -> None:
    log = world.create()
    append(log, numbered(0, 300))
    damage(world.folder / "ledger.db", statement)
    with pytest.raises(FatalLogError) as refused:
        log.tile(TilePath.parse(path))
    assert refused.value.rule == "store-incomplete"


def test_a_head_that_does_not_extend_the_one_shown_is_never_shown(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 3))
    shown = log.published
    small, _ = grow(EMPTY_EDGE, [leaf_hash(raw) for raw in numbered(0, 2)])
    large, _ = grow(EMPTY_EDGE, [leaf_hash(raw) for raw in numbered(0, 4)])
    for head, edge in ((log.sign(small), small), (shown.head, shown.nodes.edge), (log.sign(large), shown.nodes.edge)):
        with pytest.raises(AssertionError, match=r"bad math in Log\.publish"):
            log.publish(head, edge)
        assert (log.published, world.head_file.read_bytes()) == (shown, shown.head.note)
