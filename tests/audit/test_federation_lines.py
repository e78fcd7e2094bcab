"""Federations in a report: rollups with who is counted and who is missing, small rounds, errata, requests, moves."""

from pathlib import Path

import pytest

from ledger.audit import AuditReport, report_page
from ledger.encoding import encode_base64
from tests.audit.faces import Page, everywhere, json_line, told
from tests.audit.ledgers import audit_entries
from tests.records.builders import World
from tests.records.starts import small_round, with_federation, with_rounds
from tests.records.whole import WHOLE


def audited(world: World, folder: Path) -> AuditReport:
    report = audit_entries(world.entries, folder)
    assert report.verdict == "holds", report.finding
    return report


def shown(report: AuditReport) -> tuple[str, str]:
    """The words of the page and of the tables, each on one line."""
    return tuple(" ".join(text.split()) for text in (Page(report_page(report)).text, told(report)))


def test_a_round_that_is_too_small_says_so_and_in_which_rollup_it_is(tmp_path: Path):
    world, valley, _, rounds = with_rounds(2, proofs=True)
    before = audited(world, tmp_path / "before")
    for line in before.rounds:
        assert (line.state, line.count, line.minimum, line.too_small, line.rollups) == ("closed", 1, 2, True, ())
    for text in shown(before):
        assert "too small to be published alone" in text
        assert "the total is not published yet" not in text
    assert "It is in no rollup yet." in shown(before)[0]
    world.rollup(valley, *rounds)
    at = len(world.entries) - 1
    report = audited(world, tmp_path / "after")
    for line in report.rounds:
        assert [(one.index, one.federation_name, one.withdrawn) for one in line.rollups] == [(at, "Valley", False)]
    assert f"Counted in the rollup no. {at} of Valley." in shown(report)[0]
    assert f"in rollup no. {at} of Valley" in shown(report)[1]
    (rollup,) = report.rollups
    assert [(one.council_name, one.count, one.too_small) for one in rollup.rounds] == [
        ("Riverside", 1, True),
        ("Hillside", 1, True),
    ]


def test_a_round_that_is_large_enough_is_not_called_too_small(tmp_path: Path):
    world = WHOLE["a_member_and_a_council_move"]()
    assert [line.too_small for line in audited(world, tmp_path).rounds] == [False, True, False]


def test_totals_of_a_rollup_are_proved_and_what_was_asked_for_in_the_open_is_asserted(tmp_path: Path):
    world = WHOLE["a_federation_rolls_up_what_is_too_small_to_publish"]()
    report = audited(world, tmp_path)
    first, second = report.rollups
    (category,) = first.categories
    assert (category.code, category.total, category.requested, first.count) == ("flour", "2", "15", 2)
    assert (first.tags, len(first.requests)) == (True, 2)
    assert [one.council_name for one in first.defaults] == ["Lakeside"]
    assert [(one.council_name, one.closed) for one in second.missing] == [("Seaside", None)]
    words = Page(report_page(report)).words
    assert "Total of 2 claims of 2 rounds" in words["proved"]
    assert "Total of 2 claims of 2 rounds" not in words["asserted"]
    assert "Asked for in the open" in words["asserted"]
    assert "Asked for in the open" not in words["proved"]
    for text in shown(report):
        assert "Lakeside, no. 9" in text
        assert "Seaside" in text
    assert any("Each rollup is exactly the sum" in line for line in report.proved)
    assert any("What councils ask for in the open" in line for line in report.asserted)


def test_what_a_rollup_counts_of_requests_is_named_and_so_is_what_it_does_not_count(tmp_path: Path):
    world, valley, (one, two) = with_federation(2, proofs=True, silent="default")
    lakeside = world.council("Lakeside", valley)
    bread = {"code": "bread", "quantity": 1250, "scale": 2, "unit": "t"}
    world.say("request", lakeside, type="default", period=None, purpose="for eight", amounts=[bread])
    world.say("request", one, amounts=[{"code": "flour", "quantity": 7, "scale": 0, "unit": "sacks"}])
    world.say("request", two)
    rounds = [small_round(world, council) for council in (one, two)]
    world.rollup(valley, *rounds, requests=2, requested=["5"], defaults=[lakeside.leaf])
    report = audited(world, tmp_path)
    (rollup,) = report.rollups
    assert rollup.requests == (7, 8)
    assert [(each.amount.code, each.amount.unit, each.council_name, each.request) for each in rollup.uncounted] == [
        ("bread", "t", "Lakeside", 6),
        ("flour", "sacks", "Riverside", 7),
    ]
    for text in shown(report):
        assert "bread: in no category" in text
        assert "12.50" in text
        assert "flour: in no category" in text
        assert "equests" in text
        assert "no. 7, no. 8" in text


