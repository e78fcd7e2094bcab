"""The fields of the twelve kinds (docs/spec/entries.md sections 1, 2 and 6 to 17).

A check walks its value in the order of the bytes and refuses at the first fault. Base64 that decodes but is
not canonical is noted and refused after the walk, as step 7 of section 2 has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .canonical import MAX_INTEGER
from .encoding import base64_decode, base64_encode, is_code, is_decimal, is_origin, is_reference, is_text
from .refusal import RefusedError, require

Noted = list[str]
Check = Callable[[object, Noted], None]


@dataclass(frozen=True)
class Integer:
    """An integer from low to high."""

    low: int
    high: int

    def __call__(self, value: object, noted: Noted) -> None:
        require(isinstance(value, int) and not isinstance(value, bool), "bad-field")
        require(self.low <= value <= self.high, "bad-field")


@dataclass(frozen=True)
class Bytes:
    """Base64 of low to high bytes."""

    low: int
    high: int

    def __call__(self, value: object, noted: Noted) -> None:
        raw = base64_decode(value) if isinstance(value, str) else None
        if raw is None or not self.low <= len(raw) <= self.high:
            raise RefusedError("bad-field")
        if base64_encode(raw) != value:
            noted.append(value)


@dataclass(frozen=True)
class String:
    """A string that a predicate accepts."""

    accepts: Callable[[str], bool]

    def __call__(self, value: object, noted: Noted) -> None:
        require(isinstance(value, str) and self.accepts(value), "bad-field")


@dataclass(frozen=True)
class Array:
    """An array of low to high items."""

    item: Check
    low: int
    high: int

    def __call__(self, value: object, noted: Noted) -> None:
        require(isinstance(value, list), "bad-field")
        for number, item in enumerate(value):
            require(number < self.high, "bad-field")
            self.item(item, noted)
        require(len(value) >= self.low, "bad-field")


@dataclass(frozen=True)
class Object:
    """An object of these fields and no other."""

    fields: dict[str, Check]
    optional: frozenset[str] = frozenset()

    def __call__(self, value: object, noted: Noted) -> None:
        require(isinstance(value, dict), "bad-field")
        for name, item in value.items():
            require(name in self.fields, "unknown-field")
            self.fields[name](item, noted)
        require(self.fields.keys() - self.optional <= value.keys(), "missing-field")


def boolean(value: object, noted: Noted) -> None:
    """true or false."""
    require(isinstance(value, bool), "bad-field")


def any_object(value: object, noted: Noted) -> None:
    """An object, of whatever fields."""
    require(isinstance(value, dict), "bad-field")


def one_of(*words: str) -> String:
    """One of a few strings."""
    return String(lambda value: value in words)


def text(longest: int) -> String:
    """A text of at most so many code points."""
    return String(lambda value: is_text(value, longest))


NATURAL = Integer(0, MAX_INTEGER)
COHORT = Integer(2, 100_000)
SCALE = Integer(0, 12)
ROW = Integer(0, 99_999)
COUNT = Integer(0, 100_000)
ORDINAL = Integer(1, 2**31 - 1)
LEAF = KEY = DIGEST = SCALAR = Bytes(32, 32)
SIGNATURE = Bytes(64, 64)
POINT = Bytes(96, 96)
RULE = one_of("none", "public", "hidden")

ENVELOPE = Object({"signatures": Array(Object({"key": KEY, "sig": SIGNATURE}), 0, 16), "statement": any_object})
STATEMENT = Object(
    {
        "body": any_object,
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
            "cohort_floor": COHORT,
            "clock_period": Integer(1, 3600),
            "founding": Array(KEY, 1, 16),
            "generators": DIGEST,
            "log_key": KEY,
            "suite": one_of("OT1"),
        }
    ),
    "clock": Object({"time": NATURAL}),
    "council": Object(
        {"key": KEY, "name": text(80), "parent": LEAF, "type": one_of("council", "federation", "steward", "other")},
        frozenset({"parent"}),
    ),
    "key": Object({"action": one_of("rotate", "revoke"), "key": KEY, "new": KEY}, frozenset({"new"})),
    "roster": Object(
        {
            "council": LEAF,
            "allowance": RULE,
            "rows": Array(_ROSTER_ROW, 1, 10_000),
            "opening": Object({"blinding": SCALAR, "sum": String(is_decimal)}),
        },
        frozenset({"opening"}),
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
            "scale": SCALE,
            "supersedes": LEAF,
            "uncertainty": NATURAL,
            "unit": text(80),
            "valid_from": NATURAL,
            "valid_until": NATURAL,
        },
        frozenset({"supersedes"}),
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
