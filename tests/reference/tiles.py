"""Tiles and bundles of a published tree, verified from its root (docs/spec/log.md section 2)."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from .merkle import EMPTY, node_hash, root
from .refusal import RefusedError, require

WIDTH = 256
HASH = 32
MAX_LEVEL = 63

Files = Mapping[str, bytes]


class GoneError(Exception):
    """A file is not there: nothing is found, the tree is not read to its end."""


def name_of(level: int | str, n: int, width: int) -> str:
    """The path of a tile or bundle."""
    groups = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def read_name(path: str) -> tuple[int | str, int, int]:
    """Level (or `entries`), number and width of a path; what is not spelled so names nothing."""
    found = re.fullmatch(r"tile/(entries|[0-9]+)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?", path)
    if found is None:
        raise RefusedError("malformed")
    level = found[1] if found[1] == "entries" else int(found[1])
    n, width = int(re.sub(r"[x/]", "", found[2])), WIDTH if found[3] is None else int(found[3])
    require(level == "entries" or level <= MAX_LEVEL, "malformed")
    require(1 <= width <= WIDTH and name_of(level, n, width) == path, "malformed")
    return level, n, width


def _file(files: Files, level: int | str, n: int, width: int) -> tuple[bytes, int]:
    """The bytes and how many items they should be: where a partial one is gone, the full one's."""
    for count in (width, WIDTH):
        name = name_of(level, n, count)
        if name in files:
            return files[name], count
    raise GoneError(name_of(level, n, width))


def perfect_subtrees(size: int) -> list[tuple[int, int]]:
    """Level and number of the perfect subtrees of which a tree consists, from the left."""
    found, first = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, first >> level))
            first += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """From the right; nothing gives the root of the empty tree."""
    if not hashes:
        return EMPTY
    folded = hashes[-1]
    for left in hashes[-2::-1]:
        folded = node_hash(left, folded)
    return folded


class Tree:
    """The tree of this size and root: every tile that is read is verified."""

    def __init__(self, files: Files, size: int, top: bytes) -> None:
        """Step 1: the right edge."""
        self.files, self.size = files, size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        for level in range(8):
            if (size >> 8 * level) % WIDTH:
                number = size >> 8 * (level + 1)
                self._tiles[level, number] = self._read(level, number)
        require(fold([self.subtree(*node) for node in perfect_subtrees(size)]) == top, "wrong-tile")

    def _read(self, level: int, number: int) -> list[bytes]:
        width = min(WIDTH, (self.size >> 8 * level) - WIDTH * number)
        raw, count = _file(self.files, level, number, width)
        require(len(raw) == HASH * count, "malformed")
        return [raw[at : at + HASH] for at in range(0, HASH * width, HASH)]

    def tile(self, level: int, number: int) -> list[bytes]:
        """Step 2: a full tile's root stands in the tile above."""
        if (level, number) not in self._tiles:
            above = self.tile(level + 1, number // WIDTH)
            found = self._read(level, number)
            require(root(found) == above[number % WIDTH], "wrong-tile")
            self._tiles[level, number] = found
        return self._tiles[level, number]

    def subtree(self, level: int, number: int) -> bytes:
        """The root of a perfect subtree, from the tile that holds its hashes."""
        above, within = divmod(level, 8)
        first = number << within
        hashes = self.tile(above, first // WIDTH)
        return root(hashes[first % WIDTH : first % WIDTH + (1 << within)])

    def beginning(self, size: int) -> bytes:
        """The root over the first entries."""
        return fold([self.subtree(*node) for node in perfect_subtrees(size)])


def read_bundle(files: Files, number: int, size: int) -> tuple[list[bytes], bool]:
    """A bundle's entries as far as they are whole, and whether they are exactly those that it should hold."""
    width = min(WIDTH, size - WIDTH * number)
    raw, count = _file(files, "entries", number, width)
    entries, at = [], 0
    while len(entries) < count and len(raw) >= at + 2:
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if end > len(raw):
            break
        entries.append(raw[at + 2 : end])
        at = end
    return entries[:width], len(entries) == count and at == len(raw)


def published(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """The hash tiles over these leaf hashes."""
    files, level, hashes = {}, 0, list(leaves)
    while hashes:
        bounds = [*range(0, len(hashes), WIDTH), len(hashes)]
        parts = [hashes[a:b] for a, b in pairwise(bounds)]
        files |= {name_of(level, n, len(part)): b"".join(part) for n, part in enumerate(parts)}
        hashes = [root(part) for part in parts if len(part) == WIDTH]
        level += 1
    return files
