"""Where others' test vectors lie: beside the checkout, never copied into it."""

import os
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "vectors"


def shared_vectors(name: str) -> Path:
    """The folder or file ``name`` of the shared vectors; skips aloud where they are absent, fails in CI."""
    path = _SHARED / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"vectors absent: {name}; in CI none may be")
        pytest.skip(f"vectors absent: {name}")
    return path
