"""Arithmetic modulo r in few wide operations.

``Scalar`` of py-arkworks-bls12381 multiplies in a quarter of the time of ``a * b % r``; it reduces silently, and its
constructor from ``int`` is slow, so numbers come in through :func:`scalar`. Python is not constant time, nor is this.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import mul
from typing import Final

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import ORDER, SCALAR_BYTES

ZERO: Final = Scalar(0)
ONE: Final = Scalar(1)
TWO: Final = Scalar(2)


def scalar(value: int) -> Scalar:
    """The integer modulo r."""
    return Scalar.from_be_bytes((value % ORDER).to_bytes(SCALAR_BYTES, "big"))


def powers(base: Scalar, count: int) -> list[Scalar]:
    """1, base, base², …: ``count`` of them."""
    return list(accumulate(repeat(base, count - 1), mul, initial=ONE)) if count else []


def dot(left: Iterable[Scalar], right: Iterable[Scalar]) -> Scalar:
    """Σ left_i · right_i. Pre-condition: equally many."""
    return sum(map(mul, left, right), ZERO)


def scale(factor: Scalar, values: Iterable[Scalar]) -> list[Scalar]:
    """Each value times the factor."""
    return [factor * value for value in values]


def invert_all(values: Sequence[Scalar]) -> list[Scalar]:
    """1/value for each, by one inversion (Montgomery's trick). Pre-condition: none is zero."""
    prefixes = list(accumulate(values, mul, initial=ONE))
    inverse = prefixes.pop().inverse()
    inverses = list[Scalar]()
    for value, prefix in zip(reversed(values), reversed(prefixes), strict=True):
        inverses.append(inverse * prefix)
        inverse = inverse * value
    inverses.reverse()
    return inverses


def geometric_sum(base: Scalar, log_count: int) -> Scalar:
    """Σ base^i for i below 2^log_count, as Π (1 + base^(2^k))."""
    total = ONE
    for _ in range(log_count):
        total = total * (ONE + base)
        base = base.square()
    return total


def fold_products(challenges: Sequence[Scalar], inverses: Sequence[Scalar]) -> list[Scalar]:
    """Π_s u_s^(±1) for each pattern of signs, index bits counted from the top: + where bit s is 1.

    Shapes: 2^len(challenges) products; entry 0 is Π u_s^(-1).
    """
    products = [ONE]
    for u, u_inverse in zip(challenges, inverses, strict=True):
        products = [p * factor for p in products for factor in (u_inverse, u)]
    return products


def pack(values: Iterable[Scalar]) -> bytes:
    """32 bytes big-endian each."""
    return b"".join([value.to_be_bytes() for value in values])
