"""Memberships, requests and tags are judged as docs/spec/federation.md sections 1 to 3 say."""

from .history import History, default_body, key, request_body, tags_body, without
from .valley import founded


def test_membership() -> None:
    v = founded()
    other = v.history.council("other", type="federation")
    joins = {"council": v["steward"], "to": v["valley"]}
    leaves = {"council": v["hillside"], "from": v["valley"]}
    moves = leaves | {"to": other}
    assert v.rule("membership", joins, "steward", "valley") is None
    assert v.rule("membership", joins, "steward") == "missing-signature"
    assert v.rule("membership", joins, "valley") == "missing-signature"
    assert v.rule("membership", joins, "founder", "valley") == "wrong-key"
    assert v.rule("membership", leaves, "hillside") is None
    assert v.rule("membership", leaves, "hillside", "valley") is None
    assert v.rule("membership", leaves, "valley") == "missing-signature"
    assert v.rule("membership", leaves, "hillside", "founder") == "extra-signature"
    assert v.rule("membership", moves, "hillside", "other") is None
    assert v.rule("membership", moves, "hillside", "other", "valley") is None
    assert v.rule("membership", without(leaves, "from"), "hillside") == "bad-field"
    assert v.rule("membership", moves | {"to": v["valley"]}, "hillside", "valley") == "bad-field"
    assert v.rule("membership", leaves | {"council": v["spring"]}, "hillside") == "unknown-council"
    assert v.rule("membership", moves | {"to": v["spring"]}, "hillside", "other") == "unknown-council"
    assert v.rule("membership", without(moves, "from"), "hillside", "other") == "wrong-federation"
    assert v.rule("membership", leaves | {"from": other}, "hillside") == "wrong-federation"
    assert v.rule("membership", joins | {"to": v["lakeside"]}, "steward", "lakeside") == "wrong-federation"
    assert v.rule("membership", {"council": v["riverside"], "from": v["valley"]}, "clerk") == "outside-mandate"
    assert v.rule("membership", {"council": other, "to": other}, "other") == "wrong-federation"
    v.history.add("membership", {"council": v["valley"], "to": other}, "valley", "other")
    assert v.rule("membership", {"council": other, "to": v["valley"]}, "valley", "other") == "wrong-federation"


def test_nobody_stands_more_than_sixteen_levels_down() -> None:
    h = History()
    h.begin()
    leaves = [h.council("level 0", type="federation")]
    for number in range(1, 17):
        leaves.append(h.council(f"level {number}", (leaves[-1], f"level {number - 1}"), type="federation"))
    deeper = {"key": key("deeper"), "name": "deeper", "parent": leaves[16], "type": "council"}
    assert h.rule("council", deeper, "deeper", "level 16") == "wrong-federation"
    assert h.rule("council", deeper | {"parent": leaves[15]}, "deeper", "level 15") is None
    top = h.council("top", type="federation")
    body = {"council": leaves[0], "to": top}
    assert h.rule("membership", body, "level 0", "top") == "wrong-federation"
    h.add("membership", {"council": leaves[16], "from": leaves[15]}, "level 16")
    assert h.rule("membership", body, "level 0", "top") is None


def test_who_was_in_says_so_again_with_again() -> None:
    v = founded()
    joins = {"council": v["steward"], "to": v["valley"]}
    v.history.add("membership", joins, "steward", "valley")
    v.history.add("membership", {"council": v["steward"], "from": v["valley"]}, "steward")
    assert v.rule("membership", joins, "steward", "valley") == "duplicate-entry"
    assert v.rule("membership", joins | {"again": 2}, "steward", "valley") is None


def test_request() -> None:
    v = founded()
    body = request_body(v["hillside"])
    assert v.rule("request", body, "hillside") is None
    assert v.rule("request", body, "valley") == "wrong-key"
    assert v.rule("request", body | {"amounts": body["amounts"] * 2}, "hillside") == "bad-field"
    assert v.rule("request", without(body, "period"), "hillside") == "bad-field"
    assert v.rule("request", body | {"type": "default"}, "hillside") == "bad-field"
    too_much = request_body(v["hillside"], 10**12 + 1)
    assert v.rule("request", too_much, "hillside") == "bad-field"
    default = default_body(v["hillside"], 4)
    assert v.rule("request", default | {"supersedes": v["spring"]}, "hillside") == "bad-field"
    kept = v.history.add("request", default, "hillside")
    assert v.rule("request", body | {"supersedes": kept}, "hillside") == "wrong-request"
    assert v.rule("request", body | {"supersedes": v["spring"]}, "hillside") == "wrong-request"
    first = v.history.add("request", body, "hillside")
    second = body | {"supersedes": first}
    assert v.rule("request", second | {"period": "April"}, "hillside") == "wrong-request"
    assert v.rule("request", second | {"council": v["lakeside"]}, "lakeside") == "wrong-request"
    v.history.add("request", second, "hillside")
    assert v.rule("request", second | {"purpose": "Clinic"}, "hillside") == "wrong-request"


def test_so_many_requests_and_no_more() -> None:
    v = founded()
    made = [v.history.add("request", request_body(v["hillside"], number), "hillside") for number in range(63)]
    last = request_body(v["hillside"], 63, supersedes=made[5])
    v.history.add("request", last, "hillside")
    for more in ({}, {"supersedes": made[6]}):
        assert v.rule("request", request_body(v["hillside"], 64, **more), "hillside") == "request-limit"
    assert v.rule("request", request_body(v["hillside"], 64, period="April"), "hillside") is None
    for number in range(70):
        v.history.add("request", default_body(v["hillside"], number), "hillside")


def test_tags() -> None:
    v = founded()
    body = tags_body(v["hillside"], v["roster hillside"], "d", "e")
    assert v.rule("tags", body, "hillside") is None
    assert v.rule("tags", body, "riverside") == "wrong-key"
    assert v.rule("tags", body | {"tags": body["tags"][::-1]}, "hillside") == "bad-field"
    assert v.rule("tags", body | {"roster": v["spring"]}, "hillside") == "unknown-roster"
    assert v.rule("tags", body | {"roster": v["roster riverside"]}, "hillside") == "wrong-roster"
    assert v.rule("tags", tags_body(v["hillside"], v["roster hillside"], "d"), "hillside") == "wrong-count"
    others = tags_body(v["riverside"], v["roster riverside"], "a", "b", "d")
    v.history.add("tags", others, "riverside")
    assert v.rule("tags", body, "hillside") is None
    april = tags_body(v["hillside"], v["roster hillside"], "d", "e", period="April")
    v.history.add("tags", april, "hillside")
    again = tags_body(v["hillside"], v["roster hillside"], "d", "f", period="April")
    assert v.rule("tags", again, "hillside") == "duplicate-tags"
    more = v.history.roster(v["hillside"], "hillside", "d", "x")
    assert v.rule("tags", again | {"roster": more}, "hillside") is None
