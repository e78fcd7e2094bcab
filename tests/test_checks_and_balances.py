"""docs/checks-and-balances.md names tests, and refused ledgers: each is there, and the ledgers are published."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "checks-and-balances.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:test_|an?_|recovery_)[a-z0-9_]+)`", PAGE)))
FILES = sorted(set(re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE)))
ROLES = (
    "operator",
    "clerk",
    "member",
    "council",
    "federation",
    "facilitation board",
    "steward",
    "teller",
    "witness",
    "auditor",
)


@cache
def functions() -> frozenset[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    return frozenset(name for source in sources for name in re.findall(r"^def (\w+)\(", source, re.MULTILINE))


@cache
def published() -> frozenset[str]:
    cases = json.loads((ROOT / "vectors" / "ledgers.json").read_text(encoding="utf-8"))["cases"]
    return frozenset(case["name"].replace(" ", "_") for case in cases)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_is_there(name: str) -> None:
    if name.startswith("test_"):
        assert name in functions()
    else:
        assert name in published()


@pytest.mark.parametrize("path", FILES)
def test_the_files_that_it_names_are_there(path: str) -> None:
    assert (ROOT / path).is_file()


def test_every_role_has_its_rows() -> None:
    headings = " ".join(re.findall(r"^## (.*)$", PAGE, re.MULTILINE)).lower()
    assert [role for role in ROLES if role not in headings] == []


def test_every_row_names_what_shows_it() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| power ")]
    assert len(rows) > 25
    assert [
        row for row in rows if not re.search(r"`(?:test_|an?_|recovery_|tests/)|threat-model", row.split("|")[-2])
    ] == []
