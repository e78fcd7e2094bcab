"""The way of a submission: order, waves, resending, and what happens when a part of the machinery gives way."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from ledger.encoding import canonical_json
from ledger.errors import FatalLogError, MalformedError, UnavailableError
from ledger.log.batch import Accepted, Refused
from ledger.rules.engine import Owed
from ledger.submit import submitter as module
from ledger.submit.pool import CheckPool, Verdict
from tests.records.builders import World, key, small_world
from tests.submit.house import Clock, House, found_house, rules_of, submitted


def test_a_batch_that_rests_on_itself_goes_in_in_order(house: House) -> None:
    world = World().found()
    for name in ("Riverside", "Hill"):
        council = world.council(name)
        roster = world.roster(council, [7, 7, 7], rule="hidden", prefix=name)
        rnd = world.round(council, roster)
        for row in range(3):
            world.claim(rnd, row)
        world.claim(rnd, 1, (2, 0))
        world.withdraw(rnd, 2)
    outcomes = house.accept(submitted(world.entries))
    assert [outcome.index for outcome in outcomes] == list(range(2, 18))
    assert [house.log.entry(index) for index in range(house.log.size)] == world.entries


def test_what_rests_on_nothing_is_refused_by_the_rule_that_says_so_and_others_go_in(house: House) -> None:
    world, rnd = small_world()
    entries = submitted(world.entries)
    claim = world.claim_entry(rnd, 0)
    council, roster, round_entry = entries
    assert rules_of(house.submit(claim, council, claim, roster, claim, round_entry, claim)) == [
        "unknown-round",
        "new",
        "unknown-round",
        "new",
        "unknown-round",
        "new",
        "new",
    ]


def test_what_has_an_error_already_keeps_its_place(house: House) -> None:
    world, _ = small_world()
    council, roster, _ = submitted(world.entries)
    outcomes = house.submit(MalformedError("too much", rule="too-long"), council, b"", b"{", roster)
    assert rules_of(outcomes) == ["too-long", "new", "not-json", "not-json", "new"]


def test_resending_costs_no_check_and_gives_the_same_indices(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, rnd = small_world()
    world.claim(rnd, 0)
    first = house.accept(submitted(world.entries))

    asked: list[object] = []
    check = house.submitter.check
    monkeypatch.setattr(house.submitter, "check", lambda ready: asked.extend(ready) or check(ready))
    second = house.accept(submitted(world.entries))
    assert [o.index for o in first] == [o.index for o in second]
    assert not any(o.new for o in second)
    assert asked == []


def test_the_same_entry_from_many_at_once_has_one_index_and_one_is_new(house: House) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    outcomes: list[Accepted] = []
    together = threading.Barrier(6)

    def one() -> None:
        together.wait()
        outcomes.extend(house.accept([claim]))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({outcome.index for outcome in outcomes}) == 1
    assert sorted(outcome.new for outcome in outcomes) == [False] * 5 + [True]
    assert house.log.size == 6


def test_a_restart_keeps_everything_and_goes_on(house: House, pool: CheckPool, clock: Clock) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    checkpoint = house.log.checkpoint()
    with House(house.folder, house.url, pool, clock) as again:
        assert again.log.checkpoint() == checkpoint
        again.accept([world.claim_entry(rnd, 0)])
        assert rules_of(again.submit(*submitted(world.entries))) == ["known"] * 3


def test_nobody_without_a_key_has_a_proof_checked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    stranger = key("stranger")
    claim = world.claim_entry(rnd, 1, key=stranger, signers=[stranger])
    asked: list[object] = []
    check = house.submitter.check
    monkeypatch.setattr(house.submitter, "check", lambda ready: asked.extend(ready) or check(ready))
    assert rules_of(house.submit(claim)) == ["missing-signature"]
    assert asked == []


def test_after_one_that_could_not_be_judged_nothing_later_is_handed_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a claim that supersedes it would be refused for good, though both are right."""
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    world.claim(rnd, 0)
    world.claim(rnd, 0, (2, 0))
    first, second = world.entries[-2:]
    broken = UnavailableError("broke off", rule="checks-interrupted")
    submit = house.pool.submit

    def interrupted(owed: Sequence[Owed]) -> list[Future[Verdict]]:
        lost: Future[Verdict] = Future()
        lost.set_result(broken)
        return [lost, *submit(owed)[1:]]

    monkeypatch.setattr(house.pool, "submit", interrupted)
    assert rules_of(house.submit(first, second)) == ["checks-interrupted"] * 2
    monkeypatch.undo()
    assert rules_of(house.submit(first, second)) == ["new", "new"]


