"""Points of the curve outside of G1: of small order, by plain doubling and adding."""

import functools
from typing import Final

from ledger.crypto.backend import EFFECTIVE_COFACTOR, FIELD, ORDER
from ledger.crypto.backends import default_backend

TORSION: Final = bytes(48) + (2).to_bytes(48, "big")
"""(0, 2), of order 3."""


def xy(x: int, y: int) -> bytes:
    """Two coordinates, 48 bytes each."""
    return x.to_bytes(48, "big") + y.to_bytes(48, "big")


def square_root(square: int) -> int:
    """The smaller root; p is 3 modulo 4."""
    root = pow(square, (FIELD + 1) // 4, FIELD)
    if (root * root - square) % FIELD:
        raise AssertionError("bad math in a point: no square")
    return min(root, FIELD - root)


def lifted(x: int) -> bytes:
    """The point of the curve with this x and the smaller y."""
    return xy(x, square_root((x**3 + 4) % FIELD))


def times(factor: int, point: bytes) -> bytes:
    """The multiple, right on the whole curve; ``b""`` for the identity."""
    add, total = default_backend().add, b""
    for bit in f"{factor:b}":
        total = add(total + total)
        if bit == "1":
            total = add(total + point)
    return total


@functools.cache
def torsion_points() -> dict[int, bytes]:
    """A point of each prime order that divides the cofactor."""
    found = {3: TORSION}
    for order in (11, 10177, 859267, 52437899):
        point = times(EFFECTIVE_COFACTOR // order * ORDER, lifted(4))
        if not point or times(order, point):
            raise AssertionError(f"bad math in a point of order {order}")
        found[order] = point
    return found
