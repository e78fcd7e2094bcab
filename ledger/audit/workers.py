"""The processes that check what entries owe: pure arithmetic on every core, bytes in, verdicts out."""

import multiprocessing
import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Self

from ledger.errors import LedgerError, UnavailableError
from ledger.rules.checks import run_checks
from ledger.rules.engine import Owed
from ledger.signing import RandBytes

Verdicts = tuple[LedgerError | None, ...]


class Workers:
    """`count` processes, or this one alone where `count` is 1."""

    def __init__(self, count: int, *, randbytes: RandBytes) -> None:
        self.count = count
        self._run = partial(run_checks, randbytes=randbytes)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.count > 1:
            # Threads fetch ahead while processes start, so forking is not safe here.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_ignore_interrupt)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, owed: Sequence[Owed]) -> "Future[Verdicts]":
        """The verdicts on what a batch of entries owes, in order; ask :func:`verdicts` for them."""
        if self._pool is not None:
            return self._pool.submit(self._run, owed)
        done: Future[Verdicts] = Future()
        done.set_result(self._run(owed))
        return done


def verdicts(future: "Future[Verdicts]") -> Verdicts:
    """What the processes found.

    Raises:
        UnavailableError: a process was ended from outside, for instance for want of memory.
    """
    try:
        return future.result()
    except BrokenProcessPool as exc:
        raise UnavailableError("a checking process ended before its time", rule="worker-died") from exc


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; children would only print traces
