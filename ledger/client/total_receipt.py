"""A total receipt: the short path by which a member shows herself that she is in the total, without reading the log.

The close of a round signs ``set``, the RFC 6962 root whose leaf data are the live claims' leaf hashes, and ``sum``; the
total opens ``sum``. The file holds the path from her claim to ``set``, and both entries with their receipts. It shows
that she is in the signed set whose sum was opened. That set and sum belong together is for the audit to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.client.receipts import ReceiptFinding, verify_receipt
from ledger.crypto.batch import BatchFailure, verify_batch
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import InvalidInclusionProof, MalformedError, NotFoundError, VerificationError
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import root_from_inclusion
from ledger.merkle.tree import path_of
from ledger.records.entry import parse_entry
from ledger.records.kinds.claim import Claim
from ledger.records.kinds.close import Close
from ledger.records.kinds.total import Total, opening_of
from ledger.signing import RandBytes
from ledger.tlog.policy import Policy

MAX_TOTAL_RECEIPT_BYTES: Final = 1024 * 1024
_KIND: Final = "total-receipt"
_MAX_PATH: Final = 17  # a round has at most 100,000 rows


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry's bytes and its tlog-proof."""

    entry: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True)
class TotalReceipt:
    """The parts of the file; nothing in it is verified.

    Attributes:
        claim: the leaf hash of her claim, 32 bytes.
        position: its place among the round's live claims in index order, from 0.
        size: how many live claims there are.
        path: from the claim's sibling up to ``set``, 32 bytes each.
    """

    claim: bytes
    position: int
    size: int
    path: tuple[bytes, ...]
    close: LoggedEntry
    total: LoggedEntry

    def encode(self) -> bytes:
        """The file: canonical JSON (RFC 8785), version 1."""
        return canonical_json(
            {
                "claim": encode_base64(self.claim),
                "close": _texts(self.close),
                "kind": _KIND,
                "path": [encode_base64(item) for item in self.path],
                "position": self.position,
                "size": self.size,
                "total": _texts(self.total),
                "v": 1,
            }
        )

    @classmethod
    def parse(cls, raw: bytes) -> "TotalReceipt":
        """The parts of a total receipt.

        Raises:
            MalformedError: another form.
        """
        what = "the total receipt"
        value = parse_canonical_json(raw, what=what, limit=MAX_TOTAL_RECEIPT_BYTES)
        if type(value.get("v")) is not int or value["v"] != 1 or value.get("kind") != _KIND:
            raise MalformedError(f"{what} is not of kind {_KIND}, version 1", rule="unknown-version")
        try:
            file = msgspec.convert(value, type=_File)
        except msgspec.ValidationError as exc:
            raise MalformedError(f"{what} has a field that is missing, unknown or of another type") from exc
        return cls(
            claim=decode_base64(file.claim, length=32, what="claim"),
            position=file.position,
            size=file.size,
            path=tuple(decode_base64(item, length=32, what="path") for item in file.path),
            close=LoggedEntry(file.close.entry.encode(), file.close.receipt.encode()),
            total=LoggedEntry(file.total.entry.encode(), file.total.receipt.encode()),
        )


class _Logged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: str
    receipt: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    claim: str
    close: _Logged
    kind: str
    path: tuple[str, ...]
    position: int
    size: int
    total: _Logged
    v: int


@dataclass(frozen=True, slots=True)
class TotalReceiptFinding:
    """A claim that was shown to be in the set whose sum the council opened."""

    claim: bytes
    position: int
    close: ReceiptFinding
    total: ReceiptFinding
    count: int
    totals: tuple[int, ...]

    def shows(self) -> tuple[str, ...]:
        """What is proved, one sentence each."""
        member = (
            f"Your claim is number {self.position + 1} of the {self.count} claims in the set that was signed when the "
            f"round closed (entry no. {self.close.index} of {self.close.record.origin})."
        )
        return (
            member,
            f"The total (entry no. {self.total.index}) opens exactly the sum that was signed together with that set.",
            "Both entries are in the log, and their signatures are valid.",
        )

    def leaves_open(self) -> tuple[str, ...]:
        """What only an audit shows, one sentence each."""
        return (
            "That this sum is the sum of exactly that set, with every live claim in it once and no other.",
            "That those who signed the close and the total were the round's council, and that all other rules held.",
            *(() if self.close.witnessed else ("That everybody is shown this same ledger: there are no witnesses.",)),
        )


