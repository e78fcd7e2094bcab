"""The curve of Ed25519 with plain integers, for keys and signatures that no library would make."""

from hashlib import sha512
from typing import Final

Q: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, Q) % Q

Affine = tuple[int, int]
NEUTRAL: Final[Affine] = (0, 1)


def add(one: Affine, other: Affine) -> Affine:
    """The sum, by the law that has no exceptions."""
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2
    x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, Q)
    y3 = (y1 * y2 + x1 * x2) * pow(1 - product, -1, Q)
    return x3 % Q, y3 % Q


def times(factor: int, point: Affine) -> Affine:
    """The multiple; the factor is not reduced."""
    total = NEUTRAL
    for bit in f"{factor:b}":
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def with_y(y: int) -> Affine | None:
    """The point of this y with even x; None if there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    if x * x % Q != square:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    if x * x % Q != square:
        return None
    return (x if x % 2 == 0 else Q - x, y)


def encode(point: Affine) -> bytes:
    """RFC 8032 §5.1.2."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def base_point() -> Affine:
    """B."""
    point = with_y(4 * pow(5, -1, Q) % Q)
    if point is None:
        raise AssertionError("bad math in the base point")
    return point


def order_8_point() -> Affine:
    """A point of order 8: L times the first point with one in it."""
    y = 2
    while True:
        point = with_y(y)
        if point is not None:
            small = times(L, point)
            if times(4, small) != NEUTRAL:
                return small
        y += 1


def hashed(R: bytes, A: bytes, message: bytes) -> int:
    """k, as a number of 64 bytes that has not been reduced."""
    return int.from_bytes(sha512(R + A + message).digest(), "little")
