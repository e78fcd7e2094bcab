"""``tags``: a blinded mark for each member of a roster, so that no rollup counts one in two councils in one period."""

import hmac
from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta

from ledger.records.councils import require_council
from ledger.records.facts import period_key
from ledger.records.fields import Body, Digest, LeafHash, ShortText
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.roster import ROSTERS
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View


class Tags(Body, frozen=True, kw_only=True):
    """What a tags entry says. The tags are sorted, so that their order says nothing of rows."""

    council: LeafHash
    period: ShortText
    roster: LeafHash
    tags: Annotated[tuple[Digest, ...], Meta(min_length=1, max_length=1300)]


class RosterTagsFact(FactStruct, frozen=True):
    """The tags of a roster, under the period (32 bytes) and the roster's leaf hash."""

    tags: tuple[bytes, ...]


ROSTER_TAGS: Final = Space("roster-tags", RosterTagsFact)


def member_tag(secret: bytes, *, origin: str, period: str) -> bytes:
    """The member's tag for the period, under her secret of 32 bytes (docs/spec/federation.md section 3)."""
    message = b"opentally/v1/tag\0" + origin.encode() + b"\0" + period.encode()
    return hmac.digest(secret, message, "sha256")


def tags_of(view: View, period: str, roster: bytes) -> tuple[bytes, ...] | None:
    """The tags of the roster for the period; None before it has any."""
    fact = view.get(ROSTER_TAGS, period_key(period) + roster)
    return None if fact is None else fact.tags


def _check(body: Tags) -> None:
    if any(left >= right for left, right in pairwise(body.tags)):
        raise refusal("bad-field", "tags is not sorted, or holds a tag twice")


def _step(view: View, record: Record[Tags], _index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    roster = view.get(ROSTERS, body.roster)
    if roster is None:
        raise refusal("unknown-roster", "roster is not the leaf hash of a roster entry")
    if roster.council != body.council:
        raise refusal("wrong-roster", "roster is another council's")
    period = period_key(body.period)
    if view.get(ROSTER_TAGS, period + body.roster) is not None:
        raise refusal("duplicate-tags", "the roster has its tags for the period already")
    if len(body.tags) != roster.rows:
        raise refusal("wrong-count", f"tags has {len(body.tags)}; the roster has {roster.rows} rows")
    return (ROSTER_TAGS.put(period + body.roster, RosterTagsFact(body.tags)),)


KIND: Final = Kind("tags", Tags, _check, nothing_owed, _step)