def test_the_pool_is_busy_then_nothing_is_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    entries = [world.claim_entry(rnd, row) for row in range(3)]

    def busy(*_args: object, **_kwargs: object) -> None:
        raise UnavailableError("busy", rule="overloaded")

    monkeypatch.setattr(house.pool, "submit", busy)
    assert rules_of(house.submit(*entries)) == ["overloaded"] * 3
    monkeypatch.undo()
    assert rules_of(house.submit(*entries)) == ["new"] * 3


def test_signatures_alone_need_no_worker(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, rnd = small_world()
    entries = submitted(world.entries)
    forged = json.loads(entries[0])
    forged["signatures"][0]["sig"] = forged["signatures"][1]["sig"]

    def busy(*_args: object, **_kwargs: object) -> None:
        raise UnavailableError("busy", rule="overloaded")

    monkeypatch.setattr(house.pool, "submit", busy)
    assert rules_of(house.submit(canonical_json(forged), *entries)) == ["invalid-signature", "new", "new", "new"]
    assert rules_of(house.submit(world.claim_entry(rnd, 0))) == ["overloaded"]


def test_a_writer_that_has_stopped_answers_everybody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    world, _ = small_world()
    entries = submitted(world.entries)

    def fails(*_args: object) -> None:
        raise FatalLogError("the outcome is unknown", rule="commit-unknown")

    monkeypatch.setattr(house.log, "publish", fails)
    outcomes = house.submit(*entries)
    assert rules_of(outcomes)[0] == "commit-unknown"
    assert rules_of(house.submit(entries[-1]))[0] in {"commit-unknown", "unknown-council"}
    assert house.log.size == 1  # what is not known to be durable is not shown


def test_one_submission_may_not_wait_for_itself_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITS", 1)
    world, rnd = small_world()
    council, roster, round_entry = submitted(world.entries)
    claim = world.claim_entry(rnd, 0)
    assert rules_of(house.submit(council, claim, roster, claim, round_entry, claim)) == [
        "new",
        "unknown-round",
        "new",
        "overloaded",
        "overloaded",
        "overloaded",
    ]


def test_thousands_of_lines_pass_in_parts(folder: Path, pool: CheckPool, clock: Clock) -> None:
    """More parts than may be in flight, with rubbish among them; each outcome stands at its own line."""
    with House(folder, found_house(folder), pool, clock) as house:
        world = World(proofs=False).found()
        for number in range(300):
            world.council(f"council {number}")
        lines: list[bytes] = []
        for raw in submitted(world.entries):
            lines += [b"rubbish"] * 9 + [raw]
        rules = rules_of(house.submit(*lines))
        assert rules == (["not-json"] * 9 + ["new"]) * 300
        assert [house.log.entry(i) for i in range(house.log.size)] == world.entries


def test_no_outcome_repeats_what_was_sent(house: House) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    secret = "5318008531800853"
    claim = world.claim_entry(rnd, 0)
    raw = claim.replace(b'"commitment"', b'"blinding":"' + secret.encode() + b'","commitment"')
    (outcome,) = house.submit(raw)
    assert isinstance(outcome, Refused)
    assert outcome.error.rule == "unknown-field"
    assert secret not in str(outcome.error)
