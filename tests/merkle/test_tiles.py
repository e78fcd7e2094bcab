"""Tiles are named, found and counted as C2SP tlog-tiles has it, and each name has one spelling."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.merkle.nodes import Node
from ledger.merkle.tiles import (
    MAX_SIZE,
    TilePath,
    bundles_for_size,
    node_in_tile,
    perfect_root,
    tile_at,
    tile_of,
    tiles_for_size,
)
from tests.merkle.trees import LEAVES, mth_range


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (TilePath(0, 0), "tile/0/000"),
        (TilePath(0, 1234067), "tile/0/x001/x234/067"),  # the example of C2SP tlog-tiles
        (TilePath(0, 273, 112), "tile/0/273.p/112"),
        (TilePath(1, 1000), "tile/1/x001/000"),
        (TilePath(63, 999, 1), "tile/63/999.p/1"),
        (TilePath("entries", 999_999, 255), "tile/entries/x999/999.p/255"),
        (TilePath("entries", MAX_SIZE), "tile/entries/x009/x223/x372/x036/x854/x775/807"),
    ],
)
def test_names(path, text):
    assert str(path) == text
    assert TilePath.parse(text) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tile",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/ 1/000",
        "tile/1_0/000",
        "tile/Entries/000",
        "tile/data/000",
        "tile/8/0/000",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/999",
        "tile/0/000.p/1000",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.P/1",
        "tile/0/000p/1",
        "tile/0/000\n",
        "tile/0/000.p/1\n",
        "tile/0/\u0660\u0660\u0660",  # Arabic-Indic digits, which int() would read
        "tile/0/²00",
        "tile/0/../000",
        "tile/0/%30%30%30",
        "tile/0/x009/x223/x372/x036/x854/x775/808",  # 2^63
        "tile/0/x001/x009/x223/x372/x036/x854/x775/807",
    ],
)
def test_no_other_spelling(text):
    with pytest.raises(MalformedError):
        TilePath.parse(text)


@given(
    st.from_regex(
        re.compile(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,3}[0-9]{3}(\.p/[0-9]{1,3})?", re.ASCII), fullmatch=True
    )
)
def test_texts_are_refused_or_its_own(text):
    try:
        path = TilePath.parse(text)
    except MalformedError:
        return
    assert str(path) == text


@pytest.mark.parametrize("fields", [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)])
def test_tiles_without_a_name(fields):
    with pytest.raises(MalformedError):
        TilePath(*fields)


def test_the_tree_of_70000():
    """The example of C2SP tlog-tiles."""
    tiles = list(tiles_for_size(70_000))
    assert tiles == [
        *(TilePath(0, n) for n in range(273)),
        TilePath(0, 273, 112),
        TilePath(1, 0),
        TilePath(1, 1, 17),
        TilePath(2, 0, 1),
    ]
    assert list(bundles_for_size(70_000))[-2:] == [TilePath("entries", 272), TilePath("entries", 273, 112)]


def test_the_tree_of_256():
    """The example of C2SP tlog-tiles."""
    assert list(tiles_for_size(256)) == [TilePath(0, 0), TilePath(1, 0, 1)]
    assert list(bundles_for_size(256)) == [TilePath("entries", 0)]
    assert list(tiles_for_size(0)) == list(bundles_for_size(0)) == []


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_what_growing_adds(since, size):
    """The tiles of a tree are those it had before, without the partial ones that have grown, and the new ones."""
    since, size = sorted((since, size))
    before, after = set(tiles_for_size(since)), set(tiles_for_size(size))
    assert set(tiles_for_size(size, since=since)) == after - before
    bundles = set(bundles_for_size(size))
    assert set(bundles_for_size(size, since=since)) == bundles - set(bundles_for_size(since))


def test_nodes_are_found_in_their_tiles():
    for size in (1, 5, 64, 130):
        tile = b"".join(LEAVES[:size])
        for level in range(8):
            for n in range(size >> level):
                assert tile_of(Node(level, n), size) == TilePath(0, 0, size)
                assert node_in_tile(Node(level, n), tile) == mth_range(n << level, (n + 1) << level)
    assert tile_of(Node(8, 3), 70_000) == TilePath(1, 0)
    assert tile_of(Node(15, 1), 70_000) == TilePath(1, 0)
    assert tile_of(Node(16, 0), 70_000) == TilePath(2, 0, 1)
    assert tile_of(Node(0, 69_999), 70_000) == TilePath(0, 273, 112)


def test_what_is_not_in_the_tree_is_our_bug():
    for bug in (
        lambda: tile_of(Node(1, 2), 5),
        lambda: tile_at(0, 1, 256),
        lambda: perfect_root(bytes(96)),
        lambda: perfect_root(bytes(33)),
        lambda: perfect_root(b""),
    ):
        with pytest.raises(AssertionError, match="bad math"):
            bug()


def test_the_full_tile_of_a_place():
    assert TilePath(3, 7, 9).full() == TilePath(3, 7)
    assert TilePath(3, 7).is_full
    assert not TilePath(3, 7, 9).is_full
