"""A process that dies, or loses its database, at every single step of a write."""

import pytest

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Accepted
from ledger.log.log import Log
from ledger.log.sequencer import Sequencer
from tests.log.faults import Crash, Fault, Faults, FaultyHeadFile, FaultyStore
from tests.log.world import World, admit, append, check_log, items, numbered

OLD = numbered(0, 254)
NEW = [b"x", b"clock", b"y"]  # fills the first tile
AFTER = [*OLD, b"x", b"before clock", b"clock", b"y"]

STEPS = ("begin", "indices_of", "put_facts", "compare_and_swap_head", "append", "put_tile", "commit", "head file")


def _faulty(world: World, faults: Faults) -> Log:
    log = world.load(FaultyStore(world.open_store(), faults))
    log.head_file = FaultyHeadFile(world.head_file, faults)
    return log


def test_the_steps_are_all_there_are(world: World) -> None:
    append(world.create(), OLD)
    faults = Faults()
    append(_faulty(world, faults), NEW)
    assert set(faults.calls) == set(STEPS)
    assert faults.calls.index("compare_and_swap_head") < faults.calls.index("append")
    assert faults.calls[-1] == "head file"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_each_step(world: World, step: str, when: str) -> None:
    append(world.create(), OLD)
    faults = Faults()
    faults.planned = Fault(step, when, Crash)
    log = _faulty(world, faults)
    shown = log.checkpoint()
    with Sequencer(log, admit) as sequencer, pytest.raises(FatalLogError):
        sequencer.submit(items(*NEW)).result(10)
    assert faults.planned.hit
    assert log.checkpoint() == shown, "a head was shown before everything was durable"
    committed = (step, when) in {("commit", "after"), ("head file", "before"), ("head file", "after")}
    again = world.load()
    check_log(again, AFTER if committed else OLD, every=40)
    # Whoever got no answer sends again, and gets the one index there is.
    accepted = append(again, NEW)
    assert [(a.index, a.new) for a in accepted] == [(i, not committed) for i in (254, 256, 257)]
    check_log(again, AFTER, every=40)
    check_log(world.load(), AFTER, every=40)


@pytest.mark.parametrize("step", STEPS[:-2])
def test_a_database_that_fails_for_a_moment(world: World, step: str) -> None:
    """Before COMMIT nothing is written: the sender is told to come back, and the writer goes on."""
    append(world.create(), OLD)
    faults = Faults()
    faults.planned = Fault(step, "before", lambda: UnavailableError("the disk is full"))
    log = _faulty(world, faults)
    with Sequencer(log, admit) as sequencer:
        with pytest.raises(UnavailableError):
            sequencer.submit(items(*NEW)).result(10)
        assert sequencer.failure is None
        outcomes = sequencer.submit(items(*NEW)).result(10)
        assert [outcome.new for outcome in outcomes if isinstance(outcome, Accepted)] == [True, True, True]
    check_log(log, AFTER, every=40)
    check_log(world.load(), AFTER, every=40)


@pytest.mark.parametrize("persisted", [False, True])
def test_an_unknown_outcome_stops_the_writer(world: World, *, persisted: bool) -> None:
    append(world.create(), OLD)
    faults = Faults()
    faults.planned = Fault("commit", "after" if persisted else "before", lambda: FatalLogError("unknown"))
    log = _faulty(world, faults)
    shown = log.checkpoint()
    with Sequencer(log, admit) as sequencer:
        with pytest.raises(FatalLogError):
            sequencer.submit(items(*NEW)).result(10)
        with pytest.raises(FatalLogError):
            sequencer.submit(items(b"later"))
    assert log.checkpoint() == shown == world.head_file.read_bytes()
    check_log(world.load(), AFTER if persisted else OLD, every=40)


def test_a_head_file_that_cannot_be_written_stops_the_writer(world: World) -> None:
    append(world.create(), OLD)
    faults = Faults()
    faults.planned = Fault("head file", "before", lambda: FatalLogError("no space", rule="head-file-unwritable"))
    log = _faulty(world, faults)
    shown = log.checkpoint()
    with Sequencer(log, admit) as sequencer:
        with pytest.raises(FatalLogError) as refused:
            sequencer.submit(items(*NEW)).result(10)
        assert refused.value.rule == "head-file-unwritable"
    assert log.checkpoint() == shown
    check_log(world.load(), AFTER, every=40)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["begin", "compare_and_swap_head", "commit"])
def test_a_crash_while_a_log_is_created(world: World, step: str, when: str) -> None:
    faults = Faults()
    faults.planned = Fault(step, when, Crash)
    with pytest.raises(Crash):
        world.create(FaultyStore(world.open_store(), faults))
    if (step, when) == ("commit", "after"):
        check_log(world.load(), [])
    else:
        check_log(world.create(), [])


def test_a_receipt_that_cannot_be_read_back_is_had_by_sending_again(world: World) -> None:
    append(world.create(), OLD)
    log = world.load()
    full_tiles = log.store.full_tiles

    def fail(_level: int, _start: int, _end: int) -> list[bytes]:
        raise UnavailableError("the connection was lost")

    with Sequencer(log, admit) as sequencer:
        log.store.full_tiles = fail
        with pytest.raises(UnavailableError):
            sequencer.submit(items(*NEW)).result(10)
        log.store.full_tiles = full_tiles
        assert sequencer.failure is None
        outcomes = sequencer.submit(items(*NEW)).result(10)
    assert [(a.index, a.new) for a in outcomes if isinstance(a, Accepted)] == [(i, False) for i in (254, 256, 257)]
    check_log(log, AFTER, every=40)
