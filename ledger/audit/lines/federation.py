"""Federations in a report: requests in the open, tags, and the rollups of what is below."""

from typing import Literal

from ledger.audit.lines.rounds import ErratumLine
from ledger.audit.lines.value import Value


class AmountLine(Value, frozen=True, kw_only=True):
    """How much of what is asked for in the open; `quantity` counts 10^-scale of `unit`."""

    code: str
    unit: str
    scale: int
    quantity: int


class RequestLine(Value, frozen=True, kw_only=True):
    """What a council asks for in the open, or, as ``default``, what is counted for it if it is silent."""

    index: int
    leaf: bytes
    council_name: str
    type: Literal["collective", "default"]
    period: str | None
    purpose: str
    amounts: tuple[AmountLine, ...]
    superseded_by: int | None = None
    signed_under: int | None = None


class TagsLine(Value, frozen=True, kw_only=True):
    """A council gave one blinded tag for each row of a roster, for a period."""

    index: int
    leaf: bytes
    council_name: str
    roster_index: int
    period: str
    count: int
    signed_under: int | None = None


class RollupCategory(Value, frozen=True, kw_only=True):
    """A category of a rollup: the proved `total` of the claims, and what is `requested` in the open beside it.

    Both are written as text, since they may exceed what JSON's numbers hold everywhere, and count the smallest units.
    """

    code: str
    name: str
    unit: str
    scale: int
    total: str
    requested: str


class CountedRound(Value, frozen=True, kw_only=True):
    """A round whose sum is in a rollup; `total_withdrawn`: its own total was published too, and withdrawn."""

    index: int
    council_name: str
    count: int
    too_small: bool
    total_withdrawn: bool = False


class Defaulted(Value, frozen=True, kw_only=True):
    """A silent council that is counted by the default that it stated at the index `request`."""

    council_name: str
    request: int


class Missing(Value, frozen=True, kw_only=True):
    """A council that is not counted. `closed` is the index of the close of its round: with one, it was left out.

    `counted_in` is the index of an earlier rollup, of another federation in the line, that counts its round.
    """

    council_name: str
    closed: int | None
    counted_in: int | None = None


class Uncounted(Value, frozen=True, kw_only=True):
    """What the request or default at the index `request` asks for and no category of the rollup counts."""

    request: int
    council_name: str
    amount: AmountLine


class RollupLine(Value, frozen=True, kw_only=True):
    """A federation opened the sum of several closed rounds as one.

    `requests` are the indices of the collective requests that are in `requested`. `tags`: its rule asks for tags.
    `challenged` are the challenges that are open against it.
    """

    index: int
    leaf: bytes
    federation: bytes
    federation_name: str
    period: str
    round_no: int
    count: int
    minimum: int
    categories: tuple[RollupCategory, ...]
    rounds: tuple[CountedRound, ...]
    requests: tuple[int, ...]
    defaults: tuple[Defaulted, ...]
    missing: tuple[Missing, ...]
    uncounted: tuple[Uncounted, ...]
    tags: bool
    errata: tuple[ErratumLine, ...] = ()
    withdrawn: bool = False
    challenged: tuple[int, ...] = ()
    signed_under: int | None = None
