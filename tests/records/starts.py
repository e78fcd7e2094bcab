"""How a way to be refused is kept: a fault alone, or a pair of ledgers that differ in one point; worlds to start from.

A pair is one function of whether it shall be wrong. Both ledgers are made in the same way up to the entry that is
judged; one is refused by the rule, the other holds.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.records.builders import CouncilHandle, RosterHandle, RoundHandle, World, category, small_world

Fault = Callable[[], tuple[World, bytes]]
FAULTS: dict[str, tuple[str, Fault]] = {}
"""By name: the rule that refuses it, and how to make it."""

TWINS: dict[str, Fault] = {}
"""By the name of a fault: how to make the ledger that holds and differs in this point only."""


def fault(rule: str) -> Callable[[Fault], Fault]:
    def keep(make: Fault) -> Fault:
        assert make.__name__ not in FAULTS
        FAULTS[make.__name__] = (rule, make)
        return make

    return keep


Pair = Callable[[bool], tuple[World, bytes]]


def pair(rule: str) -> Callable[[Pair], Pair]:
    def keep(make: Pair) -> Pair:
        fault(rule)(_named(make.__name__, partial(make, True)))
        TWINS[make.__name__] = partial(make, False)
        return make

    return keep


def _named(name: str, make: Any) -> Fault:
    make.__name__ = name
    return make


def twin_name(name: str) -> str:
    """What the published vectors call the twin of a fault."""
    return f"holds_beside_{name}"


def founded(**changes: Any) -> World:
    return World(proofs=False).found(**changes)


def with_council() -> tuple[World, CouncilHandle]:
    world = founded()
    return world, world.council()


def with_two() -> tuple[World, CouncilHandle, CouncilHandle]:
    """Riverside, and Hillside, which has nothing to do with it."""
    world, council = with_council()
    return world, council, world.council("Hillside")


NAMES = ("Riverside", "Hillside", "Lakeside", "Brookside", "Moorside")


def with_federation(
    children: int = 1, *, proofs: bool = False, **rule: Any
) -> tuple[World, CouncilHandle, list[CouncilHandle]]:
    """A federation and the councils in it."""
    world = World(proofs=proofs).found()
    valley = world.federation(**rule)
    return world, valley, [world.council(name, valley) for name in NAMES[:children]]


def with_rounds(
    children: int = 2, *, proofs: bool = False, **rule: Any
) -> tuple[World, CouncilHandle, list[CouncilHandle], list[RoundHandle]]:
    """A federation, its councils, and a closed round of each in which its only member has claimed."""
    world, valley, councils = with_federation(children, proofs=proofs, **rule)
    return world, valley, councils, [small_round(world, council) for council in councils]


def small_round(world: World, council: CouncilHandle, rows: int = 1, **changes: Any) -> RoundHandle:
    """A closed round of so many members, of one narrow category."""
    catalogue = (category("flour", 1),)
    return world.closed(council, rows_of(world, council, rows), **{"catalogue": catalogue, **changes})


def open_world(rule: str = "none", *, proofs: bool = False, **kwargs) -> tuple[World, RoundHandle]:
    return small_world(rule, proofs=proofs, **kwargs)


def due_world() -> tuple[World, RoundHandle]:
    """A round with two live claims whose time has come to be closed."""
    world, rnd = open_world()
    world.claim(rnd, 0)
    world.claim(rnd, 1)
    world.claim(rnd, 1, (2, 1))
    world.tick(3600)
    return world, rnd


def closed_world(rule: str = "none", *, proofs: bool = False, rows: int = 3) -> tuple[World, RoundHandle]:
    world, rnd = open_world(rule, proofs=proofs, rows=rows)
    for row in range(2):
        world.claim(rnd, row)
    world.close(rnd)
    return world, rnd


def rows_of(world: World, council: CouncilHandle, count: int, prefix: str = "m") -> RosterHandle:
    return world.roster(council, [None] * count, prefix=prefix)
