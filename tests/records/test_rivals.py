"""The short way to the marks of very many claims finds what the rules say, and does not look at each for each other."""

import random

import pytest
from msgspec.structs import replace
from typing_extensions import override

from ledger.records import rivals
from ledger.records.kinds.resource import RESOURCE_NAMES, RESOURCES, ResourceFact, ResourceNameFact
from ledger.records.rivals import AllRivals, Rivals
from ledger.records.standing import resource_marks
from ledger.rules.memory import MemoryView
from tests.records.bodies import START, CouncilHandle
from tests.records.builders import World
from tests.records.starts import founded

TIMES = (START, START + 40_000, START + 90_000)


def crowd(seed: int) -> World:
    """Some councils with many claims about two resources: superseded, expired, adopted, spoken of, at random."""
    chance = random.Random(seed)
    world = founded(challenges={"limit": 100, "reply": 600})
    councils = [world.council(f"council {number}") for number in range(chance.randint(1, 4))]
    claims: list[tuple[bytes, CouncilHandle, dict[str, object]]] = []
    for number in range(chance.randint(4, 30)):
        who = chance.choice(councils)
        said = {
            "resource": chance.choice(("weir", "weir", "weir-2")),
            "type": chance.choice(("base", "ceiling")),
            "valid_until": chance.choice((START + 30_000, START + 80_000)),
            "quantity": number,
        }
        old = [leaf for leaf, whose, what in claims if whose is who and what["resource"] == said["resource"]]
        same = [leaf for leaf, whose, what in claims if leaf in old and what["type"] == said["type"]]
        if same and chance.random() < 0.3 and not _superseded(world, same[-1]):
            said["supersedes"] = same[-1]
        claims.append((world.say("resource", who, **said), who, said))
        if chance.random() < 0.3:
            world.decision(chance.choice(councils), chance.choice(claims)[0])
        if chance.random() < 0.2:
            world.say("consent", chance.choice(councils), about=chance.choice(claims)[0])
        if chance.random() < 0.1:
            world.say("challenge", chance.choice(councils), about=chance.choice(claims)[0], again=number + 1)
    return world


def _superseded(world: World, leaf: bytes) -> bool:
    fact = world.view.get(RESOURCES, leaf)
    assert fact is not None
    return bool(fact.superseded_by)


@pytest.mark.parametrize("few", [0, 3, 1_000])
@pytest.mark.parametrize("seed", range(60))
def test_the_marks_are_those_of_the_rules(monkeypatch: pytest.MonkeyPatch, seed: int, few: int):
    monkeypatch.setattr(rivals, "FEW", few)
    monkeypatch.setattr(rivals, "MOST_SPOKEN_OF", few)
    view = crowd(seed).view
    for time in TIMES:
        plain = {leaf: resource_marks(view, leaf, time) for leaf, _ in view.scan(RESOURCES)}
        for short in (Rivals(view, time), AllRivals(view, time)):
            assert {leaf: resource_marks(short, leaf, time) for leaf in plain} == plain


def test_some_of_these_claims_are_contested_and_some_are_not():
    views = [crowd(seed).view for seed in range(20)]
    marks = [resource_marks(view, leaf, START) for view in views for leaf, _ in view.scan(RESOURCES)]
    assert {"contested" in found for found in marks} == {True, False}


class Counting(MemoryView):
    """Counts what is looked at."""

    looks = 0

    @override
    def get(self, space, key):
        self.looks += 1
        return super().get(space, key)

    @override
    def scan(self, space, prefix=b"", after=b""):
        for item in super().scan(space, prefix, after):
            self.looks += 1
            yield item


def looked(count: int) -> float:
    """How often something is looked at for each of so many living claims of two councils about one resource."""
    view = Counting()
    fact = ResourceFact(
        council=bytes(32),
        resource="weir",
        type="base",
        unit="t",
        scale=0,
        quantity=1,
        valid_from=START,
        valid_until=START + 1,
        evidenced=True,
        index=7,
        used=0,
        superseded_by=b"",
    )
    leaves = [number.to_bytes(32, "big") for number in range(count)]
    for number, leaf in enumerate(leaves):
        view.apply(
            (
                RESOURCES.put(leaf, replace(fact, council=bytes([number % 2]) * 32)),
                RESOURCE_NAMES.put(b"weir\0" + leaf, ResourceNameFact(7)),
            )
        )
    short = AllRivals(view, START)
    assert all("contested" in resource_marks(short, leaf, START) for leaf in leaves)
    return view.looks / count


def test_twenty_times_as_many_claims_about_one_resource_cost_no_more_looks_each():
    assert looked(2_000) < 1.2 * looked(100)
