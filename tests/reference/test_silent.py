"""Silent councils, the cut, and being counted twice (docs/spec/federation.md section 4 steps 3 and 5 to 7)."""

import pytest

from .encoding import base64_read
from .history import History, default_body, digest, request_body
from .valley import closed, rollup_body


def test_what_is_asked_after_the_cut_changes_nothing() -> None:
    v = closed()
    body = rollup_body(v)
    v.history.add("request", request_body(v["hillside"], 7), "hillside")
    v.history.add("request", request_body(v["valley"], 8, supersedes=v["request"]), "valley")
    v.history.add("request", default_body(v["lakeside"], 9), "lakeside")
    late = v.history.council("late", (v["valley"], "valley"))
    v.history.add("request", default_body(late, 9), "late")
    assert v.rule("rollup", body, "valley") is None
    assert v.rule("rollup", body | {"missing": [late]}, "valley") == "wrong-missing"


def test_a_council_is_counted_in_one_line_of_federations() -> None:
    v = closed()
    h = v.history
    h.add("rollup", rollup_body(v), "valley")
    above = h.council("above", type="federation")
    beside = h.council("beside", type="federation")
    h.add("membership", {"council": v["hillside"], "from": v["valley"], "to": beside}, "hillside", "beside")
    body = h.rollup_body(beside, v["round hillside"])
    assert v.rule("rollup", body, "beside") == "counted-twice"
    h.add("membership", {"council": v["valley"], "to": above}, "valley", "above")
    assert v.rule("rollup", body, "beside") == "counted-twice"
    assert v.rule("rollup", h.rollup_body(above, v["round riverside"]), "above") is None
    h.add("membership", {"council": beside, "to": v["valley"]}, "beside", "valley")
    assert v.rule("rollup", body, "beside") is None


@pytest.mark.parametrize("silent", ["default", "excluded"])
def test_silent_councils(silent: str) -> None:
    h = History()
    h.begin()
    top = h.council("top", type="federation", rule={"silent": silent, "tags": False})
    names = {name: h.council(name, (top, "top")) for name in ("closes", "late", "defaults", "nothing")}
    inner = h.council("inner", (top, "top"), type="federation")
    names["deep"] = h.council("deep", (inner, "inner"))
    h.council("steward", (top, "top"), type="steward")
    for name in ("late", "defaults", "deep"):
        h.add("request", default_body(names[name], 10), name)
    h.add("request", request_body(inner, 5), "inner")
    rounds = {}
    for name in ("late", "closes"):
        rounds[name] = h.round(names[name], name, h.roster(names[name], name, "a", "b"))
        for row in range(2):
            h.claim(rounds[name], row, name, 2)
        h.add("close", h.close_body(rounds[name]), name)
    defaults = [names[name] for name in ("defaults", "deep")] if silent == "default" else []
    missing = [leaf for name, leaf in names.items() if name != "closes" and leaf not in defaults]
    body = h.rollup_body(top, rounds["closes"], requests=1, defaults=sorted(defaults, key=base64_read))
    body |= {"missing": sorted(missing, key=base64_read), "requested": [str(5 + 10 * len(defaults))]}
    assert h.rule("rollup", body, "top") is None
    both = sorted([*missing, digest("nobody")], key=base64_read)
    assert h.rule("rollup", body | {"missing": both}, "top") == "wrong-missing"
    assert h.rule("rollup", body | {"defaults": sorted(names.values(), key=base64_read)}, "top") == "wrong-missing"


def closing(h: History, council: str, signer: str) -> str:
    """A closed round of two, by its leaf."""
    made = h.round(council, signer, h.roster(council, signer, "a", "b"))
    for row in range(2):
        h.claim(made, row, signer, 2)
    h.add("close", h.close_body(made), signer)
    return made


class Federation:
    """One with the default rule; its councils; the rounds that they closed."""

    def __init__(self, *names: str, name: str = "top", h: History | None = None) -> None:
        self.h = h or History()
        if h is None:
            self.h.begin()
        self.name = name
        self.top = self.h.council(name, type="federation", rule={"silent": "default", "tags": False})
        self.councils = {child: self.h.council(child, (self.top, name)) for child in names}
        self.rounds: dict[str, str] = {}

    def default(self, name: str, quantity: int) -> None:
        self.h.add("request", default_body(self.councils[name], quantity, again=quantity + 1), name)

    def close(self, name: str) -> None:
        self.rounds[name] = closing(self.h, self.councils[name], name)

    def body(self, *names: str, defaults: str = "", missing: str = "", requested: int = 0, requests: int = 0) -> dict:
        said = {"defaults": self.leaves(defaults), "missing": self.leaves(missing)}
        rounds = [self.rounds[name] for name in names]
        return self.h.rollup_body(self.top, *rounds, requested=[str(requested)], requests=requests, **said)

    def leaves(self, names: str) -> list[str]:
        return sorted((self.councils[name] for name in names.split()), key=base64_read)

    def rule(self, body: dict) -> str | None:
        return self.h.rule("rollup", body, self.name)


