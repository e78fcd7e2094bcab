"""``close``: a round ends; count, sum and set of its live claims are stated, and everybody computes all three anew."""

from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from ledger.crypto.backend import POINT_BYTES
from ledger.crypto.group import sum_points
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tree import root_of
from ledger.records.councils import require_council
from ledger.records.facts import now
from ledger.records.fields import MAX_ROWS, Body, Digest, LeafHash
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rounds import CLOSES, SEATS, CloseFact, its_rounds_council, round_of
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View


class Close(Body, frozen=True, kw_only=True):
    """What a close entry says. ``sum`` is empty for the identity, else a point of 96 bytes."""

    count: Annotated[int, Meta(ge=0, le=MAX_ROWS)]
    round: LeafHash
    set: Digest
    sum: Annotated[bytes, Meta(max_length=POINT_BYTES)]


@dataclass(frozen=True, slots=True)
class Fold:
    """The live claims of a round, folded.

    Attributes:
        claims: their leaf hashes in index order, the leaf data of the tree whose root is ``set``.
        sum: Σ C_i by plain addition, 96 bytes; empty for the identity.
        set: the RFC 6962 root over ``claims``.
    """

    claims: tuple[bytes, ...]
    sum: bytes
    set: bytes


def fold_claims(view: View, round_leaf: bytes) -> Fold:
    """What a ``close`` of this round would have to state now."""
    live: list[tuple[int, bytes, bytes]] = [
        (seat.index, seat.claim, seat.commitment) for _, seat in view.scan(SEATS, round_leaf) if seat.claim
    ]
    live.sort()
    claims = tuple(claim for _, claim, _ in live)
    return Fold(claims, sum_points(commitment for _, _, commitment in live), root_of([leaf_hash(c) for c in claims]))


def _check(body: Close) -> None:
    if len(body.sum) not in {0, POINT_BYTES}:
        raise refusal("bad-field", f"sum has {len(body.sum)} bytes; {POINT_BYTES}, or none for the identity")


def _step(view: View, record: Record[Close], index: int) -> tuple[Fact, ...]:
    body = record.body
    fact = round_of(view, body.round)
    require_council(view, record, fact.council)
    earlier = view.get(CLOSES, body.round)
    if earlier is not None:
        raise refusal("already-closed", f"the round was closed by the entry at index {earlier.index}")
    time = now(view)
    if time < fact.closes and not fact.early_close:
        raise refusal("too-early", f"the round runs until {fact.closes}; the last clock says {time}")
    fold = fold_claims(view, body.round)
    if body.count != len(fold.claims):
        raise refusal("wrong-count", f"count is {body.count}; {len(fold.claims)} claims are live")
    if body.sum != fold.sum:
        raise refusal("wrong-sum", "sum is not the sum of the live claims' commitments")
    if body.set != fold.set:
        raise refusal("wrong-set", "set is not the tree root over the live claims in index order")
    return (CLOSES.put(body.round, CloseFact(record.leaf, index, body.count, body.sum, body.set)),)


KIND: Final = Kind("close", Close, _check, nothing_owed, _step, its_rounds_council)
