"""Challenges in a report: the overdue ones first and above all, from the deadline on and not before."""

from pathlib import Path

import pytest

from ledger.audit import AuditReport, report_page
from tests.audit.faces import Page, everywhere, json_line, told
from tests.audit.ledgers import audit_entries
from tests.records.bodies import FOUNDER, LOG, START, key, ledger_body
from tests.records.builders import World
from tests.records.whole import WHOLE

REPLY = 600


class Dispute:
    """Hillside and Ada of Riverside object to a claim of the water steward."""

    def __init__(self) -> None:
        world = self.world = World()
        world.add("ledger", ledger_body(challenges={"limit": 3, "reply": REPLY}), key(FOUNDER))
        self.valley = world.tick(0).federation()
        self.council, self.other = (world.council(name, self.valley) for name in ("Riverside", "Hillside"))
        self.steward = world.council("Water", type="steward")
        self.roster = world.roster(self.council, [None, None], members=["Ada"]).leaf
        self.claim = world.say("resource", self.steward)
        self.challenge = world.say("challenge", self.other, about=self.claim, ground="consultation")

    def report(self, folder: Path) -> AuditReport:
        report = audit_entries(self.world.entries, folder)
        assert report.verdict == "holds"
        return report


AT = 8
"""The index of the first challenge."""


@pytest.mark.parametrize(("seconds", "state"), [(REPLY - 60, "open"), (REPLY, "overdue"), (REPLY + 60, "overdue")])
def test_a_challenge_is_overdue_at_its_deadline_and_not_before(tmp_path: Path, seconds: int, state: str):
    dispute = Dispute()
    dispute.world.tick(seconds)
    report = dispute.report(tmp_path)
    line = json_line(report, "challenges", AT)
    assert (line["state"], line["deadline"]) == (state, START + REPLY)
    is_overdue = state == "overdue"
    everywhere(report, AT, "OVERDUE: no answer in time" if is_overdue else "open", "Water, until")
    sentence = (
        "1 challenge is overdue: not answered in time, by the operator's clock: no. 8 against resource no. 7, "
        "which Water has to answer."
    )
    assert (sentence in report.attention) == is_overdue
    page = Page(report_page(report)).text
    for shown in (page, told(report)):
        assert (sentence in shown) == is_overdue
        assert ("Look at this" in shown) == is_overdue
    if is_overdue:
        assert page.index(sentence) < page.index("How to read this page")


def test_the_overdue_ones_stand_first_wherever_they_are_in_the_log(tmp_path: Path):
    world = WHOLE["challenges_are_answered_overdue_and_decided"]()
    report = audit_entries(world.entries, tmp_path)
    states = [line.state for line in report.challenges]
    assert states == ["overdue", "open", *["decided"] * 4]
    indices = [line.index for line in report.challenges]
    assert indices[2:] == sorted(indices[2:], reverse=True)


def test_those_that_wait_longest_stand_first(tmp_path: Path):
    dispute = Dispute()
    world = dispute.world.tick(60)
    world.say("challenge", dispute.council, about=dispute.claim)
    world.tick(60)
    last = world.say("challenge", dispute.valley, about=dispute.claim)
    assert [line.index for line in dispute.report(tmp_path / "open").challenges] == [8, 10, 12]
    world.tick(REPLY - 60)
    world.say("reply", dispute.steward, challenge=last)
    report = dispute.report(tmp_path / "overdue")
    assert [(line.index, line.state) for line in report.challenges] == [
        (8, "overdue"),
        (10, "overdue"),
        (12, "answered"),
    ]


def test_an_answer_that_came_too_late_says_so(tmp_path: Path):
    dispute = Dispute()
    dispute.world.tick(REPLY)
    dispute.world.say("reply", dispute.steward, challenge=dispute.challenge, answer="accepts", text="we were away")
    report = dispute.report(tmp_path)
    everywhere(report, AT, "answered, late, no. 10", "accepts", "we were away")
    assert json_line(report, "challenges", AT)["replies"][0]["late"] is True
    assert report.attention == ()


def test_an_answer_in_time_is_not_late_and_of_many_the_first_and_the_last_are_shown(tmp_path: Path):
    dispute = Dispute()
    dispute.world.tick(REPLY - 60)
    for text in ("it was measured", "it was measured twice", "once more", "for the last time"):
        dispute.world.say("reply", dispute.steward, challenge=dispute.challenge, text=text)
    report = dispute.report(tmp_path)
    everywhere(report, AT, "answered, no. 10", "it was measured", "for the last time", "and 2 more answers between")
    assert "once more" not in Page(report_page(report)).text
    replies = json_line(report, "challenges", AT)["replies"]
    assert [(one["index"], one["late"], one["council_name"]) for one in replies] == [
        (index, False, "Water") for index in (10, 11, 12, 13)
    ]


def test_how_by_whom_and_under_which_rule_it_was_decided_is_shown(tmp_path: Path):
    dispute = Dispute()
    hers = {"roster": dispute.roster, "row": 0}
    world = dispute.world
    mine = world.say("challenge", key("Ada"), about=dispute.claim, ground="harm", **hers)
    world.say("outcome", dispute.steward, challenge=dispute.challenge, rule="the steward gives in")
    world.say("outcome", key("Ada"), challenge=mine, outcome="withdrawn", rule="a misunderstanding")
    report = dispute.report(tmp_path)
    everywhere(report, AT, "Hillside", "consultation", "upheld", "Water", "the steward gives in")
    everywhere(
        report, 9, "the member in row 0 of roster no. 6", "harm", "withdrawn", "the member", "a misunderstanding"
    )
    line = json_line(report, "challenges", 9)
    assert (line["council_name"], line["roster_index"], line["row"]) == (None, 6, 0)
    assert line["outcome"]["council_name"] is None


