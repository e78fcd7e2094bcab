"""``request``: what a council asks for in the open, or what is to be counted for it if it is silent."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta
from msgspec.structs import replace

from ledger.records.councils import require_council
from ledger.records.facts import period_key
from ledger.records.fields import Body, Code, LeafHash, Ordinal, Scale, ShortText, Text, check_unique
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

MAX_COLLECTIVE: Final = 64
"""Collective requests of one council for one period, superseded ones counted."""

DEFAULTS_KEPT: Final = 16
"""Defaults of one council that rollups know of: the last."""

Amount = tuple[str, str, int, int]
"""Code, unit, scale, quantity."""


class RequestAmount(Body, frozen=True, kw_only=True):
    """One category; ``quantity`` counts 10^-scale of its unit."""

    code: Code
    quantity: Annotated[int, Meta(ge=0, le=10**12)]
    scale: Scale
    unit: ShortText


class Request(Body, frozen=True, kw_only=True):
    """What a request entry says.

    Attributes:
        again: sets what is asked for once more apart from what was asked for before.
        period: of a collective request; a default is for every period.
        supersedes: the council's live request for the period that this one takes the place of.
    """

    again: Ordinal | None = None
    amounts: Annotated[tuple[RequestAmount, ...], Meta(min_length=1, max_length=64)]
    council: LeafHash
    period: ShortText | None = None
    purpose: Text
    supersedes: LeafHash | None = None
    type: Literal["collective", "default"]


class RequestFact(FactStruct, frozen=True):
    """A collective request, under its period (32 bytes), its council and its leaf hash."""

    amounts: tuple[Amount, ...]
    index: int
    superseded: int | None


class DefaultFact(FactStruct, frozen=True):
    """What is counted for a silent council, under the council's leaf hash and the index (8 bytes) of ``leaf``."""

    leaf: bytes
    amounts: tuple[Amount, ...]


REQUESTS: Final = Space("request", RequestFact)
DEFAULTS: Final = Space("default", DefaultFact)


def live_requests(view: View, period: str, council: bytes, before: int) -> Iterator[tuple[bytes, tuple[Amount, ...]]]:
    """The council's requests for the period that were live before this index, in the order of their leaf hashes."""
    for key, fact in view.scan(REQUESTS, _place(period, council)):
        if fact.index < before and (fact.superseded is None or fact.superseded > before):
            yield key[64:], fact.amounts


def default_of(view: View, council: bytes, before: int) -> DefaultFact | None:
    """The council's last default before this index; None without one."""
    last = None
    for key, fact in view.scan(DEFAULTS, council):
        if int.from_bytes(key[32:], "big") < before:
            last = fact
    return last


def _place(period: str, council: bytes) -> bytes:
    return period_key(period) + council


def _check(body: Request) -> None:
    check_unique((amount.code for amount in body.amounts), "amounts.code")
    if (body.period is not None) != (body.type == "collective"):
        raise refusal("bad-field", "period stands with the type collective, and only there")
    if body.supersedes is not None and body.type == "default":
        raise refusal("bad-field", "supersedes stands with the type collective only: a default replaces the last one")


def _step(view: View, record: Record[Request], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    amounts = tuple((each.code, each.unit, each.scale, each.quantity) for each in body.amounts)
    if body.period is None:
        stated = DEFAULTS.put(body.council + index.to_bytes(8, "big"), DefaultFact(record.leaf, amounts))
        before = [key for key, _ in view.scan(DEFAULTS, body.council)]
        return (stated, *map(DEFAULTS.delete, before[: max(0, len(before) + 1 - DEFAULTS_KEPT)]))
    place = _place(body.period, body.council)
    old = None if body.supersedes is None else view.get(REQUESTS, place + body.supersedes)
    if body.supersedes is not None and (old is None or old.superseded is not None):
        raise refusal("wrong-request", "supersedes is not a live request of the council for the period")
    if sum(1 for _ in view.scan(REQUESTS, place)) >= MAX_COLLECTIVE:
        raise refusal("request-limit", f"the council has made {MAX_COLLECTIVE} requests for the period")
    stated = REQUESTS.put(place + record.leaf, RequestFact(amounts, index, None))
    if body.supersedes is None or old is None:
        return (stated,)
    return (stated, REQUESTS.put(place + body.supersedes, replace(old, superseded=index)))


KIND: Final = Kind("request", Request, _check, nothing_owed, _step)
