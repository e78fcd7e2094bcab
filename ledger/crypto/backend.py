"""The group as six operations over packed bytes, so that another library can do the same work.

The group is the *whole* curve E(F_p): y² = x³ + 4 of BLS12-381, in which G1 is the subgroup of order r. Nothing here
checks the subgroup; equations clear the cofactor instead (``ledger/crypto/accumulator.py``).

A point is 96 bytes, x ‖ y, each 48 bytes big-endian below p. A scalar is 32 bytes big-endian below r. A row of either
is packed without separators. The identity has no spelling on the wire; operations return it as ``b""``.
"""

from typing import Final, Protocol

POINT_BYTES: Final = 96
SCALAR_BYTES: Final = 32

ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""r, the prime order of G1."""

FIELD: Final = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
"""p, the characteristic of the coordinates."""

EFFECTIVE_COFACTOR: Final = 0xD201000000010001
"""h_eff of RFC 9380 §8.8.1: multiplying by it takes every point of E(F_p) into G1, and kills exactly the rest."""


class Backend(Protocol):
    """What a library of the group must do. Points given to it have been through :meth:`is_point`."""

    name: str

    def is_point(self, point: bytes) -> bool:
        """Whether the 96 bytes are canonical coordinates of a point of the curve other than the identity."""

    def add(self, points: bytes) -> bytes:
        """The sum of the packed points; ``b""`` for the identity."""

    def multiexp(self, points: bytes, scalars: bytes) -> bytes:
        """Σ scalar_i · point_i over as many scalars as points; ``b""`` for the identity."""

    def multiexp_fixed(self, points: bytes, scalars: bytes) -> bytes:
        """The same for generators, which come again: the library may keep tables of them."""

    def clear_cofactor(self, point: bytes) -> bytes:
        """The point times ``EFFECTIVE_COFACTOR``, by plain doubling and adding on the whole curve."""

    def hash_to_curve(self, message: bytes, tag: bytes) -> bytes:
        """RFC 9380 ``BLS12381G1_XMD:SHA-256_SSWU_RO_`` under the domain separation tag."""


def count_points(points: bytes, scalars: bytes) -> int:
    """The number of points, which is the number of scalars.

    ``multiexp_unchecked`` of py-arkworks-bls12381 truncates the longer of two lists without a word, which would drop
    terms of an equation; so every backend asks here first.
    """
    count, left_over = divmod(len(points), POINT_BYTES)
    if left_over or len(scalars) != count * SCALAR_BYTES:
        raise AssertionError("bad math in a sum: not as many scalars as points")
    return count
