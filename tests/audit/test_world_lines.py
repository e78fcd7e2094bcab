"""Claims about the world in a report: use, consents and every mark, in all three forms, by the last clock."""

from pathlib import Path

import pytest

from ledger.audit import AuditReport
from ledger.audit.plain import MARKS
from ledger.merkle.hashing import leaf_hash
from tests.audit.faces import everywhere, json_line, nowhere
from tests.audit.ledgers import audit_entries
from tests.records.bodies import FOUNDER, START, CouncilHandle, key, ledger_body
from tests.records.builders import World


class Weir:
    """A steward who claims how much water there is, a council that lives from it, and what can be said of it."""

    def __init__(self) -> None:
        world = self.world = World()
        world.add("ledger", ledger_body(challenges={"limit": 3, "reply": 600}), key(FOUNDER))
        world.tick(0)
        self.steward = world.council("Water", type="steward")
        self.council = world.council("Riverside")
        self.claim = self.claimed(self.steward)
        world.say("consent", self.council, about=self.claim)

    def claimed(self, who: CouncilHandle, **said: object) -> bytes:
        """The usual claim, by one of them."""
        return self.world.say("resource", who, **said)


def plain(_: Weir) -> None:
    """Nothing is against the claim."""


def measured_above(weir: Weir) -> None:
    weir.world.say("use", weir.council, claim=weir.claim, quantity=1_201)


def measured_exactly(weir: Weir) -> None:
    weir.world.say("use", weir.council, claim=weir.claim, quantity=1_200)


def objected_to(weir: Weir) -> None:
    weir.world.say("challenge", weir.council, about=weir.claim)


def unanswered_at_the_deadline(weir: Weir) -> None:
    objected_to(weir)
    weir.world.tick(600)


def unanswered_before_the_deadline(weir: Weir) -> None:
    objected_to(weir)
    weir.world.tick(540)


def answered_at_last(weir: Weir) -> None:
    challenge = weir.world.say("challenge", weir.council, about=weir.claim)
    weir.world.tick(600)
    weir.world.say("reply", weir.steward, challenge=challenge)


def two_councils_differ(weir: Weir) -> None:
    weir.claimed(weir.council, quantity=900)


def two_councils_differ_and_one_is_adopted(weir: Weir) -> None:
    two_councils_differ(weir)
    weir.world.decision(weir.council, weir.claim)


def time_is_over(weir: Weir) -> None:
    weir.world.tick(86_400)


def time_is_almost_over(weir: Weir) -> None:
    weir.world.tick(86_340)


def nobody_agrees_any_more(weir: Weir) -> None:
    weir.world.say("consent", weir.council, about=weir.claim, verdict="against")


def claimed_anew(weir: Weir) -> None:
    weir.claimed(weir.steward, quantity=1_300, supersedes=weir.claim)


MARKED = {
    plain: (),
    measured_above: ("above",),
    measured_exactly: (),
    objected_to: ("challenged",),
    unanswered_before_the_deadline: ("challenged",),
    unanswered_at_the_deadline: ("challenged", "overdue"),
    answered_at_last: ("challenged",),
    two_councils_differ: ("contested",),
    two_councils_differ_and_one_is_adopted: (),
    time_is_almost_over: (),
    time_is_over: ("expired",),
    nobody_agrees_any_more: ("own-word",),
    claimed_anew: ("superseded",),
}


@pytest.mark.parametrize("happen", MARKED, ids=lambda happen: happen.__name__)
def test_every_mark_is_shown_in_all_three_forms_and_no_other(tmp_path: Path, happen):
    weir = Weir()
    happen(weir)
    report = audit_entries(weir.world.entries, tmp_path)
    assert report.verdict == "holds"
    marks = MARKED[happen]
    assert json_line(report, "resources", 4)["marks"] == list(marks)
    words = {MARKS[mark][0] for mark in marks}
    everywhere(report, 4, *words)
    nowhere(report, 4, *({word for word, _ in MARKS.values()} - words))


def test_every_mark_has_its_ledger_here():
    assert {mark for marks in MARKED.values() for mark in marks} | {"unevidenced"} == set(MARKS)


def test_a_claim_without_evidence_says_so(tmp_path: Path):
    weir = Weir()
    weir.claimed(weir.council, evidence=None, resource="mill-race")
    report = audit_entries(weir.world.entries, tmp_path)
    assert json_line(report, "resources", 6)["evidence"] is None
    everywhere(report, 6, "no evidence", "own word only")


