"""A server folder filled without HTTP, and a real server over it: ``python -m bench.server FOLDER``."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from api.server import serve
from api.settings import Settings
from bench.ledgers import LOG, ORIGIN, ledger_entry
from bench.machine import ROOT
from bench.processes import cpu_seconds
from ledger.clerk.keyfile import write_key
from ledger.cli.server_folder import ServerFolder, own_database, write_config
from ledger.log.batch import Accepted, Item
from ledger.log.log import load_log
from ledger.log.sequencer import MAX_BATCH, Sequencer
from ledger.records.entry import parse_entry
from ledger.rules.checks import VerifiedRecord, settle
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.admission import Admission
from ledger.submit.found import found_ledger


def _now() -> int:
    return int(time.time())


def found(folder: Path) -> Path:
    """A server folder as ``opentally init`` makes it, with entry 0 in its log."""
    folder.mkdir(parents=True)
    write_key(folder / "log.key", LOG, passphrase=None, randbytes=os.urandom)
    write_config(folder, ORIGIN, None)
    upgrade(own_database(folder))
    with contextlib.closing(SqlStore(own_database(folder))) as store:
        found_ledger(
            store,
            ledger_entry(),
            origin=ORIGIN,
            log_key=LOG,
            head_file=folder / "head",
            randbytes=os.urandom,
            system_time=_now,
        )
    return folder


def fill(folder: Path, entries: Iterable[bytes]) -> int:
    """Put entries into the log under all rules, but without their signatures and proofs being checked; how many."""
    admission = Admission(
        origin=ORIGIN, log_key=LOG, system_time=_now, randbytes=os.urandom, confirmed_time=_now() + 86_400
    )
    source, count = iter(entries), 0
    with contextlib.closing(SqlStore(own_database(folder))) as store:
        log = load_log(store, LOG, ORIGIN, folder / "head")
        with Sequencer[VerifiedRecord](log, admission.admit) as sequencer:
            while batch := [parse_entry(raw, origin=ORIGIN) for raw in islice(source, MAX_BATCH)]:
                verified = [one for one in settle(batch, [None] * len(batch)) if not isinstance(one, Exception)]
                outcomes = sequencer.submit([Item(one.raw, one) for one in verified]).result()
                if not all(isinstance(outcome, Accepted) for outcome in outcomes):
                    raise AssertionError(f"bad math in a ledger to measure on: {outcomes[0]}")
                count += len(outcomes)
    return count


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs."""

    url: str
    process: "subprocess.Popen[bytes]"
    started: float
    """Seconds on the wall from the process's start to its first answer that it is ready."""
    cpu: float | None
    """Seconds of processor time until then, its workers' included."""

    @property
    def port(self) -> int:
        """The port on this machine."""
        return int(self.url.rpartition(":")[2])


@contextlib.contextmanager
def serving(folder: Path, *, command: tuple[str, ...] = ("bench.server",)) -> Iterator[Serving]:
    """A server over the folder in a process of its own, without limits for one address.

    Args:
        folder: from :func:`found`.
        command: the module and its arguments before the folder; it prints the URL at the end of its first line.
    """
    start = time.perf_counter()
    with (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", *command, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr
        )
    try:
        if process.stdout is None:
            raise AssertionError("bad math in a process: it has no output")
        url = process.stdout.readline().decode().strip().rpartition(" ")[2]
        if not url.startswith("http://"):
            raise AssertionError((folder / "stderr").read_text())
        _await_ready(url)
        yield Serving(url, process, time.perf_counter() - start, cpu_seconds(process.pid))
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _await_ready(url: str) -> None:
    from bench.http import get  # noqa: PLC0415 - not needed by the server

    port = int(url.rpartition(":")[2])
    while get(port, "/readyz") != 200:
        time.sleep(0.01)


def main(folder: Path) -> None:
    """Serve until terminated."""
    server = ServerFolder(folder, ORIGIN, own_database(folder))
    settings = Settings(
        origin=ORIGIN,
        database=server.database,
        head_file=server.head_file,
        log_key=LOG,
        port=0,
        read_rate=None,
        write_rate=None,
        confirmed_time=_now() + 86_400,
    )

    def ready(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()

    serve(settings, started=ready)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
