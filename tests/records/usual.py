"""Entries as they usually are, with changes."""

from ledger.records.entry import parse_entry
from ledger.records.kinds.council import Council
from ledger.records.kinds.decision import Decision, Turnout
from ledger.records.kinds.resource import Resource
from tests.records.builders import (
    START,
    CouncilHandle,
    World,
    key,
    make_entry,
)


def council_entry(*signers, **changes) -> bytes:
    values = {"key": key("New").public, "name": "New", "type": "council"}
    return make_entry("council", Council(**{**values, **changes}), *signers)


def resource_body(council: CouncilHandle, **changes) -> Resource:
    values = {
        "affected": "all who drink from it",
        "area": "the upper valley",
        "category": "water",
        "council": council.leaf,
        "evidence": bytes(32),
        "mandate": "assembly of 3 May",
        "method": "gauge at the weir",
        "quantity": 1200,
        "resource": "weir",
        "scale": 0,
        "type": "base",
        "uncertainty": 50,
        "unit": "m³/day",
        "valid_from": START,
        "valid_until": START + 86_400,
    }
    return Resource(**{**values, **changes})


def decision_entry(world: World, council: CouncilHandle, **changes) -> bytes:
    values = {
        "adopts": (parse_entry(world.entries[0], origin=None).leaf,),
        "affected": "all households",
        "body": "the assembly",
        "council": council.leaf,
        "rule": "simple majority",
        "title": "We take up this ledger",
        "turnout": Turnout(eligible=10, voted=9),
    }
    return make_entry("decision", Decision(**{**values, **changes}), council.key)
