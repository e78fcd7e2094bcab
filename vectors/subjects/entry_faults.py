"""The one-fault values of each type of field, and a few good ones at the limits."""

import functools
from typing import Any, Final

from ledger.encoding import encode_base64
from vectors.subjects.entry_types import SAFE

Faults = dict[str, tuple[str | None, Any]]
BAD: Final = "bad-field"

REFUSED_CHARACTERS: Final = (
    *(0x00, 0x09, 0x0A, 0x1F, 0x7F, 0x85, 0x9F, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E),
    *(0x2060, 0x2066, 0x206F, 0xFEFF, 0xFFF9, 0xFFFE, 0xFFFF),
)
ALLOWED_CHARACTERS: Final = (0xA0, 0xAD, 0x61B, 0x61D, 0x200A, 0x200C, 0x200D, 0x2010, 0x2027, 0x202F, 0x205F, 0x2070)
ALLOWED_HIGH: Final = (0x378, 0xE000, 0xFEFE, 0xFF00, 0xFFF8, 0x10000, 0x1F600, 0x10FFFF)


IN_SHORT: Final = frozenset(
    {
        "absent",
        "minus_1",
        "one_under",
        "one_over",
        "greatest",
        "least",
        "empty",
        "one_byte_short",
        "other_base64",
        "one_character_too_many",
        "too_long",
        "one_too_many",
        "another_word",
    }
)
"""What is tried of every field. The rest is tried once for each type."""


def faults_of(shape: tuple[Any, ...], value: Any, *, item: bool = False, full: bool = True) -> Faults:
    """Values that have one fault, by what it is; and a few good ones at the limits.

    Args:
        shape: the field's type.
        value: a good one.
        item: it is one of a list, and cannot be absent.
        full: all of the type's faults, or those in short.
    """
    name, *limits = shape
    found: Faults = {"a_null": ("malformed", None)}
    if not item:
        rule = None if "optional" in limits else BAD if "of its own" in limits else "missing-field"
        found["absent"] = (rule, ...)
    found |= _MAKERS[name](value, *[limit for limit in limits if limit != "optional"])
    return {what: fault for what, fault in found.items() if full or what in IN_SHORT or what.startswith("is_")}


def _int(value: int, low: int, high: int, ends: str = "both ends") -> Faults:
    found: Faults = {"a_text": (BAD, str(value)), "true": (BAD, True), "a_list": (BAD, [value])}
    if low:
        found["one_under"] = (BAD, low - 1)
    found["minus_1"] = (BAD, -1)
    found["one_over"] = ("malformed" if high == SAFE else BAD, high + 1)
    if ends in {"both ends", "low end", "of its own"} and value != low:
        found["least"] = (None, low)
    if ends in {"both ends", "high end"} and value != high:
        found["greatest"] = (None, high)
    return found


def _bytes(text: str, length: int, _own: str = "") -> Faults:
    found: Faults = {
        "a_number": (BAD, 0),
        "one_byte_short": (BAD, encode_base64(bytes(length - 1))),
        "one_byte_long": (BAD, encode_base64(bytes(length + 1))),
        "not_base64": (BAD, "*" + text[1:]),
        "line_feed_in_base64": (BAD, text[:4] + "\n" + text[4:]),
    }
    if text.endswith("="):
        found["without_padding"] = (BAD, text.rstrip("="))
        found["other_base64"] = (BAD, _respelt(text))
    if length == 32:
        found["url_base64"] = (BAD, "-_" + text[2:])
    return found


