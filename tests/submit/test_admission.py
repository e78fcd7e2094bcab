"""What enters, and the clocks that the log puts in by itself."""

from pathlib import Path

import pytest

from ledger.records.facts import CLOCK, ONE
from ledger.records.kinds.clock import Clock as ClockBody
from ledger.submit.clock import MAX_LEAP
from ledger.submit.pool import CheckPool
from tests.records.builders import (
    FOUNDER,
    LOG,
    PERIOD,
    START,
    World,
    key,
    ledger_body,
    make_entry,
    small_world,
    whole_world,
)
from tests.submit.house import Clock, House, found_house, rules_of, submitted


def kinds(house: House) -> list[str]:
    kind = ("ledger", "clock", "council", "roster", "round", "claim", "withdraw", "close", "total")
    return [
        next(name for name in kind if f'"kind":"{name}"'.encode() in house.log.entry(index))
        for index in range(house.log.size)
    ]


def test_the_log_is_the_worlds_byte_for_byte(house: House, clock: Clock) -> None:
    """The builders judge each entry as an audit does; the server, given the same and the same times, has that log."""
    world, _ = whole_world("hidden")
    for raw in world.entries[1:]:
        if b'"kind":"clock"' in raw:
            clock.time = int(raw.split(b'"time":')[1].split(b"}")[0])
        else:
            house.accept([raw])
    # The last tick of the world comes before the close, so that no clock stands at the end with nothing behind it.
    assert [house.log.entry(index) for index in range(house.log.size)] == world.entries
    assert dict(_rows(house)) == {(space, fact): value for space, fact, value in world.view.rows()}


def _rows(house: House) -> list[tuple[tuple[str, bytes], bytes]]:
    spaces = ("ledger", "clock", "entry", "key", "founding", "council", "roster", "row", "commitment", "round")
    spaces += ("round-number", "seat", "close", "total", "opening", "council-index")
    return [((space, fact), value) for space in spaces for fact, value in house.store.scan_facts(space, b"")]


def test_a_clock_stands_before_the_first_entry_of_a_period_only(house: House, clock: Clock) -> None:
    world = World(proofs=False).found()
    names = iter("abcdef")

    def register() -> None:
        world.council(next(names))
        house.accept([world.entries[-1]])

    register()
    clock.time += PERIOD - 1
    register()
    clock.time += 1
    register()
    clock.time -= PERIOD  # backwards: no clock
    register()
    clock.time += 5 * PERIOD
    register()
    assert kinds(house) == ["ledger", "clock", "council", "council", "clock", "council", "council", "clock", "council"]
    last = house.store.view().get(CLOCK, ONE)
    assert last is not None
    assert last.time == START + 5 * PERIOD


def test_a_refused_entry_leaves_no_clock_behind(house: House, clock: Clock) -> None:
    world = World(proofs=False).found()
    council = world.council()
    unknown = world.roster(council)
    del unknown
    assert rules_of(house.submit(world.entries[-1])) == ["unknown-council"]
    assert house.log.size == 1
    clock.time += PERIOD
    assert rules_of(house.submit(world.entries[-1])) == ["unknown-council"]
    assert house.log.size == 1
    assert house.store.view().get(CLOCK, ONE) is None


def test_a_submitted_clock_and_a_submitted_ledger_are_refused(house: House) -> None:
    own = make_entry("clock", ClockBody(time=START + PERIOD), key(LOG))
    again = make_entry("ledger", ledger_body(), key(FOUNDER))
    other = make_entry("ledger", ledger_body(cohort_floor=9), key(FOUNDER))
    assert rules_of(house.submit(own, again, other)) == ["clock-submitted", "second-ledger", "second-ledger"]
    assert house.log.size == 1


def test_two_that_are_right_alone_meet_and_the_second_is_refused(house: House) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    first = world.claim_entry(rnd, 0, (1, 1))
    second = world.claim_entry(rnd, 0, (2, 1))
    assert rules_of(house.submit(first, second)) == ["new", "stale-sequence"]
    assert rules_of(house.submit(second)) == ["stale-sequence"]


def test_the_same_entry_twice_has_one_index_in_one_batch_and_later(house: House) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    first, second = house.accept([claim, claim])
    (third,) = house.accept([claim])
    assert [first.new, second.new, third.new] == [True, False, False]
    assert first.index == second.index == third.index == house.log.size - 1


def test_a_clock_that_leaps_stops_writing_and_a_confirmation_lets_it_go_on(
    house: House, clock: Clock, pool: CheckPool
) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    size = house.log.size
    clock.time += MAX_LEAP + PERIOD
    assert rules_of(house.submit(claim)) == ["clock-leap"]
    assert house.log.size == size
    assert house.sequencer.failure is None
    with House(house.folder, house.url, pool, clock, confirmed_time=clock.time) as confirmed:
        assert rules_of(confirmed.submit(claim)) == ["round-closed"]  # the clock was believed
        assert rules_of(confirmed.submit(world_council(world))) == ["new"]
        assert kinds(confirmed)[-2:] == ["clock", "council"]


def world_council(world: World) -> bytes:
    world.council("another")
    return world.entries[-1]


@pytest.mark.parametrize("rule", ["none", "public"])
def test_a_whole_ledger_enters_in_one_submission(folder: Path, pool: CheckPool, clock: Clock, rule: str) -> None:
    world, rnd = small_world(rule)
    for row in range(3):
        world.claim(rnd, row)
    with House(folder, found_house(folder), pool, clock) as house:
        house.accept(submitted(world.entries))
        world.close(rnd)
        world.total(rnd)
        clock.time = world.time
        house.accept(submitted(world.entries))
        assert kinds(house)[-3:] == ["clock", "close", "total"]
