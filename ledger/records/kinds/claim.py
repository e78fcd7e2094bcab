"""``claim``: what one row asks for, in one point, and the proof that it is in range and within its allowance."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec

from ledger.crypto.batch import ClaimCheck
from ledger.crypto.generators import GENERATORS_DIGEST
from ledger.crypto.shape import SUITE, Allowance, Shape
from ledger.encoding import encode_base64
from ledger.records.councils import acting_key
from ledger.records.facts import u32
from ledger.records.fields import Body, Key, LeafHash, Ordinal, Point, Proof, RowNumber
from ledger.records.kind import Check, Kind, Record, nothing_to_check
from ledger.records.rounds import SEATS, SeatFact, its_rounds_council, open_round, round_of, row_of
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View

_KIND: Final = "claim"

_ENCODER: Final = msgspec.json.Encoder(order="sorted")
"""RFC 8785 for what stands in a context: ASCII keys, integers, base64, and an origin without control characters."""


class Claim(Body, frozen=True, kw_only=True):
    """What a claim entry says.

    Attributes:
        round: the round's leaf hash.
        row: the position in the round's rosters, taken one after the other.
        key: the row's member key, or the council's where the row has none.
        seq: 1 for the row's first claim of the round, then one more each time, also after a withdrawal.
        superseded: the row's live claim, which this one replaces; absent if there is none.
        commitment: C = Σ_g q_g·K_g + b·H.
        proof: that the quantities are in range and, with an allowance, that they cost no more.
    """

    round: LeafHash
    row: RowNumber
    key: Key
    seq: Ordinal
    superseded: LeafHash | None = None
    commitment: Point
    proof: Proof


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """What the round and the row have fixed for a claim.

    Attributes:
        shape: widths, prices and slack width.
        allowance: E where it is public, C_E where it is hidden, None without the rule.
    """

    origin: str
    round: bytes
    row: int
    shape: Shape
    allowance: Allowance


def claim_core(terms: ClaimTerms, *, key: bytes, seq: int, superseded: bytes | None) -> bytes:
    """The 32 bytes from which the blinding of a claim's commitment is drawn: all that is said but the commitment."""
    return sha256(b"opentally/v1/core\0" + _message(terms, key, seq, superseded, None)).digest()


def claim_context(terms: ClaimTerms, *, key: bytes, seq: int, superseded: bytes | None, commitment: bytes) -> bytes:
    """The 32 bytes that a claim's proof is bound to: all that is said but the proof, and all that the round has fixed.

    context = SHA-256(``opentally/v1/context`` ‖ 0x00 ‖ RFC 8785 of {M, N, allowance, generators, m, round, statement
    without body.proof, suite, widths}), docs/spec/claim.md §7. The prices are in the round, whose leaf hash is in it.
    """
    return sha256(b"opentally/v1/context\0" + _message(terms, key, seq, superseded, commitment)).digest()


def _message(terms: ClaimTerms, key: bytes, seq: int, superseded: bytes | None, commitment: bytes | None) -> bytes:
    shape, allowance = terms.shape, terms.allowance
    body: dict[str, Any] = {
        "key": encode_base64(key),
        "round": encode_base64(terms.round),
        "row": terms.row,
        "seq": seq,
    }
    if superseded is not None:
        body["superseded"] = encode_base64(superseded)
    if commitment is not None:
        body["commitment"] = encode_base64(commitment)
    message: dict[str, Any] = {
        "M": shape.M,
        "N": shape.N,
        "generators": encode_base64(GENERATORS_DIGEST),
        "m": shape.m,
        "round": encode_base64(terms.round),
        "statement": {"body": body, "kind": _KIND, "ledger": terms.origin, "v": 1},
        "suite": SUITE,
        "widths": list(shape.widths_with_slack),
    }
    if allowance is not None:
        message["allowance"] = encode_base64(allowance) if isinstance(allowance, bytes) else allowance
    return _ENCODER.encode(message)


def _owed(view: View, record: Record[Claim]) -> tuple[Check, ...]:
    body = record.body
    round_fact = round_of(view, body.round)
    row = row_of(view, round_fact, body.row)
    if row.key and body.key != row.key:
        raise refusal("wrong-key", "key is not the row's member key")
    terms = ClaimTerms(record.origin, body.round, body.row, round_fact.shape(), row.allowance)
    context = claim_context(terms, key=body.key, seq=body.seq, superseded=body.superseded, commitment=body.commitment)
    return (
        ClaimCheck(
            shape=terms.shape,
            allowance=terms.allowance,
            context=context,
            commitment=body.commitment,
            proof=body.proof,
        ),
    )


def _step(view: View, record: Record[Claim], index: int) -> tuple[Fact, ...]:
    body = record.body
    round_fact = open_round(view, body.round)
    council = acting_key(view, record, round_fact.council)
    if not row_of(view, round_fact, body.row).key and body.key != council:
        raise refusal("wrong-key", "key is not the one that acts for the council, and the row has no member key")
    require_signers(view, record, {body.key: "key", council: "the council"})
    seat_key = body.round + u32(body.row)
    seat = view.get(SEATS, seat_key) or SeatFact(0, b"", 0, b"")
    if body.seq != seat.seq + 1:
        raise refusal("stale-sequence", f"seq is {body.seq}; the row's next is {seat.seq + 1}")
    if (body.superseded or b"") != seat.claim:
        raise refusal("wrong-superseded", "superseded is not exactly the row's live claim, or absent without one")
    return (SEATS.put(seat_key, SeatFact(body.seq, record.leaf, index, body.commitment)),)


KIND: Final = Kind(_KIND, Claim, nothing_to_check, _owed, _step, its_rounds_council)
