"""``rollup``: a federation opens the sum of several closed rounds as one, and says who is missing."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta

from ledger.crypto.batch import SumCheck
from ledger.encoding import parse_decimal
from ledger.records.councils import council_of, is_below, require_council
from ledger.records.facts import period_key, u32
from ledger.records.fields import Body, LeafHash, LongDecimal, Natural, Ordinal, Scalar, ShortText, check_unique
from ledger.records.kind import Check, Kind, Record
from ledger.records.kinds.tags import tags_of
from ledger.records.openings import Opening, claims_occasion, open_set
from ledger.records.rolling import ROLLED, Due, RolledFact, due, is_counted_elsewhere, rolled_key
from ledger.records.rounds import CLOSES, CloseFact, RoundFact, live_members, round_number, round_of
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

_LONG: Final = 10**20 - 1

Leaves = Annotated[tuple[LeafHash, ...], Meta(max_length=512)]
Amounts = Annotated[tuple[LongDecimal, ...], Meta(min_length=1, max_length=64)]


class Rollup(Body, frozen=True, kw_only=True):
    """What a rollup entry says.

    Attributes:
        blinding: R, so that Σ sums = Σ_g T_g·K_g + R·H.
        count: live claims over all rounds.
        defaults: councils that are silent and counted by their default.
        missing: councils that are not counted.
        requested: for each category, what ``requests`` and ``defaults`` ask for in the open.
        requests: how many collective requests of the federation and all councils below it are counted.
        rounds: whose sums are opened.
        totals: T_g for each category of the rounds' common catalogue, in its smallest unit.
    """

    blinding: Scalar
    count: Natural
    defaults: Leaves
    federation: LeafHash
    missing: Leaves
    period: ShortText
    requested: Amounts
    requests: Natural
    round_no: Ordinal
    rounds: Annotated[tuple[LeafHash, ...], Meta(min_length=1, max_length=512)]
    totals: Amounts

    def amounts(self) -> tuple[int, ...]:
        """``totals`` as numbers."""
        return tuple(parse_decimal(each, limit=_LONG, what="totals") for each in self.totals)


class RollupFact(FactStruct, frozen=True):
    """A rollup, under its federation, ``round_no`` (4 bytes) and period (UTF-8), with what it counts in the open.

    Attributes:
        requests: the leaf hashes of requests.
        defaults: those of silent councils' defaults, which are not known for ever (``request.DEFAULTS_KEPT``).
    """

    leaf: bytes
    index: int
    requests: tuple[bytes, ...]
    defaults: tuple[bytes, ...]


class CountedFact(FactStruct, frozen=True):
    """The council in which a rollup counts a member, under the period (32 bytes), ``round_no`` (4) and her tag."""

    council: bytes


ROLLUPS: Final = Space("rollup", RollupFact)
COUNTED: Final = Space("counted-tag", CountedFact)


def counted_key(period: str, round_no: int, tag: bytes) -> bytes:
    """The key in ``COUNTED`` of the member with this tag."""
    return period_key(period) + u32(round_no) + tag


def defaults_of(view: View, rollup: Rollup) -> tuple[bytes, ...]:
    """The leaf hashes of the defaults that a rollup which is in the log counts, in the order of its ``defaults``."""
    fact = _fact_of(view, rollup)
    return () if fact is None else fact.defaults


def requests_of(view: View, rollup: Rollup) -> tuple[bytes, ...]:
    """The leaf hashes of the requests that a rollup which is in the log counts."""
    fact = _fact_of(view, rollup)
    return () if fact is None else fact.requests


def _fact_of(view: View, rollup: Rollup) -> RollupFact | None:
    return view.get(ROLLUPS, round_number(rollup.federation, rollup.round_no, rollup.period))


def _check(body: Rollup) -> None:
    for field in ("defaults", "missing"):
        if any(left >= right for left, right in pairwise(getattr(body, field))):
            raise refusal("bad-field", f"{field} is not sorted by the leaves' bytes, or holds one twice")
    check_unique(body.rounds, "rounds")
    if len(body.requested) != len(body.totals):
        raise refusal("bad-field", f"requested has {len(body.requested)} amounts; totals has {len(body.totals)}")


def _rounds(view: View, body: Rollup) -> tuple[tuple[RoundFact, CloseFact], ...]:
    found: list[tuple[RoundFact, CloseFact]] = []
    for leaf in body.rounds:
        fact = round_of(view, leaf)
        close = view.get(CLOSES, leaf)
        if close is None:
            raise refusal("not-closed", "rounds names a round that has no close in the ledger")
        if found and fact.categories != found[0][0].categories:
            raise refusal("wrong-categories", "rounds names rounds whose catalogues are not the same")
        found.append((fact, close))
    return tuple(found)


def _owed(view: View, record: Record[Rollup]) -> tuple[Check, ...]:
    body = record.body
    rounds = _rounds(view, body)
    categories = len(rounds[0][0].categories)
    if len(body.totals) != categories:
        raise refusal("wrong-categories", f"totals has {len(body.totals)} amounts; {categories} are needed")
    count = sum(close.count for _, close in rounds)
    if body.count != count:
        raise refusal("wrong-count", f"count is {body.count}; {count} claims are live in the rounds")
    minimum = max(fact.minimum for fact, _ in rounds)
    # Refused before any work is done on the opening: under the minimum nobody should look at it.
    if count < minimum:
        raise refusal("under-minimum", f"{count} claims are live in the rounds; at least {minimum} are needed")
    points = tuple(close.sum for _, close in rounds if close.sum)
    return (SumCheck(points=points, amounts=body.amounts(), basis="quantities", blinding=body.blinding),)


def _step(view: View, record: Record[Rollup], index: int) -> tuple[Fact, ...]:
    body = record.body
    federation = council_of(view, body.federation)
    if federation.type != "federation":
        raise refusal("wrong-federation", "federation is a council of another type")
    require_council(view, record, body.federation)
    place = round_number(body.federation, body.round_no, body.period)
    earlier = view.get(ROLLUPS, place)
    if earlier is not None:
        raise refusal("duplicate-rollup", f"the federation has its rollup of the round at index {earlier.index}")
    found = _rounds(view, body)
    rounds = tuple(fact for fact, _ in found)
    _require_in_line(view, body, rounds)
    tagged = _tagged(view, body, rounds) if federation.tags else {}
    must = due(view, body.federation, found)
    _require_due(body, must)
    councils = tuple(fact.council for fact in rounds)
    opening = Opening(claims_occasion(body.period), body.rounds, councils)
    defaults = tuple(must.defaults[council].leaf for council in body.defaults)
    rolled = (rolled_key(council, rounds[0], body.federation) for council in (*councils, *body.defaults))
    return (
        ROLLUPS.put(place, RollupFact(record.leaf, index, tuple(sorted(must.requests)), defaults)),
        *(ROLLED.put(key, RolledFact(index)) for key in rolled),
        *(COUNTED.put(key, CountedFact(council)) for key, council in tagged.items()),
        *open_set(view, opening, None, index, live_members),
    )


def _require_in_line(view: View, body: Rollup, rounds: Iterable[RoundFact]) -> None:
    """Every round is of this period and number, and of a council that no federation beside this one's line has counted.

    Each council is there once: it has one round of a period and number, and no round is named twice.
    """
    for fact in rounds:
        if (fact.period, fact.round_no) != (body.period, body.round_no):
            raise refusal("wrong-round", "rounds names a round of another period or number")
        if fact.council != body.federation and not is_below(view, fact.council, body.federation):
            raise refusal("wrong-federation", "rounds names a round of a council that is not in the federation")
        if is_counted_elsewhere(view, body.federation, fact.council, fact):
            raise refusal("counted-twice", "a council is counted in this period by another federation already")


def _tagged(view: View, body: Rollup, rounds: Iterable[RoundFact]) -> dict[bytes, bytes]:
    """The council in which each member is counted, under the key of her tag; refuses one who is in two rows."""
    found: list[tuple[bytes, tuple[bytes, ...]]] = []
    for fact in rounds:
        for _, roster in fact.rosters:
            tags = tags_of(view, body.period, roster)
            if tags is None:
                raise refusal("missing-tags", "a roster of the rounds has no tags for the period")
            found.append((fact.council, tags))
    given = dict[bytes, bytes]()
    for council, tags in found:
        for tag in tags:
            key = counted_key(body.period, body.round_no, tag)
            known = view.get(COUNTED, key)
            if key in given or (known is not None and known.council != council):
                raise refusal("counted-twice", "a member of the rounds is counted in another row or council")
            given[key] = council
    return given


def _require_due(body: Rollup, must: Due) -> None:
    if body.requests != len(must.requests):
        raise refusal(
            "wrong-requests", f"requests is {body.requests}; {len(must.requests)} were live at the last close"
        )
    if body.defaults != tuple(sorted(must.defaults)):
        raise refusal("wrong-missing", "defaults is not exactly the silent councils that are counted by their default")
    if body.missing != tuple(sorted(must.missing)):
        raise refusal("wrong-missing", "missing is not exactly the other councils without a round in the rollup")
    if body.requested != tuple(map(str, must.requested)):
        raise refusal("wrong-requested", "requested is not the sum of the requests and defaults of each category")


def _answers(view: View, record: Record[Rollup]) -> bytes:
    del view
    return record.body.federation


KIND: Final = Kind("rollup", Rollup, _check, _owed, _step, _answers)
