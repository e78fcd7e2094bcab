"""What a vault remembers: openings of claims and of hidden allowances, and members' secrets; canonical JSON, padded.

A length shows through every encryption, and a number in decimals is as long as it is large. So a record is filled up
with zero bytes to the length that its longest could have, a multiple of 1 KiB. That length depends on the number of
categories alone, which everybody knows (docs/adr/0006-padded-openings.md).

Security: these are the secrets of households and members. They have no repr, and are written into a vault or a sealed
file only.
"""

from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import override

from ledger.crypto.backend import POINT_BYTES, SCALAR_BYTES
from ledger.crypto.commit import Opening
from ledger.encoding import canonical_json, decode_base64, encode_base64, parse_canonical_json
from ledger.errors import MalformedError

MAX_RECORD_BYTES: Final = 16_384
_SEED_BYTES: Final = 32
_BLOCK: Final = 1024
_WITHOUT_QUANTITIES: Final = 400
"""The longest record but for its quantities: 389 bytes for a claim's, 321 for an allowance's, 217 for a member's
secret, counted in the tests."""

_QUANTITY: Final = 17
"""The longest quantity in JSON, 2^53 - 1, and a comma."""


@dataclass(frozen=True, slots=True)
class ClaimOpening:
    """The opening of one claim.

    Attributes:
        round_leaf: the leaf hash of its round.
        row: its row in the round's rosters.
        seq: its sequence number.
        commitment: the 96 bytes that it opens.
        opening: quantities and blinding.
        seed: the 32 bytes that all its randomness came from; None where the member made it and kept her seed.
    """

    round_leaf: bytes
    row: int
    seq: int
    commitment: bytes
    opening: Opening
    seed: bytes | None

    @override
    def __repr__(self) -> str:
        return "ClaimOpening(…)"


@dataclass(frozen=True, slots=True)
class AllowanceOpening:
    """The opening of one hidden allowance, E and r_E.

    Attributes:
        ref: the member's reference in the roster.
        commitment: C_E, 96 bytes.
        amount: E.
        blinding: r_E.
    """

    ref: str
    commitment: bytes
    amount: int
    blinding: int

    @override
    def __repr__(self) -> str:
        return "AllowanceOpening(…)"


@dataclass(frozen=True, slots=True)
class MemberSecret:
    """What a member's tags are made with; it goes with her when she moves.

    Attributes:
        council: the leaf hash of the council in whose roster she stands.
        ref: her reference there.
        secret: 32 bytes.
        moved: whether it came with her from another council; else it was made here.
    """

    council: bytes
    ref: str
    secret: bytes
    moved: bool

    @override
    def __repr__(self) -> str:
        return "MemberSecret(…)"


VaultRecord = ClaimOpening | AllowanceOpening | MemberSecret


def place_of(record: VaultRecord) -> bytes:
    """Under what a record is found: the commitment that it opens, or the member's council and reference."""
    if isinstance(record, MemberSecret):
        return member_place(record.council, record.ref)
    return record.commitment


def member_place(council: bytes, ref: str) -> bytes:
    """Under what a member's secret is found; no commitment begins so with as many bytes."""
    return b"member\0" + council + ref.encode()


def encode_record(record: VaultRecord) -> bytes:
    """The canonical JSON of a record, filled up to a length that says nothing of the numbers in it."""
    plain, length = _document(record), _padded_length(record)
    if len(plain) > length:
        raise AssertionError("bad math in encode_record: a record is longer than the longest of its kind")
    return plain.ljust(length, b"\0")


