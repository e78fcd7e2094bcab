"""What the engine adds to every entry, and what it takes for granted."""

from typing import Any

import pytest

from ledger.records.entry import parse_entry
from ledger.records.facts import ENTRIES, EntryFact
from ledger.records.registry import KINDS
from ledger.rules.checks import VerifiedRecord
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from tests.records.builders import FOUNDER, ORIGIN, World, key, whole_world
from tests.records.whole import WHOLE

FOUNDERS = -1


def told_to_answer(
    record: Any, indices: dict[bytes, int], councils: dict[bytes, bytes], rounds: dict[bytes, bytes]
) -> int:
    """Who answers for the entry, as the specification says it: the index of a council, or the founding keys."""
    body = record.body
    match record.kind:
        case "council":
            leaf = record.leaf
        case "key":
            leaf = councils.get(body.key)
        case "claim" | "withdraw" | "close" | "total":
            leaf = rounds[body.round]
        case "rollup":
            leaf = body.federation
        case "recall":
            leaf = body.by
        case _:
            leaf = getattr(body, "council", None)
    return FOUNDERS if leaf is None else indices[leaf]


@pytest.mark.parametrize("name", WHOLE)
def test_every_entry_is_known_by_its_leaf_hash_its_index_and_who_answers(name):
    world = WHOLE[name](proofs=False)
    indices, councils, rounds = {}, {}, {}
    for index, raw in enumerate(world.entries):
        record = parse_entry(raw, origin=ORIGIN)
        indices[record.leaf] = index
        if record.kind == "council":
            councils[record.body.key] = record.leaf
        if record.kind in {"key", "recover"} and record.body.new is not None:
            councils[record.body.new] = record.body.council if record.kind == "recover" else councils[record.body.key]
        if record.kind == "mandate":
            councils[record.body.key] = record.body.council
        if record.kind == "round":
            rounds[record.leaf] = record.body.council
        answers = told_to_answer(record, indices, councils, rounds)
        assert world.view.get(ENTRIES, record.leaf) == EntryFact(index, record.kind, answers)


def test_the_founding_keys_answer_for_what_is_about_them():
    world = World().found()
    old, new = key(FOUNDER), key("founder 2")
    leaf = world.say("key", old, new, action="rotate", key=old.public, new=new.public)
    assert world.view.get(ENTRIES, leaf) == EntryFact(2, "key", FOUNDERS)


def test_the_whole_histories_hold_every_kind():
    kinds = {parse_entry(raw, origin=ORIGIN).kind for make in WHOLE.values() for raw in make(proofs=False).entries}
    assert kinds == KINDS.keys()


def test_every_signature_is_owed():
    world, _ = whole_world()
    view = MemoryView()
    for index, raw in enumerate(world.entries):
        record = parse_entry(raw, origin=ORIGIN)
        debt = owed(view, record)
        assert tuple(check.key for check in debt.signatures) == record.signers
        view.apply(step(view, VerifiedRecord(record), index))


def test_an_index_that_does_not_fit_the_view_is_a_bug():
    world = World().found()
    record = VerifiedRecord(parse_entry(world.entries[0], origin=ORIGIN))
    with pytest.raises(AssertionError, match="bad math in the order of entries"):
        step(world.view, record, 0)
    with pytest.raises(AssertionError, match="bad math in the order of entries"):
        step(MemoryView(), record, 1)


def test_the_engine_holds_the_origin_itself():
    """An entry parsed for any ledger is still refused by the ledger it is not for."""
    ours, theirs = World().found(), World(origin="example.org/other").found()
    foreign = parse_entry(theirs.tick().entries[-1], origin=None)
    with pytest.raises(Exception, match="origin") as caught:
        step(ours.view, VerifiedRecord(foreign), 2)
    assert caught.value.rule == "wrong-ledger"
