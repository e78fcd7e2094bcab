"""Claims of several shapes, made from their names; the honest ones, and whatever else a prover may make."""

import functools
from dataclasses import dataclass, replace
from hashlib import sha256

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.shape import Allowance, Shape
from vectors.proving import HONEST, Cheat, Made, Order, commit, commit_allowance, prove, secret
from vectors.torsion import TORSION, torsion_points


def named(*parts: str) -> bytes:
    """The 32 bytes of a name, as the specification's examples have them."""
    return sha256("/".join(("opentally/v1/example", *parts)).encode()).digest()


@dataclass(frozen=True)
class Claim:
    """A statement, the owner's secrets, and the core from which the blinding comes."""

    name: str
    shape: Shape
    allowance: Allowance
    context: bytes
    commitment: bytes
    core: bytes
    order: Order

    def made(self, cheat: Cheat = HONEST) -> Made:
        """Its proof."""
        if cheat is HONEST:
            return _honest(self)
        return _prove(self, cheat)


@functools.cache
def _honest(claim: Claim) -> Made:
    return _prove(claim, HONEST)


def _prove(claim: Claim, cheat: Cheat) -> Made:
    said = (claim.shape, claim.allowance, claim.context, claim.commitment)
    return prove(*said, order=claim.order, cheat=cheat)


def claim(name: str, shape: Shape, quantities: tuple[int, ...], amount: int | None, *, hidden: bool = False) -> Claim:
    """The claim of this name, as the worked values name seeds, cores, contexts and blindings."""
    core, context, seed = named("core", name), named("context", name), named("claim", name)
    blinding = secret("b", seed, core, quantities)
    r_E = int.from_bytes(named("blinding", name), "big") % ORDER if hidden else 0
    allowance = commit_allowance(amount or 0, r_E) if hidden else amount
    order = Order(quantities, blinding, seed, amount, r_E)
    return Claim(name, shape, allowance, context, commit(quantities, blinding), core, order)


@functools.cache
def honest() -> dict[str, Claim]:
    """Claims made as section 8 says, by name."""
    claims = (
        claim("n8_none_one_bit", Shape((1,), (0,), None), (1,), None),
        claim("n8_none", Shape((3, 3), (1, 2), None), (0, 7), None),
        claim("n8_public", Shape((4,), (3,), 4), (2,), 10),
        claim("n8_public_nothing_asked_nothing_allowed", Shape((4,), (3,), 4), (0,), 0),
        claim("n8_public_spent_to_the_last", Shape((4,), (3,), 4), (5,), 15),
        claim("n8_public_greatest_slack", Shape((4,), (3,), 4), (0,), 15),
        claim("n8_public_slack_of_no_bits", Shape((3, 2), (2, 1), 0), (5, 3), 13),
        claim("n8_public_slack_of_no_bits_positions_full", Shape((4, 4), (2, 1), 0), (15, 15), 45),
        claim("n8_hidden", Shape((2, 2), (2, 1), 4), (1, 2), 12, hidden=True),
        claim("n8_hidden_slack_of_no_bits", Shape((2, 2), (2, 1), 0), (3, 3), 9, hidden=True),
        claim("n16_public", Shape((5, 4), (2, 9), 6), (20, 3), 100),
        claim("n16_hidden", Shape((5, 4), (2, 9), 6), (20, 3), 80, hidden=True),
        claim("none", Shape((9, 3), (1, 2), None), (300, 5), None),
        claim("hidden", Shape((4, 4), (3, 1), 10), (7, 9), 50, hidden=True),
        claim("n32_public_mixed_widths", Shape((1, 17, 5), (2**32 - 1, 0, 7), 9), (0, 131_071, 31), 300),
        claim("n32_none_widest", Shape((32,), (2**32 - 1,), None), (2**32 - 1,), None),
        claim("n64_none_most_categories", Shape((1,) * 64, (1,) * 64, None), (1, 0, 0, 1) * 16, None),
        claim("n128_public_greatest_allowance", Shape((21,), (2**32 - 1,), 48), (2_097_151,), 2**53 - 1),
        claim("n256_public", Shape((16,) * 14, tuple(range(1, 15)), 32), tuple(range(0, 65_534, 5041)), 10**7),
        claim("n256_hidden", Shape((16,) * 14, (3,) * 14, 32), (65_535, *(0,) * 13), 10**9, hidden=True),
    )
    return {each.name: each for each in claims}


@functools.cache
def honest_outside_of_g1() -> dict[str, tuple[Claim, Cheat]]:
    """Good claims whose points have a part outside of G1, put there before anything was hashed."""
    every = ("A", "S", "T0", "T1", "T2", "R0", "R1", "L_1", "R_1")
    base, add = honest()["n16_public"], default_backend().add
    kept = replace(base, context=named("context", "torsion"))
    moved = {order: replace(kept, commitment=add(kept.commitment + point)) for order, point in torsion_points().items()}
    cases = {
        f"torsion_of_order_{order}_in_every_point": (moved[order], Cheat(shifts=dict.fromkeys(every, point)))
        for order, point in torsion_points().items()
    }
    cases["torsion_in_the_commitment"] = (moved[3], HONEST)
    for name in every:
        cases[f"torsion_in_{name}"] = (kept, Cheat(shifts={name: TORSION}))
    hidden = honest()["n16_hidden"]
    if isinstance(hidden.allowance, bytes):
        shifted = replace(hidden, allowance=add(hidden.allowance + TORSION), context=named("context", "torsion hidden"))
        cases["torsion_in_the_allowance"] = (shifted, HONEST)
    return {name: (replace(each, name=name), cheat) for name, (each, cheat) in cases.items()}
