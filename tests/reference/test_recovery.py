"""Recovery, and who has power over keys (docs/spec/checks.md sections 8 and 9, entries.md sections 8 and 9)."""

from .encoding import base64_read
from .history import key
from .test_powers import deciding, mandate_body, revoke, rotate
from .valley import Valley, founded


def recovery_body(v: Valley, council: str, *names: str, threshold: int = 2) -> dict:
    return {"council": v[council], "keys": sorted(map(key, names), key=base64_read), "threshold": threshold}


def test_recovery() -> None:
    v = deciding()
    body = recovery_body(v, "hillside", "r1", "r2", "r3")
    assert v.rule("recovery", body, "hillside", "r1", "r2", "r3") is None
    assert v.rule("recovery", body, "hillside", "r1", "r3") == "missing-signature"
    assert v.rule("recovery", body, "r1", "r2", "r3") == "missing-signature"
    assert v.rule("recovery", body, "valley", "r1", "r2", "r3") == "wrong-key"
    assert v.rule("recovery", body | {"keys": body["keys"][::-1]}, "hillside") == "bad-field"
    assert v.rule("recovery", body | {"threshold": 4}, "hillside") == "bad-field"
    assert v.rule("recovery", recovery_body(v, "hillside", "r1", "clerk"), "hillside", "r1", "clerk") == "duplicate-key"
    assert v.rule("recovery", body | {"council": v["spring"]}, "hillside", "r1", "r2", "r3") == "unknown-council"
    v.history.add("recovery", body, "hillside", "r1", "r2", "r3")
    again = recovery_body(v, "hillside", "r4", threshold=1)
    assert v.rule("recovery", again, "hillside", "r4") == "wrong-key"
    assert v.rule("recovery", again, "r1", "r4") == "missing-signature"
    assert v.rule("recovery", again, "r1", "r2") == "missing-signature"
    assert v.rule("recovery", again, "r1", "r4", "hillside") == "wrong-key"
    assert v.rule("recovery", again, "r1", "r2", "r4", "hillside") == "extra-signature"
    assert v.rule("recovery", again) == "missing-signature"
    assert v.rule("recovery", recovery_body(v, "lakeside", "r1", "r4"), "lakeside", "r1", "r4") == "duplicate-key"
    v.history.add("recovery", again, "r1", "r2", "r3", "r4")
    assert v.rule("recovery", recovery_body(v, "hillside", "r1", "r4"), "r4") == "duplicate-key"
    assert v.rule("recovery", recovery_body(v, "hillside", "r5", threshold=1), "r5", "r1") == "revoked-key"
    assert v.rule("key", revoke("r4"), "r4") == "wrong-key"


def test_present_recovery_keys_may_be_kept() -> None:
    v = deciding()
    keys = v.history.state.keys
    v.history.add("recovery", recovery_body(v, "hillside", "r1", "r2", "r3"), "hillside", "r1", "r2", "r3")
    assert v.rule("recovery", recovery_body(v, "hillside", "r1", "r2", "r3", threshold=3), "r1", "r2") is None
    v.history.add("recovery", recovery_body(v, "hillside", "r1", "r4"), "r1", "r2", "r4")
    ended = len(v.history.entries) - 1
    assert [keys[key(name)].ended for name in ("r1", "r2", "r3", "r4")] == [None, ended, ended, None]
    body = {"council": v["hillside"], "new": key("hillside 2")}
    assert v.rule("recover", body, "hillside 2", "r1", "r4") is None
    assert v.rule("recover", body, "hillside 2", "r1", "r2") == "revoked-key"
    assert v.rule("recovery", recovery_body(v, "hillside", "r2", "r4"), "r1", "r4") == "duplicate-key"


def test_recover() -> None:
    v = deciding()
    body = {"council": v["riverside"], "new": key("riverside 2")}
    assert v.rule("recover", body, "riverside 2", "r1", "r2") == "no-recovery"
    v.history.add("recovery", recovery_body(v, "riverside", "r1", "r2", "r3"), "riverside", "r1", "r2", "r3")
    assert v.rule("recover", body, "riverside 2", "r1", "r2") is None
    assert v.rule("recover", body, "r1", "r2") == "missing-signature"
    assert v.rule("recover", body, "riverside 2", "r1") == "missing-signature"
    assert v.rule("recover", body, "riverside 2", "r1", "riverside") == "wrong-key"
    assert v.rule("recover", body | {"council": v["spring"]}, "riverside 2", "r1", "r2") == "unknown-council"
    assert v.rule("recover", body | {"new": key("r3")}, "r1", "r2", "r3") == "duplicate-key"
    v.history.add("recover", body, "riverside 2", "r1", "r2", "r3")
    verdict = {"about": v["spring"], "council": v["riverside"], "verdict": "for"}
    assert v.rule("consent", verdict, "riverside") == "revoked-key"
    assert v.rule("consent", verdict, "clerk") == "mandate-ended"
    assert v.rule("consent", verdict, "riverside 2") is None
    later = mandate_body(v, "riverside", "clerk 2", "consent")
    v.history.add("mandate", later, "clerk 2", "riverside 2")
    assert v.rule("consent", verdict, "clerk 2") is None
    v.history.add("key", revoke("riverside 2"), "riverside 2")
    assert v.rule("consent", verdict, "clerk 2") == "revoked-key"
    v.history.add("recover", body | {"new": key("riverside 3")}, "riverside 3", "r1", "r2")
    assert v.rule("consent", verdict, "riverside 3") is None


