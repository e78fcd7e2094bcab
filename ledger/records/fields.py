"""The types of the fields of entries, each with its limits, and the base of all bodies.

A body is decoded straight into these types and then written again and compared with what was received
(``ledger.records.entry``), so that every spelling but the canonical one is refused, base64 included.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from ledger.encoding import MAX_SAFE_INTEGER
from ledger.errors import MalformedError
from ledger.records.rule_names import refusal
from ledger.signing import PublicKey, parse_public_key


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What an entry says; also the base of the objects inside a body. Only a field that may be absent has a default."""

    def to_json(self) -> dict[str, Any]:
        """The JSON object of the body: base64 for bytes, absent fields left out."""
        value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return value


LeafHash = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""The leaf hash of another entry."""

Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Scalar = Annotated[bytes, Meta(min_length=32, max_length=32)]
Point = Annotated[bytes, Meta(min_length=96, max_length=96)]
Proof = Annotated[bytes, Meta(min_length=1, max_length=16_384)]

Natural = Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)]
"""An amount, or a time in Unix seconds."""

MAX_ROWS: Final = 100_000
"""Rows of a round, over all its rosters."""

RowNumber = Annotated[int, Meta(ge=0, le=MAX_ROWS - 1)]
Ordinal = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""A number that counts from 1."""

Scale = Annotated[int, Meta(ge=0, le=12)]
"""How many decimals of an integer amount a person sees."""

Code = Annotated[str, Meta(pattern=r"\A[a-z0-9_-]{1,32}\Z")]
Reference = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,64}\Z")]
Decimal = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,15})\Z")]
LongDecimal = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,19})\Z")]
"""A sum over rounds."""

Origin = Annotated[str, Meta(pattern=r"\A[!-*,-~]{1,200}\Z")]
"""Printable ASCII without a space and a plus, as the key names of C2SP signed notes."""

# The characters refused are written out: str.isprintable asks the Unicode tables of the Python that runs, and two
# versions would judge one entry differently. Refused are controls, line and paragraph separators, the marks that turn
# the direction of writing (a text could read differently from what it says), the byte order mark, and edges of space.
_REFUSED: Final = r"\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
_TEXT: Final = rf"\A(?! )[^{_REFUSED}]+(?<! )\Z"

HIDDEN: Final = re.compile(f"[{_REFUSED}]")
"""A character that no text of an entry holds."""

ShortText = Annotated[str, Meta(min_length=1, max_length=80, pattern=_TEXT)]
Text = Annotated[str, Meta(min_length=1, max_length=400, pattern=_TEXT)]


def check_key(key: bytes, field: str) -> PublicKey:
    """Refuse a key that :func:`ledger.signing.parse_public_key` does not let through, naming the field."""
    try:
        return parse_public_key(key)
    except MalformedError as exc:
        raise refusal("bad-field", f"{field}: {exc}") from exc


def check_unique(values: Iterable[object], field: str) -> None:
    """Refuse a list in which a value stands twice, naming the field."""
    seen = set[object]()
    for value in values:
        if value in seen:
            raise refusal("bad-field", f"{field} holds the same value twice")
        seen.add(value)
