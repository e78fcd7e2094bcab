"""Reads a ledger from a source and lets nothing through that the signed tree does not vouch for."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import msgspec

from ledger.client.source import CHECKPOINT, Source
from ledger.client.trusted import Head, TrustedLog
from ledger.errors import MalformedError, NotFoundError, VerificationError
from ledger.merkle.bundle import decode_bundle
from ledger.merkle.hashing import HASH_BYTES, leaf_hash
from ledger.merkle.nodes import read_root
from ledger.merkle.proof import inclusion_path
from ledger.merkle.reader import TileReader
from ledger.merkle.tiles import TILE_WIDTH, TilePath, tile_at
from ledger.tlog.policy import Policy
from ledger.tlog.proof import TlogProof

PREFETCH: Final = 4
"""Bundles fetched ahead: enough to hide the network, at most 4 · 16 MiB in memory."""


# A Struct, since there is one for every entry: a frozen dataclass takes eight times as long to be made.
class VerifiedEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry whose bytes hash to leaf `index` of the signed tree; what it says is not judged yet."""

    index: int
    raw: bytes
    leaf: bytes


class LedgerReader:
    """One ledger, read through one trusted view of its log."""

    def __init__(self, source: Source, trusted: TrustedLog) -> None:
        self._source = source
        self._trusted = trusted

    @property
    def policy(self) -> Policy:
        """Whose signatures are believed."""
        return self._trusted.policy

    @property
    def head(self) -> Head | None:
        """The last state believed."""
        return self._trusted.head

    def update(self) -> Head:
        """Believe the state that the source shows now, if it continues the one believed before.

        Raises:
            MalformedError, VerificationError: the checkpoint or a tile is not what it should be.
            MisbehaviourError: the log went back or signed another history.
            NotFoundError, UnavailableError: it cannot be read.
        """
        head = self._trusted.propose(self._source.get(CHECKPOINT))
        self._trusted.accept(head, {path: fetch_tile(self._source, path) for path in self._trusted.needed(head)})
        return head

    def entries(self, start: int, end: int) -> Iterator[VerifiedEntry]:
        """The entries [start, end) of the believed tree, in order; the first that is wrong ends it.

        Every entry before the one at fault has been yielded when an error is raised, so the number yielded tells where
        the fault is: in a bundle that is cut off, the first entry that is not whole.

        Raises:
            MalformedError: a bundle or tile is not one; ``bad-bundle``.
            VerificationError: an entry is not the one in the tree (``entry-not-in-tree``), or a tile is not of it
                (``wrong-tile``).
            NotFoundError, UnavailableError: it cannot be read.
        """
        head = self._believed()
        if not 0 <= start <= end <= head.size:
            raise AssertionError(f"bad math in entries: [{start}, {end}) of a tree of size {head.size}")
        fetched: dict[TilePath, bytes] = {}
        tiles = TileReader(head.size, head.root, lambda paths: [self._tile(path, fetched) for path in paths])
        with ThreadPoolExecutor(PREFETCH, thread_name_prefix="fetch") as threads:
            numbers = iter(range(start // TILE_WIDTH, -(-end // TILE_WIDTH)) if start < end else ())
            ahead: deque[tuple[int, Future[_Bundle]]] = deque()
            try:
                while True:
                    while len(ahead) < PREFETCH and (n := next(numbers, None)) is not None:
                        ahead.append((n, threads.submit(_fetch_bundle, self._source, n, head.size)))
                    if not ahead:
                        return
                    n, future = ahead.popleft()
                    bundle = future.result()
                    fetched[bundle.tile_path] = bundle.tile
                    first = n * TILE_WIDTH
                    leaves = tiles.leaf_hashes(first, first + len(bundle.entries))
                    fetched.clear()
                    for at, raw in enumerate(bundle.entries):
                        if start <= first + at < end:
                            yield _checked(first + at, raw, leaves[at])
                    if bundle.broken is not None:
                        raise bundle.broken
            finally:
                for _, future in ahead:
                    future.cancel()

    def entry(self, index: int) -> VerifiedEntry:
        """The entry at `index` of the believed tree; raises as :meth:`entries` does.

        Raises:
            NotFoundError: the tree has no such index.
        """
        if not 0 <= index < self._believed().size:
            raise NotFoundError(f"the ledger has no entry {index}")
        (entry,) = self.entries(index, index + 1)
        return entry

    def receipt(self, index: int) -> bytes:
        """The tlog-proof of entry `index` in the believed tree, made from verified tiles alone.

        Raises:
            NotFoundError: the tree has no such index.
        """
        head = self._believed()
        if not 0 <= index < head.size:
            raise NotFoundError(f"the ledger has no entry {index}")
        return TlogProof(index, inclusion_path(index, head.size, self._tiles(head)), head.note).encode()

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` entries of the believed tree, from verified tiles.

        Pre-conditions: the tree has as many.
        """
        return read_root(size, self._tiles(self._believed()))

    def _tiles(self, head: Head) -> TileReader:
        return TileReader(head.size, head.root, lambda paths: [fetch_tile(self._source, path) for path in paths])

    def _believed(self) -> Head:
        if self._trusted.head is None:
            raise AssertionError("bad math in LedgerReader: update() comes before reading")
        return self._trusted.head

    def _tile(self, path: TilePath, fetched: dict[TilePath, bytes]) -> bytes:
        return fetched[path] if path in fetched else fetch_tile(self._source, path)


@dataclass(frozen=True, slots=True)
class _Bundle:
    """`entries` are all of the bundle's, or, where it is `broken`, those that are whole before that place."""

    entries: tuple[bytes, ...]
    broken: MalformedError | None
    tile_path: TilePath
    tile: bytes


def fetch_tile(source: Source, path: TilePath) -> bytes:
    """The bytes of a hash tile, unverified; where a partial tile is gone, cut from the full one (C2SP tlog-tiles).

    Raises:
        MalformedError: what stands in the full one's place is not full.
    """
    try:
        return source.get(str(path))
    except NotFoundError:
        if path.is_full:
            raise
    full = source.get(str(path.full()))
    if len(full) != HASH_BYTES * TILE_WIDTH:
        raise MalformedError(f"{path.full()} has {len(full)} bytes; exactly {HASH_BYTES * TILE_WIDTH} are needed")
    return full[: HASH_BYTES * path.width]


def fetch_entries(source: Source, path: TilePath) -> tuple[bytes, ...]:
    """The entries of a bundle, unverified; cut from the full bundle where the partial one is gone.

    Raises:
        MalformedError: it does not hold exactly its entries; ``bad-bundle``.
    """
    raw, width = _bundle_bytes(source, path)
    return _decoded(path, raw, width)[: path.width]


def _bundle_bytes(source: Source, path: TilePath) -> tuple[bytes, int]:
    """The bytes of a bundle, unverified, and how many entries their own path promises."""
    try:
        return source.get(str(path)), path.width
    except NotFoundError:
        if path.is_full:
            raise
        return source.get(str(path.full())), TILE_WIDTH


def _decoded(path: TilePath, raw: bytes, width: int) -> tuple[bytes, ...]:
    try:
        return decode_bundle(raw, width)
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}", rule="bad-bundle") from error


def _whole_entries(raw: bytes, limit: int) -> tuple[bytes, ...]:
    """Up to `limit` entries at the beginning of a bundle that is none, as far as they are all there."""
    entries: list[bytes] = []
    at = 0
    while len(entries) < limit and at + 2 <= len(raw):
        start = at + 2
        at = start + int.from_bytes(raw[at:start], "big")
        if at > len(raw):
            break
        entries.append(raw[start:at])
    return tuple(entries)


def bundle_path(n: int, size: int) -> TilePath:
    """Bundle `n`, as wide as it is in a tree of `size` entries."""
    return TilePath("entries", n, min(TILE_WIDTH, size - n * TILE_WIDTH))


def _fetch_bundle(source: Source, n: int, size: int) -> _Bundle:
    path, tile_path = bundle_path(n, size), tile_at(0, n, size)
    raw, width = _bundle_bytes(source, path)
    broken: MalformedError | None = None
    try:
        entries = _decoded(path, raw, width)[: path.width]
    except MalformedError as error:
        entries, broken = _whole_entries(raw, path.width), error
    return _Bundle(entries, broken, tile_path, fetch_tile(source, tile_path))


def _checked(index: int, raw: bytes, leaf: bytes) -> VerifiedEntry:
    if leaf_hash(raw) != leaf:
        raise VerificationError(
            f"the bytes served for entry {index} do not hash to its leaf in the signed tree", rule="entry-not-in-tree"
        )
    return VerifiedEntry(index, raw, leaf)
