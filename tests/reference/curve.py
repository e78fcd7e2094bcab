"""BLS12-381's E: y^2 = x^3 + 4, all of it, by doubling and adding (docs/spec/generators.md section 1).

A point is a pair (x, y) of integers; None is the identity. Inside of loops a point is (X, Y, Z) with
x = X/Z^2, y = Y/Z^3, and Z = 0 for the identity. No formula here asks for a point to lie in G1.
"""

from collections.abc import Iterable
from functools import lru_cache

Point = tuple[int, int] | None
Jacobian = tuple[int, int, int]

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
H_EFF = 0xD201000000010001

_IDENTITY: Jacobian = (1, 1, 0)


def on_curve(x: int, y: int) -> bool:
    """Whether (x, y) satisfies the curve's equation."""
    return (y * y - x * x * x - 4) % P == 0


def _double(a: Jacobian) -> Jacobian:
    X, Y, Z = a
    if Z == 0 or Y == 0:
        return _IDENTITY
    xx, yy = X * X % P, Y * Y % P
    yyyy = yy * yy % P
    s = 4 * X * yy % P
    m = 3 * xx
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yyyy) % P, 2 * Y * Z % P


def _plus(a: Jacobian, b: tuple[int, int]) -> Jacobian:
    """The sum of a and an affine point b, whatever they are."""
    X, Y, Z = a
    if Z == 0:
        return b[0], b[1], 1
    zz = Z * Z % P
    h = (b[0] * zz - X) % P
    s = (b[1] * zz * Z - Y) % P
    if h == 0:
        return _double(a) if s == 0 else _IDENTITY
    hh = h * h % P
    hhh = h * hh % P
    v = X * hh % P
    x3 = (s * s - hhh - 2 * v) % P
    return x3, (s * (v - x3) - Y * hhh) % P, Z * h % P


def _affine(a: Jacobian) -> Point:
    X, Y, Z = a
    if Z == 0:
        return None
    inverse = pow(Z, -1, P)
    square = inverse * inverse % P
    return X * square % P, Y * square * inverse % P


def add(points: Iterable[Point]) -> Point:
    """The plain sum of the points."""
    total = _IDENTITY
    for point in points:
        if point is not None:
            total = _plus(total, point)
    return _affine(total)


def combine(terms: Iterable[tuple[int, Point]]) -> Point:
    """The sum of k times P over all (k, P), every point's factor reduced modulo r; four bits at a time."""
    factors: dict[tuple[int, int], int] = {}
    for k, point in terms:
        if point is not None:
            factors[point] = (factors.get(point, 0) + k) % R
    tables = [(_multiples(point), k) for point, k in factors.items()]
    total = _IDENTITY
    for window in range(R.bit_length() // 4 * 4, -4, -4):
        for _ in range(4):
            total = _double(total)
        for multiples, k in tables:
            multiple = multiples[k >> window & 15]
            if multiple is not None:
                total = _plus(total, multiple)
    return _affine(total)


@lru_cache(4096)
def _multiples(point: tuple[int, int]) -> tuple[Point, ...]:
    """0 to 15 times the point; kept, for the generators come again and again."""
    multiples = [_IDENTITY]
    while len(multiples) < 16:
        multiples.append(_plus(multiples[-1], point))
    return tuple(map(_affine, multiples))


def clear_cofactor(point: Point) -> Point:
    """h_eff times the point, over the whole curve."""
    if point is None:
        return None
    total = _IDENTITY
    for bit in range(H_EFF.bit_length() - 1, -1, -1):
        total = _double(total)
        if H_EFF >> bit & 1:
            total = _plus(total, point)
    return _affine(total)


def vanishes(terms: Iterable[tuple[int, Point]]) -> bool:
    """Whether an equation, written as left - right, holds: claim.md section 5, cofactor cleared."""
    return clear_cofactor(combine(terms)) is None
