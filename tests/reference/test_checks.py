"""The kinds that ask and object are judged as docs/spec/checks.md sections 1 to 5 and 10 say."""

import pytest

from .entries import BODIES
from .history import ORIGIN, History, decision_body, digest, request_body, resource_body, without
from .refusal import RefusedError
from .rules import replay
from .valley import closed, founded, whole


def test_every_kind_stands_in_one_history() -> None:
    valley = whole()
    assert {noted.kind for noted in valley.history.state.entries.values()} == set(BODIES)
    assert len(BODIES) == 26
    verdict = replay(valley.history.entries, ORIGIN)
    assert verdict.holds
    assert verdict.state == valley.history.state
    assert verdict.state.resources[valley["spring"]].used == 0
    assert verdict.state.decisions[valley["adopted"]].carries == (valley["challenge"],)


def test_who_answers() -> None:
    v = whole()
    entries = v.history.state.entries
    council_of_round = {entries[v[name]].answers for name in ("claim ann", "close riverside", "total riverside")}
    assert council_of_round == {v["riverside"]}
    assert entries[v["riverside"]].answers == entries[v["recall"]].answers == v["riverside"]
    assert entries[v["key"]].answers == v["hillside"]
    assert entries[v["rollup"]].answers == v["valley"]
    assert entries[v["challenge"]].answers is None
    assert entries[v["use"]].answers == v["lakeside"]
    assert {noted.answers for noted in entries.values() if noted.kind in ("ledger", "clock")} == {None}


def test_consent() -> None:
    v = founded()
    body = {"about": v["spring"], "council": v["riverside"], "verdict": "against"}
    assert v.rule("consent", body, "riverside") is None
    assert v.rule("consent", body, "clerk") is None
    assert v.rule("consent", body, "steward") == "wrong-key"
    assert v.rule("consent", body | {"conditions": "less"}, "riverside") == "bad-field"
    assert v.rule("consent", body | {"verdict": "conditions"}, "riverside") == "bad-field"
    assert v.rule("consent", body | {"conditions": "less", "verdict": "conditions"}, "riverside") is None
    assert v.rule("consent", body | {"verdict": "perhaps"}, "riverside") == "bad-field"
    assert v.rule("consent", body | {"about": v["decision"]}, "riverside") == "wrong-entry"
    assert v.rule("consent", body | {"about": digest("nothing")}, "riverside") == "wrong-entry"
    assert v.rule("consent", body | {"about": v["mandate"]}, "riverside") == "wrong-council"
    v.history.add("consent", body, "riverside")
    v.history.add("consent", body | {"again": 1, "verdict": "for"}, "riverside")
    assert v.history.state.consents == {(v["spring"], v["riverside"]): "for"}


def test_use() -> None:
    v = founded()
    body = {
        "claim": v["spring"],
        "council": v["hillside"],
        "from": 0,
        "method": "Gauge",
        "quantity": 300,
        "until": 1000,
    }
    assert v.rule("use", body | {"until": 1001}, "hillside") == "too-early"
    assert v.rule("use", body | {"from": 1000}, "hillside") == "bad-field"
    assert v.rule("use", body | {"claim": v["decision"]}, "hillside") == "unknown-resource"
    assert v.rule("use", body, "riverside") == "wrong-key"
    v.history.add("use", body, "hillside")
    v.history.add("use", body | {"quantity": 2**53 - 301}, "hillside")
    assert v.history.state.resources[v["spring"]].used == 2**53 - 1
    assert v.rule("use", body | {"quantity": 1}, "hillside") == "use-overflow"
    v.history.add("resource", resource_body(v["steward"], supersedes=v["spring"]), "steward")
    assert v.rule("use", body | {"quantity": 2}, "hillside") == "wrong-resource"
    assert v.rule("use", body, "hillside") == "duplicate-entry"


def test_use_is_carried_over() -> None:
    v = founded()
    used = {"claim": v["spring"], "council": v["hillside"], "from": 0, "method": "Gauge", "quantity": 7, "until": 10}
    v.history.add("use", used, "hillside")
    for begins in (0, 8999, 9000):
        other = v.copy()
        body = resource_body(v["steward"], valid_from=begins, valid_until=9999, supersedes=v["spring"])
        again = other.add("again", "resource", body, "steward")
        assert other.history.state.resources[again].used == 7
        assert other.rule("resource", body | {"quantity": 1}, "steward") == "wrong-resource"
    beside = v.add("beside", "resource", resource_body(v["steward"], valid_from=1), "steward")
    assert v.history.state.resources[beside].used == 0
    body = resource_body(v["steward"], supersedes=v["spring"])
    for change in ({"resource": "well"}, {"type": "base"}, {"unit": "kg"}, {"scale": 1}):
        assert v.rule("resource", body | change, "steward") == "wrong-resource"
    assert v.rule("resource", body | {"council": v["hillside"]}, "hillside") == "wrong-resource"
    assert v.rule("resource", body | {"supersedes": v["decision"]}, "steward") == "unknown-resource"
    assert v.rule("resource", body | {"type": "wish"}, "steward") == "bad-field"
    assert v.rule("resource", without(body, "type"), "steward") == "missing-field"
    assert v.rule("resource", body | {"evidence": digest("report")}, "steward") is None


