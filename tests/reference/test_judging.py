"""Who judges stood above before there was anything to judge, and not for itself (docs/spec/checks.md section 5)."""

import pytest

from .history import decision_body, resource_body, without
from .test_outcome import challenged, measured, member_challenged, only, rules
from .valley import Valley, founded


def topped(when: str = "first") -> tuple[Valley, dict]:
    """Valley joins a federation `top`, and Hillside challenges what Riverside decides: that first, last or between."""
    v = founded()
    v.names["top"] = v.history.council("top", type="federation")

    def joins(then: str) -> None:
        if then == when:
            v.history.add("membership", {"council": v["valley"], "to": v["top"]}, "valley", "top")

    joins("first")
    decided = v.history.add("decision", decision_body(v["riverside"], v["round hillside"]), "riverside")
    joins("between")
    body = challenged(v, decided, "hillside") | {"council": v["top"]}
    joins("last")
    return v, body


@pytest.mark.parametrize(
    ("outcome", "when", "rule"),
    [
        ("rejected", "first", None),
        ("rejected", "between", None),
        ("rejected", "last", "wrong-council"),
        ("upheld", "first", None),
        ("upheld", "between", "wrong-council"),
        ("upheld", "last", "wrong-council"),
    ],
)
def test_a_step_further_up_is_older_too(outcome: str, when: str, rule: str | None) -> None:
    v, body = topped(when)
    assert v.rule("outcome", body | {"outcome": outcome}, "top") == rule
    assert v.rule("outcome", body | {"council": v["valley"], "outcome": outcome}, "valley") is None


def test_who_comes_back_after_the_challenge_has_nobody_above_it() -> None:
    for name, outcome in (("hillside", "rejected"), ("riverside", "upheld")):
        v, body = topped()
        v.history.add("membership", {"council": v[name], "from": v["valley"]}, name)
        assert v.rule("outcome", body | {"outcome": outcome}, "top") == "wrong-council"
        v.history.add("membership", {"council": v[name], "to": v["valley"]}, name, "valley")
        for judge in ("valley", "top"):
            refused = v.rule("outcome", body | {"council": v[judge], "outcome": outcome}, judge)
            assert refused == "wrong-council"
        other = "rejected" if outcome == "upheld" else "upheld"
        assert v.rule("outcome", body | {"outcome": other}, "top") is None


def test_a_federation_that_leaves_its_judge_takes_all_below_it_along() -> None:
    v, body = topped()
    v.history.add("membership", {"council": v["valley"], "from": v["top"]}, "valley")
    for outcome in ("rejected", "upheld"):
        assert v.rule("outcome", body | {"outcome": outcome}, "top") == "wrong-council"
        assert v.rule("outcome", body | {"council": v["valley"], "outcome": outcome}, "valley") is None


def test_who_upholds_stood_above_before_what_is_challenged() -> None:
    v = founded()
    v.history.add("membership", {"council": v["steward"], "to": v["valley"]}, "steward", "valley")
    body = challenged(v, v["spring"], "hillside")
    assert rules(v, body, "upheld") == only("steward")
    claim = v.history.add("resource", resource_body(v["steward"], valid_from=1), "steward")
    assert rules(v, challenged(v, claim, "hillside"), "upheld") == only("steward", "valley")


def test_the_step_up_itself_can_be_judged_by_who_it_is_to() -> None:
    v = founded()
    joined = v.history.add("membership", {"council": v["steward"], "to": v["valley"]}, "steward", "valley")
    assert rules(v, challenged(v, joined, "riverside"), "upheld") == only("steward", "valley")
    assert rules(v, challenged(v, v["hillside"], "riverside"), "upheld") == only("hillside", "valley")


def test_who_rejects_has_only_to_have_stood_above_the_challenger() -> None:
    v = founded()
    v.history.add("membership", {"council": v["steward"], "to": v["valley"]}, "steward", "valley")
    body = challenged(v, v["round riverside"], "steward")
    assert rules(v, body, "rejected") == only("valley")


def test_what_is_said_in_a_challenge_is_judged_by_who_stood_above_then() -> None:
    v = founded()
    first = challenged(v, v["spring"], "steward")
    v.history.add("membership", {"council": v["steward"], "to": v["valley"]}, "steward", "valley")
    assert rules(v, challenged(v, first["challenge"], "hillside"), "upheld") == only("steward")
    said = {"answer": "disputes", "challenge": first["challenge"], "council": v["steward"], "text": "No"}
    reply = v.history.add("reply", said, "steward")
    assert rules(v, challenged(v, reply, "riverside"), "upheld") == only("steward", "valley")


@pytest.mark.parametrize(("when", "rule"), [("first", None), ("between", "wrong-council"), ("last", "wrong-council")])
def test_the_claimant_does_not_join_a_friend_who_takes_a_use_off_its_claim(when: str, rule: str | None) -> None:
    v = founded()
    claim = v.history.add("resource", resource_body(v["valley"]), "valley")
    v.names["friend"] = v.history.council("friend", type="federation")
    used = None
    for then in ("first", "between", "last"):
        if then == when:
            v.history.add("membership", {"council": v["valley"], "to": v["friend"]}, "valley", "friend")
        if then == "first":
            used = measured(v, claim, 500)
        elif then == "between":
            body = challenged(v, used, "lakeside") | {"outcome": "upheld"}
    assert v.rule("outcome", body | {"council": v["friend"]}, "friend") == rule
    assert rules(v, body, "upheld") == only("hillside")


