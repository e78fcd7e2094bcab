"""Starts ``opentally`` in this process, which kills itself with SIGKILL at a named point of a write.

``python -m tests.survival.launch serve FOLDER …`` with, in the environment,

    OPENTALLY_DIE_AT     one of POINTS; nothing dies without it
    OPENTALLY_DIE_AFTER  how often the point is passed before (0: the first time)
    OPENTALLY_DIE_LOG    a file that gets one line, the point, just before the end
    OPENTALLY_TIME_SHIFT a file that holds by how many seconds the system's clock is wrong; may change at any time
    OPENTALLY_PATIENCE   seconds that the server waits for whoever is slow, or half as many, instead of its own times

The product knows nothing of this: its own methods are wrapped from outside. Only the writer's thread dies here.
"""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from api.settings import Settings
from ledger.log.headfile import HeadFile
from ledger.log.log import Log
from ledger.storage.transaction import SqlTransaction

WRITER = "ledger-sequencer"

WRAPPED: dict[str, tuple[tuple[type, str], ...]] = {
    "known": ((SqlTransaction, "indices_of"),),
    "facts": ((SqlTransaction, "put_facts"),),
    "swap": ((SqlTransaction, "compare_and_swap_head"),),
    "append": ((SqlTransaction, "append"),),
    "tile": ((SqlTransaction, "put_tile"),),
    "commit": ((SQLiteDialect_pysqlite, "do_commit"), (PGDialect_psycopg, "do_commit")),
    "head file": ((HeadFile, "write"),),
    "rename": ((Path, "replace"),),
    "publish": ((Log, "publish"),),
}

POINTS = (*(f"{name} {when}" for name in WRAPPED for when in ("before", "after")), "commit during")
"""Each is inside a commit: after the writer's transaction began, and before anybody was answered."""


def die(said: str, log: int | None = None) -> None:
    os.write(os.open(os.environ["OPENTALLY_DIE_LOG"], os.O_WRONLY | os.O_APPEND) if log is None else log, said.encode())
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Dies the n-th time that it is passed."""

    def __init__(self, point: str, passes: int) -> None:
        self._point = point
        self._left = passes

    def passed(self, point: str) -> bool:
        """Whether now is the time for what is to happen at ``point``."""
        if point != self._point or threading.current_thread().name != WRITER:
            return False
        self._left -= 1
        return self._left < 0


def die_during(call: Callable[[], Any]) -> None:
    """Make the call while another thread counts some microseconds and kills; the log says whether it had returned.

    The other thread gets Python's lock in the moment in which the database's own code lets go of it, and not before.
    """
    returned = False
    begun = threading.Event()
    log = os.open(os.environ["OPENTALLY_DIE_LOG"], os.O_WRONLY | os.O_APPEND)
    wait = random.choice([0, random.uniform(0, 0.00005), random.uniform(0, 0.0005)])

    def kill() -> None:
        begun.wait()
        end = time.perf_counter() + wait
        while time.perf_counter() < end:
            time.sleep(0)
        die("commit after" if returned else "commit during", log)

    threading.Thread(target=kill, name="killer").start()
    time.sleep(0.01)  # until it waits
    begun.set()
    call()
    returned = True
    time.sleep(60)  # never outlived: nothing of what follows may happen


def wrap(owner: type, method: str, name: str, countdown: Countdown) -> None:
    original = getattr(owner, method)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if countdown.passed(f"{name} before"):
            die(f"{name} before")
        if countdown.passed(f"{name} during"):
            die_during(lambda: original(*args, **kwargs))
        result = original(*args, **kwargs)
        if countdown.passed(f"{name} after"):
            die(f"{name} after")
        return result

    setattr(owner, method, wrapped)


def shift_time(file: Path) -> None:
    """From now on the system's time is off by what the file says."""
    true_time = time.time

    def shifted() -> float:
        with contextlib.suppress(OSError, ValueError):
            return true_time() + int(file.read_text())
        return true_time()

    time.time = shifted


def shorten_patience(seconds: float) -> None:
    """Whoever is slow is cut off this soon; every other limit is the server's own."""
    from api import protocol, server

    serve, config = server.serve, server.uvicorn.Config
    protocol.HEAD_PATIENCE = seconds  # type: ignore[misc]
    protocol.LINGER_PATIENCE = seconds / 2  # type: ignore[misc]

    def serve_hurried(settings: Settings, **more: Any) -> None:
        serve(replace(settings, body_patience=seconds, send_patience=seconds), **more)

    def config_hurried(*args: Any, **more: Any) -> Any:
        return config(*args, **{**more, "timeout_keep_alive": seconds})

    server.serve = serve_hurried
    server.uvicorn.Config = config_hurried  # type: ignore[misc,assignment]


def main() -> None:
    point = os.environ.get("OPENTALLY_DIE_AT")
    if point:
        assert point in POINTS, point
        countdown = Countdown(point, int(os.environ["OPENTALLY_DIE_AFTER"]))
        for name, places in WRAPPED.items():
            for owner, method in places:
                wrap(owner, method, name, countdown)
    if "OPENTALLY_TIME_SHIFT" in os.environ:
        shift_time(Path(os.environ["OPENTALLY_TIME_SHIFT"]))
    if "OPENTALLY_PATIENCE" in os.environ:
        shorten_patience(float(os.environ["OPENTALLY_PATIENCE"]))
    from ledger.cli.main import main as opentally

    opentally()


if __name__ == "__main__":
    main()
