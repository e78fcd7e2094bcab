"""Who has a say in what is proposed to a federation, and when it takes effect (docs/spec/checks.md section 6)."""

import pytest

from .history import key
from .test_powers import LONG, deciding, mandate_body, recall_body, revoke, rotate
from .test_recovery import recovery_body
from .valley import Valley

CHILDREN = ("riverside", "hillside", "lakeside")


def proposed(*more: str) -> Valley:
    """The valley with more children beside its three, and a mandate `hand` that it proposes to them."""
    v = deciding()
    for name in more:
        v.names[name] = v.history.council(name, (v["valley"], "valley"))
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    return v


def agree(v: Valley, *names: str, about: str = "hand", verdict: str = "for", again: int = 0) -> None:
    for name in names:
        v.history.add("consent", said(v, name, about, verdict, again), name)


def said(v: Valley, name: str, about: str = "hand", verdict: str = "for", again: int = 0) -> dict:
    body = {"about": v[about], "council": v[name], "verdict": verdict}
    return body | {"again": again} if again else body


def leave(v: Valley, *names: str) -> None:
    for name in names:
        v.history.add("membership", {"council": v[name], "from": v["valley"]}, name)


def in_effect(v: Valley, name: str = "hand") -> bool:
    return v.history.state.mandates[v[name]].in_effect


def can_recover(v: Valley, *names: str) -> None:
    """Each of these councils has a recovery key of its own."""
    for name in names:
        v.history.add("recovery", recovery_body(v, name, f"r {name}", threshold=1), name, f"r {name}")


def recover(v: Valley, name: str) -> None:
    body = {"council": v[name], "new": key(f"{name} 2")}
    v.history.add("recover", body, f"{name} 2", f"r {name}")


def test_who_was_taken_in_later_has_no_say() -> None:
    v = proposed()
    v.names["friend"] = v.history.council("friend", (v["valley"], "valley"))
    assert v.rule("consent", said(v, "friend"), "friend") == "wrong-council"
    assert v.rule("consent", said(v, "hillside"), "hillside") is None
    leave(v, "hillside")
    assert v.rule("consent", said(v, "hillside"), "hillside") == "wrong-council"
    v.history.add("membership", {"council": v["hillside"], "to": v["valley"]}, "hillside", "valley")
    assert v.rule("consent", said(v, "hillside"), "hillside") == "wrong-council"
    later = v.add("later", "mandate", mandate_body(v, "valley", "hand 2", "use"), "hand 2", "valley")
    assert v.history.state.mandates[later].proposal.quorum == 4
    assert v.rule("consent", said(v, "hillside", "later"), "hillside") is None
    assert v.rule("consent", said(v, "friend", "later"), "friend") is None


def test_who_was_taken_in_later_is_not_in_the_quorum() -> None:
    v = proposed()
    for name in ("north", "south", "east"):
        v.history.council(name, (v["valley"], "valley"))
    agree(v, "riverside")
    assert not in_effect(v)
    agree(v, "lakeside")
    assert in_effect(v)


def test_half_of_the_quorum_is_not_enough() -> None:
    v = proposed("north")
    agree(v, "riverside", "north")
    assert not in_effect(v)
    agree(v, "lakeside", verdict="against")
    assert not in_effect(v)
    agree(v, "hillside")
    assert in_effect(v)


def test_who_leaves_makes_no_majority_of_those_that_are_left() -> None:
    v = proposed()
    agree(v, "riverside")
    leave(v, "hillside", "lakeside")
    agree(v, "riverside", again=1)
    assert not in_effect(v)
    assert v.rule("consent", said(v, "hillside"), "hillside") == "wrong-council"


def test_the_word_of_who_left_does_not_count() -> None:
    v = proposed()
    agree(v, "riverside")
    other = v.copy()
    agree(other, "hillside")
    assert in_effect(other)
    leave(v, "riverside")
    agree(v, "hillside")
    assert not in_effect(v)
    v.history.add("membership", {"council": v["riverside"], "to": v["valley"]}, "riverside", "valley")
    agree(v, "hillside", again=1)
    assert not in_effect(v)
    agree(v, "lakeside")
    assert in_effect(v)


