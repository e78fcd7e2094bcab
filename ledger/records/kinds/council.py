"""``council``: somebody who may open rounds, claim resources and adopt decisions registers a name and a key."""

from typing import Final, Literal

from ledger.records.councils import (
    CHILDREN,
    COUNCIL_INDICES,
    COUNCILS,
    MAX_LEVELS,
    ChildFact,
    CouncilFact,
    CouncilIndexFact,
    CouncilType,
    council_key,
    council_of,
    level_of,
)
from ledger.records.facts import KEYS, KeyFact, founding_keys
from ledger.records.fields import Body, Key, LeafHash, ShortText, check_key
from ledger.records.kind import Kind, Record, nothing_owed
from ledger.records.rule_names import refusal
from ledger.records.signers import require_signers
from ledger.records.view import Fact, View


class FederationRule(Body, frozen=True, kw_only=True):
    """What a federation's rollups do about silent councils, and whether they ask for tags."""

    silent: Literal["default", "excluded"]
    tags: bool


class Council(Body, frozen=True, kw_only=True):
    """What a council entry says. ``parent`` is the federation that takes it in; without one, founders admit it."""

    key: Key
    name: ShortText
    parent: LeafHash | None = None
    rule: FederationRule | None = None
    type: CouncilType


def _check(body: Council) -> None:
    check_key(body.key, "key")
    if body.rule is not None and body.type != "federation":
        raise refusal("bad-field", "rule stands with the type federation, and only there")


def _step(view: View, record: Record[Council], index: int) -> tuple[Fact, ...]:
    body = record.body
    if view.get(KEYS, body.key) is not None:
        raise refusal("duplicate-key", "key was registered before; a council takes a fresh one")
    registered = KEYS.put(body.key, KeyFact("council", record.leaf, None))
    rule = body.rule or FederationRule(silent="excluded", tags=False)
    fact = CouncilFact(body.key, body.name, body.parent or b"", body.type, index, rule.silent, rule.tags, index, 0, 0)
    stated = (
        COUNCILS.put(record.leaf, fact),
        COUNCIL_INDICES.put(index.to_bytes(8, "big"), CouncilIndexFact(record.leaf)),
    )
    if body.parent is None:
        authorities = founding_keys(view)
        require_signers(view, record, {body.key: "the new key"}, one_of=authorities, authority="a founding key")
        return (*stated, registered)
    parent = council_of(view, body.parent)
    if parent.type != "federation":
        raise refusal("wrong-federation", "parent is a council of another type than federation")
    if level_of(view, body.parent) >= MAX_LEVELS:
        raise refusal("wrong-federation", f"parent stands {MAX_LEVELS} levels below; nothing can stand under it")
    above = council_key(view, body.parent)
    require_signers(view, record, {body.key: "the new key", above: "the parent"})
    return (*stated, registered, CHILDREN.put(body.parent + record.leaf, ChildFact(index)))


def _answers(view: View, record: Record[Council]) -> bytes:
    del view
    return record.leaf


KIND: Final = Kind("council", Council, _check, nothing_owed, _step, _answers)
