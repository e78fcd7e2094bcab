"""Every rule that a part of the specification names refuses some published vector of that part."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.published import ROOT, cases, load, raw
from vectors.make import SUBJECTS

SPEC = ROOT / "docs" / "spec"

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "encoding.md": {
        "1. Canonical JSON": ("canonical_json",),
        "2. Bytes in JSON": ("entries", "total_receipts"),
        "4. Points": ("points",),
        "5. Scalars": ("scalars",),
        "6. Ed25519 keys and signatures": ("keys", "signatures", "entries"),
    },
    "transcript.md": {"2. Messages and challenges": ("claims",)},
    "claim.md": {"2. The proof's bytes": ("claims",), "6. Verifying a claim": ("claims",)},
    "entries.md": {
        "2. Reading an entry": ("entries",),
        "3. Judging an entry": ("ledgers",),
        "5. Who must sign": ("ledgers",),
    },
    "totals.md": {
        "1. Hidden allowances": ("allowances",),
        "2. Close": ("closes",),
        "3. Total": ("totals",),
    },
    "log.md": {
        "1. Tree": ("trees",),
        "2. Files": ("tile_paths", "tiles"),
        "Verifying tiles": ("tiles",),
        "3. Checkpoints": ("checkpoints", "verifier_keys"),
        "Empty lines": ("checkpoints",),
        "Reading a policy": ("policies", "checkpoints"),
        "A verifier key": ("verifier_keys",),
        "Opening a checkpoint under a policy": ("checkpoints",),
        "Who follows a log": ("following", "checkpoints"),
        "5. Following a log": ("following", "trees"),
    },
    "receipts.md": {
        "1. A member's receipt": ("receipts",),
        "2. A total receipt": ("total_receipts",),
    },
    "audit.md": {
        "1. Steps": ("audits",),
        "2. Verdicts": ("audits", "following"),
        "5. Rule names": SUBJECTS,
    },
}
"""Where a part of a page has its vectors. A part that names a rule and is not here fails."""

OF_A_KIND = {
    f"{6 + i}. {kind}": kind
    for i, kind in enumerate(
        (
            "ledger",
            "clock",
            "council",
            "key",
            "roster",
            "round",
            "claim",
            "withdraw",
            "close",
            "total",
            "resource",
            "decision",
        )
    )
}
"""Sections of entries.md whose rules must refuse an entry of that very kind."""

WITHOUT = {
    ("entries.md", "11. round", "too-many-rows"): "100,001 rows fill megabytes; tests/records/faults.py has the case",
    ("audit.md", "5. Rule names", "too-many-rows"): "the same",
}


@cache
def rules() -> frozenset[str]:
    """The names of audit.md section 5."""
    return frozenset(
        re.findall(r"^\| `([a-z-]+)` \| (?:form|untrue|refused|lied) ", (SPEC / "audit.md").read_text(), re.MULTILINE)
    )


@cache
def parts() -> dict[tuple[str, str], set[str]]:
    """Page, heading or bold beginning of a paragraph → the rules named under it."""
    found: dict[tuple[str, str], set[str]] = {}
    for page in sorted(PARTS):
        text = re.sub(r"^```.*?^```", "", (SPEC / page).read_text(), flags=re.MULTILINE | re.DOTALL)
        pieces = re.split(r"^(?:## |\*\*(?=[A-Z]))(.+?)(?:[:.]?\*\*|$)", text, flags=re.MULTILINE)
        last = ""
        for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
            known = PARTS[page].keys() | OF_A_KIND.keys()
            last = title.replace("`", "") if title.replace("`", "") in known or title[0].isdigit() else last
            if named := rules().intersection(re.findall(r"`([a-z-]+)`", body)):
                found.setdefault((page, last), set()).update(named)
    return found


def kind_refused(subject: str, case: dict[str, Any]) -> str | None:
    """The kind of the entry that a case of entries.json or ledgers.json refuses, where it can be read."""
    entry = case["entry"] if subject == "entries" else load(subject)["entries"][case["entries"][case["index"]]]
    try:
        value: dict[str, Any] = json.loads(raw(entry))
        return str(value["statement"]["kind"])
    except (ValueError, TypeError, KeyError):
        return None


def refusing(subjects: tuple[str, ...], fits: Callable[[str, dict[str, Any]], bool]) -> set[str]:
    return {case["rule"] for name in subjects for case in cases(name) if case["rule"] and fits(name, case)}


@pytest.mark.parametrize(("page", "part"), parts())
def test_every_rule_that_a_part_names_refuses_a_vector_of_it(page: str, part: str) -> None:
    kind = OF_A_KIND.get(part) if page == "entries.md" else None
    if kind is None:
        assert part in PARTS[page], f"{page}: where are the vectors of {part}?"
        held = refusing(PARTS[page][part], lambda _, __: True)
    else:
        held = refusing(("entries", "ledgers"), lambda subject, case: kind_refused(subject, case) == kind)
    excepted = {rule for where, title, rule in WITHOUT if (where, title) == (page, part)}
    assert parts()[page, part] - held == excepted, f"{page}, {part}"


def test_every_subject_stands_for_some_part() -> None:
    results_alone = {"generators", "transcripts", "worked"}
    named = {name for page in PARTS.values() for names in page.values() if names != SUBJECTS for name in names}
    assert named | results_alone | {"ledgers"} == set(SUBJECTS)
    assert all({case["rule"] for case in cases(name)} == {None} for name in results_alone)
