"""Each thing that people do over several entries: audited in one run or in many, a report on it says the same."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from ledger.audit import AuditReport, parse_report, report_json, report_page
from ledger.records.entry import parse_entry
from ledger.records.registry import KINDS
from tests.audit.faces import Page, told
from tests.audit.ledgers import audit_entries
from tests.audit.test_engine import timeless
from tests.records.whole import WHOLE

BY_RUN = {"work", "proved"}
"""What a report says of the run itself."""


def contents(report: AuditReport) -> dict[str, object]:
    return {name: getattr(report, name) for name in report.__struct_fields__ if name not in BY_RUN}


@pytest.mark.parametrize("name", WHOLE)
def test_an_audit_that_resumes_again_and_again_reports_what_one_run_does(tmp_path: Path, name: str):
    entries = WHOLE[name]().entries
    whole = audit_entries(entries, tmp_path / "copy")
    assert whole.verdict == "holds", whole.finding
    for size in range(2, len(entries)):
        audit_entries(entries[:size], tmp_path / "copy", state=tmp_path / "state")
    resumed = audit_entries(entries, tmp_path / "copy", state=tmp_path / "state")
    assert resumed.work.resumed_from == len(entries) - 1
    assert contents(resumed) == contents(whole)
    assert resumed.work.kinds == whole.work.kinds


@pytest.mark.parametrize("name", WHOLE)
def test_all_three_forms_can_be_made_and_the_page_is_well_formed(tmp_path: Path, name: str):
    report = audit_entries(WHOLE[name]().entries, tmp_path)
    assert timeless(parse_report(report_json(report))) == timeless(report)
    page = Page(report_page(report))
    tables = [tag for tag, _ in page.tags if tag in {"table", "caption"}]
    assert tables == ["table", "caption"] * (len(tables) // 2)
    names = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(names) == len(set(names))
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= set(names)
    assert "It holds" in told(report)


NASTY = "<script>alert(1)</script>[red]&"
WORDS = {"by", "change", "effect", "ended", "marks", "outcome", "requested", "state", "total", "type", "verdict"}
"""Fields that hold words of our own, or digits."""


def poisoned(value: object, field: str = "") -> object:
    """The same report, as councils would write it who want to break the page."""
    if isinstance(value, str):
        return value if field in WORDS else value + NASTY
    if isinstance(value, msgspec.Struct):
        parts = {name: poisoned(getattr(value, name), name) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **parts)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(poisoned(each, field) for each in value)
    return value


@pytest.mark.parametrize("name", WHOLE)
def test_no_text_of_a_ledger_is_ever_more_than_text(tmp_path: Path, name: str):
    report = audit_entries(WHOLE[name]().entries, tmp_path)
    broken = poisoned(report)
    assert isinstance(broken, AuditReport)
    html = report_page(broken)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "[red]" in told(broken)


def test_every_kind_stands_in_some_history():
    entries = [raw for make in WHOLE.values() for raw in make(proofs=False).entries]
    assert {parse_entry(raw, origin=None).kind for raw in entries} == set(KINDS)
