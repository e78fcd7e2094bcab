"""Good bodies of the kinds of checks and balances and of federations, and the type of each of their fields."""

from typing import Any, Final

from ledger.encoding import encode_base64
from vectors.example import OPENS
from vectors.subjects.entry_types import (
    CODE,
    KEY,
    LEAF,
    NATURAL,
    ORDINAL,
    OWN_LEAF,
    SAFE,
    SCALE,
    SHORT,
    TEXT,
    Path,
    leaf,
    optional,
    public,
    words,
)

MANDATED: Final = (
    *("challenge", "claim", "close", "consent", "decision", "erratum", "outcome", "reply", "request", "resource"),
    *("rollup", "roster", "round", "tags", "total", "use", "withdraw"),
)
_AMOUNT = {"code": "flour", "quantity": 5, "scale": 0, "unit": "kg"}

BODIES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "consent": ("consent", {"about": leaf("resource"), "again": 1, "council": leaf("council"), "verdict": "for"}),
    "consent_conditions": (
        "consent",
        {
            "about": leaf("resource"),
            "conditions": "not in August",
            "council": leaf("council"),
            "verdict": "conditions",
        },
    ),
    "use": (
        "use",
        {
            "claim": leaf("resource"),
            "council": leaf("council"),
            "evidence": leaf("evidence"),
            "from": OPENS,
            "method": "meter at the sluice",
            "quantity": 410,
            "until": OPENS + 3600,
        },
    ),
    "challenge_council": (
        "challenge",
        {
            "about": leaf("resource"),
            "again": 1,
            "council": leaf("council"),
            "evidence": leaf("evidence"),
            "ground": "consultation",
        },
    ),
    "challenge_member": (
        "challenge",
        {"about": leaf("resource"), "ground": "harm", "roster": leaf("roster"), "row": 7},
    ),
    "reply": (
        "reply",
        {
            "answer": "accepts",
            "challenge": leaf("challenge"),
            "council": leaf("council"),
            "evidence": leaf("evidence"),
            "text": "the gauge was calibrated in spring",
        },
    ),
    "outcome": (
        "outcome",
        {
            "challenge": leaf("challenge"),
            "council": leaf("council"),
            "evidence": leaf("evidence"),
            "outcome": "rejected",
            "rule": "two thirds of the assembly",
        },
    ),
    "outcome_withdrawn": (
        "outcome",
        {"challenge": leaf("challenge"), "outcome": "withdrawn", "rule": "by who made it"},
    ),
    "mandate": (
        "mandate",
        {
            "council": leaf("council"),
            "decision": leaf("decision"),
            "key": public("holder"),
            "kinds": ["challenge"],
            "role": "coordinator",
            "until": OPENS + 86_400,
        },
    ),
    "recall": (
        "recall",
        {
            "again": 1,
            "by": leaf("child"),
            "council": leaf("council"),
            "mandate": leaf("mandate"),
            "reason": "trust is lost",
        },
    ),
    "recall_by_itself": (
        "recall",
        {"by": leaf("council"), "council": leaf("council"), "mandate": leaf("mandate"), "reason": "her time is over"},
    ),
    "recovery": ("recovery", {"council": leaf("council"), "keys": [public("recovery 1")], "threshold": 1}),
    "recover": ("recover", {"council": leaf("council"), "new": public("new")}),
    "erratum": (
        "erratum",
        {"about": leaf("total"), "council": leaf("council"), "effect": "note", "reason": "a meter was read twice"},
    ),
    "membership": (
        "membership",
        {"again": 1, "council": leaf("council"), "from": leaf("federation"), "to": leaf("other federation")},
    ),
    "membership_joins": ("membership", {"council": leaf("council"), "to": leaf("federation")}),
    "request_collective": (
        "request",
        {
            "again": 1,
            "amounts": [_AMOUNT],
            "council": leaf("council"),
            "period": "2027",
            "purpose": "the school's kitchen",
            "supersedes": leaf("request"),
            "type": "collective",
        },
    ),
    "request_default": (
        "request",
        {"amounts": [_AMOUNT], "council": leaf("council"), "purpose": "bread for eight", "type": "default"},
    ),
    "tags": (
        "tags",
        {"council": leaf("council"), "period": "2027", "roster": leaf("roster"), "tags": [leaf("tag")]},
    ),
    "rollup": (
        "rollup",
        {
            "blinding": encode_base64(bytes(31) + b"\7"),
            "count": 13,
            "defaults": [leaf("silent")],
            "federation": leaf("federation"),
            "missing": [leaf("absent")],
            "period": "2027",
            "requested": ["5"],
            "requests": 1,
            "round_no": 1,
            "rounds": [leaf("round")],
            "totals": ["14"],
        },
    ),
}

