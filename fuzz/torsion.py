"""A point of order 3 added to each point of each kind of entry that has any: the verdict is the same in every run.

The curve has points outside of the subgroup; a verifier that forgets to clear the cofactor accepts such an entry in one
run of three and refuses it in the others, or does so with one library only. Each entry is signed anew by its signers.
"""

import functools
import multiprocessing
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from typing_extensions import override

from fuzz.judging import ACCEPTED, counted, verdict, verdict_by
from fuzz.seeds import COUNCIL, MEMBER, ORIGIN, Small, hidden_allowance, judge, small
from fuzz.targets.crypto import TORSION
from ledger.crypto import prover
from ledger.crypto.arkworks import ArkworksBackend
from ledger.crypto.backend import POINT_BYTES
from ledger.crypto.commit import add_openings, commit
from ledger.crypto.group import format_scalar, sum_points
from ledger.crypto.prover import HiddenAllowance, prove
from ledger.merkle.hashing import leaf_hash
from ledger.records.entry import build_statement, sign_entry
from ledger.records.fields import Body
from ledger.records.kinds.claim import Claim, ClaimTerms, claim_context, claim_core
from ledger.records.kinds.close import Close, fold_claims
from ledger.records.kinds.roster import Roster
from ledger.records.view import OverlayView

RUNS: Final = 200

EXPECTED: Final = {
    "claim, its commitment": "invalid-range-proof",
    "roster, its first C_E": ACCEPTED,
    "close, its sum": "wrong-sum",
    "claim made with torsion in every point": ACCEPTED,
    "claim under a C_E with torsion": ACCEPTED,
    "total over a sum with torsion": ACCEPTED,
}
"""What each is judged as; for a point of a proof ``invalid-range-proof``. A sum or a proof that holds but for a part
outside of the subgroup is as good as one without; what is hashed or compared is compared as bytes."""

Case = tuple[OverlayView, bytes, int]
"""The facts before, the entry, its index."""


def moved(point: bytes) -> bytes:
    """The point plus one of order 3."""
    return sum_points([point, TORSION])


def _signed(kind: str, body: Body | dict[str, Any], *, member: bool = False) -> bytes:
    signers = (MEMBER, COUNCIL) if member else (COUNCIL,)
    return sign_entry(build_statement(kind, ORIGIN, body), kind, signers)


def _case(ledger: Small, name: str, raw: bytes) -> Case:
    return ledger.view_before(name), raw, ledger.steps[name]


class Shifting(ArkworksBackend):
    """A prover's group, in which every result carries a point of order 3."""

    @override
    def multiexp_fixed(self, points: bytes, scalars: bytes) -> bytes:
        """A sum, and the point."""
        return super().add(super().multiexp_fixed(points, scalars) + TORSION)

    @override
    def add(self, points: bytes) -> bytes:
        """A sum, and the point."""
        return super().add(points + TORSION)


def made_with_torsion(terms: ClaimTerms, quantities: tuple[int, ...], hidden: HiddenAllowance | None) -> bytes:
    """A claim, by the member, whose commitment and every point of whose proof lie outside of the subgroup."""
    secret = bytes(range(32))
    said = {"key": MEMBER.public, "seq": 1, "superseded": None}
    core = claim_core(terms, **said)  # type: ignore[arg-type]
    commitment, opening = commit(terms.shape, quantities, seed=secret, core=core)
    with ExitStack() as patches:
        shifted = moved(commitment) if hidden is None else commitment
        if hidden is None:
            patches.enter_context(patch.object(prover, "default_backend", Shifting))
        else:
            patches.enter_context(
                patch.object(prover, "commit_allowance", lambda _amount, _blinding: hidden.commitment)
            )
        proof = prove(
            terms.shape,
            opening,
            allowance=hidden,
            context=claim_context(terms, commitment=shifted, **said),  # type: ignore[arg-type]
            seed=secret,
            commitment=shifted,
        )
    body = Claim(round=terms.round, row=terms.row, key=MEMBER.public, seq=1, commitment=shifted, proof=proof)
    return _signed("claim", body, member=True)


