"""Writes the published vectors anew from fixed seeds, byte for byte, or checks that they are what would be written."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent

SUBJECTS: Final = (
    "points",
    "scalars",
    "keys",
    "signatures",
    "canonical_json",
    "generators",
    "transcripts",
    "claims",
    "allowances",
    "closes",
    "totals",
    "trees",
    "verifier_keys",
    "policies",
    "checkpoints",
    "following",
    "tile_paths",
    "tiles",
    "audits",
    "receipts",
    "total_receipts",
    "entries",
    "ledgers",
    "worked",
)


def render(subject: str) -> bytes:
    """The bytes of the subject's file."""
    document: dict[str, Any] = importlib.import_module(f"vectors.subjects.{subject}").document()
    names = [case["name"] for case in document["cases"]]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise AssertionError(f"bad math in {subject}: two cases are named {doubled[0]}")
    return (json.dumps({"subject": subject, **document}, indent=1, ensure_ascii=True) + "\n").encode()


def main() -> int:
    """Write or check all subjects, or those named."""
    parser = argparse.ArgumentParser(prog="python -m vectors.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    parser.add_argument("subjects", nargs="*", choices=[[], *SUBJECTS], help="all, if none is named")
    arguments = parser.parse_args()
    changed = 0
    for subject in arguments.subjects or SUBJECTS:
        file, data = FOLDER / f"{subject}.json", render(subject)
        same = file.exists() and file.read_bytes() == data
        changed += not same
        if not arguments.check:
            file.write_bytes(data)
        sys.stdout.write(f"{'same   ' if same else 'CHANGED'} {len(data):9,} bytes  {file.name}\n")
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
