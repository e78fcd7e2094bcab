"""Inputs that are nearly right: valid ones after a few cuts, flips, splices, respellings and edits of structure."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

MAX_BYTES: Final = 300_000
"""No input grows beyond this, so that a run cannot spend itself on one that is refused for its length."""

INTEGERS: Final = (
    *(0, 1, -1, 2, 3, 7, 8, 9, 10, 16, 63, 64, 65, 127, 128, 255, 256, 257, 1000, 1001, 9999, 65535, 65536, 99_999),
    *(100_000, 100_001, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**48, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63),
    *(2**64 - 1, 2**64, 2**128, 10**30, -(2**31), -(2**53), -(2**63), -(2**64)),
)
NUMBERS: Final = (
    *("00", "01", "-0", "+1", " 1", "1 ", "1_0", "0x10", "1e3", "1E400", "-1e-400", "1.0", "0.1", ".5", "1.", "NaN"),
    *("Infinity", "\u0661", "\uff11", "٣", "1" * 400, "9" * 5000),
)
TEXTS: Final = (
    *("", " ", "a ", "\t", "\n", "\r\n", "\0", "\x1b[2J", "\x7f", "\x80", "\x85", "\u00a0", "\u00ad", "\u061c"),
    *("\u200b", "\u200e", "\u2028", "\u202e", "\u2066", "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "é", "e\u0301"),
    *(
        "ß",
        "İ",
        "\u017f",
        "ﬁ",
        "한",
        "👩‍👩‍👧",
        "\ud800",
        "\udc00",
        "\ud83d\ude00",
        "none",
        "null",
        "true",
        "=1+1",
        "../..",
        "%00",
        "'",
    ),
    *('"', "\\", "\\u0000", "`", "$", "x" * 65, "x" * 401, "é" * 300, "A" * 70_000),
)
BYTES: Final = (
    *(b"\0", b"\n", b"\n\n", b"\r", b"\r\n", b" ", b"\t", b"=", b"==", b"+", b"-", b".", b",", b";", b'"', b"'", b"|"),
    *(b"{", b"}", b"[", b"]", b":", b"[[", b"]]", b"{}", b"[]", b"null", b"true", b"1e999", b"\\", b"\\u0000", b"\x7f"),
    *(b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"),
    *(bytes(8), bytes(32), bytes(48), b"\xff" * 32, b"#", "— ".encode(), "\u2003".encode()),
)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_DIGITS: Final = re.compile(rb"[0-9]+")
_WORD: Final = re.compile(rb"[A-Za-z_-]{2,}")


class Mutator:
    """Makes inputs from valid ones. The same source of numbers gives the same inputs."""

    def __init__(self, random: Random, seeds: Sequence[bytes], words: Sequence[bytes] = ()) -> None:
        self._random = random
        self._seeds = seeds
        self._words = (*BYTES, *words)
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            *(self._flip, self._flip, self._set, self._cut, self._insert, self._word, self._word, self._double),
            *(self._splice, self._swap, self._truncate, self._repeat, self._respell, self._respell, self._number),
            *(self._unicode, self._nest, self._borrow_word),
        )
        if any(seed.lstrip()[:1] in {b"{", b"["} for seed in seeds):
            self._ways += (self._json,) * len(self._ways)

    def make(self) -> bytes:
        """One input."""
        raw = self._random.choice(self._seeds)
        for _ in range(self._random.choice((1, 1, 1, 1, 2, 2, 3, 6))):
            raw = self._random.choice(self._ways)(raw)
        return raw[:MAX_BYTES]

    def _span(self, raw: bytes) -> tuple[int, int]:
        """A piece, mostly short, sometimes long."""
        longest = self._random.choice((1, 2, 4, 8, 32, 96, len(raw)))
        start = self._random.randint(0, len(raw))
        return start, min(len(raw), start + self._random.randint(0, longest))

    def _flip(self, raw: bytes) -> bytes:
        if not raw:
            return b"\0"
        at = self._random.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ 1 << self._random.randrange(8)]) + raw[at + 1 :]

    def _set(self, raw: bytes) -> bytes:
        at, _ = self._span(raw)
        return raw[:at] + bytes([self._random.choice((0, 1, 0x20, 0x30, 0x7F, 0x80, 0xFF))]) + raw[at + 1 :]

    def _cut(self, raw: bytes) -> bytes:
        start, end = self._span(raw)
        return raw[:start] + raw[end:]

    def _insert(self, raw: bytes) -> bytes:
        at, _ = self._span(raw)
        return raw[:at] + self._random.randbytes(self._random.choice((1, 1, 2, 4, 32, 96))) + raw[at:]

    def _word(self, raw: bytes) -> bytes:
        start, end = self._span(raw)
        return raw[:start] + self._random.choice(self._words) + raw[self._random.choice((start, end)) :]

    def _borrow_word(self, raw: bytes) -> bytes:
        """A word of the input in the place of another."""
        found = [match.span() for match in _WORD.finditer(raw, 0, 20_000)]
        if not found:
            return self._word(raw)
        start, end = self._random.choice(found)
        first, last = self._random.choice(found)
        return raw[:start] + raw[first:last] + raw[end:]

    def _double(self, raw: bytes) -> bytes:
        start, end = self._span(raw)
        return raw[:end] + raw[start:]

    def _swap(self, raw: bytes) -> bytes:
        (a, b), (c, d) = sorted((self._span(raw), self._span(raw)))
        return raw if c < b else raw[:a] + raw[c:d] + raw[b:c] + raw[a:b] + raw[d:]

    def _splice(self, raw: bytes) -> bytes:
        other = self._random.choice(self._seeds)
        start, end = self._span(other)
        at, upto = self._span(raw)
        return raw[:at] + other[start : self._random.choice((end, len(other)))] + raw[upto:]

    def _truncate(self, raw: bytes) -> bytes:
        at, _ = self._span(raw)
        return self._random.choice((raw[:at], raw[at:]))

    def _repeat(self, raw: bytes) -> bytes:
        start, end = self._span(raw)
        return raw[:start] + raw[start:end] * self._random.choice((2, 3, 16, 17, 65, 257, 1025)) + raw[end:]

    def _respell(self, raw: bytes) -> bytes:
        """Base64 that decodes to the same, or to something else of about the length."""
        found = [match.span() for match in _BASE64.finditer(raw, 0, 40_000)]
        if not found:
            return self._flip(raw)
        start, end = self._random.choice(found)
        text = raw[start:end]
        bare = text.rstrip(b"=")
        try:
            inner = base64.b64decode(bare + b"=" * (-len(bare) % 4))
        except ValueError:
            inner = bare
        inner = inner or b"\0"
        ways: tuple[Callable[[], bytes], ...] = (
            lambda: bare,
            lambda: text + b"=",
            lambda: bare[:-1] + bytes([bare[-1] ^ 1]) + text[len(bare) :],  # the bits that decoding drops
            lambda: text.replace(b"+", b"-").replace(b"/", b"_"),
            lambda: text[:4] + b"\n" + text[4:],
            lambda: base64.b64encode(self._flip(inner)),
            lambda: base64.b64encode(self._flip(inner)),
            lambda: base64.b64encode(self._random.randbytes(len(inner))),
            lambda: base64.b64encode(inner[:-1]),
            lambda: base64.b64encode(inner + b"\0"),
            lambda: base64.b64encode(bytes(len(inner))),
            lambda: base64.b64encode(b"\xff" * len(inner)),
            lambda: base64.b64encode(self._splice(inner)),
        )
        return raw[:start] + self._random.choice(ways)() + raw[end:]

    def _number(self, raw: bytes) -> bytes:
        found = [match.span() for match in _DIGITS.finditer(raw, 0, 40_000)]
        if not found:
            return self._insert(raw)
        start, end = self._random.choice(found)
        near = str(int(raw[start:end][:4000]) + self._random.choice((-1, 1)))
        edge = str(self._random.choice(INTEGERS))
        return raw[:start] + self._random.choice((near, edge, edge, self._random.choice(NUMBERS))).encode() + raw[end:]

    def _unicode(self, raw: bytes) -> bytes:
        at, end = self._span(raw)
        text = self._random.choice(TEXTS).encode("utf-8", "surrogatepass")
        return raw[:at] + text + raw[self._random.choice((at, end)) :]

    def _nest(self, raw: bytes) -> bytes:
        depth = self._random.choice((2, 15, 16, 17, 100, 1_000, 20_000))
        opening, closing = self._random.choice(
            ((b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b"{a=", b"}"), (b"a.", b""))
        )
        start, end = self._random.choice((self._span(raw), (0, len(raw))))
        return raw[:start] + opening * depth + raw[start:end] + closing * depth + raw[end:]

    # Edits of a JSON document, or of one line of several.

    def _json(self, raw: bytes) -> bytes:
        lines = [raw] if raw[:1] in {b"{", b"["} and b"\n" not in raw else raw.split(b"\n")
        chosen = self._random.randrange(len(lines))
        try:
            value = json.loads(lines[chosen])
        except (ValueError, RecursionError):
            return self._flip(raw)
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            value = self._edited(value)
        lines[chosen] = self._written(value)
        return b"\n".join(lines)

    def _written(self, value: Any) -> bytes:
        """Canonically, five times out of six: else nothing would get past the first check."""
        if self._random.randrange(6):
            text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        else:
            text = json.dumps(
                value,
                sort_keys=bool(self._random.getrandbits(1)),
                separators=self._random.choice(((",", ":"), (", ", ": "), (",\n", ":\t"))),
                ensure_ascii=bool(self._random.getrandbits(1)),
            )
        return text.encode("utf-8", "surrogatepass")

    def _edited(self, value: Any) -> Any:
        """The document with one place of it changed."""
        places: list[tuple[Any, Any]] = []
        _walk(value, places)
        if not places:
            return self._atom(value)
        holder, name = self._random.choice(places)
        old = holder[name]
        match self._random.randrange(9):
            case 0:
                del holder[name]
            case 1 if isinstance(holder, dict):
                holder[self._random.choice((f"{name}2", name.upper(), "", "é", "key", "v", *holder))] = old
            case 1 | 2 if isinstance(holder, list):
                holder[name:name] = [old] * self._random.choice((1, 2, 15, 64, 65, 300))
            case 3:
                donor, place = self._random.choice(places)
                holder[name] = json.loads(json.dumps(donor[place]))
            case 4:
                holder[name] = self._random.choice(([old], {"a": old}, [], {}, [old, old], [[[[old]]]]))
            case _:
                holder[name] = self._atom(old)
        return value

    def _atom(self, old: Any) -> Any:
        """Another value, mostly of the same type."""
        if isinstance(old, int) and not isinstance(old, bool) and self._random.randrange(4):
            return self._random.choice((*INTEGERS, old + 1, old - 1))
        if isinstance(old, str) and self._random.randrange(4):
            raw = old.encode("utf-8", "surrogatepass")
            way = self._random.choice(
                (self._respell, self._respell, self._number, self._flip, self._cut, self._unicode)
            )
            return way(raw).decode("utf-8", "replace")
        return self._random.choice(
            (None, True, False, 0, 1, -1, 1.0, 0.5, 1e300, "", "0", *INTEGERS[-6:], *TEXTS, [], {})
        )


def _walk(value: Any, places: list[tuple[Any, Any]]) -> None:
    """Every place in the document, as holder and name, leaves and inner ones alike."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in pairs:
        places.append((value, name))
        _walk(item, places)
