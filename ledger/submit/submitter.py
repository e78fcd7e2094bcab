"""The way of a submission: parse, find what is owed, check in the pool, settle, hand over to the log in order.

Entries keep their order. One that rests on an entry before it in the same submission (a round on its council, a claim
on its round) waits until those before it are in the log, and is then looked at once more; what rests on nothing that
is there is refused by the rule that says so.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

from ledger.errors import FatalLogError, LedgerError, NotAcceptedError, UnavailableError
from ledger.log.batch import Accepted, Item, Outcome, Refused
from ledger.log.log import Log
from ledger.log.sequencer import Sequencer
from ledger.records.entry import parse_entry
from ledger.records.facts import KEYS
from ledger.records.kind import NotYet, Record
from ledger.records.view import View
from ledger.rules.checks import VerifiedRecord, settle
from ledger.rules.engine import Owed, owed
from ledger.submit.kept import KeptView, Memory
from ledger.submit.pool import CHUNK, CheckPool, Verdict, check_here

IN_FLIGHT: Final = 4
"""Chunks of one submission that are being checked, and as many that are being written, at a time."""

MAX_WAITS: Final = 256
"""How often one submission may wait for its own earlier entries: each costs a commit."""

_OWN: Final = {
    "ledger": ("second-ledger", "a ledger entry stands at index 0 only, and is not submitted"),
    "clock": ("clock-submitted", "a clock entry is made by the log itself, and is not submitted"),
}
"""Kinds that nobody submits: rule and sentence of the refusal."""


class Known(Protocol):
    """What the submitter asks of the store."""

    def indices_of(self, leaves: Sequence[bytes]) -> Mapping[bytes, int]:
        """The index of each of these leaf hashes that is in the log."""
        ...


@dataclass(frozen=True, slots=True)
class _Ready:
    """A record whose checks can be run now."""

    record: Record[Any]
    owed: Owed


_Slot = _Ready | Outcome
"""The place of one entry in its submission: still to be checked, or settled."""


class Submitter:
    """Takes submissions from many threads at once.

    Args:
        origin: the ledger's origin.
        view: the committed facts, read at each look.
        store: knows which entries are in.
        log: gives receipts for those.
        pool: runs checks.
        sequencer: the log's one writer.
        lasting: what the writer has read already of facts that never change.
    """

    def __init__(
        self,
        *,
        origin: str,
        view: View,
        store: Known,
        log: Log,
        pool: CheckPool,
        sequencer: Sequencer[VerifiedRecord],
        lasting: Memory | None = None,
    ) -> None:
        self._lasting = Memory() if lasting is None else lasting
        self._origin = origin
        self._view = view
        self._store = store
        self._log = log
        self._pool = pool
        self._sequencer = sequencer

    def submit(self, lines: Iterable[bytes | LedgerError]) -> Iterator[Outcome]:
        """One outcome an entry, in order, given as they are known; a line that is already an error is that refusal.

        Blocks while checks run and the log writes: call it off the event loop. Abandoned half-way, what was handed
        over goes in all the same.
        """
        return _Submission(self).run(lines)

    def parse(self, lines: Sequence[bytes | LedgerError]) -> list["Record[Any] | Outcome"]:
        """Each line as a record, or what is known of it already: refused, or in the log."""
        parsed = [self._parse(line) for line in lines]
        leaves = [one.leaf for one in parsed if isinstance(one, Record)]
        try:
            known = self._store.indices_of(leaves) if leaves else {}
            return [self._recall(one, known) if isinstance(one, Record) else one for one in parsed]
        except LedgerError as error:
            return [Refused(error) if isinstance(one, Record) else one for one in parsed]

    def _parse(self, line: bytes | LedgerError) -> "Record[Any] | Outcome":
        if isinstance(line, LedgerError):
            return Refused(line)
        try:
            record = parse_entry(line, origin=self._origin)
        except LedgerError as error:
            return Refused(error)
        if record.kind in _OWN:
            return Refused(NotAcceptedError(_OWN[record.kind][1], rule=_OWN[record.kind][0]))
        return record

    def _recall(self, record: Record[Any], known: Mapping[bytes, int]) -> "Record[Any] | Outcome":
        index = known.get(record.leaf)
        if index is None or index >= self._log.size:
            return record
        return Accepted(index, record.leaf, self._log.receipt(index), new=False)

    def look(self, record: Record[Any], standing: Memory) -> "_Ready | Outcome | NotYet":
        """What can be said of a record before its checks: refused, ready, or resting on another.

        Args:
            record: from :meth:`parse`.
            standing: what was read for the records before it; what they rest on may have come since.
        """
        view = KeptView(self._view, lasting=self._lasting, standing=standing)
        try:
            ready = _Ready(record, owed(view, record))
            if ready.owed.checks:
                _require_known_signer(view, record)
        except NotYet as reason:
            return reason
        except LedgerError as error:
            return Refused(error)
        return ready

    def check(self, ready: Sequence[_Ready]) -> list[Future[Verdict]]:
        """One future verdict an entry, in order: group equations in the pool, signatures alone in this thread.

        To verify a signature takes no longer than the way to another process and back, and holds up nobody: the
        library lets go of the interpreter meanwhile.
        """
        pooled = [one.owed for one in ready if one.owed.checks]
        futures = iter(self._pool.submit(pooled) if pooled else ())
        return [next(futures) if one.owed.checks else _at_once(one.owed) for one in ready]

    def write(self, verified: Sequence[VerifiedRecord]) -> Future[tuple[Outcome, ...]]:
        """Hand verified records to the log's writer, in order."""
        return self._sequencer.submit([Item(one.raw, one) for one in verified])


