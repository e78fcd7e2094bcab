"""One process at a time reads, decides and writes: a lock beside the file, which goes with the process that holds it.

The lock lies on a file of its own, ``<name>.lock``, never on the file that it guards: that one is replaced whole, and
who holds a lock on a replaced file holds nothing. The lock file is empty and stays for ever, since with its removal two
processes could hold the locks of two files of one name. A crash leaves no lock behind: the system lets go of it.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ledger.clerk.files import disk_errors, file_in_use

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

TRIES: Final = 100
"""How often the lock is asked for before the file counts as in use: about five seconds."""

_PAUSE: Final = 0.05


@contextlib.contextmanager
def locked(path: Path, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Nobody else is between reading and writing the file at ``path`` while this block runs.

    It is for processes that take the same lock, and for the threads of one process; a block inside a block of the same
    file would wait for itself, and is refused like any other.

    Raises:
        NotAcceptedError: ``file-in-use``, another process does not let go of the lock.
        NotFoundError: the folder is missing.
        UnavailableError: the disk refused.
    """
    beside = path.with_name(f"{path.name}.lock")
    with disk_errors(beside):
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        for tried in range(TRIES):
            if tried:
                sleep(_PAUSE)
            with disk_errors(beside):
                taken = _take(descriptor)
            if taken:
                break
        else:
            raise file_in_use(path)
        try:
            yield
        finally:
            _release(descriptor)  # closing is not enough where a process forked meanwhile shares the descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    """Whether the lock was free, and is held now."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _release(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
