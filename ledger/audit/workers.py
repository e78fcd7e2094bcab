"""The processes that check what entries owe: pure arithmetic on every core, bytes in, verdicts out."""

import multiprocessing
import signal
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Final, Self

from ledger.errors import LedgerError, UnavailableError
from ledger.rules.checks import run_checks
from ledger.rules.engine import Owed
from ledger.signing import RandBytes

Verdicts = tuple[LedgerError | None, ...]

WORTH_STARTING: Final = 256
"""With fewer entries than these, starting processes takes longer than checking."""

# Functions of the standard library, so that a starting process loads the rules and no more of this program. The parent
# decides what an interrupt means; children would only print traces.
_IGNORE_INTERRUPT: Final = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)


class Workers:
    """`count` processes, or this one alone where `count` is 1 or there are few `entries` to come."""

    def __init__(self, count: int, *, entries: int, randbytes: RandBytes) -> None:
        self.count = count if entries >= WORTH_STARTING else 1
        self._run = partial(run_checks, randbytes=randbytes)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.count > 1:
            # Threads fetch ahead while processes start, so forking is not safe here.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_IGNORE_INTERRUPT)
            for _ in range(self.count):
                self._pool.submit(self._run, ())  # they start now, while the first entries are fetched
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, owed: Sequence[Owed]) -> "Future[Verdicts]":
        """The verdicts on what a batch of entries owes, in order; ask :func:`verdicts` for them.

        Raises:
            UnavailableError: a process was ended from outside.
        """
        if self._pool is not None:
            try:
                return self._pool.submit(self._run, owed)
            except BrokenProcessPool as exc:
                raise _died() from exc
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
        raise _died() from exc


def _died() -> UnavailableError:
    return UnavailableError("a checking process ended before its time; audit again", rule="worker-died")
