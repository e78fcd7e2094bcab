"""C2SP tlog-tiles: the names of tiles, which tiles a tree has, and where in a tile a node's hash is found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from typing_extensions import override

from ledger.errors import MalformedError
from ledger.merkle.hashing import HASH_BYTES
from ledger.merkle.nodes import Node

TILE_HEIGHT: Final = 8
"""Levels of the tree in one tile."""

TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

MAX_LEVEL: Final = 63
"""The greatest tile level that has a name."""

MAX_SIZE: Final = 2**63 - 1
"""The greatest size of a tree: what fits into a signed 64-bit integer everywhere."""

_TILE_PATH: Final = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class TilePath:
    """The name of a hash tile or of an entry bundle, for instance ``tile/0/x001/234.p/5``.

    Attributes:
        level: tile level 0..63, or ``entries`` for a bundle of entries.
        n: the tile's position in its level, from 0.
        width: 256 for a full tile, 1..255 for a partial one.
    """

    level: int | Literal["entries"]
    n: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what has no name.

        Raises:
            MalformedError: level, n or width is out of range.
        """
        if isinstance(self.level, int) and not 0 <= self.level <= MAX_LEVEL:
            raise MalformedError(f"a tile's level is not between 0 and {MAX_LEVEL}")
        if not 0 <= self.n <= MAX_SIZE:
            raise MalformedError("a tile's number is not between 0 and 2^63 - 1")
        if not 1 <= self.width <= TILE_WIDTH:
            raise MalformedError(f"a tile's width is not between 1 and {TILE_WIDTH}")

    @classmethod
    def parse(cls, text: str) -> "TilePath":
        """The tile that ``text`` names, in the one spelling of C2SP tlog-tiles, without a leading slash.

        Raises:
            MalformedError: any other text.
        """
        match = _TILE_PATH.fullmatch(text)
        if match is None:
            raise MalformedError("not the path of a tile")
        level, n, width = match.groups()
        # The pattern has let ASCII digits through only, so int() reads exactly what is written; what it also reads
        # (leading zeroes, a partial tile of width 256, too many x000) the comparison refuses.
        path = cls(
            "entries" if level == "entries" else int(level),
            int(n.replace("x", "").replace("/", "")),
            TILE_WIDTH if width is None else int(width),
        )
        if str(path) != text:
            raise MalformedError("not the canonical path of a tile")
        return path

    @override
    def __str__(self) -> str:
        groups: list[str] = [f"{self.n % 1000:03}"]
        rest = self.n // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        name = f"tile/{self.level}/{'/'.join(reversed(groups))}"
        return name if self.is_full else f"{name}.p/{self.width}"

    @property
    def is_full(self) -> bool:
        """Whether the tile can never grow any more."""
        return self.width == TILE_WIDTH

    def full(self) -> "TilePath":
        """The full tile of the same place."""
        return TilePath(self.level, self.n)


def tiles_for_size(size: int, *, since: int = 0) -> Iterator[TilePath]:
    """The hash tiles of a tree of ``size`` leaves that a tree of ``since`` leaves does not have, level by level.

    With since = 0: all of them, the partial one of a level last.
    """
    level = 0
    # Where a level adds nothing, no level above it does.
    while (have := since >> TILE_HEIGHT * level) < (want := size >> TILE_HEIGHT * level):
        yield from _tiles(level, have, want)
        level += 1


def bundles_for_size(size: int, *, since: int = 0) -> Iterator[TilePath]:
    """The entry bundles of a tree of ``size`` leaves that a tree of ``since`` leaves does not have."""
    if since < size:
        yield from _tiles("entries", since, size)


def _tiles(level: int | Literal["entries"], have: int, want: int) -> Iterator[TilePath]:
    for n in range(have // TILE_WIDTH, want // TILE_WIDTH):
        yield TilePath(level, n)
    if want % TILE_WIDTH:
        yield TilePath(level, want // TILE_WIDTH, want % TILE_WIDTH)


def tile_at(level: int, n: int, size: int) -> TilePath:
    """Tile ``n`` of ``level``, as wide as it is in a tree of ``size`` leaves.

    Pre-conditions: the tree has it.
    """
    width = min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - TILE_WIDTH * n)
    if width < 1:
        raise AssertionError(f"bad math in tile_at: a tree of size {size} has no tile {level}/{n}")
    return TilePath(level, n, width)


def tile_of(node: Node, size: int) -> TilePath:
    """The tile from which a node's hash is computed in a tree of ``size`` leaves.

    Pre-conditions: the node's leaves are all in the tree.
    """
    if (node.n + 1) << node.level > size:
        raise AssertionError(f"bad math in tile_of: a tree of size {size} has no node {node.level}/{node.n}")
    level, above = divmod(node.level, TILE_HEIGHT)
    return tile_at(level, node.n << above >> TILE_HEIGHT, size)


def node_in_tile(node: Node, tile: bytes) -> bytes:
    """The hash of a node from the hashes in its :func:`tile_of`."""
    above = node.level % TILE_HEIGHT
    first = (node.n << above) % TILE_WIDTH
    return perfect_root(tile[HASH_BYTES * first : HASH_BYTES * (first + (1 << above))])


def perfect_root(hashes: bytes) -> bytes:
    """The root over 2**k hashes written one after the other, 0 ≤ k; for a full tile, its hash in the level above."""
    if len(hashes) < HASH_BYTES or (len(hashes) // HASH_BYTES).bit_count() != 1 or len(hashes) % HASH_BYTES:
        raise AssertionError("bad math in perfect_root: not a power of two of whole hashes")
    while len(hashes) > HASH_BYTES:
        hashes = b"".join(
            [
                sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest()
                for at in range(0, len(hashes), 2 * HASH_BYTES)
            ]
        )
    return hashes
