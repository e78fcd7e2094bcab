"""One integration: a batch of entries, one transaction, one new head; nothing is shown before it is durable.

The order of steps is the whole point (numbers as in :meth:`Writer.write`):
a crash before the commit (6) loses nothing that was answered; after the commit and before the head file (7), start-up
takes the new head on; after the head file and before the answers, the entries are in and a repeated submission gets
the same indices.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.errors import ConflictError, FatalLogError, LedgerError
from ledger.log.batch import Accepted, Admit, Admitted, Batch, Item, Outcome, Refused
from ledger.log.edge import Edge, grow
from ledger.log.log import Log, Published, receipts_under
from ledger.log.ports import StoredEntry, StoredHead, Transaction
from ledger.merkle.hashing import leaf_hash

T = TypeVar("T")

Place = int | LedgerError
"""Where an entry stands, or why it does not."""


class Writer(Generic[T]):
    """Integrates batches into one log. Not safe to share between threads: the sequencer owns it."""

    def __init__(self, log: Log, admit: Admit[T]) -> None:
        """Write to ``log`` what ``admit`` lets in."""
        self._log = log
        self._admit = admit

    def write(self, items: tuple[Item[T], ...]) -> tuple[Outcome, ...]:
        """One outcome an item, in order; the same entry twice, now or long ago, has one index.

        Raises:
            UnavailableError: nothing has been written, or it was, and a tile for the receipts could not be read back.
                Either way this object may be used on, and the same items sent again are answered rightly.
            FatalLogError: another writer was first, the outcome of the commit is unknown, or the head file could not
                be written. Nothing more may be written through this object; ``load_log`` finds out what stands.
        """
        published = self._log.published
        leaves = [leaf_hash(item.raw) for item in items]
        fresh = dict[bytes, Item[T]]()  # leaf hash → its first item
        for leaf, item in zip(leaves, items, strict=True):
            fresh.setdefault(leaf, item)
        placed: dict[bytes, Place] = {}
        grown = None
        try:
            with self._log.store.begin() as transaction:
                # 1. What is in already keeps its index.
                placed.update(self._known(transaction, list(fresh), published.head.size))
                fresh = {leaf: item for leaf, item in fresh.items() if leaf not in placed}
                if fresh:
                    grown = self._integrate(transaction, published, fresh, placed)
            # 6. Leaving the block commits.
        except ConflictError as exc:
            raise FatalLogError(f"this writer stops: {exc}", rule="second-writer") from exc
        if grown is not None:
            # 7. The head file; 8. the head is shown.
            published = self._log.publish(grown.head, grown.edge)
        return _outcomes(leaves, placed, frozenset() if grown is None else grown.leaves, published)

    def _integrate(
        self,
        transaction: Transaction,
        published: Published,
        fresh: dict[bytes, Item[T]],
        placed: dict[bytes, Place],
    ) -> "_Grown | None":
        """The head after the items that are admitted, written but not committed; None where all are refused."""
        # 2. Whoever knows what the bytes mean decides, and writes the facts.
        old_size = published.head.size
        admitted = self._admit(transaction, Batch(old_size, tuple(fresh.values())))
        entries = [StoredEntry(raw, leaf_hash(raw)) for raw in admitted.entries]
        placed.update(_positions(fresh, entries, admitted, old_size))
        if not entries:
            transaction.require_head(old_size)  # what it was refused for must be true of the log as it is
            return None
        # 3. The tree grows, in memory.
        leaves = [entry.leaf for entry in entries]
        edge, filled = grow(published.nodes.edge, leaves)
        # 4. A head is signed, and takes its place first: a second writer finds out here.
        head = self._log.sign(edge)
        transaction.compare_and_swap_head(old_size, head)
        # 5. The rows.
        transaction.append(old_size, entries)
        for tile in filled:
            transaction.put_tile(tile.level, tile.n, tile.hashes)
        return _Grown(head, edge, frozenset(leaves))

    def _known(self, transaction: Transaction, leaves: list[bytes], size: int) -> dict[bytes, int]:
        known = transaction.indices_of(leaves)
        if any(index >= size for index in known.values()):
            raise FatalLogError(
                f"the database holds entries above size {size} that this process has not written: another one writes "
                "to this log, and this writer stops",
                rule="second-writer",
            )
        return known


@dataclass(frozen=True, slots=True)
class _Grown:
    """A head that is not shown yet, its tree's edge, and the leaf hashes that are new in it."""

    head: StoredHead
    edge: Edge
    leaves: frozenset[bytes]


def _positions(
    fresh: dict[bytes, Item[T]], entries: list[StoredEntry], admitted: Admitted, first_index: int
) -> dict[bytes, Place]:
    if len(admitted.outcomes) != len(fresh) or len({entry.leaf for entry in entries}) != len(entries):
        raise AssertionError("bad math in admission: not one outcome an item, or an entry twice")
    placed: dict[bytes, Place] = {}
    for leaf, outcome in zip(fresh, admitted.outcomes, strict=True):
        if isinstance(outcome, LedgerError):
            placed[leaf] = outcome
        elif entries[outcome].leaf == leaf:
            placed[leaf] = first_index + outcome
        else:
            raise AssertionError("bad math in admission: an item's position holds another entry")
    return placed


def _outcomes(
    leaves: list[bytes], placed: dict[bytes, Place], added: frozenset[bytes], published: Published
) -> tuple[Outcome, ...]:
    """One outcome an item; of equal items the first is the new one."""
    receipts = receipts_under(published, sorted({place for place in placed.values() if isinstance(place, int)}))
    outcomes: list[Outcome] = []
    seen = set[bytes]()
    for leaf in leaves:
        place = placed[leaf]
        if isinstance(place, LedgerError):
            outcomes.append(Refused(place))
        else:
            new = leaf in added and leaf not in seen
            outcomes.append(Accepted(place, leaf, receipts[place], new))
        seen.add(leaf)
    return tuple(outcomes)
