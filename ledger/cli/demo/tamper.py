"""What a lying operator could do: change entries, rebuild the tree over them and sign it anew with the log's own key.

Each forgery is written out as a whole ledger of static files, consistent in every hash and every signature of the log,
so that nothing but the rules and the mathematics can tell. The audit must name it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.client.export import write_file
from ledger.client.source import CHECKPOINT, FolderSource
from ledger.encoding import canonical_json, parse_canonical_json
from ledger.merkle.bundle import decode_bundle, encode_bundle
from ledger.merkle.frontier import Frontier
from ledger.merkle.hashing import HASH_BYTES, leaf_hash
from ledger.merkle.tiles import TILE_WIDTH, bundles_for_size, perfect_root, tiles_for_size
from ledger.records.entry import MAX_ENTRY_BYTES, build_statement, parse_entry, sign_entry
from ledger.records.kind import Record
from ledger.records.kinds.claim import Claim
from ledger.records.kinds.total import Total
from ledger.records.kinds.withdraw import Withdraw
from ledger.signing import PublicKey, SigningKey
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint

Entries = list[bytes]


@dataclass(frozen=True, slots=True)
class Forgery:
    """One way to cheat.

    Attributes:
        name: the folder's name.
        deed: what was done, in words.
        index: the first entry that differs from the true ledger.
        entries: the forged ledger's entries.
    """

    name: str
    deed: str
    index: int
    entries: Entries


def read_folder(folder: Path, size: int) -> Entries:
    """The entries of an exported ledger, as they stand in its files."""
    source = FolderSource(folder)
    return [entry for path in bundles_for_size(size) for entry in decode_bundle(source.get(str(path)), path.width)]


def write_folder(folder: Path, entries: Sequence[bytes], *, origin: str, log_key: SigningKey) -> None:
    """A whole ledger over these entries: bundles, tiles and a signed checkpoint."""
    hashes = [leaf_hash(entry) for entry in entries]
    frontier = Frontier()
    frontier.extend(hashes)
    for path in bundles_for_size(len(entries)):
        first = path.n * TILE_WIDTH
        write_file(folder / str(path), encode_bundle(entries[first : first + path.width]))
    levels = [b"".join(hashes)]
    while len(levels[-1]) >= HASH_BYTES * TILE_WIDTH:
        below, width = levels[-1], HASH_BYTES * TILE_WIDTH
        levels.append(b"".join(perfect_root(below[at : at + width]) for at in range(0, len(below) - width + 1, width)))
    for path in tiles_for_size(len(entries)):
        if not isinstance(path.level, int) or path.level >= len(levels):
            raise AssertionError("bad math in the levels of a forged tree")
        first = HASH_BYTES * TILE_WIDTH * path.n
        write_file(folder / str(path), levels[path.level][first : first + HASH_BYTES * path.width])
    checkpoint = Checkpoint(origin, len(entries), frontier.root())
    write_file(folder / CHECKPOINT, sign_checkpoint(checkpoint, log_key))


def forgeries(entries: Entries, *, origin: str, council_keys: Sequence[SigningKey]) -> list[Forgery]:
    """Four forgeries of a finished ledger.

    Args:
        entries: the true ledger, with claims in two rounds at least, a withdrawal and a total.
        origin: the ledger's.
        council_keys: the councils collude: whatever a council signs may be signed anew.
    """
    records = [parse_entry(entry, origin=origin) for entry in entries]
    keys = {key.public: key for key in council_keys}
    return [
        _flipped_byte(entries, records),
        _swapped_claim(entries, records, keys),
        _total_off_by_one(entries, records, keys),
        _dropped_withdrawal(entries, records),
    ]


def _first(records: Sequence[Record[Any]], wanted: Callable[[Record[Any]], bool]) -> int:
    return next(index for index, record in enumerate(records) if wanted(record))


def _body(record: Record[Any]) -> dict[str, Any]:
    body: dict[str, Any] = parse_canonical_json(record.statement, what="a statement", limit=MAX_ENTRY_BYTES)["body"]
    return body


def _signed_anew(record: Record[Any], body: dict[str, Any], keys: dict[PublicKey, SigningKey]) -> bytes:
    statement = build_statement(record.kind, record.origin, body)
    return sign_entry(statement, record.kind, [keys[signer] for signer in record.signers])


def _flipped_byte(entries: Entries, records: Sequence[Record[Any]]) -> Forgery:
    """One bit of a proof's last scalar: still well-formed, no longer true."""
    index = _first(records, lambda record: isinstance(record.body, Claim))
    document = parse_canonical_json(entries[index], what="a claim", limit=MAX_ENTRY_BYTES)
    proof = document["statement"]["body"]["proof"]
    # The third character from the end (before any padding) spells bits of the proof's last bytes.
    at = len(proof.rstrip("=")) - 3
    document["statement"]["body"]["proof"] = proof[:at] + ("A" if proof[at] != "A" else "B") + proof[at + 1 :]
    return Forgery(
        "flipped-byte",
        "a byte of a claim is flipped, the tree rebuilt and signed again by the log's key",
        index,
        [*entries[:index], canonical_json(document), *entries[index + 1 :]],
    )


def _swapped_claim(entries: Entries, records: Sequence[Record[Any]], keys: dict[PublicKey, SigningKey]) -> Forgery:
    """A claim's commitment and proof give their place to a valid pair of another round; its council signs them."""
    index = _first(records, lambda record: isinstance(record.body, Claim))
    here = records[index].body
    other = max(
        at for at, record in enumerate(records) if isinstance(record.body, Claim) and record.body.round != here.round
    )
    body = _body(records[index]) | {name: _body(records[other])[name] for name in ("commitment", "proof")}
    return Forgery(
        "swapped-claim",
        "a claim is swapped for a valid one of another round, and its council signs it",
        index,
        [*entries[:index], _signed_anew(records[index], body, keys), *entries[index + 1 :]],
    )


def _total_off_by_one(entries: Entries, records: Sequence[Record[Any]], keys: dict[PublicKey, SigningKey]) -> Forgery:
    """The council itself signs a total that is one unit too high."""
    index = _first(records, lambda record: isinstance(record.body, Total))
    body = _body(records[index])
    body["totals"] = [body["totals"][0] + 1, *body["totals"][1:]]
    return Forgery(
        "total-off-by-one",
        "a council publishes a total that is one unit too high, and signs it",
        index,
        [*entries[:index], _signed_anew(records[index], body, keys), *entries[index + 1 :]],
    )


def _dropped_withdrawal(entries: Entries, records: Sequence[Record[Any]]) -> Forgery:
    """A withdrawal is left out; the tree over the rest is rebuilt."""
    index = _first(records, lambda record: isinstance(record.body, Withdraw))
    return Forgery(
        "dropped-withdrawal",
        "a member's withdrawal is dropped from the log",
        index,
        [*entries[:index], *entries[index + 1 :]],
    )