def test_who_owes_the_answer_may_be_the_founders(tmp_path: Path):
    dispute = Dispute()
    world = dispute.world
    clock = world.say("clock", key(LOG), time=world.time + 60)
    world.time += 60
    challenge = world.say("challenge", dispute.council, about=clock, ground="procedure")
    world.tick(REPLY)
    report = dispute.report(tmp_path)
    everywhere(report, 10, "clock no. 9", "the founding keys, until")
    assert json_line(report, "challenges", 10)["answerer"] is None
    assert "no. 10 against clock no. 9, which the founding keys have to answer" in report.attention[0]
    world.say("outcome", key(FOUNDER), challenge=challenge, rule="the clock was wrong")
    report = dispute.report(tmp_path / "conceded")
    everywhere(report, 10, "upheld", "the founders", "the clock was wrong")
    assert "no. 10" not in report.attention[0]


def test_what_is_said_about_an_answer_is_open_against_the_same_entry(tmp_path: Path):
    dispute = Dispute()
    reply = dispute.world.say("reply", dispute.steward, challenge=dispute.challenge)
    dispute.world.say("challenge", dispute.council, about=reply, ground="evidence", evidence=bytes(32))
    report = dispute.report(tmp_path)
    everywhere(report, 10, "reply no. 9", "in the end resource no. 7")
    assert json_line(report, "challenges", 10)["evidence"] is not None


def test_of_very_many_that_are_overdue_some_are_named_and_all_are_counted(tmp_path: Path, monkeypatch):
    world = World()
    world.add("ledger", ledger_body(challenges={"limit": 20, "reply": REPLY}), key(FOUNDER))
    council = world.tick(0).council()
    claim = world.say("resource", council)
    for number in range(1, 13):
        world.say("challenge", council, about=claim, again=number)
    world.tick(REPLY)
    report = audit_entries(world.entries, tmp_path)
    assert report.attention[0].startswith("12 challenges are overdue")
    assert report.attention[0].endswith("; and 2 more.")
    monkeypatch.setattr("ledger.audit.plain.LISTED", 5)
    for shown in (Page(report_page(report)).text, told(report)):
        assert "Only the first 5 of 12 are listed here" in shown


def test_how_many_were_refused_is_the_operators_word(tmp_path: Path):
    dispute = Dispute()
    for refused in (2, 5):
        dispute.world.say("clock", key(LOG), time=dispute.world.time + 60, refused=refused)
        dispute.world.time += 60
    report = dispute.report(tmp_path)
    assert report.refused_challenges == 7
    assert "7 challenges were refused as too many, by the operator's word." in report.attention
    assert "7 more were refused" in Page(report_page(report)).words["asserted"]
    assert "How many challenges were refused as too many: the operator's word." in report.asserted


def test_refused_ones_are_told_even_where_no_challenge_was_taken_in(tmp_path: Path):
    world = World().found()
    world.say("clock", key(LOG), time=world.time + 60, refused=1)
    report = audit_entries(world.entries, tmp_path)
    assert "1 were refused" in Page(report_page(report)).words["asserted"]
    assert "1 challenge was refused as too many" in told(report)


def test_a_decision_shows_the_challenges_it_carries_as_they_stand_now(tmp_path: Path):
    dispute = Dispute()
    world = dispute.world
    decision = world.decision(dispute.council, dispute.claim)
    world.say("outcome", dispute.steward, challenge=dispute.challenge)
    later = world.say("challenge", dispute.council, about=dispute.claim, ground="harm")
    world.decision(dispute.other, dispute.claim)
    world.say("challenge", dispute.other, about=decision, ground="procedure")
    world.say("reply", dispute.steward, challenge=later)
    report = dispute.report(tmp_path)
    everywhere(report, 9, "no. 8, consultation: decided", "challenges open against it: no. 13")
    everywhere(report, 12, "no. 11, harm: answered", "challenged")
    assert json_line(report, "decisions", 9)["carries"] == [{"index": 8, "ground": "consultation", "state": "decided"}]
    assert (
        "2 decisions were taken while challenges were open against what was adopted: no. 9, no. 12." in report.attention
    )
    assert "Each decision carries every challenge that was open against what it adopts." in report.proved


def test_of_very_many_that_a_decision_carries_the_first_are_listed_and_all_are_counted(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("ledger.audit.chapters.decisions.MOST_CARRIED", 2)
    world = World()
    world.add("ledger", ledger_body(challenges={"limit": 20, "reply": REPLY}), key(FOUNDER))
    council = world.tick(0).council()
    claim = world.say("resource", council)
    for number in range(1, 6):
        world.say("challenge", council, about=claim, again=number)
    world.decision(council, claim)
    report = audit_entries(world.entries, tmp_path)
    (line,) = report.decisions
    assert ([one.index for one in line.carries], line.carried) == ([4, 5], 5)
    everywhere(report, line.index, "and 3 more")
