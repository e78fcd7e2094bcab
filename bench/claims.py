"""Claims by themselves, of any shape: what the batch verifier takes, without a ledger around."""

import hashlib
from collections.abc import Sequence

from ledger.crypto.batch import ClaimCheck
from ledger.crypto.commit import commit, commit_allowance
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.crypto.shape import Shape

BASKET = Shape((16,) * 14, tuple(range(1, 15)), 32)
"""The shape that figures are about: 14 categories of 16 bits and a slack of 32, so N = 256."""

AMOUNT = 10**6


def hidden(amount: int = AMOUNT) -> HiddenAllowance:
    """A hidden allowance."""
    return HiddenAllowance(amount, 0xB11D, commit_allowance(amount, 0xB11D))


def make(shape: Shape, number: int, allowance: int | HiddenAllowance | None = AMOUNT) -> ClaimCheck:
    """A valid claim; another one for another number."""
    seed, core = _hash("seed", number), _hash("core", number)
    quantities = tuple((number + g) % 2 ** min(width, 10) for g, width in enumerate(shape.widths))
    commitment, opening = commit(shape, quantities, seed=seed, core=core)
    context = hashlib.sha256(core + commitment).digest()
    if shape.slack_width is None:
        allowance = None
    proof = prove(shape, opening, allowance=allowance, context=context, seed=seed, commitment=commitment)
    public = allowance.commitment if isinstance(allowance, HiddenAllowance) else allowance
    return ClaimCheck(shape, public, context, commitment, proof)


def batch(
    shape: Shape, count: int, distinct: int, allowance: int | HiddenAllowance | None = AMOUNT
) -> list[ClaimCheck]:
    """`count` claims, of which `distinct` are made and then repeated: the verifier remembers none of them."""
    made: Sequence[ClaimCheck] = [make(shape, number, allowance) for number in range(min(count, distinct))]
    return [made[number % len(made)] for number in range(count)]


def _hash(what: str, number: int) -> bytes:
    return hashlib.sha256(f"bench {what} {number}".encode()).digest()
