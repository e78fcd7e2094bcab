"""A log into an empty database, perhaps of another kind, without one byte changed."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from ledger.errors import ConflictError, FatalLogError
from ledger.log.ports import FactRow, Store, StoredEntry, StoredHead, Transaction
from ledger.merkle.tiles import TILE_HEIGHT

_PAGE: Final = 1_000
_TILE_PAGE: Final = 64


def copy_store(
    source: Store, target: Store, head: StoredHead, facts: Iterable[FactRow], progress: Callable[[int], None]
) -> None:
    """``target`` holds the log under ``head`` as ``source`` does: each entry, full tile and signed head; and ``facts``.

    In one transaction: all of it or nothing. ``source`` may be written to meanwhile, since what is under a head never
    changes. What was copied is believed no more than it was: look at it with ``fsck``.

    Args:
        source: the log's database.
        target: one with tables and nothing in them.
        head: where the copy ends, one of the heads of ``source``.
        facts: what the entries under ``head`` mean.
        progress: called with the number of entries copied since the last call.

    Raises:
        ConflictError: ``target`` holds a log already.
        FatalLogError: ``source`` lacks rows that its head is of, or it is unknown whether the copy was committed.
        UnavailableError: a database cannot be reached, or did not take a statement; nothing was written.
    """
    standing = target.head()
    if standing is not None:
        raise ConflictError("the target holds a log already", current_size=standing.size, rule="log-exists")
    with target.begin() as transaction:
        _copy_heads(source, transaction, head)
        for start in range(0, head.size, _PAGE):
            end = min(start + _PAGE, head.size)
            raws, leaves = source.entries(start, end), source.leaf_hashes(start, end)
            if not len(raws) == len(leaves) == end - start:
                raise _incomplete(f"entries in [{start}, {end})")
            transaction.append(start, [StoredEntry(raw, leaf) for raw, leaf in zip(raws, leaves, strict=True)])
            progress(end - start)
        _copy_tiles(source, transaction, head.size)
        rows = iter(facts)
        while page := list(islice(rows, _PAGE)):
            transaction.put_facts(page)


def _copy_heads(source: Store, transaction: Transaction, last: StoredHead) -> None:
    """Every signed head, in order, each after the one before it."""
    before: StoredHead | None = None
    while before is None or before.size < last.size:
        page = [
            head for head in source.heads(0 if before is None else before.size + 1, _PAGE) if head.size <= last.size
        ]
        if not page:
            break
        for head in page:
            transaction.compare_and_swap_head(None if before is None else before.size, head)
            before = head
    if before != last:
        raise _incomplete(f"the head of size {last.size}")


def _copy_tiles(source: Store, transaction: Transaction, size: int) -> None:
    level = 0
    while whole := size >> TILE_HEIGHT * (level + 1):
        for start in range(0, whole, _TILE_PAGE):
            end = min(start + _TILE_PAGE, whole)
            tiles = source.full_tiles(level, start, end)
            if len(tiles) != end - start:
                raise _incomplete(f"tiles of level {level} in [{start}, {end})")
            for n, hashes in enumerate(tiles, start):
                transaction.put_tile(level, n, hashes)
        level += 1


def _incomplete(what: str) -> FatalLogError:
    return FatalLogError(f"the database lacks {what}: run fsck", rule="store-incomplete")
