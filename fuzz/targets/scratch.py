"""Folders for targets that read files: in memory where the system has such a place, gone when the process ends."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def scratch(name: str) -> Path:
    """A fresh folder of this process."""
    memory = Path("/dev/shm")  # noqa: S108 - only as the parent of a folder with a random name
    parent = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"opentally-fuzz-{name}-", dir=parent))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def put(path: Path, raw: bytes) -> None:
    """A file that only its owner can read, in place of whatever stood there."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(raw)
