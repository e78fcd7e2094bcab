"""Who may decide a challenge, and what that does (docs/spec/checks.md section 5)."""

from .history import digest, resource_body, without
from .valley import Valley, founded


def challenged(v: Valley, about: str, by: str) -> dict:
    """An outcome of a challenge that a council made, but for who judged and how."""
    said = {"about": about, "council": v[by], "ground": "harm"}
    return {"challenge": v.add(f"by {by}", "challenge", said, by), "rule": "by vote"}


def member_challenged(v: Valley, about: str) -> dict:
    """The same of Ann, who is a member of Riverside."""
    said = {"about": about, "ground": "harm", "roster": v["roster riverside"], "row": 0}
    return {"challenge": v.add("by ann", "challenge", said, "ann"), "rule": "by vote"}


def rules(v: Valley, body: dict, outcome: str) -> dict[str, str | None]:
    """What is said to each council that would judge so."""
    names = ("valley", "riverside", "hillside", "lakeside", "steward")
    return {name: v.rule("outcome", body | {"council": v[name], "outcome": outcome}, name) for name in names}


def only(*who: str) -> dict[str, str | None]:
    """These may, and no other."""
    names = ("valley", "riverside", "hillside", "lakeside", "steward")
    return {name: None if name in who else "wrong-council" for name in names}


def test_the_founders_concede_where_no_council_answers() -> None:
    v = founded()
    first = next(name for name, noted in v.history.state.entries.items() if noted.kind == "ledger")
    body = without(challenged(v, first, "hillside"), "council", outcome="upheld")
    assert v.rule("outcome", body, "founder") is None
    assert v.rule("outcome", body, "hillside") == "wrong-key"
    assert v.rule("outcome", body, "founder", "hillside") == "extra-signature"
    assert v.rule("outcome", body | {"outcome": "rejected"}, "founder") == "bad-field"
    assert v.rule("outcome", body | {"outcome": "withdrawn"}, "founder") == "wrong-council"
    assert v.rule("outcome", body | {"council": v["hillside"]}, "hillside") == "wrong-council"


def test_steps() -> None:
    v = founded()
    made = challenged(v, v["spring"], "hillside")
    body = made | {"council": v["valley"], "outcome": "rejected"}
    assert v.rule("outcome", body, "hillside") == "wrong-key"
    assert v.rule("outcome", without(body, "council"), "founder") == "bad-field"
    assert v.rule("outcome", without(body, "council", outcome="upheld"), "founder") == "wrong-council"
    assert v.rule("outcome", body | {"challenge": v["spring"]}, "valley") == "unknown-challenge"
    for outcome in ("rejected", "upheld"):
        nobody = body | {"council": digest("nobody"), "outcome": outcome}
        assert v.rule("outcome", nobody, "valley") == "unknown-council"
    assert v.rule("outcome", without(body, "council", outcome="withdrawn"), "hillside") == "wrong-council"
    v.history.add("outcome", body, "valley")
    assert v.rule("outcome", body | {"council": v["steward"], "outcome": "upheld"}, "steward") == "already-decided"


def test_who_stands_above_the_challenger_rejects_and_who_answers_gives_in() -> None:
    v = founded()
    body = challenged(v, v["spring"], "hillside")
    assert rules(v, body, "rejected") == only("valley")
    assert rules(v, body, "upheld") == only("steward")
    assert rules(v, body, "withdrawn") == only("hillside")
    v.history.add("membership", {"council": v["steward"], "to": v["valley"]}, "steward", "valley")
    assert rules(v, body, "rejected") == only("valley")
    assert rules(v, body, "upheld") == only("steward")
    v.history.add("membership", {"council": v["hillside"], "from": v["valley"]}, "hillside")
    assert rules(v, body, "rejected") == only()
    later = challenged(v, v["spring"], "riverside")
    assert rules(v, later, "upheld") == only("steward")
    claim = v.history.add("resource", resource_body(v["steward"], valid_from=1), "steward")
    assert rules(v, challenged(v, claim, "riverside"), "upheld") == only("steward", "valley")


