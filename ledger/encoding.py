"""Canonical spellings: JSON as RFC 8785 has it, base64, decimals; every parser rebuilds its input and compares."""

import base64
import binascii
import json
import re
from typing import Any, Final

import msgspec

from ledger.errors import MalformedError

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader represents exactly (RFC 8785 §3.2.2.3, RFC 7493 §2.2)."""

MAX_DEPTH: Final = 16
"""Nesting that any of our formats needs, with room; a deeper document is refused before it is walked."""


_STRING_OR_BRACKET: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def refuse_depth(raw: bytes, *, what: str) -> None:
    """Nothing in ``raw`` is nested more deeply than any of our formats needs.

    Decoders go down with the document, on a stack whose depth the whole process may set: py-ecc, for one, raises
    Python's recursion limit a hundredfold when it is imported, and a deep document would then end the process. So the
    depth is counted first, on the bytes, whatever else they are.

    Raises:
        MalformedError: ``too-deep``.
    """
    if raw.count(b"{") + raw.count(b"[") < MAX_DEPTH:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(raw):
        token = match[0]
        if token in {b"{", b"["}:
            depth += 1
            if depth >= MAX_DEPTH:
                raise MalformedError(f"{what} is nested {MAX_DEPTH} deep or more", rule="too-deep")
        elif token in {b"}", b"]"}:
            depth -= 1


def canonical_json(value: object) -> bytes:
    """The RFC 8785 bytes of ``value``: ASCII keys, integers within ±(2**53 - 1), strings, lists, booleans.

    With ASCII keys and integers only, sorting by code point and the shortest escapes are exactly RFC 8785 (the tests
    hold it against the ``rfc8785`` package).

    Raises:
        MalformedError: a float, a null, a key that is not ASCII, an integer out of range, a lone surrogate.
    """
    _refuse_foreign(value, 0)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError as exc:
        raise MalformedError("a text holds a lone surrogate") from exc


def parse_canonical_json(raw: bytes, *, what: str, limit: int) -> dict[str, Any]:
    """The object that ``raw`` spells, if ``raw`` is the one canonical spelling of it.

    Args:
        raw: the bytes as received.
        what: how the document is called in a refusal.
        limit: the greatest length in bytes; refused before any work is done.

    Raises:
        MalformedError: too long, not JSON, not an object, a forbidden value, or another spelling.
    """
    if len(raw) > limit:
        raise MalformedError(f"{what} has {len(raw)} bytes; at most {limit} are allowed", rule="too-long")
    refuse_depth(raw, what=what)
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise MalformedError(f"{what} is not JSON", rule="not-json") from exc
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is not a JSON object")
    if canonical_json(value) != raw:
        raise MalformedError(f"{what} is not in canonical form (RFC 8785)", rule="not-canonical")
    return value


def _refuse_foreign(value: object, depth: int) -> None:
    """Refuse what has no canonical form here; ``depth`` is the number of lists and objects that lie around it."""
    if isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            raise MalformedError("an integer is outside ±(2^53 - 1)")
        return
    if not isinstance(value, dict | list | tuple):
        raise MalformedError("a value is neither text, integer, boolean, list nor object")
    if depth + 1 >= MAX_DEPTH:  # as refuse_depth counts, so that nothing is written that is not read again
        raise MalformedError(f"the document is nested {MAX_DEPTH} deep or more", rule="too-deep")
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise MalformedError("a key is not ASCII text")
        value = value.values()
    for item in value:
        _refuse_foreign(item, depth + 1)


def encode_base64(raw: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(raw).decode("ascii")


def decode_base64(text: str, *, length: int | None = None, what: str = "a value") -> bytes:
    """The bytes that ``text`` spells in standard base64 (RFC 4648 §4), canonical spelling only.

    Args:
        text: the base64 text.
        length: the exact number of bytes that must come out, if it is known.
        what: the field's name for a refusal.

    Raises:
        MalformedError: not base64, another spelling of it, or another length.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise MalformedError(f"{what} is not base64") from exc
    if base64.b64encode(raw).decode("ascii") != text:  # "QUJ=" also decodes to b"AB"
        raise MalformedError(f"{what} is not the canonical base64 of its bytes")
    if length is not None and len(raw) != length:
        raise MalformedError(f"{what} has {len(raw)} bytes; exactly {length} are needed")
    return raw


def parse_decimal(text: str, *, limit: int, what: str = "a number") -> int:
    """The non-negative integer that ``text`` spells in ASCII digits without leading zeroes.

    Raises:
        MalformedError: anything but the shortest ASCII spelling, or a value over ``limit``.
    """
    if len(text) > len(str(limit)) or not (text.isascii() and text.isdigit()):
        raise MalformedError(f"{what} is not a decimal number up to {limit}")
    value = int(text)
    if str(value) != text or value > limit:
        raise MalformedError(f"{what} is not a decimal number up to {limit} in its shortest form")
    return value
