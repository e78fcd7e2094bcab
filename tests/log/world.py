"""A log to be tested: how it is made, restarted and read again whole, and an admission that is no ledger's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.errors import NotAcceptedError
from ledger.log.batch import Accepted, Admitted, Batch, Item
from ledger.log.log import Log, create_log, load_log
from ledger.log.ports import Store, Transaction
from ledger.log.sequencer import Sequencer
from ledger.merkle.bundle import decode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import verify_consistency, verify_inclusion
from ledger.merkle.reader import verify_tiles
from ledger.merkle.tiles import TilePath, bundles_for_size, tiles_for_size
from ledger.merkle.tree import root_of
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.proof import TlogProof

ORIGIN = "example.org/log"
KEY = SigningKey(b"k" * 32)
OTHER_KEY = SigningKey(b"o" * 32)


def admit(transaction: Transaction, batch: Batch[None]) -> Admitted:
    """Every entry goes in but those that start with ``bad``; one that starts with ``clock`` brings another before it.

    Each admitted entry adds a fact, so that facts and entries can be compared.
    """
    entries: list[bytes] = []
    outcomes: list[int | NotAcceptedError] = []
    for item in batch.items:
        if item.raw.startswith(b"bad"):
            outcomes.append(NotAcceptedError("it is bad", rule="bad"))
            continue
        if item.raw.startswith(b"clock"):
            entries.append(b"before " + item.raw)
        outcomes.append(len(entries))
        entries.append(item.raw)
    if entries:
        transaction.put_facts(
            [("test", leaf_hash(raw), b"%d" % index) for index, raw in enumerate(entries, batch.first_index)]
        )
    return Admitted(tuple(entries), tuple(outcomes))


def items(*raws: bytes) -> tuple[Item[None], ...]:
    return tuple(Item(raw, None) for raw in raws)


def numbered(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % i for i in range(start, end)]


def append(log: Log, raws: Sequence[bytes]) -> list[Accepted]:
    """Submit them all at once, and insist that they are accepted."""
    with Sequencer(log, admit, max_batch=10**6, max_pending=10**6) as sequencer:
        outcomes = sequencer.submit(items(*raws)).result(30)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Accepted)]


def check_log(log: Log, expected: Sequence[bytes], *, every: int = 1) -> None:
    """Read the whole public output as a stranger would, and hold it against what must be in.

    Args:
        log: the log.
        expected: all entries, in order.
        every: verify the proofs of each so many-th index and size only.
    """
    checkpoint = open_checkpoint(log.checkpoint(), log.verifier)
    size = checkpoint.size
    assert (checkpoint.origin, size) == (ORIGIN, len(expected))
    leaves = [leaf_hash(raw) for raw in expected]
    assert checkpoint.root == root_of(leaves)  # computed from the entries alone
    verify_tiles(size, checkpoint.root, tiles := {path: log.tile(path) for path in _edge_first(size)})
    assert b"".join(tiles[path] for path in tiles_for_size(size) if path.level == 0) == b"".join(leaves)
    served = [raw for path in bundles_for_size(size) for raw in decode_bundle(log.tile(path), path.width)]
    assert served == list(expected)
    some = sorted({*range(0, size, every), *range(max(0, size - 3), size)})
    for index in some:
        receipt = TlogProof.parse(log.receipt(index))
        assert (receipt.index, receipt.checkpoint) == (index, log.checkpoint())
        verify_inclusion(leaves[index], index, size, receipt.path, checkpoint.root)
        assert log.entry(index) == expected[index]
        assert log.index_of(leaves[index]) == index
        past = index + 1
        verify_consistency(past, size, log.consistency(past, size), root_of(leaves[:past]), checkpoint.root)
        assert log.store.get_fact("test", leaves[index]) == b"%d" % index
    assert sum(1 for _ in log.store.scan_facts("test", b"")) == size


def _edge_first(size: int) -> list[TilePath]:
    """All tiles of a tree in the order in which they can be verified: from the top, partial ones before full ones."""
    paths = sorted(tiles_for_size(size), key=lambda path: (-int(path.level), path.n))
    return [path for path in paths if not path.is_full] + [path for path in paths if path.is_full]


@dataclass
class World:
    """What survives a crash: the database and the head file."""

    folder: Path
    open_store: Callable[[], Store]
    closers: list[Callable[[], None]] = field(default_factory=list)

    @property
    def head_file(self) -> Path:
        return self.folder / "head"

    def create(self, store: Store | None = None) -> Log:
        return create_log(store or self.open_store(), KEY, ORIGIN, self.head_file)

    def load(self, store: Store | None = None) -> Log:
        return load_log(store or self.open_store(), KEY, ORIGIN, self.head_file)
