"""Challenges refused for coming too often are told by the next clock, each once, and none for a write that failed."""

from ledger.errors import NotAcceptedError
from ledger.records.entry import parse_entry
from ledger.records.kinds.challenge import Challenge
from ledger.submit.turned_away import RULE, TurnedAway
from tests.records.builders import ORIGIN, PERIOD, World, make_entry
from tests.submit.house import Clock, House, rules_of, submitted


def _refuse(counter: TurnedAway, rule: str = RULE) -> None:
    counter.note(NotAcceptedError("no", rule=rule))


def test_only_challenges_that_come_too_often_are_counted() -> None:
    counter = TurnedAway()
    _refuse(counter, "unknown-entry")
    assert counter.at(5) is None
    _refuse(counter)
    assert counter.at(5) == 1


def test_what_a_committed_clock_has_told_is_not_told_again() -> None:
    counter = TurnedAway()
    _refuse(counter)
    _refuse(counter)
    assert counter.at(5) == 2
    counter.tell(5, 2)
    _refuse(counter)  # in the same batch, after the clock
    assert counter.at(7) == 1


def test_what_a_clock_told_that_was_not_committed_is_told_again() -> None:
    counter = TurnedAway()
    _refuse(counter)
    assert counter.at(5) == 1
    counter.tell(5, 1)
    assert counter.at(5) == 1
    assert counter.at(6) == 1


def test_the_next_clock_tells_how_many_were_refused(house: House, clock: Clock) -> None:
    world = World(proofs=False).found()
    council = world.council()
    about = parse_entry(world.entries[0], origin=ORIGIN).leaf
    challenges = [
        make_entry("challenge", Challenge(about=about, council=council.leaf, ground=ground), council.key)
        for ground in ("evidence", "harm", "mandate", "measurement", "privacy")
    ]
    house.accept(submitted(world.entries))
    assert rules_of(house.submit(*challenges)) == ["new", "new", "new", RULE, RULE]
    size = house.log.size
    clock.time += PERIOD
    assert rules_of(house.submit(challenges[3])) == [RULE]  # a third one, and nothing that a clock could stand before
    assert house.log.size == size
    world.council("Hillside")
    house.accept([world.entries[-1]])
    assert parse_entry(house.log.entry(size), origin=ORIGIN).body.refused == 3
    clock.time += PERIOD
    world.council("Lakeside")
    house.accept([world.entries[-1]])
    assert parse_entry(house.log.entry(size + 2), origin=ORIGIN).body.refused is None
