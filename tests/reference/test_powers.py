"""Acting keys, mandates and recalls (docs/spec/entries.md section 5, checks.md sections 6 and 7)."""

from .history import History, decision_body, key, without
from .valley import Valley, founded

LONG = 2**53 - 1


def mandate_body(v: Valley, council: str, holder: str, *kinds: str, until: int = LONG) -> dict:
    body = {"council": v[council], "decision": v[f"decision {council}"], "key": key(holder), "kinds": sorted(kinds)}
    return body | {"role": "Clerk", "until": until}


def deciding() -> Valley:
    """The valley, whose councils have all decided something."""
    v = founded()
    v.names["decision riverside"] = v["decision"]
    for name in ("valley", "hillside", "lakeside"):
        v.add(f"decision {name}", "decision", decision_body(v[name], v["spring"]), name)
    return v


def recall_body(v: Valley, council: str, by: str, **more: object) -> dict:
    return {"by": v[by], "council": v[council], "reason": "trust"} | more


def rotate(old: str, new: str) -> dict:
    return {"action": "rotate", "key": key(old), "new": key(new)}


def revoke(old: str) -> dict:
    return {"action": "revoke", "key": key(old)}


def test_mandate() -> None:
    v = deciding()
    body = mandate_body(v, "hillside", "hand", "use", "claim")
    assert v.rule("mandate", body, "hand", "hillside") is None
    assert v.rule("mandate", body, "hillside") == "missing-signature"
    assert v.rule("mandate", body, "hand", "riverside") == "wrong-key"
    assert v.rule("mandate", body | {"kinds": ["use", "claim"]}, "hand", "hillside") == "bad-field"
    assert v.rule("mandate", body | {"kinds": ["use", "use"]}, "hand", "hillside") == "bad-field"
    assert v.rule("mandate", body | {"kinds": ["mandate"]}, "hand", "hillside") == "bad-field"
    assert v.rule("mandate", body | {"kinds": []}, "hand", "hillside") == "bad-field"
    assert v.rule("mandate", body | {"council": v["spring"]}, "hand", "hillside") == "unknown-council"
    assert v.rule("mandate", body | {"key": key("clerk")}, "clerk", "hillside") == "duplicate-key"
    assert v.rule("mandate", body | {"decision": v["spring"]}, "hand", "hillside") == "wrong-decision"
    assert v.rule("mandate", body | {"decision": v["decision riverside"]}, "hand", "hillside") == "wrong-decision"
    assert v.rule("mandate", body | {"until": 1000}, "hand", "hillside") == "mandate-ended"
    v.history.add("key", revoke("hillside"), "hillside")
    assert v.rule("mandate", body, "hand", "hillside") == "revoked-key"


