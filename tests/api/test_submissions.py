"""What becomes of submissions: answers, restarts, a writer that stops, workers that die, many at once."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service, open_service
from api.settings import Rate, Settings
from ledger.errors import FatalLogError, NotFoundError
from ledger.log.headfile import HeadFile
from ledger.merkle.hashing import leaf_hash
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.pool import CheckPool
from ledger.tlog.policy import Policy
from ledger.tlog.proof import verify_tlog_proof
from tests.api.desk import NDJSON, Desk, refused
from tests.records.builders import LOG, World, key, small_world
from tests.submit.house import Clock, submitted

OpenDesk = Callable[..., Desk]


def test_one_entry_is_new_once_and_known_ever_after(desk: Desk) -> None:
    world, _ = small_world()
    council = submitted(world.entries)[0]
    policy = Policy.parse(f"log {desk.view('/v1/ledger')['vkey']}\nquorum none\n".encode())
    first, second = desk.post(council), desk.post(council)
    assert (first.status_code, second.status_code) == (201, 200)
    for answer, status in ((first, 201), (second, 200)):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        value = answer.json()
        assert sorted(value) == ["index", "leaf", "receipt", "status"]
        assert (value["status"], value["index"]) == (status, 2)
        assert verify_tlog_proof(value["receipt"].encode(), leaf_hash(council), policy)[0] == 2


def test_a_batch_is_answered_line_by_line_in_order(desk: Desk) -> None:
    world, rnd = small_world()
    council, roster, round_entry = submitted(world.entries)
    claim = world.claim_entry(rnd, 0)
    results = desk.post_all([council, b"rubbish", roster, round_entry, claim, claim, b""])
    assert [result["status"] for result in results] == [201, 400, 201, 201, 201, 200, 400]
    assert [result.get("index") for result in results] == [2, None, 3, 4, 5, 5, None]
    assert results[1]["type"] == "urn:opentally:problem:not-json"


def test_nothing_sent_is_nothing_answered(desk: Desk) -> None:
    assert desk.post_all([]) == []


def test_the_same_entry_from_many_at_once(desk: Desk) -> None:
    world, rnd = small_world()
    desk.accept(submitted(world.entries))
    claim = world.claim_entry(rnd, 0)
    answers = at_once(6, lambda: desk.post(claim))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert {answer.json()["index"] for answer in answers} == {5}
    assert desk.view("/healthz")["size"] == 6


def at_once(count: int, call: Callable[[], object]) -> list[object]:
    results: list[object] = []
    together = threading.Barrier(count)

    def one() -> None:
        together.wait()
        results.append(call())

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_reading_goes_on_while_claims_are_admitted(desk: Desk) -> None:
    world = World(proofs=False).found()
    for number in range(400):
        world.council(f"council {number}")
    entries = submitted(world.entries)
    done = threading.Event()

    def write() -> None:
        for at in range(0, 400, 20):
            desk.accept(entries[at : at + 20])
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    reads, slowest = 0, 0.0
    while not done.is_set():
        started = time.monotonic()
        size = desk.view("/healthz")["size"]
        tile = desk.get(f"/tile/0/000.p/{size}" if size < 256 else "/tile/0/000")
        assert tile.status_code == 200
        slowest = max(slowest, time.monotonic() - started)
        reads += 1
    thread.join()
    assert reads > 5
    assert slowest < 2


def test_a_restart_keeps_everything(open_desk: OpenDesk) -> None:
    world, rnd = small_world()
    first = open_desk()
    results = first.accept(submitted(world.entries))
    checkpoint = first.get("/checkpoint").content
    first.client.__exit__(None, None, None)
    second = open_desk()
    assert second.get("/checkpoint").content == checkpoint
    again = second.accept(submitted(world.entries))
    assert [r["index"] for r in again] == [r["index"] for r in results]
    assert {r["status"] for r in again} == {200}
    assert second.post(world.claim_entry(rnd, 0)).status_code == 201


def test_a_killed_worker_costs_nobody_an_answer(settings: Settings, clock: Clock) -> None:
    service = open_service(settings, system_time=clock)
    assert service.pool.wait_warm(30)
    with TestClient(create_app(settings, service)) as client:
        desk = Desk(client, service, clock)
        world, rnd = small_world()
        desk.accept(submitted(world.entries))
        os.kill(service.pool.process_ids[0], signal.SIGKILL)
        assert [result["status"] for result in desk.accept([world.claim_entry(rnd, row) for row in range(3)])] == [
            201
        ] * 3
        assert "opentally_workers_replaced 1.0" in desk.get("/metrics").text


@pytest.fixture
def broken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose log cannot publish what was committed: the disk of the head file is full."""

    def full(*_args: object) -> None:
        raise FatalLogError("the head file cannot be written", rule="head-file-unwritable")

    monkeypatch.setattr(HeadFile, "write", full)
    return desk


