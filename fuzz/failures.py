"""A failing input in a file of its own, from which it can be tried again."""

import json
from hashlib import sha256
from pathlib import Path

from fuzz.runner import Found
from ledger.encoding import decode_base64, encode_base64


def write(folder: Path, found: Found) -> Path:
    """The file that holds the input and what it showed."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.target.replace(' ', '-').replace(',', '')}-{sha256(found.raw).hexdigest()[:12]}.json"
    document = {
        "target": found.target,
        "where": found.fault.where,
        "story": found.fault.story.splitlines(),
        "input": encode_base64(found.raw),
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=True) + "\n")
    return path


def read(path: Path) -> tuple[str, bytes]:
    """The target and the input."""
    document = json.loads(path.read_text())
    return document["target"], decode_base64(document["input"])