def test_challenge() -> None:
    v = founded()
    of_member = {"about": v["spring"], "ground": "harm", "roster": v["roster riverside"], "row": 0}
    of_council = {"about": v["spring"], "council": v["riverside"], "ground": "harm"}
    assert v.rule("challenge", of_member, "ann") is None
    assert v.rule("challenge", of_council, "riverside") is None
    assert v.rule("challenge", of_council, "clerk") == "outside-mandate"
    assert v.rule("challenge", of_member | {"council": v["riverside"]}, "ann") == "bad-field"
    assert v.rule("challenge", without(of_member, "row"), "ann") == "bad-field"
    assert v.rule("challenge", without(of_council, "council"), "ann") == "bad-field"
    assert v.rule("challenge", of_member | {"ground": "envy"}, "ann") == "bad-field"
    assert v.rule("challenge", of_member | {"about": digest("nothing")}, "ann") == "unknown-entry"
    assert v.rule("challenge", of_member | {"roster": v["spring"]}, "ann") == "unknown-roster"
    assert v.rule("challenge", of_member | {"row": 3}, "ann") == "row-out-of-range"
    assert v.rule("challenge", of_member | {"row": 1}, "ann") == "wrong-key"
    assert v.rule("challenge", of_member, "riverside") == "wrong-key"
    assert v.rule("challenge", of_member, "ben") == "unknown-key"
    assert v.rule("challenge", of_member, "ann", "riverside") == "extra-signature"


def test_only_so_many_challenges_in_a_while() -> None:
    v = founded()
    body = {"about": v["spring"], "council": v["riverside"], "ground": "harm"}
    first = v.add("first", "challenge", body, "riverside")
    v.history.clock(1050)
    v.history.add("challenge", body | {"ground": "evidence"}, "riverside")
    assert v.rule("challenge", body | {"ground": "privacy"}, "riverside") == "too-many-challenges"
    assert v.rule("challenge", body | {"council": v["hillside"]}, "hillside") is None
    v.history.clock(1090)
    assert v.rule("challenge", body | {"ground": "privacy"}, "riverside") == "too-many-challenges"
    assert not v.history.state.challenges[first].overdue(1090)
    v.history.clock(1100)
    assert v.history.state.challenges[first].overdue(1100)
    v.history.add("challenge", body | {"ground": "privacy"}, "riverside")
    assert v.rule("challenge", body | {"ground": "mandate"}, "riverside") == "too-many-challenges"


def test_the_rule_without_words_is_three_in_two_weeks() -> None:
    h = History()
    h.begin()
    assert (h.state.limit, h.state.reply) == (3, 1_209_600)


def test_a_reply_may_be_due_after_a_second() -> None:
    h = History()
    h.begin(challenges={"limit": 1, "reply": 1})
    made = h.add("challenge", {"about": h.council("a"), "council": h.council("b"), "ground": "harm"}, "b")
    assert not h.state.challenges[made].overdue(1000)
    assert h.state.challenges[made].overdue(1010)


def test_reply() -> None:
    v = founded()
    said = {"about": v["spring"], "ground": "harm", "roster": v["roster riverside"], "row": 0}
    made = v.add("made", "challenge", said, "ann")
    body = {"answer": "accepts", "challenge": made, "council": v["steward"], "text": "Yes"}
    assert v.rule("reply", body, "steward") is None
    assert v.rule("reply", body, "riverside") == "wrong-key"
    assert v.rule("reply", body | {"challenge": v["spring"]}, "steward") == "unknown-challenge"
    assert v.rule("reply", body | {"council": v["riverside"]}, "riverside") == "wrong-council"
    assert v.rule("reply", without(body, "council"), "founder") == "wrong-council"
    assert v.rule("reply", body | {"answer": "sighs"}, "steward") == "bad-field"
    assert not v.history.state.challenges[made].answered
    v.history.add("reply", body, "steward")
    assert v.history.state.challenges[made].answered
    other = v.add("other", "challenge", said | {"about": made}, "ann")
    body = {"answer": "accepts", "challenge": other, "text": "Yes"}
    assert v.rule("reply", body, "founder") is None
    assert v.rule("reply", body, "steward") == "wrong-key"
    assert v.rule("reply", body) == "missing-signature"
    assert v.rule("reply", body, "founder", "steward") == "extra-signature"


