"""Who may act for whom, in a report: mandates, recalls, recovery, changed keys, and what was signed under a mandate."""

from pathlib import Path

import pytest

from ledger.audit import AuditReport, report_page
from ledger.encoding import encode_base64
from ledger.records.assent import LAPSES
from tests.audit.faces import everywhere, json_line, page_rows, table_rows
from tests.audit.ledgers import audit_entries
from tests.records.bodies import FOUNDER, category, key
from tests.records.builders import World
from tests.records.starts import with_council, with_federation
from tests.records.whole import WHOLE


def audited(world: World, folder: Path) -> AuditReport:
    report = audit_entries(world.entries, folder)
    assert report.verdict == "holds", report.finding
    return report


def test_everything_that_was_signed_under_a_mandate_names_it_and_stays_valid(tmp_path: Path):
    report = audited(WHOLE["a_holder_acts_in_all_that_a_mandate_can_name"](), tmp_path)
    ann, head = report.mandates
    assert (ann.state, ann.ended, head.state, head.ended) == ("ended", "recalled", "ended", "given-up")
    (rnd,) = report.rounds
    assert (rnd.signed_under, rnd.close_signed_under, rnd.total_signed_under) == (ann.index,) * 3
    for lines in (report.resources, report.uses, report.requests, report.tags):
        assert [line.signed_under for line in lines] == [ann.index]
    assert [line.signed_under for line in report.rollups] == [head.index]
    assert [line.signed_under for line in rnd.errata] == [ann.index]
    assert [line.signed_under for line in report.decisions] == [None, None, ann.index]
    assert {line.signed_under for line in head.consents} == {ann.index, None}
    by_ann = {line.index: line for line in report.challenges}
    own, theirs = max(by_ann), min(by_ann)
    assert (by_ann[own].signed_under, by_ann[own].outcome.signed_under) == (ann.index, ann.index)
    assert (by_ann[theirs].signed_under, by_ann[theirs].replies[0].signed_under) == (None, ann.index)
    words = f"signed under mandate no. {ann.index}"
    shown = [line.index for lines in (report.resources, report.uses, report.requests, report.tags) for line in lines]
    for index in (*shown, report.decisions[-1].index, own):
        everywhere(report, index, words)


def test_a_mandate_shows_what_was_signed_under_it_by_kind(tmp_path: Path):
    report = audited(WHOLE["a_holder_acts_in_all_that_a_mandate_can_name"](), tmp_path)
    ann, head = report.mandates
    kinds = set(ann.kinds) - {"rollup"}
    assert set(ann.signed) == kinds
    assert (ann.signed["claim"], ann.signed["challenge"], ann.signed["withdraw"]) == (4, 1, 1)
    assert head.signed == {"rollup": 1}
    everywhere(report, ann.index, "coordinator", "4 claim", "1 roster", "ended: recalled, no. 32", "no. 5")
    everywhere(report, head.index, "1 rollup", "ended: given up by its holder, no. 33")


def test_a_members_own_withdrawal_is_not_signed_under_a_mandate_that_she_has_too(tmp_path: Path):
    world = World().found()
    council = world.council()
    ada = world.mandate(council, "Ada", "claim", "decision", "withdraw")
    roster = world.roster(council, [None, None], members=["Ada"])
    rnd = world.round(council, roster, catalogue=(category("flour", 1),))
    world.claim(rnd, 0, (1,))
    world.withdraw(rnd, 0)
    report = audited(world, tmp_path)
    assert report.mandates[0].signed == {}
    world.decision(ada)
    assert audited(world, tmp_path / "more").mandates[0].signed == {"decision": 1}


@pytest.mark.parametrize(("seconds", "state"), [(86_340, "in-effect"), (86_400, "ended")])
def test_a_mandate_runs_out_at_its_time_and_not_before(tmp_path: Path, seconds: int, state: str):
    world = World().found()
    ann = world.mandate(world.council())
    world.decision(ann)
    world.tick(seconds)
    report = audited(world, tmp_path)
    (line,) = report.mandates
    assert (line.state, line.ended, line.ended_by) == (state, "expired" if state == "ended" else None, None)
    everywhere(report, line.index, "ended: its time ran out" if state == "ended" else "in effect", "1 decision")


def test_what_ended_first_is_what_ended_it(tmp_path: Path):
    """A holder who gives up a key whose time has run out changes nothing, nor does a recovery after that."""
    world = World().found()
    council = world.council()
    world.recovery(council, "r1", "r2")
    ann, bea = world.mandate(council, "Ann"), world.mandate(council, "Bea", days=3)
    world.tick(86_400)
    world.say("key", ann.key, action="revoke", key=ann.key.public)
    world.recover(council, "Riverside 2", "r1", "r2")
    world.say("key", bea.key, action="revoke", key=bea.key.public)
    report = audited(world, tmp_path)
    recovered = next(line.index for line in report.keys if line.change == "recovered")
    assert [(line.ended, line.ended_by) for line in report.mandates] == [("expired", None), ("recovered", recovered)]
    everywhere(report, report.mandates[1].index, f"ended: its council took itself back, no. {recovered}")


