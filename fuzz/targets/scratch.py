"""Folders for targets that read files: in memory where the system has such a place, gone when the run ends."""

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path


@functools.cache
def base() -> Path:
    """The one folder of a run; called before processes are forked, so that whoever began the run clears it away."""
    memory = Path("/dev/shm")  # noqa: S108 - only as the parent of a folder with a random name
    parent = memory if os.access(memory, os.W_OK) and "TMPDIR" not in os.environ else None
    folder = Path(tempfile.mkdtemp(prefix="opentally-fuzz-", dir=parent))
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    return folder


def scratch(name: str) -> Path:
    """A fresh folder."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=base()))


def put(path: Path, raw: bytes) -> None:
    """A file that only its owner can read, in place of whatever stood there."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(raw)