def test_what_was_measured_is_shown_with_who_measured_it_and_how(tmp_path: Path):
    weir = Weir()
    for quantity, method in ((700, "by hand"), (501, "meter 3")):
        weir.world.say("use", weir.council, claim=weir.claim, quantity=quantity, method=method)
    report = audit_entries(weir.world.entries, tmp_path)
    everywhere(report, 4, "Water", "1,201 m³/day", "exceeded")
    everywhere(report, 6, "Riverside", "weir, no. 4", "700 m³/day", "by hand")
    nowhere(report, 6, "exceeds the claim")
    everywhere(report, 7, "501 m³/day", "1,201 m³/day", "exceeds the claim", "meter 3")
    line = json_line(report, "uses", 7)
    assert (line["claim_index"], line["sum"], line["above"], line["measured_until"]) == (4, 1_201, True, START)
    assert (json_line(report, "resources", 4)["used"], json_line(report, "resources", 4)["uses"]) == (1_201, 2)
    assert report.attention == ("More was measured than 1 claim says: no. 4.",)


def test_nobody_resets_a_meter_by_claiming_again(tmp_path: Path):
    weir = Weir()
    measured_above(weir)
    claimed_anew(weir)
    report = audit_entries(weir.world.entries, tmp_path)
    new = json_line(report, "resources", 7)
    assert (new["used"], new["uses"], new["supersedes"]) == (1_201, 1, 4)
    everywhere(report, 4, "exceeded", "superseded by")
    assert "no. 4" in report.attention[0]


def test_a_use_that_was_struck_is_shown_and_counts_no_more(tmp_path: Path):
    weir = Weir()
    use = weir.world.say("use", weir.council, claim=weir.claim, quantity=5_000)
    challenge = weir.world.say("challenge", weir.steward, about=use, ground="measurement")
    weir.world.say("outcome", weir.council, challenge=challenge)
    report = audit_entries(weir.world.entries, tmp_path)
    everywhere(report, 6, "5,000 m³/day", "struck")
    assert json_line(report, "uses", 6)["struck"] is True
    assert json_line(report, "resources", 4)["used"] == 0
    nowhere(report, 4, "exceeded")


def test_a_use_after_one_that_was_struck_does_not_exceed_what_the_claim_does_not(tmp_path: Path):
    weir = Weir()
    wrong = weir.world.say("use", weir.council, claim=weir.claim, quantity=1_000)
    weir.world.say("use", weir.council, claim=weir.claim, quantity=700)
    claimed_anew(weir)
    new = weir.world.entries[-1]
    challenge = weir.world.say("challenge", weir.steward, about=wrong, ground="measurement")
    before = audit_entries(weir.world.entries, tmp_path / "before")
    assert (json_line(before, "uses", 7)["sum"], json_line(before, "uses", 7)["above"]) == (1_700, True)
    everywhere(before, 7, "exceeds the claim")
    weir.world.say("outcome", weir.council, challenge=challenge)
    weir.world.say("use", weir.council, claim=leaf_hash(new), quantity=601)
    report = audit_entries(weir.world.entries, tmp_path / "after")
    uses = [json_line(report, "uses", index) for index in (6, 7, 11)]
    assert [(use["sum"], use["above"], use["struck"]) for use in uses] == [
        (0, False, True),
        (700, False, False),
        (1_301, True, False),
    ]
    assert [json_line(report, "resources", index)["used"] for index in (4, 8)] == [700, 1_301]
    nowhere(report, 7, "exceeds the claim")
    everywhere(report, 11, "exceeds the claim", "1,301")


def test_what_councils_say_last_of_a_claim_is_shown_with_their_names(tmp_path: Path):
    weir = Weir()
    hillside = weir.world.council("Hillside")
    weir.world.say("consent", hillside, about=weir.claim, verdict="for")
    weir.world.say("consent", hillside, about=weir.claim, verdict="conditions", conditions="not in August")
    weir.world.say("consent", weir.steward, about=weir.claim, verdict="against")
    report = audit_entries(weir.world.entries, tmp_path)
    said = json_line(report, "resources", 4)["consents"]
    assert [(one["council_name"], one["verdict"], one["index"]) for one in said] == [
        ("Water", "against", 9),
        ("Riverside", "for", 5),
        ("Hillside", "conditions", 8),
    ]
    everywhere(report, 4, "Riverside", "Hillside", "not in August", "against: ")


def test_type_and_name_of_the_resource_are_shown(tmp_path: Path):
    weir = Weir()
    weir.claimed(weir.council, type="ceiling", resource="nitrate", unit="t")
    weir.claimed(weir.council, type="capacity", resource="mill", unit="t")
    report = audit_entries(weir.world.entries, tmp_path)
    everywhere(report, 4, "weir", "resource base")
    everywhere(report, 6, "nitrate", "ceiling")
    everywhere(report, 7, "mill", "capacity")


def asserted(report: AuditReport) -> str:
    return "\n".join(report.asserted)


def test_claims_uses_and_consents_are_asserted_and_never_proved(tmp_path: Path):
    weir = Weir()
    measured_above(weir)
    report = audit_entries(weir.world.entries, tmp_path)
    for word in ("Resource claims", "What was used or emitted", "Consents"):
        assert word in asserted(report)
        assert not any(word in line for line in report.proved)
