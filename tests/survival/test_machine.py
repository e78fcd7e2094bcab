"""Any order of claims, closings, lies, restarts and faults through the whole write side, read again whole each time.

After each step a stranger reads the public files: the audit holds, every tile and bundle is what the entries give,
every acknowledged entry is there and its receipt proves it, and every checkpoint ever shown is of this history.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from ledger.audit import audit
from ledger.client.source import CHECKPOINT
from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Accepted, Outcome, Refused
from ledger.log.fsck import fsck
from ledger.merkle.bundle import decode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.merkle.tiles import bundles_for_size, tiles_for_size
from ledger.submit.clock import MAX_LEAP
from ledger.submit.pool import CheckPool
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.proof import verify_tlog_proof
from tests.client.publisher import log_policy, publish
from tests.log.faults import Crash, Fault
from tests.log.test_crash import STEPS
from tests.records.builders import PERIOD
from tests.submit.house import Clock, House, found_house
from tests.survival.faulty import FaultyHouse, LogSource
from tests.survival.model import ROWS, Model
from tests.survival.witness import roots_of

PADDING = 245
"""So many entries before the first step that the first tile is filled within a few more."""

POLICY = log_policy()
ROW = st.integers(0, ROWS - 1)
QUANTITIES = st.tuples(st.integers(0, 3), st.integers(0, 2))
WHEN = st.sampled_from(["before", "after"])

WRITES = (*STEPS, "get_fact", "scan_facts")
"""Every call of the writer: those of the log, and what admission reads inside the transaction."""

READS = ("look get_fact", "look indices_of")
"""Every call of the submitter before it."""


class WholeMachine(RuleBasedStateMachine):
    """One council's round; ``template`` (a folder in which it is open) and ``pool`` are set by the test."""

    template: Path
    pool: CheckPool

    def __init__(self) -> None:
        super().__init__()
        self.home = tempfile.TemporaryDirectory(prefix="ot-whole-", dir=self.template.parent)
        self.folder = Path(self.home.name) / "house"
        shutil.copytree(self.template, self.folder)
        self.clock = Clock()
        self.model = Model.after(PADDING)
        self.answers: dict[bytes, tuple[int, bytes]] = {}
        self.shown: dict[int, bytes] = {}
        self.house = FaultyHouse(self.folder, f"sqlite:///{self.folder / 'ledger.sqlite'}", self.pool, self.clock)
        self.house.__enter__()

    # what is done

    def submit(self, *raws: bytes) -> list[str]:
        """One word an entry; what was acknowledged is remembered."""
        words = []
        for raw, outcome in zip(raws, self.house.submit(*raws), strict=True):
            if isinstance(outcome, Accepted):
                self.remember(raw, outcome)
            words.append(word(outcome))
        return words

    def remember(self, raw: bytes, outcome: Accepted) -> None:
        before = self.answers.setdefault(raw, (outcome.index, outcome.receipt))
        assert before[0] == outcome.index, "the same bytes were given two indices"
        self.answers[raw] = (outcome.index, outcome.receipt)

    def say(self, kind: str, row: int, quantities: tuple[int, int]) -> tuple[bytes, str]:
        """An entry, and what is to be expected of it."""
        verdict = self.model.verdict_on(kind, row)
        makers: dict[str, Callable[[], bytes]] = {
            "claim": lambda: self.model.claim(row, quantities),
            "withdraw": lambda: self.model.withdraw(row),
            "close": self.model.close,
            "total": self.model.total,
            "resource": self.model.resource,
        }
        return makers[kind](), verdict

    @rule(
        kind=st.sampled_from(["claim", "claim", "claim", "withdraw", "close", "total", "resource"]),
        row=ROW,
        quantities=QUANTITIES,
    )
    def one(self, kind: str, row: int, quantities: tuple[int, int]) -> None:
        if kind == "close" and self.model.live < 2:
            kind = "resource"  # a round closed too early makes the rest of the history dull
        raw, expected = self.say(kind, row, quantities)
        assert self.submit(raw) == [expected]

    @rule(quantities=QUANTITIES, lie=st.integers(0, 30))
    def many_at_once(self, quantities: tuple[int, int], lie: int) -> None:
        lies = self.model.lies()[: self.model.LASTING]
        lied, refusal = lies[lie % len(lies)]
        said = [self.say("claim", row, quantities) for row in range(ROWS)]
        resource = self.model.resource()
        words = self.submit(*(raw for raw, _ in said), lied, resource, resource)
        assert words == [*(expected for _, expected in said), refusal, "new", "known"]

    @rule(row=ROW)
    def claim_and_take_back_in_one_breath(self, row: int) -> None:
        """The second rests on the first, which is not in yet."""
        if self.model.closed:
            return
        claimed = self.model.claim(row, (1, 1))
        seat = self.model.rnd.seats[row]
        live, seat.live = seat.live, leaf_hash(claimed)
        withdrawn = self.model.withdraw(row)
        seat.live = live
        assert self.submit(claimed, withdrawn) == ["new", "new"]

    @rule(lie=st.integers(0, 30))
    def a_lie(self, lie: int) -> None:
        lies = self.model.lies()
        raw, refusal = lies[lie % len(lies)]
        size = self.house.log.size
        assert self.submit(raw) == [refusal], raw
        assert self.house.log.size == size

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def old_bytes_again(self, data: st.DataObject) -> None:
        raw = data.draw(st.sampled_from(sorted(self.answers)))
        index = self.answers[raw][0]
        assert self.submit(raw, raw) == ["known", "known"]
        assert self.answers[raw][0] == index

    @rule(seconds=st.sampled_from([1, PERIOD, 5 * PERIOD, -PERIOD, -86_400]))
    def the_clock_moves(self, seconds: int) -> None:
        self.clock.time += seconds

    @rule()
    def the_clock_jumps(self) -> None:
        """Eight days ahead: nothing is written until it is right again (or an operator says that it is)."""
        right = self.clock.time
        self.clock.time = max(right, self.model.world.time) + MAX_LEAP + 86_400
        raw = self.model.resource()
        size = self.house.log.size
        assert self.submit(raw) == ["clock-leap"]
        assert self.house.log.size == size
        self.clock.time = right
        assert self.submit(raw) == ["new"]

    @rule()
    def restart(self) -> None:
        self.house.__exit__()
        self.house.__enter__()

    @rule(step=st.sampled_from(WRITES), when=WHEN, kind=st.sampled_from(["claim", "resource", "close"]), row=ROW)
    def crash(self, step: str, when: str, kind: str, row: int) -> None:
        """The process dies; what it had not answered is sent again to the next, and has one index."""
        if self.model.verdict_on(kind) != "new" or (kind == "close" and self.model.live < 2):
            kind = "resource"
        raw, _ = self.say(kind, row, (1, 1))
        fault = self.house.faults.planned = Fault(step, when, Crash)
        said = self.submit(raw)
        if not fault.hit:  # no tile was filled, or nothing was scanned
            self.house.faults.planned = None
            assert said == ["new"]
            return
        assert said == ["log-stopped"], said
        size = self.house.log.size
        self.restart()
        committed = (step, when) == ("commit", "after") or step == "head file"
        assert (self.house.log.size > size) == committed
        assert self.submit(raw) == ["known" if committed else "new"]

    @rule(step=st.sampled_from([*(step for step in WRITES if step not in {"commit", "head file"}), *READS]), when=WHEN)
    def fail_for_a_moment(self, step: str, when: str) -> None:
        """A statement fails, done or not: nothing is written, the writer lives, and sending again is right."""
        raw = self.model.resource()
        fault = self.house.faults.planned = Fault(step, when, lambda: UnavailableError("for a moment"))
        size = self.house.log.size
        said = self.submit(raw)
        self.house.faults.planned = None
        if not fault.hit:
            assert said == ["new"]
            return
        assert said == ["unavailable"], said
        assert (self.house.log.size, self.house.sequencer.failure) == (size, None)
        assert self.submit(raw) == ["new"]

    @rule(persisted=st.booleans(), row=ROW)
    def an_unknown_outcome(self, persisted: bool, row: int) -> None:
        """The commit breaks off: nothing more is written, nothing is shown, and a restart finds out."""
        raw, _ = self.say("claim" if not self.model.closed else "resource", row, (0, 1))
        when = "after" if persisted else "before"
        self.house.faults.planned = Fault("commit", when, lambda: FatalLogError("unknown"))
        shown = self.house.log.checkpoint()
        assert self.submit(raw) == ["log-stopped"]
        assert self.submit(raw) == ["log-stopped"]
        assert self.house.log.checkpoint() == shown
        self.restart()
        assert self.submit(raw) == ["known" if persisted else "new"]

    # what must be true after each

    @invariant()
    def a_stranger_finds_everything_right(self) -> None:
        log = self.house.log
        note = log.checkpoint()
        head = open_checkpoint(note, POLICY.logs[0].key)
        bundles = bundles_for_size(head.size)
        entries = [raw for path in bundles for raw in decode_bundle(log.tile(path), path.width)]
        # Every public file is byte for byte what these entries and this key give.
        with tempfile.TemporaryDirectory(dir=self.template.parent) as name:
            expected = publish(entries, Path(name))
            assert (expected / CHECKPOINT).read_bytes() == note
            for path in (*tiles_for_size(head.size), *bundles):
                assert (expected / str(path)).read_bytes() == log.tile(path), path
        assert (self.folder / "head").read_bytes() == note
        report = audit(
            LogSource(log),
            policy=POLICY,
            state=None,
            workers=1,
            progress=lambda _done, _of: None,
            randbytes=os.urandom,
        )
        assert (report.verdict, report.finding) == ("holds", None)
        self.model.follow(entries)
        self.shown[head.size] = head.root
        for raw, (index, receipt) in self.answers.items():
            assert entries[index] == raw
            at, checkpoint = verify_tlog_proof(receipt, leaf_hash(raw), POLICY)
            assert at == index
            assert self.shown.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root
        roots = roots_of(entries)
        assert all(roots[size] == root for size, root in self.shown.items())

    def teardown(self) -> None:
        *_, last = fsck(self.house.inner, POLICY.logs[0].key)
        assert last.checked == self.house.log.size
        self.house.__exit__()
        self.home.cleanup()


def word(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return outcome.error.rule
    return "new" if outcome.new else "known"


@pytest.mark.slow
def test_any_order_of_events_in_the_life_of_a_round(folder: Path) -> None:
    template = folder / "template"
    template.mkdir()
    url = found_house(template)
    pool = CheckPool(1)
    with House(template, url, pool, Clock()) as house:
        house.accept(Model.opening(PADDING))
    machine = type("Machine", (WholeMachine,), {"template": template, "pool": pool})
    steps = int(os.environ.get("OPENTALLY_STEPS", "80"))
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=max(1, steps // 10),
                stateful_step_count=10 if steps < 1000 else 30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        pool.close()
