"""A server folder as ``opentally init`` leaves it, founded with the builders' keys, and the real server over it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.clerk.keyfile import write_key
from ledger.cli.server_folder import ServerFolder, write_config
from ledger.storage.migrate import upgrade
from ledger.storage.store import SqlStore
from ledger.submit.found import found_ledger
from tests.records.builders import FOUNDER, LOG, ORIGIN, PERIOD, key, ledger_body, make_entry

ROOT = Path(__file__).resolve().parents[2]


def now() -> int:
    """The real time, as a clock of the ledger would say it: the real server has no other."""
    return int(time.time()) // PERIOD * PERIOD


def found_place(folder: Path, database: str | None = None) -> ServerFolder:
    """A server folder whose ledger holds entry 0."""
    folder.mkdir(exist_ok=True)
    server = write_config(folder, ORIGIN, database)
    write_key(server.log_key, key(LOG), passphrase=None, randbytes=os.urandom)
    upgrade(server.database)
    with contextlib.closing(SqlStore(server.database)) as store:
        found_ledger(
            store,
            make_entry("ledger", ledger_body(), key(FOUNDER)),
            origin=ORIGIN,
            log_key=key(LOG),
            head_file=server.head_file,
            randbytes=os.urandom,
            system_time=now,
        )
    return server


@dataclass
class Life:
    """One process of ``opentally serve``, from its start to its end."""

    url: str
    process: "subprocess.Popen[bytes]"
    errors: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextlib.contextmanager
def living(
    folder: Path,
    *options: str,
    die: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
    errors: str = "stderr",
) -> Iterator[Life]:
    """``opentally serve`` over the folder, killed at the end if it still lives then.

    Args:
        folder: the server folder.
        options: more of its options.
        die: environment of ``tests.survival.launch``, which starts the same command with a way to die built in.
        before: called in the new process before the program starts.
        errors: the name of the file beside the folder for what it says on standard error.
    """
    module = "ledger.cli" if die is None else "tests.survival.launch"
    said = folder.parent / f"{folder.name}.{errors}"
    with said.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "serve", str(folder), "--port", "0", "--workers", "1", *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(die or {})},
            stdout=subprocess.PIPE,
            stderr=stderr,
            preexec_fn=before,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", line)
        assert found is not None, f"{line!r}: {said.read_text()}"
        yield Life(found[1], process, said)
    finally:
        process.kill()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()


def refused_start(folder: Path, *options: str, before: Callable[[], None] | None = None) -> str:
    """What ``opentally serve`` says when it does not start, on one line; it must not have listened."""
    ran = subprocess.run(
        [sys.executable, "-m", "ledger.cli", "serve", str(folder), "--port", "0", "--workers", "1", *options],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )
    said = " ".join(ran.stderr.decode().split())
    assert (ran.returncode, ran.stdout) == (4, b""), said
    assert "Traceback" not in said
    return said
