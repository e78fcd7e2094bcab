"""The one writer: an outcome for each item in order, batches of what waits, and nobody left waiting for ever."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait

import pytest

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Accepted, Admitted, Batch, Refused
from ledger.log.ports import Transaction
from ledger.log.sequencer import Sequencer
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.proof import verify_inclusion
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.proof import TlogProof
from tests.log.world import World, admit, append, check_log, items, numbered


def test_one_outcome_an_item_in_order(any_world: World) -> None:
    log = any_world.create()
    with Sequencer(log, admit) as sequencer:
        outcomes = sequencer.submit(items(b"a", b"bad", b"b", b"a", b"bad")).result(10)
        a, bad, b, again, bad_again = outcomes
        assert isinstance(a, Accepted)
        assert isinstance(b, Accepted)
        assert isinstance(again, Accepted)
        assert (a.index, a.leaf, a.new) == (0, leaf_hash(b"a"), True)
        assert (b.index, b.leaf, b.new) == (1, leaf_hash(b"b"), True)
        assert (again.index, again.new, again.receipt) == (0, False, a.receipt)
        assert isinstance(bad, Refused)
        assert isinstance(bad_again, Refused)
        assert bad.error.rule == bad_again.error.rule == "bad"
        (later,) = sequencer.submit(items(b"b")).result(10)
        assert isinstance(later, Accepted)
        assert (later.index, later.new) == (1, False)
    check_log(log, [b"a", b"b"])


def test_nothing_new_makes_no_new_head(world: World) -> None:
    log = world.create()
    append(log, [b"a"])
    before = log.store.heads(0, 10)
    with Sequencer(log, admit) as sequencer:
        sequencer.submit(items(b"a", b"bad")).result(10)
        assert sequencer.submit(()).result(10) == ()
    assert log.store.heads(0, 10) == before


def test_admission_may_put_entries_of_its_own_first(world: World) -> None:
    log = world.create()
    accepted = append(log, [b"a", b"clock", b"b"])
    assert [(outcome.index, outcome.new) for outcome in accepted] == [(0, True), (2, True), (3, True)]
    check_log(log, [b"a", b"before clock", b"clock", b"b"])


def test_receipts_are_against_the_head_just_published(world: World) -> None:
    log = world.create()
    append(log, numbered(0, 255))
    for accepted in append(log, numbered(255, 515)):
        receipt = TlogProof.parse(accepted.receipt)
        checkpoint = open_checkpoint(receipt.checkpoint, log.verifier)
        assert receipt.checkpoint == log.checkpoint()
        verify_inclusion(accepted.leaf, accepted.index, checkpoint.size, receipt.path, checkpoint.root)


class _Gate:
    """An admission that waits to be let through, so that more can queue up."""

    def __init__(self) -> None:
        self.entered, self.open = threading.Event(), threading.Event()
        self.sizes: list[int] = []

    def __call__(self, transaction: Transaction, batch: Batch[None]) -> Admitted:
        self.sizes.append(len(batch.items))
        self.entered.set()
        assert self.open.wait(10)
        return admit(transaction, batch)


@pytest.fixture
def gate() -> Iterator[_Gate]:
    made = _Gate()
    yield made
    made.open.set()


def test_what_waits_goes_in_together(world: World, gate: _Gate) -> None:
    log = world.create()
    with Sequencer(log, gate, max_batch=7) as sequencer:
        futures = [sequencer.submit(items(b"first"))]
        assert gate.entered.wait(10)
        futures += [sequencer.submit(items(raw)) for raw in numbered(0, 10)]
        futures.append(sequencer.submit(items(*numbered(10, 30))))  # larger than a batch: goes in by itself
        assert sequencer.pending == 30
        gate.open.set()
        wait(futures, 10)
    assert gate.sizes == [1, 7, 3, 20]
    check_log(log, [b"first", *numbered(0, 30)])


def test_a_full_queue_turns_away(world: World, gate: _Gate) -> None:
    log = world.create()
    with Sequencer(log, gate, max_pending=3) as sequencer:
        first = sequencer.submit(items(b"first"))
        assert gate.entered.wait(10)
        second = sequencer.submit(items(b"a", b"b"))
        with pytest.raises(UnavailableError) as refused:
            sequencer.submit(items(b"c", b"d"))
        assert refused.value.rule == "too-busy"
        third = sequencer.submit(items(b"c"))
        gate.open.set()
        wait([first, second, third], 10)
        assert sequencer.pending == 0
    check_log(log, [b"first", b"a", b"b", b"c"])


def test_a_submission_larger_than_the_queue_goes_in_when_nothing_waits(world: World) -> None:
    log = world.create()
    with Sequencer(log, admit, max_batch=4, max_pending=4) as sequencer:
        sequencer.submit(items(*numbered(0, 9))).result(10)
    check_log(log, numbered(0, 9))


def test_a_sender_that_has_gone_is_forgotten(world: World, gate: _Gate) -> None:
    log = world.create()
    with Sequencer(log, gate) as sequencer:
        first = sequencer.submit(items(b"first"))
        assert gate.entered.wait(10)
        gone = sequencer.submit(items(b"gone"))
        assert gone.cancel()
        assert not first.cancel(), "what is being written cannot be called back"
        gate.open.set()
        first.result(10)
        with pytest.raises(CancelledError):
            gone.result(10)
        sequencer.submit(items(b"next")).result(10)
    check_log(log, [b"first", b"next"])


def test_when_all_senders_have_gone_the_writer_waits_for_others(world: World, gate: _Gate) -> None:
    log = world.create()
    with Sequencer(log, gate) as sequencer:
        first = sequencer.submit(items(b"first"))
        assert gate.entered.wait(10)
        taken, take = threading.Event(), sequencer._take_pending

        def take_pending():
            try:
                return take()
            finally:
                taken.set()

        sequencer._take_pending = take_pending
        assert all(sequencer.submit(items(raw)).cancel() for raw in numbered(0, 3))
        gate.open.set()
        first.result(10)
        assert taken.wait(10)
        assert sequencer.pending == 0
        sequencer.submit(items(b"next")).result(10)
    assert gate.sizes == [1, 1], "a batch of nothing is no batch"
    check_log(log, [b"first", b"next"])


class _Gone(BaseException):
    """What a listener may throw that is no Exception, such as the end of its thread."""


def test_a_listener_that_dies_takes_back_no_answer(world: World, gate: _Gate) -> None:
    """The first sender of a batch has its answer already; the second is told to ask again, and none waits."""
    log = world.create()

    def die(_future: object) -> None:
        raise _Gone

    with Sequencer(log, gate) as sequencer:
        sequencer.submit(items(b"first"))
        assert gate.entered.wait(10)
        one, two = sequencer.submit(items(b"one")), sequencer.submit(items(b"two"))
        one.add_done_callback(die)
        gate.open.set()
        (answer,) = one.result(10)
        assert isinstance(answer, Accepted)
        with pytest.raises(FatalLogError):
            two.result(10)
        assert isinstance(sequencer.failure, _Gone)
    check_log(world.load(), [b"first", b"one", b"two"])


def test_closing_writes_what_waits_and_takes_no_more(world: World, gate: _Gate) -> None:
    log = world.create()
    sequencer = Sequencer(log, gate)
    futures = [sequencer.submit(items(b"entry 0"))]
    assert gate.entered.wait(10)
    futures += [sequencer.submit(items(raw)) for raw in numbered(1, 3)]
    threading.Timer(0.05, gate.open.set).start()
    sequencer.close()
    assert all(future.done() for future in futures)
    check_log(log, numbered(0, 3))
    with pytest.raises(UnavailableError) as refused:
        sequencer.submit(items(b"late"))
    assert refused.value.rule == "shutting-down"
    sequencer.close()


def test_a_lone_submission_does_not_wait(world: World) -> None:
    log = world.create()
    with Sequencer(log, admit) as sequencer:
        sequencer.submit(items(b"warm")).result(10)
        times = []
        for raw in numbered(0, 10):
            start = time.perf_counter()
            sequencer.submit(items(raw)).result(10)
            times.append(time.perf_counter() - start)
    assert sorted(times)[5] < 0.05


def test_many_threads(any_world: World) -> None:
    log = any_world.create()
    indices: dict[bytes, set[int]] = {raw: set() for raw in numbered(0, 40)}

    def send() -> None:
        for raw, found in indices.items():
            (outcome,) = sequencer.submit(items(raw)).result(30)
            assert isinstance(outcome, Accepted)
            found.add(outcome.index)

    with Sequencer(log, admit) as sequencer:
        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert all(len(found) == 1 for found in indices.values()), "an entry has two indices"
    check_log(log, sorted(indices, key=lambda raw: min(indices[raw])))


def test_a_second_writer_stops(any_world: World) -> None:
    """Two processes with head files of their own over one database: the second to write loses, and says so."""
    first = any_world.create()
    other = World(any_world.folder / "other", any_world.open_store)
    other.folder.mkdir()
    second = other.load()
    append(first, [b"a"])
    for raw in (b"b", b"a"):  # a new entry, and one that is in already, but not by this writer's doing
        with Sequencer(second, admit) as sequencer:
            with pytest.raises(FatalLogError) as refused:
                sequencer.submit(items(raw)).result(10)
            assert refused.value.rule == "second-writer"
            assert isinstance(sequencer.failure, FatalLogError)
            with pytest.raises(FatalLogError):
                sequencer.submit(items(b"c"))
    check_log(any_world.load(), [b"a"])
    append(first, [b"d"])
    check_log(first, [b"a", b"d"])
    assert second.size == 0


def test_a_fault_of_admission_stops_the_writer_and_nobody_waits_for_ever(world: World, gate: _Gate) -> None:
    log = world.create()

    def broken(transaction: Transaction, batch: Batch[None]) -> Admitted:
        gate(transaction, batch)
        return Admitted((b"x", b"x"), (0,))

    with Sequencer(log, broken) as sequencer:
        first = sequencer.submit(items(b"x"))
        assert gate.entered.wait(10)
        waiting = sequencer.submit(items(b"y"))
        gate.open.set()
        for future in (first, waiting):
            with pytest.raises(FatalLogError, match="fault of the program"):
                future.result(10)
        assert isinstance(sequencer.failure, AssertionError)
    check_log(world.load(), [])


@pytest.mark.parametrize(
    "admitted", [Admitted((b"x",), ()), Admitted((b"y",), (0,)), Admitted((b"x",), (0, 0)), Admitted((), (0,))]
)
def test_bad_admission(world: World, admitted: Admitted) -> None:
    log = world.create()
    with Sequencer(log, lambda _transaction, _batch: admitted) as sequencer, pytest.raises(FatalLogError):
        sequencer.submit(items(b"x")).result(10)
    check_log(world.load(), [])
