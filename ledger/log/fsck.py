"""Everything in the database held against the entries: every leaf hash, every tile, every head, in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.errors import FatalLogError
from ledger.log.edge import EMPTY_EDGE, FullTile, grow
from ledger.log.ports import Store, StoredHead
from ledger.log.startup import open_head
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import TILE_WIDTH
from ledger.tlog.key import VerifierKey

HEADS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check has come: entries, of ``size``; and what was found in order so far."""

    checked: int
    size: int
    tiles: int
    heads: int


def fsck(store: Store, verifier: VerifierKey) -> Iterator[Progress]:
    """Check the whole database up to its last head at the start; yields after every 256 entries, and at the end.

    It may run beside the writer. The facts are not looked at: whoever knows the rules replays them.

    Raises:
        FatalLogError: the first thing that is wrong; ``rule`` is one of ``no-log``, ``wrong-head``, ``wrong-entry``,
            ``wrong-tile``.
    """
    last = store.head()
    if last is None:
        raise FatalLogError("the database holds no head", rule="no-log")
    heads = _heads(store, last.size)
    head = next(heads)
    edge = EMPTY_EDGE
    tiles = seen = 0
    while True:
        # Grow to the next head or the next whole tile, whichever is first, so that every head's root is seen.
        while head.size == edge.size:
            open_head(head, verifier)
            if head.root != edge.root():
                raise FatalLogError(f"the head of size {head.size} is not the root of the entries", rule="wrong-head")
            seen += 1
            if head.size == last.size:
                _require_no_more(store, last.size, tiles)
                yield Progress(edge.size, last.size, tiles, seen)
                return
            head = next(heads)
        end = min(head.size, edge.size - edge.size % TILE_WIDTH + TILE_WIDTH)
        edge, filled = grow(edge, _checked_leaves(store, edge.size, end))
        for tile in filled:
            _check_tile(store, tile)
        tiles += len(filled)
        if filled:
            yield Progress(edge.size, last.size, tiles, seen)


def _heads(store: Store, last: int) -> Iterator[StoredHead]:
    start = 0
    while start <= last:
        page = store.heads(start, HEADS_AT_ONCE)
        yield from page
        if not page:
            break
        start = page[-1].size + 1
    raise FatalLogError("the heads in the database change while they are read", rule="wrong-head")


def _checked_leaves(store: Store, start: int, end: int) -> list[bytes]:
    leaves = [leaf_hash(raw) for raw in store.entries(start, end)]
    if len(leaves) != end - start:
        raise FatalLogError(f"an entry with an index in [{start}, {end}) is missing", rule="wrong-entry")
    for index, (computed, stored) in enumerate(zip(leaves, store.leaf_hashes(start, end), strict=True), start):
        if computed != stored:
            raise FatalLogError(f"entry {index} does not have the leaf hash beside it", rule="wrong-entry")
    return leaves


def _check_tile(store: Store, tile: FullTile) -> None:
    if store.full_tiles(tile.level, tile.n, tile.n + 1) != [tile.hashes]:
        raise FatalLogError(f"the tile {tile.level}/{tile.n} is not that of the entries, or missing", rule="wrong-tile")


def _require_no_more(store: Store, size: int, tiles: int) -> None:
    now = store.head()
    if now is None or now.size != size:
        return  # the log has grown since: what is more belongs to later heads
    if store.entry_count() != size or store.tile_count() != tiles:
        raise FatalLogError("the database holds entries or tiles that belong to no head", rule="wrong-entry")
