"""One Pedersen vector commitment a claim: C = Σ q_g·K_g + b·H; and C_E = E·G + r_E·H for a hidden allowance.

Perfectly hiding for a uniform blinding; binding while discrete logarithms in G1 are hard. Commitments add, and so do
their openings: Σ_i C_i = Σ_g T_g·K_g + R·H.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from py_arkworks_bls12381 import Scalar
from typing_extensions import override

from ledger.crypto.backend import ORDER, SCALAR_BYTES
from ledger.crypto.backends import default_backend
from ledger.crypto.derive import Secrets
from ledger.crypto.generators import basis_G, basis_H, basis_K
from ledger.crypto.masked import masked_sum
from ledger.crypto.scalars import scalar
from ledger.crypto.shape import MAX_ALLOWANCE, Shape
from ledger.errors import InvalidOpening, MalformedError, NotAcceptedError
from ledger.signing import RandBytes

_MASK_LABEL: Final = b"opentally/v1/mask/"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: q_g in the order of the catalogue, and b in [0, r). A secret: it has no repr."""

    quantities: tuple[int, ...]
    blinding: int

    @override
    def __repr__(self) -> str:
        return "Opening(…)"


def random_scalar(randbytes: RandBytes) -> int:
    """A uniform number modulo r from 48 bytes (bias below 2^-128)."""
    return int.from_bytes(randbytes(48), "big") % ORDER


def check_quantities(shape: Shape, quantities: tuple[int, ...]) -> None:
    """Each quantity q_g is in [0, 2^n_g).

    Raises:
        MalformedError: not as many as categories.
        NotAcceptedError: rule ``out-of-range``; the message names the category's position and width only.
    """
    if len(quantities) != shape.m:
        raise MalformedError(f"there are {len(quantities)} quantities for {shape.m} categories")
    for g, (quantity, width) in enumerate(zip(quantities, shape.widths, strict=True)):
        if type(quantity) is not int or not 0 <= quantity < 1 << width:
            raise NotAcceptedError(f"the quantity of category {g} does not fit {width} bits", rule="out-of-range")


def commit(shape: Shape, quantities: tuple[int, ...], *, seed: bytes, core: bytes) -> tuple[bytes, Opening]:
    """C and its opening, with the blinding b from the seed and the claim's core (``ledger/crypto/derive.py``).

    Args:
        shape: the round's.
        quantities: q_g in the order of the catalogue.
        seed: 32 fresh bytes, used for this claim alone.
        core: the 32-byte hash of the statement without commitment and proof.

    Raises:
        MalformedError: not as many quantities as categories.
        NotAcceptedError: rule ``out-of-range``.
    """
    check_quantities(shape, quantities)
    secrets = Secrets(seed, core, quantities)
    b = secrets.one("b")
    commitment = masked_sum(
        default_backend(),
        basis_K(shape.m) + basis_H(),
        [*map(scalar, quantities), b],
        [*secrets.row("mask-q", shape.m), secrets.one("mask-b")],
    )
    return commitment, Opening(quantities, int(b))


def commit_allowance(amount: int, blinding: int) -> bytes:
    """C_E = E·G + r_E·H, 96 bytes.

    Raises:
        MalformedError: E is outside [0, 2^53), or r_E outside [1, r): under zero it would hide nothing.
    """
    if not 0 <= amount <= MAX_ALLOWANCE:
        raise MalformedError("an allowance is outside 0 to 2^53 - 1")
    if not 1 <= blinding < ORDER:
        raise MalformedError("a blinding is outside 1 to the group order - 1")
    masks = [_mask(name, amount, blinding) for name in (b"E", b"r_E")]
    return masked_sum(default_backend(), basis_G() + basis_H(), [scalar(amount), scalar(blinding)], masks)


def _mask(name: bytes, amount: int, blinding: int) -> Scalar:
    secret = amount.to_bytes(8, "big") + blinding.to_bytes(SCALAR_BYTES, "big")
    return scalar(int.from_bytes(hashlib.shake_256(_MASK_LABEL + name + b"\0" + secret).digest(48), "big"))


def add_openings(openings: Iterable[Opening]) -> Opening:
    """The opening of the sum of the commitments.

    Raises:
        MalformedError: no openings, or of unequal lengths.
    """
    rows = tuple(openings)
    if not rows or len({len(row.quantities) for row in rows}) != 1:
        raise MalformedError("openings add where there are some, all of the same round")
    columns = zip(*(row.quantities for row in rows), strict=True)
    return Opening(tuple(map(sum, columns)), sum(row.blinding for row in rows) % ORDER)


def check_opening(shape: Shape, commitment: bytes, opening: Opening, *, seed: bytes) -> None:
    """The opening opens the commitment, exactly (both in G1; no batch, no cofactor).

    Args:
        shape: the round's.
        commitment: 96 bytes.
        opening: whose quantities must be in range.
        seed: any 32 secret bytes; they mask the computation.

    Raises:
        InvalidOpening: it does not.
        NotAcceptedError: rule ``out-of-range``.
    """
    check_quantities(shape, opening.quantities)
    masks = Secrets(seed, hashlib.sha256(commitment).digest(), opening.quantities)
    computed = masked_sum(
        default_backend(),
        basis_K(shape.m) + basis_H(),
        [*map(scalar, opening.quantities), scalar(opening.blinding)],
        masks.row("mask-open", shape.m + 1),
    )
    if computed != commitment:
        raise InvalidOpening("the amounts and the blinding do not open the commitment")
