"""Points and scalars as they stand on the wire: one spelling each, and sums of points."""

from collections.abc import Iterable

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import FIELD, ORDER, POINT_BYTES, SCALAR_BYTES, Backend
from ledger.crypto.backends import default_backend
from ledger.errors import MalformedError


def parse_point(raw: bytes, what: str = "a point", *, backend: Backend | None = None) -> bytes:
    """The 96 bytes, if they are canonical coordinates of a point of the curve other than the identity.

    The subgroup is not checked: every equation clears the cofactor (docs/spec/claim.md §5). For points that become
    keys, check it elsewhere; linear equations are the only use this is meant for.

    Raises:
        MalformedError: another length, a coordinate of p or more, off the curve, or any spelling of the identity.
    """
    if len(raw) != POINT_BYTES:
        raise MalformedError(f"{what} has {len(raw)} bytes; exactly {POINT_BYTES} are needed")
    if not (backend or default_backend()).is_point(raw):
        raise MalformedError(f"{what} is not a point of the curve in its canonical form")
    return raw


def parse_scalar(raw: bytes, what: str = "a scalar") -> Scalar:
    """The number that the 32 big-endian bytes spell, below the group order.

    Raises:
        MalformedError: another length, or r or more.
    """
    if len(raw) != SCALAR_BYTES:
        raise MalformedError(f"{what} has {len(raw)} bytes; exactly {SCALAR_BYTES} are needed")
    try:
        return Scalar.from_be_bytes(raw)
    except ValueError as exc:
        raise MalformedError(f"{what} is not below the group order") from exc


def format_scalar(value: int) -> bytes:
    """The 32 big-endian bytes of a number in [0, r)."""
    if not 0 <= value < ORDER:
        raise AssertionError("bad math in a scalar: not reduced")
    return value.to_bytes(SCALAR_BYTES, "big")


def sum_points(points: Iterable[bytes]) -> bytes:
    """Σ points by plain addition, exact on the whole curve: ``b""`` for the identity (and for no points).

    Pre-conditions: each has been through :func:`parse_point`.
    """
    return default_backend().add(b"".join(points))


def negate(point: bytes) -> bytes:
    """The point with the same x and the other y; the identity ``b""`` is its own."""
    if not point:
        return b""
    half = POINT_BYTES // 2
    y = int.from_bytes(point[half:], "big")
    return point[:half] + (-y % FIELD).to_bytes(half, "big")
