"""Entries as they usually are, with changes."""

from ledger.records.entry import parse_entry
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.resource import Resource
from tests.records.bodies import USUAL
from tests.records.builders import CouncilHandle, World, key, make_entry


def council_entry(*signers, **changes) -> bytes:
    values = {"key": key("New").public, "name": "New", "type": "council"}
    return make_entry("council", Council(**{**values, **changes}), *signers)


def resource_body(council: CouncilHandle, **changes) -> Resource:
    return Resource(**{**USUAL["resource"], "council": council.leaf, **changes})


def decision_entry(world: World, council: CouncilHandle, **changes) -> bytes:
    values = {
        **USUAL["decision"],
        "adopts": (parse_entry(world.entries[0], origin=None).leaf,),
        "council": council.leaf,
        "title": "We take up this ledger",
        "turnout": Turnout(eligible=10, voted=9),
    }
    return make_entry("decision", Decision(**{**values, **changes}), council.key)
