"""One serving process: the store, the log and its writer, the workers, and how they are opened, mended and closed."""

import contextlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from api.settings import Settings
from ledger.errors import FatalLogError, LedgerError, NotFoundError
from ledger.log.log import Log, load_log
from ledger.log.sequencer import Sequencer
from ledger.records.facts import LEDGER, ONE
from ledger.rules.checks import VerifiedRecord
from ledger.signing import RandBytes
from ledger.storage.store import SqlStore
from ledger.submit.admission import Admission
from ledger.submit.kept import Memory
from ledger.submit.looking import Looker
from ledger.submit.pool import CheckPool
from ledger.submit.submitter import Submitter

_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Core:
    """A log, its one writer, and who brings it entries; replaced together when the writer has stopped."""

    log: Log
    sequencer: Sequencer[VerifiedRecord]
    submitter: Submitter


class Service:
    """Everything a request needs; made by :func:`open_service`."""

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        pool: CheckPool,
        *,
        randbytes: RandBytes,
        system_time: Callable[[], int],
    ) -> None:
        self.settings = settings
        self.store = store
        self.pool = pool
        self.writers = ThreadPoolExecutor(settings.max_writes, thread_name_prefix="submission")
        self._randbytes = randbytes
        self._system_time = system_time
        self._pause = 1.0
        self._next_try = 0.0
        self._core = self._load()

    @property
    def core(self) -> Core:
        """The log as it stands now; take it once where two answers must agree."""
        return self._core

    @property
    def stopped(self) -> str | None:
        """The rule by which the writer has stopped, or None: then it writes."""
        failure = self._core.sequencer.failure
        if failure is None:
            return None
        return failure.rule if isinstance(failure, LedgerError) else "internal"

    def mend(self, now: float) -> bool:
        """Load the log anew if its writer has stopped; whether that was done.

        The outcome of a commit may be unknown, so nothing is assumed: everything that start-up verifies is verified
        again. A writer that found another one at work stays stopped, since the other is right.

        Raises:
            LedgerError: the log cannot be loaded yet; tried again later, after ever longer pauses.
        """
        if self.stopped is None and now > self._next_try + _LONGEST_PAUSE:
            self._pause = 1.0
        if self.stopped in {None, "second-writer"} or now < self._next_try:
            return False
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._next_try = now + self._pause
        self._core.sequencer.close()
        self._core = self._load()
        return True

    def close(self) -> None:
        """Finish what was admitted, then let go of everything. A second call does nothing."""
        self.writers.shutdown(wait=True, cancel_futures=True)
        self._core.sequencer.close()
        self.pool.close()
        self.store.close()

    def _load(self) -> Core:
        settings = self.settings
        log = load_log(self.store, settings.log_key, settings.origin, settings.head_file)
        view = self.store.view()
        ledger = view.get(LEDGER, ONE)
        if log.size == 0:
            raise NotFoundError("the log has no entry 0 yet: found the ledger first", rule="no-ledger")
        if ledger is None:
            raise FatalLogError("the database's facts are missing: compute them anew with fsck", rule="no-facts")
        if (ledger.origin, ledger.log_key) != (settings.origin, settings.log_key.public):
            raise FatalLogError(
                "entry 0 names another origin or another log key than the settings", rule="wrong-ledger"
            )
        lasting = Memory()
        admission = Admission(
            origin=settings.origin,
            log_key=settings.log_key,
            system_time=self._system_time,
            randbytes=self._randbytes,
            confirmed_time=settings.confirmed_time,
            lasting=lasting,
        )
        sequencer = Sequencer[VerifiedRecord](log, admission.admit)
        looker = Looker(origin=settings.origin, store=self.store, log=log, lasting=lasting)
        submitter = Submitter(looker, self.pool, sequencer)
        return Core(log, sequencer, submitter)


def open_service(
    settings: Settings,
    *,
    randbytes: RandBytes = secrets.token_bytes,
    system_time: Callable[[], int] = lambda: int(time.time()),
) -> Service:
    """The service over the ledger that the settings name.

    Raises:
        NotFoundError: the database holds no ledger yet.
        FatalLogError: the database contradicts itself, the key, the settings or what has been published.
        UnavailableError: the database cannot be reached.
    """
    with contextlib.ExitStack() as opened:
        store = SqlStore(settings.database)
        opened.callback(store.close)
        pool = CheckPool(settings.workers)
        opened.callback(pool.close)
        service = Service(settings, store, pool, randbytes=randbytes, system_time=system_time)
        opened.pop_all()
    return service
