"""Who has a word on what happens in a federation (docs/spec/checks.md sections 1 and 6 to 8)."""

from .test_powers import deciding, mandate_body, recall_body, revoke, rotate


def test_who_was_taken_in_later_has_no_word() -> None:
    v = deciding()
    join = {"council": v["hillside"], "from": v["valley"]}
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    friend = v.history.council("friend", (v["valley"], "valley"))
    said = {"about": made, "verdict": "for"}
    assert v.rule("consent", said | {"council": friend}, "friend") == "wrong-council"
    assert v.rule("consent", said | {"council": v["hillside"]}, "hillside") is None
    v.history.add("membership", join, "hillside")
    v.history.add("membership", {"council": v["hillside"], "to": v["valley"]}, "hillside", "valley")
    assert v.rule("consent", said | {"council": v["hillside"]}, "hillside") == "wrong-council"
    v.history.add("consent", said | {"council": v["riverside"]}, "riverside")
    assert not v.history.state.mandates[made].in_effect
    v.history.add("consent", said | {"council": v["lakeside"]}, "lakeside")
    assert v.history.state.mandates[made].in_effect
    v.history.clock(2000)
    assert v.rule("consent", said | {"council": v["lakeside"], "verdict": "against"}, "lakeside") is None


def test_whose_word_counts_is_asked_at_each_consent() -> None:
    v = deciding()
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    said = {"about": made, "verdict": "for"}
    v.history.add("consent", said | {"council": v["riverside"]}, "riverside")
    v.history.add("membership", {"council": v["hillside"], "from": v["valley"]}, "hillside")
    v.history.add("membership", {"council": v["lakeside"], "from": v["valley"]}, "lakeside")
    assert not v.history.state.mandates[made].in_effect
    assert v.rule("consent", said | {"council": v["hillside"]}, "hillside") == "wrong-council"
    v.history.add("consent", said | {"council": v["riverside"]}, "clerk")
    assert v.history.state.mandates[made].in_effect


def test_another_verdict_puts_nothing_in_effect() -> None:
    v = deciding()
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    said = {"about": made, "verdict": "for"}
    for name in ("one", "two"):
        late = v.history.council(name, (v["valley"], "valley"))
        assert v.rule("consent", said | {"council": late}, name) == "wrong-council"
    v.history.add("consent", said | {"council": v["riverside"]}, "riverside")
    v.history.add("key", revoke("lakeside"), "lakeside")
    v.history.add("key", revoke("hillside"), "hillside")
    assert not v.history.state.mandates[made].in_effect
    v.history.add("consent", said | {"council": v["riverside"], "verdict": "against"}, "riverside")
    assert not v.history.state.mandates[made].in_effect
    v.history.add("consent", said | {"again": 1, "council": v["riverside"]}, "riverside")
    assert v.history.state.mandates[made].in_effect


def test_a_verdict_against_puts_nothing_in_effect_though_most_are_for() -> None:
    v = deciding()
    h = v.history
    for name in ("north", "south"):
        v.names[name] = h.council(name, (v["valley"], "valley"))
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    said = {"about": made, "verdict": "for"}
    for name in ("riverside", "hillside"):
        h.add("consent", said | {"council": v[name]}, name)
    for name in ("north", "south"):
        h.add("membership", {"council": v[name], "from": v["valley"]}, name)
    h.add("consent", said | {"council": v["lakeside"], "verdict": "against"}, "lakeside")
    assert not h.state.mandates[made].in_effect
    h.add("consent", said | {"again": 1, "council": v["hillside"]}, "hillside")
    assert h.state.mandates[made].in_effect


def test_who_has_no_current_key_is_not_counted() -> None:
    v = deciding()
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    for name in ("hillside", "lakeside"):
        v.history.add("key", revoke(name), name)
    v.history.add("consent", {"about": made, "council": v["riverside"], "verdict": "for"}, "riverside")
    assert v.history.state.mandates[made].in_effect


def test_a_rotated_key_has_the_word_of_its_council() -> None:
    v = deciding()
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    said = {"about": made, "council": v["hillside"], "verdict": "for"}
    v.history.add("key", rotate("hillside", "hillside 2"), "hillside", "hillside 2")
    assert v.rule("consent", said, "hillside 2") is None
    assert v.rule("consent", said, "hillside") == "revoked-key"
    assert v.rule("recall", recall_body(v, "valley", "hillside"), "hillside 2") is None


def test_a_federation_without_an_electorate_has_nobody_to_put_in_effect() -> None:
    v = deciding()
    for name in ("riverside", "hillside", "lakeside"):
        v.history.add("key", revoke(name), name)
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    assert not v.history.state.mandates[made].in_effect
    for name in ("riverside", "hillside", "lakeside"):
        said = {"about": made, "council": v[name], "verdict": "for"}
        assert v.rule("consent", said, name) == "revoked-key"
        assert v.rule("recall", recall_body(v, "valley", name), name) == "wrong-council"
