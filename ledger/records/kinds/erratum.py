"""``erratum``: a word of caution at a published total. It holds no amounts, which would be a second opening."""

from typing import Final, Literal

from ledger.records.councils import COUNCILS, require_council
from ledger.records.facts import ENTRIES
from ledger.records.fields import Body, LeafHash, Text
from ledger.records.kind import Kind, Record, nothing_owed, nothing_to_check
from ledger.records.rule_names import refusal
from ledger.records.view import Fact, FactStruct, Space, View

Effect = Literal["note", "withdrawn"]


class Erratum(Body, frozen=True, kw_only=True):
    """What an erratum entry says: whether ``about`` still stands, and why not as it was."""

    about: LeafHash
    council: LeafHash
    effect: Effect
    reason: Text


class ErratumFact(FactStruct, frozen=True):
    """An erratum, under the leaf hash of what it is about and its own."""

    effect: Effect
    index: int


ERRATA: Final = Space("erratum", ErratumFact)


def is_withdrawn(view: View, leaf: bytes) -> bool:
    """Whether an erratum withdrew the total or rollup of this leaf hash."""
    return any(fact.effect == "withdrawn" for _, fact in view.scan(ERRATA, leaf))


def _step(view: View, record: Record[Erratum], index: int) -> tuple[Fact, ...]:
    body = record.body
    require_council(view, record, body.council)
    entry = view.get(ENTRIES, body.about)
    if entry is None or entry.kind not in {"rollup", "total"}:
        raise refusal("wrong-entry", "about is not the leaf hash of a total or a rollup")
    council = view.get(COUNCILS, body.council)
    if council is None or council.index != entry.answers:
        raise refusal("wrong-council", "council is not the one that answers for the total")
    return (ERRATA.put(body.about + record.leaf, ErratumFact(body.effect, index)),)


KIND: Final = Kind("erratum", Erratum, nothing_to_check, nothing_owed, _step)
