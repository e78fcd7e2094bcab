"""Names of tiles, bundles, tiles against a root, proofs against roots, frontiers."""

from collections.abc import Sequence
from hashlib import sha256

from fuzz.target import JUDGED, Broken, Prepared, Target, same
from ledger.errors import MalformedError
from ledger.merkle.bundle import decode_bundle, encode_bundle
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import HASH_BYTES
from ledger.merkle.nodes import Node
from ledger.merkle.proof import consistency_path, inclusion_path, verify_consistency, verify_inclusion
from ledger.merkle.reader import tiles_needed, verify_tiles
from ledger.merkle.tiles import TILE_WIDTH, TilePath, perfect_root, tiles_for_size
from ledger.merkle.tree import root_of

SIZES = (1, 2, 3, 255, 256, 257, 600)


def tree(size: int) -> list[bytes]:
    """Leaf hashes."""
    return [sha256(b"leaf %d" % i).digest() for i in range(size)]


def tiles(size: int) -> dict[TilePath, bytes]:
    """All hash tiles of the tree, by path."""
    levels = [tree(size)]
    while len(levels[-1]) >= TILE_WIDTH:
        below = levels[-1]
        whole = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
        levels.append([perfect_root(b"".join(below[at : at + TILE_WIDTH])) for at in whole])
    return {
        path: b"".join(levels[int(path.level)][path.n * TILE_WIDTH :][: path.width]) for path in tiles_for_size(size)
    }


def _path() -> Prepared:
    def read(raw: bytes) -> None:
        try:
            text = raw.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError("no text") from exc
        same(str(TilePath.parse(text)).encode(), raw)

    names = ("tile/0/000", "tile/63/x001/x234/067.p/1", "tile/entries/x999/999", "tile/8/256.p/255")
    biggest = TilePath(0, 2**63 - 1)
    seeds = tuple(name.encode() for name in (*names, str(biggest)))
    return Prepared(seeds, read, words=(b"tile/", b"entries/", b"x000/", b"x001/", b".p/", b".p/256", b".p/0", b"/000"))


def _bundle() -> Prepared:
    """The first byte is the width less one."""
    rows = [(b"one",), (b"", b"x" * 300), tuple(b"entry %d" % i for i in range(256)), (b"y" * 65_535,)]

    def read(raw: bytes) -> None:
        if not raw:
            raise MalformedError("nothing")
        same(encode_bundle(decode_bundle(raw[1:], raw[0] + 1)), raw[1:])

    return Prepared(tuple(bytes([len(row) - 1]) + encode_bundle(row) for row in rows), read)


def _tiles() -> Prepared:
    """The first byte chooses a size; the rest are the tiles from which its tree is verified, one after the other."""
    good = []
    for size in SIZES:
        have = tiles(size)
        needed = tiles_needed(size, [Node(0, 0), Node(0, size - 1), Node(0, size // 2)])
        good.append((size, root_of(tree(size)), {path: have[path] for path in needed}))

    def read(raw: bytes) -> None:
        size, root, right = good[raw[0] % len(good) if raw else 0]
        at, given = 1, {}
        for path in right:
            given[path] = raw[at : at + HASH_BYTES * path.width]
            at += HASH_BYTES * path.width
        verify_tiles(size, root, given)
        if given != right:
            raise Broken("other tiles than those of the tree were let through")

    return Prepared(tuple(bytes([i]) + b"".join(each.values()) for i, (*_, each) in enumerate(good)), read, JUDGED)


class Reader:
    """Hashes of nodes from a list of leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes at the nodes."""
        return [root_of(self.leaves[node.n << node.level : (node.n + 1) << node.level]) for node in nodes]


def _proof() -> Prepared:
    """Two bytes choose the sizes; the rest is a path of hashes: of inclusion where they are equal, else consistency."""
    trees = [tree(size) for size in SIZES]
    roots = [root_of(leaves) for leaves in trees]

    def right(one: int, two: int) -> tuple[bytes, ...]:
        reader = Reader(trees[two])
        if one == two:
            return inclusion_path(SIZES[one] // 2, SIZES[one], reader)
        return consistency_path(SIZES[one], SIZES[two], reader)

    def read(raw: bytes) -> None:
        one, two = (raw[0] % len(SIZES), raw[1] % len(SIZES)) if len(raw) > 1 else (0, 0)
        path = tuple(raw[at : at + HASH_BYTES] for at in range(2, len(raw), HASH_BYTES))
        if one == two:
            index = SIZES[one] // 2
            verify_inclusion(trees[one][index], index, SIZES[one], path, roots[one])
        else:
            verify_consistency(SIZES[one], SIZES[two], path, roots[one], roots[two])
        if path != right(one, two):
            raise Broken("another path than that of the tree was let through")

    pairs = [(one, two) for one in range(len(SIZES)) for two in range(one, len(SIZES))]
    return Prepared(tuple(bytes(pair) + b"".join(right(*pair)) for pair in pairs), read, refusals=JUDGED)


def _frontier() -> Prepared:
    seeds = []
    for size in (0, *SIZES):
        frontier = Frontier()
        frontier.extend(tree(size))
        seeds.append(frontier.encode())

    def read(raw: bytes) -> None:
        frontier = Frontier.decode(raw)
        same(frontier.encode(), raw)
        if frontier.size < 2**63 - 1:
            frontier.append(bytes(32))
        frontier.root()

    return Prepared(tuple(seeds), read)


TARGETS: tuple[Target, ...] = (
    Target("tile path", 60_000, _path),
    Target("entry bundle", 40_000, _bundle),
    Target("tiles of a tree", 20_000, _tiles),
    Target("proofs of a tree", 30_000, _proof),
    Target("frontier", 30_000, _frontier),
)
