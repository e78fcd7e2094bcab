"""The one place where a group equation is checked: all of them, weighted, as one sum over the whole curve.

Each equation is written as "a sum of points is the identity". The accumulator adds weight · equation for many
equations and asks once whether EFFECTIVE_COFACTOR · (the sum) is the identity. With independent weights, uniform below
2^128 and drawn after all bytes are read, a batch with an untrue equation passes with probability 2^-128. Points are
not checked for the subgroup; since what lies outside of G1 is killed exactly, adding such a part to any point changes
no verdict (without the clearing, it would pass or fail with the weights).

The coefficients of GG and HH are gathered as products and multiplied out once, column by column over the batch:
of N coefficients a claim sends 8 + N/8 (they are a Kronecker product) or M + max n_j (they are runs of powers).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import Backend
from ledger.crypto.generators import basis_G, basis_GG, basis_H, basis_HH, basis_K, basis_U
from ledger.crypto.scalars import ZERO, dot, pack
from ledger.crypto.shape import FOLDED, Shape, layout

WEIGHT_BYTES: Final = 16

Row = tuple[Sequence[Scalar], Sequence[Scalar]]


@dataclass(slots=True)
class Accumulator:
    """A weighted sum of points and generators, under way.

    Attributes:
        points, scalars: the equations' own points.
        G, H, U, K: coefficients of these generators.
        GG, HH: rows (p, q) by N, each standing for the coefficient p_(i mod 8) · q_(i div 8) of generator i.
        runs: rows (c, v) by shape, for the coefficient c_j · v_e of HH_i at the position i of bit e of value j.
        level: by N, a coefficient of all HH_i and, negated, of all GG_i below N.
    """

    points: list[bytes] = field(default_factory=list)
    scalars: list[Scalar] = field(default_factory=list)
    G: Scalar = ZERO
    H: Scalar = ZERO
    U: Scalar = ZERO
    K: list[Scalar] = field(default_factory=list)
    GG: dict[int, list[Row]] = field(default_factory=dict)
    HH: dict[int, list[Row]] = field(default_factory=dict)
    runs: dict[Shape, list[Row]] = field(default_factory=dict)
    level: dict[int, Scalar] = field(default_factory=dict)

    def add_categories(self, coefficients: Sequence[Scalar]) -> None:
        """Add one coefficient to each of K_0, K_1, …."""
        self.K += [ZERO] * (len(coefficients) - len(self.K))
        for g, coefficient in enumerate(coefficients):
            self.K[g] = self.K[g] + coefficient

    def holds(self, backend: Backend) -> bool:
        """Whether the sum, its cofactor cleared, is the identity."""
        GG, HH = self._vectors()
        points = b"".join(
            (*self.points, basis_G(), basis_H(), basis_U(), basis_K(len(self.K)), basis_GG(len(GG)), basis_HH(len(HH)))
        )
        scalars = pack([*self.scalars, self.G, self.H, self.U, *self.K, *GG, *HH])
        return backend.clear_cofactor(backend.multiexp(points, scalars)) == b""

    def _vectors(self) -> tuple[list[Scalar], list[Scalar]]:
        """The coefficients of GG and HH."""
        longest = max(self.level, default=0)
        GG, HH = [ZERO] * longest, [ZERO] * longest
        for N, level in self.level.items():
            for i in range(N):
                GG[i] = GG[i] - level
                HH[i] = HH[i] + level
        for target, products in ((GG, self.GG), (HH, self.HH)):
            for rows in products.values():
                lows, highs = _columns(rows)
                for k, high in enumerate(highs):
                    for l, low in enumerate(lows):
                        target[FOLDED * k + l] = target[FOLDED * k + l] + dot(low, high)
        for shape, rows in self.runs.items():
            values, exponents = _columns(rows)
            for start, width, value in zip(layout(shape).starts, shape.widths_with_slack, values, strict=True):
                for e in range(width):
                    HH[start + e] = HH[start + e] + dot(value, exponents[e])
        return GG, HH


def _columns(rows: list[Row]) -> tuple[list[tuple[Scalar, ...]], list[tuple[Scalar, ...]]]:
    left, right = zip(*rows, strict=True)
    return list(zip(*left, strict=True)), list(zip(*right, strict=True))
