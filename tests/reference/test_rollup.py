"""Rollups are judged as docs/spec/federation.md section 4 says."""

from .encoding import base64_read
from .history import tags_body
from .valley import Valley, closed, founded, rollup_body


def test_rollup() -> None:
    v = closed()
    body = rollup_body(v)
    assert v.rule("rollup", body, "valley") is None
    assert v.rule("rollup", body, "riverside") == "wrong-key"
    for change, rule in (
        ({"rounds": body["rounds"] * 2}, "bad-field"),
        ({"requested": ["13", "0"]}, "bad-field"),
        ({"missing": sorted([v["lakeside"], v["hillside"]]) * 2}, "bad-field"),
        ({"totals": ["019"]}, "bad-field"),
        ({"totals": [19]}, "bad-field"),
        ({"totals": ["1" * 21]}, "bad-field"),
        ({"totals": ["20"]}, "invalid-opening"),
        ({"rounds": [*body["rounds"], v["spring"]]}, "unknown-round"),
        ({"totals": ["19", "0"], "requested": ["13", "0"]}, "wrong-categories"),
        ({"count": 6}, "wrong-count"),
        ({"federation": v["spring"]}, "unknown-council"),
        ({"federation": v["riverside"]}, "wrong-federation"),
        ({"period": "April"}, "wrong-round"),
        ({"round_no": 2}, "wrong-round"),
        ({"requests": []}, "bad-field"),
        ({"requests": -1}, "bad-field"),
        ({"requests": 0}, "wrong-requests"),
        ({"requests": 2}, "wrong-requests"),
        ({"requested": ["3"]}, "wrong-requested"),
        ({"defaults": []}, "wrong-missing"),
        ({"missing": [v["lakeside"]]}, "wrong-missing"),
        ({"defaults": [], "missing": [v["lakeside"]]}, "wrong-missing"),
    ):
        assert v.rule("rollup", body | change, "valley") == rule, change
    v.history.add("rollup", body, "valley")
    assert v.rule("rollup", body | {"round_no": 1, "missing": [v["spring"]]}, "valley") == "duplicate-rollup"


def with_round(v: Valley, name: str, signer: str, *members: str, **more: object) -> str:
    """A closed round of so many more members, by its leaf."""
    roster = v.history.roster(v[name], signer, *members)
    v.history.add("tags", tags_body(v[name], roster, *members), signer)
    made = v.history.round(v[name], signer, roster, **more)
    for row in range(len(members)):
        v.history.claim(made, row, signer, 1)
    v.history.add("close", v.history.close_body(made), signer)
    return made


def test_a_rollup_is_about_closed_rounds_below_with_one_catalogue() -> None:
    v = closed()
    steward = with_round(v, "steward", "steward", "s", "t")
    base = {"requests": 1, "requested": ["3"]}
    body = v.history.rollup_body(v["valley"], v["round riverside"], steward, **base)
    assert v.rule("rollup", body, "valley") == "wrong-federation"
    unclosed = v.history.round(v["valley"], "valley", v.history.roster(v["valley"], "valley", "x"))
    assert v.rule("rollup", body | {"rounds": [unclosed]}, "valley") == "not-closed"
    cake = {"code": "bread", "name": "Bread", "price": 1, "scale": 0, "unit": "kg", "width": 4}
    other = with_round(v, "lakeside", "lakeside", "l", "m", catalogue=[cake])
    body = v.history.rollup_body(v["valley"], v["round riverside"], other, **base)
    assert v.rule("rollup", body, "valley") == "wrong-categories"
    dear = with_round(v, "lakeside", "lakeside", "n", "o", catalogue=[cake | {"unit": "loaf", "price": 9}], number=2)
    body = v.history.rollup_body(v["valley"], dear, number=2, **base)
    silent = sorted((v["riverside"], v["hillside"]), key=base64_read)
    assert v.rule("rollup", body | {"missing": silent}, "valley") is None


def test_a_rollup_needs_the_greatest_minimum() -> None:
    v = closed()
    few = with_round(v, "lakeside", "lakeside", "l", "m", minimum=4)
    base = {"requests": 1, "requested": ["3"]}
    missing = sorted((v["riverside"], v["hillside"]), key=base64_read)
    body = v.history.rollup_body(v["valley"], few, **base)
    assert v.rule("rollup", body | {"missing": missing}, "valley") == "under-minimum"
    body = v.history.rollup_body(v["valley"], v["round hillside"], few, **base)
    assert v.rule("rollup", body | {"missing": [v["riverside"]]}, "valley") is None