def test_leaving_out_a_council_that_has_closed_its_round_is_seen(tmp_path: Path):
    world, valley, councils, rounds = with_rounds(3, proofs=True)
    world.rollup(valley, *rounds[:2], missing=[councils[2].leaf])
    report = audited(world, tmp_path)
    (rollup,) = report.rollups
    closed = report.rounds[2].close_index
    assert [(one.council_name, one.closed, one.counted_in) for one in rollup.missing] == [("Lakeside", closed, None)]
    page, tables = shown(report)
    assert f"Lakeside, left out although its round was closed, no. {closed}" in page
    assert f"missing: Lakeside, LEFT OUT although its round was closed, no. {closed}" in tables
    assert f"1 rollup leaves out councils whose round was closed: no. {rollup.index}." in report.attention


def test_a_council_without_a_round_is_missing_and_nobody_left_it_out(tmp_path: Path):
    world, valley, councils = with_federation(3, proofs=True)
    rounds = [small_round(world, council) for council in councils[:2]]
    world.rollup(valley, *rounds, missing=[councils[2].leaf])
    report = audited(world, tmp_path)
    assert [(one.council_name, one.closed) for one in report.rollups[0].missing] == [("Lakeside", None)]
    assert report.attention == ()
    for text in shown(report):
        assert "LEFT OUT ALTHOUGH" not in text.upper()


def test_a_council_that_another_federation_in_the_line_counts_is_said_to_be_counted_there(tmp_path: Path):
    world = World().found()
    top = world.federation("Top")
    valley = world.federation("Valley", top)
    inside = [world.council(name, valley) for name in ("Riverside", "Hillside")]
    outside = [world.council(name, top) for name in ("Seaside", "Moorside")]
    rounds = {council.leaf: small_round(world, council) for council in (*inside, *outside)}
    world.rollup(valley, *(rounds[council.leaf] for council in inside))
    inner = len(world.entries) - 1
    missing = sorted(council.leaf for council in inside)
    world.rollup(top, *(rounds[council.leaf] for council in outside), missing=missing)
    report = audited(world, tmp_path)
    outer = report.rollups[1]
    assert {(each.council_name, each.counted_in) for each in outer.missing} == {
        ("Riverside", inner),
        ("Hillside", inner),
    }
    for text in shown(report):
        assert f"it is counted in rollup no. {inner}" in text
    assert report.attention == ()


@pytest.mark.parametrize("effect", ["note", "withdrawn"])
def test_errata_stand_beside_what_they_are_about_and_what_was_withdrawn_is_marked_everywhere(
    tmp_path: Path, effect: str
):
    world, valley, councils, rounds = with_rounds(2, proofs=True)
    big = world.closed(councils[0], world.roster(councils[0], [None, None], prefix="b"), period="2028")
    total = world.total(big).leaf
    rollup = world.rollup(valley, *rounds)
    for council, about in ((councils[0], total), (valley, rollup)):
        world.say("erratum", council, about=about, effect=effect, reason="a row was entered twice")
    world.decision(valley, total, rollup)
    report = audited(world, tmp_path)
    is_withdrawn = effect == "withdrawn"
    line = report.rounds[-1]
    assert ([one.reason for one in line.errata], line.total_withdrawn) == (["a row was entered twice"], is_withdrawn)
    assert report.rollups[0].withdrawn == is_withdrawn
    assert [one.withdrawn for rnd in report.rounds[:2] for one in rnd.rollups] == [is_withdrawn] * 2
    (decision,) = report.decisions
    assert [(one.withdrawn_by is not None, len(one.errata)) for one in decision.adopts] == [(is_withdrawn, 1)] * 2
    page = Page(report_page(report))
    assert page.words["asserted"].count("Reason: a row was entered twice") == 2
    assert "a row was entered twice" not in page.words["proved"]
    everywhere(report, decision.index, f"no. {line.errata[0].index}")
    told_of = [sentence for sentence in report.attention if "withdrawn" in sentence]
    assert len(told_of) == (2 if is_withdrawn else 0)
    if is_withdrawn:
        cited = f"no. {line.total_index}, no. {report.rollups[0].index}"
        assert f"2 published totals were withdrawn by the council that answers for it: {cited}." in told_of
        assert told(report).count("WITHDRAWN") >= 6
        assert page.text.count("ithdrawn") >= 8
    else:
        assert "WITHDRAWN" not in told(report)
        assert 'class="warn"' not in report_page(report)


