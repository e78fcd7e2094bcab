"""Bytes, numbers, texts, points and scalars (docs/spec/encoding.md sections 2 to 5)."""

import base64
import re

from .curve import P, Point, R, on_curve
from .refusal import RefusedError, require

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_FORBIDDEN = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x61C, 0x61C),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFF),
)


def base64_decode(text: str) -> bytes | None:
    """The bytes of RFC 4648 section 4 with padding, unused bits not looked at; None if it is none."""
    if _BASE64.fullmatch(text) is None:
        return None
    return base64.b64decode(text)


def base64_encode(raw: bytes) -> str:
    """The one spelling of the bytes."""
    return base64.b64encode(raw).decode()


def base64_read(text: str, rule: str = "malformed") -> bytes:
    """The bytes of a canonical base64 string (section 2: decode, encode, compare)."""
    raw = base64_decode(text)
    if raw is None or base64_encode(raw) != text:
        raise RefusedError(rule)
    return raw


def is_text(text: str, longest: int) -> bool:
    """A text of 1 to `longest` code points (section 3)."""
    if not 1 <= len(text) <= longest or text[0] == " " or text[-1] == " ":
        return False
    return not any(low <= ord(character) <= high for character in text for low, high in _FORBIDDEN)


def is_decimal(text: str) -> bool:
    """`0`, or a digit 1-9 and at most 15 digits more."""
    return re.fullmatch(r"0|[1-9][0-9]{0,15}", text) is not None


def is_code(text: str) -> bool:
    """1 to 32 of a-z 0-9 _ -."""
    return re.fullmatch(r"[a-z0-9_-]{1,32}", text) is not None


def is_reference(text: str) -> bool:
    """1 to 64 of A-Z a-z 0-9 . _ -."""
    return re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text) is not None


def is_origin(text: str) -> bool:
    """1 to 200 characters U+0021 to U+007E without `+`."""
    return 1 <= len(text) <= 200 and all("!" <= character <= "~" and character != "+" for character in text)


def read_point(raw: bytes) -> Point:
    """A point of the whole curve (section 4)."""
    require(len(raw) == 96, "malformed")
    x, y = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
    require(x < P and y < P and on_curve(x, y), "malformed")
    return x, y


def write_point(point: Point) -> bytes:
    """The 96 bytes of a point; none for the identity (totals.md section 2)."""
    if point is None:
        return b""
    return point[0].to_bytes(48, "big") + point[1].to_bytes(48, "big")


def read_scalar(raw: bytes) -> int:
    """A scalar below r (section 5)."""
    number = int.from_bytes(raw, "big")
    require(len(raw) == 32 and number < R, "malformed")
    return number


def write_scalar(number: int) -> bytes:
    """The 32 bytes of a scalar."""
    return number.to_bytes(32, "big")
