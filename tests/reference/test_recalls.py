"""What a recall ends, and that a recalled council is so for ever (docs/spec/checks.md sections 6 to 9)."""

from .history import History, key
from .test_electorate import agree, said
from .test_powers import deciding, mandate_body, recall_body, revoke, rotate
from .test_recovery import recovery_body
from .valley import Valley


def with_recovery_keys() -> Valley:
    """The valley, in which Valley has the recovery keys r1 and r2, and r3 is proposed beside them."""
    v = deciding()
    v.add("recovery", "recovery", recovery_body(v, "valley", "r1", "r2", threshold=1), "valley", "r1", "r2")
    agree(v, "riverside", "hillside", about="recovery")
    v.add("pending", "recovery", recovery_body(v, "valley", "r2", "r3", threshold=1), "r1", "r3")
    agree(v, "riverside", about="pending")
    v.add("recall", "recall", recall_body(v, "valley", "riverside"), "riverside")
    return v


def test_a_recalled_council_does_not_come_back() -> None:
    v = with_recovery_keys()
    recover = {"council": v["valley"], "new": key("valley 2")}
    assert v.rule("recover", recover, "valley 2", "r1") is None
    assert v.rule("consent", said(v, "hillside", "pending"), "hillside") is None
    agree(v, "hillside", about="recall")
    index = len(v.history.entries) - 1
    state = v.history.state
    assert [state.keys[key(name)].ended for name in ("valley", "r1", "r2", "r3")] == [index, index, index, None]
    valley = state.councils[v["valley"]]
    assert (valley.key, valley.recovery, valley.recalled) == (None, None, True)
    assert v.rule("recover", recover, "valley 2", "r1") == "no-recovery"
    for signers in (("valley", "r4"), ("r1", "r4"), ("r4",)):
        assert v.rule("recovery", recovery_body(v, "valley", "r4", threshold=1), *signers) == "revoked-key"
    assert v.rule("recovery", recovery_body(v, "valley", "r1", threshold=1), "r1") == "duplicate-key"
    assert v.rule("consent", said(v, "hillside", "pending"), "hillside") == "mandate-ended"
    assert v.rule("consent", said(v, "lakeside", "recall"), "lakeside") == "mandate-ended"
    assert v.rule("key", rotate("valley", "valley 2"), "valley", "valley 2") == "revoked-key"


def test_who_only_revoked_its_key_comes_back_unless_it_is_recalled() -> None:
    v = with_recovery_keys()
    v.history.add("key", revoke("valley"), "valley")
    assert v.rule("consent", said(v, "hillside", "recall"), "hillside") is None
    assert v.rule("consent", said(v, "hillside", "pending"), "hillside") is None
    v.history.add("recover", {"council": v["valley"], "new": key("valley 2")}, "valley 2", "r1")
    assert v.rule("consent", said(v, "hillside", "recall"), "hillside") is None
    assert v.rule("consent", said(v, "hillside", "pending"), "hillside") == "mandate-ended"


def test_nobody_escapes_a_recall_by_revoking() -> None:
    v = with_recovery_keys()
    revoked = len(v.history.entries)
    v.history.add("key", revoke("valley"), "valley")
    again = recall_body(v, "valley", "lakeside", again=1)
    assert v.rule("recall", again, "lakeside") is None
    agree(v, "hillside", about="recall")
    index = len(v.history.entries) - 1
    state = v.history.state
    assert [state.keys[key(name)].ended for name in ("valley", "r1", "r2")] == [revoked, index, index]
    assert state.councils[v["valley"]].recalled
    recover = {"council": v["valley"], "new": key("valley 2")}
    assert v.rule("recover", recover, "valley 2", "r1") == "no-recovery"
    assert v.rule("consent", said(v, "lakeside", "recall"), "lakeside") == "mandate-ended"
    assert v.rule("consent", said(v, "hillside", "pending"), "hillside") == "mandate-ended"
    assert v.rule("recall", again, "lakeside") == "revoked-key"


