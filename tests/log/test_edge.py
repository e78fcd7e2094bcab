"""The right edge gives the same root and tiles however the entries come, and fits its size or is refused."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import FatalLogError
from ledger.log.edge import EMPTY_EDGE, Edge, _level, grow, load_edge
from ledger.log.nodes import FullTiles, TreeNodes
from ledger.merkle.hashing import EMPTY_ROOT
from ledger.merkle.nodes import Node
from ledger.merkle.tiles import perfect_root, tiles_for_size
from ledger.merkle.tree import root_of

LEAVES = [sha256(b"%d" % i).digest() for i in range(70_000)]


def test_the_empty_tree() -> None:
    assert EMPTY_EDGE.root() == EMPTY_ROOT
    assert grow(EMPTY_EDGE, []) == (EMPTY_EDGE, ())


@given(st.lists(st.sampled_from([1, 2, 3, 100, 255, 256, 257, 600]), max_size=6))
@settings(max_examples=30, deadline=None)
def test_the_root_and_the_tiles_do_not_depend_on_the_batches(batches: list[int]) -> None:
    edge, filled = EMPTY_EDGE, []
    for count in batches:
        edge, more = grow(edge, LEAVES[edge.size : edge.size + count])
        filled += more
    assert edge.root() == root_of(LEAVES[: edge.size])
    assert (edge, tuple(filled)) == grow(EMPTY_EDGE, LEAVES[: edge.size])


def test_tiles_of_three_levels() -> None:
    size = 65_536 + 300
    edge, filled = grow(EMPTY_EDGE, LEAVES[:size])
    named = [(path.level, path.n) for path in tiles_for_size(size) if path.is_full]
    assert sorted((tile.level, tile.n) for tile in filled) == sorted(named)
    assert filled[-1].level == 1
    assert filled[-1].hashes == b"".join(perfect_root(tile.hashes) for tile in filled[:256])
    assert [len(tile) // 32 for tile in edge.tiles] == [44, 1, 1]
    assert edge.root() == root_of(LEAVES[:size])


def test_bad_edge_that_does_not_fit_its_size() -> None:
    for size, tiles in ((1, ()), (1, (b"",)), (256, (b"",)), (0, (bytes(32),))):
        with pytest.raises(AssertionError):
            Edge(size, tiles)


def test_a_node_outside_of_the_edge_is_a_bug() -> None:
    assert _level(Node(0, 256), 300) == 0
    assert _level(Node(8, 0), 300) == 1
    with pytest.raises(AssertionError, match="bad math"):
        _level(Node(7, 1), 300)


class _NoStore:
    def full_tiles(self, level: int, start: int, end: int) -> list[bytes]:
        return [b"".join(LEAVES[256 * start : 256 * end])] if level == 0 else []

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        return LEAVES[start:end]


@pytest.mark.parametrize("length", [0, 32, 128 * 32, 256 * 32 - 1, 512 * 32])
def test_a_tile_of_another_length_has_no_place_in_the_edge(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """The schema of our own store holds tiles to their length; another store, or a damaged one, may not."""
    assert load_edge(_NoStore(), 300) == grow(EMPTY_EDGE, LEAVES[:300])[0]
    monkeypatch.setattr(_NoStore, "full_tiles", lambda self, level, start, end: [bytes(length)])
    with pytest.raises(FatalLogError, match="is not full") as refused:
        load_edge(_NoStore(), 300)
    assert refused.value.rule == "store-incomplete"


def test_every_node_of_a_tree_is_read() -> None:
    size = 777
    edge, _ = grow(EMPTY_EDGE, LEAVES[:size])
    read = TreeNodes(edge, FullTiles(_NoStore()))
    for level in range(10):
        nodes = [Node(level, n) for n in range(size >> level)]
        expected = [root_of(LEAVES[n << level : (n + 1) << level]) for n in range(size >> level)]
        assert read(nodes) == expected
