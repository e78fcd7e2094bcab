"""Plays the log again under the rules: checks run ahead in batches, steps follow serially, the first fault is final.

An entry is parsed as it arrives. What it owes is computed as soon as the entries it rests on have been stepped, and
checked in a batch by other processes. Steps are taken strictly in order, each only after its own checks have come back,
so the verdict does not depend on how many processes there are or which is quicker: it is the lowest index at which
parsing, owing, checking or stepping refuses, in this order of precedence at one index.
"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from ledger.audit.book import Book
from ledger.audit.workers import Verdicts, Workers, verdicts
from ledger.client.reader import VerifiedEntry
from ledger.errors import LedgerError, NotAcceptedError
from ledger.records.entry import parse_entry
from ledger.records.kind import Record
from ledger.records.kinds.ledger import Ledger
from ledger.rules.checks import VerifiedRecord, settle
from ledger.rules.engine import Owed, owed, step
from ledger.storage.facts import FactFile
from ledger.tlog.key import VerifierKey

BATCH: Final = 256
"""Entries checked together: more save arithmetic (a tenth of it from 128 to 256), fewer keep more cores busy."""


class RefusedEntry(Exception):  # noqa: N818 - the verdict, not an error of the program
    """The first entry that does not hold; every entry before it does."""

    def __init__(self, index: int, leaf: bytes, kind: str | None, error: LedgerError) -> None:
        super().__init__(str(error))
        self.index = index
        self.leaf = leaf
        self.kind = kind
        self.error = error


@dataclass(slots=True)
class _Slot:
    """One entry on its way; `outcome` is filled when its checks have come back, or when it cannot be parsed."""

    entry: VerifiedEntry
    record: Record[Any] | None = None
    owed: Owed | None = None
    outcome: VerifiedRecord | LedgerError | None = None


class Replay:
    """One pass over entries, from the index after the last one stepped."""

    def __init__(
        self,
        log: VerifierKey,
        facts: FactFile,
        *,
        book: Book,
        workers: Workers,
        progress: Callable[[int], None],
    ) -> None:
        self._log = log
        self._view = facts
        self._book = book
        self._pool = workers
        self.workers = workers.count
        self._progress = progress
        self._window = BATCH * 2 * (workers.count + 2)
        self._queue: deque[_Slot] = deque()
        self._waiting: list[_Slot] = []  # they rest on an entry that has not been stepped yet
        self._ready: list[_Slot] = []
        self._sent: deque[tuple[list[_Slot], Future[Verdicts]]] = deque()
        self.stepped = 0
        self.signatures = 0
        self.proofs = 0

    def run(self, entries: Iterable[VerifiedEntry]) -> None:
        """Every one of `entries` holds.

        An error that `entries` itself raises is passed on only after all entries before it have been stepped, so that
        a fault among them is found first.

        Raises:
            RefusedEntry: the first entry that does not hold.
            LedgerError: `entries` cannot go on, and everything before holds; :attr:`stepped` entries of this run do.
        """
        broken: LedgerError | None = None
        source = iter(entries)
        while True:
            try:
                entry = next(source, None)
            except LedgerError as error:
                broken, entry = error, None
            if entry is None:
                break
            self._take(entry)
            while len(self._ready) >= BATCH:
                self._send()
            while len(self._queue) >= self._window:
                self._move()
        while self._queue:
            self._move()
        if broken is not None:
            raise broken

    def _take(self, entry: VerifiedEntry) -> None:
        slot = _Slot(entry)
        self._queue.append(slot)
        try:
            slot.record = parse_entry(entry.raw, origin=self._log.name)
        except LedgerError as error:
            slot.outcome = error
            return
        self._owe(slot)

    def _owe(self, slot: _Slot) -> None:
        """Compute what the entry owes, or let it wait: any refusal is asked for again once its turn has come."""
        try:
            slot.owed = owed(self._view, _record(slot))
        except LedgerError:
            self._waiting.append(slot)
        else:
            self._ready.append(slot)

    def _send(self) -> None:
        batch, self._ready = self._ready[:BATCH], self._ready[BATCH:]
        self._sent.append((batch, self._pool.submit([_owed(slot) for slot in batch])))

    def _move(self) -> None:
        """Take at least one step forward: send what is ready, await the oldest batch, step as far as outcomes reach."""
        while self._ready:
            self._send()
        if self._queue[0].outcome is None and self._sent:
            batch, future = self._sent.popleft()
            for slot, outcome in zip(batch, settle([_record(slot) for slot in batch], verdicts(future)), strict=True):
                slot.outcome = outcome
        before = self.stepped
        while self._queue and self._queue[0].outcome is not None:
            self._step(self._queue.popleft())
        if self._queue and self.stepped == before and not self._sent:
            self._insist(self._queue[0])
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for slot in waiting:
                self._owe(slot)
        self._progress(self.stepped)

    def _insist(self, slot: _Slot) -> None:
        """All before it are in and nothing is under way: what it rests on is not there, and that is the verdict."""
        try:
            owed(self._view, _record(slot))
        except LedgerError as error:
            raise self._refused(slot, error) from error

    def _step(self, slot: _Slot) -> None:
        index = slot.entry.index
        if isinstance(slot.outcome, LedgerError):
            raise self._refused(slot, slot.outcome) from slot.outcome
        if slot.outcome is None:
            raise AssertionError("bad math in the replay: an entry is stepped before its checks are back")
        try:
            facts = step(self._view, slot.outcome, index)
            self._same_log(_record(slot))
        except LedgerError as error:
            raise self._refused(slot, error) from error
        self._view.apply(facts)
        self._book.note(_record(slot), index)
        self.stepped += 1
        self.signatures += len(_owed(slot).signatures)
        self.proofs += len(_owed(slot).checks)

    def _same_log(self, record: Record[Any]) -> None:
        """The key that signs checkpoints is the one that entry 0 names, by which clocks are signed."""
        body: object = record.body
        if isinstance(body, Ledger) and body.log_key != self._log.public:
            raise NotAcceptedError(
                "log_key is not the key that signs the checkpoints of this log", rule="wrong-log-key"
            )

    def _refused(self, slot: _Slot, error: LedgerError) -> RefusedEntry:
        kind = None if slot.record is None else slot.record.kind
        return RefusedEntry(slot.entry.index, slot.entry.leaf, kind, error)


def _record(slot: _Slot) -> Record[Any]:
    if slot.record is None:
        raise AssertionError("bad math in the replay: the entry was not parsed")
    return slot.record


def _owed(slot: _Slot) -> Owed:
    if slot.owed is None:
        raise AssertionError("bad math in the replay: what the entry owes is not known")
    return slot.owed
