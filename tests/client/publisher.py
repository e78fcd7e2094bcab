"""A log in a few lines, for tests: entries in, the static files of C2SP tlog-tiles out, signed by any key one likes."""

from collections.abc import Sequence
from pathlib import Path

from ledger.merkle.bundle import encode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import TILE_WIDTH, TilePath, bundles_for_size, perfect_root, tiles_for_size
from ledger.merkle.tree import root_of
from ledger.signing import SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.policy import Policy
from tests.records.builders import LOG, ORIGIN, key


def log_policy(name: str = LOG, origin: str = ORIGIN) -> Policy:
    vkey = VerifierKey(origin, KeyType.ED25519, key(name).public)
    return Policy.parse(f"log {vkey}\nquorum none\n".encode())


def publish(entries: Sequence[bytes], folder: Path, *, signer: SigningKey | None = None, origin: str = ORIGIN) -> Path:
    """Write checkpoint, tiles and bundles; what a lying operator with the log's key would do."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in bundles_for_size(len(entries)):
        first = path.n * TILE_WIDTH
        put(folder, path, encode_bundle(entries[first : first + path.width]))
    hashes = [leaf_hash(entry) for entry in entries]
    levels = [hashes]
    while len(levels[-1]) >= TILE_WIDTH:
        below = levels[-1]
        levels.append(
            [
                perfect_root(b"".join(below[at : at + TILE_WIDTH]))
                for at in range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
            ]
        )
    for path in tiles_for_size(len(entries)):
        first = path.n * TILE_WIDTH
        put(folder, path, b"".join(levels[int(path.level)][first : first + path.width]))
    note = sign_checkpoint(Checkpoint(origin, len(entries), root_of(hashes)), signer or key(LOG))
    (folder / "checkpoint").write_bytes(note)
    return folder


def put(folder: Path, path: TilePath, data: bytes) -> None:
    file = folder / str(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
