"""The fast backend: py-arkworks-bls12381, with its traps closed.

Known of the library (version 0.5): it decodes 96 zero bytes as the identity; ``multiexp_unchecked`` truncates unequal
lists silently; ``point * scalar`` and sums of small scalars take a time that shows the size of the scalar (so secrets
go through ``ledger/crypto/masked.py``); points cannot be pickled. ``multiexp_unchecked`` is the one call that releases
the interpreter lock.
"""

import functools
from typing import Final

from py_arkworks_bls12381 import G1Point, Scalar

from ledger.crypto.backend import EFFECTIVE_COFACTOR, POINT_BYTES, SCALAR_BYTES, count_points

_HALF: Final = SCALAR_BYTES // 2
_PAD: Final = bytes(_HALF)
_ZEROES: Final = bytes(POINT_BYTES)


class ArkworksBackend:
    """See :class:`ledger.crypto.backend.Backend`."""

    name = "arkworks"

    def is_point(self, point: bytes) -> bool:
        """On the curve, canonical, not the identity."""
        if len(point) != POINT_BYTES:
            return False
        try:
            decoded = G1Point.from_xy_bytes_unchecked_be(point)
        except ValueError:
            return False
        return decoded.to_xy_bytes_be() == point != _ZEROES

    def add(self, points: bytes) -> bytes:
        """Plain addition."""
        return _encode(sum(_decode(points), _IDENTITY))

    def multiexp(self, points: bytes, scalars: bytes) -> bytes:
        """One multi-scalar multiplication."""
        count = count_points(points, scalars)
        return _encode(G1Point.multiexp_unchecked(_decode(points), _scalars(scalars, count)))

    def multiexp_fixed(self, points: bytes, scalars: bytes) -> bytes:
        """The same with each scalar in two halves, over P and 2^128·P: a sixth quicker at 257 points."""
        count = count_points(points, scalars)
        bases = list[G1Point]()
        for i in range(0, len(points), POINT_BYTES):
            bases += _halves(points[i : i + POINT_BYTES])
        halves = [
            Scalar.from_be_bytes(_PAD + scalars[i : i + _HALF])
            for j in range(0, len(scalars), SCALAR_BYTES)
            for i in (j + _HALF, j)
        ]
        if not len(halves) == len(bases) == 2 * count:
            raise AssertionError("bad math in a sum over generators")
        return _encode(G1Point.multiexp_unchecked(bases, halves))

    def clear_cofactor(self, point: bytes) -> bytes:
        """Doubling and adding; ``*`` of the library is right in G1 only."""
        return _encode(_double_and_add(_decode(point)[0], EFFECTIVE_COFACTOR)) if point else b""

    def hash_to_curve(self, message: bytes, tag: bytes) -> bytes:
        """RFC 9380."""
        return _encode(G1Point.hash_to_curve(message, tag))


_IDENTITY: Final = G1Point.identity()


def _encode(point: G1Point) -> bytes:
    return b"" if point == _IDENTITY else point.to_xy_bytes_be()


def _decode(points: bytes) -> list[G1Point]:
    decode = G1Point.from_xy_bytes_unchecked_be
    return [decode(points[i : i + POINT_BYTES]) for i in range(0, len(points), POINT_BYTES)]


def _scalars(scalars: bytes, count: int) -> list[Scalar]:
    decode = Scalar.from_be_bytes
    return [decode(scalars[i * SCALAR_BYTES : (i + 1) * SCALAR_BYTES]) for i in range(count)]


def _double_and_add(point: G1Point, factor: int) -> G1Point:
    total = _IDENTITY
    for bit in f"{factor:b}":
        total = total + total
        if bit == "1":
            total = total + point
    return total


@functools.lru_cache(maxsize=1 << 12)  # there are 2,115 generators
def _halves(point: bytes) -> tuple[G1Point, G1Point]:
    """P and 2^128·P, the latter through its bytes so that its coordinates are affine."""
    low = G1Point.from_xy_bytes_unchecked_be(point)
    high = _double_and_add(low, 1 << (8 * _HALF))
    return low, G1Point.from_xy_bytes_unchecked_be(high.to_xy_bytes_be())
