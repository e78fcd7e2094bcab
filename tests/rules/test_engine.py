"""What the engine adds to every entry, and what it takes for granted."""

import pytest

from ledger.records.entry import parse_entry
from ledger.records.facts import ENTRIES, EntryFact
from ledger.rules.checks import VerifiedRecord
from ledger.rules.engine import owed, step
from ledger.rules.memory import MemoryView
from tests.records.builders import ORIGIN, World, whole_world


def test_every_entry_is_known_by_its_leaf_hash_and_index():
    world, _ = whole_world()
    for index, raw in enumerate(world.entries):
        record = parse_entry(raw, origin=ORIGIN)
        assert world.view.get(ENTRIES, record.leaf) == EntryFact(index, record.kind)


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
