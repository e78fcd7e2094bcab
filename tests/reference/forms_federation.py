"""The fields and the lists "Form" of four kinds (docs/spec/federation.md sections 1 to 4)."""

import re
from collections.abc import Callable

from .canonical import MAX_INTEGER
from .encoding import is_code
from .fields import (
    DIGEST,
    LEAF,
    NATURAL,
    ORDINAL,
    SCALAR,
    SCALE,
    Array,
    Integer,
    Object,
    String,
    ascending,
    one_of,
    text,
    twice,
)
from .refusal import require


def is_long_decimal(value: str) -> bool:
    """`0`, or 1 to 20 ASCII digits of which the first is not 0."""
    return re.fullmatch(r"0|[1-9][0-9]{0,19}", value) is not None


_AMOUNT = Object({"code": String(is_code), "quantity": Integer(0, 10**12), "scale": SCALE, "unit": text(80)})
_LEAVES = Array(LEAF, 0, 512)
_AMOUNTS = Array(String(is_long_decimal), 1, 64)

BODIES = {
    "membership": Object(
        {"again": ORDINAL, "council": LEAF, "from": LEAF, "to": LEAF}, frozenset({"again", "from", "to"})
    ),
    "request": Object(
        {
            "again": ORDINAL,
            "amounts": Array(_AMOUNT, 1, 64),
            "council": LEAF,
            "period": text(80),
            "purpose": text(400),
            "supersedes": LEAF,
            "type": one_of("collective", "default"),
        },
        frozenset({"again", "period", "supersedes"}),
    ),
    "tags": Object({"council": LEAF, "period": text(80), "roster": LEAF, "tags": Array(DIGEST, 1, 1300)}),
    "rollup": Object(
        {
            "blinding": SCALAR,
            "count": Integer(0, MAX_INTEGER),
            "defaults": _LEAVES,
            "federation": LEAF,
            "missing": _LEAVES,
            "period": text(80),
            "requested": _AMOUNTS,
            "requests": NATURAL,
            "round_no": ORDINAL,
            "rounds": Array(LEAF, 1, 512),
            "totals": _AMOUNTS,
        }
    ),
}


def _membership(body: dict) -> None:
    require("from" in body or "to" in body, "bad-field")
    require(body.get("from") != body.get("to"), "bad-field")


def _request(body: dict) -> None:
    require(not twice(amount["code"] for amount in body["amounts"]), "bad-field")
    require(("period" in body) == (body["type"] == "collective"), "bad-field")
    require("supersedes" not in body or body["type"] != "default", "bad-field")


def _tags(body: dict) -> None:
    require(ascending(body["tags"]), "bad-field")


def _rollup(body: dict) -> None:
    for name in ("defaults", "missing"):
        require(ascending(body[name]), "bad-field")
    require(not twice(body["rounds"]), "bad-field")
    require(len(body["requested"]) == len(body["totals"]), "bad-field")


OWN_FORM: dict[str, Callable[[dict], None]] = {
    "membership": _membership,
    "request": _request,
    "tags": _tags,
    "rollup": _rollup,
}
