"""The four equations of a claim, each side by itself: every point is first taken into G1, then plain sums."""

from typing import Any

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import basis_G, basis_GG, basis_H, basis_HH, basis_K, basis_U
from ledger.crypto.shape import Allowance, Shape
from vectors.proving import Made, constants, dot, inverse, points_of, total


def both_sides(shape: Shape, allowance: Allowance, commitment: bytes, made: Made) -> list[tuple[bytes, bytes]]:
    """Left and right side of equations (1) to (4), multiplied by h_eff; ``b""`` for the identity."""
    m, N = shape.m, shape.N
    clear = default_backend().clear_cofactor
    G, H, U = clear(basis_G()), clear(basis_H()), clear(basis_U())
    K, GG, HH = ([clear(p) for p in points_of(row)] for row in (basis_K(m), basis_GG(N), basis_HH(N)))
    value: dict[str, Any] = {n: clear(v) if isinstance(v, bytes) else v for n, v in made.values.items()}
    y, z, x, w = (int(made.challenges[name], 16) for name in "yzxw")
    us = [int(u, 16) for u in made.challenges["u"]]
    lam, w_i, delta = constants(shape, y, z)
    last = pow(z, 2 + m, ORDER)
    C, x2 = clear(commitment), x * x
    q = [(last, clear(allowance))] if isinstance(allowance, bytes) else [(last * (allowance or 0), G)]
    a, b, yi = value["a"], value["b"], inverse(y)
    c = fold_factors(N, us)
    folded = [
        *((a[i % 8] * c[i], GG[i]) for i in range(N)),
        *((pow(yi, i, ORDER) * b[i % 8] * inverse(c[i]), HH[i]) for i in range(N)),
        (w * dot(a, b), U),
    ]
    vectors = [
        (1, value["A"]),
        (x, value["S"]),
        *((-z, point) for point in GG),
        *((z + pow(yi, i, ORDER) * w_i[i], HH[i]) for i in range(N)),
        (-value["mu"], H),
        (w * value["tx"], U),
        *((u * u, value[f"L_{s}"]) for s, u in enumerate(us, 1)),
        *((inverse(u * u), value[f"R_{s}"]) for s, u in enumerate(us, 1)),
    ]
    sides = [
        (
            [(value["tx"], G), (value["taux"], H)],
            [(1, value["T0"]), (delta, G), *q, (x, value["T1"]), (x2, value["T2"])],
        ),
        ([*zip(value["z_g"], K, strict=True), (value["z_b"], H)], [(1, value["R0"]), (x, C)]),
        ([(dot(lam, value["z_g"]), G), (value["z_tau"], H)], [(1, value["R1"]), (x, value["T0"])]),
        (vectors, folded),
    ]
    return [(total(left), total(right)) for left, right in sides]


def fold_factors(N: int, us: list[int]) -> list[int]:
    """c_i of section 3."""
    factors = []
    for i in range(N):
        c = 1
        for s, u in enumerate(us, 1):
            c = c * (u if i >> (N.bit_length() - 1 - s) & 1 else inverse(u)) % ORDER
        factors.append(c)
    return factors
