"""Any order of appending, repeating, restarting and failing; after each step the whole public output is verified."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Accepted
from ledger.log.fsck import fsck
from ledger.log.log import Log
from ledger.log.sequencer import Sequencer
from ledger.merkle.proof import verify_consistency
from ledger.storage.store import SqlStore
from ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from tests.log.faults import Crash, Fault, Faults, FaultyHeadFile, FaultyStore
from tests.log.test_crash import STEPS
from tests.log.world import World, admit, check_log, items

COUNTS = st.sampled_from([1, 2, 5, 250, 256, 257])


class LogMachine(RuleBasedStateMachine):
    """The model is the list of entries that are in; ``template`` is set by the test."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="ot-log-")
        shutil.copy(self.template, Path(self.folder.name) / "ledger.db")
        self.store = self.open_store()
        self.world = World(Path(self.folder.name), self.open_store)
        self.world.create(self.store)
        self.entries: list[bytes] = []
        self.seen: list[Checkpoint] = []
        self.sent = 0
        self.start()

    def open_store(self) -> SqlStore:
        return SqlStore(f"sqlite:///{self.folder.name}/ledger.db")

    def start(self) -> None:
        self.faults = Faults()
        self.log: Log = self.world.load(FaultyStore(self.store, self.faults))
        self.log.head_file = FaultyHeadFile(self.world.head_file, self.faults)
        self.sequencer = Sequencer(self.log, admit, max_batch=10_000)

    def fresh(self, count: int) -> list[bytes]:
        self.sent += count
        return [b"entry %d" % i for i in range(self.sent - count, self.sent)]

    @rule(count=COUNTS)
    def append(self, count: int) -> None:
        raws = self.fresh(count)
        outcomes = self.sequencer.submit(items(*raws)).result(30)
        start = len(self.entries)
        assert [o.index for o in outcomes if isinstance(o, Accepted) and o.new] == list(range(start, start + count))
        self.entries += raws

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), count=st.integers(0, 2))
    def repeat(self, data: st.DataObject, count: int) -> None:
        index = data.draw(st.integers(0, len(self.entries) - 1))
        new = self.fresh(count)
        outcomes = self.sequencer.submit(items(self.entries[index], *new, *new, b"bad")).result(30)
        indices = [outcome.index for outcome in outcomes if isinstance(outcome, Accepted)]
        at = len(self.entries)
        assert indices == [index, *range(at, at + count), *range(at, at + count)]
        self.entries += new

    @rule()
    def restart(self) -> None:
        self.sequencer.close()
        self.store.close()
        self.store = self.open_store()
        self.start()

    @rule(count=COUNTS, step=st.sampled_from(STEPS), when=st.sampled_from(["before", "after"]))
    def crash(self, count: int, step: str, when: str) -> None:
        raws = self.fresh(count)
        fault = self.faults.planned = Fault(step, when, Crash)
        future = self.sequencer.submit(items(*raws))
        error = future.exception(30)
        if not fault.hit:  # no tile was filled
            assert error is None
            self.entries += raws
            self.faults.planned = None
            return
        assert isinstance(error, FatalLogError)
        if (step, when) == ("commit", "after") or step == "head file":
            self.entries += raws
        self.restart()

    @rule(count=COUNTS, step=st.sampled_from(STEPS[:-2]))
    def fail_for_a_moment(self, count: int, step: str) -> None:
        raws = self.fresh(count)
        fault = self.faults.planned = Fault(step, "before", lambda: UnavailableError("for a moment"))
        error = self.sequencer.submit(items(*raws)).exception(30)
        assert isinstance(error, UnavailableError) if fault.hit else error is None
        if not fault.hit:
            self.entries += raws
        self.faults.planned = None

    @invariant()
    def what_is_public_is_right(self) -> None:
        check_log(self.log, self.entries, every=97)
        now = open_checkpoint(self.log.checkpoint(), self.log.verifier)
        assert self.world.head_file.read_bytes() == self.log.checkpoint()
        for past in self.seen[-3:]:
            if past.size:
                path = self.log.consistency(past.size, now.size)
                verify_consistency(past.size, now.size, path, past.root, now.root)
        self.seen.append(now)

    def teardown(self) -> None:
        self.sequencer.close()
        *_, last = fsck(self.store, self.log.verifier)
        assert last.checked == len(self.entries)
        self.store.close()
        self.folder.cleanup()


def test_any_order_of_events(sqlite_template: Path) -> None:
    machine = type("Machine", (LogMachine,), {"template": sqlite_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
