"""``mandate``: who may act for a council, in which kinds of entry, until when, given by which decision."""

from itertools import pairwise
from typing import Annotated, Final, Literal

from msgspec import Meta

from ledger.records.assent import MANDATE_LEAVES, MandateLeafFact, proposed, quorum_of
from ledger.records.councils import COUNCIL_MANDATES, MANDATES, CouncilMandateFact, MandateFact, council_key
from ledger.records.facts import KEYS, KeyFact, now
from ledger.records.fields import Body, Key, LeafHash, Natural, ShortText, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.kinds.decision import DECISIONS
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View

MandatedKind = Literal[
    "challenge",
    "claim",
    "close",
    "consent",
    "decision",
    "erratum",
    "outcome",
    "reply",
    "request",
    "resource",
    "rollup",
    "roster",
    "round",
    "tags",
    "total",
    "use",
    "withdraw",
]
"""What a mandate can be for: everything but keys, mandates, and the tree of federations."""


class Mandate(Body, frozen=True, kw_only=True):
    """What a mandate entry says.

    Attributes:
        decision: the council's decision by which it was given.
        key: the holder's, who signs too.
        role: of the office, not of a person.
        until: Unix seconds; it holds until before.
    """

    council: LeafHash
    decision: LeafHash
    key: Key
    kinds: Annotated[tuple[MandatedKind, ...], Meta(min_length=1, max_length=17)]
    role: ShortText
    until: Natural


def _check(body: Mandate) -> None:
    check_key(body.key, "key")
    if any(left >= right for left, right in pairwise(body.kinds)):
        raise refusal("bad-field", "kinds is not sorted, or holds a word twice")


def _step(view: View, record: Record[Mandate], index: int) -> tuple[Fact, ...]:
    body = record.body
    council = council_key(view, body.council)
    if view.get(KEYS, body.key) is not None:
        raise refusal("duplicate-key", "key was registered before; a mandate takes a fresh one")
    decision = view.get(DECISIONS, body.decision)
    if decision is None or decision.council != body.council:
        raise refusal("wrong-decision", "decision is not the leaf hash of a decision of the council")
    time = now(view)
    if body.until <= time:
        raise refusal("mandate-ended", f"until is {body.until}; the last clock says {time}")
    require_signers(view, record, {body.key: "the holder", council: "the council"})
    waits = proposed(view, body.council, record.leaf, index, quorum_of(view, body.council))
    fact = MandateFact(
        leaf=record.leaf,
        council=body.council,
        kinds=body.kinds,
        until=body.until,
        index=index,
        effective=not waits,
        ended=None,
    )
    return (
        *waits,
        KEYS.put(body.key, KeyFact("mandate", body.council, None)),
        MANDATES.put(body.key, fact),
        MANDATE_LEAVES.put(record.leaf, MandateLeafFact(body.key)),
        COUNCIL_MANDATES.put(body.council + index.to_bytes(8, "big"), CouncilMandateFact(body.key)),
    )


KIND: Final = Kind("mandate", Mandate, _check, nothing_owed, _step)
