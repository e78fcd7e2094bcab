"""A store that fails where a test says: before or after any of its calls, and so with or without having written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.log.headfile import HeadFile
from ledger.log.ports import Store, Transaction


class Crash(BaseException):
    """The process is gone: nothing of the program's own may catch this and go on."""


@dataclass
class Fault:
    """Raise ``error`` ``when`` ("before", "after") the call named ``call`` is made the next time."""

    call: str
    when: str
    error: Callable[[], BaseException]
    hit: bool = False


class Faults:
    """What is planned to fail; shared by a store, its transactions and a head file."""

    def __init__(self) -> None:
        self.planned: Fault | None = None
        self.calls: list[str] = []

    @contextmanager
    def around(self, call: str) -> Iterator[None]:
        self.calls.append(call)
        self._raise(call, "before")
        yield
        self._raise(call, "after")

    def _raise(self, call: str, when: str) -> None:
        fault = self.planned
        if fault is not None and not fault.hit and (fault.call, fault.when) == (call, when):
            fault.hit = True
            raise fault.error()


class FaultyTransaction:
    """A transaction whose every call may fail."""

    def __init__(self, inner: Transaction, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def __getattr__(self, name: str) -> object:
        method = getattr(self._inner, name)

        def call(*args: object) -> object:
            with self._faults.around(name):
                return method(*args)

        return call


class FaultyStore:
    """A store whose writing may fail; reading is passed on."""

    def __init__(self, inner: Store, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    @contextmanager
    def begin(self) -> Iterator[FaultyTransaction]:
        with self._faults.around("begin"):
            pass
        self._faults.calls.append("commit")
        with self._inner.begin() as transaction:
            yield FaultyTransaction(transaction, self._faults)
            self._faults._raise("commit", "before")  # still inside: rolled back
        self._faults._raise("commit", "after")


class FaultyHeadFile(HeadFile):
    """A head file whose writing may fail."""

    __slots__ = ("_faults",)

    def __init__(self, path: Path, faults: Faults) -> None:
        super().__init__(path)
        self._faults = faults

    def write(self, note: bytes) -> None:
        with self._faults.around("head file"):
            super().write(note)