def test_a_verdict_against_puts_nothing_in_effect() -> None:
    v = proposed("north")
    agree(v, "riverside", "hillside")
    agree(v, "lakeside", verdict="against")
    assert not in_effect(v)
    v.history.add("consent", said(v, "north", verdict="conditions") | {"conditions": "less"}, "north")
    assert not in_effect(v)
    agree(v, "lakeside", again=1)
    assert in_effect(v)


def test_who_has_no_key_while_others_agree_does_not_count() -> None:
    v = proposed()
    agree(v, "riverside")
    v.history.add("key", revoke("riverside"), "riverside")
    agree(v, "hillside")
    assert not in_effect(v)
    agree(v, "lakeside")
    assert in_effect(v)


def test_who_had_no_key_then_is_not_in_the_quorum_and_has_no_say() -> None:
    v = deciding()
    can_recover(v, "riverside", "hillside")
    for name in ("riverside", "hillside"):
        v.history.add("key", revoke(name), name)
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    assert v.history.state.mandates[v["hand"]].proposal.quorum == 1
    assert v.rule("consent", said(v, "riverside"), "riverside") == "revoked-key"
    recover(v, "riverside")
    recover(v, "hillside")
    for name in ("riverside", "hillside"):
        assert v.rule("consent", said(v, name), f"{name} 2") == "wrong-council"
    later = v.add("later", "mandate", mandate_body(v, "valley", "hand 2", "use"), "hand 2", "valley")
    assert v.history.state.mandates[later].proposal.quorum == 3
    assert v.rule("consent", said(v, "riverside", "later"), "riverside 2") is None
    agree(v, "lakeside")
    assert in_effect(v)


def test_who_revokes_its_key_and_recovers_has_no_say_any_more() -> None:
    v = proposed()
    can_recover(v, "riverside", "lakeside")
    agree(v, "riverside")
    v.history.add("key", revoke("riverside"), "riverside")
    recover(v, "riverside")
    v.history.add("key", rotate("riverside 2", "riverside 3"), "riverside 2", "riverside 3")
    assert v.rule("consent", said(v, "riverside", again=1), "riverside 3") == "wrong-council"
    agree(v, "hillside")
    assert not in_effect(v)
    agree(v, "lakeside")
    assert in_effect(v)


def test_to_be_recovered_while_there_is_a_key_is_no_break() -> None:
    v = proposed()
    can_recover(v, "riverside")
    agree(v, "riverside")
    recover(v, "riverside")
    assert v.rule("consent", said(v, "riverside", verdict="against", again=1), "riverside 2") is None
    agree(v, "hillside")
    assert in_effect(v)


def test_a_key_that_came_back_in_the_entry_before_is_in_time() -> None:
    v = deciding()
    can_recover(v, "riverside")
    v.history.add("key", revoke("riverside"), "riverside")
    other = v.copy()
    recover(v, "riverside")
    for made in (v, other):
        made.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    recover(other, "riverside")
    assert [made.history.state.mandates[made["hand"]].proposal.quorum for made in (v, other)] == [3, 2]
    assert v.rule("consent", said(v, "riverside"), "riverside 2") is None
    assert other.rule("consent", said(other, "riverside"), "riverside 2") == "wrong-council"


def test_who_recalls_has_had_a_key_since_before_the_recall() -> None:
    v = deciding()
    can_recover(v, "riverside")
    v.history.add("key", revoke("riverside"), "riverside")
    body = recall_body(v, "valley", "riverside")
    assert v.rule("recall", body, "riverside") == "wrong-council"
    earlier = v.add("earlier", "recall", recall_body(v, "valley", "hillside"), "hillside")
    assert v.history.state.recalls[earlier].proposal.quorum == 2
    recover(v, "riverside")
    assert v.rule("consent", said(v, "riverside", "earlier"), "riverside 2") == "wrong-council"
    assert v.rule("recall", body, "riverside 2") is None


def test_a_key_that_is_lost_later_stays_in_the_quorum() -> None:
    v = proposed()
    for name in ("hillside", "lakeside"):
        v.history.add("key", revoke(name), name)
    agree(v, "riverside")
    assert not in_effect(v)