def test_the_holder_acts() -> None:
    v = deciding()
    use = {"claim": v["spring"], "council": v["hillside"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    assert v.rule("use", use, "hand") == "unknown-key"
    v.add("hand", "mandate", mandate_body(v, "hillside", "hand", "use", until=2000), "hand", "hillside")
    v.add("hand 2", "mandate", mandate_body(v, "hillside", "hand 2", "use"), "hand 2", "hillside")
    v.add("hand 3", "mandate", mandate_body(v, "lakeside", "hand 3", "use"), "hand 3", "lakeside")
    assert v.rule("use", use, "hand") is None
    assert v.rule("use", use, "hillside") is None
    assert v.rule("use", use, "hand", "hillside") == "extra-signature"
    assert v.rule("use", use, "hand", "hand 2") == "extra-signature"
    assert v.rule("use", use, "hand 3") == "wrong-key"
    assert v.rule("use", use) == "missing-signature"
    assert v.rule("decision", decision_body(v["hillside"], v["spring"]), "hand") == "outside-mandate"
    v.history.clock(2000)
    assert v.rule("use", use, "hand") == "mandate-ended"
    assert v.rule("use", use, "hand 2") is None
    v.history.add("key", revoke("hand 2"), "hand 2")
    assert v.rule("use", use, "hand 2") == "mandate-ended"


def test_of_several_mandates_the_first_in_effect_that_names_the_kind_acts() -> None:
    v = deciding()
    use = {"claim": v["spring"], "council": v["hillside"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    holders = sorted(("h1", "h2", "h3"), key=key)
    for holder, kind, until in zip(holders, ("use", "tags", "use"), (2000, LONG, LONG), strict=True):
        v.add(holder, "mandate", mandate_body(v, "hillside", holder, kind, until=until), holder, "hillside")
    short, other, long = holders
    assert v.rule("use", use, other, long) == v.rule("use", use, *holders) == "extra-signature"
    assert v.rule("use", use, other) == "outside-mandate"
    v.history.clock(2000)
    assert v.rule("use", use, short) == "mandate-ended"
    assert v.rule("use", use, short, other) == "outside-mandate"
    assert v.rule("use", use, short, long) == "extra-signature"
    assert v.rule("use", use, long) is None


def test_the_first_of_two_holders_claims() -> None:
    v = deciding()
    v.add("hand", "mandate", mandate_body(v, "riverside", "hand", "use", "claim"), "hand", "riverside")
    name = v["round riverside"]
    own, _ = v.history.claim_body(name, 0, "ann", 3)
    assert v.rule("claim", own, "ann", "hand") is None
    first, second = sorted(("hand", "clerk"), key=key)
    mine, _ = v.history.claim_body(name, 1, second, 3)
    assert v.rule("claim", mine, second) is None
    assert v.rule("claim", mine, "hand", "clerk") == "wrong-key"
    mine, _ = v.history.claim_body(name, 1, first, 3)
    assert v.rule("claim", mine, "hand", "clerk") == "extra-signature"


def test_who_has_power_over_the_key_of_a_mandate() -> None:
    v = deciding()
    assert v.rule("key", revoke("clerk"), "clerk") is None
    for name in ("riverside", "valley", "founder"):
        assert v.rule("key", revoke("clerk"), name) == "wrong-key"
    assert v.rule("key", rotate("clerk", "clerk 2"), "clerk", "clerk 2") == "wrong-key"


def test_a_clerk_claims_for_the_council() -> None:
    v = founded()
    name = v["round riverside"]
    body, _ = v.history.claim_body(name, 1, "clerk", 3)
    assert v.rule("claim", body, "clerk") is None
    assert v.rule("claim", body, "clerk", "riverside") == "wrong-key"
    own, _ = v.history.claim_body(name, 0, "ann", 3)
    assert v.rule("claim", own, "ann", "clerk") is None
    assert v.rule("claim", own, "ann", "riverside") is None
    assert v.rule("claim", own, "ann") == "missing-signature"
    recall = recall_body(v, "riverside", "riverside", mandate=v["mandate"])
    v.history.add("recall", recall, "riverside")
    assert v.rule("claim", body, "clerk") == "mandate-ended"
    assert v.rule("claim", own, "ann", "clerk") == "mandate-ended"
    v.history.add("key", revoke("riverside"), "riverside")
    assert v.rule("claim", body, "clerk") == "revoked-key"


def test_children_put_a_mandate_of_their_federation_in_effect() -> None:
    v = deciding()
    use = {"claim": v["spring"], "council": v["valley"], "from": 0, "method": "Gauge", "quantity": 3, "until": 10}
    made = v.add("hand", "mandate", mandate_body(v, "valley", "hand", "use"), "hand", "valley")
    assert v.rule("use", use, "hand") == "mandate-ended"
    said = {"about": made, "verdict": "for"}
    assert v.rule("consent", said | {"council": v["steward"]}, "steward") == "wrong-council"
    assert v.rule("consent", said | {"council": v["valley"]}, "valley") == "wrong-council"
    v.history.add("consent", said | {"council": v["riverside"]}, "riverside")
    v.history.add("consent", said | {"council": v["hillside"], "verdict": "against"}, "hillside")
    assert v.rule("use", use, "hand") == "mandate-ended"
    v.history.add("consent", said | {"again": 1, "council": v["hillside"]}, "hillside")
    assert v.rule("use", use, "hand") is None
    v.history.add("consent", said | {"again": 1, "council": v["riverside"], "verdict": "against"}, "riverside")
    assert v.rule("use", use, "hand") is None


def test_recall_of_a_mandate() -> None:
    v = deciding()
    body = recall_body(v, "riverside", "riverside", mandate=v["mandate"])
    assert v.rule("recall", body, "riverside") is None
    assert v.rule("recall", body, "clerk") == "wrong-key"
    assert v.rule("recall", without(body, "mandate"), "riverside") == "bad-field"
    assert v.rule("recall", body | {"mandate": v["decision"]}, "riverside") == "unknown-mandate"
    hillside = {"by": v["hillside"], "council": v["hillside"]}
    assert v.rule("recall", body | hillside, "hillside") == "unknown-mandate"
    assert v.rule("recall", body | {"by": v["valley"]}, "valley") == "wrong-council"
    assert v.rule("recall", body | {"by": v["spring"]}, "valley") == "unknown-council"
    assert v.rule("recall", body | {"council": v["spring"]}, "riverside") == "unknown-council"
    v.history.clock(3000)
    assert v.rule("recall", body, "riverside") == "mandate-ended"


def test_children_recall_the_key_of_their_federation() -> None:
    v = deciding()
    body = recall_body(v, "valley", "riverside")
    assert v.rule("recall", body, "clerk") == "wrong-key"
    assert v.rule("recall", recall_body(v, "valley", "steward"), "steward") == "wrong-council"
    recall = v.add("recall", "recall", body, "riverside")
    said = {"about": recall, "council": v["hillside"], "verdict": "against"}
    v.history.add("consent", said, "hillside")
    assert v.history.state.councils[v["valley"]].key == key("valley")
    v.history.add("consent", said | {"again": 1, "verdict": "for"}, "hillside")
    assert v.history.state.councils[v["valley"]].key is None
    assert v.history.state.keys[key("valley")].ended == len(v.history.entries) - 1
    assert v.rule("decision", decision_body(v["valley"], recall), "valley") == "revoked-key"
    assert v.rule("recall", body | {"by": v["hillside"]}, "hillside") == "revoked-key"
    assert v.rule("consent", said | {"council": v["lakeside"]}, "lakeside") == "mandate-ended"


def test_nobody_escapes_a_recall_by_rotating() -> None:
    v = deciding()
    recall = v.add("recall", "recall", recall_body(v, "valley", "riverside"), "riverside")
    said = {"about": recall, "council": v["hillside"], "verdict": "for"}
    assert v.rule("consent", said, "hillside") is None
    v.history.add("key", rotate("valley", "valley 2"), "valley", "valley 2")
    other = v.copy()
    other.history.add("consent", said, "hillside")
    assert other.history.state.councils[v["valley"]].key is None
    assert other.history.state.keys[key("valley 2")].ended == len(other.history.entries) - 1
    v.history.add("key", revoke("valley 2"), "valley 2")
    assert v.rule("consent", said, "hillside") == "mandate-ended"


def test_a_recall_of_a_key_is_not_settled_while_there_are_recovery_keys() -> None:
    v = deciding()
    body = {"council": v["valley"], "keys": [key("r1")], "threshold": 1}
    recovery = v.history.add("recovery", body, "valley", "r1")
    for name in ("riverside", "hillside"):
        v.history.add("consent", {"about": recovery, "council": v[name], "verdict": "for"}, name)
    recall = v.add("recall", "recall", recall_body(v, "valley", "riverside"), "riverside")
    said = {"about": recall, "council": v["hillside"], "verdict": "for"}
    assert v.rule("consent", said, "hillside") is None
    v.history.add("key", revoke("valley"), "valley")
    without_key = v.copy()
    without_key.history.add("consent", said, "hillside")
    v.history.add("recover", {"council": v["valley"], "new": key("valley 2")}, "valley 2", "r1")
    v.history.add("consent", said, "hillside")
    for made in (v, without_key):
        assert made.history.state.councils[v["valley"]].recalled
    assert v.history.state.keys[key("valley 2")].ended == len(v.history.entries) - 1


def test_one_child_recalls_at_once() -> None:
    h = History()
    h.begin()
    above = h.council("above", type="federation")
    child = h.council("child", (above, "above"))
    h.add("recall", {"by": child, "council": above, "reason": "trust"}, "child")
    assert h.state.councils[above].key is None
