"""Hidden allowances: openings of a roster's sum."""

from typing import Any

from ledger.crypto.backend import ORDER
from ledger.crypto.backends import default_backend
from ledger.crypto.generators import basis_G, basis_H, basis_K
from vectors.claimed import named
from vectors.proving import commit_allowance, total
from vectors.torsion import TORSION, torsion_points

AMOUNTS = (12, 0, 2**40)


def document() -> dict[str, Any]:
    """Openings of three allowances, and what is wrong with others."""
    r_E = [int.from_bytes(named("blinding", str(row)), "big") % ORDER for row in range(len(AMOUNTS))]
    points = [commit_allowance(E, r) for E, r in zip(AMOUNTS, r_E, strict=True)]
    amount, blinding, add = sum(AMOUNTS), sum(r_E) % ORDER, default_backend().add
    shifted = [add(points[0] + TORSION), add(points[1] + torsion_points()[11]), points[2]]
    minus_5 = total([(-5, basis_G()), (r_E[0], basis_H())])
    plus_5 = commit_allowance(5, r_E[1])
    cases = [
        _case("three_rows", None, points, amount, blinding),
        _case("one_row", None, points[:1], AMOUNTS[0], r_E[0]),
        _case("sum_of_zero", None, [commit_allowance(0, 5)], 0, 5),
        _case("blindings_that_cancel", None, [commit_allowance(3, 5), commit_allowance(4, ORDER - 5)], 7, 0),
        _case("negative_allowance_in_a_row", None, [minus_5, plus_5], 0, (r_E[0] + r_E[1]) % ORDER),
        _case("torsion_in_rows", None, shifted, amount, blinding),
        _case("sum_one_more", "invalid-opening", points, amount + 1, blinding),
        _case("sum_one_less", "invalid-opening", points, amount - 1, blinding),
        _case("blinding_one_more", "invalid-opening", points, amount, blinding + 1),
        _case("blinding_of_zero", "invalid-opening", points, amount, 0),
        _case("row_missing", "invalid-opening", points[:2], amount, blinding),
        _case("row_twice", "invalid-opening", [*points, points[0]], amount, blinding),
        _case("row_loaded_with_k_0", "invalid-opening", [add(points[0] + basis_K(1)), *points[1:]], amount, blinding),
        _case("identity_for_a_row", "malformed", [*points, bytes(96)], amount, blinding),
        _case(
            "off_the_curve", "malformed", [points[0][:-1] + bytes([points[0][-1] ^ 1]), *points[1:]], amount, blinding
        ),
        _case("blinding_not_reduced", "malformed", points, amount, blinding + ORDER),
    ]
    return {"spec": "totals.md section 1", "cases": cases}


def _case(name: str, rule: str | None, points: list[bytes], amount: int, blinding: int) -> dict[str, Any]:
    return {
        "name": name,
        "rule": rule,
        "commitments": [point.hex() for point in points],
        "sum": amount,
        "blinding": f"{blinding:064x}",
    }
