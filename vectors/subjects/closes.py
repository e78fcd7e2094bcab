"""Closes: count, sum and set of a round's live claims."""

from typing import Any

from ledger.crypto.backends import default_backend
from ledger.crypto.group import negate
from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle.tree import root_of
from vectors.claimed import honest, named
from vectors.torsion import TORSION

Live = list[tuple[bytes, bytes]]


def fold(live: Live) -> tuple[int, bytes, bytes]:
    """Count, sum and set, as they should be."""
    points = b"".join(point for _, point in live)
    return len(live), default_backend().add(points), root_of([leaf_hash(leaf) for leaf, _ in live])


def document() -> dict[str, Any]:
    """Good ones of several sizes, and what may be wrong."""
    points = [claim.commitment for claim in honest().values()]
    live = [(named("leaf", str(i)), point) for i, point in enumerate(points)]
    count, total, live_set = fold(live[:5])
    shifted = [(live[0][0], default_backend().add(live[0][1] + TORSION)), *live[1:5]]
    cancelling = [live[0], (live[1][0], negate(live[0][1]))]
    good = {f"of_{n}_claims": live[:n] for n in (0, 1, 2, 3, 4, 5, 7, 8, 9, 17)}
    good |= {"claims_that_cancel": cancelling, "torsion_in_a_claim": shifted}
    good["torsion_alone"] = [live[0], (live[1][0], default_backend().add(negate(live[0][1]) + TORSION))]
    five = live[:5]
    add = default_backend().add
    leaves = [leaf for leaf, _ in five]
    unhashed, sorted_set = root_of(leaves), root_of([leaf_hash(leaf) for leaf in sorted(leaves)])
    cases = [_case(name, None, rows, *fold(rows)) for name, rows in good.items()]
    cases += [
        _case("count_one_more", "wrong-count", five, 6, total, live_set),
        _case("count_one_less", "wrong-count", five, 4, total, live_set),
        _case("sum_empty", "wrong-sum", five, count, b"", live_set),
        _case("sum_negated", "wrong-sum", five, count, negate(total), live_set),
        _case("sum_without_the_last", "wrong-sum", five, count, fold(live[:4])[1], live_set),
        _case("sum_with_one_more", "wrong-sum", five, count, fold(live[:6])[1], live_set),
        _case("sum_with_one_twice", "wrong-sum", five, count, add(total + points[0]), live_set),
        _case("sum_plus_torsion", "wrong-sum", five, count, add(total + TORSION), live_set),
        _case("sum_of_torsion_left_out", "wrong-sum", shifted, count, total, live_set),
        _case("sum_where_claims_cancel", "wrong-sum", cancelling, 2, TORSION, fold(cancelling)[2]),
        _case("set_of_other_order", "wrong-set", five, count, total, fold(five[::-1])[2]),
        _case("set_sorted_by_leaf", "wrong-set", five, count, total, sorted_set),
        _case("set_without_the_last", "wrong-set", five, count, total, fold(live[:4])[2]),
        _case("set_not_hashed_once_more", "wrong-set", five, count, total, unhashed),
        _case("set_empty", "wrong-set", five, count, total, EMPTY_ROOT),
        _case("set_of_zeroes_for_no_claims", "wrong-set", [], 0, b"", bytes(32)),
    ]
    return {"spec": "totals.md section 2", "cases": cases}


def _case(name: str, rule: str | None, live: Live, *close: Any) -> dict[str, Any]:
    count, total, live_set = close
    return {
        "name": name,
        "rule": rule,
        "claims": [{"leaf": leaf.hex(), "commitment": point.hex()} for leaf, point in live],
        "count": count,
        "sum": total.hex(),
        "set": live_set.hex(),
    }
