"""The types of the fields of entries, as the makers of their faults know them; leaves, keys and points of a name."""

from typing import Any, Final

from ledger.crypto.generators import basis_GG
from ledger.encoding import encode_base64
from vectors.claimed import named
from vectors.example import key

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


NATURAL, ORDINAL, ROWS = ("int", 0, SAFE), ("int", 1, 2**31 - 1), ("int", 0, 100_000)
LEAF, KEY, RAW_KEY, POINT, SHORT, TEXT, CODE = (
    ("bytes", 32), ("key",), ("bytes", 32), ("bytes", 96), ("text", 80), ("text", 400), ("code", 32)
)  # fmt: skip
SCALE = ("int", 0, 12)
OWN_LEAF = ("bytes", 32, "of its own")
"""The field may be left out, and may not here."""


def optional(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The field may be left out."""
    return (*shape, "optional")


def words(*allowed: str) -> tuple[Any, ...]:
    """One of a few words."""
    return ("words", allowed)
