"""Hashes of a tree read from tiles that anybody may have served: every tile is verified against the root first."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence

from ledger.errors import MalformedError, VerificationError
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES
from ledger.merkle.nodes import Node, fold, range_nodes
from ledger.merkle.tiles import TILE_WIDTH, TilePath, node_in_tile, perfect_root, tile_at, tile_of

FetchTiles = Callable[[Sequence[TilePath]], Sequence[bytes]]
"""Fetches tiles from anywhere, in the order asked for. (Where a partial tile is gone, it cuts the full one.)"""


def tiles_needed(size: int, nodes: Iterable[Node]) -> tuple[TilePath, ...]:
    """The tiles from which :func:`verify_tiles` can verify, and the tree's hashes at ``nodes`` be read.

    First the tiles of the right edge, which give the root; then those that hold the nodes, each after its parent.
    """
    needed = dict.fromkeys(_edge(size))
    for node in nodes:
        chain: list[TilePath] = []
        tile = tile_of(node, size)
        while tile not in needed:  # ends on the right edge: the topmost tile is always partial
            chain.append(tile)
            tile = _parent(tile, size)
        needed.update(dict.fromkeys(reversed(chain)))
    return tuple(needed)


def verify_tiles(
    size: int, root: bytes, tiles: Mapping[TilePath, bytes], *, trusted: dict[TilePath, bytes] | None = None
) -> None:
    """Every one of ``tiles`` belongs to the tree with ``size`` leaves and this ``root``.

    The partial tiles of the right edge hold exactly the hashes that the root is folded from; a full tile's own hash
    stands in its parent. So the order is edge first, then parents before children (as sumdb's tlog.TileHashReader).

    Args:
        size: the size of the tree, from a signed checkpoint.
        root: the root of the tree, from the same checkpoint.
        tiles: path → bytes as fetched, parents before children, as :func:`tiles_needed` names them.
        trusted: tiles of the same tree that were verified before, if any; the edge may be among them.

    Raises:
        MalformedError: a tile has not the bytes that its path promises.
        VerificationError: a tile is not of this tree; rule ``wrong-tile``.
    """
    for path, tile in tiles.items():
        if len(tile) != HASH_BYTES * path.width:
            raise MalformedError(f"{path} has {len(tile)} bytes; exactly {HASH_BYTES * path.width} are needed")
    trusted = {} if trusted is None else trusted
    known = ChainMap[TilePath, bytes]({}, trusted)
    edge = _edge(size)
    if not edge or not all(path in trusted for path in edge):
        known.update((path, tiles[path]) for path in edge)
        hashes = [node_in_tile(node, known[tile_of(node, size)]) for node in range_nodes(0, size)]
        if (fold(hashes) if hashes else EMPTY_ROOT) != root:
            raise VerificationError("the right edge of the tree does not lead to its root", rule="wrong-tile")
    for path, tile in tiles.items():
        if path in known:
            expected, actual = known[path], tile
        else:
            at = HASH_BYTES * (path.n % TILE_WIDTH)
            expected, actual = known[_parent(path, size)][at : at + HASH_BYTES], perfect_root(tile)
        if actual != expected:
            raise VerificationError(f"{path} does not belong to the tree", rule="wrong-tile")
        known[path] = tile


class TileReader:
    """Reads verified hashes of one tree: plan, one fetch, verify, fold.

    An instance is a ``ReadNodes`` for ``proof.inclusion_path`` and ``proof.consistency_path``. It remembers the tiles
    above the leaves and of the right edge, a 256th of the tree, so that reading on fetches little twice.
    """

    __slots__ = ("_fetch", "_trusted", "root", "size")

    def __init__(self, size: int, root: bytes, fetch: FetchTiles) -> None:
        """Take size and root from a signed checkpoint."""
        self.size = size
        self.root = root
        self._fetch = fetch
        self._trusted: dict[TilePath, bytes] = {}

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes at ``nodes``, in order.

        Raises:
            MalformedError: a tile has not the bytes that its path promises.
            VerificationError: a tile is not of this tree.
        """
        tiles = self._verified(nodes)
        return [node_in_tile(node, tiles[tile_of(node, self.size)]) for node in nodes]

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        """The leaf hashes of the entries ``[start, end)``, all of them in the tree.

        Raises:
            MalformedError: a tile has not the bytes that its path promises.
            VerificationError: a tile is not of this tree.
        """
        paths = [tile_at(0, n, self.size) for n in range(start // TILE_WIDTH, -(-end // TILE_WIDTH))]
        tiles = self._verified([Node(0, TILE_WIDTH * path.n) for path in paths])
        hashes = b"".join(tiles[path] for path in paths)
        first = HASH_BYTES * (start % TILE_WIDTH)
        return [hashes[at : at + HASH_BYTES] for at in range(first, first + HASH_BYTES * (end - start), HASH_BYTES)]

    def _verified(self, nodes: Sequence[Node]) -> Mapping[TilePath, bytes]:
        missing = [path for path in tiles_needed(self.size, nodes) if path not in self._trusted]
        fetched = self._fetch(missing) if missing else ()
        if len(fetched) != len(missing):
            raise AssertionError("bad math in a fetcher of tiles: it returned another number of tiles")
        tiles = dict(zip(missing, fetched, strict=True))
        verify_tiles(self.size, self.root, tiles, trusted=self._trusted)
        self._trusted.update({path: tile for path, tile in tiles.items() if path.level or not path.is_full})
        return ChainMap(tiles, self._trusted)


def _edge(size: int) -> tuple[TilePath, ...]:
    """The partial tiles of a tree, lowest level first: level l has one where bits 8l..8l+7 of the size are not 0."""
    return tuple(
        tile_at(level, size >> 8 * (level + 1), size)
        for level in range((size.bit_length() + 7) // 8)
        if (size >> 8 * level) % TILE_WIDTH
    )


def _parent(tile: TilePath, size: int) -> TilePath:
    """The tile in which a full tile's own hash stands."""
    if tile.level == "entries" or not tile.is_full:
        raise AssertionError("bad math in _parent: only a full hash tile has a parent")
    return tile_at(tile.level + 1, tile.n // TILE_WIDTH, size)
