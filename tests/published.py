"""The published vectors of this tree: read, and held against what judges them."""

import base64
import functools
import json
from pathlib import Path

from ledger.errors import LedgerError

FOLDER = Path(__file__).resolve().parent.parent / "vectors"
ROOT = FOLDER.parent


@functools.cache
def load(subject):
    return json.loads((FOLDER / f"{subject}.json").read_bytes())


def cases(subject):
    return load(subject)["cases"]


def raw(text):
    return base64.b64decode(text, validate=True)


def rule_of(act):
    """The rule that refuses, or None."""
    try:
        act()
    except LedgerError as refused:
        return refused.rule
    return None


def differing(subject, act):
    """Names of the cases on which product and vector differ, with both rules."""
    found = []
    for case in cases(subject):
        rule = rule_of(functools.partial(act, case))
        if rule != case["rule"]:
            found.append((case["name"], case["rule"], rule))
    return found
