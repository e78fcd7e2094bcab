"""Owner-only files whose writes are whole and durable: created once, replaced whole, or appended and fsynced.

A key or an opening that is lost cannot be made again, so nothing here ever overwrites by accident, and a call that has
returned has reached the disk, the folder's entry included.

Security: on POSIX systems the mode is 0600 from the first byte on. Elsewhere the folder's own permissions decide.
"""

import contextlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import MalformedError, NotAcceptedError, NotFoundError, UnavailableError

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def create_owner_only(path: Path, content: bytes) -> None:
    """A new file of mode 0600 holds exactly ``content``, durably; whatever stood there before still stands.

    Raises:
        NotAcceptedError: ``file-exists``, there is something under this name already.
        UnavailableError: the disk or the folder refused.
    """
    with disk_errors(path), _written_beside(path, content) as temporary:
        try:
            os.link(temporary, path)  # unlike a rename, a link never replaces what is there
        except FileExistsError as exc:
            raise NotAcceptedError(
                f"{path.name} exists already and is never overwritten; choose another name", rule="file-exists"
            ) from exc
    _sync_folder(path.parent)


def replace_owner_only(path: Path, content: bytes) -> None:
    """The file under this name now holds exactly ``content``, durably; a crash leaves the old or the new, whole."""
    with disk_errors(path), _written_beside(path, content) as temporary:
        temporary.replace(path)
    _sync_folder(path.parent)


@dataclass(frozen=True, slots=True)
class Stand:
    """Which file a process has read, and how it was then: it may write only where nothing has changed since.

    Attributes:
        inode: of the file; another after each replacement, until the system gives the number out again.
        size: in bytes.
        written: when it was last written, in nanoseconds: tells apart two files that got the same inode by turns.
    """

    inode: int
    size: int
    written: int


def stand_of(path: Path) -> Stand:
    """The file as it stands now."""
    with disk_errors(path):
        return _stand(path.stat())


def require_stand(path: Path, stand: Stand) -> None:
    """Nobody has written the file since.

    Pre-conditions: the caller holds the file's lock (:func:`ledger.clerk.lock.locked`) until it has written.

    Raises:
        NotAcceptedError: ``file-in-use``.
    """
    if stand_of(path) != stand:
        raise file_in_use(path)


def append_durably(path: Path, content: bytes, *, stand: Stand) -> Stand:
    """``content`` stands at the end of the file, on the disk, before this returns; the new stand.

    Two processes that append by turns from what each has read once would spoil each other's lines, so the second one is
    refused.

    Pre-conditions: the caller holds the file's lock (:func:`ledger.clerk.lock.locked`), which makes the comparison and
        the write one step.

    Raises:
        NotAcceptedError: ``file-in-use``, another process has written the file since, or replaced it in spite of the
            lock while it was written.
        UnavailableError: the disk refused; a part of ``content`` may stand there, which readers must recognise.
    """
    with disk_errors(path):
        with path.open("r+b") as stream:
            if _stand(os.fstat(stream.fileno())) != stand:
                raise file_in_use(path)
            stream.seek(0, os.SEEK_END)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            # Who replaces a file without the lock takes the name away from the one written here: its bytes are lost.
            if not os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                raise file_in_use(path)
        return _stand(path.stat())


def file_in_use(path: Path) -> NotAcceptedError:
    """The refusal where another process has changed the file, or is about to."""
    return NotAcceptedError(
        f"{path.name} is in use by another process; end it, or wait for it, and start again", rule="file-in-use"
    )


def read_owner_only(path: Path, *, limit: int) -> bytes:
    """The bytes of a file that nobody but its owner can read or write.

    Raises:
        NotFoundError: there is no such file.
        NotAcceptedError: ``file-open-to-others``, the group or others may read or write it.
        MalformedError: it is longer than ``limit``.
        UnavailableError: the disk refused.
    """
    with disk_errors(path), path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        if os.name == "posix" and status.st_mode & _OTHERS:
            raise NotAcceptedError(
                f"{path.name} can be read or changed by others; allow only its owner (chmod 600) and try again",
                rule="file-open-to-others",
            )
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise MalformedError(f"{path.name} is longer than {limit} bytes", rule="too-long")
    return raw


def files_beside(path: Path, pattern: str) -> tuple[Path, ...]:
    """The files in the same folder whose whole name is of the regular expression, in the order of their names."""
    name = re.compile(pattern)
    with disk_errors(path.parent):
        return tuple(sorted(beside for beside in path.parent.iterdir() if name.fullmatch(beside.name)))


def unfinished_copies(path: Path) -> tuple[Path, ...]:
    """The temporary files that a crash left while the file at ``path`` was created or replaced.

    Pre-conditions: the caller holds the file's lock, so that none of them is being written.
    """
    return files_beside(path, re.escape(_temporary_prefix(path)) + "[a-z0-9_]{8}")  # as tempfile makes them


def remove_file(path: Path) -> None:
    """The file is gone, durably."""
    with disk_errors(path):
        path.unlink()
    _sync_folder(path.parent)


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}."


@contextlib.contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A temporary file in the same folder (so the same file system), mode 0600, fsynced; gone afterwards."""
    descriptor, name = tempfile.mkstemp(
        prefix=_temporary_prefix(path), dir=path.parent
    )  # mkstemp creates with mode 0600
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The folder's entries are on the disk; a file fsynced alone may still lose its name in a power cut."""
    if os.name != "posix":
        return
    with disk_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _stand(status: os.stat_result) -> Stand:
    return Stand(status.st_ino, status.st_size, status.st_mtime_ns)


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """What the operating system refuses becomes one sentence without the rest of the path."""
    try:
        yield
    except FileNotFoundError as exc:
        raise NotFoundError(f"there is no file {path.name}, or its folder is missing", rule="no-such-file") from exc
    except OSError as exc:
        reason = exc.strerror or "unknown reason"
        raise UnavailableError(f"{path.name} could not be read or written: {reason}", rule="disk") from exc
