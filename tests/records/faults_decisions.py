"""Ways to be refused: resources and decisions."""

from ledger.records.entry import parse_entry
from tests.records.builders import (
    START,
    CouncilHandle,
    key,
    make_entry,
    raw_entry,
)
from tests.records.starts import fault, pair, with_council
from tests.records.usual import decision_entry, resource_body


@pair("unknown-resource")
def a_resource_that_supersedes_a_council(wrong):
    world, council = with_council()
    first = world.add("resource", resource_body(council), council.key)
    again = resource_body(council, supersedes=council.leaf if wrong else first.leaf)
    return world, make_entry("resource", again, council.key)


@fault("wrong-resource")
def a_resource_that_supersedes_another_councils():
    world, council = with_council()
    other = world.council("Hillside")
    record = world.add("resource", resource_body(other), other.key)
    return world, make_entry("resource", resource_body(council, supersedes=record.leaf), council.key)


@fault("wrong-resource")
def a_resource_superseded_twice():
    world, council = with_council()
    first = world.add("resource", resource_body(council), council.key)
    world.add("resource", resource_body(council, supersedes=first.leaf), council.key)
    again = resource_body(council, supersedes=first.leaf, quantity=1)
    return world, make_entry("resource", again, council.key)


@fault("bad-field")
def a_resource_valid_for_no_time():
    world, council = with_council()
    body = {**resource_body(council).to_json(), "valid_until": START}
    return world, raw_entry("resource", body, council.key)


@fault("unknown-entry")
def a_decision_that_adopts_nothing_known():
    world, council = with_council()
    return world, decision_entry(world, council, adopts=(bytes(32),))


@pair("bad-field")
def a_decision_with_more_votes_than_voters(wrong):
    world, council = with_council()
    raw = decision_entry(world, council)
    body = parse_entry(raw, origin=None).body.to_json()
    return world, raw_entry("decision", {**body, "turnout": {"eligible": 8, "voted": 8 + wrong}}, council.key)


@fault("bad-field")
def a_decision_that_adopts_one_entry_twice():
    world, council = with_council()
    body = parse_entry(decision_entry(world, council), origin=None).body.to_json()
    return world, raw_entry("decision", {**body, "adopts": body["adopts"] * 2}, council.key)


@fault("unknown-key")
def a_decision_signed_by_a_stranger():
    world, council = with_council()
    return world, decision_entry(world, CouncilHandle(council.leaf, key("stranger")))


@fault("wrong-key")
def a_resource_signed_by_another_council():
    world, council = with_council()
    return world, make_entry("resource", resource_body(council), world.council("Hillside").key)
