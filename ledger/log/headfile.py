"""The last published head in a file beside the log key: what a restored backup of the database cannot know.

The file holds the signed checkpoint itself, so that it can be replaced by any copy that a mirror or a witness kept.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import FatalLogError, UnavailableError


class HeadFile:
    """Reads and replaces the file; a crash leaves the old content or the new, never a mixture.

    Of two processes that share it one at a time writes, and one that starts beside another puts nothing older back.
    """

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        """Take the file's path; its folder exists."""
        self.path = path

    def read(self) -> bytes | None:
        """The checkpoint last written, or None if there never was one.

        Raises:
            UnavailableError: the file is there and cannot be read.
        """
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise UnavailableError(f"the head file {self.path} cannot be read: {exc.strerror}") from exc

    def write(self, note: bytes) -> None:
        """Replace the content durably: file and folder are fsynced before this returns.

        Raises:
            FatalLogError: it could not be done; the head must not be shown.
        """
        self._replace(note, None)

    def take_over(self, old: bytes | None, note: bytes) -> None:
        """Replace the content durably, unless it is no longer ``old``: then a process at work has written it since.

        Raises:
            FatalLogError: it could not be done.
        """
        self._replace(note, (old,))

    def _replace(self, note: bytes, expected: tuple[bytes | None] | None) -> None:
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        try:
            with _locked(self.path.with_name(f"{self.path.name}.lock")):
                if expected is not None and self.read() != expected[0]:
                    return
                with fresh.open("wb") as file:
                    file.write(note)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(self.path)
                _fsync_folder(self.path.parent)
        except OSError as exc:
            raise FatalLogError(
                f"the head file {self.path} cannot be written: {exc.strerror}", rule="head-file-unwritable"
            ) from exc


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file, for which others wait; it is let go with the process at the latest.

    A file that only its owner may open: whoever can open what is locked can lock it, and keep the writer waiting.
    """
    if os.name == "nt":  # no such locks there: who starts a server beside another one is on their own
        yield
        return
    import fcntl  # noqa: PLC0415 - not there on Windows

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and its file system journals renames
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
