"""The reference backend: py-ecc, pure Python, slow and independent of the fast one.

It decodes by its own arithmetic here, since py-ecc has no parser for x ‖ y.
"""

from hashlib import sha256
from typing import Any, cast

from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.fields import optimized_bls12_381_FQ as FQ
from py_ecc.optimized_bls12_381.optimized_curve import Z1, add, is_inf, multiply, normalize

from ledger.crypto.backend import EFFECTIVE_COFACTOR, FIELD, ORDER, POINT_BYTES, SCALAR_BYTES, count_points


class PyEccBackend:
    """See :class:`ledger.crypto.backend.Backend`."""

    name = "py-ecc"

    def is_point(self, point: bytes) -> bool:
        """On the curve and canonical; (0, 0), the library's identity, is not on the curve."""
        if len(point) != POINT_BYTES:
            return False
        x, y = _coordinates(point)
        return x < FIELD and y < FIELD and (y * y - x * x * x - 4) % FIELD == 0

    def add(self, points: bytes) -> bytes:
        """Plain addition."""
        total = Z1
        for point in _decode(points):
            total = add(total, point)
        return _encode(total)

    def multiexp(self, points: bytes, scalars: bytes) -> bytes:
        """Term by term."""
        total = Z1
        for i, point in zip(range(count_points(points, scalars)), _decode(points), strict=True):
            scalar = int.from_bytes(scalars[i * SCALAR_BYTES : (i + 1) * SCALAR_BYTES], "big")
            if scalar >= ORDER:
                raise AssertionError("bad math in a sum: a scalar is not reduced")
            total = add(total, multiply(point, scalar))
        return _encode(total)

    def multiexp_fixed(self, points: bytes, scalars: bytes) -> bytes:
        """No tables here."""
        return self.multiexp(points, scalars)

    def clear_cofactor(self, point: bytes) -> bytes:
        """The library multiplies by plain doubling and adding."""
        return _encode(multiply(_decode(point)[0], EFFECTIVE_COFACTOR)) if point else b""

    def hash_to_curve(self, message: bytes, tag: bytes) -> bytes:
        """RFC 9380."""
        return _encode(hash_to_G1(message, tag, cast("Any", sha256)))


def _coordinates(point: bytes) -> tuple[int, int]:
    return int.from_bytes(point[: POINT_BYTES // 2], "big"), int.from_bytes(point[POINT_BYTES // 2 :], "big")


def _decode(points: bytes) -> list[Any]:
    pairs = (_coordinates(points[i : i + POINT_BYTES]) for i in range(0, len(points), POINT_BYTES))
    return [(FQ(x), FQ(y), FQ(1)) for x, y in pairs]


def _encode(point: Any) -> bytes:
    if is_inf(point):
        return b""
    x, y = normalize(point)
    return int(x).to_bytes(POINT_BYTES // 2, "big") + int(y).to_bytes(POINT_BYTES // 2, "big")
