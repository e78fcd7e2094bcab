"""Hashes read from tiles are held against the signed root: a lie in any tile is refused."""

import functools
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import MalformedError, VerificationError
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES
from ledger.merkle.nodes import Node, range_nodes
from ledger.merkle.proof import consistency_path, inclusion_path, verify_consistency, verify_inclusion
from ledger.merkle.reader import TileReader, tiles_needed, verify_tiles
from ledger.merkle.tiles import TilePath, perfect_root, tiles_for_size

BIG = 66_000
SIZES = [1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, BIG]


@functools.cache
def leaves():
    return [hashlib.sha256(b"leaf %d" % i).digest() for i in range(BIG)]


@functools.cache
def rows():
    """All hashes of each tile level, as bytes."""
    row = b"".join(leaves())
    levels = [row]
    while len(row) >= 8192:
        row = b"".join(perfect_root(row[at : at + 8192]) for at in range(0, len(row) - 8191, 8192))
        levels.append(row)
    return levels


@functools.cache
def root(size):
    frontier = Frontier()
    frontier.extend(leaves()[:size])
    return frontier.root()


def tile(path):
    at = 8192 * path.n
    return rows()[path.level][at : at + HASH_BYTES * path.width]


class Server:
    """Serves the tiles of the tree, counts what it is asked for, and lies in the tile it is told to."""

    def __init__(self, lie=None, bit=0):
        self.asked = []
        self.lie = lie
        self.bit = bit

    def __call__(self, paths):
        self.asked.append(list(paths))
        return [self.flipped(path) if path == self.lie else tile(path) for path in paths]

    def flipped(self, path):
        raw = bytearray(tile(path))
        raw[self.bit // 8] ^= 1 << self.bit % 8
        return bytes(raw)


def nodes_of(size):
    levels = st.integers(0, size.bit_length() - 1)
    return levels.flatmap(lambda level: st.builds(Node, st.just(level), st.integers(0, (size >> level) - 1)))


@pytest.mark.parametrize("size", SIZES)
def test_proofs_from_verified_tiles(size):
    read = TileReader(size, root(size), Server())
    for index in sorted({0, size // 3, size - 1}):
        verify_inclusion(leaves()[index], index, size, inclusion_path(index, size, read), root(size))
        old = index + 1
        verify_consistency(old, size, consistency_path(old, size, read), root(old), root(size))


@pytest.mark.parametrize("size", SIZES)
def test_leaf_hashes(size):
    read = TileReader(size, root(size), Server())
    for start, end in {(0, min(size, 300)), (size // 2, min(size, size // 2 + 300)), (size - 1, size)}:
        assert read.leaf_hashes(start, end) == leaves()[start:end]
    assert read.leaf_hashes(0, 0) == []


@settings(deadline=None)  # each example may verify 256 tiles
@given(st.data())
def test_every_node_reads_as_its_subtree(data):
    size = data.draw(st.sampled_from(SIZES))
    nodes = data.draw(st.lists(nodes_of(size), max_size=5))
    server = Server()
    hashes = TileReader(size, root(size), server)(nodes)
    for node, found in zip(nodes, hashes, strict=True):
        part = Frontier()
        part.extend(leaves()[node.n << node.level : (node.n + 1) << node.level])
        assert found == part.root()
    assert len(server.asked) == 1
    assert set(server.asked[0]) <= set(tiles_for_size(size))


@settings(deadline=None)  # each example may verify 256 tiles
@given(st.data())
def test_a_flipped_bit_of_any_tile_is_refused(data):
    size = data.draw(st.sampled_from(SIZES))
    nodes = data.draw(st.lists(nodes_of(size), max_size=3))
    lie = data.draw(st.sampled_from(tiles_needed(size, nodes)))
    server = Server(lie, data.draw(st.integers(0, 8 * HASH_BYTES * lie.width - 1)))
    reader = TileReader(size, root(size), server)
    with pytest.raises(VerificationError, match=r"tree") as refusal:
        reader(nodes)
    assert refusal.value.rule == "wrong-tile"
    server.lie = None
    reader(nodes)  # and nothing of the refused answer was kept


def test_tiles_of_another_tree():
    """The tiles are consistent among themselves, and of the right sizes, but not of the signed tree."""
    with pytest.raises(VerificationError):
        TileReader(1000, root(999), Server())([Node(0, 3)])
    with pytest.raises(VerificationError):
        TileReader(512, root(1000), Server())([Node(0, 3)])


@pytest.mark.parametrize("wrong", [-1, 1, 32])
def test_a_tile_of_the_wrong_size(wrong):
    def fetch(paths):
        return [tile(path)[:wrong] if wrong < 0 else tile(path) + bytes(wrong) for path in paths]

    with pytest.raises(MalformedError):
        TileReader(1000, root(1000), fetch)([Node(0, 3)])


def test_two_answers_for_one_tile():
    edge = TilePath(0, 3, 232)
    trusted = {path: tile(path) for path in tiles_needed(1000, [])}
    verify_tiles(1000, root(1000), {edge: tile(edge)}, trusted=trusted)
    with pytest.raises(VerificationError):
        verify_tiles(1000, root(1000), {edge: bytes(len(tile(edge)))}, trusted=trusted)


def test_the_empty_tree_has_one_root():
    assert tiles_needed(0, []) == ()
    verify_tiles(0, EMPTY_ROOT, {})
    with pytest.raises(VerificationError):
        verify_tiles(0, bytes(32), {})


def test_reading_on_fetches_little_twice():
    server = Server()
    read = TileReader(BIG, root(BIG), server)
    read.leaf_hashes(0, 256)
    read.leaf_hashes(256, 600)
    read(range_nodes(0, BIG))
    assert [len(asked) for asked in server.asked] == [
        5,  # the edge (3 tiles), 1/000, 0/000
        2,
    ]
    assert TilePath(0, 0) not in read._trusted  # of the leaves only the edge is kept
    assert TilePath(1, 0) in read._trusted


def test_parents_come_before_children():
    assert tiles_needed(BIG, [Node(0, 5), Node(0, 6), Node(3, 40)]) == (
        TilePath(0, 257, 208),
        TilePath(1, 1, 1),
        TilePath(2, 0, 1),
        TilePath(1, 0),
        TilePath(0, 0),
        TilePath(0, 1),
    )


def test_what_the_caller_does_wrong_is_a_bug():
    with pytest.raises(AssertionError, match="bad math"):
        TileReader(1000, root(1000), lambda paths: [])([Node(0, 3)])
    with pytest.raises(AssertionError, match="bad math"):
        tiles_needed(1000, [Node(0, 1000)])
    known = {path: tile(path) for path in tiles_needed(1000, [])}
    with pytest.raises(AssertionError, match="bad math"):
        verify_tiles(1000, root(1000), known | {TilePath("entries", 0): bytes(8192)})
    with pytest.raises(AssertionError, match="bad math"):
        verify_tiles(1000, root(1000), known | {TilePath(0, 0, 5): bytes(160)})
