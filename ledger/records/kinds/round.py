"""``round``: a council asks its members: which categories at which prices, who, until when, and how many at least."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta

from ledger.crypto.shape import Shape
from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.records.councils import require_council
from ledger.records.facts import ledger_of
from ledger.records.fields import MAX_ROWS, Body, Code, LeafHash, Natural, Ordinal, Scale, ShortText, Text, check_unique
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.roster import ROSTERS, ROWS, AllowanceName, RosterFact
from ledger.records.rounds import ROUND_NUMBERS, ROUNDS, RoundFact, RoundNumberFact, round_number, shape_of
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, View


class Category(Body, frozen=True, kw_only=True):
    """One line of the catalogue. Quantities are integers below 2^width in its smallest unit."""

    code: Code
    name: Text
    price: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    scale: Scale
    unit: ShortText
    width: Annotated[int, Meta(ge=1, le=32)]


class AllowanceRule(Body, frozen=True, kw_only=True):
    """Whether a basket is held against an allowance, and how many bits what is left of it may have."""

    rule: AllowanceName
    slack_width: Annotated[int, Meta(ge=0, le=48)] | None = None


class Round(Body, frozen=True, kw_only=True):
    """What a round entry says. Times are Unix seconds; claims are in time from ``opens`` to before ``closes``."""

    allowance: AllowanceRule
    catalogue: Annotated[tuple[Category, ...], Meta(min_length=1, max_length=64)]
    closes: Natural
    council: LeafHash
    custody: Literal["clerk"]
    early_close: bool
    minimum: Annotated[int, Meta(ge=2, le=MAX_ROWS)]
    opens: Natural
    period: ShortText
    rosters: Annotated[tuple[LeafHash, ...], Meta(min_length=1, max_length=1024)]
    round_no: Ordinal

    def shape(self) -> Shape:
        """The shape that every claim of the round has."""
        return shape_of(
            tuple(category.width for category in self.catalogue),
            tuple(category.price for category in self.catalogue),
            self.allowance.slack_width,
        )


def _check(body: Round) -> None:
    check_unique((category.code for category in body.catalogue), "catalogue.code")
    check_unique(body.rosters, "rosters")
    if (body.allowance.slack_width is not None) != (body.allowance.rule != "none"):
        raise refusal("bad-field", "allowance.slack_width stands with the rules public and hidden, and only there")
    if not body.opens < body.closes:
        raise refusal("bad-field", "closes is not later than opens")
    try:
        body.shape()
    except MalformedError as exc:
        raise refusal("bad-field", f"catalogue: {exc}") from exc


def _step(view: View, record: Record[Round], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    floor = ledger_of(view).cohort_floor
    if body.minimum < floor:
        raise refusal("below-floor", f"minimum is {body.minimum}; at least {floor} is the ledger's floor")
    number = round_number(body.council, body.round_no, body.period)
    if view.get(ROUND_NUMBERS, number) is not None:
        raise refusal("duplicate-round", "the council has a round of this period and round_no already")
    rosters = [_roster(view, leaf, body) for leaf in body.rosters]
    rows = sum(roster.rows for roster in rosters)
    if rows > MAX_ROWS:
        raise refusal("too-many-rows", f"rosters have {rows} rows; at most {MAX_ROWS}")
    _check_prices(body.catalogue, rows)
    allowances = sum(roster.allowances for roster in rosters)
    if allowances > MAX_SAFE_INTEGER:
        raise refusal("allowance-overflow", "the sum of the rosters' allowances reaches 2^53")
    _check_rows(view, body)
    starts = []
    first = 0
    for leaf, roster in zip(body.rosters, rosters, strict=True):
        starts.append((first, leaf))
        first += roster.rows
    fact = RoundFact(
        council=body.council,
        period=body.period,
        round_no=body.round_no,
        opens=body.opens,
        closes=body.closes,
        early_close=body.early_close,
        minimum=body.minimum,
        allowance=body.allowance.rule,
        slack_width=body.allowance.slack_width,
        widths=tuple(category.width for category in body.catalogue),
        prices=tuple(category.price for category in body.catalogue),
        categories=tuple((category.code, category.unit, category.scale) for category in body.catalogue),
        rosters=tuple(starts),
        rows=rows,
        allowances=allowances,
        index=index,
    )
    return (ROUNDS.put(record.leaf, fact), ROUND_NUMBERS.put(number, RoundNumberFact(record.leaf)))


def _roster(view: View, leaf: bytes, body: Round) -> RosterFact:
    roster = view.get(ROSTERS, leaf)
    if roster is None:
        raise refusal("unknown-roster", "rosters names a leaf hash that is not of a roster entry")
    if roster.council != body.council:
        raise refusal("wrong-roster", "rosters names a roster of another council")
    if roster.allowance != body.allowance.rule:
        raise refusal("wrong-roster", f"rosters names a roster whose allowance is {roster.allowance}")
    return roster


def _check_prices(catalogue: Sequence[Category], rows: int) -> None:
    """No total may reach 2^53: not what all baskets cost, and not a category's quantity.

    The second holds by the limits alone: 100,000 rows of 32 bits stay below 2^49.
    """
    if rows * sum(category.price * (2**category.width - 1) for category in catalogue) > MAX_SAFE_INTEGER:
        raise refusal("price-list-overflow", f"{rows} rows of the dearest basket cost 2^53 or more")


def _check_rows(view: View, body: Round) -> None:
    """No member stands in two rows, and no public allowance is too large for the slack."""
    references = set[str]()
    keys = set[bytes]()
    bits = body.allowance.slack_width
    for roster in body.rosters:
        for _, row in view.scan(ROWS, roster):
            if row.ref in references or row.key in keys:
                raise refusal("duplicate-member", "a reference or a key stands in two rows of the rosters")
            references.add(row.ref)
            if row.key:
                keys.add(row.key)
            if bits and isinstance(row.allowance, int) and row.allowance >= 2**bits:
                raise refusal("slack-too-narrow", f"an allowance does not fit allowance.slack_width, {bits} bits")


KIND: Final = Kind("round", Round, _check, nothing_owed, _step)
