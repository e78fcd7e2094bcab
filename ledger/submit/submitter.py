"""The way of a submission: parse, find what is owed, check in the pool, settle, hand over to the log in order.

Entries keep their order. One that rests on an entry before it in the same submission (a round on its council, a claim
on its round) waits until those before it are in the log, and is then looked at once more; what rests on nothing that
is there is refused by the rule that says so.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Final

from ledger.errors import FatalLogError, LedgerError, UnavailableError
from ledger.log.batch import Item, Outcome, Refused
from ledger.log.sequencer import Sequencer
from ledger.records.kind import NotYet, Record
from ledger.rules.checks import VerifiedRecord, settle
from ledger.rules.engine import Owed
from ledger.submit.looking import Looker, Parsed, Ready, Seen, Slot
from ledger.submit.pool import CHUNK, CheckPool, Verdict, check_here

IN_FLIGHT: Final = 4
"""Chunks of one submission that are being checked, and as many that are being written, at a time."""

MAX_WAITS: Final = 256
"""How often one submission may wait for its own earlier entries: each costs a commit."""


class Submitter:
    """Takes submissions from many threads at once.

    Args:
        looker: looks at entries before their checks.
        pool: runs checks.
        sequencer: the log's one writer.
    """

    def __init__(self, looker: Looker, pool: CheckPool, sequencer: Sequencer[VerifiedRecord]) -> None:
        self.looker = looker
        self._pool = pool
        self._sequencer = sequencer

    def submit(self, lines: Iterable[bytes | LedgerError]) -> Iterator[Outcome]:
        """One outcome an entry, in order, given as they are known; a line that is already an error is that refusal.

        Blocks while checks run and the log writes: call it off the event loop. Abandoned half-way, what was handed
        over goes in all the same.
        """
        return _Submission(self).run(lines)

    def check(self, ready: Sequence[Ready]) -> list[Future[Verdict]]:
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


class _Submission:
    """One submission on its way; belongs to one thread.

    Consecutive entries travel in parts: `_part` is being filled, those in `_checking` are in the pool, those in
    `_writing` with the log.
    """

    def __init__(self, submitter: Submitter) -> None:
        self._submitter = submitter
        self._part: list[Slot] = []
        self._checking: deque[tuple[list[Slot], list[Future[Verdict]]]] = deque()
        self._writing: deque[tuple[list[Slot], Future[tuple[Outcome, ...]] | None]] = deque()
        self._waits = 0
        self._broken: LedgerError | None = None

    def run(self, lines: Iterable[bytes | LedgerError]) -> Iterator[Outcome]:
        source = iter(lines)
        while piece := tuple(islice(source, CHUNK)):
            parsed = self._submitter.looker.parse(piece)
            seen = self._look(parsed)
            for position in range(len(seen)):
                if isinstance(seen[position], NotYet) and self._anything_open():
                    yield from self._drain()
                    self._waits += 1
                    seen[position:] = self._look_again(parsed[position:], seen[position:])
                self._place(seen[position])
                if len(self._part) == CHUNK:
                    self._start_checking()
                    if len(self._checking) > IN_FLIGHT:
                        self._start_writing()
                    if len(self._writing) > IN_FLIGHT:
                        yield from self._finish()
        yield from self._drain()

    def _look(self, parsed: Sequence[Parsed]) -> list[Seen]:
        looks = iter(self._submitter.looker.look([one for one in parsed if isinstance(one, Record)]))
        return [next(looks) if isinstance(one, Record) else one for one in parsed]

    def _look_again(self, parsed: Sequence[Parsed], seen: Sequence[Seen]) -> list[Seen]:
        """What rested on others, looked at once more, now that those before the first of them are in the log."""
        if self._waits > MAX_WAITS:
            return [Refused(_too_many_waits()) if isinstance(one, NotYet) else one for one in seen]
        waiting = [one for one, look in zip(parsed, seen, strict=True) if isinstance(look, NotYet)]
        looks = iter(self._look(waiting))
        return [next(looks) if isinstance(look, NotYet) else look for look in seen]

    def _place(self, seen: Seen) -> None:
        slot = Refused(seen) if isinstance(seen, NotYet) else seen
        if isinstance(slot, Refused) and isinstance(slot.error, UnavailableError | FatalLogError):
            self._broken = self._broken or slot.error
        self._part.append(slot)

    def _anything_open(self) -> bool:
        """Whether an earlier entry of this submission may yet enter the log."""
        return bool(self._checking or self._writing) or any(isinstance(slot, Ready) for slot in self._part)

    def _drain(self) -> Iterator[Outcome]:
        self._start_checking()
        while self._checking:
            self._start_writing()
        while self._writing:
            yield from self._finish()

    def _start_checking(self) -> None:
        part, self._part = self._part, []
        try:
            futures = self._submitter.check([slot for slot in part if isinstance(slot, Ready)])
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
        ready = [slot.record for slot in part if isinstance(slot, Ready)]
        settled = iter(settle(ready, [future.result() for future in futures]))
        verified: list[VerifiedRecord] = []
        slots: list[Slot] = []
        for slot in part:
            result = next(settled) if isinstance(slot, Ready) else None
            if self._broken is None and isinstance(result, UnavailableError):
                self._broken = result
            if self._broken is not None and isinstance(slot, Ready):
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
            yield next(outcomes) if isinstance(slot, Ready) else slot

    def _break_off(self, part: list[Slot], error: LedgerError) -> list[Slot]:
        self._broken = self._broken or error
        return [Refused(error) if isinstance(slot, Ready) else slot for slot in part]


def _at_once(one: Owed) -> Future[Verdict]:
    future = Future[Verdict]()
    future.set_result(check_here([one])[0])
    return future


def _too_many_waits() -> UnavailableError:
    return UnavailableError(
        f"one submission may rest on its own earlier entries {MAX_WAITS} times; send the rest again", rule="overloaded"
    )