def _at_once(one: Owed) -> Future[Verdict]:
    future = Future[Verdict]()
    future.set_result(check_here([one])[0])
    return future


def _require_known_signer(view: View, record: Record[Any]) -> None:
    """Refuse group equations to whoever has no key here, before they cost anything.

    Whatever owes them is signed by a council as well. Its signature is verified before its equations are, so that
    nobody without a registered key can have proofs checked.
    """
    keys = [key for signer in record.signers if (key := view.get(KEYS, signer)) is not None]
    if not keys:
        raise NotYet("the signature of a key registered in this ledger is missing", rule="missing-signature")
    if all(key.ended is not None for key in keys):
        raise NotYet("every registered key that has signed was rotated away or revoked", rule="revoked-key")


class _Submission:
    """One submission on its way; belongs to one thread.

    Consecutive entries travel in parts: `_part` is being filled, those in `_checking` are in the pool, those in
    `_writing` with the log.
    """

    def __init__(self, submitter: Submitter) -> None:
        self._submitter = submitter
        self._part: list[_Slot] = []
        self._checking: deque[tuple[list[_Slot], list[Future[Verdict]]]] = deque()
        self._writing: deque[tuple[list[_Slot], Future[tuple[Outcome, ...]] | None]] = deque()
        self._waits = 0
        self._broken: LedgerError | None = None

    def run(self, lines: Iterable[bytes | LedgerError]) -> Iterator[Outcome]:
        source = iter(lines)
        while piece := tuple(islice(source, CHUNK)):
            standing = Memory()
            for parsed in self._submitter.parse(piece):
                seen = self._submitter.look(parsed, standing) if isinstance(parsed, Record) else parsed
                if isinstance(seen, NotYet) and isinstance(parsed, Record) and self._anything_open():
                    yield from self._drain()
                    self._waits += 1
                    standing = Memory()
                    late = self._waits > MAX_WAITS
                    seen = Refused(_too_many_waits()) if late else self._submitter.look(parsed, standing)
                self._place(Refused(seen) if isinstance(seen, NotYet) else seen)
                if len(self._part) == CHUNK:
                    self._start_checking()
                    if len(self._checking) > IN_FLIGHT:
                        self._start_writing()
                    if len(self._writing) > IN_FLIGHT:
                        yield from self._finish()
        yield from self._drain()

    def _place(self, slot: _Slot) -> None:
        if isinstance(slot, Refused) and isinstance(slot.error, UnavailableError | FatalLogError):
            self._broken = self._broken or slot.error
        self._part.append(slot)

    def _anything_open(self) -> bool:
        """Whether an earlier entry of this submission may yet enter the log."""
        return bool(self._checking or self._writing) or any(isinstance(slot, _Ready) for slot in self._part)

    def _drain(self) -> Iterator[Outcome]:
        self._start_checking()
        while self._checking:
            self._start_writing()
        while self._writing:
            yield from self._finish()

    def _start_checking(self) -> None:
        part, self._part = self._part, []
        try:
            futures = self._submitter.check([slot for slot in part if isinstance(slot, _Ready)])
        except UnavailableError as error:
            part, futures = self._break_off(part, error), []
        if part:
            self._checking.append((part, futures))

    def _start_writing(self) -> None:
        """Settle the oldest part and hand what holds to the log.

        After an entry that could not be judged (no worker, no room) nothing later of this submission is handed over:
        a claim that supersedes it would be refused for good, though both are right and only have to be sent again.
        """
        part, futures = self._checking.popleft()
        ready = [slot.record for slot in part if isinstance(slot, _Ready)]
        settled = iter(settle(ready, [future.result() for future in futures]))
        verified: list[VerifiedRecord] = []
        slots: list[_Slot] = []
        for slot in part:
            result = next(settled) if isinstance(slot, _Ready) else None
            if self._broken is None and isinstance(result, UnavailableError):
                self._broken = result
            if self._broken is not None and isinstance(slot, _Ready):
                slots.append(Refused(self._broken))
            elif isinstance(result, LedgerError):
                slots.append(Refused(result))
            else:
                slots.append(slot)
                if result is not None:
                    verified.append(result)
        future = None
        if verified:
            try:
                future = self._submitter.write(verified)
            except (UnavailableError, FatalLogError) as error:
                slots = self._break_off(slots, error)
        self._writing.append((slots, future))

    def _finish(self) -> Iterator[Outcome]:
        slots, future = self._writing.popleft()
        outcomes: Iterator[Outcome] = iter(())
        if future is not None:
            try:
                outcomes = iter(future.result())
            except (UnavailableError, FatalLogError) as error:
                slots = self._break_off(slots, error)
        for slot in slots:
            yield next(outcomes) if isinstance(slot, _Ready) else slot

    def _break_off(self, part: list[_Slot], error: LedgerError) -> list[_Slot]:
        self._broken = self._broken or error
        return [Refused(error) if isinstance(slot, _Ready) else slot for slot in part]


def _too_many_waits() -> UnavailableError:
    return UnavailableError(
        f"one submission may rest on its own earlier entries {MAX_WAITS} times; send the rest again", rule="overloaded"
    )
