"""A good body of every kind, and the type of each of its fields."""

from typing import Any, Final

from ledger.crypto.generators import GENERATORS_DIGEST, basis_GG
from ledger.encoding import encode_base64
from vectors.claimed import named
from vectors.example import OPENS, key

Path = tuple[str | int, ...]
SAFE: Final = 2**53 - 1


def leaf(name: str) -> str:
    """A leaf hash of this name, in base64."""
    return encode_base64(named("leaf", name))


def public(name: str) -> str:
    """The public key of this name, in base64."""
    return encode_base64(key(name).public)


def point(i: int) -> str:
    """A point, in base64."""
    return encode_base64(basis_GG(i + 1)[96 * i :])


_CATEGORY = {"code": "flour", "name": "Flour", "price": 2, "scale": 3, "unit": "kg", "width": 8}
_OPENING = {"blinding": encode_base64(bytes(31) + b"\7"), "sum": "14"}

BODIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "ledger": (
        "ledger",
        {
            "clock_period": 60,
            "cohort_floor": 2,
            "founding": [public("founder")],
            "generators": encode_base64(GENERATORS_DIGEST),
            "log_key": public("log"),
            "suite": "OT1",
        },
    ),
    "clock": ("clock", {"time": OPENS}),
    "council": ("council", {"key": public("council"), "name": "Riverside", "parent": leaf("parent"), "type": "other"}),
    "key_rotate": ("key", {"action": "rotate", "key": public("council"), "new": public("new")}),
    "key_revoke": ("key", {"action": "revoke", "key": public("council")}),
    "roster_none": ("roster", {"allowance": "none", "council": leaf("council"), "rows": [{"ref": "h-1"}]}),
    "roster_public": (
        "roster",
        {
            "allowance": "public",
            "council": leaf("council"),
            "rows": [{"allowance": 12, "ref": "h-1"}, {"allowance": 15, "key": public("member"), "ref": "h-2"}],
        },
    ),
    "roster_hidden": (
        "roster",
        {
            "allowance": "hidden",
            "council": leaf("council"),
            "opening": _OPENING,
            "rows": [{"commitment": point(0), "ref": "h-1"}, {"commitment": point(1), "ref": "h-2"}],
        },
    ),
    "round": (
        "round",
        {
            "allowance": {"rule": "public", "slack_width": 4},
            "catalogue": [_CATEGORY],
            "closes": OPENS + 3600,
            "council": leaf("council"),
            "custody": "clerk",
            "early_close": False,
            "minimum": 2,
            "opens": OPENS,
            "period": "2027-W02",
            "rosters": [leaf("roster")],
            "round_no": 1,
        },
    ),
    "claim": (
        "claim",
        {
            "commitment": point(2),
            "key": public("member"),
            "proof": encode_base64(named("proof")),
            "round": leaf("round"),
            "row": 0,
            "seq": 2,
            "superseded": leaf("claim"),
        },
    ),
    "withdraw": ("withdraw", {"claim": leaf("claim"), "round": leaf("round"), "row": 0}),
    "close": ("close", {"count": 2, "round": leaf("round"), "set": leaf("set"), "sum": point(3)}),
    "total": (
        "total",
        {
            "allowances": 27,
            "blinding": encode_base64(bytes(31) + b"\7"),
            "round": leaf("round"),
            "totals": [4, 3],
            "unclaimed": 0,
        },
    ),
    "resource": (
        "resource",
        {
            "affected": "all who drink from it",
            "area": "the upper valley",
            "category": "water",
            "council": leaf("council"),
            "evidence": leaf("evidence"),
            "mandate": "assembly of 3 May",
            "method": "gauge at the weir",
            "quantity": 1200,
            "scale": 0,
            "supersedes": leaf("resource"),
            "uncertainty": 50,
            "unit": "m\u00b3/day",
            "valid_from": OPENS,
            "valid_until": OPENS + 86_400,
        },
    ),
    "decision": (
        "decision",
        {
            "adopts": [leaf("total")],
            "affected": "all households",
            "body": "the assembly",
            "council": leaf("council"),
            "rule": "simple majority",
            "title": "We take up this plan",
            "turnout": {"eligible": 10, "voted": 9},
        },
    ),
}

NATURAL, ORDINAL, ROWS = ("int", 0, SAFE), ("int", 1, 2**31 - 1), ("int", 0, 100_000)
LEAF, KEY, RAW_KEY, POINT, SHORT, TEXT, CODE = (
    ("bytes", 32), ("key",), ("bytes", 32), ("bytes", 96), ("text", 80), ("text", 400), ("code", 32)
)  # fmt: skip
SCALE = ("int", 0, 12)


