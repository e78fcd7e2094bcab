"""A member's receipt and a total receipt (docs/spec/receipts.md)."""

from dataclasses import dataclass

from . import canonical, totals
from .encoding import base64_read
from .entries import Entry, read_entry
from .merkle import includes, leaf_hash
from .notes import read_hash, read_proof
from .policies import Opened, Policy, open_checkpoint
from .refusal import require

MAX_TOTAL_RECEIPT = 1_048_576
MAX_PATH = 17

_FIELDS = {"claim", "close", "kind", "path", "position", "size", "total", "v"}


@dataclass(frozen=True)
class Receipted:
    """An entry, where it stands, and the checkpoint that says so."""

    entry: Entry
    index: int
    opened: Opened


def verify_receipt(entry: bytes, receipt: bytes, policy: Policy) -> Receipted:
    """The five steps of section 1."""
    proof = read_proof(receipt)
    opened = open_checkpoint(proof.checkpoint, policy)
    head = opened.checkpoint
    require(includes(leaf_hash(entry), proof.index, head.size, proof.hashes, head.root), "invalid-inclusion-proof")
    read = read_entry(entry, head.origin)
    require(read.signatures_hold(), "invalid-signature")
    return Receipted(read, proof.index, opened)


@dataclass(frozen=True)
class TotalReceipt:
    """The fields of section 2."""

    claim: bytes
    close: tuple[bytes, bytes]
    total: tuple[bytes, bytes]
    path: tuple[bytes, ...]
    position: int
    size: int


def read_total_receipt(raw: bytes) -> TotalReceipt:
    """Step 1 of section 2."""
    fields = canonical.read(raw, MAX_TOTAL_RECEIPT)
    require(_is_integer(fields.get("v")) and fields["v"] == 1, "unknown-version")
    require(fields.get("kind") == "total-receipt", "unknown-version")
    require(fields.keys() == _FIELDS, "malformed")
    require(_is_integer(fields["position"]) and _is_integer(fields["size"]), "malformed")
    path = fields["path"]
    require(isinstance(path, list), "malformed")
    return TotalReceipt(
        claim=_digest(fields["claim"]),
        close=_part(fields["close"]),
        total=_part(fields["total"]),
        path=tuple(map(_digest, path)),
        position=fields["position"],
        size=fields["size"],
    )


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _digest(value: object) -> bytes:
    require(isinstance(value, str), "malformed")
    return read_hash(value)


def _part(value: object) -> tuple[bytes, bytes]:
    require(isinstance(value, dict) and value.keys() == {"entry", "receipt"}, "malformed")
    require(all(isinstance(item, str) for item in value.values()), "malformed")
    return value["entry"].encode(), value["receipt"].encode()


def verify_total_receipt(raw: bytes, policy: Policy, own: bytes | None = None) -> None:
    """The nine steps of section 2; `own` is her entry, if it is at hand."""
    receipt = read_total_receipt(raw)
    close = verify_receipt(*receipt.close, policy)
    total = verify_receipt(*receipt.total, policy)
    require((close.entry.kind, total.entry.kind) == ("close", "total"), "malformed")
    same_ledger = close.entry.ledger == total.entry.ledger
    said, opening = close.entry.body, total.entry.body
    require(same_ledger and said["round"] == opening["round"], "wrong-round")
    require(close.opened.log.key == total.opened.log.key, "wrong-log-key")
    require(close.index < total.index, "not-closed")
    if own is not None:
        entry = read_entry(own, close.entry.ledger)
        require(entry.leaf == receipt.claim, "wrong-claim")
        require(entry.kind == "claim" and entry.body["round"] == said["round"], "wrong-round")
    require(receipt.size == said["count"] and len(receipt.path) <= MAX_PATH, "wrong-count")
    leaf, top = leaf_hash(receipt.claim), base64_read(said["set"])
    require(includes(leaf, receipt.position, said["count"], receipt.path, top), "invalid-inclusion-proof")
    totals.open_total(base64_read(said["sum"]), opening["totals"], base64_read(opening["blinding"]))