def test_without_key_and_recovery_keys_there_is_nothing_to_recall_until_there_are() -> None:
    v = deciding()
    v.add("pending", "recovery", recovery_body(v, "valley", "r1", threshold=1), "valley", "r1")
    v.add("recall", "recall", recall_body(v, "valley", "riverside"), "riverside")
    v.history.add("key", revoke("valley"), "valley")
    again = recall_body(v, "valley", "lakeside", again=1)
    assert v.rule("recall", again, "lakeside") == "revoked-key"
    assert v.rule("consent", said(v, "hillside", "recall"), "hillside") == "mandate-ended"
    agree(v, "riverside", "lakeside", about="pending")
    assert v.rule("recall", again, "lakeside") is None
    agree(v, "hillside", about="recall")
    assert v.history.state.councils[v["valley"]].recalled
    assert v.history.state.keys[key("r1")].ended == len(v.history.entries) - 1


def test_nobody_escapes_a_recall_by_recovering() -> None:
    v = with_recovery_keys()
    v.history.add("recover", {"council": v["valley"], "new": key("valley 2")}, "valley 2", "r1")
    agree(v, "hillside", about="recall")
    assert v.history.state.councils[v["valley"]].recalled
    assert v.history.state.keys[key("valley 2")].ended == len(v.history.entries) - 1
    body = {"council": v["valley"], "new": key("valley 3")}
    assert v.rule("recover", body, "valley 3", "r1") == "no-recovery"


def test_the_mandates_of_a_recalled_council_have_ended() -> None:
    v = deciding()
    for name in ("hand", "pending"):
        v.add(name, "mandate", mandate_body(v, "valley", name, "use"), name, "valley")
    agree(v, "riverside", "hillside")
    v.add("recall hand", "recall", recall_body(v, "valley", "riverside", mandate=v["hand"]), "riverside")
    v.add("recall", "recall", recall_body(v, "valley", "riverside"), "riverside")
    again = recall_body(v, "valley", "riverside", mandate=v["hand"], again=1)
    questions = [("lakeside", "hand"), ("lakeside", "pending"), ("lakeside", "recall hand")]
    assert {v.rule("consent", said(v, *question), question[0]) for question in questions} == {None}
    assert v.rule("recall", again, "riverside") is None
    agree(v, "hillside", about="recall")
    assert {v.rule("consent", said(v, *question), question[0]) for question in questions} == {"mandate-ended"}
    assert v.rule("recall", again, "riverside") == "mandate-ended"
    use = {"claim": v["spring"], "council": v["valley"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    assert v.rule("use", use, "hand") == "revoked-key"


def test_the_recall_of_a_mandate_ends_no_key_of_the_council() -> None:
    v = with_recovery_keys()
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    agree(v, "riverside", "hillside")
    v.add("recall hand", "recall", recall_body(v, "valley", "riverside", mandate=v["hand"]), "riverside")
    agree(v, "hillside", about="recall hand")
    assert v.history.state.mandates[v["hand"]].recalled
    assert not v.history.state.councils[v["valley"]].recalled
    assert v.rule("recover", {"council": v["valley"], "new": key("valley 2")}, "valley 2", "r1") is None


def test_those_below_leave_a_recalled_federation() -> None:
    v = with_recovery_keys()
    agree(v, "hillside", about="recall")
    assert v.rule("membership", {"council": v["hillside"], "from": v["valley"]}, "hillside") is None
    joins = {"council": v["steward"], "to": v["valley"]}
    assert v.rule("membership", joins, "steward", "valley") == "revoked-key"
    other = v.history.council("other", type="federation")
    moves = {"council": v["hillside"], "from": v["valley"], "to": other}
    assert v.rule("membership", moves, "hillside", "other") is None


def test_who_recalls_has_a_say_and_its_own_verdict_may_do() -> None:
    h = History()
    h.begin()
    above = h.council("above", type="federation")
    h.council("first", (above, "above"))
    second = h.council("second", (above, "above"))
    body = {"by": second, "council": above, "reason": "trust"}
    two = h.copy()
    two.add("recall", body, "second")
    assert two.state.councils[above].key == key("above")
    h.add("key", revoke("first"), "first")
    recall = h.add("recall", body, "second")
    assert h.state.recalls[recall].proposal.quorum == 1
    assert h.state.councils[above].recalled


def test_a_recall_of_its_own_holder_is_no_proposal() -> None:
    v = deciding()
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    v.add("recall", "recall", recall_body(v, "valley", "valley", mandate=v["hand"]), "valley")
    assert v.history.state.recalls[v["recall"]].proposal is None
    assert v.history.state.mandates[v["hand"]].recalled
