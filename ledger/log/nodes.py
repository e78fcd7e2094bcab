"""Hashes of the log's own tree, from its edge in memory and its full tiles: paths and receipts without a query each.

These tiles are the log's own, so nothing is verified here; readers elsewhere use ``ledger.merkle.reader``.
"""

import functools
from collections.abc import Sequence
from typing import Final

from ledger.errors import FatalLogError
from ledger.log.edge import FULL_BYTES, Edge
from ledger.log.ports import Store
from ledger.merkle.hashing import HASH_BYTES, node_hash
from ledger.merkle.nodes import Node
from ledger.merkle.tiles import TILE_HEIGHT, TILE_WIDTH

CACHED_TILES: Final = 2_048
"""Full tiles kept with their inner nodes, 16 kB each."""

Rows = tuple[tuple[bytes, ...], ...]
"""The hashes of a tile, and above them those of its inner nodes: rows[k][i] is the node over hashes [i·2^k, (i+1)·2^k).

Of a partial tile, only what will not change."""


def rows_of(tile: bytes) -> Rows:
    """The tile's hashes and all inner nodes that are complete in it."""
    row = tuple(tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES))
    rows = [row]
    for _ in range(TILE_HEIGHT - 1):
        row = tuple(node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2))
        rows.append(row)
    return tuple(rows)


class FullTiles:
    """The full tiles of a store, the recently used ones in memory; safe to share between threads."""

    __slots__ = ("_store", "rows")

    def __init__(self, store: Store) -> None:
        """Read from ``store``."""
        self._store = store
        self.rows = functools.lru_cache(maxsize=CACHED_TILES)(self._read_rows)

    def _read_rows(self, level: int, n: int) -> Rows:
        return rows_of(self.tile(level, n))

    def tile(self, level: int, n: int) -> bytes:
        """The tile's bytes, which the tree is known to have.

        Raises:
            FatalLogError: the database has lost it.
        """
        found = self._store.full_tiles(level, n, n + 1)
        if len(found) != 1 or len(found[0]) != FULL_BYTES:
            raise FatalLogError(f"the database lacks the full tile {level}/{n}", rule="store-incomplete")
        return found[0]


class TreeNodes:
    """A ``ledger.merkle.nodes.ReadNodes`` over one tree: the edge's tiles, and full ones from the store."""

    __slots__ = ("_edge_rows", "_full", "edge")

    def __init__(self, edge: Edge, full: FullTiles) -> None:
        """Read the tree whose right edge is ``edge``."""
        self.edge = edge
        self._full = full
        self._edge_rows = tuple(rows_of(tile) for tile in edge.tiles)

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes at ``nodes``, in order.

        Pre-conditions: their leaves are all in the tree.
        """
        size = self.edge.size
        hashes: list[bytes] = []
        for node_level, node_n in nodes:
            level, above = divmod(node_level, TILE_HEIGHT)
            first = node_n << above
            n = first // TILE_WIDTH
            on_edge = n == size >> TILE_HEIGHT * (level + 1)
            rows = self._edge_rows[level] if on_edge else self._full.rows(level, n)
            hashes.append(rows[above][(first % TILE_WIDTH) >> above])
        return hashes
