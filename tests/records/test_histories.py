"""Whole small histories of every allowance rule are accepted."""

from itertools import pairwise

import pytest

from ledger.records.facts import KEYS, founding_keys
from ledger.records.kinds.council import COUNCILS, Council
from ledger.records.kinds.decision import Turnout
from ledger.records.kinds.key import KeyChange
from ledger.records.kinds.total import TOTALS
from tests.records.builders import FOUNDER, World, key, small_world, whole_world
from tests.records.faults import decision_entry, resource_body


@pytest.mark.parametrize("rule", ["none", "public", "hidden"])
def test_a_round_from_ledger_to_total(rule):
    world, rnd = whole_world(rule)
    assert world.view.get(TOTALS, rnd.leaf).totals == (6, 4)


def test_resources_and_decisions_of_a_council():
    world = World().found()
    council = world.council()
    first = world.add("resource", resource_body(council), council.key)
    world.add("resource", resource_body(council, supersedes=first.leaf, quantity=0), council.key)
    world.accept(decision_entry(world, council, turnout=Turnout(eligible=9, voted=9), adopts=(first.leaf,)))


def test_powers_over_keys():
    """A council's key is rotated by itself, then by its parent; a child's by its parent only; a founder's by itself."""
    world = World().found()
    parent = world.council("Parent")
    child = world.council("Child", parent)
    chain = [child.key, key("c1"), key("c2")]
    for signer, (old, new) in zip((child.key, parent.key), pairwise(chain), strict=True):
        world.add("key", KeyChange(action="rotate", key=old.public, new=new.public), signer, new)
    assert world.view.get(COUNCILS, child.leaf).key == key("c2").public
    world.add("key", KeyChange(action="rotate", key=key(FOUNDER).public, new=key("f2").public), key(FOUNDER), key("f2"))
    world.add("key", KeyChange(action="rotate", key=parent.key.public, new=key("p2").public), key("f2"), key("p2"))
    world.add("key", KeyChange(action="revoke", key=key("c2").public), key("p2"))
    world.add("key", KeyChange(action="revoke", key=key("p2").public), key("p2"))
    assert world.view.get(COUNCILS, child.leaf).key == b""
    assert world.view.get(KEYS, key("c1").public).ended == len(world.entries) - 5
    assert founding_keys(world.view) == {key("f2").public}


def test_a_council_under_a_parent_may_be_authorised_by_a_founder():
    world = World().found()
    parent = world.council("Parent")
    body = Council(key=key("Child").public, name="Child", parent=parent.leaf, type="steward")
    world.add("council", body, key("Child"), key(FOUNDER))


def test_what_was_signed_before_a_rotation_stays():
    """Entries of the old key stand; the round goes on under the new one."""
    world, rnd = small_world()
    world.claim(rnd, 0)
    body = KeyChange(action="rotate", key=rnd.council.key.public, new=key("New").public)
    world.add("key", body, rnd.council.key, key("New"))
    rnd.council.key = key("New")
    world.claim(rnd, 1)
    world.close(rnd)
    world.total(rnd)
    assert world.view.get(TOTALS, rnd.leaf).totals == (2, 2)
