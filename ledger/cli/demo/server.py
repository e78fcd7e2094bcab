"""The real server, started as an operator would start it, on a free loopback port."""

import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from ledger.errors import UnavailableError

_READY: Final = re.compile(r"listening on (http://127\.0\.0\.1:[0-9]+)")
_STOP_SECONDS: Final = 30


class ServerProcess:
    """``opentally serve FOLDER`` in a process of its own."""

    def __init__(self, folder: Path, log: Path) -> None:
        """Start it and wait until it listens; its own words go to ``log``.

        Raises:
            UnavailableError: it ended without listening.
        """
        self._log = log.open("wb")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and package, no shell
            [sys.executable, "-m", "ledger.cli", "serve", str(folder), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the demonstration, which then stops the server itself
        )
        self.url = self._wait_until_ready(log)

    def _wait_until_ready(self, log: Path) -> str:
        if self._process.stdout is None:
            raise AssertionError("bad math in the server's pipes")
        for line in self._process.stdout:
            found = _READY.search(line)
            if found:
                # What it prints from now on is drained, so that it can never block on a full pipe.
                threading.Thread(target=self._drain, daemon=True).start()
                return found[1]
        self.stop()
        raise UnavailableError(f"the server did not start; its own words are in {log}")

    def _drain(self) -> None:
        if self._process.stdout is not None:
            for _ in self._process.stdout:
                pass

    def stop(self) -> None:
        """Ask it to finish what it has admitted, and wait."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
