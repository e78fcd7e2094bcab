"""The last published head in a file beside the log key: what a restored backup of the database cannot know.

The file holds the signed checkpoint itself, so that it can be replaced by any copy that a mirror or a witness kept.
"""

import os
from pathlib import Path

from ledger.errors import FatalLogError, UnavailableError


class HeadFile:
    """Reads and replaces the file; a crash leaves the old content or the new, never a mixture."""

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
        # BUG: nothing keeps two processes on one machine from sharing the file. If one starts while the other writes,
        # it may put back a head that was the last one a moment before; it then loses its first compare-and-swap, and
        # the other's next head mends the file. Only a crash and a restored backup within that moment would go unseen.
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")  # nobody else's: see above
        try:
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


def _fsync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and its file system journals renames
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