def _respelt(text: str) -> str:
    """The same bytes, with a bit set that padding leaves unused."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(text.rstrip("=")) - 1
    return text[:at] + digits[digits.index(text[at]) + 1] + text[at + 1 :]


def _key(text: str, own: str = "") -> Faults:
    q = 2**255 - 19
    return {
        **_bytes(text, 32, own),
        "of_small_order": (BAD, encode_base64(bytes(32))),
        "not_reduced": (BAD, encode_base64((q + 3).to_bytes(32, "little"))),
        "off_the_curve": (BAD, encode_base64((2).to_bytes(32, "little"))),
    }


def _text(_: str, most: int, which: str = "") -> Faults:
    found: Faults = {
        "a_number": (BAD, 1),
        "empty": (BAD, ""),
        "one_character_too_many": (BAD, "x" * (most + 1)),
    }
    if which == "all":
        found |= {
            "as_long_as_may_be": (None, "\u4e2d" * most),
            "as_long_as_may_be_beyond_16_bits": (None, "\U0001f600" * most),
            "combining_marks_count": (BAD, "e\u0301" * 41),
            "space_in_front": (BAD, " x"),
            "space_behind": (BAD, "x "),
            "a_space": (BAD, " "),
            "spaces_inside": (None, "a  b"),
            "quotes": (None, '"\\/'),
        }
        found |= {f"with_{c:04x}": (BAD, f"a{chr(c)}b") for c in REFUSED_CHARACTERS}
        found |= {f"with_{c:04x}": (None, f"{chr(c)}a{chr(c)}") for c in (*ALLOWED_CHARACTERS, *ALLOWED_HIGH)}
    return found


def _word(_: str, allowed: tuple[str, ...]) -> Faults:
    found: Faults = {"a_number": (BAD, 1), "empty": (BAD, ""), "another_word": (BAD, "all")}
    found["in_other_letters"] = (BAD, allowed[0].swapcase())
    found |= {f"is_{word}": (None, word) for word in allowed[1:]}
    return found


def _named(_: str, most: int, *, more: str, less: str) -> Faults:
    found: Faults = {"a_number": (BAD, 1), "empty": (BAD, ""), "too_long": (BAD, "x" * (most + 1))}
    found["as_long_as_may_be"] = (None, "x" * most)
    found |= {f"with_{ord(c):04x}": (BAD, f"a{c}") for c in less}
    return {**found, "of_every_sort": (None, more)}


def _list(value: list[Any], most: int) -> Faults:
    found: Faults = {"empty": (BAD, []), "an_object": (BAD, {}), "a_text": (BAD, "")}
    found["of_numbers" if not isinstance(value[0], int) else "of_texts"] = (
        BAD,
        ["x" if isinstance(value[0], int) else 1],
    )
    if most and isinstance(value[0], str | int):
        found["one_too_many"] = (BAD, [value[0]] * (most + 1))
    return found


def _decimal(value: str) -> Faults:
    texts = ("", "014", "-1", "+1", "1.0", " 14", "14 ", "0x1", "1e3", "\u0661", "12345678901234567")
    found: Faults = {f"spelled_{i}": (BAD, text) for i, text in enumerate(texts)}
    return {**found, "a_number": (BAD, int(value)), "zero": (None, "0"), "greatest": (None, str(SAFE))}


def _long_decimal(value: str) -> Faults:
    texts = ("", "014", "-1", "+1", "1.0", " 14", "1e3", "\u0661", "1" + "0" * 20)
    found: Faults = {f"spelled_{i}": (BAD, text) for i, text in enumerate(texts)}
    return {**found, "a_number": (BAD, int(value)), "zero": (None, "0"), "greatest": (None, "9" * 20)}


def _set(value: list[Any], most: int) -> Faults:
    """A list that may be empty."""
    return {**_list(value, most), "empty": (None, [])}


def _proof(text: str) -> Faults:
    long = encode_base64(bytes(16_385))
    found: Faults = {"empty": (BAD, ""), "too_long": (BAD, long), "of_one_byte": (None, encode_base64(b"x"))}
    return {**found, "a_number": (BAD, 1), "other_base64": (BAD, _respelt(text))}


_MAKERS: Final[dict[str, Any]] = {
    "int": _int,
    "bytes": _bytes,
    "key": _key,
    "text": _text,
    "words": _word,
    "code": functools.partial(_named, more="a-z_09", less="A. \u00e4\n/"),
    "reference": functools.partial(_named, more="A.Z_a-9", less=" \u00e4\n/:"),
    "list": _list,
    "set": _set,
    "decimal": _decimal,
    "long_decimal": _long_decimal,
    "proof": _proof,
    "boolean": lambda _: {"a_number": (BAD, 0), "a_text": (BAD, "false"), "true": (None, True)},
    "object": lambda value: {"a_list": (BAD, [value]), "a_text": (BAD, "")},
}
