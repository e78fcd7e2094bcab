"""``total``: what a closed round asked for altogether: the opening of the sum of all its live claims."""

from typing import Annotated, Final

from msgspec import Meta

from ledger.crypto.batch import SumCheck
from ledger.records.councils import require_council
from ledger.records.fields import MAX_ROWS, Body, LeafHash, Natural, Scalar
from ledger.records.kind import Check, Kind, Record, nothing_to_check
from ledger.records.openings import Opening, claims_occasion, open_set
from ledger.records.rounds import CLOSES, CloseFact, RoundFact, its_rounds_council, live_members, round_of
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View


class Total(Body, frozen=True, kw_only=True):
    """What a total entry says.

    Attributes:
        totals: T_g for each category of the catalogue, in its smallest unit.
        blinding: R, so that Σ_i C_i = Σ_g T_g·K_g + R·H.
        unclaimed: rows of the round without a live claim.
        allowances: with an allowance rule, the sum of the allowances over all rows; "asserted" while there are
            unclaimed rows and the rule is hidden, since a row that never claims may hide a negative one.
    """

    allowances: Natural | None = None
    blinding: Scalar
    round: LeafHash
    totals: Annotated[tuple[Natural, ...], Meta(min_length=1, max_length=64)]
    unclaimed: Annotated[int, Meta(ge=0, le=MAX_ROWS)]


class TotalFact(FactStruct, frozen=True):
    """A round's total, under the round's leaf hash."""

    total: bytes
    index: int
    totals: tuple[int, ...]


TOTALS: Final = Space("total", TotalFact)


def opening_of(sum_: bytes, total: Total) -> SumCheck:
    """The equation of a total: it opens the ``sum`` of its round's close, which is empty for the identity."""
    points = (sum_,) if sum_ else ()
    return SumCheck(points=points, amounts=total.totals, basis="quantities", blinding=total.blinding)


def _closed_round(view: View, body: Total) -> tuple[RoundFact, CloseFact]:
    fact = round_of(view, body.round)
    close = view.get(CLOSES, body.round)
    if close is None:
        raise refusal("not-closed", "the round has no close in the ledger")
    return fact, close


def _owed(view: View, record: Record[Total]) -> tuple[Check, ...]:
    body = record.body
    fact, close = _closed_round(view, body)
    # Refused before any work is done on the opening: under the minimum nobody should look at it.
    if close.count < fact.minimum:
        raise refusal("under-minimum", f"{close.count} claims are live; at least {fact.minimum} are needed")
    if len(body.totals) != len(fact.widths):
        raise refusal("wrong-categories", f"totals has {len(body.totals)} amounts; {len(fact.widths)} are needed")
    return (opening_of(close.sum, body),)


def _step(view: View, record: Record[Total], index: int) -> tuple[Fact, ...]:
    body = record.body
    fact, close = _closed_round(view, body)
    require_council(view, record, fact.council)
    earlier = view.get(TOTALS, body.round)
    if earlier is not None:
        raise refusal("already-totalled", f"the round has its total at index {earlier.index}")
    if body.unclaimed != fact.rows - close.count:
        raise refusal("wrong-unclaimed", f"unclaimed is {body.unclaimed}; it is {fact.rows - close.count} rows")
    if body.allowances != (None if fact.allowance == "none" else fact.allowances):
        raise refusal("wrong-allowances", "allowances is not the sum over all rows, or has no place in this round")
    opening = Opening(claims_occasion(fact.period), (body.round,), (fact.council,))
    opened = open_set(view, opening, None, index, live_members)
    return (TOTALS.put(body.round, TotalFact(record.leaf, index, body.totals)), *opened)


KIND: Final = Kind("total", Total, nothing_to_check, _owed, _step, its_rounds_council)
