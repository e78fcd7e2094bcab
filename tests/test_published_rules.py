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
    "checks.md": {},
    "federation.md": {},
    "disclosure.md": {"2. The rule": ("ledgers",), "3. How it is decided": ("ledgers",)},
    "totals.md": {
        "1. Hidden allowances": ("allowances",),
        "2. Close": ("closes",),
        "3. Total": ("totals",),
        "4. Rollup": ("ledgers",),
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

BY_KIND = {"entries.md": range(6, 18), "checks.md": range(1, 11), "federation.md": range(1, 5)}
"""Sections whose rules must refuse an entry of the very kind that they are about."""

WITHOUT = {
    (
        "entries.md",
        "11. round",
        "too-many-rows",
    ): "100,001 rows fill megabytes; faults_rounds.py has the case",
    ("audit.md", "5. Rule names", "too-many-rows"): "the same",
    ("entries.md", "7. clock", "too-many-challenges"): "it counts them, and is not refused for it",
}

WITHOUT_A_PAIR = {
    ("entries.md", "2. Reading an entry"): {"too-long", "too-deep"},  # whole entries, in entries.json
    ("entries.md", "7. clock"): {"too-many-challenges"},
    ("entries.md", "11. round"): {"too-many-rows"},
    ("entries.md", "14. close"): {"malformed"},  # in a total receipt, as the section says
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
            known = PARTS[page].keys()
            last = title.replace("`", "") if title.replace("`", "") in known or title[0].isdigit() else last
            if named := rules().intersection(re.findall(r"`([a-z-]+)`", body)):
                found.setdefault((page, last), set()).update(named)
    return found


def kind_of(page: str, part: str) -> str | None:
    """The kind of entry that a part of a page is about, where it is about one."""
    number, _, kind = part.partition(". ")
    return kind if number.isdigit() and int(number) in BY_KIND.get(page, ()) else None


def kind_refused(subject: str, case: dict[str, Any]) -> str | None:
    """The kind of the entry that a case of entries.json or ledgers.json refuses, where it can be read."""
    return kind_spelled(case["entry"] if subject == "entries" else entry_at(case, case["index"]))


def entry_at(case: dict[str, Any], index: int) -> str:
    entry: str = load("ledgers")["entries"][case["entries"][index]]
    return entry


def kind_spelled(entry: str) -> str | None:
    try:
        value: dict[str, Any] = json.loads(raw(entry))
        return str(value["statement"]["kind"])
    except (ValueError, TypeError, KeyError):
        return None


def refusing(subjects: tuple[str, ...], fits: Callable[[str, dict[str, Any]], bool]) -> set[str]:
    return {case["rule"] for name in subjects for case in cases(name) if case["rule"] and fits(name, case)}


@pytest.mark.parametrize(("page", "part"), parts())
def test_every_rule_that_a_part_names_refuses_a_vector_of_it(page: str, part: str) -> None:
    kind = kind_of(page, part)
    if kind is None:
        assert part in PARTS[page], f"{page}: where are the vectors of {part}?"
        held = refusing(PARTS[page][part], lambda _, __: True)
    else:
        held = refusing(("entries", "ledgers"), lambda subject, case: kind_refused(subject, case) == kind)
    excepted = {rule for where, title, rule in WITHOUT if (where, title) == (page, part)}
    assert parts()[page, part] - held == excepted, f"{page}, {part}"


@cache
def paired() -> dict[str, set[str | None]]:
    """For each rule, the kinds of entries that it refuses in a ledger that has a twin which holds."""
    found: dict[str, set[str | None]] = {}
    for case in cases("ledgers"):
        if "holds_with" in case:
            found.setdefault(case["rule"], set()).add(kind_refused("ledgers", case))
    return found


OF_ENTRIES = [item for item in parts() if item[0] in BY_KIND or item[0] == "disclosure.md"]


@pytest.mark.parametrize(("page", "part"), OF_ENTRIES)
def test_every_rule_of_a_ledger_has_a_ledger_that_breaks_it_alone_beside_one_that_holds(page: str, part: str) -> None:
    kind = kind_of(page, part)
    held = {rule for rule, kinds in paired().items() if kind is None or kind in kinds}
    assert parts()[page, part] - held == WITHOUT_A_PAIR.get((page, part), set()), f"{page}, {part}"


def test_a_ledger_and_its_twin_are_of_one_making() -> None:
    """They begin alike; what is judged last is of the same kind, where the kind itself is not the fault."""
    by_name = {case["name"]: case for case in cases("ledgers")}
    pairs = [(case, by_name[case["holds_with"]]) for case in by_name.values() if "holds_with" in case]
    assert len(pairs) == len({twin["name"] for _, twin in pairs}) > 300
    for case, twin in pairs:
        assert twin["rule"] is None
        assert case["origin"] == twin["origin"]
        assert case["index"] == len(case["entries"]) - 1
        assert case["entries"] != twin["entries"]
        first, second = kind_refused("ledgers", case), kind_spelled(entry_at(twin, -1))
        assert first == second or case["rule"] in {"not-json", "unknown-kind", "no-ledger"}, case["name"]
        alike = sum(one == two for one, two in zip(case["entries"], twin["entries"], strict=False))
        assert alike >= 2 or case["index"] <= 2, case["name"]


def test_every_subject_stands_for_some_part() -> None:
    results_alone = {"generators", "transcripts", "worked"}
    named = {name for page in PARTS.values() for names in page.values() if names != SUBJECTS for name in names}
    assert named | results_alone | {"ledgers"} == set(SUBJECTS)
    assert all({case["rule"] for case in cases(name)} == {None} for name in results_alone)
