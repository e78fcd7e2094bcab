"""A PostgreSQL of a test's own that can be stopped and started: nothing acknowledged may hang on its being kind."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import _absent, _binaries, _user, _wait


@dataclass
class Cluster:
    """Durable as it comes (no fsync of the disk: it is the server that goes away, not the machine)."""

    folder: Path
    binaries: Path
    user: str | None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder),
                    *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off"),
                ],
                user=self.user, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        _wait(self.folder, self.process)

    def crash(self) -> None:
        """At once, without a word to anybody; what it had not written is lost."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
            self.process = None


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A running one."""
    binaries = _binaries()
    if binaries is None:
        _absent("no initdb in PATH or /usr/lib/postgresql")
        raise AssertionError
    folder = Path(tempfile.mkdtemp(prefix="ot-pg-", dir="/tmp"))
    made = Cluster(folder, binaries, _user())
    try:
        if made.user is not None:
            shutil.chown(folder, made.user)
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, user=made.user, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        made.start()
        yield made
    finally:
        made.crash()
        shutil.rmtree(folder, ignore_errors=True)
