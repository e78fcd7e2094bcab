"""``roster``: a council's rows: who may claim, under a pseudonym, with which key and which allowance."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta

from ledger.crypto.batch import SumCheck
from ledger.encoding import MAX_SAFE_INTEGER, parse_decimal
from ledger.records.councils import require_council
from ledger.records.facts import ledger_of, u32
from ledger.records.fields import (
    Body,
    Decimal,
    Key,
    LeafHash,
    Natural,
    Point,
    Reference,
    Scalar,
    ShortText,
    check_key,
    check_unique,
)
from ledger.records.kind import Check, Kind, Record
from ledger.records.openings import Member, Opening, allowances_occasion, open_set
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

AllowanceName = Literal["none", "public", "hidden"]


class Row(Body, frozen=True, kw_only=True):
    """One member. With a key she claims for herself; without, the council claims for her."""

    ref: Reference
    key: Key | None = None
    allowance: Natural | None = None
    commitment: Point | None = None


class SumOpening(Body, frozen=True, kw_only=True):
    """The opening of Σ C_E over the rows of one entry."""

    blinding: Scalar
    sum: Decimal


class Roster(Body, frozen=True, kw_only=True):
    """What a roster entry says. ``period`` is what hidden allowances are for: of another one they are others."""

    council: LeafHash
    allowance: AllowanceName
    rows: Annotated[tuple[Row, ...], Meta(min_length=1, max_length=10_000)]
    opening: SumOpening | None = None
    period: ShortText | None = None

    def allowances(self) -> int:
        """The sum of the rows' allowances: added up where they are public, as opened where they are hidden."""
        if self.opening is not None:
            return parse_decimal(self.opening.sum, limit=10**16 - 1, what="opening.sum")
        return sum(row.allowance or 0 for row in self.rows)


class RosterFact(FactStruct, frozen=True):
    """A roster, under its leaf hash."""

    council: bytes
    allowance: AllowanceName
    rows: int
    allowances: int
    index: int


class RowFact(FactStruct, frozen=True):
    """A row, under its roster's leaf hash and its position there (4 bytes)."""

    ref: str
    key: bytes
    allowance: int | bytes | None


class CommitmentFact(FactStruct, frozen=True):
    """A C_E that stands in the log, under its 96 bytes."""

    index: int


ROSTERS: Final = Space("roster", RosterFact)
ROWS: Final = Space("row", RowFact, lasting=True)
COMMITMENTS: Final = Space("commitment", CommitmentFact)


def _check(body: Roster) -> None:
    hidden, public = body.allowance == "hidden", body.allowance == "public"
    for row in body.rows:
        if row.key is not None:
            check_key(row.key, "rows.key")
        if (row.allowance is not None) != public:
            raise refusal("bad-field", "rows.allowance stands in every row of a public roster, and only there")
        if (row.commitment is not None) != hidden:
            raise refusal("bad-field", "rows.commitment stands in every row of a hidden roster, and only there")
    if (body.opening is not None) != hidden:
        raise refusal("bad-field", "opening stands in a hidden roster, and only there")
    if body.period is not None and not hidden:
        raise refusal("bad-field", "period stands in a hidden roster, and only there")
    try:
        check_unique((row.ref for row in body.rows), "rows.ref")
        check_unique((row.key for row in body.rows if row.key is not None), "rows.key")
    except ValueError as exc:
        raise refusal("duplicate-member", str(exc)) from exc
    if len({row.commitment for row in body.rows}) < len(body.rows) and hidden:
        raise refusal("reused-commitment", "rows.commitment holds the same value twice")
    if body.allowances() > MAX_SAFE_INTEGER:
        raise refusal("allowance-overflow", "the sum of the allowances reaches 2^53")


def _owed(_view: View, record: Record[Roster]) -> tuple[Check, ...]:
    body = record.body
    if body.opening is None:
        return ()
    points = tuple(row.commitment for row in body.rows if row.commitment is not None)
    return (SumCheck(points=points, amounts=(body.allowances(),), basis="allowance", blinding=body.opening.blinding),)


def _step(view: View, record: Record[Roster], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    floor = ledger_of(view).cohort_floor
    if body.allowance == "hidden" and len(body.rows) < floor:
        raise refusal("below-floor", f"rows has {len(body.rows)} rows; with hidden allowances at least {floor}")
    facts: list[Fact] = [
        ROSTERS.put(record.leaf, RosterFact(body.council, body.allowance, len(body.rows), body.allowances(), index))
    ]
    for position, row in enumerate(body.rows):
        if row.commitment is not None:
            known = view.get(COMMITMENTS, row.commitment)
            if known is not None:
                raise refusal("reused-commitment", f"rows[{position}].commitment stands at index {known.index} already")
            facts.append(COMMITMENTS.put(row.commitment, CommitmentFact(index)))
        allowance = row.allowance if row.commitment is None else row.commitment
        facts.append(ROWS.put(record.leaf + u32(position), RowFact(row.ref, row.key or b"", allowance)))
    if body.opening is not None:
        occasion = allowances_occasion(body.council, body.period)
        opening = Opening(occasion, (record.leaf,), (body.council,))
        members = {(body.council, row.ref): floor for row in body.rows}
        facts += open_set(view, opening, members, index, listed_members)
    return tuple(facts)


def listed_members(view: View, leaf: bytes) -> Iterator[tuple[Member, int]]:
    """The rows of the roster, each as its council and its reference, with the ledger's floor."""
    roster = view.get(ROSTERS, leaf)
    if roster is None:
        raise AssertionError("bad math in the facts: a roster whose sum was opened is not in the view")
    floor = ledger_of(view).cohort_floor
    for _, row in view.scan(ROWS, leaf):
        yield (roster.council, row.ref), floor


KIND: Final = Kind("roster", Roster, _check, _owed, _step)
