"""Entries that come alone are handled in groups, and nobody can tell from the answer."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from api import singles as module
from api.singles import GROUPS, Singles
from ledger.log.batch import Accepted, Outcome
from ledger.submit.apart import Answer, submit_apart
from ledger.submit.pool import CheckPool, Verdict
from ledger.submit.submitter import Submitter
from tests.records.builders import small_world
from tests.submit.house import Clock, House, found_house, quick_folder, rules_of, submitted


@pytest.fixture(scope="module")
def pool() -> Iterator[CheckPool]:
    made = CheckPool(1)
    yield made
    made.close()


@pytest.fixture
def house(pool: CheckPool) -> Iterator[House]:
    with quick_folder() as folder, House(folder, found_house(folder), pool, Clock()) as opened:
        yield opened


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def councils(count: int) -> list[bytes]:
    world, _ = small_world()
    before = len(world.entries)
    for number in range(count):
        world.council(f"council {number}")
    return world.entries[before:]


async def all_of(singles: Singles, entries: Sequence[bytes]) -> list[Outcome]:
    async with asyncio.timeout(60):
        return await asyncio.gather(*(singles.submit(entry) for entry in entries))


def test_those_who_come_together_go_together_and_each_has_its_own_answer(
    house: House, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    at_once: list[int] = []

    def seen(submitter: Submitter, entries: Sequence[bytes]) -> Iterator[list[Answer]]:
        at_once.append(singles._groups)
        sizes.append(len(entries))
        return submit_apart(submitter, entries)

    monkeypatch.setattr(module, "submit_apart", seen)
    singles = Singles(threads, lambda: house.submitter)
    entries = [*councils(40), b"{"]
    outcomes = asyncio.run(all_of(singles, entries))
    assert rules_of(outcomes) == ["new"] * 40 + ["not-json"]
    indices = [outcome.index for outcome in outcomes if isinstance(outcome, Accepted)]
    assert [house.log.entry(index) for index in indices] == entries[:40]
    assert sum(sizes) == 41
    assert max(sizes) > 10
    assert max(at_once) <= GROUPS


def test_who_waits_for_proofs_holds_nobody_up(
    house: House, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claims = [world.claim_entry(rnd, row) for row in range(3)]
    held: list[Future[Verdict]] = []

    def hold(owed: Sequence[object]) -> list[Future[Verdict]]:
        futures = [Future[Verdict]() for _ in owed]
        held.extend(futures)
        return futures

    monkeypatch.setattr(house.pool, "submit", hold)
    singles = Singles(threads, lambda: house.submitter)

    async def talk() -> list[Outcome]:
        waiting = []
        for claim in claims:  # one after the other: more groups than may be handled at a time
            waiting.append(asyncio.create_task(singles.submit(claim)))
            while len(held) < len(waiting):  # noqa: ASYNC110 - another thread fills it
                await asyncio.sleep(0.001)
        assert rules_of(await all_of(singles, councils(3))) == ["new"] * 3
        assert not any(task.done() for task in waiting)
        for future in held:
            future.set_result(None)
        return await asyncio.gather(*waiting)

    assert rules_of(asyncio.run(asyncio.wait_for(talk(), 60))) == ["new"] * 3


def test_who_goes_away_takes_nothing_with_them(house: House, threads: ThreadPoolExecutor) -> None:
    singles = Singles(threads, lambda: house.submitter)
    first, second = councils(2)

    async def talk() -> list[Outcome]:
        gone = asyncio.create_task(singles.submit(first))
        stays = asyncio.create_task(singles.submit(second))
        await asyncio.sleep(0)
        gone.cancel()
        return [await stays, await singles.submit(first)]

    assert rules_of(asyncio.run(asyncio.wait_for(talk(), 60))) == ["new", "known"]


@pytest.mark.parametrize("step", [0, 1])
def test_a_bug_is_told_to_those_it_concerns_and_others_go_on(
    house: House, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    world, rnd = small_world()
    house.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    singles = Singles(threads, lambda: house.submitter)

    def bug(_submitter: Submitter, _entries: Sequence[bytes]) -> Iterator[list[Answer]]:
        for _ in range(step):
            yield []
        raise AssertionError("bad math in a test")

    async def talk() -> Outcome:
        with monkeypatch.context() as broken:
            broken.setattr(module, "submit_apart", bug)
            for _ in range(2 * GROUPS):
                with pytest.raises(AssertionError, match="bad math"):
                    await singles.submit(claim)
        return await singles.submit(claim)

    assert rules_of([asyncio.run(asyncio.wait_for(talk(), 60))]) == ["new"]


def test_threads_that_cannot_be_started_fail_their_group_and_no_other(
    house: House, threads: ThreadPoolExecutor
) -> None:
    class Starting:
        """An executor whose first threads cannot be started."""

        left = 2 * GROUPS

        def submit(self, *args: object) -> object:
            self.left -= 1
            if self.left >= 0:
                raise RuntimeError("can't start new thread")
            return threads.submit(*args)  # type: ignore[arg-type]

    singles = Singles(Starting(), lambda: house.submitter)  # type: ignore[arg-type]
    entries = councils(1)

    async def talk() -> list[Outcome]:
        for _ in range(2 * GROUPS):
            with pytest.raises(RuntimeError, match="new thread"):
                await singles.submit(entries[0])
        return await all_of(singles, entries)

    assert rules_of(asyncio.run(asyncio.wait_for(talk(), 60))) == ["new"]
