"""A federation with a steward beside it, in whose ledger all that checks and balances are about happens once."""

from typing import Any

from tests.api.desk import Desk
from tests.records.bodies import key
from tests.records.builders import World
from tests.records.starts import small_round
from tests.submit.house import submitted


def brought(desk: Desk, world: World) -> None:
    """The desk has the world's log, clocks included."""
    desk.clock.time = world.time
    desk.accept(submitted(world.entries))
    assert desk.view("/healthz")["size"] == len(world.entries)


class Valley:
    """A federation with a steward beside it: claims, uses, consents, challenges, a decision, a mandate, a rollup."""

    def __init__(self) -> None:
        world = self.world = World().found()
        self.valley = world.federation(silent="default")
        self.one, self.two, self.silent = (
            world.council(name, self.valley) for name in ("Riverside", "Hillside", "Lakeside")
        )
        self.steward = world.council("Water", type="steward")
        roster = world.roster(self.one, [None, None], members=["Ada"], prefix="k").leaf
        self.ceiling = world.say("resource", self.steward, type="ceiling", quantity=400, resource="weir")
        self.rival = world.say("resource", self.one, type="ceiling", quantity=300, resource="weir", evidence=None)
        self.other = world.say("resource", self.one, resource="mill-race")
        self.spring = [world.say("resource", who, resource="spring") for who in (self.steward, self.one)]
        world.say("use", self.one, claim=self.ceiling, quantity=410)
        world.say("consent", self.one, about=self.ceiling, verdict="against")
        world.say("consent", self.two, about=self.ceiling)
        self.hers = world.say("challenge", key("Ada"), about=self.ceiling, roster=roster, row=0, ground="measurement")
        self.theirs = world.say("challenge", self.two, about=self.other, ground="consultation")
        self.reply = world.say("reply", self.steward, challenge=self.hers, text="it was read twice")
        self.decision = world.decision(self.valley, self.ceiling, self.other, title="The plan")
        self.outcome = world.say("outcome", self.steward, challenge=self.hers, rule="own mistake")
        self.default = world.say(
            "request", self.silent, type="default", period=None, purpose="for eight", amounts=[amount("bread", 3)]
        )
        self.request = world.say("request", self.one, purpose="a kitchen")
        self.again = world.say("request", self.one, supersedes=self.request, amounts=[amount("flour", 9)])
        world.say("request", self.two, period="2028")
        self.rounds = [small_round(world, council) for council in (self.one, self.two)]
        said = {"defaults": [self.silent.leaf], "requested": ["9"], "requests": 1}
        self.rollup = world.rollup(self.valley, *self.rounds, **said)
        self.mandate = world.mandate(self.valley, "Bea", decision=self.decision).mandate


def amount(code: str, quantity: int) -> dict[str, Any]:
    return {"code": code, "quantity": quantity, "scale": 0, "unit": "kg"}
