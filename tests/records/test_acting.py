"""Whoever acts for a council acts in the same way in every kind of entry: its key, or a mandate for that kind alone."""

import json
from typing import get_args

import pytest

from ledger.errors import LedgerError
from ledger.records.kinds.mandate import MandatedKind
from tests.records.bodies import CouncilHandle, category, key
from tests.records.builders import parse_entry, sign_entry
from tests.records.starts import with_federation
from tests.records.whole import tags_of

ONE = (category("flour", 1),)


def scene(kind):
    """A world in which Riverside, or Valley for a rollup, can say something of this kind; and how it is said."""
    world, valley, (council, other) = with_federation(2)
    roster = world.roster(council, [None, None])
    rnd = world.round(council, roster, catalogue=ONE, early_close=True)
    claim = world.say("resource", council)
    disputed = world.say("challenge", other, about=claim)
    if kind != "claim":
        for row in (0, 1):
            world.claim(rnd, row, (1,))
    if kind in {"total", "rollup", "erratum"}:
        world.close(rnd)
    total = world.total(rnd).leaf if kind == "erratum" else None
    amounts = {"rounds": [rnd.leaf], "missing": [other.leaf]}
    bodies = {
        "challenge": {"about": claim},
        "consent": {"about": claim},
        "decision": {"adopts": [claim]},
        "erratum": {"about": total},
        "outcome": {"challenge": disputed},
        "reply": {"challenge": disputed},
        "request": {},
        "resource": {"quantity": 1},
        "roster": {"allowance": "none", "rows": [{"ref": "n0"}]},
        "tags": {"roster": roster.leaf, "tags": tags_of("Ada", "Bea")},
        "use": {"claim": claim},
    }

    def say(who):
        if kind == "claim":
            return world.claim_entry(rnd, 0, (1,), key=who.key, signers=[who.key])
        if kind == "round":
            body = {**rnd.body.to_json(), "round_no": 2}
            return world.entry("round", who, **body)
        if kind == "withdraw":
            return world.entry("withdraw", who.key, claim=rnd.seats[0].live, round=rnd.leaf, row=0)
        if kind == "close":
            return world.entry("close", who.key, **world.close_body(rnd).to_json())
        if kind == "total":
            return world.entry("total", who.key, **world.total_body(rnd).to_json())
        if kind == "rollup":
            return world.rollup_entry(who, rnd, **amounts)
        return world.entry(kind, who, **bodies[kind])

    return world, valley if kind == "rollup" else council, (council, other), say


def holder(world, council, children, *kinds, **said):
    found = world.mandate(council, "Ann", *kinds, **said)
    if council not in children:
        for child in children:
            world.say("consent", child, about=found.mandate)
    return found


def rule_of(world, raw):
    with pytest.raises(LedgerError) as caught:
        world.judge(raw)
    return caught.value.rule


def resigned(raw, *signers):
    record = parse_entry(raw, origin=None)
    return sign_entry(record.statement, record.kind, signers)


KINDS = get_args(MandatedKind)


def test_these_are_all_that_a_mandate_can_name():
    assert len(KINDS) == 17
    assert list(KINDS) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_key_and_a_mandate_for_this_kind(kind):
    world, council, children, say = scene(kind)
    world.judge(say(council))
    ann = holder(world, council, children, kind)
    assert kind == json.loads(say(ann))["statement"]["kind"]
    world.judge(say(council))
    world.accept(say(ann))


@pytest.mark.parametrize("kind", KINDS)
def test_a_mandate_for_all_other_kinds_is_not_enough(kind):
    world, council, children, say = scene(kind)
    ann = holder(world, council, children, *(each for each in KINDS if each != kind))
    assert rule_of(world, say(ann)) == "outside-mandate"


@pytest.mark.parametrize("kind", KINDS)
def test_a_mandate_that_has_ended_is_none(kind):
    world, council, children, say = scene(kind)
    ann = holder(world, council, children, kind, until=world.time + 60)
    world.judge(say(ann))
    world.tick(60)
    assert rule_of(world, say(ann)) == "mandate-ended"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_acts(kind):
    world, council, _, say = scene(kind)
    good = say(council)
    stranger = CouncilHandle(council.leaf, key("a stranger"))
    other = CouncilHandle(council.leaf, world.council("Seaside").key)
    # A claim for a row without a key names who makes it, and that is looked at first.
    assert rule_of(world, say(stranger)) == ("wrong-key" if kind == "claim" else "unknown-key")
    assert rule_of(world, say(other)) == "wrong-key"
    assert rule_of(world, resigned(good, stranger.key)) == "unknown-key"
    assert rule_of(world, resigned(good, other.key)) == "wrong-key"
    assert rule_of(world, resigned(good)) == "missing-signature"
    assert rule_of(world, resigned(good, council.key, stranger.key)) == "extra-signature"


@pytest.mark.parametrize("kind", KINDS)
def test_a_council_without_a_key_is_dumb(kind):
    world, council, children, say = scene(kind)
    ann = holder(world, council, children, kind)
    world.say("key", council.key, action="revoke", key=council.key.public)
    for who in (council, ann):
        assert rule_of(world, say(who)) == "revoked-key"