def test_what_a_total_leaves_of_a_rollup_is_not_less_than_the_greatest_minimum() -> None:
    v = closed()
    base = {"requests": 1, "requested": ["3"]}
    for minimum, rule in ((4, None), (5, "differencing")):
        other = v.copy()
        few = with_round(other, "lakeside", "lakeside", "l", "m", minimum=minimum)
        body = other.history.rollup_body(v["valley"], v["round riverside"], v["round hillside"], few, **base)
        assert other.rule("rollup", body, "valley") == rule


def test_tags_are_asked_for_by_rule() -> None:
    v = founded()
    h = v.history
    for name in ("riverside", "hillside"):
        for row in range(len(h.state.rosters[v[f"roster {name}"]].rows)):
            signers = ("ann", name) if (name, row) == ("riverside", 0) else (name,)
            h.claim(v[f"round {name}"], row, *(signers[0], 1, *signers[1:]))
        h.add("close", h.close_body(v[f"round {name}"]), name)
    body = h.rollup_body(v["valley"], v["round riverside"], v["round hillside"], missing=[v["lakeside"]])
    assert v.rule("rollup", body, "valley") == "missing-tags"
    h.add("tags", tags_body(v["riverside"], v["roster riverside"], *"abc"), "riverside")
    assert v.rule("rollup", body, "valley") == "missing-tags"
    h.add("tags", tags_body(v["hillside"], v["roster hillside"], *"de"), "hillside")
    assert v.rule("rollup", body, "valley") is None


def test_a_tag_stands_once_among_all_rosters_of_a_rollup() -> None:
    v = founded()
    h = v.history
    rosters = [h.roster(v["lakeside"], "lakeside", f"{letter}1", f"{letter}2") for letter in "pq"]
    made = h.round(v["lakeside"], "lakeside", *rosters)
    for row in range(4):
        h.claim(made, row, "lakeside", 1)
    h.add("close", h.close_body(made), "lakeside")
    h.add("tags", tags_body(v["lakeside"], rosters[0], "p", "q"), "lakeside")
    h.add("tags", tags_body(v["lakeside"], rosters[1], "p", "r"), "lakeside")
    missing = sorted((v["riverside"], v["hillside"]), key=base64_read)
    assert v.rule("rollup", h.rollup_body(v["valley"], made, missing=missing), "valley") == "counted-twice"


def both_closed(v: Valley, hillside: str) -> str:
    """Above all, with tags, when both rounds are closed and Hillside's two tags are these letters'."""
    h = v.history
    for name, members in (("riverside", "abc"), ("hillside", hillside)):
        for row in range(len(members)):
            who = ("ann", 1, name) if (name, row) == ("riverside", 0) else (name, 1)
            h.claim(v[f"round {name}"], row, *who)
        h.add("close", h.close_body(v[f"round {name}"]), name)
        h.add("tags", tags_body(v[name], v[f"roster {name}"], *members), name)
    above = h.council("above", type="federation", rule={"silent": "excluded", "tags": True})
    h.add("membership", {"council": v["valley"], "to": above}, "valley", "above")
    return above


def test_a_tag_is_counted_for_one_council_in_a_period() -> None:
    v = founded()
    above = both_closed(v, "dc")
    h = v.history
    both = h.rollup_body(v["valley"], v["round riverside"], v["round hillside"], missing=[v["lakeside"]])
    assert v.rule("rollup", both, "valley") == "counted-twice"
    silent = sorted((v["lakeside"], v["hillside"]), key=base64_read)
    h.add("rollup", h.rollup_body(v["valley"], v["round riverside"], missing=silent), "valley")
    assert v.rule("rollup", h.rollup_body(above, v["round hillside"]), "above") == "counted-twice"
    assert v.rule("rollup", h.rollup_body(above, v["round riverside"]), "above") is None


def test_without_the_rule_no_tag_is_counted() -> None:
    v = founded()
    above = both_closed(v, "dc")
    h = v.history
    beside = h.council("beside", type="federation")
    leaves = {"council": v["hillside"], "from": v["valley"], "to": beside}
    h.add("membership", leaves, "hillside", "beside")
    h.add("rollup", h.rollup_body(beside, v["round hillside"]), "beside")
    assert v.rule("rollup", h.rollup_body(above, v["round riverside"]), "above") is None


def test_the_same_tag_for_the_same_council_is_counted_again() -> None:
    v = founded()
    above = both_closed(v, "de")
    h = v.history
    both = (v["round riverside"], v["round hillside"])
    h.add("rollup", h.rollup_body(v["valley"], *both, missing=[v["lakeside"]]), "valley")
    assert v.rule("rollup", h.rollup_body(above, *both), "above") is None
