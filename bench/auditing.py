"""An audit as a library call; and alone in a process, for its memory: ``python -m bench.auditing FOLDER WORKERS``."""

import resource
import secrets
import sys
import time
from pathlib import Path
from unittest.mock import patch

from bench.publish import policy
from ledger.audit import audit
from ledger.client.source import FolderSource

WITHOUT_EQUATIONS = "--without-equations"
MB = 1_000_000


def audit_folder(folder: Path, workers: int) -> None:
    """The ledger in the folder holds."""
    report = audit(
        FolderSource(folder),
        policy=policy(),
        state=None,
        workers=workers,
        progress=lambda _done, _of: None,
        randbytes=secrets.token_bytes,
        now=time.time,
    )
    if report.verdict != "holds":
        raise AssertionError(f"bad math in a ledger to measure on: {report.finding}")


def own_peak() -> float:
    """The most MB that this process has had resident."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MB


def main(folder: str, workers: str, *options: str) -> None:
    """Audit; then print the peak of this process, and that of the largest of its checking processes."""
    if WITHOUT_EQUATIONS in options:
        with patch("ledger.rules.checks.verify_batch", lambda _checks, *, randbytes: None):  # noqa: ARG005
            audit_folder(Path(folder), int(workers))
    else:
        audit_folder(Path(folder), int(workers))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MB
    sys.stdout.write(f"{own_peak()} {children}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
