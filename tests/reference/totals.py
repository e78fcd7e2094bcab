"""Openings of sums, and what a close says (docs/spec/totals.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from .curve import add, vanishes
from .encoding import read_point, read_scalar, write_point
from .generators import G, H, K
from .merkle import leaf_hash, root
from .refusal import require


@dataclass(frozen=True)
class LiveClaim:
    """A row's live claim: where it stands, its leaf hash, its commitment's bytes."""

    index: int
    leaf: bytes
    C: bytes


def open_roster(commitments: Sequence[bytes], total: int, blinding: bytes) -> None:
    """Section 1: a hidden roster opens the sum of its rows' C_E."""
    R = read_scalar(blinding)
    points = [read_point(commitment) for commitment in commitments]
    require(vanishes([(1, add(points)), (-total, G), (-R, H())]), "invalid-opening")


def closing_sum(live: Sequence[LiveClaim]) -> bytes:
    """Section 2, point 2: the plain sum on the whole curve, empty for the identity."""
    return write_point(add(read_point(claim.C) for claim in live))


def closing_set(live: Sequence[LiveClaim]) -> bytes:
    """Section 2, point 3: the tree whose leaves' data are the claims' leaf hashes."""
    return root([leaf_hash(claim.leaf) for claim in live])


def open_total(total: bytes, amounts: Sequence[int], blinding: bytes) -> None:
    """Section 3: the amounts and R open the close's sum."""
    R = read_scalar(blinding)
    point = None if total == b"" else read_point(total)
    terms = [(amount, K(g)) for g, amount in enumerate(amounts)]
    require(vanishes([*terms, (R, H()), (-1, point)]), "invalid-opening")


def open_rollup(sums: Sequence[bytes], amounts: Sequence[int], blinding: bytes) -> None:
    """Section 4: the amounts and R open the sum of the closes' sums."""
    R = read_scalar(blinding)
    points = [None if total == b"" else read_point(total) for total in sums]
    terms = [(amount, K(g)) for g, amount in enumerate(amounts)]
    require(vanishes([*terms, (R, H()), *((-1, point) for point in points)]), "invalid-opening")
