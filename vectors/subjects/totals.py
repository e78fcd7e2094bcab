"""Totals: openings of the sum of a close."""

from typing import Any

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import basis_G
from ledger.crypto.group import negate
from vectors.claimed import named
from vectors.proving import commit
from vectors.torsion import TORSION, torsion_points


def document() -> dict[str, Any]:
    """Three claims of three categories and their sum; other sums; what may be wrong."""
    baskets = ((1, 2, 0), (3, 1, 0), (0, 2**32 - 1, 7))
    b = [int.from_bytes(named("blinding", f"total {i}"), "big") % ORDER for i in range(3)]
    add = default_backend().add
    point = add(b"".join(commit(q, r) for q, r in zip(baskets, b, strict=True)))
    T, R = tuple(map(sum, zip(*baskets, strict=True))), sum(b) % ORDER
    first = commit(baskets[0], b[0])
    widest = tuple(range(64))
    cases = [
        _case("three_claims", None, point, T, R),
        _case("one_claim", None, first, baskets[0], b[0]),
        _case("nothing_asked", None, commit((0, 0), 9), (0, 0), 9),
        _case("blinding_of_zero", None, commit((1, 2), 0), (1, 2), 0),
        _case("identity", None, b"", (0, 0), 0),
        _case("most_categories", None, commit(widest, R), widest, R),
        _case("greatest_amount", None, commit((2**53 - 1,), R), (2**53 - 1,), R),
        _case("sum_plus_torsion_of_order_3", None, add(point + TORSION), T, R),
        _case("sum_plus_torsion_of_order_11", None, add(point + torsion_points()[11]), T, R),
        _case("torsion_alone", None, TORSION, (0,), 0),
        _case("amount_one_more", "invalid-opening", point, (T[0] + 1, *T[1:]), R),
        _case("amount_one_less", "invalid-opening", point, (T[0] - 1, *T[1:]), R),
        _case("amounts_exchanged", "invalid-opening", point, (T[1], T[0], T[2]), R),
        _case("last_amount_missing", "invalid-opening", point, T[:2], R),
        _case("blinding_one_more", "invalid-opening", point, T, R + 1),
        _case("blinding_negated", "invalid-opening", point, T, ORDER - R),
        _case("blinding_of_one_claim", "invalid-opening", point, T, b[0]),
        _case("sum_negated", "invalid-opening", negate(point), T, R),
        _case("sum_of_one_claim", "invalid-opening", first, T, R),
        _case("sum_plus_g", "invalid-opening", add(point + basis_G()), T, R),
        _case("identity_for_a_sum", "invalid-opening", b"", T, R),
        _case("identity_with_a_blinding", "invalid-opening", b"", (0, 0), 1),
        _case("identity_with_an_amount", "invalid-opening", b"", (1, 0), 0),
        _case("sum_off_the_curve", "malformed", point[:-1] + bytes([point[-1] ^ 1]), T, R),
        _case("sum_of_zeroes", "malformed", bytes(96), T, R),
        _case("sum_of_95_bytes", "malformed", point[:-1], T, R),
        _case("blinding_not_reduced", "malformed", point, T, R + ORDER),
        _case("blinding_of_r_for_zero", "malformed", commit((1, 2), 0), (1, 2), ORDER),
    ]
    return {"spec": "totals.md section 3", "cases": cases}


def _case(name: str, rule: str | None, point: bytes, *opening: Any) -> dict[str, Any]:
    amounts, R = opening
    return {"name": name, "rule": rule, "sum": point.hex(), "totals": list(amounts), "blinding": f"{R:064x}"}
