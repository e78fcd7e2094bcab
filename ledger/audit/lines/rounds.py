"""Rounds and their totals in a report, and the errata beside what was published."""

from collections.abc import Sequence
from typing import Final, Literal

from ledger.audit.lines.value import Value

RoundState = Literal["open", "closed", "totalled"]

PRICE_UNITS: Final = "price units"
"""What costs and allowances count where a round has several prices or units: the ledger says no more of their worth."""


class ErratumLine(Value, frozen=True, kw_only=True):
    """A word of caution at a total or a rollup, by the council that answers for it."""

    index: int
    leaf: bytes
    council_name: str
    effect: Literal["note", "withdrawn"]
    reason: str
    signed_under: int | None = None


class InRollup(Value, frozen=True, kw_only=True):
    """A rollup that counts a round, and whether an erratum withdrew that rollup."""

    index: int
    federation_name: str
    withdrawn: bool


class CategoryLine(Value, frozen=True, kw_only=True):
    """One category of a round; `total` counts its smallest units, of which `scale` decimals are shown to people."""

    code: str
    name: str
    unit: str
    scale: int
    price: int
    total: int | None = None


class RoundLine(Value, frozen=True, kw_only=True):
    """One round. What a later entry adds is None until that entry is in the log.

    `allowances` is proved where every row of the round has a live claim or the allowances are public, else asserted;
    `allowances_proved` says which. `cost` and `allowances` count the smallest units of `cost_unit`, of which
    `cost_scale` decimals are shown to people.

    `signed_under`, `close_signed_under` and `total_signed_under` are the indices of the mandates under which the round,
    its close and its total were signed; None where the council's own key did. `too_small`: closed with fewer claims
    than `minimum`, so that nothing may be published of it alone; `rollups` are those that count it. `challenged` are
    the challenges that are open against the round, its close or its total.
    """

    index: int
    leaf: bytes
    council: bytes
    council_name: str
    period: str
    round_no: int
    minimum: int
    rows: int
    opens: int
    closes: int
    allowance_rule: str
    categories: tuple[CategoryLine, ...]
    claims: int = 0
    replaced: int = 0
    withdrawn: int = 0
    close_index: int | None = None
    close_leaf: bytes | None = None
    count: int | None = None
    total_index: int | None = None
    total_leaf: bytes | None = None
    unclaimed: int | None = None
    cost: int | None = None
    allowances: int | None = None
    allowances_proved: bool = False
    cost_unit: str = PRICE_UNITS
    cost_scale: int = 0
    signed_under: int | None = None
    close_signed_under: int | None = None
    total_signed_under: int | None = None
    too_small: bool = False
    rollups: tuple[InRollup, ...] = ()
    errata: tuple[ErratumLine, ...] = ()
    total_withdrawn: bool = False
    challenged: tuple[int, ...] = ()

    @property
    def state(self) -> RoundState:
        """``open`` until the close, ``closed`` until the total."""
        if self.total_index is not None:
            return "totalled"
        return "open" if self.close_index is None else "closed"


def cost_unit(categories: Sequence[CategoryLine]) -> tuple[str, int]:
    """The unit and scale of a round's cost: the categories' own where all have one and the price 1, else price units.

    A price is a whole number for a category's smallest unit; in what it is counted, the ledger does not say. Where
    every price is 1, cost is a plain sum of quantities, and one unit of all is the unit of the sum.
    """
    first = categories[0]
    if all((each.unit, each.scale, each.price) == (first.unit, first.scale, 1) for each in categories):
        return first.unit, first.scale
    return PRICE_UNITS, 0
