"""What benchmarks share, made once a run and only if asked for: proved claims, and a filled server folder."""

import os
import shutil
from functools import cache
from pathlib import Path

from bench.ledgers import Plan
from bench.server import fill, found

SHORT_PROOF = 32
"""Bytes in the place of a proof where the length of entries does not matter."""


class Made:
    """Ledgers in a temporary folder; and proved claims, which take long, in a folder that may be kept."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self._folder = folder
        self._kept = kept if kept is not None else folder
        self.proved = cache(self._proved)
        self.standing = cache(self._standing)

    def _proved(self, count: int) -> tuple[Plan, list[bytes]]:
        """A round of so many rows, and the claim of each. Proving takes a core about 0.1 s a claim."""
        plan = Plan(count)
        self._kept.mkdir(parents=True, exist_ok=True)
        file = self._kept / f"claims-{plan.round_name}-{count}.ndjson"
        if not file.exists():
            claims = plan.proved(count, os.cpu_count() or 1)
            aside = file.with_suffix(".part")
            aside.write_bytes(b"".join(claim + b"\n" for claim in claims))
            aside.replace(file)
        return plan, file.read_bytes().splitlines()

    def _standing(self, count: int) -> tuple[Plan, Path]:
        """A server folder with `count` claims whose proofs nobody has checked. Copy it before writing to it."""
        plan, folder = Plan(count), self._folder / f"standing-{count}"
        found(folder)
        fill(folder, plan.opening)
        fill(folder, plan.unproved(count, SHORT_PROOF))
        return plan, folder

    def copy(self, folder: Path, to: Path) -> Path:
        """A copy of a server folder."""
        shutil.copytree(folder, to)
        return to