def test_a_member_is_rejected_at_home_or_above() -> None:
    v = founded()
    body = member_challenged(v, v["spring"])
    assert rules(v, body, "rejected") == only("riverside", "valley")
    assert rules(v, body, "upheld") == only("steward")
    assert v.rule("outcome", body | {"outcome": "withdrawn"}, "ann") is None
    assert v.rule("outcome", body | {"outcome": "withdrawn"}, "riverside") == "wrong-key"
    assert rules(v, body, "withdrawn") == only()


def test_nobody_judges_its_own_case() -> None:
    v = founded()
    body = member_challenged(v, v["round riverside"])
    assert rules(v, body, "rejected") == only("valley")
    assert rules(v, body, "upheld") == only("riverside", "valley")
    body = challenged(v, v["round riverside"], "valley")
    assert rules(v, body, "rejected") == only()
    assert rules(v, body, "upheld") == only("riverside")
    body = challenged(v, v["valley"], "hillside")
    assert rules(v, body, "rejected") == only()
    assert rules(v, body, "upheld") == only("valley")
    body = challenged(v, v["round riverside"], "riverside")
    assert rules(v, body, "rejected") == only("valley")
    assert rules(v, body, "upheld") == only("valley")


def test_what_the_founding_keys_answer_for_can_be_rejected_only() -> None:
    v = founded()
    body = challenged(v, v.history.clock(1010), "hillside")
    assert v.history.state.challenges[body["challenge"]].answers is None
    assert rules(v, body, "rejected") == only("valley")
    assert rules(v, body, "upheld") == only()


def measured(v: Valley, claim: str, quantity: int) -> str:
    """The leaf of a use that Hillside states."""
    body = {"claim": claim, "council": v["hillside"], "from": 0, "method": "Gauge", "quantity": quantity, "until": 10}
    return v.history.add("use", body, "hillside")


def test_an_upheld_challenge_strikes_a_use() -> None:
    v = founded()
    first, second = v["spring"], resource_body(v["steward"], supersedes=v["spring"])
    used = measured(v, first, 7)
    measured(v, first, 20)
    second = v.add("second", "resource", second, "steward")
    measured(v, second, 300)
    third = v.add("third", "resource", resource_body(v["steward"], supersedes=second), "steward")

    def uses() -> list[int]:
        return [v.history.state.resources[leaf].used for leaf in (first, second, third)]

    assert uses() == [27, 327, 327]
    body = challenged(v, used, "riverside") | {"council": v["valley"]}
    again = challenged(v, used, "lakeside") | {"council": v["hillside"]}
    other = challenged(v, used, "steward") | {"council": v["hillside"]}
    v.history.add("outcome", other | {"council": v["steward"], "outcome": "withdrawn"}, "steward")
    assert uses() == [27, 327, 327]
    v.history.add("outcome", body | {"outcome": "upheld"}, "valley")
    assert uses() == [20, 320, 320]
    v.history.add("outcome", again | {"outcome": "upheld"}, "hillside")
    assert uses() == [20, 320, 320]


def test_a_rejected_challenge_and_one_about_a_reply_strike_nothing() -> None:
    v = founded()
    used = measured(v, v["spring"], 7)
    body = challenged(v, used, "riverside")
    said = {"answer": "disputes", "challenge": body["challenge"], "council": v["hillside"], "text": "No"}
    reply = v.history.add("reply", said, "hillside")
    upheld = challenged(v, reply, "lakeside") | {"council": v["hillside"], "outcome": "upheld"}
    v.history.add("outcome", upheld, "hillside")
    v.history.add("outcome", body | {"council": v["valley"], "outcome": "rejected"}, "valley")
    assert v.history.state.resources[v["spring"]].used == 7
