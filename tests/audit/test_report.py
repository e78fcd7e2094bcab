"""The three faces of one report. "Proved" and "asserted" are told apart by words and shapes, not by colour alone."""

import io
import itertools
import re
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from ledger.audit import AuditReport, parse_report, report_json, report_page, report_table
from ledger.audit.words import VERDICTS
from tests.audit.faces import Page, told
from tests.audit.ledgers import audit_entries, audit_folder, good_ledger
from tests.audit.test_tampering import flip_byte_of_proof_and_sign
from tests.client.publisher import log_policy
from tests.records.builders import World, category


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AuditReport]:
    good = good_ledger()
    bad = list(good.entries)
    flip_byte_of_proof_and_sign(good, bad)
    folder = tmp_path_factory.mktemp("reports")
    holds = audit_entries(good.entries, folder / "good", policy=None, state=folder / "state")
    return {
        "holds": holds,
        "does-not-hold": audit_entries(bad, folder / "bad"),
        "log-lied": audit_entries(good.entries[:-1], folder / "short", state=folder / "state"),
        "not-checked": audit_folder(folder / "nowhere", policy=log_policy(), state=None),
    }


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_told_in_words_on_every_face(reports, verdict: str):
    report = reports[verdict]
    assert report.verdict == verdict
    words = VERDICTS[verdict]
    page = Page(report_page(report))
    table = told(report)
    assert words.word in page.text
    assert words.word in table
    assert parse_report(report_json(report)) == report
    if report.finding is not None:
        for shown in (page.text, table):
            assert report.finding.rule in shown
    for name in report.evidence:
        assert name in page.text


def test_the_first_line_says_whose_word_the_key_is(reports):
    words = "The key of this log is asserted by the ledger itself"
    assert told(reports["holds"]).startswith(words)
    first = re.search(r'<p class="first">(.*?)</p>', report_page(reports["holds"]))
    assert first is not None
    assert first[1].startswith(words)
    assert "auditor&#39;s own policy file" in report_page(reports["does-not-hold"])


def test_the_page_loads_nothing_and_runs_nothing(reports):
    for report in reports.values():
        page = Page(report_page(report))
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "link", "img", "iframe", "object", "form", "a", "base"}
        assert not [
            name for _, attrs in page.tags for name in attrs if name in {"src", "href", "onload", "onclick", "style"}
        ]
        assert "url(" not in report_page(report)
        assert ("http-equiv", "Content-Security-Policy") in {item for _, attrs in page.tags for item in attrs.items()}


def test_texts_of_the_ledger_are_text_on_every_face(reports):
    html = report_page(reports["holds"])
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    line = msgspec.structs.replace(reports["holds"].rounds[0], council_name="[red]Riverside[/red]")
    assert "[red]Riverside[/red]" in told(msgspec.structs.replace(reports["holds"], rounds=(line,)))


def test_the_page_can_be_read_without_eyes(reports):
    page = Page(report_page(reports["holds"]))
    assert ("html", {"lang": "en"}) in page.tags
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(headings))
    tables = [tag for tag, _ in page.tags if tag in {"table", "caption"}]
    assert tables == ["table", "caption"] * (len(tables) // 2)
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    names = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(names) == len(set(names))
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} <= set(names)
    assert 'name="viewport"' in report_page(reports["holds"])


def test_the_page_is_for_paper_and_for_the_dark(reports):
    html = report_page(reports["holds"])
    assert "@media print" in html
    assert "prefers-color-scheme: dark" in html


def test_proved_and_asserted_never_stand_in_the_same_block_and_each_says_its_word(reports):
    html = report_page(reports["holds"])
    for block, word, sign, other in (("proved", "Proved", "■", "○"), ("asserted", "Asserted", "○", "■")):
        blocks = re.findall(rf'<div class="block {block}">(.*?)(?=<div class="block|</section>)', html, re.DOTALL)
        assert len(blocks) > 3
        for text in blocks:
            assert f"</span>{word}" in text
            assert sign in text
            assert other not in text
    assert "2px solid var(--proved)" in html
    assert "2px dashed var(--asserted)" in html


