"""The whole write side over a store and a head file that fail when they are told to, and its public files alone."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from typing_extensions import override

from ledger.client.source import CHECKPOINT, Source
from ledger.log.log import Log, load_log
from ledger.log.sequencer import Sequencer
from ledger.merkle.tiles import TilePath
from ledger.records.view import RowView
from ledger.rules.checks import VerifiedRecord
from ledger.storage.store import SqlStore
from ledger.submit.admission import Admission
from ledger.submit.kept import Memory
from ledger.submit.looking import Looker
from ledger.submit.submitter import Submitter
from tests.log.faults import Faults, FaultyHeadFile, FaultyStore
from tests.records.builders import LOG, ORIGIN, key
from tests.submit.house import House


class ReadFaultyStore(FaultyStore):
    """One whose reading may fail as well, as far as the submitter reads."""

    def indices_of(self, leaves: Sequence[bytes]) -> dict[bytes, int]:
        with self._faults.around("look indices_of"):
            return self._inner.indices_of(leaves)

    def get_fact(self, space: str, fact: bytes) -> bytes | None:
        with self._faults.around("look get_fact"):
            return self._inner.get_fact(space, fact)

    @contextmanager
    def look(self) -> Iterator[RowView]:
        yield RowView(self)


class FaultyHouse(House):
    """The write side, over a store and a head file that fail when they are told to."""

    @override
    def __enter__(self) -> Self:
        self.faults = Faults()
        self.inner = SqlStore(self.url)
        self.store = ReadFaultyStore(self.inner, self.faults)
        head_file = self.folder / "head"
        self.log = load_log(self.store, key(LOG), ORIGIN, head_file)
        self.log.head_file = FaultyHeadFile(head_file, self.faults)
        lasting = Memory()
        self.admission = Admission(
            origin=ORIGIN, log_key=key(LOG), system_time=self.clock, randbytes=os.urandom, lasting=lasting
        )
        self.sequencer = Sequencer[VerifiedRecord](self.log, self.admission.admit)
        looker = Looker(origin=ORIGIN, store=self.store, log=self.log, lasting=lasting)
        self.submitter = Submitter(looker, self.pool, self.sequencer)
        return self


class LogSource(Source):
    """The public files of a log in this process, and nothing else of it."""

    name = "the log"

    def __init__(self, log: Log) -> None:
        self._log = log

    @override
    def get(self, path: str) -> bytes:
        return self._log.checkpoint() if path == CHECKPOINT else self._log.tile(TilePath.parse(path))