def test_a_rotated_key_has_the_say_of_its_council() -> None:
    v = proposed()
    v.history.add("key", rotate("hillside", "hillside 2"), "hillside", "hillside 2")
    assert v.rule("consent", said(v, "hillside"), "hillside 2") is None
    assert v.rule("consent", said(v, "hillside"), "hillside") == "revoked-key"
    assert v.rule("recall", recall_body(v, "valley", "hillside"), "hillside 2") is None


@pytest.mark.parametrize("count", [2, 3])
def test_children_without_a_current_key_need_not_agree(count: int) -> None:
    v = deciding()
    for name in CHILDREN[:count]:
        v.history.add("key", revoke(name), name)
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    assert in_effect(v) == (count == 3)
    v.history.add("recovery", recovery_body(v, "valley", "r1", threshold=1), "valley", "r1")
    body = {"council": v["valley"], "new": key("valley 2")}
    assert v.rule("recover", body, "valley 2", "r1") == (None if count == 3 else "no-recovery")
    for name in CHILDREN[:count]:
        assert v.rule("recall", recall_body(v, "valley", name), name) == "wrong-council"


def test_in_effect_it_stays_so() -> None:
    v = proposed()
    agree(v, "riverside", "hillside")
    agree(v, "riverside", "hillside", verdict="against", again=1)
    leave(v, "riverside", "hillside")
    assert in_effect(v)


def lapsing(kind: str) -> Valley:
    """A proposal `asked` of this kind, logged at 1000, to which Riverside has agreed."""
    v = deciding()
    if kind == "mandate":
        v.add("asked", kind, mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    elif kind == "recovery":
        v.add("asked", kind, recovery_body(v, "valley", "r1", threshold=1), "valley", "r1")
    elif kind == "recall of a key":
        v.add("asked", "recall", recall_body(v, "valley", "riverside"), "riverside")
        return v
    else:
        v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
        agree(v, "riverside", "hillside")
        v.add("asked", "recall", recall_body(v, "valley", "riverside", mandate=v["hand"]), "riverside")
        return v
    agree(v, "riverside", about="asked")
    return v


@pytest.mark.parametrize("kind", ["mandate", "recovery", "recall of a key", "recall of a mandate"])
def test_a_proposal_lapses_after_ninety_days(kind: str) -> None:
    v = lapsing(kind)
    v.history.clock(1000 + 7_776_000 - 10)
    word = said(v, "hillside", "asked")
    assert v.rule("consent", word, "hillside") is None
    other = v.copy()
    v.history.clock(1000 + 7_776_000)
    for name in ("hillside", "riverside"):
        assert v.rule("consent", said(v, name, "asked", again=1), name) == "mandate-ended"
    assert v.rule("consent", said(v, "riverside", "asked", "against", again=1), "riverside") == "mandate-ended"
    other.history.add("consent", word, "hillside")
    other.history.clock(1000 + 7_776_000)
    state, asked = other.history.state, other["asked"]
    made = state.mandates.get(asked) or state.recalls.get(asked) or state.recoveries[asked]
    assert made.in_effect


def test_a_mandate_in_effect_does_not_lapse_and_one_that_lapsed_does_not_act() -> None:
    v = proposed()
    v.add("other", "mandate", mandate_body(v, "valley", "other", "use"), "other", "valley")
    agree(v, "riverside", "hillside")
    v.history.clock(1000 + 7_776_000)
    assert v.rule("consent", said(v, "lakeside"), "lakeside") is None
    assert v.rule("consent", said(v, "lakeside", "other"), "lakeside") == "mandate-ended"
    use = {"claim": v["spring"], "council": v["valley"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    assert v.rule("use", use, "hand") is None
    assert v.rule("use", use, "other") == "mandate-ended"


def test_a_mandate_ends_before_its_proposal_lapses() -> None:
    v = deciding()
    v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use", until=2000), "hand", "valley")
    v.add("long", "mandate", mandate_body(v, "valley", "long", "use", until=LONG), "long", "valley")
    v.history.clock(2000)
    assert v.rule("consent", said(v, "riverside"), "riverside") == "mandate-ended"
    assert v.rule("consent", said(v, "riverside", "long"), "riverside") is None