FIELDS: Final[dict[str, dict[Path, tuple[Any, ...]]]] = {
    "consent": {
        ("about",): LEAF,
        ("again",): optional(ORDINAL),
        ("council",): LEAF,
        ("verdict",): words("for", "against"),
    },
    "consent_conditions": {("conditions",): (*TEXT, "of its own"), ("verdict",): words("conditions")},
    "use": {
        ("claim",): LEAF,
        ("council",): LEAF,
        ("evidence",): optional(LEAF),
        ("from",): ("int", 0, SAFE, "low end"),
        ("method",): TEXT,
        ("quantity",): NATURAL,
        ("until",): ("int", 0, SAFE, "high end"),
    },
    "challenge_council": {
        ("about",): LEAF,
        ("again",): optional(ORDINAL),
        ("council",): OWN_LEAF,
        ("evidence",): optional(LEAF),
        ("ground",): words(
            "consultation", "double-count", "evidence", "harm", "mandate", "measurement", "privacy", "procedure"
        ),
    },
    "challenge_member": {("roster",): OWN_LEAF, ("row",): ("int", 0, 99_999, "of its own")},
    "reply": {
        ("answer",): words("accepts", "disputes", "explains"),
        ("challenge",): LEAF,
        ("council",): optional(LEAF),
        ("evidence",): optional(LEAF),
        ("text",): TEXT,
    },
    "outcome": {
        ("challenge",): LEAF,
        ("council",): OWN_LEAF,
        ("evidence",): optional(LEAF),
        ("outcome",): words("rejected", "upheld", "withdrawn"),
        ("rule",): TEXT,
    },
    "outcome_withdrawn": {},
    "mandate": {
        ("council",): LEAF,
        ("decision",): LEAF,
        ("key",): KEY,
        ("kinds",): ("list", 17),
        ("kinds", 0): words(*MANDATED),
        ("role",): SHORT,
        ("until",): NATURAL,
    },
    "recall": {
        ("again",): optional(ORDINAL),
        ("by",): LEAF,
        ("council",): LEAF,
        ("mandate",): optional(LEAF),
        ("reason",): TEXT,
    },
    "recall_by_itself": {},
    "recovery": {
        ("council",): LEAF,
        ("keys",): ("list", 12),
        ("keys", 0): KEY,
        ("threshold",): ("int", 1, 12, "low end"),
    },
    "recover": {("council",): LEAF, ("new",): KEY},
    "erratum": {
        ("about",): LEAF,
        ("council",): LEAF,
        ("effect",): words("note", "withdrawn"),
        ("reason",): TEXT,
    },
    "membership": {
        ("again",): optional(ORDINAL),
        ("council",): LEAF,
        ("from",): optional(LEAF),
        ("to",): optional(LEAF),
    },
    "membership_joins": {},
    "request_collective": {
        ("again",): optional(ORDINAL),
        ("amounts",): ("list", 64),
        ("amounts", 0, "code"): CODE,
        ("amounts", 0, "quantity"): ("int", 0, 10**12),
        ("amounts", 0, "scale"): SCALE,
        ("amounts", 0, "unit"): SHORT,
        ("council",): LEAF,
        ("period",): (*SHORT, "of its own"),
        ("purpose",): TEXT,
        ("supersedes",): optional(LEAF),
        ("type",): words("collective"),
    },
    "request_default": {("type",): words("default")},
    "tags": {("council",): LEAF, ("period",): SHORT, ("roster",): LEAF, ("tags",): ("list", 0), ("tags", 0): LEAF},
    "rollup": {
        ("blinding",): LEAF,
        ("count",): NATURAL,
        ("defaults",): ("set", 0),
        ("defaults", 0): LEAF,
        ("federation",): LEAF,
        ("missing",): ("set", 0),
        ("missing", 0): LEAF,
        ("period",): SHORT,
        ("requested",): ("list", 64),
        ("requested", 0): ("long_decimal",),
        ("requests",): NATURAL,
        ("round_no",): ORDINAL,
        ("rounds",): ("list", 512),
        ("rounds", 0): LEAF,
        ("totals",): ("list", 64),
        ("totals", 0): ("long_decimal",),
    },
}