def test_a_mandate_in_a_federation_waits_for_those_below(tmp_path: Path):
    world, valley, (one, two, three) = with_federation(3)
    ann = world.mandate(valley)
    world.say("consent", one, about=ann.mandate)
    world.say("consent", three, about=ann.mandate, verdict="conditions", conditions="for a year")
    waiting = audited(world, tmp_path / "waiting")
    (line,) = waiting.mandates
    assert (line.state, line.in_effect_since, line.agreed, line.quorum) == ("waiting", None, 1, 3)
    everywhere(waiting, line.index, "waiting: 1 of 3 are for it, more than half are needed", "for: Riverside")
    everywhere(waiting, line.index, "conditions: Lakeside", "for a year")
    world.say("consent", two, about=ann.mandate)
    report = audited(world, tmp_path / "effect")
    (line,) = report.mandates
    assert (line.state, line.in_effect_since) == ("in-effect", len(world.entries) - 1)
    everywhere(report, line.index, f"in effect since no. {len(world.entries) - 1}, by 2 of 3")


def test_a_mandate_for_which_too_few_were_says_so_when_it_has_lapsed(tmp_path: Path):
    world, valley, (one, _) = with_federation(2)
    ann = world.mandate(valley, days=100)
    world.say("consent", one, about=ann.mandate)
    world.tick(LAPSES - 60)
    waiting = audited(world, tmp_path / "waiting")
    assert waiting.mandates[0].state == "waiting"
    world.tick()
    report = audited(world, tmp_path / "lapsed")
    assert (report.mandates[0].state, report.mandates[0].ended) == ("ended", "lapsed")
    everywhere(report, report.mandates[0].index, "too few were for it within 90 days; never in effect")


def test_a_mandate_that_never_had_effect_says_so_when_its_time_is_over(tmp_path: Path):
    world, valley, _ = with_federation(1)
    world.mandate(valley)
    world.tick(86_400)
    report = audited(world, tmp_path)
    everywhere(report, report.mandates[0].index, "ended: its time ran out; never in effect")


def test_a_recall_waits_has_effect_or_is_settled_otherwise(tmp_path: Path):
    world, valley, (one, two, three) = with_federation(3)
    ann, bea = (world.mandate(valley, name) for name in ("Ann", "Bea"))
    for child in (one, two):
        world.say("consent", child, about=ann.mandate)
    first = world.say("recall", one, council=valley.leaf, mandate=ann.mandate, reason="absent for weeks")
    world.say("recall", two, council=valley.leaf, mandate=bea.mandate)
    world.say("recall", three, council=valley.leaf)
    waiting = audited(world, tmp_path / "waiting")
    assert [(line.state, line.agreed, line.quorum) for line in waiting.recalls] == [("waiting", 1, 3)] * 3
    everywhere(waiting, waiting.recalls[0].index, "waiting: 1 of 3 are for it", "absent for weeks", "Riverside")
    world.say("consent", three, about=first)
    at = len(world.entries) - 1
    world.say("key", bea.key, action="revoke", key=bea.key.public)
    report = audited(world, tmp_path / "effect")
    assert [line.state for line in report.recalls] == ["in-effect", "settled", "waiting"]
    assert [(line.ended, line.ended_by) for line in report.mandates] == [("recalled", at), ("given-up", at + 1)]
    everywhere(report, report.recalls[0].index, f"in effect since no. {at}", "for: Lakeside")
    everywhere(report, report.recalls[1].index, "settled otherwise, or too few were for it within 90 days")
    everywhere(report, report.recalls[2].index, "the key of Valley")


def test_a_recalled_federation_cannot_be_overlooked_nor_one_that_was_taken_back(tmp_path: Path):
    world, valley, (one, two, _) = with_federation(3)
    keys = world.recovery(valley, "r1", "r2")
    for child in (one, two):
        world.say("consent", child, about=keys)
    ann = world.mandate(valley)
    world.recover(valley, "Valley 2", "r1", "r2")
    report = audited(world, tmp_path / "recovered")
    at = len(world.entries) - 1
    assert (report.councils[0].has_key, report.councils[0].recovered) == (True, at)
    everywhere(report, 2, f"recovered, no. {at}", "recovery: 2 of 2 keys")
    everywhere(report, at, "Valley", "recovered", "its recovery keys")
    assert any(f"Valley was taken back by its recovery keys, no. {at}" in line for line in report.attention)
    assert [line.ended for line in report.mandates] == ["recovered"]
    bea = world.mandate(valley, "Bea")
    recall = world.say("recall", one, council=valley.leaf)
    world.say("consent", two, about=recall)
    report = audited(world, tmp_path / "recalled")
    assert {line.leaf: line.ended for line in report.mandates} == {ann.mandate: "recovered", bea.mandate: "recalled"}
    said = f"Valley was recalled by the councils in it, no. {len(world.entries) - 1}"
    assert any(said in line for line in report.attention)
    assert json_line(report, "councils", 2)["has_key"] is False
    for words in ("no key: revoked or recalled", "NO KEY: revoked or recalled"):
        assert any(words in row for row in _rows(report, 2))
    line = report.keys[-1]
    assert (line.change, line.index, line.council_name) == ("recalled", len(world.entries) - 1, "Valley")
    everywhere(report, line.index, "Valley", "recalled", "the councils in it")