def test_who_used_does_not_join_a_friend_of_the_claimant_either() -> None:
    v = founded()
    claim = v.history.add("resource", resource_body(v["steward"], valid_from=1), "steward")
    used = measured(v, claim, 500)
    v.names["friend"] = v.history.council("friend", type="federation")
    moves = {"council": v["hillside"], "from": v["valley"], "to": v["friend"]}
    v.history.add("membership", moves, "hillside", "friend")
    body = challenged(v, used, "lakeside") | {"outcome": "upheld"}
    assert v.rule("outcome", body | {"council": v["friend"]}, "friend") == "wrong-council"
    assert rules(v, body, "upheld") == only("hillside")


def test_a_member_is_rejected_at_home_whatever_her_council_joined_later() -> None:
    v = founded()
    v.history.add("membership", {"council": v["riverside"], "from": v["valley"]}, "riverside")
    body = member_challenged(v, v["spring"])
    v.history.add("membership", {"council": v["riverside"], "to": v["valley"]}, "riverside", "valley")
    assert rules(v, body, "rejected") == only("riverside")


def test_the_claimant_does_not_take_a_use_off_its_own_claim() -> None:
    v = founded()
    claims = {name: v.add(f"of {name}", "resource", resource_body(v[name]), name) for name in ("valley", "hillside")}
    outcomes = {name: challenged(v, measured(v, claim, 7), "lakeside") for name, claim in claims.items()}
    assert rules(v, outcomes["valley"], "upheld") == only("hillside")
    assert rules(v, outcomes["hillside"], "upheld") == only("hillside", "valley")
    body = outcomes["valley"] | {"outcome": "rejected"}
    assert v.rule("outcome", body | {"council": v["valley"]}, "valley") is None


def test_the_claimant_gives_in_about_a_use_that_it_stated_itself() -> None:
    v = founded()
    claim = v.add("of hillside", "resource", resource_body(v["hillside"]), "hillside")
    body = challenged(v, measured(v, claim, 7), "riverside") | {"council": v["hillside"], "outcome": "upheld"}
    v.history.add("outcome", body, "hillside")
    assert v.history.state.resources[claim].used == 0


def test_the_claimant_of_what_was_superseded_is_the_claimant_still() -> None:
    v = founded()
    claim = v.add("first", "resource", resource_body(v["valley"]), "valley")
    used = measured(v, claim, 7)
    v.history.add("resource", resource_body(v["valley"], supersedes=claim), "valley")
    assert rules(v, challenged(v, used, "lakeside"), "upheld") == only("hillside")


def test_the_claimant_judges_a_challenge_of_the_challenge_of_a_use() -> None:
    v = founded()
    used = measured(v, v.add("first", "resource", resource_body(v["valley"]), "valley"), 7)
    first = challenged(v, used, "lakeside")["challenge"]
    assert rules(v, challenged(v, first, "riverside"), "upheld") == only("lakeside", "valley")


def test_the_founders_do_not_concede_what_is_said_in_a_challenge() -> None:
    v = founded()
    clock = v.history.clock(1010)
    conceded = without(challenged(v, clock, "hillside"), "council", outcome="upheld")
    assert v.rule("outcome", conceded, "founder") is None
    of_member = member_challenged(v, v["spring"])["challenge"]
    said = {"answer": "accepts", "challenge": conceded["challenge"], "text": "Yes"}
    reply = v.history.add("reply", said, "founder")
    outcome = v.history.add("outcome", conceded, "founder")
    withdrawn = {"challenge": of_member, "outcome": "withdrawn", "rule": "done"}
    for number, about in enumerate((of_member, reply, outcome, v.history.add("outcome", withdrawn, "ann"))):
        v.history.clock(2000 + 200 * number)
        assert v.history.state.entries[about].answers is None
        body = without(challenged(v, about, "hillside"), "council", outcome="upheld")
        assert v.rule("outcome", body, "founder") == "wrong-council"
        assert rules(v, body, "upheld") == only()
        assert rules(v, body, "rejected") == only("valley")


@pytest.mark.parametrize(("early", "rule"), [(True, None), (False, "wrong-council")])
def test_a_council_that_moves_before_its_member_challenges_has_found_no_judge(early: bool, rule: str | None) -> None:
    v = founded()
    v.names["friend"] = v.history.council("friend", type="federation")
    move = {"council": v["riverside"], "from": v["valley"], "to": v["friend"]}
    if early:
        v.history.add("membership", move, "riverside", "friend")
    decided = v.history.add("decision", decision_body(v["riverside"], v["round hillside"]), "riverside")
    if not early:
        v.history.add("membership", move, "riverside", "friend")
    body = member_challenged(v, decided) | {"council": v["friend"], "outcome": "rejected"}
    assert v.rule("outcome", body, "friend") == rule
