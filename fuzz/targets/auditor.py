"""What is kept between runs: the state of an audit, and the head file beside a log's key."""

import os

from fuzz.published import publish, stored
from fuzz.seeds import LOG, ORIGIN, POLICY, START, small
from fuzz.target import JUDGED, Broken, Prepared, Target
from fuzz.targets.scratch import put, scratch
from fuzz.targets.tlog import LOG_KEY, notes
from ledger.audit import audit
from ledger.audit.state import AuditState
from ledger.client.source import FolderSource
from ledger.client.trusted import TrustedLog
from ledger.errors import FatalLogError, NotFoundError, UnavailableError
from ledger.log.log import load_log
from ledger.storage.store import SqlStore

FAILED = (*JUDGED, NotFoundError, UnavailableError)
_BORDER = b"\n=====\n"


def _state() -> Prepared:
    """The checkpoint that was believed, and the key that signed it."""
    folder = scratch("state")

    def read(raw: bytes) -> None:
        note, _, vkey = raw.partition(_BORDER)
        put(folder / "checkpoint", note)
        put(folder / "log.vkey", vkey)
        with AuditState(folder) as state:
            if state.log is None or f"{state.log}".encode() != vkey.removesuffix(b"\n"):
                raise Broken("a state's key is read as another")
            TrustedLog(POLICY, state.note)

    seeds = tuple(note + _BORDER + f"{LOG_KEY}\n".encode() for note in notes()[:2])
    return Prepared(seeds, read, refusals=FAILED)


def _facts() -> Prepared:
    """The file of facts, which an audit then goes on from."""
    published, folder = scratch("published"), scratch("facts")
    source = FolderSource(publish(small("hidden").entries, published))

    def run() -> str:
        report = audit(
            source,
            policy=POLICY,
            state=folder,
            workers=1,
            progress=lambda _done, _size: None,
            randbytes=os.urandom,
            now=lambda: float(START),
        )
        return report.verdict

    if run() != "holds":
        raise AssertionError("bad math in the seeds: the ledger does not hold")
    keep = {path.name: path.read_bytes() for path in folder.iterdir()}
    good = keep.pop("facts.db")

    def read(raw: bytes) -> None:
        for left in folder.iterdir():
            left.unlink()
        for name, content in keep.items():
            put(folder / name, content)
        put(folder / "facts.db", raw)
        if (said := run()) != "holds":
            raise Broken(f"an honest ledger is blamed for the state of the auditor's disk: {said}")

    return Prepared((good,), read, refusals=FAILED)


def _head_file() -> Prepared:
    """The head file, from which a log is loaded over a database that holds the same log."""
    folder = scratch("log")
    database, heads = stored(small().entries, folder)
    store = SqlStore(database)

    def read(raw: bytes) -> None:
        put(folder / "head", raw)
        load_log(store, LOG, ORIGIN, folder / "head")

    return Prepared(heads, read, refusals=(FatalLogError,))


TARGETS: tuple[Target, ...] = (
    Target("state of an audit", 4_000, _state),
    Target("facts of an audit", 1_000, _facts),
    Target("head file", 4_000, _head_file),
)
