"""A small ledger as an operator publishes it: static files in a folder, or a database behind a log."""

import functools
from collections.abc import Sequence
from pathlib import Path

from fuzz.seeds import LOG, ORIGIN
from ledger.log.batch import Admitted, Batch, Item
from ledger.log.log import create_log
from ledger.log.ports import Transaction
from ledger.log.sequencer import Sequencer
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import TILE_WIDTH, TilePath
from ledger.merkle.tree import root_of
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint


def publish(entries: Sequence[bytes], folder: Path) -> Path:
    """Checkpoint, tile and bundle of fewer than 256 entries, whatever they say, signed by the log's own key."""
    if not 0 < len(entries) < TILE_WIDTH:
        raise AssertionError("bad math in the seeds: not one partial tile of entries")
    leaves = [leaf_hash(entry) for entry in entries]
    note = sign_checkpoint(Checkpoint(ORIGIN, len(entries), root_of(leaves)), LOG)
    files = {
        "checkpoint": note,
        str(TilePath(0, 0, len(entries))): b"".join(leaves),
        str(TilePath("entries", 0, len(entries))): encode_bundle(entries),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _admit(_transaction: Transaction, batch: Batch[None]) -> Admitted:
    """Everything goes in: the entries were judged before."""
    return Admitted(tuple(item.raw for item in batch.items), tuple(range(len(batch.items))))


@functools.cache
def stored(entries: tuple[bytes, ...], folder: Path) -> tuple[str, tuple[bytes, ...]]:
    """The database with these entries in ``folder``, and every checkpoint that its log has signed on the way."""
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    upgrade(url)
    store = SqlStore(url)
    log = create_log(store, LOG, ORIGIN, folder / "head")
    heads = []
    with Sequencer(log, _admit) as sequencer:
        for raw in entries:
            sequencer.submit((Item(raw, None),)).result()
            heads.append(log.checkpoint())
    store.close()
    return url, tuple(heads)
