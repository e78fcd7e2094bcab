"""A pool of worker processes that run the checks which entries owe, in chunks as large as the backlog makes them.

One thread attends to each worker: it takes what is waiting (its share among the idle ones, at most ``CHUNK``), sends it
down a pipe and waits for the verdicts. So one claim that comes alone is checked alone and at once, and under load the
chunks grow until the batch verification pays. A worker that dies or hangs is replaced and its chunk tried once more; a
chunk that takes a worker with it twice is halved until the one entry that does it stands alone, so that nobody else's
entry is refused for it.
"""

import atexit
import contextlib
import multiprocessing
import os
import secrets
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final

from ledger.errors import LedgerError, UnavailableError
from ledger.rules.checks import run_checks
from ledger.rules.engine import Owed

CHUNK: Final = 256
"""Entries checked in one batch: beyond this the multi-scalar multiplication gains little and an answer waits longer."""

NICENESS: Final = 10
"""How much the workers stand back for the process that reads and answers: checking waits a little, readers do not."""

Verdict = LedgerError | None
"""What became of one entry's checks: nothing wrong, or the first thing that is."""

Runner = Callable[[Sequence[Owed]], Sequence[Verdict]]
"""A function importable by name, since it is sent to the workers."""

_START_LOCK: Final = threading.Lock()  # starting a process sets state of the whole module for a moment


def check_here(owed: Sequence[Owed]) -> tuple[Verdict, ...]:
    """The verdicts on ``owed``, computed in this process with the system's randomness."""
    return run_checks(owed, randbytes=secrets.token_bytes)


class _WorkerLost(Exception):  # noqa: N818 - an event, not an error to report
    """The worker died, hung or broke off; what it was doing is not known to be good or bad."""


class _Worker:
    """One process and our end of its pipe."""

    def __init__(self, run: Runner) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, run), daemon=True, name="opentally-checks"
        )
        with _START_LOCK:
            self.process.start()
        theirs.close()

    def ask(self, owed: Sequence[Owed], patience: float) -> Sequence[Verdict]:
        """The verdicts of the worker.

        Raises:
            _WorkerLost: it did not give them within ``patience`` seconds, or is gone.
        """
        try:
            self._ours.send(owed)
            if not self._ours.poll(patience):
                raise _WorkerLost
            verdicts: Sequence[Verdict] = self._ours.recv()
        except (EOFError, OSError) as exc:
            raise _WorkerLost from exc
        if len(verdicts) != len(owed):
            raise AssertionError("bad math in the pool: one verdict an entry")
        return verdicts

    def end(self, patience: float) -> None:
        """Close the pipe, at which an idle worker ends by itself; end one that does not by force."""
        self._ours.close()
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()  # not terminate(): workers ignore SIGTERM, see _work
            self.process.join()


def _work(pipe: Connection, run: Runner) -> None:
    """A worker's life: take a chunk, answer, until the other end of the pipe is closed.

    Signals to the whole process group (Ctrl-C, a service manager's SIGTERM) are the parent's to act on: it finishes
    what it has admitted, for which it still needs its workers.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)
    with contextlib.suppress(EOFError, OSError):  # the parent is gone: nobody is left to answer
        while True:
            pipe.send(tuple(run(pipe.recv())))


class CheckPool:
    """Runs checks in ``workers`` processes; safe to use from many threads.

    Args:
        workers: how many processes; by default as many as there are cores.
        patience: seconds after which a worker that has not answered counts as hung.
        backlog: entries that may wait for a worker; whoever submits more waits in turn.
        run: what a worker does with a chunk; another function is for tests.
    """

    def __init__(
        self, workers: int | None = None, *, patience: float = 120, backlog: int | None = None, run: Runner = check_here
    ) -> None:
        self._count = workers if workers is not None else os.cpu_count() or 1
        self._patience = patience
        self._backlog = backlog if backlog is not None else 4 * CHUNK * self._count
        self._run = run
        self._waiting: deque[tuple[Owed, Future[Verdict]]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._idle = self._count
        self._replaced = 0
        self._warm = [threading.Event() for _ in range(self._count)]
        self._workers = [_Worker(run) for _ in range(self._count)]
        self._threads = [
            threading.Thread(target=self._attend, args=(number,), name=f"checks-{number}", daemon=True)
            for number in range(self._count)
        ]
        for thread in self._threads:
            thread.start()
        # Registered after multiprocessing's own exit handler, hence run before it, which would wait for our workers.
        atexit.register(self.close)

    @property
    def waiting(self) -> int:
        """Entries that no worker has taken yet."""
        return len(self._waiting)

    @property
    def replaced(self) -> int:
        """Workers that died or hung and were replaced since the pool was made."""
        return self._replaced

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers' process ids, for health checks and for tests that kill one."""
        return tuple(worker.process.pid or 0 for worker in self._workers)

    def wait_warm(self, patience: float) -> bool:
        """Whether every worker has been started and has loaded what it needs, waiting ``patience`` seconds at most."""
        deadline = time.monotonic() + patience
        return all(warm.wait(max(0.0, deadline - time.monotonic())) for warm in self._warm)

    def submit(self, owed: Sequence[Owed], *, patience: float = 30) -> list[Future[Verdict]]:
        """One future verdict an entry, in order; waits while the backlog is full.

        Raises:
            UnavailableError: the backlog stayed full for ``patience`` seconds, or the pool is closed.
        """
        deadline = time.monotonic() + patience
        jobs = [(one, Future[Verdict]()) for one in owed]
        start = 0
        with self._changed:
            while start < len(jobs):
                if self._closed:
                    raise UnavailableError("the server is stopping; try again", rule="stopping")
                space = self._backlog - len(self._waiting)
                if space > 0:
                    self._waiting.extend(jobs[start : start + space])
                    start += space
                    self._changed.notify_all()
                elif not self._changed.wait(deadline - time.monotonic()):
                    raise UnavailableError("the server is busy checking entries; try again", rule="overloaded")
        return [future for _, future in jobs]

    def close(self) -> None:
        """Check what is waiting, then end the workers. A second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        atexit.unregister(self.close)

    def _take(self) -> list[tuple[Owed, Future[Verdict]]]:
        """What is waiting, shared evenly among the idle workers, at most ``CHUNK``; empty once the pool is closed.

        Shared among all workers, the rest of a backlog would go out in ever smaller chunks, each at a batch's full
        cost.
        """
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._closed)
            share = min(CHUNK, -(-len(self._waiting) // self._idle))
            taken = [self._waiting.popleft() for _ in range(share)]
            self._idle -= 1
            self._changed.notify_all()
            return taken

    def _attend(self, number: int) -> None:
        self._verdicts(number, [], attempts=2)
        self._warm[number].set()
        while taken := self._take():
            verdicts = self._verdicts(number, [owed for owed, _ in taken], attempts=2)
            with self._changed:
                self._idle += 1
            for (_, future), verdict in zip(taken, verdicts, strict=True):
                future.set_result(verdict)
        self._workers[number].end(self._patience)

    def _verdicts(self, number: int, owed: Sequence[Owed], attempts: int) -> list[Verdict]:
        for _ in range(attempts):
            try:
                return list(self._workers[number].ask(owed, self._patience))
            except _WorkerLost:
                self._workers[number].end(0)
                self._replaced += 1
                self._workers[number] = _Worker(self._run)
        if len(owed) <= 1:
            lost = UnavailableError("the checks of this entry broke off; try again", rule="checks-interrupted")
            return [lost for _ in owed]
        middle = len(owed) // 2
        return self._verdicts(number, owed[:middle], 1) + self._verdicts(number, owed[middle:], 1)
