"""The server refuses by the same rule as the audit, for every fault that the builders know, and keeps none of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.log.batch import Refused
from ledger.records.rule_names import RULES
from ledger.submit.pool import CheckPool
from tests.records.builders import LOG, ORIGIN, World, key
from tests.records.faults import FAULTS
from tests.submit.house import Clock, House, found_with
from tests.submit.runners import signatures_only


@pytest.fixture(scope="module")
def lax_pool() -> Iterator[CheckPool]:
    """Checks signatures only, for worlds whose proofs are none."""
    made = CheckPool(1, run=signatures_only)
    yield made
    made.close()


def replay(world: World, house: House) -> None:
    """Everything after entry 0, each when the world had its time."""
    waiting: list[bytes] = []
    for raw in world.entries[1:]:
        if b'"kind":"clock"' in raw:
            house.accept(waiting)
            waiting = []
            house.clock.time = int(raw.split(b'"time":')[1].split(b"}")[0])
        else:
            waiting.append(raw)
    house.accept(waiting)


@pytest.mark.parametrize("name", [name for name in sorted(FAULTS) if name != "a_round_of_100001_rows"])  # takes seconds
def test_the_server_refuses_what_an_audit_would(
    name: str, folder: Path, pool: CheckPool, lax_pool: CheckPool, clock: Clock
) -> None:
    rule, make = FAULTS[name]
    world, fault = make()
    if len(world.entries) < 2:  # about entry 0 and the first clock, which nobody submits: see test_found
        assert rule in RULES
        return
    found_with(folder, world.entries[0], key(LOG), ORIGIN)
    with House(folder, f"sqlite:///{folder / 'ledger.sqlite'}", pool if world.proofs else lax_pool, clock) as house:
        replay(world, house)
        clock.time = world.time
        size = house.log.size
        (outcome,) = house.submit(fault)
        if rule == "duplicate-entry":
            assert not isinstance(outcome, Refused)
            assert not outcome.new
        else:
            assert isinstance(outcome, Refused)
            # What the log makes itself is refused for that, once it can be read at all.
            own = {"clock-submitted"} if b'"kind":"clock"' in fault else set()
            assert outcome.error.rule in {rule} | own
        assert house.log.size == size
