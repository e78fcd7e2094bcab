"""The fields and the lists "Form" of ten kinds (docs/spec/checks.md sections 1 to 10)."""

from collections.abc import Callable
from itertools import pairwise

from .fields import (
    DIGEST,
    KEY,
    LEAF,
    NATURAL,
    ORDINAL,
    ROW,
    Array,
    Integer,
    Object,
    ascending,
    is_key,
    one_of,
    text,
)
from .refusal import require

GROUNDS = ("consultation", "double-count", "evidence", "harm", "mandate", "measurement", "privacy", "procedure")
ACTS = (
    "challenge",
    "claim",
    "close",
    "consent",
    "decision",
    "erratum",
    "outcome",
    "reply",
    "request",
    "resource",
    "rollup",
    "roster",
    "round",
    "tags",
    "total",
    "use",
    "withdraw",
)
"""The kinds that a mandate can name."""

BODIES = {
    "consent": Object(
        {
            "about": LEAF,
            "again": ORDINAL,
            "conditions": text(400),
            "council": LEAF,
            "verdict": one_of("for", "against", "conditions"),
        },
        frozenset({"again", "conditions"}),
    ),
    "use": Object(
        {
            "claim": LEAF,
            "council": LEAF,
            "evidence": DIGEST,
            "from": NATURAL,
            "method": text(400),
            "quantity": NATURAL,
            "until": NATURAL,
        },
        frozenset({"evidence"}),
    ),
    "challenge": Object(
        {
            "about": LEAF,
            "again": ORDINAL,
            "council": LEAF,
            "evidence": DIGEST,
            "ground": one_of(*GROUNDS),
            "roster": LEAF,
            "row": ROW,
        },
        frozenset({"again", "council", "evidence", "roster", "row"}),
    ),
    "reply": Object(
        {
            "answer": one_of("accepts", "disputes", "explains"),
            "challenge": LEAF,
            "council": LEAF,
            "evidence": DIGEST,
            "text": text(400),
        },
        frozenset({"council", "evidence"}),
    ),
    "outcome": Object(
        {
            "challenge": LEAF,
            "council": LEAF,
            "evidence": DIGEST,
            "outcome": one_of("rejected", "upheld", "withdrawn"),
            "rule": text(400),
        },
        frozenset({"council", "evidence"}),
    ),
    "mandate": Object(
        {
            "council": LEAF,
            "decision": LEAF,
            "key": KEY,
            "kinds": Array(one_of(*ACTS), 1, 17),
            "role": text(80),
            "until": NATURAL,
        }
    ),
    "recall": Object(
        {"again": ORDINAL, "by": LEAF, "council": LEAF, "mandate": LEAF, "reason": text(400)},
        frozenset({"again", "mandate"}),
    ),
    "recovery": Object({"council": LEAF, "keys": Array(KEY, 1, 12), "threshold": Integer(1, 12)}),
    "recover": Object({"council": LEAF, "new": KEY}),
    "erratum": Object({"about": LEAF, "council": LEAF, "effect": one_of("note", "withdrawn"), "reason": text(400)}),
}


def _consent(body: dict) -> None:
    require(("conditions" in body) == (body["verdict"] == "conditions"), "bad-field")


def _use(body: dict) -> None:
    require(body["from"] < body["until"], "bad-field")


def _challenge(body: dict) -> None:
    given = {"council", "roster", "row"} & body.keys()
    require(given in ({"council"}, {"roster", "row"}), "bad-field")


def _outcome(body: dict) -> None:
    require("council" in body or body["outcome"] != "rejected", "bad-field")


def _mandate(body: dict) -> None:
    require(is_key(body["key"]), "bad-field")
    require(all(a < b for a, b in pairwise(body["kinds"])), "bad-field")


def _recall(body: dict) -> None:
    require(body["by"] != body["council"] or "mandate" in body, "bad-field")


def _recovery(body: dict) -> None:
    require(all(map(is_key, body["keys"])), "bad-field")
    require(ascending(body["keys"]), "bad-field")
    require(body["threshold"] <= len(body["keys"]), "bad-field")


def _recover(body: dict) -> None:
    require(is_key(body["new"]), "bad-field")


OWN_FORM: dict[str, Callable[[dict], None]] = {
    "consent": _consent,
    "use": _use,
    "challenge": _challenge,
    "outcome": _outcome,
    "mandate": _mandate,
    "recall": _recall,
    "recovery": _recovery,
    "recover": _recover,
}
