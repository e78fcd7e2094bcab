"""Entries that came each by itself and go together: each is answered as if it had come alone."""

from concurrent.futures import Future
from typing import Any

import pytest

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Accepted, Outcome
from ledger.submit.apart import Answer, submit_apart
from ledger.submit.pool import Verdict
from tests.records.builders import World, small_world
from tests.submit.house import House, rules_of, submitted


def in_order(count: int, *parts: list[Answer]) -> list[Outcome]:
    """The outcomes by position; each entry must have exactly one."""
    answers = [answer for part in parts for answer in part]
    assert sorted(position for position, _ in answers) == list(range(count))
    return [outcome for _, outcome in sorted(answers, key=lambda answer: answer[0])]


def submit(house: House, *entries: bytes) -> list[str]:
    return rules_of(in_order(len(entries), *submit_apart(house.submitter, entries)))


def test_each_has_one_answer_at_its_place(house: House) -> None:
    world, rnd = small_world()
    entries = submitted(world.entries)
    claims = [world.claim_entry(rnd, row) for row in range(3)]
    house.accept([*entries, claims[0]])
    world.council("another")
    another = world.entries[-1]
    quick, slow = submit_apart(house.submitter, [claims[1], another, b"{", claims[0], claims[2], another])
    assert [position for position, _ in sorted(quick, key=lambda answer: answer[0])] == [1, 2, 3, 5]
    outcomes = in_order(6, quick, slow)
    assert rules_of(outcomes) == ["new", "new", "not-json", "known", "new", "known"]
    twins = [outcome.index for outcome in (outcomes[1], outcomes[5]) if isinstance(outcome, Accepted)]
    assert twins[0] == twins[1]


def test_none_waits_for_another_nor_is_held_back_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim that comes beside its round is refused, as it would be if it had come a moment earlier."""
    world, rnd = small_world()
    council, roster, round_ = submitted(world.entries)
    claims = [world.claim_entry(rnd, row) for row in range(3)]
    assert submit(house, council, roster, round_, claims[0]) == ["new", "new", "new", "unknown-round"]
    check = house.submitter.check

    def first_is_lost(ready: Any) -> list[Future[Verdict]]:
        verdicts = check(ready)
        lost: Future[Verdict] = Future()
        lost.set_result(UnavailableError("broke off", rule="checks-interrupted"))
        return [lost, *verdicts[1:]] if verdicts else []

    monkeypatch.setattr(house.submitter, "check", first_is_lost)
    assert submit(house, *claims) == ["checks-interrupted", "new", "new"]


def test_a_pool_without_room_turns_away_those_who_need_it_and_nobody_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    world.council("another")

    def busy(*_args: object, **_kwargs: object) -> None:
        raise UnavailableError("busy", rule="overloaded")

    monkeypatch.setattr(house.pool, "submit", busy)
    quick, slow = submit_apart(house.submitter, [claim, world.entries[-1]])
    assert (rules_of([quick[0][1]]), quick[0][0]) == (["new"], 1)
    assert rules_of(in_order(2, quick, slow)) == ["overloaded", "new"]


def test_who_needs_no_room_in_the_pool_does_not_wait_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    world.council("another")

    def full(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("waits for room")

    monkeypatch.setattr(house.pool, "submit", full)
    assert rules_of([outcome for _, outcome in next(submit_apart(house.submitter, [claim, world.entries[-1]]))]) == [
        "new"
    ]


@pytest.mark.parametrize("error", [UnavailableError("busy", rule="too-busy"), FatalLogError("gone", rule="gone")])
def test_a_writer_that_does_not_write_answers_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    world.council("another")

    def fails(*_args: object) -> Future[tuple[Outcome, ...]]:
        raise error

    monkeypatch.setattr(house.submitter, "write", fails)
    assert submit(house, claim, world.entries[-1], b"[]") == [
        getattr(error, "rule", ""),
        getattr(error, "rule", ""),
        "malformed",
    ]


def test_what_nobody_may_submit(house: House) -> None:
    ledger, clock = World().found().entries
    assert submit(house, clock, ledger) == ["clock-submitted", "second-ledger"]
