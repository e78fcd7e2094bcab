"""Facts that contradict each other are told as a bug, never as a refusal: nobody can make them by what they send."""

import pytest
from msgspec.structs import replace

from ledger.records.assent import mandate_of
from ledger.records.councils import COUNCIL_INDICES, COUNCILS, MANDATES
from ledger.records.entry import parse_entry
from ledger.records.facts import ENTRIES
from ledger.records.kinds import challenge, roster
from ledger.records.kinds.resource import RESOURCES
from ledger.records.kinds.roster import ROSTERS
from ledger.rules import engine
from ledger.rules.memory import MemoryView
from tests.records.faults_disclosure import hidden
from tests.records.starts import with_council, with_two


def without(world, space, leaf):
    world.view.apply([space.delete(leaf)])


def bug(world, raw):
    with pytest.raises(AssertionError, match="bad math in"):
        world.judge(raw)


def test_a_mandate_that_is_not_there():
    world, council = with_council()
    ann = world.mandate(council)
    without(world, MANDATES, ann.key.public)
    with pytest.raises(AssertionError, match="bad math in"):
        mandate_of(world.view, ann.key.public)
    bug(world, world.entry("key", ann.key, action="revoke", key=ann.key.public))


def test_a_council_that_answers_and_is_not_there():
    world, council, other = with_two()
    disputed = world.say("challenge", other, about=world.decision(council))
    raw = world.entry("outcome", council, challenge=disputed)
    index = world.view.get(COUNCILS, council.leaf).index
    without(world, COUNCIL_INDICES, index.to_bytes(8, "big"))
    bug(world, raw)


def test_an_entry_that_was_challenged_and_is_not_there():
    world, council, other = with_two()
    decision = world.decision(council)
    disputed = world.say("challenge", other, about=decision)
    raw = world.entry("outcome", council, challenge=disputed)
    without(world, ENTRIES, decision)
    bug(world, raw)


def test_an_entry_accepted_for_a_council_that_is_not_there():
    world, council = with_council()
    record = parse_entry(world.entry("decision", council, adopts=[council.leaf]), origin=None)
    with pytest.raises(AssertionError, match="bad math in who answers"):
        engine._answers(MemoryView(), record, 3)


def test_a_resource_whose_use_counts_and_which_is_not_there():
    world, council, other = with_two()
    claim = world.say("resource", council)
    disputed = world.say("challenge", other, about=world.say("use", council, claim=claim))
    without(world, RESOURCES, claim)
    bug(world, world.entry("outcome", council, challenge=disputed))


def test_a_roster_whose_sum_was_opened_and_which_is_not_there():
    world, council = with_council()
    first = world.accept(hidden(world, council, 2, "first"))
    without(world, ROSTERS, first.leaf)
    with pytest.raises(AssertionError, match="bad math in"):
        list(roster.listed_members(world.view, first.leaf))
    bug(world, hidden(world, council, 3, "second"))


def test_a_challenge_of_an_entry_that_has_a_root_and_is_not_there(monkeypatch):
    world, council = with_council()
    monkeypatch.setattr(challenge, "root_of_entry", lambda _view, leaf: leaf)
    bug(world, world.entry("challenge", council, about=bytes(32)))


def test_a_challenge_by_nobody_that_was_let_through():
    world, council = with_council()
    raw = world.entry("challenge", council, about=council.leaf)
    record = parse_entry(raw, origin=None)
    nobody = replace(record.body, council=None)
    with pytest.raises(AssertionError, match="bad math in the check of a challenge"):
        challenge._challenger(world.view, type(record)(**{**vars_of(record), "body": nobody}))


def vars_of(record):
    return {name: getattr(record, name) for name in type(record).__slots__}
