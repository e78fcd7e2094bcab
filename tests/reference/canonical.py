"""Canonical JSON (docs/spec/encoding.md section 1)."""

import re

from .refusal import RefusedError, require

Value = dict[str, "Value"] | list["Value"] | str | int | bool
Read = dict[str, "Read"] | list["Read"] | str | int | bool | None
"""What JSON may say; None for null, a fraction, an exponent and what is too long for an integer here."""

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 15

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WRITTEN = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


class _Reader:
    """RFC 8259, strictly. Where a key stands twice, its last value is kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> Read:
        value = self.value()
        self.space()
        require(self.at == len(self.text), "not-json")
        return value

    def space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()

    def take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def value(self) -> Read:
        self.space()
        if self.take("{"):
            return self.object()
        if self.take("["):
            return self.array()
        if self.take('"'):
            return self.string()
        if self.take("true"):
            return True
        if self.take("false"):
            return False
        if self.take("null"):
            return None
        return self.number()

    def number(self) -> int | None:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            raise RefusedError("not-json")
        self.at = found.end()
        integer = found.group(1) is None and found.group(2) is None and len(found.group()) <= 17
        return int(found.group()) if integer else None

    def array(self) -> list[Read]:
        items: list[Read] = []
        self.space()
        if self.take("]"):
            return items
        while True:
            items.append(self.value())
            self.space()
            if self.take("]"):
                return items
            require(self.take(","), "not-json")

    def object(self) -> dict[str, Read]:
        fields: dict[str, Read] = {}
        self.space()
        if self.take("}"):
            return fields
        while True:
            self.space()
            require(self.take('"'), "not-json")
            name = self.string()
            self.space()
            require(self.take(":"), "not-json")
            fields[name] = self.value()
            self.space()
            if self.take("}"):
                return fields
            require(self.take(","), "not-json")

    def string(self) -> str:
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.at)
            parts.append(plain.group())
            self.at = plain.end()
            if self.take('"'):
                return "".join(parts)
            require(self.take("\\"), "not-json")
            parts.append(self.escape())

    def escape(self) -> str:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter in _SHORT:
            return _SHORT[letter]
        require(letter == "u", "not-json")
        unit = self.unit()
        if not 0xD800 <= unit < 0xE000:
            return chr(unit)
        require(unit < 0xDC00 and self.take("\\u"), "not-json")
        low = self.unit()
        require(0xDC00 <= low < 0xE000, "not-json")
        return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))

    def unit(self) -> int:
        digits = self.text[self.at : self.at + 4]
        require(re.fullmatch(r"[0-9a-fA-F]{4}", digits) is not None, "not-json")
        self.at += 4
        return int(digits, 16)


def is_restricted(value: Read) -> bool:
    """Points 3, 4 (range) and 5 (ASCII)."""
    if isinstance(value, dict):
        return all(name.isascii() and is_restricted(item) for name, item in value.items())
    if isinstance(value, list):
        return all(map(is_restricted, value))
    return isinstance(value, str) or (value is not None and abs(value) <= MAX_INTEGER)


def depth(raw: bytes) -> int:
    """The greatest depth, counted on the bytes whatever they are (step 2)."""
    level = deepest = at = 0
    inside = False
    while at < len(raw):
        byte = raw[at]
        if inside:
            if byte == ord("\\"):
                at += 1
            inside = byte != ord('"')
        elif byte == ord('"'):
            inside = True
        elif byte in b"{[":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"}]":
            level -= 1
        at += 1
    return deepest


def write(value: Value) -> bytes:
    """The canonical form of a restricted value."""
    if value is True:
        return b"true"
    if value is False:
        return b"false"
    if isinstance(value, int):
        return str(value).encode()
    if isinstance(value, str):
        return _write_string(value)
    if isinstance(value, list):
        return b"[" + b",".join(write(item) for item in value) + b"]"
    fields = (_write_string(name) + b":" + write(value[name]) for name in sorted(value))
    return b"{" + b",".join(fields) + b"}"


def _write_string(text: str) -> bytes:
    parts = ['"']
    for character in text:
        if character in _WRITTEN:
            parts.append(_WRITTEN[character])
        elif character < " ":
            parts.append(f"\\u{ord(character):04x}")
        else:
            parts.append(character)
    return ("".join(parts) + '"').encode()


def read(raw: bytes, limit: int) -> dict[str, Value]:
    """The value of a canonical document of at most `limit` bytes, by the five steps of section 1."""
    require(len(raw) <= limit, "too-long")
    require(depth(raw) <= MAX_DEPTH, "too-deep")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("not-json") from None
    value = _Reader(text).document()
    require(isinstance(value, dict) and is_restricted(value), "malformed")
    require(write(value) == raw, "not-canonical")
    return value