def test_a_rollup_shows_that_the_own_total_of_a_round_was_withdrawn(tmp_path: Path):
    world, valley, councils = with_federation(1, proofs=True)
    big = world.closed(councils[0], world.roster(councils[0], [None] * 2, prefix="b"), period="2028")
    world.say("erratum", councils[0], about=world.total(big).leaf, effect="withdrawn")
    world.rollup(valley, big)
    report = audited(world, tmp_path)
    assert [one.total_withdrawn for one in report.rollups[0].rounds] == [True]
    assert "its own total was withdrawn" in shown(report)[0]
    assert "its own total WITHDRAWN" in shown(report)[1]


def test_requests_defaults_and_what_took_their_place(tmp_path: Path):
    world = World().found()
    council = world.council()
    first = world.say("request", council)
    world.say("request", council, supersedes=first, purpose="a smaller kitchen")
    for purpose in ("bread for eight", "bread for nine"):
        world.say("request", council, type="default", period=None, purpose=purpose)
    report = audited(world, tmp_path)
    assert [line.superseded_by for line in report.requests] == [4, None, 6, None]
    everywhere(report, 3, "Riverside", "2027", "flour: 5 kg", "the school's kitchen", "superseded by")
    everywhere(report, 6, "if it is silent", "bread for nine")
    assert json_line(report, "requests", 3)["amounts"] == [{"code": "flour", "unit": "kg", "scale": 0, "quantity": 5}]


def test_who_joined_moved_and_left_is_shown_and_where_everybody_is_now(tmp_path: Path):
    world = World().found()
    valley, hills = world.federation("Valley"), world.federation("Hills")
    council = world.council()
    world.say("membership", council, valley.key, to=valley.leaf)
    world.say("membership", council, hills.key, from_=valley.leaf, to=hills.leaf)
    joined = audited(world, tmp_path / "joined")
    everywhere(joined, 5, "Riverside", "Valley")
    everywhere(joined, 6, "Riverside", "Valley", "Hills")
    everywhere(joined, 4, "Riverside", "council", "Hills")
    line = json_line(joined, "councils", 4)
    assert (line["parent"], line["federation"]) == (None, encode_base64(hills.leaf))
    world.say("membership", council, from_=hills.leaf)
    left = audited(world, tmp_path / "left")
    assert json_line(left, "councils", 4)["federation"] is None
    assert [(line.left_name, line.joined_name) for line in left.memberships] == [
        (None, "Valley"),
        ("Valley", "Hills"),
        ("Hills", None),
    ]


def test_a_council_that_was_born_in_a_federation_keeps_its_first_parent_in_the_report(tmp_path: Path):
    world = World().found()
    valley = world.federation("Valley")
    council = world.council("Riverside", valley)
    world.say("membership", council, from_=valley.leaf)
    line = json_line(audited(world, tmp_path), "councils", 3)
    assert (line["parent"], line["federation"]) == (encode_base64(valley.leaf), None)


def test_a_federations_rule_and_its_tags_are_shown(tmp_path: Path):
    world = WHOLE["a_member_and_a_council_move"]()
    report = audited(world, tmp_path)
    valley = report.councils[0]
    assert (valley.silent, valley.tags) == ("excluded", True)
    assert report.councils[-1].tags is None
    assert "silent councils: excluded; tags asked for" in shown(report)[0]
    assert [line.count for line in report.tags] == [2, 1, 2]
    for line in report.tags:
        everywhere(report, line.index, line.council_name, line.period, f"no. {line.roster_index}")
    assert any("That tags are of members" in line for line in report.asserted)


def test_an_open_challenge_against_a_round_its_total_or_a_rollup_is_shown_with_it(tmp_path: Path):
    world, valley, councils, rounds = with_rounds(2, proofs=True)
    rollup = world.rollup(valley, *rounds)
    world.say("challenge", councils[1], about=rollup, ground="privacy")
    world.say("challenge", councils[1], about=rounds[0].leaf, ground="procedure")
    report = audited(world, tmp_path)
    size = len(world.entries)
    assert report.rollups[0].challenged == (size - 2,)
    assert report.rounds[0].challenged == (size - 1,)
    for text in shown(report):
        assert f"challenges open against it: no. {size - 2}" in text
        assert f"challenges open against it: no. {size - 1}" in text


def test_all_errata_about_one_total_are_shown_in_their_order(tmp_path: Path):
    world = World().found()
    council = world.council()
    rnd = world.closed(council, world.roster(council, [None, None]))
    total = world.total(rnd).leaf
    for effect, reason in (("note", "first"), ("withdrawn", "second"), ("note", "third")):
        world.say("erratum", council, about=total, effect=effect, reason=reason)
    (line,) = audited(world, tmp_path).rounds
    assert [(each.effect, each.reason) for each in line.errata] == [
        ("note", "first"),
        ("withdrawn", "second"),
        ("note", "third"),
    ]
    assert line.total_withdrawn