def test_who_closes_after_the_cut_is_counted_by_its_default() -> None:
    f = Federation("a", "early", "late")
    f.default("early", 10)
    f.default("late", 20)
    f.close("early")
    f.close("a")
    f.close("late")
    assert f.rule(f.body("a", defaults="late", missing="early", requested=20)) is None
    assert f.rule(f.body("a", missing="early late")) == "wrong-missing"
    assert f.rule(f.body("a", "late", missing="early")) is None


def test_who_steps_up_after_the_cut_is_not_below_at_it() -> None:
    f = Federation("a", "b")
    inner = f.h.council("inner", type="federation")
    f.councils["deep"] = f.h.council("deep", (inner, "inner"))
    f.h.add("request", request_body(f.councils["deep"], 7), "deep")
    f.h.add("request", request_body(f.councils["b"], 5), "b")
    f.close("a")
    assert f.rule(f.body("a", missing="b", requested=5, requests=1)) is None
    f.h.add("membership", {"council": inner, "to": f.top}, "inner", "top")
    assert f.rule(f.body("a", missing="b", requested=5, requests=1)) is None
    f.h.add("membership", {"council": f.councils["b"], "from": f.top}, "b")
    assert f.rule(f.body("a")) is None
    again = {"council": f.councils["b"], "to": f.top}
    f.h.add("membership", again, "b", "top")
    assert f.rule(f.body("a")) is None
    f.close("b")
    assert f.rule(f.body("a", "b", missing="deep", requested=12, requests=2)) is None


def test_a_round_of_who_joined_after_the_cut_can_be_counted() -> None:
    f = Federation("a")
    f.councils["b"] = f.h.council("b")
    f.close("b")
    f.close("a")
    f.h.add("membership", {"council": f.councils["b"], "to": f.top}, "b", "top")
    assert f.rule(f.body("a", "b")) is None


def test_the_last_sixteen_defaults_are_known() -> None:
    f = Federation("a", "b")
    for number in (1, 2):
        f.default("b", number)
    f.close("a")
    for number in range(3, 18):
        f.default("b", number)
    assert f.rule(f.body("a", defaults="b", requested=2)) is None
    f.default("b", 18)
    assert f.rule(f.body("a", defaults="b", requested=2)) == "wrong-missing"
    assert f.rule(f.body("a", missing="b")) is None


def test_who_is_counted_elsewhere_is_not_counted_by_default() -> None:
    f = Federation("a", "b", "c")
    g = Federation("d", name="other", h=f.h)
    for name in ("b", "c"):
        f.default(name, 10)
    f.close("a")
    g.close("d")
    body = f.body("a", defaults="b c", requested=20)
    assert f.rule(body) is None
    f.h.add("rollup", body, "top")
    f.h.add("membership", {"council": f.councils["b"], "from": f.top, "to": g.top}, "b", "other")
    f.h.add("membership", {"council": g.councils["d"], "from": g.top, "to": f.top}, "d", "top")
    f.h.add("membership", {"council": g.councils["d"], "from": f.top, "to": g.top}, "d", "other")
    g.councils |= f.councils
    f.close("b")
    g.rounds["b"] = f.rounds["b"]
    assert g.rule(g.body("b")) == "counted-twice"
    g.councils["e"] = f.h.council("e", (g.top, "other"))
    g.close("e")
    assert g.rule(g.body("e", missing="b d")) is None
    f.h.add("membership", {"council": f.councils["c"], "from": f.top, "to": g.top}, "c", "other")
    g.councils["x"] = f.h.council("x", (g.top, "other"))
    g.close("x")
    assert g.rule(g.body("x", missing="b c d e")) is None
    assert g.rule(g.body("x", defaults="c", missing="b d e", requested=10)) == "wrong-missing"
    f.h.add("membership", {"council": f.top, "to": g.top}, "top", "other")
    g.councils["y"] = f.h.council("y", (g.top, "other"))
    g.close("y")
    assert g.rule(g.body("y", defaults="c", missing="a b d e x", requested=10)) is None


def test_what_is_said_of_the_period_by_the_federation_itself_counts() -> None:
    f = Federation("a")
    first = f.h.add("request", request_body(f.top, 3), "top")
    f.h.add("request", request_body(f.councils["a"], 4, period="April"), "a")
    f.h.add("request", request_body(f.top, 5, supersedes=first), "top")
    f.close("a")
    assert f.rule(f.body("a", requested=5, requests=1)) is None
