"""The fields of the twelve kinds (docs/spec/entries.md sections 1, 2 and 6 to 17)."""

from .canonical import MAX_INTEGER
from .encoding import is_code, is_decimal, is_origin, is_reference
from .fields import (
    COHORT,
    COUNT,
    DIGEST,
    KEY,
    LEAF,
    NATURAL,
    ORDINAL,
    POINT,
    ROW,
    RULE,
    SCALAR,
    SCALE,
    SIGNATURE,
    Array,
    Bytes,
    Integer,
    Object,
    String,
    anything,
    boolean,
    one_of,
    text,
)

ENVELOPE = Object({"signatures": Array(Object({"key": KEY, "sig": SIGNATURE}), 0, 16), "statement": anything})
STATEMENT = Object(
    {
        "body": anything,
        "kind": String(lambda value: True),
        "ledger": String(is_origin),
        "v": Integer(-MAX_INTEGER, MAX_INTEGER),
    }
)

_ROSTER_ROW = Object(
    {"ref": String(is_reference), "key": KEY, "allowance": NATURAL, "commitment": POINT},
    frozenset({"key", "allowance", "commitment"}),
)
_CATEGORY = Object(
    {
        "code": String(is_code),
        "name": text(400),
        "price": Integer(0, 2**32 - 1),
        "scale": SCALE,
        "unit": text(80),
        "width": Integer(1, 32),
    }
)

BODIES = {
    "ledger": Object(
        {
            "challenges": Object({"limit": Integer(1, 1000), "reply": Integer(1, 31_536_000)}),
            "cohort_floor": COHORT,
            "clock_period": Integer(1, 3600),
            "founding": Array(KEY, 1, 16),
            "generators": DIGEST,
            "log_key": KEY,
            "suite": one_of("OT1"),
        },
        frozenset({"challenges"}),
    ),
    "clock": Object({"refused": ORDINAL, "time": NATURAL}, frozenset({"refused"})),
    "council": Object(
        {
            "key": KEY,
            "name": text(80),
            "parent": LEAF,
            "rule": Object({"silent": one_of("default", "excluded"), "tags": boolean}),
            "type": one_of("council", "federation", "steward", "other"),
        },
        frozenset({"parent", "rule"}),
    ),
    "key": Object({"action": one_of("rotate", "revoke"), "key": KEY, "new": KEY}, frozenset({"new"})),
    "roster": Object(
        {
            "council": LEAF,
            "allowance": RULE,
            "rows": Array(_ROSTER_ROW, 1, 10_000),
            "opening": Object({"blinding": SCALAR, "sum": String(is_decimal)}),
            "period": text(80),
        },
        frozenset({"opening", "period"}),
    ),
    "round": Object(
        {
            "allowance": Object({"rule": RULE, "slack_width": Integer(0, 48)}, frozenset({"slack_width"})),
            "catalogue": Array(_CATEGORY, 1, 64),
            "closes": NATURAL,
            "council": LEAF,
            "custody": one_of("clerk"),
            "early_close": boolean,
            "minimum": COHORT,
            "opens": NATURAL,
            "period": text(80),
            "rosters": Array(LEAF, 1, 1024),
            "round_no": ORDINAL,
        }
    ),
    "claim": Object(
        {
            "commitment": POINT,
            "key": KEY,
            "proof": Bytes(1, 16_384),
            "round": LEAF,
            "row": ROW,
            "seq": ORDINAL,
            "superseded": LEAF,
        },
        frozenset({"superseded"}),
    ),
    "withdraw": Object({"claim": LEAF, "round": LEAF, "row": ROW}),
    "close": Object({"count": COUNT, "round": LEAF, "set": DIGEST, "sum": Bytes(0, 65_535)}),
    "total": Object(
        {
            "allowances": NATURAL,
            "blinding": SCALAR,
            "round": LEAF,
            "totals": Array(NATURAL, 1, 64),
            "unclaimed": COUNT,
        },
        frozenset({"allowances"}),
    ),
    "resource": Object(
        {
            "affected": text(400),
            "area": text(400),
            "category": String(is_code),
            "council": LEAF,
            "evidence": DIGEST,
            "mandate": text(400),
            "method": text(400),
            "quantity": NATURAL,
            "resource": String(is_code),
            "scale": SCALE,
            "supersedes": LEAF,
            "type": one_of("base", "capacity", "ceiling"),
            "uncertainty": NATURAL,
            "unit": text(80),
            "valid_from": NATURAL,
            "valid_until": NATURAL,
        },
        frozenset({"evidence", "supersedes"}),
    ),
    "decision": Object(
        {
            "adopts": Array(LEAF, 1, 64),
            "affected": text(400),
            "body": text(80),
            "council": LEAF,
            "rule": text(400),
            "title": text(400),
            "turnout": Object({"eligible": NATURAL, "voted": NATURAL}),
        }
    ),
}