def test_decisions_carry_what_is_open() -> None:
    v = founded()
    said = {"about": v["spring"], "council": v["hillside"], "ground": "harm"}
    first = v.add("first", "challenge", said, "hillside")
    body = {"challenge": first, "council": v["valley"], "outcome": "rejected", "rule": "by vote"}
    outcome = v.add("outcome", "outcome", body, "valley")
    elsewhere = v.add("elsewhere", "challenge", said | {"about": v["decision"], "council": v["steward"]}, "steward")
    second = v.add("second", "challenge", said | {"about": outcome}, "hillside")
    third = v.add("third", "challenge", said | {"about": second, "council": v["riverside"]}, "riverside")
    assert v.history.state.challenges[third].root == v["spring"]
    assert v.history.state.challenges[third].answers == v["hillside"]
    adopted = v.add("adopted", "decision", decision_body(v["valley"], v["spring"]), "valley")
    assert v.history.state.decisions[adopted].carries == (second, third)
    both = v.add("both", "decision", decision_body(v["valley"], v["decision"], outcome), "valley")
    assert v.history.state.decisions[both].carries == (elsewhere,)


def test_erratum() -> None:
    v = closed()
    body = {"about": v["total riverside"], "council": v["riverside"], "effect": "withdrawn", "reason": "counted badly"}
    assert v.rule("erratum", body, "riverside") is None
    assert v.rule("erratum", body, "clerk") == "outside-mandate"
    assert v.rule("erratum", body | {"council": v["valley"]}, "valley") == "wrong-council"
    assert v.rule("erratum", body | {"about": v["close riverside"]}, "riverside") == "wrong-entry"
    assert v.rule("erratum", body | {"effect": "gone"}, "riverside") == "bad-field"
    assert v.rule("erratum", body | {"totals": [8]}, "riverside") == "unknown-field"


def test_clock_says_how_many_challenges_were_refused() -> None:
    v = founded()
    assert v.rule("clock", {"refused": 1, "time": 1010}, "log") is None
    assert v.rule("clock", {"refused": 0, "time": 1010}, "log") == "bad-field"
    assert v.rule("clock", {"time": 1010}, "founder") == "wrong-key"


@pytest.mark.parametrize(
    ("challenges", "rule"),
    [
        ({"limit": 0, "reply": 60}, "bad-field"),
        ({"limit": 1001, "reply": 60}, "bad-field"),
        ({"limit": 1, "reply": 0}, "bad-field"),
        ({"limit": 1, "reply": 31_536_001}, "bad-field"),
        ({"limit": 1}, "missing-field"),
        ({"limit": 1, "reply": 60, "root": 1}, "unknown-field"),
    ],
)
def test_limits_of_the_ledger(challenges: dict, rule: str) -> None:
    with pytest.raises(RefusedError, match=rule):
        History().begin(challenges=challenges)


def test_what_was_said_before_can_be_said_again_with_again() -> None:
    v = founded()
    body = {"about": v["spring"], "council": v["riverside"], "verdict": "for"}
    v.history.add("consent", body, "riverside")
    v.history.add("consent", body | {"again": 1, "verdict": "against"}, "riverside")
    assert v.rule("consent", body, "riverside") == "duplicate-entry"
    assert v.rule("consent", body, "clerk") == "stale-consent"
    v.history.add("consent", body | {"again": 2}, "riverside")
    assert v.history.state.consents[v["spring"], v["riverside"]] == "for"
    challenge = {"about": v["spring"], "council": v["riverside"], "ground": "harm"}
    membership = {"council": v["hillside"], "from": v["valley"]}
    recall = {"by": v["hillside"], "council": v["valley"], "reason": "trust"}
    for kind, said, signer in (
        ("challenge", challenge, "riverside"),
        ("membership", membership, "hillside"),
        ("recall", recall, "hillside"),
        ("request", request_body(v["hillside"]), "hillside"),
    ):
        assert v.rule(kind, said | {"again": 7}, signer) is None, kind
        for number in (0, 2**31, "1"):
            assert v.rule(kind, said | {"again": number}, signer) == "bad-field", kind
    use = {"claim": v["spring"], "council": v["hillside"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    assert v.rule("use", use | {"again": 1}, "hillside") == "unknown-field"