def test_children_put_recovery_keys_of_their_federation_in_effect() -> None:
    v = deciding()
    recover = {"council": v["valley"], "new": key("valley 2")}
    first = v.add("first", "recovery", recovery_body(v, "valley", "r1", threshold=1), "valley", "r1")
    assert v.rule("recover", recover, "valley 2", "r1") == "no-recovery"
    said = {"about": first, "verdict": "for"}
    assert v.rule("consent", said | {"council": v["steward"]}, "steward") == "wrong-council"
    v.history.add("consent", said | {"council": v["riverside"]}, "riverside")
    v.history.add("consent", said | {"council": v["hillside"]}, "hillside")
    assert v.rule("consent", said | {"council": v["lakeside"]}, "lakeside") == "mandate-ended"
    assert v.rule("recover", recover, "valley 2", "r1") is None
    assert v.rule("recovery", recovery_body(v, "valley", "r2", threshold=1), "valley", "r2") == "wrong-key"
    second = v.add("second", "recovery", recovery_body(v, "valley", "r2", threshold=1), "r1", "r2")
    assert v.rule("recover", recover, "valley 2", "r2") == "wrong-key"
    assert v.history.state.keys[key("r1")].ended is None
    for name in ("riverside", "lakeside"):
        v.history.add("consent", {"about": second, "council": v[name], "verdict": "for"}, name)
    assert v.history.state.keys[key("r1")].ended == len(v.history.entries) - 1
    assert v.rule("recover", recover, "valley 2", "r1") == "revoked-key"
    assert v.rule("recover", recover, "valley 2", "r2") is None


def test_a_pending_recovery_is_settled_by_other_keys_or_by_recovering() -> None:
    v = deciding()
    told = {"verdict": "for"}
    pending = {name: recovery_body(v, "valley", name, threshold=1) for name in ("r1", "r2", "r3")}
    made = {name: v.add(name, "recovery", body, "valley", name) for name, body in pending.items()}
    said = told | {"about": made["r1"], "council": v["riverside"]}
    v.history.add("consent", said | {"about": made["r2"]}, "riverside")
    assert v.rule("consent", said, "riverside") is None
    v.history.add("consent", said | {"about": made["r2"], "council": v["hillside"]}, "hillside")
    assert v.rule("consent", said, "riverside") == "mandate-ended"
    assert v.rule("consent", said | {"about": made["r2"], "again": 1}, "riverside") == "mandate-ended"
    assert v.rule("consent", said | {"about": made["r3"]}, "riverside") == "mandate-ended"
    assert v.rule("recovery", recovery_body(v, "valley", "r1", threshold=1), "r2") == "duplicate-key"
    kept = v.add("kept", "recovery", recovery_body(v, "valley", "r2", "r4", threshold=1), "r2", "r4")
    assert v.rule("consent", said | {"about": kept}, "riverside") is None
    v.history.add("recover", {"council": v["valley"], "new": key("valley 2")}, "valley 2", "r2")
    assert v.rule("consent", said | {"about": kept}, "riverside") == "mandate-ended"
    late = v.add("late", "recovery", recovery_body(v, "valley", "r2", "r5", threshold=1), "r2", "r5")
    assert v.rule("consent", said | {"about": late}, "riverside") is None


def test_nobody_above_has_power_over_a_key() -> None:
    v = deciding()
    for name, others in {"hillside": ("valley", "founder", "riverside"), "valley": ("founder", "hillside")}.items():
        assert v.rule("key", revoke(name), name) is None
        assert v.rule("key", rotate(name, "new"), name, "new") is None
        assert v.rule("key", revoke(name), name, "founder") == "extra-signature"
        assert v.rule("key", rotate(name, "new"), name) == "missing-signature"
        assert v.rule("key", rotate(name, "new"), "new") == "missing-signature"
        for other in others:
            assert v.rule("key", revoke(name), other) == "wrong-key"
            assert v.rule("key", rotate(name, "new"), other, "new") == "wrong-key"


def test_founding_of_councils() -> None:
    v = founded()
    body = {"key": key("new"), "name": "New", "type": "council"}
    rule = {"silent": "excluded", "tags": True}
    assert v.rule("council", body, "new", "founder") is None
    assert v.rule("council", body | {"rule": rule}, "new", "founder") == "bad-field"
    assert v.rule("council", body | {"rule": rule, "type": "federation"}, "new", "founder") is None
    assert v.rule("council", body | {"rule": {"tags": True}, "type": "federation"}, "new", "founder") == "missing-field"
    below = body | {"parent": v["valley"]}
    assert v.rule("council", below, "new", "valley") is None
    assert v.rule("council", below, "new", "founder") == "wrong-key"
    assert v.rule("council", below, "valley") == "missing-signature"
    assert v.rule("council", below | {"parent": v["riverside"]}, "new", "riverside") == "wrong-federation"
    assert v.rule("council", below | {"parent": v["spring"]}, "new", "riverside") == "unknown-council"
    v.history.add("key", revoke("valley"), "valley")
    assert v.rule("council", below, "new", "valley") == "revoked-key"
