"""A target: one parser, valid inputs for it, and what may come out. A verdict: what did come out for one input."""

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from typing_extensions import override

from ledger.errors import LedgerError, MalformedError, NotAcceptedError, VerificationError

CPU_SECONDS: Final = 2.0
"""The processor time that one input may take. (Not the time of day: the machine may be doing other things.)"""

PARSED: Final = (MalformedError,)
JUDGED: Final = (MalformedError, NotAcceptedError, VerificationError)


class Broken(Exception):  # noqa: N818 - a verdict on the parser
    """What was accepted is not what it should be: it is written in another way, or means something else."""


class TooSlow(BaseException):
    """The input took longer than it may; no ``except Exception`` of what is tested must swallow it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A target made ready in the process that runs it.

    Attributes:
        seeds: valid inputs; each must be accepted, or the run fails before it begins.
        read: returns where the input is accepted, raises where it is refused; it also writes again what was accepted
            and raises :class:`Broken` where that differs.
        refusals: the classes that a refusal may have; anything else that comes out is a fault.
        words: bytes that mean something here, for the mutator.
    """

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    refusals: tuple[type[LedgerError], ...] = PARSED
    words: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A parser under test.

    Attributes:
        name: for the table and for ``--only``.
        inputs: how many of a full run.
        prepare: makes it ready; called once a process.
    """

    name: str
    inputs: int
    prepare: Callable[[], Prepared]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something came out that must not.

    Attributes:
        where: class and place of the error, by which faults are told apart.
        story: the traceback.
    """

    where: str
    story: str

    @override
    def __str__(self) -> str:
        return self.where


def verdict(prepared: Prepared, raw: bytes, *, cpu_seconds: float = CPU_SECONDS) -> bool | Fault:
    """Whether the input was accepted, or the fault it found."""
    try:
        with _limited(cpu_seconds):
            prepared.read(raw)
    except prepared.refusals as refusal:
        return False if str(refusal) and refusal.rule else _fault(refusal)
    except (Exception, TooSlow) as error:  # noqa: BLE001 - to find these is the purpose
        return _fault(error)
    return True


def refused(read: Callable[[], object], refusals: tuple[type[LedgerError], ...] = JUDGED) -> bool:
    """Whether the call is refused."""
    try:
        read()
    except refusals:
        return True
    return False


def same(written: bytes, raw: bytes) -> None:
    """What was accepted is written again as it was read.

    Raises:
        Broken: it is not.
    """
    if written != raw:
        at = next((i for i, (one, other) in enumerate(zip(written, raw, strict=False)) if one != other), -1)
        raise Broken(f"accepted, and written in another way at byte {at}: {written[max(0, at - 20) :][:60]!r}")


def _fault(error: BaseException) -> Fault:
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if "/ledger/" in frame.filename or "/api/" in frame.filename] or list(frames)
    # Where a recursion ends is chance; where it began is not.
    place = places[0 if isinstance(error, RecursionError | TooSlow | MemoryError) else -1]
    where = f"{type(error).__name__} in {place.filename.rsplit('/', 3)[-2]}/{place.filename.rsplit('/', 1)[-1]}"
    story = "".join(traceback.format_exception(error, limit=-12))
    what = f": {error}".split(" at byte ", 1)[0][:120] if isinstance(error, Broken) else ""
    return Fault(f"{where} {place.name}{what}", story)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raises :class:`TooSlow` after so much processor time; only where the system has such a timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"the input took more than {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, expire)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
