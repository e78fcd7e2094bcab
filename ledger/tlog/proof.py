"""Receipts (C2SP tlog-proof): one entry's place in a log, to be verified offline for as long as keys are known."""

import functools
from dataclasses import dataclass
from typing import Final

from ledger.encoding import decode_base64, encode_base64, parse_decimal
from ledger.errors import MalformedError
from ledger.merkle.hashing import HASH_BYTES
from ledger.merkle.proof import verify_inclusion
from ledger.merkle.tiles import MAX_SIZE
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.note import MAX_NOTE_BYTES
from ledger.tlog.policy import Policy, WitnessedCheckpoint, open_witnessed

MAX_PATH: Final = 63
"""The most hashes of a path: a tree has fewer than 2^63 leaves."""

MAX_EXTRA_BYTES: Final = 64 * 1024
"""The longest extra data."""

MAX_PROOF_BYTES: Final = MAX_NOTE_BYTES + MAX_PATH * 45 + MAX_EXTRA_BYTES * 4 // 3 + 64
"""The longest proof that is read; refused before any work is done."""

_HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The parts of a receipt; nothing in it is verified.

    Attributes:
        index: the place that is claimed for the entry, from 0.
        path: the hashes from the leaf's sibling up, 32 bytes each.
        checkpoint: the signed note of the log, verbatim.
        extra: opaque data that nobody has signed; not trusted. None where there is none.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what has no spelling.

        Raises:
            MalformedError: a field is out of range.
        """
        if not 0 <= self.index < MAX_SIZE:
            raise MalformedError("the index of a proof is not between 0 and 2^63 - 2")
        if len(self.path) > MAX_PATH or any(len(item) != HASH_BYTES for item in self.path):
            raise MalformedError(f"the path of a proof is not at most {MAX_PATH} hashes of {HASH_BYTES} bytes")
        if not 1 <= len(self.checkpoint) <= MAX_NOTE_BYTES:
            raise MalformedError(f"the checkpoint of a proof does not have 1 to {MAX_NOTE_BYTES} bytes")
        if self.extra is not None and not 1 <= len(self.extra) <= MAX_EXTRA_BYTES:
            raise MalformedError(f"the extra data of a proof does not have 1 to {MAX_EXTRA_BYTES} bytes")

    @classmethod
    def parse(cls, raw: bytes) -> "TlogProof":
        """The parts that a receipt file holds.

        Raises:
            MalformedError: another form.
        """
        if len(raw) > MAX_PROOF_BYTES:
            raise MalformedError(f"a proof has more than {MAX_PROOF_BYTES} bytes", rule="too-long")
        head, _, checkpoint = raw.partition(b"\n\n")
        try:
            header, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as exc:
            raise MalformedError("a proof is not ASCII above its checkpoint") from exc
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), what="the extra data of a proof")
        if header != _HEADER or not lines or not lines[0].startswith("index "):
            raise MalformedError("a proof does not begin with its header and an index")
        index = parse_decimal(lines[0].removeprefix("index "), limit=MAX_SIZE, what="the index of a proof")
        path = tuple(decode_base64(line, length=HASH_BYTES, what="a hash of a proof") for line in lines[1:])
        proof = cls(index, path, checkpoint, extra)
        if proof.encode() != raw:
            raise MalformedError("a proof is not in its one spelling")
        return proof

    def encode(self) -> bytes:
        """The bytes of the receipt file, ``.tlog-proof``."""
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(map(_line, self.path))
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.checkpoint


_line: Final = functools.lru_cache(maxsize=4_096)(encode_base64)
"""Of the hashes in one proof, the proofs of its neighbours have nearly all."""


def verify_tlog_proof(raw: bytes, leaf: bytes, policy: Policy) -> tuple[int, Checkpoint]:
    """The index at which the entry with the leaf hash ``leaf`` stands, and the accepted checkpoint that covers it.

    As :func:`open_tlog_proof`, for who need not know whose checkpoint it is.
    """
    index, opened = open_tlog_proof(raw, leaf, policy)
    return index, opened.checkpoint


def open_tlog_proof(raw: bytes, leaf: bytes, policy: Policy) -> tuple[int, WitnessedCheckpoint]:
    """The index at which the entry with the leaf hash ``leaf`` stands, and the checkpoint with who stands behind it.

    Args:
        raw: the receipt as received.
        leaf: the leaf hash, computed by the caller from the entry it holds.
        policy: the logs and witnesses that the caller trusts.

    Raises:
        MalformedError: not a receipt, or its checkpoint is none.
        InvalidSignature: no log of the policy has signed the checkpoint, or a known key's signature does not verify.
        NotAcceptedError: the policy's quorum has not witnessed the checkpoint.
        InvalidInclusionProof: the entry is not shown to stand at that index of the tree.
    """
    proof = TlogProof.parse(raw)
    opened = open_witnessed(policy, proof.checkpoint)
    verify_inclusion(leaf, proof.index, opened.checkpoint.size, proof.path, opened.checkpoint.root)
    return proof.index, opened