def make_total_receipt(claim: bytes, live: Sequence[bytes], close: LoggedEntry, total: LoggedEntry) -> TotalReceipt:
    """The total receipt of the claim with the leaf hash `claim`.

    Args:
        claim: 32 bytes.
        live: the leaf hashes of the round's live claims at its close, in index order.
        close: the round's close.
        total: the round's total.

    Raises:
        NotFoundError: the claim is not among the live ones: replaced, withdrawn, or of another round.
    """
    if claim not in live:
        raise NotFoundError("the claim is not among those that were live when the round closed", rule="not-in-set")
    position = live.index(claim)
    path = path_of([leaf_hash(leaf) for leaf in live], position)
    return TotalReceipt(claim, position, len(live), path, close, total)


def verify_total_receipt(
    raw: bytes, policy: Policy, *, claim_entry: bytes | None, randbytes: RandBytes
) -> TotalReceiptFinding:
    """The claim is in the signed set of a round, and the round's total opens the sum signed with that set.

    Args:
        raw: the file.
        policy: the logs and witnesses that the member trusts.
        claim_entry: her own entry's bytes, if at hand: then the file must be about that very entry.
        randbytes: for the weights of the check of the opening.

    Raises:
        MalformedError: not a total receipt.
        VerificationError: the claim is not in the set, the entries are of different rounds, or the sum does not open to
            the totals.
        LedgerError: as :func:`verify_receipt`, for the close and the total.
    """
    file = TotalReceipt.parse(raw)
    close = verify_receipt(file.close.entry, file.close.receipt, policy)
    total = verify_receipt(file.total.entry, file.total.receipt, policy)
    close_body: Any = close.record.body
    total_body: Any = total.record.body
    if not isinstance(close_body, Close) or not isinstance(total_body, Total):
        raise MalformedError("close and total of the total receipt are not entries of these kinds")
    if close.record.origin != total.record.origin or close_body.round != total_body.round:
        raise VerificationError("the close and the total are of different rounds", rule="wrong-round")
    if close.log != total.log:
        # Two logs of one name, both in the policy: places in one are not places in the other.
        raise VerificationError("the close and the total are in the logs of different keys", rule="wrong-log-key")
    if close.index >= total.index:
        raise VerificationError("the total stands before the close in the log", rule="not-closed")
    if claim_entry is not None:
        _check_own(claim_entry, file.claim, close.record.origin, close_body.round)
    if file.size != close_body.count or len(file.path) > _MAX_PATH:
        raise InvalidInclusionProof("the receipt's size is not the count that the close states", rule="wrong-count")
    if root_from_inclusion(leaf_hash(file.claim), file.position, close_body.count, file.path) != close_body.set:
        raise InvalidInclusionProof("the path does not lead from the claim to the set that the close signs")
    _check_opening(close_body, total_body, randbytes)
    return TotalReceiptFinding(file.claim, file.position, close, total, close_body.count, tuple(total_body.totals))


def _texts(logged: LoggedEntry) -> dict[str, str]:
    return {"entry": logged.entry.decode(), "receipt": logged.receipt.decode()}


def _check_own(entry: bytes, claim: bytes, origin: str, round_leaf: bytes) -> None:
    record = parse_entry(entry, origin=origin)
    if record.leaf != claim:
        raise VerificationError("the total receipt is about another claim than the entry given", rule="wrong-claim")
    if not isinstance(record.body, Claim) or record.body.round != round_leaf:
        raise VerificationError("the entry given is not a claim of the round that was closed", rule="wrong-round")


def _check_opening(close: Close, total: Total, randbytes: RandBytes) -> None:
    try:
        verify_batch((opening_of(close.sum, total),), randbytes=randbytes)
    except BatchFailure as failure:
        raise failure.failures[0] from failure
