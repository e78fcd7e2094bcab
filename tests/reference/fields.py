"""Types of fields, and what a body asks of them (docs/spec/entries.md section 2, encoding.md section 3).

A check walks its value in the order of the bytes and refuses at the first fault. Base64 that decodes but is
not canonical is noted and refused after the walk, as step 7 of section 2 has it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from . import ed25519
from .canonical import MAX_INTEGER
from .encoding import base64_decode, base64_encode, base64_read, is_text
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
        for item in value:
            self.item(item, noted)
        require(self.low <= len(value) <= self.high, "bad-field")


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


def anything(value: object, noted: Noted) -> None:
    """Any value: a later step looks at it."""


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


def is_key(key: str) -> bool:
    """Whether 32 bytes are a public key."""
    return ed25519.is_public_key(base64_read(key))


def twice(items: Iterable[str]) -> bool:
    """Whether something stands there twice."""
    listed = list(items)
    return len(set(listed)) < len(listed)


def ascending(items: Iterable[str]) -> bool:
    """Whether keys, leaves or digests are strictly ascending by their bytes."""
    return all(a < b for a, b in pairwise(map(base64_read, items)))