def _rows(report: AuditReport, index: int) -> list[str]:
    return page_rows(report, index) + table_rows(report, index)


def test_recovery_keys_wait_have_effect_or_were_replaced(tmp_path: Path):
    world, valley, (one, _) = with_federation(2)
    world.recovery(one, "a1", "a2")
    world.recovery(one, "a3", "a4", "a5", threshold=3, by=[key("a1"), key("a2")])
    world.recovery(valley, "v1", "v2", threshold=1)
    report = audited(world, tmp_path)
    assert [(line.state, line.threshold, line.keys) for line in report.recoveries] == [
        ("replaced", 2, 2),
        ("in-effect", 3, 3),
        ("waiting", 1, 2),
    ]
    everywhere(report, report.recoveries[0].index, "Riverside", "2 of 2", "replaced by later ones")
    everywhere(report, report.recoveries[1].index, "3 of 3", "in effect")
    everywhere(report, report.recoveries[2].index, "1 of 2", "waiting: 0 of 2 are for it")
    everywhere(report, 3, "Riverside", "recovery: 3 of 3 keys")
    everywhere(report, 2, "no recovery keys")


def test_a_key_is_changed_by_itself(tmp_path: Path):
    world, _, (one, two) = with_federation(2)
    own = key("Hillside 2")
    world.say("key", one.key, action="revoke", key=one.key.public)
    world.say("key", two.key, own, action="rotate", key=two.key.public, new=own.public)
    report = audited(world, tmp_path)
    assert [(line.council_name, line.change) for line in report.keys] == [
        ("Riverside", "revoked"),
        ("Hillside", "rotated"),
    ]
    size = len(world.entries)
    everywhere(report, size - 2, "Riverside", "revoked", "the key itself")
    everywhere(report, size - 1, "Hillside", "rotated", "the key itself")
    assert [line.has_key for line in report.councils] == [True, False, True]


def test_a_recalled_holder_who_gives_up_her_key_stays_recalled(tmp_path: Path):
    world, council = with_council()
    ann = world.mandate(council)
    world.say("recall", council, council=council.leaf, mandate=ann.mandate)
    world.say("key", ann.key, action="revoke", key=ann.key.public)
    report = audited(world, tmp_path)
    (line,) = report.mandates
    assert (line.ended, line.ended_by) == ("recalled", len(world.entries) - 2)


def test_a_founding_key_that_is_rotated_is_the_founders(tmp_path: Path):
    world = World().found()
    new = key("founder 2")
    world.say("key", key(FOUNDER), new, action="rotate", key=key(FOUNDER).public, new=new.public)
    report = audited(world, tmp_path)
    everywhere(report, 2, "the founders", "rotated", "the key itself")
    assert report.attention == ()


def test_a_stolen_key_and_its_recovery_are_shown_in_order(tmp_path: Path):
    report = audited(WHOLE["a_stolen_key_is_revoked_and_recovered"](), tmp_path)
    assert [line.change for line in report.keys] == ["recovered", "revoked", "recovered"]
    friend, ann = report.mandates
    assert (friend.ended, friend.ended_by, ann.state) == ("recovered", report.keys[0].index, "in-effect")
    (council,) = report.councils
    assert (council.recovered, council.recovery.threshold, council.recovery.keys) == (report.keys[-1].index, 1, 2)


def test_names_and_words_of_others_are_text(tmp_path: Path):
    world = World().found()
    council = world.council("[red]<b>Riverside</b>")
    ann = world.mandate(council, role="<i>head</i> [bold]")
    world.say("recall", council, council=council.leaf, mandate=ann.mandate, reason="[/] <script>alert(2)</script>")
    report = audited(world, tmp_path)
    everywhere(report, report.mandates[0].index, "[red]<b>Riverside</b>", "<i>head</i> [bold]")
    everywhere(report, report.recalls[0].index, "[/] <script>alert(2)</script>")
    assert "<script>alert" not in report_page(report)


def test_nobody_acts_for_a_council_by_another_councils_mandate(tmp_path: Path):
    """Members of Riverside hold mandates of Hillside; who acts for Riverside in their claims is its own holder."""
    world = World().found()
    council, other = world.council(), world.council("Hillside")
    names = [f"member {number}" for number in range(6)]
    for name in names:
        world.mandate(other, name, "claim")
    holder = world.mandate(council, "Ann", "claim")
    places = [encode_base64(key(name).public) < encode_base64(holder.key.public) for name in names]
    assert set(places) == {True, False}, "some sign before the holder and some after her"
    rnd = world.round(council, world.roster(council, [None] * 6, members=names), catalogue=(category("flour", 1),))
    rnd.council = holder
    for row in range(6):
        world.claim(rnd, row, (1,))
    report = audited(world, tmp_path)
    assert [line.signed for line in report.mandates] == [*[{}] * 6, {"claim": 6}]