@functools.cache
def cases() -> dict[str, Case]:
    """Each entry with torsion in one of its points, or in all."""
    found: dict[str, Case] = {}
    hidden, plain = small("hidden"), small("none")
    claim: Claim = hidden.record("claim").body
    found["claim, its commitment"] = _case(
        hidden, "claim", _signed("claim", replace_body(claim, commitment=moved(claim.commitment)), member=True)
    )
    for number in range(hidden.terms[0].shape.point_count):
        at = POINT_BYTES * number
        proof = claim.proof[:at] + moved(claim.proof[at : at + POINT_BYTES]) + claim.proof[at + POINT_BYTES :]
        raw = _signed("claim", replace_body(claim, proof=proof), member=True)
        found[f"claim, point {number} of its proof"] = _case(hidden, "claim", raw)
    roster: Roster = hidden.record("roster").body
    first = roster.rows[0]
    if first.commitment is None:
        raise AssertionError("bad math in the seeds: no C_E")
    rows = (replace_body(first, commitment=moved(first.commitment)), *roster.rows[1:])
    found["roster, its first C_E"] = _case(hidden, "roster", _signed("roster", replace_body(roster, rows=rows)))
    close: Close = plain.record("close").body
    found["close, its sum"] = _case(plain, "close", _signed("close", replace_body(close, sum=moved(close.sum))))
    born = made_with_torsion(plain.terms[0], (1, 1), None)
    found["claim made with torsion in every point"] = _case(plain, "claim", born)
    found["claim under a C_E with torsion"] = _under_torsion(hidden, found["roster, its first C_E"])
    found["total over a sum with torsion"] = _total(plain, born)
    return found


def replace_body(body: Any, **changes: object) -> Any:
    """The body with other values."""
    return type(body)(**{name: getattr(body, name) for name in body.__struct_fields__} | changes)


def _grown(case: Case) -> OverlayView:
    view, raw, index = case
    view.apply(judge(view, raw, index))
    return view


def _under_torsion(ledger: Small, roster: Case) -> Case:
    """A claim of the row whose C_E carries torsion, in a round of that roster."""
    view = _grown((OverlayView(roster[0]), roster[1], roster[2]))
    body = replace_body(ledger.record("round").body, rosters=(leaf_hash(roster[1]),))
    raw = _signed("round", body)
    index = roster[2] + 1
    view.apply(judge(view, raw, index))
    true = hidden_allowance(0)
    shifted = replace(true, commitment=moved(true.commitment))
    terms = replace(ledger.terms[0], round=leaf_hash(raw), allowance=shifted.commitment)
    return view, made_with_torsion(terms, (1, 1), shifted), index + 1


def _total(ledger: Small, born: bytes) -> Case:
    """The total of a round in which one of two claims was made with torsion."""
    view, index = ledger.view_before("claim"), ledger.steps["claim"]
    for raw in (born, ledger.entry("other claim")):
        view.apply(judge(view, raw, index))
        index += 1
    terms = ledger.terms[0]
    _, mine = commit(
        terms.shape,
        (1, 1),
        seed=bytes(range(32)),
        core=claim_core(terms, key=MEMBER.public, seq=1, superseded=None),
    )
    fold = fold_claims(view, terms.round)
    close = _signed("close", Close(count=len(fold.claims), round=terms.round, set=fold.set, sum=fold.sum))
    view.apply(judge(view, close, index))
    together = add_openings((mine, ledger.openings[1]))
    body = replace_body(
        ledger.record("total").body, blinding=format_scalar(together.blinding), totals=together.quantities
    )
    return view, _signed("total", body), index + 1


def verdicts(name: str, runs: int) -> list[str]:
    """What server, fast library and reference say, again and again."""
    view, raw, index = cases()[name]
    said = []
    for _ in range(runs):
        said.append(verdict(view, raw, index))
        said.extend(verdict_by(view, raw, index, reference=reference) for reference in (False, True))
    return said


def expected(name: str) -> str:
    """The one verdict."""
    return EXPECTED.get(name, "invalid-range-proof")


def _tried(piece: tuple[str, int]) -> tuple[str, list[str]]:
    return piece[0], verdicts(*piece)


def run(*, scale: float, processes: int, seed: int) -> list[str]:
    """A line for each entry; one with FAULT where verdicts differ."""
    del seed
    runs = max(1, round(RUNS * min(1.0, scale)))
    found: dict[str, list[str]] = {}
    for name, said in _spread([(name, size) for name in cases() for size in _cut(runs)], processes):
        found.setdefault(name, []).extend(said)
    return [
        f"{'fine ' if set(said) == {expected(name)} else 'FAULT'} torsion in a {name}: {len(said) // 3} runs by the "
        f"server's way, the fast library and the reference: {counted(said)}"
        for name, said in found.items()
    ]


def _cut(runs: int) -> Iterator[int]:
    for start in range(0, runs, 10):
        yield min(10, runs - start)


def _spread(pieces: list[tuple[str, int]], processes: int) -> Iterator[tuple[str, list[str]]]:
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(_tried, pieces)
