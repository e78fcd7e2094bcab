"""One accepted history in which every one of the 26 kinds stands (docs/spec/checks.md, docs/spec/federation.md)."""

from dataclasses import dataclass, field
from functools import cache

from .encoding import base64_read
from .history import (
    History,
    decision_body,
    default_body,
    digest,
    hidden_roster,
    key,
    request_body,
    resource_body,
    tags_body,
)


@dataclass
class Valley:
    """A history, and what in it is called how. Signers have the names of the councils."""

    history: History = field(default_factory=History)
    names: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A leaf by the name that it was given."""
        return self.names[name]

    def add(self, name: str, kind: str, body: dict, *signers: str) -> str:
        """The leaf of an entry that is accepted, kept under a name."""
        self.names[name] = self.history.add(kind, body, *signers)
        return self.names[name]

    def rule(self, kind: str, body: dict, *signers: str) -> str | None:
        """The rule by which an entry is refused here, or None."""
        return self.history.rule(kind, body, *signers)

    def copy(self) -> "Valley":
        """Another one, to go on differently."""
        return Valley(self.history.copy(), dict(self.names))


@cache
def _founded() -> Valley:
    valley = Valley()
    h, names = valley.history, valley.names
    h.begin(challenges={"limit": 2, "reply": 100})
    names["valley"] = h.council("valley", type="federation", rule={"silent": "default", "tags": True})
    for name in ("riverside", "hillside", "lakeside"):
        names[name] = h.council(name, (names["valley"], "valley"))
    names["steward"] = h.council("steward", type="steward")
    names["spring"] = h.add("resource", resource_body(names["steward"]), "steward")
    for name, members in (("riverside", "abc"), ("hillside", "de")):
        names[f"roster {name}"] = h.roster(names[name], name, *members, keys={"a": "ann"})
        names[f"round {name}"] = h.round(names[name], name, names[f"roster {name}"])
    names["decision"] = h.add("decision", decision_body(names["riverside"], names["spring"]), "riverside")
    kinds = ["claim", "close", "consent", "withdraw"]
    body = {"council": names["riverside"], "decision": names["decision"], "key": key("clerk"), "kinds": kinds}
    names["mandate"] = h.add("mandate", body | {"role": "Clerk", "until": 3000}, "clerk", "riverside")
    return valley


def founded() -> Valley:
    """A federation of three councils and a steward beside it; two rounds are open; Riverside has a clerk."""
    return _founded().copy()


@cache
def _closed() -> Valley:
    valley = founded()
    h = valley.history
    valley.names["claim ann"] = h.claim(valley["round riverside"], 0, "ann", 1, "clerk")
    withdrawn = h.claim(valley["round riverside"], 1, "riverside", 2)
    h.add("withdraw", {"claim": withdrawn, "round": valley["round riverside"], "row": 1}, "clerk")
    again, b = h.claim_body(valley["round riverside"], 1, "clerk", 3, seq=2)
    h.openings[h.add("claim", again, "clerk")] = ((3,), b)
    h.claim(valley["round riverside"], 2, "clerk", 4)
    for row in (0, 1):
        h.claim(valley["round hillside"], row, "hillside", 5 + row)
    valley.add("request", "request", request_body(valley["valley"], 3), "valley")
    valley.add("default", "request", default_body(valley["lakeside"], 10), "lakeside")
    for name, signer, members in (("riverside", "clerk", "abc"), ("hillside", "hillside", "de")):
        valley.add(f"close {name}", "close", h.close_body(valley[f"round {name}"]), signer)
        tags = tags_body(valley[name], valley[f"roster {name}"], *members)
        valley.add(f"tags {name}", "tags", tags, name)
    valley.add("total riverside", "total", h.total_body(valley["round riverside"]), "riverside")
    return valley


def closed() -> Valley:
    """Both rounds are closed, with 3 and 2 claims; Riverside's is totalled; Lakeside has a default."""
    return _closed().copy()


def rollup_body(valley: Valley) -> dict:
    """The rollup that Valley can make when the rounds are closed."""
    said = {"defaults": [valley["lakeside"]], "requests": 1, "requested": ["13"]}
    return valley.history.rollup_body(valley["valley"], valley["round riverside"], valley["round hillside"], **said)


@cache
def _whole() -> Valley:
    v = closed()
    h = v.history
    v.add("rollup", "rollup", rollup_body(v), "valley")
    erratum = {"about": v["rollup"], "council": v["valley"], "effect": "note", "reason": "Lakeside was late"}
    v.add("erratum", "erratum", erratum, "valley")
    verdict = {"about": v["spring"], "council": v["riverside"], "verdict": "against"}
    v.add("consent", "consent", verdict, "clerk")
    use = {"claim": v["spring"], "council": v["lakeside"], "from": 0, "method": "Gauge", "quantity": 410, "until": 1000}
    v.add("use", "use", use | {"evidence": digest("gauge")}, "lakeside")
    body = {"about": v["use"], "ground": "measurement", "roster": v["roster riverside"], "row": 0}
    v.add("challenge", "challenge", body, "ann")
    body = {"answer": "explains", "challenge": v["challenge"], "council": v["lakeside"], "text": "Measured in May"}
    v.add("reply", "reply", body, "lakeside")
    v.add("adopted", "decision", decision_body(v["valley"], v["use"]), "valley")
    body = {"challenge": v["challenge"], "council": v["valley"], "outcome": "upheld", "rule": "by evidence"}
    v.add("outcome", "outcome", body, "valley")
    body = {"by": v["riverside"], "council": v["riverside"], "mandate": v["mandate"], "reason": "done"}
    v.add("recall", "recall", body, "riverside")
    keys = sorted((key(name) for name in ("r1", "r2", "r3")), key=base64_read)
    v.add(
        "recovery", "recovery", {"council": v["lakeside"], "keys": keys, "threshold": 2}, "lakeside", "r1", "r2", "r3"
    )
    v.add("recover", "recover", {"council": v["lakeside"], "new": key("lakeside 2")}, "lakeside 2", "r1", "r3")
    v.add("hidden", "roster", hidden_roster(v["hillside"], "d", "e", "f", period="April"), "hillside")
    v.add("membership", "membership", {"council": v["hillside"], "from": v["valley"]}, "hillside")
    v.add(
        "key", "key", {"action": "rotate", "key": key("hillside"), "new": key("hillside 2")}, "hillside", "hillside 2"
    )
    h.clock(1100)
    return v


def whole() -> Valley:
    """All of it."""
    return _whole().copy()
