"""The one writer thread: submissions queue up while a batch is being made durable, and go in together (group commit).

An idle log integrates a lone submission at once. Under load a batch is what arrived during the one before; those who
have just been answered get a moment to come back, or they would always miss the next batch and fall into two halves
that wait for each other (32 clients: half as much again with the moment as without it, and every answer sooner).
"""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, Generic, Self, TypeVar

from ledger.errors import FatalLogError, UnavailableError
from ledger.log.batch import Admit, Item, Outcome
from ledger.log.log import Log
from ledger.log.writer import Writer

MAX_BATCH: Final = 1_024
"""Items integrated at once, so that a batch stays well below a second."""

MAX_PENDING: Final = 16 * MAX_BATCH
"""Items that may wait. More are turned away, while their senders still listen."""

MOMENT_S: Final = 0.002
"""How long the next batch waits for those who were answered in the last one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Submission(Generic[T]):
    items: tuple[Item[T], ...]
    future: "Future[tuple[Outcome, ...]]" = field(default_factory=Future)


class Sequencer(Generic[T]):
    """Gives entries their order. Use as a context manager, or call :meth:`close`."""

    def __init__(
        self, log: Log, admit: Admit[T], *, max_batch: int = MAX_BATCH, max_pending: int = MAX_PENDING
    ) -> None:
        """Start the writer thread over ``log``; there must be no other writer."""
        self.log = log
        self._writer = Writer(log, admit)
        self._max_batch = max_batch
        self._max_pending = max_pending
        self._pending: deque[_Submission[T]] = deque()
        self._pending_items = 0
        self._last_batch = 0
        self._wanted = 1  # submissions that are worth waking the writer for
        self._changed = threading.Condition()
        self._closing = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="ledger-sequencer", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> BaseException | None:
        """Why the writer has stopped for good, or None: then it is well."""
        return self._failure

    @property
    def pending(self) -> int:
        """Items that wait for their turn."""
        return self._pending_items

    def submit(self, items: Sequence[Item[T]]) -> "Future[tuple[Outcome, ...]]":
        """One outcome an item, in order, once everything accepted is durable and published.

        The items of one call stay together and in order, but are not atomic: each is accepted or refused by itself.
        The future fails with UnavailableError where sending the same again may succeed (and is safe), and with
        FatalLogError where the writer stopped; then it is unknown whether the entries are in, and submitting them again
        to the restarted log finds out.

        Raises:
            UnavailableError: too much is waiting, or the log is shutting down.
            FatalLogError: the writer has stopped.
        """
        submission = _Submission(tuple(items))
        if not submission.items:
            submission.future.set_result(())
            return submission.future
        with self._changed:
            if self._failure is not None:
                raise _stopped(self._failure)
            if self._closing:
                raise UnavailableError("the log is shutting down", rule="shutting-down")
            if self._pending_items and self._pending_items + len(submission.items) > self._max_pending:
                raise UnavailableError(f"{self._pending_items} entries are waiting already", rule="too-busy")
            self._pending.append(submission)
            self._pending_items += len(submission.items)
            if len(self._pending) >= self._wanted or self._pending_items >= self._max_batch:
                self._changed.notify()
        return submission.future

    def close(self) -> None:
        """Integrate what is waiting, then end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _run(self) -> None:
        batch: tuple[_Submission[T], ...] = ()
        try:
            while batch := self._take():
                self._integrate(batch)
        except BaseException as exc:  # noqa: BLE001 - the edge of the thread: whatever it is, nobody may wait for ever
            self._stop(exc, batch)

    def _take(self) -> tuple[_Submission[T], ...]:
        """The submissions that go in together: at least one, or none when the log closes."""
        with self._changed:
            expected = len(self._pending) + self._last_batch  # those who wait, and those who may come back
            while True:
                while not self._pending:
                    if self._closing:
                        return ()
                    self._changed.wait()
                self._wanted = expected
                self._changed.wait_for(
                    lambda: self._closing or len(self._pending) >= expected or self._pending_items >= self._max_batch,
                    MOMENT_S,
                )
                self._wanted = 1
                batch = self._take_pending()
                self._last_batch = len(batch)
                if batch:
                    return batch

    def _take_pending(self) -> tuple[_Submission[T], ...]:
        batch: list[_Submission[T]] = []
        items = 0
        while self._pending and (not batch or items + len(self._pending[0].items) <= self._max_batch):
            submission = self._pending.popleft()
            self._pending_items -= len(submission.items)
            if submission.future.set_running_or_notify_cancel():  # else its sender has gone
                batch.append(submission)
                items += len(submission.items)
        return tuple(batch)

    def _integrate(self, batch: tuple[_Submission[T], ...]) -> None:
        try:
            outcomes = self._writer.write(tuple(item for submission in batch for item in submission.items))
        except UnavailableError as exc:  # see Writer.write: the next batch may fare better
            for submission in batch:
                submission.future.set_exception(exc)
            return
        at = 0
        for submission in batch:
            end = at + len(submission.items)
            submission.future.set_result(outcomes[at:end])
            at = end

    def _stop(self, failure: BaseException, batch: tuple[_Submission[T], ...]) -> None:
        with self._changed:
            self._failure = failure
            waiting = [*batch, *(s for s in self._pending if s.future.set_running_or_notify_cancel())]
            self._pending.clear()
            self._pending_items = 0
        for submission in waiting:
            if not submission.future.done():
                submission.future.set_exception(_stopped(failure))


def _stopped(failure: BaseException) -> FatalLogError:
    rule = failure.rule if isinstance(failure, FatalLogError) else None
    error = FatalLogError(
        f"the writer has stopped and must be started again: {failure}"
        if isinstance(failure, FatalLogError)
        else "the writer has stopped on a fault of the program and must be started again",
        rule=rule,
    )
    error.__cause__ = failure
    return error
