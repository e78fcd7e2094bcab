"""``decision``: a council puts on record what was adopted, by which body and rule, with which turnout."""

from typing import Annotated, Final

from msgspec import Meta

from ledger.records.councils import require_council
from ledger.records.facts import ENTRIES
from ledger.records.fields import Body, LeafHash, Natural, ShortText, Text, check_unique
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View


class Turnout(Body, frozen=True, kw_only=True):
    """How many could vote, and how many did."""

    eligible: Natural
    voted: Natural


class Decision(Body, frozen=True, kw_only=True):
    """What a decision entry says.

    Attributes:
        adopts: the leaf hashes of the entries that are adopted.
        body: who decided.
        rule: by which rule.
        affected: whom it concerns.
    """

    adopts: Annotated[tuple[LeafHash, ...], Meta(min_length=1, max_length=64)]
    affected: Text
    body: ShortText
    council: LeafHash
    rule: Text
    title: Text
    turnout: Turnout


class DecisionFact(FactStruct, frozen=True):
    """A decision, under its leaf hash. What it carries follows from its index (``challenges.carried_by``)."""

    council: bytes
    index: int


class AdoptionFact(FactStruct, frozen=True):
    """That an entry was adopted, under its leaf hash and the decision's, by this council."""

    council: bytes


DECISIONS: Final = Space("decision", DecisionFact)
ADOPTIONS: Final = Space("adoption", AdoptionFact)


def _check(body: Decision) -> None:
    check_unique(body.adopts, "adopts")
    if body.turnout.voted > body.turnout.eligible:
        raise refusal("bad-field", "turnout.voted is greater than turnout.eligible")


def _step(view: View, record: Record[Decision], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    for position, leaf in enumerate(body.adopts):
        if view.get(ENTRIES, leaf) is None:
            raise refusal("unknown-entry", f"adopts[{position}] is not the leaf hash of an earlier entry")
    return (
        DECISIONS.put(record.leaf, DecisionFact(body.council, index)),
        *(ADOPTIONS.put(leaf + record.leaf, AdoptionFact(body.council)) for leaf in body.adopts),
    )


KIND: Final = Kind("decision", Decision, _check, nothing_owed, _step)
