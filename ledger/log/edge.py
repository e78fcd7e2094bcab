"""The right edge of the tree: the partial tile of every level, which is all that appending needs to remember."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import FatalLogError
from ledger.log.ports import Store
from ledger.merkle.hashing import HASH_BYTES
from ledger.merkle.nodes import Node, read_root
from ledger.merkle.tiles import TILE_HEIGHT, TILE_WIDTH, node_in_tile, perfect_root, tile_of

FULL_BYTES: Final = TILE_WIDTH * HASH_BYTES


@dataclass(frozen=True, slots=True)
class Edge:
    """The partial tiles of a tree.

    Attributes:
        size: the number of leaves.
        tiles: for each level, from 0, the hashes of its partial tile one after the other; b"" where there is none.
    """

    size: int
    tiles: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Hold the tiles against the size."""
        counts = [(self.size >> TILE_HEIGHT * level) % TILE_WIDTH for level in range(len(self.tiles))]
        if self.size >> TILE_HEIGHT * len(self.tiles) or [len(t) for t in self.tiles] != [32 * c for c in counts]:
            raise AssertionError(f"bad math in the right edge of a tree of size {self.size}")

    def root(self) -> bytes:
        """The RFC 6962 root of the tree."""
        return read_root(self.size, self._read)

    def _read(self, nodes: Sequence[Node]) -> list[bytes]:
        # The perfect subtrees of a size all lie in partial tiles (nodes.range_nodes(0, size)).
        return [node_in_tile(node, self.tiles[_level(node, self.size)]) for node in nodes]


EMPTY_EDGE: Final = Edge(0, ())


def _level(node: Node, size: int) -> int:
    path = tile_of(node, size)
    if path.is_full or not isinstance(path.level, int):
        raise AssertionError("bad math in the right edge: a node outside it")
    return path.level


@dataclass(frozen=True, slots=True)
class FullTile:
    """A tile that has just been filled, and will never change: 256 hashes in 8,192 bytes."""

    level: int
    n: int
    hashes: bytes


def grow(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, tuple[FullTile, ...]]:
    """The edge after appending these leaf hashes, and the tiles that they filled."""
    rising = b"".join(leaves)
    partial: list[bytes] = []
    filled: list[FullTile] = []
    level = 0
    while rising or level < len(edge.tiles):
        row = (edge.tiles[level] if level < len(edge.tiles) else b"") + rising
        n = edge.size >> TILE_HEIGHT * (level + 1)
        whole = len(row) - len(row) % FULL_BYTES
        fresh = [FullTile(level, n + at // FULL_BYTES, row[at : at + FULL_BYTES]) for at in range(0, whole, FULL_BYTES)]
        filled += fresh
        partial.append(row[whole:])
        rising = b"".join(perfect_root(tile.hashes) for tile in fresh)
        level += 1
    return Edge(edge.size + len(leaves), tuple(partial)), tuple(filled)


def load_edge(store: Store, size: int) -> Edge:
    """The edge of the tree over the first ``size`` entries, from their leaf hashes and the full tiles.

    Raises:
        FatalLogError: the database holds fewer entries or tiles than a tree of this size has.
    """
    partial: list[bytes] = []
    level = 0
    while size >> TILE_HEIGHT * level:
        end = size >> TILE_HEIGHT * level
        start = end - end % TILE_WIDTH
        read: Callable[[int, int], list[bytes]] = store.leaf_hashes if level == 0 else _roots(store, level - 1)
        hashes = read(start, end)
        if len(hashes) != end - start or any(len(item) != HASH_BYTES for item in hashes):
            raise FatalLogError(
                f"the database lacks hashes of level {level * TILE_HEIGHT} that a tree of size {size} has",
                rule="store-incomplete",
            )
        partial.append(b"".join(hashes))
        level += 1
    return Edge(size, tuple(partial))


def _roots(store: Store, level: int) -> Callable[[int, int], list[bytes]]:
    def read(start: int, end: int) -> list[bytes]:
        tiles = store.full_tiles(level, start, end)
        if any(len(tile) != FULL_BYTES for tile in tiles):
            raise FatalLogError(f"a tile of level {level} in the database is not full", rule="store-incomplete")
        return [perfect_root(tile) for tile in tiles]

    return read