def test_totals_are_proved_and_unclaimed_hidden_allowances_resources_decisions_and_times_asserted(reports):
    words = Page(report_page(reports["holds"])).words
    assert "Total of 3 claims" in words["proved"]
    assert "All allowances together: 28" in words["asserted"]
    assert "All allowances together" not in words["proved"]
    for text in ("1,200.50 m³", "superseded by no.", "The plan for 2027", "31 of 40"):
        assert text in words["asserted"]
        assert text not in words["proved"]
    assert "Riverside" in words["asserted"]
    table = told(reports["holds"])
    assert "price units, ○ asserted: rows without a claim: 1" in table
    assert "Asserted: resource claims" in table


def in_pence(tmp_path: Path, *prices: int, units: tuple[str, ...] = ("GBP", "GBP")) -> AuditReport:
    """A ledger of one round whose amounts have two decimals, with a public allowance of 0.07 a row."""
    world = World().found()
    council = world.council()
    catalogue = tuple(
        msgspec.structs.replace(category(code, 2, price), unit=unit, scale=2)
        for code, price, unit in zip(("rent", "heat"), prices, units, strict=True)
    )
    rnd = world.round(council, world.roster(council, [7] * 3, rule="public"), catalogue=catalogue)
    for row in range(3):
        world.claim(rnd, row)
    world.close(rnd)
    world.total(rnd)
    return audit_entries(world.entries, tmp_path)


def row_of(table: str, name: str) -> str:
    (row,) = (line for line in table.splitlines() if re.match(rf"\W*{name}\b", line))
    return " ".join(re.findall(r"[\w.,]+", row))


def test_a_sum_of_money_is_shown_in_the_money_it_is_a_sum_of(tmp_path: Path):
    report = in_pence(tmp_path, 1, 1)
    (line,) = report.rounds
    assert (line.cost, line.allowances, line.cost_unit, line.cost_scale) == (6, 21, "GBP", 2)
    assert row_of(told(report), "cost") == "cost 0.06 GBP, proved"
    assert row_of(told(report), "allowances") == "allowances 0.21 GBP, proved"
    words = Page(report_page(report)).words["proved"]
    assert "0.06 GBP" in words
    assert "0.21 GBP by the rosters" in words
    assert b'"cost_unit": "GBP"' in report_json(report)


@pytest.mark.parametrize(("prices", "units"), [((1, 2), ("GBP", "GBP")), ((1, 1), ("GBP", "kg"))])
def test_a_sum_of_different_things_is_in_price_units_and_says_so(tmp_path: Path, prices, units):
    report = in_pence(tmp_path, *prices, units=units)
    (line,) = report.rounds
    cost = 3 * sum(prices)
    assert (line.cost, line.cost_unit, line.cost_scale) == (cost, "price units", 0)
    assert row_of(told(report), "cost") == f"cost {cost} price units, proved"
    assert row_of(told(report), "allowances") == "allowances 21 price units, proved"
    words = Page(report_page(report)).words["proved"]
    assert f"{cost} price units" in words
    assert "21 price units by the rosters" in words
    assert b'"cost_unit": "price units"' in report_json(report)


def test_of_very_many_lines_the_newest_are_listed_and_the_json_has_all(reports, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ledger.audit.plain.LISTED", 1)
    report = reports["holds"]
    sentence = "Only the newest 1 of 2 are listed here"
    page = Page(report_page(report)).text
    for shown in (told(report), page):
        assert sentence in shown
        assert "1,199.50 m³" in shown
        assert "1,200.50 m³" not in shown
    assert len(parse_report(report_json(report)).resources) == 2


def test_only_a_ledger_that_holds_lists_what_is_proved(reports):
    for verdict, report in reports.items():
        assert bool(report.proved) == (verdict == "holds")


def test_positions_to_cite_are_on_every_face(reports):
    report = reports["holds"]
    line = report.rounds[0]
    assert f"close no. {line.close_index}, total no. {line.total_index}" in Page(report_page(report)).text
    assert f"cite {line.index} / {line.close_index} / {line.total_index}" in told(report)


def test_the_json_is_versioned_and_read_strictly(reports):
    raw = report_json(reports["holds"])
    assert b'"v": 1' in raw
    assert b'"kind": "audit-report"' in raw
    with pytest.raises(msgspec.ValidationError):
        parse_report(raw.replace(b'"verdict"', b'"verdikt"'))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_cut_off_on_a_narrow_terminal(reports, width: int):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(report_table(reports["holds"]))
    assert "…" not in out.getvalue()
