"""The shape of a round's claims: bit widths, prices, slack; what a claim may not choose for itself."""

import functools
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from py_arkworks_bls12381 import Scalar

from ledger.crypto.backend import POINT_BYTES, SCALAR_BYTES
from ledger.crypto.generators import MAX_CATEGORIES, MAX_POSITIONS
from ledger.crypto.scalars import scalar
from ledger.errors import MalformedError

SUITE: Final = "OT1"

MAX_WIDTH: Final = 32
MAX_SLACK_WIDTH: Final = 48
MAX_PRICE: Final = 2**32 - 1
MAX_ALLOWANCE: Final = 2**53 - 1

FOLDED: Final = 8
"""The length at which the inner-product argument stops and shows its vectors."""

Allowance = None | int | bytes
"""No rule; a public amount E; or the 96 bytes of a hidden one, C_E = E·G + r_E·H."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a round fixes for all its claims.

    Attributes:
        widths: n_g, the number of bits of each category's quantity, 1 to 32; 1 to 64 categories.
        prices: p_g, as many, each below 2^32.
        slack_width: n_m, 0 to 48, or None for a round without allowances. 0 means: spend exactly the allowance.

        widths_with_slack: n_j for j = 0 … M - 1: the categories, and last the slack if there is one.
        N: the number of bit positions: the least power of two ≥ max(8, Σ n_j).

    All widths together are at most 1,024.

    Raises:
        MalformedError: any of these limits.
    """

    widths: tuple[int, ...]
    prices: tuple[int, ...]
    slack_width: int | None
    widths_with_slack: tuple[int, ...] = field(init=False, repr=False, compare=False)
    N: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.widths) <= MAX_CATEGORIES:
            raise MalformedError(f"a round has {len(self.widths)} categories; 1 to {MAX_CATEGORIES} are allowed")
        if len(self.prices) != len(self.widths):
            raise MalformedError(f"a round has {len(self.prices)} prices for {len(self.widths)} categories")
        for value, limits, what in (
            *((width, (1, MAX_WIDTH), "a width") for width in self.widths),
            *((price, (0, MAX_PRICE), "a price") for price in self.prices),
            (self.slack_width if self.slack_width is not None else 0, (0, MAX_SLACK_WIDTH), "the slack width"),
        ):
            if type(value) is not int or not limits[0] <= value <= limits[1]:
                raise MalformedError(f"{what} is outside {limits[0]} to {limits[1]}")
        every = self.widths if self.slack_width is None else (*self.widths, self.slack_width)
        if sum(every) > MAX_POSITIONS:
            raise MalformedError(f"all widths together are {sum(every)} bits, over {MAX_POSITIONS}")
        object.__setattr__(self, "widths_with_slack", every)
        object.__setattr__(self, "N", max(FOLDED, 1 << (sum(every) - 1).bit_length()))

    @property
    def m(self) -> int:
        """The number of categories."""
        return len(self.widths)

    @property
    def M(self) -> int:  # noqa: N802 - the paper's letter
        """The number of values in range: m, and one more for the slack."""
        return len(self.widths_with_slack)

    @property
    def rounds(self) -> int:
        """The number of halvings from N to 8."""
        return (self.N // FOLDED).bit_length() - 1

    @property
    def point_count(self) -> int:
        """Points of a proof: A, S, T0, T1, T2, R0, R1 and two a halving."""
        return 7 + 2 * self.rounds

    @property
    def scalar_count(self) -> int:
        """Scalars of a proof: tx, τx, μ, z_g (m of them), z_b, z_τ, a and b (8 each)."""
        return self.m + 5 + 2 * FOLDED

    @property
    def proof_bytes(self) -> int:
        """The exact length of a proof."""
        return self.point_count * POINT_BYTES + self.scalar_count * SCALAR_BYTES


@dataclass(frozen=True, slots=True)
class Layout:
    """Constants of a shape that every proof needs.

    Attributes:
        starts: the position of each value's bit 0, so that position i = starts[j] + e ↔ (j(i), e(i)); 0 for a value
            without bits (a slack of width 0), which has no position and might else point past the last one.
        prices: p_g modulo r.
        maxima: 2^n_j - 1 modulo r.
        widest: the greatest n_j.
    """

    starts: tuple[int, ...]
    prices: tuple[Scalar, ...]
    maxima: tuple[Scalar, ...]
    widest: int


@functools.lru_cache(maxsize=1024)
def layout(shape: Shape) -> Layout:
    """The layout of a shape."""
    widths = shape.widths_with_slack
    return Layout(
        starts=tuple(start if n else 0 for start, n in zip(accumulate(widths, initial=0), widths, strict=False)),
        prices=tuple(scalar(price) for price in shape.prices),
        maxima=tuple(scalar(2**width - 1) for width in widths),
        widest=max(widths),
    )


def check_allowance(shape: Shape, allowance: Allowance) -> None:
    """The allowance is of the kind the shape asks for, and a public one is in [0, 2^53).

    Raises:
        MalformedError: it is not.
    """
    if (allowance is None) != (shape.slack_width is None):
        raise MalformedError("an allowance is given exactly where the round has an allowance rule")
    if isinstance(allowance, int) and (isinstance(allowance, bool) or not 0 <= allowance <= MAX_ALLOWANCE):
        raise MalformedError("an allowance is outside 0 to 2^53 - 1")