def _padded_length(record: VaultRecord) -> int:
    categories = len(record.opening.quantities) if isinstance(record, ClaimOpening) else 0
    return -(-(_WITHOUT_QUANTITIES + categories * _QUANTITY) // _BLOCK) * _BLOCK


def _document(record: VaultRecord) -> bytes:
    if isinstance(record, MemberSecret):
        return canonical_json(
            {
                "council": encode_base64(record.council),
                "kind": "member",
                "moved": record.moved,
                "ref": record.ref,
                "secret": encode_base64(record.secret),
            }
        )
    if isinstance(record, AllowanceOpening):
        return canonical_json(
            {
                "amount": record.amount,
                "blinding": _scalar(record.blinding),
                "commitment": encode_base64(record.commitment),
                "kind": "allowance",
                "ref": record.ref,
            }
        )
    document: dict[str, object] = {
        "blinding": _scalar(record.opening.blinding),
        "commitment": encode_base64(record.commitment),
        "kind": "claim",
        "quantities": list(record.opening.quantities),
        "round": encode_base64(record.round_leaf),
        "row": record.row,
        "seq": record.seq,
    }
    if record.seed is not None:
        document["seed"] = encode_base64(record.seed)
    return canonical_json(document)


def decode_record(raw: bytes) -> VaultRecord:
    """The record that :func:`encode_record` wrote.

    Raises:
        MalformedError: anything else, other padding too; no value is named.
    """
    if len(raw) > MAX_RECORD_BYTES:
        raise MalformedError(f"an opening is longer than {MAX_RECORD_BYTES} bytes", rule="too-long")
    plain = raw.rstrip(b"\0")
    record = _record(parse_canonical_json(plain, what="an opening", limit=MAX_RECORD_BYTES))
    if len(raw) != _padded_length(record):
        raise MalformedError("an opening is not filled up to the length of its kind", rule="not-canonical")
    return record


def _record(document: dict[str, Any]) -> VaultRecord:
    kind = document.get("kind")
    if kind == "allowance":
        _fields(document, ("amount", "blinding", "commitment", "kind", "ref"))
        return AllowanceOpening(
            _text(document, "ref"), _bytes(document, "commitment", POINT_BYTES), _integer(document, "amount"),
            int.from_bytes(_bytes(document, "blinding", SCALAR_BYTES), "big"),
        )  # fmt: skip
    if kind == "member":
        _fields(document, ("council", "kind", "moved", "ref", "secret"))
        if not isinstance(document["moved"], bool):
            raise MalformedError("moved of a member's secret is neither true nor false")
        return MemberSecret(
            _bytes(document, "council", 32), _text(document, "ref"), _bytes(document, "secret", 32), document["moved"]
        )
    if kind != "claim":
        raise MalformedError("an opening is of an unknown kind")
    seeded = ("seed",) if "seed" in document else ()
    _fields(document, ("blinding", "commitment", "kind", "quantities", "round", "row", *seeded, "seq"))
    quantities = document["quantities"]
    if not isinstance(quantities, list) or not all(type(q) is int and q >= 0 for q in quantities):
        raise MalformedError("the quantities of an opening are not a list of integers from 0")
    blinding = int.from_bytes(_bytes(document, "blinding", SCALAR_BYTES), "big")
    return ClaimOpening(
        round_leaf=_bytes(document, "round", 32),
        row=_integer(document, "row"),
        seq=_integer(document, "seq"),
        commitment=_bytes(document, "commitment", POINT_BYTES),
        opening=Opening(tuple(quantities), blinding),
        seed=_bytes(document, "seed", _SEED_BYTES) if seeded else None,
    )


def _scalar(value: int) -> str:
    return encode_base64(value.to_bytes(SCALAR_BYTES, "big"))


def _fields(document: dict[str, Any], names: tuple[str, ...]) -> None:
    if sorted(document) != sorted(names):
        raise MalformedError("an opening has other fields than it should", rule="unknown-field")


def _text(document: dict[str, Any], name: str) -> str:
    value = document[name]
    if not isinstance(value, str):
        raise MalformedError(f"{name} of an opening is not a text")
    return value


def _bytes(document: dict[str, Any], name: str, length: int) -> bytes:
    return decode_base64(_text(document, name), length=length, what=f"{name} of an opening")


def _integer(document: dict[str, Any], name: str) -> int:
    value = document[name]
    if type(value) is not int or value < 0:
        raise MalformedError(f"{name} of an opening is not an integer from 0")
    return value
