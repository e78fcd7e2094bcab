"""A ledger that serves, for tests: a database in a folder, founded with the builders' keys, and a clock to turn."""

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ledger.errors import LedgerError
from ledger.log.batch import Accepted, Outcome, Refused
from ledger.log.log import Log, load_log
from ledger.log.sequencer import Sequencer
from ledger.rules.checks import VerifiedRecord
from ledger.signing import SigningKey
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.admission import Admission
from ledger.submit.found import found_ledger
from ledger.submit.kept import Memory
from ledger.submit.looking import Looker
from ledger.submit.pool import CheckPool
from ledger.submit.submitter import Submitter
from tests.records.builders import FOUNDER, LOG, ORIGIN, START, key, ledger_body, make_entry


@dataclass
class Clock:
    """What the house takes for the system's time."""

    time: int = START

    def __call__(self) -> int:
        return self.time


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder in memory where the system has one: whether fsync works is for the tests of the storage to see."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


@functools.cache
def _tables() -> Path:
    """A database with tables and nothing in them, made once: migrations take their time."""
    folder = Path(tempfile.mkdtemp(prefix="opentally-house-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgrade(f"sqlite:///{folder / 'ledger.sqlite'}")
    return folder / "ledger.sqlite"


def found_house(folder: Path) -> str:
    """The URL of a database in the folder that holds entry 0."""
    found_with(folder, make_entry("ledger", ledger_body(), key(FOUNDER)), key(LOG), ORIGIN)
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def found_with(folder: Path, entry: bytes, log_key: SigningKey, origin: str) -> None:
    """An empty database of the template's tables, and this entry 0 in it."""
    shutil.copy(_tables(), folder / "ledger.sqlite")
    store = SqlStore(f"sqlite:///{folder / 'ledger.sqlite'}")
    found_ledger(
        store,
        entry,
        origin=origin,
        log_key=log_key,
        head_file=folder / "head",
        randbytes=os.urandom,
        system_time=lambda: START,
    )
    store.close()


@dataclass
class House:
    """The write side over one folder."""

    folder: Path
    url: str
    pool: CheckPool
    clock: Clock = field(default_factory=Clock)
    confirmed_time: int | None = None

    def __enter__(self) -> Self:
        self.store = SqlStore(self.url)
        self.log: Log = load_log(self.store, key(LOG), ORIGIN, self.folder / "head")
        lasting = Memory()
        self.admission = Admission(
            origin=ORIGIN,
            log_key=key(LOG),
            system_time=self.clock,
            randbytes=os.urandom,
            confirmed_time=self.confirmed_time,
            lasting=lasting,
        )
        self.sequencer = Sequencer[VerifiedRecord](self.log, self.admission.admit)
        looker = Looker(origin=ORIGIN, store=self.store, log=self.log, lasting=lasting)
        self.submitter = Submitter(looker, self.pool, self.sequencer)
        return self

    def __exit__(self, *_exc: object) -> None:
        self.sequencer.close()
        self.store.close()

    def submit(self, *lines: bytes | LedgerError) -> list[Outcome]:
        return list(self.submitter.submit(lines))

    def accept(self, lines: Iterable[bytes]) -> list[Accepted]:
        """All of them, or the first refusal."""
        outcomes = self.submit(*lines)
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                raise outcome.error
        return [outcome for outcome in outcomes if isinstance(outcome, Accepted)]


def submitted(entries: Iterable[bytes]) -> list[bytes]:
    """Of a whole log, what somebody submits: all but entry 0 and the clocks."""
    return [raw for raw in entries if b'"kind":"clock"' not in raw and b'"kind":"ledger"' not in raw]


def rules_of(outcomes: Iterable[Outcome]) -> list[str]:
    """One word an outcome: the rule of a refusal, ``new`` or ``known``."""
    return [
        outcome.error.rule if isinstance(outcome, Refused) else "new" if outcome.new else "known"
        for outcome in outcomes
    ]
