"""Entries as the static files of C2SP tlog-tiles, signed with the bench's log key: what an audit reads."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from bench.ledgers import LOG, ORIGIN
from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import TILE_WIDTH, TilePath, perfect_root, tiles_for_size
from ledger.merkle.tree import root_of
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Policy


def policy() -> Policy:
    """The policy that trusts the bench's log key."""
    return Policy.parse(f"log {VerifierKey(ORIGIN, KeyType.ED25519, LOG.public)}\nquorum none\n".encode())


def publish(entries: Iterable[bytes], folder: Path) -> int:
    """Write the files; the number of entries. No more than a bundle of them is held in memory."""
    hashes: list[bytes] = []
    source = iter(entries)
    while bundle := list(islice(source, TILE_WIDTH)):
        hashes += map(leaf_hash, bundle)
        _put(folder, TilePath("entries", (len(hashes) - 1) // TILE_WIDTH, len(bundle)), encode_bundle(bundle))
    size = len(hashes)
    levels = [hashes]
    while len(levels[-1]) >= TILE_WIDTH:
        below = levels[-1]
        whole = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
        levels.append([perfect_root(b"".join(below[at : at + TILE_WIDTH])) for at in whole])
    for path in tiles_for_size(size):
        first = path.n * TILE_WIDTH
        _put(folder, path, b"".join(levels[int(path.level)][first : first + path.width]))
    (folder / "checkpoint").write_bytes(sign_checkpoint(Checkpoint(ORIGIN, size, root_of(hashes)), LOG))
    return size


def _put(folder: Path, path: TilePath, data: bytes) -> None:
    file = folder / str(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
