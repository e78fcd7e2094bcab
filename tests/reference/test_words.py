"""A council's later word stands in place of its earlier one, and not the other way (docs/spec/checks.md section 1)."""

from .history import digest
from .test_electorate import agree, proposed, said
from .test_powers import deciding, recall_body
from .valley import founded


def test_again_is_one_more_each_time() -> None:
    v = founded()
    body = {"about": v["spring"], "council": v["riverside"], "verdict": "for"}
    against = body | {"verdict": "against"}
    v.history.add("consent", body, "riverside")
    assert v.rule("consent", against, "riverside") == "stale-consent"
    assert v.rule("consent", body, "clerk") == "stale-consent"
    assert v.rule("consent", against | {"council": v["hillside"]}, "hillside") is None
    for again in (2, 3, 2**31 - 1):
        assert v.rule("consent", against | {"again": again}, "riverside") == "stale-consent"
    v.history.add("consent", against | {"again": 1}, "riverside")
    for again in (1, 3, 2**31 - 1):
        assert v.rule("consent", body | {"again": again}, "riverside") == "stale-consent"
    assert v.rule("consent", body | {"again": 2}, "clerk") is None
    v.history.add("consent", body | {"again": 2}, "clerk")
    assert v.history.state.consents[v["spring"], v["riverside"]] == "for"


def test_the_first_word_has_no_number_and_every_entry_its_own() -> None:
    v = deciding()
    body = {"about": v["spring"], "council": v["riverside"], "verdict": "for"}
    for again in (1, 2, 5):
        assert v.rule("consent", body | {"again": again}, "riverside") == "stale-consent"
    v.history.add("consent", body, "riverside")
    assert v.rule("consent", body | {"verdict": "against"}, "riverside") == "stale-consent"
    other = v.add("other", "recall", recall_body(v, "valley", "hillside"), "hillside")
    assert v.rule("consent", body | {"about": other}, "riverside") is None


def test_a_word_held_back_does_not_take_the_place_of_a_later_one() -> None:
    v = proposed()
    agree(v, "riverside", verdict="against")
    assert v.rule("consent", said(v, "riverside"), "riverside") == "stale-consent"
    assert v.rule("consent", said(v, "riverside", again=2), "riverside") == "stale-consent"
    held = said(v, "riverside", again=1)
    assert v.rule("consent", held, "riverside") is None
    agree(v, "riverside", verdict="against", again=1)
    assert v.rule("consent", held, "riverside") == "stale-consent"
    agree(v, "hillside")
    assert not v.history.state.mandates[v["hand"]].in_effect
    agree(v, "riverside", again=2)
    assert v.history.state.mandates[v["hand"]].in_effect


def test_the_verdict_of_a_recall_itself_is_not_by_a_consent() -> None:
    v = deciding()
    v.add("recall", "recall", recall_body(v, "valley", "riverside", again=9), "riverside")
    for again in (1, 9, 10):
        word = said(v, "riverside", "recall", verdict="against", again=again)
        assert v.rule("consent", word, "riverside") == "stale-consent"
    agree(v, "riverside", about="recall", verdict="against")
    agree(v, "hillside", about="recall")
    assert not v.history.state.recalls[v["recall"]].in_effect
    assert v.rule("consent", said(v, "riverside", "recall"), "riverside") == "stale-consent"
    agree(v, "riverside", about="recall", again=1)
    assert v.history.state.recalls[v["recall"]].in_effect


def test_what_is_settled_or_of_others_is_said_before_that_a_word_is_stale() -> None:
    v = proposed()
    agree(v, "riverside", "hillside")
    assert v.rule("consent", said(v, "riverside", verdict="against"), "riverside") == "stale-consent"
    v.history.add("membership", {"council": v["hillside"], "from": v["valley"]}, "hillside")
    assert v.rule("consent", said(v, "hillside", verdict="against"), "hillside") == "wrong-council"
    v.history.add("recall", recall_body(v, "valley", "valley", mandate=v["hand"]), "valley")
    assert v.rule("consent", said(v, "riverside", verdict="against"), "riverside") == "mandate-ended"
    nothing = {"about": digest("nothing"), "council": v["riverside"], "verdict": "for"}
    assert v.rule("consent", nothing, "riverside") == "wrong-entry"


def test_who_comes_back_goes_on_with_its_numbers() -> None:
    v = founded()
    body = {"about": v["spring"], "council": v["hillside"], "verdict": "for"}
    v.history.add("consent", body, "hillside")
    v.history.add("membership", {"council": v["hillside"], "from": v["valley"]}, "hillside")
    assert v.rule("consent", body | {"verdict": "against"}, "hillside") == "stale-consent"
    assert v.rule("consent", body | {"again": 1}, "hillside") is None


def test_a_word_that_was_refused_is_not_counted() -> None:
    v = proposed()
    word = said(v, "riverside", again=1)
    assert v.rule("consent", word, "riverside") == "stale-consent"
    assert v.rule("consent", word | {"about": v["decision"]}, "riverside") == "wrong-entry"
    for number in (0, 2**31, "1"):
        assert v.rule("consent", word | {"again": number}, "riverside") == "bad-field"
    assert v.rule("consent", said(v, "riverside"), "riverside") is None