def test_a_writer_that_stopped_is_told_and_mended_and_nothing_is_lost(
    broken: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = broken
    monkeypatch.setattr(desk.service, "mend", lambda _now: False)
    world, _ = small_world()
    council, roster, _ = submitted(world.entries)
    answer = desk.post(council)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:opentally:problem:head-file-unwritable"
    refused(desk.get("/readyz"), 503, "head-file-unwritable", "the log's writer has stopped; reading goes on")
    assert desk.get("/readyz").headers["retry-after"] == "10"
    assert desk.view("/healthz")["size"] == 1  # not published, so not shown, though it is in the database
    assert "opentally_writer_running 0.0" in desk.get("/metrics").text
    assert desk.post(roster).status_code == 503
    monkeypatch.undo()
    desk.service.mend(time.monotonic())
    assert desk.get("/readyz").status_code == 200
    assert desk.post(council).json()["index"] == 2  # it had been committed, and is known
    assert desk.post(council).status_code == 200
    assert desk.post(roster).status_code == 201


def test_a_stopped_writer_is_mended_by_itself(broken: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = broken
    world, _ = small_world()
    assert desk.post(submitted(world.entries)[0]).status_code == 503
    monkeypatch.undo()
    deadline = time.monotonic() + 20
    while desk.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert [r["status"] for r in desk.post_all(submitted(world.entries))] == [200, 201, 201]


def test_a_writer_that_met_another_stays_stopped(open_desk: OpenDesk) -> None:
    first, second = open_desk(), open_desk()
    world, rnd = small_world()
    second.accept(submitted(world.entries))
    answer = first.post(submitted(world.entries)[0])
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:opentally:problem:second-writer"
    assert not first.service.mend(time.monotonic() + 1_000)
    assert first.get("/readyz").status_code == 503
    assert second.post(world.claim_entry(rnd, 0)).status_code == 201


def test_no_place_no_memory_no_tokens(open_desk: OpenDesk) -> None:
    world, _ = small_world()
    entries = submitted(world.entries)
    full = open_desk(max_writes=1)
    full.client.app.state.desk.gate.taken = 1
    answer = full.post(entries[0])
    refused(answer, 503, "overloaded", "1 requests are being worked on already; try again")
    assert answer.headers["retry-after"] == "1"
    small = open_desk(body_memory=400)
    refused(small.post(entries[0]), 503, "overloaded", "too many submissions are being received at once; try again")
    assert small.client.app.state.desk.budget.held == 0
    thrifty = open_desk(write_rate=Rate(burst=2, per_second=1))
    answer = thrifty.client.post("/v1/entries", content=b"\n".join(entries), headers=NDJSON)
    assert answer.status_code == 200  # more than a burst at once is let through, once
    answer = thrifty.post(entries[0])
    assert answer.status_code == 429
    assert answer.json()["type"] == "urn:opentally:problem:too-many-requests"
    assert 1 <= int(answer.headers["retry-after"]) <= 2


def test_everything_held_is_given_back(desk: Desk) -> None:
    world, _ = small_world()
    desk.accept(submitted(world.entries))
    desk.post(b"{")
    desk.client.post("/v1/entries", content=b"x" * 70_000, headers={"content-type": "application/json"})
    state = desk.client.app.state.desk
    assert (state.gate.taken, state.budget.held) == (0, 0)


def test_what_was_admitted_is_finished_when_stopping(settings: Settings, pool: CheckPool, clock: Clock) -> None:
    service = Service(settings, SqlStore(settings.database), pool, randbytes=bytes, system_time=clock)
    world, _ = small_world()
    outcomes = service.writers.submit(lambda: list(service.core.submitter.submit(submitted(world.entries))))
    service.close()
    assert [outcome.index for outcome in outcomes.result()] == [2, 3, 4]


def test_a_ledger_that_is_not_this_one_is_not_served(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(FatalLogError):
        open_service(replace(settings, log_key=key("another")))
    with pytest.raises(FatalLogError):
        open_service(replace(settings, origin="another"))
    empty = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    upgrade(empty)
    with pytest.raises(NotFoundError) as refused_to_start:
        open_service(replace(settings, database=empty, head_file=tmp_path / "none"))
    assert refused_to_start.value.rule == "no-log"
    assert settings.log_key.public == key(LOG).public
