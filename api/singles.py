"""Entries that come alone, one a request: those that have come while others were handled go on together.

Each would else have a thread, a look into the database and a wake-up of the event loop of its own, which take more time
than its checks. An entry that finds nobody before it is handled at once.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Final

from ledger.log.batch import Outcome
from ledger.submit.apart import Answer, submit_apart
from ledger.submit.pool import CHUNK
from ledger.submit.submitter import Submitter

GROUPS: Final = 2
"""Groups handled at a time: one may be checked while another is written. More would be smaller."""

_Waiting = tuple[bytes, "asyncio.Future[Outcome]"]


class Singles:
    """The entries that wait, and the groups that are under way. Used on the event loop.

    Args:
        executor: threads for the groups.
        submitter: the one that serves now.
    """

    def __init__(self, executor: Executor, submitter: Callable[[], Submitter]) -> None:
        self._executor = executor
        self._submitter = submitter
        self._waiting: deque[_Waiting] = deque()
        self._groups = 0

    async def submit(self, entry: bytes) -> Outcome:
        """What becomes of the entry. Whoever stops waiting does not call it back."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        self._start()
        return await future

    def _start(self) -> None:
        while self._waiting and self._groups < GROUPS:
            group = [self._waiting.popleft() for _ in range(min(CHUNK, len(self._waiting)))]
            self._groups += 1
            try:
                self._executor.submit(self._handle, asyncio.get_running_loop(), group)
            except RuntimeError as error:  # no thread can be started, or the service is closing
                self._leave(_fail, group, error)

    def _handle(self, loop: asyncio.AbstractEventLoop, group: Sequence[_Waiting]) -> None:
        """Runs in a thread. The group makes place for another once only proofs are waited for."""

        def tell(act: Callable[..., None], *args: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
                loop.call_soon_threadsafe(act, *args)

        answers = submit_apart(self._submitter(), [entry for entry, _ in group])
        try:
            tell(self._leave, _answer, group, next(answers))
        except BaseException as error:  # noqa: BLE001 - raised again on the event loop, where somebody waits
            tell(self._leave, _fail, group, error)
            return
        try:
            for later in answers:
                tell(_answer, group, later)
        except BaseException as error:  # noqa: BLE001 - as above
            tell(_fail, group, error)

    def _leave(self, act: Callable[..., None], *args: object) -> None:
        self._groups -= 1
        act(*args)
        self._start()


def _answer(group: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    for position, outcome in answers:
        future = group[position][1]
        if not future.done():  # else whoever asked is gone
            future.set_result(outcome)


def _fail(group: Sequence[_Waiting], error: BaseException) -> None:
    for _, future in group:
        if not future.done():
            future.set_exception(error)
