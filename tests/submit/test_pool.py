"""The pool of checkers outlives workers that die, hang or err, and its verdicts come in order."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from ledger.errors import InvalidSignature, LedgerError, UnavailableError
from ledger.records.entry import parse_entry
from ledger.rules.engine import Owed, owed
from ledger.rules.memory import MemoryView
from ledger.submit.pool import CHUNK, NICENESS, CheckPool
from tests.records.builders import FOUNDER, ORIGIN, key, ledger_body, make_entry
from tests.submit.runners import die_on_poison, fail, hang_once, marked, report


def true_and_false() -> tuple[Owed, Owed]:
    """What a rightly signed entry owes, and the same with one bit of the signature flipped."""
    record = parse_entry(make_entry("ledger", ledger_body(), key(FOUNDER)), origin=ORIGIN)
    good = owed(MemoryView(), record)
    (check,) = good.signatures
    bad = type(check)(check.key, check.message, bytes([check.signature[0] ^ 1]) + check.signature[1:])
    return good, Owed((bad,), ())


def test_verdicts_come_in_order_and_name_the_false_one(pool: CheckPool) -> None:
    good, bad = true_and_false()
    verdicts = [future.result() for future in pool.submit([good, bad, good, good, bad])]
    assert [type(verdict) for verdict in verdicts] == [type(None), InvalidSignature] + [type(None)] * 2 + [
        InvalidSignature
    ]


def test_a_killed_worker_is_replaced_and_nobody_notices() -> None:
    pool = CheckPool(1)
    try:
        assert pool.wait_warm(30)
        (before,) = pool.process_ids
        os.kill(before, signal.SIGKILL)
        good, bad = true_and_false()
        first, second = (future.result() for future in pool.submit([good, bad]))
        assert first is None
        assert isinstance(second, InvalidSignature)
        assert pool.process_ids != (before,)
        assert pool.replaced == 1
    finally:
        pool.close()


def test_an_entry_that_kills_its_worker_is_refused_alone() -> None:
    pool = CheckPool(1, run=die_on_poison)
    try:
        verdicts = [f.result() for f in pool.submit([marked(w) for w in (b"a", b"b", b"poison", b"c")])]
        assert [None if v is None else v.rule for v in verdicts] == [None, None, "checks-interrupted", None]
        assert isinstance(verdicts[2], UnavailableError)
    finally:
        pool.close()


def test_a_hanging_worker_is_ended_and_its_chunk_tried_again(tmp_path: Path) -> None:
    pool = CheckPool(1, run=hang_once, patience=3)
    try:
        assert pool.wait_warm(30)
        started = time.monotonic()
        (future,) = pool.submit([marked(str(tmp_path / "hung").encode())])
        assert future.result() is None
        assert time.monotonic() - started < 30
        assert pool.replaced == 1
    finally:
        pool.close()


def test_a_bug_in_a_worker_is_unavailable_and_shows_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    pool = CheckPool(1, run=fail)
    try:
        (future,) = pool.submit([marked(b"a")])
        verdict = future.result()
        assert isinstance(verdict, LedgerError)
        assert "math" not in str(verdict)
    finally:
        pool.close()
    assert "bad math in a test" in capfd.readouterr().err  # a worker's own standard error says what happened


def test_chunks_are_small_when_idle_and_large_under_load(tmp_path: Path) -> None:
    path = tmp_path / "chunks"
    pool = CheckPool(1, run=report)
    try:
        assert pool.wait_warm(30)
        word = str(path).encode()
        (alone,) = pool.submit([marked(word)])
        alone.result()
        futures = pool.submit([marked(word)]) + [f for _ in range(50) for f in pool.submit([marked(word)] * 10)]
        for future in futures:
            future.result()
        sizes = [int(line) for line in path.read_text().split()]
        assert sizes[0] == 1
        assert sum(sizes) == 502
        assert max(sizes) == CHUNK
        assert len(sizes) <= 6
    finally:
        pool.close()


def test_a_backlog_is_shared_among_idle_workers_and_not_crumbled(tmp_path: Path) -> None:
    path = tmp_path / "chunks"
    pool = CheckPool(2, run=report)
    try:
        assert pool.wait_warm(30)
        for future in pool.submit([marked(str(path).encode())] * 100):
            future.result()
        assert sorted(int(line) for line in path.read_text().split()) == [50, 50]
    finally:
        pool.close()


def test_whoever_submits_more_than_the_backlog_waits_and_is_then_turned_away(tmp_path: Path) -> None:
    pool = CheckPool(1, run=hang_once, backlog=2, patience=2)
    try:
        assert pool.wait_warm(30)
        hanging = marked(str(tmp_path / "hung").encode())
        pool.submit([hanging])
        time.sleep(0.2)
        pool.submit([marked(str(tmp_path).encode())] * 2)
        with pytest.raises(UnavailableError) as refused:
            pool.submit([hanging], patience=0.1)
        assert refused.value.rule == "overloaded"
    finally:
        pool.close()


def test_closing_checks_what_is_waiting_and_takes_nothing_new() -> None:
    pool = CheckPool(2)
    good, bad = true_and_false()
    futures = pool.submit([good, bad] * 300)
    pool.close()
    assert [future.result() is None for future in futures] == [True, False] * 300
    with pytest.raises(UnavailableError) as refused:
        pool.submit([good])
    assert refused.value.rule == "stopping"
    pool.close()


def test_workers_outlive_the_signals_of_the_process_group_and_end_with_the_pipe() -> None:
    pool = CheckPool(1)
    assert pool.wait_warm(30)
    (worker,) = pool.process_ids
    os.kill(worker, signal.SIGINT)
    os.kill(worker, signal.SIGTERM)
    good, _ = true_and_false()
    assert pool.submit([good])[0].result() is None
    assert pool.process_ids == (worker,)
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_many_threads_may_submit(pool: CheckPool) -> None:
    good, bad = true_and_false()
    results: list[list[bool]] = []

    def one() -> None:
        results.append([future.result() is None for future in pool.submit([good, bad, good] * 20)])

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[True, False, True] * 20] * 8


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="priorities are told by POSIX systems")
def test_workers_stand_back_for_who_answers(pool: CheckPool) -> None:
    assert pool.wait_warm(60)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for worker in pool.process_ids:
        assert os.getpriority(os.PRIO_PROCESS, worker) == min(own + NICENESS, 19)