def optional(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The field may be left out."""
    return (*shape, "optional")


def words(*allowed: str) -> tuple[Any, ...]:
    """One of a few words."""
    return ("words", allowed)


FIELDS: Final[dict[str, dict[Path, tuple[Any, ...]]]] = {
    "ledger": {
        ("clock_period",): ("int", 1, 3600),
        ("cohort_floor",): ("int", 2, 100_000),
        ("founding",): ("list", 16),
        ("founding", 0): KEY,
        ("generators",): LEAF,
        ("log_key",): KEY,
        ("suite",): words("OT1"),
    },
    "clock": {("time",): NATURAL},
    "council": {
        ("key",): KEY,
        ("name",): ("text", 80, "all"),
        ("parent",): optional(LEAF),
        ("type",): words("council", "federation", "steward", "other"),
    },
    "key_rotate": {("action",): words("rotate"), ("key",): RAW_KEY, ("new",): ("key", "of its own")},
    "key_revoke": {},
    "roster_none": {
        ("council",): LEAF,
        ("allowance",): words("none"),
        ("rows",): ("list", 0),
        ("rows", 0, "ref"): ("reference", 64),
    },
    "roster_public": {
        ("rows", 0, "allowance"): ("int", 0, SAFE, "of its own"),
        ("rows", 1, "key"): ("key", "optional"),
    },
    "roster_hidden": {
        ("opening", "blinding"): LEAF,
        ("opening", "sum"): ("decimal",),
        ("rows", 0, "commitment"): ("bytes", 96, "of its own"),
    },
    "round": {
        ("allowance",): ("object",),
        ("allowance", "rule"): words("public", "hidden"),
        ("allowance", "slack_width"): ("int", 0, 48, "of its own"),
        ("catalogue",): ("list", 64),
        ("catalogue", 0, "code"): CODE,
        ("catalogue", 0, "name"): TEXT,
        ("catalogue", 0, "price"): ("int", 0, 2**32 - 1),
        ("catalogue", 0, "scale"): SCALE,
        ("catalogue", 0, "unit"): SHORT,
        ("catalogue", 0, "width"): ("int", 1, 32),
        ("closes",): ("int", 0, SAFE, "high end"),
        ("council",): LEAF,
        ("custody",): words("clerk"),
        ("early_close",): ("boolean",),
        ("minimum",): ("int", 2, 100_000),
        ("opens",): ("int", 0, SAFE, "low end"),
        ("period",): SHORT,
        ("rosters",): ("list", 0),
        ("rosters", 0): LEAF,
        ("round_no",): ORDINAL,
    },
    "claim": {
        ("commitment",): POINT,
        ("key",): RAW_KEY,
        ("proof",): ("proof",),
        ("round",): LEAF,
        ("row",): ("int", 0, 99_999),
        ("seq",): ORDINAL,
        ("superseded",): optional(LEAF),
    },
    "withdraw": {("claim",): LEAF, ("round",): LEAF, ("row",): ("int", 0, 99_999)},
    "close": {("count",): ROWS, ("round",): LEAF, ("set",): LEAF, ("sum",): POINT},
    "total": {
        ("allowances",): optional(NATURAL),
        ("blinding",): LEAF,
        ("round",): LEAF,
        ("totals",): ("list", 64),
        ("totals", 0): NATURAL,
        ("unclaimed",): ROWS,
    },
    "resource": {
        ("affected",): TEXT,
        ("area",): TEXT,
        ("category",): CODE,
        ("council",): LEAF,
        ("evidence",): LEAF,
        ("mandate",): TEXT,
        ("method",): TEXT,
        ("quantity",): NATURAL,
        ("scale",): SCALE,
        ("supersedes",): optional(LEAF),
        ("uncertainty",): NATURAL,
        ("unit",): SHORT,
        ("valid_from",): ("int", 0, SAFE, "low end"),
        ("valid_until",): ("int", 0, SAFE, "high end"),
    },
    "decision": {
        ("adopts",): ("list", 64),
        ("adopts", 0): LEAF,
        ("affected",): TEXT,
        ("body",): SHORT,
        ("council",): LEAF,
        ("rule",): TEXT,
        ("title",): TEXT,
        ("turnout",): ("object",),
        ("turnout", "eligible"): ("int", 0, SAFE, "high end"),
        ("turnout", "voted"): ("int", 0, SAFE, "low end"),
    },
}
