"""The sum verifier: published amounts and a blinding open a sum of commitments; one equation for the batch."""

from dataclasses import dataclass
from typing import Final, Literal

from py_arkworks_bls12381 import Scalar

from ledger.crypto.accumulator import Accumulator
from ledger.crypto.backend import Backend
from ledger.crypto.generators import MAX_CATEGORIES
from ledger.crypto.group import parse_point, parse_scalar
from ledger.crypto.scalars import scalar, scale
from ledger.errors import InvalidOpening, LedgerError, MalformedError

AMOUNT_LIMIT: Final = 2**128
"""Far over any sum of quantities, far under the group order, so that no amount has two spellings."""


@dataclass(frozen=True, slots=True)
class SumCheck:
    """What a total (or a roster) owes: Σ points = Σ_g amounts_g·K_g + R·H, or = amounts_0·G + R·H.

    Attributes:
        points: the commitments, or their sum alone.
        amounts: T_g in the order of the catalogue (1 to 64), or the one sum of allowances; below 2^128.
        basis: ``quantities`` for K_g, ``allowance`` for G.
        blinding: R, 32 bytes big-endian.
    """

    points: tuple[bytes, ...]
    amounts: tuple[int, ...]
    basis: Literal["quantities", "allowance"]
    blinding: bytes

    def read(self, backend: Backend) -> "SumEquation":
        """The equation, its points already added up.

        Raises:
            MalformedError: something is not in its canonical form or outside its limits.
        """
        limit = MAX_CATEGORIES if self.basis == "quantities" else 1
        if not 1 <= len(self.amounts) <= limit:
            raise MalformedError(f"an opening has {len(self.amounts)} amounts; 1 to {limit} are allowed")
        if any(type(amount) is not int or not 0 <= amount < AMOUNT_LIMIT for amount in self.amounts):
            raise MalformedError("an amount is outside 0 to 2^128 - 1")
        R = parse_scalar(self.blinding, "a blinding")
        points = b"".join([parse_point(point, "a commitment", backend=backend) for point in self.points])
        return SumEquation(backend.add(points), tuple(map(scalar, self.amounts)), self.basis == "allowance", R)


@dataclass(frozen=True, slots=True)
class SumEquation:
    """``point`` - Σ amounts·basis - R·H is the identity; ``point`` is ``b""`` where the commitments cancel."""

    point: bytes
    amounts: tuple[Scalar, ...]
    is_allowance: bool
    R: Scalar

    count = 1

    def add_to(self, total: Accumulator, weights: tuple[Scalar, ...]) -> None:
        """Add weight · equation."""
        (weight,) = weights
        if self.point:
            total.points.append(self.point)
            total.scalars.append(weight)
        total.H = total.H - weight * self.R
        if self.is_allowance:
            total.G = total.G - weight * self.amounts[0]
            return
        total.add_categories(scale(-weight, self.amounts))

    def failure(self) -> LedgerError:
        """What to say of an opening that does not hold."""
        return InvalidOpening("the amounts and the blinding do not open the sum of the commitments")
