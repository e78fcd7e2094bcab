"""Points and scalars by both libraries, claim proofs read and checked, openings of sums."""

import json
import os

from fuzz.seeds import secret, small
from fuzz.target import JUDGED, Broken, Prepared, Target, refused, same
from ledger.crypto.backend import FIELD, ORDER, POINT_BYTES
from ledger.crypto.backends import reference_backend
from ledger.crypto.batch import BatchFailure, ClaimCheck, SumCheck, verify_batch
from ledger.crypto.generators import basis_GG
from ledger.crypto.group import format_scalar, parse_point, parse_scalar
from ledger.crypto.proof import format_proof, parse_proof
from ledger.encoding import decode_base64, encode_base64
from ledger.errors import MalformedError
from ledger.records.view import View
from ledger.rules.engine import owed

TORSION = bytes(48) + (2).to_bytes(48, "big")
"""(0, 2), a point of order 3: on the curve, not in the subgroup."""

EDGES = tuple(n.to_bytes(48, "big") for n in (0, 1, 2, FIELD - 2, FIELD - 1, FIELD, FIELD + 2, 2**384 - 1))


def points() -> tuple[bytes, ...]:
    """Some points of the curve."""
    row = basis_GG(16)
    return (*(row[at : at + POINT_BYTES] for at in range(0, len(row), POINT_BYTES)), TORSION)


def _point() -> Prepared:
    reference = reference_backend()

    def read(raw: bytes) -> None:
        theirs = refused(lambda: parse_point(raw, backend=reference))
        if refused(lambda: parse_point(raw)) is not theirs:
            raise Broken("the two libraries of the group do not agree on what a point is")
        same(parse_point(raw), raw)

    return Prepared(points(), read, words=EDGES)


def _scalar() -> Prepared:
    words = tuple(n.to_bytes(32, "big") for n in (0, 1, ORDER - 1, ORDER, ORDER + 1, 2**255, 2**256 - 1))

    def read(raw: bytes) -> None:
        value = int(parse_scalar(raw))
        if not 0 <= value < ORDER:
            raise Broken("a scalar is not reduced")
        same(format_scalar(value), raw)

    return Prepared((*words[:3], b"\0" + secret("scalar")[1:]), read, words=words)


def _check(rule: str) -> ClaimCheck:
    ledger = small("hidden" if rule == "hidden" else "none")
    record = ledger.record("claim")
    view: View = ledger.view_before("claim")
    (check,) = owed(view, record).checks
    if not isinstance(check, ClaimCheck):
        raise AssertionError("bad math in the seeds: a claim owes no claim check")  # noqa: TRY004
    return check


def _proof() -> Prepared:
    """The first byte chooses one of two shapes."""
    checks = (_check("none"), _check("hidden"))

    def read(raw: bytes) -> None:
        shape = checks[raw[0] & 1 if raw else 0].shape
        same(format_proof(parse_proof(shape, raw[1:])), raw[1:])

    return Prepared(tuple(bytes([i]) + check.proof for i, check in enumerate(checks)), read, words=(*points(), *EDGES))


def _claim() -> Prepared:
    """A proof and a commitment, checked by all four equations: none but the ones made may pass."""
    check = _check("hidden")

    def read(raw: bytes) -> None:
        commitment, proof = raw[:POINT_BYTES], raw[POINT_BYTES:]
        one = ClaimCheck(check.shape, check.allowance, check.context, commitment, proof)
        _verify(one)
        if (commitment, proof) != (check.commitment, check.proof):
            raise Broken("a proof was changed and still holds")

    return Prepared((check.commitment + check.proof,), read, refusals=JUDGED, words=(*points(), *EDGES))


def _verify(check: ClaimCheck | SumCheck) -> None:
    try:
        verify_batch((check,), randbytes=os.urandom)
    except BatchFailure as failure:
        if list(failure.failures) != [0]:
            raise Broken("a batch of one blames another") from failure
        raise failure.failures[0] from failure


def _opening() -> Prepared:
    seeds = []
    for ledger, name, basis in ((small("hidden"), "roster", "allowance"), (small(), "total", "quantities")):
        (check,) = owed(ledger.view_before(name), ledger.record(name)).checks
        if not isinstance(check, SumCheck):
            raise AssertionError("bad math in the seeds: no sum to check")  # noqa: TRY004
        said = {
            "amounts": list(check.amounts),
            "basis": basis,
            "blinding": encode_base64(check.blinding),
            "points": [encode_base64(point) for point in check.points],
        }
        seeds.append(json.dumps(said, separators=(",", ":")).encode())

    def read(raw: bytes) -> None:
        try:
            said = json.loads(raw)
            rows = tuple(decode_base64(f"{text}") for text in said["points"])
            blinding, amounts, basis = decode_base64(f"{said['blinding']}"), tuple(said["amounts"]), said["basis"]
        except (ValueError, TypeError, KeyError, RecursionError) as exc:
            raise MalformedError("not the way in which this target writes its inputs") from exc
        if basis not in ("allowance", "quantities") or not all(type(amount) is int for amount in amounts):
            raise MalformedError("not of the types that callers promise")
        _verify(SumCheck(points=rows, amounts=amounts, basis=basis, blinding=blinding))

    return Prepared(tuple(seeds), read, refusals=JUDGED)


TARGETS: tuple[Target, ...] = (
    Target("point", 60_000, _point),
    Target("scalar", 40_000, _scalar),
    Target("claim proof", 40_000, _proof),
    Target("claim, checked", 8_000, _claim),
    Target("opening of a sum", 8_000, _opening),
)
